# pool.sh: devices into the pool and back by hand; what is in use stays; a guest that runs keeps its device; what is to stay
# in the pool is written down
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh

# pooled ADDRESS…: vfio-pci has them, by override, and each has its record
pooled() {
	for device; do
		driver_is "$device" vfio-pci && override_is "$device" vfio-pci && [ -e "/run/vmrun/pool-$device.json" ] || return 1
	done
}

# no_array: the host has assembled none
no_array() {
	! grep -q '^md' /proc/mdstat
}

nothing_persisted() {
	[ -z "$(find /etc/vmrun /etc/udev/rules.d -name '*vmrun*' -type f 2>/dev/null; ls /etc/vmrun/pool.d 2>/dev/null)" ]
}

nvme0=/dev/disk/by-id/nvme-QEMU_NVMe_Ctrl_NVME0
nvme1=/dev/disk/by-id/nvme-QEMU_NVMe_Ctrl_NVME1
mkfs.ext4 -qF -O ^has_journal -N 16 $nvme1
mkdir -p /run/mnt
mount $nvme1 /run/mnt
state >"$C/first"

exits "pool: nothing is in it" 0 "$VMRUN" pool
says "pool: and that is said" 'nothing is in the pool'
exits "bind class=nvme: the mounted one is left, and said" 5 "$VMRUN" bind class=nvme
says "bind class=nvme: why, and the way out" '0000:02:00.0 refused' 'mounted on /run/mnt' 'umount /run/mnt'
is "bind class=nvme: the free one is in the pool" pooled 0000:01:00.0
is "bind class=nvme: the mounted one is with the host" driver_is 0000:02:00.0 nvme
links >"$C/links"
exits "bind: a device that may not be taken, named beside one that may" 5 "$VMRUN" bind 06:00.0 02:00.0
untouched "bind: nothing is taken then" "$C/links"
exits "bind: again" 0 "$VMRUN" bind 01:00.0
says "bind: it is in the pool" '0000:01:00.0 is in the pool'
exits "bind by what the host called it, one of a group" 0 "$VMRUN" bind --json "disk=/dev/$(disk_of 0000:05:01.0)"
is "bind: its sibling has come along" pooled 0000:05:01.0 0000:05:02.0
is "bind --json: what moved" json '.schema == "vmrun.bind/1" and
	([.devices[] | [.address, .role, .from, .to, .moved]] ==
	 [["0000:05:01.0", "attach", "mptsas", "vfio-pci", true],
	  ["0000:05:02.0", "sibling", "snd_intel8x0", "vfio-pci", true]])' "$C/out"
exits "pool --json" 0 "$VMRUN" pool --json
is "pool --json: what each is, where it belongs, who holds it" json '.schema == "vmrun.pool/1" and
	([.devices[] | [.address, .state, .home.driver, .holder, .persisted]] ==
	 [["0000:01:00.0", "pool", "nvme", null, false], ["0000:05:01.0", "pool", "mptsas", null, false],
	  ["0000:05:02.0", "pool", "snd_intel8x0", null, false]])' "$C/out"
exits "release --dry-run" 0 "$VMRUN" release --dry-run class=hba
says "release --dry-run: where it would go" 'release     0000:05:01.0: vfio-pci -> mptsas' \
	'release     0000:05:02.0: vfio-pci -> snd_intel8x0'
is "release --dry-run: and does not" pooled 0000:05:01.0
exits "release of one" 0 "$VMRUN" release 05:01.0
is "release: its group is back" driver_is 0000:05:02.0 snd_intel8x0
exits "release of the rest, and of what is with the host" 0 "$VMRUN" release class=nvme class=audio
says "release: that it is" '0000:02:00.0 is with the host' '0000:05:02.0 is with the host'
as_before "the host is as before" "$C/first"

# The guest's array is on the drive: udev would assemble it whenever the host sees the drive.
udevadm settle
mdadm --create /dev/md/guest --run --force --level=1 --raid-devices=1 --metadata=1.2 $nvme0 >/dev/null 2>&1
udevadm settle
mdadm --stop /dev/md/guest 2>/dev/null
udevadm settle
is "array: it is there, and stopped" no_array
profile array '[pci "nvme"]' 'address = 01:00.0' 'accept = in-use-disk'
for round in first second; do
	begin array "$VMRUN" start "$C/array.profile"
	runs "array: the $round start in a row" array
	is "array: not assembled during the $round" no_array
	if [ $round = first ]; then
		qemu=$(qemu_of array)
		exits "release: its guest runs" 10 "$VMRUN" release 01:00.0
		says "release: whose, and the way out" 'guest array' 'vmrun stop array'
		exits "release class=nvme: the same" 10 "$VMRUN" release class=nvme
		exits "bind: its guest runs" 10 "$VMRUN" bind 01:00.0
		is "release: the guest lives, with its device" [ -n "$qemu" -a -d "/proc/$qemu" ]
		is "release: its device is where it was" driver_is 0000:01:00.0 vfio-pci
		exits "pool --json: while a guest holds one" 0 "$VMRUN" status --json
	fi
	exits "array: the $round guest stops" 0 "$VMRUN" stop --force array
	ends "array: its vmrun ends well" array 0
	udevadm settle
	is "array: not assembled after the $round" no_array
	is "array: its drive is in the pool after the $round" pooled 0000:01:00.0
