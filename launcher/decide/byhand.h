/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices named on a command line rather than in a profile: what of them a plan by hand asks for. */
#ifndef VMRUN_DECIDE_BYHAND_H
#define VMRUN_DECIDE_BYHAND_H

#include "decide/plan.h"

/**
 * enum asked - how a command line asks for a device
 *
 * Who names one device means that one: where it may not be moved, nothing is. Who describes devices (class=, name=, ids)
 * means those that may: the others are left alone, and said.
 */
enum asked { ASKED_NOT, ASKED_DESCRIBED, ASKED_NAMED };

/** byhand_asked() - How @selector asks for the devices it picks */
enum asked byhand_asked(const struct selector *selector);

/**
 * byhand_profile() - The profile that asks for exactly these devices
 * @host:	the snapshot
 * @asked:	per device of @host
 *
 * Return: a profile without a guest; profile_done()
 */
struct profile byhand_profile(const struct host *host, const enum asked *asked);

/**
 * byhand_leave() - Leave out what may not be moved and was not named
 * @plan:	a plan by hand that is not to go
 * @asked:	per device; those left out become ASKED_NOT
 *
 * Return: how many were left out; 0, and nothing is, where a named device may not be moved either
 */
size_t byhand_leave(const struct plan *plan, enum asked *asked);

#endif
