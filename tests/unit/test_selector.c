// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of selectors: which devices of a host each one picks, and what is said about a wrong one. */
#include "model/selector.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/suite.h"

static struct disk nvme_disk[] = { { .name = (char[]){ "nvme0n1" },
				     .node = (char[]){ "/dev/nvme0n1" } } };
static struct disk sas_disks[] = {
	{ .name = (char[]){ "sda" }, .node = (char[]){ "/dev/sda" } },
	{ .name = (char[]){ "sdb" }, .node = (char[]){ "/dev/sdb" } },
};
static struct disk smart_array[] = {
	{ .name = (char[]){ "cciss!c0d0" }, .node = (char[]){ "/dev/cciss/c0d0" } },
};
static char *nic_names[] = { (char[]){ "enp3s0" }, (char[]){ "dcb0" } };

/* A host in small: each device is named in the tests by its letter. */
static struct device devices[] = {
	{ .addr = { 0, 0, 0x1c, 0 },
	  .vendor = 0x8086,
	  .device = 0xa338,
	  .class_code = 0x060400,
	  .kind = KIND_BRIDGE,
	  .header_type = 1,
	  .header_known = true,
	  .name = (char[]){ "Intel Corporation PCI Express Root Port" },
	  .path = (char[]){ "0000/0/1c.0" },
	  .slot = 2 }, /* a */
	{ .addr = { 0, 5, 0, 0 },
	  .vendor = 0x1000,
	  .device = 0x0087,
	  .class_code = 0x010700,
	  .kind = KIND_HBA,
	  .name = (char[]){ "Broadcom / LSI SAS2308 PCI-Express Fusion-MPT SAS-2" },
	  .path = (char[]){ "0000/0/1c.0/00.0" },
	  .slot = 2,
	  .disks = sas_disks,
	  .disk_count = 2 }, /* b */
	{ .addr = { 0, 5, 0, 1 },
	  .vendor = 0x1000,
	  .device = 0x0088,
	  .class_code = 0x010700,
	  .kind = KIND_HBA,
	  .name = (char[]){ "Broadcom / LSI SAS2308 second" },
	  .slot = -1,
	  .disks = smart_array,
	  .disk_count = 1 }, /* c */
	{ .addr = { 0x10000, 1, 0, 0 },
	  .vendor = 0x144d,
	  .device = 0xa80a,
	  .class_code = 0x010802,
	  .kind = KIND_NVME,
	  .name = (char[]){ "Samsung Electronics Co Ltd NVMe SSD Controller PM9A1" },
	  .path = (char[]){ "10000/CXL/00.0" },
	  .slot = 0,
	  .disks = nvme_disk,
	  .disk_count = 1 }, /* d */
	{ .addr = { 0, 0x17, 0, 0 },
	  .vendor = 0x8086,
	  .device = 0x1533,
	  .class_code = 0x020000,
	  .kind = KIND_NIC,
	  .name = (char[]){ "Intel Corporation I210 Gigabit Network Connection" },
	  .slot = -1,
	  .netdevs = { nic_names, 2 } }, /* e */
	{ .addr = { 0, 0, 0x14, 0 },
	  .vendor = 0x8086,
	  .device = 0xa36d,
	  .class_code = 0x0c0330,
	  .kind = KIND_USB,
	  .name = (char[]){ "Intel Corporation USB 3.1 xHCI" },
	  .slot = -1 }, /* f */
	{ .addr = { 0, 0, 0x1f, 0 },
	  .vendor = 0x8086,
	  .device = 0xa303,
	  .class_code = 0x060100,
	  .kind = KIND_BRIDGE,
	  .header_known = true,
	  .name = (char[]){ "Intel Corporation ISA bridge" },
	  .slot = -1 }, /* g */
};

