/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of a profile's keys: each reader checks one and puts it where its key says. */
#ifndef VMRUN_MODEL_PROFILE_VALUES_H
#define VMRUN_MODEL_PROFILE_VALUES_H

#include "model/profile_keys.h"

/*
 * Each is a profile_set_fn; its key's row says where the value goes and, by words and number, what is taken.
 */

/** profile_member() - The member of the section's struct that the key fills */
void *profile_member(const struct profile_value *value);

/** profile_refuse() - Fill @e with what the key takes and what it got instead, and @fix; returns -EINVAL */
int profile_refuse(const struct profile_value *value, struct err *e, const char *fix);

/** profile_absolute() - @path as it is where it is absolute, else below the profile's directory; free() */
char *profile_absolute(const struct profile_value *value, const char *path);

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

/** profile_set_expect() - Ids of the card, into its struct identity */
int profile_set_expect(const struct profile_value *value, struct err *e);

/** profile_set_card_serial() - The card's PCIe device serial number, into its struct identity */
int profile_set_card_serial(const struct profile_value *value, struct err *e);

/** profile_set_net() - Which network: its key's number says the way there */
int profile_set_net(const struct profile_value *value, struct err *e);

/** profile_set_count() - A decimal number from 0 to the number of its key */
int profile_set_count(const struct profile_value *value, struct err *e);

/** profile_set_list() - Any text, added */
int profile_set_list(const struct profile_value *value, struct err *e);

/** profile_set_topology() - Sockets, cores and threads */
int profile_set_topology(const struct profile_value *value, struct err *e);

/** profile_set_cpu() - A model of a processor and changes of its features */
int profile_set_cpu(const struct profile_value *value, struct err *e);

/** profile_set_tpm() - no, a version, or a node of the host */
int profile_set_tpm(const struct profile_value *value, struct err *e);

/** profile_set_hugepages() - yes, no or a size, as bytes */
int profile_set_hugepages(const struct profile_value *value, struct err *e);

/** profile_set_cpus() - A set of processors, as text */
int profile_set_cpus(const struct profile_value *value, struct err *e);

/** profile_set_pin() - Where virtual processors run, added */
int profile_set_pin(const struct profile_value *value, struct err *e);

/** profile_set_numa() - auto or a node */
int profile_set_numa(const struct profile_value *value, struct err *e);

/** profile_set_clock() - utc, localtime or a time zone */
int profile_set_clock(const struct profile_value *value, struct err *e);

/** profile_set_boot() - Kinds of devices, added */
int profile_set_boot(const struct profile_value *value, struct err *e);

/** profile_set_guest_address() - A PCI address in the guest */
int profile_set_guest_address(const struct profile_value *value, struct err *e);

/** profile_set_rom() - off, or a path made absolute */
int profile_set_rom(const struct profile_value *value, struct err *e);

/** profile_set_disk_serial() - A serial number */
int profile_set_disk_serial(const struct profile_value *value, struct err *e);

/** profile_set_mac() - The address of a network card */
int profile_set_mac(const struct profile_value *value, struct err *e);

/** profile_set_usb_match() - Ids of a USB device */
int profile_set_usb_match(const struct profile_value *value, struct err *e);

/** profile_set_usb_address() - Bus and device of a USB device */
int profile_set_usb_address(const struct profile_value *value, struct err *e);

/** profile_set_env() - NAME=VALUE, added */
int profile_set_env(const struct profile_value *value, struct err *e);

/** profile_set_node() - A path below /dev, added */
int profile_set_node(const struct profile_value *value, struct err *e);

/** profile_is_name() - Whether @text can name a guest or a section: 1 to 64 of A-Z a-z 0-9 _ . + -, first no . or - */
bool profile_is_name(const char *text);

/** profile_name_error() - Fill @e where profile_is_name() is false; returns -EINVAL */
int profile_name_error(const char *text, struct err *e);

#endif
