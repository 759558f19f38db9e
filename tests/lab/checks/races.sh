# races.sh: many starts at once for few cards: each card has one guest at most, and who comes too late is told so
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Sourced after guests.sh, on a machine with libvirtd.

# race_card N: the keys of a section for card number N, of four. The emulated SAS controllers are not among them: QEMU itself
# (7.2) crashed in the second round with them.
race_card() {
	case $(($1 % 4)) in
	0) echo 'address = 01:00.0' ;;
	1) echo 'class = usb' ;;
	2) echo 'address = 03:00.0' ;;
	3) echo 'address = 02:00.0' ;;
	esac
}

# twice_reserved: the groups that more than one journal has
twice_reserved() {
	cat /run/vmrun/guest-*.json 2>/dev/null | jq -r '.devices | map(.group) | unique | .[]' 2>/dev/null | sort | uniq -d
}

# twice_held: group nodes that more than one process has open
twice_held() {
	find /proc/[0-9]*/fd -lname '*/vfio/[0-9]*' -printf '%l\n' 2>/dev/null | sort | uniq -d
}

# settled COUNT: each start has either ended or has its guest
race_settled() {
	for settled_n in $(seq "$1"); do
		guest_said_to_run "race$settled_n" || return 1
	done
}

watch_race() {
	while [ ! -e "$C/race.over" ]; do
		twice_reserved >>"$C/race.twice"
		twice_held >>"$C/race.twice"
		sleep 0.2
	done
}

# race_round STARTS CARDS: all of them at once
race_round() {
	rm -f "$C/race.over"
	: >"$C/race.twice"
	watch_race &
	race_watcher=$!
	for race_n in $(seq "$1"); do
		profile "race$race_n" '[pci "card"]' "$(race_card $((race_n % $2)))" 'siblings = bind' 'after = host'
		begin_start "race$race_n" "race$race_n"
	done
	wait_for 240 race_settled "$1" || :
	race_won=0 race_late=0 race_other=''
	for race_n in $(seq "$1"); do
		case $(cat "$C/race$race_n.status" 2>/dev/null || echo runs) in
		runs) race_won=$((race_won + 1)) ;;
		10) race_late=$((race_late + 1)) && grep -q 'guest \|pid ' "$C/race$race_n.err" || race_other="$race_other nobody-named" ;;
		*) race_other="$race_other $(cat "$C/race$race_n.status")" && cat "$C/race$race_n.err" ;;
		esac
	done
	for race_n in $(seq "$1"); do
		ended "race$race_n" || "$VMRUN" stop --force "race$race_n" >/dev/null 2>&1 || race_other="$race_other stop"
	done
	for race_n in $(seq "$1"); do
		wait_for 60 ended "race$race_n" || race_other="$race_other hangs"
	done
	: >"$C/race.over"
	wait $race_watcher || :
	echo "race: $1 starts for $2 cards: $race_won ran, $race_late too late (exit 10)"
	is "$1 starts at once: each card has one guest" test $race_won -eq "$2"
	is "$1 starts at once: all others exit 10 and name who has it" test -z "$race_other"
	is "$1 starts at once: no card was ever held or reserved twice" test ! -s "$C/race.twice"
	as_before "$1 starts at once: the host is as before" "$C/race.before"
}

# race_any: starts at once for any of the NVMe drives: each gets one of its own, and the last none
race_any() {
	state >"$C/any.before"
	for any_n in 1 2 3; do
		profile "any$any_n" '[pci "nvme"]' 'class = nvme' 'pick = any' 'after = host'
		begin_start "any$any_n" "any$any_n"
	done
	any_ran='' any_late=''
	for any_n in 1 2 3; do
		wait_for 90 guest_said_to_run "any$any_n" || :
		if ended "any$any_n"; then any_late="$any_late $(cat "$C/any$any_n.status")"; else any_ran="$any_ran $any_n"; fi
	done
	is "any of two drives, three starts at once: two run" test "$(echo "$any_ran" | wc -w)" -eq 2
	is "any of two drives, three starts at once: the third exits 10" test "$any_late" = ' 10'
	is "any of two drives: both are taken" driver_is 0000:01:00.0 vfio-pci
	is "any of two drives: each by one" driver_is 0000:02:00.0 vfio-pci
	for any_n in $any_ran; do
		exits "any of two drives: guest any$any_n stops" 0 "$VMRUN" stop --force "any$any_n"
		wait_for 60 ended "any$any_n" || :
	done
	as_before "any of two drives: the host is as before" "$C/any.before"
}

# lock_held: the wait for the host's lock is bounded, and its holder is named
lock_held() {
	profile late '[pci "card"]' "$(race_card 0)"
	mkdir -p /run/vmrun
	flock /run/vmrun sleep 120 &
	lock_holder=$!
	exits "the lock is held: start gives up" 10 timeout 60 "$VMRUN" start "$C/late.profile"
	says "the lock is held: it names who has it" 'is being planned for by' '(pid '
	# shellcheck disable=SC2046 # words
	kill "$lock_holder" $(pgrep -P "$lock_holder")
	wait "$lock_holder" 2>/dev/null || :
}

# races ROUNDS STARTS CARDS
races() {
	state >"$C/race.before"
	for race_number in $(seq "$1"); do
		echo "round $race_number"
		race_round "$2" "$3"
	done
}
