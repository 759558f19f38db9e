#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun plan: what it picks, the steps in their order, and what it refuses and why.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

# vm() - write NAME.profile: the least a guest needs, then what stdin has
vm() {
	{
		printf '[vm]\n\tname = %s\n\tmemory = 1G\n' "$1"
		cat
	} | profile "$1"
}

# planned() - plan NAME.profile for a host, and compare all of it
# $1: host, $2: profile, $3: status, $4: what is shown; the rest: options
planned() {
	host "$1"
	planned_profile=$2 planned_status=$3 planned_what=$4
	shift 4
	check_status "$planned_what: status $planned_status" "$planned_status" \
		"$VMRUN" plan "$@" --sysroot "$HOST" "$planned_profile.profile"
	planned_file=$(basename "$HOST")/plan-$planned_profile${1:+-accepted}.txt
	echo "$planned_file" >>"$T/golden.used"
	check_golden "$planned_what: text" "$planned_file"
}

vm gpu <<'END'
[pci "gpu"]
	address = 01:00.*
	count = 2
END
planned desktop gpu 0 'graphics card with its audio function'
check_status 'plan --json' 0 "$VMRUN" plan --json --sysroot "$HOST" gpu.profile
check_schema 'plan --json: vmrun.plan/1 and nothing else'
check_json 'plan --json: both functions of the card' \
	'[.picks[] | [.id, .address, .role, .group, .after]] ==
	 [["gpu", "0000:01:00.0", "attach", 12, "host"], ["gpu", "0000:01:00.1", "attach", 12, "host"]]'
check_json 'plan --json: the steps are those of the text' \
	'[.steps[] | [.step, .target]] == [["reserve", "group 12"], ["load-module", "vfio-pci"],
	 ["bind", "0000:01:00.0"], ["bind", "0000:01:00.1"], ["own", "/dev/vfio/12"], ["start", "gpu"]]'
check_status 'start --dry-run is no verb of a captured host' 2 \
	"$VMRUN" start --dry-run --sysroot "$HOST" gpu.profile

vm gpu-card <<'END'
[pci "gpu"]
	match = 10de:2684
END
planned desktop gpu-card 0 'the other function of the card goes along, to the guest'

vm gpu-only <<'END'
[pci "gpu"]
	match = 10de:2684
	functions = listed
END
planned desktop gpu-only 0 'the rest of the group goes along as a sibling'

vm hba <<'END'
[pci "hba"]
	match = 1000:0054
	siblings = bind
	after = host
END
planned shared-group hba 0 'siblings = bind: the bridge is left alone'
vm hba-attach <<'END'
[pci "hba"]
	match = 1000:0054
	siblings = attach
END
planned shared-group hba-attach 0 'siblings = attach'
vm hba-refuse <<'END'
[pci "hba"]
	match = 1000:0054
	siblings = refuse
END
planned shared-group hba-refuse 5 'siblings = refuse'
vm hba-both <<'END'
[pci "hba"]
	match = 1000:0054
	siblings = refuse

[pci "sound"]
	class = audio
	siblings = refuse
END
planned shared-group hba-both 0 'siblings = refuse, with a section for each of the group'
# A capture may hold the links to groups, and not the lists of their members.
cp -a "$HOST" "$T/no-lists"
for name in hba hba-both; do
	"$VMRUN" plan --json --sysroot "$HOST" "$name.profile" >"$T/listed.json"
	rm -rf "$T/no-lists/sys/kernel/iommu_groups/"*/devices
	"$VMRUN" plan --json --sysroot "$T/no-lists" "$name.profile" >"$T/linked.json"
	check_same_file "$name: planned from the functions' own links as from the lists of groups" "$T/listed.json" "$T/linked.json"
done

# Of what is asked for nothing has a group, and yet the host uses its IOMMU.
host sriov
vm alone <<'END'
[pci "a"]
	address = 00:07.0
END
check_status 'a function without a group' 5 "$VMRUN" plan --sysroot "$HOST" alone.profile
check_stderr_has 'a function without a group: as survey says it' 'the IOMMU is on but leaves 0000:00:07.0 out'

vm storage <<'END'
# The line of the section is what the refusal names.

[pci "hba"]
	address = 05:00.0
	functions = listed
END
planned shared-group-busy storage 5 'a sibling whose partition is mounted'
check_stderr_has 'a refusal says file, line, section and device' \
	'vmrun: storage.profile:6: hba: 0000:05:00.0 refused'
check_stderr_has 'a refusal has the finding in two columns' \
	'  in-use-disk   0000:05:00.1 (sibling, group 11): /dev/sdb1 is mounted on /srv'
check_stderr_has 'a refusal has the fix in two columns' '  fix           umount /srv'
check_status 'refused plan --json' 5 "$VMRUN" plan --json --sysroot "$HOST" storage.profile
check_schema 'refused plan --json: the plan, and nothing on stderr'
check_json 'refused plan --json: verdict and both findings' '.verdict == "refused" and
	[.findings[] | [.code, .severity, .device]] == [["sibling", "block", "0000:05:00.0"],
	["in-use-disk", "block", "0000:05:00.1"]]'

