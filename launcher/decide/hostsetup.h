/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes this host ready for these profiles: files as they are to be, each with its reason; pure. */
#ifndef VMRUN_DECIDE_HOSTSETUP_H
#define VMRUN_DECIDE_HOSTSETUP_H

#include "decide/resolve.h"
#include "model/host.h"
#include "model/profile.h"
#include "survey/hostfacts.h"
#include "survey/setupfacts.h"

/** enum setup_effect - what has to be done after a file was written */
enum setup_effect {
	EFFECT_IMAGE = 1,    /* initramfs images are made anew */
	EFFECT_LOADER = 2,   /* the boot loader's configuration is made anew */
	EFFECT_REBOOT = 4,   /* it holds after a reboot */
	EFFECT_UDEV = 8,     /* udev reads its rules again */
	EFFECT_SYSTEMD = 16, /* systemd reads its units again */
	EFFECT_LIBVIRT = 32, /* libvirt's daemon reads its configuration again */
	EFFECT_LOGIN = 64,   /* it holds after the user has logged in again */
	EFFECT_HOOK = 128,   /* libvirt's daemon looks for hooks again */
};

/**
 * struct setup_change - one file as it is to be
 * @path:	with a slash before it
 * @bytes:	@len bytes
 * @len:	number of bytes
 * @mode:	permission bits where it is new
 * @why:	the reason, one line
 * @effects:	bits of enum setup_effect
 */
struct setup_change {
	char *path;
	char *bytes;
	size_t len;
	unsigned int mode;
	char *why;
	unsigned int effects;
};

/** enum setup_proof - how the result of a command is looked into */
enum setup_proof {
	PROOF_NONE,
	PROOF_LIST, /* @viewer lists the image @target; every one of @wanted is in it */
	PROOF_TEXT, /* the file @target has every one of @wanted */
};

/**
 * struct setup_command - a command of the distribution
 * @argv:	the program's path and its arguments
 * @why:	what for
 * @proof, @viewer, @target, @wanted: what its result is to have, per target
 */
struct setup_command {
	struct strlist argv;
	char *why;
	enum setup_proof proof;
	struct strlist viewer;
	struct strlist targets;
	struct strlist wanted;
};

/**
 * struct setup_options - what is asked for
 * @profiles:	@profile_count profiles with the devices they pick
 * @picks:	per profile
 * @passthrough: iommu=pt
 * @user:	who starts guests without privilege, or NULL
 * @uid:	the number of @user
 * @blacklist:	drivers to be kept away altogether
 */
struct setup_options {
	const struct profile *profiles;
	const struct picks *picks;
	size_t profile_count;
	bool passthrough;
	const char *user;
	unsigned int uid;
	const struct strlist *blacklist;
};

/**
 * struct setup_plan - what is to be done
 * @changes:	@change_count files
 * @commands:	@command_count commands, in their order
 * @parameters:	kernel parameters asked for, "NAME=VALUE"
 * @notes:	what is not needed here and why, and what is to be known
 * @unknown:	what could not be found out
 * @by_hand:	of @parameters, those left to be given by hand: there is no file that holds them
 * @early:	number of devices bound early
 */
struct setup_plan {
	struct setup_change *changes;
	size_t change_count;
	struct setup_command *commands;
	size_t command_count;
	struct strlist parameters;
	struct strlist notes;
	struct strlist unknown;
	struct strlist by_hand;
	size_t early;
};

/**
 * hostsetup_build() - Decide what the host needs
 * @host:	the snapshot
 * @facts:	how the host is set up
 * @setup:	its files as they were before setup first wrote them, kernels, programs
 * @options:	what is asked for
 * @ret:	filled on success; setup_plan_done()
 * @e:		ERR_REFUSED with FILE:LINE where a file cannot be changed
 *
 * Return: 0; -EINVAL
 */
int hostsetup_build(const struct host *host, const struct hostfacts *facts,
		    const struct setup_facts *setup, const struct setup_options *options,
		    struct setup_plan *ret, struct err *e);

/**
 * hostsetup_commands() - The commands that make changed files hold
 * @facts:	how the host is set up
 * @setup:	kernels and programs
 * @effects:	of all files that were changed or put back
 * @plan:	receives them, with what proves their result: @plan->parameters, and early binding where
 *		@plan->early
 */
void hostsetup_commands(const struct hostfacts *facts, const struct setup_facts *setup,
			unsigned int effects, struct setup_plan *plan);

/** hostsetup_effects() - The effects of changing the file @path (with a slash before it), whoever wrote it */
unsigned int hostsetup_effects(const char *path);

/** setup_plan_done() - Release what @plan owns */
void setup_plan_done(struct setup_plan *plan);

#endif
