# attach.sh: a storage guest with Linux in it sees its devices; attach and detach while it runs; what is refused, and a deaf guest
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/refuse.sh
. tests/lab/checks/guests.sh

NVME=0000:01:00.0
SECOND=0000:02:00.0
HBA=0000:05:01.0
RAID=0000:06:00.0
NIC=0000:03:00.0
LOG=$C/serial/log

# heard TEXT…: the guest has said all of them
heard() {
	for heard_text; do
		grep -qF -e "$heard_text" "$LOG" 2>/dev/null || return 1
	done
}

# hears NAME SECONDS TEXT…
hears() {
	hears_name=$1 hears_seconds=$2
	shift 2
	if wait_for "$hears_seconds" heard "$@"; then
		ok "$hears_name"
	else
		tail -n 20 "$LOG" >"$C/out" 2>/dev/null || :
		not_ok "$hears_name" "the guest has not said: $*"
	fi
}

mark() {
	printf '%s' "$2" | dd of="/dev/$(disk_of "$1")" conv=fsync status=none
}

marked() {
	disk_of "$1" | grep -q . && [ "$(head -c "${#2}" "/dev/$(disk_of "$1")")" = "$2" ]
}

plain_domain() {
	echo '<domain type="qemu"><name>plain</name><memory unit="MiB">64</memory><vcpu>1</vcpu>'
	echo '<os><type arch="x86_64" machine="q35">hvm</type></os><devices>'
	echo '<controller type="pci" index="0" model="pcie-root"/><controller type="pci" index="1" model="pcie-root-port"/><controller type="pci" index="2" model="pcie-root-port"/>'
	echo '<memballoon model="none"/><video><model type="none"/></video></devices></domain>'
}

virsh() {
	command virsh -q -c qemu:///system "$@"
}

plain_has() {
	virsh dumpxml plain | grep -q "<hostdev"
}

# Nobody inside answers: what it holds is not taken from it.
deaf() {
	profile deaf '[pci "usb"]' 'class = usb'
	state >"$C/deaf.before"
	begin deaf "$VMRUN" start "$C/deaf.profile"
	runs "a guest without a system: it runs" deaf
	exits "a guest without a system: attach" 0 "$VMRUN" attach deaf $NIC
	is "a guest without a system: QEMU has the NIC" node_is_open deaf $NIC
	exits "a guest without a system: detach, which it does not follow" 7 "$VMRUN" detach --timeout 5s deaf $NIC
	says "a guest without a system: detach says that it keeps it" 'has not let go of 0000:03:00.0' 'nothing was taken'
	is "a guest without a system: QEMU has the NIC still" node_is_open deaf $NIC
	try "$VMRUN" status deaf
	says "a guest without a system: status shows both" 07:00.0 03:00.0
	virsh destroy deaf
	ends "a guest without a system: its end" deaf 0
	as_before "a guest without a system: its end gives back what was attached, too" "$C/deaf.before"
}

# A guest of others, that had no device: attach stays until it ends.
plain() {
	state >"$C/plain.before"
	plain_domain >"$C/plain.xml"
	virsh create "$C/plain.xml"
	exits "a name that is nearly one: attach" 4 "$VMRUN" attach plian $NIC
	says "a name that is nearly one: which was meant" 'did you mean plain?'
	begin plain "$VMRUN" attach plain $NIC
	is "a guest of virsh: it gets the NIC" wait_for 60 plain_has
	sleep 2
	is "a guest of virsh: attach stays" test ! -e "$C/plain.status"
	exits "a guest of virsh: a second one" 10 "$VMRUN" attach plain $NIC
	virsh destroy plain
	ends "a guest of virsh: attach ends with it" plain 0
	as_before "a guest of virsh: its end gives the NIC back" "$C/plain.before"
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
deaf
plain

hears "storage: Linux is up in it" 200 'GUEST done'
hears "storage: it sees the NVMe by its serial, and what is on it" 1 'serial NVME0' 'on the first NVMe'
hears "storage: it sees the disk behind the HBA" 1 'on the SAS disk'

state >"$C/attach.before"
mount "/dev/$(disk_of $RAID)" "$C/mnt"
links >"$C/links.before"
exits "attach of a card in use is refused" 5 "$VMRUN" attach storage $RAID
says "attach of a card in use: says why" in-use-disk "is mounted on $C/mnt"
untouched "attach of a card in use: no driver was touched" "$C/links.before"
umount "$C/mnt"
intact "attach of a card in use" "$(disk_of $RAID)"
exits "attach of what a guest has" 10 "$VMRUN" attach storage $NVME
exits "attach of no device" 4 "$VMRUN" attach storage 1234:5678
exits "attach with --config, of a guest that is not defined" 9 "$VMRUN" attach --config storage $SECOND
says "attach with --config: says why" 'has no definition of it' 'profile'
as_before "refused attaches leave nothing" "$C/attach.before"

exits "attach to a running guest" 0 "$VMRUN" attach --after host "$C/storage.profile" $SECOND
hears "attach: the guest reports the card" 60 'GUEST added' 1b36:0010
hears "attach: the guest reads its disk" 60 'on the second NVMe'
is "attach: it is with vfio-pci" driver_is $SECOND vfio-pci
try "$VMRUN" status storage
says "attach: status shows it" $SECOND
exits "attach, a second time" 10 "$VMRUN" attach storage $SECOND

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
