# no-iommu.sh: with the IOMMU off, start is refused with what to add to the kernel command line
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/refuse.sh

profile nvme '[pci "nvme"]' 'address = 01:00.0'
refused "IOMMU off" nvme no-iommu 'add intel_iommu=on to GRUB_CMDLINE_LINUX'
exits "IOMMU off: plan" 5 "$VMRUN" plan "$C/nvme.profile"
exits "IOMMU off: survey" 0 "$VMRUN" survey 01:00.0
says "IOMMU off: survey says so too" no-iommu
exits "IOMMU off: host check" 2 "$VMRUN" host check
says "IOMMU off: host check says so too, with the parameter" 'if IOMMU is enabled by kernel' 'no device has a group' intel_iommu=on
is "IOMMU off: nothing is in /run/vmrun" vmrun_leaves_nothing
finish
