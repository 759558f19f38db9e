#!/bin/sh
# check-facts: what survey says of a real kernel's devices, and of their users
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab facts.sh --devices "$SRCDIR/tests/lab/devices.example" --rmrr 07.0,00.1=bf7e9000-bf7fffff --timeout 600