done
exits "array: who releases the drive lets the host assemble it" 0 "$VMRUN" release 01:00.0
udevadm settle
is "array: and it does" wait_for 10 grep -q '^md' /proc/mdstat
exits "array: then it may not be taken" 5 "$VMRUN" bind 01:00.0
mdadm --stop --scan 2>/dev/null
mdadm --zero-superblock $nvme0
udevadm settle

# What is taken at every start of the host must not be what it starts from.
exits "persist class=nvme, with a mounted one among them" 5 "$VMRUN" bind --persist class=nvme
is "persist: nothing is written" nothing_persisted
is "persist: nothing is taken" driver_is 0000:01:00.0 nvme
umount /run/mnt
echo "UUID=$(blkid -o value -s UUID $nvme1) /srv ext4 noauto 0 0" >>/etc/fstab
udevadm trigger --subsystem-match=block
udevadm settle --timeout=60
exits "persist: one that fstab names, though accepted" 5 "$VMRUN" bind --persist --accept in-use-disk 02:00.0
says "persist: why" 'is in /etc/fstab: the host would not find it at its next start'
is "persist: it is not written" nothing_persisted
exits "persist: without, it may be taken" 0 "$VMRUN" bind --accept in-use-disk 02:00.0
exits "persist: that it was there is not forgotten" 5 "$VMRUN" bind --persist 02:00.0
exits "persist: it goes back" 0 "$VMRUN" release 02:00.0

exits "persist" 0 "$VMRUN" bind --persist 01:00.0 05:01.0
is "persist: they are in the pool" pooled 0000:01:00.0 0000:05:01.0 0000:05:02.0
is "persist: a file for each, and the sibling" [ "$(echo /etc/vmrun/pool.d/*)" = "$(echo /etc/vmrun/pool.d/0000-0-05.0-00.0 /etc/vmrun/pool.d/0000-0-08.0-00.0-0[12].0)" ]
is "persist: by what it is" grep -qx 'ids = 1b36:0010' /etc/vmrun/pool.d/0000-0-05.0-00.0
exits "persist: pool says so" 0 "$VMRUN" pool --json
is "persist: pool --json" json '([.persisted[] | .state] == ["found", "found", "found"]) and
	([.devices[] | .persisted] == [true, true, true])' "$C/out"
md5sum /etc/vmrun/pool.d/* /etc/udev/rules.d/60-vmrun-pool.rules >"$C/files"
exits "persist: again" 0 "$VMRUN" bind --persist 01:00.0
is "persist: the same files" md5sum --quiet -c "$C/files"
exits "persist: released until the next start" 0 "$VMRUN" release 05:02.0
says "persist: which is said" '0000:05:01.0 is persisted'
exits "persist: not any more" 0 "$VMRUN" release --persist 05:02.0
is "persist: one file is left" [ "$(ls /etc/vmrun/pool.d)" = 0000-0-05.0-00.0 ]
is "persist: and one rule" [ "$(grep -c 'VMRUN_POOL}="' /etc/udev/rules.d/60-vmrun-pool.rules)" = 1 ]
exits "persist: a second one" 0 "$VMRUN" bind --persist 07:00.0
exits "persist: both back" 0 "$VMRUN" release 01:00.0 07:00.0

# Bound by somebody else: it is in the pool, and where it belongs is the host's to find.
modprobe vfio-pci
echo vfio-pci >$PCI/devices/0000:06:00.0/driver_override
echo 0000:06:00.0 >$PCI/drivers/megaraid_sas/unbind
echo 0000:06:00.0 >$PCI/drivers_probe
exits "pool: what others put there" 0 "$VMRUN" pool
says "pool: it is shown" 0000:06:00.0
exits "persist: what nobody has looked at" 5 "$VMRUN" bind --persist 06:00.0
exits "release of it" 0 "$VMRUN" release 06:00.0
is "release: the host has found its driver" driver_is 0000:06:00.0 megaraid_sas

tar cf "/dev/$(disk_of 0000:02:00.0)" -C /etc vmrun udev/rules.d/60-vmrun-pool.rules
sync
finish
