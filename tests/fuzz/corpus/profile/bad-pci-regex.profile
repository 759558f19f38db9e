[vm]
name = nas1
[pci "hba"]
name = SAS(
