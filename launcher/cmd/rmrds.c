// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun rmrds: HPE's file that leaves a slot out of the memory firmware reserves. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/input.h"
#include "decide/rmrds.h"
#include "model/conrep.h"
#include "model/slots.h"

#define CURRENT_BYTES_MAX ((size_t)1 << 20)

/* What HPE's tools are told; the first loads, the second shows what the firmware has then. */
static const char *const commands_to_run[] = {
	"conrep -l -x conrep_rmrds.xml -f exclude.dat",
	"conrep -s -x conrep_rmrds.xml -f verify.dat",
	"reboot",
};

/* Facts that people have to know before; each as users and HPE reported it. */
static const char *const costs[] = {
	"iLO no longer gets sensor and inventory data of the slot; fans may run at another speed",
};

static const char *const limits[] = {
	"only cards in slots 1 to 16: network ports on the board, FlexibleLOM, embedded Smart Array, "
	"chipset SATA and iLO have no section",
	"ProLiant Gen8 only: the MicroServer Gen8 is reported not to work; Gen9 and later have "
	"\"HP Shared Memory features\" of the network card in System Utilities instead",
	"the number is that of the physical slot, as iLO shows it, not the bus number",
};

static const char *const reports[] = {
	"works: DL360e Gen8 (P73) with a network card, DL380p Gen8 (P70) with a H220 disk "
	"controller, ML350p Gen8",
	"works not: MicroServer Gen8; one report says that it helps network cards but not disk "
	"controllers, which the H220 above contradicts",
};

static const char *const sources[] = {
	"conrep: HPE's package hp-scripting-tools; on Debian it needs hp-health, too",
	"conrep_rmrds.xml: HPE advisory c04781229; the copy others use has sha256 "
	"1d4c6198ba6515cc6596e38bd13e6b53ecc2e6d4f4b11914185d203b435ca2fd",
};

/**
 * struct rmrds - what is asked for and what comes out
 * @args:	command line
 * @host:	snapshot
 * @shown:	devices it is asked for
 * @wanted:	slots they are in
 * @current:	the saved file, as it is before
 * @given:	there is one
 * @document:	the file to load
 */
struct rmrds {
	const struct args *args;
	const struct host *host;
	bool *shown;
	bool wanted[CONREP_SLOT_MAX + 1];
	struct conrep current;
	bool given;
	char *document;
};

static void rmrds_done(struct rmrds *r)
{
	free(r->shown);
	free(r->document);
	conrep_done(&r->current);
}

static int read_current(struct rmrds *r, struct err *e)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int status;

	if (!args_has(r->args, CURRENT))
		return 0;
	status = input_read(r->args->current, CURRENT_BYTES_MAX, &text, &len, e);
	if (status < 0)
		return status;
	status = conrep_parse(text, len, &r->current, e);
	if (status == 0 && !r->current.known) {
		status = err_set(
			e, ERR_USAGE, EINVAL, NULL,
			"it has no section RMRDS_SlotN: it was saved with another definition");
		err_fix(e, "conrep -s -x conrep_rmrds.xml -f current.dat");
	}
	if (status < 0)
		err_wrap(e, "%s", r->args->current);
	r->given = status == 0;
	return status;
}

/* The slots of all devices that were asked for; one that cannot be excluded ends it. */
static int find_slots(struct rmrds *r, struct err *e)
{
	for (size_t i = 0; i < r->host->device_count; i++) {
		unsigned int slot;
		int status;

		if (!r->shown[i])
			continue;
		status = rmrds_slot(r->host, &r->host->devices[i], &slot, e);
		if (status < 0)
			return status;
		r->wanted[slot] = true;
	}
	return 0;
}

static int make_document(struct rmrds *r, struct err *e)
{
	struct conrep changed;
	int status = 0;

	if (!r->given) {
		r->document = conrep_new(r->wanted);
		return 0;
	}
	/* What it says now is wanted afterwards, too. */
	status = conrep_parse(r->current.text, r->current.len, &changed, e);
	for (unsigned int slot = 1; status == 0 && slot <= CONREP_SLOT_MAX; slot++)
		if (r->wanted[slot])
			status = conrep_exclude(&changed, slot, e);
	if (status < 0)
		return status;
	r->document = mem_strdup(changed.text);
	conrep_done(&changed);
	return 0;
}

static void note(const char *key, const char *text)
{
	fprintf(stderr, "  %-13s %s\n", key, text);
}

static void note_all(const char *key, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		note(i ? "" : key, texts[i]);
}

static void note_devices(const struct rmrds *r)
{
	for (size_t i = 0; i < r->host->device_count; i++) {
		const struct device *dev = &r->host->devices[i];
		const struct slot *slot = slots_of_device(r->host, dev);
		_cleanup_free_ char *text = NULL;

		if (!r->shown[i])
			continue;
		text = mem_printf("%d (\"%s\"): %s %s", dev->slot, slot ? slot->name : "",
				  PCIADDR_STR(&dev->addr), dev->name);
		note("slot", text);
		if (rmrds_needed(r->host, dev) == FACT_NO)
			note("",
			     "firmware's table reserves no memory for it: this is not needed for it");
	}
}

