#!/bin/sh
# setup: host setup with Debian's real initramfs-tools, and a machine booted by the image it made
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"
. "$SRCDIR/tests/lab/checks/setup.sh"

setup_image
setup_boot applied
