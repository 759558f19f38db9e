// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration space of a function: header, capabilities, as far as it may be read. */
#include "survey/config.h"

#include <string.h>

/*
 * Offsets: PCI Local Bus Specification 3.0, 6.1 and 6.7; PCI-to-PCI Bridge Architecture Specification 1.2, 3.2; PCI Express
 * Base Specification 5.0, 7.5 to 7.9. A virtual function's ids read ffff there (SR-IOV, 9.3.4.1), which is why nothing here
 * goes by them.
 */
#define HEADER_SIZE 64
#define STATUS 0x06
#define STATUS_CAP_LIST 0x10
#define REVISION 0x08
#define CLASS_CODE 0x09
#define HEADER_TYPE 0x0e
#define SECONDARY_BUS 0x19
#define SUBORDINATE_BUS 0x1a
#define CAP_POINTER 0x34
#define INTERRUPT_PIN 0x3d

#define CAP_MSI 0x05
#define CAP_EXPRESS 0x10
#define CAP_MSIX 0x11

#define EXTENDED_START 0x100
#define SPACE_END 0x1000
#define EXTENDED_SERIAL 0x0003
#define EXTENDED_SRIOV 0x0010

/* A list has no more entries than fit where it lives. */
#define CAPS_MAX ((EXTENDED_START - HEADER_SIZE) / 4)
#define EXTENDED_MAX ((SPACE_END - EXTENDED_START) / 8)

struct config {
	config_read_fn *read;
	void *context;
};

static bool fetch(const struct config *config, size_t offset, void *buf, size_t len)
{
	return config->read(config->context, buf, len, offset) == (ssize_t)len;
}

static uint32_t little(const uint8_t *bytes, size_t len)
{
	uint32_t value = 0;

	while (len--)
		value = value << 8 | bytes[len];
	return value;
}

/*
 * Link Capabilities at 0Ch, Link Status at 12h; a function without a link, inside a root complex, has zeros there. Every
 * access to a real device takes a microsecond: what stands together is read together, and nothing else.
 */
static void parse_express(const struct config *config, size_t at, struct device *dev)
{
	uint8_t link[0x14 - 0x0c];
	const uint8_t *caps = link, *status = link + (0x12 - 0x0c);

	dev->pcie = true;
	if (!fetch(config, at + 0x0c, link, sizeof(link)))
		return;
	dev->link.speed_max = caps[0] & 0xf;
	dev->link.width_max = little(caps, 4) >> 4 & 0x3f;
	dev->link.speed = status[0] & 0xf;
	dev->link.width = little(status, 2) >> 4 & 0x3f;
}

/* @head: id, next, and what is Message Control of MSI and MSI-X. */
static void parse_capability(const struct config *config, const uint8_t head[static 4], size_t at,
			     struct device *dev)
{
	switch (head[0]) {
	case CAP_MSI: /* bits 3:1: vectors as a power of two (6.8.1.3) */
		dev->interrupts.msi = 1U << (head[2] >> 1 & 7);
		break;
	case CAP_MSIX: /* bits 10:0: table size less one (6.8.2.3) */
		dev->interrupts.msix = (little(head + 2, 2) & 0x7ff) + 1;
		break;
	case CAP_EXPRESS:
		parse_express(config, at, dev);
		break;
	default:
		break;
	}
}

static void walk_capabilities(const struct config *config, size_t at, struct device *dev)
{
	for (int i = 0; i < CAPS_MAX && at >= HEADER_SIZE && at <= EXTENDED_START - 4; i++) {
		uint8_t head[4];

		/* The header's pointer leads beyond what an ordinary user may read: so the list is not known. */
		if (!fetch(config, at, head, sizeof(head)))
			return;
		dev->interrupts.known = true;
		if (head[0] == 0xff)
			return;
		parse_capability(config, head, at, dev);
		at = head[1] & 0xfc;
	}
}

/* "a0-36-9f-ff-ff-12-34-56": the bytes of the serial number from the highest, as lspci writes it (7.9.3). */
static void parse_serial(const struct config *config, size_t at, struct device *dev)
{
	uint8_t b[8];

	if (fetch(config, at + 4, b, sizeof(b)) && !dev->serial)
		dev->serial = mem_printf("%02x-%02x-%02x-%02x-%02x-%02x-%02x-%02x", b[7], b[6],
					 b[5], b[4], b[3], b[2], b[1], b[0]);
}

/* Whoever may not read so far learns nothing of what is there or not. */
static void walk_extended(const struct config *config, struct device *dev)
{
	size_t at = EXTENDED_START;
	bool sriov = false;

	for (int i = 0; i < EXTENDED_MAX && at >= EXTENDED_START && at <= SPACE_END - 4; i++) {
		uint8_t bytes[4];
		uint32_t head;

		if (!fetch(config, at, bytes, sizeof(bytes)))
			return;
		head = little(bytes, 4);
		if (head == 0xffffffff)
			return;
		if ((head & 0xffff) == EXTENDED_SERIAL)
			parse_serial(config, at, dev);
		sriov = sriov || (head & 0xffff) == EXTENDED_SRIOV;
		at = head >> 20 & 0xffc;
	}
	dev->sriov_absent = !sriov && at == 0;
}

static void parse_header(const uint8_t *header, struct device *dev)
{
	uint32_t class_code = little(header + CLASS_CODE, 3);

	if (header[HEADER_TYPE] == 0xff && class_code == 0xffffff) {
		dev->dead = true;
		return;
	}
	dev->header_known = true;
	dev->revision = header[REVISION];
	dev->header_type = header[HEADER_TYPE] & 0x7f;
	if (dev->header_type == 1) {
		dev->secondary = header[SECONDARY_BUS];
		dev->subordinate = header[SUBORDINATE_BUS];
	}
	dev->interrupts.pin = header[INTERRUPT_PIN] != 0;
}

bool config_parse(config_read_fn *read, void *context, struct device *dev)
{
	struct config config = { read, context };
	uint8_t header[HEADER_SIZE];

	if (!fetch(&config, 0, header, sizeof(header)))
		return false;
	parse_header(header, dev);
	if (dev->dead)
		return true;
	/* CardBus bridges have the pointer elsewhere; nobody hands one over. */
	if (!(header[STATUS] & STATUS_CAP_LIST) || !header[CAP_POINTER])
		dev->interrupts.known = true;
	else if (dev->header_type < 2)
		walk_capabilities(&config, header[CAP_POINTER] & 0xfc, dev);
	if (dev->pcie)
		walk_extended(&config, dev);
	return true;
}
