[vm]
name = nas1
[net "lan"]
bridge = br0
user = yes
