#!/bin/sh
# Owner of a group's node over 20 binds each through libvirtd, a session and the embedded driver, with a udev rule in place
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab soak-nodes.sh --libvirtd --timeout 3000
