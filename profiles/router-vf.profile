# A router (OPNsense, VyOS, OpenWrt) on virtual functions of a network card: the host keeps the ports and its own
# addresses on them, the router gets a function of each at the speed of the card. Written for a card whose ports are called
# ens1f0 and ens1f1 here; `vmrun survey class=nic` shows yours, and which can have functions.
[vm]
	name = router
	memory = 2G
	vcpus = 2
	machine = q35
	firmware = bios
	serial = pty

[disk "system"]
	source = /var/lib/libvirt/images/router.qcow2
	format = qcow2

# Where the port has no functions yet, four are made when the router starts, and removed when nobody uses one any more. The
# provider knows the router by its MAC address; traffic goes out in VLAN 7, of which the router knows nothing.
[pci "wan"]
	vf-of = netdev=ens1f0
	vfs = 4
	mac = 02:00:00:12:34:01
	vlan = 7
	spoofchk = yes

# VLANs of its own and a second address (VRRP) need a function that is trusted.
[pci "lan"]
	vf-of = netdev=ens1f1
	mac = 02:00:00:12:34:02
	spoofchk = no
	trust = yes
	link-state = auto
