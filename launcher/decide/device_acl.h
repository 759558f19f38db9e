/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether libvirt's daemon lets QEMU open the device nodes that a profile has it open itself. */
#ifndef VMRUN_DECIDE_DEVICE_ACL_H
#define VMRUN_DECIDE_DEVICE_ACL_H

#include "base/err.h"
#include "base/mem.h"
#include "survey/hostfacts.h"

/**
 * device_acl_check() - Check the nodes of [qemu] device-node
 * @profile:	its file, for the message
 * @nodes:	absolute paths
 * @conf:	of the system daemon
 * @e:		ERR_VIRT, naming those that are missing and the line that allows them
 *
 * libvirt lets QEMU open the devices of the domain XML; anything else has to be in cgroup_device_acl of qemu.conf, which where
 * it is set replaces the list built in.
 *
 * Return: 0; -EACCES
 */
int device_acl_check(const char *profile, const struct strlist *nodes, const struct qemu_conf *conf,
		     struct err *e);

#endif
