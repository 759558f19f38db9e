// SPDX-License-Identifier: GPL-2.0-or-later
/* The keys of a [pci] section that are about virtual functions, and the driver that hands over. */
#include "model/profile_vf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/profile_values.h"

/* The lowest bit of a MAC address' first byte: it addresses a group of stations. */
#define MULTICAST ((uint64_t)1 << 40)

/* "auto" is the default; whether a name is a driver of vfio, the survey knows. */
int profile_set_driver(const struct profile_value *value, struct err *e)
{
	if (!strcmp(value->text, "auto"))
		return 0;
	if (!profile_is_name(value->text))
		return profile_refuse(value, e,
				      "auto, vfio-pci, or the name of a variant: mlx5_vfio_pci");
	return profile_set_text(value, e);
}

int profile_set_vf_of(const struct profile_value *value, struct err *e)
{
	struct profile_pci *pci = value->object;
	struct selector *selector = mem_zalloc(sizeof(*selector));
	int r = selector_parse(value->text, selector, e);

	if (r < 0) {
		free(selector);
		return r;
	}
	pci->vf_of = selector;
	return 0;
}

static const char *advice(enum vf_key key)
{
	switch (key) {
	case VF_MAC:
		return "six bytes, as in 52:54:00:12:34:56; `02:` begins addresses you may make up";
	case VF_VLAN:
		return "the number of a VLAN, or 0 for none";
	case VF_VLAN_QOS:
		return "a priority of IEEE 802.1Q";
	case VF_LINK_STATE:
		return "auto follows the physical link; enable lets functions reach each other without it";
	case VF_MIN_RATE:
	case VF_MAX_RATE:
		return "megabits per second, or 0 for no limit";
	case VF_VLAN_PROTO:
	case VF_SPOOFCHK:
	case VF_TRUST:
	case VF_KEY_COUNT:
		break;
	}
	return "on and off, true and false mean the same";
}

int profile_set_vf(const struct profile_value *value, struct err *e)
{
	struct profile_pci *pci = value->object;
	enum vf_key key = (enum vf_key)value->key->number;
	uint64_t number;

	if (vf_parse(key, value->text, &number) < 0)
		return profile_refuse(value, e, advice(key));
	if (key == VF_MAC && (!number || number & MULTICAST))
		return profile_refuse(
			value, e, "an address of one station: not zero, and its first byte even");
	vf_put(&pci->vf, key, number);
	return 0;
}

/* Fills @e with a sentence that begins with the section; returns -EINVAL. */
static int wrong(const char *header, struct err *e, const char *fix, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static int wrong(const char *header, struct err *e, const char *fix, const char *fmt, ...)
{
	char text[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(e, ERR_PROFILE, EINVAL, NULL, "%s %s", header, text);
	return err_fix(e, "%s", fix);
}

static int check_settings(const struct vf_settings *vf, unsigned int count, const char *header,
			  struct err *e)
{
	if (vf_has(vf, VF_VLAN_QOS) && vf->value[VF_VLAN_QOS] &&
	    (!vf_has(vf, VF_VLAN) || !vf->value[VF_VLAN]))
		return wrong(header, e, "add: vlan = NUMBER",
			     "has a vlan-qos, but no vlan to carry it");
	if (vf_has(vf, VF_MIN_RATE) && vf_has(vf, VF_MAX_RATE) && vf->value[VF_MAX_RATE] &&
	    vf->value[VF_MIN_RATE] > vf->value[VF_MAX_RATE])
		return wrong(header, e,
			     "min-rate is what the function is promised, max-rate where it ends",
			     "has a min-rate of %" PRIu64 " above its max-rate of %" PRIu64,
			     vf->value[VF_MIN_RATE], vf->value[VF_MAX_RATE]);
	if (vf_has(vf, VF_MAC) && count > 1)
		return wrong(header, e, "give each function a section of its own",
			     "gives one mac to %u functions", count);
	return 0;
}

/* Keys that say nothing without vf-of. */
static int check_orphans(const struct profile_pci *pci, const char *header, struct err *e)
{
	if (pci->vfs)
		return wrong(header, e,
			     "add: vf-of = SELECTOR, the physical function that makes them",
			     "has vfs, but no vf-of");
	for (enum vf_key key = 0; key < VF_KEY_COUNT; key++)
		if (vf_has(&pci->vf, key))
			return wrong(
				header, e,
				"add: vf-of = SELECTOR; only virtual functions have such settings",
				"has %s, but no vf-of", vf_key_name(key));
	return 0;
}

int profile_check_vf(const struct profile_pci *pci, const char *header, struct err *e)
{
	if (!pci->vf_of)
		return check_orphans(pci, header, e);
	if (pci->vfs && pci->vfs < pci->count)
		return wrong(header, e,
			     "vfs is the number of functions made, count of those the guest gets",
			     "has vfs = %u, less than its count = %u", pci->vfs, pci->count);
	return check_settings(&pci->vf, pci->count, header, e);
}
