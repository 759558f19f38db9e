/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program with which a control group of version 2 guards devices: evaluated here for a device, not run. */
#ifndef VMRUN_MODEL_DEVPROG_H
#define VMRUN_MODEL_DEVPROG_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Theory of operation
 *
 * Version 2 has no list of devices to read. libvirt and systemd attach a program (BPF_PROG_TYPE_CGROUP_DEVICE,
 * Documentation/admin-guide/cgroup-v2.rst, "Device controller") that the kernel runs when a process of the group opens or makes a
 * node: it is given type, access, major and minor, and answers 0 or 1. What it answers for a device can be told from its
 * instructions as the kernel gives them back, with the maps they look into (Documentation/bpf/standardization/instruction-set.rst).
 *
 * Such a program comes from the kernel, which has verified it; nevertheless every register, offset and jump is checked and
 * the number of steps is bounded, and whatever is not understood is an error rather than an answer.
 */

/** typedef devprog_lookup_fn - Value of @key (8 bytes at most) in the map with this id: 1 and @value; 0 for none; -errno */
typedef int devprog_lookup_fn(void *context, uint32_t map, const void *key, void *value,
			      size_t size);

/**
 * struct devprog - a program
 * @insns:	@count instructions as BPF_OBJ_GET_INFO_BY_FD yields them (xlated_prog_insns): maps by their id
 * @lookup:	asked for the contents of maps, with @context
 */
struct devprog {
	const struct bpf_insn *insns;
	size_t count;
	devprog_lookup_fn *lookup;
	void *context;
};

/**
 * struct devquery - an access
 * @block:	to a block device, else to a character device
 * @access:	BPF_DEVCG_ACC_READ, _WRITE, _MKNOD
 * @major_number, @minor_number: of the device
 */
struct devquery {
	bool block;
	unsigned int access;
	uint32_t major_number, minor_number;
};

/* Longest value of a map that is taken: libvirt's have 4 bytes. */
#define DEVPROG_VALUE_MAX 64

/**
 * devprog_allows() - What a program answers
 * @prog:	the program
 * @query:	the access
 * @ret:	its answer
 * @e:		ERR_UNEXPECTED: the instruction that is not understood
 *
 * Return: 0; -EINVAL; -ELOOP where it comes to no end; -errno of the lookup
 */
int devprog_allows(const struct devprog *prog, const struct devquery *query, bool *ret,
		   struct err *e);

/**
 * devlist_allows() - The same of a list of version 1
 * @text:	content of devices.list: lines "c 10:196 rwm", "a *:* rwm" (Documentation/admin-guide/cgroup-v1/devices.rst)
 * @query:	the access
 *
 * Return: whether one line allows all of it
 */
bool devlist_allows(const char *text, const struct devquery *query);

#endif
