// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of vendors, devices and classes from the PCI ID list. The only user of libpci. */
#include "survey/names.h"

#include <pci/pci.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"

/*
 * libpci ends the process in its default error callback, and the callback must not return. It is only asked for names
 * here, never to look at the bus, but a damaged list must not end us either.
 */
static _Thread_local jmp_buf pci_failed;

struct names {
	struct pci_access *access;
};

static void __attribute__((noreturn)) on_error(char *format, ...)
{
	log_debug("libpci: %s", format);
	longjmp(pci_failed, 1);
}

static void on_note(char *format, ...)
{
	log_debug("libpci: %s", format);
}

static char *found(const char *text)
{
	return text && *text ? mem_strdup(text) : NULL;
}

static void name_device(struct pci_access *access, struct device *dev)
{
	const int quiet = PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB;
	char buf[256];

	dev->vendor_name = found(
		pci_lookup_name(access, buf, sizeof(buf), PCI_LOOKUP_VENDOR | quiet, dev->vendor));
	dev->device_name = found(pci_lookup_name(
		access, buf, sizeof(buf), PCI_LOOKUP_DEVICE | quiet, dev->vendor, dev->device));
	dev->class_name = found(pci_lookup_name(access, buf, sizeof(buf), PCI_LOOKUP_CLASS | quiet,
						dev->class_code >> 8));
}

static bool is_named(const struct device *dev)
{
	return dev->vendor_name || dev->device_name || dev->class_name;
}

/* Devices named before, by their ids: of what there are thousands there are not many kinds. */
#define NAMED_KEPT 64

static const struct device **kept_for(const struct device **named, const struct device *dev)
{
	return &named[(dev->vendor ^ dev->device ^ dev->class_code >> 8) % NAMED_KEPT];
}

static void name_alike(const struct device *other, struct device *dev)
{
	dev->vendor_name = mem_strdup(other->vendor_name);
	dev->device_name = mem_strdup(other->device_name);
	dev->class_name = mem_strdup(other->class_name);
}

static void name_all(struct pci_access *access, struct host *host)
{
	const struct device *named[NAMED_KEPT] = { 0 };

	for (size_t i = 0; i < host->device_count; i++) {
		struct device *dev = &host->devices[i];
		const struct device **kept = kept_for(named, dev);

		if (!dev->identified || is_named(dev))
			continue;
		if (*kept && (*kept)->vendor == dev->vendor && (*kept)->device == dev->device &&
		    (*kept)->class_code >> 8 == dev->class_code >> 8)
			name_alike(*kept, dev);
		else
			name_device(access, dev);
		*kept = dev;
	}
}

struct names *names_load(void)
{
	struct names *names = mem_zalloc(sizeof(*names));

	names->access = pci_alloc();
	names->access->error = on_error;
	names->access->warning = on_note;
	names->access->debug = on_note;
	if (!setjmp(pci_failed))
		pci_load_name_list(names->access);
	return names;
}

void names_free(struct names *names)
{
	if (!names)
		return;
	pci_cleanup(names->access);
	free(names);
}

void names_compose(struct device *dev)
{
	free(dev->name);
	if (dev->vendor_name && dev->device_name)
		dev->name = mem_printf("%s %s", dev->vendor_name, dev->device_name);
	else if (dev->vendor_name)
		dev->name = mem_printf("%s device %04x", dev->vendor_name, dev->device);
	else
		dev->name = mem_printf("device %04x:%04x", dev->vendor, dev->device);
}

void names_fill(struct names *names, struct host *host)
{
	if (!setjmp(pci_failed))
		name_all(names->access, host);
	for (size_t i = 0; i < host->device_count; i++)
		names_compose(&host->devices[i]);
}
