// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what is left of private things: the same value, the same token; the rest as it was. */
#include "model/redact.h"

#include <string.h>

#include "base/cleanup.h"
#include "unit/suite.h"

static struct redactor redactor;

static void tear_down(void)
{
	redact_done(&redactor);
	redactor = (struct redactor){ 0 };
}

static const struct text_case {
	const char *before, *after;
} texts[] = {
	{ "52:54:00:12:34:56 and 52-54-00-12-34-56", "02:00:00:00:00:01 and 02-00-00-00-00-01" },
	{ "AA:BB:CC:DD:EE:FF,aa:bb:cc:dd:ee:01", "02:00:00:00:00:01,02:00:00:00:00:02" },
	{ "a0-36-9f-ff-ff-12-34-56", "00-00-00-00-00-00-00-01" },
	{ "on /media/6F1E0C5E-1c1d-4a3b-9c0a-5d9c7b1f2e3a/x",
	  "on /media/00000000-0000-4000-8000-000000000001/x" },
	{ "GPU-6f1e0c5e-1c1d-4a3b-9c0a-5d9c7b1f2e3a", "GPU-00000000-0000-4000-8000-000000000001" },
	/* Addresses of PCI, what is longer, what says that there is none. */
	{ "0000:05:00.0 10000:e1:00.0", "0000:05:00.0 10000:e1:00.0" },
	{ "52:54:00:12:34:56:78 152:54:00:12:34:56", "52:54:00:12:34:56:78 152:54:00:12:34:56" },
	{ "00:00:00:00:00:00 ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00 ff:ff:ff:ff:ff:ff" },
	{ "52:54:00:12:34", "52:54:00:12:34" },
	{ "52:54-00:12:34:56", "52:54-00:12:34:56" },
	{ "", "" },
};

START_TEST(text)
{
	const struct text_case *row = &texts[_i];
	_cleanup_free_ char *got = mem_strdup(row->before);

	redact_text(&redactor, got, strlen(got));
	ck_assert_str_eq(got, row->after);
}
END_TEST

START_TEST(names)
{
	_cleanup_free_ char *one = NULL, *two = NULL, *three = NULL;

	redactor.hostname = "nas1.example.org";
	one = redact_names(&redactor, "/dev/mapper/nas1--vg-root on /srv/nas1/nas12");
	ck_assert_str_eq(one, "/dev/mapper/host1--vg-root on /srv/host1/nas12");
	redactor.hostname = "dev";
	two = redact_names(&redactor, "/dev/sda");
	ck_assert_str_eq(two, "/dev/sda");
	redactor.hostname = NULL;
	three = redact_names(&redactor, "/dev/nas1");
	ck_assert_str_eq(three, "/dev/nas1");
}
END_TEST

START_TEST(cmdline)
{
	_cleanup_free_ char *got =
		redact_cmdline("BOOT_IMAGE=/vmlinuz root=UUID=1 intel_iommu=on,sm_on "
			       "ip=192.0.2.1 pcie_acs_override=downstream quiet\n");

	ck_assert_str_eq(got, "intel_iommu=on,sm_on pcie_acs_override=downstream\n");
}
END_TEST

START_TEST(mountinfo)
{
	_cleanup_free_ char *got = redact_mountinfo(
		&redactor,
		"22 1 0:5 / /run/user/alice rw - tmpfs tmpfs rw\n"
		"36 35 8:1 /home/alice /srv rw,noatime shared:1 - ext4 /dev/sda1 rw,secret\n"
		"37 35 0:40 / /pool rw - zfs tank/data rw\n"
		"nonsense\n38 35 8:2 / /half rw\n");

	ck_assert_str_eq(got, "36 35 8:1 / /srv rw - ext4 /dev/sda1 rw\n"
			      "37 35 0:40 / /pool rw - zfs tank/data rw\n");
}
END_TEST