vm nvme <<'END'
[pci "nvme"]
	class = nvme
END
planned desktop nvme 5 'the NVMe of the root file system'
check_stderr_has 'root file system: is named' '/dev/nvme0n1p2 is mounted on /'
check_stderr_has 'swap: is named, too' '/dev/nvme0n1p3 is in use as swap'
planned two-nvme nvme 4 'two identical cards'
check_stderr_has 'two identical cards: the first is listed' '0000:01:00.0 ('
check_stderr_has 'two identical cards: the second is listed' '0000:02:00.0 ('
check_status 'two identical cards --json' 4 "$VMRUN" plan --json --sysroot "$HOST" nvme.profile
check 'two identical cards --json: vmrun.error/1' python3 "$REPORT" schema "$OUT"
check_json 'two identical cards --json: the status is in it' '.schema == "vmrun.error/1" and .exit == 4'
planned unprivileged nvme 4 'a device without a group beside one with a group'

vm nvme-any <<'END'
[pci "nvme"]
	class = nvme
	pick = any
END
planned two-nvme-one-busy nvme-any 0 'pick = any takes the card that is free'
planned in-guests nvme-any 0 'pick = any takes the card in the pool, which needs no bind'
vm nvme-any-exact <<'END'
[pci "any"]
	class = nvme
	pick = any

[pci "exact"]
	address = 01:00.0
END
planned two-nvme nvme-any-exact 0 'an exact address is served before any'
vm nvme-two <<'END'
[pci "nvme"]
	class = nvme
	count = 2
	after = host
END
planned two-nvme nvme-two 0 'count = 2'
vm nvme-three <<'END'
[pci "nvme"]
	class = nvme
	count = 3
END
planned two-nvme nvme-three 4 'count = 3, with two there'
vm nvme-taken <<'END'
[pci "first"]
	address = 01:00.0

[pci "second"]
	address = 01:00.0
END
planned two-nvme nvme-taken 4 'two sections want the same card'
vm absent <<'END'
[pci "card"]
	match = 1b36:000d
END
planned two-nvme absent 4 'a card that is not there'
vm absent-optional <<'END'
[pci "card"]
	match = 1b36:000d
	optional = yes
END
planned two-nvme absent-optional 0 'an optional card that is not there'
vm by-slot <<'END'
[pci "hba"]
	slot = 3
END
planned gen8 by-slot 0 'by physical slot'
vm by-path <<'END'
[pci "nvme"]
	path = 10000/0/03.0/00.0
END
planned domain by-path 9 'by path, in domain 10000, which libvirt cannot name'
vm long-domain <<'END'
[pci "nvme"]
	address = 10000:01:00.0
END
planned domain long-domain 9 'by address, in domain 10000, which libvirt cannot name'
check_status 'domain 10000: no XML either' 9 "$VMRUN" xml --sysroot "$HOST" long-domain.profile
check_stderr_has 'domain 10000: says what cannot be said' 'libvirt has no words for a device in PCI domain 10000'
check_stderr_has 'domain 10000: and the way out' 'switch VMD off in firmware setup'
vm by-disk <<'END'
[pci "nvme"]
	disk = /dev/nvme1n1
END
planned subsystem by-disk 4 'a disk with two controllers'
vm controller <<'END'
[pci "nvme"]
	address = 02:00.0
END
planned subsystem controller 5 'a controller of a subsystem whose disk is mounted'
vm free-controller <<'END'
[pci "nvme"]
	address = 03:00.0
END
planned subsystem free-controller 0 'a controller beside the subsystem'

# Firmware's reservations, and hosts without an IOMMU.
vm slot2 <<'END'
[pci "hba"]
	slot = 2
END
planned gen8 slot2 5 'RMRR on a Gen8'
check_stderr_has 'RMRR on a Gen8: conrep for the slot' 'RMRDS_Slot2'
planned iommu-off slot2 5 'RMRR predicted while the IOMMU is off'
check_stderr_has 'IOMMU off: the parameter to add' 'add intel_iommu=on to'
check_stderr_has 'IOMMU off: the RMRR is a prediction' '(predicted: the IOMMU is off)'
vm one <<'END'
[pci "nvme"]
	class = nvme
END
for name in iommu-param no-dmar no-dmar-amd amd-off no-vfio; do
	planned "$name" one 5 "$name"
