// SPDX-License-Identifier: GPL-2.0-or-later
/* The journal: to and from its JSON document. */
#include "model/journal.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

#define JOURNAL_SCHEMA "vmrun.journal/1"
static struct json *vf_json(const struct journal_device *dev)
{
	struct json *o = json_new_object();

	json_put_str(o, "pf", PCIADDR_STR(&dev->pf));
	json_put_int(o, "number", dev->vf_number);
	json_put(o, "before", vf_to_json(&dev->vf_before));
	return o;
}

static struct json *device_json(const struct journal_device *dev)
{
	struct json *o = json_new_object();

	json_put_str(o, "address", PCIADDR_STR(&dev->addr));
	json_put_int(o, "group", dev->group);
	json_put_int(o, "vendor", dev->vendor);
	json_put_int(o, "device", dev->device);
	json_put(o, "before", binding_json(&dev->before));
	json_put(o, "home", binding_json(&dev->home));
	json_put_str(o, "driver", dev->driver);
	if (dev->users)
		json_put_str(o, "users", dev->users);
	past_put(o, &dev->past);
	json_put_bool(o, "to_pool", dev->to_pool);
	json_put_bool(o, "attach", dev->attach);
	if (dev->vf_number >= 0)
		json_put(o, "vf", vf_json(dev));
	json_put_int(o, "janitor", dev->janitor);
	json_put_int(o, "janitor_started", (int64_t)dev->janitor_started);
	return o;
}

static struct json *node_json(const struct journal_node *node)
{
	struct json *o = json_new_object();

	json_put_int(o, "group", node->group);
	if (node->number >= 0) {
		json_put_int(o, "number", node->number);
		json_put_str(o, "address", PCIADDR_STR(&node->addr));
	}
	json_put_int(o, "uid", node->uid);
	json_put_int(o, "gid", node->gid);
	json_put_int(o, "mode", node->mode);
	return o;
}

char *journal_text(const struct journal *journal)
{
	_cleanup_json_ struct json *o = json_new_object();
	struct json *devices = json_new_array(), *nodes = json_new_array();

	json_put_str(o, "schema", JOURNAL_SCHEMA);
	json_put_str(o, "guest", journal->guest);
	if (journal->verb)
		json_put_str(o, "verb", journal->verb);
	json_put_str(o, "uuid", journal->uuid);
	json_put_str(o, "profile", journal->profile);
	json_put_str(o, "uri", journal->uri);
	json_put_str(o, "embed", journal->embed);
	json_put_int(o, "pid", journal->pid);
	json_put_int(o, "started", (int64_t)journal->started);
	json_put_str(o, "boot", journal->boot);
	json_put_bool(o, "guest_started", journal->guest_started);
	json_put_bool(o, "by_hook", journal->by_hook);
	json_put_bool(o, "hooked", journal->hooked);
	json_put_bool(o, "released", journal->released);
	json_put_bool(o, "ending", journal->ending);
	for (size_t i = 0; i < journal->device_count; i++)
		json_add(devices, device_json(&journal->devices[i]));
	json_put(o, "devices", devices);
	for (size_t i = 0; i < journal->node_count; i++)
		json_add(nodes, node_json(&journal->nodes[i]));
	json_put(o, "nodes", nodes);
	return json_text(o);
}

static int wrong(struct err *e, const char *member)
{
	return err_set(e, ERR_UNEXPECTED, EINVAL, NULL, "journal: \"%s\" is missing or wrong",
		       member);
}

/* Member @key of @o as a number from 0 to @max. */
static int number(const struct json *o, const char *key, int64_t max, int64_t *ret, struct err *e)
{
	if (json_get_int(o, key, ret) < 0 || *ret < 0 || *ret > max)
		return wrong(e, key);
	return 0;
}

/* The same, and 0 where there is none: a journal may be older than the member. */
static int number_or_zero(const struct json *o, const char *key, int64_t max, int64_t *ret,
			  struct err *e)
{
	*ret = 0;
	return json_get(o, key) ? number(o, key, max, ret, e) : 0;
}

static int vf_read(const struct json *o, struct journal_device *dev, struct err *e)
{
	const char *pf = json_get_str(o, "pf");
	int64_t index;
	int r;

	dev->vf_number = -1;
	if (!o)
		return 0;
	if (!pf || pciaddr_parse(pf, &dev->pf) < 0)
		return wrong(e, "pf");
	r = number(o, "number", UINT16_MAX, &index, e);
	if (r < 0)
		return r;
	dev->vf_number = (int)index;
	return vf_from_json(json_get(o, "before"), &dev->vf_before) < 0 ? wrong(e, "before") : 0;
}

