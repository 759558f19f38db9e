# capture.sh: a captured host answers as the live one, to root and to an ordinary user
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh

POOLED=0000:02:00.0
user='setpriv --reuid=65534 --regid=65534 --clear-groups'

# same NAME AS ANSWER…: run vmrun ANSWER on the live host and on a capture of it, both as AS
same() {
	same_name=$1 same_as=$2
	shift 2
	rm -rf "$C/copy"
	install -d -o 65534 -g 65534 "$C/copy"
	$same_as "$VMRUN" "$@" >"$C/live" 2>"$C/err" || :
	$same_as "$VMRUN" capture -q ${same_keep:+"$same_keep"} "$C/copy/host" >"$C/out" 2>&1 || :
	$same_as "$VMRUN" "$@" --sysroot "$C/copy/host" >"$C/captured" 2>>"$C/err" || :
	diff -u "$C/live" "$C/captured" >>"$C/out" || :
	is "$same_name" cmp -s "$C/live" "$C/captured"
	is "$same_name: it is an answer" test -s "$C/live"
}

# what takes time to be said: a mounted disk, one mounted where only another process sees it, one in the pool, held
mkdir -p "$C/here" "$C/there"
nvme=$(disk_of 0000:01:00.0)
mkfs.ext4 -q -F "/dev/$nvme" 8M
mount "/dev/$nvme" "$C/here"
sas=$(disk_of 0000:05:01.0)
mkfs.ext4 -q -F "/dev/$sas" 8M
unshare -m --propagation private sh -c "mount /dev/$sas $C/there && : >$C/mounted && exec sleep 300" &
elsewhere=$!
modprobe vfio-pci
echo vfio-pci >"$PCI/devices/$POOLED/driver_override"
echo $POOLED >"$PCI/devices/$POOLED/driver/unbind"
echo $POOLED >"$PCI/drivers_probe"
is "the pool: it is there" test "$(basename "$(readlink "$PCI/devices/$POOLED/driver")")" = vfio-pci
is "another namespace: it is mounted" wait_for 10 test -e "$C/mounted"

same_keep=--keep=all
same "root: survey" '' survey --json
is "root: the mounted disk is in it" grep -q "$nvme is mounted on $C/here" "$C/captured"
is "root: the one mounted elsewhere, too" grep -q 'in the mount namespace of sleep' "$C/captured"
is "root: and the pool" grep -q '"state": *"pool"' "$C/captured"
is "root: configuration space is whole" test "$(stat -Lc %s "$C/copy/host/sys/bus/pci/devices/0000:01:00.0/config")" -eq 4096
is "an ordinary user can answer from root's" sh -c "chmod -R go+rX $C/copy && $user $VMRUN survey --json --sysroot $C/copy/host | cmp - $C/live"
same "root: survey as text" '' survey
same "root: host check" '' host check --json
same "an ordinary user: survey" "$user" survey --json

sleep 300 9<>"/dev/vfio/$(basename "$(readlink "$PCI/devices/$POOLED/iommu_group")")" &
holder=$!
same "a held group: survey" '' survey --json
is "a held group: it is in it" grep -q '"state": *"guest"' "$C/captured"
kill $holder

same_keep=
same "an ordinary user: host check" "$user" host check --json
same "redacted: host check" '' host check --json
is "redacted: no account is in it" test ! -e "$C/copy/host/etc/passwd"
same "redacted: survey" '' survey --json --redact
is "redacted: no command line" sh -c "! grep -q root= $C/copy/host/proc/cmdline"
is "redacted: no MAC address of the machine" sh -c "! grep -rqi 52:54:00:00:03 $C/copy/host"
is "only root may look at it" test "$(stat -c %a%u "$C/copy/host")" = 7000

kill $elsewhere
umount "$C/here"
finish
