/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What attach and detach share: which guest is meant, whether it runs, and what of it is to be changed. */
#ifndef VMRUN_CMD_PLUG_H
#define VMRUN_CMD_PLUG_H

#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "model/journal.h"

/**
 * struct plug - one call of attach or detach
 * @args:	command line
 * @scene:	host, connection, plan
 * @guest:	the guest's journal; where vmrun has none, made from what libvirt knows, with the devices its XML names
 * @journalled:	it is the journal on disk
 * @memory_bytes: the guest's memory, where nothing of the host pins it yet; else 0
 * @active, @persistent: it runs; libvirt has a definition of it (not known where @journalled)
 * @live, @config: what is to be changed
 * @after:	--after
 * @timeout_ms:	--timeout
 * @lock:	the host's lock, or -1
 */
struct plug {
	const struct args *args;
	struct scene scene;
	struct journal guest;
	bool journalled;
	uint64_t memory_bytes;
	bool active, persistent;
	bool live, config;
	enum pci_after after;
	int timeout_ms;
	int lock;
	struct progress_line line;
	struct progress progress;
};

#define PLUG_INIT(a)                                         \
	{                                                    \
		.args = (a), .scene = SCENE_INIT, .lock = -1 \
	}

/**
 * plug_open() - Read the options, find the guest and its connection
 * @plug:	PLUG_INIT(); plug_close()
 * @e:		ERR_NO_DEVICE where there is no such guest; ERR_VIRT; ERR_USAGE
 *
 * Return: 0; -errno
 */
int plug_open(struct plug *plug, struct err *e);

/** plug_close() - Release what @plug owns */
void plug_close(struct plug *plug);

/**
 * plug_check_driver() - Refuse a guest in the embedded driver of another process, which alone can change it
 * @plug:	after plug_open()
 * @e:		ERR_VIRT
 *
 * Return: 0; -EOPNOTSUPP
 */
int plug_check_driver(const struct plug *plug, struct err *e);

/**
 * plug_check_definition() - Refuse to plan a change of a definition that is not there
 * @plug:	after plug_open()
 * @e:		ERR_VIRT
 *
 * libvirt is asked, where it answers; of a captured host the journal says whether vmrun started the guest, which makes it
 * one without a definition.
 *
 * Return: 0, also where that cannot be known; -EOPNOTSUPP
 */
int plug_check_definition(const struct plug *plug, struct err *e);

/**
 * plug_one() - Plug one device in, or have the guest give it up
 * @plug:	guest, connection, and what of it is to be changed
 * @addr:	the device
 * @detach:	which of the two
 * @e:		as virt_plug()
 *
 * Return: 0; -errno
 */
int plug_one(struct plug *plug, const struct pciaddr *addr, bool detach, struct err *e);

/** plug_result() - What was done, as JSON: schema vmrun.VERB/1, guest, live, config, devices; print_json() */
struct json *plug_result(const struct plug *plug, const char *schema,
			 const struct strlist *devices);

#endif
