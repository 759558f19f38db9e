# native-setup.sh: host setup on Debian, with its real programs; run by tests/lab/native
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# $1: the kernel. /work/pool.d, where it is there, is what bind --persist wrote on the machine that is set up. Leaves in
# /work: applied.img and undone.img, written.tar with all that setup wrote; what it checks goes to stdout as "ok NAME" or
# "not ok NAME".
version=$1
image=/boot/initrd.img-$version

# is NAME COMMAND…
is() {
	name=$1
	shift
	if "$@" >/tmp/is.out 2>&1; then echo "ok $name"; else echo "not ok $name" && sed 's/^/#   /' /tmp/is.out; fi
}

# tree: what there is of configuration
tree() {
	find /etc /usr/lib/vmrun /var/lib/vmrun ! -type l -printf '%p %y %m\n' -o -printf '%p %y %l\n' 2>/dev/null | sort
	find /etc -type f -exec cksum {} + | sort -k 3
}

# lists TEXT: the image has it
lists() {
	lsinitramfs "$image" >/tmp/list && grep -qF -e "$1" /tmp/list
}

# Small images, made fast: what the lab needs to go on, and the disks in question.
printf 'MODULES=list\nCOMPRESS=zstd\n' >/etc/initramfs-tools/conf.d/lab
printf '%s\n' nvme ext4 virtio_pci virtio_console 9p 9pnet_virtio overlay >>/etc/initramfs-tools/modules
# The identity is all there is of the device: the profile takes whichever the pool has.
printf '[vm]\n\tname = nas\n\tmemory = 64M\n[pci "nvme"]\n\tclass = nvme\n\tfrom = pool\n' >/tmp/nas.profile
echo 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"' >/etc/default/grub
: >"$image"
mkdir -p /etc/vmrun/pool.d
if [ -d /work/pool.d ]; then
	cp /work/pool.d/* /etc/vmrun/pool.d/
else
	printf '[device]\npath = 0000/0/05.0/00.0\nids = 1b36:0010\nsubsystem = 1af4:1100\n' >/etc/vmrun/pool.d/nvme
fi

tree >/tmp/before
is 'apply: files, then update-initramfs' vmrun host setup --apply --user nobody /tmp/nas.profile
for text in usr/lib/vmrun/early etc/vmrun/early scripts/init-top/00-vmrun /vfio-pci.ko /vfio_iommu_type1.ko etc/modprobe.d/vmrun.conf; do
	is "the image has $text" lists "$text"
done
is 'the image has no vfio_virqfd of its own accord' sh -c '! grep -r virqfd /etc/initramfs-tools /etc/modprobe.d'
# shellcheck disable=SC2016 # for the inner shell
is 'the list is the identity of the pool, and nothing else' sh -c \
	'[ "$(grep -v "^#" /etc/vmrun/early)" = "0000/0/05.0/00.0 1b36:0010 1af4:1100 nobody pool" ]'
is 'the kernel parameter is in /etc/default/grub' grep -q intel_iommu=on /etc/default/grub
unmkinitramfs "$image" /tmp/unpacked
is 'its script runs before udev' sh -c 'grep -h -o "init-top/[a-z0-9_-]*" /tmp/unpacked/scripts/init-top/ORDER \
	/tmp/unpacked/main/scripts/init-top/ORDER 2>/dev/null | grep -e vmrun -e udev | head -n 1 | grep -q vmrun'
cp "$image" /work/applied.img
jq -r '.files[] | select(.written) | .path' /var/lib/vmrun/host/manifest.json >/tmp/written
tar -C / -cf /work/written.tar -T /tmp/written etc/vmrun/pool.d var/lib/vmrun usr/lib/vmrun/early
is 'apply again: nothing to change' sh -c 'vmrun host setup --apply --user nobody /tmp/nas.profile | grep "nothing to change"'
is 'undo: files, then update-initramfs' vmrun host setup --undo
tree >/tmp/after
is 'undo: /etc is as it was' diff /tmp/before /tmp/after
is 'undo: nothing of it is in the image' sh -c "! lsinitramfs $image | grep -e vmrun -e vfio"
cp "$image" /work/undone.img
echo 'checks done'
