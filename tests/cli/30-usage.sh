#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The command line: help, verbs and options that do not exist, colour, output that fails.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"
host two-nvme
printf '[vm]\n\tname = nas\n\tmemory = 1G\n[pci "nvme"]\n\taddress = 01:00.0\n' | profile nas

check_status 'help' 0 "$VMRUN" help
check_stdout_has 'help shows the short form' 'usage: vmrun PROFILE '
verbs=$(sed -n '/^verbs:/,/^$/s/^  \([a-z-]*\) .*/\1/p' "$OUT")
check 'help lists the verbs' test "$(printf '%s\n' "$verbs" | wc -l)" -ge 7
cp "$OUT" "$T/help"
check_status '--help' 0 "$VMRUN" --help
check_same_file '--help is help' "$T/help" "$OUT"
for verb in $verbs; do
	check_status "$verb --help" 0 "$VMRUN" "$verb" --help
	check_stdout_has "$verb --help: usage" "usage: vmrun $verb"
	check_stdout_has "$verb --help: its options" '--color=WHEN'
	cp "$OUT" "$T/help"
	check_status "help $verb" 0 "$VMRUN" help "$verb"
	check_same_file "help $verb is $verb --help" "$T/help" "$OUT"
	check_status "$verb -h beside words that are wrong" 0 "$VMRUN" "$verb" -h a b c d
	check_status "$verb: unknown option" 2 "$VMRUN" "$verb" --no-such-option
	check_stderr_has "$verb: unknown option is named" "vmrun: $verb: unknown option --no-such-option"
done
check_status '--version' 0 "$VMRUN" --version
check_stdout_has '--version' "vmrun $(cat "$SRCDIR/VERSION")"
check_status 'VERB --version' 0 "$VMRUN" survey --version

check_status 'nothing' 2 "$VMRUN"
check_stderr_has 'nothing: what to say' 'vmrun help shows the verbs'
check_status 'unknown verb' 2 "$VMRUN" surwey
check_stderr_has 'unknown verb: is named' 'vmrun: "surwey" is neither a verb nor a profile that exists'
check_stderr_has 'unknown verb: the nearest' '  fix           did you mean vmrun survey?'
check_status 'unknown verb, nothing near' 2 "$VMRUN" xyzzy
check_stderr_has 'unknown verb, nothing near' 'vmrun help shows the verbs'
check_status 'help of an unknown verb' 2 "$VMRUN" help xyzzy
check_stderr_has 'help of an unknown verb' 'there is no verb "xyzzy"'
check_status 'help of a verb whose second word is unknown' 2 "$VMRUN" help host xyzzy
check_stderr_has 'help of a verb whose second word is unknown' 'there is no verb "host xyzzy"'
check_status 'unknown option' 2 "$VMRUN" survey --jsn
check_stderr_has 'unknown option: the nearest' 'did you mean --json?'
check_status 'option of another verb' 2 "$VMRUN" survey --accept chipset
check_status 'option without its value' 2 "$VMRUN" survey --sysroot
check_stderr_has 'option without its value' 'option --sysroot needs a value'
check_status 'too few words' 2 "$VMRUN" plan
check_stderr_has 'too few words' 'vmrun: usage: vmrun plan PROFILE'
check_status 'too many words' 2 "$VMRUN" plan nas.profile nas.profile
check_status '--color of another value' 2 "$VMRUN" survey --color=sometimes
check_stderr_has '--color of another value' '--color is auto, always or never, not "sometimes"'

# Options stand where the user likes.
for order in "plan --sysroot $HOST nas.profile" "plan nas.profile --sysroot=$HOST" \
	"--sysroot $HOST plan nas.profile" "-v --sysroot $HOST plan nas.profile"; do
	# shellcheck disable=SC2086
	check_status "options in any place: vmrun ${order%% *} …" 0 "$VMRUN" $order
	check_stdout_has "options in any place: vmrun ${order%% *} …: planned" 'guest nas from nas.profile'
