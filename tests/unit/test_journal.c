// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the journal and of pool records: round trip, and text that is damaged. */
#include "model/journal.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/suite.h"

static struct journal make_journal(void)
{
	struct journal journal = { .guest = mem_strdup("nas"),
				   .uuid = mem_strdup("00000000-0000-5000-8000-000000000001"),
				   .profile = mem_strdup("dir with \"quotes\"/nas.profile"),
				   .uri = mem_strdup("qemu:///embed?root=/run/vmrun/embed/1"),
				   .embed = mem_strdup("/run/vmrun/embed/1"),
				   .boot = mem_strdup("b007"),
				   .pid = 4711,
				   .started = INT64_MAX,
				   .guest_started = true,
				   .hooked = true };
	struct journal_device *dev = mem_append(&journal.devices, &journal.device_count);

	dev->addr = (struct pciaddr){ 0x10000, 0x01, 0x1f, 7 };
	dev->group = 11;
	dev->vendor = 0xffff;
	dev->device = 0x0001;
	dev->before =
		(struct binding){ mem_strdup("vfio-pci"), mem_strdup("vfio-pci"), true, false };
	dev->home = (struct binding){ mem_strdup("nvme"), NULL, false, false };
	dev->driver = mem_strdup("mlx5_vfio_pci");
	dev->pf = (struct pciaddr){ 0x10000, 0x01, 0, 1 };
	dev->vf_number = 7;
	vf_put(&dev->vf_before, VF_MAC, 0x525400abcdef);
	vf_put(&dev->vf_before, VF_TRUST, 1);
	dev->to_pool = true;
	dev->janitor = 4712;
	dev->janitor_started = 4243;
	dev = mem_append(&journal.devices, &journal.device_count);
	dev->attach = true;
	dev->driver = mem_strdup("vfio-pci");
	dev->vf_number = -1;
	*mem_append(&journal.nodes, &journal.node_count) =
		(struct journal_node){ .group = 11, .number = -1, .gid = UINT32_MAX, .mode = 0660 };
	*mem_append(&journal.nodes, &journal.node_count) = (struct journal_node){
		.group = 11, .number = 3, .addr = { 0x10000, 0x01, 0x1f, 7 }, .mode = 0600
	};
	return journal;
}

START_TEST(round_trip)
{
	struct journal journal = make_journal(), again = { 0 };
	_cleanup_free_ char *text = journal_text(&journal), *second = NULL;
	const struct journal_device *dev;
	struct err e = { 0 };

	ck_assert_msg(journal_parse(text, strlen(text), &again, &e) == 0, "%s", e.message);
	second = journal_text(&again);
	ck_assert_str_eq(text, second);
	ck_assert_str_eq(again.profile, journal.profile);
	ck_assert_str_eq(again.embed, journal.embed);
	ck_assert_int_eq(again.pid, 4711);
	ck_assert_uint_eq(again.started, INT64_MAX);
	ck_assert(again.guest_started);
	ck_assert(again.hooked && !again.by_hook && !again.released);
	ck_assert_uint_eq(again.device_count, 2);
	dev = &again.devices[0];
	ck_assert(pciaddr_equal(&dev->addr, &journal.devices[0].addr));
	ck_assert_uint_eq(dev->vendor, 0xffff);
	ck_assert_str_eq(dev->before.override, "vfio-pci");
	ck_assert_str_eq(dev->home.driver, "nvme");
	ck_assert_ptr_null(dev->home.override);
	ck_assert(binding_is_vfio(&dev->before) && !binding_is_vfio(&dev->home));
	ck_assert(dev->to_pool && !dev->attach);
	ck_assert_str_eq(dev->driver, "mlx5_vfio_pci");
	ck_assert(pciaddr_equal(&dev->pf, &journal.devices[0].pf));
	ck_assert_int_eq(dev->vf_number, 7);
	ck_assert_int_eq(
		memcmp(&dev->vf_before, &journal.devices[0].vf_before, sizeof(dev->vf_before)), 0);
	ck_assert_int_eq(again.devices[1].vf_number, -1);
	ck_assert_int_eq(dev->janitor, 4712);
	ck_assert_uint_eq(dev->janitor_started, 4243);
	ck_assert_int_eq(again.devices[1].janitor, 0);
	ck_assert(!again.devices[1].to_pool && again.devices[1].attach);
	ck_assert_ptr_null(again.devices[1].before.driver);
	ck_assert_uint_eq(again.nodes[0].gid, UINT32_MAX);
	ck_assert_uint_eq(again.nodes[0].mode, 0660);
	ck_assert_int_eq(again.nodes[0].number, -1);
	ck_assert_int_eq(again.nodes[1].number, 3);
	ck_assert(pciaddr_equal(&again.nodes[1].addr, &journal.devices[0].addr));
	journal_done(&journal);
	journal_done(&again);
	journal_done(&again);
}
END_TEST

