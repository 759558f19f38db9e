# facts.sh: survey against sysfs, and every use of a device that this machine can have
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh

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
	if [ $status -eq 0 ] && ! grep -q -e "  $3 " "$C/out"; then ok "$1"; else not_ok "$1" "says $3"; fi
}

# disk_of ADDRESS: name of the disk behind it
disk_of() {
	for d in /sys/block/*; do
		case $(readlink -f "$d") in */"$1"/*) [ ! -e "$d/dev" ] || echo "${d##*/}" ;; esac
	done
}

# nic_of ADDRESS
nic_of() {
	ls "/sys/bus/pci/devices/$1/net"
}

# sysfs_says: group, driver and reset methods of every function, as sysfs has them
sysfs_says() {
	for d in "$PCI"/devices/*; do
		group='' driver='' reset=''
		[ ! -e "$d/iommu_group" ] || group=$(basename "$(readlink "$d/iommu_group")")
		[ ! -e "$d/driver" ] || driver=$(basename "$(readlink "$d/driver")")
		[ ! -e "$d/reset_method" ] || reset=$(cat "$d/reset_method")
		echo "${d##*/} group=$group driver=$driver reset=$reset" | sed 's/ *$//'
	done
}

"$VMRUN" survey --json >"$C/survey.json"
sysfs_says >"$C/sysfs"
jq -r '.devices[] | "\(.address) group=\(.group // "") driver=\(.driver // "") reset=\(.reset | join(" "))"' \
	"$C/survey.json" >"$C/said"
is "groups, drivers and reset methods are those of sysfs" cmp "$C/sysfs" "$C/said"
for g in /sys/kernel/iommu_groups/*; do
	sed "s|^|${g##*/} |" "$g/reserved_regions"
done | sort >"$C/regions"
jq -r '.groups[] | .id as $id | .reserved[] | "\($id) \(.start) \(.end) \(.type)"' "$C/survey.json" |
	while read -r id start end type; do
		printf '%s 0x%016x 0x%016x %s\n' "$id" "$start" "$end" "$type"
	done | sort >"$C/said"
is "reserved regions are those of sysfs" cmp "$C/regions" "$C/said"
is "interrupts are remapped" jq -e '.host.iommu.interrupt_remapping == true' "$C/survey.json"
is "the NVMe has MSI-X" jq -e '.devices[] | select(.address == "0000:01:00.0") | .interrupts.msix > 0' "$C/survey.json"
is "its memory is known" jq -e '.devices[] | select(.address == "0000:01:00.0") | .mmio_bytes > 0' "$C/survey.json"
silent "shared memory (class 0500) is no chipset" 00:0c.0 chipset
silent "an idle card is not in use" 03:00.0 in-use-net

nic=$(nic_of 0000:03:00.0)
ip address add 192.0.2.1/24 dev "$nic"
silent "an address on an interface that is down is no use" 03:00.0 in-use-net
ip link set "$nic" up
surveyed "an address" 03:00.0 'in-use-net' "$nic is up with the address 192.0.2.1/24" "ip link set $nic down"
ip address flush dev "$nic"
ip link set "$nic" down
modprobe bridge
ip link add br0 type bridge
ip link set "$nic" master br0
surveyed "a bridge" 03:00.0 "$nic is a port of the bridge br0" "ip link set $nic nomaster"
ip link delete br0
unshare -n sh -c 'echo $$ >'"$C"'/netns.pid; exec sleep 60' &
wait_for 10 test -s "$C/netns.pid"
ip link set "$nic" netns "$(cat "$C/netns.pid")"
surveyed "another network namespace" 03:00.0 in-use-net 'moved to another network namespace'
kill "$(cat "$C/netns.pid")"

is "sound is there" wait_for 20 test -e /dev/snd/controlC0
sleep 60 3</dev/snd/controlC0 &
holder=$!
surveyed "a sound card held open" 05:02.0 in-use-process "sleep (pid $holder) has /dev/snd/controlC0 open"
surveyed "a sibling of it" 05:01.0 sibling "0000:05:02.0 in the same group: in-use-process"
kill $holder
wait $holder || :
silent "the sound card let go" 05:02.0 in-use-process

disk=$(disk_of 0000:01:00.0)
mkswap -q "/dev/$disk" >/dev/null 2>&1 || mkswap "/dev/$disk" >/dev/null
swapon "/dev/$disk"
surveyed "swap" 01:00.0 in-use-disk "/dev/$disk is in use as swap"
swapoff "/dev/$disk"
sleep 60 3<"/dev/$disk" &
holder=$!
surveyed "a raw disk held open" 01:00.0 in-use-process "sleep (pid $holder) has /dev/$disk open"
kill $holder
wait $holder || :

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
finish
