#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun attach and detach: what is asked for, what is refused and with which status, as far as no guest is changed.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"
host hotplug

# attach STATUS NAME WORD…
attach() {
	attach_status=$1 attach_name=$2
	shift 2
	check_status "$attach_name" "$attach_status" "$VMRUN" attach --dry-run --sysroot "$HOST" "$@"
}

attach 0 'a free NVMe' nas 03:00.0
check_golden 'a free NVMe: the whole plan' hotplug/attach-nvme.txt
attach 0 'by what it is' nas 144d:a808
check_stdout_has 'by what it is: it' 'bind        0000:03:00.0: nvme -> vfio-pci'
attach 0 '--after host' --after host nas 03:00.0
check_stdout_has '--after host: it goes back there' 'after: host'
attach 0 '--json' --json nas 03:00.0
check_schema '--json: a plan'
check_json '--json: its last step' '.steps[-1] | .step == "attach" and .target == "0000:03:00.0" and .to == "nas"'
attach 0 'one function of a card' nas 05:00.0
check_golden 'one function of a card: the other is kept from the host' hotplug/attach-function.txt
attach 0 'both functions of a card' nas 05:00.0 05:00.1
check_json_steps=$(grep -c '^ *[0-9]*\. attach' "$OUT")
check 'both functions of a card: both are attached' test "$check_json_steps" -eq 2
printf '[vm]\n\tname = nas\n\tmemory = 1G\n' | profile path
attach 0 "a guest by its profile's path" ./path.profile 03:00.0
check_stdout_has "a guest by its profile's path: the guest" 'nas'

attach 5 'a mounted disk' nas 04:00.0
check_stderr_has 'a mounted disk: says why' '/dev/nvme1n1 is mounted on /srv'
check_stderr_has 'a mounted disk: says what to do' 'umount /srv'
attach 5 'a mounted disk beside a free one' nas 03:00.0 04:00.0
attach 10 'what another guest has' nas 02:00.0
check_stderr_has 'what another guest has: which' 'guest lone'
attach 5 'what it has itself' nas 01:00.0
check_stderr_has 'what it has itself: says so' '0000:01:00.0: guest nas has it already'
check_stderr_has 'what it has itself: what shows it' 'vmrun status nas'
check_stderr_lacks 'what it has itself: the guest is not in the way' 'vmrun stop'
attach 4 'a class that two have' nas class=nvme
check_stderr_has 'a class that two have: lists them' '0000:04:00.0'
check_stderr_has 'a class that two have: a command line has no lines' 'vmrun: command line: class=nvme: 2 devices match'
check_stderr_has 'a class that two have: the way out' 'name one of them by its address'
check_stderr_lacks 'a class that two have: no key of a profile' 'pick = any'
attach 4 'the same device twice' nas 03:00.0 03:00.0
check_stderr_has 'the same device twice: says so' 'which "03:00.0" has already'
check_stderr_lacks 'the same device twice: there are no sections' 'section'
attach 4 'no such device' nas 09:00.0
check_stderr_has 'no such device: the way out' 'vmrun survey'
check_stderr_lacks 'no such device: no key of a profile' 'optional = yes'
attach 4 'no such guest' nobody 03:00.0
check_stderr_has 'no such guest: says so' 'vmrun ran no guest of this name'
attach 9 'a guest of the embedded driver of another process' lone 03:00.0
check_stderr_has 'a guest of the embedded driver: says why' 'embedded driver within vmrun (pid 4712)'
check_stderr_has 'a guest of the embedded driver: the way out' 'qemu:///system'
attach 9 'a guest of the embedded driver, --json' --json lone 03:00.0
check_json 'a guest of the embedded driver, --json: one object, the error' '.schema == "vmrun.error/1" and .exit == 9'
check 'a guest of the embedded driver, --json: nothing beside it' python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$OUT"
attach 5 'a refused card outweighs the embedded driver' lone 04:00.0
check_stdout_has 'a refused card of such a guest: its connection' 'through qemu:///embed?root=/run/vmrun/embed/lone: refused'
attach 9 '--config of a guest that vmrun started' --config nas 03:00.0
check_stderr_has '--config of a guest that vmrun started: why' 'libvirt has no definition of it'
check 'and no plan' test ! -s "$OUT"
attach 2 'a bad selector' nas class=toaster
attach 2 'a bad --after' --after shelf nas 03:00.0
check_stderr_has 'a bad --after: what there is' '--after is host or pool'
attach 2 'a finding that does not exist' --accept nonsense nas 03:00.0
for time in 0 2h x -5; do
	attach 2 "--timeout=$time" --timeout="$time" nas 03:00.0
done
check_status 'no device' 2 "$VMRUN" attach nas
check_status 'a captured host cannot be changed' 2 "$VMRUN" attach --sysroot "$HOST" nas 03:00.0
check_stderr_has 'a captured host cannot be changed: what can be done' '--dry-run'
check_status 'detach without a device' 2 "$VMRUN" detach nas
check_status 'detach with --dry-run' 2 "$VMRUN" detach --dry-run nas 01:00.0

# A guest that others started, as the hook put it down: it may have a definition, and a change of that moves nothing.
cp -r "$HOST" defined
sed 's/"guest_started": false/"guest_started": true, "by_hook": true/' "$HOST/run/vmrun/guest-nas.json" >defined/run/vmrun/guest-nas.json
HOST=$T/defined
attach 0 '--config' --config --json nas 03:00.0
check_schema '--config: a plan'
check_json '--config: the definition, and nothing else' \
	'[.steps[] | .step + " " + .target + " " + .why] == ["define 0000:03:00.0 from its next start"]'
attach 0 '--config: as text' --config nas 03:00.0
check_stdout_has '--config: the step' '1. define      0000:03:00.0: for nas (from its next start)'
attach 0 '--live and --config' --live --config --json nas 03:00.0
check_json '--live and --config: both' '[.steps[-2:][].step] == ["attach", "define"]'
host pool
attach 5 'a card that was exchanged' router 03:00.0
check_stderr_has 'a card that was exchanged: how it is accepted' '  accept        --accept changed'
check_stderr_lacks 'a card that was exchanged: there is no profile' 'accept = '
attach 0 'a card that was exchanged, accepted' --accept changed router 03:00.0

# Only the daemon could know a guest that vmrun has no journal of.
if [ -S /run/libvirt/virtqemud-sock ] || [ -S /run/libvirt/libvirt-sock ]; then
	skip 'no daemon' 'libvirt may run here'
else
	for verb in attach detach; do
		check_status "$verb: no daemon" 9 env -u VMRUN_URI -u LIBVIRT_DEFAULT_URI "$VMRUN" "$verb" nobody 03:00.0
		check_stderr_has "$verb: no daemon: says so" 'nobody: qemu:///system does not answer'
		check_stderr_has "$verb: no daemon: the way out" 'systemctl start libvirtd'
	done
fi

# Through libvirt, with its test driver in place of QEMU: guests it does not know.
check_status 'a name that is nearly one' 4 "$VMRUN" detach -c test:///default tst 03:00.0
check_stderr_has 'a name that is nearly one: which was meant' 'did you mean test?'
check_status 'a guest without devices of the host' 4 "$VMRUN" detach -c test:///default test 03:00.0
check_stderr_has 'a guest without devices of the host: says so' "it has none of the host's PCI devices"
check_status 'a connection that is not there' 9 "$VMRUN" detach -c test:///nonexistent test 03:00.0
