#!/bin/sh
# 31-manual: vmrun(8) names every finding, verb and option there is
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

man=$SRCDIR/launcher/man/vmrun.8.in
# As a reader sees it: without the backslashes before hyphens.
sed 's/\\-/-/g' "$man" >"$T/man"

# has NAME TEXT
has() {
	if grep -qF -e "$2" "$T/man"; then pass "$1"; else fail "$1" "vmrun.8.in does not have: $2"; fi
}

finding_codes >"$T/codes"
check "there are findings" test -s "$T/codes"
while read -r code; do
	has "finding $code" ".BR $code \" ("
done <"$T/codes"
# The table of capabilities: each of the program's uses of one is said under its name, and no other capability has an entry.
sed -n '/^\.SH PRIVILEGE/,/^\.SH ENV/p' "$T/man" | awk '/^\.B CAP_/ { cap = $2; next } /^\./ { cap = "" } cap { sub(/;$/, ""); print cap ": " $0 }' |
	sort >"$T/said"
sed -n 's/^\tUSE([A-Z]*, \([A-Z_]*\), "\(.*\)"),$/CAP_\1: \2/p' "$SRCDIR/launcher/act/privs.c" | sort >"$T/used"
check "there are uses of capabilities" test -s "$T/used"
check_same_file "the table of capabilities is the program's" "$T/used" "$T/said"
for verb in $("$VMRUN" help | sed -n '/^verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
	has "verb $verb" "vmrun $verb"
	for option in $("$VMRUN" help "$verb" | grep -o -e '--[a-z-]*' | sort -u); do
		has "option $option of $verb" "$option"
	done
done
