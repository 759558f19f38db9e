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

static int finish_vm(struct profile *profile, const struct ini_section *section, struct err *e)
{
	char uuid[UUID_STRLEN];

	if (!profile->name)
		return incomplete(section, e, "has no name", "add: name = NAME");
	if (!profile->kernel && (profile->initrd || profile->cmdline))
		return incomplete(section, e,
				  "has an initrd or a cmdline, but no kernel to give it to",
				  "add: kernel = PATH");
	default_text(&profile->uuid, uuid_from_name(profile->name, uuid));
	default_text(&profile->machine, "q35");
	default_text(&profile->serial, "pty");
	if (!profile->memory_bytes)
		profile->memory_bytes = MEMORY_DEFAULT;
	if (!profile->vcpus)
		profile->vcpus = 1;
	return 0;
}

bool profile_pci_pins(const struct profile_pci *pci)
{
	for (size_t i = 0; i < pci->selector_count; i++)
		if (pci->selectors[i].kind == SELECTOR_ADDRESS ||
		    pci->selectors[i].kind == SELECTOR_PATH ||
		    pci->selectors[i].kind == SELECTOR_SLOT)
			return true;
	return false;
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
			"add address, path or slot: what is accepted is accepted for one card");
	return profile_check_vf(pci, PROFILE_HEADER(section), e);
}

static int finish_disk(struct profile_disk *disk, const struct ini_section *section, struct err *e)
{
	if (!disk->source)
		return incomplete(section, e, "has no source", "add: source = PATH");
	default_text(&disk->format, "raw");
	default_text(&disk->bus, "virtio");
	return 0;
}

static int finish_net(const struct ini_section *section, struct err *e)
{
	/* Every key of the section is a way to a network, and none is there twice. */
	if (section->entry_count != 1)
		return incomplete(section, e,
				  section->entry_count ? "leads to several networks"
						       : "does not say which network",
				  "give one of: user = yes, bridge = INTERFACE, network = NAME");
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
		return finish_net(section, e);
	case SECTION_COUNT:
		break;
	}
	return 0;
}
