// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of the persisted pool, and the cards they are about. */
#include "survey/persist.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"

/* More files than a host has slots are not read. */
#define FILES_MAX 1024

static int load(const struct root *root, const char *name, struct persist *ret, struct err *e)
{
	_cleanup_free_ char *path = mem_printf(PERSIST_DIR "/%s", name), *text = NULL;
	size_t len;
	int r = root_read(root, path, PERSIST_SIZE_MAX, &text, &len);

	return r < 0 ? err_sys(e, -r, path, "cannot read") : persist_parse(text, len, name, ret, e);
}

static void damaged(struct persist *persist, const char *name, const struct err *e)
{
	*persist = (struct persist){ .file = mem_strdup(name),
				     .state = PERSIST_DAMAGED,
				     .device = -1,
				     .what = mem_printf("%s: %s", e->subject, e->message) };
}

/* A card that sits where another one is to be taken is refused as changed, whoever asks for it. */
static void note(struct host *host, const struct persist *persist)
{
	struct device *dev = persist->device < 0 ? NULL : &host->devices[persist->device];

	if (dev && persist->state == PERSIST_FOUND)
		dev->persisted = true;
	else if (dev && !dev->recorded.known)
		dev->recorded = identity_copy(&persist->identity);
}

void persist_scan(const struct root *root, struct host *host)
{
	struct strlist names;
	int r = root_list(root, PERSIST_DIR, &names);

	if (r < 0) {
		if (r != -ENOENT && r != -ENOTDIR)
			strlist_add(&host->unmeasured, "persisted");
		return;
	}
	for (size_t i = 0; i < names.count && host->persist_count < FILES_MAX; i++) {
		struct persist *persist;
		struct err e = { 0 };

		/* What an editor or an interrupted write leaves is none. */
		if (names.item[i][0] == '.' || names.item[i][strlen(names.item[i]) - 1] == '~')
			continue;
		persist = mem_append(&host->persists, &host->persist_count);
		if (load(root, names.item[i], persist, &e) < 0)
			damaged(persist, names.item[i], &e);
		else
			persist_find(persist, host);
		note(host, persist);
	}
	strlist_done(&names);
}
