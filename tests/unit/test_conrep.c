// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of conrep's files: what they say, what is refused, and that a change changes nothing else. */
#include "model/conrep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "unit/suite.h"

#define OPENING                                                                      \
	"<Conrep version=\"5.2.0.0\" originating_platform=\"ProLiant DL360e Gen8\" " \
	"originating_family=\"P73\" originating_romdate=\"08/02/2014\" "             \
	"originating_processor_manufacturer=\"Intel\">"

/* "1:included 2:excluded …" */
static const char *states(const struct conrep *file)
{
	static char text[256];
	size_t used = 0;

	text[0] = '\0';
	for (unsigned int slot = 0; slot <= CONREP_SLOT_MAX; slot++)
		if (file->state[slot] != CONREP_ABSENT)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u:%s",
						 used ? " " : "", slot,
						 conrep_state_name(file->state[slot]));
	return text;
}

static void assert_says(const char *text, const char *expected)
{
	struct conrep file;
	struct err e = { 0 };

	ck_assert_msg(conrep_parse(text, strlen(text), &file, &e) == 0, "%s: %s", text, e.message);
	ck_assert_str_eq(states(&file), expected);
	ck_assert_str_eq(file.text, text);
	conrep_done(&file);
}

static void assert_refused(const char *text, size_t len, const char *message)
{
	struct conrep file;
	struct err e = { 0 };

	ck_assert_msg(conrep_parse(text, len, &file, &e) < 0, "taken: %s", text);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_msg(strstr(e.message, message) != NULL, "%s: %s", text, e.message);
	ck_assert_int_lt(conrep_parse(text, len, &file, NULL), 0);
}

/* Excluding @slot in @text gives @expected, byte for byte. */
static void assert_excludes(const char *text, unsigned int slot, const char *expected)
{
	struct conrep file;
	struct err e = { 0 };

	ck_assert_int_eq(conrep_parse(text, strlen(text), &file, &e), 0);
	ck_assert_msg(conrep_exclude(&file, slot, &e) == 0, "%s", e.message);
	ck_assert_str_eq(file.text, expected);
	ck_assert_int_eq(file.state[slot], CONREP_EXCLUDED);
	/* Once more changes nothing. */
	ck_assert_int_eq(conrep_exclude(&file, slot, &e), 0);
	ck_assert_str_eq(file.text, expected);
	conrep_done(&file);
}

static void assert_unchanged(const char *text, unsigned int slot)
{
	struct conrep file;
	struct err e = { 0 };

	ck_assert_int_eq(conrep_parse(text, strlen(text), &file, &e), 0);
	ck_assert_int_eq(conrep_exclude(&file, slot, &e), -EINVAL);
	ck_assert_str_ne(e.message, "");
	ck_assert_str_eq(file.text, text);
	conrep_done(&file);
}

START_TEST(new_files)
{
	bool slots[CONREP_SLOT_MAX + 1] = { [2] = true };
	_cleanup_free_ char *one = conrep_new(slots), *three = NULL;

	ck_assert_str_eq(one, "<Conrep> <Section name=\"RMRDS_Slot2\" helptext=\".\">"
			      "Endpoints_Excluded</Section> </Conrep>\n");
	assert_says(one, "2:Endpoints_Excluded");
	slots[1] = slots[16] = true;
	three = conrep_new(slots);
	assert_says(three, "1:Endpoints_Excluded 2:Endpoints_Excluded 16:Endpoints_Excluded");
}
END_TEST

