#!/bin/sh
# attach: a storage guest with Linux in it: what it sees of its devices, and of those attached and detached while it runs
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

"$SRCDIR/tests/lab/guest/build" >/dev/null
in_lab attach-linux.sh --libvirtd --timeout 900
