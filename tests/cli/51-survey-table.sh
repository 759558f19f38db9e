#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun survey on terminals: nothing wraps away or is cut, groups stand together.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"
TERMINAL=$SRCDIR/tests/cli/terminal.py

for name in desktop gen8 in-guests shared-group sriov unprivileged; do
	host "$name"
	"$VMRUN" survey --json --sysroot "$HOST" >"$T/survey.json" 2>"$T/survey.err"
	for columns in 80 150; do
		capture python3 "$TERMINAL" run "$columns" "$VMRUN" survey --color=never --sysroot "$HOST"
		check "$name: on $columns columns" \
			python3 "$TERMINAL" look "$columns" "$OUT" "$T/survey.json"
	done
done

# shown() - the table's first column, as short text
shown() {
	sed -n -e '4,$ { /^$/q' -e 's/^\([^a-z0-9]*\)\(group [0-9]*\|[0-9a-f:.]*\).*/\1\2/p }' \
		"$OUT" >"$T/shown"
}

host desktop
capture "$VMRUN" survey --sysroot "$HOST"
shown
cat >"$T/wanted" <<'END'
0000:00:00.0
0000:00:01.0
└─group 12
  ├─0000:01:00.0
  └─0000:01:00.1
0000:00:06.0
└─0000:02:00.0
0000:00:14.0
0000:00:17.0
group 5
├─0000:00:1f.0
├─0000:00:1f.3
└─0000:00:1f.4
END
check_same_file 'the tree: groups where their functions are' "$T/wanted" "$T/shown"

capture env LC_ALL=C "$VMRUN" survey --sysroot "$HOST"
check_stdout_has 'the tree without UTF-8' '  |-0000:01:00.0'
capture "$VMRUN" survey --sysroot "$HOST" 01:00.1
shown
printf 'group 12\n└─0000:01:00.1\n' >"$T/wanted"
check_same_file 'one function: it belongs to a group' "$T/wanted" "$T/shown"

capture "$VMRUN" survey --color=always --sysroot "$HOST"
check_stdout_has 'colour: a verdict' "$(printf '\033[31mblocked: in-use-disk')"
capture env NO_COLOR=1 python3 "$TERMINAL" run 80 "$VMRUN" survey --sysroot "$HOST"
check_stdout_lacks 'NO_COLOR' "$(printf '\033[')"

# A group whose functions are behind different bridges, and one below a bridge of another group.
cat >"$T/spread.host" <<'END'
iommu intel on
00:01.0 8086:3c02 0604 group=1 bus=01
00:02.0 8086:3c04 0604 group=2 bus=02
00:03.0 8086:3c08 0604 group=3 bus=03-05
01:00.0 144d:a808 010802 group=9
02:00.0 144d:a808 010802 group=9
02:00.1 144d:a808 010802 group=8
03:00.0 10b5:8724 0604 group=4 bus=04-05
04:00.0 10b5:8724 0604 group=3 bus=05
05:00.0 8086:1528 0200 group=3
END
"$SRCDIR/tests/tools/mkhost" "$T/spread.host" "$T/spread"
capture "$VMRUN" survey --sysroot "$T/spread"
shown
cat >"$T/wanted" <<'END'
0000:00:01.0
└─group 9
  ├─0000:01:00.0
  └─0000:02:00.0
0000:00:02.0
└─0000:02:00.1
group 3
└─0000:00:03.0
  └─0000:03:00.0
    └─0000:04:00.0
      └─0000:05:00.0
END
check_same_file 'what goes together stands together' "$T/wanted" "$T/shown"

"$SRCDIR/tests/tools/mkhost" "$FIXTURES/odd/odd.host" "$T/odd"
capture "$VMRUN" survey --sysroot "$T/odd"
check_stdout_has 'odd texts: line ends and direction are seen' '</script> <U+000A>"x" é <U+202E>edis<U+202C>'
check_stdout_lacks 'odd texts: no escape reaches the terminal' "$(printf '\033')"