START_TEST(saved_file)
{
	struct conrep file;
	struct strlist list = { 0 };
	_cleanup_free_ char *text = NULL;

	strlist_add(&list,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!--generated-->\n" OPENING);
	for (unsigned int slot = 1; slot <= CONREP_SLOT_MAX; slot++)
		strlist_addf(&list, "  <Section name=\"RMRDS_Slot%u\" helptext=\".\">%s</Section>",
			     slot, slot == 3 ? "Endpoints_Excluded" : "Endpoints_Included");
	strlist_add(&list, "</Conrep>\n");
	text = strlist_join(&list, "\n");
	strlist_done(&list);
	ck_assert_int_eq(conrep_parse(text, strlen(text), &file, NULL), 0);
	ck_assert_uint_eq(file.known, 16);
	ck_assert_str_eq(file.platform, "ProLiant DL360e Gen8");
	ck_assert_int_eq(file.state[3], CONREP_EXCLUDED);
	ck_assert_int_eq(file.state[4], CONREP_INCLUDED);
	conrep_done(&file);
	conrep_done(&file);
}
END_TEST

START_TEST(sections)
{
	assert_says("<Conrep/>", "");
	assert_says(
		"<Conrep><Section name='RMRDS_Slot1'>\n Endpoints_Included\t</Section></Conrep>",
		"1:Endpoints_Included");
	assert_says("<Conrep><Section name='RMRDS_Slot1'/></Conrep>", "1:other");
	assert_says("<Conrep><Section name='RMRDS_Slot1'>endpoints_included</Section></Conrep>",
		    "1:other");
	assert_says("<Conrep><Section name='RMRDS_Slot1'>Endpoints_Included x</Section></Conrep>",
		    "1:other");
	/* Names that only look like one, sections elsewhere, and other elements */
	assert_says("<Conrep><Section name='RMRDS_Slot0'>Endpoints_Excluded</Section>"
		    "<Section name='RMRDS_Slot17'>Endpoints_Excluded</Section>"
		    "<Section name='RMRDS_Slot01'>Endpoints_Excluded</Section>"
		    "<Section name='RMRDS_Slot'>Endpoints_Excluded</Section>"
		    "<Section name='RMRDS_Slot1 '>Endpoints_Excluded</Section>"
		    "<Section>Endpoints_Excluded</Section>"
		    "<Other name='RMRDS_Slot2'>Endpoints_Excluded</Other>"
		    "<Group><Section name='RMRDS_Slot3'>Endpoints_Excluded</Section></Group>"
		    "<!-- <Section name='RMRDS_Slot4'>Endpoints_Excluded</Section> -->"
		    "</Conrep>",
		    "");
	assert_says("<Conrep><Section name='RMRDS_Slot&#49;'>Endpoints_&#69;xcluded</Section>"
		    "</Conrep>",
		    "1:Endpoints_Excluded");
	assert_says("<?xml version='1.0' encoding='ISO-8859-1'?><Conrep a='\xe4'>"
		    "<Section name='RMRDS_Slot1'>Endpoints_Excluded</Section></Conrep>",
		    "1:Endpoints_Excluded");
}
END_TEST

START_TEST(refused)
{
	static const char *const broken[] = {
		"",
		"x",
		"<Conrep>",
		"<Conrep></Conrep><x/>",
		"<Conrep a=1/>",
		"<Conrep>&x;</Conrep>",
		"<Conrep>\x01</Conrep>",
		"<Conrep>\xff</Conrep>",
	};
	static const char wide[] = "\xff\xfe<\0C\0o\0n\0r\0e\0p\0/\0>\0";
	size_t much = ((size_t)1 << 20) + 1;
	_cleanup_free_ char *large = mem_zalloc(much + 1);

	for (size_t i = 0; i < ARRAY_SIZE(broken); i++)
		assert_refused(broken[i], strlen(broken[i]), "not well-formed");
	assert_refused("<conrep/>", 9, "outermost element");
	assert_refused(wide, sizeof(wide) - 1, "encoding");
	assert_refused("<Conrep/>\0", 10, "");
	memset(large, ' ', much);
	memcpy(large, "<Conrep/>", 9);
	assert_refused(large, much, "too many");
}
END_TEST

START_TEST(twice)
{
	static const char text[] =
		"<Conrep><Section name='RMRDS_Slot1'>Endpoints_Excluded</Section>"
		"<Section name='RMRDS_Slot1'>Endpoints_Included</Section></Conrep>";

	assert_refused(text, sizeof(text) - 1, "RMRDS_Slot1 is there twice");
}
END_TEST

START_TEST(nested)
{
	struct strlist list = { 0 };

	for (int depth = 8; depth <= 9; depth++) {
		_cleanup_free_ char *text = NULL;

		strlist_add(&list, "<Conrep>");
		for (int i = 0; i < depth; i++)
			strlist_add(&list, "<a>");
		for (int i = 0; i < depth; i++)
			strlist_add(&list, "</a>");
		strlist_add(&list, "<b/><c/></Conrep>");
		text = strlist_join(&list, "");
		strlist_done(&list);
		if (depth == 8)
			assert_says(text, "");
		else
			assert_refused(text, strlen(text), "too deep");
	}
}
END_TEST

/* Documents that would read files, ask the network, or grow: refused before any of it. */
START_TEST(document_types)
{
	static const char *const texts[] = {
		"<!DOCTYPE Conrep><Conrep/>",
		"<!DOCTYPE Conrep SYSTEM \"file:///dev/zero\"><Conrep/>",
		"<!DOCTYPE Conrep SYSTEM \"http://192.0.2.1/x.dtd\"><Conrep/>",
		"<!DOCTYPE Conrep [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Conrep>&x;</Conrep>",
		"<!DOCTYPE Conrep [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
		"<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\">]>"
		"<Conrep><Section name=\"RMRDS_Slot1\">&d;</Section></Conrep>",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_refused(texts[i], strlen(texts[i]), "document type");
}
END_TEST

#define EDIT_BEFORE                                                                                \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"                                           \
	"<!-- <Section name=\"RMRDS_Slot2\">x</Section> > -->\r\n" OPENING "\r\n"                  \
	"\t<Section  name = 'Other'\r\n\thelptext=\"a > b\">\xc3\xa4 &amp; <![CDATA[</Section>]]>" \
	"</Section>\r\n\t<Section helptext='/' name=\"RMRDS_Slot2\">"
#define EDIT_AFTER \
	"</Section ><?pi </Conrep>?><empty name=\"RMRDS_Slot2\"/>\r\n\r\n</Conrep>\r\n\r\n"

START_TEST(change)
{
	assert_excludes(EDIT_BEFORE "Endpoints_Included" EDIT_AFTER, 2,
			EDIT_BEFORE "Endpoints_Excluded" EDIT_AFTER);
	assert_excludes(EDIT_BEFORE "\r\n  Endpoints_Included\r\n" EDIT_AFTER, 2,
			EDIT_BEFORE "Endpoints_Excluded" EDIT_AFTER);
	assert_excludes(EDIT_BEFORE "" EDIT_AFTER, 2, EDIT_BEFORE "Endpoints_Excluded" EDIT_AFTER);
	assert_excludes(EDIT_BEFORE " Endpoints_Excluded" EDIT_AFTER, 2,
			EDIT_BEFORE " Endpoints_Excluded" EDIT_AFTER);
}
END_TEST

START_TEST(add)
{
	assert_excludes(
		"<Conrep>\n<Section name=\"RMRDS_Slot1\">Endpoints_Included</Section>\n"
		"</Conrep ><!-- </Conrep> -->\n",
		16,
		"<Conrep>\n<Section name=\"RMRDS_Slot1\">Endpoints_Included</Section>\n"
		"<Section name=\"RMRDS_Slot16\" helptext=\".\">Endpoints_Excluded</Section>\n"
		"</Conrep ><!-- </Conrep> -->\n");
}
END_TEST

START_TEST(change_is_refused)
{
	assert_unchanged("<Conrep/>", 1);
	assert_unchanged("<Conrep></Conrep>", 0);
	assert_unchanged("<Conrep></Conrep>", 17);
	assert_unchanged("<Conrep><Section name='RMRDS_Slot1'/></Conrep>", 1);
	assert_unchanged("<Conrep><Section name='RMRDS_Slot&#49;'>x</Section></Conrep>", 1);
	assert_unchanged("<Conrep><Section name='RMRDS_Slot1'>a<!-- b --></Section></Conrep>", 1);
	assert_unchanged("<Conrep><Section name='RMRDS_Slot1'><a/></Section></Conrep>", 1);
	/* The name stands in another attribute, of another section. */
	assert_unchanged("<Conrep><Section name='x' helptext='\"RMRDS_Slot1\"'>x</Section>"
			 "<Section name='RMRDS_Slot1'>x</Section></Conrep>",
			 1);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("conrep");

	tcase_add_test(tests, new_files);
	tcase_add_test(tests, saved_file);
	tcase_add_test(tests, sections);
	tcase_add_test(tests, refused);
	tcase_add_test(tests, twice);
	tcase_add_test(tests, nested);
	tcase_add_test(tests, document_types);
	tcase_add_test(tests, change);
	tcase_add_test(tests, add);
	tcase_add_test(tests, change_is_refused);
	return suite_run("conrep", tests);
}
