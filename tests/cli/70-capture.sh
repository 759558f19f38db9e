#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun capture: a copy answers as the original did, says nothing private, and is whole or not there.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

# same NAME COPY [OPTION]: survey --json OPTION of $HOST, and survey --json of the copy, are the same, byte by byte
same() {
	"$VMRUN" survey --json ${3:+"$3"} --sysroot "$HOST" >"$T/original" 2>&1 || :
	"$VMRUN" survey --json --sysroot "$2" >"$T/copied" 2>&1 || :
	check "$1" cmp "$T/original" "$T/copied"
}

# lacks COMMAND…: it fails
lacks() {
	! "$@"
}

for name in $(hosts); do
	host "$name"
	check "$name: capture" "$VMRUN" capture -q --sysroot "$HOST" "$T/copy-$name"
	same "$name: the copy answers the same" "$T/copy-$name" --redact
	"$VMRUN" host check --json --sysroot "$HOST" >"$T/original" 2>&1 || :
	"$VMRUN" host check --json --sysroot "$T/copy-$name" >"$T/copied" 2>&1 || :
	check "$name: host check, too" cmp "$T/original" "$T/copied"
	original=0 copied=0
	"$VMRUN" status --json --sysroot "$HOST" >"$T/original" 2>&1 || original=$?
	"$VMRUN" status --json --sysroot "$T/copy-$name" >"$T/copied" 2>&1 || copied=$?
	check "$name: status, too" cmp "$T/original" "$T/copied"
	check "$name: status ends alike" test "$original" = "$copied"
done

# What archives and git do not keep is not needed: empty directories, modes.
host stacks
mkdir "$T/archive"
find "$T/copy-stacks" -type d -empty >"$T/empty"
check 'no directory is empty' test ! -s "$T/empty"
(cd "$T/copy-stacks" && tar -cf - --mode=a=rX .) | (cd "$T/archive" && tar -xf -)
same 'through an archive' "$T/archive"

# Profiles against a captured host, as in a CI job: no privilege, the same plan.
host desktop
profile nvme <<'EOF'
[vm]
	name = nvme
	memory = 1G
[pci "gpu"]
	class = gpu
EOF
capture "$VMRUN" plan --json --sysroot "$HOST" nvme.profile
cp "$OUT" "$T/plan"
check_status 'a plan on the copy' "$STATUS" "$VMRUN" plan --json --sysroot "$T/copy-desktop" nvme.profile
check_same_file 'a plan on the copy is the same' "$T/plan" "$OUT"

# The names of devices are those of the machine it was captured on.
sed 's/"device": ".*"/"device": "Named Elsewhere"/' "$T/copy-desktop/facts.json" >"$T/facts"
cp "$T/facts" "$T/copy-desktop/facts.json"
check_status 'names come with the copy' 0 "$VMRUN" survey --sysroot "$T/copy-desktop" name=elsewhere
check_stdout_has 'names come with the copy: they are shown' 'Named Elsewhere'

# --- what is private

mkdir "$T/own"
cp -R "$HOST/." "$T/own"
HOST=$T/own
uuid=6f1e0c5e-1c1d-4a3b-9c0a-5d9c7b1f2e3a
echo "root=UUID=$uuid ro intel_iommu=on rd.luks.key=hunter2 vfio-pci.ids=10de:2684" >"$HOST/proc/cmdline"
mkdir -p "$HOST/proc/self" "$HOST/sys/firmware/dmi/tables"
cat >"$HOST/proc/self/mountinfo" <<EOF
22 1 0:5 / /run/user/alice rw - tmpfs tmpfs rw,uid=1000
23 1 8:0 / /media/$uuid rw,relatime shared:1 - ext4 /dev/sda rw,password=hunter2
EOF
# SMBIOS: the machine's serial (type 1) and a slot (type 9), and the end.
{
	printf '\001\010\001\000\001\002\003\004SECRET1\000SECRET2\000\000'
	printf '\011\021\002\000\001\006\015\003\004\003\000\014\001\000\000\002\000PCIEX16_1\000\000'
	printf '\177\004\003\000\000\000'
} >"$HOST/sys/firmware/dmi/tables/DMI"
# Configuration space with a capability list, PCI Express in it, and a serial number behind 0x100.
config=$HOST/sys/devices/pci0000:00/0000:00:06.0/0000:02:00.0/config
dd if=/dev/zero of="$config" bs=1 seek=4095 count=1 conv=notrunc 2>/dev/null
put() {
	printf %b "$2" | dd of="$config" bs=1 seek=$(($1)) conv=notrunc 2>/dev/null
}
put 0x34 '\0100'
put 0x40 '\0020\0000\0002\0000'
put 0x100 '\0003\0000\0001\0000\0126\0064\0022\0377\0377\0237\0066\0240'

