// SPDX-License-Identifier: GPL-2.0-or-later
/* A model of the kernel's PCI driver core on a temporary root, which can fail at any write. */
#include "unit/fakekernel.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define DEVICES "sys/bus/pci/devices/"
#define DRIVERS "sys/bus/pci/drivers/"

static const char *const drivers[] = { "nvme",	 "mpt3sas",  "nouveau", "nvidia",
				       "e1000e", "vfio-pci", "pci-stub" };

/* A path beneath the root; one of the last few calls. */
static const char *at(const struct fakekernel *kernel, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static const char *at(const struct fakekernel *kernel, const char *fmt, ...)
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

static void put(const char *path, const char *text)
{
	_cleanup_fclose_ FILE *file = NULL;

	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		_cleanup_free_ char *dir = mem_printf("%.*s", (int)(p - path), path);

		ck_assert(mkdir(dir, 0755) == 0 || errno == EEXIST);
	}
	file = fopen(path, "w");
	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	fprintf(file, "%s\n", text);
}

static struct fake_device *find(struct fakekernel *kernel, const char *address)
{
	for (size_t i = 0; i < kernel->count; i++)
		if (!strcmp(kernel->devices[i].address, address))
			return &kernel->devices[i];
	return NULL;
}

/* Driver of a device now, into @buf; NULL for none. */
static const char *driver_of(const struct fakekernel *kernel, const char *address,
			     char buf[static 64])
{
	_cleanup_free_ char *path = mem_printf(DEVICES "%s/driver", address);

	return root_link_name(&kernel->root, path, buf, 64) < 0 ? NULL : buf;
}

static const char *override_of(const struct fakekernel *kernel, const char *address,
			       char buf[static 64])
{
	_cleanup_free_ char *path = mem_printf(DEVICES "%s/driver_override", address);

	ck_assert_int_eq(root_read_line(&kernel->root, path, buf, 64), 0);
	return strcmp(buf, "(null)") ? buf : NULL;
}

static void set_driver(const struct fakekernel *kernel, const char *address, const char *driver)
{
	char now[64];

	if (driver_of(kernel, address, now)) {
		unlink(at(kernel, DRIVERS "%s/%s", now, address));
		unlink(at(kernel, DEVICES "%s/driver", address));
	}
	if (!driver)
		return;
	ck_assert_int_eq(symlink(at(kernel, DEVICES "%s", address),
				 at(kernel, DRIVERS "%s/%s", driver, address)),
			 0);
	ck_assert_int_eq(symlink(at(kernel, DRIVERS "%s", driver),
				 at(kernel, DEVICES "%s/driver", address)),
			 0);
}

static bool knows(const struct fake_device *dev, const char *driver)
{
	for (size_t i = 0; dev->knows[i]; i++)
		if (!strcmp(dev->knows[i], driver))
			return true;
	return false;
}

/* driver_override admits its driver, whatever ids that has, and no other. */
static bool admits(const struct fakekernel *kernel, const struct fake_device *dev,
		   const char *driver)
{
	char buf[64];
	const char *override = override_of(kernel, dev->address, buf);

	return override ? !strcmp(override, driver) : knows(dev, driver);
}

static bool takes(const struct fakekernel *kernel, const char *driver)
{
	return !kernel->refuses || strcmp(kernel->refuses, driver);
}

static int probe(struct fakekernel *kernel, const char *value)
{
	struct fake_device *dev = find(kernel, value);
	char buf[64];

	if (!dev)
		return -EINVAL;
	if (driver_of(kernel, value, buf))
		return 0;
	for (size_t i = 0; dev->knows[i]; i++)
		if (admits(kernel, dev, dev->knows[i]) && takes(kernel, dev->knows[i])) {
			set_driver(kernel, value, dev->knows[i]);
			return 0;
		}
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		if (admits(kernel, dev, drivers[i]) && takes(kernel, drivers[i])) {
			set_driver(kernel, value, drivers[i]);
			return 0;
		}
	return 0;
}

static int bind(struct fakekernel *kernel, const char *driver, const char *value)
{
	struct fake_device *dev = find(kernel, value);
	char buf[64];

	if (access(at(kernel, DRIVERS "%s", driver), F_OK) < 0)
		return -ENOENT;
	if (!dev || !admits(kernel, dev, driver))
		return -ENODEV;
	if (driver_of(kernel, value, buf))
		return -EBUSY;
	if (!takes(kernel, driver))
		return -ENODEV;
	set_driver(kernel, value, driver);
	return 0;
}

