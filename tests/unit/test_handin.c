// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of devices that pass between the journal of a run by hand and that of a guest. */
#include "act/handin.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "act/apply_journal.h"
#include "act/state.h"
#include "model/journal_move.h"
#include "survey/guests.h"
#include "unit/fakefiles.h"
#include "unit/suite.h"

static struct fakekernel kernel;

static const struct pciaddr first = { 0, 1, 0, 0 }, second = { 0, 2, 0, 0 },
			    sibling = { 0, 2, 0, 1 };

static void set_up(void)
{
	fake_open(&kernel);
	fake_set(&kernel, NULL, 0);
}

static void tear_down(void)
{
	fake_close(&kernel);
}

static struct journal_device *add(struct journal *journal, const struct pciaddr *addr, int group,
				  bool attach)
{
	struct journal_device *dev = mem_append(&journal->devices, &journal->device_count);

	dev->addr = *addr;
	dev->group = group;
	dev->attach = attach;
	dev->vf_number = -1;
	dev->driver = mem_strdup("vfio-pci");
	return dev;
}

/* The journal of a guest with the first card, whose vmrun is this process. */
static struct journal guest_journal(void)
{
	struct journal journal = { 0 };
	struct err e = { 0 };

	ck_assert_int_eq(apply_journal_by_hand(&kernel.root, "start", NULL, &journal, &e), 0);
	free(journal.verb);
	journal.verb = NULL;
	free(journal.guest);
	journal.guest = mem_strdup("nas");
	journal.guest_started = true;
	add(&journal, &first, 11, true);
	*mem_append(&journal.nodes, &journal.node_count) =
		(struct journal_node){ .group = 11, .number = -1, .mode = 0600 };
	return journal;
}

/* That of an attach of the second card and its sibling. */
static struct journal run_journal(void)
{
	struct journal journal = { 0 };
	struct err e = { 0 };

	ck_assert_int_eq(apply_journal_by_hand(&kernel.root, "attach", NULL, &journal, &e), 0);
	add(&journal, &second, 12, true);
	add(&journal, &sibling, 12, false);
	*mem_append(&journal.nodes, &journal.node_count) = (struct journal_node){
		.group = 12, .number = -1, .uid = 1, .gid = 2, .mode = 0640
	};
	ck_assert_int_eq(state_write_journal(&kernel.root, &journal, &e), 0);
	return journal;
}

static struct journal on_disk(const char *guest)
{
	struct journal journal = { 0 };
	struct err e = { 0 };

	ck_assert_msg(guests_journal_of(&kernel.root, guest, &journal, &e) == 0, "%s: %s", guest,
		      e.message);
	return journal;
}

static size_t files(void)
{
	struct strlist names;
	size_t count;

	ck_assert_int_eq(guests_journals(&kernel.root, &names), 0);
	count = names.count;
	strlist_done(&names);
	return count;
}

START_TEST(there_and_back)
{
	struct journal guest = guest_journal(), run = run_journal(), now, back;
	struct err e = { 0 };
	bool owner = true;

	ck_assert_int_eq(state_write_journal(&kernel.root, &guest, &e), 0);
	ck_assert_int_eq(handin_join(&kernel.root, &guest, &run, &owner, &e), 0);
	ck_assert_msg(!owner, "its vmrun lives");
	ck_assert_uint_eq(run.device_count, 0);
	/* The run's own file is gone, and the guest's end gives back all three. */
	ck_assert_uint_eq(files(), 1);
	now = on_disk("nas");
	ck_assert_uint_eq(now.device_count, 3);
	ck_assert_uint_eq(now.node_count, 2);
	ck_assert(journal_group_attached(&now, 12));
	ck_assert_uint_eq(now.nodes[1].mode, 0640);
	journal_done(&now);

	ck_assert_int_eq(handin_leave(&kernel.root, "nas", &second, &back, &e), 0);
	ck_assert_uint_eq(back.device_count, 2);
	ck_assert_uint_eq(back.node_count, 1);
	ck_assert_uint_eq(back.nodes[0].uid, 1);
	ck_assert_str_eq(back.verb, "detach");
	/* Where it goes is decided as at the guest's end. */
	ck_assert(back.guest_started);
	ck_assert_uint_eq(files(), 2);
	now = on_disk("nas");
	ck_assert_uint_eq(now.device_count, 1);
	ck_assert_uint_eq(now.node_count, 1);
	ck_assert(journal_find(&now, &first) && !journal_find(&now, &second));
	journal_done(&now);
	journal_done(&back);
	/* The last one goes, too, and the journal stays: somebody looks after the guest. */
	ck_assert_int_eq(handin_leave(&kernel.root, "nas", &first, &back, &e), 0);
	ck_assert_uint_eq(back.device_count, 1);
	now = on_disk("nas");
	ck_assert_uint_eq(now.device_count, 0);
	journal_done(&now);
	journal_done(&back);
	journal_done(&guest);
	journal_done(&run);
}
END_TEST

