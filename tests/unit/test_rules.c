// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the rules about devices and their use: each fires on one host and is silent on one that differs in one thing. */
#include "decide/rules.h"

#include <string.h>

#include "base/cleanup.h"
#include "decide/verdict.h"
#include "unit/made.h"
#include "unit/suite.h"

#define NVME 0x010802
#define GPU 0x030000
#define USB 0x0c0330
#define NIC 0x020000
#define AUDIO 0x040100

#define ADDRESS "01:00.0"
#define GIB ((uint64_t)1 << 30)

static struct device *add(struct host *host, uint32_t class_code)
{
	made_device(host, "00:01.0", 0x060400, "pcieport", 1);
	made_device(host, ADDRESS, class_code, "driver", 11)->parent = 0;
	return &host->devices[1];
}

static void add_dead(struct host *host, bool wrong)
{
	add(host, NVME)->dead = wrong;
}

static void add_stuck(struct host *host, bool wrong)
{
	add(host, NVME)->state = wrong ? DEVICE_STUCK : DEVICE_HOST;
}

static void add_denied(struct host *host, bool wrong)
{
	struct device *dev = add(host, NIC);

	dev->vendor = 0x8086;
	dev->device = 0x0435;
	host->denylist_off = !wrong;
}

static void add_use(struct host *host, uint32_t class_code, enum use_kind kind, bool wrong)
{
	struct device *dev = add(host, class_code);

	if (wrong)
		device_add_use(dev, kind, mem_strdup("it is in use"), mem_strdup("end that"));
}

static void add_net(struct host *host, bool wrong)
{
	add_use(host, NIC, USE_NET, wrong);
}

static void add_display(struct host *host, bool wrong)
{
	add_use(host, GPU, USE_DISPLAY, wrong);
}

static void add_input(struct host *host, bool wrong)
{
	add_use(host, NIC, USE_INPUT, wrong);
}

static void add_process(struct host *host, bool wrong)
{
	add_use(host, NIC, USE_PROCESS, wrong);
}

static void add_idle_disk(struct host *host, bool wrong)
{
	add_use(host, NVME, USE_DISK, wrong);
	if (wrong)
		host->devices[1].uses[0].idle = true;
}

static void add_vfs(struct host *host, bool wrong)
{
	struct device *dev = add(host, NIC);

	dev->sriov_total = 4;
	dev->sriov_active = wrong ? 1 : 0;
	made_device(host, "01:00.1", NIC, "driver", 12)->physfn = 1;
}

static void add_changed(struct host *host, bool wrong)
{
	add(host, NVME)->recorded =
		(struct identity){ .known = true, .vendor = 0x1000, .device = wrong ? 2 : 1 };
}

static void add_unmapped(struct host *host, bool wrong)
{
	add(host, NVME);
	host->interrupt_remapping = wrong ? FACT_NO : FACT_YES;
	host->unsafe_interrupts = FACT_NO;
}

static void add_unsafe(struct host *host, bool wrong)
{
	add(host, NVME);
	host->interrupt_remapping = wrong ? FACT_NO : FACT_YES;
	host->unsafe_interrupts = FACT_YES;
}

static void add_acs(struct host *host, bool wrong)
{
	add(host, NVME);
	host->klog.acs_override = wrong;
}

static void add_acs_unknown_to_kernel(struct host *host, bool wrong)
{
	add(host, NVME);
	if (!wrong)
		return;
	free(host->cmdline);
	host->cmdline = mem_strdup("intel_iommu=on pcie_acs_override=downstream quiet");
}

static void add_relaxed(struct host *host, bool wrong)
{
	add(host, NVME);
	made_range(host, RESERVED_RMRR, ADDRESS, 0x1000, 0x1fff);
	made_region(host, 11, 0x1000, 0x1fff, REGION_DIRECT_RELAXABLE);
	host->klog.rmrr_relaxed = wrong;
}

static void add_no_reset(struct host *host, bool wrong)
{
	struct device *dev = add(host, NVME);

	dev->reset_known = true;
	dev->resettable = !wrong;
}

static void add_reset_shared(struct host *host, bool wrong)
{
	struct device *dev = add(host, NVME);

	dev->reset_known = true;
	made_device(host, "01:01.0", NIC, "driver", wrong ? 12 : 11);
}

static void add_bus_reset(struct host *host, bool wrong)
{
	struct device *dev = add(host, NVME);

	dev->reset_known = dev->resettable = true;
	strlist_add(&dev->resets, wrong ? "bus" : "flr");
	made_device(host, "01:01.0", NIC, "driver", 12);
}

