/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: ordered steps from the host as it is to where it is wanted; what is printed is what is executed. */
#ifndef VMRUN_DECIDE_PLAN_H
#define VMRUN_DECIDE_PLAN_H

#include "decide/finding.h"
#include "decide/resolve.h"

/** enum plan_goal - a running guest; or by hand: devices in the pool, devices back with the host; or in a guest that runs */
enum plan_goal { PLAN_START, PLAN_BIND, PLAN_RELEASE, PLAN_ATTACH };

/** plan_goal_verb() - "start", "bind", "release", "attach" */
const char *plan_goal_verb(enum plan_goal goal);

/** enum plan_step_kind - steps in the order in which they are executed */
enum plan_step_kind {
	STEP_VF, /* physical function: makes virtual ones; what follows is planned anew when they exist */
	STEP_RESERVE, /* group: written to the journal, so that no other run takes it */
	STEP_CLAIM,   /* disk: opened exclusively until its device leaves the host driver */
	STEP_LOAD_MODULE, /* vfio-pci or a variant of it; or by its alias the host's driver of a device, if there is one */
	STEP_BIND,    /* device: host driver to vfio-pci or a variant of it */
	STEP_RELEASE, /* device: from there to where it belongs */
	STEP_VF_SET,  /* virtual function: MAC, VLAN and the like */
	STEP_OWN,     /* group node: given to QEMU's user, or its owner kept for after libvirt */
	STEP_CREATE, /* disk image: made where there is none; with or without devices, so not by apply_execute() */
	STEP_START,  /* guest */
	STEP_ATTACH, /* device: plugged into a guest that runs */
	STEP_DEFINE, /* device: written into libvirt's definition of a guest */
	STEP_KIND_COUNT
};

/** plan_step_name() - "reserve", "claim", … as --json has it; both steps of virtual functions are "vf" */
const char *plan_step_name(enum plan_step_kind kind);

/**
 * struct plan_step - one step
 * @kind:	what is done
 * @target:	to what: "group 11", "/dev/nvme0n1", "0000:01:00.0", "/dev/vfio/11", the guest's name
 * @from, @to:	state before and after, or NULL
 * @why:	reason, or NULL
 * @device:	STEP_BIND, STEP_RELEASE, STEP_CLAIM, STEP_VF, STEP_VF_SET, STEP_ATTACH, STEP_DEFINE, STEP_LOAD_MODULE of a host's driver:
 *		index into host.devices; -1 else, and where it does not exist yet
 * @group:	STEP_RESERVE, STEP_OWN: number of the group, else -1
 */
struct plan_step {
	enum plan_step_kind kind;
	char *target;
	char *from, *to;
	char *why;
	int device;
	int group;
};

/** enum plan_verdict - PLAN_UNKNOWN: something that matters could not be measured */
enum plan_verdict { PLAN_GO, PLAN_REFUSED, PLAN_UNKNOWN };

/** plan_verdict_name() - "go", "refused", "unknown" */
const char *plan_verdict_name(enum plan_verdict verdict);

/**
 * struct plan_options - what the plan depends on beside profile and host
 * @goal:	what it leads to
 * @uri:	connection the guest is started through; NULL by hand
 * @embed:	it is the embedded driver
 * @owns_nodes:	libvirt itself owns the group nodes for QEMU
 * @user, @uid:	user QEMU runs as, where not
 * @self:	that is the user who runs vmrun
 * @ordinary:	that one may not change the host
 * @limit_known, @limit_bytes: hard limit on locked memory of the daemon that starts QEMU, where that is not this process's
 * @accept:	codes accepted on the command line
 * @define, @define_only: attach: the guest's definition is changed, too; nothing else is
 * @persist:	the devices are to be persisted, too: then nothing may be on them that the host needs at its next start
 */
struct plan_options {
	enum plan_goal goal;
	const char *uri;
	bool embed;
	bool owns_nodes;
	const char *user;
	uid_t uid;
	bool self;
	bool ordinary;
	bool limit_known;
	uint64_t limit_bytes;
	const struct strlist *accept;
	bool define, define_only;
	bool persist;
};

/**
 * struct plan - the plan
 * @profile, @host: what it was made from; must outlive it
 * @goal:	what it leads to
 * @uri:	connection; NULL by hand
 * @picks:	devices that change hands
 * @findings:	all findings of all picks
 * @verdict:	whether it may be executed
 * @busy:	refused, and the only obstacle is another run or guest
 * @steps:	@step_count steps
 * @needs:	what they need that an ordinary user may not do, a mask of NEED_BIT
 */
struct plan {
	const struct profile *profile;
	const struct host *host;
	enum plan_goal goal;
	char *uri;
	struct picks picks;
	struct findings findings;
	enum plan_verdict verdict;
	bool busy;
	struct plan_step *steps;
	size_t step_count;
	unsigned int needs;
};

/**
 * plan_build() - Make the plan of a profile on a host
 * @profile:	the profile; by hand one made by byhand_profile(), for a guest that runs by hotplug_profile()
 * @host:	the snapshot
 * @options:	goal, connection and accepted codes
 * @ret:	filled on success, also where the verdict is not PLAN_GO; plan_done()
 * @e:		ERR_NO_DEVICE as resolve(); ERR_USAGE for an unknown code to accept; ERR_VIRT for what the connection cannot do
 *
 * Pure: no system call is made.
 * Return: 0; -errno
 */
int plan_build(const struct profile *profile, const struct host *host,
	       const struct plan_options *options, struct plan *ret, struct err *e);

/** plan_vfio_driver() - Driver that hands @pick over: the profile's, the one it is with already, its variant, or vfio-pci */
const char *plan_vfio_driver(const struct host *host, const struct pick *pick);

/** plan_done() - Release what @plan owns */
void plan_done(struct plan *plan);

#endif
