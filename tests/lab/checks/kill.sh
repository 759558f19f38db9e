# kill.sh: vmrun, and the processes that move its devices, killed at the steps of a start; then vmrun recover
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # $status is lib.sh's
#
# Sourced after guests.sh. strace kills: nothing in vmrun is there for it. The guest has no disk image, so QEMU refuses it and
# the start takes itself back: every step of the way there and of the way back is one at which it can die.

# System calls that change the host, or stand between two changes of it.
kill_steps=mkdirat,flock,fsync,renameat,unlinkat,fchownat,fchmodat,socketpair,clone,clone3,finit_module,sendto,recvfrom

kill_profile() {
	profile killed '[disk "root"]' 'source = /nowhere/at/all.img' "$@"
}

# count_steps: of an undisturbed start, "SYSCALL N" a line, in $C/steps
count_steps() {
	exits "killed at each step: the start that is not killed takes itself back" 7 \
		strace -o "$C/trace" -e "trace=$kill_steps" "$VMRUN" start ${URI:+-c "$URI"} "$C/killed.profile"
	sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' "$C/trace" | awk '{ print $1, ++n[$1] }' >"$C/steps"
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

# kill_at_step SYSCALL N: vmrun itself dies as it makes that call
kill_at_step() {
	try strace -o "$C/trace" -e "trace=$1" -e "inject=$1:signal=KILL:when=$2" \
		"$VMRUN" start ${URI:+-c "$URI"} "$C/killed.profile"
	if [ "$status" -ne 137 ]; then
		# How many messages there are depends on who is faster: the last ones may not come.
		echo "killed at $1 $2: it was not made this time, status $status"
	fi
	recovered "killed at $1 $2"
}

# kill_at_write FILE: everything that vmrun runs dies as one of its processes writes to this file of sysfs
kill_at_write() {
	kill_file=$(readlink -f "$1")
	rm -f "$C/trace"
	begin killed strace -f -o "$C/trace" -P "$kill_file" -e trace=write -e inject=write:delay_enter=20s \
		"$VMRUN" start ${URI:+-c "$URI"} "$C/killed.profile"
	if ! wait_for 40 grep -qs 'write(' "$C/trace"; then
		not_ok "killed at a write to $1" "it is never written to"
		return 0
	fi
	# strace last, for without it they would go on.
	# shellcheck disable=SC2046 # words
	kill -9 $(descendants "$(pid_of killed)") "$(pid_of killed)" 2>/dev/null || :
	wait_for 20 ended killed || :
	recovered "all killed at a write to ${1#"$PCI/"}"
}

# descendants PID
descendants() {
	for descendant in $(pgrep -P "$1"); do
		echo "$descendant"
		descendants "$descendant"
	done
}

# kill_mover FILE: only the process that writes to this file dies, on the way there and on the way back; vmrun notices, and says
# whether all is put back (7) or not (8)
kill_mover() {
	try strace -f -o "$C/trace" -P "$(readlink -f "$1")" -e trace=write -e inject=write:signal=KILL:when=1 \
		"$VMRUN" start ${URI:+-c "$URI"} "$C/killed.profile"
	kill_mover_name="the mover killed at a write to ${1#"$PCI/"}"
	case $status in
	7) as_before "$kill_mover_name: all is put back" "$C/killed.before" ;;
	8) recovered "$kill_mover_name" ;;
	*) not_ok "$kill_mover_name: start says how it left the host" "exit status $status" ;;
	esac
}

# sysfs_writes ADDRESS DRIVER: the files that are written on its way to vfio-pci and back
sysfs_writes() {
	echo "$PCI/devices/$1/driver_override $PCI/drivers/$2/unbind $PCI/drivers_probe $PCI/drivers/vfio-pci/unbind"
}

# kill_few: five of the points, for a short check; the whole matrix is soak-kill.sh
kill_few() {
	kill_profile '[pci "usb"]' 'class = usb' '[pci "raid"]' 'match = 1000:0079'
	state >"$C/killed.before"
	kill_at_step renameat 1
	kill_at_step recvfrom 3
	kill_at_step unlinkat 1
	kill_at_write "$PCI/drivers/megaraid_sas/unbind"
	kill_mover "$PCI/devices/0000:07:00.0/driver_override"
}
