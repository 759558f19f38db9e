/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How two texts differ, line by line, as diff -u shows it. */
#ifndef VMRUN_MODEL_LINEDIFF_H
#define VMRUN_MODEL_LINEDIFF_H

#include <stddef.h>

/**
 * linediff_unified() - The unified format of what turns one text into another
 * @from_name:	name behind "---"; "/dev/null" for a file that is not there
 * @from:	@from_len bytes
 * @from_len:	number of bytes
 * @to_name:	name behind "+++"
 * @to:		@to_len bytes
 * @to_len:	number of bytes
 *
 * What patch(1) takes, with three lines around each change. Lines that both texts begin and end
 * with are passed over; of what is between them a longest common subsequence is found where that
 * is small enough, else all of it is shown as replaced.
 *
 * Return: the lines, "" for equal texts; free()
 */
char *linediff_unified(const char *from_name, const char *from, size_t from_len,
		       const char *to_name, const char *to, size_t to_len);

#endif
