# cycles.sh: a guest with three devices started and stopped again and again: nothing is left, and nothing grows
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Sourced after guests.sh, on a machine with libvirtd.

# slab_kib: memory of the kernel's own objects, after what can be given back has been
slab_kib() {
	echo 2 >/proc/sys/vm/drop_caches
	awk '$1 == "Slab:" { print $2 }' /proc/meminfo
}

# descriptors: that libvirtd and virtlogd have open
descriptors() {
	for descriptors_pid in $(pgrep -x 'libvirtd|virtlogd'); do
		ls "/proc/$descriptors_pid/fd"
	done | wc -l
}

# settle_descriptors WANTED: as many as before
settle_descriptors() {
	[ "$(descriptors)" -le "$1" ]
}

# one_cycle: quietly; what goes wrong is in $cycles_bad
one_cycle() {
	begin_start cycle cycle
	wait_for 90 guest_said_to_run cycle || cycles_bad="$cycles_bad start"
	"$VMRUN" stop --force cycle >/dev/null 2>&1 || cycles_bad="$cycles_bad stop"
	wait_for 60 ended cycle || cycles_bad="$cycles_bad end"
	[ "$(cat "$C/cycle.status" 2>/dev/null)" = 0 ] || cycles_bad="$cycles_bad status"
}

# cycles COUNT: the first two warm libvirt's and the kernel's caches up
cycles() {
	profile cycle '[pci "raid"]' 'match = 1000:0079' 'after = host' '[pci "nvme"]' 'address = 01:00.0' 'after = host' \
		'[pci "usb"]' 'class = usb'
	cycles_bad=''
	state >"$C/cycle.before"
	cycles_done=0
	while [ $cycles_done -lt "$1" ]; do
		one_cycle
		cycles_done=$((cycles_done + 1))
		cycles_slab=$(slab_kib)
		echo "cycle $cycles_done: slab $cycles_slab KiB, $(descriptors) descriptors"
		[ $cycles_done -ne 2 ] || { cycles_first=$cycles_slab cycles_open=$(descriptors); }
	done
	is "$1 cycles: every start and stop went well" test -z "$cycles_bad"
	as_before "$1 cycles: no node, journal or override is left" "$C/cycle.before"
	is "$1 cycles: no descriptor is left" wait_for 10 settle_descriptors "$cycles_open"
	echo "$1 cycles: slab $cycles_first KiB after the second, $cycles_slab KiB after the last"
	# A leak of one page per cycle and device would be seen; caches breathe by more than that.
	is "$1 cycles: slab does not grow without bound" test $((cycles_slab - cycles_first)) -lt $((4096 + $1 * 40))
}
