[vm]
name = nas1
kernel = café
