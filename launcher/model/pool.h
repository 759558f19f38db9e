/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of a device while vfio-pci has it: where it belongs, and what the host saw of it before. */
#ifndef VMRUN_MODEL_POOL_H
#define VMRUN_MODEL_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "model/binding.h"
#include "model/pciaddr.h"

/**
 * struct past - what the host saw of a device while its own driver had it; all zero is nothing
 * @disks:	nodes of the disks behind it ("/dev/nvme0n1"), gone with the driver
 * @netdevs:	names of its network interfaces
 * @needed:	why the host cannot do without it at the next start ("/dev/sda1 is in /etc/fstab"), or NULL
 */
struct past {
	struct strlist disks;
	struct strlist netdevs;
	char *needed;
};

/** past_copy() - A copy that owns what it holds */
struct past past_copy(const struct past *from);

/** past_put() - Add what is known of the past to a JSON object */
void past_put(struct json *object, const struct past *past);

/** past_read() - The past a JSON object holds; past_done() */
struct past past_read(const struct json *object);

/** past_done() - Release what @past owns */
void past_done(struct past *past);

/**
 * struct pool_record - one device of the pool
 * @vendor, @device: ids, so that another card at the address is not taken for it; both 0 where not recorded
 * @home:	how the host had it before
 * @past:	what the host saw of it then
 */
struct pool_record {
	uint16_t vendor, device;
	struct binding home;
	struct past past;
};

/** pool_record_is_of() - Whether @record may be of the card with these ids: it was written for it, or for one unknown */
bool pool_record_is_of(const struct pool_record *record, uint16_t vendor, uint16_t device);

/** pool_record_text() - Pool record of the device at @addr, as JSON (schema vmrun.pool-record/1); free() */
char *pool_record_text(const struct pciaddr *addr, const struct pool_record *record);

/** pool_record_parse() - Read a pool record into @ret (pool_record_done()); 0 or -EINVAL */
int pool_record_parse(const char *text, size_t len, struct pool_record *ret, struct err *e);

/** pool_record_done() - Release what @record owns */
void pool_record_done(struct pool_record *record);

#endif