static int device_read(const struct json *o, struct journal_device *dev, struct err *e)
{
	const char *address = json_get_str(o, "address");
	int64_t group, vendor, device, janitor, started;
	int r;

	if (!address || pciaddr_parse(address, &dev->addr) < 0)
		return wrong(e, "address");
	r = number(o, "group", INT_MAX, &group, e);
	if (r == 0)
		r = number(o, "vendor", UINT16_MAX, &vendor, e);
	if (r == 0)
		r = number(o, "device", UINT16_MAX, &device, e);
	if (r == 0)
		r = number_or_zero(o, "janitor", INT_MAX, &janitor, e);
	if (r == 0)
		r = number_or_zero(o, "janitor_started", INT64_MAX, &started, e);
	if (r == 0)
		r = vf_read(json_get(o, "vf"), dev, e);
	if (r < 0)
		return r;
	dev->group = (int)group;
	dev->vendor = (uint16_t)vendor;
	dev->device = (uint16_t)device;
	dev->janitor = (pid_t)janitor;
	dev->janitor_started = (uint64_t)started;
	dev->before = binding_read(json_get(o, "before"));
	dev->home = binding_read(json_get(o, "home"));
	/* A journal may be older than the member. */
	dev->driver =
		mem_strdup(json_get_str(o, "driver") ? json_get_str(o, "driver") : VFIO_DRIVER);
	dev->users = mem_strdup(json_get_str(o, "users"));
	dev->past = past_read(o);
	dev->to_pool = json_get_bool(o, "to_pool");
	dev->attach = json_get_bool(o, "attach");
	return 0;
}

static int node_read(const struct json *o, struct journal_node *node, struct err *e)
{
	const char *address = json_get_str(o, "address");
	struct pciaddr addr = { 0 };
	int64_t group, of_device = -1, uid, gid, mode;
	int r = number(o, "group", INT_MAX, &group, e);

	/* A journal may be older than these two members. */
	if (r == 0 && address)
		r = pciaddr_parse(address, &addr) < 0 ? wrong(e, "address")
						      : number(o, "number", INT_MAX, &of_device, e);
	if (r == 0)
		r = number(o, "uid", UINT32_MAX, &uid, e);
	if (r == 0)
		r = number(o, "gid", UINT32_MAX, &gid, e);
	if (r == 0)
		r = number(o, "mode", 07777, &mode, e);
	if (r < 0)
		return r;
	*node = (struct journal_node){ (int)group, (int)of_device, addr,
				       (uid_t)uid, (gid_t)gid,	   (mode_t)mode };
	return 0;
}

static int lists_read(const struct json *o, struct journal *journal, struct err *e)
{
	const struct json *devices = json_get(o, "devices"), *nodes = json_get(o, "nodes");
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_count(devices); i++)
		r = device_read(json_at(devices, i),
				mem_append(&journal->devices, &journal->device_count), e);
	for (size_t i = 0; r == 0 && i < json_count(nodes); i++)
		r = node_read(json_at(nodes, i), mem_append(&journal->nodes, &journal->node_count),
			      e);
	return r;
}

static int read_journal(const struct json *o, struct journal *journal, struct err *e)
{
	const char *schema = json_get_str(o, "schema");
	int64_t pid, started;
	int r;

	if (!schema || strcmp(schema, JOURNAL_SCHEMA))
		return wrong(e, "schema");
	journal->guest = mem_strdup(json_get_str(o, "guest"));
	journal->verb = mem_strdup(json_get_str(o, "verb"));
	journal->uuid = mem_strdup(json_get_str(o, "uuid"));
	journal->profile = mem_strdup(json_get_str(o, "profile"));
	journal->uri = mem_strdup(json_get_str(o, "uri"));
	journal->embed = mem_strdup(json_get_str(o, "embed"));
	journal->boot = mem_strdup(json_get_str(o, "boot"));
	journal->guest_started = json_get_bool(o, "guest_started");
	journal->by_hook = json_get_bool(o, "by_hook");
	journal->hooked = json_get_bool(o, "hooked");
	journal->released = json_get_bool(o, "released");
	journal->ending = json_get_bool(o, "ending");
	if (!journal->guest || !journal->uuid || !journal->uri || !journal->boot)
		return wrong(e, "guest, uuid, uri or boot");
	r = number(o, "pid", INT_MAX, &pid, e);
	if (r == 0)
		r = number(o, "started", INT64_MAX, &started, e);
	if (r < 0)
		return r;
	journal->pid = (pid_t)pid;
	journal->started = (uint64_t)started;
	return lists_read(o, journal, e);
}

int journal_parse(const char *text, size_t len, struct journal *ret, struct err *e)
{
	_cleanup_json_ struct json *o = NULL;
	struct journal journal = { 0 };
	int r = json_parse(text, len, &o, e);

	if (r < 0)
		return r;
	r = read_journal(o, &journal, e);
	if (r < 0) {
		journal_done(&journal);
		return r;
	}
	*ret = journal;
	return 0;
}

char *journal_who(const struct journal *journal)
{
	return journal->verb ? mem_printf("vmrun %s", journal->verb)
			     : mem_printf("guest %s", journal->guest);
}

void journal_forget(struct journal *journal, size_t index)
{
	struct journal_device *dev = &journal->devices[index];

	binding_done(&dev->before);
	binding_done(&dev->home);
	free(dev->driver);
	free(dev->users);
	past_done(&dev->past);
	journal->device_count--;
	memmove(dev, dev + 1, (journal->device_count - index) * sizeof(*dev));
}

void journal_done(struct journal *journal)
{
	while (journal->device_count)
		journal_forget(journal, journal->device_count - 1);
	free(journal->devices);
	free(journal->nodes);
	free(journal->guest);
	free(journal->verb);
	free(journal->uuid);
	free(journal->profile);
	free(journal->uri);
	free(journal->embed);
	free(journal->boot);
	*journal = (struct journal){ 0 };
}
