/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SR-IOV: which functions are virtual functions of which physical one, and how many there can be. */
#ifndef VMRUN_SURVEY_VIRTUAL_H
#define VMRUN_SURVEY_VIRTUAL_H

#include "base/root_dir.h"
#include "model/host.h"

/**
 * struct virtuals - pairs of a virtual function and its physical one, by their addresses, until all devices are known
 * @item:	pairs; @number is which of the physical one's functions it is, or -1 where only the virtual one told
 * @count:	number of @item
 */
struct virtuals {
	struct virtual_pair {
		struct pciaddr vf, pf;
		int number;
	} * item;
	size_t count;
};

/**
 * virtuals_read() - What a function's directory tells of it (Documentation/ABI/testing/sysfs-bus-pci)
 * @dir:	the function's directory
 * @dev:	receives sriov_total and sriov_active; its configuration space has been looked at
 * @virtuals:	receives pairs
 */
void virtuals_read(const struct root_dir *dir, struct device *dev, struct virtuals *virtuals);

/** virtuals_link() - Fill physfn and vf_number of @host's devices from @virtuals, and release those */
void virtuals_link(struct host *host, struct virtuals *virtuals);

#endif
