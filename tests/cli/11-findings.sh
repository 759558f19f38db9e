#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every finding there is: some described host has it, and another one, which has devices too, has not.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

# note_codes NAME: the findings in $OUT are what the survey or plan NAME found
note_codes() {
	jq -r '[.host.findings[]?, .devices[]?.findings[], .findings[]?] | map(.code) | unique[]' "$OUT" |
		sed "s|\$| $1|" >>"$T/fired"
	echo "$1" >>"$T/names"
}

# planned NAME HOST KEY…: a guest of one NVMe on that host, with these keys in [vm]
planned() {
	planned_name=$1
	host "$2"
	shift 2
	{
		printf '[vm]\n\tname = nas\n'
		printf '\t%s\n' "$@"
		printf '[pci "nvme"]\n\taddress = 01:00.0\n'
	} | profile "$planned_name"
	capture "$VMRUN" plan --json --sysroot "$HOST" "$planned_name.profile"
	note_codes "$planned_name"
}

for name in $(hosts); do
	host "$name"
	capture "$VMRUN" survey --json --sysroot "$HOST"
	check_json "$name: has devices, and each its verdict" \
		'(.devices | length > 0) and all(.devices[]; .verdict | IN("assignable", "warning", "refused", "blocked"))'
	note_codes "$name"
done
# What takes a guest to say.
planned too-large two-nvme 'memory = 900G'
planned small two-nvme 'memory = 1G'
planned remote desktop 'numa = 1'

finding_codes >"$T/codes"
check 'there are findings' test -s "$T/codes"
while read -r code; do
	where=$(awk -v code="$code" '$1 == code { print $2 }' "$T/fired" | tr '\n' ' ')
	if [ -n "$where" ]; then
		pass "$code fires: $where"
	else
		fail "$code fires on some host"
	fi
	silent=$(awk -v code="$code" 'NR == FNR { fired[$1, $2]; next } !((code, $1) in fired)' "$T/fired" "$T/names" | wc -l)
	if [ "$silent" -gt 0 ]; then
		pass "$code is silent on $silent others"
	else
		fail "$code is silent on some host"
	fi
done <"$T/codes"
