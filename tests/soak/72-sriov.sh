#!/bin/sh
# sriov: virtual functions made for a guest, and gone when it is
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

"$SRCDIR/tests/lab/guest/tiny"
in_lab sriov.sh --devices "$SRCDIR/tests/lab/devices.example" --timeout 180
