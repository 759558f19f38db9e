/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time that passes evenly, for deadlines and durations. */
#ifndef VMRUN_BASE_CLOCK_H
#define VMRUN_BASE_CLOCK_H

#include <stdint.h>

/** clock_ms() - Milliseconds of CLOCK_MONOTONIC: nobody sets that clock, and a deadline by it is where it was */
int64_t clock_ms(void);

#endif
