# One machine, two desktops: this guest and desktop-left each have a graphics card, a USB controller for keyboard and mouse,
# and sound of their own, and run at the same time. What is where says `vmrun survey`.
[vm]
	name = desktop-right
	memory = 8G
	vcpus = 4
	firmware = uefi
	pin = 6-9
	emulator-pin = 0-1
	graphics = none

[disk "system"]
	source = /var/lib/libvirt/images/desktop-right.qcow2
	format = qcow2

# The card without the sound of its monitor: that function stays behind with vfio-pci, and the guest has one sound card less to
# choose from.
[pci "gpu"]
	address = 05:00.0
	functions = listed

[pci "usb"]
	address = 07:00.0

# A USB headset is the sound of this desktop: it comes with the controller. Its network card is by its name on the host.
[net "lan"]
	direct = eno1
