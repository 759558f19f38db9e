#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Profiles through the program: shipped ones plan, bad ones exit 3, and the XML is libvirt's.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

# valid() - $OUT is a domain libvirt's own schema takes; $1: name
valid() {
	if command -v virt-xml-validate >/dev/null 2>&1; then
		cp "$OUT" "$T/domain.xml"
		check "$1" virt-xml-validate "$T/domain.xml" domain
	else
		skip "$1" 'virt-xml-validate is not installed'
	fi
}

# A host for each shipped profile; one that has none here is a failure, too.
for file in "$SRCDIR"/profiles/*.profile; do
	name=$(basename "$file" .profile)
	wanted=0
	addressed=yes
	case $name in
	storage-vm) host two-hba ;;
	nvme-appliance) host rack ;;
	gpu-workstation | desktop-left | desktop-right) host split ;;
	demo) host lab ;;
	demo-rmrr)
		host lab
		wanted=5
		;;
	router-vf)
		host router
		addressed=no
		;;
	*)
		fail "profiles/$name: planned on a host" 'say on which, in tests/cli/40-profiles.sh'
		continue
		;;
	esac
	check_status "profiles/$name: plans on a host" "$wanted" "$VMRUN" plan --sysroot "$HOST" "$file"
	check_stdout_has "profiles/$name: has devices" '  attach  '
	# Functions that the start will make have no address yet.
	if [ $addressed = no ]; then
		check_status "profiles/$name: no xml before the start" 4 "$VMRUN" xml --sysroot "$HOST" "$file"
		continue
	fi
	check_status "profiles/$name: xml" 0 "$VMRUN" xml --sysroot "$HOST" "$file"
	valid "profiles/$name: valid for libvirt"
	cp "$OUT" "$T/first.xml"
	check_status "profiles/$name: xml again" 0 "$VMRUN" xml --sysroot "$HOST" "$file"
	check_same_file "profiles/$name: the same XML each time" "$T/first.xml" "$OUT"
	check_stdout_is "profiles/$name: its XML" "$FIXTURES/xml/profiles/$name.xml"
done

# What a guest asks of the host as a whole is checked before anything is bound.
host split
sed 's/numa = auto/numa = 1/; /^\tpin/d' "$SRCDIR/profiles/gpu-workstation.profile" | profile far
check_status 'hugepages of another node' 5 "$VMRUN" plan --sysroot "$HOST" far.profile
check_stderr_has 'hugepages of another node: how many are there' '16 hugepages of 1048576 KiB of node 1, and 2 of 16 are free'
check_stdout_has 'a card on another node' 'numa-remote    info 0000:01:00.0: it is on NUMA node 0'
sed 's/numa = auto/numa = 7/' "$SRCDIR/profiles/gpu-workstation.profile" | profile nowhere
check_status 'a node that is not there' 5 "$VMRUN" plan --sysroot "$HOST" nowhere.profile
check_stderr_has 'a node that is not there: says so' 'NUMA node 7, which this host does not have'
sed 's/memory = 16G/memory = 1024G/; s/hugepages = 1G/accel = tcg/' "$SRCDIR/profiles/gpu-workstation.profile" | profile narrow
check_status 'a window beyond the width of addresses' 5 "$VMRUN" plan --sysroot "$HOST" narrow.profile
check_stderr_has 'a window beyond the width of addresses: the numbers' '128 GiB of the guest'
sed '/firmware/d; s/rom = .*/vga = yes/; s/tpm = yes/cpu = host-passthrough/' "$SRCDIR/profiles/gpu-workstation.profile" | profile vga
check_status 'x-vga with a BIOS' 0 "$VMRUN" xml --sysroot "$HOST" vga.profile
valid 'x-vga with a BIOS: valid'
check 'x-vga: for the card, not for its sound' test "$(grep -c 'name="x-vga"' "$OUT")" -eq 1
check_stdout_has 'a large BAR with a BIOS: the window' '<pcihole64 unit="KiB">134217728</pcihole64>'
sed 's/class = gpu/class = audio/' vga.profile | profile vga-audio
check_status 'x-vga for no graphics card' 3 "$VMRUN" plan --sysroot "$HOST" vga-audio.profile
check_stderr_has 'x-vga for no graphics card: says so' '0000:01:00.1 is no VGA controller (class 0403)'

