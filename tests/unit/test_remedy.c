// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of remedies: what is advised per vendor, machine and command line, and what is not. */
#include "decide/remedy.h"

#include <string.h>

#include "base/cleanup.h"
#include "unit/made.h"
#include "unit/suite.h"

static void set(char **text, const char *to)
{
	free(*text);
	*text = mem_strdup(to);
}

static const struct rmrr_case {
	const char *vendor, *product;
	int slot;
	const char *has, *lacks;
} rmrr_cases[] = {
	{ "HP", "ProLiant DL380p Gen8", 2, "name=\"RMRDS_Slot2\"", "RMRDS_SlotN" },
	{ "HP", "ProLiant DL380p Gen8", 12, "name=\"RMRDS_Slot12\"", "where N" },
	{ "HP", "ProLiant DL380p Gen8", -1,
	  "RMRDS_SlotN\" helptext=\".\">Endpoints_Excluded</Section>", "Slot-1" },
	{ "HP", "ProLiant DL380p Gen8", -1, "where N is the physical slot", NULL },
	{ "HP", "ProLiant DL380p Gen8", 0, "where N is the physical slot", "Slot0" },
	{ "Hewlett-Packard", "ProLiant ML350p Gen8", 1, "RMRDS_Slot1", NULL },
	{ "HP", "ProLiant MicroServer Gen8", 1, "no fix by firmware is known",
	  "Endpoints_Excluded" },
	{ "HPE", "ProLiant DL360 Gen9", 1, "HP Shared Memory features", "conrep" },
	{ "HPE", "ProLiant DL380 Gen10", 1, "HP Shared Memory features", "conrep" },
	/* HP's desktops and laptops have no conrep. */
	{ "HP", "EliteDesk 800 G5", 1, "update the firmware of EliteDesk 800 G5", "conrep" },
	{ "Dell Inc.", "PowerEdge R720", 1, "update the firmware of PowerEdge R720", "HP" },
	{ "Supermicro", "Super Server Gen8", 1, "update the firmware of", "conrep" },
	{ NULL, NULL, -1, "update the firmware of this machine", "HP" },
};

START_TEST(rmrr)
{
	const struct rmrr_case *row = &rmrr_cases[_i];
	struct host host = made_host();
	struct device *dev = made_device(&host, "01:00.0", 0x010700, "mpt3sas", 11);
	_cleanup_free_ char *text = NULL;

	set(&host.vendor, row->vendor);
	set(&host.product, row->product);
	dev->slot = row->slot;
	text = remedy_rmrr(&host, dev);
	ck_assert_msg(strstr(text, row->has) != NULL, "%s", text);
	ck_assert_msg(!row->lacks || !strstr(text, row->lacks), "%s", text);
	host_done(&host);
}
END_TEST

static const struct iommu_case {
	enum iommu_kind kind;
	bool enabled;
	const char *cpu, *cmdline;
	const char *has, *lacks;
} iommu_cases[] = {
	{ IOMMU_INTEL, false, "GenuineIntel", "root=/dev/sda1 quiet",
	  "add intel_iommu=on to GRUB_CMDLINE_LINUX", NULL },
	{ IOMMU_INTEL, false, "GenuineIntel", "intel_iommu=on", "intel_iommu=on is set",
	  "add intel_iommu" },
	{ IOMMU_INTEL, false, "GenuineIntel", "quiet intel_iommu=on,sm_on x",
	  "intel_iommu=on is set", "add " },
	/* What only looks like the parameter is not it. */
	{ IOMMU_INTEL, false, "GenuineIntel", "xintel_iommu=on", "add intel_iommu=on", "is set" },
	{ IOMMU_INTEL, false, "GenuineIntel", "intel_iommu=only", "add intel_iommu=on", "is set" },
	{ IOMMU_INTEL, false, "GenuineIntel", NULL, "add intel_iommu=on", "is set" },
	{ IOMMU_AMD, false, "AuthenticAMD", "amd_iommu=off", "take amd_iommu=off", "intel" },
	{ IOMMU_SMMU, false, NULL, "", "dmesg | grep -i smmu", "intel" },
	{ IOMMU_NONE, false, "GenuineIntel", "", "switch VT-d", "AMD" },
	{ IOMMU_NONE, false, "AuthenticAMD", "", "AMD-Vi", NULL },
	{ IOMMU_NONE, false, NULL, "", "AMD-Vi", NULL },
	{ IOMMU_INTEL, true, "GenuineIntel", "intel_iommu=on", "leaves 0000:01:00.0 out", "add" },
};

START_TEST(no_iommu)
{
	const struct iommu_case *row = &iommu_cases[_i];
	struct host host = made_host();
	struct device *dev = made_device(&host, "01:00.0", 0x010802, "nvme", -1);
	_cleanup_free_ char *text = NULL;

	host.iommu = row->kind;
	host.iommu_enabled = row->enabled;
	set(&host.cpu_vendor, row->cpu);
	set(&host.cmdline, row->cmdline);
	text = remedy_no_iommu(&host, dev);
	ck_assert_msg(strstr(text, row->has) != NULL, "%s", text);
	ck_assert_msg(!row->lacks || !strstr(text, row->lacks), "%s", text);
	host_done(&host);
}
END_TEST

START_TEST(ivmd)
{
	struct host host = made_host();
	struct device *dev = made_device(&host, "01:00.0", 0x010802, "nvme", 11);
	_cleanup_free_ char *text = remedy_ivmd(&host, dev);

	ck_assert_ptr_nonnull(strstr(text, "DMA Protection"));
	ck_assert_ptr_null(strstr(text, "conrep"));
	host_done(&host);
}
END_TEST

/* To run it as root helps on the host itself only: a captured one stays as it was captured. */
START_TEST(unmeasured)
{
	struct host host = made_host();

	ck_assert_str_eq(remedy_unmeasured(&host, "run it as root"), "run it as root");
	host.captured = true;
	ck_assert_str_eq(remedy_unmeasured(&host, "run it as root"),
			 "capture the host again, as root");
	host_done(&host);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("remedy");

	tcase_add_loop_test(tests, rmrr, 0, (int)ARRAY_SIZE(rmrr_cases));
	tcase_add_loop_test(tests, no_iommu, 0, (int)ARRAY_SIZE(iommu_cases));
	tcase_add_test(tests, ivmd);
	tcase_add_test(tests, unmeasured);
	return suite_run("remedy", tests);
}
