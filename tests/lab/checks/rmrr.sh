# rmrr.sh: a device for which firmware reserves memory is refused; and where vmrun cannot know, the kernel's refusal is explained
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh

# blind COMMAND…: with a /sys that says nothing about reserved memory of the RAID controller's group
blind() {
	: >"$C/no-regions"
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m --propagation private sh -c 'mount --bind "$0" "$1" && mount -t tmpfs none "$2" && shift 2 && exec "$@"' \
		"$C/no-regions" "/sys/kernel/iommu_groups/$(group_of 0000:06:00.0)/reserved_regions" \
		/sys/firmware/acpi/tables "$@"
}

# rmrr_refused TEXT: what QEMU says on this kernel when it gets the device all the same
rmrr_refused() {
	profile raid '[pci "raid"]' 'match = 1000:0079'
	state >"$C/rmrr.before"
	refused "RMRR" raid "  rmrr " 0000:06:00.0 0xbf7e9000-0xbf7fffff conrep Endpoints_Excluded
	exits "RMRR: survey" 0 "$VMRUN" survey --json
	is "RMRR: the survey blocks the RAID controller alone" \
		json '[.devices[] | select(any(.findings[]; .code == "rmrr")) | .address] == ["0000:06:00.0"]' "$C/out"
	exits "RMRR that survey cannot see: the kernel refuses, start fails" 7 blind "$VMRUN" start "$C/raid.profile"
	says "RMRR that survey cannot see: the refusal is quoted" "$1"
	says "RMRR that survey cannot see: it is explained" RMRR "  fix  " "vmrun explain"
	as_before "RMRR that survey cannot see: the host is as before" "$C/rmrr.before"
}
