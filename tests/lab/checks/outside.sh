# outside.sh: sourced by check-*.sh after lib.sh of tests/cli; runs checks in the lab's machine and reports them as TAP
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh

# in_lab SCRIPT LAB-OPTION…: boot the machine once, run tests/lab/checks/SCRIPT in it, pass on each check it prints;
# $LAB_WITH is more for its environment: NAME=VALUE words
in_lab() {
	lab_script=$1
	shift
	mkfifo "$T/lab"
	# shellcheck disable=SC2086 # words
	"$SRCDIR/tests/lab/lab" "$@" -- env VMRUN="$VMRUN" ${LAB_WITH-} sh "tests/lab/checks/$lab_script" >"$T/lab" 2>&1 </dev/null &
	lab_pid=$!
	lab_complete=no
	while IFS= read -r line; do
		case $line in
		'ok '*) pass "${line#ok }" ;;
		'not ok '*) fail "${line#not ok }" ;;
		'checks done') lab_complete=yes ;;
		*) printf '# %s\n' "$line" ;;
		esac
	done <"$T/lab"
	lab_status=0
	wait $lab_pid || lab_status=$?
	rm "$T/lab"
	if [ $lab_status -eq 0 ] && [ $lab_complete = yes ]; then
		pass "$lab_script ran to its end"
	else
		fail "$lab_script ran to its end" "status $lab_status"
	fi
}
