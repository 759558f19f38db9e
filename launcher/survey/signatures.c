// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose disks are, by what is written on them: members of LVM, md, ZFS, bcache; file systems. */
#include "survey/signatures.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "survey/probe.h"

/* Long enough for a disk that has to spin up. */
#define TIMEOUT_MS 12000

/** struct wanted - disks to be read, and their jobs, each once */
struct wanted {
	struct strlist names;
	struct probe_job *jobs;
	size_t count;
};

static void add_signature(struct disk *disk, const char *node, const char *type, const char *label)
{
	*mem_append(&disk->signatures, &disk->signature_count) = (struct signature){
		.name = mem_strdup(node), .type = mem_strdup(type), .label = mem_strdup(label)
	};
}

static void want(const struct root *root, const struct disk *disk, struct wanted *wanted)
{
	_cleanup_free_ char *dir = mem_printf("sys/class/block/%s", disk->name);
	struct strlist entries;
	struct probe_job *job;

	if (strlist_has(&wanted->names, disk->name))
		return;
	strlist_add(&wanted->names, disk->name);
	job = mem_append(&wanted->jobs, &wanted->count);
	strlist_add(&job->nodes, disk->node);
	if (root_list(root, dir, &entries) < 0)
		return;
	for (size_t i = 0; i < entries.count; i++) {
		_cleanup_free_ char *mark = mem_printf("%s/%s/partition", dir, entries.item[i]);

		if (!strncmp(entries.item[i], disk->name, strlen(disk->name)) &&
		    root_exists(root, mark))
			strlist_addf(&job->nodes, "/dev/%s", entries.item[i]);
	}
	strlist_done(&entries);
}

static void take(const struct wanted *wanted, struct disk *disk)
{
	for (size_t i = 0; i < wanted->count; i++) {
		const struct probe_job *job = &wanted->jobs[i];

		if (strcmp(wanted->names.item[i], disk->name))
			continue;
		disk->signatures_known = job->known;
		for (size_t k = 0; k < job->found_count; k++)
			add_signature(disk, job->found[k].name, job->found[k].type,
				      job->found[k].label);
	}
}

static void done(struct wanted *wanted)
{
	for (size_t i = 0; i < wanted->count; i++) {
		strlist_done(&wanted->jobs[i].nodes);
		for (size_t k = 0; k < wanted->jobs[i].found_count; k++)
			signature_done(&wanted->jobs[i].found[k]);
		free(wanted->jobs[i].found);
	}
	free(wanted->jobs);
	strlist_done(&wanted->names);
}

/* Of a captured host: [ { "disk": "/dev/sda", "known": true, "found": [ { "node", "type", "label" } ] } ]. */
static void take_captured(const struct json *rows, struct disk *disk)
{
	for (size_t i = 0; i < json_count(rows); i++) {
		const struct json *row = json_at(rows, i), *found = json_get(row, "found");
		const char *node = json_get_str(row, "disk");

		if (!node || strcmp(node, disk->node))
			continue;
		disk->signatures_known = json_get_bool(row, "known");
		for (size_t k = 0; k < json_count(found); k++) {
			const char *name = json_get_str(json_at(found, k), "node"),
				   *type = json_get_str(json_at(found, k), "type");

			if (name && type)
				add_signature(disk, name, type,
					      json_get_str(json_at(found, k), "label"));
		}
		return;
	}
}

static void read_all(const struct root *root, struct host *host)
{
	struct wanted wanted = { 0 };

	for (size_t i = 0; i < host->device_count; i++)
		for (size_t d = 0; d < host->devices[i].disk_count; d++)
			if (host->devices[i].disks[d].busy != FACT_UNKNOWN)
				want(root, &host->devices[i].disks[d], &wanted);
	probe_run(root, wanted.jobs, wanted.count, TIMEOUT_MS);
	for (size_t i = 0; i < host->device_count; i++)
		for (size_t d = 0; d < host->devices[i].disk_count; d++)
			take(&wanted, &host->devices[i].disks[d]);
	done(&wanted);
}

void signatures_scan(const struct root *root, const struct json *facts, struct host *host)
{
	const struct json *rows = json_get(facts, "signatures");

	if (root->live) {
		read_all(root, host);
		return;
	}
	for (size_t i = 0; i < host->device_count; i++)
		for (size_t d = 0; d < host->devices[i].disk_count; d++)
			take_captured(rows, &host->devices[i].disks[d]);
}

const struct signature *signatures_find(const struct disk *disk, const char *type)
{
	for (size_t i = 0; i < disk->signature_count; i++)
		if (!strcmp(disk->signatures[i].type, type))
			return &disk->signatures[i];
	return NULL;
}