static void note_current(const struct rmrds *r)
{
	struct strlist slots = { 0 };
	_cleanup_free_ char *list = NULL;

	for (unsigned int slot = 1; slot <= CONREP_SLOT_MAX; slot++)
		if (r->current.state[slot] == CONREP_EXCLUDED)
			strlist_addf(&slots, "%u", slot);
	list = strlist_join(&slots, ", ");
	note("excluded now", slots.count ? list : "no slot");
	strlist_done(&slots);
	if (r->current.platform && r->host->product &&
	    !strstr(r->current.platform, r->host->product))
		fprintf(stderr, "  %-13s %s was saved on another model: %s\n", "caution",
			r->args->current, r->current.platform);
}

static void print_text(const struct rmrds *r)
{
	if (!args_has(r->args, QUIET)) {
		note_devices(r);
		if (r->given)
			note_current(r);
		note("file", "is on standard output: vmrun rmrds … >exclude.dat");
		note_all("commands", commands_to_run, ARRAY_SIZE(commands_to_run));
		note("",
		     "the first ends with \"Conrep Return Code: 0\"; in verify.dat the slot says "
		     "Endpoints_Excluded");
		note_all("costs", costs, ARRAY_SIZE(costs));
		note_all("limits", limits, ARRAY_SIZE(limits));
		note_all("reports", reports, ARRAY_SIZE(reports));
		note_all("tools", sources, ARRAY_SIZE(sources));
	}
	fputs(r->document, stdout);
}

static void put_texts(struct json *o, const char *key, const char *const *texts, size_t count)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < count; i++)
		json_add_str(array, texts[i]);
	json_put(o, key, array);
}

static struct json *devices_json(const struct rmrds *r)
{
	struct json *devices = json_new_array();

	for (size_t i = 0; i < r->host->device_count; i++) {
		const struct device *dev = &r->host->devices[i];
		struct json *o;

		if (!r->shown[i])
			continue;
		o = json_new_object();
		json_put_str(o, "address", PCIADDR_STR(&dev->addr));
		json_put_str(o, "name", dev->name);
		json_put_int(o, "slot", dev->slot);
		if (rmrds_needed(r->host, dev) == FACT_UNKNOWN)
			json_put(o, "reserved", NULL);
		else
			json_put_bool(o, "reserved", rmrds_needed(r->host, dev) == FACT_YES);
		json_add(devices, o);
	}
	return devices;
}

static struct json *slots_json(const struct rmrds *r)
{
	struct json *slots = json_new_array();

	for (unsigned int slot = 1; slot <= CONREP_SLOT_MAX; slot++) {
		struct json *o;

		if (!r->wanted[slot] && r->current.state[slot] == CONREP_ABSENT)
			continue;
		o = json_new_object();
		json_put_int(o, "slot", slot);
		json_put_str(o, "before", conrep_state_name(r->current.state[slot]));
		json_put_str(o, "after",
			     conrep_state_name(r->wanted[slot] ? CONREP_EXCLUDED
							       : r->current.state[slot]));
		json_add(slots, o);
	}
	return slots;
}

static void print_object(const struct rmrds *r)
{
	struct json *o = json_new_object();

	json_put_str(o, "schema", "vmrun.rmrds/1");
	json_put_str(o, "vendor", r->host->vendor);
	json_put_str(o, "product", r->host->product);
	json_put(o, "devices", devices_json(r));
	json_put(o, "slots", slots_json(r));
	json_put_str(o, "document", r->document);
	put_texts(o, "commands", commands_to_run, ARRAY_SIZE(commands_to_run));
	put_texts(o, "costs", costs, ARRAY_SIZE(costs));
	put_texts(o, "limits", limits, ARRAY_SIZE(limits));
	put_texts(o, "reports", reports, ARRAY_SIZE(reports));
	put_texts(o, "tools", sources, ARRAY_SIZE(sources));
	print_json(o);
}

static int run_rmrds(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_(rmrds_done) struct rmrds r = { .args = args, .host = &scene.host };
	struct err e = { 0 };
	int status = read_current(&r, &e);

	if (status == 0)
		status = scene_open(args, false, &scene, &e);
	if (status == 0)
		status = scene_survey(&scene, &e);
	if (status == 0) {
		r.shown = mem_zalloc((scene.host.device_count + 1) * sizeof(*r.shown));
		status = select_devices(args, &scene.host, r.shown, &e);
	}
	if (status == 0)
		status = find_slots(&r, &e);
	if (status == 0)
		status = make_document(&r, &e);
	if (status < 0)
		return report_error(args, &e);
	if (args_has(args, JSON))
		print_object(&r);
	else
		print_text(&r);
	return ERR_NONE;
}

const struct command command_rmrds = {
	.name = "rmrds",
	.synopsis = "SELECTOR…",
	.help = "HPE ProLiant Gen8: have firmware reserve no memory for a card's slot (conrep)",
	.options = OPT(JSON) | OPT(SYSROOT) | OPT(CURRENT),
	.min_words = 1,
	.max_words = SIZE_MAX,
	.needs = PRIVS_SURVEY,
	.run = run_rmrds,
};
