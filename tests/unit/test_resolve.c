// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of resolving: which devices a profile gets on a host, and what is said where it gets
 * none.
 */
#include "decide/resolve.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/made.h"
#include "unit/suite.h"

/*
 * Group 11: two NVMe in one group with a bridge. 12 and 13: one NVMe each, that of 12 mounted.
 * 14: an HBA with an audio device. 15: a network card.
 */
static struct host make_host(void)
{
	struct host host = made_host();

	made_device(&host, "00:1c.0", 0x060400, "pcieport", 11);
	made_device(&host, "01:00.0", 0x010802, "nvme", 11);
	made_device(&host, "01:00.1", 0x010802, "nvme", 11);
	made_device(&host, "02:00.0", 0x010802, "nvme", 12);
	made_disk(&host, "nvme2n1", FACT_YES, "/dev/nvme2n1 is mounted on /srv");
	made_device(&host, "03:00.0", 0x010802, "nvme", 13);
	made_device(&host, "04:00.0", 0x010700, "mpt3sas", 14);
	made_device(&host, "04:01.0", 0x040100, "snd_intel8x0", 14);
	made_device(&host, "05:00.0", 0x020000, "e1000e", 15);
	return host;
}

/* Picks as text: "a=0000:01:00.0+pool a=0000:01:00.1/sibling+host". */
static const char *picks_text(const struct host *host, const struct picks *picks)
{
	static char text[1024];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < picks->count; i++) {
		const struct pick *pick = &picks->item[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s=%s%s%s",
					 i ? " " : "", pick->want->id,
					 PCIADDR_STR(&host->devices[pick->device].addr) + 5,
					 pick->role == PICK_SIBLING ? "/sibling" : "",
					 pick->after == AFTER_POOL ? "+pool" : "+host");
	}
	return text;
}

static const struct resolve_case {
	const char *profile;
	const char *picks;
} good[] = {
	{ "", "" },
	/*
	 * The default of after: storage to the pool, the rest to the host. Siblings by what
	 * they are.
	 */
	{ "[pci \"a\"]\naddress=05:00.0\n", "a=05:00.0+host" },
	{ "[pci \"a\"]\naddress=03:00.0\n", "a=03:00.0+pool" },
	{ "[pci \"a\"]\naddress=03:00.0\nafter=host\n", "a=03:00.0+host" },
	{ "[pci \"a\"]\naddress=04:00.0\n", "a=04:00.0+pool a=04:01.0/sibling+host" },
	{ "[pci \"a\"]\naddress=04:00.0\nafter=host\n", "a=04:00.0+host a=04:01.0/sibling+host" },
	{ "[pci \"a\"]\naddress=04:01.0\nafter=host\n", "a=04:01.0+host a=04:00.0/sibling+pool" },
	{ "[pci \"a\"]\naddress=04:00.0\nsiblings=attach\n", "a=04:00.0+pool a=04:01.0+host" },
	{ "[pci \"a\"]\naddress=04:00.0\nsiblings=refuse\n", "a=04:00.0+pool" },
	/* The bridge of a group stays; the card's other function goes with it, unless only what is listed shall. */
	{ "[pci \"a\"]\naddress=01:00.0\n", "a=01:00.0+pool a=01:00.1+pool" },
	{ "[pci \"a\"]\naddress=01:00.1\nsiblings=refuse\n", "a=01:00.1+pool a=01:00.0+pool" },
	{ "[pci \"a\"]\naddress=01:00.0\nfunctions=listed\n",
	  "a=01:00.0+pool a=01:00.1/sibling+pool" },
	{ "[pci \"a\"]\naddress=01:00.0\nfunctions=listed\nsiblings=refuse\n", "a=01:00.0+pool" },
	{ "[pci \"a\"]\naddress=01:00.0\n[pci \"b\"]\naddress=01:00.1\n",
	  "a=01:00.0+pool b=01:00.1+pool" },
	/* A sibling another section asks for is that one's. */
	{ "[pci \"a\"]\naddress=04:00.0\n[pci \"b\"]\nclass=audio\n",
	  "a=04:00.0+pool b=04:01.0+host" },
	{ "[pci \"a\"]\nclass=audio\n[pci \"b\"]\naddress=04:00.0\n",
	  "a=04:01.0+host b=04:00.0+pool" },
	/* All conditions hold. */
	{ "[pci \"a\"]\nclass=nvme\naddress=03:00.0\n", "a=03:00.0+pool" },
	/*
	 * Any prefers what may be handed over: not the mounted one; and what was asked for
	 * exactly goes first.
	 */
	{ "[pci \"a\"]\nclass=nvme\npick=any\ncount=3\n",
	  "a=01:00.0+pool a=01:00.1+pool a=03:00.0+pool" },
	{ "[pci \"a\"]\nclass=nvme\npick=any\n[pci \"b\"]\naddress=01:00.0\n[pci \"c\"]\naddress=01:00.1\n",
	  "a=03:00.0+pool b=01:00.0+pool c=01:00.1+pool" },
	{ "[pci \"a\"]\nclass=nvme\npick=any\n[pci \"b\"]\naddress=01:00\ncount=2\n[pci \"c\"]\naddress=03:00.0\n",
	  "a=02:00.0+pool b=01:00.0+pool b=01:00.1+pool c=03:00.0+pool" },
	{ "[pci \"a\"]\nclass=nvme\ncount=4\n",
	  "a=01:00.0+pool a=01:00.1+pool a=02:00.0+pool a=03:00.0+pool" },
	{ "[pci \"a\"]\nclass=gpu\noptional=yes\n[pci \"b\"]\nclass=nic\n", "b=05:00.0+host" },
	{ "[pci \"a\"]\nclass=nic\noptional=yes\n", "a=05:00.0+host" },
};

