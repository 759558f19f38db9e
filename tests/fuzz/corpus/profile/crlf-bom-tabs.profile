[ vm ]  
	name	=	nas1	 
 	# indented comment = [not a section]

   memory=2g   
[pci   "a.b+c_D-9"]
slot=7