// SPDX-License-Identifier: GPL-2.0-or-later
/* The pool as it is recorded: where devices on vfio-pci belong. */
#include "survey/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "model/journal.h"
#include "survey/statefile.h"

static int parse_record(const char *text, size_t len, void *ret, struct err *e)
{
	return pool_record_parse(text, len, ret, e);
}

int pool_load(const struct root *root, const struct pciaddr *addr, struct pool_record *ret,
	      struct err *e)
{
	_cleanup_free_ char *name =
		mem_printf(STATE_POOL_PREFIX "%s" STATE_SUFFIX, PCIADDR_STR(addr));

	return statefile_load(root, name, parse_record, ret, e);
}

static void scan_device(const struct root *root, struct device *dev)
{
	struct pool_record record = { 0 };
	struct err e = { 0 };
	int r = pool_load(root, &dev->addr, &record, &e);

	if (r == -ENOENT)
		return;
	if (r < 0) {
		log_debug("%s: %s", e.subject, e.message);
		strlist_add(&dev->unmeasured, "home");
	} else if (pool_record_is_of(&record, dev->vendor, dev->device)) {
		dev->record = mem_zalloc(sizeof(*dev->record));
		*dev->record = record;
	} else {
		pool_record_done(&record);
	}
}

void pool_scan(const struct root *root, struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].vfio)
			scan_device(root, &host->devices[i]);
}
