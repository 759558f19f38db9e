// SPDX-License-Identifier: GPL-2.0-or-later
/* What all ACPI tables have in common: the header, and reading them without trusting them. */
#include "model/acpi.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define HEADER_LENGTH 4 /* offset of the length, 32 bits */

uint64_t acpi_get(const struct acpi_reader *t, size_t offset, size_t size)
{
	uint64_t value = 0;

	if (size > sizeof(value) || offset > t->len || size > t->len - offset)
		return 0;
	for (size_t i = size; i > 0; i--)
		value = value << 8 | t->bytes[offset + i - 1];
	return value;
}

void acpi_damage(struct acpi_reader *t, size_t offset, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	if (t->result < 0)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	t->result = err_set(t->e, ERR_UNEXPECTED, EBADMSG, t->name, "damaged at offset 0x%zx: %s",
			    offset, what);
}

int acpi_open(struct acpi_reader *t, const void *table, size_t len, const char *signature,
	      struct err *e)
{
	uint64_t length;

	*t = (struct acpi_reader){ .bytes = table, .len = len, .name = signature, .e = e };
	if (len < ACPI_HEADER_SIZE)
		return err_set(e, ERR_UNEXPECTED, ENOMSG, signature,
			       "no ACPI table: %zu bytes are less than a header", len);
	if (memcmp(table, signature, 4) != 0)
		return err_set(e, ERR_UNEXPECTED, ENOMSG, signature,
			       "no table of this kind: another signature");
	length = acpi_get(t, HEADER_LENGTH, 4);
	if (length > len)
		acpi_damage(t, HEADER_LENGTH, "the table says it has %llu bytes, there are %zu",
			    (unsigned long long)length, len);
	else if (length < ACPI_HEADER_SIZE)
		acpi_damage(t, HEADER_LENGTH,
			    "the table says it has %llu bytes, less than its header",
			    (unsigned long long)length);
	else
		t->len = (size_t)length;
	return 0;
}

int acpi_table_check(const void *table, size_t len, const char signature[static 4], struct err *e)
{
	struct acpi_reader t;
	uint8_t sum = 0;
	int r = acpi_open(&t, table, len, signature, e);

	if (r < 0 || t.result < 0)
		return r < 0 ? r : t.result;
	for (size_t i = 0; i < t.len; i++)
		sum = (uint8_t)(sum + t.bytes[i]);
	if (sum)
		return err_set(e, ERR_UNEXPECTED, EBADMSG, signature,
			       "wrong checksum: the bytes sum up to 0x%02x", sum);
	return 0;
}

static bool all_zero(const struct acpi_reader *t, size_t offset)
{
	while (offset < t->len)
		if (t->bytes[offset++])
			return false;
	return true;
}

size_t acpi_block(struct acpi_reader *t, size_t offset, size_t length_at, size_t header)
{
	size_t left = offset < t->len ? t->len - offset : 0, length;

	if (!left || all_zero(t, offset))
		return 0;
	length = (size_t)acpi_get(t, offset + length_at, 2);
	if (left < header) {
		acpi_damage(t, offset, "%zu bytes are left, less than the header of a structure",
			    left);
		return 0;
	}
	if (length < header) {
		acpi_damage(t, offset, "a structure says it has %zu bytes, less than its header",
			    length);
		return 0;
	}
	if (length > left) {
		acpi_damage(t, offset, "a structure says it has %zu bytes, the table has %zu more",
			    length, left);
		return left;
	}
	return length;
}
