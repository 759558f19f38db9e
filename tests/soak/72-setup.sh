#!/bin/sh
# setup: a device of the persisted pool, bound early by an image of Debian's real initramfs-tools, booted; long: soak/73
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"
. "$SRCDIR/tests/lab/checks/setup.sh"

setup_needed
setup_image
setup_boot applied
rm -r "$BUILD/lab-setup"
