# The guest of `make demo`: in the lab's emulated machine it gets a real (emulated) NVMe and a SAS HBA that shares its
# IOMMU group with an audio device, reports what it sees on its console, and powers off.
[vm]
	name = demo
	memory = 512M
	vcpus = 1
	# The lab has no hardware virtualisation.
	accel = tcg
	kernel = /var/lib/libvirt/images/demo/vmlinux
	initrd = /var/lib/libvirt/images/demo/initrd
	cmdline = console=ttyS0 quiet loglevel=1 panic=-1 mitigations=off nokaslr no_timer_check tsc=reliable random.trust_cpu=on cryptomgr.notests audit=0 nowatchdog raid=noautodetect pci=noearly
	serial = stdio

# By what it is and where it sits: the machine has a second NVMe.
[pci "nvme"]
	class = nvme
	address = 01:00.0
	after = host

# By its ids. The audio device in its group leaves its driver too, and comes back.
[pci "hba"]
	match = 1000:0054
	siblings = bind
	after = host
