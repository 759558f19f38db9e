// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the verdict rules: each fires on one host, and is silent on one that is almost the
 * same.
 */
#include "decide/verdict.h"

#include <string.h>

#include "base/cleanup.h"
#include "unit/made.h"
#include "unit/suite.h"

#define NVME 0x010802
#define GPU 0x030000
#define USB 0x0c0330
#define NIC 0x020000

/*
 * What to look for: the device at ADDRESS has these findings (with its siblings', as the survey
 * shows them).
 */
#define ADDRESS "01:00.0"

static void add_disk(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, NVME, "nvme", 11);
	made_disk(host, "nvme0n1", wrong ? FACT_YES : FACT_NO,
		  wrong ? "/dev/nvme0n1p1 is mounted on /srv" : NULL);
}

static void add_no_iommu(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, NVME, "nvme", wrong ? -1 : 11);
	host->iommu_enabled = !wrong;
}

static void add_left_out(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, NVME, "nvme", wrong ? -1 : 11);
}

static void add_rmrr(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, NVME, "nvme", 11);
	made_range(host, RESERVED_RMRR, ADDRESS, 0x1000, 0x1fff);
	/* The kernel has the last word: a range it does not list is none. */
	made_region(host, 11, 0x1000, 0x1fff, wrong ? REGION_DIRECT : REGION_MSI);
}

static void add_rmrr_unattributed(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, NVME, "nvme", 11);
	made_region(host, 11, 0x1000, 0x1fff, wrong ? REGION_DIRECT : REGION_RESERVED);
}

static void add_rmrr_of_another(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, NVME, "nvme", 11);
	made_device(host, "01:00.1", NIC, "e1000e", wrong ? 11 : 12);
	made_range(host, RESERVED_RMRR, "01:00.1", 0x1000, 0x1fff);
	made_region(host, wrong ? 11 : 12, 0x1000, 0x1fff, REGION_DIRECT);
}

static void add_rmrr_two_views(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, USB, "xhci_hcd", 11);
	made_range(host, RESERVED_RMRR, ADDRESS, 0x1000, 0x2fff);
	made_region(host, 11, 0x1000, 0x1fff, REGION_DIRECT_RELAXABLE);
	if (wrong)
		made_region(host, 11, 0x2000, 0x2fff, REGION_DIRECT);
}

static void add_ivmd(struct host *host, bool wrong)
{
	host->iommu = IOMMU_AMD;
	made_device(host, ADDRESS, NVME, "nvme", 11);
	made_range(host, RESERVED_IVMD, ADDRESS, 0x1000, 0x1fff);
	if (wrong)
		made_region(host, 11, 0x1000, 0x1fff, REGION_DIRECT);
}

static void add_ivmd_unattributed(struct host *host, bool wrong)
{
	host->iommu = IOMMU_AMD;
	made_device(host, ADDRESS, NVME, "nvme", 11);
	if (wrong)
		made_region(host, 11, 0x1000, 0x1fff, REGION_DIRECT);
}

static void add_relaxable(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, USB, "xhci_hcd", 11);
	made_range(host, RESERVED_RMRR, ADDRESS, 0x1000, 0x1fff);
	made_region(host, 11, 0x1000, 0x1fff, wrong ? REGION_DIRECT_RELAXABLE : REGION_RESERVED);
}

static void add_bridge(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, wrong ? 0x060400 : NIC, NULL, 11);
}

static void add_chipset(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, wrong ? 0x0c0500 : 0x0c0300, NULL, 11);
}

static void add_host_bridge(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, wrong ? 0x060000 : NIC, NULL, 11);
}

static void add_isa(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, wrong ? 0x060100 : 0x068000, NULL, 11);
}

static void add_memory(struct host *host, bool wrong)
{
	made_device(host, "00:01.0", 0x060400, "pcieport", 1);
	made_device(host, ADDRESS, 0x050000, NULL, 11)->parent = wrong ? -1 : 0;
}

static void add_ivshmem(struct host *host, bool wrong)
{
	struct device *dev = made_device(host, ADDRESS, 0x050000, NULL, 11);

	dev->vendor = wrong ? 0x8086 : 0x1af4;
	dev->device = 0x1110;
}

static void add_no_vfio(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, NVME, "nvme", 11);
	host->vfio = wrong ? FACT_NO : FACT_YES;
}

static void add_held(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, NVME, "vfio-pci", 11);
	if (wrong)
		made_holder(host, 11, false);
}

