// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the plan: steps and their order, verdict, and when only another guest is in the way. */
#include "decide/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/made.h"
#include "unit/suite.h"

static const struct plan_options libvirt = { .uri = "qemu:///system", .owns_nodes = true };

/* Steps as text: "reserve 11; claim /dev/sda; bind 01:00.0 nvme; …". */
static const char *steps_text(const struct plan *plan)
{
	static char text[2048];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < plan->step_count; i++) {
		const struct plan_step *step = &plan->steps[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s %s%s%s%s%s",
					 i ? "; " : "", plan_step_name(step->kind), step->target,
					 step->from ? " from " : "", step->from ? step->from : "",
					 step->to ? " to " : "", step->to ? step->to : "");
	}
	return text;
}

static struct host make_host(void)
{
	struct host host = made_host();

	made_device(&host, "00:1e.0", 0x060400, NULL, 14);
	made_device(&host, "03:00.0", 0x010802, "nvme", 13);
	made_disk(&host, "nvme0n1", FACT_NO, NULL);
	made_device(&host, "04:00.0", 0x010700, "mpt3sas", 14);
	made_disk(&host, "sda", FACT_NO, NULL);
	made_disk(&host, "sdb", FACT_NO, NULL);
	made_device(&host, "04:01.0", 0x040100, NULL, 14);
	made_device(&host, "05:00.0", 0x010802, "vfio-pci", 15);
	made_device(&host, "06:00.0", 0x020000, "e1000e", 16);
	made_device(&host, "06:00.1", 0x0c0500, "i801_smbus", 16);
	return host;
}

static const struct steps_case {
	const char *profile;
	const char *steps;
	bool registered;
} step_cases[] = {
	{ "", "start made", false },
	{ "[pci \"n\"]\naddress=03:00.0\n",
	  "reserve group 13; claim /dev/nvme0n1; load-module vfio-pci; bind 0000:03:00.0 from nvme to vfio-pci; "
	  "own /dev/vfio/13 to libvirt; start made",
	  false },
	/*
	 * All groups are reserved, all disks are claimed, before anything leaves its driver.
	 * The bridge stays.
	 */
	{ "[pci \"h\"]\naddress=04:00.0\n[pci \"n\"]\naddress=03:00.0\n",
	  "reserve group 14; reserve group 13; claim /dev/sda; claim /dev/sdb; claim /dev/nvme0n1; "
	  "bind 0000:04:00.0 from mpt3sas to vfio-pci; bind 0000:04:01.0 to vfio-pci; "
	  "bind 0000:03:00.0 from nvme to vfio-pci; own /dev/vfio/14 to libvirt; own /dev/vfio/13 to libvirt; "
	  "start made",
	  true },
	/* What is with vfio-pci already needs no claim and no bind. */
	{ "[pci \"p\"]\naddress=05:00.0\n",
	  "reserve group 15; own /dev/vfio/15 to libvirt; start made", true },
};

START_TEST(steps)
{
	const struct steps_case *row = &step_cases[_i];
	struct profile profile = made_profile(row->profile);
	struct host host = make_host();
	struct err e = { 0 };
	struct plan plan;

	host.vfio_registered = row->registered;
	ck_assert_int_eq(plan_build(&profile, &host, &libvirt, &plan, &e), 0);
	ck_assert_int_eq(plan.verdict, PLAN_GO);
	ck_assert(!plan.busy);
	/* What libvirt does with a node's owner may be worded anew; that it is said stays. */
	ck_assert_str_eq(steps_text(&plan), row->steps);
	for (size_t i = 0; i < plan.step_count; i++)
		ck_assert_ptr_nonnull(plan.steps[i].why);
	plan_done(&plan);
	profile_done(&profile);
	host_done(&host);
}
END_TEST

enum situation {
	FREE,
	HELD,
	RESERVED,
	MOUNTED,
	HELD_AND_CHIPSET,
	CHIPSET,
	UNMEASURED,
	HELD_AND_MOUNTED
};

static void arrange(struct host *host, enum situation situation)
{
	struct device *nvme = &host->devices[made_index(host, "03:00.0")];

	if (situation == HELD || situation == HELD_AND_CHIPSET || situation == HELD_AND_MOUNTED)
		made_holder(host, situation == HELD_AND_CHIPSET ? 16 : 13, false);
	if (situation == RESERVED)
		made_holder(host, 13, true);
	if (situation == MOUNTED || situation == HELD_AND_MOUNTED)
		device_add_use(nvme, USE_DISK, mem_strdup("/dev/nvme0n1 is mounted on /"), NULL);
	if (situation == UNMEASURED)
		nvme->disks[0].busy = FACT_UNKNOWN;
}

#define NVME "[pci \"n\"]\naddress=03:00.0\n"
#define NIC "[pci \"n\"]\naddress=06:00.0\n"