static void add_line(struct host *host, const char *other)
{
	struct device *dev = add(host, NIC);

	dev->interrupts = (struct interrupts){ .known = true, .pin = true, .irq = 16 };
	strlist_add(&dev->interrupts.sharers, "driver");
	if (other)
		strlist_add(&dev->interrupts.sharers, other);
}

static void add_shared_line(struct host *host, bool wrong)
{
	add_line(host, wrong ? "i801_smbus" : NULL);
}

static void add_line_beside_msi(struct host *host, bool wrong)
{
	add_line(host, "i801_smbus");
	host->devices[1].interrupts.msi = wrong ? 0 : 1;
}

static void add_no_line(struct host *host, bool wrong)
{
	add_line(host, NULL);
	host->devices[1].interrupts.irq = wrong ? 0 : 16;
}

static void add_unassigned(struct host *host, bool wrong)
{
	add(host, NVME)->bars = (struct bars){ .known = true,
					       .mmio_bytes = 16384,
					       .largest_bytes = 16384,
					       .unassigned = wrong ? 5 : 0,
					       .unassigned_bytes = wrong ? 16384 : 0 };
}

static void add_large_bar(struct host *host, bool wrong)
{
	add(host, GPU)->bars = (struct bars){ .known = true,
					      .mmio_bytes = 17 * GIB,
					      .largest_bytes = wrong ? 16 * GIB : GIB / 4 };
}

static void add_cold(struct host *host, bool wrong)
{
	struct device *dev = add(host, GPU);

	dev->power_state = mem_strdup("D3cold");
	dev->suspended = !wrong;
}

static void add_experimental(struct host *host, bool wrong)
{
	add(host, wrong ? AUDIO : NVME);
}

static const struct rule_case {
	enum finding_code code;
	enum severity severity;
	void (*make)(struct host *host, bool wrong);
} cases[] = {
	{ FINDING_DEAD, SEVERITY_BLOCK, add_dead },
	{ FINDING_STUCK, SEVERITY_BLOCK, add_stuck },
	{ FINDING_NO_VFIO, SEVERITY_BLOCK, add_denied },
	{ FINDING_IN_USE_NET, SEVERITY_REFUSE, add_net },
	{ FINDING_IN_USE_DISPLAY, SEVERITY_REFUSE, add_display },
	{ FINDING_IN_USE_INPUT, SEVERITY_REFUSE, add_input },
	{ FINDING_IN_USE_PROCESS, SEVERITY_REFUSE, add_process },
	{ FINDING_IN_USE_DISK, SEVERITY_REFUSE, add_idle_disk },
	{ FINDING_VFS_ACTIVE, SEVERITY_REFUSE, add_vfs },
	{ FINDING_CHANGED, SEVERITY_REFUSE, add_changed },
	{ FINDING_NO_INTERRUPT_REMAPPING, SEVERITY_BLOCK, add_unmapped },
	{ FINDING_NO_INTERRUPT_REMAPPING, SEVERITY_REFUSE, add_unsafe },
	{ FINDING_ACS_OVERRIDE, SEVERITY_REFUSE, add_acs },
	{ FINDING_ACS_OVERRIDE, SEVERITY_INFO, add_acs_unknown_to_kernel },
	{ FINDING_RMRR_RELAXED, SEVERITY_WARN, add_relaxed },
	{ FINDING_NO_RESET, SEVERITY_WARN, add_no_reset },
	{ FINDING_RESET_SHARED, SEVERITY_WARN, add_reset_shared },
	{ FINDING_RESET_SHARED, SEVERITY_WARN, add_bus_reset },
	{ FINDING_INTX_SHARED, SEVERITY_WARN, add_shared_line },
	{ FINDING_INTX_SHARED, SEVERITY_WARN, add_line_beside_msi },
	{ FINDING_NO_INTERRUPT, SEVERITY_WARN, add_no_line },
	{ FINDING_BAR_UNASSIGNED, SEVERITY_WARN, add_unassigned },
	{ FINDING_POWER, SEVERITY_WARN, add_cold },
	{ FINDING_LARGE_BAR, SEVERITY_INFO, add_large_bar },
	{ FINDING_EXPERIMENTAL, SEVERITY_INFO, add_experimental },
};

/* Codes with cases of their own: in test_verdict.c, and below. */
static const enum finding_code elsewhere[] = {
	FINDING_NO_IOMMU,	FINDING_RMRR,	      FINDING_IVMD,
	FINDING_CHIPSET,	FINDING_IN_USE_GUEST, FINDING_SIBLING,
	FINDING_RMRR_RELAXABLE, FINDING_MEMORY,	      FINDING_NUMA_REMOTE,
};

static const struct finding *find(const struct findings *findings, enum finding_code code)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->item[i].code == code)
			return &findings->item[i];
	return NULL;
}

