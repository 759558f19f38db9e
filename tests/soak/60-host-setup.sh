#!/bin/sh
# 60-host-setup: images of initramfs-tools and dracut, GRUB's menu; booted with early binding, without, and after the undo
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"
. "$SRCDIR/tests/lab/checks/setup.sh"

setup_image
for how in applied off undone; do
	setup_boot $how
done
setup_dracut
