/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of a [pci] section that are about virtual functions, and the driver that hands over. */
#ifndef VMRUN_MODEL_PROFILE_VF_H
#define VMRUN_MODEL_PROFILE_VF_H

#include "model/profile.h"
#include "model/profile_keys.h"

/** profile_set_driver() - driver = auto, vfio-pci or the name of a variant; a profile_set_fn */
int profile_set_driver(const struct profile_value *value, struct err *e);

/** profile_set_vf_of() - vf-of = SELECTOR; a profile_set_fn */
int profile_set_vf_of(const struct profile_value *value, struct err *e);

/** profile_set_vf() - One of the network's settings; the key's number is its enum vf_key; a profile_set_fn */
int profile_set_vf(const struct profile_value *value, struct err *e);

/** profile_check_vf() - What must hold between these keys of @pci, whose header is @header; 0, or -EINVAL with message and fix */
int profile_check_vf(const struct profile_pci *pci, const char *header, struct err *e);

#endif
