// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what is said where the kernel does not take a module. */
#include "act/modules.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/suite.h"

static const struct row {
	int number;
	const char *cmdline;
	enum err_kind kind;
	const char *message, *fix;
} rows[] = {
	{ EPERM, "quiet", ERR_PRIVILEGE, "cannot load the module", "modules_disabled" },
	{ EPERM, "module_blacklist=nouveau,vfio_pci quiet", ERR_UNEXPECTED,
	  "module_blacklist=", "reboot" },
	{ EPERM, "ro module_blacklist=vfio-pci", ERR_UNEXPECTED, "module_blacklist=", "reboot" },
	{ EPERM, "module_blacklist=vfio,vfio_pci_core", ERR_PRIVILEGE, "cannot load", "root" },
	{ EPERM, "xmodule_blacklist=vfio_pci", ERR_PRIVILEGE, "cannot load", "root" },
	{ EKEYREJECTED, NULL, ERR_UNEXPECTED, "rejected", "Secure Boot" },
	{ ENOEXEC, NULL, ERR_UNEXPECTED, "cannot load", "another kernel" },
	{ ENODEV, "", ERR_UNEXPECTED, "No such device", "modprobe -v vfio-pci" },
};

START_TEST(explained)
{
	const struct row *row = &rows[_i];
	struct err e = { 0 };

	ck_assert_int_eq(modules_explain("vfio-pci", row->number, row->cmdline, &e), -row->number);
	ck_assert_int_eq(e.kind, row->kind);
	ck_assert_str_eq(e.subject, "vfio-pci");
	ck_assert_msg(strstr(e.message, row->message), "%s", e.message);
	ck_assert_msg(strstr(e.fix, row->fix), "%s", e.fix);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("modules");

	tcase_add_loop_test(tests, explained, 0, ARRAY_SIZE(rows));
	return suite_run("modules", tests);
}
