/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal: what vmrun changed, for a guest or by hand, and how to put it back; it is the reservation of the devices too. */
#ifndef VMRUN_MODEL_JOURNAL_H
#define VMRUN_MODEL_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/pciaddr.h"
#include "model/pool.h"
#include "model/vf.h"

/* Where journals and pool records are, beneath the root: guest-NAME.json, pool-ADDRESS.json, vfs-ADDRESS.json. Mode 0711, files 0600. */
#define STATE_DIR "run/vmrun"
#define STATE_GUEST_PREFIX "guest-"
#define STATE_POOL_PREFIX "pool-"
#define STATE_VFS_PREFIX "vfs-"
#define STATE_SUFFIX ".json"
#define STATE_SIZE_MAX (1024 * 1024)

/**
 * struct journal_device - one device of a run
 * @addr:	its address
 * @group:	number of its IOMMU group
 * @vendor, @device: ids, so that another card at the address is noticed
 * @before:	as the run found it: what a failed run puts back
 * @home:	as the host had it before vmrun ever took it: where after=host puts it; equals @before unless it was in the pool
 * @driver:	vfio-pci, or the variant it goes to
 * @users:	what was seen using it before, for people, or NULL: the kernel takes its nodes away first when it is unbound
 * @past:	what the host saw of it before vmrun ever took it
 * @to_pool:	it stays there when the guest ends
 * @attach:	the guest sees it (else a sibling)
 * @pf:		of a virtual function: the physical one, and @vf_number its number there; -1 for any other device
 * @vf_before:	settings that were there before the run set its own; none where it sets none
 * @janitor, @janitor_started: while the device is stuck: the process that waits for its driver to let go, and its start time;
 *		0 otherwise
 */
struct journal_device {
	struct pciaddr addr;
	int group;
	uint16_t vendor, device;
	struct binding before;
	struct binding home;
	char *driver;
	char *users;
	struct past past;
	bool to_pool;
	bool attach;
	struct pciaddr pf;
	int vf_number;
	struct vf_settings vf_before;
	pid_t janitor;
	uint64_t janitor_started;
};

/**
 * struct journal_node - owner of a device node of vfio's before the run gave it to QEMU's user
 * @group:	number of the group; its node is /dev/vfio/@group
 * @number:	-1; or the node is that of the device @addr in the group, /dev/vfio/devices/vfio@number
 * @addr:	the device of @number
 * @uid, @gid, @mode: what it was
 */
struct journal_node {
	int group;
	int number;
	struct pciaddr addr;
	uid_t uid;
	gid_t gid;
	mode_t mode;
};

/**
 * struct journal - one run
 * @guest:	name of the run: the guest's; of work by hand one that no guest can have, for it begins with a dot
 * @verb:	work by hand: the verb ("bind"); NULL for a guest
 * @uuid, @profile, @uri: what was started and through which connection; of work by hand they are empty
 * @embed:	root directory of the embedded driver, or NULL
 * @pid, @started: the vmrun that put this down, and looks after the guest (0 once it has left that to the hook): process and its start time in clock ticks after boot (proc(5), field 22)
 * @boot:	boot id it ran under (/proc/sys/kernel/random/boot_id)
 * @guest_started: the guest was started, so that its end, not an undo, is what puts the devices back
 * @by_hook:	libvirt's hook put it down for a guest that others start: what it moved goes back to where it was
 * @hooked:	libvirt called the hook for this guest, and so will at its end
 * @released:	it has called it for its end, while @pid still looked after the guest
 * @ending:	the guest has ended, and @pid gives its devices back: nobody else takes one out or adds one any more
 * @devices, @nodes: what was, or is about to be, changed
 */
struct journal {
	char *guest, *verb, *uuid, *profile, *uri, *embed;
	pid_t pid;
	uint64_t started;
	char *boot;
	bool guest_started;
	bool by_hook, hooked, released, ending;
	struct journal_device *devices;
	size_t device_count;
	struct journal_node *nodes;
	size_t node_count;
};

/** journal_text() - @journal as a JSON document (schema vmrun.journal/1); free() */
char *journal_text(const struct journal *journal);

/**
 * journal_parse() - Read a journal
 * @text:	document
 * @len:	its length in bytes
 * @ret:	filled on success; journal_done()
 * @e:		ERR_UNEXPECTED naming the member that is wrong
 *
 * Return: 0; -EINVAL
 */
int journal_parse(const char *text, size_t len, struct journal *ret, struct err *e);

/** journal_who() - For people, whose run it is: "guest nas", or "vmrun bind" of work by hand; free() */
char *journal_who(const struct journal *journal);

/** journal_forget() - Take device @index from @journal; the devices behind it move up */
void journal_forget(struct journal *journal, size_t index);

/** journal_done() - Release what @journal owns */
void journal_done(struct journal *journal);

#endif