done
planned hidden one 5 "firmware's tables are not to be seen"
check_stderr_lacks 'what is not to be seen is not said not to be there' 'firmware describes no IOMMU'
check_stderr_has 'it is said not to be seen' 'whether firmware describes an IOMMU could not be measured'
check_stderr_has 'and what to look at first' 'look on the host itself, where /sys/firmware/acpi/tables is to be seen'
capture "$VMRUN" plan --json --sysroot "$HOST" one.profile
check_json 'it is unmeasured' '.unmeasured | length > 0'
capture "$VMRUN" survey --sysroot "$HOST"
check_stdout_has 'survey says so, too' 'IOMMU not measured'
vm laptop <<'END'
[pci "nvme"]
	address = 21:00.0
END
planned amd-ivmd laptop 0 'a bus that IVMD does not cover'
vm laptop-covered <<'END'
[pci "usb"]
	class = usb
END
planned amd-ivmd laptop-covered 5 'a bus that IVMD covers'
vm raid <<'END'
[pci "raid"]
	match = ::0104
END
planned other-rmrr raid 5 'RMRR of a table that is damaged'
vm usb <<'END'
[pci "usb"]
	class = usb
END
planned gen8 usb 0 'a relaxable RMRR is no obstacle'

# Other guests: the only obstacle, or one of several.
vm held <<'END'
[pci "nic"]
	address = 01:00.1
END
planned in-guests held 10 'a group that another guest holds'
vm reserved <<'END'
[pci "gpu"]
	class = gpu
END
planned in-guests reserved 10 'a group that another run reserves'
vm taken-over <<'END'
[pci "hba"]
	match = 1000:0087
END
planned in-guests taken-over 0 'a group of the pool that an interrupted run had reserved'
vm stale <<'END'
[pci "hba"]
	match = 1000:0072
END
planned in-guests stale 10 'a group that an interrupted run reserves'
vm held-refuse <<'END'
[pci "nic"]
	address = 01:00.1
	siblings = refuse
	functions = listed
END
planned in-guests held-refuse 5 'busy, and not only busy'
vm hidden <<'END'
[pci "nvme"]
	address = 01:00.0
END
planned unprivileged hidden 6 'what decides could not be measured'
check_stderr_has 'what could not be measured: the fix' '  fix           capture the host again, as root'
check_status 'unmeasured --json' 6 "$VMRUN" plan --json --sysroot "$HOST" hidden.profile
check_json 'unmeasured --json: the verdict is unknown' '.verdict == "unknown" and (.unmeasured | length > 0)'

# What --accept and accept = take, and what they do not.
vm smbus <<'END'
[pci "smbus"]
	address = 00:1f.3
	siblings = bind
END
planned chipset-group smbus 5 'chipset is refused'
planned chipset-group smbus 0 'chipset is accepted' --accept chipset
vm smbus-accept <<'END'
[pci "smbus"]
	address = 00:1f.3
	accept = chipset
END
planned chipset-group smbus-accept 0 'chipset is accepted by the profile'
vm nic <<'END'
[pci "nic"]
	address = 00:19.0
END
planned chipset-group nic 5 'a chipset sibling is refused'
planned chipset-group nic 0 'a chipset sibling is accepted' --accept chipset
vm nic-accept <<'END'
[pci "nic"]
	address = 00:19.0
	accept = chipset
END
planned chipset-group nic-accept 0 'a chipset sibling is accepted by the profile'
vm bridge <<'END'
[pci "bridge"]
	address = 00:1c.0
END
planned chipset-group bridge 5 'a bridge is blocked'
planned chipset-group bridge 5 'a bridge cannot be accepted' --accept chipset
planned desktop nvme 5 'a mounted disk cannot be accepted' --accept in-use-disk
check_status '--accept of no code' 2 "$VMRUN" plan --sysroot "$HOST" --accept chipsets gpu.profile
check_stderr_has '--accept of no code: the nearest' 'did you mean chipset?'
vm accept-typo <<'END'
[pci "gpu"]
	address = 01:00.0
	accept = chipsett
END
check_status 'accept = of no code' 3 "$VMRUN" plan --sysroot "$HOST" accept-typo.profile
check_stderr_has 'accept = of no code: where' 'vmrun: accept-typo.profile:4: gpu: no finding has the code "chipsett"'

# Several sections: each has a block of its own.
vm many <<'END'
[pci "root"]
	address = 02:00.0

[pci "gpu"]
	address = 01:00.0

[pci "smbus"]
	address = 00:1f.4
END
planned desktop many 5 'several sections are refused'
vm two-of-which-one <<'END'
[pci "nvme"]
	class = nvme
	count = 2
END
planned second-busy two-of-which-one 5 'two cards of a section, of which one is refused'
check_stderr_has 'of two cards, the one that is refused is named' 'nvme: 0000:02:00.0 refused'
check_stderr_lacks 'of two cards, the other is not' '0000:01:00.0'

(cd "$FIXTURES/hosts" && ls -- */plan-*.txt) | sort >"$T/golden.there"
sort -u "$T/golden.used" >"$T/golden.wanted"
check_same_file 'every golden plan is compared with one' "$T/golden.wanted" "$T/golden.there"
