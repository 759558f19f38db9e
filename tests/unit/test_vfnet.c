// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Settings of virtual functions by netlink: the messages against a recorded dialogue of ip(8) with the kernel's netdevsim,
 * and, where VFNET_INTERFACE names an interface with two functions or more, against the kernel itself.
 */
#include "act/vfnet.h"

#include <errno.h>
#include <linux/if_link.h>
#include <netlink/msg.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "unit/fakekernel.h"
#include "unit/suite.h"

#define DIALOGUE "tests/fixtures/netlink/netdevsim-6.1.txt"
#define LINE_MAX_BYTES 8192

/* "01ab…" into bytes; their number. */
static size_t unhex(const char *text, uint8_t *ret, size_t size)
{
	size_t count = 0;
	unsigned int byte;

	for (; count < size && sscanf(text, "%2x", &byte) == 1; text += 2)
		ret[count++] = (uint8_t)byte;
	return count;
}

/* "mac=52:54:00:ab:cd:ef,vlan=20" */
static struct vf_settings parse_settings(const char *text)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	struct vf_settings settings = { 0 };
	char *save = NULL;

	for (char *word = strtok_r(copy, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		char *value = strchr(word, '=');
		uint64_t number;

		ck_assert_ptr_nonnull(value);
		*value++ = '\0';
		for (enum vf_key key = 0; key < VF_KEY_COUNT; key++)
			if (!strcmp(vf_key_name(key), word)) {
				ck_assert_int_eq(vf_parse(key, value, &number), 0);
				vf_put(&settings, key, number);
			}
	}
	return settings;
}

static enum vf_key first_key(const struct vf_settings *settings)
{
	enum vf_key key = 0;

	while (!vf_has(settings, key))
		key++;
	return key;
}

/* What is asked, wherever it stands in the message: the list of functions. */
static const struct nlattr *function_list(struct nlmsghdr *message)
{
	const struct nlattr *list =
		nlmsg_find_attr(message, sizeof(struct ifinfomsg), IFLA_VFINFO_LIST);

	ck_assert_ptr_nonnull(list);
	return list;
}

/* The function's attribute as hexadecimal; libnl marks it as nested, ip(8) does not, and the kernel takes both. */
static char *hex_of(const struct nlattr *list)
{
	const uint8_t *bytes = nla_data(list);
	size_t len = (size_t)nla_len(list);
	char *text = mem_zalloc(len * 2 + 1);

	for (size_t i = 0; i < len; i++)
		sprintf(text + 2 * i, "%02x", i == 3 ? bytes[i] & ~(NLA_F_NESTED >> 8) : bytes[i]);
	return text;
}

static void compare_request(const char *settings_text, const char *hex)
{
	struct vf_settings settings = parse_settings(settings_text);
	struct rtnl_link *link = rtnl_link_alloc(), *changes;
	_cleanup_free_ char *ours_hex = NULL, *theirs_hex = NULL;
	uint8_t recorded[LINE_MAX_BYTES];
	const struct nlattr *theirs, *ours;
	struct nl_msg *message;

	unhex(hex, recorded, sizeof(recorded));
	theirs = function_list((struct nlmsghdr *)recorded);
	changes = vfnet_changes(1, first_key(&settings), &settings);
	rtnl_link_set_ifindex(link, 4);
	ck_assert_int_eq(rtnl_link_build_change_request(link, changes, 0, &message), 0);
	ours = function_list(nlmsg_hdr(message));
	ours_hex = hex_of(ours);
	theirs_hex = hex_of(theirs);
	ck_assert_msg(!strcmp(ours_hex, theirs_hex), "%s: ip(8) sends %s, not %s", settings_text,
		      theirs_hex, ours_hex);
	nlmsg_free(message);
	rtnl_link_put(changes);
	rtnl_link_put(link);
}

static void take_link(struct nl_object *object, void *context)
{
	nl_object_get(object);
	*(struct rtnl_link **)context = (struct rtnl_link *)object;
}

