// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors and refusals, for people and as JSON. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "decide/remedy.h"

void print_json(struct json *value)
{
	_cleanup_free_ char *text = json_text(value);

	fputs(text, stdout);
	json_free(value);
}

static struct json *finding_json(const struct host *host, const struct finding *finding)
{
	struct json *o = json_new_object();

	json_put_str(o, "code", finding_code_name(finding->code));
	json_put_str(o, "severity", severity_name(finding->severity));
	json_put_str(o, "device",
		     finding->device < 0 ? NULL
					 : PCIADDR_STR(&host->devices[finding->device].addr));
	json_put_str(o, "message", finding->message);
	json_put_str(o, "fix", finding->fix);
	json_put_bool(o, "predicted", finding->predicted);
	json_put_bool(o, "accepted", finding->accepted);
	return o;
}

struct json *findings_json(const struct host *host, const struct findings *findings)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < findings->count; i++)
		json_add(array, finding_json(host, &findings->item[i]));
	return array;
}

static void print_error(const struct err *e)
{
	fprintf(stderr, "vmrun: %s%s%s\n", e->subject, e->subject[0] ? ": " : "", e->message);
	if (e->fix[0])
		fprintf(stderr, "  fix           %s\n", e->fix);
}

static void print_error_json(const struct err *e, struct json *findings)
{
	struct json *o = json_new_object();
	_cleanup_free_ char *message =
		mem_printf("%s%s%s", e->subject, e->subject[0] ? ": " : "", e->message);

	json_put_str(o, "schema", "vmrun.error/1");
	json_put_int(o, "exit", e->kind);
	json_put_str(o, "message", message);
	json_put_str(o, "fix", e->fix[0] ? e->fix : NULL);
	json_put(o, "findings", findings);
	print_json(o);
}

int report_error(const struct args *args, const struct err *e)
{
	print_error(e);
	if (args_has(args, JSON))
		print_error_json(e, json_new_array());
	return (int)e->kind;
}

int report_error_findings(const struct args *args, const struct err *e, const struct plan *plan)
{
	if (!args_has(args, JSON))
		return report_error(args, e);
	print_error_json(e, findings_json(plan->host, &plan->findings));
	return (int)e->kind;
}

void refusal_error(const struct plan *plan, struct err *ret)
{
	/* By hand the device says it all. */
	const char *name = plan->goal == PLAN_START ? plan->profile->file : NULL;

	if (plan->verdict == PLAN_UNKNOWN) {
		enum err_kind kind = plan->findings.needs_privilege ? ERR_PRIVILEGE : ERR_REFUSED;

		err_set(ret, kind, EPERM, name, "what decides could not be measured: %s",
			plan->findings.unknown.item[0]);
		err_fix(ret, "%s",
			kind == ERR_PRIVILEGE
				? remedy_unmeasured(
					  plan->host,
					  "run it as root: sudo vmrun … (to look takes CAP_DAC_READ_SEARCH and CAP_SYS_PTRACE); "
					  "or have root put the devices into the pool")
				: "capture the host again, as root");
		return;
	}
	for (size_t i = 0; i < plan->findings.count; i++) {
		const struct finding *finding = &plan->findings.item[i];

		if (finding->severity < SEVERITY_REFUSE)
			continue;
		err_set(ret, plan->busy ? ERR_BUSY : ERR_REFUSED, EBUSY, name, "%s: %s: %s",
			PCIADDR_STR(&plan->host->devices[finding->device].addr),
			finding_code_name(finding->code), finding->message);
		err_fix(ret, "%s", finding->fix ? finding->fix : "");
		return;
	}
}

/* A sibling's own finding is shown where it is found; the "sibling" that repeats it for the device is not. */
static bool shown_elsewhere(const struct plan *plan, const struct finding *finding)
{
	return finding->cause >= 0 && picks_find(&plan->picks, (size_t)finding->cause);
}

/* The [pci] section a finding belongs to. */
static const struct pick *pick_of(const struct plan *plan, const struct finding *finding)
{
	const struct pick *pick = picks_find(&plan->picks, (size_t)finding->device);

	for (size_t i = 0; !pick && i < plan->picks.need_count; i++)
		if (plan->picks.needs[i].pick.device == (size_t)finding->device)
			pick = &plan->picks.needs[i].pick;
	return pick;
}

/*
 * What can be accepted at all, and where: in the profile only for a card that its section names (vmrun.profile(5)), by hand
 * on the command line, for libvirt's hook in the domain's metadata.
 */
