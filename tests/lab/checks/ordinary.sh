# ordinary.sh: sourced by checks of what an ordinary user can do with a device in the pool
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
#	make_user		the user tester (1000) and all that a login gives him
#	$as_user COMMAND…	run it as him, with no capability and no way to one; $memlock is what he may lock
#	seed_embedded DIR USER	a root directory for the embedded driver, which knows QEMU already
#	hand_over ADDRESS	into the pool, with its group's node his

uid=1900
as_user=$C/as_user

make_user() {
	cat >"$as_user" <<'END'
#!/bin/sh
exec prlimit --memlock="${memlock:-unlimited}" setpriv --reuid 1900 --regid 1900 --clear-groups --inh-caps=-all \
	--bounding-set=-all --no-new-privs env -i PATH="$PATH" HOME=/home/tester XDG_RUNTIME_DIR=/run/user/1900 "$@"
END
	chmod +x "$as_user"
	useradd -m -u $uid tester
	mkdir -p /run/user/1900
	chown $uid:$uid /run/user/1900
	chmod 700 /run/user/1900
	# What root's libvirtd has learnt about QEMU: asking it again takes 20 s here.
	mkdir -p /home/tester/.cache/libvirt/qemu /home/tester/.config/libvirt
	cp -r /var/cache/libvirt/qemu/capabilities /home/tester/.cache/libvirt/qemu/
	echo 'stdio_handler = "file"' >/home/tester/.config/libvirt/qemu.conf
	chown -R $uid:$uid /home/tester
}

seed_embedded() {
	mkdir -p "$1/cache/qemu"
	cp -r /var/cache/libvirt/qemu/capabilities "$1/cache/qemu/"
	chown -R "$2" "$1"
	chmod 700 "$1"
}

hand_over() {
	echo vfio-pci >"$PCI/devices/$1/driver_override"
	driver_is "$1" vfio-pci || {
		echo "$1" >"$PCI/devices/$1/driver/unbind"
		echo "$1" >"$PCI/drivers_probe"
	}
	udevadm settle
	chown $uid "/dev/vfio/$(group_of "$1")"
}

owner() {
	stat -c %U "/dev/vfio/$(group_of "$1")"
}

# user_guest URI: one guest of his, from its start to its end
user_guest() {
	begin mine "$as_user" "$VMRUN" start -c "$1" /run/user/1900/mine.profile
	runs "user, ${1%%\?*}: his guest runs" mine
	is "user, ${1%%\?*}: its QEMU is his" test "$(ps -o user= -p "$(qemu_of mine)")" = tester
	is "user, ${1%%\?*}: his vmrun has no capability" test \
		"$(grep -c '^Cap.*:	0000000000000000$' "/proc/$(pid_of mine)/status")" = 5
	exits "user, ${1%%\?*}: his status shows it" 0 "$as_user" "$VMRUN" status
	says "user, ${1%%\?*}: his status names the device" 0000:01:00.0 running
	is "user, ${1%%\?*}: root's state knows nothing of it" test ! -e /run/vmrun/guest-mine.json
	exits "user, ${1%%\?*}: he stops it" 0 "$as_user" "$VMRUN" stop --force mine
	ends "user, ${1%%\?*}: its vmrun ends" mine 0
	is "user, ${1%%\?*}: the device stays in the pool" driver_is 0000:01:00.0 vfio-pci
	is "user, ${1%%\?*}: the node stays his" test "$(owner 0000:01:00.0)" = tester
	find /run/user/1900/vmrun/ -name '*.json' >"$C/out"
	is "user, ${1%%\?*}: nothing of the run is left" test ! -s "$C/out"
}

ordinary_user() {
	make_user
	hand_over 0000:01:00.0
	profile mine '[pci "nvme"]' 'address = 01:00.0'
	profile other '[pci "raid"]' 'match = 1000:0079'
	cp "$C/mine.profile" "$C/other.profile" /run/user/1900/
	seed_embedded /run/user/1900/e1 $uid
	exits "user: a device of the host is not his" 6 "$as_user" "$VMRUN" start -c qemu:///session /run/user/1900/other.profile
	says "user: it says what is missing" '0000:06:00.0: whether /dev/sd' CAP_DAC_READ_SEARCH 'have root put the devices into the pool'
	chown root "/dev/vfio/$(group_of 0000:01:00.0)"
	exits "user: nor is a node that is root's" 6 "$as_user" "$VMRUN" start -c qemu:///session /run/user/1900/mine.profile
	says "user: it says so" "own /dev/vfio/$(group_of 0000:01:00.0)" CAP_CHOWN
	chown $uid "/dev/vfio/$(group_of 0000:01:00.0)"
	export memlock=8388608
	exits "user: too little memory may be locked" 5 \
		"$as_user" "$VMRUN" start -c "qemu:///embed?root=/run/user/1900/e1" /run/user/1900/mine.profile
	says "user: how much, and where to say so" '1088 MiB' /etc/security/limits.d/vmrun.conf
	unset memlock
	user_guest qemu:///session
	user_guest 'qemu:///embed?root=/run/user/1900/e1'
}
