#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The hook as libvirt calls it, as far as no device changes hands.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

plain='<domain type="kvm"><name>plain</name><uuid>6f2c0d3e-0000-4000-8000-000000000001</uuid><memory>65536</memory>
<devices><disk type="file"><source file="/x"/></disk></devices></domain>'

# hook STATUS NAME OBJECT OP SUBOP XML
hook() {
	printf '%s' "$6" >"$T/xml"
	# The redirection is the shell's, for check_status gives no standard input
	# shellcheck disable=SC2016
	check_status "$2" "$1" sh -c '"$0" hook "$@" - <"$T/xml"' "$VMRUN" "$3" plain "$4" "$5"
}
export T

hook 0 'a guest without PCI devices' qemu prepare begin "$plain"
check 'a guest without PCI devices: nothing is said' test ! -s "$T/stdout" -a ! -s "$T/stderr"
for call in 'start begin' 'started begin' 'stopped end' 'reconnect begin' 'migrate begin' 'restore begin' 'attach begin'; do
	# shellcheck disable=SC2086
	hook 0 "$call needs nothing, whatever the XML" qemu $call 'no XML'
done
hook 0 'the end of a guest that nobody prepared' qemu release end "$plain"
hook 2 'prepare without XML' qemu prepare begin ''
check_stderr_has 'prepare without XML: says so' 'no XML of a domain'
hook 2 'XML with entities' qemu prepare begin '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><domain><name>&e;</name></domain>'
check_stderr_has 'XML with entities: says why' 'document type'
hook 2 'another daemon' lxc prepare begin "$plain"
check_status 'too few words' 2 "$VMRUN" hook qemu plain prepare

# What is recorded in the domain's metadata is compared with what is there: a captured host answers as libvirt would be told.
host hotplug
printf '[vm]\n\tname = nas2\n\tmemory = 1G\n[pci "nvme"]\n\taddress = 03:00.0\n' | profile nas2
capture "$VMRUN" xml --sysroot "$HOST" nas2.profile
cp "$OUT" domain.xml
# prepared STATUS NAME SED: the domain, changed by SED, on that host
prepared() {
	sed "$3" domain.xml >changed.xml
	# shellcheck disable=SC2016
	check_status "$2" "$1" sh -c '"$0" hook --sysroot "$1" qemu nas2 prepare begin - <changed.xml' "$VMRUN" "$HOST"
}
prepared 0 'the card that was meant' ''
prepared 5 'a card of other ids' 's/device="a808"/device="a80a"/'
check_stderr_has 'a card of other ids: the code' 'changed       0000:03:00.0: another card than expected sits there'
check_stderr_has 'a card of other ids: the difference' '144d:a80a was recorded, 144d:a808 is there'
check_stderr_has 'a card of other ids: what to do' "the domain's metadata"
check_stderr_has 'a card of other ids: how it is accepted' 'accept="changed" in <vmrun:device address="0000:03:00.0"/>'
check_stderr_lacks 'a card of other ids: the hook has no such option' '--accept'
check_stderr_lacks 'a card of other ids: a domain has no sections' '[pci '
prepared 4 'a device that is not there' "s/bus=\"0x03\"/bus=\"0x09\"/; /<metadata>/,/<\/metadata>/d"
check_stderr_has 'a device that is not there: which' 'vmrun: domain nas2: hostdev 1: no device matches address=0000:09:00.0'
check_stderr_has 'a device that is not there: the way out' 'virsh edit'
check_stderr_lacks 'a device that is not there: a domain has no keys' 'optional = yes'
prepared 5 'a card of another maker' 's/subsystem_vendor="[0-9a-f]*"/subsystem_vendor="1028"/'
check_stderr_has 'a card of another maker: the difference' 'was recorded, '
prepared 5 'the same kind of card, in another slot' 's|path="[^"]*"|path="0000/0/1d.7,00.0"|'
check_stderr_has 'the same kind of card, in another slot: the difference' 'the one at path 0000/0/1d.7,00.0 was recorded'
prepared 5 'a card with a serial number' 's/<vmrun:device /&serial="a0-36-9f-ff-ff-12-34-56" /'
check_stderr_has 'a card with a serial number: the difference' 'the card there has none'
prepared 0 'a changed card that the metadata accepts' 's/device="a808"/device="a80a" accept="changed"/'
prepared 0 'a domain in which nothing is recorded' '/<metadata>/,/<\/metadata>/d'
prepared 10 'a card that another guest has' "s/bus=\"0x03\"/bus=\"0x01\"/; /<metadata>/,/<\/metadata>/d"
prepared 5 'a mounted disk' "s/bus=\"0x03\"/bus=\"0x04\"/; /<metadata>/,/<\/metadata>/d"
check_stderr_has 'a mounted disk: where' 'is mounted on /srv'
check 'a captured host is not changed' test ! -e "$HOST/run/vmrun/guest-nas2.json"
