// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of profiles: what good ones mean, what is said about bad ones, files that are none. */
#include "model/profile.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "model/ini.h"
#include "model/profile_keys.h"
#include "unit/suite.h"

/* bad/NAME.profile has the expected error in bad/NAME.err; REGEN=1 writes it anew. */
#define FIXTURES_DEFAULT "tests/fixtures"

#define TEXT_MAX 65536

static const char *fixture(const char *path)
{
	static char full[PATH_MAX];
	const char *dir = getenv("FIXTURES");

	snprintf(full, sizeof(full), "%s/profiles/%s", dir && *dir ? dir : FIXTURES_DEFAULT, path);
	return full;
}

static int parse(const char *text, struct profile *profile, struct err *e)
{
	return profile_parse(text, strlen(text), "test.profile", "/srv/vm", profile, e);
}

static void load_good(const char *name, struct profile *profile)
{
	struct err e = { 0 };

	ck_assert_msg(profile_load(fixture(name), profile, &e) == 0, "%s: %s", e.subject,
		      e.message);
}

START_TEST(defaults)
{
	struct profile p;

	load_good("good/minimal.profile", &p);
	ck_assert_str_eq(p.name, "nas1");
	ck_assert_str_eq(p.uuid, "dc2e849a-3aaf-5bb0-b4af-30df36b505fd");
	ck_assert_uint_eq(p.memory_bytes, UINT64_C(1) << 30);
	ck_assert_uint_eq(p.vcpus, 1);
	ck_assert_int_eq(p.accel, ACCEL_AUTO);
	ck_assert_int_eq(p.firmware, FIRMWARE_BIOS);
	ck_assert_str_eq(p.machine, "q35");
	ck_assert_str_eq(p.serial, "pty");
	ck_assert_ptr_null(p.kernel);
	ck_assert_ptr_null(p.initrd);
	ck_assert_ptr_null(p.cmdline);
	ck_assert_ptr_null(p.uri);
	ck_assert_uint_eq(p.pci_count + p.disk_count + p.net_count, 0);
	profile_done(&p);
	ck_assert_ptr_null(p.name);
	profile_done(&p);
}
END_TEST

