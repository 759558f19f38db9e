#!/bin/sh
# races: 10 rounds of 20 starts at once for 4 cards: about a quarter of an hour
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab soak-races.sh --libvirtd --timeout 3000
