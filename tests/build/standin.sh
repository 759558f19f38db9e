# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A small project with the real configure, Makefile and test tools, to try them on.

# make as a user runs it, not as a part of the make that runs the tests
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES BUILD VMRUN CORPUS DESTDIR V WERROR SANITIZE
unset CC CFLAGS CPPFLAGS LDFLAGS PKG_CONFIG PKG_CONFIG_PATH PKG_CONFIG_LIBDIR

# standin() - make it in this folder
standin() {
	mkdir -p "$1/launcher/base" "$1/launcher/cmd" "$1/launcher/man" "$1/tests/cli" \
		"$1/tests/unit" "$1/tests/fuzz" "$1/profiles" "$1/hooks/systemd" \
		"$1/hooks/libvirt"
	(cd "$SRCDIR" && cp configure Makefile VERSION LICENSE .gitignore "$1")
	cp -r "$SRCDIR/tests/tools" "$SRCDIR/tests/run" "$1/tests"
	cp "$SRCDIR/tests/cli/lib.sh" "$1/tests/cli"
	cp "$SRCDIR/tests/fuzz/replay.c" "$1/tests/fuzz"

	cat >"$1/launcher/base/num.h" <<-'END'
		/* SPDX-License-Identifier: GPL-2.0-or-later */
		/* Numbers of the stand-in. */
		#ifndef VMRUN_BASE_NUM_H
		#define VMRUN_BASE_NUM_H

		/**
		 * num_twice() - Twice a number
		 * @n:  the number
		 *
		 * Return: twice @n
		 */
		int num_twice(int n);

		#endif
	END
	cat >"$1/launcher/base/num.c" <<-'END'
		/* SPDX-License-Identifier: GPL-2.0-or-later */
		/* Numbers of the stand-in. */
		#include "base/num.h"

		int num_twice(int n)
		{
			return n * 2;
		}
	END
	cat >"$1/launcher/cmd/version.h" <<-'END'
		/* SPDX-License-Identifier: GPL-2.0-or-later */
		/* The one command of the stand-in. */
		#ifndef VMRUN_CMD_VERSION_H
		#define VMRUN_CMD_VERSION_H

		/**
		 * version_print() - Print the version and a number
		 *
		 * Return: 0
		 */
		int version_print(void);

		#endif
	END
	cat >"$1/launcher/cmd/version.c" <<-'END'
		/* SPDX-License-Identifier: GPL-2.0-or-later */
		/* The one command of the stand-in. */
		#include "cmd/version.h"
		#include <stdio.h>
		#include "base/num.h"
		#include "config.h"

		int version_print(void)
		{
			printf("vmrun %s, built with %s, %d\n", VMRUN_VERSION, __VERSION__, num_twice(2));
			return 0;
		}
	END
	cat >"$1/launcher/main.c" <<-'END'
		/* SPDX-License-Identifier: GPL-2.0-or-later */
		/* The program of the stand-in. */
		#include "cmd/version.h"

		/**
		 * main() - Run the one command
		 *
		 * Return: exit status
		 */
		int main(void)
		{
			return version_print();
		}
	END
	cat >"$1/tests/unit/test_num.c" <<-'END'
		/* SPDX-License-Identifier: GPL-2.0-or-later */
		/* A unit test of the stand-in. */
		#include <check.h>
		#include "base/num.h"

		START_TEST(twice)
		{
			ck_assert_int_eq(num_twice(_i), _i + _i);
		}
		END_TEST

		int main(void)
		{
			Suite *suite = suite_create("num");
			TCase *tests = tcase_create("num");
			SRunner *runner = srunner_create(suite);
			int failed;

			suite_add_tcase(suite, tests);
			tcase_add_loop_test(tests, twice, 0, 3);
			srunner_run_all(runner, CK_NORMAL);
			failed = srunner_ntests_failed(runner);
			srunner_free(runner);
			return failed != 0;
		}
	END
	printf '.TH VMRUN 8 "" "vmrun @VERSION@"\n' >"$1/launcher/man/vmrun.8.in"
	printf '.TH VMRUN.PROFILE 5\n' >"$1/launcher/man/vmrun.profile.5"
	printf '[vm]\n' >"$1/profiles/small.profile"
	printf '[Service]\nExecStart=@BINDIR@/vmrun start %%I\n' >"$1/hooks/systemd/vmrun@.service.in"
	printf '#!/bin/sh\nexec @BINDIR@/vmrun hook qemu "$@"\n' >"$1/hooks/libvirt/qemu.in"
}
