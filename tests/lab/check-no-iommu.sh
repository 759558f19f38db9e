#!/bin/sh
# check-no-iommu: a host that has an IOMMU, whose kernel was not told to use it
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab no-iommu.sh --append intel_iommu=off --timeout 120
