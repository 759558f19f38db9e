# guests.sh: starts that end, fail, are killed or compete, through whichever connection $URI names ("" for the default)
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Guests without a system: that QEMU runs with a device proves that the kernel let it open the device. Each function
# uses the devices it names and leaves the host as it found it. The script that calls them says how a guest is ended
# from outside: end_guest, a command that takes its name, and end_words.
: "${URI=}" "${end_guest:=false}" "${end_words:=}"

# begin_start TAG PROFILE
begin_start() {
	begin "$1" "$VMRUN" start ${URI:+-c "$URI"} "$C/$2.profile"
}

# said_until WORDS FILE: copy lines to FILE, and go away after the one with WORDS
said_until() {
	while read -r said_line; do
		echo "$said_line" >>"$2"
		case $said_line in *"$1"*) break ;; esac
	done
}

# begin_unheard NAME: begin the start of a profile; who reads what it says goes (as tee does after an interrupt, or ssh)
begin_unheard() {
	mkfifo "$C/$1.pipe"
	said_until "guest $1 runs" "$C/$1.err" <"$C/$1.pipe" &
	# shellcheck disable=SC2016
	begin "$1" sh -c 'exec "$@" 2>"$0"' "$C/$1.pipe" "$VMRUN" start ${URI:+-c "$URI"} "$C/$1.profile"
}

# try_start NAME STATUS PROFILE
try_start() {
	exits "$1" "$2" "$VMRUN" start ${URI:+-c "$URI"} "$C/$3.profile"
}

# driver_of_bridge: all that sysfs says about it (it has none), as it changes when somebody sets one
driver_of_bridge() {
	find "$PCI/devices/0000:04:00.0/" -maxdepth 1 -name 'driver*' -printf '%f %i %l\n'
	cat "$PCI/devices/0000:04:00.0/driver_override"
}

# guest_siblings COMMAND: the SAS HBA, its sibling AC97, and the bridge of their group; COMMAND GUEST looks on
guest_siblings() {
	profile siblings '[pci "hba"]' 'match = 1000:0054' 'siblings = bind' 'after = host'
	bridge=$(driver_of_bridge)
	state >"$C/siblings.before"
	begin_unheard siblings
	runs "siblings = bind: the guest runs" siblings
	is "siblings = bind: the HBA is with vfio-pci" driver_is 0000:05:01.0 vfio-pci
	is "siblings = bind: the AC97 is with vfio-pci" driver_is 0000:05:02.0 vfio-pci
	is "siblings = bind: QEMU has the group's node open" node_is_open siblings 0000:05:01.0
	"$1" siblings
	"$end_guest" siblings
	ends "siblings = bind, and nobody listens any more: $end_words" siblings 0
	is "siblings = bind: the AC97 is back with snd_intel8x0" driver_is 0000:05:02.0 snd_intel8x0
	is "siblings = bind: the bridge was never touched" test "$bridge" = \
		"$(driver_of_bridge)"
	as_before "siblings = bind: the host is as before" "$C/siblings.before"
}

# node_is_open GUEST ADDRESS: by its QEMU
node_is_open() {
	find "/proc/$(qemu_of "$1")/fd" -lname "*/vfio/$(group_of "$2")" 2>/dev/null | grep -q .
}

# A RAID controller, both functions of a NIC, a USB controller: QEMU is killed under them.
guest_many() {
	profile many '[pci "raid"]' 'match = 1000:0079' 'after = host' '[pci "nic"]' 'match = 8086:10d3' 'count = 2' \
		'[pci "usb"]' 'class = usb'
	state >"$C/many.before"
	begin_start many many
	runs "four devices: the guest runs" many
	for a in 0000:06:00.0 0000:03:00.0 0000:07:00.0; do
		is "four devices: QEMU has $a" node_is_open many $a
	done
	kill -9 "$(qemu_of many)"
	ends "four devices, QEMU killed: start fails" many 7
	as_before "four devices, QEMU killed: the host is as before" "$C/many.before"
}

# QEMU refuses, after every device has been bound.
guest_refused() {
	profile no-image '[disk "root"]' 'source = /nowhere/at/all.img' '[pci "usb"]' 'class = usb' \
		'[pci "hba"]' 'match = 1000:0054' 'siblings = bind'
	profile no-machine 'machine = pc-q35-99.0' '[pci "usb"]' 'class = usb' '[pci "hba"]' 'match = 1000:0054' \
		'siblings = bind'
	state >"$C/refused.before"
	exits "no disk image: plan" 0 "$VMRUN" plan ${URI:+-c "$URI"} "$C/no-image.profile"
	says "no disk image: plan names it and who asks for it" "/nowhere/at/all.img: $C/no-image.profile:"
	try_start "no disk image: start fails" 7 no-image
	says "no disk image: it is named" /nowhere/at/all.img
	as_before "no disk image: the host is as before" "$C/refused.before"
	try_start "no such machine: start fails" 7 no-machine
	says "no such machine: it is named" pc-q35-99.0
	as_before "no such machine: the host is as before" "$C/refused.before"
}

