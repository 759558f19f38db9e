/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the host sets for a network card's virtual function, through the physical one. */
#ifndef VMRUN_MODEL_VF_H
#define VMRUN_MODEL_VF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

/**
 * enum vf_key - one setting (ip-link(8), "vf"; IFLA_VF_* in linux/if_link.h)
 *
 * VF_MAC is the address as a number, first byte highest; VF_VLAN 0 is none; VF_VLAN_PROTO is an EtherType and no key of a
 * profile; VF_SPOOFCHK and VF_TRUST are 0 or 1; VF_LINK_STATE counts as IFLA_VF_LINK_STATE does; rates are in Mbit/s, 0 for
 * no limit.
 */
enum vf_key {
	VF_MAC,
	VF_VLAN,
	VF_VLAN_QOS,
	VF_VLAN_PROTO,
	VF_SPOOFCHK,
	VF_TRUST,
	VF_LINK_STATE,
	VF_MIN_RATE,
	VF_MAX_RATE,
	VF_KEY_COUNT
};

/** vf_key_name() - Key of a profile: "mac", "vlan", "vlan-qos", … */
const char *vf_key_name(enum vf_key key);

/**
 * struct vf_settings - some or all settings of one function
 * @given:	bit per enum vf_key
 * @value:	values of those
 */
struct vf_settings {
	unsigned int given;
	uint64_t value[VF_KEY_COUNT];
};

/** vf_has() - Whether @settings gives @key */
bool vf_has(const struct vf_settings *settings, enum vf_key key);

/** vf_together() - Bits of the settings that are one attribute of the card, and change with @key: a VLAN and its priority, both rates */
unsigned int vf_together(enum vf_key key);

/** vf_put() - Give @key in @settings */
void vf_put(struct vf_settings *settings, enum vf_key key, uint64_t value);

/**
 * vf_parse() - Read a value as a profile or a journal writes it
 * @key:	the setting
 * @text:	"52:54:00:12:34:56", "7", "on", "auto"
 * @ret:	the value
 *
 * Return: 0; -EINVAL
 */
int vf_parse(enum vf_key key, const char *text, uint64_t *ret);

/* Longest text of a value with its NUL. */
#define VF_TEXT_MAX 24

/** vf_text() - @value of @key as vf_parse() reads it, into @buf, which is returned */
const char *vf_text(enum vf_key key, uint64_t value, char buf[static VF_TEXT_MAX]);

/** vf_describe() - All of @settings for people: "mac 52:54:00:12:34:56, vlan 7"; free() */
char *vf_describe(const struct vf_settings *settings);

/** vf_to_json() - @settings as an object whose members are texts */
struct json *vf_to_json(const struct vf_settings *settings);

/** vf_from_json() - Read such an object (NULL gives none) into @ret; 0 or -EINVAL */
int vf_from_json(const struct json *o, struct vf_settings *ret);

#endif
