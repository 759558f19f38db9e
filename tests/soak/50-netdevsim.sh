#!/bin/sh
# 50-netdevsim: settings of virtual functions of network cards against the kernel, and the recorded dialogue against today's
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"

cd "$SRCDIR"
check 'netdevsim: the module can be built for the kernel of the lab' tests/lab/netdevsim
check 'netdevsim: the test is there' test -x "$BUILD/tests/unit/test_vfnet"
check_status 'netdevsim: settings are made, read back and restored by the kernel' 0 \
	tests/lab/lab --timeout 120 -- env BUILD="$BUILD" tests/lab/netdevsim-inside
requests() {
	# The bytes that ask, without sequence numbers and ports; answers have times and counters in them.
	sed -n 's/^request \([^ ]* [0-9a-f]\{16\}\)[0-9a-f]\{16\}/\1/p' "$1"
}
requests tests/fixtures/netlink/netdevsim-6.1.txt >"$T/recorded"
requests "$OUT" >"$T/today"
check_same_file 'netdevsim: ip(8) asks as it was recorded' "$T/recorded" "$T/today"
