// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the domain XML: golden files, libvirt's own schema, text that must not become markup. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "unit/schema.h"
#include "unit/suite.h"
#include "vm/domxml.h"

/* A GPU with its sound, two equal NVMe disks, an HBA. */
static struct device devices[] = {
	{ .addr = { 0, 0x01, 0, 0 },
	  .vendor = 0x10de,
	  .device = 0x2204,
	  .subsystem_vendor = 0x1043,
	  .subsystem_device = 0x87b3,
	  .path = (char[]){ "0000/0/01.0/00.0" } },
	{ .addr = { 0, 0x01, 0, 1 },
	  .vendor = 0x10de,
	  .device = 0x1aef,
	  .subsystem_vendor = 0x1043,
	  .subsystem_device = 0x87b3,
	  .path = (char[]){ "0000/0/01.0/00.1" } },
	{ .addr = { 0, 0x05, 0, 0 },
	  .vendor = 0x144d,
	  .device = 0xa808,
	  .subsystem_vendor = 0x144d,
	  .subsystem_device = 0xa801,
	  .path = (char[]){ "0000/0/1c.0/00.0" },
	  .serial = (char[]){ "00-25-38-5b-91-00-00-01" } },
	{ .addr = { 0, 0x06, 0, 0 },
	  .vendor = 0x144d,
	  .device = 0xa808,
	  .subsystem_vendor = 0x144d,
	  .subsystem_device = 0xa801,
	  .path = (char[]){ "0000/0/1d.0/00.0" },
	  .serial = (char[]){ "00-25-38-5b-91-00-00-02" } },
	{ .addr = { 0x0001, 0x82, 0x1f, 7 },
	  .vendor = 0x1000,
	  .device = 0x0087,
	  .subsystem_vendor = 0x1000,
	  .subsystem_device = 0x3020 },
};

/**
 * struct example - a profile and what was picked for it
 * @name:	golden file
 * @kvm:	the host has it
 * @text:	the profile
 * @picks:	section of the profile, device and role of each
 * @pick_count:	number of @picks
 */
static const struct example {
	const char *name;
	bool kvm;
	const char *text;
	struct {
		unsigned int section, device;
		enum pick_role role;
	} picks[6];
	size_t pick_count;
} examples[] = {
	{ .name = "minimal", .kvm = true, .text = "[vm]\nname = minimal\nmemory = 1G\n" },
	{ .name = "minimal-tcg", .text = "[vm]\nname = minimal\nmemory = 1G\n" },
	{ .name = "kernel",
	  .kvm = true,
	  .text = "[vm]\nname = kernel\nmemory = 512M\nvcpus = 2\naccel = tcg\nmachine = pc\n"
		  "kernel = vmlinuz\ninitrd = /boot/initrd\ncmdline = console=ttyS0 a=\"<&>\"\n"
		  "serial = file:console & log\n" },
	{ .name = "storage",
	  .kvm = true,
	  .text = "[vm]\nname = storage\nmemory = 8G\nvcpus = 4\n"
		  "uuid = 11111111-2222-4333-8444-555555555555\n"
		  "[pci \"hba\"]\naddress = 0001:82:1f.7\n"
		  "[pci \"nvme\"]\nmatch = 144d:a808\ncount = 2\n"
		  "[disk \"root\"]\nsource = root.qcow2\nformat = qcow2\n"
		  "[disk \"data\"]\nsource = /dev/vg0/data\nformat = raw\nbus = scsi\n"
		  "[disk \"memory\"]\nsource = /dev/shm/scratch.img\nformat = raw\nbus = sata\n"
		  "[net \"lan\"]\nbridge = br0\n"
		  "[net \"wan\"]\nnetwork = default\n",
	  .picks = { { 0, 4, PICK_ATTACH }, { 1, 2, PICK_ATTACH }, { 1, 3, PICK_ATTACH } },
	  .pick_count = 3 },
	{ .name = "gpu",
	  .kvm = true,
	  .text = "[vm]\nname = gpu\nmemory = 16G\nvcpus = 8\nserial = stdio\n"
		  "[pci \"gpu.1+\"]\nclass = gpu\nsiblings = attach\n"
		  "[pci \"gpu.1_\"]\nmatch = 144d:\ncount = 1\npick = any\n"
		  "[net \"user\"]\nuser = yes\n",
	  .picks = { { 0, 0, PICK_ATTACH },
		     { 0, 1, PICK_ATTACH },
		     { 1, 2, PICK_ATTACH },
		     { 1, 3, PICK_SIBLING } },
	  .pick_count = 4 },
};

