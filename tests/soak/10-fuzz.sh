#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Ten minutes of searching for each parser of foreign bytes: an hour and a half on two processors.
# Prints one line for each, with the number of inputs that were tried.
set -eu

FUZZ_SECONDS=${FUZZ_SECONDS:-600} exec "$(dirname "$0")/../fuzz/search"
