#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Captures of others: links that lead out, pipes, huge and odd files; vmrun answers, and does not wait.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

# What may not be read cannot be, also where the tests are run by root.
as=
[ "$(id -u)" -ne 0 ] || as='setpriv --bounding-set=-dac_override,-dac_read_search'
$as true 2>/dev/null || as=

# try NAME ROOT: survey, explain, plan and a capture of it end in time, and the JSON keeps to its schema
try() {
	for verb in 'survey' 'explain 02:00.0'; do
		# shellcheck disable=SC2086
		capture timeout 20 $as "$VMRUN" $verb --sysroot "$2"
		check "$1: $verb ends by itself" test "$STATUS" -lt 100
	done
	# shellcheck disable=SC2086
	check_status "$1: survey --json" 0 timeout 20 $as "$VMRUN" survey --json --sysroot "$2"
	check_schema "$1: it keeps to its schema"
	cp "$OUT" "$T/answer"
	rm -rf "$T/out"
	mkdir "$T/out"
	# shellcheck disable=SC2086
	check_status "$1: a capture of it" 0 \
		timeout 20 $as "$VMRUN" capture -q --keep=all --sysroot "$2" "$T/out/again"
	$as "$VMRUN" survey --json --sysroot "$T/out/again" >"$T/second"
	check_same_file "$1: which answers the same" "$T/answer" "$T/second"
}

# copy: $R is a fresh copy of the desktop
copy() {
	host desktop
	R=$T/root
	rm -rf "$R"
	cp -R "$HOST" "$R"
}

copy
echo 'outside' >"$T/outside"
ln -sf "$T/outside" "$R/proc/sys/kernel/osrelease"
rm "$R/sys/class/dmi/id/sys_vendor" "$R/sys/class/dmi/id/product_name"
ln -s ../../../../../../../../../../../../etc/hostname "$R/sys/class/dmi/id/sys_vendor"
ln -s "../../../../../../../../../../../..$T/outside" "$R/sys/class/dmi/id/product_name"
try 'links that lead out' "$R"
check_stdout_lacks 'links that lead out: nothing from outside' outside

copy
rm "$R/sys/class/dmi/id/sys_vendor" "$R/proc/cmdline" "$R/sys/devices/pci0000:00/0000:00:14.0/config"
ln -s sys_vendor "$R/sys/class/dmi/id/sys_vendor"
ln -s ../proc/cmdline "$R/proc/cmdline"
ln -s ../../../../bus/pci/devices/0000:00:14.0/config "$R/sys/devices/pci0000:00/0000:00:14.0/config"
try 'links in circles' "$R"

copy
for file in proc/cmdline proc/cpuinfo facts.json sys/devices/pci0000:00/0000:00:14.0/vendor \
	sys/devices/pci0000:00/0000:00:14.0/config sys/devices/pci0000:00/0000:00:14.0/class; do
	rm -f "$R/$file"
	mkfifo "$R/$file"
done
mkdir -p "$R/proc/self" "$R/run/vmrun"
rm -f "$R/proc/self/mountinfo"
mkfifo "$R/proc/self/mountinfo" "$R/run/vmrun/guest-a.json"
try 'pipes' "$R"

copy
truncate -s 1T "$R/proc/cmdline" "$R/facts.json" "$R/proc/cpuinfo" "$R/sys/class/dmi/id/sys_vendor"
truncate -s 1T "$R/sys/firmware/acpi/tables/DMAR" "$R/sys/devices/pci0000:00/0000:00:14.0/config"
try 'huge files' "$R"

copy
rm -rf "$R/sys/devices/pci0000:00/0000:00:14.0/config" "$R/proc/cmdline" "$R/sys/block"
mkdir "$R/sys/devices/pci0000:00/0000:00:14.0/config" "$R/proc/cmdline"
: >"$R/sys/block"
mkdir -p "$R/sys/bus/pci/slots/1/address"
try 'directories for files, files for directories' "$R"

copy
printf '{"schema":"vmrun.facts/1","users":[{"address":"0000:02:00.0","kind":"disk","what":"\\u001b[31mred"},7,{}],' \
	>"$R/facts.json"
printf '"names":[{"address":"02:00.0","device":"\\u0007bell"},{"address":"nowhere"}],"disks":3,"holders":{}}' \
	>>"$R/facts.json"
try 'odd facts' "$R"
check_status 'odd facts: survey' 0 "$VMRUN" survey --sysroot "$R"
tr -d '\033\007' <"$OUT" >"$T/plain"
check_same_file 'odd facts: a terminal is told nothing by them' "$T/plain" "$OUT"

copy
chmod 0 "$R/proc/cmdline" "$R/facts.json" "$R/sys/class/dmi/id/sys_vendor" "$R/sys/kernel/iommu_groups"
if ! $as test -r "$R/proc/cmdline"; then
	try 'unreadable files' "$R"
	check_json 'unreadable files: it is said what was not measured' '.host.unmeasured | length > 0'
else
	skip 'unreadable files' 'they can be read'
fi
chmod -R u+rwX "$R"
