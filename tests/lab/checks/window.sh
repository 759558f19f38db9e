# window.sh: a card with a BAR of 1 GiB (ivshmem) is of use to a guest that kept room for it, and of none to one that did not
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# At a start SeaBIOS finds room for any BAR, whatever it is told of windows: the difference shows where it comes to hot plug.
. tests/lab/checks/lib.sh

images=/var/lib/libvirt/images/checks
CARD=$(lspci -Dnd 1af4:1110 | cut -d' ' -f1)

# said NAME TEXT: by the guest, within 400 s
said() {
	grep -qF -e "$2" "$C/serial/$1" 2>/dev/null
}

# guest NAME LINE…: with the card added once its Linux is up
guest() {
	name=$1
	shift
	profile "$name" 'memory = 256M' "kernel = $images/vmlinux" "initrd = $images/initrd" \
		"cmdline = $(cat "$images/cmdline") stay" "serial = file:$C/serial/$name" "$@" '[pci "usb"]' 'class = usb'
	sed -i '/^\tmemory = 64M/d' "$C/$name.profile"
	begin "$name" "$VMRUN" start "$C/$name.profile"
	runs "$name: the guest runs" "$name"
	is "$name: Linux is up in it" wait_for 400 said "$name" 'GUEST done'
	exits "$name: attach" 0 "$VMRUN" attach "$name" "$CARD"
	is "$name: the guest reports the card" wait_for 60 said "$name" '1af4:1110'
	sleep 3
	cp "$C/serial/$name" "$C/out"
}

# done_with NAME
done_with() {
	virsh -q -c qemu:///system destroy "$1"
	ends "$1: it ends" "$1" 0
	is "$1: the card is free again" driver_is_none "$CARD"
}

unmapped() {
	! said "$1" '1024 MiB at'
}

driver_is_none() {
	[ ! -e "$PCI/devices/$1/driver" ]
}

mkdir -p "$images" "$C/serial"
mount --bind build/lab/guest "$images"
chmod 777 "$C/serial"
guest kept 'hotplug-window = 2G'
says "kept: its BAR of 1 GiB is mapped" 'GUEST bar' '1024 MiB at 0x'
done_with kept
guest none
is "none: its BAR of 1 GiB is not mapped" unmapped none
done_with none
finish
