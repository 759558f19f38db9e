# stuck.sh: a driver that does not let go of its device: deadline, report, the rest undone, and put back by itself later
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh

# has_driver ADDRESS DRIVER
has_driver() {
	[ "$(basename "$(readlink "$PCI/devices/$1/driver")")" = "$2" ]
}

state_is() {
	state | cmp -s - "$1"
}

profile stuck '[pci "audio"]' 'match = 8086:2415' 'accept = in-use-process' 'address = 05:02.0' \
	'unbind-timeout = 4s' \
	'[pci "nvme"]' 'address = 01:00.0' 'after = host'
profile other '[pci "raid"]' 'match = 1000:0079' 'after = host'
modprobe vfio-pci
state >"$C/first"

# The kernel waits in the unbind for whoever has the sound card's control open; no signal reaches the writer.
(exec 7</dev/snd/controlC0; exec sleep 300) &
holder=$!
exits "stuck: start gives up after its deadline" 8 "$VMRUN" start "$C/stuck.profile"
says "stuck: it names the device, the holder and the way out" '0000:05:02.0' "pid $holder" '/dev/snd/controlC0' \
	'put back by itself' 'everything else is as before' 'has not let go of it in 4 s'
says "stuck: and where the kernel waits" 'the kernel is in ' 'unbind_store'
says "stuck: while it waited, it said for what" 'waiting, up to 2 s more, for: ' "(pid $holder) has /dev/snd/controlC0 open"
is "stuck: the other device is back" has_driver 0000:01:00.0 nvme
exits "stuck: survey answers" 0 timeout 20 "$VMRUN" survey 05:02.0
says "stuck: survey says so" stuck
exits "stuck: status answers" 0 timeout 20 "$VMRUN" status
says "stuck: status says so, with who holds it and where the kernel waits" 'stuck: process' \
	'/dev/snd/controlC0' 'unbind_store'
exits "stuck: status --json" 0 timeout 20 "$VMRUN" status --json
is "stuck: it has device, users and stack" json '.stuck | length == 1 and (.[0] | .address == "0000:05:02.0" and
	(.users | contains("/dev/snd/controlC0")) and (.stack | contains("unbind_store")))' "$C/out"
exits "stuck: recover leaves it to the process that waits" 8 timeout 20 "$VMRUN" recover
exits "stuck: its card is refused" 5 timeout 20 "$VMRUN" start "$C/stuck.profile"
begin other "$VMRUN" start "$C/other.profile"
runs "stuck: a guest with another card starts" other
exits "stuck: and stops" 0 "$VMRUN" stop --force other
ends "stuck: its vmrun ends well" other 0

kill $holder
is "stuck: the holder gone, the card is back without anyone's help" wait_for 10 has_driver 0000:05:02.0 snd_intel8x0
is "stuck: the host is as before" wait_for 10 state_is "$C/first"
finish