/* A member replaced by something else; what reads it must say which. */
static const struct damage {
	const char *from, *to;
	const char *member;
} damages[] = {
	{ "vmrun.journal/1", "vmrun.journal/2", "schema" },
	{ "\"schema\"", "\"scheme\"", "schema" },
	{ "\"guest\": \"nas\"", "\"guest\": null", "guest" },
	{ "\"guest\": \"nas\"", "\"guest\": 7", "guest" },
	{ "\"boot\": \"b007\"", "\"boot\": {}", "boot" },
	{ "\"uri\"", "\"url\"", "uri" },
	{ "\"pid\": 4711", "\"pid\": -1", "pid" },
	{ "\"pid\": 4711", "\"pid\": 4294967296", "pid" },
	{ "\"pid\": 4711", "\"pid\": \"4711\"", "pid" },
	{ "\"started\": ", "\"startet\": ", "started" },
	{ "10000:01:1f.7", "10000:01:1f.8", "address" },
	{ "10000:01:1f.7", "", "address" },
	{ "\"group\": 11,\n      \"vendor\"", "\"group\": 2147483648,\n      \"vendor\"", "group" },
	{ "\"vendor\": 65535", "\"vendor\": 65536", "vendor" },
	{ "\"device\": 1,", "\"device\": 1.5,", "device" },
	{ "\"pf\": \"10000:01:00.1\"", "\"pf\": \"eno1\"", "pf" },
	{ "\"number\": 7", "\"number\": -1", "number" },
	{ "52:54:00:ab:cd:ef", "52:54:00:ab:cd", "before" },
	{ "\"janitor\": 4712", "\"janitor\": -1", "janitor" },
	{ "\"mode\": 432", "\"mode\": 4096", "mode" },
	{ "\"uid\": 0", "\"uid\": -1", "uid" },
};

START_TEST(damaged)
{
	const struct damage *row = &damages[_i];
	struct journal journal = make_journal(), again = { 0 };
	_cleanup_free_ char *text = journal_text(&journal), *bad = NULL;
	const char *at = strstr(text, row->from);
	struct err e = { 0 };

	ck_assert_msg(at != NULL, "%s is not in %s", row->from, text);
	bad = mem_printf("%.*s%s%s", (int)(at - text), text, row->to, at + strlen(row->from));
	ck_assert_int_eq(journal_parse(bad, strlen(bad), &again, &e), -EINVAL);
	ck_assert_msg(strstr(e.message, row->member) != NULL, "%s", e.message);
	ck_assert_ptr_null(again.guest);
	journal_done(&journal);
}
END_TEST

/*
 * A journal is replaced by rename, so it is whole or not there; one that was cut all the same
 * is no journal.
 */
START_TEST(cut)
{
	struct journal journal = make_journal(), again = { 0 };
	_cleanup_free_ char *text = journal_text(&journal);
	struct err e = { 0 };

	for (size_t len = 0; len + 2 < strlen(text); len++) {
		ck_assert_msg(journal_parse(text, len, &again, &e) == -EINVAL,
			      "%zu bytes are taken", len);
		ck_assert_str_ne(e.message, "");
	}
	journal_done(&journal);
}
END_TEST

/*
 * A guest may run while vmrun is updated: a journal without the members added since is as good
 * as ever.
 */
START_TEST(older)
{
	static const char text[] =
		"{\"schema\":\"vmrun.journal/1\",\"guest\":\"g\",\"uuid\":\"u\",\"uri\":\"q\","
		"\"boot\":\"b\",\"pid\":1,\"started\":2,\"devices\":[{\"address\":"
		"\"0000:01:00.0\",\"group\":1,\"vendor\":2,\"device\":3}]}";
	struct journal journal = { 0 };
	struct err e = { 0 };

	ck_assert_msg(journal_parse(text, sizeof(text) - 1, &journal, &e) == 0, "%s", e.message);
	ck_assert_uint_eq(journal.device_count, 1);
	ck_assert_int_eq(journal.devices[0].janitor, 0);
	journal_done(&journal);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("journal");

	tcase_add_test(tests, round_trip);
	tcase_add_loop_test(tests, damaged, 0, (int)ARRAY_SIZE(damages));
	tcase_add_test(tests, cut);
	tcase_add_test(tests, older);
	return suite_run("journal", tests);
}
