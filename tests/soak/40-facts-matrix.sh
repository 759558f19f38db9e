#!/bin/sh
# 40-facts-matrix: survey against sysfs and every use of a device, on each kernel and IOMMU; then without interrupt remapping
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

for kernel in 6.1 6.12; do
	echo "# kernel $kernel, Intel"
	in_lab facts.sh --kernel $kernel --devices "$SRCDIR/tests/lab/devices.example" \
		--rmrr 07.0,00.1=bf7e9000-bf7fffff --timeout 600
	echo "# kernel $kernel, AMD"
	in_lab facts.sh --kernel $kernel --iommu amd --devices "$SRCDIR/tests/lab/devices.example" \
		--devices "$SRCDIR/tests/lab/devices.bus0" --timeout 600
done
in_lab remapping.sh --intremap off --timeout 300
