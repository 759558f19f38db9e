#!/bin/sh
# kill: vmrun killed at every step of a start and of the way back, then recover: about 15 minutes
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab soak-kill.sh --libvirtd --timeout 3000
