/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which devices a guest's control group lets it open, read back from the kernel. */
#ifndef VMRUN_SURVEY_GUARD_H
#define VMRUN_SURVEY_GUARD_H

#include <sys/types.h>

#include "base/root.h"
#include "model/devprog.h"
#include "model/host.h"

struct guard_program;

/**
 * struct guard - the control group of a process
 * @version:	1, 2, or 0 where it is in none that could be found
 * @path:	its path below the hierarchy's mount ("/machine/qemu-1-nas.libvirt-qemu/libvirt/emulator"), or NULL
 * @guarded:	devices are kept from it; FACT_UNKNOWN where that could not be read
 * @list:	version 1: content of devices.list
 * @programs:	version 2: @program_count programs, all of which have to allow an access
 */
struct guard {
	unsigned int version;
	char *path;
	enum fact guarded;
	char *list;
	struct guard_program *programs;
	size_t program_count;
};

/**
 * guard_read() - Read what guards a process
 * @root:	the live host
 * @pid:	the process
 * @ret:	filled; guard_done()
 *
 * See bpf(2), BPF_PROG_QUERY with BPF_F_QUERY_EFFECTIVE: the group's own programs and those of the groups above it.
 *
 * Needs: CAP_SYS_ADMIN and CAP_NET_ADMIN in version 2, brought into effect here; without them what guards it is unknown
 */
void guard_read(const struct root *root, pid_t pid, struct guard *ret);

/** guard_allows() - Whether it lets the process open the device for reading and writing; unknown where that cannot be told */
enum fact guard_allows(const struct guard *guard, bool block, dev_t devno);

/** guard_done() - Release what @guard owns */
void guard_done(struct guard *guard);

#endif
