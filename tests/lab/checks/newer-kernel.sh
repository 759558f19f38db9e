# newer-kernel.sh: what differs between kernels: reserved memory is refused in other words; and one guest for good measure
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/refuse.sh
. tests/lab/checks/guests.sh
. tests/lab/checks/rmrr.sh

URI=''
end_words="virsh destroy ends it"
destroy() {
	virsh -q -c qemu:///system destroy "$1" >/dev/null
}
end_guest=destroy

exits "survey" 0 "$VMRUN" survey
says "survey: the devices are assignable" "nvme         assignable" "mptsas       assignable"
guest_siblings :
rmrr_refused 'Failed to set group container: Invalid argument'
finish
