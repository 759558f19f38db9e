# hook.sh: guests that virsh starts: with libvirt's hook they get the checks, their siblings, and everything goes back
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/refuse.sh

HOOK=/etc/libvirt/hooks/qemu.d/vmrun
HBA=0000:05:01.0

virsh() {
	command virsh -q -c qemu:///system "$@"
}

libvirtd_answers() {
	virsh list >/dev/null 2>&1
}

install_hook() {
	mkdir -p "${HOOK%/*}"
	sed "s|/usr/bin/vmrun|$(realpath "$VMRUN")|" build/hooks/libvirt/qemu >$HOOK
	chmod 755 $HOOK
}

# What libvirtd does with SIGHUP takes it a moment; a domain that asks for a device that is not there shows when it is done.
hook_is_called() {
	virsh start probe >"$C/probe" 2>&1 || :
	grep -q 'no device has this address\|no such device\|vmrun' "$C/probe"
}

# domain NAME MANAGED ADDRESS…: a domain without a system, as people define them; nothing in it knows of vmrun
domain() {
	domain_file=$C/$1.xml
	{
		printf '<domain type="qemu"><name>%s</name><memory unit="MiB">64</memory><vcpu>1</vcpu>\n' "$1"
		printf '<os><type arch="x86_64" machine="q35">hvm</type></os><devices>\n'
		domain_managed=$2
		shift 2
		for a; do
			printf '<hostdev mode="subsystem" type="pci" managed="%s"><source><address %s/></source></hostdev>\n' \
				"$domain_managed" "$(xml_address "$a")"
		done
		echo '<memballoon model="none"/><video><model type="none"/></video></devices></domain>'
	} >"$domain_file"
	virsh define "$domain_file" >/dev/null
}

# xml_address 0000:05:01.0: as attributes
xml_address() {
	echo "$1" | sed 's/^\(.*\):\(.*\):\(.*\)\.\(.\)$/domain="0x\1" bus="0x\2" slot="0x\3" function="0x\4"/'
}

runs_in_libvirt() {
	[ "$(virsh domstate "$1")" = running ]
}

# Installed under a libvirtd that runs: it is not called, and start does not rely on it.
not_told() {
	profile untold '[pci "usb"]' 'class = usb'
	mv $HOOK "$C/hook"
	exits "no hook: start --no-wait is refused" 9 "$VMRUN" start --no-wait "$C/untold.profile"
	mv "$C/hook" $HOOK
	begin untold "$VMRUN" start "$C/untold.profile"
	runs "hook not called yet: the guest runs" untold
	cp "$C/untold.err" "$C/err"
	says "hook not called yet: start stays, and says why" 'staying until it ends' 'systemctl reload libvirtd'
	try "$VMRUN" host check
	says "hook not called yet: host check says it" 'does not call it yet'
	virsh destroy untold
	ends "hook not called yet: the guest ends" untold 0
}

# A plain domain with one function of a group of two.
shared() {
	domain shared yes $HBA
	touch /etc/vmrun/hook.off
	exits "hook.off: virsh start fails for the sibling" 1 virsh start shared
	rm /etc/vmrun/hook.off
	as_before "hook.off: the host is as before" "$C/before"
	exits "managed='yes', shared group: virsh start" 0 virsh start shared
	is "managed='yes', shared group: it runs" runs_in_libvirt shared
	is "managed='yes', shared group: the sibling is with vfio-pci" driver_is 0000:05:02.0 vfio-pci
	exits "managed='yes', shared group: recover while it runs" 10 "$VMRUN" recover
	try "$VMRUN" status
	says "managed='yes', shared group: status shows it, and who gives back" 'shared: running' "libvirt's hook" 05:01.0
	profile thief '[pci "hba"]' 'match = 1000:0054' 'siblings = bind'
	exits "managed='yes', shared group: a start for its device" 10 "$VMRUN" start "$C/thief.profile"
	virsh destroy shared
	as_before "managed='yes', shared group: virsh destroy gives everything back" "$C/before"
}

disk_is_back() {
	[ -n "$(disk_of 0000:01:00.0)" ]
}

mounted() {
	disk=$(disk_of 0000:01:00.0)
	mkdir -p "$C/mnt"
	file_system "$disk"
	mount "/dev/$disk" "$C/mnt"
	links >"$C/links.before"
	domain mounted yes 0000:01:00.0
	exits "mounted disk: virsh start is refused" 1 virsh start mounted
	says "mounted disk: virsh says why" in-use-disk "/dev/$disk is mounted on $C/mnt" umount
	untouched "mounted disk: no driver was touched" "$C/links.before"
	umount "$C/mnt"
	intact "mounted disk" "$disk"
	exits "disk no longer mounted: virsh start" 0 virsh start mounted
	virsh destroy mounted
	is "disk no longer mounted: it is back" wait_for 10 disk_is_back
	intact "disk no longer mounted" "$(disk_of 0000:01:00.0)"
}

