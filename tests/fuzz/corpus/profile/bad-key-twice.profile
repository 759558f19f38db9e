[vm]
name = nas1
memory = 1G
vcpus = 2
memory = 2G
