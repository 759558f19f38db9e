#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun survey --format: the graph, and JSON and the table by that name.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

# graphviz() - does dot read the last output without a complaint?
graphviz() {
	if ! command -v dot >/dev/null 2>&1; then
		skip "$1" 'graphviz is not installed'
		return
	fi
	cp "$OUT" "$T/graph.dot"
	check_status "$1" 0 dot -Tsvg "$T/graph.dot"
	check_stderr_is "$1: no complaint" /dev/null
}

"$SRCDIR/tests/tools/mkhost" "$FIXTURES/odd/odd.host" "$T/odd"
for name in $(hosts) odd; do
	case $name in
	odd) HOST=$T/odd ;;
	*) host "$name" ;;
	esac
	"$VMRUN" survey --json --sysroot "$HOST" >"$T/survey.json" 2>"$T/survey.err"
	capture "$VMRUN" survey --format=dot --sysroot "$HOST"
	check "$name: the graph is that of the survey" \
		python3 "$SRCDIR/tests/cli/graph.py" "$OUT" "$T/survey.json"
	case $name in
	desktop | gen8 | odd) graphviz "$name: graphviz reads it" ;;
	esac
done

host desktop
check_status '--format=dot SELECTOR' 0 "$VMRUN" survey --format=dot --sysroot "$HOST" 01:00
check_stdout_has '--format=dot SELECTOR: the bridge above it' '"0000:00:01.0" -> "0000:01:00.0"'
check_stdout_lacks '--format=dot SELECTOR: nothing else' '0000:00:17.0'
"$VMRUN" survey --json --sysroot "$HOST" >"$T/wanted"
check_status '--format=json' 0 "$VMRUN" survey --format=json --sysroot "$HOST"
check_same_file '--format=json is --json' "$T/wanted" "$OUT"
"$VMRUN" survey --sysroot "$HOST" >"$T/wanted"
check_status '--format=table' 0 "$VMRUN" survey --format table --sysroot "$HOST"
check_same_file '--format=table is the table' "$T/wanted" "$OUT"
check_status '--format=svg' 2 "$VMRUN" survey --format=svg --sysroot "$HOST"
check_stderr_has '--format=svg: says what there is' '--format is table, json or dot, not "svg"'
check_status '--json --format=dot' 2 "$VMRUN" survey --json --format=dot --sysroot "$HOST"
check_status 'plan --format' 2 "$VMRUN" plan --format=dot x.profile
