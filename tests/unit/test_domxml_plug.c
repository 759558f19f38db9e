// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of devices that are plugged in: at which root port of the guest each is put. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "unit/suite.h"
#include "vm/domxml.h"

#define PORT(bus, more) \
	"<controller type='pci' index='" bus "' model='pcie-root-port'>" more "</controller>"
#define AT(element, bus)                                             \
	"<" element "><address type='pci' domain='0x0000' bus='" bus \
	"' slot='0x00' function='0x0'/></" element ">"
#define ON_ROOT "<address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>"
#define SPARE(bus) "<alias name='ua-port" bus "'/>"

/* What the guest has, and the bus of the free port; NULL: none is. */
static const struct {
	const char *devices, *bus;
} rows[] = {
	{ PORT("1", ON_ROOT), "0x01" },
	{ PORT("1", ON_ROOT) PORT("2", ON_ROOT) AT("disk", "0x01"), "0x02" },
	{ PORT("1", "") PORT("2", "") AT("hostdev", "0x02"), "0x01" },
	{ PORT("1", "") PORT("2", "") AT("interface", "0x01") AT("redirdev", "0x02"), NULL },
	/* One that is kept for hot plug has the window that a large BAR needs. */
	{ PORT("1", "") PORT("2", SPARE("2")) PORT("3", SPARE("3")), "0x02" },
	{ PORT("1", "") PORT("2", SPARE("2")) AT("disk", "0x02"), "0x01" },
	{ PORT("1", "") PORT("2", SPARE("7")), "0x01" },
	{ PORT("26", ""), "0x1a" },
	{ PORT("1", "<target hotplug='off'/>") PORT("2", "<target hotplug='on'/>"), "0x02" },
	/* The card's address in the host is not one in the guest. */
	{ PORT("1",
	       "") "<hostdev><source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source></hostdev>",
	  "0x01" },
	{ "<controller type='pci' index='1' model='pcie-to-pci-bridge'/>", NULL },
	{ "<controller type='pci' index='0' model='pcie-root'/>", NULL },
	{ PORT("0", "") PORT("128", "") PORT("-1", "") PORT("x", ""), NULL },
	{ "", NULL },
};

static const struct pciaddr addr = { .bus = 8 };

START_TEST(port)
{
	_cleanup_free_ char *plug = domxml_plug(&addr, false);
	_cleanup_free_ char *guest =
		mem_printf("<domain type='kvm'><devices>%s</devices></domain>", rows[_i].devices);
	_cleanup_free_ char *at = domxml_plug_at(plug, guest);

	if (rows[_i].bus) {
		_cleanup_free_ char *wanted = mem_printf(
			"<address type=\"pci\" domain=\"0x0000\" bus=\"%s\" slot=\"0x00\" function=\"0x0\"/>",
			rows[_i].bus);

		ck_assert_ptr_nonnull(at);
		ck_assert_msg(strstr(at, wanted) != NULL, "%s is not in\n%s", wanted, at);
		/* And the device is what it was. */
		ck_assert_ptr_nonnull(strstr(at, "bus=\"0x08\""));
	} else {
		ck_assert_msg(!at, "%s", at);
	}
}
END_TEST

START_TEST(no_guest)
{
	_cleanup_free_ char *plug = domxml_plug(&addr, false);

	ck_assert_ptr_null(domxml_plug_at(plug, ""));
	ck_assert_ptr_null(domxml_plug_at(plug, "<domain>"));
	ck_assert_ptr_null(domxml_plug_at(plug, "<domain/>"));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("domxml_plug");

	tcase_add_loop_test(tests, port, 0, (int)ARRAY_SIZE(rows));
	tcase_add_test(tests, no_guest);
	return suite_run("domxml_plug", tests);
}
