/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UUIDs of guests: checked, or derived from the guest's name. The only user of libuuid. */
#ifndef VMRUN_MODEL_UUID_H
#define VMRUN_MODEL_UUID_H

/* Room for a UUID as text, 8-4-4-4-12 hexadecimal digits, and its terminator. */
#define UUID_STRLEN 37

/** uuid_from_name() - Write the UUID of the guest @name into @buf: RFC 4122 version 5, the same everywhere */
char *uuid_from_name(const char *name, char buf[static UUID_STRLEN]);

/**
 * uuid_normalise() - Check a UUID and write it in lower case
 * @text:	the UUID, with its dashes
 * @buf:	result; untouched on failure
 *
 * Return: 0; -EINVAL for another form, or for one whose bytes are all the same, which libvirt does not take
 */
int uuid_normalise(const char *text, char buf[static UUID_STRLEN]);

#endif
