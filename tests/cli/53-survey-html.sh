#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun survey --html: the page as a parser sees it, and the file it is written to.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"
PAGE=$SRCDIR/tests/cli/page.py

"$SRCDIR/tests/tools/mkhost" "$FIXTURES/odd/odd.host" "$T/odd"
for name in $(hosts) odd; do
	case $name in
	odd) HOST=$T/odd ;;
	*) host "$name" ;;
	esac
	"$VMRUN" survey --json --sysroot "$HOST" >"$T/survey.json" 2>"$T/survey.err"
	capture "$VMRUN" survey --html - --sysroot "$HOST"
	check "$name: the page" python3 "$PAGE" "$OUT" "$T/survey.json"
done

host desktop
"$VMRUN" survey --html - --sysroot "$HOST" >"$T/wanted"
mkdir "$T/folder"
echo old >"$T/folder/page.html"
chmod 600 "$T/folder/page.html"
ln "$T/folder/page.html" "$T/old"
check_status '--html FILE' 0 "$VMRUN" survey --html "$T/folder/page.html" --sysroot "$HOST"
check_same_file '--html FILE: the page' "$T/wanted" "$T/folder/page.html"
check '--html FILE: nothing on stdout or stderr' test ! -s "$OUT" -a ! -s "$ERR"
check '--html FILE: by rename' grep -qx old "$T/old"
check '--html FILE: mode 0644' test "$(stat -c %a "$T/folder/page.html")" = 644
check '--html FILE: nothing beside it' test "$(ls "$T/folder")" = page.html

ln -s folder/page.html "$T/link"
check_status '--html LINK' 2 "$VMRUN" survey --html "$T/link" --sysroot "$HOST"
check '--html LINK: it is still one' test -L "$T/link"
check_status '--html /dev/null' 2 "$VMRUN" survey --html /dev/null --sysroot "$HOST"
check_stderr_has '--html /dev/null: why' 'vmrun: /dev/null: it is there and is no regular file'
check '--html /dev/null: it is still a device' test -c /dev/null
check_status '--html in no folder' 1 "$VMRUN" survey --html "$T/nowhere/page.html" --sysroot "$HOST"
check_stderr_has '--html in no folder: why' 'cannot write it: No such file'
check_status '--html and --json' 2 "$VMRUN" survey --json --html - --sysroot "$HOST"
check_status '--html and --format' 2 "$VMRUN" survey --format=dot --html - --sysroot "$HOST"
check_status '--html SELECTOR' 0 "$VMRUN" survey --html - --sysroot "$HOST" 01:00.0
check_stdout_has '--html SELECTOR: the bridge above it' 'id="0000:00:01.0"'
check_stdout_lacks '--html SELECTOR: nothing else' 'id="0000:01:00.1"'