START_TEST(whole_vm)
{
	_cleanup_free_ char *dir = realpath(fixture("good"), NULL), *kernel, *serial;
	struct profile p;

	load_good("good/full.profile", &p);
	kernel = mem_printf("%s/boot/vmlinuz", dir);
	serial = mem_printf("file:%s/console.log", dir);
	ck_assert_str_eq(p.file, fixture("good/full.profile"));
	ck_assert_str_eq(p.dir, dir);
	ck_assert_str_eq(p.name, "storage-vm");
	ck_assert_str_eq(p.uuid, "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
	ck_assert_uint_eq(p.memory_bytes, UINT64_C(8) << 30);
	ck_assert_uint_eq(p.vcpus, 4);
	ck_assert_int_eq(p.accel, ACCEL_KVM);
	ck_assert_str_eq(p.machine, "pc-q35-7.2");
	ck_assert_str_eq(p.kernel, kernel);
	ck_assert_str_eq(p.initrd, "/srv/boot/initrd.img");
	ck_assert_str_eq(p.cmdline, "console=ttyS0 root=LABEL=data # dyndbg=\"file vfio* +p\"");
	ck_assert_str_eq(p.serial, serial);
	ck_assert_str_eq(p.uri, "qemu:///system");
	profile_done(&p);
}
END_TEST

START_TEST(whole_pci)
{
	_cleanup_free_ char *codes = NULL;
	struct profile p;

	load_good("good/full.profile", &p);
	ck_assert_uint_eq(p.pci_count, 2);
	ck_assert_str_eq(p.pci[0].id, "hba");
	ck_assert_uint_eq(p.pci[0].line, 16);
	ck_assert_uint_eq(p.pci[0].selector_count, SELECTOR_KIND_COUNT);
	for (size_t i = 0; i < p.pci[0].selector_count; i++)
		ck_assert_uint_eq(p.pci[0].selectors[i].kind, i);
	ck_assert_uint_eq(p.pci[0].count, 1);
	ck_assert_int_eq(p.pci[0].pick, PICK_UNIQUE);
	ck_assert(!p.pci[0].optional);
	ck_assert_int_eq(p.pci[0].siblings, SIBLINGS_REFUSE);
	ck_assert_int_eq(p.pci[0].after, AFTER_HOST);
	codes = strlist_join(&p.pci[0].accept, " ");
	ck_assert_str_eq(codes, "in-use-disk chipset rmrr-relaxed");

	ck_assert_str_eq(p.pci[1].id, "any-nvme");
	ck_assert_uint_eq(p.pci[1].count, 2);
	ck_assert_int_eq(p.pci[1].pick, PICK_ANY);
	ck_assert(p.pci[1].optional);
	ck_assert_int_eq(p.pci[1].siblings, SIBLINGS_ATTACH);
	ck_assert_int_eq(p.pci[1].after, AFTER_POOL);
	profile_done(&p);
}
END_TEST

START_TEST(virtual_functions)
{
	_cleanup_free_ char *settings = NULL;
	struct profile p;

	load_good("good/vf.profile", &p);
	ck_assert_uint_eq(p.pci_count, 2);
	ck_assert_uint_eq(p.pci[0].selector_count, 0);
	ck_assert_int_eq(p.pci[0].vf_of->kind, SELECTOR_NETDEV);
	ck_assert_uint_eq(p.pci[0].vfs, 8);
	ck_assert_str_eq(p.pci[0].driver, "mlx5_vfio_pci");
	settings = vf_describe(&p.pci[0].vf);
	ck_assert_str_eq(settings,
			 "mac 52:54:00:ab:cd:ef, vlan 20, vlan-qos 3, spoofchk on, trust off, "
			 "link-state enable, min-rate 1000, max-rate 10000");
	ck_assert_int_eq(p.pci[1].vf_of->kind, SELECTOR_ADDRESS);
	ck_assert_uint_eq(p.pci[1].vfs, 0);
	ck_assert_uint_eq(p.pci[1].vf.given, 0);
	ck_assert_uint_eq(p.pci[0].unbind_timeout_ms, 90000);
	ck_assert_uint_eq(p.pci[1].unbind_timeout_ms, 0);
	/* "auto" is what holds without the key. */
	ck_assert_ptr_null(p.pci[1].driver);
	profile_done(&p);
}
END_TEST

START_TEST(whole_disks_and_nets)
{
	_cleanup_free_ char *dir = realpath(fixture("good"), NULL), *source;
	struct profile p;

	load_good("good/full.profile", &p);
	source = mem_printf("%s/images/root.qcow2", dir);
	ck_assert_uint_eq(p.disk_count, 2);
	ck_assert_str_eq(p.disks[0].id, "root");
	ck_assert_str_eq(p.disks[0].source, source);
	ck_assert_str_eq(p.disks[0].format, "qcow2");
	ck_assert_str_eq(p.disks[0].bus, "scsi");
	ck_assert_str_eq(p.disks[1].source, "/dev/vg0/data");
	ck_assert_str_eq(p.disks[1].format, "raw");
	ck_assert_str_eq(p.disks[1].bus, "virtio");

	ck_assert_uint_eq(p.net_count, 3);
	ck_assert_int_eq(p.nets[0].kind, NET_USER);
	ck_assert_ptr_null(p.nets[0].source);
	ck_assert_int_eq(p.nets[1].kind, NET_BRIDGE);
	ck_assert_str_eq(p.nets[1].source, "br0");
	ck_assert_int_eq(p.nets[2].kind, NET_NETWORK);
	ck_assert_str_eq(p.nets[2].source, "storage net");
	profile_done(&p);
}
END_TEST

START_TEST(ways_of_writing)
{
	_cleanup_free_ char *dir = realpath(fixture("good"), NULL), *kernel, *serial;
	struct profile p;

	load_good("good/crlf-bom-tabs.profile", &p);
	ck_assert_str_eq(p.name, "nas1");
	ck_assert_uint_eq(p.memory_bytes, UINT64_C(2) << 30);
	ck_assert_uint_eq(p.pci_count, 1);
	ck_assert_str_eq(p.pci[0].id, "a.b+c_D-9");
	ck_assert_uint_eq(p.pci[0].line, 6);
	ck_assert_int_eq(p.pci[0].selectors[0].slot, 7);
	ck_assert_int_eq(p.pci[0].after, AFTER_DEFAULT);
	ck_assert_int_eq(p.pci[0].siblings, SIBLINGS_BIND);
	profile_done(&p);

	load_good("good/quotes.profile", &p);
	kernel = mem_printf("%s/a path with blanks at its end  ", dir);
	ck_assert_str_eq(p.name, "quoted");
	ck_assert_str_eq(p.kernel, kernel);
	ck_assert_str_eq(p.cmdline, "\"a=1\" b=\"2\"");
	ck_assert_str_eq(p.nets[0].source, "caf\\\xc3\xa9 \"lan\"");
	profile_done(&p);

	load_good("good/backslash.profile", &p);
	serial = mem_printf("file:%s/\"x\"", dir);
	ck_assert_str_eq(p.cmdline, "  kept\\");
	ck_assert_str_eq(p.serial, serial);
	profile_done(&p);
}
END_TEST

/* What the project ships must be a good example. */
START_TEST(shipped)
{
	glob_t files;
	struct profile p;
	struct err e = { 0 };

	if (glob("profiles/*.profile", 0, NULL, &files))
		return;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		ck_assert_msg(profile_load(files.gl_pathv[i], &p, &e) == 0, "%s: %s", e.subject,
			      e.message);
		profile_done(&p);
	}
	globfree(&files);
}
END_TEST

