// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds between the keys of a section, and the values of those that are not there. */
#include "model/profile_parts.h"
#include "model/profile_vf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/uuid.h"

#define MEMORY_DEFAULT (UINT64_C(1) << 30)

const char *profile_header(const struct ini_section *section, char buf[static PROFILE_HEADER_MAX])
{
	if (section->id)
		snprintf(buf, PROFILE_HEADER_MAX, "[%s \"%s\"]", section->name, section->id);
	else
		snprintf(buf, PROFILE_HEADER_MAX, "[%s]", section->name);
	return buf;
}

/* A section lacks or forbids something; returns -EINVAL. */
static int incomplete(const struct ini_section *section, struct err *e, const char *message,
		      const char *fix)
{
	err_set(e, ERR_PROFILE, EINVAL, NULL, "%s %s", PROFILE_HEADER(section), message);
	return err_fix(e, "%s", fix);
}

static void default_text(char **text, const char *value)
{
	if (!*text)
		*text = mem_strdup(value);
}

/* The base has what these say; a key that is silently without effect would be worse than none. */
static int check_base(const struct ini_section *section, struct err *e)
{
	static const char *const beside[] = { "name", "uuid", "uri", "xml", "autostart" };

	for (size_t i = 0; i < section->entry_count; i++) {
		const char *key = section->entries[i].key;
		bool good = false;

		for (size_t k = 0; k < ARRAY_SIZE(beside); k++)
			good = good || !strcmp(beside[k], key);
		if (good)
			continue;
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"%s has \"%s\", which is the domain XML's to say", PROFILE_HEADER(section),
			key);
		return err_fix(
			e, "change it there: beside xml stand only name, uuid, uri and autostart");
	}
	return 0;
}

static int check_processors(struct profile *profile, const struct ini_section *section,
			    struct err *e)
{
	unsigned int product =
		profile->topology.sockets * profile->topology.cores * profile->topology.threads;

	if (!profile->vcpus)
		profile->vcpus = product ? product : 1;
	if (product && product != profile->vcpus)
		return incomplete(section, e, "has another number of vcpus than its topology",
				  "leave vcpus out: it is the product");
	for (size_t i = 0; i < profile->pin_count; i++)
		if (profile->pins[i].vcpu >= profile->vcpus)
			return incomplete(section, e, "pins more virtual processors than it has",
					  "pin as many processors of the host as there are vcpus");
	return 0;
}

static int check_firmware(const struct profile *profile, const struct ini_section *section,
			  struct err *e)
{
	if (!profile->kernel && (profile->initrd || profile->cmdline))
		return incomplete(section, e,
				  "has an initrd or a cmdline, but no kernel to give it to",
				  "add: kernel = PATH");
	if (profile->nvram && profile->firmware == FIRMWARE_BIOS)
		return incomplete(section, e, "has nvram, which a guest with a BIOS does not have",
				  "add: firmware = uefi");
	if (profile->firmware == FIRMWARE_UEFI_SECURE && !profile_is_pcie(profile))
		return incomplete(section, e, "wants secure boot on a machine that has none",
				  "say: machine = q35");
	return 0;
}

bool profile_is_pcie(const struct profile *profile)
{
	return strstr(profile->machine, "q35") != NULL;
}

static int finish_vm(struct profile *profile, const struct ini_section *section, struct err *e)
{
	char uuid[UUID_STRLEN];

	if (!profile->name)
		return incomplete(section, e, "has no name", "add: name = NAME");
	if (profile->xml && check_base(section, e) < 0)
		return -EINVAL;
	default_text(&profile->uuid, uuid_from_name(profile->name, uuid));
	default_text(&profile->machine, "q35");
	default_text(&profile->serial, "pty");
	default_text(&profile->clock, "utc");
	default_text(&profile->video, profile->graphics == GRAPHICS_NONE ? "none" : "virtio");
	if (!profile->memory_bytes)
		profile->memory_bytes = MEMORY_DEFAULT;
	if (check_processors(profile, section, e) < 0)
		return -EINVAL;
	return check_firmware(profile, section, e);
}

