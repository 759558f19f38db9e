// SPDX-License-Identifier: GPL-2.0-or-later
/* Profile × host → the devices a guest gets and the siblings that go with them. */
#include "decide/resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/verdict.h"
#include "decide/vfs.h"

/* How many matching devices an ambiguity error lists by name. */
#define LISTED_MAX 8

const char *pick_role_name(enum pick_role role)
{
	return role == PICK_ATTACH ? "attach" : "sibling";
}

const struct pick *picks_find(const struct picks *picks, size_t device)
{
	for (size_t i = 0; i < picks->count; i++)
		if (picks->item[i].device == device)
			return &picks->item[i];
	return NULL;
}

void picks_done(struct picks *picks)
{
	free(picks->item);
	free(picks->needs);
	*picks = (struct picks){ 0 };
}

/* Storage stays with vfio-pci, so that the host never assembles the guest's arrays, volume groups and pools. */
static enum pci_after default_after(const struct host *host, const struct device *dev)
{
	/* A function that was made for guests goes when they have ended, and the host's drivers never see it. */
	if (dev->physfn >= 0 && host->devices[dev->physfn].sriov_made)
		return AFTER_HOST;
	return dev->class_code >> 16 == 0x01 ? AFTER_POOL : AFTER_HOST;
}

static void add_pick(struct picks *picks, const struct host *host, const struct profile_pci *want,
		     size_t device, enum pick_role role)
{
	enum pci_after after = role == PICK_ATTACH ? want->after : AFTER_DEFAULT;

	if (after == AFTER_DEFAULT)
		after = default_after(host, &host->devices[device]);
	*mem_append(&picks->item, &picks->count) =
		(struct pick){ .want = want, .device = device, .role = role, .after = after };
}

/* @pf is the index of the physical function whose virtual ones are meant, or -1. */
static bool matches(const struct profile_pci *want, int pf, const struct device *dev)
{
	if (pf >= 0 && dev->physfn != pf)
		return false;
	for (size_t i = 0; i < want->selector_count; i++)
		if (!selector_matches(&want->selectors[i], dev))
			return false;
	return true;
}

/* A device of the pool that a guest has is of the pool all the same: it is busy, rather than not there. */
static bool comes_from(const struct profile_pci *want, const struct device *dev)
{
	bool pooled = dev->state == DEVICE_POOL || dev->record;

	return want->from == FROM_ANYWHERE || (want->from == FROM_POOL) == pooled;
}

static bool by_address(const struct profile_pci *want)
{
	for (size_t i = 0; i < want->selector_count; i++)
		if (want->selectors[i].kind == SELECTOR_ADDRESS ||
		    want->selectors[i].kind == SELECTOR_PATH)
			return true;
	return false;
}

static char *describe_selectors(const struct profile_pci *want)
{
	struct strlist parts = { 0 };
	char *text;

	if (want->vf_of) {
		_cleanup_free_ char *pf = selector_shown(want->vf_of);

		strlist_addf(&parts, "vf-of=%s", pf);
	}
	for (size_t i = 0; i < want->selector_count; i++)
		strlist_addf(&parts, "%s=%s", selector_key(want->selectors[i].kind),
			     want->selectors[i].text);
	if (want->from != FROM_ANYWHERE)
		strlist_addf(&parts, "from=%s", want->from == FROM_POOL ? "pool" : "host");
	text = strlist_join(&parts, " ");
	strlist_done(&parts);
	return text;
}

/**
 * struct candidates - devices that satisfy a section
 * @free:	not taken by an earlier section
 * @taken:	index of a matching device that is taken, or -1
 */
struct candidates {
	size_t *free;
	size_t free_count;
	int taken;
};

static void find_candidates(const struct profile_pci *want, int pf, const struct host *host,
			    const struct picks *picks, struct candidates *ret)
{
	*ret = (struct candidates){ .taken = -1 };
	for (size_t i = 0; i < host->device_count; i++) {
		if (!matches(want, pf, &host->devices[i]) || !comes_from(want, &host->devices[i]))
			continue;
		if (picks_find(picks, i))
			ret->taken = (int)i;
		else
			*mem_append(&ret->free, &ret->free_count) = i;
	}
}

/* What a command line or a domain could say in place of a profile's keys differs. */
static int absent_fix(enum profile_origin origin, struct err *e)
{
	switch (origin) {
	case PROFILE_BY_HAND:
		return err_fix(e, "`vmrun survey` lists the devices");
	case PROFILE_DOMAIN:
		return err_fix(
			e,
			"`vmrun survey` lists the devices; take the device out of the domain (virsh edit), or give "
			"it the address of one that is there");
	case PROFILE_FILE:
		break;
	}
	return err_fix(
		e,
		"`vmrun survey` lists the devices; `optional = yes` lets the guest start without");
}

