# setup.sh: sourced by the checks of host setup after outside.sh: makes an image, boots it
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh

cache=$SRCDIR/build/lab

# native_checks NAME TOOLS KERNEL SCRIPT: run SCRIPT as tests/lab/native does, pass on each check it prints
native_checks() {
	native_complete=no
	mkdir -p "$T/work"
	native_status=0
	"$SRCDIR/tests/lab/native" "$2" "$3" "$T/host" "$T/work" "$4" >"$T/native" 2>&1 || native_status=$?
	while IFS= read -r line; do
		case $line in
		'ok '*) pass "$1: ${line#ok }" ;;
		'not ok '*) fail "$1: ${line#not ok }" ;;
		'checks done') native_complete=yes ;;
		*) printf '# %s\n' "$line" ;;
		esac
	done <"$T/native"
	check "$1 ran to its end" test $native_status,$native_complete = 0,yes
}

# setup_host: the standard machine's two NVMe drives, described: without disks, for there are none here
setup_host() {
	cat >"$T/spec" <<'END'
dmi QEMU "Standard PC" 1
kernel 6.1.0-18-amd64 cpu=GenuineIntel cmdline="quiet intel_iommu=on"
iommu intel on
vfio module
00:05.0 1b36:000c 0604 group=5 bus=01 driver=pcieport
00:06.0 1b36:000c 0604 group=6 bus=02 driver=pcieport
01:00.0 1b36:0010 010802 group=11 driver=nvme
02:00.0 1b36:0010 010802 group=12 driver=nvme
END
	"$SRCDIR/tests/tools/mkhost" "$T/spec" "$T/host"
	for n in 1 2; do
		printf '0x1af4\n' >"$T/host/sys/bus/pci/devices/0000:0$n:00.0/subsystem_vendor"
		printf '0x1100\n' >"$T/host/sys/bus/pci/devices/0000:0$n:00.0/subsystem_device"
	done
	mkdir -p "$T/host/sys/module/nvme"
	ln -s ../../../../module/nvme "$T/host/sys/bus/pci/drivers/nvme/module"
}

# setup_image: host setup with initramfs-tools; the images are in $T/work
setup_image() {
	unshare --mount true 2>/dev/null || skip_all 'needs root and a mount namespace'
	kernel=$("$SRCDIR/tests/lab/kernel" "$cache")
	tools=$("$SRCDIR/tests/lab/packages" "$cache" initramfs-tools initramfs-tools initramfs-tools-core klibc-utils libklibc \
		linux-base zstd) || skip_all 'initramfs-tools could not be fetched'
	setup_host
	native_checks initramfs-tools "$tools" "$kernel" tests/lab/checks/native-setup.sh
}

# setup_dracut: the same with dracut and GRUB, / on ext4
setup_dracut() {
	kernel=$("$SRCDIR/tests/lab/kernel" "$cache")
	tools=$("$SRCDIR/tests/lab/packages" "$cache" dracut dracut-core zstd grub-common grub2-common gettext-base linux-base) ||
		skip_all 'dracut could not be fetched'
	[ -d "$T/host" ] || setup_host
	export LAB_ROOT=ext4
	native_checks dracut "$tools" "$kernel" tests/lab/checks/native-dracut.sh
	unset LAB_ROOT
}

# setup_boot applied|off|undone
setup_boot() {
	case $1 in
	applied) set -- "$1" applied.img '' ;;
	off) set -- "$1" applied.img 'vmrun.pool=off' ;;
	undone) set -- "$1" undone.img '' ;;
	esac
	# /tmp of this machine is not there
	mkdir -p "$BUILD/lab-setup"
	cp "$T/work/written.tar" "$BUILD/lab-setup/"
	LAB_WITH="SETUP=$1 WRITTEN=$BUILD/lab-setup/written.tar" in_lab setup-boot.sh --initrd "$T/work/$2" \
		--append "$3" --timeout 300
	rm -r "$BUILD/lab-setup"
}
