#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion, options, help and manual agree: what one has, the others have.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

for shell in bash zsh fish; do
	check_status "$shell: a script" 0 "$VMRUN" completion $shell
	cp "$OUT" "$T/$shell"
	if ! command -v $shell >/dev/null 2>&1; then
		skip "$shell: the shell reads it" "$shell is not installed"
	else
		check "$shell: the shell reads it" $shell -n "$T/$shell"
	fi
done
verbs=$("$VMRUN" help | sed -n '/^verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p')
for verb in $verbs; do
	"$VMRUN" help "$verb" | sed -n 's/^  [ -][ a-z][ ,] \(--[a-z-]*\).*/\1/p' | sort -u >options
	check "$verb: has options" test -s options
	sed -n "s/^\t$verb) .*options='\(.*\)' ;;/\1/p" bash | tr ' ' '\n' | grep . | sort -u >completed
	check "$verb: bash completes the options of its help, and no others" diff options completed
	sed -n "s/^complete -c vmrun -n '__vmrun_at $verb' -l \([a-z-]*\) .*/--\1/p" fish | sort -u >completed
	check "$verb: fish does" diff options completed
	sed -n "s/^\t$verb) _arguments//p" zsh | grep -o "'\*--[a-z-]*" | sed "s/'\*//" | sort -u >completed
	check "$verb: zsh does" diff options completed
done

# complete WORD… - what bash offers for the last word
complete_() {
	COMP_WORDS=(vmrun "$@") COMP_CWORD=$# COMPREPLY=()
	COMP_LINE="vmrun $*"
	COMP_POINT=${#COMP_LINE}
	_vmrun
	printf '%s\n' "${COMPREPLY[@]}"
}
host in-guests
mkdir bin
printf '#!/bin/sh\nexec "%s" "$@" --sysroot "%s"\n' "$VMRUN" "$HOST" >bin/vmrun
chmod +x bin/vmrun
PATH=$T/bin:$PATH
# shellcheck disable=SC1091
. "$T/bash"
: >nas.profile
: >other.txt
# offers NAME WANTED WORD…
offers() {
	name=$1 wanted=$2
	shift 2
	if complete_ "$@" | grep -qxF -e "$wanted"; then pass "$name"; else fail "$name" "offered: $(complete_ "$@" | tr '\n' ' ')"; fi
}
offers 'a verb' survey sur
offers 'a profile in the place of a verb' nas.profile nas
offers 'a profile' nas.profile start ''
check 'no other file' test "$(complete_ start '' | grep -c other.txt)" -eq 0
offers 'an option of the verb' --dry-run start --dr
offers 'a guest' nas1 stop n
# Readline breaks words at colons: it wants what follows the last one.
offers 'a device' 00.1 explain 01:00.
offers 'the second word of a verb' setup host s

: >hba.profile
: >log.txt
mkdir -p imp gpu-host
: >imp/domain.xml
: >imp/notes.txt
# offers_no NAME UNWANTED WORD…
offers_no() {
	name=$1 wanted=$2
	shift 2
	if complete_ "$@" | grep -qxF -e "$wanted"; then fail "$name" "offered: $wanted"; else pass "$name"; fi
}
offers 'host setup: a profile' hba.profile host setup hba
offers 'host setup: any profile' nas.profile host setup ''
offers_no 'host setup: not the second word again' setup host setup ''
offers 'host setup, after an option with a value: a profile' hba.profile host setup --user check hba
offers_no 'host check: nothing more' setup host check ''
offers 'import: a file of XML' imp/domain.xml import imp/do
offers 'import: a directory' imp import im
offers 'completion: a shell' zsh completion ''
offers 'a verb after the value of an option' survey --color never su
offers 'a verb after the value of a letter' survey -c qemu:///system su
offers 'a device after the value of an option' 01:00.0 survey --format json ''
offers '--log: a file' log.txt explain --log log
offers_no '--log: no device' 01:00.0 explain --log ''
offers '--log=: a file' log.txt explain --log=log
offers '--sysroot: a directory' gpu-host survey --sysroot g
offers_no '--sysroot: no file' log.txt survey --sysroot ''
check '--user: what cannot be known is left alone' test -z "$(complete_ host setup --user '')"
while read -r verb option word; do
	offers "$option: its words" "$word" "$verb" "$option" "${word%??}"
	check "$option: nothing but its words" test -z "$(complete_ "$verb" "$option" '' | grep -e profile -e : -e imp)"
	offers "$option=: its words" "$word" "$verb" "$option=${word%??}"
	check "zsh: $option has its words" grep -q -e "^.$verb) .*'\*$option=[^']*:([^']*\<$word\>" zsh
	check "fish: $option has its words" grep -q -e "__vmrun_at $verb' -l ${option#--} -xa '[^']*\<$word\>" fish
done <<'END'
export --to proxmox
survey --format json
capture --keep cmdline
attach --after host
plan --accept no-reset
start --color never
END
check 'zsh: host setup takes profiles' grep -q "setup '\*) _files -g \"\*.profile\"" zsh
check 'fish: host setup takes profiles' grep -q "__vmrun_at host setup' -k -xa '(__fish_complete_suffix .profile)'" fish
if command -v fish >/dev/null 2>&1; then
	# fish_offers NAME WANTED LINE
	fish_offers() {
		if fish -N -c "source $T/fish; complete -C 'vmrun $3'" 2>&1 | cut -f1 | grep -qxF -e "$2"; then pass "fish: $1"; else fail "fish: $1"; fi
	}
	fish_offers 'host setup: a profile' hba.profile 'host setup hba'
	fish_offers 'a second word' setup 'host --user somebody se'
	fish_offers 'a verb after the value of an option' survey '--color never su'
	fish_offers '--log: a file' log.txt 'explain --log log'
	fish_offers '--sysroot: a directory' gpu-host/ 'survey --sysroot g'
	fish_offers 'import: a file of XML' imp/domain.xml 'import imp/do'
	fish_offers 'completion: a shell' zsh 'completion z'
else
	skip 'fish: asked by itself' 'fish is not installed'
fi
check_status 'another shell' 2 "$VMRUN" completion tcsh
