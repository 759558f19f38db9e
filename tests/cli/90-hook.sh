#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The hook as libvirt calls it, as far as no device changes hands.
set -eu
. "$(dirname "$0")/lib.sh"

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