/* The XML of an example; free(). */
static char *build(const struct example *example)
{
	struct host host = { .devices = devices,
			     .device_count = ARRAY_SIZE(devices),
			     .kvm = example->kvm };
	struct pick items[ARRAY_SIZE(example->picks)];
	struct picks picks = { .item = items, .count = example->pick_count };
	_cleanup_(profile_done) struct profile profile = { 0 };
	struct err e = { 0 };
	int r = profile_parse(example->text, strlen(example->text), "profiles/example.profile",
			      "/srv/profiles", &profile, &e);

	ck_assert_msg(r == 0, "%s: %s: %s", example->name, e.subject, e.message);
	for (size_t i = 0; i < picks.count; i++) {
		ck_assert_uint_lt(example->picks[i].section, profile.pci_count);
		items[i] = (struct pick){ .want = &profile.pci[example->picks[i].section],
					  .device = example->picks[i].device,
					  .role = example->picks[i].role,
					  .asked = true };
	}
	return domxml_build(&profile, &host, &picks);
}

static char *golden_path(const char *name)
{
	const char *dir = getenv("SRCDIR");

	return mem_printf("%s/tests/fixtures/xml/%s.xml", dir ? dir : ".", name);
}

START_TEST(golden)
{
	const struct example *example = &examples[_i];
	_cleanup_free_ char *xml = build(example), *again = build(example);
	_cleanup_free_ char *path = golden_path(example->name), *expected = mem_zalloc(65536);
	_cleanup_fclose_ FILE *file = NULL;
	const char *regen = getenv("REGEN");

	ck_assert_str_eq(xml, again);
	if (regen && !strcmp(regen, "1")) {
		file = fopen(path, "w");
		ck_assert_msg(file != NULL, "cannot write %s", path);
		ck_assert_int_ge(fputs(xml, file), 0);
		return;
	}
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "cannot open %s", path);
	expected[fread(expected, 1, 65535, file)] = '\0';
	ck_assert_str_eq(xml, expected);
}
END_TEST

START_TEST(valid)
{
	_cleanup_free_ char *xml = build(&examples[_i]);

	schema_check("example", xml);
}
END_TEST

/* The MAC follows from guest and interface: the same at every start, another one for each. */
START_TEST(addresses)
{
	_cleanup_free_ char *xml = build(&examples[3]);
	const char *first = strstr(xml, "<mac address="),
		   *second = strstr(first + 1, "<mac address=");

	ck_assert_int_eq(strncmp(first, "<mac address=\"52:54:00:", 23), 0);
	ck_assert_int_ne(strncmp(first, second, 33), 0);
}
END_TEST

START_TEST(many_disks)
{
	struct example example = { .name = "disks" };
	struct strlist lines = { 0 };
	_cleanup_free_ char *text = NULL, *xml = NULL;

	strlist_add(&lines, "[vm]\nname = disks\nmemory = 1G");
	for (int i = 0; i < 703; i++)
		strlist_addf(&lines, "[disk \"d%d\"]\nsource = /d%d\nformat = raw", i, i);
	text = strlist_join(&lines, "\n");
	strlist_done(&lines);
	example.text = text;
	xml = build(&example);
	ck_assert_ptr_nonnull(strstr(xml, "\"vda\""));
	ck_assert_ptr_nonnull(strstr(xml, "\"vdz\""));
	ck_assert_ptr_nonnull(strstr(xml, "\"vdaa\""));
	ck_assert_ptr_nonnull(strstr(xml, "\"vdzz\""));
	ck_assert_ptr_nonnull(strstr(xml, "\"vdaaa\""));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("domxml");

	tcase_add_loop_test(tests, golden, 0, (int)ARRAY_SIZE(examples));
	tcase_add_loop_test(tests, valid, 0, (int)ARRAY_SIZE(examples));
	tcase_add_test(tests, addresses);
	tcase_add_test(tests, many_disks);
	return suite_run("domxml", tests);
}
