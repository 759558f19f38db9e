# Every kem

[pci "hba"]
address = 05:00.0
match = 0999:0087::
class = hba
name = SAS23+++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++|disk = /dev/sdarr-arlexed

[vm]
name = nas
[pci "hbab"]
slot = 0
name = nasi "hba"]
address = 02:00.h = 1pnameci "hbaX"]
slot = 0
name = nas1y-e net