check_status 'private: explain shows the serial' 0 "$VMRUN" explain --sysroot "$HOST" 02:00.0
check_stdout_has 'private: explain shows the serial: it does' 'a0-36-9f-ff-ff-12-34-56'
check_status 'explain --redact' 0 "$VMRUN" explain --redact --sysroot "$HOST" 02:00.0
check_stdout_lacks 'explain --redact: no serial' 'a0-36-9f'
check_stdout_has 'explain --redact: a token' '00-00-00-00-00-00-00-01'
check_status 'survey --redact' 0 "$VMRUN" survey --json --redact --sysroot "$HOST"
check_stdout_has 'survey --redact: the token of a UUID' '/media/00000000-0000-4000-8000-000000000001'
cp "$OUT" "$T/redacted"
check_status 'capture, redacted' 0 "$VMRUN" capture --sysroot "$HOST" "$T/red"
check_stderr_has 'capture, redacted: it says what it replaced' 'replaced by tokens: 1 serial number'
check_stderr_has 'capture, redacted: it says what to look at' 'look before you publish it'
for secret in hunter2 "$uuid" SECRET alice; do
	check "capture, redacted: $secret is nowhere" lacks grep -rqF -e "$secret" "$T/red"
done
od -An -v -tx1 "$T/red/sys/bus/pci/devices/0000:02:00.0/config" >"$T/bytes"
check 'capture, redacted: nor is the serial' lacks grep -q '9f 36 a0' "$T/bytes"
check_status 'capture, redacted: survey' 0 "$VMRUN" survey --json --sysroot "$T/red"
check_same_file 'capture, redacted: it answers as survey --redact' "$T/redacted" "$OUT"
check_status 'capture, redacted: slots' 0 "$VMRUN" survey --json --sysroot "$T/red"
check_json 'capture, redacted: slots are there' '.firmware.slots[0].name == "PCIEX16_1"'
check 'capture, redacted: parameters that bear on devices are there' \
	grep -qx 'intel_iommu=on vfio-pci.ids=10de:2684' "$T/red/proc/cmdline"

check 'capture --keep=all' "$VMRUN" capture -q --keep=all --sysroot "$HOST" "$T/all"
same 'capture --keep=all: it answers the same' "$T/all"
check 'capture --keep=all: the command line is whole' cmp "$HOST/proc/cmdline" "$T/all/proc/cmdline"
check 'capture --keep=all: configuration space, too' \
	cmp "$config" "$T/all/sys/bus/pci/devices/0000:02:00.0/config"
check 'capture --keep=cmdline' "$VMRUN" capture -q --keep=cmdline --sysroot "$HOST" "$T/line"
check 'capture --keep=cmdline: without identities' grep -q 'hunter2' "$T/line/proc/cmdline"
check_status 'capture --keep=more' 2 "$VMRUN" capture --keep=more --sysroot "$HOST" "$T/more"
check_stderr_has 'capture --keep=more: why' '--keep is cmdline, log, ids or all, not "more"'

