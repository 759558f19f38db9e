/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of a profile's keys: each reader checks one and puts it where its key says. */
#ifndef VMRUN_MODEL_PROFILE_VALUES_H
#define VMRUN_MODEL_PROFILE_VALUES_H

#include "model/profile_keys.h"

/*
 * Each is a profile_set_fn; its key's row says where the value goes and, by words and number, what is taken.
 */

/** profile_refuse() - Fill @e with what the value's key takes, and @fix; returns -EINVAL */
int profile_refuse(const struct profile_value *value, struct err *e, const char *fix);

/** profile_set_text() - Any text */
int profile_set_text(const struct profile_value *value, struct err *e);

/** profile_set_name() - A name, as profile_is_name() has it */
int profile_set_name(const struct profile_value *value, struct err *e);

/** profile_set_uuid() - A UUID */
int profile_set_uuid(const struct profile_value *value, struct err *e);

/** profile_set_memory() - A size in whole mebibytes */
int profile_set_memory(const struct profile_value *value, struct err *e);

/** profile_set_number() - A decimal number from 1 to the number of its key */
int profile_set_number(const struct profile_value *value, struct err *e);

/** profile_set_time() - A span of time from 1 s to the number of its key, in seconds; stored in milliseconds */
int profile_set_time(const struct profile_value *value, struct err *e);

/** profile_set_bool() - yes or no */
int profile_set_bool(const struct profile_value *value, struct err *e);

/** profile_set_word() - One of the key's words, as an enum that begins with the number of its key */
int profile_set_word(const struct profile_value *value, struct err *e);

/** profile_set_word_text() - One of the key's words, as text */
int profile_set_word_text(const struct profile_value *value, struct err *e);

/** profile_set_machine() - q35, pc or another name of a machine */
int profile_set_machine(const struct profile_value *value, struct err *e);

/** profile_set_path() - A path, made absolute */
int profile_set_path(const struct profile_value *value, struct err *e);

/** profile_set_serial() - Where the console leads */
int profile_set_serial(const struct profile_value *value, struct err *e);

/** profile_set_uri() - A URI of libvirt */
int profile_set_uri(const struct profile_value *value, struct err *e);

/** profile_set_selector() - A selector of the kind its key names, added */
int profile_set_selector(const struct profile_value *value, struct err *e);

/** profile_set_accept() - Codes of findings, added */
int profile_set_accept(const struct profile_value *value, struct err *e);

/** profile_set_net() - Which network: its key's number says the way there */
int profile_set_net(const struct profile_value *value, struct err *e);

/** profile_is_name() - Whether @text can name a guest or a section: 1 to 64 of A-Z a-z 0-9 _ . + -, first no . or - */
bool profile_is_name(const char *text);

/** profile_name_error() - Fill @e where profile_is_name() is false; returns -EINVAL */
int profile_name_error(const char *text, struct err *e);

#endif
