# The other half of `make demo`: a RAID controller for which the emulated ProLiant's firmware reserves memory (RMRR).
# The kernel would refuse it to every guest; vmrun says so before it touches anything.
[vm]
	name = demo-rmrr
	memory = 512M
	accel = tcg

[pci "raid"]
	match = 1000:0079
