// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: journals, pool records and records of virtual functions, which root reads after a crash. */
#include "model/journal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/vf_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A record that is taken reads the same again; one that is not leaves nothing behind. */
static void check_pool(const char *text, size_t len)
{
	_cleanup_free_ char *first = NULL, *second = NULL;
	struct pool_record record = { 0 }, again = { 0 };

	if (pool_record_parse(text, len, &record, NULL) < 0) {
		if (record.home.driver || record.home.override || record.past.disks.count)
			abort();
		return;
	}
	first = pool_record_text(&(struct pciaddr){ 0 }, &record);
	if (pool_record_parse(first, strlen(first), &again, NULL) < 0)
		abort();
	second = pool_record_text(&(struct pciaddr){ 0 }, &again);
	if (strcmp(first, second))
		abort();
	pool_record_done(&record);
	pool_record_done(&again);
}

static void check_vf_record(const char *bytes, size_t len)
{
	_cleanup_free_ char *text = NULL;
	struct vf_record record, again;

	if (vf_record_parse(bytes, len, &record, NULL) < 0)
		return;
	text = vf_record_text(&record);
	if (vf_record_parse(text, strlen(text), &again, NULL) < 0 || again.count != record.count ||
	    !pciaddr_equal(&again.pf, &record.pf) || again.autoprobe != record.autoprobe)
		abort();
}

/**
 * LLVMFuzzerTestOneInput() - A journal that is taken is whole, and reads the same again once it
 * has been written
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = NULL, *second = NULL;
	struct journal journal = { 0 }, again = { 0 };
	struct err e = { 0 };

	check_pool((const char *)data, size);
	check_vf_record((const char *)data, size);
	if (journal_parse((const char *)data, size, &journal, &e) < 0) {
		if (journal.guest || journal.devices || !e.message[0])
			abort();
		return 0;
	}
	if (!journal.guest || !journal.uuid || !journal.uri || !journal.boot)
		abort();
	text = journal_text(&journal);
	if (journal_parse(text, strlen(text), &again, &e) < 0)
		abort();
	second = journal_text(&again);
	if (strcmp(text, second))
		abort();
	journal_done(&journal);
	journal_done(&again);
	return 0;
}
