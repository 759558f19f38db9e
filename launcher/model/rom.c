// SPDX-License-Identifier: GPL-2.0-or-later
/* Expansion ROMs: is this file one, and for which cards. */
#include "model/rom.h"

#include <errno.h>
#include <string.h>

/* PCI Firmware Specification 3.0, 5.1.1 and 5.1.2: where things are in the header, and in the PCI data structure. */
#define HEADER_LENGTH 0x1a
#define HEADER_PCIR 0x18
#define PCIR_LENGTH 0x18
#define PCIR_VENDOR 0x04
#define PCIR_DEVICE 0x06
#define PCIR_DEVICE_LIST 0x08
#define PCIR_REVISION 0x0c
#define PCIR_IMAGE_LENGTH 0x10
#define PCIR_CODE_TYPE 0x14
#define PCIR_INDICATOR 0x15
#define PCIR_LAST 0x80
#define CODE_EFI 0x03
#define UNIT 512

static unsigned int little16(const uint8_t *at)
{
	return (unsigned int)(at[0] | at[1] << 8);
}

static int invalid(struct err *e, const char *what, const char *fix)
{
	err_set(e, ERR_PROFILE, EINVAL, NULL, "is no ROM of a PCI card: %s", what);
	return err_fix(e, "%s", fix);
}

/* Programs that read a card's flash put a header of their own before it: the ROM itself begins further on. */
static int refuse_signature(const uint8_t *data, size_t len, struct err *e)
{
	for (size_t at = UNIT; at + HEADER_LENGTH <= len; at += UNIT) {
		size_t pcir = at + little16(data + at + HEADER_PCIR);

		if (data[at] != 0x55 || data[at + 1] != 0xaa || pcir + 4 > len ||
		    memcmp(data + pcir, "PCIR", 4))
			continue;
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"has %zu bytes before the ROM's signature 55 AA", at);
		return err_fix(e, "cut them off: dd if=FILE of=NEW bs=512 skip=%zu", at / UNIT);
	}
	return invalid(
		e, "it does not begin with 55 AA",
		"read it from the card: echo 1 >rom; cat rom, in its directory below /sys/bus/pci/devices");
}

/* The device's own id, then those of the list that revision 3 of the structure can have, ended by a zero. */
static void read_ids(const uint8_t *data, size_t len, size_t pcir, struct rom_image *image)
{
	size_t at = pcir + little16(data + pcir + PCIR_DEVICE_LIST);

	image->vendor = (uint16_t)little16(data + pcir + PCIR_VENDOR);
	image->devices[image->device_count++] = (uint16_t)little16(data + pcir + PCIR_DEVICE);
	if (data[pcir + PCIR_REVISION] < 3 || at == pcir)
		return;
	for (; at + 2 <= len && image->device_count < ROM_IDS_MAX && little16(data + at); at += 2)
		image->devices[image->device_count++] = (uint16_t)little16(data + at);
}

int rom_parse(const uint8_t *data, size_t len, struct rom *ret, struct err *e)
{
	struct rom rom = { 0 };
	size_t at = 0;

	if (len < HEADER_LENGTH || data[0] != 0x55 || data[1] != 0xaa)
		return refuse_signature(data, len, e);
	for (;;) {
		size_t pcir, length;

		if (at + HEADER_LENGTH > len || data[at] != 0x55 || data[at + 1] != 0xaa)
			return invalid(e, "an image does not begin where the one before it ends",
				       "read it anew: it is cut off");
		pcir = at + little16(data + at + HEADER_PCIR);
		if (pcir + PCIR_LENGTH > len || memcmp(data + pcir, "PCIR", 4))
			return invalid(e, "its header leads to no PCI data structure",
				       "read it anew: it is damaged");
		length = (size_t)little16(data + pcir + PCIR_IMAGE_LENGTH) * UNIT;
		if (!length || at + length > len)
			return invalid(e, "it is shorter than it says",
				       "read it anew: it is cut off");
		rom.images[rom.count].efi = data[pcir + PCIR_CODE_TYPE] == CODE_EFI;
		read_ids(data, len, pcir, &rom.images[rom.count++]);
		if (data[pcir + PCIR_INDICATOR] & PCIR_LAST)
			break;
		if (rom.count == ROM_IMAGES_MAX)
			return invalid(e, "it has too many images", "read it anew: it is damaged");
		at += length;
	}
	*ret = rom;
	return 0;
}

static bool image_is_for(const struct rom_image *image, uint16_t vendor, uint16_t device)
{
	for (size_t i = 0; i < image->device_count; i++)
		if (image->vendor == vendor && image->devices[i] == device)
			return true;
	return false;
}

int rom_check(const struct rom *rom, uint16_t vendor, uint16_t device, bool uefi, struct err *e)
{
	const struct rom_image *first = &rom->images[0];
	bool fits = false, efi = false;

	for (size_t i = 0; i < rom->count; i++) {
		fits = fits || image_is_for(&rom->images[i], vendor, device);
		efi = efi || rom->images[i].efi;
	}
	if (!fits) {
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"is a ROM for %04x:%04x, and the card is %04x:%04x", first->vendor,
			first->devices[0], vendor, device);
		return err_fix(e, "read the ROM of this card, or of another of the same model");
	}
	if (uefi && !efi) {
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"has no image for UEFI, which is the guest's firmware");
		return err_fix(e, "say firmware = bios, or take a newer ROM of the card's maker");
	}
	return 0;
}
