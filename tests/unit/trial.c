// SPDX-License-Identifier: GPL-2.0-or-later
/* Trials: many shapes of host and profile, and one start of each on the model, as the verb makes it. */
#include <check.h>

#include "unit/trial.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/bind.h"
#include "act/state.h"
#include "base/cleanup.h"
#include "survey/guests.h"
#include "survey/survey.h"
#include "unit/made.h"
#include "unit/suite.h"

#define NIC 0x020000
#define HBA 0x010700
#define GPU 0x030000
#define BRIDGE 0x060400
/* Nobody's number, so that a node given away shows. */

/* The ways a device can be bound when vmrun comes. */
static const struct fake_device ways[SIMPLE_SHAPES] = {
	{ .class_code = NIC, .driver = "e1000e", .knows = { "e1000e" } },
	{ .class_code = NIC, .knows = { "e1000e" } },
	{ .class_code = NIC },
	{ .class_code = HBA, .driver = "mpt3sas", .override = "mpt3sas", .knows = { "mpt3sas" } },
	{ .class_code = HBA,
	  .driver = "vfio-pci",
	  .override = "vfio-pci",
	  .knows = { "mpt3sas" },
	  .home = "mpt3sas" },
	{ .class_code = NIC, .driver = "vfio-pci", .knows = { "e1000e" } },
	{ .class_code = GPU, .driver = "nvidia", .knows = { "nouveau", "nvidia" } },
	{ .class_code = NIC, .override = "pci-stub", .knows = { "e1000e" } },
	{ .class_code = NIC, .driver = "pci-stub", .override = "pci-stub", .knows = { "e1000e" } },
};

/* The same numbers on every machine. */
static unsigned int next(unsigned int *state, unsigned int below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 16) % below;
}

/*
 * First one device in each way, then many in groups, with a bridge, siblings and both afters.
 */
struct shape shape_make(unsigned int index)
{
	unsigned int state = index * 2654435761u + 1, used = 0, groups, bridge = FAKE_DEVICES;
	struct shape shape = { .count = 1 + next(&state, FAKE_DEVICES) };

	groups = 1 + next(&state, FAKE_GROUPS);
	if (index < SIMPLE_SHAPES)
		shape.count = groups = 1;
	else if (next(&state, 3) == 0)
		bridge = (unsigned int)shape.count - 1;
	for (unsigned int i = 0; i < shape.count; i++) {
		struct fake_device *dev = &shape.devices[i];
		bool asked = i == 0 || next(&state, 3) != 0;

		*dev = index < SIMPLE_SHAPES ? ways[index] : ways[next(&state, SIMPLE_SHAPES)];
		if (i == bridge && i > 0)
			*dev = (struct fake_device){ .class_code = BRIDGE };
		dev->group = 10 + (int)next(&state, groups);
		snprintf(dev->address, sizeof(dev->address), "0000:01:%02x.0", i);
		if (asked && dev->class_code != BRIDGE)
			used += (unsigned int)snprintf(shape.profile + used,
						       sizeof(shape.profile) - used,
						       "[pci \"d%u\"]\naddress=%s\nsiblings=%s\n%s",
						       i, dev->address,
						       next(&state, 4) ? "bind" : "attach",
						       next(&state, 2) ? "" : "after=host\n");
	}
	return shape;
}

void trial_plan(struct trial *trial)
{
	struct plan_options options = { .uri = "qemu:///embed", .embed = true, .user = "qemu" };
	struct err e = { 0 };

	plan_done(&trial->plan);
	host_done(&trial->host);
	ck_assert_msg(survey_scan(&trial->kernel.root, &trial->host, &e) == 0, "%s", e.message);
	ck_assert_msg(plan_build(&trial->profile, &trial->host, &options, &trial->plan, &e) == 0,
		      "%s: %s", e.subject, e.message);
	for (size_t i = 0; i < trial->plan.findings.count; i++)
		ck_assert_msg(trial->plan.findings.item[i].severity < SEVERITY_REFUSE, "%s",
			      trial->plan.findings.item[i].message);
	ck_assert_int_eq(trial->plan.verdict, PLAN_GO);
	/* Without the right to make device nodes there are none to own. */
	for (size_t i = 0; !trial->kernel.nodes && i < trial->plan.step_count; i++)
		if (trial->plan.steps[i].kind == STEP_OWN)
			trial->plan.steps[i].kind = STEP_RESERVE;
}

