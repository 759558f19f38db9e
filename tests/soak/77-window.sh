#!/bin/sh
# window: a card with a BAR of 1 GiB, added while the guest runs: with room kept for it, and without
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

"$SRCDIR/tests/lab/guest/build" >/dev/null
cat >"$T/devices" <<'END'
-object memory-backend-ram,id=large,size=1G
-device pcie-root-port,id=portb,bus=pcie.0,addr=0b.0,chassis=11,slot=11
-device ivshmem-plain,memdev=large,bus=portb
-m 5G
END
in_lab window.sh --libvirtd --devices "$T/devices" --timeout 900
