// SPDX-License-Identifier: GPL-2.0-or-later
/* SR-IOV in the model of the kernel: virtual functions that come and go, and what is set for them. */
#include "unit/fakesriov.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "unit/fakefiles.h"

/* Groups of virtual functions are numbered from here. */
#define FIRST_GROUP 40

static const struct {
	const char *key, *value;
} settings[] = {
	{ "mac", "00:00:00:00:00:00" },
	{ "vlan", "0" },
	{ "vlan-qos", "0" },
	{ "spoofchk", "on" },
	{ "trust", "off" },
	{ "link-state", "auto" },
	{ "min-rate", "0" },
	{ "max-rate", "0" },
};

static unsigned int functions_of(const struct fakekernel *kernel, const char *pf)
{
	unsigned int count = 0;

	for (size_t i = 0; i < kernel->count; i++)
		count += !strcmp(kernel->devices[i].pf, pf);
	return count;
}

/* Function @number: 01:10.0, 01:10.1, …, which igbvf knows. */
static void make_function(struct fakekernel *kernel, const struct fake_device *pf,
			  unsigned int number)
{
	struct fake_device *vf = &kernel->devices[kernel->count++];

	ck_assert_uint_le(kernel->count, FAKE_FUNCTIONS);
	*vf = (struct fake_device){ .class_code = pf->class_code,
				    .group = FIRST_GROUP + (int)number,
				    .driver = pf->autoprobe ? "igbvf" : NULL,
				    .knows = { "igbvf" } };
	snprintf(vf->address, sizeof(vf->address), "0000:01:10.%x", number & 7);
	snprintf(vf->pf, sizeof(vf->pf), "%s", pf->address);
	fake_make_device(kernel, vf);
	if (kernel->nodes)
		mknod(fake_at(kernel, "dev/vfio/%d", vf->group), S_IFCHR | 0600, makedev(1, 3));
	ck_assert_int_eq(symlink(fake_at(kernel, DEVICES "%s", pf->address),
				 fake_at(kernel, DEVICES "%s/physfn", vf->address)),
			 0);
	ck_assert_int_eq(symlink(fake_at(kernel, DEVICES "%s", vf->address),
				 fake_at(kernel, DEVICES "%s/virtfn%u", pf->address, number)),
			 0);
	for (size_t i = 0; pf->net && i < ARRAY_SIZE(settings); i++)
		fake_put(fake_at(kernel, "netlink/%s/vf/%u/%s", pf->net, number, settings[i].key),
			 settings[i].value);
}

static void remove_functions(struct fakekernel *kernel, const struct fake_device *pf)
{
	size_t kept = 0;

	for (size_t i = 0; i < kernel->count; i++) {
		const struct fake_device vf = kernel->devices[i];

		if (strcmp(vf.pf, pf->address)) {
			kernel->devices[kept++] = vf;
			continue;
		}
		fake_set_driver(kernel, vf.address, NULL);
		unlink(fake_at(kernel, DEVICES "%s/virtfn%d", pf->address, vf.group - FIRST_GROUP));
		unlink(fake_at(kernel, "dev/vfio/%d", vf.group));
		fake_remove(fake_at(kernel, DEVICES "%s", vf.address));
		fake_remove(fake_at(kernel, "sys/kernel/iommu_groups/%d", vf.group));
	}
	if (pf->net)
		fake_remove(fake_at(kernel, "netlink/%s/vf", pf->net));
	kernel->count = kept;
}

static int write_count(struct fakekernel *kernel, const struct fake_device *pf, const char *value)
{
	unsigned int count = (unsigned int)atoi(value), now = functions_of(kernel, pf->address);
	const struct fake_device copy = *pf;
	char buf[64];

	if (count > pf->vf_total)
		return -ERANGE;
	if (count == now)
		return 0;
	if (!fake_driver(kernel, pf->address, buf) || !strcmp(buf, "vfio-pci"))
		return -ENOENT;
	if (count && now)
		return -EBUSY;
	if (!count)
		remove_functions(kernel, &copy);
	for (unsigned int i = 0; i < count; i++)
		make_function(kernel, &copy, i);
	fake_put(fake_at(kernel, DEVICES "%s/sriov_numvfs", copy.address), value);
	return 0;
}

void fake_sriov_make(const struct fakekernel *kernel, const struct fake_device *dev)
{
	if (dev->net)
		fake_put(fake_at(kernel, DEVICES "%s/net/%s/address", dev->address, dev->net),
			 "52:54:00:00:00:01");
	if (!dev->vf_total)
		return;
	fake_put(fake_at(kernel, DEVICES "%s/sriov_totalvfs", dev->address),
		 dev->vf_total < 10 ? (char[]){ (char)('0' + dev->vf_total), '\0' } : "9");
	fake_put(fake_at(kernel, DEVICES "%s/sriov_numvfs", dev->address), "0");
	fake_put(fake_at(kernel, DEVICES "%s/sriov_drivers_autoprobe", dev->address),
		 dev->autoprobe ? "1" : "0");
}

bool fake_sriov_write(struct fakekernel *kernel, const char *path, const char *value, int *ret)
{
	struct fake_device *dev = NULL;
	char address[32], what[64];

	if (sscanf(path, DEVICES "%31[^/]/%63s", address, what) == 2)
		for (size_t i = 0; i < kernel->count; i++)
			if (!strcmp(kernel->devices[i].address, address))
				dev = &kernel->devices[i];
	if (dev && !strcmp(what, "sriov_numvfs")) {
		*ret = write_count(kernel, dev, value);
		return true;
	}
	if (dev && !strcmp(what, "sriov_drivers_autoprobe"))
		dev->autoprobe = !strcmp(value, "1");
	else if (strncmp(path, "netlink/", strlen("netlink/")))
		return false;
	*ret = access(fake_at(kernel, "%s", path), F_OK) < 0 ? -ENODEV : 0;
	if (*ret == 0)
		fake_put(fake_at(kernel, "%s", path), value);
	return true;
}

static void add_settings(const struct fakekernel *kernel, const struct fake_device *pf, int number,
			 struct strlist *lines)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		_cleanup_free_ char *path =
			mem_printf("netlink/%s/vf/%d/%s", pf->net, number, settings[i].key);
		char text[64];

		ck_assert_int_eq(root_read_line(&kernel->root, path, text, sizeof(text)), 0);
		strlist_addf(lines, "  %s %s", settings[i].key, text);
	}
}

void fake_sriov_state(const struct fakekernel *kernel, const struct fake_device *dev,
		      struct strlist *lines)
{
	if (dev->vf_total)
		strlist_addf(lines, "  functions %u autoprobe %d",
			     functions_of(kernel, dev->address), dev->autoprobe);
	for (size_t i = 0; dev->pf[0] && i < kernel->count; i++)
		if (!strcmp(kernel->devices[i].address, dev->pf) && kernel->devices[i].net)
			add_settings(kernel, &kernel->devices[i], dev->group - FIRST_GROUP, lines);
}