static char *read_text(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = mem_zalloc(TEXT_MAX);

	ck_assert_msg(f, "%s is not there: run with REGEN=1, then read it", path);
	ck_assert_uint_lt(fread(text, 1, TEXT_MAX - 1, f), TEXT_MAX - 1);
	fclose(f);
	return text;
}

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static void check_bad(const char *path)
{
	_cleanup_free_ char *said = NULL, *expected = NULL, *err = NULL;
	struct profile p = { .vcpus = 12345 };
	struct err e = { 0 };
	const char *slash = strrchr(path, '/');

	ck_assert_msg(profile_load(path, &p, &e) == -EINVAL, "%s is taken", path);
	ck_assert_uint_eq(p.vcpus, 12345);
	ck_assert_int_eq(e.kind, ERR_PROFILE);
	ck_assert_int_eq(strncmp(e.subject, path, strlen(path)), 0);
	ck_assert_int_eq(profile_load(path, &p, NULL), -EINVAL);
	said = mem_printf("%s: %s\n  fix  %s\n", e.subject + (slash - path) + 1, e.message, e.fix);
	err = mem_printf("%.*s.err", (int)(strlen(path) - strlen(".profile")), path);
	if (getenv("REGEN"))
		write_text(err, said);
	expected = read_text(err);
	ck_assert_str_eq(said, expected);
}

START_TEST(bad)
{
	glob_t files;

	ck_assert_int_eq(glob(fixture("bad/*.profile"), 0, NULL, &files), 0);
	ck_assert_uint_gt(files.gl_pathc, 80);
	for (size_t i = 0; i < files.gl_pathc; i++)
		check_bad(files.gl_pathv[i]);
	globfree(&files);
}
END_TEST

static void check_file(const char *path, int result, const char *message)
{
	struct profile p;
	struct err e = { 0 };

	ck_assert_int_eq(profile_load(path, &p, &e), result);
	ck_assert_int_eq(e.kind, ERR_PROFILE);
	ck_assert_str_eq(e.subject, *path ? path : "\"\"");
	ck_assert_str_eq(e.message, message);
}