START_TEST(fstab_and_udev_agree)
{
	_cleanup_free_ char *table = redact_fstab(
		&redactor,
		"# alice\nUUID=6f1e0c5e-1c1d-4a3b-9c0a-5d9c7b1f2e3a / ext4 defaults 0 1\n"
		"LABEL=backup /b xfs noauto,x-key=hunter2 0 0\nUUID=1234-ABCD /boot/efi vfat\n"
		"//nas/alice /n cifs password=hunter2 0 0\nnas:/x /x nfs defaults\n");
	_cleanup_free_ char *disk = redact_udev(
		&redactor,
		"S:disk/by-id/ata-DISK_SECRET\nS:disk/by-label/backup\nE:ID_SERIAL=SECRET\n"
		"S:disk/by-uuid/6f1e0c5e-1c1d-4a3b-9c0a-5d9c7b1f2e3a\nE:ID_FS_TYPE=xfs\n"
		"S:disk/by-uuid/1234-ABCD\n"
		"E:ID_PART_ENTRY_TYPE=c12a7328-f81f-11d2-ba4b-00a0c93ec93b\n");

	ck_assert_str_eq(
		table, "UUID=00000000-0000-4000-8000-000000000001 / ext4 defaults 0 0\n"
		       "LABEL=label1 /b xfs noauto 0 0\nUUID=label2 /boot/efi vfat defaults 0 0\n");
	ck_assert_str_eq(disk,
			 "S:disk/by-label/label1\n"
			 "S:disk/by-uuid/00000000-0000-4000-8000-000000000001\nE:ID_FS_TYPE=xfs\n"
			 "S:disk/by-uuid/label2\n"
			 "E:ID_PART_ENTRY_TYPE=c12a7328-f81f-11d2-ba4b-00a0c93ec93b\n");
}
END_TEST

static void put_capability(char *config, size_t at, unsigned int id, size_t next)
{
	config[at] = (char)id;
	config[at + 2] = (char)(1 | (next & 0xf) << 4);
	config[at + 3] = (char)(next >> 4);
}

START_TEST(config)
{
	static const char token[] = { 1, 0, 0, 0, 0, 0, 0, 0 };
	char bytes[0x1000] = { 0 };

	put_capability(bytes, 0x100, 1, 0x148);
	put_capability(bytes, 0x148, 3, 0);
	memset(bytes + 0x14c, 0xa5, 8);
	redact_config(&redactor, bytes, 0x150);
	ck_assert_int_eq((unsigned char)bytes[0x14c],
			 0xa5); /* cut short: nothing whole to read there */
	redact_config(&redactor, bytes, sizeof(bytes));
	ck_assert_mem_eq(bytes + 0x14c, token, sizeof(token));
	ck_assert_int_eq(bytes[0x154], 0);
	/* A list that leads round ends; a short space has none. */
	put_capability(bytes, 0x148, 3, 0x100);
	redact_config(&redactor, bytes, sizeof(bytes));
	redact_config(&redactor, bytes, 64);
}
END_TEST

START_TEST(smbios)
{
	static const char table[] = "\1\5\0\0\1SECRET\0\0\11\6\1\0\1\2Slot 1\0\0\177\4\2\0\0\0tail";
	static const char wanted[] = "\11\6\1\0\1\2Slot 1\0\0\177\4\2\0\0";
	char bytes[sizeof(table)];

	memcpy(bytes, table, sizeof(table));
	ck_assert_uint_eq(redact_smbios(bytes, sizeof(table)), sizeof(wanted));
	ck_assert_mem_eq(bytes, wanted, sizeof(wanted));
	/* Damaged: not more than its beginning. */
	memcpy(bytes, table, sizeof(table));
	ck_assert_uint_eq(redact_smbios(bytes, 8), 1);
	ck_assert_uint_eq(redact_smbios(bytes, 0), 0);
}
END_TEST

/** main() - Run the suite */
int main(void)
{
	TCase *tests = tcase_create("redact");

	tcase_add_checked_fixture(tests, NULL, tear_down);
	tcase_add_loop_test(tests, text, 0, ARRAY_SIZE(texts));
	tcase_add_test(tests, names);
	tcase_add_test(tests, cmdline);
	tcase_add_test(tests, mountinfo);
	tcase_add_test(tests, fstab_and_udev_agree);
	tcase_add_test(tests, config);
	tcase_add_test(tests, smbios);
	return suite_run("redact", tests);
}
