#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The sources compile without a warning, with gcc and with clang.
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/standin.sh"

cd "$SRCDIR"
for compiler in gcc clang; do
	if ! command -v "$compiler" >/dev/null; then
		skip "$compiler" "$compiler is not installed"
		continue
	fi
	mkdir "$T/$compiler"
	cd "$T/$compiler"
	check_status "configure with $compiler" 0 "$SRCDIR/configure" CC="$compiler" --with-fuzz=no
	check_status "$compiler, all warnings being errors" 0 \
		make -k -j"$(nproc)" WERROR=1 all unit-programs fuzz-programs
	check_stderr_lacks "$compiler has nothing to say" 'warning:'
done
