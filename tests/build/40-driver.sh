#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of the test driver: what passes, what fails, and that nothing fails silently.
# The scripts written here expand their variables when they run, so:
# shellcheck disable=SC2016
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/standin.sh"

W=$T/work
standin "$W"
cd "$W"

# closing() - is this the last line of the output?
closing() {
	if [ "$(tail -n 1 "$OUT")" = "$2" ]; then
		pass "$1"
	else
		fail "$1" "wanted '$2', got '$(tail -n 1 "$OUT")'"
	fi
}

# script() - a test script of the stand-in with these lines, and no other
script() {
	rm -f tests/cli/[0-9]*.sh
	printf '#!/bin/sh\n' >tests/cli/10-it.sh
	printf '%s\n' "$@" >>tests/cli/10-it.sh
}

check_status 'an unknown part' 2 tests/run nonsense
check_status 'a part with nothing in it' 1 tests/run cli
closing 'counts as a failure' '0 passed, 1 failed, 1 skipped'

check_status 'unit tests' 0 tests/run unit
closing 'unit tests are counted' '3 passed, 0 failed'
check_same_file 'the summary has the closing line' build/check.summary build/check.summary
check 'the summary is that line' grep -qx '3 passed, 0 failed' build/check.summary

script '. "$(dirname "$0")/lib.sh"' 'check_status it 0 "$VMRUN"' 'check_stdout_has number ", 4"' \
	'check_stdout_lacks letter Q' 'skip moon "it is not full"'
check_status 'a script that passes' 0 tests/run cli
closing 'and skips something' '3 passed, 0 failed, 1 skipped'
check_stdout_has 'the skip is named, with its reason' 'skipped: cli/10-it: moon (it is not full)'

script '. "$(dirname "$0")/lib.sh"' 'check_status it 3 "$VMRUN"' 'pass more'
check_status 'a script that fails' 1 tests/run cli
closing 'is counted' '1 passed, 1 failed'
check_stdout_has 'the failure is repeated' 'FAILED: cli/10-it: it'

if [ "$(nproc)" -gt 1 ]; then
	script 'for _ in $(seq 100); do [ ! -e "$BUILD/second" ] || break; sleep 0.1; done' \
		'[ -e "$BUILD/second" ] && echo "ok 1 - both" || echo "not ok 1 - both"' 'echo 1..1'
	printf '#!/bin/sh\n: >"$BUILD/second"; echo "ok 1 - second"; echo 1..1\n' >tests/cli/20-second.sh
	check_status 'scripts run beside each other' 0 tests/run cli
	check 'and are told in the order of their names' test \
		"$(grep -n '^cli/10-it' "$OUT" | cut -d: -f1)" -lt "$(grep -n '^cli/20-second' "$OUT" | cut -d: -f1)"
	closing 'and both are counted' '2 passed, 0 failed'
else
	skip 'scripts run beside each other' 'there is one processor'
fi

script 'echo "1..0 # SKIP not on this machine"'
check_status 'a script that skips all' 1 tests/run cli
check_stdout_has 'the whole skip is named' 'skipped: cli/10-it: (not on this machine)'

script 'echo "needs a moon"' 'exit 77'
check_status 'a script that ends with 77' 0 tests/run cli unit
check_stdout_has 'is skipped with its reason' 'skipped: cli/10-it: (needs a moon)'

script 'exit 0'
check_status 'a script that checks nothing' 1 tests/run cli
closing 'is a failure' '0 passed, 1 failed'

script '. "$(dirname "$0")/lib.sh"'
check_status 'a script with an empty plan' 1 tests/run cli
script 'echo ok 1 - a' 'echo 1..2'
check_status 'a script with too few checks' 1 tests/run cli
check_stdout_has 'is told' 'planned 2 checks, ran 1'
script 'echo ok 1 - a'
check_status 'a script without a plan' 1 tests/run cli
script 'set -eu' '. "$(dirname "$0")/lib.sh"' 'pass a' 'false' 'pass b'
check_status 'a script that dies' 1 tests/run cli
closing 'keeps what had passed' '1 passed, 1 failed'
check_stdout_has 'and is told' 'died with status 1 after 1 checks'
rm tests/cli/10-it.sh

printf 'int main(void)\n{\n\t__builtin_trap();\n}\n' >tests/unit/test_dies.c
printf 'int main(void)\n{\n\treturn 0;\n}\n' >tests/unit/test_empty.c
printf 'int main(void)\n{\n\tnonsense\n}\n' >tests/unit/test_wrong.c
check_status 'unit programs that die, check nothing, do not compile' 1 tests/run unit
closing 'are four failures' '3 passed, 4 failed'
check_stdout_has 'one dies' 'FAILED: unit/test_dies: died'
check_stdout_has 'one is empty' 'FAILED: unit/test_empty: ended without a plan'
check_stdout_has 'one does not compile' 'FAILED: unit/test_wrong: was not built'
rm tests/unit/test_dies.c tests/unit/test_empty.c tests/unit/test_wrong.c

cat >tests/unit/test_leak.c <<'END'
#include <check.h>
#include <stdlib.h>

void *volatile kept;

START_TEST(leak)
{
	kept = malloc(30);
	kept = NULL;
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("leak");
	TCase *tests = tcase_create("leak");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_test(tests, leak);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
END
check_status 'a leak is nothing to the plain build' 0 tests/run unit:leak
check_status 'a leak fails under ASan' 1 tests/run asan:leak
check_stdout_has 'and is shown' 'detected memory leaks'
rm tests/unit/test_leak.c

cat >tests/fuzz/fuzz_it.c <<'END'
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static volatile uint8_t sink;

	if (size > 2 && data[0] == '!')
		sink = data[size];
	return sink & 0;
}
END
mkdir -p tests/fuzz/corpus/it
echo good >tests/fuzz/corpus/it/good
check_status 'fuzz inputs that do no harm' 0 tests/run fuzz
closing 'are one check' '1 passed, 0 failed'
echo '!bad' >tests/fuzz/corpus/it/bad
check_status 'an input that reads past its end' 1 tests/run fuzz
check_stdout_has 'is shown' 'heap-buffer-overflow'
rm -r tests/fuzz/corpus tests/fuzz/fuzz_it.c

mkdir tests/bench tests/soak
printf '#!/bin/sh\necho "ok 1 - fast"\necho "it took 3 s"\necho 1..1\n' >tests/bench/10-it.sh
check_status 'a measurement' 0 make bench
check_stdout_has 'prints its figures' 'it took 3 s'
check_stdout_lacks 'and not its TAP' 'ok 1'
printf '#!/bin/sh\necho "not ok 1 - fast"\necho 1..1\n' >tests/soak/10-it.sh
check_status 'a soak that fails' 1 tests/run soak
rm -r tests/bench tests/soak

check_status 'an empty tree fails' 1 sh -c 'rm -rf tests/unit/* && tests/run unit cli fuzz corpus lab'
closing 'with nothing tested' '0 passed, 1 failed, 5 skipped'
