# embedded.sh: everything that needs no libvirt daemon: refusals, and guests through libvirt's embedded driver
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/refuse.sh
. tests/lab/checks/guests.sh

# A directory of its own for the driver, with what it has learnt about QEMU: asking QEMU again takes 20 s here.
seed() {
	mkdir -p "$C/$1"
	cp -r /run/vmrun/embed/linux/cache "$C/$1/"
	chown -R libvirt-qemu "$C/$1"
	chmod 700 "$C/$1"
}

# unprivileged GUEST: its QEMU runs as QEMU's user, with no capability, and the node is that user's
unprivileged() {
	is "$1: QEMU runs as libvirt-qemu" test "$(ps -o user:20= -p "$(qemu_of "$1")")" = libvirt-qemu
	is "$1: QEMU has no capability" test "$(sed -n 's/^CapEff:\t//p' "/proc/$(qemu_of "$1")/status")" = 0000000000000000
	is "$1: the group's node is libvirt-qemu's" test \
		"$(stat -c %U "/dev/vfio/$(group_of 0000:05:01.0)")" = libvirt-qemu
}

# Of a guest without a system the power button has no effect, so the second one switches it off.
end_words="SIGTERM twice ends it"
terminate() {
	kill -TERM "$(pid_of "$1")"
	sleep 0.5
	kill -TERM "$(pid_of "$1")"
}
end_guest=terminate

no_bind_step() {
	! grep -q '^ *[0-9]*\. bind' "$C/out"
}

refuse_user
refuse_selectors
refuse_first

# The one guest that boots Linux; it takes its time, so the other checks go on with the other devices.
images=/var/lib/libvirt/images/checks
mkdir -p "$images" "$C/serial"
mount --bind build/lab/guest "$images"
chown libvirt-qemu "$C/serial"
nvme=$(disk_of 0000:01:00.0)
printf 'written by the host before the start' | dd of="/dev/$nvme" conv=fsync status=none
state >"$C/first.before"
profile linux 'memory = 256M' "kernel = $images/vmlinux" "initrd = $images/initrd" "cmdline = $(cat "$images/cmdline")" \
	"serial = file:$C/serial/log" '[pci "nvme"]' 'address = 01:00.0'
sed -i '/^\tmemory = 64M/d' "$C/linux.profile"
URI='' begin_start linux linux
beside="linux\\|0000:01:00.0\\|/dev/vfio/$(group_of 0000:01:00.0) \\|/run/vmrun/embed\$"
URI="qemu:///embed?root=$C/one"

# While its driver learns about QEMU: what comes to an end before a guest is started.
wait_for 30 driver_is 0000:01:00.0 vfio-pci || :
refuse_rest
guest_killed
runs "Linux guest: it runs" linux
for root in one other; do seed $root; done
guest_siblings unprivileged
guest_many
guest_interrupted
URI_ONE=$URI URI_OTHER="qemu:///embed?root=$C/other" guest_two

wait_for 120 ended linux || :
beside='^$'
ends "Linux guest: it powers off, and start is done" linux 0
cp "$C/serial/log" "$C/out"
says "Linux guest: it has the NVMe" "GUEST nvme nvme0 serial NVME0" "written by the host before the start"
is "after = pool, the default of storage: the NVMe stays with vfio-pci" driver_is 0000:01:00.0 vfio-pci
profile pool "kernel = $images/tiny" 'cmdline = stay' "serial = file:$C/serial/pool" \
	'[pci "nvme"]' 'address = 01:00.0' 'after = host'
exits "device in the pool: plan" 0 "$VMRUN" plan -c "$URI" "$C/pool.profile"
is "device in the pool: the plan has nothing to bind" no_bind_step
begin_start pool pool
runs "device in the pool: the next start takes it" pool
is "device in the pool: the guest is up" wait_for 60 grep -q 'GUEST done' "$C/serial/pool"
exits "a guest of another process's embedded driver: attach" 9 "$VMRUN" attach pool 07:00.0
says "a guest of another process's embedded driver: attach says why" 'embedded driver within vmrun' qemu:///system
exits "a guest of another process's embedded driver: detach" 9 "$VMRUN" detach pool 01:00.0
is "a guest of another process's embedded driver: nothing was touched" driver_is 0000:07:00.0 xhci_hcd
# Once: it is the guest's own system that follows the power button.
kill -TERM "$(pid_of pool)"
ends "SIGTERM to vmrun: the guest shuts down, and start is done" pool 0
cp "$C/serial/pool" "$C/out"
says "SIGTERM to vmrun: by its power button" 'GUEST power button'
is "after = host: the NVMe is back with its driver" driver_is 0000:01:00.0 nvme
is "after = host: the override is cleared" override_is 0000:01:00.0 '(null)'
as_before "after = host: the host is as before" "$C/first.before"
finish
