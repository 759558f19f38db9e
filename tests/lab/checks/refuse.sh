# refuse.sh: disks in use, siblings, selectors and an ordinary user: what start must refuse without touching anything
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Functions, called by the script of the machine: refuse_first needs the NVMe 01:00.0, refuse_rest leaves it alone.

# refused NAME PROFILE TEXT…: start exits 5, says why, and no driver was taken off
refused() {
	refused_name=$1 refused_profile=$2
	shift 2
	links >"$C/links.before"
	exits "$refused_name: start is refused" 5 "$VMRUN" start "$C/$refused_profile.profile"
	says "$refused_name: says why" "$@"
	untouched "$refused_name: no driver was touched" "$C/links.before"
}

# file_system DISK: make one with a file of known content on it
file_system() {
	mkfs.ext4 -q -F "/dev/$1" 8M
	mount "/dev/$1" "$C/mnt"
	seq 20000 >"$C/mnt/file"
	umount "$C/mnt"
}

# intact NAME DISK: the file is what it was, read from the disk and not from memory
intact() {
	echo 1 >/proc/sys/vm/drop_caches
	mount "/dev/$2" "$C/mnt"
	seq 20000 >"$C/wanted"
	is "$1: the file is intact" cmp "$C/wanted" "$C/mnt/file"
	umount "$C/mnt"
}

# read_partitions DISK: again; while udev looks at one of them, the kernel does not
read_partitions() {
	wait_for 5 blockdev --rereadpt "/dev/$1" 2>/dev/null
}

# partition DISK: one, from 1 MiB on
partition() {
	{
		head -c 446 /dev/zero
		printf '\0\0\0\0\203\0\0\0\0\010\0\0\0\200\0\0'
		head -c 48 /dev/zero
		printf '\125\252'
	} | dd of="/dev/$1" bs=512 count=1 iflag=fullblock conv=fsync status=none
	read_partitions "$1"
	wait_for 5 test -b "/dev/$1p1"
}

# user COMMAND…: as one without any privilege, but with leave to lock a guest's memory
user() {
	prlimit --memlock=unlimited setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs -- "$@"
}

refuse_user() {
	# The repository may be where others cannot go.
	cp "$VMRUN" "$C/vmrun"
	profile user-nic '[pci "nic"]' 'address = 03:00.*' 'count = 2'
	profile user-nvme '[pci "nvme"]' 'address = 01:00.0'
	links >"$C/links.before"
	exits "ordinary user: survey --json" 0 user "$C/vmrun" survey --json
	is "ordinary user: the survey has the devices" \
		json '[.devices[].address] | index("0000:01:00.0") and index("0000:05:02.0")' "$C/out"
	exits "ordinary user: a plan that nothing hidden decides" 0 user "$C/vmrun" plan "$C/user-nic.profile"
	exits "ordinary user: a plan that needs more sight" 6 user "$C/vmrun" plan "$C/user-nvme.profile"
	says "ordinary user: it says what could not be seen" /dev/nvme sudo
	exits "ordinary user: start of a NIC" 6 user "$C/vmrun" start "$C/user-nic.profile"
	exits "ordinary user: start of an NVMe" 6 user "$C/vmrun" start "$C/user-nvme.profile"
	untouched "ordinary user: no driver was touched" "$C/links.before"
	is "ordinary user: nothing is in /run/vmrun" vmrun_leaves_nothing
}

refuse_selectors() {
	profile absent '[pci "none"]' 'match = dead:beef'
	profile two '[pci "nvme"]' 'class = nvme'
	profile any '[pci "nvme"]' 'class = nvme' 'pick = any'
	profile optional '[pci "none"]' 'match = dead:beef' 'optional = yes'
	exits "absent device: start" 4 "$VMRUN" start "$C/absent.profile"
	says "absent device: it is named" dead:beef
	exits "two matches: start" 4 "$VMRUN" start "$C/two.profile"
	says "two matches: both are listed" 0000:01:00.0 0000:02:00.0
	exits "two matches and pick = any: plan" 0 "$VMRUN" plan "$C/any.profile"
	says "two matches and pick = any: one is taken" "bind        0000:01:00.0"
	exits "absent device and optional: plan" 0 "$VMRUN" plan "$C/optional.profile"
}

refuse_first() {
	mkdir -p "$C/mnt"
	nvme=$(disk_of 0000:01:00.0)
	profile nvme '[pci "nvme"]' 'address = 01:00.0'

	file_system "$nvme"
	mount "/dev/$nvme" "$C/mnt"
	refused "mounted NVMe" nvme "/dev/$nvme is mounted on $C/mnt" in-use-disk "umount $C/mnt"
	profile any-mounted '[pci "nvme"]' 'class = nvme' 'pick = any'
	exits "mounted NVMe and pick = any: plan" 0 "$VMRUN" plan "$C/any-mounted.profile"
	says "mounted NVMe and pick = any: the other is taken" "bind        0000:02:00.0"
	echo more >"$C/mnt/later"
	umount "$C/mnt"
	intact "mounted NVMe" "$nvme"

	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m --propagation private sh -c 'mount "/dev/$0" "$1/mnt" && touch "$1/there" && exec sleep 999' "$nvme" "$C" &
	wait_for 5 test -e "$C/there" || :
	refused "NVMe mounted in another mount namespace" nvme "/dev/$nvme is mounted on $C/mnt in the mount namespace of sleep"
	kill $!
	wait $! 2>/dev/null || :
	intact "NVMe mounted in another mount namespace" "$nvme"

	mkswap -q "/dev/$nvme" 2>/dev/null
	swapon "/dev/$nvme"
	refused "NVMe as swap" nvme "/dev/$nvme is in use as swap" "swapoff /dev/$nvme"
	swapoff "/dev/$nvme"

	partition "$nvme"
	file_system "${nvme}p1"
	mount "/dev/${nvme}p1" "$C/mnt"
	refused "mounted partition of the NVMe" nvme "/dev/${nvme}p1 is mounted on $C/mnt"
	umount "$C/mnt"
	intact "mounted partition of the NVMe" "${nvme}p1"
	dd if=/dev/zero of="/dev/$nvme" bs=1M count=2 conv=fsync status=none
	read_partitions "$nvme"
}

refuse_rest() {
	head=$(disk_of 0000:02:00.0)
	sas=$(disk_of 0000:05:01.0)
	profile shared '[pci "shared"]' 'address = 02:00.0'
	profile audio '[pci "audio"]' 'address = 05:02.0' 'siblings = bind'
	profile alone '[pci "hba"]' 'match = 1000:0054' 'siblings = refuse'

	refused "siblings = refuse" alone 0000:05:02.0 snd_intel8x0 "siblings = bind"

	file_system "$head"
	mount "/dev/$head" "$C/mnt"
	refused "mounted NVMe of a shared subsystem" shared "/dev/$head is mounted on $C/mnt"
	umount "$C/mnt"
	intact "mounted NVMe of a shared subsystem" "$head"

	file_system "$sas"
	mount "/dev/$sas" "$C/mnt"
	refused "mounted disk of a sibling" audio "/dev/$sas is mounted on $C/mnt" 0000:05:01.0
	umount "$C/mnt"
	intact "mounted disk of a sibling" "$sas"
}
