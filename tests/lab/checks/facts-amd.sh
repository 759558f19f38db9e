# facts-amd.sh: what differs with an AMD IOMMU: groups, regions, interrupt remapping; and one use for good measure
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/sysfs.sh
. tests/lab/checks/uses.sh

surveyed_as_sysfs
is "it is AMD's" json '.host.iommu.kind == "amd" and .host.iommu.enabled' "$C/survey.json"
is "interrupts are remapped" json '.host.iommu.interrupt_remapping' "$C/survey.json"
silent "shared memory (class 0500) is no chipset" 00:0c.0 chipset
uses_md
captured_same "captured" survey --json
finish
