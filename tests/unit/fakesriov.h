/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SR-IOV in the model of the kernel: virtual functions that come and go, and what is set for them. */
#ifndef VMRUN_TESTS_UNIT_FAKESRIOV_H
#define VMRUN_TESTS_UNIT_FAKESRIOV_H

#include "base/mem.h"
#include "unit/fakekernel.h"

/** fake_sriov_make() - The files a physical function, or a card with an interface, has beside others' */
void fake_sriov_make(const struct fakekernel *kernel, const struct fake_device *dev);

/** fake_sriov_write() - Whether a write is about virtual functions; then it is made, and @ret is its result */
bool fake_sriov_write(struct fakekernel *kernel, const char *path, const char *value, int *ret);

/** fake_sriov_state() - What of @dev vmrun may change, a line each */
void fake_sriov_state(const struct fakekernel *kernel, const struct fake_device *dev,
		      struct strlist *lines);

#endif
