# kill.sh: vmrun, and the processes that move its devices, killed at the steps of a start; then vmrun recover
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # $status is lib.sh's
#
# Sourced after guests.sh. strace makes vmrun wait where it is to die: nothing in vmrun is there for it. The guest has no disk image, so QEMU refuses it and
# the start takes itself back: every step of the way there and of the way back is one at which it can die.

# System calls that change the host, or stand between two changes of it.
kill_steps=mkdirat,flock,fsync,renameat,unlinkat,fchownat,fchmodat,socketpair,clone,clone3,finit_module,sendto,recvfrom

kill_profile() {
	profile killed '[disk "root"]' 'source = /nowhere/at/all.img' "$@"
}

# count_steps: of an undisturbed start, "SYSCALL N" a line, in $C/steps
count_steps() {
	exits "killed at each step: the start that is not killed takes itself back" 7 \
		strace -f --seccomp-bpf -o "$C/trace" -e "trace=$kill_steps" \
		"$VMRUN" start ${URI:+-c "$URI"} "$C/killed.profile"
	# Of vmrun itself, which is the first process.
	awk 'NR == 1 { first = $1 } $1 == first && match($2, /^[a-z0-9_]+\(/) {
		call = substr($2, 1, RLENGTH - 1); print call, ++n[call] }' "$C/trace" >"$C/steps"
}

# recovered NAME: recover is done with what was left; a guest that libvirt was just making is let go first
recovered() {
	try "$VMRUN" recover
	if [ "$status" -eq 10 ]; then
		wait_for 20 qemu_is_gone killed || :
		try "$VMRUN" recover
	fi
	if [ "$status" -eq 0 ]; then ok "$1: recover"; else not_ok "$1: recover" "exit status $status"; fi
	as_before "$1: 0 differences" "$C/killed.before"
}

qemu_is_gone() {
	[ -z "$(qemu_of "$1")" ]
}

# begin_delayed SECONDS CALL N OPTION…: a start of which each process waits so long before it makes its Nth CALL
begin_delayed() {
	delayed_how="inject=$2:delay_enter=$1s:when=$3" delayed_call=$2 delayed_turn=$3
	shift 3
	delayed_who=''
	rm -f "$C/trace"
	begin killed strace -f --seccomp-bpf -o "$C/trace" -e "trace=$delayed_call" -e "$delayed_how" "$@" \
		"$VMRUN" start ${URI:+-c "$URI"} "$C/killed.profile"
	wait_for 60 delayed || :
}

# delayed: a process waits; $delayed_who is it
delayed() {
	ended killed && return 0
	delayed_who=$(awk -v call="$delayed_call(" -v turn="$delayed_turn" \
		'index($2, call) == 1 && ++n[$1] == turn { print $1; exit }' "$C/trace" 2>/dev/null)
	[ -n "$delayed_who" ]
}

# kill_all NAME: vmrun and every process of its at once: none is left that could put anything back; then recover
kill_all() {
	if ended killed; then
		# There are not always as many messages as in the start that was not killed.
		echo "$1: it did not come so far, status $(cat "$C/killed.status")"
	fi
	# shellcheck disable=SC2046 # words
	kill -9 $(descendants "$(pid_of killed)") 2>/dev/null || :
	kill -9 "$(pid_of killed)" 2>/dev/null || :
	wait_for 20 ended killed || :
	recovered "$1"
}

# descendants PID
descendants() {
	for descendant in $(pgrep -P "$1"); do
		echo "$descendant"
		descendants "$descendant"
	done
}

# kill_at_step SYSCALL N
kill_at_step() {
	begin_delayed 60 "$1" "$2"
	kill_all "killed at $1 $2"
}

# kill_at_write FILE: of sysfs
kill_at_write() {
	begin_delayed 60 write 1 -P "$(readlink -f "$1")"
	is "killed at a write to ${1#"$PCI/"}: it is written to" test -n "$delayed_who"
	kill_all "killed at a write to ${1#"$PCI/"}"
}

# kill_mover FILE: only the process that writes to this file of sysfs dies; vmrun notices, and says whether all is put back (7)
# or not (8)
kill_mover() {
	kill_mover_name="the mover killed at a write to ${1#"$PCI/"}"
	begin_delayed 3 write 1 -P "$(readlink -f "$1")"
	kill -9 "$delayed_who" || :
	wait_for 60 ended killed || :
	cp "$C/killed.err" "$C/err"
	case $(cat "$C/killed.status") in
	7) as_before "$kill_mover_name: all is put back" "$C/killed.before" ;;
	8) recovered "$kill_mover_name" ;;
	*) not_ok "$kill_mover_name: start says how it left the host" "exit status $(cat "$C/killed.status")" ;;
	esac
}

# sysfs_writes ADDRESS DRIVER: the files that are written on its way to vfio-pci and back
sysfs_writes() {
	echo "$PCI/devices/$1/driver_override $PCI/drivers/$2/unbind $PCI/drivers_probe $PCI/drivers/vfio-pci/unbind"
}

daemon_answers() {
	virsh -q -c qemu:///system uri >/dev/null 2>&1
}

# daemon_killed: libvirtd dies under a guest, and comes back; vmrun stays with its guest
daemon_killed() {
	profile daemon '[pci "usb"]' 'class = usb'
	state >"$C/daemon.before"
	begin_start daemon daemon
	runs "libvirtd killed under a guest: it ran" daemon
	kill -9 "$(pgrep -x libvirtd)"
	sleep 1
	is "libvirtd killed under a guest: QEMU has the device" node_is_open daemon 0000:07:00.0
	exits "libvirtd killed under a guest: recover leaves it alone" 0 "$VMRUN" recover
	is "libvirtd killed under a guest: QEMU still has the device" node_is_open daemon 0000:07:00.0
	libvirtd -d
	is "libvirtd is back" wait_for 30 daemon_answers
	"$end_guest" daemon
	ends "libvirtd killed under a guest: its end is seen all the same" daemon 0
	as_before "libvirtd killed under a guest: 0 differences" "$C/daemon.before"
}

# all_killed: vmrun and libvirtd die under a guest, later QEMU; nobody answers, and the processes are what shows
all_killed() {
	profile alone '[pci "usb"]' 'class = usb' '[pci "raid"]' 'match = 1000:0079' 'after = host'
	state >"$C/alone.before"
	begin_start alone alone
	runs "vmrun and libvirtd killed: the guest ran" alone
	kill -9 "$(pid_of alone)" "$(pgrep -x libvirtd)" || :
	wait_for 10 ended alone || :
	exits "vmrun and libvirtd killed: recover" 10 "$VMRUN" recover
	is "vmrun and libvirtd killed: QEMU has the device" node_is_open alone 0000:07:00.0
	kill -9 "$(qemu_of alone)" || :
	wait_for 10 qemu_is_gone alone || :
	exits "QEMU killed as well: recover" 0 "$VMRUN" recover
	as_before "QEMU killed as well: 0 differences" "$C/alone.before"
	libvirtd -d
	is "libvirtd is back for what follows" wait_for 30 daemon_answers
}