done
check_status '-v' 0 "$VMRUN" plan -v --sysroot "$HOST" nas.profile
check_status '-q' 0 "$VMRUN" plan -q --sysroot "$HOST" nas.profile
check 'without -v nothing is on stderr' test ! -s "$ERR"

# vmrun PROFILE is vmrun start PROFILE: told by an option that only start has.
check_status 'PROFILE --dry-run' 4 "$VMRUN" nas.profile --dry-run
check_stderr_has 'PROFILE --dry-run: looks at this host' 'vmrun: nas.profile:4: nvme: no device matches'
cp nas.profile nas
check_status 'a file without a dot is a profile, too' 4 "$VMRUN" --dry-run nas
check_status 'PROFILE that is not there' 3 "$VMRUN" ./nowhere.profile
check_stderr_has 'PROFILE that is not there: is named' './nowhere.profile'

# Errors with --json are on stdout, as an object of their own, and on stderr for people.
check_status 'error --json' 2 "$VMRUN" survey --json --sysroot "$HOST" xyz=1
check 'error --json: vmrun.error/1' python3 "$REPORT" schema "$OUT"
check_json 'error --json: exit and message' '.exit == 2 and (.message | contains("xyz")) and .findings == []'
check_status 'error --json: another status' 4 "$VMRUN" survey --json --sysroot "$HOST" 03:00.0
check_json 'error --json: another status' '.exit == 4'
check_status 'error --json: profile' 3 "$VMRUN" plan --json --sysroot "$HOST" nowhere.profile
check_json 'error --json: profile' '.exit == 3'

# Colour: never into a file unless it is asked for.
escape=$(printf '\033[')
check_status 'survey into a file' 0 "$VMRUN" survey --sysroot "$HOST"
check_stdout_lacks 'survey into a file has no colour' "$escape"
check_status '--color=always' 0 "$VMRUN" survey --color=always --sysroot "$HOST"
check_stdout_has '--color=always has' "$escape"
check_status '--color=never' 0 "$VMRUN" survey --color=never --sysroot "$HOST"
check_stdout_lacks '--color=never has none' "$escape"
if command -v script >/dev/null 2>&1; then
	capture script -qec "$VMRUN survey --sysroot $HOST" /dev/null
	check_stdout_has 'a terminal gets colour' "$escape"
	NO_COLOR=1 capture script -qec "$VMRUN survey --sysroot $HOST" /dev/null
	check_stdout_lacks 'a terminal with NO_COLOR gets none' "${escape}3"
else
	skip 'a terminal gets colour' 'script(1) is not installed'
fi

# Output that is lost is a failure.
full() {
	"$@" >/dev/full
}
for words in help --help --version "survey --sysroot $HOST" "survey --json --sysroot $HOST" \
	"plan --sysroot $HOST nas.profile" "plan --json --sysroot $HOST nas.profile" \
	"xml --sysroot $HOST nas.profile"; do
	# shellcheck disable=SC2086
	check_status "${words%% *} to a full device fails" 1 full "$VMRUN" $words
	check_stderr_has "${words%% *} to a full device: says so" \
		'vmrun: cannot write to standard output: No space left on device'
done

# Synopses have characters of several bytes; what follows them stands in one column all the same.
"$VMRUN" help | sed -n '/^verbs:/,/^$/p' >"$T/verbs"
check 'help: the descriptions begin in one column' python3 - "$T/verbs" <<'END'
import sys
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()[1:-1]
sys.exit(any(line[33] != " " or line[34] == " " for line in lines if len(line) > 34))
END
check_status 'help host' 0 "$VMRUN" help host
check_stdout_has 'help host: the verbs of it' 'vmrun host check '
check_stdout_has 'help host: and their options' '--sysroot=DIR'

