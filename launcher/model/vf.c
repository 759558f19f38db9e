// SPDX-License-Identifier: GPL-2.0-or-later
/* What the host sets for a network card's virtual function: names, texts, JSON. */
#include "model/vf.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/num.h"

/* IEEE 802.1Q: 4095 is reserved, 0 is no VLAN; three bits of priority. */
#define VLAN_MAX 4094
#define QOS_MAX 7
#define MAC_BYTES 6

static const char *const switch_words[] = { "off", "on", NULL };
/* In the order of IFLA_VF_LINK_STATE_AUTO, _ENABLE and _DISABLE. */
static const char *const link_words[] = { "auto", "enable", "disable", NULL };

/** struct row - one setting: its name, and its words or its largest number */
static const struct row {
	const char *name;
	const char *const *words;
	uint64_t max;
} rows[] = {
	[VF_MAC] = { "mac", NULL, 0 },
	[VF_VLAN] = { "vlan", NULL, VLAN_MAX },
	[VF_VLAN_QOS] = { "vlan-qos", NULL, QOS_MAX },
	[VF_VLAN_PROTO] = { "vlan-proto", NULL, UINT16_MAX },
	[VF_SPOOFCHK] = { "spoofchk", switch_words, 1 },
	[VF_TRUST] = { "trust", switch_words, 1 },
	[VF_LINK_STATE] = { "link-state", link_words, 2 },
	[VF_MIN_RATE] = { "min-rate", NULL, UINT32_MAX },
	[VF_MAX_RATE] = { "max-rate", NULL, UINT32_MAX },
};
static_assert(ARRAY_SIZE(rows) == VF_KEY_COUNT, "a row per setting");

const char *vf_key_name(enum vf_key key)
{
	return rows[key].name;
}

bool vf_has(const struct vf_settings *settings, enum vf_key key)
{
	return settings->given & 1u << key;
}

unsigned int vf_together(enum vf_key key)
{
	static const unsigned int vlan = 1u << VF_VLAN | 1u << VF_VLAN_QOS | 1u << VF_VLAN_PROTO;
	static const unsigned int rates = 1u << VF_MIN_RATE | 1u << VF_MAX_RATE;

	if (vlan & 1u << key)
		return vlan;
	return rates & 1u << key ? rates : 1u << key;
}

void vf_put(struct vf_settings *settings, enum vf_key key, uint64_t value)
{
	settings->given |= 1u << key;
	settings->value[key] = value;
}

/* Six bytes in hexadecimal, two digits each. */
static int parse_mac(const char *text, uint64_t *ret)
{
	unsigned int byte[MAC_BYTES];
	uint64_t mac = 0;
	int used = 0;

	if (strspn(text, "0123456789abcdefABCDEF:") != MAC_BYTES * 3 - 1 ||
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &byte[0], &byte[1], &byte[2], &byte[3],
		   &byte[4], &byte[5], &used) != MAC_BYTES ||
	    text[used])
		return -EINVAL;
	for (size_t i = 0; i < MAC_BYTES; i++)
		mac = mac << 8 | byte[i];
	*ret = mac;
	return 0;
}

static int parse_word(const char *const *words, const char *text, uint64_t *ret)
{
	for (uint64_t i = 0; words[i]; i++)
		if (!strcmp(words[i], text)) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

int vf_parse(enum vf_key key, const char *text, uint64_t *ret)
{
	bool yes;

	if (key == VF_MAC)
		return parse_mac(text, ret);
	/* A switch takes every spelling that switches elsewhere in a profile take. */
	if (rows[key].words == switch_words) {
		int r = num_parse_bool(text, &yes);

		if (r == 0)
			*ret = yes;
		return r;
	}
	return rows[key].words ? parse_word(rows[key].words, text, ret)
			       : num_parse(text, 10, rows[key].max, ret);
}

const char *vf_text(enum vf_key key, uint64_t value, char buf[static VF_TEXT_MAX])
{
	if (key == VF_MAC)
		snprintf(buf, VF_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x",
			 (unsigned int)(value >> 40 & 0xff), (unsigned int)(value >> 32 & 0xff),
			 (unsigned int)(value >> 24 & 0xff), (unsigned int)(value >> 16 & 0xff),
			 (unsigned int)(value >> 8 & 0xff), (unsigned int)(value & 0xff));
	else if (rows[key].words && value <= rows[key].max)
		snprintf(buf, VF_TEXT_MAX, "%s", rows[key].words[value]);
	else
		snprintf(buf, VF_TEXT_MAX, "%" PRIu64, value);
	return buf;
}

char *vf_describe(const struct vf_settings *settings)
{
	struct strlist parts = { 0 };
	char buf[VF_TEXT_MAX], *text;

	for (enum vf_key key = 0; key < VF_KEY_COUNT; key++)
		if (vf_has(settings, key))
			strlist_addf(&parts, "%s %s", rows[key].name,
				     vf_text(key, settings->value[key], buf));
	text = strlist_join(&parts, ", ");
	strlist_done(&parts);
	return text;
}

struct json *vf_to_json(const struct vf_settings *settings)
{
	struct json *o = json_new_object();
	char buf[VF_TEXT_MAX];

	for (enum vf_key key = 0; key < VF_KEY_COUNT; key++)
		if (vf_has(settings, key))
			json_put_str(o, rows[key].name, vf_text(key, settings->value[key], buf));
	return o;
}

int vf_from_json(const struct json *o, struct vf_settings *ret)
{
	struct vf_settings settings = { 0 };

	for (enum vf_key key = 0; o && key < VF_KEY_COUNT; key++) {
		uint64_t value;

		if (!json_get(o, rows[key].name))
			continue;
		if (!json_get_str(o, rows[key].name) ||
		    vf_parse(key, json_get_str(o, rows[key].name), &value) < 0)
			return -EINVAL;
		vf_put(&settings, key, value);
	}
	*ret = settings;
	return 0;
}