static void add_reserved_by_guest(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, NVME, "vfio-pci", 11);
	if (wrong)
		made_holder(host, 11, true);
}

static void add_sibling(struct host *host, bool wrong)
{
	made_device(host, ADDRESS, NIC, "e1000e", 11);
	made_device(host, "01:00.1", NVME, "nvme", 11);
	made_disk(host, "nvme0n1", wrong ? FACT_YES : FACT_NO,
		  wrong ? "/dev/nvme0n1 is mounted on /" : NULL);
}

static void add_sibling_bridge(struct host *host, bool wrong)
{
	made_device(host, "00:1e.0", wrong ? 0x060100 : 0x060400, NULL, 11);
	made_device(host, ADDRESS, NIC, "e1000e", 11);
}

static const struct rule_case {
	enum finding_code code;
	enum severity severity;
	void (*make)(struct host *host, bool wrong);
} cases[] = {
	{ FINDING_NO_IOMMU, SEVERITY_BLOCK, add_no_iommu },
	{ FINDING_NO_IOMMU, SEVERITY_BLOCK, add_left_out },
	{ FINDING_RMRR, SEVERITY_BLOCK, add_rmrr },
	{ FINDING_RMRR, SEVERITY_BLOCK, add_rmrr_unattributed },
	{ FINDING_SIBLING, SEVERITY_BLOCK, add_rmrr_of_another },
	{ FINDING_RMRR, SEVERITY_BLOCK, add_rmrr_two_views },
	{ FINDING_IVMD, SEVERITY_BLOCK, add_ivmd },
	{ FINDING_IVMD, SEVERITY_BLOCK, add_ivmd_unattributed },
	{ FINDING_RMRR_RELAXABLE, SEVERITY_INFO, add_relaxable },
	{ FINDING_CHIPSET, SEVERITY_BLOCK, add_bridge },
	{ FINDING_CHIPSET, SEVERITY_REFUSE, add_chipset },
	{ FINDING_CHIPSET, SEVERITY_REFUSE, add_host_bridge },
	{ FINDING_CHIPSET, SEVERITY_REFUSE, add_isa },
	{ FINDING_CHIPSET, SEVERITY_REFUSE, add_memory },
	{ FINDING_CHIPSET, SEVERITY_REFUSE, add_ivshmem },
	{ FINDING_NO_VFIO, SEVERITY_BLOCK, add_no_vfio },
	{ FINDING_IN_USE_GUEST, SEVERITY_BLOCK, add_held },
	{ FINDING_IN_USE_GUEST, SEVERITY_BLOCK, add_reserved_by_guest },
	{ FINDING_IN_USE_DISK, SEVERITY_BLOCK, add_disk },
	{ FINDING_SIBLING, SEVERITY_BLOCK, add_sibling },
	{ FINDING_SIBLING, SEVERITY_REFUSE, add_sibling_bridge },
};

/* The findings of one code of the device at ADDRESS. */
static size_t count_code(const struct findings *findings, enum finding_code code,
			 enum severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->item[i];

		ck_assert_ptr_nonnull(finding->message);
		ck_assert_int_ne(finding->message[strlen(finding->message) - 1], '.');
		/* Who is told of an obstacle is told what to do. */
		ck_assert(finding->severity < SEVERITY_REFUSE || finding->fix);
		if (finding->code == code && finding->severity == severity)
			count++;
	}
	return count;
}

static struct findings judge(struct host *host)
{
	struct findings findings = { 0 };
	size_t device = made_index(host, ADDRESS);

	verdict_judge(host, device, &findings);
	verdict_judge_siblings(host, device, &findings);
	return findings;
}

START_TEST(fires_and_is_silent)
{
	const struct rule_case *row = &cases[_i];
	struct host bad = made_host(), good = made_host();
	struct findings findings;

	row->make(&bad, true);
	findings = judge(&bad);
	ck_assert_msg(count_code(&findings, row->code, row->severity) == 1, "%s does not fire",
		      finding_code_name(row->code));
	ck_assert_int_eq(verdict_of(&findings), row->severity == SEVERITY_INFO ? VERDICT_ASSIGNABLE
						: row->severity == SEVERITY_REFUSE
							? VERDICT_REFUSED
							: VERDICT_BLOCKED);
	findings_done(&findings);
	host_done(&bad);

	row->make(&good, false);
	findings = judge(&good);
	for (size_t i = 0; i < findings.count; i++)
		ck_assert_msg(findings.item[i].severity == SEVERITY_INFO &&
				      findings.item[i].code != row->code,
			      "%s: %s", finding_code_name(findings.item[i].code),
			      findings.item[i].message);
	ck_assert_uint_eq(findings.unknown.count, 0);
	findings_done(&findings);
	host_done(&good);
}
END_TEST

