# A storage appliance (TrueNAS, Ceph, a Linux with ZFS) that owns a SAS HBA and one NVMe: it sees the disks themselves, with
# SMART, and not images of them. Written for a server with a card of the SAS2308 family, as HPE sells it as H220; what
# `vmrun survey` shows of your own cards goes into match and address.
[vm]
	name = storage
	memory = 16G
	vcpus = 4
	machine = q35
	firmware = bios
	serial = pty

# The system disk of the appliance.
[disk "system"]
	source = /var/lib/libvirt/images/storage.qcow2
	format = qcow2
	bus = virtio

# Every disk behind the HBA goes with it. When the guest ends, the card stays with vfio-pci (after = pool), so that the
# host never imports the appliance's pools, arrays or volume groups.
[pci "hba"]
	match = 1000:0087
	siblings = bind
	after = pool

# Whichever NVMe nobody uses; without one the appliance starts all the same.
[pci "cache"]
	class = nvme
	pick = any
	optional = yes
	after = pool

[net "lan"]
	bridge = br0
