[vm]
name = nas1
kernel = k
cmdline = a \
  b
