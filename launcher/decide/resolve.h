/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Profile × host → the devices a guest gets and the siblings that go with them. */
#ifndef VMRUN_DECIDE_RESOLVE_H
#define VMRUN_DECIDE_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/host.h"
#include "model/profile.h"

/** enum pick_role - whether the guest sees the device, or it only leaves its host driver with its group */
enum pick_role { PICK_ATTACH, PICK_SIBLING };

/** pick_role_name() - "attach", "sibling" */
const char *pick_role_name(enum pick_role role);

/**
 * struct pick - one device that changes hands
 * @want:	section it was picked for; for a sibling that of the device it shares the group with
 * @device:	index into host.devices
 * @role:	attached, or only bound
 * @asked:	the section itself matches it; else it comes along, with its card or its group
 * @after:	AFTER_HOST or AFTER_POOL, the default resolved
 */
struct pick {
	const struct profile_pci *want;
	size_t device;
	enum pick_role role;
	bool asked;
	enum pci_after after;
};

/**
 * struct vf_need - virtual functions that a physical one has to make before they can be picked
 * @pick:	the physical function, which stays with the host, and the first section that wants some
 * @wanted:	how many the profile's sections want
 * @count:	how many to make: @wanted, or what vfs says
 */
struct vf_need {
	struct pick pick;
	unsigned int wanted;
	unsigned int count;
};

/**
 * struct picks - devices that change hands; all zero is none
 * @item:	in the order of the profile, siblings after the device they belong to
 * @needs:	virtual functions that do not exist yet
 */
struct picks {
	struct pick *item;
	size_t count;
	struct vf_need *needs;
	size_t need_count;
};

/**
 * resolve() - Find the devices a profile asks for
 * @profile:	the profile
 * @host:	the snapshot
 * @ret:	filled on success; picks_done()
 * @e:		ERR_NO_DEVICE, subject "FILE:LINE: ID": no device matches, or more than wanted match, which it lists
 *
 * Sections that name an address choose first, so that "any" leaves them what they want. Siblings are the other
 * functions of a picked device's group that are no bridges; with siblings=refuse they are not picked (the verdict
 * refuses), nor those that a section of their own picks. Where a section wants virtual functions of a physical one that has
 * none, nothing is picked for it: it is in needs.
 * refuses), nor those that a section of their own picks. With functions=all those of the same card are attached, too,
 * whatever siblings says of the others; virtual functions and what they belong to are cards of their own.
 *
 * Return: 0; -ENODEV; -ENOTUNIQ; -EBUSY where two sections need the same device
 */
int resolve(const struct profile *profile, const struct host *host, struct picks *ret,
	    struct err *e);

/**
 * picks_check_domains() - Whether domain XML can name every device that a guest is to get
 * @picks:	devices
 * @host:	snapshot
 * @e:		ERR_VIRT: one is in a PCI domain above ffff, as VMD makes them
 *
 * Return: 0; -EOPNOTSUPP
 */
int picks_check_domains(const struct picks *picks, const struct host *host, struct err *e);

/** resolve_wrap() - Put before the subject of @e where @want stands: "FILE:LINE: ID", without a line where @profile has none */
void resolve_wrap(struct err *e, const struct profile *profile, const struct profile_pci *want);

/** picks_find() - The pick of device @device, or NULL */
const struct pick *picks_find(const struct picks *picks, size_t device);

/** picks_done() - Release what @picks owns */
void picks_done(struct picks *picks);

#endif
