# lib.sh: helpers of the checks inside the lab's machine: run vmrun, compare the host's state, print ok or not ok
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# A script is run by in_lab (outside.sh) as root from the repository's root and has:
#	profile NAME LINE…	a profile of a guest NAME without a system, in $C/NAME.profile
#	try COMMAND…		run it; $status, and its output in $C/out and $C/err
#	exits NAME STATUS COMMAND…	check: it exits so
#	says NAME TEXT…		check: the last command's output has all of them
#	is NAME COMMAND…	check: it succeeds
#	begin TAG COMMAND…	run it in the background; pid_of TAG, ended TAG, then
#	runs NAME TAG		check: vmrun says that its guest runs
#	ends NAME TAG STATUS	check: it ends with that status; its output is then the last command's
#	hears NAME SECONDS TEXT…	check: the guest whose serial console goes to $LOG says all of them by then
#	state >FILE		what vmrun may change on a host; as_before NAME FILE: check that it is so again
#	drivers >FILE		of it, what does not depend on the order in which disks were found
#	links >FILE		the driver links themselves: untouched NAME FILE: check that no driver was even taken off
#	finish			at the end
set -eu

: "${VMRUN:=build/vmrun}"
C=/run/checks
PCI=/sys/bus/pci
status=0
mkdir -p "$C"
chmod 755 "$C"

ok() {
	echo "ok $*"
}