START_TEST(codes_have_names)
{
	for (int code = 0; code < FINDING_CODE_COUNT; code++) {
		enum finding_code found;

		ck_assert_int_eq(
			finding_code_find(finding_code_name((enum finding_code)code), &found), 0);
		ck_assert_int_eq((int)found, code);
	}
	ck_assert_int_lt(finding_code_find("nonsense", &(enum finding_code){ 0 }), 0);
}
END_TEST

static const struct prediction {
	enum reserved_source source;
	uint32_t class_code;
	enum finding_code code;
	enum severity severity;
} predictions[] = {
	{ RESERVED_RMRR, NVME, FINDING_RMRR, SEVERITY_BLOCK },
	{ RESERVED_RMRR, USB, FINDING_RMRR_RELAXABLE, SEVERITY_INFO },
	{ RESERVED_RMRR, GPU, FINDING_RMRR_RELAXABLE, SEVERITY_INFO },
	/* AMD's kernel driver knows no relaxed unity map. */
	{ RESERVED_IVMD, NVME, FINDING_IVMD, SEVERITY_BLOCK },
	{ RESERVED_IVMD, GPU, FINDING_IVMD, SEVERITY_BLOCK },
	{ RESERVED_IVMD, USB, FINDING_IVMD, SEVERITY_BLOCK },
};

START_TEST(predicted_while_off)
{
	const struct prediction *row = &predictions[_i];
	struct host host = made_host();
	struct findings findings;
	size_t seen = 0;

	host.iommu_enabled = false;
	host.iommu = row->source == RESERVED_IVMD ? IOMMU_AMD : IOMMU_INTEL;
	made_device(&host, ADDRESS, row->class_code, NULL, -1);
	made_range(&host, row->source, ADDRESS, 0xe8000, 0xe8fff);
	findings = judge(&host);
	ck_assert_uint_eq(count_code(&findings, row->code, row->severity), 1);
	ck_assert_uint_eq(count_code(&findings, FINDING_NO_IOMMU, SEVERITY_BLOCK), 1);
	for (size_t i = 0; i < findings.count; i++) {
		ck_assert(findings.item[i].predicted == (findings.item[i].code == row->code));
		seen += strstr(findings.item[i].message, "0xe8000-0xe8fff") != NULL;
	}
	ck_assert_uint_eq(seen, 1);
	findings_done(&findings);
	host_done(&host);
}
END_TEST

/* What could not be measured is neither good nor bad, and is said. */
static const struct unmeasured {
	const char *text;
	bool needs_privilege;
	uint32_t class_code;
	const char *driver;
	int group;
	enum fact vfio, held, busy;
	bool tables_known, reservations_known;
} unmeasured[] = {
	{ "whether the kernel has vfio-pci", false, NVME, "nvme", 11, FACT_UNKNOWN, FACT_NO,
	  FACT_NO, true, true },
	{ "whether a guest holds group 11", true, NVME, "vfio-pci", 11, FACT_YES, FACT_UNKNOWN,
	  FACT_NO, true, true },
	{ NULL, false, NVME, "nvme", 11, FACT_YES, FACT_UNKNOWN, FACT_NO, true, true },
	{ "whether a guest holds group 11: a process has a node of vfio's open", false, NVME, NULL,
	  11, FACT_YES, FACT_UNKNOWN, FACT_NO, true, true },
	{ "whether /dev/nvme0n1 is in use", true, NVME, "nvme", 11, FACT_YES, FACT_NO, FACT_UNKNOWN,
	  true, true },
	{ "whether firmware reserves memory", true, NVME, "nvme", -1, FACT_YES, FACT_NO, FACT_NO,
	  false, true },
	{ NULL, false, NVME, "nvme", 11, FACT_YES, FACT_NO, FACT_NO, false, true },
	{ "whether another run of vmrun", true, NVME, "nvme", 11, FACT_YES, FACT_NO, FACT_NO, true,
	  false },
};

