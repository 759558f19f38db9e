// SPDX-License-Identifier: GPL-2.0-or-later
/* Keyboards: does the last one hang off a device? */
#include "survey/input.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "survey/place.h"

#define INPUT_SIZE_MAX (1024 * 1024)

/* Event types (include/uapi/linux/input-event-codes.h) of what repeats keys and has lamps: a keyboard, not a power button. */
#define EV_KEY (1UL << 0x01)
#define EV_LED (1UL << 0x11)
#define EV_REP (1UL << 0x14)

/**
 * struct keyboards - what was seen of them
 * @dev:	the function all of them hang off so far
 * @name:	name of the first
 * @count:	how many
 * @elsewhere:	one hangs off another device, or off none of the bus (PS/2)
 */
struct keyboards {
	struct device *dev;
	char *name;
	size_t count;
	bool elsewhere;
};

/* A line of a block: the letter before the colon says what it is (drivers/input/input.c, input_devices_seq_show()). */
static const char *field(const char *block, const char *end, const char *key, size_t *ret_len)
{
	const char *at = memmem(block, (size_t)(end - block), key, strlen(key));

	if (!at)
		return NULL;
	at += strlen(key);
	*ret_len = strcspn(at, "\n");
	return at;
}

static void see_block(const char *block, const char *end, const struct host *host,
		      struct keyboards *seen)
{
	const char *events, *handlers, *path, *name;
	_cleanup_free_ char *copy = NULL;
	unsigned long bits;
	struct device *dev;
	size_t len, name_len = 0;

	handlers = field(block, end, "H: Handlers=", &len);
	if (!handlers || !memmem(handlers, len, "kbd", strlen("kbd")))
		return;
	events = field(block, end, "B: EV=", &len);
	bits = events ? strtoul(events, NULL, 16) : 0;
	if ((bits & (EV_KEY | EV_REP | EV_LED)) != (EV_KEY | EV_REP | EV_LED))
		return;
	path = field(block, end, "S: Sysfs=", &len);
	copy = path ? mem_printf("%.*s", (int)len, path) : mem_strdup("");
	dev = place_on_path(host, copy);
	name = field(block, end, "N: Name=", &name_len);
	if (!seen->count++) {
		seen->dev = dev;
		seen->name = name ? mem_printf("%.*s", (int)name_len, name) : mem_strdup("?");
	}
	if (!dev || dev != seen->dev)
		seen->elsewhere = true;
}

void input_parse(const char *text, struct host *host)
{
	struct keyboards seen = { 0 };

	while (*text) {
		const char *end = strstr(text, "\n\n");

		if (!end)
			end = text + strlen(text);
		see_block(text, end, host, &seen);
		text = end + strspn(end, "\n");
	}
	if (seen.count && !seen.elsewhere)
		device_add_use(
			seen.dev, USE_INPUT,
			mem_printf("the %s keyboard of this host hangs off it: %s",
				   seen.count == 1 ? "only" : "last", seen.name),
			mem_strdup(
				"plug a keyboard into a port of another controller (lsusb -t shows which), or have another way "
				"in (ssh, a serial console) and accept it"));
	free(seen.name);
}

void input_scan(const struct root *root, struct host *host)
{
	_cleanup_free_ char *text = NULL;

	if (root_read(root, "proc/bus/input/devices", INPUT_SIZE_MAX, &text, NULL) == 0)
		input_parse(text, host);
}
