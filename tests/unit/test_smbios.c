// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of slots: SMBIOS tables with all their damage, the kernel's list, and who sits where. */
#include "model/smbios.h"

#include "base/cleanup.h"
#include "model/slots.h"
#include "unit/suite.h"
#include "unit/table.h"

#define NONE 0xffff

/* Begin a structure; put_strings() ends it. */
static void put_structure(struct table *t, uint8_t type, uint8_t size)
{
	put(t, type, 1);
	put(t, size, 1);
	put(t, 0x0900u + t->len, 2);
}

/* The strings of a structure, each followed by a NUL in @strings already. */
static void put_strings(struct table *t, const char *strings, size_t len)
{
	memcpy(t->bytes + t->len, strings, len);
	t->len += len;
	put(t, 0, len ? 1 : 2);
}

/* A slot as SMBIOS 2.6 and later has it; @where is bus and devfn, @segment 16 bits. */
static void put_slot(struct table *t, const char *name, uint8_t usage, unsigned int segment,
		     unsigned int where)
{
	put_structure(t, 9, 0x11);
	put(t, 1, 1);
	put(t, 0xa5, 1);
	put(t, 13, 1);
	put(t, usage, 1);
	put(t, 4, 1);
	put(t, 1, 2);
	put(t, 0, 2);
	put(t, segment, 2);
	put(t, where >> 8, 1);
	put(t, where & 0xff, 1);
	put_strings(t, name, strlen(name) + 1);
}

static void put_onboard(struct table *t, const char *name, uint8_t type, unsigned int where)
{
	put_structure(t, 41, 0x0b);
	put(t, 1, 1);
	put(t, type, 1);
	put(t, 1, 1);
	put(t, 0, 2);
	put(t, where >> 8, 1);
	put(t, where & 0xff, 1);
	put_strings(t, name, strlen(name) + 1);
}

static void put_other(struct table *t, uint8_t type)
{
	put_structure(t, type, 6);
	put(t, 0x0201, 2);
	put_strings(t, "HP\0ProLiant", 12);
}

static void put_end(struct table *t)
{
	put_structure(t, 127, 4);
	put_strings(t, "", 0);
}

/* "PCI-E Slot 2|2|used|0000:07:00.0; …", onboard devices behind a "/" */
static const char *slots_text(const struct slot_list *list)
{
	static char text[4096];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < list->count + list->onboard_count; i++) {
		const struct slot *slot = i < list->count ? &list->item[i]
							  : &list->onboard[i - list->count];

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s|%d|%s|%s",
					 i == list->count ? "/"
					 : i		  ? "; "
							  : "",
					 slot->name, slot->number, slot->in_use ? "used" : "free",
					 !slot->addr_known ? "-"
					 : slot->any_dev   ? "bus"
							   : PCIADDR_STR(&slot->addr));
	}
	return text;
}

static int parse(const struct table *t, size_t len, struct slot_list *list, struct err *e)
{
	_cleanup_free_ uint8_t *copy = mem_zalloc(len);

	memcpy(copy, t->bytes, len);
	return smbios_parse(copy, len, list, e);
}

static void assert_slots(const struct table *t, const char *expected)
{
	struct slot_list list = { 0 };
	struct err e = { 0 };

	ck_assert_msg(parse(t, t->len, &list, &e) == 0, "%s", e.message);
	ck_assert_str_eq(slots_text(&list), expected);
	slot_list_done(&list);
}

static void assert_smbios_damaged(const struct table *t, const char *expected, const char *message)
{
	struct slot_list list = { 0 };
	struct err e = { 0 };

	ck_assert_int_eq(parse(t, t->len, &list, &e), -EBADMSG);
	ck_assert_str_eq(slots_text(&list), expected);
	ck_assert_str_eq(e.message, message);
	slot_list_done(&list);
	ck_assert_int_eq(parse(t, t->len, &list, NULL), -EBADMSG);
	slot_list_done(&list);
}

