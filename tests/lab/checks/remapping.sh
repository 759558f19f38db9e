# remapping.sh: without interrupt remapping devices are blocked, or refused where vfio goes on without it
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh

exits "no remapping: survey" 0 "$VMRUN" survey 01:00.0
says "no remapping: blocked, the parameter is not set" 'no-interrupt-remapping block' 'allow_unsafe_interrupts is not set'
modprobe vfio_iommu_type1
exits "no remapping: survey with the module" 0 "$VMRUN" survey 01:00.0
says "no remapping: blocked while the parameter is N" 'no-interrupt-remapping block' 'allow_unsafe_interrupts is N'
echo Y >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
exits "no remapping: survey with Y" 0 "$VMRUN" survey 01:00.0
says "no remapping: refused while the parameter is Y" 'no-interrupt-remapping refuse'
exits "no remapping: --json" 0 "$VMRUN" survey --json 01:00.0
says "no remapping: the host's own finding" '"interrupt_remapping": false'
finish
