/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest's devices mean for its place on the host, and for its address space. */
#ifndef VMRUN_DECIDE_PLACE_H
#define VMRUN_DECIDE_PLACE_H

#include <stdint.h>

#include "decide/resolve.h"

/**
 * place_node() - NUMA node a guest's memory and virtual processors come from
 * @profile:	the profile; with numa=auto it is the node of most of its devices, and of the first where there are as many
 * @host:	the snapshot
 * @picks:	the devices
 *
 * Return: the node; -1 for none in particular, and where no device has one
 */
int place_node(const struct profile *profile, const struct host *host, const struct picks *picks);

/**
 * place_window() - How much of the guest's address space above 4 GiB its devices need
 * @profile:	the profile; what its machine has room for anyway depends on it
 * @host:	the snapshot
 * @picks:	the devices
 *
 * Return: bytes, a power of two; 0 where the machine's own window is large enough
 */
uint64_t place_window(const struct profile *profile, const struct host *host,
		      const struct picks *picks);

/**
 * place_address_bits() - Width of the addresses the guest's processor has
 * @profile:	the profile
 * @host:	the snapshot
 *
 * Return: bits; 0 where it is the host's, and the host's is not known
 */
unsigned int place_address_bits(const struct profile *profile, const struct host *host);

#endif
