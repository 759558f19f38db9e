# sriov.sh: virtual functions of an NVMe: made for a guest that sees one, kept for the next, removed after the last
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh

PF=0000:08:00.0
tiny=$PWD/build/lab/guest/tiny

# functions_are N AUTOPROBE
functions_are() {
	[ "$(cat "$PCI/devices/$PF/sriov_numvfs" "$PCI/devices/$PF/sriov_drivers_autoprobe" | tr '\n' ' ')" = "$1 $2 " ]
}

modprobe vfio-pci
state >"$C/first"
profile seen "kernel = $tiny" "serial = stdio" '[pci "vf"]' "vf-of = $PF" 'vfs = 3'
profile running '[pci "vf"]' "vf-of = $PF" 'vfs = 2'
profile second '[pci "vf"]' "vf-of = $PF" 'after = host'
profile whole '[pci "pf"]' "address = $PF"

exits "functions: the plan" 0 "$VMRUN" plan "$C/seen.profile"
says "functions: the plan says what is made, and that it is judged then" "$PF: 0 -> 3" 'judged once they exist'
as_before "functions: planning makes none" "$C/first"

exits "functions: a guest gets one" 0 "$VMRUN" start "$C/seen.profile"
says "functions: the run says what it makes and removes" "vf $PF: 0 -> 3" 'bind 0000:08:00.1: no driver -> vfio-pci' \
	"remove the 3 virtual functions of $PF"
says "functions: the guest sees an NVMe" '1b36:0010 class 0x010802' 'GUEST done'
as_before "functions: the host is as before" "$C/first"

begin running "$VMRUN" start "$C/running.profile"
runs "functions: a guest keeps one" running
is "functions: as many as asked for, and the switch for drivers as before" functions_are 2 1
is "functions: no driver of the host has taken the other one" test ! -e "$PCI/devices/0000:08:00.2/driver"
exits "functions: the card itself is refused" 5 "$VMRUN" start "$C/whole.profile"
says "functions: for its functions" vfs-active 'sriov_numvfs'
begin second "$VMRUN" start "$C/second.profile"
runs "functions: the next guest gets the other" second
is "functions: none was made for it" functions_are 2 1
kill -9 "$(pid_of running)"
kill -9 "$(qemu_of running)"
exits "functions: recover, after vmrun and QEMU were killed" 0 "$VMRUN" recover
is "functions: they stay while the other guest has one" functions_are 2 1
exits "functions: the other guest stops" 0 "$VMRUN" stop --force second
ends "functions: its vmrun ends well" second 0
as_before "functions: the last guest's end removed them" "$C/first"

# As a run leaves it that was killed between making functions and writing its journal.
mkdir -p /run/vmrun
printf '{"schema":"vmrun.vf-record/1","pf":"%s","count":2,"autoprobe":true}\n' $PF >/run/vmrun/vfs-$PF.json
echo 0 >$PCI/devices/$PF/sriov_drivers_autoprobe
echo 2 >$PCI/devices/$PF/sriov_numvfs
exits "functions: status, after a run that only made them" 0 "$VMRUN" status
says "functions: status tells of them, with the way out" "virtual functions of $PF: 2, made for a run that is gone" 'vmrun recover'
exits "functions: recover, after a run that only made them" 0 "$VMRUN" recover
is "functions: none is left, and drivers take new ones again" functions_are 0 1
as_before "functions: all is as before" "$C/first"

echo 0 >$PCI/devices/$PF/sriov_drivers_autoprobe
echo 2 >$PCI/devices/$PF/sriov_numvfs
state >"$C/made"
begin second "$VMRUN" start "$C/second.profile"
runs "functions: a guest gets one that somebody else made" second
exits "functions: and stops" 0 "$VMRUN" stop --force second
ends "functions: well" second 0
as_before "functions: what somebody else made stays" "$C/made"
exits "functions: recover has nothing to do with them" 0 "$VMRUN" recover
as_before "functions: nor changes anything" "$C/made"
finish
