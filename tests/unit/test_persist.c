// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the persisted pool: its files, the cards they find, the rules of udev made from them. */
#include "model/persist.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/persist_rules.h"
#include "unit/made.h"
#include "unit/suite.h"

static const char whole[] =
	"# NVMe (nvme)\n"
	"# Taken into the pool at every start of the host: vmrun(8), THE PERSISTED POOL.\n"
	"[device]\n"
	"path = 0000/0/1c.0/00.0\n"
	"ids = 144d:a808\n"
	"subsystem = 144d:a801\n"
	"serial = 00-25-38-5b-71-b0-00-01\n"
	"# Where it was; never what finds it.\n"
	"address = 0000:01:00.0\n";

/* A card with that identity at @path; the caller may change it. */
static struct device *add_card(struct host *host, const char *address, const char *path)
{
	struct device *dev = made_device(host, address, 0x010802, "nvme", 11);

	dev->vendor = 0x144d;
	dev->device = 0xa808;
	dev->subsystem_vendor = 0x144d;
	dev->subsystem_device = 0xa801;
	dev->path = mem_strdup(path);
	dev->serial = mem_strdup("00-25-38-5b-71-b0-00-01");
	return dev;
}

static struct persist parse(const char *text)
{
	struct persist persist = { 0 };
	struct err e = { 0 };

	ck_assert_msg(persist_parse(text, strlen(text), "nvme", &persist, &e) == 0, "%s: %s",
		      e.subject, e.message);
	return persist;
}

/* The same card is written in the same way, wherever and whenever: git sees no change where there is none. */
START_TEST(round_trip)
{
	struct host host = made_host();
	struct device *dev = add_card(&host, "01:00.0", "0000/0/1c.0/00.0");
	struct persist made = persist_of(dev), read;
	_cleanup_free_ char *text = persist_text(&made, "NVMe (nvme)"), *again = NULL;

	ck_assert_str_eq(text, whole);
	ck_assert_str_eq(made.file, "0000-0-1c.0-00.0");
	read = parse(text);
	again = persist_text(&read, "NVMe (nvme)");
	ck_assert_str_eq(again, whole);
	persist_done(&made);
	persist_done(&read);
	host_done(&host);
}
END_TEST

/* Whatever the list of ids calls a card, a comment stays one. */
START_TEST(name_with_a_newline)
{
	struct host host = made_host();
	struct persist made = persist_of(add_card(&host, "01:00.0", "0000/0/1c.0/00.0")), read;
	_cleanup_free_ char *text = persist_text(&made, "evil\n[device]\npath = 0000/0/00.0");

	read = parse(text);
	ck_assert_str_eq(read.path, "0000/0/1c.0/00.0");
	persist_done(&made);
	persist_done(&read);
	host_done(&host);
}
END_TEST

static const struct bad_case {
	const char *text;
	const char *message;
} bad[] = {
	{ "", "one section [device]" },
	{ "[device]\n", "has no path" },
	{ "[device]\npath = 0000/0/1c.0\n", "has no ids" },
	{ "[device \"x\"]\npath = 0000/0/1c.0\nids = 144d:a808\n", "one section [device]" },
	{ "[card]\npath = 0000/0/1c.0\nids = 144d:a808\n", "one section [device]" },
	{ "[device]\npath = 0000/0/1c.0\nids = 144d:a808\n[device]\n", "one section [device]" },
	{ "[device]\nclass = nvme\n", "unknown key \"class\"" },
	{ "[device]\nids = 144d:a808\nids = 144d:a808\n", "is there already" },
	{ "[device]\nids = 144d:*\n", "ids takes" },
	{ "[device]\nids = 144d:a808:144d:a801\n", "ids takes" },
	{ "[device]\nsubsystem = nvme\n", "subsystem takes" },
	{ "[device]\nserial = S3X9\n", "serial takes" },
	{ "[device]\naddress = 01:00\n", "address takes" },
	{ "[device]\npath = 0000:01:00.0\n", "path takes" },
	{ "[device]\npath = 0000/0\n", "path takes" },
	{ "[device]\npath = 0000/0/1c.0/\n", "path takes" },
	{ "[device]\npath = 0000//1c.0\n", "path takes" },
	{ "[device]\npath = 0000/0/2c.0\n", "path takes" },
	{ "[device]\npath = 0000/0/1c.8\n", "path takes" },
	{ "[device]\npath = 0000/\"*\"/1c.0\n", "path takes" },
	{ "[device]\npath = 00/0/1c.0\n", "path takes" },
};

START_TEST(not_taken)
{
	struct persist persist = { 0 };
	struct err e = { 0 };

	ck_assert_int_lt(persist_parse(bad[_i].text, strlen(bad[_i].text), "nvme", &persist, &e),
			 0);
	ck_assert_msg(strstr(e.message, bad[_i].message) != NULL, "%s", e.message);
	ck_assert_int_eq(strncmp(e.subject, "nvme", 4), 0);
	ck_assert_ptr_null(persist.path);
}
END_TEST

/** enum there - what is put where the file's card was */
enum there {
	SAME,
	NOTHING,
	OTHER_IDS,
	OTHER_SUBSYSTEM,
	OTHER_SERIAL,
	SERIAL_UNREAD,
	OTHER_HERE_SAME_ELSEWHERE,
	ELSEWHERE,
	ELSEWHERE_OTHER_FUNCTION
};

