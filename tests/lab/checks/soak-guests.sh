# soak-guests.sh: many starts and stops, on a machine with libvirtd
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/guests.sh
. tests/lab/checks/cycles.sh

URI=''
cycles "${CYCLES:-50}"
finish