host desktop
check_status 'survey -q' 0 "$VMRUN" survey -q --sysroot "$HOST"
check_stdout_has 'survey -q: what is refused' '  in-use-disk    block: /dev/nvme0n1p2 is mounted on /'
check_stdout_lacks 'survey -q: no table' 'DEVICE'
check_stdout_lacks 'survey -q: nothing for information' ' info: '
host two-nvme
check_status 'survey -q of what is free' 0 "$VMRUN" survey -q --sysroot "$HOST" class=nvme
check 'survey -q of what is free: silent' test ! -s "$OUT"
capture "$VMRUN" host check -q --sysroot "$HOST"
check_stdout_lacks 'host check -q: nothing that is well' ': PASS'
printf '[vm]\n\tname = x\n[pci "a"]\n\tmatch = dead:beef\n[pci "b"]\n\tclass = serial\n' | profile absent
check_status 'two absent devices' 4 "$VMRUN" plan --sysroot "$HOST" absent.profile
check_stderr_has 'two absent devices: the first' 'absent.profile:3: a: no device matches match=dead:beef'
check_stderr_has 'two absent devices: and the second' 'line 5, b: no device matches class=serial'

check_status 'a letter of no option, among others' 2 "$VMRUN" survey -vx
check_stderr_has 'a letter of no option, among others: which' 'survey: unknown option -x'
check_status 'a letter of another verb, before others' 2 "$VMRUN" survey -nv
check_stderr_has 'a letter of another verb, before others: which' 'survey: unknown option -n'
check_status 'start: --wait and --no-wait' 2 "$VMRUN" start --wait --no-wait --dry-run absent.profile
check_stderr_has 'start: --wait and --no-wait: why' 'exclude each other'
check_status 'pool --apply of a captured host' 2 "$VMRUN" pool --apply --sysroot "$HOST"
for place in 00:1f.0 00:00.0 05:01.0; do
	printf '[vm]\n\tname = x\n\tmemory = 1G\n[pci "a"]\n\tclass = nvme\n\tguest-address = %s\n' $place | profile place
	check_status "guest-address $place" 3 "$VMRUN" plan --sysroot "$HOST" place.profile
	check_stderr_has "guest-address $place: where" 'place.profile:4: '
done

# The second word of a verb, misspelt or missing, is what is wrong, and not an option it has.
check_status 'a misspelt second word' 2 "$VMRUN" host chek --json
check_stderr_has 'a misspelt second word: is named' 'vmrun: there is no verb "host chek"'
check_stderr_has 'a misspelt second word: the nearest' 'did you mean vmrun host check?'
check_json 'a misspelt second word: --json' '.schema == "vmrun.error/1" and .exit == 2 and (.message | contains("host chek"))'
check_status 'no second word' 2 "$VMRUN" host --json
check_json 'no second word: --json' '.schema == "vmrun.error/1" and (.fix | contains("vmrun host check"))'
check_status 'a second word near none' 2 "$VMRUN" host xyzzy
check_stderr_has 'a second word near none: those there are' 'vmrun host setup makes it so'

# A name that is empty is shown as one.
check_status 'an empty profile' 3 "$VMRUN" plan ''
check_stderr_has 'an empty profile: is named' 'vmrun: "": cannot read the profile'
check_status 'an empty --sysroot' 2 "$VMRUN" survey --sysroot ''
check_stderr_has 'an empty --sysroot: is named' 'vmrun: "": it is no captured host'
check_status 'an empty --log' 2 "$VMRUN" explain --log=
check_stderr_has 'an empty --log: is named' 'vmrun: "": cannot open it'
check_status 'an empty --html' 1 "$VMRUN" survey --sysroot "$HOST" --html=
check_stderr_has 'an empty --html: is named' 'vmrun: "": cannot write it'

# No file can have such a name, so no guest has.
long=$(printf '%0300d' 0)
for verb in stop status; do
	check_status "$verb: a name of 300 characters" 4 "$VMRUN" "$verb" "$long"
done
