/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is written on block devices where file systems and volume managers sign. The only user of libblkid. */
#ifndef VMRUN_SURVEY_PROBE_H
#define VMRUN_SURVEY_PROBE_H

#include <stdbool.h>

#include "base/root.h"
#include "model/host.h"

/**
 * struct probe_job - one disk
 * @nodes:	"/dev/sda" and its partitions; the caller's
 * @found:	@found_count signatures, signature.name being the node; the caller frees them
 * @known:	all nodes were read; else @found is what was read in time
 */
struct probe_job {
	struct strlist nodes;
	struct signature *found;
	size_t found_count;
	bool known;
};

/**
 * probe_run() - Read the signatures on several disks
 * @root:	the host
 * @jobs:	@count disks
 * @timeout_ms:	for all of them together
 *
 * A disk that is failing answers after minutes, or keeps whoever reads it in the kernel for good, so each disk is read
 * by a child of its own, which is killed and left to itself at the deadline. What is on a disk may be made to harm
 * whoever reads it: the child opens the nodes, then gives up every capability and the right to open anything, and
 * what it says is checked.
 */
void probe_run(const struct root *root, struct probe_job *jobs, size_t count, int timeout_ms);

#endif
