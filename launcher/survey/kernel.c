// SPDX-License-Identifier: GPL-2.0-or-later
/* The running kernel: release, command line, what it offers for handing devices over. */
#include "survey/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"

#define MODULES_LIST_MAX (64 * 1024 * 1024)

static char *read_copy(const struct root *root, const char *path)
{
	char text[4096];

	return root_read_line(root, path, text, sizeof(text)) < 0 ? NULL : mem_strdup(text);
}

/* What follows the first "@name :" of /proc/cpuinfo, up to the end of its line; NULL where it is not there. */
static char *cpu_line(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	at = at ? strchr(at, ':') : NULL;
	if (!at)
		return NULL;
	at += 1 + strspn(at + 1, " ");
	return mem_printf("%.*s", (int)strcspn(at, "\n"), at);
}

static void read_cpu(const struct root *root, struct host *host)
{
	_cleanup_free_ char *text = NULL, *sizes = NULL;

	if (root_read(root, "proc/cpuinfo", MODULES_LIST_MAX, &text, NULL) < 0)
		return;
	host->cpu_vendor = cpu_line(text, "vendor_id");
	/* "39 bits physical, 48 bits virtual" */
	sizes = cpu_line(text, "address sizes");
	host->address_bits = sizes ? (unsigned int)strtoul(sizes, NULL, 10) : 0;
}

/* Whether the module lists of this kernel name vfio-pci. */
static enum fact vfio_loadable(const struct root *root, const char *release)
{
	static const char *const lists[] = { "modules.builtin", "modules.dep" };
	bool any = false;

	for (size_t i = 0; release && i < ARRAY_SIZE(lists); i++) {
		_cleanup_free_ char *path = mem_printf("lib/modules/%s/%s", release, lists[i]);
		_cleanup_free_ char *text = NULL;

		if (root_read(root, path, MODULES_LIST_MAX, &text, NULL) < 0)
			continue;
		any = true;
		if (strstr(text, "/vfio-pci.ko"))
			return FACT_YES;
	}
	return any ? FACT_NO : FACT_UNKNOWN;
}

/* A module's boolean parameter; unknown while the module is not loaded. */
static enum fact parameter(const struct root *root, const char *path)
{
	char text[8];

	if (root_read_line(root, path, text, sizeof(text)) < 0)
		return FACT_UNKNOWN;
	return text[0] == 'Y' || text[0] == '1' ? FACT_YES : FACT_NO;
}

/*
 * Documentation/virt/kvm/api.rst, KVM_GET_API_VERSION: 12 for good. A node may be there without a KVM behind it (a
 * container, a processor whose virtualization is switched off). Who may not open it is believed: QEMU may.
 */
static bool kvm_works(const struct root *root, const struct json *facts)
{
	_cleanup_close_ int fd = -1;

	if (!root->live)
		return json_get(facts, "kvm") ? json_get_bool(facts, "kvm")
					      : root_exists(root, "dev/kvm");
	fd = root_openat(root, "dev/kvm", O_RDWR);
	if (fd < 0)
		return fd == -EACCES || fd == -EPERM;
	return ioctl(fd, KVM_GET_API_VERSION, 0) == KVM_API_VERSION;
}

void kernel_scan(const struct root *root, const struct json *facts, struct host *host)
{
	host->kernel = read_copy(root, "proc/sys/kernel/osrelease");
	host->cmdline = read_copy(root, "proc/cmdline");
	read_cpu(root, host);
	host->vfio_registered = root_exists(root, "sys/bus/pci/drivers/vfio-pci");
	host->vfio = host->vfio_registered ? FACT_YES : vfio_loadable(root, host->kernel);
	host->unsafe_interrupts =
		parameter(root, "sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");
	host->denylist_off = parameter(root, "sys/module/vfio_pci/parameters/disable_denylist") ==
			     FACT_YES;
	host->kvm = kvm_works(root, facts);
}