static const struct find_case {
	enum there there;
	enum persist_state state;
	const char *address;
	const char *what;
} finds[] = {
	{ SAME, PERSIST_FOUND, "0000:07:00.0", NULL },
	{ NOTHING, PERSIST_MISSING, NULL, NULL },
	{ OTHER_IDS, PERSIST_CHANGED, "0000:07:00.0",
	  "144d:a808 was recorded, 144d:a80a is there" },
	{ OTHER_SUBSYSTEM, PERSIST_CHANGED, "0000:07:00.0", "subsystem 144d:a801 was recorded" },
	{ OTHER_SERIAL, PERSIST_CHANGED, "0000:07:00.0",
	  "serial number 00-25-38-5b-71-b0-00-01 was recorded" },
	/* Who may not read it is not told that the card is another one. */
	{ SERIAL_UNREAD, PERSIST_FOUND, "0000:07:00.0", NULL },
	{ OTHER_HERE_SAME_ELSEWHERE, PERSIST_FOUND, "0000:08:00.0", NULL },
	{ ELSEWHERE, PERSIST_FOUND, "0000:08:00.0", NULL },
	{ ELSEWHERE_OTHER_FUNCTION, PERSIST_MISSING, NULL, NULL },
};

static void put_there(struct host *host, enum there there)
{
	struct device *dev;

	/* The card that had the address of the file; it is another one, whatever it is. */
	dev = add_card(host, "01:00.0", "0000/0/1b.0/00.0");
	free(dev->serial);
	dev->serial = mem_strdup("00-25-38-5b-71-b0-00-99");
	if (there != NOTHING && there != ELSEWHERE && there != ELSEWHERE_OTHER_FUNCTION) {
		dev = add_card(host, "07:00.0", "0000/0/1c.0/00.0");
		if (there == OTHER_IDS)
			dev->device = 0xa80a;
		if (there == OTHER_SUBSYSTEM)
			dev->subsystem_device = 1;
		if (there >= OTHER_SERIAL)
			dev->serial[0] = 'f';
		if (there == SERIAL_UNREAD) {
			free(dev->serial);
			dev->serial = NULL;
		}
	}
	if (there == ELSEWHERE_OTHER_FUNCTION)
		add_card(host, "08:00.1", "0000/0/1d.0/00.1");
	else if (there >= OTHER_HERE_SAME_ELSEWHERE)
		add_card(host, "08:00.0", "0000/0/1d.0/00.0");
}

START_TEST(found_by_what_it_is)
{
	const struct find_case *row = &finds[_i];
	struct persist persist = parse(whole);
	struct host host = made_host();

	put_there(&host, row->there);
	persist_find(&persist, &host);
	ck_assert_int_eq(persist.state, row->state);
	if (row->address)
		ck_assert_str_eq(PCIADDR_STR(&host.devices[persist.device].addr), row->address);
	else
		ck_assert_int_eq(persist.device, -1);
	if (row->what)
		ck_assert_msg(strstr(persist.what, row->what) != NULL, "%s", persist.what);
	else
		ck_assert_ptr_null(persist.what);
	persist_done(&persist);
	host_done(&host);
}
END_TEST

static const struct rule_case {
	const char *path;
	bool by_bus;
	const char *rule; /* its beginning and its end, with "…" between them; or NULL for none */
	const char *end;
} rule_cases[] = {
	{ "0000/0/1c.0/00.0", false,
	  "DEVPATH==\"/devices/pci0000:\?\?/0000:\?\?:1c.0/0000:\?\?:00.0\", ATTR{vendor}==\"0x144d\"",
	  "KERNELS==\"pci0000:\?\?\", ATTRS{firmware_node/uid}==\"0\", ENV{VMRUN_POOL}=\"nvme\"\n" },
	{ "0001/23/1c.0", true, "DEVPATH==\"/devices/pci0001:\?\?/0001:\?\?:1c.0\"",
	  "KERNELS==\"pci0001:17\", ENV{VMRUN_POOL}=\"nvme\"\n" },
	/* Behind a bridge of its own; and a name that could mean something to udev. */
	{ "10000/0/0e.0/00.0", false, NULL, NULL },
};

START_TEST(rules)
{
	const struct rule_case *row = &rule_cases[_i];
	_cleanup_free_ char *file = mem_printf("[device]\npath = %s\nids = 144d:a808\n", row->path);
	struct persist persist = parse(file);
	_cleanup_free_ char *text = persist_rules_text(&persist, 1, row->by_bus), *odd = NULL;

	if (row->rule) {
		ck_assert_msg(strstr(text, row->rule) != NULL, "%s", text);
		ck_assert_msg(strstr(text, row->end) != NULL, "%s", text);
		ck_assert_ptr_nonnull(strstr(text, "TEST!=\"/run/vmrun/changed-nvme\""));
		ck_assert_ptr_nonnull(strstr(text, "ENV{vmrun.pool}==\"off\""));
	} else {
		ck_assert_ptr_null(text);
	}
	free(persist.file);
	persist.file = mem_strdup("a\", RUN+=\"b");
	odd = persist_rules_text(&persist, 1, row->by_bus);
	ck_assert_ptr_null(odd);
	persist_done(&persist);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("persist");

	tcase_add_test(tests, round_trip);
	tcase_add_test(tests, name_with_a_newline);
	tcase_add_loop_test(tests, not_taken, 0, (int)ARRAY_SIZE(bad));
	tcase_add_loop_test(tests, found_by_what_it_is, 0, (int)ARRAY_SIZE(finds));
	tcase_add_loop_test(tests, rules, 0, (int)ARRAY_SIZE(rule_cases));
	return suite_run("persist", tests);
}
