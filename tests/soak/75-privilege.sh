#!/bin/sh
# privilege: what is in effect at each call of a start through libvirtd, and what the guest's control group allows
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab privilege.sh --libvirtd --timeout 600
