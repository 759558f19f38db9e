// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of attributing reserved memory: the devices a range is for, and no others. */
#include "model/attribute.h"

#include "unit/suite.h"
#include "unit/table.h"

/*
 * The machine of these tests. Bus 80 is a second root bus; segment 1 has the same addresses.
 *
 *	0000:00:00.0 host bridge	0000:01:00.0 switch, bus 02..03
 *	0000:00:02.0 graphics		0000:02:00.0 bridge, bus 03
 *	0000:00:1c.0 bridge, bus 01..05	0000:03:00.0 disk controller, PF
 *	0000:00:1d.0 bridge, bus 06	0000:03:00.1 its other function
 *	0000:80:00.0 card		0000:04:00.2 VF of 03:00.0
 *	0000:80:01.0 non-transparent	0000:06:00.0 card
 *	0001:00:1c.0 bridge, bus 01	0001:01:00.0 card
 */
static const struct machine {
	struct pciaddr addr;
	uint8_t header;
	uint32_t class_code;
	uint8_t secondary, subordinate;
	int parent;
	int physfn;
} machine[] = {
	{ { 0, 0x00, 0x00, 0 }, 0, 0x060000, 0, 0, -1, -1 },
	{ { 0, 0x00, 0x02, 0 }, 0, 0x030000, 0, 0, -1, -1 },
	{ { 0, 0x00, 0x1c, 0 }, 1, 0x060400, 1, 5, -1, -1 },
	{ { 0, 0x00, 0x1d, 0 }, 1, 0x060400, 6, 6, -1, -1 },
	{ { 0, 0x01, 0x00, 0 }, 1, 0x060400, 2, 3, 2, -1 },
	{ { 0, 0x02, 0x00, 0 }, 1, 0x060400, 3, 3, 4, -1 },
	{ { 0, 0x03, 0x00, 0 }, 0, 0x010700, 0, 0, 5, -1 },
	{ { 0, 0x03, 0x00, 1 }, 0, 0x010700, 0, 0, 5, -1 },
	{ { 0, 0x04, 0x00, 2 }, 0, 0x010700, 0, 0, 5, 6 },
	{ { 0, 0x06, 0x00, 0 }, 0, 0x020000, 0, 0, 3, -1 },
	{ { 0, 0x80, 0x00, 0 }, 0, 0x020000, 0, 0, -1, -1 },
	{ { 0, 0x80, 0x01, 0 }, 0, 0x068000, 0, 0, -1, -1 },
	{ { 1, 0x00, 0x1c, 0 }, 1, 0x060400, 1, 1, -1, -1 },
	{ { 1, 0x01, 0x00, 0 }, 0, 0x020000, 0, 0, 12, -1 },
};

static struct host host;

static void build(void)
{
	host = (struct host){ 0 };
	for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]); i++) {
		const struct machine *m = &machine[i];

		*mem_append(&host.devices, &host.device_count) = (struct device){
			.addr = m->addr,
			.class_code = m->class_code,
			.header_type = m->header,
			.header_known = true,
			.secondary = m->secondary,
			.subordinate = m->subordinate,
			.parent = m->parent,
			.physfn = m->physfn,
			.group = -1,
		};
	}
}

static void release(void)
{
	host_done(&host);
}

static struct reserved *add_range(enum reserved_source source, uint32_t segment)
{
	struct reserved *range = mem_append(&host.reserved.item, &host.reserved.count);

	range->source = source;
	range->segment = segment;
	return range;
}

/* Append a scope; @path has dev and fn in turn. */
static void add_path(struct reserved *range, enum scope_kind kind, uint8_t bus, const uint8_t *path,
		     size_t hops)
{
	struct scope *scope = scope_add(range, kind, bus, hops);

	for (size_t i = 0; i < hops; i++)
		scope->path[i] = (struct scope_hop){ path[2 * i], path[2 * i + 1] };
}

#define PATH(range, kind, bus, ...)                                  \
	add_path(range, kind, bus, (const uint8_t[]){ __VA_ARGS__ }, \
		 sizeof((const uint8_t[]){ __VA_ARGS__ }) / 2)

/* The devices with ranges, and which of them: "0000:03:00.0=0,1 …" */
static const char *covered(void)
{
	static char text[1024];
	size_t used = 0;

	attribute_reserved(&host);
	text[0] = '\0';
	for (size_t i = 0; i < host.device_count; i++) {
		const struct device *dev = &host.devices[i];

		for (size_t k = 0; k < dev->reserved_count; k++)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s%s%zu",
						 k	? ","
						 : used ? " "
							: "",
						 k ? "" : PCIADDR_STR(&dev->addr), k ? "" : "=",
						 dev->reserved[k]);
	}
	return text;
}

