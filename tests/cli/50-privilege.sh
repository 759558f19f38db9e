#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Privilege: what an ordinary user gets and is refused, and that setuid is refused.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

[ "$(id -u)" -eq 0 ] || skip_all 'becoming another user needs root'
command -v setpriv >/dev/null 2>&1 || skip_all 'setpriv(1) is not installed'
nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all -- "$@"
}

# In a folder everybody may enter: that of the build need not be one.
OPEN=$(mktemp -d /tmp/vmrun-open.XXXXXX)
leave() {
	leave_status=$?
	rm -rf "$OPEN"
	return "$leave_status"
}
trap 'set +e; leave; finish' EXIT
chmod 755 "$OPEN"
cp "$VMRUN" "$OPEN/vmrun"
host two-nvme
cp -R "$HOST" "$OPEN/host"
chmod -R a+rX "$OPEN"
cd "$OPEN" || exit 1
printf '[vm]\n\tname = nas\n\tmemory = 1G\n[pci "nvme"]\n\taddress = 01:00.0\n' >nas.profile

for words in "survey --json" "plan nas.profile" "xml nas.profile"; do
	# shellcheck disable=SC2086
	check_status "${words%% *} of a captured host as root" 0 ./vmrun $words --sysroot host
	cp "$OUT" "$T/root.out"
	# shellcheck disable=SC2086
	check_status "${words%% *} of a captured host as nobody" 0 nobody ./vmrun $words --sysroot host
	check_same_file "${words%% *} of a captured host: the same for both" "$T/root.out" "$OUT"
done

check_status 'recover as nobody' 6 nobody ./vmrun recover
check_stderr_has 'recover as nobody: what is missing, and what for' \
	'vmrun: changing the host needs CAP_DAC_OVERRIDE (to write driver_override, bind and unbind'
check_stderr_has 'recover as nobody: the way out' '  fix           run it as root: sudo vmrun'
check_status 'stop of no guest as nobody: there is none, to whomever' 4 nobody ./vmrun stop nas
check_status 'recover as nobody --json' 6 nobody ./vmrun recover --json
check 'recover as nobody --json: vmrun.error/1' python3 "$REPORT" schema "$OUT"
check_json 'recover as nobody --json: the status' '.exit == 6'
check_status 'root without one capability' 6 setpriv --bounding-set -chown --inh-caps=-all -- ./vmrun recover
check_stderr_has 'root without one capability: names it' 'needs CAP_CHOWN (to give /dev/vfio nodes'
check_stderr_lacks 'root without one capability: names no other' 'CAP_DAC_OVERRIDE'
check_status 'survey of this host as nobody' 0 nobody ./vmrun survey --json

# A host of which vmrun sees no more than the captured one, as "/": start is refused for want of
# privilege before anything is changed.
jail=$OPEN/jail
cp -R "$HOST" "$jail"
rm "$jail/facts.json"
cp ./vmrun "$jail/vmrun"
ldd ./vmrun | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }' | while read -r lib; do
	mkdir -p "$jail$(dirname "$lib")"
	cp -L "$lib" "$jail$lib"
done
mkdir -p "$jail/etc" "$jail/dev"
printf 'root:x:0:0::/:/bin/sh\nlibvirt-qemu:x:64055:64055::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >"$jail/etc/passwd"
printf '[vm]\n\tname = gpu\n\tmemory = 1G\n[pci "hba"]\n\taddress = 00:1f.6\n' >"$jail/gpu.profile"
mkdir -p "$jail/sys/devices/pci0000:00/0000:00:1f.6"
cp -R "$jail"/sys/devices/pci0000:00/0000:00:17.0/[cdrsv]* "$jail/sys/devices/pci0000:00/0000:00:1f.6" 2>/dev/null || :
rm -rf "$jail/sys/devices/pci0000:00/0000:00:1f.6/driver"
printf '0x030000\n' >"$jail/sys/devices/pci0000:00/0000:00:1f.6/class"
ln -s ../../../../kernel/iommu_groups/99 "$jail/sys/devices/pci0000:00/0000:00:1f.6/iommu_group"
ln -s ../../../devices/pci0000:00/0000:00:1f.6 "$jail/sys/bus/pci/devices/0000:00:1f.6"
mkdir -p "$jail/sys/kernel/iommu_groups/99"
printf '0x00000000fee00000 0x00000000feefffff msi\n' >"$jail/sys/kernel/iommu_groups/99/reserved_regions"
(cd "$jail" && find . | LC_ALL=C sort) >"$T/before"
# Whatever memory may be locked here: that is judged elsewhere.
jailed() {
	chroot --userspec=65534:65534 "$jail" /vmrun "$@" --accept memory
}
if chroot "$jail" /vmrun --version >"$T/jail.log" 2>&1; then
	check_status 'start as nobody' 6 jailed start gpu.profile --connect qemu:///session
	check_stderr_has 'start as nobody: which steps need it' 'bind 0000:00:1f.6'
	check_stderr_has 'start as nobody: what is missing' ': changing the host needs CAP_DAC_OVERRIDE (to '
	check_stderr_has 'start as nobody: the way out' '  fix           run it as root: sudo vmrun'
	check_stderr_has 'start as nobody: the way without root' 'or have root put the devices into the pool'
	check_status 'start as nobody --json' 6 jailed start --json gpu.profile --connect qemu:///session
	check_json 'start as nobody --json: vmrun.error/1' '.schema == "vmrun.error/1" and .exit == 6'
	check_status 'plan as nobody needs no privilege' 0 jailed plan gpu.profile --connect qemu:///session
	(cd "$jail" && find . | LC_ALL=C sort) >"$T/after"
	check_same_file 'start as nobody: nothing is changed' "$T/before" "$T/after"
