// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of domain XML on a base: what it says stays, the profile's devices are added, others are not taken. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "model/profile_base.h"
#include "unit/made.h"
#include "unit/schema.h"
#include "unit/suite.h"
#include "vm/domxml.h"

#define TEXT_MAX ((size_t)1 << 16)

static char *fixture(const char *name)
{
	const char *dir = getenv("SRCDIR");

	return mem_printf("%s/tests/fixtures/xml/base/%s", dir ? dir : ".", name);
}

static char *read_file(const char *name)
{
	_cleanup_free_ char *path = fixture(name);
	_cleanup_fclose_ FILE *file = fopen(path, "r");
	char *text = mem_zalloc(TEXT_MAX);

	ck_assert_msg(file != NULL, "cannot open %s", path);
	text[fread(text, 1, TEXT_MAX - 1, file)] = '\0';
	return text;
}

/* The graphics card and the network card are there, the third is not. */
static char *build(const struct profile *profile)
{
	struct host host = made_host();
	struct pick items[2];
	struct picks picks = { .item = items, .count = 2 };
	char *xml;

	made_device(&host, "01:00.0", 0x030000, NULL, 1);
	made_device(&host, "02:00.0", 0x020000, NULL, 2);
	for (size_t i = 0; i < 2; i++)
		items[i] = (struct pick){
			.want = &profile->pci[i], .device = i, .role = PICK_ATTACH, .asked = true
		};
	xml = domxml_build(profile, &host, &picks);
	host_done(&host);
	return xml;
}

START_TEST(golden)
{
	_cleanup_free_ char *path = fixture("windows.profile"), *xml = NULL, *again = NULL,
			    *expected = NULL;
	_cleanup_(profile_done) struct profile profile = { 0 };
	const char *regen = getenv("REGEN");
	struct err e = { 0 };

	ck_assert_msg(profile_load(path, &profile, &e) == 0, "%s: %s", e.subject, e.message);
	ck_assert_uint_eq(profile.memory_bytes, UINT64_C(8) << 30);
	ck_assert_uint_eq(profile.vcpus, 4);
	ck_assert_int_eq(profile.firmware, FIRMWARE_UEFI);
	xml = build(&profile);
	again = build(&profile);
	ck_assert_str_eq(xml, again);
	schema_check("with its base", xml);
	if (regen && !strcmp(regen, "1")) {
		_cleanup_free_ char *golden_path = fixture("windows.golden.xml");
		_cleanup_fclose_ FILE *file = fopen(golden_path, "w");

		ck_assert(file && fputs(xml, file) >= 0);
		return;
	}
	expected = read_file("windows.golden.xml");
	ck_assert_str_eq(xml, expected);
}
END_TEST

static const struct {
	const char *text, *message;
} bad[] = {
	{ "", "is no domain XML: it is not well-formed XML" },
	{ "<domain/>", "is no domain XML: it has no <domain> with <devices> in it" },
	{ "<network><devices/></network>",
	  "is no domain XML: it has no <domain> with <devices> in it" },
	{ "<domain><devices/></domain>",
	  "is no domain XML: it does not say how much memory the guest has" },
	{ "<domain><memory unit='furlong'>1</memory><devices/></domain>",
	  "is no domain XML: it does not say how much memory the guest has" },
	{ "<!DOCTYPE domain [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><domain><memory>&a;</memory><devices/></domain>",
	  "is no domain XML: it has a document type" },
	{ "<domain><memory>1048576</memory><devices>\n<hostdev type='pci'><source/></hostdev></devices></domain>",
	  "has a PCI device of the host in line 2 that no [pci] section of the profile owns" },
	{ "<domain><memory>1048576</memory><devices><interface type='hostdev'><alias name='ua-other'/></interface></devices></domain>",
	  "has a PCI device of the host in line 1 that no [pci] section of the profile owns" },
};

START_TEST(refused)
{
	_cleanup_(profile_done) struct profile profile =
		made_profile("[pci \"gpu\"]\naddress = 01:00.0\n");
	_cleanup_free_ char *text = mem_strdup(bad[_i].text);
	struct err e = { 0 };

	ck_assert_int_eq(profile_base_adopt(&profile, text, strlen(text), &e), -EINVAL);
	ck_assert_int_eq(e.kind, ERR_PROFILE);
	ck_assert_str_eq(e.message, bad[_i].message);
	ck_assert_ptr_null(profile.base);
}
END_TEST

/* What is not there, or too large, is said of the file that the profile names. */
START_TEST(missing)
{
	_cleanup_(profile_done) struct profile profile = { 0 };
	char path[] = "/tmp/vmrun-base-XXXXXX";
	int fd = mkstemp(path);
	struct err e = { 0 };

	ck_assert_int_gt(write(fd, "[vm]\nname = a\nxml = /nonexistent/a.xml\n", 39), 0);
	close(fd);
	ck_assert_int_lt(profile_load(path, &profile, &e), 0);
	unlink(path);
	ck_assert_str_eq(e.subject, "/nonexistent/a.xml");
	ck_assert_int_eq(e.kind, ERR_PROFILE);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("domxml_base");

	tcase_add_test(tests, golden);
	tcase_add_loop_test(tests, refused, 0, (int)ARRAY_SIZE(bad));
	tcase_add_test(tests, missing);
	return suite_run("domxml_base", tests);
}
