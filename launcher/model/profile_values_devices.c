// SPDX-License-Identifier: GPL-2.0-or-later
/* Readers of the values that describe devices. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "model/profile.h"
#include "model/profile_values.h"

#define MAC_LENGTH 17
/* What QEMU takes of a disk's serial number (hw/scsi/scsi-disk.c: 36), and virtio of it (20), is cut there. */
#define SERIAL_LENGTH_MAX 36

int profile_set_selector(const struct profile_value *value, struct err *e)
{
	struct profile_pci *pci = value->object;
	struct selector selector;
	int r = selector_parse_as((enum selector_kind)value->key->number, value->text, &selector,
				  e);

	if (r < 0)
		return r;
	*mem_append(&pci->selectors, &pci->selector_count) = selector;
	return 0;
}

/* One code or several, with blanks or commas between them; which codes there are, the verdicts know. */
int profile_set_accept(const struct profile_value *value, struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(value->text);
	char *save = NULL, *code = strtok_r(copy, ", \t", &save);

	do {
		if (!code || code[strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-")])
			return profile_refuse(
				value, e, "write codes as `vmrun plan` prints them: in-use-disk");
		strlist_add(profile_member(value), code);
	} while ((code = strtok_r(NULL, ", \t", &save)));
	return 0;
}

/* The ways to a network; that there is exactly one is checked once the section is read. */
int profile_set_net(const struct profile_value *value, struct err *e)
{
	struct profile_net *net = value->object;
	enum net_kind kind = (enum net_kind)value->key->number;
	bool yes = false;

	if (kind == NET_USER && (num_parse_bool(value->text, &yes) < 0 || !yes))
		return profile_refuse(value, e, "a guest without a network has no [net] section");
	if (kind == NET_BRIDGE && !selector_is_netdev(value->text))
		return profile_refuse(value, e, "`ip link show type bridge` lists the bridges");
	if (kind == NET_DIRECT && !selector_is_netdev(value->text))
		return profile_refuse(value, e, "`ip link` lists the interfaces");
	if (kind == NET_NETWORK && strchr(value->text, '/'))
		return profile_refuse(value, e, "`virsh net-list --all` lists the networks");
	net->kind = kind;
	if (kind != NET_USER && !net->source)
		net->source = mem_strdup(value->text);
	return 0;
}

int profile_set_guest_address(const struct profile_value *value, struct err *e)
{
	struct profile_pci *pci = value->object;

	if (pciaddr_parse(value->text, &pci->guest_address) < 0 || pci->guest_address.domain)
		return profile_refuse(value, e, "where the guest is to see it, such as 05:00.0");
	pci->guest_address_given = true;
	return 0;
}

int profile_set_rom(const struct profile_value *value, struct err *e)
{
	bool on;

	if (num_parse_bool(value->text, &on) < 0)
		return profile_set_path(value, e);
	if (on)
		return profile_refuse(value, e,
				      "the card's own ROM is what the guest sees without this key");
	return profile_set_text(
		&(struct profile_value){ value->key, value->object, value->dir, "off" }, e);
}

int profile_set_disk_serial(const struct profile_value *value, struct err *e)
{
	size_t len = strlen(value->text);

	if (len > SERIAL_LENGTH_MAX ||
	    strspn(value->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				"0123456789_.+- ") != len)
		return profile_refuse(value, e, "1 to 36 of A-Z a-z 0-9 _ . + - and blanks");
	return profile_set_text(value, e);
}

/* Six bytes in hexadecimal, the first even: a group's address is no card's. */
int profile_set_mac(const struct profile_value *value, struct err *e)
{
	const char *text = value->text;
	bool good = strlen(text) == MAC_LENGTH;

	for (size_t i = 0; good && i < MAC_LENGTH; i++)
		good = i % 3 == 2 ? text[i] == ':' : isxdigit((unsigned char)text[i]) != 0;
	if (!good)
		return profile_refuse(
			value, e,
			"without this key it follows from the names of guest and section");
	if (!strchr("02468aceACE", text[1]))
		return profile_refuse(value, e,
				      "the second digit is even: 52:54:00:… is QEMU's own range");
	return profile_set_text(value, e);
}

int profile_set_usb_match(const struct profile_value *value, struct err *e)
{
	const char *text = value->text;

	if (strlen(text) != 9 || text[4] != ':' || strspn(text, "0123456789abcdefABCDEF") != 4 ||
	    strspn(text + 5, "0123456789abcdefABCDEF") != 4)
		return profile_refuse(value, e, "the ids `lsusb` shows, such as 046d:c52b");
	return profile_set_text(value, e);
}

/* "001:004", as `lsusb -s` takes it; kept as "1:4". */
int profile_set_usb_address(const struct profile_value *value, struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(value->text);
	char *colon = strchr(copy, ':');
	uint64_t bus, device;

	if (colon)
		*colon = '\0';
	/* Universal Serial Bus Specification 2.0, 9.4.6: addresses have seven bits. */
	if (!colon || num_parse(copy, 10, 999, &bus) < 0 ||
	    num_parse(colon + 1, 10, 127, &device) < 0 || !bus || !device)
		return profile_refuse(
			value, e, "the numbers of bus and device that `lsusb` shows, such as 1:4");
	*(char **)profile_member(value) =
		mem_printf("%u:%u", (unsigned int)bus, (unsigned int)device);
	return 0;
}

int profile_set_env(const struct profile_value *value, struct err *e)
{
	const char *text = value->text, *equals = strchr(text, '=');

	if (!equals || equals == text || isdigit((unsigned char)text[0]) ||
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") !=
		    (size_t)(equals - text))
		return profile_refuse(value, e, "such as: env = QEMU_AUDIO_DRV=none");
	return profile_set_list(value, e);
}

int profile_set_node(const struct profile_value *value, struct err *e)
{
	if (strncmp(value->text, "/dev/", 5) || !value->text[5] || strstr(value->text, "/../"))
		return profile_refuse(value, e, "the path of a device node");
	return profile_set_list(value, e);
}
