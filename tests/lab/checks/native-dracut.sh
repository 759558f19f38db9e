# native-dracut.sh: host setup on a machine with dracut, GRUB and / on ext4, with their real programs; run by tests/lab/native
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# $1: the kernel. Leaves the image in /work/dracut.img.
version=$1
image=/boot/initrd.img-$version

# is NAME COMMAND…
is() {
	name=$1
	shift
	if "$@" >/tmp/is.out 2>&1; then echo "ok $name"; else echo "not ok $name" && tail -n 30 /tmp/is.out | sed 's/^/#   /'; fi
}

# lists TEXT: the image has it
lists() {
	lsinitrd "$image" >/tmp/list 2>/dev/null && grep -qF -e "$1" /tmp/list
}

printf '[vm]\n\tname = nas\n\tmemory = 64M\n[pci "nvme"]\n\taddress = 01:00.0\n' >/tmp/nas.profile
# Few modules: what is asked for here is ours; and what the lab needs to go on.
mkdir -p /etc/dracut.conf.d /boot/grub /usr/lib/dracut/modules.d/99lab
printf 'hostonly="no"\ncompress="zstd"\ndracutmodules+=" bash base udev-rules rootfs-block lab "\n' >/etc/dracut.conf.d/lab.conf
lab='nvme ext4 virtio_pci virtio_console 9p 9pnet_virtio overlay'
printf "check() { return 0; }\ndepends() { return 0; }\ninstallkernel() { hostonly='' instmods %s; }\n" "$lab" \
	>/usr/lib/dracut/modules.d/99lab/module-setup.sh
# shellcheck disable=SC2016 # for dracut
printf 'install() { inst_multiple modprobe; inst_hook pre-mount 10 "$moddir/lab-load.sh"; }\n' \
	>>/usr/lib/dracut/modules.d/99lab/module-setup.sh
printf '#!/bin/sh\nmodprobe -a %s\n' "$lab" >/usr/lib/dracut/modules.d/99lab/lab-load.sh
chmod 755 /usr/lib/dracut/modules.d/99lab/*
: >"$image"
echo 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"' >/etc/default/grub
is 'GRUB finds / on its disk' grub-mkconfig -o /boot/grub/grub.cfg
cp /etc/default/grub /tmp/grub.before

is 'apply: files, dracut, GRUB' vmrun host setup --apply --iommu-pt /tmp/nas.profile
for text in usr/lib/vmrun/early etc/vmrun/early hooks/pre-udev/00-vmrun-early.sh vfio-pci.ko vfio_iommu_type1.ko; do
	is "the image has $text" lists "$text"
done
cp "$image" /work/dracut.img
is 'every entry of the menu but those for recovery has the parameters' sh -c "grep '^[[:space:]]*linux' /boot/grub/grub.cfg |
	grep -v single >/tmp/entries && [ -s /tmp/entries ] && ! grep -v 'intel_iommu=on iommu=pt' /tmp/entries"
is 'apply again: nothing to change' sh -c 'vmrun host setup --apply --iommu-pt /tmp/nas.profile | grep "nothing to change"'

# A file that is read later and sets the parameters anew: the menu is looked at, and the failure names it.
mkdir -p /etc/default/grub.d
echo 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"' >/etc/default/grub.d/later.cfg
vmrun host setup --undo >/dev/null 2>&1 || :
is 'parameters that another file takes away are missed' sh -c 'vmrun host setup --apply --iommu-pt 2>&1 >/dev/null |
	grep "grub.cfg: .*intel_iommu=on, iommu=pt is not in it"'
rm /etc/default/grub.d/later.cfg
is 'undo: files, dracut, GRUB' vmrun host setup --undo
is 'undo: /etc/default/grub is as it was' cmp /etc/default/grub /tmp/grub.before
is 'undo: nothing of it is in the menu' sh -c '! grep iommu /boot/grub/grub.cfg'
is 'undo: nothing of it is in the image' sh -c "lsinitrd $image >/tmp/list && ! grep -e vmrun -e vfio /tmp/list"
echo 'checks done'
