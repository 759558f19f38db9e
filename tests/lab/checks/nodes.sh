# nodes.sh: sourced by checks of the owner of a group's node, with a udev rule in place that sets one
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
#	udev_rule		GROUP="kvm", MODE="0660" for all nodes of vfio, as administrators write it
#	$as_service COMMAND…	as systemd starts a unit with User=tester and AmbientCapabilities=
#	nodes_system N, nodes_session N, nodes_embedded N	that many starts with the RAID controller, which stays in the pool

as_service=$C/as_service
node_caps=+chown,+fowner,+dac_override,+dac_read_search,+sys_ptrace,+sys_admin,+syslog,+sys_module,+sys_resource,+setpcap

udev_rule() {
	echo 'SUBSYSTEM=="vfio", GROUP="kvm", MODE="0660"' >/etc/udev/rules.d/99-vfio.rules
	udevadm control --reload
}

node() {
	stat -c '%U:%G %a' "/dev/vfio/$(group_of 0000:06:00.0)"
}

# node_is OWNER: whom the node belongs to, whatever its group; after OWNER "root" it is just as the rule has it
node_is() {
	case $1 in
	root) [ "$(node)" = 'root:kvm 660' ] ;;
	*) [ "$(stat -c %U "/dev/vfio/$(group_of 0000:06:00.0)")" = "$1" ] ;;
	esac
}

# node_round NAME OWNER URI COMMAND…: one start and its end; the device begins with its host driver, so each is a bind
node_round() {
	node_name=$1 node_wanted=$2 node_uri=$3
	shift 3
	begin raid "$@" "$VMRUN" start -c "$node_uri" /run/raid.profile
	wait_for 90 guest_said_to_run raid || :
	[ -z "$node_wanted" ] || node_is "$node_wanted" || echo "$node_name: $(node) instead of $node_wanted" >>"$C/wrong"
	"$VMRUN" stop --force raid >/dev/null 2>"$C/err" || cat "$C/err" >>"$C/wrong"
	wait_for 60 ended raid || :
	[ "$(cat "$C/raid.status")" = 0 ] || cat "$C/raid.err" >>"$C/wrong"
	node_is root || echo "$node_name: $(node) after the end" >>"$C/wrong"
	echo 0000:06:00.0 >/sys/bus/pci/drivers/vfio-pci/unbind
	echo >/sys/bus/pci/devices/0000:06:00.0/driver_override
	rm -f /run/vmrun/pool-0000:06:00.0.json
}

# node_rounds NAME N OWNER URI COMMAND…
node_rounds() {
	rounds_name=$1 rounds=$2
	shift 2
	profile raid '[pci "raid"]' 'match = 1000:0079' 'after = pool'
	cp "$C/raid.profile" /run/raid.profile
	: >"$C/wrong"
	for _ in $(seq "$rounds"); do node_round "$rounds_name" "$@"; done
	cp "$C/wrong" "$C/out"
	is "$rounds binds through $rounds_name: the node is its QEMU's, and as the rule has it after the end" test ! -s "$C/wrong"
}

nodes_system() {
	node_rounds libvirtd "$1" '' qemu:///system
}

nodes_session() {
	cat >"$as_service" <<END
#!/bin/sh
exec setpriv --reuid 1900 --regid 1900 --clear-groups --inh-caps=-all,$node_caps --ambient-caps=-all,$node_caps \
	env -i PATH="$PATH" HOME=/home/tester XDG_RUNTIME_DIR=/run/user/1900 "\$@"
END
	chmod +x "$as_service"
	node_rounds "a session" "$1" tester qemu:///session "$as_service"
}

nodes_embedded() {
	node_rounds "the embedded driver" "$1" libvirt-qemu "qemu:///embed?root=$C/embed"
}
