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

# setup_needed: what setup_image works with; before the first check
setup_needed() {
	unshare --mount true 2>/dev/null || skip_all 'needs root and a mount namespace'
	kernel=$("$SRCDIR/tests/lab/kernel" "$cache")
	tools=$("$SRCDIR/tests/lab/packages" "$cache" initramfs-tools initramfs-tools initramfs-tools-core klibc-utils libklibc \
		linux-base zstd) || skip_all 'initramfs-tools could not be fetched'
}

# setup_image: host setup with initramfs-tools; the images are in $T/work
setup_image() {
	setup_host
	native_checks initramfs-tools "$tools" "$kernel" tests/lab/checks/native-setup.sh
}

# setup_dracut: the same with dracut and GRUB, / on ext4
setup_dracut() {
	unshare --mount true 2>/dev/null || skip_all 'needs root and a mount namespace'
	kernel=$("$SRCDIR/tests/lab/kernel" "$cache")
	tools=$("$SRCDIR/tests/lab/packages" "$cache" dracut dracut-core zstd grub-common grub2-common gettext-base linux-base) ||
		skip_all 'dracut could not be fetched'
	[ -d "$T/host" ] || setup_host
	export LAB_ROOT=ext4
	native_checks dracut "$tools" "$kernel" tests/lab/checks/native-dracut.sh
	unset LAB_ROOT
}

# share FILE…: for the machine, in which /tmp of this one is not there
share() {
	mkdir -p "$BUILD/lab-setup"
	# A boot that failed leaves less; its checks have said so.
	cp "$@" "$BUILD/lab-setup/" || :
}

# setup_machine: what all boots have: a processor that could do without emulation, and libvirt
setup_machine() {
	printf -- '-cpu max\n' >"$T/cpu"
	set -- --devices "$T/cpu" --libvirtd --timeout 600
	echo "$@"
}

# parameters FILE: of the kernel, which a GRUB that reads FILE would give it
parameters() {
	sed -n 's/^GRUB_CMDLINE_LINUX_DEFAULT="quiet *\(.*\)"$/\1/p' "$1"
}

# setup_fresh: a machine nobody has set up, and the same set up and started again; what it has in the pool is in $T/work
setup_fresh() {
	mkdir -p "$T/fresh/default" "$T/fresh/libvirt" "$T/ready" "$T/work"
	echo 'GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=off"' >"$T/fresh/default/grub"
	printf 'cgroup_device_acl = [\n    "/dev/null", "/dev/full", "/dev/zero"\n]\n' >"$T/fresh/libvirt/qemu.conf"
	# shellcheck disable=SC2046 # words
	LAB_WITH='SETUP=fresh' in_lab setup-fresh.sh $(setup_machine) --etc "$T/fresh" --keep-disk "nvme1=$T/first" \
		--append "$(parameters "$T/fresh/default/grub")"
	check 'the first start has left its files' tar -xf "$T/first" -C "$T/ready"
	share "$T/first"
	# shellcheck disable=SC2046 # words
	LAB_WITH="SETUP=ready WRITTEN=$BUILD/lab-setup/first" in_lab setup-fresh.sh $(setup_machine) --etc "$T/ready/etc" \
		--keep-disk "nvme1=$T/second" --append "$(parameters "$T/ready/etc/default/grub")"
	check 'the second start has left its pool' tar -xf "$T/second" -C "$T/work"
	share "$T/work/drivers"
}

# setup_boot applied|off|undone
setup_boot() {
	setup_etc=$T/etc-$1
	mkdir -p "$setup_etc"
	tar -xf "$T/work/written.tar" -C "$setup_etc"
	setup_append=$(parameters "$setup_etc/etc/default/grub")
	case $1 in
	off) setup_append="$setup_append vmrun.pool=off" ;;
	undone) rm -r "$setup_etc" && mkdir -p "$setup_etc/etc" ;;
	esac
	share "$T/work/written.tar"
	[ "$1" = undone ] || set -- "$1" applied
	# shellcheck disable=SC2046 # words
	LAB_WITH="SETUP=$1 WRITTEN=$BUILD/lab-setup" in_lab setup-boot.sh $(setup_machine) --initrd "$T/work/${2:-undone}.img" \
		--etc "$setup_etc/etc" --append "$setup_append"
}

# setup_root root|root-off|dracut: / on an NVMe, of the same type as that which is bound early
setup_root() {
	setup_from=applied.img
	[ "$1" != dracut ] || setup_from=dracut.img
	setup_uuid=5b1c9a52-6a6d-4f4e-9a34-0d6f6f3c7a11
	"$SRCDIR/tests/lab/rootdisk" "$T/root-disk" $setup_uuid
	setup_append="intel_iommu=on root=UUID=$setup_uuid rootfstype=ext4 init=/init"
	[ "$1" != root-off ] || setup_append="$setup_append vmrun.pool=off"
	LAB_WITH="SETUP=$1" in_lab setup-root.sh --initrd "$T/work/$setup_from" --root "nvme1=$T/root-disk" --timeout 600 \
		--append "$setup_append"
}
