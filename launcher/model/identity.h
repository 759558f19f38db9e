/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a card is, wherever it sits. */
#ifndef VMRUN_MODEL_IDENTITY_H
#define VMRUN_MODEL_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct identity - what a card is, wherever it sits
 * @known:	@vendor and @device, its ids, were recorded
 * @subsystem_known: @subsystem_vendor and @subsystem_device were recorded too
 * @serial:	PCIe device serial number as text, or NULL where none was recorded
 * @path:	PCI path of the place it was in, or NULL; it counts where no serial number tells two cards apart
 */
struct identity {
	bool known;
	uint16_t vendor, device;
	bool subsystem_known;
	uint16_t subsystem_vendor, subsystem_device;
	char *serial;
	char *path;
};

struct device;

/** identity_of() - What @dev is, as far as it is known, without its place; identity_done() */
struct identity identity_of(const struct device *dev);

/** identity_copy() - A copy of @from that owns its strings */
struct identity identity_copy(const struct identity *from);

/**
 * identity_difference() - How the card that is there differs from the one that was recorded
 * @recorded:	what was recorded; what is not known of it is not compared
 * @dev:	what is there
 *
 * Return: one sentence, newly allocated; NULL where nothing differs
 */
char *identity_difference(const struct identity *recorded, const struct device *dev);

/**
 * identity_parse() - Read ids as people write them
 * @text:	"vendor:device" or "vendor:device:subvendor:subdevice", four hexadecimal digits each
 * @ret:	receives them
 *
 * Return: 0; -EINVAL
 */
int identity_parse(const char *text, struct identity *ret);

/** identity_serial_ok() - Whether @text is a PCIe device serial number as lspci writes it: "a0-36-9f-ff-ff-12-34-56" */
bool identity_serial_ok(const char *text);

/** identity_done() - Release what @identity owns */
void identity_done(struct identity *identity);

#endif