START_TEST(fires_and_is_silent)
{
	static const enum verdict verdicts[] = { VERDICT_ASSIGNABLE, VERDICT_WARNING,
						 VERDICT_REFUSED, VERDICT_BLOCKED };
	const struct rule_case *row = &cases[_i];
	struct host bad = made_host(), good = made_host();
	struct findings findings = { 0 };
	const struct finding *found;

	row->make(&bad, true);
	verdict_judge(&bad, made_index(&bad, ADDRESS), &findings);
	found = find(&findings, row->code);
	ck_assert_msg(found != NULL, "%s does not fire", finding_code_name(row->code));
	ck_assert_int_eq(found->severity, row->severity);
	ck_assert_int_ne(found->message[strlen(found->message) - 1], '.');
	ck_assert(row->severity < SEVERITY_REFUSE || found->fix);
	ck_assert_int_eq(verdict_of(&findings), verdicts[row->severity]);
	findings_done(&findings);
	host_done(&bad);

	row->make(&good, false);
	verdict_judge(&good, made_index(&good, ADDRESS), &findings);
	ck_assert_msg(!find(&findings, row->code), "%s is not silent",
		      finding_code_name(row->code));
	ck_assert_uint_eq(findings.unknown.count, 0);
	findings_done(&findings);
	host_done(&good);
}
END_TEST

/* A code nobody tests, or that no rule gives, is an omission. */
START_TEST(every_code_has_a_case)
{
	for (int code = 0; code < FINDING_CODE_COUNT; code++) {
		bool found = false;

		for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
			found = found || (int)cases[i].code == code;
		for (size_t i = 0; i < ARRAY_SIZE(elsewhere); i++)
			found = found || (int)elsewhere[i] == code;
		ck_assert_msg(found, "no case for %s", finding_code_name((enum finding_code)code));
	}
}
END_TEST

static const struct memory_case {
	struct memory_need need;
	uint64_t memlock;
	const char *says;
} memory_cases[] = {
	{ { .bytes = 8 * GIB, .node = -1 }, 0, NULL },
	{ { .bytes = 65 * GIB, .node = -1 }, UINT64_MAX, "66560 MiB, and 65536 MiB are available" },
	{ { .bytes = 8 * GIB, .node = -1, .limited = true }, UINT64_MAX, NULL },
	{ { .bytes = 8 * GIB, .node = -1, .limited = true },
	  8 * GIB,
	  "lock 9216 MiB, and the hard limit on locked memory here is 8192" },
	{ { .bytes = 4 * GIB, .page_bytes = GIB, .node = -1 }, 0, NULL },
	{ { .bytes = 5 * GIB, .page_bytes = GIB, .node = -1 },
	  0,
	  "5 hugepages of 1048576 KiB, and 4 of 6 are free" },
	{ { .bytes = 4 * GIB, .page_bytes = GIB, .node = 1 }, 0, "of node 1, and 1 of 2 are free" },
	{ { .bytes = 4 * GIB, .page_bytes = GIB, .node = 2 },
	  0,
	  "no hugepages of 1048576 KiB of node 2" },
};

START_TEST(memory)
{
	const struct memory_case *row = &memory_cases[_i];
	struct hugepages pools[] = { { GIB, -1, 6, 4 }, { GIB, 1, 2, 1 } };
	struct host host = made_host();
	struct findings findings = { 0 };

	host.memory.memlock_bytes = row->memlock;
	host.memory.pools = pools;
	host.memory.pool_count = ARRAY_SIZE(pools);
	verdict_judge_memory(&host, &row->need, -1, &findings);
	ck_assert_uint_eq(findings.count, row->says ? 1 : 0);
	if (row->says) {
		ck_assert_int_eq(findings.item[0].code, FINDING_MEMORY);
		ck_assert_int_eq(findings.item[0].severity, SEVERITY_REFUSE);
		ck_assert_ptr_nonnull(findings.item[0].fix);
		ck_assert_msg(strstr(findings.item[0].message, row->says) != NULL, "%s",
			      findings.item[0].message);
	}
	host.memory.pools = NULL;
	findings_done(&findings);
	host_done(&host);
}
END_TEST

START_TEST(numa)
{
	struct host host = made_host();
	struct device *dev = add(&host, NVME);
	struct findings findings = { 0 };

	dev->numa = 1;
	rules_device_numa(&host, dev, 1, &findings);
	rules_device_numa(&host, dev, -1, &findings);
	ck_assert_uint_eq(findings.count, 0);
	rules_device_numa(&host, dev, 0, &findings);
	ck_assert_uint_eq(findings.count, 1);
	ck_assert_int_eq(findings.item[0].code, FINDING_NUMA_REMOTE);
	ck_assert_int_eq(findings.item[0].severity, SEVERITY_INFO);
	findings_done(&findings);
	host_done(&host);
}
END_TEST

