#!/bin/sh
# pool: devices into the pool and back, and over a restart of the host
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

# What the first start writes is on one of its disks, and is there at the second: /etc, one root port more with a drive
# of the same type as that which is persisted, on the bus which that one had.
truncate -s 64M "$T/state"
in_lab pool.sh --timeout 600 --keep-disk "nvme1=$T/state"
mkdir "$T/etc"
check "the first start has left its state" tar xf "$T/state" -C "$T/etc"
cat >"$T/devices" <<'END'
-device pcie-root-port,id=port4,addr=04.0,chassis=20,slot=20
-drive if=none,id=newd,file=@DIR@/new.img,format=raw,cache=unsafe
-device nvme,id=new,serial=NEW,drive=newd,bus=port4
END
in_lab pool-reboot.sh --timeout 600 --devices "$T/devices" --etc "$T/etc"
