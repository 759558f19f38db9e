/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expansion ROMs: is this file one, and for which cards. */
#ifndef VMRUN_MODEL_ROM_H
#define VMRUN_MODEL_ROM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Largest ROM taken, in bytes; a BAR for a ROM has at most 16 MiB (PCI Local Bus Specification 3.0, 6.2.5.2). */
#define ROM_SIZE_MAX ((size_t)16 << 20)

/* Images of one ROM, and ids of one image, that are looked at. */
#define ROM_IMAGES_MAX 16
#define ROM_IDS_MAX 64

/**
 * struct rom_image - one image of a ROM
 * @vendor:	vendor id of the cards it is for
 * @devices:	their @device_count device ids
 * @efi:	it is a driver for UEFI; else code for a BIOS, or for something else
 */
struct rom_image {
	uint16_t vendor;
	uint16_t devices[ROM_IDS_MAX];
	size_t device_count;
	bool efi;
};

/** struct rom - a ROM: its @count images */
struct rom {
	struct rom_image images[ROM_IMAGES_MAX];
	size_t count;
};

/**
 * rom_parse() - Read a ROM
 * @data:	the bytes; anybody's
 * @len:	their number
 * @ret:	filled on success; owns nothing
 * @e:		ERR_PROFILE: what it is instead, and what to do
 *
 * By PCI Firmware Specification 3.0, 5.1: every image begins with 55 AA, leads to a structure that begins with PCIR, and says
 * its length; the last one says that it is the last.
 *
 * Return: 0; -EINVAL
 */
int rom_parse(const uint8_t *data, size_t len, struct rom *ret, struct err *e);

/**
 * rom_check() - Whether a ROM is for a card, and for a guest's firmware
 * @rom:	the ROM
 * @vendor, @device: ids of the card
 * @uefi:	the guest has UEFI, which runs no image of the other kind
 * @e:		ERR_PROFILE
 *
 * Return: 0; -EINVAL
 */
int rom_check(const struct rom *rom, uint16_t vendor, uint16_t device, bool uefi, struct err *e);

#endif
