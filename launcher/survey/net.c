// SPDX-License-Identifier: GPL-2.0-or-later
/* Network cards in use: addresses, routes, bridges and the like, other network namespaces. */
#include "survey/net.h"

#include <limits.h>
#include <string.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/root_dir.h"
#include "survey/links.h"
#include "survey/place.h"
#include "survey/processes.h"

/* VLANs on bonds on bonds end somewhere; a damaged capture must not lead us round in circles. */
#define STACK_MAX 8

static char *text_or_none(const struct netlink_link *link)
{
	return link ? mem_strdup(link->name) : mem_strdup("another interface");
}

/* What the host does with an interface itself, or NULL; @ret_fix is how to end it. */
static char *own_use(const struct links *links, const struct netlink_link *link, char **ret_fix)
{
	if (link->master) {
		const struct netlink_link *master = links_find_index(links, link->master);
		_cleanup_free_ char *name = text_or_none(master);

		*ret_fix = mem_printf("ip link set %s nomaster", link->name);
		return mem_printf("%s is a port of the %s %s", link->name,
				  master && master->kind ? master->kind : "device", name);
	}
	if (!link->up)
		return NULL;
	if (link->addresses.count || link->default_route) {
		_cleanup_free_ char *list = strlist_join(&link->addresses, ", ");

		*ret_fix = mem_printf("ip link set %s down%s", link->name,
				      link->default_route ? " (the default route leads out of it)"
							  : "");
		if (!link->addresses.count)
			return mem_printf("%s is up and has the default route", link->name);
		return mem_printf("%s is up with the address %s", link->name, list);
	}
	return NULL;
}

static char *use_of(const struct links *links, const struct netlink_link *link, int depth,
		    char **ret_fix);

/* What is on top of an interface: a VLAN that is used in turn, or a macvtap, which a guest has. */
static char *upper_use(const struct links *links, const struct netlink_link *link, int depth,
		       char **ret_fix)
{
	for (size_t i = 0; link->carries && i < links->count; i++) {
		const struct netlink_link *upper = &links->item[i];
		_cleanup_free_ char *use = NULL;

		if (upper->lower != link->index || upper == link)
			continue;
		if (upper->kind && !strcmp(upper->kind, "macvtap")) {
			*ret_fix = mem_printf("stop the guest that has %s, or ip link delete %s",
					      upper->name, upper->name);
			return mem_printf("%s carries %s, a macvtap for a guest", link->name,
					  upper->name);
		}
		use = use_of(links, upper, depth + 1, ret_fix);
		if (use)
			return mem_printf("%s carries %s: %s", link->name, upper->name, use);
	}
	return NULL;
}

static char *use_of(const struct links *links, const struct netlink_link *link, int depth,
		    char **ret_fix)
{
	char *use = own_use(links, link, ret_fix);

	return use || depth > STACK_MAX ? use : upper_use(links, link, depth, ret_fix);
}

/* Interfaces from a capture that has no sys/class/net. */
static void list_interfaces(const struct root *root, struct device *dev)
{
	_cleanup_free_ char *path =
		mem_printf("sys/bus/pci/devices/%s/net", PCIADDR_STR(&dev->addr));

	if (root_list(root, path, &dev->netdevs) < 0)
		dev->netdevs = (struct strlist){ 0 };
}

static bool hands_over(const char *driver)
{
	return strstr(driver, "vfio") || strstr(driver, "uio") || strstr(driver, "stub") ||
	       strstr(driver, "pciback");
}

static void place_interfaces(const struct root *root, const struct host *host,
			     const struct strlist *names)
{
	_cleanup_root_dir_ struct root_dir dir = { .fd = -1 };
	char target[PATH_MAX];

	root_dir_open(root, "sys/class/net", &dir);
	for (size_t i = 0; i < names->count; i++) {
		struct device *dev = NULL;

		if (root_dir_readlink(&dir, names->item[i], target, sizeof(target)) == 0)
			dev = place_on_path(host, target);
		if (dev)
			strlist_add(&dev->netdevs, names->item[i]);
	}
}

/*
 * What hangs off a function may be deep below it (virtio, a USB adapter). An interface is shown in the network namespace
 * it is in only, so an Ethernet driver without one has had it moved; a capture has that among its facts.
 */
static void find_interfaces(const struct root *root, struct host *host)
{
	struct strlist names;
	bool listed = root_list(root, "sys/class/net", &names) == 0;

	if (listed) {
		place_interfaces(root, host, &names);
		strlist_done(&names);
	}
	for (size_t i = 0; i < host->device_count; i++) {
		struct device *dev = &host->devices[i];

		if (!listed && dev->class_code >> 16 == 0x02)
			list_interfaces(root, dev);
		dev->net_moved = root->live && !dev->netdevs.count &&
				 dev->class_code >> 8 == 0x0200 && dev->driver &&
				 !hands_over(dev->driver);
	}
}

