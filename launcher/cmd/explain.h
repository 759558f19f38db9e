/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two halves of vmrun explain. */
#ifndef VMRUN_CMD_EXPLAIN_H
#define VMRUN_CMD_EXPLAIN_H

struct args;

/** explain_log_show() - Print what is known of the messages in args->log; the exit status */
int explain_log_show(const struct args *args);

#endif