bool profile_pci_pins(const struct profile_pci *pci)
{
	for (size_t i = 0; i < pci->selector_count; i++)
		if (pci->selectors[i].kind == SELECTOR_ADDRESS ||
		    pci->selectors[i].kind == SELECTOR_PATH ||
		    pci->selectors[i].kind == SELECTOR_SLOT)
			return true;
	return pci->expect.known;
}

static int finish_pci(const struct profile_pci *pci, const struct ini_section *section,
		      struct err *e)
{
	if (!pci->selector_count && !pci->vf_of)
		return incomplete(
			section, e, "does not say which device",
			"add one of address, match, class, name, path, slot, disk, netdev, vf-of");
	if (pci->accept.count && !profile_pci_pins(pci))
		return incomplete(
			section, e, "accepts findings of a device it does not pin",
			"add address, path, slot or expect: what is accepted is accepted for one card");
	return profile_check_vf(pci, PROFILE_HEADER(section), e);
}

static int finish_disk(struct profile_disk *disk, const struct ini_section *section, struct err *e)
{
	bool block = disk->source && !strncmp(disk->source, "/dev/", 5);
	bool cdrom, lun;

	default_text(&disk->device, "disk");
	cdrom = !strcmp(disk->device, "cdrom");
	lun = !strcmp(disk->device, "lun");
	default_text(&disk->format, "raw");
	default_text(&disk->bus, cdrom ? "sata" : lun ? "scsi" : "virtio");
	if (!disk->source && !cdrom)
		return incomplete(section, e, "has no source", "add: source = PATH");
	if (cdrom && !strcmp(disk->bus, "virtio"))
		return incomplete(section, e, "is a CD drive on virtio, which has none",
				  "say: bus = sata");
	if (lun && (!block || strcmp(disk->bus, "scsi") || strcmp(disk->format, "raw")))
		return incomplete(
			section, e, "is a lun, but no block device on bus scsi",
			"device = lun hands SCSI commands through to a raw disk below /dev");
	if (disk->size_bytes && (block || cdrom || disk->readonly))
		return incomplete(section, e, "has a size, but is nothing that can be made",
				  "size is for an image the guest writes to");
	return 0;
}

static int finish_net(struct profile_net *net, const struct ini_section *section, struct err *e)
{
	static const char *const ways[] = { "user", "bridge", "network", "direct" };
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		count += ini_find(section, ways[i]) != NULL;
	if (count != 1)
		return incomplete(
			section, e,
			count ? "leads to several networks" : "does not say which network",
			"give one of: user = yes, bridge = INTERFACE, network = NAME, direct = INTERFACE");
	default_text(&net->model, "virtio");
	return 0;
}

static int finish_share(struct profile_share *share, const struct ini_section *section,
			struct err *e)
{
	if (!share->source)
		return incomplete(section, e, "has no source", "add: source = PATH");
	default_text(&share->target, share->id);
	return 0;
}

static int finish_usb(const struct profile_usb *usb, const struct ini_section *section,
		      struct err *e)
{
	if (!usb->match && !usb->address)
		return incomplete(
			section, e, "does not say which device",
			"add match = VENDOR:PRODUCT, or address = BUS:DEVICE; `lsusb` lists both");
	return 0;
}

int profile_finish(struct profile *profile, enum profile_section kind, void *object,
		   const struct ini_section *section, struct err *e)
{
	switch (kind) {
	case SECTION_VM:
		return finish_vm(profile, section, e);
	case SECTION_PCI:
		return finish_pci(object, section, e);
	case SECTION_DISK:
		return finish_disk(object, section, e);
	case SECTION_NET:
		return finish_net(object, section, e);
	case SECTION_SHARE:
		return finish_share(object, section, e);
	case SECTION_USB:
		return finish_usb(object, section, e);
	case SECTION_QEMU:
	case SECTION_COUNT:
		break;
	}
	return 0;
}

/** struct ordered - a device that has a place in the boot order */
struct ordered {
	unsigned int boot, line;
	const char *id;
};

static int check_boot(const struct profile *profile, const struct ordered *device, size_t index,
		      struct err *e)
{
	if (profile->boot.count) {
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"\"%s\" has a place in the boot order, and [vm] has boot, too", device->id);
		return err_fix(
			e,
			"keep one of the two: kinds of devices in [vm], or places of single ones");
	}
	for (size_t i = 1; i <= index; i++) {
		const struct ordered *other = device - i;

		if (other->boot != device->boot)
			continue;
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"\"%s\" has place %u in the boot order, as \"%s\" has", device->id,
			device->boot, other->id);
		return err_fix(e, "give each device another number");
	}
	return 0;
}

