#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun survey on every described host: what it finds, as text and as JSON.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

for name in $(hosts); do
	host "$name"
	check_status "$name: survey --json" 0 "$VMRUN" survey --json --sysroot "$HOST"
	check_schema "$name: vmrun.survey/1 and nothing else"
	python3 "$REPORT" survey "$OUT" >"$T/report" || : >"$T/report"
	golden "$name/survey.txt"
	check_same_file "$name: what is found" "$GOLDEN" "$T/report"
done

# The table is for people; the last column, the name, depends on the machine's PCI ID list.
for name in desktop gen8 in-guests unprivileged; do
	host "$name"
	check_status "$name: survey" 0 "$VMRUN" survey --sysroot "$HOST"
	check_golden "$name: the table and the details" "$name/table.txt"
done

host desktop
check_status 'survey SELECTOR' 0 "$VMRUN" survey --json --sysroot "$HOST" class=nvme 01:00
check_json 'survey SELECTOR…: any of them, in the order of addresses' \
	'[.devices[].address] == ["0000:01:00.0", "0000:01:00.1", "0000:02:00.0"]'
check_status 'survey disk=' 0 "$VMRUN" survey --json --sysroot "$HOST" disk=/dev/nvme0n1p2
check_json 'survey disk=: the controller of a partition' '[.devices[].address] == ["0000:02:00.0"]'

# A card with a switch in slot 1: all behind it is in it. Slot 3 is empty (ff:1f.7), slot 4 has no address (00:00.0), two
# are called 5, and one on the board is in none.
host gen8-switch
capture "$VMRUN" survey --json --sysroot "$HOST"
check_json 'slots of firmware' '[.devices[] | select(.slot) | {(.address[5:]): .slot}] | add == {
	"07:00.0": 1, "08:01.0": 1, "08:02.0": 1, "09:00.0": 1, "0a:00.0": 1, "00:02.0": 1,
	"0c:00.0": 2, "0c:00.1": 2, "0d:00.0": 5, "0d:00.1": 5}'
check_json 'nine RMRRs' '[.firmware.reserved[] | select(.source == "rmrr")] | length == 9'
check_json 'of them, each device has its own, and a port only what is below it' '[.devices[] | select(any(.findings[]; .code == "rmrr")) |
	.address[5:]] == ["01:00.0", "01:00.2", "02:00.0", "09:00.0", "0a:00.0", "0d:00.0", "0d:00.1"]'
check_status 'slot=1' 0 "$VMRUN" survey --json --sysroot "$HOST" slot=1
check_json 'slot=1 is what can be handed over' '[.devices[].address[5:]] == ["09:00.0", "0a:00.0"]'
check_status 'slot=3 is empty' 4 "$VMRUN" survey --sysroot "$HOST" slot=3
check_status 'slot=4 is not known' 4 "$VMRUN" survey --sysroot "$HOST" slot=4

host dead
capture "$VMRUN" survey --json --sysroot "$HOST"
check_json 'dead: the card, and not the virtual functions' \
	'[.devices[] | select(any(.findings[]; .code == "dead")) | .address[5:]] == ["0a:00.0", "0a:00.1"]'

host am5
capture "$VMRUN" survey --json --sysroot "$HOST"
check_json 'IVMD over buses 0 to 15: every function there, none above' \
	'[.devices[] | select(.kind != "bridge" or .address[5:] == "00:00.0") |
		(.address[5:7] < "10") == any(.findings[]; .code == "ivmd")] | all'

host desktop
check_status 'survey of nothing' 4 "$VMRUN" survey --sysroot "$HOST" 1b36:000d
check_stderr_has 'survey of nothing: says what matches nothing' 'vmrun: no device matches 1b36:000d'
check_status 'survey, bad selector' 2 "$VMRUN" survey --sysroot "$HOST" nvme
check_stderr_has 'survey, bad selector: names the right one' 'did you mean class=nvme?'

