#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun rmrds: the file for HPE's conrep, and where there can be none.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

# section() - one line as conrep writes it; $1: slot, $2: Included or Excluded
section() {
	echo "  <Section name=\"RMRDS_Slot$1\" helptext=\".\">Endpoints_$2</Section>"
}

host gen8
echo '<Conrep> <Section name="RMRDS_Slot2" helptext=".">Endpoints_Excluded</Section> </Conrep>' \
	>"$T/wanted"
check_status 'a card in slot 2' 0 "$VMRUN" rmrds 07:00.0 --sysroot "$HOST"
check_stdout_is 'stdout is the file' "$T/wanted"
for text in 'slot          2 ("2"): 0000:07:00.0' 'conrep -l -x conrep_rmrds.xml -f exclude.dat' \
	'conrep -s -x conrep_rmrds.xml -f verify.dat' reboot 'Conrep Return Code: 0' \
	'iLO no longer gets sensor' 'embedded Smart Array' 'MicroServer Gen8 is reported not to work' \
	'HP Shared Memory features' 'H220' 'helps network cards but not disk' hp-scripting-tools; do
	check_stderr_has "says: $text" "$text"
done
check_status 'quiet' 0 "$VMRUN" rmrds -q 07:00.0 --sysroot "$HOST"
check_stdout_is 'is only the file' "$T/wanted"
check_stderr_lacks 'and no words' slot

check_status 'as JSON' 0 "$VMRUN" rmrds slot=2 --json --sysroot "$HOST"
check_json 'its schema' '.schema == "vmrun.rmrds/1"'
check_json 'device and slot' '.devices == [{ address: "0000:07:00.0", name: .devices[0].name,
	slot: 2, reserved: true }]'
check_json 'before and after' '.slots == [{ slot: 2, before: null, after: "Endpoints_Excluded" }]'
jq -j .document "$OUT" >"$T/document"
check_same_file 'the document' "$T/wanted" "$T/document"

check_status 'a card nothing is reserved for' 0 "$VMRUN" rmrds slot=3 --sysroot "$HOST"
check_stderr_has 'does not need it' 'reserves no memory for it'
check_status 'two cards' 0 "$VMRUN" rmrds slot=3 slot=2 --sysroot "$HOST"
check_stdout_has 'have two sections: 2' 'RMRDS_Slot2" helptext=".">Endpoints_Excluded<'
check_stdout_has 'have two sections: 3' 'RMRDS_Slot3" helptext=".">Endpoints_Excluded<'

check_status 'a controller on the board' 5 "$VMRUN" rmrds 02:00.0 --sysroot "$HOST"
check_stderr_has 'has no section' 'only slots have a section'
check_status 'a card and a controller on the board' 5 "$VMRUN" rmrds class=hba --sysroot "$HOST"
check_stdout_lacks 'give no file' Conrep
check_status 'refused as JSON' 5 "$VMRUN" rmrds 02:00.0 --json --sysroot "$HOST"
check_json 'an error object' '.schema == "vmrun.error/1" and .exit == 5 and (.fix | length > 0)'
check_status 'no such device' 4 "$VMRUN" rmrds 1f:00.0 --sysroot "$HOST"
check_status 'no selector' 2 "$VMRUN" rmrds --sysroot "$HOST"

# --- a saved file ------------------------------------------------------------------

