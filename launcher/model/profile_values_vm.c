// SPDX-License-Identifier: GPL-2.0-or-later
/* Readers of the values that describe the guest itself. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "model/cpuset.h"
#include "model/profile.h"
#include "model/profile_values.h"

#define WORD_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

int profile_set_machine(const struct profile_value *value, struct err *e)
{
	if (!profile_is_name(value->text))
		return profile_refuse(value, e,
				      "`qemu-system-x86_64 -machine help` lists the machines");
	return profile_set_text(value, e);
}

int profile_set_serial(const struct profile_value *value, struct err *e)
{
	_cleanup_free_ char *path = NULL;

	if (!strcmp(value->text, "pty") || !strcmp(value->text, "stdio"))
		return profile_set_text(value, e);
	if (strncmp(value->text, "file:", 5) || !value->text[5])
		return profile_refuse(value, e,
				      "to keep what the guest prints: serial = file:console.log");
	path = profile_absolute(value, value->text + 5);
	*(char **)profile_member(value) = mem_printf("file:%s", path);
	return 0;
}

int profile_set_uri(const struct profile_value *value, struct err *e)
{
	if (strpbrk(value->text, " \t"))
		return profile_refuse(value, e, "such as qemu:///system or qemu:///session");
	return profile_set_text(value, e);
}

/* "1:4:2": each from 1, and their product no more than the key's number. */
int profile_set_topology(const struct profile_value *value, struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(value->text);
	unsigned int *field = profile_member(value);
	uint64_t number[3], product = 1;
	char *rest = copy;

	for (int i = 0; i < 3; i++) {
		char *word = strsep(&rest, ":");

		if (!word || num_parse(word, 10, (uint64_t)value->key->number, &number[i]) < 0)
			number[i] = 0;
		product *= number[i];
	}
	if (rest || !product || product > (uint64_t)value->key->number)
		return profile_refuse(value, e,
				      "one socket of four cores with two threads each is 1:4:2");
	for (int i = 0; i < 3; i++)
		field[i] = (unsigned int)number[i];
	return 0;
}

/* The model first, then changes of features, with one blank between them in the profile's struct. */
int profile_set_cpu(const struct profile_value *value, struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(value->text);
	struct strlist words = { 0 };
	char *save = NULL;
	bool good = true;

	for (char *word = strtok_r(copy, ", \t", &save); word;
	     word = strtok_r(NULL, ", \t", &save)) {
		bool change = *word == '+' || *word == '-';
		const char *text = word + change;

		good = good && *text && text[strspn(text, WORD_CHARACTERS)] == '\0' &&
		       change == (words.count > 0) && *text != '-';
		strlist_add(&words, word);
	}
	good = good && words.count;
	if (good)
		*(char **)profile_member(value) = strlist_join(&words, " ");
	strlist_done(&words);
	return good ? 0
		    : profile_refuse(
			      value, e,
			      "such as: cpu = EPYC +x2apic -svm; `virsh cpu-models x86_64` lists models");
}

int profile_set_tpm(const struct profile_value *value, struct err *e)
{
	const char *text = value->text;
	bool yes;

	if (num_parse_bool(text, &yes) == 0)
		text = yes ? "2.0" : NULL;
	else if (strcmp(text, "1.2") && strcmp(text, "2.0") && strncmp(text, "/dev/", 5))
		return profile_refuse(
			value, e,
			"yes is an emulated TPM 2.0; /dev/tpm0 gives the guest the host's own");
	*(char **)profile_member(value) = text ? mem_strdup(text) : NULL;
	return 0;
}

int profile_set_hugepages(const struct profile_value *value, struct err *e)
{
	uint64_t bytes;
	bool yes;

	/* Every x86-64 processor that runs KVM has pages of 2 MiB. */
	if (num_parse_bool(value->text, &yes) == 0)
		bytes = yes ? UINT64_C(2) << 20 : 0;
	else if (num_parse_size(value->text, &bytes) < 0 ||
		 (bytes != UINT64_C(2) << 20 && bytes != UINT64_C(1) << 30))
		return profile_refuse(value, e,
				      "ls /sys/kernel/mm/hugepages lists what the host has");
	*(uint64_t *)profile_member(value) = bytes;
	return 0;
}

