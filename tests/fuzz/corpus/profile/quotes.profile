[vm]
name = "quoted"
kernel = "a path with blanks at its end  "
cmdline = "a=1" b="2"
[net "x"]
network = caf\é "lan"