for file in "$FIXTURES"/profiles/good/*.profile; do
	name=$(basename "$file" .profile)
	host two-nvme
	capture "$VMRUN" xml --sysroot "$HOST" "$file"
	case $STATUS in
	0) valid "good/$name: valid for libvirt" ;;
	4) check_stderr_has "good/$name: no such device here" 'fix  ' ;;
	*) fail "good/$name: reads" "status $STATUS: $(head -n 2 "$ERR")" ;;
	esac
done

# The XML of devices: every function of the guest, by address, and no other.
host desktop
printf '[vm]\n\tname = gaming\n\tmemory = 8G\n[pci "gpu"]\n\tmatch = 10de:2684\n\tfunctions = listed\n' | profile gaming
check_status 'xml of a graphics card' 0 "$VMRUN" xml --sysroot "$HOST" gaming.profile
valid 'xml of a graphics card: valid'
check_stdout_has 'xml: the card' '<address domain="0x0000" bus="0x01" slot="0x00" function="0x0"/>'
check_stdout_has 'xml: vmrun, not libvirt, manages it' 'managed="no"'
check 'xml: one hostdev' test "$(grep -c '<hostdev ' "$OUT")" -eq 1
printf '[vm]\n\tname = gaming\n\tmemory = 8G\n[pci "gpu"]\n\tmatch = 10de:2684\n' | profile gaming
check_status 'xml of a graphics card with its sound' 0 "$VMRUN" xml --sysroot "$HOST" gaming.profile
valid 'xml of a graphics card with its sound: valid'
check_stdout_has 'xml: one card for the guest, too' 'bus="0x01" slot="0x00" function="0x0" multifunction="on"/>'
check_stdout_has 'xml: and its sound' '<address type="pci" domain="0x0000" bus="0x01" slot="0x00" function="0x1"/>'
# A ROM file is checked against the card, before anything is touched.
python3 - >gpu.rom <<'END'
import sys
rom = bytearray(1024)
rom[0:2], rom[0x18], rom[64:68] = b"\x55\xaa", 64, b"PCIR"
rom[68:72], rom[80], rom[85] = bytes.fromhex("de108426"), 2, 0x80
sys.stdout.buffer.write(rom)
END
printf '[vm]\n\tname = gaming\n\tmemory = 8G\n[pci "gpu"]\n\tmatch = 10de:2684\n\trom = gpu.rom\n' | profile rom
check_status 'a ROM file for the card' 0 "$VMRUN" plan --sysroot "$HOST" rom.profile
check_status 'a ROM file: xml' 0 "$VMRUN" xml --sysroot "$HOST" rom.profile
check 'a ROM file: for the card, not for its sound' test "$(grep -c '<rom file=' "$OUT")" -eq 1
sed 's/memory/firmware = uefi\n\tmemory/' rom.profile | profile rom-uefi
check_status 'a ROM file without an image for UEFI' 3 "$VMRUN" plan --sysroot "$HOST" rom-uefi.profile
check_stderr_has 'a ROM file without an image for UEFI: says so' 'gpu.rom: has no image for UEFI'
printf 'NVGI%508s' '' | cat - gpu.rom >raw.rom
sed 's/gpu.rom/raw.rom/' rom.profile | profile rom-raw
check_status 'a ROM file with something before it' 3 "$VMRUN" plan --sysroot "$HOST" rom-raw.profile
check_stderr_has 'a ROM file with something before it: the way out' 'dd if=FILE of=NEW bs=512 skip=1'
sed 's/10de:2684/10de:22ba/' rom.profile | profile rom-other
check_status 'a ROM file for another card' 3 "$VMRUN" plan --sysroot "$HOST" rom-other.profile
check_stderr_has 'a ROM file for another card: says for which' 'is a ROM for 10de:2684, and the card is 10de:22ba'
# Files of the guest that are not there are named for a live host; a captured one has none.
: >kernel
profile files <<'END'
[vm]
	name = files
	kernel = kernel
	initrd = no-initrd
	serial = file:no-folder/console.log
[disk "root"]
	source = no-image
[disk "made"]
	source = made.qcow2
	format = qcow2
	size = 1G
[disk "nowhere"]
	source = no-folder/made.raw
	size = 1G
[share "media"]
	source = no-media
	target = media
[qemu]
	device-node = /dev/null
	device-node = /dev/no-node
END
here=$(pwd -P)
cat >"$T/missing" <<END
  $here/no-initrd: files.profile: initrd of [vm]
  $here/no-folder: files.profile: serial of [vm]
  $here/no-image: files.profile:6: source of [disk "root"]
  $here/no-folder: files.profile:12: source of [disk "nowhere"]
  $here/no-media: files.profile:15: source of [share "media"]
  /dev/no-node: files.profile: device-node of [qemu]
END
check_status 'files that are not there: plan' 0 "$VMRUN" plan -c qemu:///session files.profile
sed '1,/^not there/d' "$OUT" >"$T/said"
check_same_file 'files that are not there: each is named, and no other' "$T/missing" "$T/said"
check_status 'files that are not there: plan --json' 0 "$VMRUN" plan --json -c qemu:///session files.profile
check_json 'files that are not there: --json' '(.missing | length) == 6 and (.missing[2] | endswith("source of [disk \"root\"]"))'
check_schema 'files that are not there: --json, by its schema'
sed '/^.qemu/,$d' files.profile | profile captured
check_status 'files that are not there, of a captured host' 0 "$VMRUN" plan --json --sysroot "$HOST" captured.profile
check_json 'files that are not there, of a captured host: they cannot be' '.missing == []'
# What a base says stays; a PCI device in it that no section owns would go around all checks.
cp "$FIXTURES/xml/base/windows.xml" windows.xml
printf '[vm]\n\tname = win\n\txml = windows.xml\n[pci "gpu"]\n\tmatch = 10de:2684\n' | profile base-foreign
check_status 'a base with a PCI device of nobody' 3 "$VMRUN" xml --sysroot "$HOST" base-foreign.profile
check_stderr_has 'a base with a PCI device of nobody: names file and line' 'windows.xml: has a PCI device of the host in line'
printf '[pci "nic"]\n\tmatch = 9999:9999\n\toptional = yes\n[pci "absent"]\n\tmatch = 9999:9999\n\toptional = yes\n' |
	cat base-foreign.profile - | profile base
check_status 'a base' 0 "$VMRUN" xml --sysroot "$HOST" base.profile
valid 'a base: valid'
check_stdout_has 'a base: it keeps what it says' '<timer name="hypervclock" present="yes"/>'
host domain
printf '[vm]\n\tname = vmd\n\tmemory = 1G\n[pci "nvme"]\n\taddress = 10000:01:00.0\n' | profile vmd
capture "$VMRUN" xml --sysroot "$HOST" vmd.profile
if [ "$STATUS" -eq 0 ]; then
	check_stdout_has 'xml: a domain beyond 16 bits' 'domain="0x10000"'
else
	check_stderr_has 'xml: a domain beyond 16 bits is refused with a reason' '10000:01:00.0'
fi

# Bad profiles: the message each has beside it, with the status, through the whole program.
for file in "$FIXTURES"/profiles/bad/*.profile; do
	name=$(basename "$file" .profile)
	cp "$file" "$name.profile"
	capture "$VMRUN" plan --sysroot "$HOST" "$name.profile"
	sed -n '1s/^/vmrun: /p; 2s/^  fix  */  fix           /p' "$FIXTURES/profiles/bad/$name.err" >"$T/wanted"
	if [ "$STATUS" -ne 3 ]; then
		fail "bad/$name: exit 3" "status $STATUS"
		show_output
	elif ! diff "$T/wanted" "$ERR" >"$T/diff"; then
		fail "bad/$name: file, line and message" "$(cat "$T/diff")"
	elif [ -s "$OUT" ]; then
		fail "bad/$name: nothing on stdout"
	else
		pass "bad/$name"
	fi
done
head -c 10000000 /dev/zero | tr '\0' a | profile long-line
check_status 'a line of 10 MB' 3 "$VMRUN" plan --sysroot "$HOST" long-line.profile
check_stderr_has 'a line of 10 MB: says so' 'vmrun: long-line.profile'
head -c 100000 /dev/urandom | profile noise
check_status 'noise' 3 "$VMRUN" plan --sysroot "$HOST" noise.profile
printf '[vm]\n\tname = a\0b\n\tmemory = 1G\n' | profile nul
check_status 'a NUL byte' 3 "$VMRUN" plan --sysroot "$HOST" nul.profile
check_stderr_has 'a NUL byte: where' 'vmrun: nul.profile:2:'
check_status 'a folder' 3 "$VMRUN" plan --sysroot "$HOST" .
check_status 'an empty file' 3 "$VMRUN" plan --sysroot "$HOST" /dev/null
