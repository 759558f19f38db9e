#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Guests of a libvirtd that is killed, restarted and hangs, and of the embedded driver, in the lab.
set -u

cd "$(dirname "$0")/../.." || exit 1
unit=${BUILD:-build}/tests/unit
set -- "$unit/test_virt_daemon" "$unit/test_virt_embed"
# $MAKE may be a command with arguments.
# shellcheck disable=SC2086
if ! ${MAKE:-make} -s BUILD="${BUILD:-build}" "$@" >&2; then
	printf 'not ok 1 - the unit tests build\n1..1\n'
	exit 1
fi

# Each runs whatever became of the one before; its status is told on a line of its own.
# shellcheck disable=SC2016 # it is expanded in the lab
job='for p; do "$p"; echo "status $? ${p##*/}"; done'
out=$(tests/lab/lab --libvirtd --timeout 800 -- sh -c "$job" sh "$@" 2>&1)
printf '%s\n' "$out" | sed 's/^/# /'
n=0
bad=0
for p; do
	n=$((n + 1))
	case $out in
	*"status 0 ${p##*/}"*) echo "ok $n - ${p##*/}" ;;
	*)
		echo "not ok $n - ${p##*/}"
		bad=1
		;;
	esac
done
echo "1..$n"
exit $bad
