#!/bin/sh
# setup: a fresh machine, set up, started again; an image of Debian's initramfs-tools booted: bound early, off, undone, / on NVMe
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"
. "$SRCDIR/tests/lab/checks/setup.sh"

setup_needed
setup_fresh
setup_image
for how in applied off undone; do
	setup_boot $how
done
setup_root root
setup_root root-off
rm -r "$BUILD/lab-setup"