# not_ok NAME [DETAIL]: and the end of what the last command said
not_ok() {
	echo "not ok $1"
	shift
	{
		[ $# -eq 0 ] || printf '%s\n' "$*"
		tail -n 12 "$C/err" "$C/out" 2>/dev/null || :
	} | sed 's/^/#   /'
}

# is NAME COMMAND…
is() {
	is_name=$1
	shift
	if "$@"; then ok "$is_name"; else not_ok "$is_name" "does not hold: $*"; fi
}

try() {
	status=0
	"$@" >"$C/out" 2>"$C/err" </dev/null || status=$?
}

exits() {
	exits_name=$1 exits_wanted=$2
	shift 2
	try "$@"
	if [ $status -eq "$exits_wanted" ]; then
		ok "$exits_name"
	else
		not_ok "$exits_name" "exit status $status, wanted $exits_wanted, from: $*"
	fi
}

says() {
	says_name=$1
	shift
	for text; do
		if ! grep -qF -e "$text" "$C/out" "$C/err"; then
			not_ok "$says_name" "does not say: $text"
			return 0
		fi
	done
	ok "$says_name"
}

# wait_for SECONDS COMMAND…: until it succeeds
wait_for() {
	read -r wait_now _ </proc/uptime
	wait_end=$((${wait_now%.*} + $1))
	shift
	until "$@"; do
		read -r wait_now _ </proc/uptime
		[ "${wait_now%.*}" -lt $wait_end ] || return 1
		sleep 0.1
	done
}

# profile NAME LINE…: memory and accel as the lab needs them; a line may set others
profile() {
	profile_file=$C/$1.profile
	{
		printf '[vm]\n\tname = %s\n\tmemory = 64M\n\taccel = tcg\n' "$1"
		shift
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >"$profile_file"
}

begin() {
	begin_at=$C/$1
	shift
	rm -f "$begin_at.pid" "$begin_at.status"
	{
		begin_status=0
		sh -c 'echo $$ >"$0.pid"; exec "$@"' "$begin_at" "$@" >"$begin_at.out" 2>"$begin_at.err" </dev/null ||
			begin_status=$?
		echo $begin_status >"$begin_at.new"
		mv "$begin_at.new" "$begin_at.status"
	} &
}

# pid_of TAG: of the command begun, once it is there
pid_of() {
	until [ -s "$C/$1.pid" ]; do sleep 0.02; done
	cat "$C/$1.pid"
}

ended() {
	[ -e "$C/$1.status" ]
}

guest_said_to_run() {
	ended "$1" || grep -q '^guest .* runs' "$C/$1.err"
}

runs() {
	if wait_for 90 guest_said_to_run "$2" && ! ended "$2"; then
		ok "$1"
	else
		cp "$C/$2.err" "$C/err"
		: >"$C/out"
		not_ok "$1" "it does not run; status $(cat "$C/$2.status" 2>/dev/null || echo none yet)"
	fi
}

ends() {
	wait_for 90 ended "$2" || :
	cp "$C/$2.err" "$C/err"
	cp "$C/$2.out" "$C/out"
	status=$(cat "$C/$2.status" 2>/dev/null || echo none yet)
	if [ "$status" = "$3" ]; then ok "$1"; else not_ok "$1" "status $status, wanted $3"; fi
}

# state: drivers, overrides, VFs, nodes, disks, network interfaces, sound cards, what vmrun keeps, QEMUs; without the lines
# that match $beside, a pattern for what belongs to a guest that runs beside the checks
beside='^$'
state() {
	state_all | grep -v -e "$beside"
}

# NVMe controllers and their subsystems are numbered as they come: one that was away alone comes back as the first that is free.
without_nvme_numbers() {
	sed 's/nvme\(-subsys\)\?[0-9]\+\(c[0-9]\+\)\?/nvme\1/g'
}

state_all() {
	find $PCI/drivers/ -name '*:*:*.*' -printf '%P\n' | sort
	grep -H . $PCI/devices/*/driver_override $PCI/devices/*/sriov_numvfs 2>/dev/null || :
	stat -c '%n %u:%g %a' /dev/vfio/[0-9]* 2>/dev/null || :
	find /sys/block/ /sys/class/net/ /sys/class/sound/ -type l -printf '%P %l\n' | without_nvme_numbers | sort
	find /run/vmrun/ -mindepth 1 -printf '/run/vmrun/%P\n' 2>/dev/null | sort
	pgrep -a qemu-system | cut -c1-80 || :
}

state_is() {
	state >"$C/state.now"
	cmp -s "$1" "$C/state.now"
}

# Drivers look for disks on their own time, so the state may take a moment to be as it was.
as_before() {
	if wait_for 15 state_is "$2"; then
		ok "$1"
	else
		not_ok "$1" "$(diff "$2" "$C/state.now")"
	fi
}

# links: each driver link with its inode: a device that leaves its driver and comes back gets another one
links() {
	find $PCI/devices/*/ -maxdepth 1 -name driver -printf '%h %i %l\n'
	grep -H . $PCI/devices/*/driver_override 2>/dev/null || :
}

untouched() {
	links >"$C/links.now"
	if cmp -s "$2" "$C/links.now"; then
		ok "$1"
	else
		not_ok "$1" "$(diff "$2" "$C/links.now")"
	fi
}

# driver_is ADDRESS DRIVER
driver_is() {
	[ -e "$PCI/drivers/$2/$1" ]
}

# drivers: which driver has what, overrides, and the nodes of groups
drivers() {
	find $PCI/drivers/ -name '*:*:*.*' -printf '%P\n' | sort
	grep -H . $PCI/devices/*/driver_override
	stat -c '%n %u:%g %a' /dev/vfio/[0-9]* 2>/dev/null || :
}

# override_is ADDRESS TEXT: driver_override; none reads "(null)"
override_is() {
	[ "$(cat "$PCI/devices/$1/driver_override")" = "$2" ]
}

# group_of ADDRESS: its IOMMU group
group_of() {
	basename "$(readlink "$PCI/devices/$1/iommu_group")"
}

# disk_of ADDRESS: the disk behind a controller; of one with native multipath the head
disk_of() {
	for disk_link in /sys/block/*; do
		[ -e "$disk_link/dev" ] || continue
		case $(readlink -f "$disk_link") in
		*/"$1"/*) echo "${disk_link##*/}" && return ;;
		*/nvme-subsystem/*)
			for disk_path in "$PCI/devices/$1"/nvme/nvme*/nvme*c*n*; do
				[ ! -e "$disk_path" ] || echo "${disk_link##*/}"
			done
			;;
		esac
	done
}

# qemu_of GUEST: the process
qemu_of() {
	pgrep -f "guest=$1," | head -n 1
}

# json FILTER FILE: it holds there
json() {
	jq -e "$1" "$2" >/dev/null
}

# vmrun_leaves_nothing: no journal, no pool record, no embedded driver
vmrun_leaves_nothing() {
	[ -z "$(find /run/vmrun/ -mindepth 1 2>/dev/null)" ]
}

# heard TEXT…: the guest has said all of them, in the file $LOG
heard() {
	for heard_text; do
		grep -qF -e "$heard_text" "$LOG" 2>/dev/null || return 1
	done
}

# hears NAME SECONDS TEXT…
hears() {
	hears_name=$1 hears_seconds=$2
	shift 2
	if wait_for "$hears_seconds" heard "$@"; then
		ok "$hears_name"
	else
		tail -n 20 "$LOG" >"$C/out" 2>/dev/null || :
		not_ok "$hears_name" "the guest has not said: $*"
	fi
}

finish() {
	echo "checks done"
}
