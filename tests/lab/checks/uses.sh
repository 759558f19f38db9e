# uses.sh: every use of a device that this machine can have, one function each; each leaves the machine as it found it
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # status is lib.sh's

# surveyed NAME ADDRESS TEXT…: the survey of one device says all of them
surveyed() {
	surveyed_name=$1 surveyed_at=$2
	shift 2
	try "$VMRUN" survey "$surveyed_at"
	says "$surveyed_name" "$@"
}

# silent NAME ADDRESS CODE: the survey of one device does not say it
silent() {
	try "$VMRUN" survey "$2"
	if [ "$status" -eq 0 ] && ! grep -q -e "  $3 " "$C/out"; then ok "$1"; else not_ok "$1" "says $3"; fi
}

# wipe DISK: nothing is on it any more, and udev knows
wipe() {
	wipefs -qa "/dev/$1"
	udevadm settle
}

# nic_of ADDRESS
nic_of() {
	ls "/sys/bus/pci/devices/$1/net"
}

uses_net() {
	nic=$(nic_of 0000:03:00.0)
	silent "an idle card is not in use" 03:00.0 in-use-net
	ip address add 192.0.2.1/24 dev "$nic"
	silent "an address on an interface that is down is no use" 03:00.0 in-use-net
	ip link set "$nic" up
	surveyed "an address" 03:00.0 'in-use-net' "$nic is up with the address 192.0.2.1/24" "ip link set $nic down"
	ip address flush dev "$nic"
	ip link set "$nic" down
	modprobe bridge
	ip link add br0 type bridge
	ip link set "$nic" master br0
	surveyed "a bridge" 03:00.0 'in-use-net' "$nic is a port of the bridge br0" "ip link set $nic nomaster"
	ip link delete br0
	unshare -n sh -c 'echo $$ >'"$C"'/netns.pid; exec sleep 60' &
	wait_for 10 test -s "$C/netns.pid"
	ip link set "$nic" netns "$(cat "$C/netns.pid")"
	surveyed "another network namespace" 03:00.0 in-use-net \
		"its interface $nic is in the network namespace of sleep (pid $(cat "$C/netns.pid"))"
	kill "$(cat "$C/netns.pid")"
	wait $! || :
	is "the interface comes back" wait_for 10 test -e "/sys/class/net/$nic"
	uses_net_on_top
}

# What is on top of an interface, in a namespace that has a name only: the interface itself says nothing of it.
uses_net_on_top() {
	on_top=macvlan
	modprobe macvlan || on_top=vlan
	[ $on_top = macvlan ] || modprobe 8021q
	ip link set "$nic" up
	silent "an interface that is up, and no more" 03:00.0 in-use-net
	ip netns add inner
	if [ $on_top = macvlan ]; then
		ip link add child link "$nic" type macvlan mode bridge
	else
		ip link add child link "$nic" type vlan id 7
	fi
	silent "a $on_top without an address" 03:00.0 in-use-net
	ip link set child netns inner
	surveyed "a $on_top in another network namespace" 03:00.0 in-use-net \
		"$nic carries child, of the kind $on_top, which is in the network namespace inner"
	captured_same "a $on_top in another network namespace, captured" survey --json 03:00.0
	ip netns delete inner
	is "the $on_top goes" wait_for 10 sh -c "! '$VMRUN' survey 03:00.0 | grep -q in-use-net"
	ip link set "$nic" down
}

uses_sound() {
	is "sound is there" wait_for 20 test -e /dev/snd/controlC0
	sleep 60 3</dev/snd/controlC0 &
	holder=$!
	surveyed "a sound card held open" 05:02.0 in-use-process "sleep (pid $holder) has /dev/snd/controlC0 open"
	surveyed "a sibling of it" 05:01.0 sibling "0000:05:02.0 in the same group: in-use-process"
	kill $holder
	wait $holder || :
	silent "the sound card let go" 05:02.0 in-use-process
}

uses_mount() {
	disk=$(disk_of 0000:01:00.0)
	mkfs.ext4 -q -F "/dev/$disk" 8M
	mkdir -p "$C/mnt"
	mount "/dev/$disk" "$C/mnt"
	surveyed "a mount" 01:00.0 'in-use-disk    block' "/dev/$disk is mounted on $C/mnt" "umount $C/mnt"
	umount "$C/mnt"
	silent "a file system that is not mounted" 01:00.0 in-use-disk
	mkswap -q "/dev/$disk"
	swapon "/dev/$disk"
	surveyed "swap" 01:00.0 'in-use-disk    block' "/dev/$disk is in use as swap" "swapoff /dev/$disk"
	swapoff "/dev/$disk"
	wipe "$disk"
	sleep 60 3<"/dev/$disk" &
	holder=$!
	surveyed "a raw disk held open" 01:00.0 in-use-process "sleep (pid $holder) has /dev/$disk open"
	kill $holder
	wait $holder || :
}

# A loop device claims nothing: an exclusive open of the disk below a mounted file system succeeds.
uses_loop() {
	disk=$(disk_of 0000:01:00.0)
	modprobe loop
	mkfs.ext4 -q -F "/dev/$disk" 8M
	mkdir -p "$C/mnt"
	loop=$(losetup -f --show "/dev/$disk")
	surveyed "a loop device" 01:00.0 'in-use-disk    block' "$loop is set up on /dev/$disk" "losetup -d $loop"
	mount "$loop" "$C/mnt"
	surveyed "a loop device that is mounted" 01:00.0 'in-use-disk    block' \
		"$loop (on /dev/$disk) is mounted on $C/mnt" "umount $C/mnt"
	captured_same "a loop device, captured" survey --json
	umount "$C/mnt"
	losetup -d "$loop"
	silent "the disk without it" 01:00.0 in-use-disk
	wipe "$disk"
}

