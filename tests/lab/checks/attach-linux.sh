# attach-linux.sh: a storage guest with Linux in it sees its devices; attach and detach while it runs; what is refused
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/refuse.sh

NVME=0000:01:00.0
SECOND=0000:02:00.0
HBA=0000:05:01.0
RAID=0000:06:00.0
LOG=$C/serial/log

mark() {
	printf '%s' "$2" | dd of="/dev/$(disk_of "$1")" conv=fsync status=none
}

marked() {
	disk_of "$1" | grep -q . && [ "$(head -c "${#2}" "/dev/$(disk_of "$1")")" = "$2" ]
}

images=/var/lib/libvirt/images/checks
mkdir -p "$images" "$C/serial" "$C/mnt"
mount --bind build/lab/guest "$images"
chmod 777 "$C/serial"
mark $NVME 'on the first NVMe'
mark $HBA 'on the SAS disk'
mark $SECOND 'on the second NVMe'
file_system "$(disk_of $RAID)"
state >"$C/all.before"
profile storage 'memory = 256M' "kernel = $images/vmlinux" "initrd = $images/initrd" \
	"cmdline = $(cat "$images/cmdline") stay" "serial = file:$LOG" \
	'[pci "nvme"]' 'class = nvme' 'address = 01:00.0' 'after = host' \
	'[pci "hba"]' 'match = 1000:0054' 'siblings = bind' 'after = host'
sed -i '/^\tmemory = 64M/d' "$C/storage.profile"
begin storage "$VMRUN" start "$C/storage.profile"
runs "storage: the guest runs" storage

# While Linux boots in it.
state >"$C/attach.before"
mount "/dev/$(disk_of $RAID)" "$C/mnt"
links >"$C/links.before"
exits "attach of a card in use is refused" 5 "$VMRUN" attach storage $RAID
says "attach of a card in use: says why" in-use-disk "is mounted on $C/mnt"
untouched "attach of a card in use: no driver was touched" "$C/links.before"
umount "$C/mnt"
intact "attach of a card in use" "$(disk_of $RAID)"
exits "attach of what a guest has" 5 "$VMRUN" attach storage $NVME
exits "attach of no device" 4 "$VMRUN" attach storage 1234:5678
exits "attach with --config, of a guest that is not defined" 9 "$VMRUN" attach --config storage $SECOND
says "attach with --config: says why" 'has no definition of it' 'profile'
as_before "refused attaches leave nothing" "$C/attach.before"

hears "storage: Linux is up in it" 400 'GUEST done'
hears "storage: it sees the NVMe by its serial, and what is on it" 1 'serial NVME0' 'on the first NVMe'
hears "storage: it sees the disk behind the HBA" 1 'on the SAS disk'

exits "attach to a running guest" 0 "$VMRUN" attach --after host "$C/storage.profile" $SECOND
hears "attach: the guest reports the card" 60 'GUEST added' 1b36:0010
hears "attach: the guest reads its disk" 60 'on the second NVMe'
is "attach: it is with vfio-pci" driver_is $SECOND vfio-pci
try "$VMRUN" status storage
says "attach: status shows it" $SECOND
exits "attach, a second time" 5 "$VMRUN" attach storage $SECOND

exits "detach from a running guest" 0 "$VMRUN" detach --timeout 60s storage $SECOND
hears "detach: the guest reports it gone" 5 'GUEST removed'
is "detach: it is back with its driver" driver_is $SECOND nvme
as_before "detach: the host is as before the attach" "$C/attach.before"
is "detach: the disk has what it had" wait_for 10 marked $SECOND 'on the second NVMe'
exits "detach of what it does not have" 4 "$VMRUN" detach storage $SECOND
says "detach of what it does not have: what it has" $NVME

exits "attach again, for good" 0 "$VMRUN" attach storage $SECOND
kill -TERM "$(pid_of storage)"
ends "SIGTERM to vmrun: the guest powers off, start is done" storage 0
hears "SIGTERM to vmrun: by its power button" 1 'GUEST power button'
is "after its end: the attached NVMe is in the pool" driver_is $SECOND vfio-pci
exits "after its end: release" 0 "$VMRUN" release $SECOND
as_before "after its end: the host is as before" "$C/all.before"
finish
