// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of expansion ROMs: what is one, for which card, and what is said of files that are none. */
#include "model/rom.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/suite.h"

#define IMAGE 1024

/* An image for 10de:2204 at @at, with its data structure 64 bytes behind its beginning. */
static void put_image(uint8_t *at, uint8_t type, bool last)
{
	static const uint8_t pcir[] = { 'P',  'C', 'I', 'R', 0xde, 0x10, 0x04, 0x22, 0x18, 0,
					0x18, 0,   3,	0,   0,	   3,	 2,    0,    0,	   0,
					0,    0,   0,	0,   0x05, 0x22, 0,    0 };

	at[0] = 0x55;
	at[1] = 0xaa;
	at[0x18] = 64;
	memcpy(at + 64, pcir, sizeof(pcir));
	at[64 + 0x14] = type;
	at[64 + 0x15] = last ? 0x80 : 0;
}

START_TEST(two_images)
{
	uint8_t data[2 * IMAGE] = { 0 };
	struct err e = { 0 };
	struct rom rom;

	put_image(data, 0, false);
	put_image(data + IMAGE, 3, true);
	ck_assert_msg(rom_parse(data, sizeof(data), &rom, &e) == 0, "%s", e.message);
	ck_assert_uint_eq(rom.count, 2);
	ck_assert_int_eq(rom_check(&rom, 0x10de, 0x2204, true, &e), 0);
	ck_assert_int_eq(rom_check(&rom, 0x10de, 0x2205, false, &e), 0);
	ck_assert_int_eq(rom_check(&rom, 0x10de, 0x2206, false, &e), -EINVAL);
	ck_assert_str_eq(e.message, "is a ROM for 10de:2204, and the card is 10de:2206");
	ck_assert_int_eq(rom_check(&rom, 0x1002, 0x2204, false, &e), -EINVAL);
}
END_TEST

START_TEST(bios_only)
{
	uint8_t data[IMAGE] = { 0 };
	struct err e = { 0 };
	struct rom rom;

	put_image(data, 0, true);
	ck_assert_int_eq(rom_parse(data, sizeof(data), &rom, &e), 0);
	ck_assert_int_eq(rom_check(&rom, 0x10de, 0x2204, false, &e), 0);
	ck_assert_int_eq(rom_check(&rom, 0x10de, 0x2204, true, &e), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.message, "no image for UEFI"));
}
END_TEST

/* What some programs put before the ROM is told with the way to cut it off. */
START_TEST(prefixed)
{
	uint8_t data[IMAGE + 512] = { 'N', 'V', 'G', 'I' };
	struct err e = { 0 };
	struct rom rom;

	put_image(data + 512, 0, true);
	ck_assert_int_eq(rom_parse(data, sizeof(data), &rom, &e), -EINVAL);
	ck_assert_str_eq(e.message, "has 512 bytes before the ROM's signature 55 AA");
	ck_assert_ptr_nonnull(strstr(e.fix, "skip=1"));
}
END_TEST

/* Every byte cut off its end, and each byte of its header changed, is told or harmless, and never read beyond. */
START_TEST(damaged)
{
	uint8_t whole[IMAGE] = { 0 };
	struct rom rom;

	put_image(whole, 0, true);
	for (size_t len = 0; len < sizeof(whole); len++) {
		uint8_t *part = malloc(len + 1);

		memcpy(part, whole, len);
		ck_assert_int_eq(rom_parse(part, len, &rom, NULL), -EINVAL);
		free(part);
	}
	for (size_t i = 0; i < 128; i++) {
		whole[i] ^= 0xff;
		rom_parse(whole, sizeof(whole), &rom, NULL);
		whole[i] ^= 0xff;
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("rom");

	tcase_add_test(tests, two_images);
	tcase_add_test(tests, bios_only);
	tcase_add_test(tests, prefixed);
	tcase_add_test(tests, damaged);
	return suite_run("rom", tests);
}
