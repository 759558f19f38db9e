# A workstation in a guest: a graphics card with its sound, seen as a real machine would have them. Written for a host with two
# NUMA nodes and 1 GiB hugepages on the card's (hugepagesz=1G hugepages=16 on the kernel's command line, or `echo 16
# >/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages` early); `vmrun plan` says what is missing.
[vm]
	name = workstation
	description = graphics workstation on the card's own monitor
	memory = 16G
	topology = 1:4:2
	firmware = uefi
	tpm = yes
	# The card's driver refuses to work where it sees that it is in a guest.
	hide-hypervisor = yes
	hugepages = 1G
	numa = auto
	# One processor of the host for each of the guest's, with their siblings side by side; QEMU's own threads elsewhere.
	pin = 0:2
	pin = 1:18
	pin = 2:3
	pin = 3:19
	pin = 4:4
	pin = 5:20
	pin = 6:5
	pin = 7:21
	emulator-pin = 0-1,16-17
	clock = localtime

[disk "system"]
	source = /var/lib/libvirt/images/workstation.qcow2
	format = qcow2
	discard = unmap
	boot = 1

# Both functions of the card. The ROM is a copy of the card's own, read before the host drew with it: what the host's
# firmware leaves in its place may not start a second time.
[pci "gpu"]
	class = gpu
	match = 10de:*
	rom = /etc/vmrun/gpu.rom

# Keyboard and mouse, by the controller their sockets belong to: what is plugged in there is the guest's.
[pci "usb"]
	address = 03:00.0

[net "lan"]
	bridge = br0
