# host.sh: host check, on what the kernel, libvirt and an interrupted run really leave to be seen
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh

# comes_out CODE RESULT [TEXT]: that check of the last host check --json, with TEXT in its message or fix
comes_out() {
	is "$1: $2${3:+, $3}" json ".checks[] | select(.code == \"$1\") | .result == \"$2\" and
		((.message // \"\") + (.fix // \"\") | contains(\"${3:-}\"))" "$C/out"
}

mkdir -p /run/vmrun
printf '%s' '{ "schema": "vmrun.journal/1", "guest": "nas", "uuid": "u", "profile": "p", "uri": "x", "embed": null,
	"pid": 9999, "started": 1, "boot": "b", "guest_started": false, "devices": [], "nodes": [] }' >/run/vmrun/guest-nas.json
modprobe vfio-pci nointxmask=1
exits "host check: failures" 2 "$VMRUN" host check --json
comes_out iommu-firmware PASS
comes_out iommu-enabled PASS
comes_out interrupt-remapping PASS
comes_out iommu-parameters PASS
comes_out iommu-options FAIL 'take intel_iommu=on,sm_foo'
comes_out kernel-parameters WARN 'take bogus=1'
comes_out acs-override PASS
comes_out kernel-age PASS
comes_out vfio-driver PASS
comes_out vfio-nointxmask WARN /sys/module/vfio_pci/parameters/nointxmask
comes_out vfio-disable-idle-d3 PASS
comes_out libvirt-installed PASS
comes_out libvirt-answers PASS
comes_out qemu-user PASS libvirt-qemu
comes_out device-acl PASS
comes_out hook NOTE 'not installed'
comes_out leftover WARN 'vmrun recover'

mkdir -p /etc/libvirt/hooks/qemu.d
touch -d '+5 seconds' /etc/libvirt/hooks/qemu.d/vmrun
rm /run/vmrun/guest-nas.json
try "$VMRUN" host check --json
comes_out hook WARN 'HUP'
comes_out leftover PASS

# Nobody may read libvirt's configuration, the log, or the journals.
sysctl -q kernel.dmesg_restrict=1
try setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all -- "$VMRUN" host check --json
is "nobody: what is not to be seen is noted" json '["iommu-options", "kernel-parameters", "device-acl"] -
	[.checks[] | select(.measured | not) | .code] == []' "$C/out"
is "nobody: nothing that is not measured is passed" json '[.checks[] | select(.measured | not) | .result == "NOTE"] | all' "$C/out"

"$VMRUN" host check >"$C/own" || :
virt-host-validate qemu >"$C/theirs" 2>/dev/null || :
is "virt-host-validate has been read" grep -q 'QEMU: Checking ' "$C/theirs"
cut -c1-77 "$C/theirs" | grep 'QEMU: Checking ' >"$C/titles"
cut -c1-77 "$C/own" >"$C/ours"
while IFS= read -r title; do
	grep -qF -e "$title" "$C/ours" || echo "$title"
done <"$C/titles" >"$C/missing"
is "every check of virt-host-validate has its like" test ! -s "$C/missing"
grep ': FAIL' "$C/theirs" | cut -c1-77 >"$C/failures"
while IFS= read -r title; do
	grep -qF -e "$title: FAIL" "$C/own" || echo "$title"
done <"$C/failures" >"$C/missing"
is "every failure of virt-host-validate is one ($(wc -l <"$C/failures"))" test ! -s "$C/missing"
cat "$C/own" "$C/theirs" >&2
finish