else
	skip 'start as nobody' "vmrun does not run in a chroot: $(tail -n 1 "$T/jail.log")"
fi

# What is in effect at each system call, as the kernel was told: nothing but what that call needs.
# $1: what; the trace is in $T/trace
in_brackets() {
	"$SRCDIR/tests/tools/inforce" "$T/trace" | sort -u >"$T/inforce"
	grep -v -E -e '^(dac_read_search,)?sys_ptrace (openat|readlinkat|getdents64|read|close|newfstatat|fstat|fcntl)\(' \
		-e '^dac_read_search (openat|readlinkat|readlink|getcwd)\(' -e '^sys_admin openat\(.*"config"' -e '^syslog syslog\(' \
		-e '^setpcap ' "$T/inforce" >"$T/odd" || :
	check_same_file "$1: no call but in its bracket" /dev/null "$T/odd"
}
# traced COMMAND…
traced() {
	# The leak checker of a build with sanitizers does not work under strace.
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 \
		strace -f -o "$T/trace" -e trace=%file,%desc,%network,%process,%creds,syslog "$@" >/dev/null 2>"$ERR" </dev/null || :
}
if strace -f -o "$T/trace" true 2>/dev/null; then
	traced ./vmrun survey
	in_brackets 'survey as root'
	check 'survey as root: processes are looked at in a bracket' grep -q '^dac_read_search,sys_ptrace ' "$T/inforce"
	printf '[vm]\n\tname = plain\n\tmemory = 64M\n\taccel = tcg\n' >plain.profile
	traced timeout -s TERM 3 ./vmrun start plain.profile --connect test:///default
	check_stderr_has 'start as root: the guest runs' 'guest plain runs'
	in_brackets 'start as root'
	for what in plain.profile libvirt; do
		check "start as root: $what is used" grep -q -e "$what" "$T/trace"
		# What other processes have open is looked at in a bracket, and may well be libvirt's.
		grep -v '"proc/[0-9]' "$T/inforce" >"$T/ours" || :
		check "start as root: $what is used with nothing in effect" sh -c "! grep -q -e $what $T/ours"
	done
	traced ./vmrun plan nas.profile --sysroot host
	"$SRCDIR/tests/tools/inforce" "$T/trace" >"$T/inforce"
	check_same_file 'plan of a captured host as root: nothing is in effect at any call' /dev/null "$T/inforce"
else
	skip 'what is in effect at each call' 'strace does not run here'
fi

# AT_SECURE: a setuid copy, a setgid one, one with file capabilities; each run by nobody.
# $1: what it is
refuses() {
	if ! nobody ./secure --version >/dev/null 2>&1; then
		skip "$1" 'it does not run here'
		return
	fi
	check_status "$1: refused" 6 nobody ./secure survey --sysroot host
	check_stderr_has "$1: why" 'vmrun: it is installed setuid, setgid or with file capabilities'
	check_stderr_has "$1: the way out" '  fix           chmod u-s,g-s and setcap -r its file'
	check "$1: nothing on stdout" test ! -s "$OUT"
}
case ,$(findmnt -nro OPTIONS -T "$OPEN" 2>/dev/null), in
*,nosuid,*) skip 'a setuid copy' "$OPEN is on a file system mounted nosuid" ;;
*)
	cp ./vmrun secure
	chmod u+s secure
	refuses 'a setuid copy'
	chmod u-s,g+s secure
	refuses 'a setgid copy'
	chmod g-s secure
	if command -v setcap >/dev/null 2>&1 && setcap cap_sys_admin+ep secure 2>/dev/null; then
		refuses 'a copy with file capabilities'
	else
		skip 'a copy with file capabilities' 'setcap(8) cannot set them here'
	fi
	;;
esac
check_status 'the same copy without any of it' 0 nobody ./vmrun survey --json --sysroot host
