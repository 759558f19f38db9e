// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of the modelled machine: made, read back as text, gone with its power. */
#include "unit/fakefiles.h"

#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "unit/fakesriov.h"

const char *const fake_drivers[FAKE_DRIVERS] = { "nvme",   "mpt3sas",  "nouveau",  "nvidia",
						 "e1000e", "vfio-pci", "pci-stub", FAKE_THIEF,
						 "igb",	   "igbvf" };

const char *fake_at(const struct fakekernel *kernel, const char *fmt, ...)
{
	static char paths[4][512];
	static unsigned int next;
	char *path = paths[next++ % ARRAY_SIZE(paths)];
	int used = snprintf(path, sizeof(paths[0]), "%s/", kernel->dir);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path + used, sizeof(paths[0]) - (size_t)used, fmt, ap);
	va_end(ap);
	return path;
}

static void make_directories(const char *path)
{
	for (const char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		_cleanup_free_ char *dir = mem_printf("%.*s", (int)(p - path), path);

		mkdir(dir, 0755);
	}
}

/* Thousands of times in a test: each assertion would cost more than what it looks at. */
void fake_put(const char *path, const char *text)
{
	_cleanup_fclose_ FILE *file = fopen(path, "w");

	if (!file) {
		make_directories(path);
		file = fopen(path, "w");
	}
	if (!file)
		ck_abort_msg("%s: %s", path, strerror(errno));
	fprintf(file, "%s\n", text);
}

const char *fake_driver(const struct fakekernel *kernel, const char *address, char buf[static 64])
{
	_cleanup_free_ char *path = mem_printf(DEVICES "%s/driver", address);

	return root_link_name(&kernel->root, path, buf, 64) < 0 ? NULL : buf;
}

const char *fake_override(const struct fakekernel *kernel, const char *address, char buf[static 64])
{
	_cleanup_free_ char *path = mem_printf(DEVICES "%s/driver_override", address);

	if (root_read_line(&kernel->root, path, buf, 64) < 0)
		ck_abort_msg("%s: cannot be read", path);
	return strcmp(buf, "(null)") ? buf : NULL;
}

/* Number of the device's own node of vfio's, or -1. */
static int own_node(const struct fakekernel *kernel, const char *address)
{
	for (int n = 0; n < FAKE_FUNCTIONS; n++)
		if (access(fake_at(kernel, DEVICES "%s/vfio-dev/vfio%d", address, n), F_OK) == 0)
			return n;
	return -1;
}

/* vfio's name for a device is there while vfio-pci has it, the first number free; a kernel with nodes per device makes one. */
static void set_own_node(const struct fakekernel *kernel, const char *address, const char *driver)
{
	int n = own_node(kernel, address);

	if (n >= 0) {
		unlink(fake_at(kernel, DEVICES "%s/vfio-dev/vfio%d/dev", address, n));
		rmdir(fake_at(kernel, DEVICES "%s/vfio-dev/vfio%d", address, n));
		unlink(fake_at(kernel, "dev/vfio/devices/vfio%d", n));
	}
	if (!driver || strcmp(driver, "vfio-pci"))
		return;
	fake_put(fake_at(kernel, "dev/vfio/devices/README"), "nodes");
	mkdir(fake_at(kernel, DEVICES "%s/vfio-dev", address), 0755);
	for (n = 0; kernel->own_nodes && n < FAKE_FUNCTIONS; n++)
		if (mknod(fake_at(kernel, "dev/vfio/devices/vfio%d", n), S_IFCHR | 0600,
			  makedev(1, 3)) == 0) {
			fake_put(fake_at(kernel, DEVICES "%s/vfio-dev/vfio%d/dev", address, n),
				 "1:3");
			return;
		}
	mkdir(fake_at(kernel, DEVICES "%s/vfio-dev/vfio0", address), 0755);
}

void fake_set_driver(const struct fakekernel *kernel, const char *address, const char *driver)
{
	char now[64];

	set_own_node(kernel, address, driver);
	if (fake_driver(kernel, address, now)) {
		unlink(fake_at(kernel, DRIVERS "%s/%s", now, address));
		unlink(fake_at(kernel, DEVICES "%s/driver", address));
	}
	if (!driver)
		return;
	if (symlink(fake_at(kernel, DEVICES "%s", address),
		    fake_at(kernel, DRIVERS "%s/%s", driver, address)) < 0 ||
	    symlink(fake_at(kernel, DRIVERS "%s", driver),
		    fake_at(kernel, DEVICES "%s/driver", address)) < 0)
		ck_abort_msg("%s: cannot be given to %s", address, driver);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	return ftw->level ? remove(path) : 0;
}

