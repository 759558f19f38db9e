#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# pool, and what status and survey say of it: where devices belong, who holds them, what became of those written down.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

host pool
check_status 'pool' 0 "$VMRUN" pool --sysroot "$HOST"
check_golden 'pool: all of it' pool/pool.txt
check_status 'pool --json' 0 "$VMRUN" pool --json --sysroot "$HOST"
check_schema 'pool --json'
check_json 'pool --json: where each belongs and who holds it' '[.devices[] | [.address, .state, .home.driver, .guest, .persisted]] == [
	["0000:01:00.0", "pool", "nvme", null, true], ["0000:02:00.0", "pool", "mpt3sas", null, true],
	["0000:05:00.0", "guest", "igb", "router", false], ["0000:06:00.0", "pool", null, null, false]]'
check_json 'pool --json: what became of each that was written down' '[.persisted[] | [.state, .address]] | sort == [
	["changed", "0000:03:00.0"], ["damaged", null], ["found", "0000:01:00.0"], ["found", "0000:02:00.0"], ["missing", null]]'
check_status 'status' 0 "$VMRUN" status --sysroot "$HOST"
check_golden 'status: its pool' pool/status.txt

check_status 'bind: nothing to bind' 2 "$VMRUN" bind
check_stderr_has 'bind: nothing to bind: what is missing' SELECTOR
check_status 'release: no selector' 2 "$VMRUN" release 'class=nosuch'
check_stderr_has 'release: no selector: which' nosuch
check_status 'bind --sysroot: a captured host cannot be changed' 2 "$VMRUN" bind --sysroot "$HOST" class=nvme
