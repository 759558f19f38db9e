// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of kernel command lines as words, and of the files that hold them. */
#include "model/kernelparams.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/grubdefault.h"
#include "model/loaderentry.h"
#include "unit/suite.h"

static const char *const off[] = { "off", NULL };
static const char *const none[] = { "off", "soft", NULL };

static const struct kernel_param wanted[] = {
	{ "intel_iommu", "on", off },
	{ "iommu", "pt", none },
};

static const struct {
	const char *before, *after;
} lines[] = {
	{ "", "intel_iommu=on iommu=pt" },
	{ "quiet", "quiet intel_iommu=on iommu=pt" },
	{ "quiet  splash ", "quiet  splash intel_iommu=on iommu=pt" },
	{ "intel_iommu=on iommu=pt", "intel_iommu=on iommu=pt" },
	{ "iommu=pt a intel_iommu=on", "iommu=pt a intel_iommu=on" },
	{ "intel_iommu=off quiet", "quiet intel_iommu=on iommu=pt" },
	{ "a intel_iommu=off b", "a b intel_iommu=on iommu=pt" },
	{ "intel_iommu=sm_on,off", "intel_iommu=sm_on intel_iommu=on iommu=pt" },
	{ "intel_iommu=on,sm_on iommu=off,pt", "intel_iommu=on,sm_on iommu=pt" },
	{ "intel-iommu=on iommu=pt", "intel-iommu=on iommu=pt" },
	{ "xintel_iommu=on iommu=pt", "xintel_iommu=on iommu=pt intel_iommu=on" },
	{ "dyndbg=\"file a intel_iommu=on +p\" iommu=pt",
	  "dyndbg=\"file a intel_iommu=on +p\" iommu=pt intel_iommu=on" },
	{ "a \\\n\tintel_iommu=on \\\n iommu=pt", "a \\\n\tintel_iommu=on \\\n iommu=pt" },
	{ "iommu=soft", "intel_iommu=on iommu=pt" },
};

START_TEST(words)
{
	const char *before = lines[_i].before;
	_cleanup_free_ char *got =
		kernelparams_edit(before, strlen(before), wanted, ARRAY_SIZE(wanted));
	_cleanup_free_ char *again =
		kernelparams_edit(got, strlen(got), wanted, ARRAY_SIZE(wanted));

	ck_assert_str_eq(got, lines[_i].after);
	ck_assert_str_eq(again, got);
}
END_TEST

START_TEST(has)
{
	ck_assert(kernelparams_has("a=b c=d,e", "c", "e"));
	ck_assert(kernelparams_has("a=b c=d,e", "c", NULL));
	ck_assert(kernelparams_has("vmrun.pool=off", "vmrun.pool", "off"));
	ck_assert(!kernelparams_has("a=b c=d,e", "c", "d,e"));
	ck_assert(!kernelparams_has("a=b c=d,e", "e", NULL));
	ck_assert(!kernelparams_has("ac=e", "c", "e"));
	ck_assert(!kernelparams_has("", "c", NULL));
}
END_TEST

typedef int edit_fn(const char *text, size_t len, const char *file,
		    const struct kernel_param *params, size_t count, char **ret, struct err *e);

/** struct file_row - a file before and after; @after NULL: refused, with "FILE:LINE: " and this in @error */
struct file_row {
	edit_fn *edit;
	const char *before, *after, *error;
};

#define NORMAL "GRUB_CMDLINE_LINUX_DEFAULT"
#define BOTH "intel_iommu=on iommu=pt"

