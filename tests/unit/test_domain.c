// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of reading a domain's XML: which devices it asks for, what is refused, and the profile made of it. */
#include "model/domain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/suite.h"

#define HEAD "<domain type='kvm'><name>nas</name><uuid>6f2c0d3e-0000-4000-8000-000000000001</uuid>"
#define ADDRESS "<source><address domain='0x0000' bus='0x05' slot='0x01' function='0x0'/></source>"
#define HOSTDEV "<hostdev mode='subsystem' type='pci' managed='yes'>" ADDRESS "</hostdev>"

/* "hostdev 0000:05:01.0 managed; …" of a document that is read */
static const char *devices_of(const char *text, struct domain *domain)
{
	static char list[512];
	struct err e = { 0 };
	size_t used = 0;

	ck_assert_msg(domain_parse(text, strlen(text), domain, &e) == 0, "%s", e.message);
	list[0] = '\0';
	for (size_t i = 0; i < domain->count; i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s %s%s",
					 i ? "; " : "", domain_use_name(domain->devices[i].use),
					 PCIADDR_STR(&domain->devices[i].addr),
					 domain->devices[i].managed ? " managed" : "");
	return list;
}

static void assert_devices(const char *devices, const char *expected)
{
	_cleanup_free_ char *text = mem_printf("%s<devices>%s</devices></domain>", HEAD, devices);
	struct domain domain;

	ck_assert_str_eq(devices_of(text, &domain), expected);
	domain_done(&domain);
}

static void assert_refused(const char *text, size_t len, const char *why)
{
	struct domain domain;
	struct err e = { 0 };

	ck_assert_int_lt(domain_parse(text, len, &domain, &e), 0);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_msg(strstr(e.message, why), "\"%s\" does not say \"%s\"", e.message, why);
}

START_TEST(uses)
{
	assert_devices("", "");
	assert_devices(HOSTDEV, "hostdev 0000:05:01.0 managed");
	assert_devices("<hostdev type='pci' managed='no'>" ADDRESS "</hostdev>",
		       "hostdev 0000:05:01.0");
	assert_devices("<hostdev type='pci'>" ADDRESS "</hostdev>", "hostdev 0000:05:01.0");
	assert_devices("<hostdev type='usb'><source><vendor id='0x1'/></source></hostdev>", "");
	assert_devices(
		"<interface type='hostdev' managed='yes'><source><address type='pci' bus='3' slot='16' function='2'/>"
		"</source></interface>",
		"interface 0000:03:10.2 managed");
	assert_devices(
		"<interface type='hostdev'><source><address type='usb' bus='3' device='1'/></source></interface>",
		"");
	assert_devices("<interface type='network'><source network='default'/></interface>", "");
	assert_devices(
		"<disk type='nvme'><source type='pci' managed='yes' namespace='1'><address domain='0x10000' bus='0x01' "
		"slot='0x00' function='0x0'/></source></disk>",
		"disk 10000:01:00.0 managed");
	assert_devices("<disk type='file'><source file='/x'/></disk>" HOSTDEV HOSTDEV,
		       "hostdev 0000:05:01.0 managed; hostdev 0000:05:01.0 managed");
}
END_TEST

/* libvirt reads hexadecimal and decimal numbers; octal ones nobody means. */
START_TEST(addresses)
{
	static const char *const wrong[] = {
		"",
		"<source/>",
		"<source><address bus='5'/></source>",
		"<source><address bus='256' slot='0'/></source>",
		"<source><address bus='0x5' slot='0x20' function='0'/></source>",
		"<source><address bus='0x5' slot='0' function='8'/></source>",
		"<source><address bus='010' slot='0' function='0'/></source>",
		"<source><address bus='-1' slot='0' function='0'/></source>",
		"<source><address bus='5x' slot='0' function='0'/></source>",
	};

	assert_devices(
		"<hostdev type='pci'><source><address bus='10' slot='0'/></source></hostdev>",
		"hostdev 0000:0a:00.0");
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		_cleanup_free_ char *text = mem_printf(
			HEAD "<devices>\n<hostdev type='pci'>%s</hostdev></devices></domain>",
			wrong[i]);

		assert_refused(text, strlen(text),
			       "line 2 of its XML: a <hostdev> without the address");
	}
}
END_TEST

START_TEST(metadata)
{
	static const char text[] = HEAD
		"<metadata><other:guest xmlns:other='urn:other'><device address='0000:05:01.0' accept='stuck'/></other:guest>"
		"<v:guest xmlns:v='urn:vmrun:guest:1'>"
		"<v:device address='0000:06:00.0' vendor='1000' device='0079'/>"
		"<v:device address='0000:05:01.0' vendor='1000' device='0054' subsystem_vendor='1028' path='0000/0/1c.0' "
		"serial='A B' accept='in-use-net, sibling'/>"
		"<v:device address='0000:05:01.0' vendor='ffff' device='ffff' serial='later'/>"
		"</v:guest></metadata><devices>" HOSTDEV "</devices></domain>";
	struct domain domain;
	const struct domain_device *device;

	devices_of(text, &domain);
	device = &domain.devices[0];
	ck_assert(device->known && device->vendor == 0x1000 && device->device == 0x54);
	ck_assert(device->subsystem_vendor == 0 && device->subsystem_device == 0);
	ck_assert_str_eq(device->path, "0000/0/1c.0");
	ck_assert_str_eq(device->serial, "A B");
	ck_assert_uint_eq(device->accept.count, 2);
	ck_assert_str_eq(device->accept.item[0], "in-use-net");
	ck_assert_str_eq(device->accept.item[1], "sibling");
	domain_done(&domain);
}
END_TEST

