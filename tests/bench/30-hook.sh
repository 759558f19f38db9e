#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What libvirt's hook costs a guest that has no PCI device of the host: its four calls, from process to process.
#
# The target holds for the processor's time, the shell's that execs vmrun included: on a busy machine the time that passes is that of
# others. It is shown, too.
set -eu
. "$(dirname "$0")/../cli/lib.sh"

: "${BENCH_RUNS:=31}"
TARGET_US=20000
command -v python3 >/dev/null || skip_all 'python3 is not installed'

cat >"$T/plain.xml" <<'END'
<domain type="kvm"><name>plain</name><uuid>6f2c0d3e-0000-4000-8000-000000000001</uuid><memory>8388608</memory>
<vcpu>8</vcpu><os><type arch="x86_64" machine="q35">hvm</type></os><devices>
<disk type="file"><source file="/var/lib/libvirt/images/plain.qcow2"/><target dev="vda"/></disk>
<interface type="network"><source network="default"/></interface><console type="pty"/></devices></domain>
END

# The file that is installed is a shell that execs vmrun, which is what libvirt runs.
sed "s|exec [^ ]*vmrun|exec $VMRUN|" "$BUILD/hooks/libvirt/qemu" >"$T/hook"
chmod +x "$T/hook"
cat >"$T/measure.py" <<'END'
import resource
import statistics
import subprocess
import sys
import time

hook, xml, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
for call in (("prepare", "begin"), ("start", "begin"), ("stopped", "end"), ("release", "end")):
    passed, used = [], []
    for _ in range(runs):
        with open(xml, "rb") as file:
            begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([hook, "plain", *call, "-"], stdin=file, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            passed.append(time.perf_counter() - begin)
            used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(call[0], round(statistics.median(used) * 1e6), round(statistics.median(passed) * 1e6), round(min(passed) * 1e6))
END
check_status 'the hook answers' 0 python3 "$T/measure.py" "$T/hook" "$T/plain.xml" "$BENCH_RUNS"
check 'it says nothing' test ! -s "$ERR"
while read -r call median passed least; do
	echo "hook $call of a guest without PCI devices: $median us of the processor, $passed us passed (least $least us); medians of $BENCH_RUNS"
	if [ "$median" -lt "$TARGET_US" ]; then
		pass "$call takes less than $TARGET_US us"
	else
		fail "$call takes less than $TARGET_US us" "$median us"
	fi
done <"$OUT"
