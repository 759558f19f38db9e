/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work on many alike things, shared out among the processors. */
#ifndef VMRUN_BASE_SPLIT_H
#define VMRUN_BASE_SPLIT_H

#include <stddef.h>

/* No more parts than this are made. */
#define SPLIT_MAX 4

/**
 * typedef split_fn - Does the elements @begin to @end (exclusive)
 * @context:	as given
 * @part:	number of the part, below SPLIT_MAX: what it may write to is its elements, and what belongs to its part
 *
 * Called for one range of elements after the other, as a part has time, with rising @begin. Other parts run at the same time in
 * other threads, with the same privilege and their own brackets. A descriptor that it opens is for itself alone, and to be
 * closed before it returns; those opened before the work are there.
 */
typedef void split_fn(void *context, size_t part, size_t begin, size_t end);

/**
 * split_work() - Do @count elements in as many parts as there are processors for this process, and wait for all
 * @count:	number of elements; with none, @fn is not called
 * @least:	not worth a part of its own: fewer elements than this
 * @fn:		does a range of them
 * @context:	its first argument
 */
void split_work(size_t count, size_t least, split_fn *fn, void *context);

#endif
