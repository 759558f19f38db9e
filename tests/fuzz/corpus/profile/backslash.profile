[vm]
name = nas1
kernel = k
cmdline = "  kept\"
serial = file:"x"