either_ended() {
	ended one || ended other
}

# Two starts at once for one card; then the winner's vmrun is killed and its guest goes on.
guest_two() {
	profile one '[pci "usb"]' 'class = usb'
	profile other '[pci "usb"]' 'class = usb'
	state >"$C/two.before"
	URI=${URI_ONE:-$URI} begin_start one one
	URI=${URI_OTHER:-$URI} begin_start other other
	wait_for 60 either_ended || :
	if ended one; then won=other lost=one; else won=one lost=other; fi
	ends "two starts at once: one is refused as busy" $lost 10
	says "two starts at once: it names the holder" "guest $won"
	runs "two starts at once: the other runs" $won

	kill -9 "$(pid_of $won)"
	wait_for 10 ended $won || :
	state >"$C/two.orphan"
	qemu=$(qemu_of $won)
	exits "vmrun killed under its guest: recover" 10 "$VMRUN" recover
	says "vmrun killed under its guest: recover names it" "$won"
	as_before "vmrun killed under its guest: recover touches nothing of it" "$C/two.orphan"
	is "vmrun killed under its guest: QEMU goes on" test "$qemu" = "$(qemu_of $won)"
	is "vmrun killed under its guest: QEMU has the device" node_is_open $won 0000:07:00.0
	exits "vmrun killed under its guest: a start for its device" 10 "$VMRUN" start ${URI:+-c "$URI"} "$C/$lost.profile"
	exits "vmrun killed under its guest: stop --force" 0 "$VMRUN" stop --force --json $won
	is "vmrun killed under its guest: stop says so in JSON" json ".schema == \"vmrun.stop/1\" and .guest == \"$won\"" "$C/out"
	as_before "vmrun killed under its guest: the host is as before" "$C/two.before"
	exits "vmrun killed under its guest: recover after that" 0 "$VMRUN" recover
}

# kill_at NAME CONDITION…: kill -9 vmrun while it binds, as soon as the condition holds; then recover. What vmrun had moved
# may by then have been put back by the processes that moved it; the journal is recover's to end.
kill_at() {
	kill_name="vmrun killed $1"
	shift
	begin_start killed killed
	kill_pid=$(pid_of killed)
	until "$@" || ended killed; do :; done
	kill -9 "$kill_pid" 2>/dev/null || :
	wait_for 10 ended killed || :
	is "$kill_name: it was killed" test "$(cat "$C/killed.status")" = 137
	is "$kill_name: its journal is there" test -s /run/vmrun/guest-killed.json
	exits "$kill_name: recover" 0 "$VMRUN" recover --json
	is "$kill_name: recover says what it did in JSON" \
		json '.schema == "vmrun.recover/1" and (.put_back | length == 1 and (.[0] | contains("killed")))' "$C/out"
	as_before "$kill_name: the host is as before, nothing is left" "$C/killed.before"
}

override_set() {
	read -r kill_override <"$PCI/devices/$1/driver_override" && [ "$kill_override" = vfio-pci ]
}

off_its_driver() {
	[ ! -e "$PCI/devices/$1/driver" ]
}

guest_killed() {
	profile killed '[pci "hba"]' 'match = 1000:0054' 'siblings = bind' '[pci "nic"]' 'match = 8086:10d3' 'count = 2' \
		'[pci "usb"]' 'class = usb'
	state >"$C/killed.before"
	kill_at "when a device has its override" override_set 0000:05:01.0
	kill_at "when a device has left its driver" off_its_driver 0000:05:01.0
	kill_at "between a device and its sibling" driver_is 0000:05:01.0 vfio-pci
	kill_at "when the last device is bound" driver_is 0000:03:00.1 vfio-pci
}

# interrupt_at NAME CONDITION…: SIGTERM while the start is under way takes it back
interrupt_at() {
	interrupt_name="SIGTERM $1"
	shift
	begin_start interrupted interrupted
	interrupt_pid=$(pid_of interrupted)
	until "$@" || ended interrupted; do :; done
	kill -TERM "$interrupt_pid"
	ends "$interrupt_name: start fails" interrupted 7
	as_before "$interrupt_name: the host is as before" "$C/interrupted.before"
}

qemu_of_interrupted() {
	[ -n "$(qemu_of interrupted)" ]
}

guest_interrupted() {
	profile interrupted '[pci "nic"]' 'match = 8086:10d3' 'count = 2' '[pci "usb"]' 'class = usb'
	state >"$C/interrupted.before"
	interrupt_at "between two devices" driver_is 0000:03:00.0 vfio-pci
	interrupt_at "while QEMU starts" qemu_of_interrupted
}
