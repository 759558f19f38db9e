// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: SMBIOS tables, and the slots they give to a small machine. */
#include "model/smbios.h"

#include <string.h>

#include "fuzz/table.h"
#include "model/slots.h"

static void must_be_slot(const struct slot *slot)
{
	must(slot->name != NULL && strlen(slot->name) < 128);
	must(slot->number >= -1 && slot->number <= 9999);
	for (const char *c = slot->name; *c; c++)
		must(*c >= ' ' && *c <= '~');
	if (slot->addr_known)
		must(slot->addr.dev < 32 && slot->addr.fn < 8);
}

/* Bus 0 has ports to bus 1 and 2; what is on bus 2 is below a bridge on bus 1. */
static void assign(struct slot_list *list)
{
	struct host host = { .slots = *list };

	*list = (struct slot_list){ 0 };
	for (uint8_t i = 0; i < 6; i++)
		*mem_append(&host.devices, &host.device_count) = (struct device){
			.addr = { 0, i / 2, i % 2, 0 },
			.parent = i < 2 ? -1 : i - 2,
			.physfn = i == 5 ? 4 : -1,
			.group = -1,
		};
	slots_add_kernel(&host.slots, "3", "0000:01:00");
	slots_assign(&host);
	for (size_t i = 0; i < host.device_count; i++) {
		const struct slot *slot = slots_of_device(&host, &host.devices[i]);

		must(host.devices[i].slot == (slot ? slot->number : -1));
		must(!slot || slot->number >= 0);
	}
	host_done(&host);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slot_list list = { 0 }, again = { 0 };
	struct err e = { 0 };
	int r = smbios_parse(data, size, &list, &e);

	must(r == 0 || r == -EBADMSG);
	must((r < 0) == (e.message[0] != '\0'));
	must(list.count + list.onboard_count <= size / 6);
	must(smbios_parse(data, size, &again, NULL) == r && again.count == list.count);
	for (size_t i = 0; i < list.count; i++)
		must_be_slot(&list.item[i]);
	for (size_t i = 0; i < list.onboard_count; i++)
		must_be_slot(&list.onboard[i]);
	slot_list_done(&again);
	assign(&list);
	return 0;
}
