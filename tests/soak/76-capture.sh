#!/bin/sh
# capture: what is captured answers as the host did
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab capture.sh --timeout 120
