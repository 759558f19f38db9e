/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every unit test's main() does: run one suite and say how it went. */
#ifndef VMRUN_TESTS_UNIT_SUITE_H
#define VMRUN_TESTS_UNIT_SUITE_H

#include <check.h>
#include <stdlib.h>

/** suite_run() - Run @tests (CK_FORK, CK_TAP_LOG_FILE_NAME and the like are honoured); the program's exit status */
static inline int suite_run(const char *name, TCase *tests)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
