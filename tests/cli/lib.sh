# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Helpers of the shell tests: run a command, check what it did, print TAP.
#
# A test script begins with these lines, and needs no more:
#	#!/bin/sh
#	set -eu
#	. "$(dirname "$0")/lib.sh"		(tests/build: ../cli/lib.sh)
# and then has checks, each of which prints one line:
#	pass NAME | fail NAME [DETAIL] | skip NAME REASON
#	check NAME COMMAND…			it exits 0
#	check_status NAME STATUS COMMAND…	it exits STATUS; its output is kept in
#						$OUT and $ERR, its status in $STATUS
#	check_stdout_has NAME TEXT		$OUT has the text; also _lacks, and
#	check_stderr_has NAME TEXT		the same two for $ERR
#	check_stdout_is NAME FILE		$OUT is the same as FILE; with REGEN=1
#	check_stderr_is NAME FILE		FILE is rewritten instead
#	check_same_file NAME WANTED GOT		likewise for any two files
#	check_json NAME FILTER			jq -e FILTER holds for $OUT
#	skip_all REASON				ends the script
# capture COMMAND… runs without checking. $T is a folder of the script's own, removed
# at its end, when the plan is printed. In it: $SRCDIR, the sources; $VMRUN, the program.

: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${BUILD:=$SRCDIR/build}"
: "${VMRUN:=$BUILD/vmrun}"
export SRCDIR BUILD VMRUN

T=$(mktemp -d "${TMPDIR:-/tmp}/vmrun-test.XXXXXX")
OUT=$T/stdout
ERR=$T/stderr
STATUS=0
: >"$OUT"
: >"$ERR"
checks=0
failures=0

# finish() - print the plan, unless the script died before its end
finish() {
	finish_status=$?
	trap - EXIT
	rm -rf "$T"
	if [ "$finish_status" -ne 0 ]; then
		echo "# the script ended with status $finish_status after $checks checks"
		exit "$finish_status"
	fi
	echo "1..$checks"
	[ "$failures" -eq 0 ] || exit 1
	exit 0
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# detail() - print lines of explanation, as TAP comments
detail() {
	sed 's/^/#   /'
}

pass() {
	checks=$((checks + 1))
	echo "ok $checks - $1"
}

fail() {
	checks=$((checks + 1))
	failures=$((failures + 1))
	echo "not ok $checks - $1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$*" | detail
}

skip() {
	checks=$((checks + 1))
	echo "ok $checks - $1 # SKIP $2"
}

skip_all() {
	trap - EXIT
	rm -rf "$T"
	echo "1..0 # SKIP $*"
	exit 0
}

capture() {
	STATUS=0
	"$@" >"$OUT" 2>"$ERR" </dev/null || STATUS=$?
	if [ -n "${ASAN_OPTIONS-}" ] && grep -q 'runtime error: \|ERROR: .*Sanitizer' "$ERR"; then
		fail 'no sanitizer report' "from: $*"
		show_output
	fi
}

# show_output() - the beginning of what the last command printed
show_output() {
	{
		head -n 15 "$OUT" | sed 's/^/stdout: /'
		head -n 15 "$ERR" | sed 's/^/stderr: /'
	} | detail
}

check() {
	check_name=$1
	shift
	if "$@" >"$T/check.log" 2>&1 </dev/null; then
		pass "$check_name"
	else
		fail "$check_name" "status $? from: $*"
		tail -n 20 "$T/check.log" | detail
	fi
}

check_status() {
	check_name=$1
	check_wanted=$2
	shift 2
	capture "$@"
	if [ "$STATUS" -eq "$check_wanted" ]; then
		pass "$check_name"
	else
		fail "$check_name" "wanted status $check_wanted, got $STATUS, from: $*"
		show_output
	fi
}

# has() - $1: wanted (has, lacks), $2: name, $3: text, $4: file
has() {
	found=lacks
	! grep -qF -e "$3" "$4" || found=has
	if [ "$found" = "$1" ]; then
		pass "$2"
	else
		fail "$2" "the output $found: $3"
		show_output
	fi
}

check_stdout_has() {
	has has "$1" "$2" "$OUT"
}

check_stdout_lacks() {
	has lacks "$1" "$2" "$OUT"
}

check_stderr_has() {
	has has "$1" "$2" "$ERR"
}

check_stderr_lacks() {
	has lacks "$1" "$2" "$ERR"
}

check_same_file() {
	if [ "${REGEN:-0}" = 1 ] && ! cmp -s "$2" "$3"; then
		cp "$3" "$2"
		skip "$1" "rewrote $2"
	elif diff -u "$2" "$3" >"$T/diff" 2>&1; then
		pass "$1"
	else
		fail "$1" "differs from $2 (- wanted, + got):"
		head -n 40 "$T/diff" | detail
	fi
}

check_stdout_is() {
	check_same_file "$1" "$2" "$OUT"
}

check_stderr_is() {
	check_same_file "$1" "$2" "$ERR"
}

check_json() {
	if ! command -v jq >/dev/null 2>&1; then
		skip "$1" 'jq is not installed'
	elif jq -e "$2" "$OUT" >"$T/jq" 2>&1; then
		pass "$1"
	else
		fail "$1" "not so: $2"
		tail -n 5 "$T/jq" | detail
		show_output
	fi
}