START_TEST(no_profiles)
{
	_cleanup_free_ char *dir =
		mem_printf("%s/vmrun-profile.XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	_cleanup_free_ char *pipe = NULL, *locked = NULL;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	pipe = mem_printf("%s/pipe", dir);
	locked = mem_printf("%s/locked", dir);
	ck_assert_int_eq(mkfifo(pipe, 0644), 0);
	write_text(locked, "[vm]\nname = x\n");
	ck_assert_int_eq(chmod(locked, 0), 0);

	check_file(dir, -EINVAL, "is a directory");
	check_file(pipe, -EINVAL, "is a pipe");
	check_file("/dev/null", -EINVAL, "is not a regular file");
	check_file("/dev/zero", -EINVAL, "is not a regular file");
	check_file("/nonexistent.profile", -ENOENT,
		   "cannot read the profile: No such file or directory");
	check_file("", -ENOENT, "cannot read the profile: No such file or directory");
	if (geteuid() != 0)
		check_file(locked, -EACCES, "cannot read the profile: Permission denied");
	ck_assert_int_eq(unlink(pipe), 0);
	ck_assert_int_eq(unlink(locked), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(too_large)
{
	size_t size = PROFILE_SIZE_MAX;
	_cleanup_free_ char *text = mem_zalloc(10 * size + 1);
	struct profile p;
	struct err e = { 0 };

	/* one line, as long as a profile may be, is fine */
	memset(text, 'x', 10 * size);
	memcpy(text, "[vm]\nname=a\nkernel=k\ncmdline=", 29);
	ck_assert_int_eq(profile_parse(text, size, "a", "/", &p, NULL), 0);
	ck_assert_uint_eq(strlen(p.cmdline), size - 29);
	profile_done(&p);
	ck_assert_int_eq(profile_parse(text, size + 1, "a", "/", &p, &e), -EINVAL);
	ck_assert_str_eq(e.message, "more than 1048576 bytes, too large for a profile");
	ck_assert_int_eq(profile_parse(text, 10 * size, "a", "/", &p, &e), -EINVAL);
	ck_assert_str_eq(e.subject, "a");
}
END_TEST

START_TEST(too_many_sections)
{
	_cleanup_free_ char *text = mem_zalloc(INI_SECTIONS_MAX * 40);
	struct profile p;
	struct err e = { 0 };
	char *end = stpcpy(text, "[vm]\nname=a\n");

	for (int i = 1; i < INI_SECTIONS_MAX; i++)
		end += sprintf(end, "[net \"n%d\"]\nuser=yes\n", i);
	ck_assert_int_eq(parse(text, &p, &e), 0);
	ck_assert_uint_eq(p.net_count, INI_SECTIONS_MAX - 1);
	profile_done(&p);
	strcpy(end, "[net \"last\"]\nuser=yes\n");
	ck_assert_int_eq(parse(text, &p, &e), -EINVAL);
	ck_assert_str_eq(e.message, "\"[net \"last\"]\" is one section too many");
	ck_assert_str_eq(e.subject, "test.profile:2049");
}
END_TEST

START_TEST(long_file_names)
{
	char file[1000];
	struct profile p;
	struct err e = { 0 };

	memset(file, 'd', sizeof(file));
	strcpy(file + 900, "/last.profile");
	ck_assert_int_eq(profile_parse("[vm]\nx\n", 7, file, "/", &p, &e), -EINVAL);
	ck_assert_msg(strstr(e.subject, "/last.profile:2"), "%s", e.subject);
	ck_assert_int_eq(strncmp(e.subject, "...d", 4), 0);
}
END_TEST

START_TEST(relative_to_the_root)
{
	static const char text[] = "[vm]\nname=a\nkernel=vmlinuz\nserial=file:log\n";
	struct profile p;

	ck_assert_int_eq(profile_parse(text, strlen(text), "/a.profile", "/", &p, NULL), 0);
	ck_assert_str_eq(p.kernel, "/vmlinuz");
	ck_assert_str_eq(p.serial, "file:/log");
	profile_done(&p);
}
END_TEST

/* RFC 4122, 4.3: version 5, the variant's bits, and the same from the same name. */
START_TEST(uuid_from_the_name)
{
	struct profile a, b, c;

	ck_assert_int_eq(parse("[vm]\nname=nas1\n", &a, NULL), 0);
	ck_assert_int_eq(parse("[vm]\nname=nas1\nmemory=2G\n", &b, NULL), 0);
	ck_assert_int_eq(parse("[vm]\nname=nas2\n", &c, NULL), 0);
	ck_assert_str_eq(a.uuid, b.uuid);
	ck_assert_str_ne(a.uuid, c.uuid);
	ck_assert_int_eq(a.uuid[14], '5');
	ck_assert_ptr_nonnull(strchr("89ab", a.uuid[19]));
	profile_done(&a);
	profile_done(&b);
	profile_done(&c);
}
END_TEST

/* The table can be walked: each key is found by its name, once, and says what it takes. */
START_TEST(table)
{
	size_t count;
	const struct profile_key *keys = profile_keys(&count);

	ck_assert_uint_gt(count, 70);
	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *takes = mem_strdup("");

		ck_assert_ptr_eq(profile_key_find(keys[i].section, keys[i].name), &keys[i]);
		ck_assert_ptr_nonnull(keys[i].set);
		ck_assert(keys[i].takes && *keys[i].takes);
		/* a choice of words takes exactly these */
		for (size_t k = 0; keys[i].words && keys[i].words[k]; k++) {
			char *longer = mem_printf("%s%s%s", takes, k ? "|" : "", keys[i].words[k]);

			free(takes);
			takes = longer;
		}
		if (keys[i].words)
			ck_assert_str_eq(takes, keys[i].takes);
	}
	for (int i = 0; i < SELECTOR_KIND_COUNT; i++) {
		const struct profile_key *key =
			profile_key_find(SECTION_PCI, selector_key((enum selector_kind)i));

		ck_assert_ptr_nonnull(key);
		ck_assert_int_eq(key->number, i);
	}
	ck_assert_ptr_null(profile_key_find(SECTION_VM, "slot"));
}
END_TEST

/* The manual explains every key in its section, and shows an example. */
START_TEST(manual)
{
	_cleanup_free_ char *text = read_text("launcher/man/vmrun.profile.5.in");
	size_t count, kept = 0;
	const struct profile_key *keys = profile_keys(&count);

	/* As a reader sees it: without the backslashes before hyphens. */
	for (const char *from = text; *from; from++)
		if (from[0] != '\\' || from[1] != '-')
			text[kept++] = *from;
	text[kept] = '\0';
	for (size_t i = 0; i < count; i++) {
		const char *section = profile_section_name(keys[i].section);
		_cleanup_free_ char *header = mem_printf("\n.SS \"[%s", section);
		_cleanup_free_ char *item = mem_printf("\n.BR \"%s =\" ", keys[i].name);
		_cleanup_free_ char *example = mem_printf("\n.EX\n%s = ", keys[i].name);
		char *start = strstr(text, header), *end, *at;

		ck_assert_msg(start, "no section [%s]", section);
		end = strstr(start + 1, "\n.S");
		at = strstr(start, item);
		ck_assert_msg(at && at < end, "[%s] %s is not explained", section, keys[i].name);
		at = strstr(at, example);
		ck_assert_msg(at && at < end, "[%s] %s has no example", section, keys[i].name);
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("profile");

	tcase_add_test(tests, defaults);
	tcase_add_test(tests, whole_vm);
	tcase_add_test(tests, whole_pci);
	tcase_add_test(tests, virtual_functions);
	tcase_add_test(tests, whole_disks_and_nets);
	tcase_add_test(tests, ways_of_writing);
	tcase_add_test(tests, shipped);
	tcase_add_test(tests, bad);
	tcase_add_test(tests, no_profiles);
	tcase_add_test(tests, too_large);
	tcase_add_test(tests, too_many_sections);
	tcase_add_test(tests, long_file_names);
	tcase_add_test(tests, relative_to_the_root);
	tcase_add_test(tests, uuid_from_the_name);
	tcase_add_test(tests, table);
	tcase_add_test(tests, manual);
	return suite_run("profile", tests);
}