{
	printf '<?xml version="1.0" encoding="UTF-8"?>\n<!-- saved by conrep -->\n'
	echo '<Conrep version="5.2.0.0" originating_platform="ProLiant DL380p Gen8" originating_family="P70">'
	for slot in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
		case $slot in
		3 | 5) section $slot Excluded ;;
		*) section $slot Included ;;
		esac
	done
	printf '</Conrep>\r\n\n'
} >"$T/current"
sed '/RMRDS_Slot2"/s/Included/Excluded/' "$T/current" >"$T/wanted"
check_status 'a saved file' 0 "$VMRUN" rmrds 07:00.0 --current "$T/current" --sysroot "$HOST"
check_stdout_is 'is changed in one section' "$T/wanted"
check_stderr_has 'what is excluded now' 'excluded now  3, 5'
check_status 'the result, once more' 0 "$VMRUN" rmrds 07:00.0 --current "$T/wanted" --sysroot "$HOST"
check_stdout_is 'stays' "$T/wanted"
check_stderr_has 'is excluded now' 'excluded now  2, 3, 5'
check_status 'a saved file as JSON' 0 "$VMRUN" rmrds 07:00.0 --current "$T/current" --json --sysroot "$HOST"
check_json 'before and after of all' '(.slots | length) == 16 and
	.slots[1] == { slot: 2, before: "Endpoints_Included", after: "Endpoints_Excluded" } and
	.slots[2] == { slot: 3, before: "Endpoints_Excluded", after: "Endpoints_Excluded" }'
sed 's/DL380p Gen8/DL360e Gen8/' "$T/current" >"$T/other"
capture "$VMRUN" rmrds 07:00.0 --current "$T/other" --sysroot "$HOST"
check_stderr_has 'a file of another model' 'caution'
# shellcheck disable=SC2016
capture sh -c '"$1" rmrds 07:00.0 --current - --sysroot "$2" <"$3"' - "$VMRUN" "$HOST" "$T/current"
check_stdout_has 'standard input' 'RMRDS_Slot2" helptext=".">Endpoints_Excluded<'

echo '<Conrep><Section name="IMD_ServerName">x</Section></Conrep>' >"$T/elsewhere"
check_status 'saved with another definition' 2 "$VMRUN" rmrds 07:00.0 --current "$T/elsewhere" --sysroot "$HOST"
check_stderr_has 'says how to save it' 'conrep -s -x conrep_rmrds.xml'
echo '<!DOCTYPE Conrep SYSTEM "file:///etc/passwd"><Conrep/>' >"$T/doctype"
check_status 'a document type' 2 "$VMRUN" rmrds 07:00.0 --current "$T/doctype" --sysroot "$HOST"
check_status 'no such file' 2 "$VMRUN" rmrds 07:00.0 --current "$T/none" --sysroot "$HOST"

# --- other machines ------------------------------------------------------------------

host gen9
check_status 'Gen9' 5 "$VMRUN" rmrds class=nic --sysroot "$HOST"
check_stderr_has 'Gen9: its own fix' 'HP Shared Memory features'
host microserver
check_status 'MicroServer Gen8' 5 "$VMRUN" rmrds 07:00.0 --sysroot "$HOST"
check_stderr_has 'MicroServer Gen8: the report' 'reported not to work'
host other-rmrr
check_status 'another vendor' 5 "$VMRUN" rmrds 02:00.0 --sysroot "$HOST"
check_stderr_has 'another vendor: what is known' 'option ROM'
check_stderr_has 'another vendor: and no more' 'not known'
host amd-ivmd
check_status 'AMD' 5 "$VMRUN" rmrds 01:00.0 --sysroot "$HOST"
check_stderr_has 'AMD: its own fix' 'Pre-boot DMA Protection'
host two-nvme
check_status 'nothing reserved' 5 "$VMRUN" rmrds class=nvme --sysroot "$HOST"
check_stderr_has 'nothing reserved: none needed' 'none is needed'

# --- slots by SMBIOS -----------------------------------------------------------------

# A switch card in slot 1, a card in slot 17, and what firmware says of them.
cat >"$T/spec" <<'END'
dmi HP "ProLiant ML350p Gen8" P72
kernel 6.1.0 cpu=GenuineIntel
iommu intel on
vfio module
00:02.0 8086:3c04 0604 group=1 bus=04-06 driver=pcieport
04:00.0 10b5:8724 0604 group=2 bus=05-06 driver=pcieport
05:08.0 10b5:8724 0604 group=3 bus=06 driver=pcieport
06:00.0 1000:0087 0107 group=11 driver=mpt3sas
00:03.0 8086:3c08 0604 group=4 bus=08 driver=pcieport
08:00.0 8086:1528 0200 group=12 driver=ixgbe
00:1c.0 8086:1d10 0604 group=5 bus=03 driver=pcieport
03:00.0 14e4:1657 0200 group=13 driver=tg3
slot 9 0000:06:00
END
cat >"$T/dmi" <<'END'
Handle 0x0901, DMI type 9, 17 bytes
System Slot Information
	Designation: PCI-E Slot 1
	Current Usage: In Use
	ID: 1
	Bus Address: 0000:04:00.0