static const struct {
	const char *selector;
	const char *picks;
} good[] = {
	{ "0000:05:00.0", "b" },
	{ "05:00.0", "b" },
	{ "05:00.1", "c" },
	{ "05:00.7", "" },
	{ "05:00", "bc" },
	{ "05:00.*", "bc" },
	{ "0000:05:00", "bc" },
	{ "0000:05:00.*", "bc" },
	{ "10000:01:00.0", "d" },
	{ "01:00.0", "" },
	{ "00:1c.0", "a" },
	{ "00:1c", "a" },
	{ "address=05:00.0", "b" },
	{ "1000:0087", "b" },
	{ "1000:*", "bc" },
	{ "1000:", "bc" },
	{ ":0087", "b" },
	{ "8086:", "efg" },
	{ "8086::0604", "a" },
	{ "::0604", "a" },
	{ "::06xx", "ag" },
	{ "::0107", "bc" },
	{ "::01xx", "bcd" },
	{ "::01XX", "bcd" },
	{ "::xxx3", "f" },
	{ "*:*:0108", "d" },
	{ "::0108:02", "d" },
	{ "::0108:01", "" },
	{ "::0c03:30", "f" },
	{ "::0c03:*", "f" },
	{ ":::30", "f" },
	{ "144D:A80A", "d" },
	{ "1000:0087,8086:1533", "be" },
	{ "match=dead:beef , 144d:*:0108", "d" },
	{ "dead:beef,beef:dead", "" },
	{ "8086:*,::0604", "aefg" },
	{ "match=8086:1533", "e" },
	{ "class=hba", "bc" },
	{ "class=nvme", "d" },
	{ "class=bridge", "ag" },
	{ "class=gpu", "" },
	{ "name=SAS23|PM9A", "bcd" },
	{ "name=sas2308", "bc" },
	{ "name=^intel.*(i210|usb)", "ef" },
	{ "name=^Intel", "efg" },
	{ "name=SAS-2$", "b" },
	{ "name=S{2}D", "d" },
	{ "name=[0-9]{4,}", "bc" },
	{ "name=a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+", "" },
	{ "name=(S+D+)+", "d" },
	{ "name=[]*+[:alpha:]]*[^]^+*]NVMe", "d" },
	{ "name=FUSION\\+*[[.-.]*+]MPT", "b" },
	{ "path=0000/0/1c.0/00.0", "b" },
	{ "path=0000/0/1C.0/00.0", "b" },
	{ "path=0000/0/1c.0", "a" },
	{ "path=10000/cxl/00.0", "d" },
	{ "path=0000/0/1c.0/00.1", "" },
	{ "slot=2", "b" },
	{ "slot=0", "d" },
	{ "slot=65535", "" },
	{ "disk=/dev/nvme0n1", "d" },
	{ "disk=/dev/nvme0n1p2", "d" },
	{ "disk=/dev/nvme0n12", "" },
	{ "disk=/dev/nvme0n1p", "" },
	{ "disk=/dev/sdb", "b" },
	{ "disk=/dev/sdb3", "b" },
	{ "disk=/dev/sdbp3", "" },
	{ "disk=/dev/sdc", "" },
	{ "disk=/dev/sdaa", "" },
	{ "disk=/dev/sd", "" },
	{ "disk=/dev/cciss/c0d0", "c" },
	{ "disk=/dev/cciss/c0d0p1", "c" },
	{ "netdev=enp3s0", "e" },
	{ "netdev=dcb0", "e" },
	{ "netdev=enp3s0.7", "" },
};

START_TEST(picks)
{
	struct selector sel;
	struct err e = { 0 };
	char picked[ARRAY_SIZE(devices) + 1], *end = picked;
	const char *equals = strchr(good[_i].selector, '=');

	ck_assert_msg(selector_parse(good[_i].selector, &sel, &e) == 0, "%s: %s", good[_i].selector,
		      e.message);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		if (selector_matches(&sel, &devices[i]))
			*end++ = (char)('a' + i);
	*end = '\0';
	ck_assert_msg(!strcmp(picked, good[_i].picks), "%s picks \"%s\", not \"%s\"",
		      good[_i].selector, picked, good[_i].picks);
	ck_assert_str_eq(sel.text, equals ? equals + 1 : good[_i].selector);
	selector_done(&sel);
	selector_done(&sel);
}
END_TEST