void fake_empty(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void fake_make_device(const struct fakekernel *kernel, const struct fake_device *dev)
{
	char class_code[16];

	snprintf(class_code, sizeof(class_code), "0x%06x", dev->class_code);
	fake_put(fake_at(kernel, DEVICES "%s/class", dev->address), class_code);
	fake_put(fake_at(kernel, DEVICES "%s/vendor", dev->address), "0x1000");
	fake_put(fake_at(kernel, DEVICES "%s/device", dev->address), "0x0001");
	fake_put(fake_at(kernel, DEVICES "%s/driver_override", dev->address),
		 dev->override ? dev->override : "(null)");
	fake_put(fake_at(kernel, "sys/kernel/iommu_groups/%d/reserved_regions", dev->group),
		 "0x00000000fee00000 0x00000000feefffff msi");
	ck_assert_int_eq(symlink(fake_at(kernel, "sys/kernel/iommu_groups/%d", dev->group),
				 fake_at(kernel, DEVICES "%s/iommu_group", dev->address)),
			 0);
	fake_set_driver(kernel, dev->address, dev->driver);
	fake_sriov_make(kernel, dev);
	if (dev->home) {
		_cleanup_free_ char *text =
			mem_printf("{\"schema\":\"vmrun.pool-record/1\",\"address\":\"%s\","
				   "\"home\":{\"driver\":\"%s\",\"override\":null}}",
				   dev->address, dev->home);

		fake_put(fake_at(kernel, "run/vmrun/pool-%s.json", dev->address), text);
	}
}

/*
 * The nodes of groups, owned by root as the kernel makes them; only who may make device nodes
 * has them.
 */
static bool make_nodes(const struct fakekernel *kernel)
{
	bool all = true;

	fake_put(fake_at(kernel, "dev/vfio/README"), "nodes");
	for (size_t i = 0; i < kernel->count; i++) {
		const char *path = fake_at(kernel, "dev/vfio/%d", kernel->devices[i].group);

		all = (mknod(path, S_IFCHR | 0600, makedev(1, 3)) == 0 || errno == EEXIST) && all;
	}
	return all;
}

/* Who asks is a process of this host: its journal says so. */
static void make_process(const struct fakekernel *kernel)
{
	_cleanup_free_ char *stat =
		mem_printf("%d (test) S 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 4242 0", (int)getpid());

	fake_put(fake_at(kernel, "proc/sys/kernel/random/boot_id"), "b007");
	fake_put(fake_at(kernel, "proc/interrupts"), "   9:   0   IR-IO-APIC   9-fasteoi   acpi");
	fake_put(fake_at(kernel, "proc/meminfo"), "MemAvailable:   67108864 kB");
	fake_put(fake_at(kernel, "proc/%d/stat", (int)getpid()), stat);
	fake_put(fake_at(kernel, "facts.json"),
		 "{\"schema\":\"vmrun.facts/1\",\"privileged\":true}");
}

/* The machine as it is when it has come up, with @devices. */
static void make_machine(struct fakekernel *kernel, const struct fake_device *devices)
{
	fake_put(fake_at(kernel, "run/utmp"), "");
	fake_put(fake_at(kernel, DEVICES ".keep"), "");
	for (size_t i = 0; i < FAKE_DRIVERS; i++)
		fake_put(fake_at(kernel, DRIVERS "%s/module", fake_drivers[i]), "");
	for (size_t i = 0; i < kernel->count; i++)
		fake_make_device(kernel, &devices[i]);
	kernel->nodes = make_nodes(kernel);
	make_process(kernel);
	fake_restart(kernel);
}

void fake_set(struct fakekernel *kernel, const struct fake_device *devices, size_t count)
{
	ck_assert_uint_le(count, FAKE_DEVICES);
	fake_restart(kernel);
	fake_empty(kernel->dir);
	if (count)
		memcpy(kernel->devices, devices, count * sizeof(*devices));
	kernel->count = count;
	kernel->refuses = NULL;
	make_machine(kernel, kernel->devices);
}

void fake_power_cut(struct fakekernel *kernel)
{
	struct fake_device booted[FAKE_DEVICES];

	for (size_t i = 0; i < kernel->count; i++) {
		booted[i] = kernel->devices[i];
		booted[i].driver = booted[i].knows[0];
		booted[i].override = booted[i].home = NULL;
	}
	fake_restart(kernel);
	fake_empty(fake_at(kernel, "sys"));
	fake_empty(fake_at(kernel, "dev"));
	fake_empty(fake_at(kernel, "run"));
	make_machine(kernel, booted);
}

void fake_remove(const char *dir)
{
	fake_empty(dir);
	rmdir(dir);
}

/* Files beneath @dir with what is in them. */
static void add_files(const struct fakekernel *kernel, const char *dir, struct strlist *lines)
{
	struct strlist names = { 0 };

	if (root_list(&kernel->root, dir, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *path = mem_printf("%s/%s", dir, names.item[i]);
		_cleanup_free_ char *text = NULL;

		if (root_read(&kernel->root, path, 1 << 20, &text, NULL) == 0)
			strlist_addf(lines, "%s: %s", path, text);
		else
			add_files(kernel, path, lines);
	}
	strlist_done(&names);
}

char *fake_state(const struct fakekernel *kernel)
{
	struct strlist lines = { 0 };
	char driver[64], override[64], *text;
	struct stat st;

	for (size_t i = 0; i < kernel->count; i++) {
		const char *address = kernel->devices[i].address;
		const char *bound = fake_driver(kernel, address, driver),
			   *forced = fake_override(kernel, address, override);

		strlist_addf(&lines, "%s driver %s override %s", address, bound ? bound : "-",
			     forced ? forced : "-");
		if (kernel->nodes &&
		    stat(fake_at(kernel, "dev/vfio/%d", kernel->devices[i].group), &st) == 0)
			strlist_addf(&lines, "  node %u:%u %o", st.st_uid, st.st_gid,
				     st.st_mode & 07777);
		if (stat(fake_at(kernel, "dev/vfio/devices/vfio%d", own_node(kernel, address)),
			 &st) == 0)
			strlist_addf(&lines, "  own node %u:%u %o", st.st_uid, st.st_gid,
				     st.st_mode & 07777);
		fake_sriov_state(kernel, &kernel->devices[i], &lines);
	}
	add_files(kernel, "run/vmrun", &lines);
	add_files(kernel, "etc", &lines);
	add_files(kernel, "var", &lines);
	text = strlist_join(&lines, "\n");
	strlist_done(&lines);
	return text;
}