START_TEST(numbers)
{
	static const struct {
		const char *name;
		int number;
	} cases[] = {
		{ "PCI-E Slot 2", 2 },
		{ "PCI-E Slot10", 10 },
		{ "SLOT1 J107", 1 },
		{ "CPU1 SLOT2 PCI-E 3.0 X16", 2 },
		{ "PCIe Slot #3", 3 },
		{ "Slot_04", 4 },
		{ "slot: 5 (x8)", 5 },
		{ "7", 7 },
		{ "PCIEX16_1", -1 },
		{ "J6B2", -1 },
		{ "M.2 Slot", -1 },
		{ "Slot A1", -1 },
		{ "Slots 2", -1 },
		{ "Slot 3.0", -1 },
		{ "Slot 3rd", -1 },
		{ "Slot 12345", -1 },
		{ "", -1 },
		{ "PCI Express 3", -1 },
		{ "M.2 Slot of Slot 6", 6 },
		{ "Slot 0", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(slot_number(cases[i].name) == cases[i].number, "%s: %d",
			      cases[i].name, slot_number(cases[i].name));
}
END_TEST

START_TEST(server)
{
	struct table t = { 0 };

	put_other(&t, 1);
	put_slot(&t, "PCI-E Slot 2", 4, 0, 0x0700);
	put_slot(&t, "PCI-E Slot10", 3, 1, 0x0e0b);
	put_onboard(&t, "NIC Port 1", 0x85, 0x0300);
	put_onboard(&t, "Embedded RAID 1", 0x07, 0x0a01);
	put_end(&t);
	assert_slots(&t, "PCI-E Slot 2|2|used|0000:07:00.0; PCI-E Slot10|10|free|0001:0e:01.3"
			 "/NIC Port 1|-1|used|0000:03:00.0; Embedded RAID 1|-1|free|0000:0a:00.1");
}
END_TEST

START_TEST(without_address)
{
	struct table t = { 0 };

	put_slot(&t, "Slot 1", 3, 0, 0x0000);
	put_slot(&t, "Slot 2", 3, NONE, 0xffff);
	put_slot(&t, "Slot 3", 3, 0, 0xffff);
	put_slot(&t, "Slot 4", 3, NONE, 0x0700);
	put_slot(&t, "Slot 5", 4, 0, 0xff00);
	assert_slots(&t, "Slot 1|1|free|-; Slot 2|2|free|-; Slot 3|3|free|-; Slot 4|4|free|-; "
			 "Slot 5|5|used|0000:ff:00.0");
}
END_TEST

/* SMBIOS 2.0 to 2.5: no address; still older or damaged ones end before the usage. */
START_TEST(short_structures)
{
	struct table t = { 0 };

	put_structure(&t, 9, 0x0d);
	put(&t, 0x0301a501, 4);
	put(&t, 0, 5);
	put_strings(&t, "PCI Slot 3", 11);
	put_structure(&t, 9, 7);
	put(&t, 1, 3);
	put_strings(&t, "PCI Slot 4", 11);
	put_structure(&t, 41, 5);
	put(&t, 1, 1);
	put_strings(&t, "NIC", 4);
	put_structure(&t, 41, 6);
	put(&t, 0x8501, 2);
	put_strings(&t, "NIC 2", 6);
	assert_slots(&t, "PCI Slot 3|3|free|-/NIC 2|-1|used|-");
}
END_TEST

START_TEST(odd_names)
{
	struct table t = { 0 };

	put_structure(&t, 9, 8);
	put(&t, 0x04000009, 4);
	put_strings(&t, "one\0two", 8);
	put_structure(&t, 9, 8);
	put(&t, 0x04000000, 4);
	put_strings(&t, "", 0);
	put_structure(&t, 9, 8);
	put(&t, 0x04000002, 4);
	put_strings(&t, "one\0Slot\x1b[31m 7\xff", 17);
	put_structure(&t, 9, 8);
	put(&t, 0x04000001, 4);
	put_strings(&t, "", 0);
	/* Text with the NULs of an end in its formatted area */
	put_structure(&t, 200, 8);
	put(&t, 0, 4);
	put_strings(&t, "x", 2);
	put_slot(&t, "Slot 8", 4, 0, 0x0800);
	assert_slots(&t, "|-1|used|-; |-1|used|-; Slot?[31m 7?|-1|used|-; |-1|used|-; "
			 "Slot 8|8|used|0000:08:00.0");
}
END_TEST

START_TEST(behind_the_end)
{
	struct table t = { 0 };

	put_slot(&t, "Slot 1", 4, 0, 0x0100);
	put_end(&t);
	put_slot(&t, "Slot 2", 4, 0, 0x0200);
	put(&t, 9, 1);
	assert_slots(&t, "Slot 1|1|used|0000:01:00.0");
}
END_TEST

START_TEST(damage)
{
	struct table t = { 0 };

	assert_slots(&t, "");
	put_slot(&t, "Slot 1", 4, 0, 0x0100);
	put(&t, 9, 1);
	assert_smbios_damaged(
		&t, "Slot 1|1|used|0000:01:00.0",
		"damaged at offset 0x19: less than the header of a structure is left");
	t = (struct table){ 0 };
	put(&t, 0x00000309, 4);
	put_strings(&t, "", 0);
	assert_smbios_damaged(
		&t, "",
		"damaged at offset 0x0: a structure says it has less bytes than its header");
	t = (struct table){ 0 };
	put(&t, 0x0000ff09, 4);
	put_strings(&t, "", 0);
	assert_smbios_damaged(
		&t, "", "damaged at offset 0x0: a structure goes beyond the end of the table");
}
END_TEST

/* Cut anywhere, the slots before the cut are there, and that it is cut is said. */
START_TEST(cut)
{
	struct table t = { 0 };
	size_t first;

	put_slot(&t, "Slot 1", 4, 0, 0x0100);
	first = t.len;
	put_slot(&t, "Slot 2", 4, 0, 0x0200);
	for (size_t len = 1; len < t.len; len++) {
		struct slot_list list = { 0 };
		struct err e = { 0 };

		ck_assert_int_eq(parse(&t, len, &list, &e), len == first ? 0 : -EBADMSG);
		ck_assert_uint_eq(list.count, len >= first ? 1 : 0);
		slot_list_done(&list);
	}
}
END_TEST

START_TEST(kernel_list)
{
	struct slot_list list = { 0 };
	struct table t = { 0 };

	put_slot(&t, "PCI-E Slot 2", 4, 0, 0x0700);
	put_slot(&t, "PCI-E Slot 3", 4, NONE, 0xffff);
	put_slot(&t, "PCI-E Slot 4", 4, 0, 0x0900);
	ck_assert_int_eq(parse(&t, t.len, &list, NULL), 0);
	ck_assert_int_eq(slots_add_kernel(&list, "2", "0000:07:00"), 0);
	ck_assert_int_eq(slots_add_kernel(&list, "3", "0000:0a:00"), 0);
	ck_assert_int_eq(slots_add_kernel(&list, "4", "0000:0b:00"), 0);
	ck_assert_int_eq(slots_add_kernel(&list, "5-1", "10000:0c:1f"), 0);
	ck_assert_int_eq(slots_add_kernel(&list, "6", "0000:0d"), 0);
	ck_assert_int_eq(slots_add_kernel(&list, "0", "0000:0e:00"), 0);
	ck_assert_int_eq(slots_add_kernel(&list, "8191", "0000:0f:00"), 0);
	ck_assert_str_eq(slots_text(&list),
			 "PCI-E Slot 2|2|used|0000:07:00.0; PCI-E Slot 3|3|used|0000:0a:00.0; "
			 "PCI-E Slot 4|4|used|0000:09:00.0; 4|4|used|0000:0b:00.0; "
			 "5-1|5|used|10000:0c:1f.0; 6|6|used|bus; 0|-1|used|0000:0e:00.0; "
			 "8191|-1|used|0000:0f:00.0");
	ck_assert_int_eq(slots_add_kernel(&list, "x", "0000:0a:00"), -EINVAL);
	ck_assert_int_eq(slots_add_kernel(&list, "", "0000:0a:00"), -EINVAL);
	ck_assert_int_eq(slots_add_kernel(&list, "2-", "0000:0a:00"), -EINVAL);
	ck_assert_int_eq(slots_add_kernel(&list, "2-1x", "0000:0a:00"), -EINVAL);
	ck_assert_int_eq(slots_add_kernel(&list, "2x", "0000:0a:00"), -EINVAL);
	ck_assert_int_eq(slots_add_kernel(&list, "99999999999999999999", "0000:0a:00"), -EINVAL);
	ck_assert_int_eq(slots_add_kernel(&list, "2", ""), -EINVAL);
	ck_assert_int_eq(slots_add_kernel(&list, "2", "0000"), -EINVAL);
	ck_assert_int_eq(slots_add_kernel(&list, "2", "0000:0a:00.0"), -EINVAL);
	ck_assert_int_eq(slots_add_kernel(&list, "2", "0000:0a:20"), -EINVAL);
	ck_assert_uint_eq(list.count, 8);
	slot_list_done(&list);
}
END_TEST

/*
 * The machine of the tests of places:
 *
 *	0000:00:02.0 root port, bus 04		0 	04:00.0 card with a switch, upstream	2
 *	0000:00:03.0 root port, bus 08		1	05:00.0 its downstream port		3
 *						  	06:00.0 disk controller			4
 *	08:00.0, 08:00.1 network card		5, 6	08:10.1 virtual function of 08:00.1	7
 *	08:01.0 another device of the bus	8	09:00.0 onboard, on a root bus		9
 */
static const struct place {
	struct pciaddr addr;
	int parent, physfn;
} places[] = {
	{ { 0, 0x00, 0x02, 0 }, -1, -1 }, { { 0, 0x00, 0x03, 0 }, -1, -1 },
	{ { 0, 0x04, 0x00, 0 }, 0, -1 },  { { 0, 0x05, 0x00, 0 }, 2, -1 },
	{ { 0, 0x06, 0x00, 0 }, 3, -1 },  { { 0, 0x08, 0x00, 0 }, 1, -1 },
	{ { 0, 0x08, 0x00, 1 }, 1, -1 },  { { 0, 0x08, 0x10, 1 }, 1, 6 },
	{ { 0, 0x08, 0x01, 0 }, 1, -1 },  { { 0, 0x09, 0x00, 0 }, -1, -1 },
};

static struct host host;

static void build(void)
{
	host = (struct host){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		*mem_append(&host.devices, &host.device_count) =
			(struct device){ .addr = places[i].addr,
					 .parent = places[i].parent,
					 .physfn = places[i].physfn,
					 .group = -1,
					 .slot = -1 };
}

static void tear_down(void)
{
	host_done(&host);
}

/* Assign, and compare with the slots of the ten devices in order; "-" is none. */
static void assert_places(const char *expected)
{
	char text[128];
	size_t used = 0;

	slots_assign(&host);
	for (size_t i = 0; i < host.device_count; i++) {
		const char *gap = i ? " " : "";

		if (host.devices[i].slot < 0)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s-", gap);
		else
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%d", gap,
						 host.devices[i].slot);
	}
	ck_assert_str_eq(text, expected);
}

static void add_smbios(const char *name, uint8_t usage, unsigned int where)
{
	struct table t = { 0 };

	put_slot(&t, name, usage, 0, where);
	ck_assert_int_eq(parse(&t, t.len, &host.slots, NULL), 0);
}

START_TEST(no_slots)
{
	assert_places("- - - - - - - - - -");
}
END_TEST

/* Vendors name the device or the port above it; either way all that is below is in the slot. */
START_TEST(device_named)
{
	add_smbios("Slot 1", 4, 0x0400);
	add_smbios("Slot 2", 4, 0x0800);
	assert_places("- - 1 1 1 2 2 2 - -");
}
END_TEST

START_TEST(port_named)
{
	add_smbios("Slot 1", 4, 0x0010);
	add_smbios("Slot 2", 3, 0x0018);
	assert_places("1 2 1 1 1 2 2 2 2 -");
}
END_TEST

/* A riser is a slot with slots: the nearest of firmware's counts; one without a number is passed over. */
START_TEST(nearest_of_firmware)
{
	add_smbios("Slot 1", 4, 0x0010);
	add_smbios("Slot 7", 4, 0x0500);
	add_smbios("J6B2", 4, 0x0600);
	assert_places("1 - 1 7 7 - - - - -");
}
END_TEST

/* The card's own switch numbers its ports, too. */
START_TEST(farthest_of_kernel)
{
	slots_add_kernel(&host.slots, "1", "0000:04:00");
	slots_add_kernel(&host.slots, "9", "0000:05:00");
	slots_add_kernel(&host.slots, "0", "0000:08:00");
	slots_add_kernel(&host.slots, "8191", "0000:09:00");
	assert_places("- - 1 1 1 - - - - -");
}
END_TEST

START_TEST(kernel_names_a_bus)
{
	slots_add_kernel(&host.slots, "3", "0000:08");
	assert_places("- - - - - 3 3 3 3 -");
}
END_TEST

START_TEST(firmware_wins)
{
	add_smbios("Slot 1", 4, 0x0010);
	slots_add_kernel(&host.slots, "5", "0000:04:00");
	slots_add_kernel(&host.slots, "6", "0000:06:00");
	slots_add_kernel(&host.slots, "2", "0000:08:00");
	assert_places("1 - 1 1 1 2 2 2 - -");
	ck_assert_str_eq(slots_of_device(&host, &host.devices[4])->name, "Slot 1");
}
END_TEST

START_TEST(duplicates)
{
	/* the one in use */
	add_smbios("Slot 1", 3, 0x0400);
	add_smbios("Slot 2", 4, 0x0400);
	add_smbios("Slot 3", 3, 0x0400);
	/* nobody can tell, but the kernel */
	add_smbios("Slot 4", 4, 0x0800);
	add_smbios("Slot 5", 4, 0x0800);
	assert_places("- - 2 2 2 - - - - -");
	slots_add_kernel(&host.slots, "6", "0000:08:00");
	assert_places("- - 2 2 2 6 6 6 - -");
}
END_TEST

START_TEST(same_number_twice)
{
	add_smbios("Slot 1", 4, 0x0400);
	add_smbios("Slot 1", 3, 0x0400);
	add_smbios("Slot 1", 4, 0x0400);
	assert_places("- - 1 1 1 - - - - -");
}
END_TEST

/* Onboard is in no slot of the kernel's; but what firmware lists as a slot is one. */
START_TEST(onboard)
{
	struct table t = { 0 };

	put_onboard(&t, "NIC Port 1", 0x85, 0x0800);
	put_onboard(&t, "Storage Controller", 0x85, 0x0600);
	ck_assert_int_eq(parse(&t, t.len, &host.slots, NULL), 0);
	add_smbios("Slot 1", 4, 0x0400);
	slots_add_kernel(&host.slots, "2", "0000:08:00");
	assert_places("- - 1 1 1 - 2 2 - -");
	ck_assert_str_eq(slots_onboard(&host, &host.devices[5])->name, "NIC Port 1");
	ck_assert_ptr_null(slots_onboard(&host, &host.devices[6]));
	ck_assert_ptr_null(slots_onboard(&host, &host.devices[7]));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("smbios");

	tcase_add_checked_fixture(tests, build, tear_down);
	tcase_add_test(tests, numbers);
	tcase_add_test(tests, server);
	tcase_add_test(tests, without_address);
	tcase_add_test(tests, short_structures);
	tcase_add_test(tests, odd_names);
	tcase_add_test(tests, behind_the_end);
	tcase_add_test(tests, damage);
	tcase_add_test(tests, cut);
	tcase_add_test(tests, kernel_list);
	tcase_add_test(tests, no_slots);
	tcase_add_test(tests, device_named);
	tcase_add_test(tests, port_named);
	tcase_add_test(tests, nearest_of_firmware);
	tcase_add_test(tests, farthest_of_kernel);
	tcase_add_test(tests, kernel_names_a_bus);
	tcase_add_test(tests, firmware_wins);
	tcase_add_test(tests, duplicates);
	tcase_add_test(tests, same_number_twice);
	tcase_add_test(tests, onboard);
	return suite_run("smbios", tests);
}
