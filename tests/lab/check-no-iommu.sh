#!/bin/sh
# check-no-iommu: a host whose IOMMU is off
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab no-iommu.sh --iommu none --timeout 120
