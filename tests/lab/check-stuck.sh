#!/bin/sh
# check-stuck: a device whose driver does not let go of it
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab stuck.sh --timeout 180
