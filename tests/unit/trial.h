/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trials: many shapes of host and profile, and one start of each on the model, as the verb makes it. */
#ifndef VMRUN_TESTS_UNIT_TRIAL_H
#define VMRUN_TESTS_UNIT_TRIAL_H

#include "act/apply.h"
#include "act/undo.h"
#include "unit/fakekernel.h"

/**
 * struct shape - a host and what a guest wants of it
 * @devices:	@count functions
 * @profile:	what asks for some of them, after its [vm] section
 */
struct shape {
	struct fake_device devices[FAKE_DEVICES];
	size_t count;
	char profile[1024];
};

/* The first ones have a single device, each bound in another way. */
#define SIMPLE_SHAPES 9
#define SHAPES 100
#define FEW_SHAPES 16

/** shape_make() - Shape number @index: the same on every machine, so that a failure has a name */
struct shape shape_make(unsigned int index);

/* The user QEMU runs as. */
#define USER 4242

/**
 * struct trial - one shape's machine, and the plan of a start on it
 * @kernel:	the machine
 * @shape:	what it has
 * @first:	its first state, fake_state()
 * @profile, @host, @plan, @request: the start, as the verb makes it
 */
struct trial {
	struct fakekernel kernel;
	struct shape shape;
	char *first;
	struct profile profile;
	struct host host;
	struct plan plan;
	struct apply_request request;
};

/** trials_few() - Whether the environment has TRIALS=few: the first FEW_SHAPES are enough */
bool trials_few(void);

/** trials_all() - Whether the environment has TRIALS=all: every fault at every write */
bool trials_all(void);

/** trial_open() - Make the machine of shape @index, and plan the start on it; trial_close() */
void trial_open(struct trial *trial, unsigned int index);

/** trial_close() - Release what @trial owns */
void trial_close(struct trial *trial);

/** trial_plan() - Plan the start anew, on the machine as it is now */
void trial_plan(struct trial *trial);

/** trial_start() - Reserve and execute, both of which must succeed; @journal: journal_done() */
void trial_start(struct trial *trial, struct journal *journal);

/**
 * trial_recover() - What a new process does: it knows nothing but what is on disk
 * @trial:	the trial
 * @goal:	where the devices of a journal go
 * @e:		detail of a failure
 *
 * Return: 0, also where there is no journal; -errno
 */
int trial_recover(struct trial *trial, enum undo_goal goal, struct err *e);

/** trial_expect() - The machine's state must be @wanted; the rest says what was tried */
void trial_expect(struct trial *trial, const char *wanted, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** trial_bound() - Whether every device of the plan is with vfio-pci */
bool trial_bound(const struct trial *trial);

/** trials_main() - main() of a program of trials: runs @tests in memory; its exit status */
int trials_main(TCase *tests, const char *name);

#endif
