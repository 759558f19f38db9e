#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Virtual functions and vfio's drivers in a plan: what is picked, what would be made, what is refused and why.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

# planned() - plan a profile of what stdin has for the host router
# $1: what is shown, $2: status
planned() {
	{
		printf '[vm]\n\tname = router\n\tmemory = 1G\n[pci "net"]\n'
		cat
	} | profile router
	check_status "$1: status $2" "$2" "$VMRUN" plan --sysroot "$HOST" router.profile
}

host router

planned 'functions to be made' 0 <<'END'
	vf-of = netdev=ens1f0
	vfs = 8
	mac = 52:54:00:12:34:56
	vlan = 20
END
check_golden 'functions to be made: all of it' router/functions-made.txt
check_status 'functions to be made: --json' 0 "$VMRUN" plan --json --sysroot "$HOST" router.profile
check_schema 'functions to be made: the schema'
check_json 'functions to be made: which and how many' \
	'.vfs == [{id: "net", pf: "0000:04:00.0", wanted: 1, make: 8}] and .picks == []'
check_json 'functions to be made: the step' \
	'.steps[0] | .step == "vf" and .target == "0000:04:00.0" and .from == "0" and .to == "8"'
check_status 'functions to be made: they have no address for the XML' 4 \
	"$VMRUN" xml --sysroot "$HOST" router.profile
check_stderr_has 'functions to be made: the XML says why' 'do not exist yet'

planned 'functions that are there' 0 <<'END'
	vf-of = 04:00.1
	mac = 52:54:00:12:34:56
	trust = yes
END
check_golden 'functions that are there: all of it' router/functions-there.txt
check_stdout_has 'functions that are there: the settings are a step' \
	'0000:04:0a.0: mac 52:54:00:12:34:56, trust on'

planned 'more than are there' 4 <<'END'
	vf-of = 04:00.1
	count = 3
END
check_stderr_has 'more than are there: the number is left' 'leaves a number that it finds'

planned 'more than can be' 4 <<'END'
	vf-of = 07:00.0
	vfs = 33
END
check_stderr_has 'more than can be: how many can' '0000:07:00.0 can make 32'

planned 'functions of a drive the host boots from' 0 <<'END'
	vf-of = disk=/dev/nvme0n1
END
check_stdout_has 'functions of a drive: made' '0000:07:00.0: 0 -> 1'

planned 'what only a network card has' 4 <<'END'
	vf-of = 07:00.0
	vlan = 7
END
check_stderr_has 'what only a network card has: said' 'no network card'

planned 'a card without SR-IOV' 4 <<'END'
	vf-of = 00:02.0
END
check_stderr_has 'a card without SR-IOV: said' 'has no SR-IOV'

planned 'two cards' 4 <<'END'
	vf-of = class=nic
END
check_stderr_has 'two cards: both are named' '0000:04:00.0, 0000:04:00.1'

planned 'the card itself, with functions' 5 <<'END'
	address = 04:00.1
END
check_stderr_has 'the card itself: refused for its functions' vfs-active

planned 'a driver made for the card' 0 <<'END'
	vf-of = netdev=ens2np0
END
check_stdout_has 'a driver made for the card: loaded' 'load-module mlx5_vfio_pci'
check_stdout_has 'a driver made for the card: bound' '0000:06:00.2: mlx5_core -> mlx5_vfio_pci'

planned 'vfio-pci all the same' 0 <<'END'
	vf-of = netdev=ens2np0
	driver = vfio-pci
END
check_stdout_has 'vfio-pci all the same: bound' '0000:06:00.2: mlx5_core -> vfio-pci'
check_stdout_lacks 'vfio-pci all the same: nothing is loaded' load-module

planned 'a variant by name, for another card' 0 <<'END'
	vf-of = 04:00.1
	driver = mlx5-vfio-pci
END
check_stdout_has 'a variant by name: bound' '0000:04:0a.0: iavf -> mlx5_vfio_pci'

planned 'a driver that hands nothing over' 5 <<'END'
	vf-of = 04:00.1
	driver = i40e
END
check_stderr_has 'a driver that hands nothing over: those that do' 'this kernel has: vfio-pci, mlx5_vfio_pci'
