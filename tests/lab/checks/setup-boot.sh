# setup-boot.sh: a machine that was booted by an image host setup had a part in
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# SETUP says how: "applied", "off" (the same image, vmrun.pool=off) or "undone"; WRITTEN is the folder with the archive of
# what setup wrote, and with what "drivers" said of the machine before, where that is known.
. tests/lab/checks/lib.sh

dmesg >"$C/log"
: >"$C/out"
cp "$C/log" "$C/err"
grep -e 'vmrun:' -e 'nvme nvme.: pci function' -e 'vfio' "$C/log" >&2 || :

# before A B: the kernel's log has a line with A, and one with B only later
before() {
	awk -v a="$1" -v b="$2" 'index($0, b) && !seen { early = 1 } index($0, a) { seen = 1 }
		END { exit !(seen && !early) }' "$C/log"
}

said() {
	grep -qF -e "$1" "$C/log"
}

case $SETUP in
applied)
	tar -C / -xf "$WRITTEN/written.tar"
	is 'the pool'\''s NVMe came up on vfio-pci' driver_is 0000:01:00.0 vfio-pci
	is 'and never was on nvme' sh -c "! grep 'nvme.*pci function 0000:01:00.0' '$C/log'"
	is 'its identical twin is left to the host' driver_is 0000:02:00.0 nvme
	is 'it was bound before nvme saw its first card' before '0000:01:00.0: bound early to vfio-pci' 'pci function 0000:02:00.0'
	is 'only it was' sh -c "[ \$(grep -c 'vmrun: .*: bound early' '$C/log') = 1 ]"
	udevadm control --reload
	udevadm trigger --action=change --subsystem-match=vfio
	udevadm settle
	is 'the group node is the user'\''s, by the udev rule' test "$(stat -c %U "/dev/vfio/$(group_of 0000:01:00.0)")" = nobody
	is 'the container is not' test "$(stat -c %U /dev/vfio/vfio)" = root
	# udev does so for the CPU, which the lab leaves out.
	modprobe kvm_amd
	exits 'host check: nothing is wrong' 0 "$VMRUN" host check --json
	for code in early persisted setup setup-boot hook; do
		is "host check: $code" json ".checks[] | select(.code == \"$code\") | .result == \"PASS\"" "$C/out"
	done

	# A disk the host has mounted, among what a profile selects
	mkfs.ext4 -q "/dev/$(disk_of 0000:02:00.0)"
	mount "/dev/$(disk_of 0000:02:00.0)" /mnt
	profile all '[pci "all"]' 'class = nvme' 'count = 2'
	exits 'a mounted disk among what a profile selects' 0 "$VMRUN" host setup "$C/all.profile"
	says 'it is not bound early' '0000:02:00.0 is not bound early: '
	says 'the other is' '1 device for guests'
	;;
off)
	is 'vmrun.pool=off: both are the host'\''s' sh -c '[ -e /sys/bus/pci/drivers/nvme/0000:01:00.0 ] && [ -e /sys/bus/pci/drivers/nvme/0000:02:00.0 ]'
	is 'vmrun.pool=off: and it says so' said 'vmrun.pool=off: no device is bound early'
	;;
undone)
	is 'undone: both are the host'\''s' sh -c '[ -e /sys/bus/pci/drivers/nvme/0000:01:00.0 ] && [ -e /sys/bus/pci/drivers/nvme/0000:02:00.0 ]'
	is 'undone: nothing was bound early' sh -c "! grep 'vmrun:' '$C/log'"
	is 'undone: no override is left' override_is 0000:01:00.0 '(null)'
	drivers >"$C/drivers"
	[ ! -e "$WRITTEN/drivers" ] || is 'undone: every driver, override and node is as it first was' diff "$WRITTEN/drivers" "$C/drivers"
	;;
esac
finish
