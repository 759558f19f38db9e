#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun host check: on the described hosts, on one with something wrong everywhere, and on this one.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"
command -v jq >/dev/null 2>&1 || skip_all 'jq is not installed'

# code_is CODE RESULT [TEXT]: a check of the last host check --json came out so, with TEXT in its message or fix
code_is() {
	check_json "$1: $2${3:+, $3}" ".checks[] | select(.code == \"$1\") | .result == \"$2\" and
		((.message // \"\") + (.fix // \"\") | contains(\"${3:-}\"))"
}

# put PATH TEXT: a file of the host in $H
put() {
	mkdir -p "$H/$(dirname "$1")"
	printf '%b\n' "$2" >"$H/$1"
}

# What no described host has captured is noted, never passed: they differ in their IOMMU alone.
for name in desktop no-dmar iommu-off iommu-param amd-off no-vfio; do
	host "$name"
	capture "$VMRUN" host check --json --sysroot "$HOST"
	check_schema "$name: vmrun.hostcheck/1 and nothing else"
	case $name in
	desktop) wanted=0 ;;
	*) wanted=2 ;;
	esac
	check "$name: exit status $wanted" test "$STATUS" -eq $wanted
	check_json "$name: what is wrong has a fix" \
		'[.checks[] | select(.result == "FAIL" or .result == "WARN") | .fix != null] | all'
	check_json "$name: what could not be measured is a note" '([.checks[] | select(.measured | not) | .code] == .unmeasured) and
		([.checks[] | select(.measured | not) | .result == "NOTE"] | all)'
	case $name in
	desktop) code_is iommu-enabled PASS ;;
	no-dmar) code_is iommu-firmware FAIL VT-d ;;
	iommu-off) code_is iommu-enabled FAIL intel_iommu=on ;;
	iommu-param) code_is iommu-parameters FAIL 'take iommu=off' ;;
	amd-off) code_is iommu-parameters FAIL amd_iommu=off ;;
	no-vfio) code_is vfio-driver FAIL 'has none' ;;
	esac
done

# A Debian host on which nothing is wrong.
host desktop
H=$T/ready
cp -R "$HOST" "$H"
put etc/os-release 'NAME="Debian"\nID=debian'
put etc/default/grub 'GRUB_CMDLINE_LINUX=""'
put etc/passwd 'root:x:0:0::/:/bin/sh\nlibvirt-qemu:x:64055:64055::/:/bin/sh'
put etc/group 'kvm:x:107:a,libvirt-qemu\nlibvirt-qemu:x:64055:'
put etc/libvirt/qemu.conf '# user = "root"\nuser = "libvirt-qemu"'
put proc/cpuinfo 'processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vmx sse'
put proc/interrupts '  24:  0  IR-PCI-MSI 1048576-edge nvme0q0'
memlock() {
	jq ".memlock_bytes = $1" "$HOST/facts.json" >"$H/facts.json"
}
memlock -1
put dmesg 'Linux version 6.1.0-18-amd64\nUnknown kernel command line parameters "BOOT_IMAGE=/v nokaslr", will be passed to user space.'
put dev/kvm ''
put dev/vhost-net ''
put dev/net/tun ''
chmod 666 "$H/dev/kvm"
put sys/fs/cgroup/cgroup.controllers 'cpuset cpu io memory hugetlb pids'
put boot/config-6.1.0-18-amd64 '#\nCONFIG_CGROUP_BPF=y'
put sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages 512
put sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages 500
put sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages 512
put sys/devices/system/node/node0/hugepages/hugepages-2048kB/free_hugepages 500
put sys/kernel/security/lockdown 'none [integrity] confidentiality'
put usr/bin/qemu-system-x86_64 ''
put usr/sbin/libvirtd ''
put usr/sbin/update-initramfs ''
check_status 'a host that is ready' 0 "$VMRUN" host check --sysroot "$H"
check 'each line has the look of virt-host-validate' test -z \
	"$(grep -Ev '^ *[A-Z]+: Checking .{60}: (PASS|NOTE \(.*\))$' "$OUT")"
check_stdout_lacks 'a ready host needs no fix' 'fix:'
check_stdout_has 'hugepages per size and node' \
	'(2048 KiB: 500 of 512 free; 2048 KiB on node 0: 500 of 512 free)'
