// SPDX-License-Identifier: GPL-2.0-or-later
/* Making virtual functions for guests, and removing them when none has one any more. */
#include "act/vfs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "act/bind.h"
#include "act/state.h"
#include "base/cleanup.h"
#include "survey/guests.h"

#define PATH_SIZE 192
#define APPEAR_MS 10000
#define POLL_MS 50

static const char *attribute(const struct pciaddr *addr, const char *name,
			     char path[static PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "sys/bus/pci/devices/%s/%s", PCIADDR_STR(addr), name);
	return path;
}

static int read_number(const struct root *root, const struct pciaddr *pf, const char *name,
		       uint64_t *ret)
{
	char path[PATH_SIZE];

	return root_read_u64(root, attribute(pf, name, path), 10, ret);
}

static int write_number(const struct root *root, const struct pciaddr *pf, const char *name,
			unsigned int value)
{
	char path[PATH_SIZE], text[16];

	snprintf(text, sizeof(text), "%u", value);
	return root_write(root, attribute(pf, name, path), text);
}

/* The same, and read back. */
static int set_number(const struct root *root, const struct pciaddr *pf, const char *name,
		      unsigned int value)
{
	uint64_t now = 0;
	int r = write_number(root, pf, name, value);

	if (r == 0)
		r = read_number(root, pf, name, &now);
	return r < 0 ? r : now == value ? 0 : -EIO;
}

/* Address of function @number of @pf; -ENOENT where there is none. */
static int function_address(const struct root *root, const struct pciaddr *pf, unsigned int number,
			    struct pciaddr *ret)
{
	char name[24], path[PATH_SIZE], target[64];
	int r;

	snprintf(name, sizeof(name), "virtfn%u", number);
	r = root_link_name(root, attribute(pf, name, path), target, sizeof(target));
	return r < 0 ? r : pciaddr_parse(target, ret);
}

/* Each of them is there, down to the attribute by which it is bound. */
static bool all_there(const struct root *root, const struct vf_record *record)
{
	for (unsigned int i = 0; i < record->count; i++) {
		struct pciaddr addr;
		char path[PATH_SIZE];

		if (function_address(root, &record->pf, i, &addr) < 0 ||
		    !root_exists(root, attribute(&addr, "driver_override", path)))
			return false;
	}
	return true;
}

/* The write returns when the kernel has made them; a driver that goes on by itself afterwards gets a while. */
static int wait_for(const struct root *root, const struct vf_record *record, struct err *e)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };

	for (int waited = 0; !all_there(root, record); waited += POLL_MS) {
		if (waited >= APPEAR_MS)
			return err_set(e, ERR_UNEXPECTED, ETIMEDOUT, PCIADDR_STR(&record->pf),
				       "its %u virtual functions have not appeared in %d s",
				       record->count, APPEAR_MS / 1000);
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* What sriov_numvfs_store() and pci_enable_sriov() answer (drivers/pci/pci-sysfs.c, drivers/pci/iov.c). */
static int explain(const struct vf_record *record, int number, struct err *e)
{
	err_set(e, ERR_UNEXPECTED, number, PCIADDR_STR(&record->pf),
		"cannot make %u virtual functions: %s", record->count, strerror(number));
	switch (number) {
	case EBUSY:
		return err_fix(e, "somebody else has just made some: try again");
	case ENOENT:
		return err_fix(e,
			       "its driver does not make virtual functions: use the card maker's");
	case ENOMEM:
	case ENOSPC:
		return err_fix(
			e,
			"switch SR-IOV and \"above 4G decoding\" on in the firmware setup, or add pci=realloc "
			"to the kernel's command line; dmesg | grep %s says more",
			PCIADDR_STR(&record->pf));
	default:
		return err_fix(e, "dmesg | grep %s says more", PCIADDR_STR(&record->pf));
	}
}

/* Switched on again where it was; the record then forgets that. */
static int restore_autoprobe(const struct root *root, struct vf_record *record, struct err *e)
{
	int r;

	if (!record->autoprobe)
		return 0;
	r = set_number(root, &record->pf, "sriov_drivers_autoprobe", 1);
	if (r < 0)
		return err_sys(e, -r, PCIADDR_STR(&record->pf),
			       "cannot switch sriov_drivers_autoprobe on again");
	record->autoprobe = false;
	return state_write_vfs(root, record, e);
}

static int make(const struct root *root, const struct vf_need *need, const struct pciaddr *pf,
		struct err *e)
{
	struct vf_record record = { .pf = *pf, .count = need->count };
	uint64_t autoprobe = 0, count;
	int r = read_number(root, pf, "sriov_numvfs", &count);

	if (r < 0)
		return err_sys(e, -r, PCIADDR_STR(pf),
			       "cannot read how many virtual functions it has");
	if (count)
		return explain(&record, EBUSY, e);
	/* Since Linux 4.12; before, drivers always take them. */
	if (read_number(root, pf, "sriov_drivers_autoprobe", &autoprobe) == 0)
		record.autoprobe = autoprobe == 1;
	r = state_write_vfs(root, &record, e);
	if (r < 0)
		return r;
	if (record.autoprobe)
		r = set_number(root, pf, "sriov_drivers_autoprobe", 0);
	if (r < 0)
		return err_sys(e, -r, PCIADDR_STR(pf), "cannot switch sriov_drivers_autoprobe off");
	r = set_number(root, pf, "sriov_numvfs", record.count);
	if (r < 0)
		return explain(&record, -r, e);
	r = wait_for(root, &record, e);
	return r < 0 ? r : restore_autoprobe(root, &record, e);
}

int vfs_make(const struct root *root, const struct plan *plan, const struct progress *progress,
	     struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < plan->picks.need_count; i++) {
		const struct vf_need *need = &plan->picks.needs[i];
		const struct pciaddr *pf = &plan->host->devices[need->pick.device].addr;
		_cleanup_free_ char *what =
			mem_printf("vf %s: 0 -> %u", PCIADDR_STR(pf), need->count);

		progress_begin(progress, what);
		r = progress_end(progress, make(root, need, pf, e));
	}
	return r;
}

