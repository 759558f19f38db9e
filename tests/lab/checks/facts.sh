# facts.sh: survey against sysfs, and every use of a device that this machine can have
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/sysfs.sh
. tests/lab/checks/uses.sh

surveyed_as_sysfs
is "interrupts are remapped" json '.host.iommu.interrupt_remapping' "$C/survey.json"
is "the NVMe has MSI-X" json '.devices[] | select(.address == "0000:01:00.0") | .interrupts.msix > 0' "$C/survey.json"
is "its memory is known" json '.devices[] | select(.address == "0000:01:00.0") | .mmio_bytes > 0' "$C/survey.json"
silent "shared memory (class 0500) is no chipset" 00:0c.0 chipset
guest=0000:07:00.0
# The emulated AMD IOMMU translates devices of bus 0 only (devices.bus0).
[ ! -e $PCI/devices/0000:00:04.0 ] || guest=0000:00:04.0
if json '.host.iommu.kind == "intel"' "$C/survey.json"; then
	is "memory reserved for the second function: it alone is named" \
		json '[.devices[] | select(any(.findings[]; .code == "rmrr")) | .address] == ["0000:03:00.1"]' "$C/survey.json"
	is "memory reserved for the second function: the first has it as a sibling" \
		json '.devices[] | select(.address == "0000:03:00.0") | any(.findings[]; .code == "sibling" and
			(.message | startswith("0000:03:00.1")))' "$C/survey.json"
fi
uses_net
uses_sound
uses_mount
uses_loop
uses_lvm
uses_md
uses_guest $guest
uses_vfs
captured_same "captured" survey --json
finish
