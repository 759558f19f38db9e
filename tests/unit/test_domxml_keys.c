// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of every key's domain XML: the manual's examples, each with a golden file that libvirt's schema takes. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/resolve.h"
#include "model/profile_keys.h"
#include "unit/made.h"
#include "unit/schema.h"
#include "unit/suite.h"
#include "vm/domxml.h"

#define MANUAL "launcher/man/vmrun.profile.5.in"
#define TEXT_MAX ((size_t)1 << 20)

/* These are for virtual functions. */
#define VF_KEYS "vfs mac vlan vlan-qos spoofchk trust link-state min-rate max-rate"

/* What a key needs beside it. */
static const struct {
	enum profile_section section;
	const char *key;
	const char *beside;
} beside[] = {
	{ SECTION_VM, "initrd", "kernel = vmlinuz\n" },
	{ SECTION_VM, "cmdline", "kernel = vmlinuz\n" },
	{ SECTION_VM, "nvram", "firmware = uefi\n" },
	{ SECTION_VM, "topology", "vcpus = 8\n" },
	{ SECTION_VM, "pin", "vcpus = 4\n" },
	{ SECTION_PCI, "accept", "address = 01:00.0\n" },
	{ SECTION_PCI, "vlan-qos", "vlan = 20\n" },
};

/* What a section must have, where the key that is tried does not say it. */
static const struct {
	enum profile_section section;
	const char *keys;
	const char *text;
} required[] = {
	{ SECTION_VM, "name", "name = keys\n" },
	{ SECTION_PCI, "address match class name path slot disk netdev accept", "class = gpu\n" },
	{ SECTION_DISK, "source", "source = disk.img\n" },
	{ SECTION_NET, "user bridge network direct", "user = yes\n" },
	{ SECTION_SHARE, "source", "source = /srv\n" },
	{ SECTION_USB, "match address", "match = 046d:c52b\n" },
};

static char *read_file(const char *path)
{
	_cleanup_fclose_ FILE *file = fopen(path, "r");
	char *text = mem_zalloc(TEXT_MAX);

	if (!file) {
		free(text);
		return NULL;
	}
	text[fread(text, 1, TEXT_MAX - 1, file)] = '\0';
	return text;
}

static char *in_sources(const char *path)
{
	const char *dir = getenv("SRCDIR");

	return mem_printf("%s/%s", dir ? dir : ".", path);
}

/* The lines of the example of a key in the manual, as a user copies them. */
static struct strlist examples_of(const char *manual, const struct profile_key *key)
{
	_cleanup_free_ char *header = mem_printf("\n.SS \"[%s", profile_section_name(key->section));
	_cleanup_free_ char *line = mem_printf("\n%s = ", key->name);
	const char *at = strstr(manual, header), *end;
	struct strlist lines = { 0 };

	ck_assert_ptr_nonnull(at);
	end = strstr(at + 1, "\n.SS ");
	while ((at = strstr(at, line)) && (!end || at < end)) {
		_cleanup_free_ char *text =
			mem_printf("%.*s\n", (int)strcspn(at + 1, "\n"), at + 1);

		strlist_add(&lines, text);
		at++;
	}
	return lines;
}

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

/* A profile that has this line in its section, and else only what it must have. */
static char *profile_with(const struct profile_key *key, const char *line)
{
	struct strlist text = { 0 };
	char *all;

	if (key->section != SECTION_VM)
		strlist_add(&text, "[vm]\nname = keys\n");
	strlist_addf(&text, "[%s%s]\n", profile_section_name(key->section),
		     profile_section_single(key->section) ? "" : " \"it\"");
	for (size_t i = 0; i < ARRAY_SIZE(required); i++)
		if (required[i].section == key->section && !has_word(required[i].keys, key->name))
			strlist_add(&text, required[i].text);
	for (size_t i = 0; i < ARRAY_SIZE(beside); i++)
		if (beside[i].section == key->section && !strcmp(beside[i].key, key->name))
			strlist_add(&text, beside[i].beside);
	if (key->section == SECTION_PCI && has_word(VF_KEYS, key->name))
		strlist_add(&text, "vf-of = 01:00.0\n");
	strlist_add(&text, line);
	all = strlist_join(&text, "");
	strlist_done(&text);
	return all;
}

