#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun export: a profile's devices in the words of other systems, as their manuals have them.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

host split
gpu=$SRCDIR/profiles/gpu-workstation.profile
check_status 'opennebula' 0 "$VMRUN" export --to opennebula --sysroot "$HOST" "$gpu"
cat >wanted <<'END'
# gpu: 10de:2684 class 0300
PCI = [
  SHORT_ADDRESS = "01:00.0" ]
# gpu: 10de:22ba class 0403
PCI = [
  SHORT_ADDRESS = "01:00.1" ]
# usb: 1912:0014 class 0c03
PCI = [
  SHORT_ADDRESS = "03:00.0" ]
END
check_stdout_is 'opennebula: PCI of a template' "$T/wanted"
check_status 'proxmox' 0 "$VMRUN" export --to proxmox --sysroot "$HOST" "$gpu"
cat >wanted <<'END'
machine: q35
hostpci0: 0000:01:00,pcie=1,romfile=gpu.rom
hostpci1: 0000:03:00.0,pcie=1
END
check_stdout_is 'proxmox: the whole card, and a single function' "$T/wanted"
# Its drives come from the pool, which has two on this host.
host rack
check_status 'kubevirt' 0 "$VMRUN" export --to kubevirt --sysroot "$HOST" "$SRCDIR/profiles/nvme-appliance.profile"
cat >wanted <<'END'
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata:
  name: kubevirt
  namespace: kubevirt
spec:
  configuration:
    permittedHostDevices:
      pciHostDevices:
      - pciVendorSelector: "144D:A808"
        resourceName: vmrun.local/nvme-144d-a808
---
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata:
  name: nvme-appliance
spec:
  template:
    spec:
      domain:
        devices:
          hostDevices:
          - name: nvme0
            deviceName: vmrun.local/nvme-144d-a808
          - name: nvme1
            deviceName: vmrun.local/nvme-144d-a808
END
check_stdout_is 'kubevirt: what is permitted once, what is asked for twice' "$T/wanted"
check_status 'another system' 2 "$VMRUN" export --to vmware --sysroot "$HOST" "$gpu"
check_status 'no system' 2 "$VMRUN" export --sysroot "$HOST" "$gpu"
check_stderr_has 'no system: which there are' 'opennebula, kubevirt or proxmox'
host domain
printf '[vm]\n\tname = vmd\n[pci "nvme"]\n\taddress = 10000:01:00.0\n' | profile vmd
capture "$VMRUN" export --to opennebula --sysroot "$HOST" vmd.profile
check 'a domain that OpenNebula has no form for' test "$STATUS" -ne 0
