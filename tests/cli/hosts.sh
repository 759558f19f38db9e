# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Helpers of the tests that run vmrun on described hosts; read after lib.sh.
#
#	host NAME		compile tests/fixtures/hosts/NAME.host; its root is $HOST
#	hosts			the names of all of them
#	profile NAME		write NAME.profile from stdin, in the current folder ($T)
#	nameless FILE		replace the names of the host's devices in FILE
#	golden FILE		$GOLDEN is fixtures/hosts/FILE, to compare with
#	check_golden NAME FILE	$OUT and then $ERR, nameless, are fixtures/hosts/FILE
#	finding_codes		every code there is
#	check_schema NAME	$OUT is one JSON object that keeps to its schema, and $ERR is empty

FIXTURES=$SRCDIR/tests/fixtures
REPORT=$SRCDIR/tests/cli/report.py
command -v python3 >/dev/null 2>&1 || skip_all 'python3 is not installed'
cd "$T" || exit 1
# How tables draw their trees goes by the character set.
LC_ALL=C.UTF-8
export LC_ALL

hosts() {
	for spec in "$FIXTURES"/hosts/*.host; do
		basename "$spec" .host
	done
}

host() {
	HOST=$BUILD/hosts/$1
	spec=$FIXTURES/hosts/$1.host
	mkdir -p "$BUILD/hosts"
	host_made || host_make
}

host_made() {
	[ -f "$HOST.made" ] && [ -z "$(find "$spec" "$SRCDIR/tests/tools/mkhost" -newer "$HOST.made")" ]
}

# host_make() - other scripts run beside this one, and may want the same host
host_make() {
	exec 8>"$HOST.lock"
	flock 8
	if ! host_made; then
		rm -f "$HOST.made"
		"$SRCDIR/tests/tools/mkhost" "$spec" "$HOST"
		: >"$HOST.made"
	fi
	exec 8>&-
}

profile() {
	cat >"$T/$1.profile"
}

nameless() {
	names=$T/$(basename "$HOST").names
	if [ ! -f "$names" ]; then
		"$VMRUN" survey --json --sysroot "$HOST" >"$T/names.json" 2>"$T/names.err"
		python3 "$REPORT" nameless "$T/names.json" >"$names"
	fi
	sed -f "$names" "$1" >"$T/nameless"
	mv "$T/nameless" "$1"
}

# golden() - the file to compare with is $GOLDEN; with REGEN=1 it is there to be rewritten
golden() {
	GOLDEN=$FIXTURES/hosts/$1
	if [ ! -f "$GOLDEN" ] && [ "${REGEN:-0}" = 1 ]; then
		mkdir -p "$(dirname "$GOLDEN")"
		: >"$GOLDEN"
	fi
}

check_golden() {
	sed 's/[[:blank:]]*$//' "$OUT" >"$T/golden"
	if [ -s "$ERR" ]; then
		echo '--- stderr' >>"$T/golden"
		cat "$ERR" >>"$T/golden"
	fi
	nameless "$T/golden"
	golden "$2"
	check_same_file "$1" "$GOLDEN" "$T/golden"
}

finding_codes() {
	sed -n 's/^\t\[FINDING_[A-Z_]*\] = "\(.*\)",$/\1/p' "$SRCDIR/launcher/decide/finding.c"
}

check_schema() {
	if [ -s "$ERR" ]; then
		fail "$1" "stderr is not empty: $(head -n 3 "$ERR")"
		return
	fi
	check "$1" python3 "$REPORT" schema "$OUT"
}