# A target's disk by the name that has its serial number, and the file behind a loop device.
host exports
cp -R "$HOST/." "$T/target"
HOST=$T/target
mkdir -p "$HOST/dev/disk/by-id"
ln -s ../../nvme0n1 "$HOST/dev/disk/by-id/nvme-Acme_SERIAL77"
echo /dev/disk/by-id/nvme-Acme_SERIAL77 \
	>"$HOST/sys/kernel/config/nvmet/subsystems/nqn.2024-01.example:tank/namespaces/1/device_path"
echo /home/alice/secret.img >"$HOST/sys/devices/virtual/block/loop3/loop/backing_file"
check_status 'a target' 0 "$VMRUN" survey --json --sysroot "$HOST"
check_stdout_has 'a target: the link leads to the disk' '/dev/nvme0n1 is exported by NVMe-oF subsystem nqn.2024-01.example:tank namespace 1'
check 'a target: capture' "$VMRUN" capture -q --sysroot "$HOST" "$T/target-copy"
same 'a target: the copy answers the same' "$T/target-copy" --redact
for secret in SERIAL77 alice; do
	check "a target: $secret is in no file" lacks grep -rqF -e "$secret" "$T/target-copy"
	find "$T/target-copy" >"$T/list"
	check "a target: $secret is in no name" lacks grep -qF -e "$secret" "$T/list"
done
HOST=$T/own

# --- where it goes

check 'it is for its owner only' test "$(stat -c %a "$T/red")" = 700
mkdir "$T/there" "$T/full"
: >"$T/full/file"
ln -s "$T/there" "$T/link"
check 'into an empty directory' "$VMRUN" capture -q --sysroot "$HOST" "$T/there/"
for bad in full link full/file; do
	check_status "not into $bad" 2 "$VMRUN" capture --sysroot "$HOST" "$T/$bad"
	check_stderr_has "not into $bad: why" 'it exists, and is no empty directory'
done
check_status 'not into .' 2 "$VMRUN" capture --sysroot "$HOST" .
check_status 'not into nowhere' 2 "$VMRUN" capture --sysroot "$HOST" "$T/no/where"
mkdir "$T/again"
long=sys/devices/pci0000:00/$(printf '%0120d' 7)
mkdir -p "$T/long/etc" "$T/long/$long"
cp -R "$HOST/." "$T/long"
echo '/dev/sdz /x ext4' >"$T/long/$long/fstab"
ln -sf "../$long/fstab" "$T/long/etc/fstab"
"$VMRUN" capture -q --keep=all --sysroot "$T/long" "$T/far.tar"
check 'into an archive: with long names it unpacks' tar -C "$T" -xf "$T/far.tar"
check 'into an archive: long names are whole' cmp "$T/long/$long/fstab" "$T/far/etc/fstab"
check_status 'into an archive' 0 "$VMRUN" capture -q --keep=all --sysroot "$HOST" "$T/host.tar"
check 'into an archive: for its owner only' test "$(stat -c %a "$T/host.tar")" = 600
check_status 'into an archive that is there' 2 "$VMRUN" capture -q --sysroot "$HOST" "$T/host.tar"
check 'into an archive: it unpacks' tar -C "$T" -xf "$T/host.tar"
"$VMRUN" capture -q --keep=all --sysroot "$HOST" "$T/beside"
check 'into an archive: what the directory has' diff -r --no-dereference "$T/beside" "$T/host"
same 'into an archive: it answers the same' "$T/host"
"$VMRUN" capture -q --keep=all --sysroot "$HOST" "$T/again/host.tar"
check 'into an archive: the same host, the same bytes' cmp "$T/host.tar" "$T/again/host.tar"
check 'nothing is left of what failed' lacks ls "$T"/.*.[0-9]*
cat >"$T/little" <<'EOF'
ulimit -f 1
trap '' XFSZ
exec "$VMRUN" capture --sysroot "$1" "$2"
EOF
check_status 'where there is no space' 1 sh "$T/little" "$HOST" "$T/small"
check_stderr_has 'where there is no space: why' 'cannot write there: File too large'
check 'where there is no space: nothing is left' lacks ls -d "$T"/small "$T"/.small*