/* Assert that the one range made by @kind and path covers @expected ("" for nothing). */
#define ASSERT_RMRR(expected, segment, kind, bus, ...)                           \
	do {                                                                     \
		build();                                                         \
		PATH(add_range(RESERVED_RMRR, segment), kind, bus, __VA_ARGS__); \
		ck_assert_str_eq(covered(), expected);                           \
		release();                                                       \
	} while (0)

START_TEST(on_a_root_bus)
{
	ASSERT_RMRR("0000:00:02.0=0", 0, SCOPE_ENDPOINT, 0, 2, 0);
	ASSERT_RMRR("0000:80:00.0=0", 0, SCOPE_ENDPOINT, 0x80, 0, 0);
}
END_TEST

START_TEST(behind_bridges)
{
	ASSERT_RMRR("0000:06:00.0=0", 0, SCOPE_ENDPOINT, 0, 0x1d, 0, 0, 0);
	ASSERT_RMRR("0000:03:00.1=0", 0, SCOPE_ENDPOINT, 0, 0x1c, 0, 0, 0, 0, 0, 0, 1);
	ASSERT_RMRR("0001:01:00.0=0", 1, SCOPE_ENDPOINT, 0, 0x1c, 0, 0, 0);
}
END_TEST

/* An empty slot, a device that is not there, a path through something that is no bridge. */
START_TEST(absent)
{
	ASSERT_RMRR("", 0, SCOPE_ENDPOINT, 0, 0x1f, 0);
	ASSERT_RMRR("", 0, SCOPE_ENDPOINT, 0, 0x1d, 0, 1, 0);
	ASSERT_RMRR("", 0, SCOPE_ENDPOINT, 0, 0x1e, 0, 0, 0);
	ASSERT_RMRR("", 0, SCOPE_ENDPOINT, 0, 2, 0, 0, 0);
	ASSERT_RMRR("", 2, SCOPE_ENDPOINT, 0, 2, 0);
	ASSERT_RMRR("", 0, SCOPE_ENDPOINT, 0, 0x22, 0);
	ASSERT_RMRR("", 0, SCOPE_ENDPOINT, 0x40, 0, 0);
}
END_TEST

/* The path is what stays when buses are renumbered: it follows the bridge. */
START_TEST(renumbered)
{
	build();
	host.devices[3].secondary = host.devices[3].subordinate = 7;
	host.devices[9].addr.bus = 7;
	PATH(add_range(RESERVED_RMRR, 0), SCOPE_ENDPOINT, 0, 0x1d, 0, 0, 0);
	ck_assert_str_eq(covered(), "0000:07:00.0=0");
	release();
}
END_TEST

/* Firmware that writes an address instead of a path: the kernel takes it, for one hop only. */
START_TEST(address_as_path)
{
	ASSERT_RMRR("0000:03:00.0=0", 0, SCOPE_ENDPOINT, 3, 0, 0);
	ASSERT_RMRR("0000:02:00.0=0 0000:03:00.0=0 0000:03:00.1=0", 0, SCOPE_SUBTREE, 2, 0, 0);
	ASSERT_RMRR("", 0, SCOPE_ENDPOINT, 2, 0, 0, 0, 0);
}
END_TEST

START_TEST(mismatch)
{
	ASSERT_RMRR("", 0, SCOPE_ENDPOINT, 0, 0x1c, 0);
	ASSERT_RMRR("", 0, SCOPE_SUBTREE, 0, 2, 0);
	ASSERT_RMRR("0000:80:01.0=0", 0, SCOPE_SUBTREE, 0x80, 1, 0);
}
END_TEST

START_TEST(subtree)
{
	ASSERT_RMRR("0000:00:1c.0=0 0000:01:00.0=0 0000:02:00.0=0 0000:03:00.0=0 "
		    "0000:03:00.1=0 0000:04:00.2=0",
		    0, SCOPE_SUBTREE, 0, 0x1c, 0);
	ASSERT_RMRR("0000:02:00.0=0 0000:03:00.0=0 0000:03:00.1=0", 0, SCOPE_SUBTREE, 0, 0x1c, 0, 0,
		    0, 0, 0);
	ASSERT_RMRR("0001:00:1c.0=0 0001:01:00.0=0", 1, SCOPE_SUBTREE, 0, 0x1c, 0);
	build();
	host.devices[3].secondary = host.devices[3].subordinate = 0;
	PATH(add_range(RESERVED_RMRR, 0), SCOPE_SUBTREE, 0, 0x1d, 0);
	ck_assert_str_eq(covered(), "0000:00:1d.0=0");
	release();
}
END_TEST

START_TEST(virtual_function)
{
	ASSERT_RMRR("", 0, SCOPE_ENDPOINT, 4, 0, 2);
	build();
	PATH(add_range(RESERVED_IVMD, 0), SCOPE_ENDPOINT, 4, 0, 2);
	ck_assert_str_eq(covered(), "0000:04:00.2=0");
	release();
}
END_TEST

