#!/bin/sh
# 60-host-setup: host setup with Debian's real dracut and GRUB, / on ext4; its image booted, / on an NVMe
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"
. "$SRCDIR/tests/lab/checks/setup.sh"

setup_dracut
setup_root dracut
