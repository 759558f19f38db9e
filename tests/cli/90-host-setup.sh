#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun host setup on roots of four distributions: shown, written, written again, put back byte for byte.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

# put PATH TEXT [MODE]: a file of the root $R
put() {
	mkdir -p "$R/$(dirname "$1")"
	printf '%b' "$2" >"$R/$1"
	chmod "${3:-644}" "$R/$1"
}

# kernels RELEASE…: installed, with vfio, and an image each where IMAGE says
kernels() {
	for release; do
		put "lib/modules/$release/modules.dep" 'kernel/vfio-pci.ko.xz:\nkernel/vfio_iommu_type1.ko.xz:\n'
		put "lib/modules/$release/modules.builtin" 'kernel/ext4.ko\n'
		put "$(echo "$IMAGE" | sed "s/RELEASE/$release/")" 'image'
	done
}

# root NAME HOST: a root $R on the described host
root() {
	host "$2"
	R=$T/$1
	cp -R "$HOST" "$R"
	mkdir -p "$R/var/lib" "$R/sys/module/nvme"
	[ ! -d "$R/sys/bus/pci/drivers/nvme" ] || ln -s ../../../../module/nvme "$R/sys/bus/pci/drivers/nvme/module"
	put etc/passwd 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n'
}

# tree DIR: names, kinds, modes, links and contents of all of it
tree() {
	(cd "$1" && find . ! -type l -printf '%P %y %m\n' -o -printf '%P %y %l\n' | sort &&
		find . -type f -exec sha256sum {} + | sort -k 2)
}

# check_setup NAME ARG…: golden diff; apply, again, undo
check_setup() {
	name=$1
	shift
	tree "$R" >"$T/before"
	check_status "$name: shown" 0 "$VMRUN" host setup "$@" --sysroot "$R"
	cp "$OUT" "$T/setup.txt"
	cp "$OUT" "$T/golden"
	nameless "$T/golden"
	mkdir -p "$FIXTURES/setup"
	[ -f "$FIXTURES/setup/$name.txt" ] || [ "${REGEN:-0}" != 1 ] || : >"$FIXTURES/setup/$name.txt"
	check_same_file "$name: the diff of each file, and why" "$FIXTURES/setup/$name.txt" "$T/golden"
	tree "$R" >"$T/now"
	check "$name: showing changes nothing" cmp "$T/before" "$T/now"
	check "$name: what is shown is a patch" sh -c "cp -R '$R' '$T/patched' && patch -s -p1 -d '$T/patched' <'$T/setup.txt'"
	check_status "$name: applied" 0 "$VMRUN" host setup "$@" --apply --sysroot "$R"
	(cd "$T/patched" && find . -type f ! -path './var/*' -exec sha256sum {} + | sort -k 2) >"$T/patched.sums"
	(cd "$R" && find . -type f ! -path './var/*' -exec sha256sum {} + | sort -k 2) >"$T/applied.sums"
	check "$name: what is written is what was shown" cmp "$T/patched.sums" "$T/applied.sums"
	tree "$R" >"$T/applied"
	check_status "$name: applied again" 0 "$VMRUN" host setup "$@" --apply --sysroot "$R"
	check_stdout_has "$name: applied again: nothing to do" 'nothing to change'
	tree "$R" >"$T/now"
	check "$name: applied again: nothing changed" cmp "$T/applied" "$T/now"
	check_status "$name: as JSON" 0 "$VMRUN" host setup "$@" --json --sysroot "$R"
	check_json "$name: all files are as wanted" '.schema == "vmrun.hostsetup/1" and ([.files[] | .state == "same"] | all)'
	check_status "$name: undone" 0 "$VMRUN" host setup --undo --sysroot "$R"
	tree "$R" >"$T/now"
	check "$name: undone: every byte, mode and link as before" diff "$T/before" "$T/now"
	rm -rf "$T/patched"
}

printf '[vm]\n\tname = nas\n\tmemory = 4G\n[pci "nvme"]\n\taddress = 01:00.0\n' | profile nas

# Debian 12: initramfs-tools and GRUB; the IOMMU is on by hand, an early list is wanted
IMAGE=boot/initrd.img-RELEASE
root debian two-nvme
kernels 6.1.0-18-amd64 6.1.0-21-amd64
put etc/os-release 'ID=debian\n'
# shellcheck disable=SC2016 # for a shell to read
put etc/default/grub '# Run update-grub after a change.\nGRUB_DEFAULT=0\nGRUB_TIMEOUT=5\nGRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null || echo Debian`\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n' 640
put boot/grub/grub.cfg 'menuentry\n'
mkdir -p "$R/etc/initramfs-tools/hooks" "$R/etc/modprobe.d" "$R/run/systemd/system" "$R/run/udev"
: >"$R/run/udev/control"
ln -s ../initramfs-tools "$R/etc/link"
for p in update-initramfs lsinitramfs update-grub udevadm systemctl libvirtd; do put usr/sbin/$p '' 755; done
put etc/libvirt/qemu.conf '# the list of somebody\ncgroup_device_acl = [\n    "/dev/null", "/dev/full",\n    "/dev/mapper/mine"\n]\n' 600
check_setup debian nas.profile --iommu-pt --user alice --blacklist nouveau

