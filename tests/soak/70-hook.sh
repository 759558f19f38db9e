#!/bin/sh
# hook: a host whose libvirtd calls vmrun's hook: guests that virsh starts
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab hook.sh --libvirtd --timeout 900
