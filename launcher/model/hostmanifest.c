// SPDX-License-Identifier: GPL-2.0-or-later
/* What host setup wrote and what was there before: to and from its JSON document. */
#include "model/hostmanifest.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

#define SCHEMA "vmrun.host-manifest/1"

static const char *const state_names[] = {
	[HOSTMANIFEST_APPLYING] = "applying",
	[HOSTMANIFEST_APPLIED] = "applied",
	[HOSTMANIFEST_UNDOING] = "undoing",
};
static_assert(ARRAY_SIZE(state_names) == HOSTMANIFEST_STATES, "a name per state");

static struct json *version_json(const struct hostfile_version *version)
{
	struct json *o;

	if (!version->copy)
		return NULL;
	o = json_new_object();
	json_put_str(o, "copy", version->copy);
	json_put_int(o, "mode", version->mode);
	json_put_int(o, "uid", version->uid);
	json_put_int(o, "gid", version->gid);
	return o;
}

char *hostmanifest_text(const struct hostmanifest *manifest)
{
	_cleanup_json_ struct json *o = json_new_object();
	struct json *files = json_new_array();

	json_put_str(o, "schema", SCHEMA);
	json_put_str(o, "state", state_names[manifest->state]);
	json_put_int(o, "next", manifest->next);
	for (size_t i = 0; i < manifest->count; i++) {
		const struct hostfile_entry *entry = &manifest->entries[i];
		struct json *file = json_new_object();

		json_put_str(file, "path", entry->path);
		json_put(file, "former", version_json(&entry->former));
		json_put(file, "written", version_json(&entry->written));
		json_put(file, "previous", version_json(&entry->previous));
		json_add(files, file);
	}
	json_put(o, "files", files);
	json_put_list(o, "folders", &manifest->folders);
	json_put_list(o, "parameters", &manifest->parameters);
	json_put_list(o, "arguments", &manifest->arguments);
	return json_text(o);
}

/* A relative path that stays below where it begins. */
static bool stays_below(const char *path)
{
	if (!*path || *path == '/' || strlen(path) >= PATH_MAX)
		return false;
	for (const char *part = path; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (!strncmp(part, "..", 2) && (!part[2] || part[2] == '/'))
			return false;
	}
	return true;
}

static int read_number(const struct json *o, const char *key, unsigned int *ret)
{
	int64_t number;

	if (json_get_int(o, key, &number) < 0 || number < 0 || number > UINT_MAX)
		return -EINVAL;
	*ret = (unsigned int)number;
	return 0;
}

static int read_version(const struct json *o, struct hostfile_version *ret)
{
	const char *copy = json_get_str(o, "copy");

	if (!o)
		return 0;
	if (!copy || strchr(copy, '/') || !stays_below(copy) ||
	    read_number(o, "mode", &ret->mode) < 0 || ret->mode > 07777 ||
	    read_number(o, "uid", &ret->uid) < 0 || read_number(o, "gid", &ret->gid) < 0)
		return -EINVAL;
	ret->copy = mem_strdup(copy);
	return 0;
}

static int read_entry(const struct json *o, struct hostmanifest *ret)
{
	struct hostfile_entry *entry = mem_append(&ret->entries, &ret->count);
	const char *path = json_get_str(o, "path");

	if (!path || !stays_below(path))
		return -EINVAL;
	entry->path = mem_strdup(path);
	if (read_version(json_get(o, "former"), &entry->former) < 0 ||
	    read_version(json_get(o, "written"), &entry->written) < 0)
		return -EINVAL;
	return read_version(json_get(o, "previous"), &entry->previous);
}

static int read_list(const struct json *array, bool paths, struct strlist *ret)
{
	for (size_t i = 0; i < json_count(array); i++) {
		const char *text = json_at_str(array, i);

		if (!text || (paths && !stays_below(text)))
			return -EINVAL;
		strlist_add(ret, text);
	}
	return 0;
}

static int read_all(const struct json *o, struct hostmanifest *ret)
{
	const struct json *files = json_get(o, "files");
	const char *state = json_get_str(o, "state");
	int r = read_number(o, "next", &ret->next);

	ret->present = true;
	ret->state = HOSTMANIFEST_STATES;
	for (size_t i = 0; state && i < HOSTMANIFEST_STATES; i++)
		if (!strcmp(state, state_names[i]))
			ret->state = (enum hostmanifest_state)i;
	if (ret->state == HOSTMANIFEST_STATES)
		return -EINVAL;
	for (size_t i = 0; r == 0 && i < json_count(files); i++)
		r = read_entry(json_at(files, i), ret);
	if (r == 0)
		r = read_list(json_get(o, "folders"), true, &ret->folders);
	if (r == 0)
		r = read_list(json_get(o, "parameters"), false, &ret->parameters);
	if (r == 0)
		r = read_list(json_get(o, "arguments"), false, &ret->arguments);
	return r;
}

int hostmanifest_parse(const char *text, size_t len, struct hostmanifest *ret, struct err *e)
{
	_cleanup_json_ struct json *o = NULL;
	struct hostmanifest manifest = { 0 };
	const char *schema;
	int r = json_parse(text, len, &o, e);

	if (r < 0)
		return r;
	schema = json_get_str(o, "schema");
	if (!schema || strcmp(schema, SCHEMA) != 0)
		return err_set(e, ERR_UNEXPECTED, EINVAL, NULL, "not a manifest of this version");
	if (read_all(o, &manifest) < 0) {
		hostmanifest_done(&manifest);
		return err_set(e, ERR_UNEXPECTED, EINVAL, NULL, "the manifest is damaged");
	}
	*ret = manifest;
	return 0;
}

struct hostfile_entry *hostmanifest_find(const struct hostmanifest *manifest, const char *path)
{
	for (size_t i = 0; i < manifest->count; i++)
		if (!strcmp(manifest->entries[i].path, path))
			return &manifest->entries[i];
	return NULL;
}

static void entry_done(struct hostfile_entry *entry)
{
	free(entry->path);
	free(entry->former.copy);
	free(entry->written.copy);
	free(entry->previous.copy);
}

void hostmanifest_drop(struct hostmanifest *manifest, size_t index)
{
	entry_done(&manifest->entries[index]);
	manifest->count--;
	memmove(&manifest->entries[index], &manifest->entries[index + 1],
		(manifest->count - index) * sizeof(*manifest->entries));
}

void hostmanifest_done(struct hostmanifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++)
		entry_done(&manifest->entries[i]);
	free(manifest->entries);
	strlist_done(&manifest->folders);
	strlist_done(&manifest->parameters);
	strlist_done(&manifest->arguments);
	*manifest = (struct hostmanifest){ 0 };
}
