# Every key there is.
[vm]
name = storage-vm
uuid = 6BA7B810-9DAD-11D1-80B4-00C04FD430C8
memory = 8G
vcpus = 4
accel = kvm
machine = pc-q35-7.2
firmware = bios
kernel = boot/vmlinuz
initrd = /srv/boot/initrd.img
cmdline = console=ttyS0 root=LABEL=data # dyndbg="file vfio* +p"
serial = file:console.log
uri = qemu:///system

[pci "hba"]
address = 05:00.0
match = 1000:0087::
class = hba
name = SAS23|SAS30
path = 0000/0/1c.0/00.0
slot = 2
disk = /dev/sda
netdev = enp3s0
count = 1
pick = unique
optional = no
siblings = refuse
after = host
accept = in-use-disk, chipset
accept = rmrr-relaxed

[pci "any-nvme"]
class = nvme
count = 2
pick = any
optional = yes
siblings = attach
after = pool

[disk "root"]
source = images/root.qcow2
format = qcow2
bus = scsi

[disk "data"]
source = /dev/vg0/data

[net "mgmt"]
user = on

[net "lan"]
bridge = br0

[net "storage"]
network = storage net