# Fedora: dracut and BLS entries, one of which is for rescue
IMAGE=boot/initramfs-RELEASE.img
root fedora iommu-off
kernels 6.8.5-301.fc40.x86_64
put etc/os-release 'ID=fedora\n'
put etc/default/grub 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="rhgb quiet"\nGRUB_ENABLE_BLSCFG=true\n'
put etc/kernel/cmdline 'root=UUID=1 ro rhgb quiet\n'
put boot/grub2/grub.cfg 'blscfg\n'
put boot/loader/entries/0-6.8.5-301.fc40.x86_64.conf 'title Fedora\nversion 6.8.5\nlinux /vmlinuz-6.8.5\ninitrd /initramfs-6.8.5.img\noptions root=UUID=1 ro rhgb quiet\ngrub_class fedora\n'
put boot/loader/entries/0-0-rescue.conf 'title Fedora (rescue)\nlinux /vmlinuz-0-rescue\noptions root=UUID=1 ro\n'
put usr/sbin/grubby '' 755
put usr/bin/dracut '' 755
put usr/bin/lsinitrd '' 755
put usr/sbin/grub2-mkconfig '' 755
check_setup fedora

# Arch: mkinitcpio and systemd-boot, whose entry is written by hand
IMAGE=boot/initramfs-linux.img
root arch two-nvme
kernels 6.9.1-arch1-1
put etc/os-release 'ID=arch\n'
put boot/loader/entries/arch.conf 'title Arch Linux\nlinux /vmlinuz-linux\ninitrd /initramfs-linux.img\noptions root=/dev/nvme0n1p2 rw intel_iommu=off'
put etc/mkinitcpio.conf '# vim:set ft=sh\nMODULES=()\nHOOKS=(base udev autodetect modconf kms keyboard\n\tblock filesystems fsck) # the order counts\n'
put etc/mkinitcpio.d/linux.preset 'ALL_kver="/boot/vmlinuz-linux"\nPRESETS=(default)\ndefault_image="/boot/initramfs-linux.img"\n'
put usr/bin/mkinitcpio '' 755
put usr/bin/lsinitcpio '' 755
check_setup arch nas.profile

# openSUSE: dracut and GRUB, on an AMD machine that was told to leave its IOMMU off
IMAGE=boot/initrd-RELEASE
root suse amd-off
kernels 6.4.0-150600-default
put etc/os-release 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n'
put etc/default/grub "GRUB_DISTRIBUTOR=\nGRUB_CMDLINE_LINUX_DEFAULT='splash=silent amd_iommu=off quiet'\nGRUB_CMDLINE_LINUX=\"\"\n"
put boot/grub2/grub.cfg 'menuentry\n'
put usr/sbin/grub2-mkconfig '' 755
put usr/bin/dracut '' 755
check_setup suse --iommu-pt

# No file that holds the kernel's command line: what is left is said, but for what the kernel was given already
root nofile iommu-off
check_status 'no boot loader: shown' 0 "$VMRUN" host setup --sysroot "$R"
check_stdout_has 'no boot loader: what is left' 'nothing could be changed; left to be done by hand: give the kernel intel_iommu=on'
check_stdout_lacks 'no boot loader: not all is as it is to be' 'all is as it is to be'
root given gen8
check_status 'no boot loader, but given: shown' 0 "$VMRUN" host setup --sysroot "$R"
check_stdout_lacks 'no boot loader, but given: nothing is left to a hand' 'by hand'
check_stdout_has 'no boot loader, but given: nothing to change' 'nothing to change: all is as it is to be'
check_status 'no boot loader, one given: shown' 0 "$VMRUN" host setup --iommu-pt --sysroot "$R"
check_stdout_has 'no boot loader, one given: the other is left' 'left to be done by hand: give the kernel iommu=pt'

