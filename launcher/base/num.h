/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict readers of numbers, sizes and booleans: the whole text or nothing. */
#ifndef VMRUN_BASE_NUM_H
#define VMRUN_BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

/**
 * num_parse() - Unsigned number
 * @text:	digits of @base only: no sign, no space, at least one digit; with base 16 a leading 0x is allowed
 * @base:	10 or 16
 * @max:	largest value taken
 * @ret:	the number
 *
 * Return: 0; -EINVAL for anything else than such a number, -ERANGE above @max
 */
int num_parse(const char *text, int base, uint64_t max, uint64_t *ret);

/**
 * num_parse_size() - Size in bytes
 * @text:	decimal number with an optional binary unit K, M, G or T (either case)
 * @ret:	bytes
 *
 * Return: 0; -EINVAL, or -ERANGE where it does not fit 64 bits
 */
int num_parse_size(const char *text, uint64_t *ret);

/**
 * num_parse_time() - Span of time, written as systemd.time(7) has it
 * @text:	numbers with units (ms, s, min, h and their long forms), added up, blanks between them or not: "10s", "1min 30s";
 *		a number without a unit is seconds
 * @ret_ms:	milliseconds
 *
 * Return: 0; -EINVAL, or -ERANGE where it does not fit 64 bits
 */
int num_parse_time(const char *text, uint64_t *ret_ms);

/** num_parse_bool() - yes/no/on/off/true/false in any case into @ret; 0 or -EINVAL */
int num_parse_bool(const char *text, bool *ret);

#endif
