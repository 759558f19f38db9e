#!/bin/sh
# bind: vmrun against virsh and driverctl, in one boot of the lab, in turns
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

command -v driverctl >/dev/null || skip_all 'driverctl is not installed'
in_lab bench.sh --libvirtd --devices "$SRCDIR/tests/lab/devices.bench" --timeout 900