static void print_accept(const struct plan *plan, const struct finding *finding,
			 const struct pick *pick)
{
	const char *code = finding_code_name(finding->code);

	if (finding->severity != SEVERITY_REFUSE)
		return;
	fprintf(stderr, "  %-13s ", "accept");
	if (pick && plan->profile->origin == PROFILE_DOMAIN)
		fprintf(stderr,
			"accept=\"%s\" in <vmrun:device address=\"%s\"/> of the domain's metadata (vmrun(8), hook)\n",
			code, pick->want->selectors[0].text);
	else if (!pick || plan->profile->origin != PROFILE_FILE)
		fprintf(stderr, "--accept %s\n", code);
	else
		fprintf(stderr, "accept = %s in [pci \"%s\"]%s, or --accept %s\n", code,
			pick->want->id,
			profile_pci_pins(pick->want)
				? ""
				: ", once it has address, path, slot or expect",
			code);
}

static void print_finding(const struct plan *plan, const struct finding *finding)
{
	const struct host *host = plan->host;
	const struct device *dev = &host->devices[finding->device];
	const struct group *group = host_group(host, dev);
	const struct pick *pick = pick_of(plan, finding);

	fprintf(stderr, "  %-13s %s", finding_code_name(finding->code), PCIADDR_STR(&dev->addr));
	if (pick && pick->role == PICK_SIBLING && group)
		fprintf(stderr, " (sibling, group %d)", group->id);
	fprintf(stderr, ": %s%s%s\n", finding->message,
		finding->predicted ? " (predicted: the IOMMU is off)" : "",
		finding->severity == SEVERITY_BLOCK ? " [block]" : " [refuse]");
	if (finding->fix)
		fprintf(stderr, "  %-13s %s\n", "fix", finding->fix);
	print_accept(plan, finding, pick);
}

/* The device whose block a finding of @pick stands in: itself, or for a sibling the first of its group that is attached. */
static const struct pick *head_of(const struct plan *plan, const struct pick *pick)
{
	const struct host *host = plan->host;

	for (size_t i = 0; pick->role == PICK_SIBLING && i < plan->picks.count; i++) {
		const struct pick *other = &plan->picks.item[i];

		if (other->want == pick->want && other->role == PICK_ATTACH &&
		    host->devices[other->device].group == host->devices[pick->device].group)
			return other;
	}
	return pick;
}

/* Where the device is asked for, as far as that has lines (a domain that libvirt starts has none); by hand nowhere. */
static void print_head(const struct plan *plan, const struct pick *head)
{
	fprintf(stderr, "vmrun: ");
	if (plan->goal == PLAN_START && head->want->line)
		fprintf(stderr, "%s:%u: %s: ", plan->profile->file, head->want->line,
			head->want->id);
	else if (plan->goal == PLAN_START)
		fprintf(stderr, "%s: %s: ", plan->profile->file, head->want->id);
	fprintf(stderr, "%s %s\n", PCIADDR_STR(&plan->host->devices[head->device].addr),
		plan->busy ? "busy" : "refused");
}

/* One block per device that is asked for, headed by it and its section. */
static void print_block(const struct plan *plan, const struct pick *head)
{
	bool headed = false;

	for (size_t i = 0; i < plan->findings.count; i++) {
		const struct finding *finding = &plan->findings.item[i];
		const struct pick *pick = pick_of(plan, finding);

		if (finding->severity < SEVERITY_REFUSE || !pick || head_of(plan, pick) != head ||
		    shown_elsewhere(plan, finding))
			continue;
		if (!headed)
			print_head(plan, head);
		headed = true;
		print_finding(plan, finding);
	}
}

int report_refusal(const struct args *args, const struct plan *plan)
{
	struct err e = { 0 };

	refusal_error(plan, &e);
	if (args_has(args, JSON))
		return (int)e.kind;
	if (plan->verdict == PLAN_REFUSED) {
		for (size_t i = 0; i < plan->picks.count; i++)
			print_block(plan, &plan->picks.item[i]);
		for (size_t i = 0; i < plan->picks.need_count; i++)
			print_block(plan, &plan->picks.needs[i].pick);
		return (int)e.kind;
	}
	fprintf(stderr, "vmrun: %s: what decides could not be measured\n", plan->profile->file);
	for (size_t i = 0; i < plan->findings.unknown.count; i++)
		fprintf(stderr, "  %-13s %s\n", "unknown", plan->findings.unknown.item[i]);
	fprintf(stderr, "  %-13s %s\n", "fix", e.fix);
	return (int)e.kind;
}

int report_refused(const struct args *args, const struct plan *plan)
{
	struct err e = { 0 };

	if (!args_has(args, JSON))
		return report_refusal(args, plan);
	refusal_error(plan, &e);
	return report_error_findings(args, &e, plan);
}
