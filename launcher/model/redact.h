/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking out of texts and tables what tells one owner's machine from another's. */
#ifndef VMRUN_MODEL_REDACT_H
#define VMRUN_MODEL_REDACT_H

#include <stddef.h>

#include "base/mem.h"
#include "model/host.h"

/*
 * What is replaced is replaced by something of the same form: the same value by the same token,
 * another one by another token, so that comparisons have the same result. Tokens are numbered in
 * the order in which values are met.
 */

/** enum redact_kind - MAC addresses, UUIDs, PCIe device serial numbers, labels, other serials */
enum redact_kind { REDACT_MAC, REDACT_UUID, REDACT_DSN, REDACT_LABEL, REDACT_SERIAL, REDACT_KINDS };

/**
 * struct redactor - values met so far; all zero with a hostname or without is a new one
 * @hostname:	replaced by "host1" as a word in what people name, or NULL
 * @met:	per kind, values in the order of their tokens
 */
struct redactor {
	const char *hostname;
	struct strlist met[REDACT_KINDS];
};

/** redact_done() - Release what @redactor owns */
void redact_done(struct redactor *redactor);

/** redact_text() - Replace, in place, MAC addresses, UUIDs and device serial numbers in @text */
void redact_text(struct redactor *redactor, char *text, size_t len);

/** redact_names() - As redact_text(), in a new string, and the host's name as a word too */
char *redact_names(struct redactor *redactor, const char *text);

/** redact_serial() - "serial1" for a serial number in a form of its own; newly allocated */
char *redact_serial(struct redactor *redactor, const char *value);

/** redact_label() - "label1" for the label of a file system; newly allocated */
char *redact_label(struct redactor *redactor, const char *value);

/** redact_config() - Replace, in place, the serial number in @len bytes of configuration space */
void redact_config(struct redactor *redactor, char *bytes, size_t len);

/** redact_smbios() - Leave slots and onboard devices only; returns the new length of the table */
size_t redact_smbios(char *table, size_t len);

/** redact_cmdline() - The parameters that bear on handing devices over; newly allocated */
char *redact_cmdline(const char *text);

/** redact_modules() - Lines of a list of modules that are about vfio; newly allocated */
char *redact_modules(const char *text);

/** redact_mountinfo() - Lines of file systems on devices, without their options; newly allocated */
char *redact_mountinfo(struct redactor *redactor, const char *text);

/** redact_fstab() - The same of a file system table, labels replaced; newly allocated */
char *redact_fstab(struct redactor *redactor, const char *text);

/** redact_conf() - libvirt's qemu.conf without comments and what is secret; newly allocated */
char *redact_conf(const char *text);

/** redact_unit() - Of a unit of systemd its limit on locked memory; newly allocated */
char *redact_unit(const char *text);

/** redact_udev() - Of udev's record of a disk, what it is and is named by; newly allocated */
char *redact_udev(struct redactor *redactor, const char *text);

/** redact_host() - Replace what a survey found of all this, and in the texts it made of it */
void redact_host(struct redactor *redactor, struct host *host);

#endif
