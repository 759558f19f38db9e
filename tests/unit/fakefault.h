/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults: the one write to the host whose turn it is goes wrong, whichever way it is made. */
#ifndef VMRUN_TESTS_UNIT_FAKEFAULT_H
#define VMRUN_TESTS_UNIT_FAKEFAULT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes to sysfs come from the model of the kernel, which asks fault_meets(). Everything else vmrun
 * changes is files and nodes: this program has its own write(2), fsync(2), renameat(2), unlinkat(2),
 * fchownat(2) and chmod(2), which take the place of the C library's. They count only what is beneath
 * the watched directory, and only while a fault is armed.
 */

/** enum fake_fault - what happens at the write whose turn it is */
enum fake_fault {
	FAKE_NONE, /* nothing: writes are only counted */
	FAKE_EIO,  /* it fails so, and changes nothing; likewise the next three */
	FAKE_EBUSY,
	FAKE_ENODEV,
	FAKE_EACCES,
	FAKE_SHORT,	  /* it takes effect, in part where it can, and is not reported as whole */
	FAKE_IGNORED,	  /* sysfs: reported as made, without effect */
	FAKE_STOLEN,	  /* sysfs: it is made, and at once another driver has taken the device */
	FAKE_KILLED,	  /* the process ends before it: it and all later ones are never made */
	FAKE_KILLED_LATE, /* the process ends after it */
	FAKE_POWER,	  /* the machine loses power before it */
	FAKE_POWER_LATE,  /* the machine loses power after it */
	FAKE_FAULT_COUNT
};

/**
 * struct fake_trap - where the fault waits
 * @armed:	writes are counted; else every one is simply made
 * @turn:	number of the write that meets it, from 1; 0 for none
 * @fault:	what it is
 * @writes:	number of writes so far
 * @struck:	a write has met it
 * @dead:	the process has ended: no further write is made
 */
struct fake_trap {
	bool armed;
	size_t turn;
	enum fake_fault fault;
	size_t writes;
	bool struck;
	bool dead;
};

/** enum fake_way - how a write is made: by which the fault knows what it can do to it */
enum fake_way { FAKE_SYSFS, FAKE_FILE };

/**
 * struct fake_meeting - what becomes of one write
 * @made:	it takes effect
 * @result:	what its maker is told: 0 or -errno
 * @stolen:	another driver takes the device after it
 */
struct fake_meeting {
	bool made;
	int result;
	bool stolen;
};

/** fault_name() - "EIO", "killed before it", … for the report */
const char *fault_name(enum fake_fault fault);

/** fault_is_end() - Whether the process does not survive @fault */
bool fault_is_end(enum fake_fault fault);

/** fault_watch() - Have @trap count the writes to files beneath @dir from now on; NULL for no more */
void fault_watch(struct fake_trap *trap, const char *dir);

/** fault_meets() - Count one write, and say what becomes of it */
struct fake_meeting fault_meets(struct fake_trap *trap, enum fake_way way);

#endif