/* What was not recorded is not compared. */
START_TEST(differences)
{
	struct host host = made_host();
	struct device *dev = add(&host, NVME);
	struct identity recorded = { .known = true, .vendor = 0x1000, .device = 1 };
	char *text;

	dev->subsystem_vendor = 0x1234;
	dev->serial = mem_strdup("00-01");
	ck_assert_ptr_null(identity_difference(&(struct identity){ .vendor = 5 }, dev));
	ck_assert_ptr_null(identity_difference(&recorded, dev));
	recorded.subsystem_known = true;
	text = identity_difference(&recorded, dev);
	ck_assert_str_eq(text, "subsystem 0000:0000 was recorded, 1234:0000 is there");
	free(text);
	recorded.subsystem_vendor = 0x1234;
	recorded.serial = (char[]){ "00-02" };
	text = identity_difference(&recorded, dev);
	ck_assert_str_eq(text, "serial number 00-02 was recorded, 00-01 is there");
	free(text);
	/* A card's own number counts for more than its place; where there is none, the place has to do. */
	dev->path = mem_strdup("0000/0/1d.0,00.0");
	recorded.path = (char[]){ "0000/0/1c.0,00.0" };
	recorded.serial = (char[]){ "00-01" };
	ck_assert_ptr_null(identity_difference(&recorded, dev));
	free(dev->serial);
	dev->serial = NULL;
	text = identity_difference(&recorded, dev);
	ck_assert_str_eq(
		text,
		"the one at path 0000/0/1c.0,00.0 was recorded, the one at 0000/0/1d.0,00.0 is there");
	free(text);
	host_done(&host);
}
END_TEST

/* A profile may say which card has to be there; what it does not say is not compared. */
START_TEST(expected)
{
	const struct {
		struct identity expected;
		const char *message;
		bool unknown;
	} rows[] = {
		{ { .known = true, .vendor = 0x1000, .device = 1 }, NULL, false },
		{ { .known = true, .vendor = 0x1000, .device = 2 },
		  "1000:0002 was recorded, 1000:0001 is there",
		  false },
		{ { .serial = (char[]){ "00-01" } }, NULL, false },
		{ { .serial = (char[]){ "00-02" } },
		  "serial number 00-02 was recorded, 00-01 is there",
		  false },
		{ { .serial = (char[]){ "none" } },
		  "serial number none was recorded, the card there has none",
		  false },
		{ { .serial = (char[]){ "out of reach" } }, NULL, true },
	};
	struct host host = made_host();
	struct device *dev = add(&host, NVME);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct findings findings = { 0 };

		free(dev->serial);
		dev->serial = i < 4 ? mem_strdup("00-01") : NULL;
		dev->interrupts.known = !rows[i].unknown;
		rules_device_expected(&host, dev, &rows[i].expected, &findings);
		ck_assert_uint_eq(findings.count, rows[i].message != NULL);
		ck_assert_uint_eq(findings.unknown.count, rows[i].unknown);
		if (rows[i].message) {
			ck_assert_int_eq(findings.item[0].code, FINDING_CHANGED);
			ck_assert_int_eq(findings.item[0].severity, SEVERITY_REFUSE);
			ck_assert_ptr_nonnull(strstr(findings.item[0].message, rows[i].message));
		}
		findings_done(&findings);
	}
	host_done(&host);
}
END_TEST

START_TEST(out_of_reach)
{
	struct host host = made_host();
	struct findings findings = { 0 };

	add(&host, AUDIO)->net_unknown = true;
	strlist_add(&host.devices[1].netdevs, "eth0");
	host.privileged = false;
	host.interrupt_remapping = FACT_UNKNOWN;
	host.klog.readable = false;
	free(host.cmdline);
	host.cmdline = mem_strdup("pcie_acs_override=downstream,multifunction");
	verdict_judge(&host, 1, &findings);
	ck_assert_uint_eq(findings.unknown.count, 4);
	ck_assert(findings.needs_privilege);
	findings_done(&findings);
	host_done(&host);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("rules");

	tcase_add_loop_test(tests, fires_and_is_silent, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tests, every_code_has_a_case);
	tcase_add_loop_test(tests, memory, 0, (int)ARRAY_SIZE(memory_cases));
	tcase_add_test(tests, numa);
	tcase_add_test(tests, differences);
	tcase_add_test(tests, expected);
	tcase_add_test(tests, out_of_reach);
	return suite_run("rules", tests);
}
