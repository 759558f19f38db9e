#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# autostart: systemd's generator starts the guests whose profiles say so, and no others.
set -eu
. "$(dirname "$0")/lib.sh"
cd "$T"

sed "s|@SYSCONFDIR@|$T/etc|; s|@LIBDIR@|/usr/lib|" "$SRCDIR/hooks/systemd-generator/vmrun.in" >generator
mkdir -p etc/vmrun units
printf '[vm]\nname = nas\n\tautostart = yes\n' >etc/vmrun/nas.profile
printf '[vm]\nname = lab\nautostart = no\n' >etc/vmrun/lab.profile
printf '[vm]\nname = old\n# autostart = yes\n' >etc/vmrun/old.profile
printf '[vm]\r\nname = win\r\nautostart=ON\r\n' | tr -d '\r' >etc/vmrun/win.profile
check 'it runs' sh generator "$T/units" "$T/units" "$T/units"
ls units/multi-user.target.wants >got
printf 'vmrun@nas.service\nvmrun@win.service\n' >wanted
check_same_file 'the guests that start with the host' wanted got
check 'it is the unit that is installed' test "$(readlink units/multi-user.target.wants/vmrun@nas.service)" = /usr/lib/systemd/system/vmrun@.service
rm -r etc/vmrun units
check 'without profiles' sh generator "$T/units" "$T/units" "$T/units"
check 'nothing is left then' test ! -e units/multi-user.target.wants