START_TEST(picks)
{
	const struct resolve_case *row = &good[_i];
	struct profile profile = made_profile(row->profile);
	struct host host = make_host();
	struct picks found = { 0 };
	struct err e = { 0 };

	ck_assert_msg(resolve(&profile, &host, &found, &e) == 0, "%s: %s", e.subject, e.message);
	ck_assert_str_eq(picks_text(&host, &found), row->picks);
	for (size_t i = 0; i < found.count; i++)
		ck_assert_ptr_eq(picks_find(&found, found.item[i].device), &found.item[i]);
	ck_assert_ptr_null(picks_find(&found, 0));
	picks_done(&found);
	profile_done(&profile);
	host_done(&host);
}
END_TEST

static const struct failing_case {
	const char *profile;
	int result;
	const char *subject;
	const char *message;
} failing[] = {
	{ "[pci \"a\"]\nclass=gpu\n", -ENODEV, "made.profile:4: a", "no device matches class=gpu" },
	{ "[pci \"a\"]\nclass=nvme\naddress=05:00.0\n", -ENODEV, "made.profile:4: a",
	  "no device matches class=nvme address=05:00.0" },
	{ "\n[pci \"a\"]\nclass=nvme\n", -ENOTUNIQ, "made.profile:5: a",
	  "4 devices match class=nvme, 1 wanted: 0000:01:00.0 (Made device), 0000:01:00.1 (Made device), "
	  "0000:02:00.0 (Made device), 0000:03:00.0 (Made device)" },
	{ "[pci \"a\"]\nclass=nvme\npick=any\ncount=5\n", -ENODEV, "made.profile:4: a",
	  "5 devices wanted, only 4 match class=nvme" },
	{ "[pci \"a\"]\naddress=05:00.0\n[pci \"b\"]\nclass=nic\n", -EBUSY, "made.profile:6: b",
	  "class=nic matches 0000:05:00.0, which section \"a\" has already" },
	/* Optional is for what is not there, not for what somebody else has. */
	{ "[pci \"a\"]\naddress=05:00.0\n[pci \"b\"]\nclass=nic\noptional=yes\n", -EBUSY,
	  "made.profile:6: b", "class=nic matches 0000:05:00.0, which section \"a\" has already" },
	{ "[pci \"a\"]\nclass=nvme\noptional=yes\ncount=5\n", -ENODEV, "made.profile:4: a",
	  "5 devices wanted, only 4 match class=nvme" },
};

START_TEST(failures)
{
	const struct failing_case *row = &failing[_i];
	struct profile profile = made_profile(row->profile);
	struct host host = make_host();
	struct picks found = { 0 };
	struct err e = { 0 };

	ck_assert_int_eq(resolve(&profile, &host, &found, &e), row->result);
	ck_assert_int_eq(e.kind, ERR_NO_DEVICE);
	ck_assert_str_eq(e.subject, row->subject);
	ck_assert_str_eq(e.message, row->message);
	ck_assert_ptr_null(found.item);
	profile_done(&profile);
	host_done(&host);
}
END_TEST

/* A long list of candidates is cut, and says so. */
START_TEST(many_candidates)
{
	struct profile profile = made_profile("[pci \"a\"]\nclass=nic\n");
	struct host host = made_host();
	struct picks found = { 0 };
	struct err e = { 0 };

	for (int i = 0; i < 20; i++) {
		_cleanup_free_ char *address = mem_printf("%02x:00.0", i);

		made_device(&host, address, 0x020000, "e1000e", i);
	}
	ck_assert_int_eq(resolve(&profile, &host, &found, &e), -ENOTUNIQ);
	ck_assert_ptr_nonnull(strstr(e.message, "20 devices match"));
	ck_assert_ptr_nonnull(strstr(e.message, "0000:07:00.0"));
	ck_assert_ptr_null(strstr(e.message, "0000:08:00.0"));
	ck_assert_ptr_nonnull(strstr(e.message, "and 12 more"));
	profile_done(&profile);
	host_done(&host);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("resolve");

	tcase_add_loop_test(tests, picks, 0, (int)ARRAY_SIZE(good));
	tcase_add_loop_test(tests, failures, 0, (int)ARRAY_SIZE(failing));
	tcase_add_test(tests, many_candidates);
	return suite_run("resolve", tests);
}
