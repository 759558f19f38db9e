// SPDX-License-Identifier: GPL-2.0-or-later
/* SR-IOV: which functions are virtual functions of which physical one, and how many there can be. */
#include "survey/virtual.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

static bool read_address(const struct root_dir *dir, const char *name, struct pciaddr *ret)
{
	char target[64];

	return root_dir_link_name(dir, name, target, sizeof(target)) == 0 &&
	       pciaddr_parse(target, ret) == 0;
}

static unsigned int read_count(const struct root_dir *dir, const char *name)
{
	char text[32];
	uint64_t value;

	if (root_dir_read_line(dir, name, text, sizeof(text)) < 0 ||
	    num_parse(text, 10, UINT16_MAX, &value) < 0)
		return 0;
	return (unsigned int)value;
}

/* virtfn0 … at the physical function. */
static void read_its_functions(const struct root_dir *dir, const struct device *dev,
			       struct virtuals *virtuals)
{
	for (unsigned int i = 0; i < dev->sriov_active; i++) {
		struct pciaddr addr;
		char name[24];

		snprintf(name, sizeof(name), "virtfn%u", i);
		if (read_address(dir, name, &addr))
			*mem_append(&virtuals->item, &virtuals->count) =
				(struct virtual_pair){ addr, dev->addr, (int)i };
	}
}

void virtuals_read(const struct root_dir *dir, struct device *dev, struct virtuals *virtuals)
{
	struct pciaddr addr;

	if (device_is_bridge(dev))
		return;
	if (read_address(dir, "physfn", &addr)) {
		*mem_append(&virtuals->item, &virtuals->count) =
			(struct virtual_pair){ dev->addr, addr, -1 };
		return;
	}
	if (dev->sriov_absent)
		return;
	dev->sriov_total = read_count(dir, "sriov_totalvfs");
	if (dev->sriov_total)
		dev->sriov_active = read_count(dir, "sriov_numvfs");
	read_its_functions(dir, dev, virtuals);
}

void virtuals_link(struct host *host, struct virtuals *virtuals)
{
	for (size_t i = 0; i < virtuals->count; i++) {
		const struct virtual_pair *item = &virtuals->item[i];
		const struct device *pf = host_find(host, &item->pf);
		struct device *vf = host_find(host, &item->vf);

		if (!pf || !vf)
			continue;
		vf->physfn = (int)host_index(host, pf);
		if (item->number >= 0)
			vf->vf_number = item->number;
	}
	free(virtuals->item);
	*virtuals = (struct virtuals){ 0 };
}