/* A driver gives up only what it has. */
static int unbind(struct fakekernel *kernel, const char *driver, const char *value)
{
	char buf[64];
	const char *now = find(kernel, value) ? driver_of(kernel, value, buf) : NULL;

	if (access(at(kernel, DRIVERS "%s", driver), F_OK) < 0)
		return -ENOENT;
	if (!now || strcmp(now, driver))
		return -ENODEV;
	set_driver(kernel, value, NULL);
	return 0;
}

static int take_effect(struct fakekernel *kernel, const char *path, const char *value)
{
	char address[32], what[64], rest[2];

	if (sscanf(path, DEVICES "%31[^/]/%63s", address, what) == 2 && find(kernel, address)) {
		if (!strcmp(what, "driver_override")) {
			put(at(kernel, "%s", path),
			    value[0] && value[0] != '\n' ? value : "(null)");
			return 0;
		}
	}
	if (!strcmp(path, "sys/bus/pci/drivers_probe"))
		return probe(kernel, value);
	if (sscanf(path, DRIVERS "%63[^/]/bin%1[d]", what, rest) == 2)
		return bind(kernel, what, value);
	if (sscanf(path, DRIVERS "%63[^/]/unbin%1[d]", what, rest) == 2)
		return unbind(kernel, what, value);
	ck_abort_msg("the model knows no %s", path);
}

static void note(struct fakekernel *kernel, const char *path, const char *value)
{
	struct fake_write *row = &kernel->log[kernel->logged];
	char address[32], buf[64];

	if (kernel->logged == ARRAY_SIZE(kernel->log))
		return;
	kernel->logged++;
	snprintf(row->path, sizeof(row->path), "%s", path);
	snprintf(row->value, sizeof(row->value), "%s", value);
	row->before[0] = '\0';
	if (sscanf(path, DEVICES "%31[^/]/driver_override", address) == 1 &&
	    override_of(kernel, address, buf))
		snprintf(row->before, sizeof(row->before), "%s", buf);
}

static int model_write(void *context, const char *path, const char *value)
{
	struct fakekernel *kernel = context;
	bool now = ++kernel->writes == kernel->turn;
	int r = 0;

	if (kernel->crashed)
		return -EIO;
	if (now && kernel->fault >= FAKE_CRASHES)
		kernel->crashed = true;
	if (!now || kernel->fault == FAKE_FAILS_LATE || kernel->fault == FAKE_CRASHES_LATE) {
		note(kernel, path, value);
		r = take_effect(kernel, path, value);
	}
	return now ? -EIO : r;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	return ftw->level ? remove(path) : 0;
}

