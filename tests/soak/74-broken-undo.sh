#!/bin/sh
# The tests of apply and undo against code with one step left out: each such mutant must be seen
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
. "$(dirname "$0")/../cli/lib.sh"

# config.mk is where make is called: here, or in the folder of a build outside of the sources.
config=$SRCDIR/config.mk
[ -f "$config" ] || config=$(dirname "$BUILD")/config.mk
grep -qs '^HAVE_CHECK = yes' "$config" || skip_all 'configured without libcheck: package check'
# $MAKE may be a command with arguments.
# shellcheck disable=SC2086
check 'the unit tests build' ${MAKE:-make} -s -C "$(dirname "$config")" BUILD="$BUILD" unit-programs

# setting NAME: a variable of config.mk
setting() {
	sed -n "s/^$1 = //p" "$config"
}

# build_test TEST SOURCE…: link a unit test with these sources in the place of the library's
build_test() {
	build_test_of=$1
	shift
	# shellcheck disable=SC2046 # words
	$(sed 's/ -MMD -MP / /' "$BUILD/flags") -w -o "$T/$build_test_of" "$BUILD/obj/tests/unit/$build_test_of.o" "$@" \
		"$BUILD/libunit.a" "$BUILD/libvmrun.a" $(setting CHECK_LIBS) $(setting LIBS)
}

# seen NAME TEST FILE SED-SCRIPT: FILE so changed compiles, and TEST fails with a difference
seen() {
	cp "$SRCDIR/launcher/act/$3" "$T/before.c"
	sed "$4" "$T/before.c" >"$T/$3"
	if cmp -s "$T/before.c" "$T/$3"; then
		fail "$1: the code is as the mutation expects it" "in act/$3 nothing matches: $4"
		return 0
	fi
	if ! build_test "$2" "$T/$3" 2>"$T/cc.log"; then
		fail "$1: it compiles" "$(tail -n 5 "$T/cc.log")"
		return 0
	fi
	if TRIALS=few "$T/$2" >"$T/log" 2>&1; then
		fail "$1: $2 sees it"
	else
		pass "$1: $2 sees it: $(grep -c ':F:' "$T/log") failures"
	fi
}

check 'the tests link with sources in the place of the library' build_test test_apply "$SRCDIR/launcher/act/bind.c"
TRIALS=few check 'unchanged: test_apply passes' "$T/test_apply"
build_test test_undo "$SRCDIR/launcher/act/undo.c"
TRIALS=few check 'unchanged: test_undo passes' "$T/test_undo"

in_restore='/^int bind_restore/,/^}/'
seen 'the override is not put back' test_apply bind.c "$in_restore s/r = set_override(.*/r = 0;/"
seen 'vfio-pci keeps the device' test_apply bind.c "$in_restore s/now ? unbind(.*) : 0/0/"
seen 'the former driver is not asked' test_apply bind.c "$in_restore s/r = probe_former(.*/r = 0;/"
seen 'what was put back is not read back' test_undo bind.c "$in_restore s/verify(root, addr, to, e)/0/"
seen 'another driver than the kernel prefers is not named' test_apply bind.c 's/return r < 0 ? r : bind_named(.*/return r;/'
seen 'vfio-pci is believed to have taken it' test_apply bind.c 's/return is_bound(root, addr, driver) ? 0.*/return 0;/'
seen 'nothing is moved back' test_apply undo.c '/^\tmove_all(/d'
seen 'the node keeps its new owner' test_apply undo.c 's/r = own_restore(.*/r = 0;/'
seen 'a failure to put the owner back is forgotten' test_undo undo.c 's/ && !undoing->kept\[i\]//'
seen 'the journal stays' test_apply undo.c 's/r = state_remove_journal(.*/r = 0;/'
seen 'the pool is not written down' test_undo undo.c 's/return state_write_pool(.*/return 0;/'
seen 'the former owner is not journalled before the change' test_apply apply.c \
	'/^static int journal_node/,/^}/ s/return state_write_journal(.*/return 0;/'
seen 'a reservation that failed is left' test_apply apply.c '/^int apply_reserve/,/^}/ s/(void)state_remove_journal(.*/;/'
