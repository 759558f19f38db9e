# setup-fresh.sh: a machine that nobody has set up, and the same after host setup and a reboot
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# SETUP says which: "fresh", or "ready" with WRITTEN, the archive that the first leaves on the disk NVME1.
. tests/lab/checks/lib.sh

# comes_out CODE RESULT [TEXT]: that check of the last host check --json, with TEXT in its message or fix
comes_out() {
	is "$SETUP: $1: $2${3:+, $3}" json ".checks[] | select(.code == \"$1\") | .result == \"$2\" and
		((.message // \"\") + (.fix // \"\") | contains(\"${3:-}\"))" "$C/out"
}

# commands: of the last host check, each failure and warning whose fix does not begin with a command of this machine
commands() {
	jq -r '.checks[] | select(.result == "FAIL" or .result == "WARN") | .code + " " + .fix' "$C/out" >"$C/fixes"
	while read -r code command rest; do
		[ "$command" = vmrun ] || command -v "$command" >/dev/null || echo "$code: $command $rest"
	done <"$C/fixes"
}

case $SETUP in
fresh)
	exits 'fresh: host check fails' 2 "$VMRUN" host check --json
	cp "$C/out" "$C/first"
	comes_out iommu-parameters FAIL 'vmrun host setup --apply && reboot'
	comes_out iommu-enabled FAIL 'vmrun host setup --apply && reboot'
	comes_out device-acl WARN 'vmrun host setup --apply'
	comes_out kvm-node FAIL 'modprobe kvm_amd'
	comes_out hook NOTE 'vmrun host setup --apply'
	is 'fresh: every failure and warning names a command' [ -z "$(commands)" ]
	commands >&2
	is 'fresh: no more than these are wrong' [ "$(jq -r '.checks[] | select(.result == "FAIL" or .result == "WARN") | .code' \
		"$C/out" | sort | xargs)" = 'device-acl iommu-enabled iommu-parameters kvm-access kvm-node' ]

	# What the fixes say, one after the other; there is no systemd, so libvirt's daemon is told by hand, as it is said.
	modprobe kvm_amd
	exits 'fresh: host setup --apply' 0 "$VMRUN" host setup --apply
	says 'fresh: what is to be done by hand is said' 'restart libvirtd'
	exits 'fresh: the reboot is still to come' 2 "$VMRUN" host check --json
	comes_out device-acl PASS
	comes_out setup PASS
	comes_out setup-boot WARN reboot
	exits 'fresh: applied again' 0 "$VMRUN" host setup --apply
	says 'fresh: applied again: nothing to do' 'nothing to change'
	tar -C / -cf "/dev/$(disk_of 0000:02:00.0)" etc/default/grub etc/libvirt/qemu.conf etc/libvirt/hooks/qemu.d/vmrun var/lib/vmrun
	;;
ready)
	tar -C / -xf "$WRITTEN" var/lib/vmrun
	# udev does so for the CPU, which the lab leaves out.
	modprobe kvm_amd
	exits 'ready: after the reboot nothing is wrong' 0 "$VMRUN" host check --json
	comes_out setup PASS
	comes_out setup-boot PASS 'all that host setup asks for'
	comes_out hook PASS
	comes_out kvm-node PASS
	cp "$C/out" "$C/ready"
	cp "$C/ready" "$C/out"
	drivers >"$C/drivers"

	exits 'ready: a device for the pool' 0 "$VMRUN" bind --persist 01:00.0
	exits 'ready: it is not bound early yet' 1 "$VMRUN" host check --json
	comes_out persisted WARN 'vmrun host setup --apply && reboot'
	tar -cf "/dev/$(disk_of 0000:02:00.0)" -C /etc/vmrun pool.d -C "$C" drivers
	;;
esac
sync
finish
