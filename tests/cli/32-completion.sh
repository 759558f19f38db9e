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
	sed -n "s/^complete -c vmrun -n '__fish_seen_subcommand_from $verb' -l \([a-z-]*\) .*/--\1/p" fish | sort -u >completed
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
check_status 'another shell' 2 "$VMRUN" completion tcsh
