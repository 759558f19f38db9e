#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of configure: its arguments, what it finds, and what it leaves behind.
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/standin.sh"

W=$T/work
standin "$W"
cd "$W"

# nothing_written() - are there no results, whole or half?
nothing_written() {
	for file in config.mk* config.h*; do
		[ ! -e "$file" ] || return 1
	done
}

# --- arguments

check_status '--help' 0 ./configure --help
check '--help fits one screen' awk 'length > 80 { wide = 1 } END { exit NR > 30 || wide }' "$OUT"
for option in prefix bindir sbindir libdir datadir mandir sysconfdir with-tests with-fuzz \
	enable-asan recheck help version; do
	check_stdout_has "--help has --$option" "--$option"
done
check_stdout_has '--help says why the prefix is /usr' AppArmor
check_status '--version' 0 ./configure --version
check_stdout_has '--version prints VERSION' "vmrun $(cat VERSION)"

check_status 'an unknown option' 2 ./configure --frobnicate
check_stderr_has 'an unknown option is named' "unknown option '--frobnicate'"
check_status 'an unknown argument' 2 ./configure frobnicate
check_status 'an unknown variable' 2 ./configure CFLAG=-g
check_status 'an option without its value' 2 ./configure --prefix
check_status 'a relative folder' 2 ./configure --prefix=usr
check_status 'neither auto nor yes nor no' 2 ./configure --with-tests=maybe
check_status '--recheck before the first time' 1 ./configure --recheck
check 'arguments refused leave nothing' nothing_written

# --- things missing

check_status 'no library found' 1 env PKG_CONFIG_LIBDIR="$T" ./configure --with-tests=yes
awk -F '|' 'NF == 8 && $8 ~ /all|tests/ { print $6 " " $7 }' configure >"$T/names"
check 'the table of libraries has ten rows at least' awk 'END { exit NR < 10 }' "$T/names"
while read -r debian fedora; do
	check_stderr_has "missing: $debian, for Debian" " $debian"
	check_stderr_has "missing: $fedora, for Fedora" " $fedora"
done <"$T/names"
check 'missing libraries leave nothing' nothing_written
check_stderr_has 'missing: one command for all' 'apt-get install libvirt-dev libpci-dev'

check_status 'no pkg-config' 1 env PKG_CONFIG="$T/nowhere" ./configure
check_stderr_has 'pkg-config: its Debian package' ' pkg-config'
check_stderr_has 'pkg-config: its Fedora package' pkgconf-pkg-config

check_status 'no working compiler' 1 env CC=false ./configure
check_stderr_has 'the compiler is named' "CC='false'"
check 'no compiler leaves nothing' nothing_written

mkdir "$T/old" "$T/hollow"
printf 'Name: libudev\nDescription: old\nVersion: 100\nLibs: -ludev\n' >"$T/old/libudev.pc"
check_status 'a library too old' 1 env PKG_CONFIG_PATH="$T/old" ./configure
check_stderr_has 'too old: the version found' 'libudev >= 240 (found 100, too old)'
printf 'Name: libudev\nDescription: no library\nVersion: 300\nLibs: -lnot-there-at-all\n' \
	>"$T/hollow/libudev.pc"
check_status 'a library that does not link' 1 env PKG_CONFIG_PATH="$T/hollow" ./configure
check_stderr_has 'does not link: said' 'found 300, but a program using <libudev.h> does not build'
check 'the log has the command' grep -q -- '-lnot-there-at-all' config.log
check 'a library that does not link leaves nothing' nothing_written

# --- results

check_status 'all found' 0 ./configure --prefix=/opt/it "CFLAGS=-O1 -g -DX='\"a b\"'"
check 'config.mk begins with the arguments' grep -q '^# arguments: --prefix=/opt/it ' config.mk
check 'config.h has the version' grep -qx "#define VMRUN_VERSION \"$(cat VERSION)\"" config.h
check 'config.h has the folders' grep -qx '#define VMRUN_SYSCONFDIR "/opt/it/etc"' config.h
check 'config.mk has the folders' grep -qx 'mandir = /opt/it/share/man' config.mk
cp config.mk "$T/first.mk"
cp config.h "$T/first.h"

check_status '--recheck' 0 env CFLAGS=-O3 ./configure --recheck
check_same_file '--recheck comes to the same config.mk' "$T/first.mk" config.mk
check_same_file '--recheck comes to the same config.h' "$T/first.h" config.h

check_status 'a failure later' 1 env PKG_CONFIG_LIBDIR="$T" ./configure
check_same_file 'a failure leaves config.mk as it was' "$T/first.mk" config.mk
check_same_file 'a failure leaves config.h as it was' "$T/first.h" config.h
check 'a failure leaves no temporary file' \
	test "$(find . -name 'config*' | sort | tr '\n' ' ')" = './config.h ./config.log ./config.mk ./configure '

check_status '--with-tests=no' 0 ./configure --with-tests=no --with-fuzz=no
check '--with-tests=no is without check' grep -qx 'HAVE_CHECK = no' config.mk
check 'the default prefix is /usr' grep -qx 'prefix = /usr' config.mk
check 'configuration files are in /etc then' grep -qx 'sysconfdir = /etc' config.mk

check_status 'flags from the environment' 0 env CFLAGS=-Os ./configure --with-fuzz=no
check 'they are recorded' grep -q '^# arguments:.* CFLAGS=-Os' config.mk