/* A graphics card of two functions, with 256 GiB of memory to map, and an NVMe on another node. */
static struct host make_host(void)
{
	struct host host = made_host();
	struct device *dev;

	host.kvm = true;
	for (unsigned int fn = 0; fn < 2; fn++) {
		dev = made_device(&host, fn ? "01:00.1" : "01:00.0", fn ? 0x040300 : 0x030000, NULL,
				  1);
		dev->vendor = 0x10de;
		dev->device = fn ? 0x1aef : 0x2204;
		dev->numa = 1;
		dev->pcie = true;
	}
	dev = made_device(&host, "02:00.0", 0x010802, NULL, 2);
	dev->pcie = true;
	*mem_append(&host.nodes, &host.node_count) =
		(struct numa_node){ 0, mem_strdup("0-7,16-23") };
	*mem_append(&host.nodes, &host.node_count) =
		(struct numa_node){ 1, mem_strdup("8-15,24-31") };
	return host;
}

/* The card's section gets the card, and every profile without one nothing. */
static struct picks make_picks(const struct profile *profile, const struct host *host)
{
	struct picks picks = { 0 };

	for (size_t i = 0; i < profile->pci_count; i++)
		for (size_t k = 0; k < (profile->pci[i].functions == FUNCTIONS_ALL ? 2 : 1); k++)
			*mem_append(&picks.item, &picks.count) =
				(struct pick){ .want = &profile->pci[i],
					       .device =
						       made_index(host, k ? "01:00.1" : "01:00.0"),
					       .role = PICK_ATTACH,
					       .asked = k == 0 };
	return picks;
}

static char *build(const char *text)
{
	_cleanup_(profile_done) struct profile profile = { 0 };
	struct host host = make_host();
	struct picks picks;
	struct err e = { 0 };
	char *xml;

	ck_assert_msg(profile_parse(text, strlen(text), "keys.profile", "/srv/vm", &profile, &e) ==
			      0,
		      "%s: %s: %s", text, e.subject, e.message);
	picks = make_picks(&profile, &host);
	xml = domxml_build(&profile, &host, &picks);
	picks_done(&picks);
	host_done(&host);
	return xml;
}

static void check_golden(const char *name, const char *xml)
{
	_cleanup_free_ char *below = mem_printf("tests/fixtures/xml/keys/%s.xml", name);
	_cleanup_free_ char *path = in_sources(below), *expected = NULL;
	const char *regen = getenv("REGEN");

	if (regen && !strcmp(regen, "1")) {
		_cleanup_fclose_ FILE *file = fopen(path, "w");

		ck_assert_msg(file && fputs(xml, file) >= 0, "cannot write %s", path);
		return;
	}
	expected = read_file(path);
	ck_assert_msg(expected != NULL, "the key has no golden file %s: REGEN=1 writes it", path);
	ck_assert_str_eq(xml, expected);
}

/* Each line of a list is tried by itself, and of other keys the first one. */
START_TEST(every_key)
{
	_cleanup_free_ char *path = in_sources(MANUAL), *manual = read_file(path);
	size_t count;
	const struct profile_key *keys = profile_keys(&count);

	for (size_t i = 0; i < count; i++) {
		struct strlist lines = examples_of(manual, &keys[i]);

		/* A base is a file of its own; test_domxml_base.c. */
		if (keys[i].section == SECTION_VM && !strcmp(keys[i].name, "xml")) {
			strlist_done(&lines);
			continue;
		}
		ck_assert_msg(lines.count, "%s has no example in %s", keys[i].name, MANUAL);
		for (size_t k = 0; k < (keys[i].list ? lines.count : 1); k++) {
			_cleanup_free_ char *text = profile_with(&keys[i], lines.item[k]);
			_cleanup_free_ char *xml = build(text), *again = build(text);
			_cleanup_free_ char *name =
				k ? mem_printf("%s.%s.%zu", profile_section_name(keys[i].section),
					       keys[i].name, k + 1)
				  : mem_printf("%s.%s", profile_section_name(keys[i].section),
					       keys[i].name);

			ck_assert_str_eq(xml, again);
			schema_check(name, xml);
			check_golden(name, xml);
		}
		strlist_done(&lines);
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("domxml_keys");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, every_key);
	return suite_run("domxml_keys", tests);
}
