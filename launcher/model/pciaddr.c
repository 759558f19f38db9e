// SPDX-License-Identifier: GPL-2.0-or-later
/* The address of a PCI function: DDDD:BB:DD.F. */
#include "model/pciaddr.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* One field of 1..@digits hexadecimal digits up to @max, followed by @after; moves *text behind it. */
static int field(const char **text, int digits, uint32_t max, char after, uint32_t *ret)
{
	uint32_t value = 0;
	int n = 0;

	for (; isxdigit((unsigned char)(*text)[n]) && n <= digits; n++) {
		int c = tolower((unsigned char)(*text)[n]);

		value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	if (n == 0 || n > digits || value > max || (*text)[n] != after)
		return -EINVAL;
	*text += after ? n + 1 : n;
	*ret = value;
	return 0;
}

int pciaddr_parse(const char *text, struct pciaddr *ret)
{
	const char *first = strchr(text, ':');
	uint32_t domain = 0, bus, dev, fn;

	if (!first)
		return -EINVAL;
	if (strchr(first + 1, ':') && field(&text, 8, UINT32_MAX, ':', &domain) < 0)
		return -EINVAL;
	if (field(&text, 2, 0xff, ':', &bus) < 0 || field(&text, 2, 0x1f, '.', &dev) < 0 ||
	    field(&text, 1, 7, '\0', &fn) < 0)
		return -EINVAL;
	*ret = (struct pciaddr){ domain, (uint8_t)bus, (uint8_t)dev, (uint8_t)fn };
	return 0;
}

/* By hand: thousands of functions have their addresses written dozens of times. */
static char *put_hex(char *at, uint32_t value, int digits)
{
	while (digits < 8 && value >> 4 * digits)
		digits++;
	while (digits--)
		*at++ = "0123456789abcdef"[value >> 4 * digits & 0xf];
	return at;
}

char *pciaddr_format(const struct pciaddr *addr, char buf[static PCIADDR_STRLEN])
{
	char *at = put_hex(buf, addr->domain, 4);

	*at++ = ':';
	at = put_hex(at, addr->bus, 2);
	*at++ = ':';
	at = put_hex(at, addr->dev & 0x1fu, 2);
	*at++ = '.';
	at = put_hex(at, addr->fn & 7u, 1);
	*at = '\0';
	return buf;
}

int pciaddr_compare(const struct pciaddr *a, const struct pciaddr *b)
{
	if (a->domain != b->domain)
		return a->domain < b->domain ? -1 : 1;
	if (a->bus != b->bus)
		return a->bus - b->bus;
	if (a->dev != b->dev)
		return a->dev - b->dev;
	return a->fn - b->fn;
}