check_stdout_has 'lockdown' 'NOTE (integrity: vfio works'
check_status 'a host that is ready --json' 0 "$VMRUN" host check --json --sysroot "$H"
for code in cpu kvm-node kvm-access vhost-net tun cgroup-cpu cgroup-cpuacct cgroup-cpuset cgroup-memory cgroup-devices \
	cgroup-blkio iommu-options interrupt-remapping kernel-parameters vfio-blacklist vfio-ids memlock qemu-binary \
	libvirt-installed qemu-user device-acl initramfs leftover; do
	code_is $code PASS
done
rm "$H/dev/vhost-net"
check_status 'warnings alone' 1 "$VMRUN" host check --sysroot "$H"
check_stdout_has 'a warning has its fix below it' '        fix: modprobe vhost_net'

# The same host with something wrong everywhere.
put proc/cmdline 'root=/dev/sda1 intel_iommu=on,sm_foo bogus=1 vfio-pci.ids=8086:0001'
put proc/interrupts '  24:  0  PCI-MSI 1048576-edge nvme0q0'
memlock 65536
put dmesg 'Linux version 6.1.0-18-amd64\nUnknown kernel command line parameters "BOOT_IMAGE=/v bogus=1", will be passed to user space.\nDMAR: Unknown option - '"'sm_foo'"'\nWarning: PCIe ACS overrides enabled; This may allow non-IOMMU protected peer-to-peer DMA'
chmod 600 "$H/dev/kvm"
put etc/passwd 'root:x:0:0::/:/bin/sh\nlibvirt-qemu:x:64055:64055::/:/bin/sh\nodd:x:64056:64056::/:/bin/sh'
put etc/libvirt/qemu.conf 'user = "odd"\ndynamic_ownership = 0\ncgroup_device_acl = [\n  "/dev/null", "/dev/full"\n]'
put etc/modprobe.d/vfio.conf 'options vfio-pci ids=10de:1b80 disable_idle_d3=1 enable_sriov=1\noptions vfio_iommu_type1 allow_unsafe_interrupts=1\nblacklist vfio-pci'
put usr/lib/modprobe.d/vfio.conf 'install vfio_pci /bin/false'
put etc/initramfs-tools/modules '# vfio-pci\nvfio_pci'
put etc/udev/rules.d/10-vfio.rules 'SUBSYSTEM=="vfio", OWNER="nas"'
put run/vmrun/guest-nas.json '{ "schema": "vmrun.journal/1", "guest": "nas", "uuid": "u", "profile": "p", "uri": "x", "embed": null, "pid": 9, "started": 1, "boot": "b", "guest_started": false, "devices": [], "nodes": [] }'
rm "$H/usr/bin/qemu-system-x86_64" "$H/usr/sbin/libvirtd"
put boot/config-6.1.0-18-amd64 '# CONFIG_CGROUP_BPF is not set'
put sys/fs/cgroup/cgroup.controllers 'cpuset cpu io'
check_status 'a host where much is wrong' 2 "$VMRUN" host check --json --sysroot "$H"
check_schema 'a host where much is wrong: vmrun.hostcheck/1'
code_is iommu-options FAIL 'take intel_iommu=on,sm_foo from GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub'
code_is kernel-parameters WARN bogus=1
code_is acs-override WARN 'at work'
code_is interrupt-remapping FAIL refuses
code_is kvm-access FAIL 'odd'
code_is device-acl WARN '/dev/vfio/vfio'
code_is dynamic-ownership NOTE odd
code_is vfio-ids WARN 10de:1b80
code_is vfio-blacklist WARN 'update-initramfs -u'
code_is vfio-disable-idle-d3 NOTE 'full power'
code_is vfio-enable-sriov WARN vfio.conf
code_is vfio-unsafe-interrupts WARN 'any interrupt'
code_is vfio-udev NOTE 10-vfio.rules
code_is initramfs NOTE 'no image of kernel'
code_is memlock WARN 'limit 64 KiB'
code_is leftover WARN 'vmrun recover'
code_is qemu-binary FAIL 'apt install qemu-system-x86'
code_is libvirt-installed FAIL 'apt install libvirt-daemon-system'
code_is cgroup-memory FAIL
code_is cgroup-devices FAIL CGROUP_BPF

# An image: not compressed, without and with the module; compressed.
image() {
	(cd "$T/image" && find . | cpio -o -H newc 2>/dev/null) >"$H/boot/initrd.img-6.1.0-18-amd64"
}
mkdir -p "$T/image/usr/lib/modules"
if command -v cpio >/dev/null 2>&1; then
	image
	capture "$VMRUN" host check --json --sysroot "$H"
	code_is initramfs WARN 'has no vfio-pci'
	: >"$T/image/usr/lib/modules/vfio-pci.ko.xz"
	image
	capture "$VMRUN" host check --json --sysroot "$H"
	code_is initramfs PASS
