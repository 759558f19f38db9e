// SPDX-License-Identifier: GPL-2.0-or-later
/* What a card is, wherever it sits. */
#include "model/identity.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/host.h"

struct identity identity_of(const struct device *dev)
{
	return (struct identity){ .known = true,
				  .vendor = dev->vendor,
				  .device = dev->device,
				  .subsystem_known = true,
				  .subsystem_vendor = dev->subsystem_vendor,
				  .subsystem_device = dev->subsystem_device,
				  .serial = mem_strdup(dev->serial) };
}

struct identity identity_copy(const struct identity *from)
{
	struct identity copy = *from;

	copy.serial = mem_strdup(from->serial);
	copy.path = mem_strdup(from->path);
	return copy;
}

char *identity_difference(const struct identity *recorded, const struct device *dev)
{
	if (recorded->known && (recorded->vendor != dev->vendor || recorded->device != dev->device))
		return mem_printf("%04x:%04x was recorded, %04x:%04x is there", recorded->vendor,
				  recorded->device, dev->vendor, dev->device);
	if (recorded->subsystem_known && (recorded->subsystem_vendor != dev->subsystem_vendor ||
					  recorded->subsystem_device != dev->subsystem_device))
		return mem_printf("subsystem %04x:%04x was recorded, %04x:%04x is there",
				  recorded->subsystem_vendor, recorded->subsystem_device,
				  dev->subsystem_vendor, dev->subsystem_device);
	if (recorded->serial && dev->serial)
		return strcmp(recorded->serial, dev->serial)
			       ? mem_printf("serial number %s was recorded, %s is there",
					    recorded->serial, dev->serial)
			       : NULL;
	if (recorded->path && dev->path && strcmp(recorded->path, dev->path))
		return mem_printf("the one at path %s was recorded, the one at %s is there",
				  recorded->path, dev->path);
	return NULL;
}

/* Four hexadecimal digits and no more, at *@at, which is moved behind them. */
static bool read_id(const char **at, uint16_t *ret)
{
	char digits[5] = "";

	for (int i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)(*at)[i]))
			return false;
		digits[i] = (*at)[i];
	}
	*at += 4;
	*ret = (uint16_t)strtoul(digits, NULL, 16);
	return true;
}

int identity_parse(const char *text, struct identity *ret)
{
	uint16_t ids[4] = { 0 };
	size_t count = 0;

	for (const char *at = text;; at++) {
		if (count == 4 || !read_id(&at, &ids[count]))
			return -EINVAL;
		count++;
		if (!*at)
			break;
		if (*at != ':')
			return -EINVAL;
	}
	if (count != 2 && count != 4)
		return -EINVAL;
	ret->known = true;
	ret->vendor = ids[0];
	ret->device = ids[1];
	ret->subsystem_known = count == 4;
	ret->subsystem_vendor = ids[2];
	ret->subsystem_device = ids[3];
	return 0;
}

bool identity_serial_ok(const char *text)
{
	if (strlen(text) != 23)
		return false;
	for (size_t i = 0; i < 23; i++)
		if (i % 3 == 2 ? text[i] != '-'
			       : !isdigit((unsigned char)text[i]) &&
					 !(text[i] >= 'a' && text[i] <= 'f'))
			return false;
	return true;
}

void identity_done(struct identity *identity)
{
	free(identity->serial);
	free(identity->path);
	*identity = (struct identity){ 0 };
}