static void scan_interfaces(const struct links *links, struct device *dev)
{
	for (size_t i = 0; i < dev->netdevs.count; i++) {
		const struct netlink_link *link = links_find(links, dev->netdevs.item[i]);
		char *fix = NULL, *use;

		if (!links->known || !link) {
			dev->net_unknown = true;
			if (!strlist_has(&dev->unmeasured, "users"))
				strlist_add(&dev->unmeasured, "users");
			continue;
		}
		use = use_of(links, link, 0, &fix);
		if (use)
			device_add_use(dev, USE_NET, use, fix);
	}
}

/* Through a process's root lead only those who may trace it. */
static int list_through(const struct root *root, const char *path, struct strlist *ret)
{
	BRACKET(PROCESSES);

	return root_list(root, path, ret);
}

/* The interface as a process's own sysfs shows it: that of its network namespace (sysfs shows the mounter's). */
static char *seen_by(const struct root *root, const char *pid, const char *address)
{
	_cleanup_free_ char *path =
		mem_printf("proc/%s/root/sys/bus/pci/devices/%s/net", pid, address);
	struct strlist names;
	char *name;

	if (list_through(root, path, &names) < 0)
		return NULL;
	name = names.count ? mem_strdup(names.item[0]) : NULL;
	strlist_done(&names);
	return name;
}

static char *describe(const struct root *root, const char *pid)
{
	_cleanup_free_ char *name = process_name(root, (pid_t)strtol(pid, NULL, 10));

	return mem_printf("%s (pid %s)", name, pid);
}

/* Names of namespaces made by ip netns, which may have no process in them. */
static char *named_namespaces(const struct root *root)
{
	struct strlist names;
	char *text;

	if (root_list(root, "run/netns", &names) < 0)
		return NULL;
	text = names.count ? strlist_join(&names, ", ") : NULL;
	strlist_done(&names);
	return text;
}

static void add_moved(const struct root *root, const struct strlist *pids, struct device *dev)
{
	char address[PCIADDR_STRLEN];
	_cleanup_free_ char *named = NULL, *first = NULL;

	pciaddr_format(&dev->addr, address);
	for (size_t i = 0; i < pids->count; i++) {
		_cleanup_free_ char *name = seen_by(root, pids->item[i], address);
		_cleanup_free_ char *who = name ? describe(root, pids->item[i]) : NULL;

		if (!name)
			continue;
		device_add_use(
			dev, USE_NET,
			mem_printf("its interface %s is in the network namespace of %s", name, who),
			mem_printf("nsenter -t %s -n ip link set %s netns 1, or end that process",
				   pids->item[i], name));
		return;
	}
	named = named_namespaces(root);
	first = pids->count == 1 && !named ? describe(root, pids->item[0]) : NULL;
	device_add_use(
		dev, USE_NET,
		mem_printf(
			"%s is bound and none of its interfaces are here: they were moved to another network namespace%s%s%s",
			dev->driver,
			named	? " (ip netns: "
			: first ? " (perhaps that of "
				: "",
			named	? named
			: first ? first
				: "",
			named || first ? ")" : ""),
		mem_strdup(
			"lsns -t net and ip netns list show the namespaces: ip link set IFNAME netns 1, from inside"));
}

/* Interfaces a capture says are elsewhere. */
static void add_captured(const struct json *facts, struct host *host)
{
	const struct json *rows = json_get(facts, "moved");

	for (size_t i = 0; i < json_count(rows); i++) {
		const struct json *row = json_at(rows, i);
		const char *device = json_get_str(row, "device"),
			   *interface = json_get_str(row, "interface");
		const char *where = json_get_str(row, "where");
		struct pciaddr addr;
		struct device *dev =
			device && pciaddr_parse(device, &addr) == 0 ? host_find(host, &addr) : NULL;

		if (!dev)
			continue;
		dev->net_moved = true;
		device_add_use(dev, USE_NET,
			       mem_printf("its interface %s is in %s",
					  interface ? interface : "(name unknown)",
					  where ? where : "another network namespace"),
			       mem_printf("ip link set %s netns 1, from inside",
					  interface ? interface : "IFNAME"));
	}
}

void net_scan(const struct root *root, const struct json *facts, struct host *host)
{
	struct strlist pids;
	struct links links;

	find_interfaces(root, host);
	/* A capture by vmrun itself has the uses. */
	if (json_get(facts, "users"))
		return;
	links_load(root, facts, &links);
	for (size_t i = 0; i < host->device_count; i++)
		scan_interfaces(&links, &host->devices[i]);
	add_captured(facts, host);
	links_done(&links);
	processes_namespaces(root, "net", &pids);
	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].net_moved)
			add_moved(root, &pids, &host->devices[i]);
	strlist_done(&pids);
}