static const struct verdict_case {
	enum situation situation;
	const char *profile;
	const char *accept;
	enum plan_verdict verdict;
	bool busy;
} verdicts[] = {
	{ FREE, NVME, NULL, PLAN_GO, false },
	{ HELD, NVME, NULL, PLAN_REFUSED, true },
	{ RESERVED, NVME, NULL, PLAN_REFUSED, true },
	{ HELD, NVME, "in-use-guest", PLAN_REFUSED, true },
	{ MOUNTED, NVME, NULL, PLAN_REFUSED, false },
	{ MOUNTED, NVME, "in-use-disk", PLAN_REFUSED, false },
	{ UNMEASURED, NVME, NULL, PLAN_UNKNOWN, false },
	/* Of a guest's disks the host's view says nothing. */
	{ HELD_AND_MOUNTED, NVME, NULL, PLAN_REFUSED, true },
	{ CHIPSET, NIC, NULL, PLAN_REFUSED, false },
	{ CHIPSET, NIC, "chipset", PLAN_GO, false },
	{ CHIPSET, NIC, "sibling", PLAN_REFUSED, false },
	{ CHIPSET, NIC "accept=chipset\n", NULL, PLAN_GO, false },
	/*
	 * Another guest, and something else as well: waiting does not help. With that accepted,
	 * it does.
	 */
	{ HELD_AND_CHIPSET, NIC, NULL, PLAN_REFUSED, false },
	{ HELD_AND_CHIPSET, NIC, "chipset", PLAN_REFUSED, true },
	{ FREE, "[pci \"h\"]\naddress=04:00.0\nsiblings=refuse\n", NULL, PLAN_REFUSED, false },
	{ FREE, "[pci \"h\"]\naddress=04:00.0\nsiblings=refuse\n[pci \"s\"]\naddress=04:01.0\n",
	  NULL, PLAN_GO, false },
};

START_TEST(verdict)
{
	const struct verdict_case *row = &verdicts[_i];
	struct profile profile = made_profile(row->profile);
	char *codes[] = { (char *)(uintptr_t)row->accept };
	struct strlist accept = { codes, row->accept != NULL };
	struct plan_options options = { .uri = "qemu:///system",
					.owns_nodes = true,
					.accept = &accept };
	struct host host = make_host();
	struct err e = { 0 };
	struct plan plan;

	arrange(&host, row->situation);
	ck_assert_msg(plan_build(&profile, &host, &options, &plan, &e) == 0, "%s", e.message);
	ck_assert_int_eq(plan.verdict, row->verdict);
	ck_assert(plan.busy == row->busy);
	/* The steps are shown whatever the verdict. */
	ck_assert_int_eq(plan.steps[plan.step_count - 1].kind, STEP_START);
	plan_done(&plan);
	profile_done(&profile);
	host_done(&host);
}
END_TEST

START_TEST(who_owns_the_node)
{
	struct plan_options options = { .uri = "qemu:///embed?root=/run",
					.embed = true,
					.user = "libvirt-qemu" };
	struct profile profile = made_profile(NVME);
	struct host host = make_host();
	struct err e = { 0 };
	struct plan plan;

	ck_assert_int_eq(plan_build(&profile, &host, &options, &plan, &e), 0);
	ck_assert_str_eq(plan.steps[plan.step_count - 2].target, "/dev/vfio/13");
	ck_assert_str_eq(plan.steps[plan.step_count - 2].to, "libvirt-qemu");
	plan_done(&plan);
	profile_done(&profile);
	host_done(&host);
}
END_TEST

static const struct failing_case {
	const char *profile;
	const char *accept;
	bool embed;
	enum err_kind kind;
	const char *subject;
	const char *fix;
} failing[] = {
	{ NVME, "chipsets", false, ERR_USAGE, "", "did you mean chipset?" },
	{ NVME "accept=rmr\n", NULL, false, ERR_PROFILE, "made.profile:4: n",
	  "did you mean rmrr?" },
	{ "[pci \"n\"]\naddress=07:00.0\n", NULL, false, ERR_NO_DEVICE, "made.profile:4: n", NULL },
	{ NVME "[net \"lan\"]\nnetwork=default\n", NULL, true, ERR_VIRT, "", NULL },
};

START_TEST(failures)
{
	const struct failing_case *row = &failing[_i];
	struct profile profile = made_profile(row->profile);
	char *codes[] = { (char *)(uintptr_t)row->accept };
	struct strlist accept = { codes, row->accept != NULL };
	struct plan_options options = { .uri = "qemu:///system",
					.embed = row->embed,
					.accept = &accept };
	struct host host = make_host();
	struct err e = { 0 };
	struct plan plan = { 0 };

	ck_assert_int_lt(plan_build(&profile, &host, &options, &plan, &e), 0);
	ck_assert_int_eq(e.kind, row->kind);
	ck_assert_str_eq(e.subject, row->subject);
	if (row->fix)
		ck_assert_str_eq(e.fix, row->fix);
	ck_assert_ptr_null(plan.steps);
	profile_done(&profile);
	host_done(&host);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("plan");

	tcase_add_loop_test(tests, steps, 0, (int)ARRAY_SIZE(step_cases));
	tcase_add_loop_test(tests, verdict, 0, (int)ARRAY_SIZE(verdicts));
	tcase_add_test(tests, who_owns_the_node);
	tcase_add_loop_test(tests, failures, 0, (int)ARRAY_SIZE(failing));
	return suite_run("plan", tests);
}
