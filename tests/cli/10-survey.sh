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
check_status 'survey of nothing' 4 "$VMRUN" survey --sysroot "$HOST" 1b36:000d
check_stderr_has 'survey of nothing: says what matches nothing' 'vmrun: no device matches 1b36:000d'
check_status 'survey, bad selector' 2 "$VMRUN" survey --sysroot "$HOST" nvme
check_stderr_has 'survey, bad selector: names the right one' 'did you mean class=nvme?'

check_status 'survey of no root' 1 "$VMRUN" survey --sysroot "$T/nowhere"
check_stderr_has 'survey of no root: why' "vmrun: $T/nowhere: cannot open the root directory: No such file"

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
