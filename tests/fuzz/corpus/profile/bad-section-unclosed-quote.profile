[vm]
name = nas1
[pci "hba]
slot = 1