/* One run that takes out two, and cannot give back the first: that one's file is not the second's. */
START_TEST(two_at_once)
{
	struct journal guest = guest_journal(), run = run_journal(), back[2], now;
	struct err e = { 0 };
	bool owner;

	ck_assert_int_eq(state_write_journal(&kernel.root, &guest, &e), 0);
	ck_assert_int_eq(handin_join(&kernel.root, &guest, &run, &owner, &e), 0);
	ck_assert_int_eq(handin_leave(&kernel.root, "nas", &first, &back[0], &e), 0);
	ck_assert_int_eq(handin_leave(&kernel.root, "nas", &second, &back[1], &e), 0);
	ck_assert_str_ne(back[0].guest, back[1].guest);
	ck_assert_uint_eq(files(), 3);
	now = on_disk(back[0].guest);
	ck_assert(journal_find(&now, &first));
	journal_done(&now);
	now = on_disk(back[1].guest);
	ck_assert(journal_find(&now, &second));
	journal_done(&now);
	journal_done(&back[0]);
	journal_done(&back[1]);
	journal_done(&guest);
	journal_done(&run);
}
END_TEST

/* What was made for a guest without devices goes when it gets none after all, but not under one who has some. */
START_TEST(nothing_handed_over)
{
	struct journal guest = guest_journal(), run = run_journal(), back;
	struct err e = { 0 };
	bool owner = false;

	ck_assert_int_eq(handin_join(&kernel.root, &guest, &run, &owner, &e), 0);
	ck_assert_msg(owner, "nobody else sees to its end");
	ck_assert_int_eq(handin_forget(&kernel.root, "nas", &e), 0);
	ck_assert_uint_eq(files(), 1);
	ck_assert_int_eq(handin_leave(&kernel.root, "nas", &second, &back, &e), 0);
	ck_assert_int_eq(handin_forget(&kernel.root, "nas", &e), 0);
	ck_assert_int_eq(guests_journal_of(&kernel.root, "nas", &guest, &e), -ENOENT);
	ck_assert_uint_eq(files(), 1);
	ck_assert_int_eq(handin_forget(&kernel.root, "nas", &e), 0);
	journal_done(&back);
	journal_done(&guest);
	journal_done(&run);
}
END_TEST

START_TEST(group_goes_with_its_last)
{
	struct journal guest = guest_journal(), run = run_journal(), now, back;
	struct err e = { 0 };
	bool owner;

	run.devices[1].attach = true;
	ck_assert_int_eq(state_write_journal(&kernel.root, &guest, &e), 0);
	ck_assert_int_eq(handin_join(&kernel.root, &guest, &run, &owner, &e), 0);
	ck_assert_int_eq(handin_leave(&kernel.root, "nas", &second, &back, &e), 0);
	ck_assert_msg(back.device_count == 0, "the guest still has its sibling");
	now = on_disk("nas");
	ck_assert_uint_eq(now.device_count, 3);
	ck_assert(!journal_find(&now, &second)->attach);
	journal_done(&now);
	ck_assert_int_eq(handin_leave(&kernel.root, "nas", &sibling, &back, &e), 0);
	ck_assert_uint_eq(back.device_count, 2);
	journal_done(&back);
	journal_done(&guest);
	journal_done(&run);
}
END_TEST

