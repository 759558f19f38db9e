#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of make deps, with stand-ins for the package managers: nothing is installed.
set -eu
. "$(dirname "$0")/../cli/lib.sh"

deps=$SRCDIR/tests/tools/deps
POLICY_FILE=$T/policy
STUBS=$T
export POLICY_FILE STUBS

# The PATH of these tests has these programs, and the stand-ins of the test.
mkdir "$T/basic"
for program in awk sed grep mktemp rm dirname tail sh cat env chmod cut; do
	ln -s "$(command -v "$program")" "$T/basic/$program"
done

# stub() - a stand-in: $1 name, $2 what it does after writing down its arguments
stub() {
	mkdir -p "$T/bin"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\necho "%s $*" >>"$STUBS/calls"\n%s\n' "$1" "$2" >"$T/bin/$1"
	chmod +x "$T/bin/$1"
}

# fresh() - no stand-ins but a user id
fresh() {
	rm -rf "${T:?}/bin" "$T/calls" "$T/failed"
	: >"$T/calls"
	stub id "echo $1"
}

# debian() - as on Debian, where packages named here are missing
debian() {
	stub dpkg-query "awk -v gone=' $* ' '!/^#/ && NF && !index(gone, \" \" \$1 \" \") {
		print \"installed \" \$1 }' '$SRCDIR/tests/tools/packages'"
	stub apt-cache 'exit 0'
	stub apt-get "$apt_get"
}

run_deps() {
	PATH=$T/bin:$T/basic sh "$deps" "$@"
}

called() {
	grep -q -e "$1" "$T/calls"
}

not_called() {
	! called "$1"
}

# --- Debian

apt_get='exit 0'
fresh 1000
debian nothing
check_status 'all packages here: done, without being root' 0 run_deps
check 'no package manager was called' not_called apt-get

fresh 1000
debian jq cpio
check_status 'packages missing, not root' 1 run_deps
check_stderr_has 'says that it needs root' 'needs root'
check_stderr_has 'and what to install' 'jq cpio'
check 'installs nothing' not_called apt-get
check_status '--list' 0 run_deps --list
check_stdout_has 'lists what is missing' 'jq cpio'

fresh 0
debian jq cpio
check_status 'packages missing, root' 0 run_deps
printf 'deps: apt-get installs jq cpio\n' >"$T/line"
check_stdout_is 'says in one line what it installs' "$T/line"
check 'calls apt-get' called 'apt-get .*install --no-install-recommends jq cpio$'
check 'needs no update' not_called 'apt-get .*update'
check 'leaves no policy file' test ! -e "$POLICY_FILE"

# shellcheck disable=SC2016
apt_get='case "$*" in *install*) [ -e "$STUBS/failed" ] || { : >"$STUBS/failed"; exit 100; } ;; esac'
fresh 0
debian jq
check_status 'a stale package list' 0 run_deps
check 'is updated, and it is tried again' called 'apt-get .*update'

apt_get='echo "E: the mirror is on fire"; exit 100'
fresh 0
debian jq
check_status 'an installation that fails' 1 run_deps
check_stderr_has 'shows why' 'the mirror is on fire'
check 'leaves no policy file then' test ! -e "$POLICY_FILE"

# --- Fedora, and others

fresh 0
# shellcheck disable=SC2016
stub rpm 'case "$*" in *json-c-devel*) exit 1 ;; esac'
stub dnf 'exit 0'
check_status 'a package missing on Fedora' 0 run_deps
check 'calls dnf' called 'dnf install .*json-c-devel$'

fresh 0
check_status 'neither apt-get nor dnf' 1 run_deps
check_stderr_has 'prints the list' 'libvirt-dev libpci-dev'
check_status 'an unknown argument' 2 env PATH="$PATH" sh "$deps" --frobnicate

# --- the table

awk -F '|' 'NF == 8 && $8 ~ /all|tests/ { print $6 $7 }' "$SRCDIR/configure" >"$T/libraries"
check 'configure has a table of libraries' test -s "$T/libraries"
while read -r on_debian on_fedora; do
	check "$on_debian, which configure asks for, is a package of deps" \
		grep -q "^$on_debian  *$on_fedora " "$SRCDIR/tests/tools/packages"
done <"$T/libraries"
