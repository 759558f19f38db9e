#!/bin/sh
# check-embedded: a host without a libvirt daemon: what is refused, and guests through libvirt's embedded driver
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

"$SRCDIR/tests/lab/guest/build" >/dev/null
"$SRCDIR/tests/lab/guest/tiny"
in_lab embedded.sh --timeout 600
