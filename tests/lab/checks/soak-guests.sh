# soak-guests.sh: many starts and stops, many starts at once, on a machine with libvirtd
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/guests.sh
. tests/lab/checks/cycles.sh
. tests/lab/checks/races.sh

URI=''
cycles "${CYCLES:-50}"
races "${ROUNDS:-10}" 20 4
race_any
lock_held
finish
