#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Nodes that a profile has QEMU open itself, against the list of libvirt's daemon.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

host two-nvme
cp -R "$HOST" "$T/host"
mkdir -p "$T/host/etc/libvirt"
printf '[vm]\n\tname = nas\n\tmemory = 1G\n[qemu]\n\tdevice-node = /dev/fb0\n' >"$T/nas.profile"
check_status 'a node that libvirt does not allow: plan' 9 "$VMRUN" plan --sysroot "$T/host" "$T/nas.profile"
check_stderr_has 'a node that libvirt does not allow: which' 'does not let QEMU open /dev/fb0 (device-node in [qemu])'
check_stderr_has 'a node that libvirt does not allow: the line that does' '"/dev/kvm", "/dev/fb0" ]'
printf 'cgroup_device_acl = [\n  "/dev/null", "/dev/fb0"\n]\n' >"$T/host/etc/libvirt/qemu.conf"
check_status 'a node that qemu.conf allows: plan' 0 "$VMRUN" plan --sysroot "$T/host" "$T/nas.profile"
printf '[vm]\n\tname = nas\n\tmemory = 1G\n\turi = qemu:///session\n[qemu]\n\tdevice-node = /dev/fb1\n' >"$T/nas.profile"
check_status 'a session has no such list: plan' 0 "$VMRUN" plan --sysroot "$T/host" "$T/nas.profile"