/* AMD and Arm go by requester ids: the ends count, and so do bridges and virtual functions. */
START_TEST(range_of_ids)
{
	build();
	PATH(add_range(RESERVED_IVMD, 0), SCOPE_RANGE, 2, 0, 0);
	host.reserved.item[0].scopes[0].last = (struct pciaddr){ 0, 4, 0, 2 };
	ck_assert_str_eq(covered(), "0000:02:00.0=0 0000:03:00.0=0 0000:03:00.1=0 "
				    "0000:04:00.2=0");
	release();
	build();
	PATH(add_range(RESERVED_RMR, 0), SCOPE_RANGE, 3, 0, 1);
	host.reserved.item[0].scopes[0].last = (struct pciaddr){ 0, 4, 0, 1 };
	ck_assert_str_eq(covered(), "0000:03:00.1=0");
	release();
	build();
	PATH(add_range(RESERVED_IVMD, 0), SCOPE_RANGE, 4, 0, 0);
	host.reserved.item[0].scopes[0].last = (struct pciaddr){ 0, 2, 0, 0 };
	ck_assert_str_eq(covered(), "");
	release();
	build();
	PATH(add_range(RESERVED_IVMD, 0), SCOPE_ENDPOINT, 0, 0x1c, 0);
	ck_assert_str_eq(covered(), "0000:00:1c.0=0");
	release();
}
END_TEST

START_TEST(whole_segment)
{
	build();
	scope_add(add_range(RESERVED_IVMD, 1), SCOPE_ALL, 0, 0);
	ck_assert_str_eq(covered(), "0001:00:1c.0=0 0001:01:00.0=0");
	release();
}
END_TEST

START_TEST(many_ranges)
{
	struct reserved *range;

	build();
	range = add_range(RESERVED_RMRR, 0);
	PATH(range, SCOPE_ENDPOINT, 0, 2, 0);
	PATH(range, SCOPE_ENDPOINT, 0, 0x1d, 0, 0, 0);
	PATH(range, SCOPE_ENDPOINT, 6, 0, 0);
	PATH(range, SCOPE_SUBTREE, 0, 0x1d, 0);
	add_range(RESERVED_RMRR, 0);
	range = add_range(RESERVED_RMRR, 0);
	PATH(range, SCOPE_ENDPOINT, 0, 0x1d, 0, 0, 0);
	ck_assert_str_eq(covered(), "0000:00:02.0=0 0000:00:1d.0=0 0000:06:00.0=0,2");
	release();
}
END_TEST

START_TEST(nothing_there)
{
	host = (struct host){ 0 };
	ck_assert_str_eq(covered(), "");
	PATH(add_range(RESERVED_RMRR, 0), SCOPE_ENDPOINT, 0, 0x1d, 0, 0, 0);
	ck_assert_str_eq(covered(), "");
	release();
	build();
	ck_assert_str_eq(covered(), "");
	release();
}
END_TEST

/* What the program names as the device of a scope. */
START_TEST(resolved)
{
	struct reserved *range;

	build();
	range = add_range(RESERVED_RMRR, 0);
	PATH(range, SCOPE_ENDPOINT, 0, 0x1d, 0, 0, 0);
	PATH(range, SCOPE_SUBTREE, 0, 0x1c, 0);
	PATH(range, SCOPE_ENDPOINT, 0, 0x1f, 0);
	PATH(range, SCOPE_RANGE, 0, 0, 0);
	scope_add(range, SCOPE_ALL, 0, 0);
	ck_assert_ptr_eq(scope_device(&host, 0, &range->scopes[0]), &host.devices[9]);
	ck_assert_ptr_eq(scope_device(&host, 0, &range->scopes[1]), &host.devices[2]);
	ck_assert_ptr_eq(scope_device(&host, 1, &range->scopes[1]), &host.devices[12]);
	for (size_t i = 2; i < range->scope_count; i++)
		ck_assert_ptr_null(scope_device(&host, 0, &range->scopes[i]));
	release();
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("attribute");

	tcase_add_test(tests, on_a_root_bus);
	tcase_add_test(tests, behind_bridges);
	tcase_add_test(tests, absent);
	tcase_add_test(tests, renumbered);
	tcase_add_test(tests, address_as_path);
	tcase_add_test(tests, mismatch);
	tcase_add_test(tests, subtree);
	tcase_add_test(tests, virtual_function);
	tcase_add_test(tests, range_of_ids);
	tcase_add_test(tests, whole_segment);
	tcase_add_test(tests, many_ranges);
	tcase_add_test(tests, nothing_there);
	tcase_add_test(tests, resolved);
	return suite_run("attribute", tests);
}
