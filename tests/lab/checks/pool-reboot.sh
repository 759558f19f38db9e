# pool-reboot.sh: the start of a host after pool.sh, with one root port more: what was persisted is found by what it is
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh

# The drive that was 01:00.0 is 02:00.0 now; at 01:00.0 there is another one of the same type.
is "udev: it has been taken before its driver" driver_is 0000:02:00.0 vfio-pci
is "udev: the driver never had it" [ -z "$(dmesg | grep 'nvme.*pci function 0000:02:00.0')" ]
is "udev: another card at its address has not" driver_is 0000:01:00.0 nvme
is "udev: nor the other drives" driver_is 0000:03:00.0 nvme
is "udev: the USB controller has" driver_is 0000:08:00.0 vfio-pci
links >"$C/links"
exits "apply, as the host's start does" 0 "$VMRUN" pool --apply
says "apply: it was elsewhere, and another card sits there" \
	'is at 0000:02:00.0 now; at 0000:01:00.0, where it was, there is another card'
untouched "apply: what udev has done, it does not do again" "$C/links"
exits "apply: pool" 0 "$VMRUN" pool --json
is "apply: they belong to whichever driver the host has" json '[.devices[] | [.address, .state, .home.probe]] ==
	[["0000:02:00.0", "pool", true], ["0000:08:00.0", "pool", true]]' "$C/out"

# A host whose drivers have won, as after an initramfs without the rule.
exits "release" 0 "$VMRUN" release 02:00.0 08:00.0
is "release: a driver that was never loaded has the controller" driver_is 0000:08:00.0 xhci_hcd
is "release: and the drive its own" driver_is 0000:02:00.0 nvme
exits "apply: takes them from their drivers" 0 "$VMRUN" pool --apply
is "apply: the drive" driver_is 0000:02:00.0 vfio-pci
is "apply: the controller" driver_is 0000:08:00.0 vfio-pci
exits "release" 0 "$VMRUN" release class=nvme class=usb
mkfs.ext4 -qF -O ^has_journal -N 16 "/dev/$(disk_of 0000:02:00.0)"
mkdir /run/mnt
mount "/dev/$(disk_of 0000:02:00.0)" /run/mnt
exits "apply: not what the host uses" 5 "$VMRUN" pool --apply
says "apply: why" 'mounted on /run/mnt'
is "apply: it is with the host" driver_is 0000:02:00.0 nvme
is "apply: the rest is taken" driver_is 0000:08:00.0 vfio-pci
umount /run/mnt
exits "release" 0 "$VMRUN" release 08:00.0

# Another card at the place itself.
sed -i 's/^subsystem = .*/subsystem = 144d:a801/' /etc/vmrun/pool.d/0000-0-05.0-00.0
exits "changed: another card at the place is left alone" 5 "$VMRUN" pool --apply
says "changed: with the difference" 'changed' 'subsystem 144d:a801 was recorded' 'release --persist 0000-0-05.0-00.0'
is "changed: it is with the host" driver_is 0000:02:00.0 nvme
exits "changed: who asks for it is told, too" 5 "$VMRUN" bind 02:00.0
is "changed: a mark keeps udev's rule off" [ -e /run/vmrun/changed-0000-0-05.0-00.0 ]
exits "changed: forget the card" 0 "$VMRUN" release --persist 0000-0-05.0-00.0
exits "changed: now it may be taken" 0 "$VMRUN" bind 02:00.0
exits "changed: and back" 0 "$VMRUN" release 02:00.0 08:00.0

# The emergency exit.
sed 's/$/ vmrun.pool=off/' /proc/cmdline >/run/cmdline
mount --bind /run/cmdline /proc/cmdline
exits "off: nothing is taken" 0 "$VMRUN" pool --apply
says "off: which is said" 'vmrun.pool=off'
echo 0000:08:00.0 >$PCI/drivers/xhci_hcd/unbind
udevadm trigger --action=add $PCI/devices/0000:08:00.0
udevadm settle --timeout=60
is "off: nor by udev" override_is 0000:08:00.0 '(null)'
umount /proc/cmdline
udevadm trigger --action=add $PCI/devices/0000:08:00.0
udevadm settle --timeout=60
is "on: udev takes a card that comes later" driver_is 0000:08:00.0 vfio-pci
finish
