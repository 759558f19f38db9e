# newer-kernel.sh: what differs between kernels: reserved memory is refused in other words; and one guest for good measure
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/refuse.sh
. tests/lab/checks/guests.sh
. tests/lab/checks/rmrr.sh
. tests/lab/checks/sysfs.sh
. tests/lab/checks/uses.sh

URI=''
end_words="virsh destroy ends it"
destroy() {
	virsh -q -c qemu:///system destroy "$1" >/dev/null
}
end_guest=destroy

# seen_in_use GUEST: the survey says who has the HBA
seen_in_use() {
	surveyed "a running guest" 05:01.0 'in-use-guest   block' "guest $1"
}

exits "survey" 0 "$VMRUN" survey
says "survey: the devices are assignable" "nvme         assignable" "mptsas       assignable"
surveyed_as_sysfs
uses_lvm
captured_same "captured" survey --json
guest_siblings seen_in_use
rmrr_refused 'Failed to set group container: Invalid argument'
finish