static int refuse_cpus(const struct profile_value *value, struct err *e)
{
	return profile_refuse(value, e,
			      "processors of the host with commas and ranges, such as 2-5,10");
}

int profile_set_cpus(const struct profile_value *value, struct err *e)
{
	struct cpuset set;

	return cpuset_parse(value->text, &set) < 0 ? refuse_cpus(value, e)
						   : profile_set_text(value, e);
}

static int add_pin(struct profile *profile, unsigned int vcpu, char *cpus, struct err *e)
{
	for (size_t i = 0; i < profile->pin_count; i++)
		if (profile->pins[i].vcpu == vcpu) {
			err_set(e, ERR_PROFILE, EINVAL, NULL,
				"virtual processor %u is pinned already", vcpu);
			free(cpus);
			return err_fix(e, "one pin for each: pin = %u:CPUS", vcpu);
		}
	*mem_append(&profile->pins, &profile->pin_count) = (struct profile_pin){ vcpu, cpus };
	return 0;
}

/* "3:8-11": one virtual processor; "2-5": one processor of the host for each that is not pinned yet, in order. */
int profile_set_pin(const struct profile_value *value, struct err *e)
{
	struct profile *profile = value->object;
	const char *colon = strchr(value->text, ':');
	unsigned int vcpu = (unsigned int)profile->pin_count;
	struct cpuset set;
	uint64_t number;

	if (colon) {
		_cleanup_free_ char *first =
			mem_printf("%.*s", (int)(colon - value->text), value->text);

		if (num_parse(first, 10, (uint64_t)value->key->number - 1, &number) < 0 ||
		    cpuset_parse(colon + 1, &set) < 0)
			return refuse_cpus(value, e);
		return add_pin(profile, (unsigned int)number, mem_strdup(colon + 1), e);
	}
	if (cpuset_parse(value->text, &set) < 0)
		return refuse_cpus(value, e);
	for (unsigned int cpu = 0; cpu < CPUSET_MAX; cpu++)
		if (cpuset_has(&set, cpu) && add_pin(profile, vcpu++, mem_printf("%u", cpu), e) < 0)
			return -EINVAL;
	return 0;
}

int profile_set_numa(const struct profile_value *value, struct err *e)
{
	struct profile *profile = value->object;
	uint64_t node = 0;

	profile->numa = NUMA_AUTO;
	if (!strcmp(value->text, "auto"))
		return 0;
	if (num_parse(value->text, 10, 1023, &node) < 0)
		return profile_refuse(
			value, e,
			"auto is the node of the guest's PCI devices; `numactl -H` lists the nodes");
	profile->numa = NUMA_NODE;
	profile->numa_node = (unsigned int)node;
	return 0;
}

int profile_set_clock(const struct profile_value *value, struct err *e)
{
	const char *text = value->text;

	if (strcmp(text, "utc") && strcmp(text, "localtime") &&
	    (!strchr(text, '/') || text[strspn(text, WORD_CHARACTERS "+/")]))
		return profile_refuse(value, e, "a zone is a name such as Europe/Berlin");
	return profile_set_text(value, e);
}

int profile_set_boot(const struct profile_value *value, struct err *e)
{
	static const char *const kinds[] = { "hd", "cdrom", "network" };
	_cleanup_free_ char *copy = mem_strdup(value->text);
	struct strlist *boot = profile_member(value);
	char *save = NULL;

	for (char *word = strtok_r(copy, ", \t", &save); word;
	     word = strtok_r(NULL, ", \t", &save)) {
		bool known = false;

		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
			known = known || !strcmp(word, kinds[i]);
		if (!known || strlist_has(boot, word))
			return profile_refuse(value, e, "each kind once, such as: boot = cdrom hd");
		strlist_add(boot, word);
	}
	return boot->count ? 0
			   : profile_refuse(value, e, "each kind once, such as: boot = cdrom hd");
}
