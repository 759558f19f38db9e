#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a plan reads of a host with thousands of functions: its devices, their groups, the way to them.
set -eu
. "$(dirname "$0")/../cli/lib.sh"

command -v strace >/dev/null || skip_all 'strace is not here (package strace)'
: "${BENCH_FUNCTIONS:=4096}"

"$SRCDIR/tests/bench/fleet" "$BENCH_FUNCTIONS" >"$T/fleet.host"
"$SRCDIR/tests/tools/mkhost" "$T/fleet.host" "$T/host"
gpu=$(awk '$2 == "10de:2204" { at = $1 } END { print at }' "$T/fleet.host")
card=${gpu%.*}

# opened() - plan a profile with this condition; the files opened, one per line, in $T/opened
opened() {
	printf '[vm]\n\tname = big\n\tmemory = 1G\n[pci "gpu"]\n\t%s\n' "$1" >"$T/big.profile"
	STATUS=0
	strace -f -e trace=open,openat,openat2 -o "$T/trace" "$VMRUN" plan --json --sysroot "$T/host" \
		"$T/big.profile" >"$OUT" 2>"$ERR" || STATUS=$?
	# A function's directory is opened by its path, or by its address in the directory of the bridge above it.
	grep -o '"sys/bus/pci/devices/[^"]*"\|openat([0-9]*, "[a-z_0-9]*"\|openat([0-9]*, "[0-9a-f]*:[0-9a-f:.]*"' "$T/trace" |
		tr -d '"' | sed 's|^openat([0-9]*, \([0-9a-f]*:[0-9a-f:.]*\)|sys/bus/pci/devices/\1|' >"$T/opened"
}

# functions() - of which functions was the directory, or a file in it other than the group's link, opened?
functions() {
	sed -n 's|^sys/bus/pci/devices/\([^/]*\)$|\1|p; s|^sys/bus/pci/devices/\([^/]*\)/.*|\1 &|p' "$T/opened" |
		sed '/iommu_group$/d; s/ .*//' | sort -u
}

opened "address = $gpu"
check_json 'the card and its group are picked' \
	"[.picks[].address] | length == 4 and all(startswith(\"$card\"))"
count=$(functions | wc -l)
echo "plan by address: $count of $BENCH_FUNCTIONS functions read, $(wc -l <"$T/trace") files opened"
functions | grep -v "^$card" >"$T/others" || true
if [ "$(wc -l <"$T/trace")" -lt 300 ]; then
	pass "by address: $(wc -l <"$T/trace") files opened of a host with $BENCH_FUNCTIONS functions, fewer than 300"
else
	fail "by address: $(wc -l <"$T/trace") files opened of a host with $BENCH_FUNCTIONS functions, fewer than 300"
fi
# Beside the card there is only the port above it.
if [ "$(wc -l <"$T/others")" -eq 1 ] && grep -q ":00:[0-9a-f]*\.0$" "$T/others"; then
	pass 'by address: no function is read but the group and the bridge above'
else
	fail 'by address: no function is read but the group and the bridge above' "$(cat "$T/others")"
fi

opened "path = $("$VMRUN" survey --json --sysroot "$T/host" "$gpu" | jq -r '.devices[0].path')"
check_json 'by path: the same' "[.picks[].address] | length == 4 and all(startswith(\"$card\"))"

opened "match = 10de:2204
	address = $card.*"
check_json 'by ids and address: the same' "[.picks[].address] | length == 4 and all(startswith(\"$card\"))"
echo "plan by ids and address: $(functions | wc -l) functions read"
if [ "$(functions | wc -l)" -eq "$count" ]; then
	pass 'by ids and address: ids are read where the address fits'
else
	fail 'by ids and address: ids are read where the address fits' "$(functions | head)"
fi

opened "match = ffff:fffe"
check_status_is=$STATUS
files=$(grep -c '^openat(' "$T/opened" || true)
echo "plan by ids that nothing has: $files attributes of $BENCH_FUNCTIONS functions read"
if [ "$check_status_is" -eq 4 ] && [ "$files" -le $((BENCH_FUNCTIONS + 200)) ]; then
	pass 'by ids: one attribute of each function is read'
else
	fail 'by ids: one attribute of each function is read' "status $check_status_is, $files files"
fi