void trial_open(struct trial *trial, unsigned int index)
{
	*trial = (struct trial){ .shape = shape_make(index) };
	fake_open(&trial->kernel);
	trial->kernel.own_nodes = index % 4 == 1;
	fake_set(&trial->kernel, trial->shape.devices, trial->shape.count);
	trial->first = fake_state(&trial->kernel);
	trial->profile = made_profile(trial->shape.profile);
	trial_plan(trial);
	trial->request = (struct apply_request){
		.plan = &trial->plan, .embed = "/run/e", .uid = USER, .gid = USER
	};
}

void trial_close(struct trial *trial)
{
	plan_done(&trial->plan);
	host_done(&trial->host);
	profile_done(&trial->profile);
	fake_close(&trial->kernel);
	free(trial->first);
}

void trial_start(struct trial *trial, struct journal *journal)
{
	const struct root *root = &trial->kernel.root;
	struct err e = { 0 };

	ck_assert_msg(apply_reserve(root, &trial->request, journal, &e) == 0, "%s: %s", e.subject,
		      e.message);
	ck_assert_msg(apply_execute(root, &trial->request, journal, &e) == 0, "%s: %s", e.subject,
		      e.message);
	/* A success leaves no error behind that somebody prints later. */
	ck_assert_str_eq(e.message, "");
	ck_assert(trial_bound(trial));
}

int trial_recover(struct trial *trial, enum undo_goal goal, struct err *e)
{
	const struct root *root = &trial->kernel.root;
	struct journal journal = { 0 };
	int r;

	state_sweep(root);
	r = guests_load_journal(root, STATE_GUEST_PREFIX "made" STATE_SUFFIX, &journal, e);
	if (r == -ENOENT)
		return 0;
	ck_assert_msg(r == 0, "%s: %s", e->subject, e->message);
	r = undo_run(root, &journal, goal, 0, NULL, e);
	journal_done(&journal);
	return r;
}

void trial_expect(struct trial *trial, const char *wanted, const char *fmt, ...)
{
	_cleanup_free_ char *now = fake_state(&trial->kernel), *what = NULL;
	const char *was = wanted, *is = now;
	va_list ap;

	va_start(ap, fmt);
	ck_assert_int_ge(vasprintf(&what, fmt, ap), 0);
	va_end(ap);
	/* The first line that differs. */
	while (strcmp(now, wanted) && !strncmp(was, is, strcspn(was, "\n") + 1)) {
		was += strcspn(was, "\n") + 1;
		is += strcspn(is, "\n") + 1;
	}
	ck_assert_msg(!strcmp(now, wanted), "%s: the host differs: before '%.*s', after '%.*s'",
		      what, (int)strcspn(was, "\n"), was, (int)strcspn(is, "\n"), is);
}

bool trial_bound(const struct trial *trial)
{
	const struct picks *picks = &trial->plan.picks;

	for (size_t i = 0; i < picks->count; i++) {
		_cleanup_free_ char *driver = NULL;

		if (bind_driver(&trial->kernel.root,
				&trial->host.devices[picks->item[i].device].addr, &driver) < 0 ||
		    !driver || strcmp(driver, "vfio-pci"))
			return false;
	}
	return true;
}

static bool trials_are(const char *word)
{
	const char *trials = getenv("TRIALS");

	return trials && !strcmp(trials, word);
}

bool trials_few(void)
{
	return trials_are("few");
}

bool trials_all(void)
{
	return trials_are("all");
}

/* Every journal is flushed to disk, thousands of times here. */
int trials_main(TCase *tests, const char *name)
{
	char dir[] = "/dev/shm/vmrun-trial.XXXXXX";
	bool in_memory = mkdtemp(dir) && setenv("TMPDIR", dir, 1) == 0;
	int status;

	tcase_set_timeout(tests, 60);
	status = suite_run(name, tests);
	if (in_memory)
		fake_remove(dir);
	return status;
}