#define FORMS                                                                                                \
	"write an address (0000:05:00.0, 05:00.0, 05:00), ids (1000:0087, ::0108), class=nvme, name=REGEX, " \
	"path=, slot=, disk=/dev/NAME or netdev=NAME"
#define ADDRESS "write it as 0000:05:00.0 or 05:00.0; 05:00 is all functions of the device"
#define MATCH \
	"write vendor:device[:class[:prog-if]] as lspci -d does: 1000:0087, 8086:*, ::0108, ::0c03:30"
#define EXPRESSION "an extended regular expression, such as SAS23|SAS30 or ^NVIDIA"
#define PATH "copy it from `vmrun explain ADDRESS`; it looks like 0000/0/1c.0/00.0"
#define CLASSES \
	"the classes are other, nvme, gpu, hba, nic, usb, audio, bridge, serial, wireless, accel"

static const struct {
	const char *selector;
	const char *message;
	const char *fix;
} bad[] = {
	{ "", "\"\" does not pick a device", FORMS },
	{ "hba0", "\"hba0\" does not pick a device", FORMS },
	{ "NVMe", "\"NVMe\" does not pick a device", "did you mean class=nvme?" },
	{ "/dev/sda", "\"/dev/sda\" does not pick a device", "did you mean disk=/dev/sda?" },
	{ "05", "\"05\" does not pick a device", FORMS },
	{ "slto=2", "\"slto\" is not a way to pick a device", "did you mean \"slot=\"?" },
	{ "Slot=2", "\"Slot\" is not a way to pick a device", "did you mean \"slot=\"?" },
	{ "=2", "\"\" is not a way to pick a device",
	  "the ways are address=, match=, class=, name=, path=, slot=, disk=, netdev=, an address, or ids as lspci -d "
	  "takes them" },
	{ "05:00.8", "\"05:00.8\" is not a PCI address", ADDRESS },
	{ "05:20", "\"05:20\" is not a PCI address", ADDRESS },
	{ "05:00.", "\"05:00.\" is not a PCI address", ADDRESS },
	{ "05:00.**", "\"05:00.**\" is not a PCI address", ADDRESS },
	{ "05:*", "\"05:*\" is not a PCI address", ADDRESS },
	{ "05:00:0", "\"05:00:0\" is not a PCI address", ADDRESS },
	{ "address=1000:0087", "\"1000:0087\" is not a PCI address", ADDRESS },
	{ "address=", "\"\" is not a PCI address", ADDRESS },
	{ "1000:87", "\"1000:87\" is not a pair of PCI ids of four digits", MATCH },
	{ "10000:0087", "\"10000:0087\" is not a pair of PCI ids of four digits", MATCH },
	{ "100g:0087", "\"100g:0087\" is not a pair of PCI ids of four digits", MATCH },
	{ "0x10:0087", "\"0x10:0087\" is not a pair of PCI ids of four digits", MATCH },
	{ "1000:0087:0107:00:1", "\"1000:0087:0107:00:1\" is not a pair of PCI ids of four digits",
	  MATCH },
	{ "match=1000", "\"1000\" is not a pair of PCI ids of four digits", MATCH },
	{ "match=05:00.0", "\"05:00.0\" is not a pair of PCI ids of four digits", MATCH },
	{ "1000:0087,nvme", "\"nvme\" is not a pair of PCI ids of four digits", MATCH },
	{ "1000:0087,", "\"\" is not a pair of PCI ids of four digits", MATCH },
	{ "1000:0087,*:*", "\"*:*\" is not a choice: it matches every device", MATCH },
	{ "::01", "\"::01\" is not a match with a class of four digits", MATCH },
	{ "::010802", "\"010802\" is not a class of four digits",
	  "the programming interface is a field of its own: ::0c03:30" },
	{ "::0108:2", "\"::0108:2\" is not a match with a class of four digits", MATCH },
	{ "1xxx:0087", "\"1xxx:0087\" is not a pair of PCI ids of four digits", MATCH },
	{ ":", "\":\" is not a choice: it matches every device", MATCH },
	{ "*:*:*:*", "\"*:*:*:*\" is not a choice: it matches every device", MATCH },
	{ "::xxxx", "\"::xxxx\" is not a choice: it matches every device", MATCH },
	{ "class=nvm", "\"nvm\" is not a class of devices",
	  "did you mean \"nvme\"? The classes are " },
	{ "class=storage", "\"storage\" is not a class of devices", CLASSES },
	{ "class=", "\"\" is not a class of devices", CLASSES },
	{ "class=0108", "\"0108\" is not a class of devices", "class ids go into a match: ::0108" },
	{ "name=", "an expression for a name has 1 to 256 characters", EXPRESSION },
	{ "name=SAS[", "\"SAS[\" is not a regular expression: ", EXPRESSION },
	{ "name=(", "\"(\" is not a regular expression: ", EXPRESSION },
	{ "name=a{1001}", "\"a{1001}\" is too costly to match", EXPRESSION },
	{ "name=((a{0,100}){1,100}){100}", "\"((a{0,100}){1,100}){100}\" is too costly to match",
	  EXPRESSION },
	{ "name=a{18446744073709551617}", "\"a{18446744073709551617}\" is too costly to match",
	  EXPRESSION },
	{ "name=a++++++++++++", "\"a++++++++++++\" is too costly to match", EXPRESSION },
	{ "name=(((((((((a)+)+)+)+)+)+)+)+)+",
	  "\"(((((((((a)+)+)+)+)+)+)+)+)+\" is too costly to match", EXPRESSION },
	{ "name=a*?", "\"a*?\" is too costly to match", EXPRESSION },
	{ "name=a{2}{2}", "\"a{2}{2}\" is too costly to match", EXPRESSION },
	{ "name=[a", "\"[a\" is not a regular expression: ", EXPRESSION },
	{ "name=[[:alpha:]", "\"[[:alpha:]\" is not a regular expression: ", EXPRESSION },
	{ "name=[[:alpha]", "\"[[:alpha]\" is not a regular expression: ", EXPRESSION },
	{ "name=a\\", "\"a\\\" is not a regular expression: ", EXPRESSION },
	{ "name=(a*)*\\1", "\"(a*)*\\1\" is too costly to match", EXPRESSION },
	{ "path=0000/0", "\"0000/0\" is not a device's path", PATH },
	{ "path=0000/0/", "\"0000/0/\" is not a device's path", PATH },
	{ "path=0/0/1c.0", "\"0/0/1c.0\" is not a device's path", PATH },
	{ "path=0000//1c.0", "\"0000//1c.0\" is not a device's path", PATH },
	{ "path=0000/0/1c.8", "\"0000/0/1c.8\" is not a device's path", PATH },
	{ "path=/0000/0/1c.0", "\"/0000/0/1c.0\" is not a device's path", PATH },
	{ "path=", "\"\" is not a device's path", PATH },
	{ "slot=two", "\"two\" is not the number of a slot",
	  "`vmrun explain ADDRESS` shows the slot of a device, `vmrun survey --json` those of all" },
	{ "slot=-1", "\"-1\" is not the number of a slot",
	  "`vmrun explain ADDRESS` shows the slot of a device, `vmrun survey --json` those of all" },
	{ "slot=65536", "\"65536\" is not the number of a slot",
	  "`vmrun explain ADDRESS` shows the slot of a device, `vmrun survey --json` those of all" },
	{ "disk=nvme0n1", "\"nvme0n1\" is not the node of a disk", "did you mean /dev/nvme0n1?" },
	{ "disk=", "\"\" is not the node of a disk", "write it as /dev/nvme0n1" },
	{ "disk=/dev/", "\"/dev/\" is not the node of a disk", "write it as /dev/nvme0n1" },
	{ "disk=/dev/disk/by-id/ata-X", "\"/dev/disk/by-id/ata-X\" is a link to a disk",
	  "name the disk itself: `readlink -f /dev/disk/by-id/ata-X`" },
	{ "disk=/dev/mapper/vg-lv", "\"/dev/mapper/vg-lv\" is a link to a disk",
	  "name the disk itself: `readlink -f /dev/mapper/vg-lv`" },
	{ "netdev=", "\"\" is not the name of a network interface",
	  "write it as `ip link` shows it" },
	{ "netdev=a b", "\"a b\" is not the name of a network interface",
	  "write it as `ip link` shows it" },
	{ "netdev=../etc", "\"../etc\" is not the name of a network interface",
	  "write it as `ip link` shows it" },
	{ "netdev=sixteen-letters-", "\"sixteen-letters-\" is not the name of a network interface",
	  "write it as `ip link` shows it" },
	{ "name=\033[31m(", "\"?[31m(\" is not a regular expression: ", EXPRESSION },
};