# Changed by hand since: shown three ways, never written; the rest is put back
root hand iommu-off
put etc/default/grub 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\n'
put etc/kernel/cmdline 'ro\n'
check_status 'by hand: applied' 0 "$VMRUN" host setup --apply --sysroot "$R"
put etc/default/grub 'GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on"\nGRUB_TIMEOUT=1\n'
check_status 'by hand: what setup wants is still in it' 0 "$VMRUN" host setup --apply --sysroot "$R"
check_status 'by hand: iommu=pt is not' 5 "$VMRUN" host setup --apply --iommu-pt --sysroot "$R"
check_stderr_has 'by hand: says so' 'changed by hand'
check_stdout_has 'by hand: what setup wrote' '+GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on"'
check_stdout_has 'by hand: what was changed since' '+GRUB_TIMEOUT=1'
check 'by hand: the other file was not written either' grep -qxF 'ro intel_iommu=on' "$R/etc/kernel/cmdline"
check_status 'by hand: undone but for it' 8 "$VMRUN" host setup --undo --sysroot "$R"
check 'by hand: it stays' grep -qxF GRUB_TIMEOUT=1 "$R/etc/default/grub"
check 'by hand: the other file is put back' grep -qxF ro "$R/etc/kernel/cmdline"
put etc/default/grub 'GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on"\n'
check_status 'by hand: taken out of it, it goes back' 0 "$VMRUN" host setup --undo --sysroot "$R"
check 'by hand: as it was' grep -qxF 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"' "$R/etc/default/grub"
check 'by hand: nothing is kept' test ! -e "$R/var/lib/vmrun"

# What cannot be changed for sure is refused, with file and line
put etc/default/grub 'GRUB_TIMEOUT=1\r\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\r\n'
check_status 'carriage returns' 5 "$VMRUN" host setup --sysroot "$R"
check_stderr_has 'carriage returns: where' '/etc/default/grub:1: a carriage return'
put etc/default/grub '\nif test -e /x; then\n\tGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nfi\n'
check_status 'a condition' 5 "$VMRUN" host setup --sysroot "$R"
check_stderr_has 'a condition: where' '/etc/default/grub:3: GRUB_CMDLINE_LINUX_DEFAULT is set within a condition'
put etc/default/grub ''
put etc/libvirt/qemu.conf 'cgroup_device_acl = [\n"/dev/null", # zero\n"/dev/kvm" ]\n'
check_status 'a comment in a list' 5 "$VMRUN" host setup --sysroot "$R"
check_stderr_has 'a comment in a list: where' '/etc/libvirt/qemu.conf:2: a comment within a list'

# The disk the host runs from is never bound early, whatever selects it
root disk two-nvme
put etc/os-release 'ID=debian\n'
put usr/sbin/update-initramfs '' 755
printf '[vm]\n\tname = all\n\tmemory = 1G\n[pci "disk"]\n\taddress = 00:17.0\n[pci "nvme"]\n\tclass = nvme\n\tcount = 2\n' |
	profile all
check_status 'a root disk among them' 0 "$VMRUN" host setup all.profile --sysroot "$R"
check_stdout_has 'a root disk among them: not bound early' '0000:00:17.0 is not bound early: '
check_stdout_has 'a root disk among them: the others are' '2 devices for guests'
check_stdout_lacks 'a root disk among them: not on the list' '+0000/0/17.0'

# The persisted pool: its identities are all that early binding needs
root pool two-nvme
put etc/os-release 'ID=debian\n'
put usr/sbin/update-initramfs '' 755
put usr/sbin/systemctl '' 755
put usr/sbin/virtqemud '' 755
put usr/lib/systemd/system/vmrun-pool.service '[Service]\n'
mkdir -p "$R/run/systemd/system"
# pool FILE PATH IDS SUBSYSTEM ADDRESS: as bind --persist writes it
pool() {
	put "etc/vmrun/pool.d/$1" "[device]\n\tpath = $2\n\tids = $3\n\tsubsystem = $4\n\taddress = $5\n"
}
pool nvme 0000/0/1c.0/00.0 144d:a808 0000:0000 0000:07:00.0
printf '[vm]\n\tname = any\n\tmemory = 1G\n[pci "nvme"]\n\tfrom = pool\n\tclass = nvme\n\tpick = any\n' | profile any
capture "$VMRUN" host check --json --sysroot "$R"
check_json 'the pool, not set up: what mends it' '.checks[] | select(.code == "persisted") | .result == "WARN" and
	(.message | contains("0000:01:00.0")) and (.fix | contains("vmrun host setup --apply && reboot"))'
check_status 'the pool: applied' 0 "$VMRUN" host setup any.profile --apply --sysroot "$R"
check_stdout_has 'the pool: libvirt is told of the hook' 'systemctl try-reload-or-restart virtqemud'
grep '^exec ' "$BUILD/hooks/libvirt/qemu" >"$T/hook.wanted"
grep '^exec ' "$R/etc/libvirt/hooks/qemu.d/vmrun" >"$T/hook.got"
check_same_file 'the pool: the hook is there, and does what that of make install does' "$T/hook.wanted" "$T/hook.got"
check 'the pool: bound early by what it is, not by the address in its file' \
	grep -qxF '0000/0/1c.0/00.0 144d:a808 0000:0000 - pool' "$R/etc/vmrun/early"
