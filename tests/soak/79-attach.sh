#!/bin/sh
# attach: a host with libvirtd: devices attached to guests without a system, and to guests of others
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

"$SRCDIR/tests/lab/guest/tiny"
in_lab attach.sh --libvirtd --timeout 480