check_status 'survey of no root' 2 "$VMRUN" survey --sysroot "$T/nowhere"
check_stderr_has 'survey of no root: why' "vmrun: $T/nowhere: it is no captured host: No such file"
mkdir "$T/empty"
check_status 'survey of a directory that is no host' 2 "$VMRUN" survey --sysroot "$T/empty"
check_stderr_has 'survey of a directory that is no host: why' "vmrun: $T/empty: it is no captured host"
check_status 'class=bridge' 0 "$VMRUN" survey --json --sysroot "$HOST" class=bridge
check_json 'class=bridge finds root ports' '[.devices[] | select(.driver == "pcieport")] | length == 2'
check_status 'class=nvme' 0 "$VMRUN" survey --json --sysroot "$HOST" class=nvme
check_json 'class=nvme finds no bridge' '[.devices[] | select(.driver == "pcieport")] | length == 0'

# What a file of the host says is not trusted to be short, text, or there at all.
cp -R "$HOST" "$T/odd"
rm "$T/odd/facts.json" "$T/odd/proc/cmdline" "$T/odd/proc/sys/kernel/osrelease"
head -c 100000 /dev/zero | tr '\0' 'x' >"$T/odd/sys/class/dmi/id/product_name"
printf '\377\376\033[31m\n' >"$T/odd/sys/class/dmi/id/sys_vendor"
head -c 5000 /dev/urandom >"$T/odd/sys/firmware/acpi/tables/DMAR"
printf 'junk\n' >"$T/odd/sys/devices/pci0000:00/0000:00:14.0/class"
: >"$T/odd/sys/devices/pci0000:00/0000:00:14.0/vendor"
printf '0x1 0x2\nnonsense here too\n' >"$T/odd/sys/kernel/iommu_groups/12/reserved_regions"
mkdir -p "$T/odd/run/vmrun"
printf '{"schema":"vmrun.journal/1"' >"$T/odd/run/vmrun/guest-x.json"
check_status 'survey of a damaged capture' 0 "$VMRUN" survey --json --sysroot "$T/odd"
check_schema 'survey of a damaged capture: still vmrun.survey/1'
check_json 'survey of a damaged capture: reservations are unmeasured' \
	'.host.unmeasured | index("reservations") != null'

# Cards without an address that are in use all the same: under a container's macvlan, with a port of two moved, under PPPoE.
printf '%s\n' 'kernel 6.1.0-18-amd64 cpu=GenuineIntel cmdline="intel_iommu=on"' 'iommu intel on' 'vfio module' \
	'01:00.0 8086:1533 0200 group=11 driver=igb net=lan0' '02:00.0 15b3:1007 0200 group=12 driver=mlx4_core net=port0' \
	'03:00.0 8086:1533 0200 group=13 driver=igb net=wan0' '04:00.0 8086:1533 0200 group=14 driver=igb net=idle0' \
	'05:00.0 8086:2723 0280 group=15 driver=iwlwifi' \
	'link lan0 up=1' 'link port0 up=1' 'link wan0 up=1' 'link idle0 up=1' \
	'inside eth0 macvlan lan0 "the network namespace of nginx (pid 90)"' \
	'inside port1 - 02:00.0 "the network namespace inner"' 'inside wlan0 - 05:00.0 "the network namespace air"' \
	'file proc/net/pppoe "Id       Address              Device\n00000100 02:00:00:00:00:01     wan0"' >"$T/spec"
"$SRCDIR/tests/tools/mkhost" "$T/spec" "$T/cards"
capture "$VMRUN" survey --json --sysroot "$T/cards"
# used ADDRESS WHAT: that device, and what it is in use by
used() {
	check_json "in use without an address: $2" \
		"[.devices[] | select(.address == \"0000:$1\") | .users[].what] == [\"$2\"]"
}
used 01:00.0 'lan0 carries eth0, of the kind macvlan, which is in the network namespace of nginx (pid 90)'
used 02:00.0 'its interface port1 is in the network namespace inner'
used 03:00.0 'wan0 carries a PPPoE session'
used 05:00.0 'its interface wlan0 is in the network namespace air'
check_json 'in use without an address: each refused' \
	'[.devices[] | select(any(.findings[]; .code == "in-use-net")) | .address[5:7]] == ["01", "02", "03", "05"]'
check_json 'a card that is up, and no more, is free' '[.devices[] | select(.address == "0000:04:00.0") | .users[]] == []'
