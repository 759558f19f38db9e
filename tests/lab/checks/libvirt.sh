# libvirt.sh: guests through libvirtd, RMRR, mounts that race with a start, the owner of group nodes, the domain XML
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/refuse.sh
. tests/lab/checks/guests.sh
. tests/lab/checks/rmrr.sh

URI=''
end_words="virsh destroy ends it"
destroy() {
	virsh -q -c qemu:///system destroy "$1" >/dev/null
}
end_guest=destroy

no_bind_step() {
	! grep -q '^ *[0-9]*\. bind' "$C/out"
}

node_owner() {
	stat -c '%U:%G %a' "/dev/vfio/$(group_of 0000:01:00.0)"
}

node_owner_is() {
	[ "$(node_owner)" = "$1" ]
}

# The pool, twice, with a rule for the nodes' owner such as administrators write.
pool() {
	echo 'SUBSYSTEM=="vfio", GROUP="kvm", MODE="0660"' >/etc/udev/rules.d/99-vfio.rules
	udevadm control --reload
	profile keep '[pci "nvme"]' 'address = 01:00.0'
	profile back '[pci "nvme"]' 'address = 01:00.0' 'after = host' \
		'[pci "none"]' 'match = dead:beef' 'optional = yes'
	state >"$C/pool.before"
	begin_start keep keep
	runs "after = pool: the guest runs" keep
	destroy keep
	ends "after = pool: virsh destroy ends it" keep 0
	is "after = pool, the default of storage: the NVMe stays with vfio-pci" driver_is 0000:01:00.0 vfio-pci
	is "after = pool: the node's owner is the udev rule's" node_owner_is 'root:kvm 660'
	exits "device in the pool: plan" 0 "$VMRUN" plan "$C/back.profile"
	is "device in the pool: the plan has nothing to bind" no_bind_step
	# Not what any rule would make of it: putting back is not the same as setting anew.
	chown daemon:disk "/dev/vfio/$(group_of 0000:01:00.0)"
	begin_start keep keep
	runs "device in the pool: the next start takes it" keep
	destroy keep
	ends "device in the pool: virsh destroy ends it" keep 0
	is "device in the pool: the node's owner is what it was" node_owner_is 'daemon:disk 660'
	begin_start back back
	runs "after = host, and an absent optional device: the guest runs" back
	destroy back
	ends "after = host: virsh destroy ends it" back 0
	is "after = host: the NVMe is back with its driver" driver_is 0000:01:00.0 nvme
	is "after = host: the override is cleared" override_is 0000:01:00.0 '(null)'
	as_before "after = host: the host is as before" "$C/pool.before"
}

# mounter DISK: mounts and unmounts it for ever; whoever takes the disk while it is mounted is told on
mounter() {
	while [ ! -e "$C/stop" ]; do
		if mount "/dev/$1" "$C/mnt" 2>/dev/null; then
			echo mounted >>"$C/mounts"
			{ cmp -s "$C/wanted" "$C/mnt/file" && date >"$C/mnt/date" && sync -f "$C/mnt/date"; } ||
				echo "lost while mounted" >>"$C/lost"
			sleep 0.3
			umount "$C/mnt" || echo "umount failed" >>"$C/lost"
		fi
		sleep 0.4
	done
}

race() {
	disk=$(disk_of 0000:01:00.0)
	profile race '[disk "root"]' 'source = /nowhere/at/all.img' '[pci "nvme"]' 'address = 01:00.0'
	mkdir -p "$C/mnt"
	file_system "$disk"
	seq 20000 >"$C/wanted"
	: >"$C/lost"
	state >"$C/race.before"
	mounter "$disk" &
	tries=0 refusals=0 losses=0 other=''
	until [ $tries -ge 40 ] || { [ $tries -ge 6 ] && [ $refusals -gt 0 ] && [ $losses -gt 0 ]; }; do
		tries=$((tries + 1))
		try "$VMRUN" start "$C/race.profile"
		case $status in
		5)
			refusals=$((refusals + 1))
			# For the mount, the process that is just making it, or what the claim found.
			grep -q 'in-use-disk\|in-use-process\|came into use' "$C/err" || cat "$C/err"
			grep -q "$disk\|0000:01:00.0" "$C/err" || other="$other refused?"
			;;
		7) losses=$((losses + 1)) ;;
		*) other="$other $status" && cat "$C/err" ;;
		esac
	done
	touch "$C/stop"
	wait $!
	echo "$tries starts, $refusals refused, $losses went on, of $(grep -c . "$C/mounts") mounts"
	is "mounts during starts: each start was refused or went on" test -z "$other"
	is "mounts during starts: some won" test $refusals -gt 0
	is "mounts during starts: some lost" test $losses -gt 0
	is "mounts during starts: no mount lost its disk" test ! -s "$C/lost"
	as_before "mounts during starts: the host is as before" "$C/race.before"
	intact "mounts during starts" "$disk"
}

schema() {
	mkdir "$C/xml"
	for file in "$C"/*.profile; do
		"$VMRUN" xml "$file" >"$C/xml/$(basename "$file" .profile).xml" || echo "no XML of $file"
	done
	exits "the XML of each profile is valid" 0 \
		xmllint --noout --relaxng /usr/share/libvirt/schemas/domain.rng "$C"/xml/*.xml
}

pool
guest_refused
guest_two
rmrr_refused 'Failed to set group container: Operation not permitted'
race
schema
finish
