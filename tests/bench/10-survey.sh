#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How long a survey of thousands of functions takes, against lspci; files it opens; memory.
#
# Both read the same described host. BENCH_RUNS is how often each runs (7), in turn.
set -eu
. "$(dirname "$0")/../cli/lib.sh"

: "${BENCH_RUNS:=7}"
command -v lspci >/dev/null || skip_all 'lspci is not here (package pciutils)'
command -v strace >/dev/null || skip_all 'strace is not here (package strace)'

# The trees are many small files: in memory where that is possible.
TREES=$T
if [ -w /dev/shm ]; then
	TREES=$(mktemp -d /dev/shm/vmrun-bench.XXXXXX)
	trap 'rm -rf "$TREES"; exit 130' INT TERM
fi

# fleet() - make the host of so many functions; $1: number
fleet() {
	"$SRCDIR/tests/bench/fleet" "$1" >"$T/fleet.host"
	"$SRCDIR/tests/tools/mkhost" "$T/fleet.host" "$TREES/$1"
}

# survey() - survey the host of so many functions; $1: number
survey() {
	"$VMRUN" survey --json --sysroot "$TREES/$1"
}

list() {
	lspci -A linux-sysfs -O "sysfs.path=$TREES/$1/sys/bus/pci" -nnk 2>/dev/null
}

# measured() - run a command and add its time in microseconds to a file; $1: file
measured() {
	measured_file=$1
	shift
	begin=$(date +%s%N)
	"$@" >/dev/null
	echo $((($(date +%s%N) - begin) / 1000)) >>"$measured_file"
}

# median() - the middle number of a file
median() {
	sort -n "$1" | awk '{ line[NR] = $1 } END { print line[int((NR + 1) / 2)] }'
}

# at_most() - a check that a figure is within its limit; $1: what, $2: figure, $3: limit
at_most() {
	if awk "BEGIN { exit !($2 <= $3) }"; then
		pass "$1: $2, at most $3"
	else
		fail "$1: $2, at most $3"
	fi
}

for count in 1024 4096 16384; do
	fleet "$count"
done

run=0
while [ "$run" -lt "$BENCH_RUNS" ]; do
	run=$((run + 1))
	measured "$T/survey" survey 4096
	measured "$T/lspci" list 4096
	measured "$T/small" survey 1024
	measured "$T/large" survey 16384
done
survey=$(median "$T/survey")
lspci=$(median "$T/lspci")
ratio=$(awk "BEGIN { printf \"%.2f\", $survey / $lspci }")
echo "4096 functions, medians of $BENCH_RUNS: vmrun survey --json $survey us, lspci -nnk $lspci us: ratio $ratio"
at_most "time against lspci's" "$ratio" 0.5

small=$(median "$T/small")
large=$(median "$T/large")
growth=$(awk "BEGIN { printf \"%.2f\", $large / 16 / $small }")
echo "time per function: $((small * 1000 / 1024)) ns of 1024, $((large * 1000 / 16384)) ns of 16384: ratio $growth"
at_most 'time per function of 16384 against that of 1024' "$growth" 1.2

strace -f -c -e trace=open,openat,openat2 -o "$T/opens" "$VMRUN" survey --json --sysroot "$TREES/4096" >"$T/out"
opens=$(awk '$NF == "total" { printf "%.1f", $4 / 4096 }' "$T/opens")
echo "files opened per function: $opens"
at_most 'files opened per function' "$opens" 12

# VmHWM of a process that has ended is in the resource usage of its parent's children.
memory=$(python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' \
	"$VMRUN" survey --json --sysroot "$TREES/4096")
echo "memory at its peak: $memory KiB"
at_most 'memory in KiB' "$memory" 20480

[ "$TREES" = "$T" ] || rm -rf "$TREES"
