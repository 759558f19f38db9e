/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vmrun remembers of a physical function it had make virtual ones. */
#ifndef VMRUN_MODEL_VF_RECORD_H
#define VMRUN_MODEL_VF_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/pciaddr.h"

/**
 * struct vf_record - a physical function without virtual ones that was to make some
 * @pf:		its address
 * @count:	how many
 * @autoprobe:	sriov_drivers_autoprobe was on, and is to be switched on again
 */
struct vf_record {
	struct pciaddr pf;
	unsigned int count;
	bool autoprobe;
};

/** vf_record_text() - @record as a JSON document (schema vmrun.vf-record/1); free() */
char *vf_record_text(const struct vf_record *record);

/** vf_record_parse() - Read @len bytes of one into @ret; 0, or -EINVAL naming the member that is wrong */
int vf_record_parse(const char *text, size_t len, struct vf_record *ret, struct err *e);

#endif
