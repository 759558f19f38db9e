/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all ACPI tables have in common: the header, and reading them without trusting them. */
#ifndef VMRUN_MODEL_ACPI_H
#define VMRUN_MODEL_ACPI_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Theory of operation
 *
 * A table is bytes from firmware, or from somebody else's machine. Parsers read it through a struct
 * acpi_reader only: a number beyond the end reads as 0, and what is wrong is noted with the offset
 * where it was seen. A parser goes on after damage wherever it still knows where the next structure
 * begins, because one range less would be a device that looks free: damage makes it return an error
 * *and* the ranges it could read, before and behind the damage.
 */

/* ACPI specification, 5.2.6, System Description Table Header */
#define ACPI_HEADER_SIZE 36

/**
 * acpi_table_check() - Whether a table is sound as a whole
 * @table:	the table
 * @len:	number of bytes there are
 * @signature:	four letters it must begin with
 * @e:		what is wrong, or NULL
 *
 * Looks at the signature, the length and the checksum; ACPI specification, 5.2.6. The parsers do
 * not ask for a right checksum, because the kernel does not: ACPICA warns ("Incorrect checksum in
 * table") and by default goes on, and the Intel driver uses a DMAR like that. Only the AMD driver
 * sums up IVRS once more and then leaves its IOMMU off.
 *
 * Return: 0; -ENOMSG for another signature or less than a header, -EBADMSG for a wrong length or
 * checksum
 */
int acpi_table_check(const void *table, size_t len, const char signature[static 4], struct err *e);

/**
 * struct acpi_reader - a table being read
 * @bytes:	the table
 * @len:	bytes of it to read: what its header says, or what there is, whichever is less
 * @name:	its signature, for messages
 * @result:	0, or -EBADMSG since the first damage
 * @e:		receives the first damage; may be NULL
 */
struct acpi_reader {
	const uint8_t *bytes;
	size_t len;
	const char *name;
	int result;
	struct err *e;
};

/**
 * acpi_open() - Begin to read a table
 * @t:		reader to fill
 * @table:	the table; must live as long as the reader
 * @len:	number of bytes there are
 * @signature:	literal with its four letters
 * @e:		what is wrong, now or while reading, or NULL
 *
 * A table shorter than its header says is damage; more bytes than that are not part of the table
 * and are not read.
 *
 * Return: 0; -ENOMSG where it is no such table
 */
int acpi_open(struct acpi_reader *t, const void *table, size_t len, const char *signature,
	      struct err *e);

/**
 * acpi_get() - A little-endian number
 * @t:		the table
 * @offset:	where it begins
 * @size:	bytes, at most 8
 *
 * Return: the number, or 0 where the table does not have all of its bytes
 */
uint64_t acpi_get(const struct acpi_reader *t, size_t offset, size_t size);

/**
 * acpi_damage() - Note that something is wrong; the first note is the one that is kept
 * @t:		the table
 * @offset:	where it was seen
 * @fmt:	printf format of what is wrong
 */
void acpi_damage(struct acpi_reader *t, size_t offset, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * acpi_block() - Size of one structure in a row of structures that begin with a type and a length
 * @t:		the table
 * @offset:	where it begins
 * @length_at:	offset of the length, 16 bits, in it
 * @header:	size of the header that each of them has
 *
 * Notes a length that cannot be: one that ends in the header of the structure, after which nothing
 * can be read, or one beyond the end of the table. Zeros up to the end of the table are padding and
 * no damage; the kernel stops there, too.
 *
 * Return: number of bytes of it that are in the table; 0 where the row ends
 */
size_t acpi_block(struct acpi_reader *t, size_t offset, size_t length_at, size_t header);

#endif