# managed='no': all is left to the hook, and libvirtd may die meanwhile.
restarted() {
	domain left no $HBA
	exits "managed='no': virsh start" 0 virsh start left
	is "managed='no': the sibling is with vfio-pci" driver_is 0000:05:02.0 vfio-pci
	qemu=$(qemu_of left)
	pkill -9 -x libvirtd
	wait_for 10 sh -c '! pgrep -x libvirtd >/dev/null' || :
	libvirtd -d >/dev/null 2>&1
	is "libvirtd killed and started again: it answers" wait_for 60 libvirtd_answers
	is "libvirtd killed and started again: the guest goes on" test "$qemu" = "$(qemu_of left)"
	virsh destroy left
	as_before "libvirtd killed and started again: the guest's end gives everything back" "$C/before"
}

ours() {
	profile ours '[pci "hba"]' 'match = 1000:0054' 'siblings = bind' 'after = host'
	exits "vmrun start with the hook: it returns" 0 timeout 60 "$VMRUN" start "$C/ours.profile"
	says "vmrun start with the hook: it says who gives the devices back" "libvirt's hook"
	is "vmrun start with the hook: the guest runs" runs_in_libvirt ours
	exits "vmrun start with the hook: recover leaves it alone" 10 "$VMRUN" recover
	virsh destroy ours
	as_before "vmrun start with the hook: its end gives everything back" "$C/before"
	exits "vmrun stop with the hook: start" 0 timeout 60 "$VMRUN" start "$C/ours.profile"
	exits "vmrun stop with the hook: stop" 0 timeout 60 "$VMRUN" stop --force ours
	as_before "vmrun stop with the hook: everything is back" "$C/before"
	begin ours "$VMRUN" start --wait "$C/ours.profile"
	runs "vmrun start --wait with the hook: it stays" ours
	virsh destroy ours
	ends "vmrun start --wait with the hook: it ends with its guest" ours 0
	as_before "vmrun start --wait with the hook: everything is back" "$C/before"
}

# A domain of libvirt's that vmrun looks after is started again while its devices are still being given back.
again() {
	profile again '[pci "hba"]' 'match = 1000:0054' 'siblings = bind' 'after = host'
	"$VMRUN" xml "$C/again.profile" >"$C/again.xml"
	virsh define "$C/again.xml" >/dev/null
	begin again "$VMRUN" start --wait "$C/again.profile"
	runs "a defined guest: vmrun start --wait" again
	virsh destroy again
	exits "a defined guest, at once: virsh start" 0 virsh start again
	ends "a defined guest: vmrun has given back before" again 0
	is "a defined guest: it runs again" runs_in_libvirt again
	is "a defined guest: its device is with vfio-pci" driver_is $HBA vfio-pci
	is "a defined guest: the sibling is with vfio-pci" driver_is 0000:05:02.0 vfio-pci
	virsh destroy again
	as_before "a defined guest: everything is back" "$C/before"
	virsh undefine again
}

# call OP SUBOP: the hook as libvirt calls it, for the domain of $C/direct.xml
call() {
	"$HOOK" direct "$1" "$2" - <"$C/direct.xml"
}

# An interface is a device as well; calls that come twice, or alone, do no harm.
direct() {
	echo '<domain><name>direct</name><uuid>6f2c0d3e-0000-4000-8000-000000000001</uuid><devices>' >"$C/direct.xml"
	printf '<interface type="hostdev" managed="no"><source><address type="pci" %s/></source></interface>' \
		"$(xml_address 0000:03:00.0)" >>"$C/direct.xml"
	echo '</devices></domain>' >>"$C/direct.xml"
	is "release without prepare" call release end
	is "reconnect never fails" call reconnect begin
	is "prepare of an interface" call prepare begin
	is "prepare of an interface: the NIC is with vfio-pci" driver_is 0000:03:00.0 vfio-pci
	is "prepare twice" call prepare begin
	is "release" call release end
	is "release twice" call release end
	as_before "release gives the NIC back" "$C/before"
}

mkdir -p /etc/vmrun
install_hook
not_told
domain probe no 0000:1f:1f.7
: >"$C/out"
pkill -HUP -x libvirtd
is "after SIGHUP libvirtd calls the hook" wait_for 20 hook_is_called
virsh undefine probe
state >"$C/before"
mounted
shared
restarted
ours
again
direct
finish