Handle 0x0911, DMI type 9, 17 bytes
System Slot Information
	Designation: PCI-E Slot17
	Current Usage: In Use
	ID: 17
	Bus Address: 0000:08:00.0

Handle 0x2901, DMI type 41, 11 bytes
Onboard Device
	Reference Designation: NIC Port 1
	Type: Ethernet
	Status: Enabled
	Bus Address: 0000:03:00.0
END
"$SRCDIR/tests/tools/mkhost" "$T/spec" "$T/host"
mkdir -p "$T/host/sys/firmware/dmi/tables"
"$SRCDIR/tests/tools/mksmbios" "$T/dmi" "$T/host/sys/firmware/dmi/tables/DMI"
check_status 'behind a switch card' 0 "$VMRUN" rmrds 06:00.0 --sysroot "$T/host"
check_stdout_has 'is in the slot of the card' 'RMRDS_Slot1"'
check_stderr_has 'by its name' 'slot          1 ("PCI-E Slot 1"): 0000:06:00.0'
check_status 'a slot without a section' 5 "$VMRUN" rmrds 08:00.0 --sysroot "$T/host"
check_stderr_has 'says so' 'slot 17, and only slots 1 to 16'
check_status 'on the board' 5 "$VMRUN" rmrds 03:00.0 --sysroot "$T/host"
check_stderr_has 'says what it is' '"NIC Port 1"'
check_status 'survey of it' 0 "$VMRUN" survey --json --sysroot "$T/host"
check_json 'firmware.slots' '.firmware.slots == [
	{ name: "PCI-E Slot 1", number: 1, address: "0000:04:00.0", in_use: true, source: "smbios" },
	{ name: "PCI-E Slot17", number: 17, address: "0000:08:00.0", in_use: true, source: "smbios" },
	{ name: "9", number: 9, address: "0000:06:00.0", in_use: true, source: "kernel" }]'
check_json 'firmware.onboard' '.firmware.onboard | map([.name, .address]) == [["NIC Port 1", "0000:03:00.0"]]'

printf '\011\377\000\000' >"$T/host/sys/firmware/dmi/tables/DMI"
check_status 'a damaged table' 0 "$VMRUN" survey --json --sysroot "$T/host"
check_json 'is unmeasured' '.host.unmeasured | index("firmware.slots")'
check_status 'a slot that is not known' 5 "$VMRUN" rmrds 08:00.0 --sysroot "$T/host"
check_stderr_has 'why' 'SMBIOS table is damaged'
{
	cat "$T/spec"
	echo 'facts privileged=no'
} >"$T/spec.user"
"$SRCDIR/tests/tools/mkhost" "$T/spec.user" "$T/host.user"
mkdir -p "$T/host.user/sys/firmware/dmi/tables/DMI"
check_status 'a table that cannot be read' 6 "$VMRUN" rmrds 08:00.0 --sysroot "$T/host.user"
check_stderr_has 'how to know it, of a captured host' 'capture the host again, as root'
check_stderr_lacks 'and nothing that cannot help' sudo
sed 's/ML350p Gen8/DL580 G7/' "$T/spec" >"$T/spec.g7"
"$SRCDIR/tests/tools/mkhost" "$T/spec.g7" "$T/host.g7"
capture "$VMRUN" rmrds 06:00.0 --sysroot "$T/host.g7"
check_stderr_has 'a generation without reports' 'no report is known of this model'