else
	skip 'initramfs' 'cpio is not installed'
fi
printf '\050\265\057\375 compressed' >"$H/boot/initrd.img-6.1.0-18-amd64"
capture "$VMRUN" host check --json --sysroot "$H"
code_is initramfs NOTE 'lsinitramfs /boot/initrd.img-6.1.0-18-amd64'

# The hook: not there, older than the daemon, younger. The daemon was started 100 s after 1000000000.
code_is hook NOTE 'not installed'
put etc/libvirt/hooks/qemu.d/vmrun ''
put run/libvirtd.pid 7
put proc/7/stat "7 (libvirtd) S $(yes 0 | head -n 18 | tr '\n' ' ')$((100 * $(getconf CLK_TCK))) 0"
put proc/stat 'cpu 0\nbtime 1000000000'
touch -d @1000000050 "$H/etc/libvirt/hooks/qemu.d/vmrun"
capture "$VMRUN" host check --json --sysroot "$H"
code_is hook PASS
touch -d @1000000200 "$H/etc/libvirt/hooks/qemu.d/vmrun"
capture "$VMRUN" host check --json --sysroot "$H"
code_is hook WARN 'kill -HUP'

# The verb of two words.
check_status 'host alone' 2 "$VMRUN" host
check_stderr_has 'host alone: what there is' 'vmrun host check'
check_status 'host and what it has not' 2 "$VMRUN" host chekc
check_stderr_has 'host and what it has not: is named' 'there is no verb "host chekc"'
check_status 'host check of something' 2 "$VMRUN" host check 01:00.0
check_status 'host check: unknown option' 2 "$VMRUN" host check --acept
check_stderr_has 'host check: unknown option: is named' 'vmrun: host check: unknown option --acept'
check_status 'host check --help' 0 "$VMRUN" host check --help
cp "$OUT" "$T/help"
check_status 'help host check' 0 "$VMRUN" help host check
check_same_file 'help host check is host check --help' "$T/help" "$OUT"
check_status 'options before and between the words' 2 "$VMRUN" --sysroot "$H" host --json check
check_schema 'options before and between the words: heard'
check_status 'host check of no root' 2 "$VMRUN" host check --sysroot "$T/nowhere"
check_status 'host check --color=always' 2 "$VMRUN" host check --color=always --sysroot "$H"
check_stdout_has 'host check --color=always has colour' "$(printf ': \033[31mFAIL\033[0m')"
check_status 'host check into a file' 2 "$VMRUN" host check --sysroot "$H"
check_stdout_lacks 'host check into a file has none' "$(printf '\033[')"

# This host, as who we are and as nobody: every failure of virt-host-validate is one here, under its name.
capture "$VMRUN" host check --json
check_schema 'this host: vmrun.hostcheck/1'
capture "$VMRUN" host check
cp "$OUT" "$T/own"
if command -v virt-host-validate >/dev/null 2>&1; then
	virt-host-validate qemu >"$T/theirs" 2>/dev/null </dev/null || :
	check 'virt-host-validate has been read' grep -q 'QEMU: Checking ' "$T/theirs"
	cut -c1-77 "$T/own" >"$T/titles"
	grep 'QEMU: Checking ' "$T/theirs" | while IFS= read -r line; do
		title=$(printf '%s' "$line" | cut -c1-77)
		grep -qF -e "$title" "$T/titles" || echo "$title"
	done >"$T/missing"
	check 'every check of virt-host-validate has its like here' test ! -s "$T/missing"
	grep ': FAIL' "$T/theirs" | cut -c1-77 >"$T/failures"
	while IFS= read -r title; do
		check "as virt-host-validate:${title#*Checking} fails" grep -qF -e "$title: FAIL" "$T/own"
	done <"$T/failures"
else
	skip 'as virt-host-validate' 'it is not installed'
fi
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
	OPEN=$(mktemp -d /tmp/vmrun-open.XXXXXX)
	trap 'rm -rf "$OPEN"; finish' EXIT
	chmod 755 "$OPEN"
	cp "$VMRUN" "$OPEN/vmrun"
	capture setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all -- "$OPEN/vmrun" host check --json
	check_schema 'this host as nobody: vmrun.hostcheck/1'
	check_json 'this host as nobody: qemu.conf is noted as not measured' \
		'(.checks[] | select(.code == "device-acl") | .measured | not) or ("'"$(
			[ -e /etc/libvirt/qemu.conf ] && stat -c %a /etc/libvirt/qemu.conf
		)"'" != "600")'
fi
