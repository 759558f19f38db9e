#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun explain --log: what is known of the messages in a log.
set -eu
. "$(dirname "$0")/lib.sh"

cat >"$T/log" <<'END'
[    1.000000] Linux version 6.1.0
[  412.118010] vfio-pci 0000:07:00.0: DMAR: Device is ineligible for IOMMU domain attach due to platform RMRR requirement.  Contact your platform vendor.
2024-05-01T10:12:14.5Z qemu-system-x86_64: -device vfio-pci,host=0000:05:00.0,id=hostdev0: vfio 0000:05:00.0: group 11 is not viable
Please ensure all devices within the iommu_group are bound to their vfio bus driver.
2024-05-01T10:12:15.5Z qemu-system-x86_64: vfio 0000:06:00.0: group 12 is not viable
END
check_status 'a log' 0 "$VMRUN" explain --log "$T/log"
check_stderr_lacks 'nothing on stderr' vmrun
for text in 'rmrr: 0000:07:00.0' 'line 2        [  412.118010] vfio-pci 0000:07:00.0' \
	'cause         firmware reserves memory' 'vmrun rmrds' \
	'group-not-viable: 0000:05:00.0, 0000:06:00.0' 'line 4        Please' 'line 5        2024' \
	'siblings = bind'; do
	check_stdout_has "says: $text" "$text"
done
check_stdout_lacks 'and nothing of other lines' 'Linux version'

check_status 'as JSON' 0 "$VMRUN" explain --json --log "$T/log"
check_json 'its schema' '.schema == "vmrun.explain-log/1" and .lines == 5'
check_json 'codes in the order of the log' '.found | map(.code) == ["rmrr", "group-not-viable"]'
check_json 'line and device' '.found[0].lines == [{ line: 2, device: "0000:07:00.0",
	text: .found[0].lines[0].text }]'
check_json 'lines without a device' '.found[1].lines | map(.device) ==
	["0000:05:00.0", null, "0000:06:00.0"]'
check_json 'cause and fix' '.found | all((.cause | length > 20) and (.fix | length > 20))'

# shellcheck disable=SC2016
capture sh -c '"$1" explain --log - <"$2"' - "$VMRUN" "$T/log"
check_stdout_has 'standard input' 'rmrr: 0000:07:00.0'

echo 'all is well' >"$T/well"
check_status 'nothing known in it' 0 "$VMRUN" explain --log "$T/well"
check_stdout_has 'is said' '1 line read, none of them is a message vmrun knows'
check_status 'nothing known in it, as JSON' 0 "$VMRUN" explain --json --log "$T/well"
check_json 'is an empty list' '.found == []'
: >"$T/empty"
check_status 'an empty file' 0 "$VMRUN" explain --log "$T/empty"

printf '\033[31m\000\377 (Code 43) \033]0;x\007\n' >"$T/rude"
check_status 'any bytes' 0 "$VMRUN" explain --log "$T/rude"
check_stdout_has 'are recognised and printed safely' '?[31m?? (Code 43) ?]0;x?'
check_status 'any bytes, as JSON' 0 "$VMRUN" explain --json --log "$T/rude"
check_json 'are JSON' '.found[0].code == "code-43"'
# shellcheck disable=SC2016
check 'a log of 1 MiB in one line' sh -c '
	head -c 1048576 /dev/zero | tr "\0" x | "$1" explain --log -' - "$VMRUN"

i=0
while [ $i -lt 200 ]; do
	echo 'x (Code 43)'
	i=$((i + 1))
done >"$T/many"
capture "$VMRUN" explain --log "$T/many"
check_stdout_has 'repetitions are counted' 'and 197 more lines'
capture "$VMRUN" explain --json --log "$T/many"
check_json 'and bounded' '.found[0].count == 200 and (.found[0].lines | length) == 100'

head -c 17000000 /dev/zero >"$T/large"
check_status 'too large' 2 "$VMRUN" explain --log "$T/large"
check_stderr_has 'says how large' 'more than 16 MiB'
check_stderr_has 'and what to do' 'tail -c 8M FILE'
check_status 'no such file' 2 "$VMRUN" explain --log "$T/none"
check_stderr_has 'is named' "none: cannot open it: No such file"
check_status 'a folder' 2 "$VMRUN" explain --log "$T"
check_status 'a selector and a log' 2 "$VMRUN" explain 05:00.0 --log "$T/log"
check_status 'no value' 2 "$VMRUN" explain --log
check_status 'an option of other verbs' 2 "$VMRUN" survey --log "$T/log"
