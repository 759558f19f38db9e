# soak-kill.sh: the whole matrix of kills, on a machine with libvirtd
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/guests.sh
. tests/lab/checks/kill.sh

URI=''
modprobe vfio-pci
# A run that dies when it has said that its guest is to start leaves storage to the pool, as a guest's end does: for the guest
# may have run. Here it has not, and the host is to be as before.
kill_profile '[pci "hba"]' 'match = 1000:0054' 'siblings = bind' 'after = host' '[pci "nic"]' 'match = 8086:10d3' 'count = 2' \
	'[pci "nvme"]' 'address = 01:00.0' 'after = host'
state >"$C/killed.before"
count_steps
as_before "killed at each step: before that" "$C/killed.before"
echo "$(wc -l <"$C/steps") steps"
# A part of them, where the machine is slow: KILL_STEPS=FIRST,LAST, numbers of lines.
sed -n "${KILL_STEPS:-1,\$}p" "$C/steps" >"$C/steps.part"
while read -r call number <&3; do
	kill_at_step "$call" "$number" 3<&-
done 3<"$C/steps.part"
for device in '0000:05:01.0 mptsas' '0000:05:02.0 snd_intel8x0' '0000:01:00.0 nvme' '0000:03:00.1 e1000e'; do
	# shellcheck disable=SC2086 # two words
	for file in $(sysfs_writes $device); do
		kill_at_write "$file"
	done
done
# shellcheck disable=SC2086
for file in $(sysfs_writes 0000:05:01.0 mptsas); do
	kill_mover "$file"
done
destroy() {
	virsh -q -c qemu:///system destroy "$1" >/dev/null
}
end_guest=destroy
daemon_killed
all_killed
finish