START_TEST(out_of_reach)
{
	const struct unmeasured *row = &unmeasured[_i];
	struct host host = made_host();
	struct findings findings;

	made_device(&host, ADDRESS, row->class_code, row->driver, row->group);
	made_disk(&host, "nvme0n1", row->busy, NULL);
	host.vfio = row->vfio;
	host.tables_known = row->tables_known;
	if (row->group >= 0)
		host.groups[0].held = row->held;
	if (!row->reservations_known)
		strlist_add(&host.unmeasured, "reservations");
	findings = judge(&host);
	ck_assert_uint_eq(findings.unknown.count, row->text ? 1 : 0);
	if (row->text)
		ck_assert_ptr_nonnull(strstr(findings.unknown.item[0], row->text));
	ck_assert(findings.needs_privilege == row->needs_privilege);
	ck_assert_uint_eq(count_code(&findings, FINDING_IN_USE_DISK, SEVERITY_BLOCK), 0);
	findings_done(&findings);
	host_done(&host);
}
END_TEST

START_TEST(sibling_names_its_cause)
{
	struct host host = made_host();
	struct findings findings;

	add_sibling(&host, true);
	findings = judge(&host);
	ck_assert_uint_eq(findings.count, 1);
	ck_assert_str_eq(findings.item[0].message, "0000:01:00.1 in the same group: in-use-disk: "
						   "/dev/nvme0n1 is mounted on /");
	ck_assert_int_eq(findings.item[0].cause, 1);
	ck_assert_int_eq(findings.item[0].device, 0);
	findings_done(&findings);
	host_done(&host);
}
END_TEST

/*
 * A refusal by its code or by that of the sibling it comes from; a block never; other devices'
 * not.
 */
START_TEST(accepting)
{
	char *chipset[] = { (char *)(uintptr_t) "chipset" },
	     *disk[] = { (char *)(uintptr_t) "in-use-disk" };
	struct host host = made_host();
	struct findings findings;

	made_device(&host, ADDRESS, NIC, "e1000e", 11);
	made_device(&host, "01:00.1", 0x0c0500, NULL, 11);
	made_device(&host, "01:00.2", NVME, "nvme", 11);
	made_disk(&host, "nvme0n1", FACT_YES, "/dev/nvme0n1 is mounted on /");
	findings = judge(&host);
	ck_assert_uint_eq(findings.count, 2);
	verdict_accept(&findings, 5, &(struct strlist){ chipset, 1 });
	ck_assert_int_eq(findings.item[0].severity, SEVERITY_REFUSE);
	verdict_accept(&findings, -1, &(struct strlist){ disk, 1 });
	ck_assert_int_eq(findings.item[0].severity, SEVERITY_REFUSE);
	ck_assert_int_eq(findings.item[1].severity, SEVERITY_BLOCK);
	ck_assert(!findings.item[1].accepted);
	verdict_accept(&findings, 0, &(struct strlist){ chipset, 1 });
	ck_assert_int_eq(findings.item[0].severity, SEVERITY_WARN);
	ck_assert(findings.item[0].accepted);
	ck_assert_int_eq(verdict_of(&findings), VERDICT_BLOCKED);
	findings.count = 1;
	ck_assert_int_eq(verdict_of(&findings), VERDICT_WARNING);
	findings.count = 2;
	findings_done(&findings);
	host_done(&host);
}
END_TEST

/* Where the tables are not to be seen, that is said; and root would not see them either. */
START_TEST(tables_hidden)
{
	struct host host = made_host();
	struct findings findings;

	made_device(&host, ADDRESS, NVME, "nvme", -1);
	host.iommu = IOMMU_NONE;
	host.iommu_enabled = false;
	host.tables_known = false;
	host.tables_hidden = true;
	findings = judge(&host);
	ck_assert_uint_eq(count_code(&findings, FINDING_NO_IOMMU, SEVERITY_BLOCK), 1);
	ck_assert_ptr_nonnull(strstr(findings.item[0].message, "not to be seen"));
	ck_assert_ptr_null(strstr(findings.item[0].message, "describes no IOMMU"));
	ck_assert_uint_eq(findings.unknown.count, 1);
	ck_assert_ptr_nonnull(strstr(findings.unknown.item[0], "not to be seen"));
	ck_assert(!findings.needs_privilege);
	findings_done(&findings);
	host_done(&host);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("verdict");

	tcase_add_loop_test(tests, fires_and_is_silent, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tests, codes_have_names);
	tcase_add_loop_test(tests, predicted_while_off, 0, (int)ARRAY_SIZE(predictions));
	tcase_add_loop_test(tests, out_of_reach, 0, (int)ARRAY_SIZE(unmeasured));
	tcase_add_test(tests, tables_hidden);
	tcase_add_test(tests, sibling_names_its_cause);
	tcase_add_test(tests, accepting);
	return suite_run("verdict", tests);
}
