#!/bin/sh
# check-attach: a guest that runs Linux gets devices and gives them up, through libvirtd
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

"$SRCDIR/tests/lab/guest/build" >/dev/null
in_lab attach.sh --libvirtd --timeout 590