# A volume, then the same group inactive: block, then refuse.
uses_lvm() {
	disk=$(disk_of 0000:01:00.0)
	modprobe dm-mod
	mkdir -p "$C/mnt"
	{
		pvcreate -q -y "/dev/$disk"
		vgcreate -q tank "/dev/$disk"
		lvcreate -q -y -W n -L 8M -n data tank
	} >"$C/lvm" 2>&1 || cat "$C/lvm"
	surveyed "an LVM volume" 01:00.0 'in-use-disk    block' "/dev/$disk is part of /dev/mapper/tank-data"
	mkfs.ext4 -q -F /dev/mapper/tank-data
	mount /dev/mapper/tank-data "$C/mnt"
	surveyed "an LVM volume that is mounted" 01:00.0 'in-use-disk    block' \
		"/dev/mapper/tank-data (on /dev/$disk) is mounted on $C/mnt"
	umount "$C/mnt"
	vgchange -q -an tank >>"$C/lvm" 2>&1
	surveyed "an LVM volume group that is not active" 01:00.0 'in-use-disk    refuse' \
		"/dev/$disk belongs to an LVM volume group that is not assembled"
	mv "/run/udev/data/b$(cat "/sys/block/$disk/dev")" "$C/record"
	surveyed "one that udev does not know" 01:00.0 'in-use-disk    refuse' \
		"/dev/$disk belongs to an LVM volume group that is not assembled"
	mv "$C/record" "/run/udev/data/b$(cat "/sys/block/$disk/dev")"
	wipe "$disk"
	silent "the disk without it" 01:00.0 in-use-disk
}

uses_md() {
	disk=$(disk_of 0000:06:00.0)
	modprobe raid1
	mdadm --create /dev/md0 --run --force --level=1 --raid-devices=2 "/dev/$disk" missing >"$C/md" 2>&1 || cat "$C/md"
	surveyed "an md member" 06:00.0 'in-use-disk    block' "/dev/$disk is part of /dev/md0" "mdadm --stop /dev/md0"
	mdadm --stop /dev/md0 >>"$C/md" 2>&1
	surveyed "an md array that is stopped" 06:00.0 'in-use-disk    refuse' \
		"/dev/$disk belongs to an md array that is not assembled"
	wipe "$disk"
	silent "the disk without it" 06:00.0 in-use-disk
}

# Virtual functions begin with ff ff ff ff by specification, and answer all the same.
uses_vfs() {
	silent "a PF without VFs" 08:00.0 vfs-active
	echo 3 >"$PCI/devices/0000:08:00.0/sriov_numvfs"
	surveyed "VFs" 08:00.0 vfs-active '3 of its 4 virtual functions exist' '/sys/bus/pci/devices/0000:08:00.0/sriov_numvfs'
	vfs=0
	for vf in "$PCI"/devices/0000:08:00.0/virtfn*; do
		at=$(basename "$(readlink "$vf")")
		vfs=$((vfs + 1))
		is "$at: its configuration begins with ffffffff" test "$(head -c 4 "$vf/config" | od -An -tx1 | tr -d ' ')" = ffffffff
		silent "$at is not dead" "$at" dead
	done
	is "there are three" test $vfs -eq 3
	surveyed_as_sysfs
	echo 0 >"$PCI/devices/0000:08:00.0/sriov_numvfs"
}

# uses_guest ADDRESS: a QEMU has it, started by hand as another program would
uses_guest() {
	modprobe vfio-pci
	echo vfio-pci >"$PCI/devices/$1/driver_override"
	echo "$1" >"$PCI/devices/$1/driver/unbind"
	echo "$1" >"$PCI/drivers_probe"
	silent "a device of vfio-pci that nobody has" "$1" in-use-guest
	qemu-system-x86_64 -name guest=other,debug-threads=on -M q35,accel=tcg -m 64 -nodefaults -display none -S \
		-device "vfio-pci,host=$1" >"$C/qemu" 2>&1 &
	qemu=$!
	is "a running guest: it has the device" wait_for 60 holds_node $qemu "$1"
	surveyed "a running guest" "$1" 'in-use-guest   block' "held by guest other" "pid $qemu"
	kill $qemu
	wait $qemu || :
	silent "a guest that has ended" "$1" in-use-guest
	echo >"$PCI/devices/$1/driver_override"
	echo "$1" >"$PCI/devices/$1/driver/unbind"
	echo "$1" >"$PCI/drivers_probe"
}

# holds_node PID ADDRESS
holds_node() {
	find "/proc/$1/fd" -lname "/dev/vfio/$(group_of "$2")" 2>/dev/null | grep -q .
}

# captured_same NAME ANSWER…: what is captured answers as the live host does
captured_same() {
	captured_name=$1
	shift
	rm -rf "$C/captured"
	"$VMRUN" "$@" >"$C/live" 2>"$C/err" || :
	"$VMRUN" capture -q --keep=all "$C/captured" >"$C/out" 2>>"$C/err" || :
	"$VMRUN" "$@" --sysroot "$C/captured" >"$C/copy" 2>>"$C/err" || :
	diff -u "$C/live" "$C/copy" >>"$C/out" || :
	is "$captured_name" cmp -s "$C/live" "$C/copy"
	is "$captured_name: it is an answer" test -s "$C/live"
}
