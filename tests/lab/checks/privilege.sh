# privilege.sh: what is in effect at each call of a start through libvirtd; what the guest's control group allows, read back;
# then guests of a user without any
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/ordinary.sh

# set_of PID NAME: a field of its status
set_of() {
	sed -n "s/^$2:\t//p" "/proc/$1/status"
}

nothing=0000000000000000

# has_nothing PID: nothing permitted or in effect, and no way to get anything
has_nothing() {
	[ "$(set_of "$1" CapEff)$(set_of "$1" CapPrm)$(set_of "$1" CapBnd)" = $nothing$nothing$nothing ] &&
		[ "$(set_of "$1" NoNewPrivs)" = 1 ]
}

# lacks TEXT FILE
lacks() {
	! grep -q -e "$1" "$2"
}

# Every call of a start through libvirtd that was made with anything in effect is one that says what it needs.
traced_start() {
	profile keep '[pci "nvme"]' 'address = 01:00.0'
	begin keep strace -f -o "$C/trace" -e trace=%file,%desc,%network,%process,%creds,syslog,finit_module,prlimit64,bpf \
		"$VMRUN" start "$C/keep.profile"
	wait_for 240 guest_said_to_run keep || :
	runs "traced: the guest runs" keep
	vmrun=$(pgrep -P "$(pid_of keep)" | head -n 1)
	watcher=$(pgrep -P "$vmrun" | head -n 1)
	is "traced: vmrun waits with nothing in effect" test "$(set_of "$vmrun" CapEff)" = $nothing
	is "traced: and keeps what giving back takes" test "$(capsh --decode="$(set_of "$vmrun" CapPrm)" | sed 's/.*=//')" = \
		cap_chown,cap_dac_override,cap_dac_read_search,cap_fowner,cap_setpcap,cap_sys_ptrace
	is "traced: the process that talks to libvirt has nothing at all" has_nothing "$watcher"
	guarded
	virsh -q -c qemu:///system destroy keep >/dev/null || :
	ends "traced: virsh destroy ends it" keep 0
	tests/tools/inforce "$C/trace" | sort -u >"$C/inforce"
	cut -d' ' -f1 "$C/inforce" | sort | uniq -c | sed 's/^/# in effect: /'
	grep -v -E \
		-e '^(dac_read_search,)?sys_ptrace |^dac_read_search,sys_ptrace ' \
		-e '^sys_admin openat\(.*"config"' -e '^dac_read_search (openat|readlinkat|readlink|getcwd)\(' \
		-e '^chown,dac_override,fowner geteuid\(' \
		-e '^syslog syslog\(' \
		-e '^(chown,fowner|fowner,chown) (fchownat|chmod|fchmodat|geteuid)\(' \
		-e '^dac_override (mkdirat|openat|fchmod|write|fsync|renameat|renameat2|unlinkat|close)\(' \
		-e '^sys_module ' \
		-e '^setpcap ' \
		-e '^(net_admin,sys_admin|sys_admin,net_admin) (bpf|openat|close)\(' \
		"$C/inforce" >"$C/odd" || :
	cp "$C/odd" "$C/out"
	is "traced: no other call was made with anything in effect" test ! -s "$C/odd"
	is "traced: processes were looked at in a bracket" grep -q sys_ptrace "$C/inforce"
	is "traced: configuration space was opened in a bracket" grep -q '^sys_admin openat' "$C/inforce"
	for file in keep.profile tables/DMAR dmi/tables/DMI libvirt-sock; do
		is "traced: $file is used" grep -q "$file" "$C/trace"
		is "traced: $file is used with nothing in effect" lacks "$file" "$C/inforce"
	done
}

# status reads the device program of the guest's control group back
guarded() {
	exits "control group: status" 0 "$VMRUN" status keep
	says "control group: status says what it allows" "/dev/vfio/vfio /dev/vfio/$(group_of 0000:01:00.0); not /dev/mem /dev/kmem /dev/port"
	"$VMRUN" status --json keep >"$C/status.json"
	is "control group: and in JSON" json '.guests[0].guard | .version == 2 and .guarded and (.allowed | length == 2) and .unknown == []' \
		"$C/status.json"
}

# Loading it takes minutes while every call is traced.
modprobe vfio-pci
traced_start
ordinary_user
finish
