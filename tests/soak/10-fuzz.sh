#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Ten minutes of searching for each parser of foreign bytes: an hour on two processors.
set -eu

FUZZ_SECONDS=${FUZZ_SECONDS:-600} exec "$(dirname "$0")/../fuzz/search"
