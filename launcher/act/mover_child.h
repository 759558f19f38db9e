/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The child that moves the devices of one group, and may stay behind as janitor. */
#ifndef VMRUN_ACT_MOVER_CHILD_H
#define VMRUN_ACT_MOVER_CHILD_H

#include "act/mover.h"

/** enum mover_word - what child and parent say to each other */
enum mover_word {
	MOVER_BEGIN,   /* child: the device's turn begins */
	MOVER_UNBOUND, /* child: it has left its driver; parent, the same back: go on */
	MOVER_RESULT,  /* child: it is done, or failed */
};

/** struct mover_message - one message; a fixed size, so that a short one is a broken one */
struct mover_message {
	enum mover_word kind;
	size_t index;
	int result;
	struct err e;
};

/**
 * mover_child_main() - Life of the child, from just after fork(2)
 * @mover:	what is to be moved
 * @first, @count: its part
 * @sock:	its end of the pair
 *
 * Should:  drop every descriptor but @sock and the root before it writes anything
 * Mustn't: hold a lock, a claim or the terminal while it waits for the kernel
 */
_Noreturn void mover_child_main(const struct mover *mover, size_t first, size_t count, int sock);

#endif