static void remove_below(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void fake_open(struct fakekernel *kernel)
{
	const char *tmp = getenv("TMPDIR");

	*kernel = (struct fakekernel){ .dir = mem_printf("%s/fakekernel.XXXXXX",
							 tmp ? tmp : "/tmp") };
	ck_assert_ptr_nonnull(mkdtemp(kernel->dir));
	ck_assert_int_eq(root_open(kernel->dir, &kernel->root, NULL), 0);
	kernel->root.write = model_write;
	kernel->root.context = kernel;
}

static void make_device(const struct fakekernel *kernel, const struct fake_device *dev)
{
	char class_code[16];

	snprintf(class_code, sizeof(class_code), "0x%06x", dev->class_code);
	put(at(kernel, DEVICES "%s/class", dev->address), class_code);
	put(at(kernel, DEVICES "%s/vendor", dev->address), "0x1000");
	put(at(kernel, DEVICES "%s/device", dev->address), "0x0001");
	put(at(kernel, DEVICES "%s/driver_override", dev->address),
	    dev->override ? dev->override : "(null)");
	put(at(kernel, "sys/kernel/iommu_groups/%d/reserved_regions", dev->group),
	    "0x00000000fee00000 0x00000000feefffff msi");
	ck_assert_int_eq(symlink(at(kernel, "sys/kernel/iommu_groups/%d", dev->group),
				 at(kernel, DEVICES "%s/iommu_group", dev->address)),
			 0);
	set_driver(kernel, dev->address, dev->driver);
	if (dev->home) {
		_cleanup_free_ char *text =
			mem_printf("{\"schema\":\"vmrun.pool-record/1\",\"address\":\"%s\","
				   "\"home\":{\"driver\":\"%s\",\"override\":null}}",
				   dev->address, dev->home);

		put(at(kernel, "run/vmrun/pool-%s.json", dev->address), text);
	}
}

/*
 * The nodes of groups, owned by root as the kernel makes them; only who may make device nodes
 * has them.
 */
static bool make_nodes(const struct fakekernel *kernel)
{
	bool all = true;

	put(at(kernel, "dev/vfio/README"), "nodes");
	for (size_t i = 0; i < kernel->count; i++) {
		const char *path = at(kernel, "dev/vfio/%d", kernel->devices[i].group);

		all = (mknod(path, S_IFCHR | 0600, makedev(1, 3)) == 0 || errno == EEXIST) && all;
	}
	return all;
}

/* Who asks is a process of this host: its journal says so. */
static void make_process(const struct fakekernel *kernel)
{
	_cleanup_free_ char *stat =
		mem_printf("%d (test) S 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 4242 0", (int)getpid());

	put(at(kernel, "proc/sys/kernel/random/boot_id"), "b007");
	put(at(kernel, "proc/interrupts"), "   9:   0   IR-IO-APIC   9-fasteoi   acpi");
	put(at(kernel, "proc/meminfo"), "MemAvailable:   67108864 kB");
	put(at(kernel, "proc/%d/stat", (int)getpid()), stat);
	put(at(kernel, "facts.json"), "{\"schema\":\"vmrun.facts/1\",\"privileged\":true}");
}

void fake_set(struct fakekernel *kernel, const struct fake_device *devices, size_t count)
{
	ck_assert_uint_le(count, FAKE_DEVICES);
	remove_below(kernel->dir);
	if (count)
		memcpy(kernel->devices, devices, count * sizeof(*devices));
	kernel->count = count;
	put(at(kernel, "run/utmp"), "");
	put(at(kernel, DEVICES ".keep"), "");
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		put(at(kernel, DRIVERS "%s/module", drivers[i]), "");
	for (size_t i = 0; i < count; i++)
		make_device(kernel, &kernel->devices[i]);
	kernel->nodes = make_nodes(kernel);
	make_process(kernel);
	kernel->refuses = NULL;
	fake_restart(kernel);
}

void fake_arm(struct fakekernel *kernel, size_t turn, enum fake_fault fault)
{
	kernel->turn = turn;
	kernel->fault = fault;
	kernel->writes = 0;
	kernel->logged = 0;
}

void fake_restart(struct fakekernel *kernel)
{
	fake_arm(kernel, 0, FAKE_FAILS);
	kernel->crashed = false;
}

char *fake_state(const struct fakekernel *kernel)
{
	struct strlist lines = { 0 }, files = { 0 };
	char driver[64], override[64], *text;
	struct stat st;

	for (size_t i = 0; i < kernel->count; i++) {
		const char *address = kernel->devices[i].address;
		const char *bound = driver_of(kernel, address, driver),
			   *forced = override_of(kernel, address, override);

		strlist_addf(&lines, "%s driver %s override %s", address, bound ? bound : "-",
			     forced ? forced : "-");
		if (kernel->nodes &&
		    stat(at(kernel, "dev/vfio/%d", kernel->devices[i].group), &st) == 0)
			strlist_addf(&lines, "  node %u:%u %o", st.st_uid, st.st_gid,
				     st.st_mode & 07777);
	}
	if (root_list(&kernel->root, "run/vmrun", &files) == 0) {
		for (size_t i = 0; i < files.count; i++)
			strlist_addf(&lines, "run/vmrun/%s", files.item[i]);
		strlist_done(&files);
	}
	text = strlist_join(&lines, "\n");
	strlist_done(&lines);
	return text;
}

void fake_remove(const char *dir)
{
	remove_below(dir);
	rmdir(dir);
}

void fake_close(struct fakekernel *kernel)
{
	fake_remove(kernel->dir);
	root_close(&kernel->root);
	free(kernel->dir);
}
