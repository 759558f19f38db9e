/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Profile and picked devices → libvirt domain XML. Writes XML with libxml2. */
#ifndef VMRUN_VM_DOMXML_H
#define VMRUN_VM_DOMXML_H

#include "decide/resolve.h"
#include "model/host.h"
#include "model/profile.h"

/* Namespace of what vmrun records in a domain's <metadata>: the profile's name and each card's identity. */
#define DOMXML_NAMESPACE "urn:vmrun:guest:1"

/**
 * domxml_build() - Domain XML of a guest
 * @profile:	the profile
 * @host:	the snapshot the picks point into
 * @picks:	devices; those with role PICK_ATTACH become <hostdev managed='no'> with an explicit vfio driver
 *
 * The same profile and picks give the same text on every host, but for the domain type where accel=auto (kvm where the
 * host has it, else qemu). Valid against libvirt's domain schema (docs/schemas/domain.rng); see
 * https://libvirt.org/formatdomain.html.
 *
 * Return: the XML, indented, with a final newline; free()
 */
char *domxml_build(const struct profile *profile, const struct host *host,
		   const struct picks *picks);

/**
 * domxml_plug() - XML of one PCI device of the host, to be plugged into a guest that is there
 * @addr:	the device
 * @managed:	libvirt takes it from its driver and gives it back; else it is with vfio-pci already
 *
 * Return: the XML; free()
 */
char *domxml_plug(const struct pciaddr *addr, bool managed);

/**
 * domxml_plug_at() - Say at which of its root ports a guest that runs is to get a device
 * @plug:	what domxml_plug() returned
 * @domain:	XML of the guest that runs
 *
 * Left to itself libvirt puts a card at a root port only where that is PCI Express itself (PCIe base specification 7.5.3), and
 * finds no place for one that is not; a port takes either. One kept for hot plug is taken before any other.
 *
 * Return: @plug with its <address>; free(). NULL where the guest has no free root port
 */
char *domxml_plug_at(const char *plug, const char *domain);

#endif
