// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: qemu.conf, read and added to. */
#include "model/qemuconf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *nodes[] = { (char[]){ "/dev/null" }, (char[]){ "/dev/kvm" } };
	const struct strlist wanted = { nodes, ARRAY_SIZE(nodes) };
	_cleanup_free_ char *got = NULL, *again = NULL;
	const char *text = (const char *)data;
	struct qemuconf conf = { 0 };
	struct strlist list = { 0 };
	struct err e = { 0 };

	if (qemuconf_add(text, size, "f", "cgroup_device_acl", &wanted, &wanted, &got, &e) < 0) {
		must(e.message[0] && e.subject[0]);
		return 0;
	}
	/* A NUL ends what libvirt reads as well. */
	if (memchr(text, '\0', size))
		return 0;
	must(qemuconf_scan(got, strlen(got), "f", &conf, &e) == 0);
	must(qemuconf_strings(qemuconf_find(&conf, "cgroup_device_acl"), &list));
	must(strlist_has(&list, "/dev/null") && strlist_has(&list, "/dev/kvm"));
	must(qemuconf_add(got, strlen(got), "f", "cgroup_device_acl", &wanted, &wanted, &again,
			  &e) == 0);
	must(!strcmp(got, again));
	strlist_done(&list);
	qemuconf_done(&conf);
	return 0;
}