/** struct users - addresses that journals name */
struct users {
	struct pciaddr *item;
	size_t count;
};

static int load_users(const struct root *root, struct users *ret, struct err *e)
{
	struct strlist files;
	int r = guests_journals(root, &files);

	if (r < 0)
		return err_sys(e, -r, "/" STATE_DIR, "cannot read it");
	for (size_t i = 0; r == 0 && i < files.count; i++) {
		struct journal journal = { 0 };

		r = guests_load_journal(root, files.item[i], &journal, e);
		for (size_t j = 0; r == 0 && j < journal.device_count; j++)
			*mem_append(&ret->item, &ret->count) = journal.devices[j].addr;
		journal_done(&journal);
		/* Ended meanwhile. */
		if (r == -ENOENT)
			r = 0;
	}
	strlist_done(&files);
	return r;
}

static bool is_used(const struct root *root, const struct vf_record *record,
		    const struct users *users)
{
	for (unsigned int i = 0; i < record->count; i++) {
		_cleanup_free_ char *driver = NULL;
		struct pciaddr addr;

		if (function_address(root, &record->pf, i, &addr) < 0)
			continue;
		for (size_t j = 0; j < users->count; j++)
			if (pciaddr_equal(&users->item[j], &addr))
				return true;
		if (bind_driver(root, &addr, &driver) == 0 && driver)
			return true;
	}
	return false;
}

static int remove_all(const struct root *root, const struct vf_record *record,
		      const struct progress *progress, struct err *e)
{
	_cleanup_free_ char *what = mem_printf("remove the %u virtual functions of %s",
					       record->count, PCIADDR_STR(&record->pf));
	int r;

	progress_begin(progress, what);
	r = set_number(root, &record->pf, "sriov_numvfs", 0);
	if (r < 0) {
		err_sys(e, -r, PCIADDR_STR(&record->pf), "cannot remove its virtual functions");
		e->kind = ERR_LEFT;
	}
	return progress_end(progress, r);
}

/* Whether the record is done with; -errno. */
static int collect(const struct root *root, struct vf_record *record, const struct users *users,
		   const struct progress *progress, struct err *e)
{
	uint64_t count;
	/* A card that is gone, or has another driver now, has none. */
	int r = read_number(root, &record->pf, "sriov_numvfs", &count);

	if (r == 0 && count == record->count) {
		if (is_used(root, record, users))
			return restore_autoprobe(root, record, e);
		r = remove_all(root, record, progress, e);
		if (r < 0)
			return r;
	}
	if (r == 0)
		r = restore_autoprobe(root, record, e);
	if (r == 0 || r == -ENOENT)
		r = state_remove_vfs(root, &record->pf, e);
	return r < 0 ? r : 1;
}

int vfs_collect(const struct root *root, const struct progress *progress, struct err *e)
{
	struct vf_record *records = NULL;
	struct users users = { 0 };
	size_t count = 0;
	int done = 0, first = 0, r = state_load_vfs(root, &records, &count, e);

	if (r == 0 && count)
		r = load_users(root, &users, e);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct err own = { 0 };
		int one = collect(root, &records[i], &users, progress, &own);

		done += one > 0;
		if (one < 0 && first == 0) {
			first = one;
			*e = own;
		}
	}
	free(users.item);
	free(records);
	if (r < 0 || first < 0)
		return r < 0 ? r : first;
	return done;
}
