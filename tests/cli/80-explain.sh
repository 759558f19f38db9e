#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun explain SELECTOR: one device, or several, in full.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

host gen8
check_status 'a card with reserved memory' 0 "$VMRUN" explain 07:00.0 --sysroot "$HOST"
check_stderr_lacks 'nothing on stderr' vmrun
for fact in '0000:07:00.0 ' '1000:0087, subsystem 1590:0041' 'path          0000/0/02.0/00.0' \
	'slot          2' 'behind        0000:00:02.0' 'driver        mpt3sas' \
	'group         41, alone in it' 'disks         /dev/sdb' \
	'rmrr 0xbdf6e000-0xbdf6ffff for 00:02.0/00.0 (0000:07:00.0), 00:01.0/00.0 (0000:02:00.0)' \
	'0xbdf6e000-0xbdf6ffff direct (the whole group' 'verdict       blocked: rmrr' \
	'rmrr          block: firmware reserves memory 0xbdf6e000-0xbdf6ffff, 0xe8000-0xe8fff for it' 'RMRDS_Slot2'; do
	check_stdout_has "says: $fact" "$fact"
done
check_stdout_lacks 'no other device' '0000:0a:00.0'

check_status 'as JSON' 0 "$VMRUN" explain 07:00.0 --json --sysroot "$HOST"
check_json 'its schema' '.schema == "vmrun.explain/1" and (.devices | length) == 1'
cp "$OUT" "$T/explain.json"
capture "$VMRUN" survey 07:00.0 --json --sysroot "$HOST"
cp "$OUT" "$T/survey.json"
check 'the device is the one of survey' \
	jq -es '.[0].devices == .[1].devices' "$T/explain.json" "$T/survey.json"

check_status 'a bridge' 0 "$VMRUN" explain 00:02.0 --sysroot "$HOST"
check_stdout_has 'stays' 'verdict       bridge, stays with the host'
check_status 'several devices' 0 "$VMRUN" explain class=hba class=usb --sysroot "$HOST"
for device in 0000:00:1d.0 0000:02:00.0 0000:07:00.0 0000:0a:00.0; do
	check "each is explained: $device" grep -q "^$device " "$OUT"
done
check_status 'several devices as JSON' 0 "$VMRUN" explain class=hba class=usb --json --sysroot "$HOST"
check_json 'all in one object' '.devices | map(.address) ==
	["0000:00:1d.0", "0000:02:00.0", "0000:07:00.0", "0000:0a:00.0"]'

host shared-group
check_status 'a group of several' 0 "$VMRUN" explain class=hba --sysroot "$HOST"
check_stdout_has 'its siblings with driver and verdict' ', by itself '
check_stdout_has 'the bridges of the group' 'bridge, stays with the host: '

host sriov
check_status 'functions of SR-IOV' 0 "$VMRUN" explain class=nic --sysroot "$HOST"
check_stdout_has 'virtual' 'sr-iov        virtual function of '
check_stdout_has 'physical' ' virtual functions exist'

host gen8-switch
check_status 'a card on a slow link' 0 "$VMRUN" explain 0a:00.0 --sysroot "$HOST"
for fact in 'link          5 GT/s x4 (of 8 GT/s x8)' 'interrupts    no line, 1 MSI, 16 MSI-X' \
	'memory        320 KiB of address space, 256 KiB in one BAR' 'serial        50-06-05-b0-06-66-6d-20' \
	'slot          1' 'behind        0000:08:02.0 '; do
	check_stdout_has "says: $fact" "$fact"
done
check_status 'a card without a PCI Express capability' 0 "$VMRUN" explain 00:1d.0 --sysroot "$HOST"
check_stdout_lacks 'says nothing of a link' '  link '

host other-rmrr
check_status 'a damaged table' 0 "$VMRUN" explain 02:00.0 --sysroot "$HOST"
check_stdout_has 'a damaged table: said so' 'reserved      unknown: the firmware table is damaged'
check_stdout_lacks 'a damaged table: root reads no more of it' 'readable by root only'

host unprivileged
check_status 'without privilege' 0 "$VMRUN" explain 01:00.0 --sysroot "$HOST"
check_stdout_has 'what is not known is said' 'reserved      unknown: the firmware table is readable by root only'
check_stdout_has 'and in the verdict' 'not all could be measured'
check_stdout_has 'how to know it, of a captured host' 'fix           capture the host again, as root'
check_stdout_lacks 'and nothing that cannot help' sudo

host desktop
cp -R "$HOST" "$T/made"
gpu=$T/made/sys/bus/pci/devices/0000:01:00.0
{
	echo '0x00000000fb000000 0x00000000fbffffff 0x0000000000040200'
	echo '0x0000006000000000 0x00000065ffffffff 0x000000000014220c'
} >"$gpu/resource"
echo D0 >"$gpu/power_state"
check_status 'what its hardware needs' 0 "$VMRUN" explain 01:00.0 --sysroot "$T/made"
check_stdout_has 'memory' 'memory        24 GiB of address space, 24 GiB in one BAR'
check_stdout_has 'power' 'power         D0'
check_stdout_has 'resets in the order of the kernel' 'resets        flr, bus'
check_stdout_has 'interrupts' ' MSI-X'
rm "$gpu/reset_method"
rm -f "$gpu/reset"
check_status 'a card without reset' 0 "$VMRUN" explain 01:00.0 --sysroot "$T/made"
check_stdout_has 'has none' 'resets        none'
echo 1 >"$gpu/reset"
capture "$VMRUN" explain 01:00.0 --sysroot "$T/made"
check_stdout_has 'an old kernel names none' 'resets        one the kernel does not name'

check_status 'no such device' 4 "$VMRUN" explain 1f:1f.7 --sysroot "$HOST"
check_stderr_has 'named' 'no device matches 1f:1f.7'
check_status 'no such device as JSON' 4 "$VMRUN" explain --json 1f:1f.7 --sysroot "$HOST"
check_json 'an error object' '.schema == "vmrun.error/1" and .exit == 4'
check_status 'no selector' 2 "$VMRUN" explain --sysroot "$HOST"
check_stderr_has 'what it wants' 'SELECTOR'
check_status 'a bad selector' 2 "$VMRUN" explain slot=two --sysroot "$HOST"
