# bench.sh: how long vmrun, virsh and driverctl take for the same, in turns, on a machine with libvirtd and devices.bench
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/guests.sh

URI=''
rounds=${ROUNDS:-5}
cards='0000:08:00.0 0000:09:00.0 0000:0a:00.0 0000:0b:00.0 0000:0c:00.0 0000:0d:00.0 0000:0e:00.0 0000:0f:00.0'

# uptime_ms: milliseconds, of the machine's own clock
uptime_ms() {
	date +%s%N | sed 's/......$//'
}

# timed FILE COMMAND…: its milliseconds, added to FILE
timed() {
	timed_file=$1
	shift
	timed_began=$(uptime_ms)
	"$@" >>"$C/bench.log" 2>&1 || not_ok "$*" "$(tail -n 3 "$C/bench.log")"
	echo $(($(uptime_ms) - timed_began)) >>"$timed_file"
}

# median FILE
median() {
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# ratio NAME OURS THEIRS LIMIT: print it; a limit of 0 is none
ratio() {
	ratio_ours=$(median "$2")
	ratio_theirs=$(median "$3")
	ratio_is=$(awk "BEGIN { printf \"%.2f\", $ratio_ours / $ratio_theirs }")
	echo "$1: $ratio_ours ms / $ratio_theirs ms = $ratio_is (median of $rounds)"
	[ "$4" = 0 ] || is "$1: at most $4" awk "BEGIN { exit !($ratio_is <= $4) }"
}

virsh_each() {
	for card in $cards; do
		virsh -q -c qemu:///system "$1" "pci_$(echo "$card" | tr :. __)" || return 1
	done
}

driverctl_each() {
	for card in $cards; do
		# shellcheck disable=SC2086 # words
		driverctl --nosave $1 "$card" $2 || return 1
	done
}

all_with_vfio() {
	for card in $cards; do driver_is "$card" vfio-pci || return 1; done
}

# libvirt_forgets: libvirt keeps a device that a guest had with managed='no' for detached, though it has gone back since,
# and at the end of a guest with managed='yes' leaves it where it is
libvirt_forgets() {
	for card in 0000:08:00.0 0000:0c:00.0 0000:06:00.0; do
		virsh -q -c qemu:///system nodedev-reattach "pci_$(echo "$card" | tr :. __)" >>"$C/bench.log" 2>&1
	done
}

home_again() {
	as_before "$1: the host is as before" "$C/bench.before"
}

bind_round() {
	# shellcheck disable=SC2086 # words
	timed "$C/vmrun-bind" "$VMRUN" bind $cards
	is "vmrun bind: all eight are with vfio-pci" all_with_vfio
	# shellcheck disable=SC2086
	timed "$C/vmrun-release" "$VMRUN" release $cards
	home_again "vmrun release"
	timed "$C/virsh-bind" virsh_each nodedev-detach
	is "virsh nodedev-detach: all eight are with vfio-pci" all_with_vfio
	timed "$C/virsh-release" virsh_each nodedev-reattach
	home_again "virsh nodedev-reattach"
	timed "$C/driverctl-bind" driverctl_each set-override vfio-pci
	is "driverctl set-override: all eight are with vfio-pci" all_with_vfio
	timed "$C/driverctl-release" driverctl_each unset-override ''
	home_again "driverctl unset-override"
}

# until_runs: vmrun start, until it says that the guest runs; read as it comes, for looking at a file again and again would
# take a processor away from what is measured
until_runs() {
	"$VMRUN" start "$C/bench.profile" 2>"$C/words" >/dev/null </dev/null &
	until_runs_pid=$!
	exec 3<"$C/words"
	until_runs_said=no
	while [ $until_runs_said = no ] && read -r until_runs_line <&3; do
		case $until_runs_line in
		'guest '*' runs'*) until_runs_said=yes ;;
		esac
	done
	cat <&3 >>"$C/bench.log" &
	exec 3<&-
	[ $until_runs_said = yes ]
}

start_round() {
	timed "$C/vmrun-start" until_runs
	virsh -q -c qemu:///system destroy bench
	wait "$until_runs_pid" || :
	home_again "vmrun start"
	libvirt_forgets
	timed "$C/virsh-start" virsh -q -c qemu:///system create "$C/bench.xml"
	virsh -q -c qemu:///system destroy bench
	home_again "virsh create"
}

modprobe vfio-pci
mkfifo "$C/words"
profile bench '[pci "a"]' 'address = 08:00.0' 'after = host' '[pci "b"]' 'address = 0c:00.0' '[pci "c"]' 'match = 1000:0079' \
	'after = host'
"$VMRUN" xml "$C/bench.profile" | sed 's/managed="no"/managed="yes"/' >"$C/bench.xml"
is "the same guest for virsh: libvirt binds its three cards" test "$(grep -c 'managed="yes"' "$C/bench.xml")" -eq 3
# The kernel numbers disks as they come: eight at once come in any order.
beside='^nvme[0-9]'
state >"$C/bench.before"
# Once, not counted: what libvirt learns about QEMU, what the kernel has to load.
until_runs
virsh -q -c qemu:///system destroy bench
wait "$until_runs_pid" || :
libvirt_forgets
for round in $(seq "$rounds"); do
	echo "round $round"
	bind_round
	start_round
done
ratio "bind 8 devices in 8 groups, vmrun bind / virsh nodedev-detach" "$C/vmrun-bind" "$C/virsh-bind" 0.5
ratio "bind 8 devices in 8 groups, vmrun bind / driverctl set-override" "$C/vmrun-bind" "$C/driverctl-bind" 0
ratio "give 8 devices back, vmrun release / virsh nodedev-reattach" "$C/vmrun-release" "$C/virsh-release" 0
ratio "start a guest with 3 cards, vmrun start / virsh create managed='yes'" "$C/vmrun-start" "$C/virsh-start" 1.15
finish
