# attach.sh: attach to a guest that runs and detach from it; guests without a system, which do not let go; guests of others
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/guests.sh

NIC=0000:03:00.0
SECOND=0000:02:00.0
LOG=$C/serial/log
images=/var/lib/libvirt/images/checks

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
	exits "a guest of virsh: a second one" 5 "$VMRUN" attach plain $NIC
	virsh destroy plain
	ends "a guest of virsh: attach ends with it" plain 0
	as_before "a guest of virsh: its end gives the NIC back" "$C/plain.before"
}

# A guest that takes a second says what it sees, and lets go when it is asked to.
answers() {
	mkdir -p "$images" "$C/serial"
	mount --bind build/lab/guest "$images"
	chmod 777 "$C/serial"
	state >"$C/answers.before"
	profile answers "kernel = $images/tiny" 'cmdline = stay' "serial = file:$LOG" '[pci "usb"]' 'class = usb'
	begin answers "$VMRUN" start "$C/answers.profile"
	runs "attach: the guest runs" answers
	hears "attach: it is up" 60 'GUEST done'
	state >"$C/attach.before"
	exits "attach, by the profile's path" 0 "$VMRUN" attach --after host "$C/answers.profile" $SECOND
	hears "attach: the guest reports the card" 20 "GUEST added" "1b36:0010 class 0x010802"
	is "attach: it is with vfio-pci" driver_is $SECOND vfio-pci
	try "$VMRUN" status answers
	says "attach: status shows it" $SECOND
	exits "attach, a second time" 5 "$VMRUN" attach answers $SECOND
	exits "attach with --config, of a guest that is not defined" 9 "$VMRUN" attach --config answers $NIC
	says "attach with --config: says why" 'has no definition of it' 'profile'
	exits "detach" 0 "$VMRUN" detach answers $SECOND
	hears "detach: the guest reports it gone" 5 'GUEST removed'
	is "detach: it is back with its driver" driver_is $SECOND nvme
	as_before "detach: the host is as before the attach" "$C/attach.before"
	exits "detach of what it does not have" 4 "$VMRUN" detach answers $SECOND
	says "detach of what it does not have: what it has" 0000:07:00.0
	exits "attach, for good" 0 "$VMRUN" attach answers $NIC
	kill -TERM "$(pid_of answers)"
	ends "SIGTERM to vmrun: the guest powers off, start is done" answers 0
	hears "SIGTERM to vmrun: by its power button" 1 'GUEST power button'
	as_before "its end gives back what was attached, too" "$C/answers.before"
}

answers
deaf
plain
finish
