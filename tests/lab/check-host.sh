#!/bin/sh
# check-host: host check on a real kernel with parameters it does not know, and with libvirtd
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab host.sh --append 'intel_iommu=on,sm_foo bogus=1' --libvirtd --timeout 120
