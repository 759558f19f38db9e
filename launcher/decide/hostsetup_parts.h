/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of hostsetup_build(), for its own files only. */
#ifndef VMRUN_DECIDE_HOSTSETUP_PARTS_H
#define VMRUN_DECIDE_HOSTSETUP_PARTS_H

#include "config.h"
#include "decide/hostsetup.h"
#include "model/earlylist.h"

/* What binds devices early: it reads EARLY_LIST. */
#define EARLY_PROGRAM VMRUN_LIBDIR "/vmrun/early"

/** struct setup_in - what a part looks at */
struct setup_in {
	const struct host *host;
	const struct hostfacts *facts;
	const struct setup_facts *setup;
	const struct setup_options *options;
};

/** typedef setup_fn - One part: looks at @in, adds to @plan; 0, or -EINVAL for a file that cannot be changed */
typedef int setup_fn(const struct setup_in *in, struct setup_plan *plan, struct err *e);

/** setup_note() - Add a note for people */
void setup_note(struct setup_plan *plan, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * setup_file() - Want a file that is vmrun's own
 * @plan:	receives it
 * @path:	with a slash before it
 * @mode:	permission bits
 * @text:	its text, which then belongs to @plan
 * @fmt:	printf format of the reason
 */
void setup_file(struct setup_plan *plan, const char *path, unsigned int mode, char *text,
		const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/** setup_edited() - Want a file of others with the text @text, which then belongs to @plan and may be what it has */
void setup_edited(struct setup_plan *plan, const struct setup_file *file, char *text,
		  const char *why);

/** setup_parameters() - Kernel parameters, in every file that holds them */
int setup_parameters(const struct setup_in *in, struct setup_plan *plan, struct err *e);

/**
 * setup_early_list() - Want the list of devices bound early: those of the persisted pool, and those of profiles
 * @in:	what is looked at
 * @plan:	receives the list where there are any; @plan->early is their number
 * @modules:	receives the modules of the host's drivers that have to come later
 */
void setup_early_list(const struct setup_in *in, struct setup_plan *plan, struct strlist *modules);

/** setup_early() - Early binding: list, order of modules, what the images need */
int setup_early(const struct setup_in *in, struct setup_plan *plan, struct err *e);

/** setup_blacklist() - Drivers kept away, where that was asked for */
int setup_blacklist(const struct setup_in *in, struct setup_plan *plan, struct err *e);

/** setup_user() - What an ordinary user who starts guests needs: nodes of groups, locked memory */
int setup_user(const struct setup_in *in, struct setup_plan *plan, struct err *e);

/** setup_qemu_conf() - Qemu.conf's list of nodes, where it lacks one */
int setup_qemu_conf(const struct setup_in *in, struct setup_plan *plan, struct err *e);

/** setup_pool_unit() - Vmrun-pool.service at every start, where anything is persisted */
int setup_pool_unit(const struct setup_in *in, struct setup_plan *plan, struct err *e);

/** setup_hook() - The hook libvirt calls, where no package brought it */
int setup_hook(const struct setup_in *in, struct setup_plan *plan, struct err *e);

#endif
