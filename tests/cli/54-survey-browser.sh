#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The page of vmrun survey --html in a browser, where there is one: tests/browser/run.
set -eu
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null 2>&1 || skip_all 'python3 is not installed'
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
	skip_all 'chromium is not installed (package chromium)'
[ -z "${ASAN_OPTIONS-}" ] || skip_all 'the page is the same without sanitizers, where it is tested'
trap - EXIT
rm -rf "$T"
exec python3 "$SRCDIR/tests/browser/run"
