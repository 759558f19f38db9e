// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the readers of facts: configuration space, BARs, interrupts, keyboards, the kernel log. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "survey/bars.h"
#include "survey/config.h"
#include "survey/input.h"
#include "survey/interrupts.h"
#include "survey/klog.h"
#include "unit/made.h"
#include "unit/suite.h"

/** struct space - configuration space made by hand; @len is how much of it may be read */
struct space {
	uint8_t bytes[4096];
	size_t len;
};

static ssize_t read_space(void *context, void *buf, size_t len, size_t offset)
{
	const struct space *space = context;

	if (offset >= space->len)
		return 0;
	if (len > space->len - offset)
		len = space->len - offset;
	memcpy(buf, space->bytes + offset, len);
	return (ssize_t)len;
}

static void put(struct space *space, size_t offset, const char *bytes, size_t len)
{
	memcpy(space->bytes + offset, bytes, len);
}

/* An endpoint with MSI of 4 vectors, a link of x4 at 8 GT/s that could do x8 at 16, 33 MSI-X vectors and a serial number. */
static struct space endpoint(void)
{
	struct space space = { .len = 4096 };

	put(&space, 0x06, "\x10\x00", 2);
	put(&space, 0x08, "\x01\x02\x08\x01", 4);
	space.bytes[0x34] = 0x40;
	space.bytes[0x3d] = 1;
	put(&space, 0x40, "\x05\x50\x04\x00", 4);
	put(&space, 0x50, "\x10\x70", 2);
	put(&space, 0x5c, "\x84\x00\x00\x00", 4);
	put(&space, 0x62, "\x43\x00", 2);
	put(&space, 0x70, "\x11\x00\x20\x80", 4);
	put(&space, 0x100, "\x01\x00\x01\x14", 4);
	put(&space, 0x140, "\x03\x00\x01\x00\x56\x34\x12\xff\xff\x9f\x36\xa0", 12);
	return space;
}

START_TEST(capabilities)
{
	struct space space = endpoint();
	struct device dev = { 0 };

	ck_assert(config_parse(read_space, &space, &dev));
	ck_assert(dev.header_known && !dev.dead && dev.pcie);
	ck_assert(dev.interrupts.known && dev.interrupts.pin);
	ck_assert_uint_eq(dev.interrupts.msi, 4);
	ck_assert_uint_eq(dev.interrupts.msix, 33);
	ck_assert_str_eq(link_speed_name(dev.link.speed), "8");
	ck_assert_str_eq(link_speed_name(dev.link.speed_max), "16");
	ck_assert_uint_eq(dev.link.width, 4);
	ck_assert_uint_eq(dev.link.width_max, 8);
	ck_assert_str_eq(dev.serial, "a0-36-9f-ff-ff-12-34-56");
	ck_assert(dev.sriov_absent);
	free(dev.serial);
}
END_TEST