/* A message that ends with the C library's words is compared up to them. */
static void check_text(const char *text, const char *expected, const char *selector)
{
	size_t len = strlen(expected);
	bool more = len && expected[len - 1] == ' ';

	ck_assert_msg(more ? !strncmp(text, expected, len) : !strcmp(text, expected),
		      "%s: \"%s\", not \"%s\"", selector, text, expected);
}

START_TEST(refused)
{
	struct selector sel = { .slot = 12345 };
	struct err e = { 0 };

	ck_assert_msg(selector_parse(bad[_i].selector, &sel, &e) == -EINVAL, "%s is taken",
		      bad[_i].selector);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	check_text(e.message, bad[_i].message, bad[_i].selector);
	check_text(e.fix, bad[_i].fix, bad[_i].selector);
	ck_assert_int_eq(sel.slot, 12345);
	ck_assert_int_eq(selector_parse(bad[_i].selector, &sel, NULL), -EINVAL);
}
END_TEST

START_TEST(long_expression)
{
	struct selector sel;
	char text[258];

	memset(text, 'a', sizeof(text));
	text[256] = '\0';
	ck_assert_int_eq(selector_parse_as(SELECTOR_NAME, text, &sel, NULL), 0);
	selector_done(&sel);
	memcpy(text + 256, "a", 2);
	ck_assert_int_eq(selector_parse_as(SELECTOR_NAME, text, &sel, NULL), -EINVAL);
}
END_TEST

/* Without the header type (not measured), the class tells what a bridge is. */
START_TEST(bridge_by_class)
{
	struct device bridge = devices[0];
	struct selector sel;

	bridge.header_known = false;
	ck_assert_int_eq(selector_parse("8086:a338", &sel, NULL), 0);
	ck_assert(!selector_matches(&sel, &bridge));
	selector_done(&sel);
	ck_assert_int_eq(selector_parse("8086:a338:0604", &sel, NULL), 0);
	ck_assert(selector_matches(&sel, &bridge));
	selector_done(&sel);
}
END_TEST

START_TEST(keys)
{
	static const char *const names[] = { "address", "match", "class", "name",
					     "path",	"slot",	 "disk",  "netdev" };

	for (int i = 0; i < SELECTOR_KIND_COUNT; i++)
		ck_assert_str_eq(selector_key((enum selector_kind)i), names[i]);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("selector");

	tcase_add_loop_test(tests, picks, 0, ARRAY_SIZE(good));
	tcase_add_loop_test(tests, refused, 0, ARRAY_SIZE(bad));
	tcase_add_test(tests, long_expression);
	tcase_add_test(tests, bridge_by_class);
	tcase_add_test(tests, keys);
	return suite_run("selector", tests);
}