check 'the pool: its twin is not' test "$(grep -vc '^#' "$R/etc/vmrun/early")" = 1
check 'the pool: vmrun-pool.service starts with the host' \
	grep -qxF 'Wants=vmrun-pool.service' "$R/etc/systemd/system/sysinit.target.d/50-vmrun.conf"
check_status 'the pool: applied again' 0 "$VMRUN" host setup --apply any.profile --sysroot "$R"
check_stdout_has 'the pool: applied again: nothing to do' 'nothing to change'
capture "$VMRUN" host check --json --sysroot "$R"
check_json 'the pool, set up' '.checks[] | select(.code == "persisted") | .result == "PASS"'
echo '# mine' >>"$R/etc/libvirt/hooks/qemu.d/vmrun"
check_status 'the pool: a hook changed by hand' 0 "$VMRUN" host setup --apply any.profile --sysroot "$R"
check 'the pool: a hook changed by hand stays' grep -qx '# mine' "$R/etc/libvirt/hooks/qemu.d/vmrun"
sed -i '$d' "$R/etc/libvirt/hooks/qemu.d/vmrun"
pool other 0000/0/1d.0/00.0 144d:ffff 0000:0000 0000:02:00.0
check_status 'another card than persisted' 0 "$VMRUN" host setup --sysroot "$R"
check_stdout_has 'another card than persisted: is left alone' 'other of the persisted pool is not bound early: changed'
check_stdout_lacks 'another card than persisted: not on the list' '+0000/0/1d.0/00.0'
rm "$R/etc/vmrun/pool.d/other"
put etc/vmrun/pool.d/damaged 'path\n'
check_status 'a damaged file' 0 "$VMRUN" host setup any.profile --sysroot "$R"
check_stdout_has 'a damaged file: said' 'damaged of the persisted pool is not bound early: damaged'
rm "$R/etc/vmrun/pool.d/damaged" "$R/etc/vmrun/pool.d/nvme"
capture "$VMRUN" host check --json --sysroot "$R"
check_json 'forgotten by the pool, bound early still' '.checks[] | select(.code == "persisted") | .result == "WARN" and
	(.message | contains("persisted no more: 0000/0/1c.0/00.0")) and
	(.fix | contains("vmrun host setup --apply") and contains("/any.profile && reboot"))'
check_status 'forgotten: applied' 0 "$VMRUN" host setup --apply any.profile --sysroot "$R"
check 'forgotten: off the list, and no unit' test ! -e "$R/etc/vmrun/early" -a ! -e "$R/etc/systemd/system/sysinit.target.d/50-vmrun.conf"
check_status 'forgotten: undone' 0 "$VMRUN" host setup --undo --sysroot "$R"
check 'forgotten: undone: no hook' test ! -e "$R/etc/libvirt"
put etc/libvirt/hooks/qemu.d/vmrun '#!/bin/sh\n' 755
check_status 'a hook that a package brought' 0 "$VMRUN" host setup --sysroot "$R"
check_stdout_lacks 'a hook that a package brought: stays' 'hooks/qemu.d'

# A kernel that uses the IOMMU without being told, but for Intel's graphics
printf '%s\n' 'kernel 6.1.0-18-amd64 cpu=GenuineIntel cmdline="quiet"' 'iommu intel on' 'vfio module' \
	'00:02.0 8086:3e92 030000 driver=i915' '01:00.0 144d:a808 010802 group=11 driver=nvme' >"$T/spec"
"$SRCDIR/tests/tools/mkhost" "$T/spec" "$T/graphics"
R=$T/graphics
put etc/default/grub 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\n'
printf '[vm]\n\tname = desk\n\tmemory = 1G\n[pci "gpu"]\n\taddress = 00:02.0\n' | profile desk
check_status 'graphics left out of the IOMMU' 0 "$VMRUN" host setup desk.profile --sysroot "$R"
check_stdout_has 'graphics left out of the IOMMU: the kernel is told' '+GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on"'
check_status 'an NVMe that is not' 0 "$VMRUN" host setup nas.profile --sysroot "$R"
check_stdout_lacks 'an NVMe that is not: nothing is told' '+GRUB_CMDLINE'

check_status 'apply and undo' 2 "$VMRUN" host setup --apply --undo
check_status 'a user there is not' 2 "$VMRUN" host setup --user bob --sysroot "$R"
check_status 'a name that is a line of configuration' 2 "$VMRUN" host setup --user 'a b' --sysroot "$R"
