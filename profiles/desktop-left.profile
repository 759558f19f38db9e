# One machine, two desktops: this guest and desktop-right each have a graphics card, a USB controller for keyboard and mouse,
# and sound of their own, and run at the same time. What is where says `vmrun survey`.
[vm]
	name = desktop-left
	memory = 8G
	vcpus = 4
	firmware = uefi
	pin = 2-5
	emulator-pin = 0-1
	graphics = none

[disk "system"]
	source = /var/lib/libvirt/images/desktop-left.qcow2
	format = qcow2

# The card without the sound of its monitor: that function stays behind with vfio-pci, and the guest has one sound card less to
# choose from.
[pci "gpu"]
	address = 04:00.0
	functions = listed

[pci "usb"]
	address = 06:00.0

# The sound card with a socket at the desk, by what it is: the only one of its maker.
[pci "audio"]
	match = 1102:*
	class = audio

[net "lan"]
	bridge = br0