static int check_boots(const struct profile *profile, struct err *e, unsigned int *line)
{
	size_t count = 0, all = profile->pci_count + profile->disk_count + profile->net_count;
	_cleanup_free_ struct ordered *list = mem_zalloc((all + 1) * sizeof(*list));

	for (size_t i = 0; i < profile->pci_count; i++)
		list[count++] = (struct ordered){ profile->pci[i].boot, profile->pci[i].line,
						  profile->pci[i].id };
	for (size_t i = 0; i < profile->disk_count; i++)
		list[count++] = (struct ordered){ profile->disks[i].boot, profile->disks[i].line,
						  profile->disks[i].id };
	for (size_t i = 0; i < profile->net_count; i++)
		list[count++] = (struct ordered){ profile->nets[i].boot, profile->nets[i].line,
						  profile->nets[i].id };
	for (size_t i = 0; i < count; i++) {
		*line = list[i].line;
		if (list[i].boot && check_boot(profile, &list[i], i, e) < 0)
			return -EINVAL;
	}
	return 0;
}

/* x-vga is SeaBIOS' way to a picture; OVMF draws without it, and Linux of today does, too. */
static int check_vga(const struct profile *profile, const struct profile_pci *pci, struct err *e)
{
	if (!pci->vga || profile->firmware == FIRMWARE_BIOS)
		return 0;
	err_set(e, ERR_PROFILE, EINVAL, NULL,
		"\"%s\" has vga = yes, which a guest with UEFI has no use for", pci->id);
	return err_fix(e, "leave it out: UEFI shows its picture through the card's ROM alone");
}

/*
 * Behind a root port there is one place (PCIe base specification 7.3.1); on the root bus the first and the last are the chipset's.
 * A base may have buses of other kinds.
 */
static int check_place(const struct profile *profile, const struct profile_pci *pci, struct err *e)
{
	const struct pciaddr *at = &pci->guest_address;

	if (!profile_is_pcie(profile) || profile->xml)
		return 0;
	if (!at->bus && (at->dev == 0 || at->dev == 31)) {
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"\"%s\" has a guest-address where the guest's chipset is", pci->id);
		return err_fix(e, "a device number from 01 to 1e, or a bus of its own: 01:00.%x",
			       at->fn);
	}
	if (!at->bus || !at->dev)
		return 0;
	err_set(e, ERR_PROFILE, EINVAL, NULL,
		"\"%s\" has a guest-address on bus %02x that is not device 0", pci->id, at->bus);
	return err_fix(e, "%02x:00.%x, or another bus: behind a root port there is device 0 alone",
		       at->bus, at->fn);
}

static int check_pci(const struct profile *profile, size_t index, struct err *e)
{
	const struct profile_pci *pci = &profile->pci[index];

	if (check_vga(profile, pci, e) < 0)
		return -EINVAL;
	if (!pci->guest_address_given)
		return 0;
	if (check_place(profile, pci, e) < 0)
		return -EINVAL;
	if (pci->count > 1) {
		err_set(e, ERR_PROFILE, EINVAL, NULL, "\"%s\" has one guest-address for %u devices",
			pci->id, pci->count);
		return err_fix(e, "give each device a section of its own");
	}
	for (size_t i = 0; i < index; i++)
		if (profile->pci[i].guest_address_given &&
		    pciaddr_equal(&profile->pci[i].guest_address, &pci->guest_address)) {
			err_set(e, ERR_PROFILE, EINVAL, NULL,
				"\"%s\" has the guest-address that \"%s\" has", pci->id,
				profile->pci[i].id);
			return err_fix(e, "give each device another one");
		}
	return 0;
}

int profile_finish_all(const struct profile *profile, struct err *e)
{
	unsigned int line = 0;
	int r = check_boots(profile, e, &line);

	for (size_t i = 0; i < profile->pci_count && r == 0; i++) {
		line = profile->pci[i].line;
		r = check_pci(profile, i, e);
	}
	return r < 0 ? ini_where(e, profile->file, line) : 0;
}