static int too_few(const struct profile_pci *want, enum profile_origin origin,
		   const struct host *host, const struct candidates *found,
		   const struct picks *picks, struct err *e)
{
	_cleanup_free_ char *wanted = describe_selectors(want);

	if (found->taken >= 0) {
		const struct pick *other = picks_find(picks, (size_t)found->taken);

		return err_set(e, ERR_NO_DEVICE, EBUSY, NULL,
			       origin == PROFILE_FILE
				       ? "%s matches %s, which section \"%s\" has already"
				       : "%s matches %s, which \"%s\" has already",
			       wanted, PCIADDR_STR(&host->devices[found->taken].addr),
			       other->want->id);
	}
	if (found->free_count)
		err_set(e, ERR_NO_DEVICE, ENODEV, NULL, "%u devices wanted, only %zu match %s",
			want->count, found->free_count, wanted);
	else
		err_set(e, ERR_NO_DEVICE, ENODEV, NULL, "no device matches %s", wanted);
	if (want->vf_of)
		return err_fix(
			e,
			"vmrun makes virtual functions only where there are none, and leaves a number that it finds; "
			"`vmrun survey` shows them");
	if (want->from == FROM_POOL)
		return err_fix(e, "`vmrun pool` shows the pool, `vmrun bind` puts devices into it");
	return absent_fix(origin, e);
}

static int too_many(const struct profile_pci *want, enum profile_origin origin,
		    const struct host *host, const struct candidates *found, struct err *e)
{
	_cleanup_free_ char *wanted = describe_selectors(want), *list = NULL;
	struct strlist names = { 0 };

	for (size_t i = 0; i < found->free_count && i < LISTED_MAX; i++) {
		const struct device *dev = &host->devices[found->free[i]];

		strlist_addf(&names, "%s (%s)", PCIADDR_STR(&dev->addr), dev->name);
	}
	if (found->free_count > LISTED_MAX)
		strlist_addf(&names, "and %zu more", found->free_count - LISTED_MAX);
	list = strlist_join(&names, ", ");
	strlist_done(&names);
	err_set(e, ERR_NO_DEVICE, ENOTUNIQ, NULL, "%zu devices match %s, %u wanted: %s",
		found->free_count, wanted, want->count, list);
	return err_fix(
		e,
		origin == PROFILE_FILE
			? "add an address or another selector, or `pick = any` to take whichever is free"
			: "name one of them by its address");
}

static bool eligible(const struct host *host, size_t device)
{
	struct findings findings = { 0 };
	bool ok;

	verdict_judge(host, device, &findings);
	verdict_judge_siblings(host, device, &findings);
	ok = verdict_of(&findings) < VERDICT_REFUSED;
	findings_done(&findings);
	return ok;
}

/* The virtual functions of a card are alike. */
static bool any_will_do(const struct profile_pci *want)
{
	return want->pick == PICK_ANY || want->vf_of;
}

/* Eligible devices first; where they are too few, others complete the number, and their verdict explains the refusal. */
static void take(const struct profile_pci *want, const struct host *host,
		 const struct candidates *found, struct picks *picks)
{
	unsigned int left = want->count;

	for (int good = 1; good >= 0; good--)
		for (size_t i = 0; i < found->free_count && left; i++) {
			size_t device = found->free[i];

			if (picks_find(picks, device) ||
			    (any_will_do(want) && good && !eligible(host, device)))
				continue;
			add_pick(picks, host, want, device, PICK_ATTACH);
			left--;
		}
}

static int resolve_section(const struct profile_pci *want, enum profile_origin origin,
			   const struct host *host, struct picks *picks, struct err *e)
{
	struct candidates found;
	int r = 0, pf = -1;

	if (want->vf_of) {
		r = vfs_find_pf(want, host, &pf, e);
		if (r == -ENODEV && want->optional)
			return 0;
		if (r < 0)
			return r;
		if (!host->devices[pf].sriov_active)
			return vfs_need(want, host, (size_t)pf, picks, e);
	}
	find_candidates(want, pf, host, picks, &found);
	if (!found.free_count && found.taken < 0 && want->optional)
		r = 0;
	else if (found.free_count < want->count)
		r = too_few(want, origin, host, &found, picks, e);
	else if (found.free_count > want->count && !any_will_do(want))
		r = too_many(want, origin, host, &found, e);
	else
		take(want, host, &found, picks);
	free(found.free);
	return r;
}

/* A virtual function is a card of its own, though it has the address of a function of its parent. */
static bool is_virtual(const struct device *dev)
{
	return dev->physfn >= 0 || dev->sriov_active;
}

static bool same_card(const struct device *a, const struct device *b)
{
	return pciaddr_same_slot(&a->addr, &b->addr) && !is_virtual(a) && !is_virtual(b);
}