/* From the moment a guest's end has begun, its journal is its owner's alone. */
START_TEST(ending)
{
	struct journal guest = guest_journal(), run = run_journal(), back, now;
	struct err e = { 0 };
	bool owner;

	ck_assert_int_eq(state_write_journal(&kernel.root, &guest, &e), 0);
	ck_assert(handin_end(&kernel.root, &guest));
	ck_assert(guest.ending);
	ck_assert_int_eq(handin_join(&kernel.root, &guest, &run, &owner, &e), -ESHUTDOWN);
	ck_assert_int_eq(e.kind, ERR_UNDONE);
	ck_assert_uint_eq(run.device_count, 2);
	now = on_disk(run.guest);
	ck_assert_msg(now.device_count == 2, "the run still has them, and puts them back");
	journal_done(&now);
	ck_assert_int_eq(handin_leave(&kernel.root, "nas", &first, &back, &e), 0);
	ck_assert_uint_eq(back.device_count, 0);
	journal_done(&guest);
	journal_done(&run);
}
END_TEST

/* What others attached meanwhile, the end sees. */
START_TEST(end_reads_anew)
{
	struct journal guest = guest_journal(), run = run_journal(), old = guest_journal();
	struct err e = { 0 };
	bool owner;

	ck_assert_int_eq(state_write_journal(&kernel.root, &guest, &e), 0);
	ck_assert_int_eq(handin_join(&kernel.root, &guest, &run, &owner, &e), 0);
	ck_assert_uint_eq(old.device_count, 1);
	ck_assert(handin_end(&kernel.root, &old));
	ck_assert_uint_eq(old.device_count, 3);
	ck_assert_int_eq(state_remove_journal(&kernel.root, "nas", &e), 0);
	ck_assert_msg(!handin_end(&kernel.root, &old), "nothing on disk");
	ck_assert_uint_eq(old.device_count, 3);
	journal_done(&old);
	journal_done(&guest);
	journal_done(&run);
}
END_TEST

/* Nobody looks after a guest without a journal, nor after one whose vmrun is gone and of which the hook never heard. */
START_TEST(owners)
{
	struct journal guest = guest_journal(), run = run_journal(), now;
	struct err e = { 0 };
	bool owner = false;

	ck_assert_int_eq(handin_join(&kernel.root, &guest, &run, &owner, &e), 0);
	ck_assert(owner);
	now = on_disk("nas");
	ck_assert_msg(now.device_count == 2, "what was never journalled is not taken on");
	ck_assert_int_eq(now.pid, getpid());
	ck_assert(now.guest_started);
	now.pid = 0;
	ck_assert_int_eq(state_write_journal(&kernel.root, &now, &e), 0);
	owner = false;
	journal_done(&run);
	run = run_journal();
	ck_assert_int_eq(handin_join(&kernel.root, &guest, &run, &owner, &e), 0);
	ck_assert(owner);
	now.hooked = true;
	ck_assert_int_eq(state_write_journal(&kernel.root, &now, &e), 0);
	journal_done(&run);
	run = run_journal();
	ck_assert_int_eq(handin_join(&kernel.root, &guest, &run, &owner, &e), 0);
	ck_assert_msg(!owner, "the hook gives back");
	journal_done(&now);
	journal_done(&guest);
	journal_done(&run);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("handin");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, there_and_back);
	tcase_add_test(tests, two_at_once);
	tcase_add_test(tests, nothing_handed_over);
	tcase_add_test(tests, group_goes_with_its_last);
	tcase_add_test(tests, ending);
	tcase_add_test(tests, end_reads_anew);
	tcase_add_test(tests, owners);
	return suite_run("handin", tests);
}
