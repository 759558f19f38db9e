/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State on disk under /run/vmrun: the host's lock, journals, pool records. */
#ifndef VMRUN_ACT_STATE_H
#define VMRUN_ACT_STATE_H

#include "base/root.h"
#include "model/journal.h"
#include "model/vf_record.h"

/*
 * Everything is in one directory, root's alone to write: guest-NAME.json is the journal of a run and at the same time
 * the reservation of its groups; pool-ADDRESS.json remembers where a device in the pool belongs; vfs-ADDRESS.json that a
 * physical function made virtual ones for guests. Files are replaced by
 * rename, so that a reader sees the old or the new one. The lock is the directory itself, so nothing remains of it.
 */

/**
 * state_user_directory() - Where an ordinary user's state is kept, as an absolute path, newly allocated
 *
 * Below $XDG_RUNTIME_DIR, or what stands for it where it is not set or not his: /run/user/UID, and where there is none, ~/.cache. Root
 * never reads it; of devices that root's runs and a user's both want, the kernel gives a group to the first who opens it.
 */
char *state_user_directory(void);

/** state_choose() - Have @root's state be root's, or on the live host an ordinary user's where vmrun was started by one */
void state_choose(struct root *root);

/**
 * state_lock() - Take the host's lock: one run at a time plans and writes its reservation
 * @root:	the host
 * @timeout_ms:	longest wait
 * @ret:	descriptor; closing it releases the lock
 * @e:		ERR_BUSY naming who holds it; ERR_PRIVILEGE
 *
 * Never held while libvirt is called: libvirt calls the hook, and the hook takes it.
 * Changes: creates run/vmrun, mode 0711
 * Return:  0; -EAGAIN after the timeout; -errno
 */
int state_lock(const struct root *root, int timeout_ms, int *ret, struct err *e);

/**
 * state_sweep() - Remove files that a process which is gone had begun to write
 * @root:	the host
 *
 * Needs:   the host's lock
 * Changes: removes run/vmrun/.FILE.PID
 */
void state_sweep(const struct root *root);

/** state_write_journal() - Put @journal on disk, replacing an earlier state of it; 0 or -errno */
int state_write_journal(const struct root *root, const struct journal *journal, struct err *e);

/** state_remove_journal() - Remove the journal of @guest; 0, also where there is none; -errno */
int state_remove_journal(const struct root *root, const char *guest, struct err *e);

/**
 * state_forget_device() - Take a device from the journal of a run; a journal without devices is removed
 * @root:	the host
 * @run:	the journal as the run had it: its guest, pid and start time tell it from a later run of the same guest
 * @addr:	the device
 * @e:		detail of a failure
 *
 * Needs:   the host's lock where the run that wrote the journal is gone
 * Return:  0, also where there is no such journal or device, or another run's; -errno
 */
int state_forget_device(const struct root *root, const struct journal *run,
			const struct pciaddr *addr, struct err *e);

/** state_write_pool() - Remember where the device at @addr belongs; 0 or -errno */
int state_write_pool(const struct root *root, const struct pciaddr *addr,
		     const struct pool_record *record, struct err *e);

/** state_write_vfs() - Remember that a physical function is to make virtual ones; 0 or -errno */
int state_write_vfs(const struct root *root, const struct vf_record *record, struct err *e);

/** state_load_vfs() - All such records into @ret, *@ret_count of them (free()); 0, also where there are none; -errno */
int state_load_vfs(const struct root *root, struct vf_record **ret, size_t *ret_count,
		   struct err *e);

/** state_remove_vfs() - Forget the record of @pf; 0, also where there is none; -errno */
int state_remove_vfs(const struct root *root, const struct pciaddr *pf, struct err *e);

/** state_remove_pool() - Forget the pool record of @addr; 0, also where there is none; -errno */
int state_remove_pool(const struct root *root, const struct pciaddr *addr, struct err *e);

#endif
