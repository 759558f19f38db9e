#!/bin/sh
# check-libvirt: a host with libvirtd whose firmware reserves memory for one device: guests, races, refusals
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$SRCDIR/tests/lab/checks/outside.sh"

in_lab libvirt.sh --libvirtd --timeout 500 --dmi vendor=HP,product="ProLiant DL380p Gen8",bios=P70 \
	--rmrr 09.0,00.0=bf7e9000-bf7fffff