static void compare_answer(const char *expected_text, const char *hex)
{
	struct vf_settings expected = parse_settings(expected_text), got;
	uint8_t recorded[LINE_MAX_BYTES];
	struct rtnl_link *link = NULL;
	struct nl_msg *message;
	char a[VF_TEXT_MAX], b[VF_TEXT_MAX];

	unhex(hex, recorded, sizeof(recorded));
	message = nlmsg_convert((struct nlmsghdr *)recorded);
	nlmsg_set_proto(message, NETLINK_ROUTE);
	ck_assert_int_eq(nl_msg_parse(message, take_link, &link), 0);
	ck_assert_int_eq(vfnet_settings(link, 1, &got), 0);
	for (enum vf_key key = 0; key < VF_KEY_COUNT; key++)
		ck_assert_msg(!vf_has(&expected, key) ||
				      (vf_has(&got, key) && got.value[key] == expected.value[key]),
			      "%s is %s, recorded %s", vf_key_name(key),
			      vf_text(key, got.value[key], a),
			      vf_text(key, expected.value[key], b));
	ck_assert_int_eq(vfnet_settings(link, 3, &got), -ENODEV);
	rtnl_link_put(link);
	nlmsg_free(message);
}

START_TEST(recorded)
{
	_cleanup_fclose_ FILE *file = fopen(DIALOGUE, "r");
	_cleanup_free_ char *line = mem_zalloc(LINE_MAX_BYTES * 2);
	size_t requests = 0, answers = 0;

	ck_assert_msg(file, "%s: %s", DIALOGUE, strerror(errno));
	while (fgets(line, LINE_MAX_BYTES * 2, file)) {
		char *save = NULL, *kind = strtok_r(line, " \n", &save),
		     *settings = strtok_r(NULL, " \n", &save), *hex = strtok_r(NULL, " \n", &save);

		if (!kind || kind[0] == '#')
			continue;
		if (!strcmp(kind, "request")) {
			compare_request(settings, hex);
			requests++;
		} else {
			compare_answer(settings, hex);
			answers++;
		}
	}
	ck_assert_uint_ge(requests, 8);
	ck_assert_uint_ge(answers, 1);
}
END_TEST

/* A root of which nothing but the card's interface is there. */
static struct root make_root(char *dir, const char *interface)
{
	static const char *const folders[] = { "sys",
					       "sys/bus",
					       "sys/bus/pci",
					       "sys/bus/pci/devices",
					       "sys/bus/pci/devices/0000:01:00.0",
					       "sys/bus/pci/devices/0000:01:00.0/net" };
	_cleanup_free_ char *last =
		mem_printf("%s/%s", folders[ARRAY_SIZE(folders) - 1], interface);
	struct root root;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(root_open(dir, &root, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		ck_assert_int_eq(mkdirat(root.fd, folders[i], 0755), 0);
	ck_assert_int_eq(mkdirat(root.fd, last, 0755), 0);
	return root;
}

START_TEST(live)
{
	const struct pciaddr pf = { 0, 1, 0, 0 };
	char dir[] = "/tmp/vfnet.XXXXXX";
	struct root root = make_root(dir, getenv("VFNET_INTERFACE"));
	struct vf_settings want =
		parse_settings("mac=52:54:00:00:00:77,vlan=30,vlan-qos=2,spoofchk=on,"
			       "trust=on,link-state=disable,min-rate=10,max-rate=20");
	struct vf_settings before, now;
	struct err e = { 0 };

	ck_assert_msg(vfnet_read(&root, &pf, 1, &before, &e) == 0, "%s: %s", e.subject, e.message);
	ck_assert_msg(vfnet_write(&root, &pf, 1, &want, &e) == 0, "%s: %s", e.subject, e.message);
	ck_assert_int_eq(vfnet_read(&root, &pf, 1, &now, &e), 0);
	for (enum vf_key key = 0; key < VF_KEY_COUNT; key++)
		ck_assert_msg(!vf_has(&want, key) || now.value[key] == want.value[key], "%s is %lu",
			      vf_key_name(key), (unsigned long)now.value[key]);
	ck_assert_msg(vfnet_restore(&root, &pf, 1, &before, &e) == 0, "%s: %s", e.subject,
		      e.message);
	ck_assert_int_eq(vfnet_read(&root, &pf, 1, &now, &e), 0);
	ck_assert_int_eq(now.given, before.given);
	for (enum vf_key key = 0; key < VF_KEY_COUNT; key++)
		ck_assert_msg(now.value[key] == before.value[key], "%s is %lu, was %lu",
			      vf_key_name(key), (unsigned long)now.value[key],
			      (unsigned long)before.value[key]);
	/* A function that is not there; to put something back of it is no failure. */
	ck_assert_int_eq(vfnet_write(&root, &pf, 99, &want, &e), -ENODEV);
	ck_assert_int_eq(vfnet_restore(&root, &pf, 99, &before, &e), 0);
	root_close(&root);
	fake_remove(dir);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("vfnet");

	if (getenv("VFNET_INTERFACE"))
		tcase_add_test(tests, live);
	else
		tcase_add_test(tests, recorded);
	return suite_run("vfnet", tests);
}
