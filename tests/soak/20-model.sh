#!/bin/sh
# Every fault at every write of every start and undo, on the model of the kernel
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"

# $MAKE may be a command with arguments.
# shellcheck disable=SC2086
check 'the unit tests build' ${MAKE:-make} -s -C "$SRCDIR" BUILD="$BUILD" unit-programs
for name in test_apply test_undo; do
	capture env TRIALS=all CK_DEFAULT_TIMEOUT=600 "$BUILD/tests/unit/$name"
	grep -v '^# shape' "$OUT"
	check "$name" test "$STATUS" -eq 0
done
