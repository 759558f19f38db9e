// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: selectors, as the command line and as each key of a profile gives them, tried on some devices. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/selector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_devices(const struct selector *sel)
{
	struct disk disks[] = { { .name = (char[]){ "nvme0n1" },
				  .node = (char[]){ "/dev/nvme0n1" } },
				{ .name = (char[]){ "sda" }, .node = (char[]){ "/dev/sda" } } };
	char *netdevs[] = { (char[]){ "enp3s0" } };
	struct device devices[] = {
		{ .name =
			  (char[]){
				  "Samsung Electronics Co Ltd NVMe SSD Controller PM9A1/PM9A3/980PRO" },
		  .path = (char[]){ "0000/0/1c.0/00.0" },
		  .class_code = 0x010802,
		  .vendor = 0x144d,
		  .device = 0xa80a,
		  .disks = disks,
		  .disk_count = ARRAY_SIZE(disks),
		  .netdevs = { netdevs, 1 } },
		{ .name = (char[]){ "" }, .class_code = 0x060400, .slot = -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		selector_matches(sel, &devices[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct selector sel, untouched;
	_cleanup_free_ char *text = NULL;
	struct err e = { 0 };
	int r;

	if (!size)
		return 0;
	text = mem_zalloc(size);
	memcpy(text, data + 1, size - 1);
	memset(&sel, 0x5a, sizeof(sel));
	memcpy(&untouched, &sel, sizeof(sel));
	/* '0' to '7' ask for a key, anything else is the command line */
	if (data[0] >= '0' && data[0] < '0' + SELECTOR_KIND_COUNT)
		r = selector_parse_as((enum selector_kind)(data[0] - '0'), text, &sel, &e);
	else
		r = selector_parse(text, &sel, &e);
	if (r == 0) {
		try_devices(&sel);
		selector_done(&sel);
	} else if (memcmp(&sel, &untouched, sizeof(sel)) || e.kind != ERR_USAGE || !e.message[0] ||
		   !e.fix[0]) {
		abort();
	}
	return 0;
}
