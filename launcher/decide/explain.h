/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Error texts of the kernel, QEMU and libvirt → their cause and what to do. */
#ifndef VMRUN_DECIDE_EXPLAIN_H
#define VMRUN_DECIDE_EXPLAIN_H

/**
 * struct explanation - what one text means
 * @text:	the part of the message that tells it apart
 * @cause:	one sentence
 * @fix:	what to do
 */
struct explanation {
	const char *text;
	const char *cause;
	const char *fix;
};

/** explain_find() - The explanation of the first known text in @message, or NULL */
const struct explanation *explain_find(const char *message);

#endif
