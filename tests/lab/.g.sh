G=build/lab/guest
printf 'vmrun-lab NVME0 %s' "was here" | dd of=/dev/disk/by-id/nvme-QEMU_NVMe_Ctrl_NVME0 conv=notrunc 2>/dev/null; sync
modprobe vfio-pci
d=/sys/bus/pci/devices/0000:01:00.0
echo vfio-pci >$d/driver_override; echo 0000:01:00.0 >$d/driver/unbind; echo 0000:01:00.0 >/sys/bus/pci/drivers_probe
readlink $d/driver
for m in ${1:-kvm tcg}; do
s=$(cut -d' ' -f1 /proc/uptime)
timeout 200 qemu-system-x86_64 -M q35,accel=$m -cpu ${CPU:-max} -m 256 -nodefaults -display none -no-reboot -serial stdio -kernel $G/vmlinux -initrd $G/initrd -append "$(cat $G/cmdline) $X" -device vfio-pci,host=01:00.0
echo "$m $(echo "$(cut -d' ' -f1 /proc/uptime) - $s" | bc)"
done
dmesg | tail -3
