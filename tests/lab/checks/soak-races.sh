# soak-races.sh: many starts at once, on a machine with libvirtd
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/guests.sh
. tests/lab/checks/races.sh

URI=''
# The kernel numbers disks as they come.
beside='^nvme[0-9]'
races "${ROUNDS:-10}" 20 4
race_any
lock_held
finish