/* What happens to @dev, which shares the group of the device @pick: PICK_ATTACH, PICK_SIBLING, or -1 for nothing. */
static int role_beside(const struct host *host, const struct pick *pick, const struct device *dev)
{
	const struct profile_pci *want = pick->want;

	if (device_is_bridge(dev))
		return -1;
	if (want->functions == FUNCTIONS_ALL && same_card(&host->devices[pick->device], dev))
		return PICK_ATTACH;
	switch (want->siblings) {
	case SIBLINGS_ATTACH:
		return PICK_ATTACH;
	case SIBLINGS_BIND:
		return PICK_SIBLING;
	case SIBLINGS_REFUSE:
		break;
	}
	return -1;
}

static void add_siblings(const struct host *host, struct picks *picks)
{
	size_t asked = picks->count;

	for (size_t i = 0; i < asked; i++) {
		const struct pick pick = picks->item[i];
		const struct group *group = host_group(host, &host->devices[pick.device]);

		picks->item[i].asked = true;
		for (size_t j = 0; group && j < group->device_count; j++) {
			size_t device = group->devices[j];
			int role = role_beside(host, &pick, &host->devices[device]);

			if (role >= 0 && !picks_find(picks, device))
				add_pick(picks, host, pick.want, device, (enum pick_role)role);
		}
	}
}

/*
 * In the order of the profile; what was asked for comes before what comes along, and what is attached before what is only
 * bound. Stable: the index breaks ties.
 */
static int compare(const void *a, const void *b)
{
	const struct pick *x = a, *y = b;

	if (x->want->line != y->want->line)
		return x->want->line < y->want->line ? -1 : 1;
	if (x->role != y->role)
		return x->role < y->role ? -1 : 1;
	if (x->asked != y->asked)
		return x->asked ? -1 : 1;
	return (x->device > y->device) - (x->device < y->device);
}

/* By hand it is the place on the command line, and a domain's sections have none. */
static bool has_line(const struct profile *profile, const struct profile_pci *want)
{
	return profile->origin == PROFILE_FILE && want->line;
}

void resolve_wrap(struct err *e, const struct profile *profile, const struct profile_pci *want)
{
	if (has_line(profile, want))
		err_wrap(e, "%s:%u: %s", profile->file, want->line, want->id);
	else
		err_wrap(e, "%s: %s", profile->file, want->id);
}

/* One error for all sections that do not find theirs: whoever mends the profile wants to know of each. */
static int unresolved(const struct err *first, struct strlist *others, struct err *e)
{
	_cleanup_free_ char *list = strlist_join(others, "; ");

	err_set(e, first->kind, first->number, first->subject, "%s%s%s", first->message,
		others->count ? "; " : "", list);
	strlist_done(others);
	err_fix(e, "%s", first->fix);
	return -first->number;
}

int resolve(const struct profile *profile, const struct host *host, struct picks *ret,
	    struct err *e)
{
	struct strlist others = { 0 };
	struct picks picks = { 0 };
	struct err first = { 0 };

	for (int exact = 1; exact >= 0; exact--)
		for (size_t i = 0; i < profile->pci_count; i++) {
			const struct profile_pci *want = &profile->pci[i];
			struct err own = { 0 };

			if (by_address(want) != exact ||
			    resolve_section(want, profile->origin, host, &picks, &own) == 0)
				continue;
			if (first.kind) {
				if (has_line(profile, want))
					strlist_addf(&others, "line %u, %s: %s", want->line,
						     want->id, own.message);
				else
					strlist_addf(&others, "%s: %s", want->id, own.message);
				continue;
			}
			first = own;
			resolve_wrap(&first, profile, want);
		}
	if (first.kind) {
		picks_done(&picks);
		return unresolved(&first, &others, e);
	}
	add_siblings(host, &picks);
	if (picks.count)
		qsort(picks.item, picks.count, sizeof(*picks.item), compare);
	*ret = picks;
	return 0;
}

int picks_check_domains(const struct picks *picks, const struct host *host, struct err *e)
{
	for (size_t i = 0; i < picks->count; i++) {
		const struct device *dev = &host->devices[picks->item[i].device];

		if (picks->item[i].role != PICK_ATTACH || dev->addr.domain <= UINT16_MAX)
			continue;
		err_set(e, ERR_VIRT, EOPNOTSUPP, PCIADDR_STR(&dev->addr),
			"libvirt has no words for a device in PCI domain %x: it knows domains up to ffff",
			(unsigned int)dev->addr.domain);
		return err_fix(
			e,
			"drives behind Intel VMD have such addresses: switch VMD off in firmware setup, and "
			"they are in domain 0; or hand the VMD controller over with all that is behind it");
	}
	return 0;
}
