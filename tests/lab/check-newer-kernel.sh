#!/bin/sh
# check-newer-kernel: the same on the next series of kernels
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab newer-kernel.sh --kernel 6.12 --libvirtd --timeout 400 --dmi vendor=HP,product="ProLiant DL380p Gen8",bios=P70 \
	--rmrr 09.0,00.0=bf7e9000-bf7fffff
