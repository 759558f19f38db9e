# setup-root.sh: a machine whose / is on an NVMe, booted by an image with early binding of another one of the same type
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# SETUP says how: "root", "root-off" (the same with vmrun.pool=off), or "dracut" (an image of its).
. tests/lab/checks/lib.sh

dmesg >"$C/log"
: >"$C/out"
cp "$C/log" "$C/err"
root=$(disk_of 0000:02:00.0)
is "$SETUP: the machine runs from the NVMe" [ "$(findmnt -n -o SOURCE /)" = "/dev/$root" ]
is "$SETUP: the NVMe is the host's" driver_is 0000:02:00.0 nvme
if [ "$SETUP" = root-off ]; then
	is "$SETUP: so is the other one" driver_is 0000:01:00.0 nvme
	is "$SETUP: nothing has an override" [ -z "$(grep -l vfio-pci $PCI/devices/*/driver_override)" ]
	is "$SETUP: and that is said" grep -q 'vmrun.pool=off: no device is bound early' "$C/log"
	finish
	exit
fi
is "$SETUP: the other one is not, and never was" driver_is 0000:01:00.0 vfio-pci
is "$SETUP: the log says so" sh -c "! grep 'nvme.*pci function 0000:01:00.0' '$C/log'"

# All NVMe drives, by every way in: only the one that is free gets onto the list.
profile all '[pci "all"]' 'class = nvme' 'count = 2'
exits "$SETUP: a profile that selects both" 0 "$VMRUN" host setup --apply "$C/all.profile"
says "$SETUP: the one with / is not bound early, and why" '0000:02:00.0 is not bound early: ' 'mounted on /'
is "$SETUP: the list is the other one alone" [ "$(grep -v '^#' /etc/vmrun/early)" = '0000/0/05.0/00.0 1b36:0010 1af4:1100 -' ]
profile root '[pci "root"]' 'address = 02:00.0' 'accept = in-use-disk'
exits "$SETUP: nor where a profile accepts it" 0 "$VMRUN" host setup "$C/root.profile"
says "$SETUP: which is said" '0000:02:00.0 is not bound early: '
exits "$SETUP: nor may it be persisted" 5 "$VMRUN" bind --persist class=nvme
says "$SETUP: why" '0000:02:00.0 refused' 'mounted on /'
# An identity that somebody has written by hand, or that a checkout brought
mkdir -p /etc/vmrun/pool.d
printf '[device]\npath = 0000/0/06.0/00.0\nids = 1b36:0010\nsubsystem = 1af4:1100\n' >/etc/vmrun/pool.d/root
exits "$SETUP: an identity that is the root disk's" 0 "$VMRUN" host setup --apply
says "$SETUP: is not bound early" '0000:02:00.0 is not bound early: '
is "$SETUP: nothing is" [ ! -e /etc/vmrun/early ]
exits "$SETUP: undo" 0 "$VMRUN" host setup --undo
finish
