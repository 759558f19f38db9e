/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of a network card's virtual functions, by netlink through the physical one. */
#ifndef VMRUN_ACT_VFNET_H
#define VMRUN_ACT_VFNET_H

#include "base/root.h"
#include "model/pciaddr.h"
#include "model/vf.h"

struct rtnl_link;

/**
 * vfnet_read() - Settings a function has now
 * @root:	the live host
 * @pf:		its physical function, whose interface is in this network namespace
 * @number:	its number there
 * @ret:	what the driver tells
 * @e:		detail of a failure
 *
 * With a model of the kernel in the place of root_write() the settings are files, netlink/INTERFACE/vf/NUMBER/KEY.
 *
 * Return: 0; -ENODEV where there is no such interface or function; -errno
 */
int vfnet_read(const struct root *root, const struct pciaddr *pf, unsigned int number,
	       struct vf_settings *ret, struct err *e);

/**
 * vfnet_write() - Set some of them, one after the other, and read them back
 * @root:	the live host
 * @pf:		its physical function
 * @number:	its number there
 * @want:	what to set
 * @e:		which setting the driver does not take
 *
 * A driver that is busy resetting the function, as after it has changed hands, is asked again for a few seconds.
 *
 * Needs:   CAP_NET_ADMIN
 * Changes: the settings given, and the VLAN's priority together with the VLAN
 * Return:  0; -ENODEV as vfnet_read(); -EOPNOTSUPP where the driver cannot; -EIO where it took a value and has another
 */
int vfnet_write(const struct root *root, const struct pciaddr *pf, unsigned int number,
		const struct vf_settings *want, struct err *e);

/**
 * vfnet_restore() - Put settings back that vfnet_read() gave
 *
 * As vfnet_write(), but a function or card that is gone needs nothing, and a driver that does not take the address of zeros
 * it began with may keep another: several do not.
 */
int vfnet_restore(const struct root *root, const struct pciaddr *pf, unsigned int number,
		  const struct vf_settings *former, struct err *e);

/** vfnet_changes() - The link object that sets @key, and what goes with it, of @all for function @number; rtnl_link_put() */
struct rtnl_link *vfnet_changes(unsigned int number, enum vf_key key,
				const struct vf_settings *all);

/** vfnet_settings() - What @link, as the kernel described it, says of function @number; 0 or -ENODEV */
int vfnet_settings(struct rtnl_link *link, unsigned int number, struct vf_settings *ret);

#endif