/* That there are no virtual functions is known from a list that was read to its end, and from nothing else. */
START_TEST(virtual_functions)
{
	static const struct {
		const char *first;
		size_t len;
		bool absent;
	} rows[] = {
		{ "\x01\x00\x01\x14", 4096, true },   { "\x10\x00\x01\x14", 4096, false },
		{ "\x10\x00\x01\x00", 4096, false },  { "\x00\x00\x00\x00", 4096, true },
		{ "\xff\xff\xff\xff", 4096, false },  { "\x01\x00\x01\x14", 256, false },
		{ "\x01\x00\x01\x14", 0x140, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct space space = endpoint();
		struct device dev = { 0 };

		put(&space, 0x100, rows[i].first, 4);
		space.len = rows[i].len;
		ck_assert(config_parse(read_space, &space, &dev));
		ck_assert_msg(dev.sriov_absent == rows[i].absent, "row %zu", i);
		free(dev.serial);
	}
}
END_TEST

/* Everybody may read 64 bytes: what is beyond is not known, which is not the same as absent. */
START_TEST(unprivileged)
{
	struct space space = endpoint();
	struct device dev = { 0 };

	space.len = 64;
	ck_assert(config_parse(read_space, &space, &dev));
	ck_assert(dev.header_known && !dev.interrupts.known && !dev.serial);
	space.len = 63;
	ck_assert(!config_parse(read_space, &space, &dev));
}
END_TEST

START_TEST(dead_or_virtual)
{
	struct space space = { .len = 4096 };
	struct device dead = { 0 }, virtual = { 0 };

	memset(space.bytes, 0xff, sizeof(space.bytes));
	ck_assert(config_parse(read_space, &space, &dead));
	ck_assert(dead.dead && !dead.header_known);
	space = endpoint();
	memset(space.bytes, 0xff, 4);
	ck_assert(config_parse(read_space, &space, &virtual));
	ck_assert(!virtual.dead && virtual.header_known);
	free(virtual.serial);
}
END_TEST

START_TEST(lists_end)
{
	struct space space = endpoint();
	struct device dev = { 0 };

	/* Each of the two lists leads back into itself. */
	space.bytes[0x71] = 0x50;
	put(&space, 0x140, "\x03\x00\x01\x10", 4);
	ck_assert(config_parse(read_space, &space, &dev));
	ck_assert_uint_eq(dev.interrupts.msix, 33);
	free(dev.serial);
}
END_TEST

START_TEST(bars)
{
	struct bars ret;

	bars_parse("0x00000000fe000000 0x00000000fe003fff 0x0000000000140204\n"
		   "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		   "0x0000000000000000 0x00000003ffffffff 0x000000000014220c\n"
		   "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		   "0x000000000000e000 0x000000000000e01f 0x0000000000040101\n"
		   "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		   "0x00000000fe100000 0x00000000fe1fffff 0x0000000000046200\n",
		   &ret);
	ck_assert(ret.known);
	ck_assert_uint_eq(ret.mmio_bytes, 0x400000000 + 0x4000);
	ck_assert_uint_eq(ret.largest_bytes, 0x400000000);
	ck_assert_uint_eq(ret.unassigned, 1 << 2);
	ck_assert_uint_eq(ret.unassigned_bytes, 0x400000000);
	bars_parse("nonsense", &ret);
	ck_assert(ret.known && !ret.mmio_bytes);
}
END_TEST

START_TEST(interrupts)
{
	struct host host = made_host();
	struct device *dev = made_device(&host, "01:00.0", 0x010000, "mptsas", 1);

	dev->interrupts.irq = 16;
	interrupts_parse("            CPU0       CPU1\n"
			 "  16:         20          0   IO-APIC   16-fasteoi   ioc0, i801_smbus\n"
			 " 116:          1          0   PCI-MSI 1048576-edge      nvme0q0\n"
			 " NMI:          0          0   Non-maskable interrupts\n",
			 &host);
	ck_assert_int_eq(host.interrupt_remapping, FACT_NO);
	ck_assert_uint_eq(dev->interrupts.sharers.count, 2);
	ck_assert_str_eq(dev->interrupts.sharers.item[0], "ioc0");
	ck_assert_str_eq(dev->interrupts.sharers.item[1], "i801_smbus");
	interrupts_parse(" 116:          1   IR-PCI-MSI 1048576-edge      nvme0q0\n", &host);
	ck_assert_int_eq(host.interrupt_remapping, FACT_YES);
	host_done(&host);
}
END_TEST

#define KEYBOARD(path) \
	"N: Name=\"Keys\"\nS: Sysfs=" path "\nH: Handlers=sysrq kbd event1 leds \nB: EV=120013\n\n"
#define BUTTON                                                                   \
	"N: Name=\"Power Button\"\nS: Sysfs=/devices/LNXPWRBN:00/input/input0\n" \
	"H: Handlers=kbd event0 \nB: EV=3\n\n"
#define BEHIND "/devices/pci0000:00/0000:00:14.0/usb1/1-2/input/input3"

static const struct {
	const char *text;
	size_t uses;
} keyboards[] = {
	{ KEYBOARD(BEHIND), 1 },
	{ BUTTON KEYBOARD(BEHIND) KEYBOARD(BEHIND), 1 },
	{ KEYBOARD(BEHIND) KEYBOARD("/devices/platform/i8042/serio0/input/input1"), 0 },
	{ KEYBOARD("/devices/platform/i8042/serio0/input/input1") KEYBOARD(BEHIND), 0 },
	{ BUTTON, 0 },
	{ "", 0 },
};

START_TEST(last_keyboard)
{
	struct host host = made_host();
	const struct device *dev = made_device(&host, "00:14.0", 0x0c0330, "xhci_hcd", 1);

	input_parse(keyboards[_i].text, &host);
	ck_assert_uint_eq(dev->use_count, keyboards[_i].uses);
	host_done(&host);
}
END_TEST

START_TEST(kernel_log)
{
	struct klog ret;

	klog_parse(
		"[    0.000000] Linux version 6.1\n[    0.1] Unknown kernel command line parameters "
		"\"pcie_acs_override=downstream\", will be passed to user space.\n",
		&ret);
	ck_assert(ret.readable && ret.complete && !ret.acs_override && !ret.rmrr_relaxed);
	klog_parse(
		"Warning: PCIe ACS overrides enabled; This may allow non-IOMMU protected peer-to-peer DMA\n"
		"DMAR: Intel-IOMMU: assuming all RMRRs are relaxable. This can lead to instability\n",
		&ret);
	ck_assert(!ret.complete && ret.acs_override && ret.rmrr_relaxed);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("facts");

	tcase_add_test(tests, capabilities);
	tcase_add_test(tests, unprivileged);
	tcase_add_test(tests, virtual_functions);
	tcase_add_test(tests, dead_or_virtual);
	tcase_add_test(tests, lists_end);
	tcase_add_test(tests, bars);
	tcase_add_test(tests, interrupts);
	tcase_add_loop_test(tests, last_keyboard, 0, (int)ARRAY_SIZE(keyboards));
	tcase_add_test(tests, kernel_log);
	return suite_run("facts", tests);
}
