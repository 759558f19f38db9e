# A storage appliance that takes two NVMe drives of the pool, whichever two are free: the same profile on every host of a rack, and
# never a drive that was not put there by hand (vmrun bind --persist SELECTOR…). When the guest ends they are in the pool again, so
# that the host never looks at what the appliance wrote to them.
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
	from = pool
	count = 2
	pick = any
	after = pool

[net "lan"]
	bridge = br0