START_TEST(memory)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} cases[] = {
		{ "<memory>2048</memory>", 2048 * 1024 },
		{ "<memory unit='KiB'>2048</memory>", 2048 * 1024 },
		{ "<memory unit='GiB'>4</memory>", UINT64_C(4) << 30 },
		{ "<memory unit='GB'>4</memory>", UINT64_C(4000000000) },
		{ "<memory unit='b'>4096</memory>", 4096 },
		{ "<memory unit='EiB'>70368744177664</memory>", 0 },
		{ "<memory unit='TiB'>70368744177664</memory>", 0 },
		{ "<memory unit='furlong'>1</memory>", 0 },
		{ "<memory>much</memory>", 0 },
		{ "", 0 },
		{ "<memory unit='GiB'>4</memory><memoryBacking><hugepages/></memoryBacking>", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = mem_printf(HEAD "%s</domain>", cases[i].text);
		struct domain domain;

		devices_of(text, &domain);
		ck_assert_msg(domain.memory_bytes == cases[i].bytes, "%s", cases[i].text);
		domain_done(&domain);
	}
}
END_TEST

START_TEST(refused)
{
	static const char nul[] = HEAD "</domain>\0";
	_cleanup_free_ char *deep = mem_zalloc(5 * 100001 + sizeof(HEAD)),
			    *large = mem_zalloc(DOMAIN_SIZE_MAX + 2);

	assert_refused("", 0, "not well-formed");
	assert_refused("<domain", 7, "not well-formed");
	assert_refused("<domain/>", 9, "<name>");
	assert_refused("<network><name>x</name></network>", 33, "<domain>");
	assert_refused("<domain><name/></domain>", 24, "<name>");
	assert_refused(nul, sizeof(nul) - 1, "encoding");
	assert_refused(
		"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><domain><name>&x;</name></domain>",
		87, "document type");
	strcpy(deep, HEAD);
	for (size_t i = 0; i < 100000; i++)
		strcat(deep + (i ? sizeof(HEAD) - 1 + 5 * (i - 1) : 0), "<aaa>");
	assert_refused(deep, strlen(deep), "nested too deep");
	memset(large, ' ', DOMAIN_SIZE_MAX + 1);
	memcpy(large, HEAD "</domain>", sizeof(HEAD "</domain>") - 1);
	assert_refused(large, DOMAIN_SIZE_MAX + 1, "too many bytes");
}
END_TEST

START_TEST(as_profile)
{
	static const char text[] = HEAD
		"<memory unit='GiB'>4</memory><metadata><v:guest xmlns:v='urn:vmrun:guest:1'><v:device "
		"address='0000:05:01.0' path='0000/0/1e.0,05.0' vendor='1000' device='0054' "
		"subsystem_vendor='1028' subsystem_device='1f04' serial='a0-36-9f-ff-ff-12-34-56' "
		"accept='memory'/></v:guest></metadata><devices>"
		"<disk type='nvme'><source type='pci' managed='no'><address bus='1' slot='0'/></source>"
		"</disk>" HOSTDEV "</devices></domain>";
	struct profile profile;
	struct domain domain;

	devices_of(text, &domain);
	domain_profile(&domain, &profile);
	ck_assert_str_eq(profile.file, "domain nas");
	ck_assert_str_eq(profile.name, "nas");
	ck_assert(profile.memory_bytes == UINT64_C(4) << 30);
	ck_assert_uint_eq(profile.pci_count, 2);
	ck_assert_str_eq(profile.pci[0].id, "hostdev 1");
	ck_assert_str_eq(profile.pci[0].selectors[0].text, "0000:05:01.0");
	ck_assert(profile.pci[0].managed && !profile.pci[1].managed);
	ck_assert_str_eq(profile.pci[0].accept.item[0], "memory");
	ck_assert_str_eq(profile.pci[1].id, "disk 2");
	/* The card that was meant, where the metadata says so. */
	ck_assert(profile.pci[0].expect.known && profile.pci[0].expect.subsystem_known &&
		  !profile.pci[1].expect.known);
	ck_assert_uint_eq(profile.pci[0].expect.device, 0x0054);
	ck_assert_uint_eq(profile.pci[0].expect.subsystem_device, 0x1f04);
	ck_assert_str_eq(profile.pci[0].expect.serial, "a0-36-9f-ff-ff-12-34-56");
	ck_assert_str_eq(profile.pci[0].expect.path, "0000/0/1e.0,05.0");
	ck_assert(profile.pci[1].siblings == SIBLINGS_BIND && profile.pci[1].after == AFTER_HOST);
	profile_done(&profile);
	domain_done(&domain);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("domain");

	tcase_add_test(tests, uses);
	tcase_add_test(tests, addresses);
	tcase_add_test(tests, metadata);
	tcase_add_test(tests, memory);
	tcase_add_test(tests, refused);
	tcase_add_test(tests, as_profile);
	return suite_run("domain", tests);
}
