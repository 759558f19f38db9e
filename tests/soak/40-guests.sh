#!/bin/sh
# guests: 50 starts and stops of a guest with three devices: about a quarter of an hour
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab soak-guests.sh --libvirtd --timeout 3000