static const struct file_row files[] = {
	{ grubdefault_edit, "# c\n" NORMAL "=\"quiet\"\nGRUB_CMDLINE_LINUX=\"\"\n",
	  "# c\n" NORMAL "=\"quiet " BOTH "\"\nGRUB_CMDLINE_LINUX=\"\"\n", NULL },
	{ grubdefault_edit, NORMAL "=\"\"\n", NORMAL "=\"" BOTH "\"\n", NULL },
	{ grubdefault_edit, NORMAL "='quiet'", NORMAL "='quiet " BOTH "'", NULL },
	{ grubdefault_edit, NORMAL "=quiet # c\n", NORMAL "=\"quiet " BOTH "\" # c\n", NULL },
	{ grubdefault_edit, NORMAL "=\n", NORMAL "=\"" BOTH "\"\n", NULL },
	{ grubdefault_edit, "GRUB_TIMEOUT=5\n", "GRUB_TIMEOUT=5\n" NORMAL "=\"" BOTH "\"\n", NULL },
	{ grubdefault_edit, "GRUB_TIMEOUT=5", "GRUB_TIMEOUT=5\n" NORMAL "=\"" BOTH "\"\n", NULL },
	{ grubdefault_edit, "", NORMAL "=\"" BOTH "\"\n", NULL },
	/* Fedora has this one only */
	{ grubdefault_edit, "GRUB_CMDLINE_LINUX=\"rhgb quiet\"\n",
	  "GRUB_CMDLINE_LINUX=\"rhgb quiet " BOTH "\"\n", NULL },
	/* the last of two holds; what contradicts goes from both variables */
	{ grubdefault_edit, NORMAL "=\"a\"\n" NORMAL "=\"b\"\n",
	  NORMAL "=\"a\"\n" NORMAL "=\"b " BOTH "\"\n", NULL },
	{ grubdefault_edit, "GRUB_CMDLINE_LINUX=\"intel_iommu=off a\"\n" NORMAL "=\"b\"\n",
	  "GRUB_CMDLINE_LINUX=\"a\"\n" NORMAL "=\"b " BOTH "\"\n", NULL },
	{ grubdefault_edit, "GRUB_CMDLINE_LINUX=\"intel_iommu=on\"\n" NORMAL "=\"iommu=pt\"\n",
	  "GRUB_CMDLINE_LINUX=\"intel_iommu=on\"\n" NORMAL "=\"iommu=pt\"\n", NULL },
	{ grubdefault_edit, NORMAL "=\"a\"\n" NORMAL "+=\" b\"\n",
	  NORMAL "=\"a\"\n" NORMAL "+=\" b " BOTH "\"\n", NULL },
	{ grubdefault_edit, "export " NORMAL "=\"a\" X=1\n",
	  "export " NORMAL "=\"a " BOTH "\" X=1\n", NULL },
	{ grubdefault_edit, NORMAL "=\"a \\\n b\"\n", NORMAL "=\"a \\\n b " BOTH "\"\n", NULL },
	{ grubdefault_edit, NORMAL "=\"$(cat /x) ${Y}\"\n", NORMAL "=\"$(cat /x) ${Y} " BOTH "\"\n",
	  NULL },
	{ grubdefault_edit, "D=`lsb_release -i 2> /dev/null || echo Debian`\n" NORMAL "=\"\"\n",
	  "D=`lsb_release -i 2> /dev/null || echo Debian`\n" NORMAL "=\"" BOTH "\"\n", NULL },
	{ grubdefault_edit, "D=$( . /etc/os-release && echo ${NAME} )\n" NORMAL "=\"\"\n",
	  "D=$( . /etc/os-release && echo ${NAME} )\n" NORMAL "=\"" BOTH "\"\n", NULL },
	{ grubdefault_edit, "if true; then X=1; fi\n" NORMAL "=\"\"\n",
	  "if true; then X=1; fi\n" NORMAL "=\"" BOTH "\"\n", NULL },
	{ grubdefault_edit, "case $X in\na) Y=1;;\nesac\n" NORMAL "=\"\"\n",
	  "case $X in\na) Y=1;;\nesac\n" NORMAL "=\"" BOTH "\"\n", NULL },
	{ grubdefault_edit, NORMAL "=\"\"\r\n", NULL, "f:1: a carriage return" },
	{ grubdefault_edit, "X=1\n\n" NORMAL "=\"a\n", NULL, "f:3: a double quote does not end" },
	{ grubdefault_edit, "X=1\n" NORMAL "='a\n", NULL, "f:2: a single quote does not end" },
	{ grubdefault_edit, "X=1\n" NORMAL "=\"a\"'b'\n", NULL, "f:2: the value of" },
	{ grubdefault_edit, NORMAL "=\"a\"$B\n", NULL, "f:1: the value of" },
	{ grubdefault_edit, "if true\nthen\n" NORMAL "=\"a\"\nfi\n", NULL,
	  "f:3: GRUB_CMDLINE_LINUX_DEFAULT is set within" },
	{ grubdefault_edit, "case $X in\na) " NORMAL "=\"\";;\nesac\n", NULL, "f:2: " },
	{ grubdefault_edit, "f() {\n" NORMAL "=\"\"\n}\n", NULL, "f:2: " },
	{ grubdefault_edit, "(\n" NORMAL "=\"\"\n)\n", NULL, "f:2: " },
	{ grubdefault_edit, NORMAL "=\"a\" update-grub\n", NULL,
	  "f:1: GRUB_CMDLINE_LINUX_DEFAULT is set for one command" },
	{ grubdefault_edit, "cat <<E\n" NORMAL "=\"\"\nE\n", NULL, "f:1: a here-document" },

	{ loaderentry_edit, "title A\nlinux /v\noptions root=/ rw\ninitrd /i\n",
	  "title A\nlinux /v\noptions root=/ rw " BOTH "\ninitrd /i\n", NULL },
	{ loaderentry_edit, "linux /v\r\noptions\troot=/ \r\n",
	  "linux /v\r\noptions\troot=/ " BOTH " \r\n", NULL },
	{ loaderentry_edit, "linux /v\noptions $kernelopts\n",
	  "linux /v\noptions $kernelopts " BOTH "\n", NULL },
	{ loaderentry_edit, "linux /v\noptions intel_iommu=off\noptions rw\n",
	  "linux /v\noptions \noptions rw " BOTH "\n", NULL },
	{ loaderentry_edit, "linux /v\noptions " BOTH "\noptions rw\n",
	  "linux /v\noptions " BOTH "\noptions rw\n", NULL },
	{ loaderentry_edit, "linux /v", "linux /v\noptions " BOTH "\n", NULL },
	{ loaderentry_edit, "linux /v\n#options a\noptionsx b\n",
	  "linux /v\n#options a\noptionsx b\noptions " BOTH "\n", NULL },
	{ loaderentry_edit, "title A\nefi /shell.efi\n",
	  "title A\nefi /shell.efi\noptions " BOTH "\n", NULL },
	{ loaderentry_edit, "linux /v\noptions\n", "linux /v\noptions\noptions " BOTH "\n", NULL },
	{ loaderentry_edit, "title A\n", NULL, "f:1: no line \"linux\"" },
	{ loaderentry_edit, "", NULL, "f:1: no line \"linux\"" },

	{ kernelcmdline_edit, "a\nb=\"c\n", NULL, "f:2: a double quote does not end" },
	{ loaderentry_edit, "linux /v\noptions b=\"c\n", NULL, "f:2: a double quote does not end" },
	{ grubdefault_edit, NORMAL "='b=\"c'\n", NULL, "f:1: a double quote in the value" },
	{ grubdefault_edit, NORMAL "='b=\"c d\"'\n", NORMAL "='b=\"c d\" " BOTH "'\n", NULL },
	{ kernelcmdline_edit, "root=/ rw\n", "root=/ rw " BOTH "\n", NULL },
	{ kernelcmdline_edit, "", BOTH "\n", NULL },
	{ kernelcmdline_edit, "# c", "# c\n" BOTH "\n", NULL },
	{ kernelcmdline_edit, "# c\nroot=/\nrw", "# c\nroot=/\nrw " BOTH, NULL },
	{ kernelcmdline_edit, "iommu=pt\nintel_iommu=on\n", "iommu=pt\nintel_iommu=on\n", NULL },
};

START_TEST(in_files)
{
	const struct file_row *row = &files[_i];
	_cleanup_free_ char *got = NULL, *again = NULL;
	struct err e = { 0 };
	int r = row->edit(row->before, strlen(row->before), "f", wanted, ARRAY_SIZE(wanted), &got,
			  &e);

	if (!row->after) {
		_cleanup_free_ char *said = mem_printf("%s: %s", e.subject, e.message);

		ck_assert_int_lt(r, 0);
		ck_assert_msg(!strncmp(said, row->error, strlen(row->error)), "%s", said);
		ck_assert_int_eq(e.kind, ERR_REFUSED);
		return;
	}
	ck_assert_msg(r == 0, "%s: %s", e.subject, e.message);
	ck_assert_str_eq(got, row->after);
	ck_assert_int_eq(row->edit(got, strlen(got), "f", wanted, ARRAY_SIZE(wanted), &again, &e),
			 0);
	ck_assert_str_eq(again, got);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("kernelparams");

	tcase_add_loop_test(tests, words, 0, ARRAY_SIZE(lines));
	tcase_add_test(tests, has);
	tcase_add_loop_test(tests, in_files, 0, ARRAY_SIZE(files));
	return suite_run("kernelparams", tests);
}
