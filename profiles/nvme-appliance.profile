# A storage appliance that takes two NVMe drives, whichever two nobody uses: the same profile on every host of a rack. When the
# guest ends they stay with vfio-pci, so that the host never looks at what the appliance wrote to them.
[vm]
	name = nvme-appliance
	memory = 8G
	vcpus = 4
	serial = pty

[disk "system"]
	source = /var/lib/libvirt/images/nvme-appliance.qcow2
	format = qcow2

[pci "data"]
	class = nvme
	count = 2
	pick = any
	after = pool

[net "lan"]
	bridge = br0
