// SPDX-License-Identifier: GPL-2.0-or-later
/* Network cards in use: addresses, routes, bridges and the like, other network namespaces. */
#include "survey/net.h"

#include <limits.h>
#include <string.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/root_dir.h"
#include "survey/links.h"
#include "survey/netns.h"
#include "survey/place.h"
#include "survey/processes.h"

/* VLANs on bonds on bonds end somewhere; a damaged capture must not lead us round in circles. */
#define STACK_MAX 8

#define PPPOE_SIZE_MAX 65536

/** struct seen - what is asked for the use of interfaces; @pppoe: those that PPPoE sessions lead over */
struct seen {
	struct links links;
	struct netns_links elsewhere;
	struct strlist pppoe, pids;
};

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

/* What a packet leaves by that has no address of its own: a PPPoE session, or an interface in another namespace. */
static char *hidden_use(const struct seen *seen, const struct netlink_link *link, char **ret_fix)
{
	if (strlist_has(&seen->pppoe, link->name)) {
		*ret_fix = mem_printf("end the PPP connection over %s", link->name);
		return mem_printf("%s carries a PPPoE session", link->name);
	}
	for (size_t i = 0; link->index && i < seen->elsewhere.count; i++) {
		const struct netns_link *upper = &seen->elsewhere.item[i];

		if (upper->lower != link->index)
			continue;
		*ret_fix = mem_printf("end what has %s, or ip link delete %s from inside",
				      upper->name, upper->name);
		return mem_printf("%s carries %s%s%s, which is in %s", link->name, upper->name,
				  upper->kind ? ", of the kind " : "",
				  upper->kind ? upper->kind : "", upper->where);
	}
	return NULL;
}

static char *use_of(const struct seen *seen, const struct netlink_link *link, int depth,
		    char **ret_fix);

/* What is on top of an interface: a VLAN that is used in turn, or a macvtap, which a guest has. */
static char *upper_use(const struct seen *seen, const struct netlink_link *link, int depth,
		       char **ret_fix)
{
	const struct links *links = &seen->links;

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
		use = use_of(seen, upper, depth + 1, ret_fix);
		if (use)
			return mem_printf("%s carries %s: %s", link->name, upper->name, use);
	}
	return NULL;
}

static char *use_of(const struct seen *seen, const struct netlink_link *link, int depth,
		    char **ret_fix)
{
	char *use = own_use(&seen->links, link, ret_fix);

	if (!use)
		use = hidden_use(seen, link, ret_fix);
	return use || depth > STACK_MAX ? use : upper_use(seen, link, depth, ret_fix);
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

/* What hangs off a function may be deep below it (virtio, a USB adapter). */
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
	}
}

static void set_unknown(struct device *dev)
{
	dev->net_unknown = true;
	if (!strlist_has(&dev->unmeasured, "users"))
		strlist_add(&dev->unmeasured, "users");
}

static void scan_interfaces(const struct seen *seen, struct device *dev)
{
	for (size_t i = 0; i < dev->netdevs.count; i++) {
		const struct netlink_link *link = links_find(&seen->links, dev->netdevs.item[i]);
		char *fix = NULL, *use;

		if (!seen->links.known || !link) {
			set_unknown(dev);
			continue;
		}
		use = use_of(seen, link, 0, &fix);
		if (use)
			device_add_use(dev, USE_NET, use, fix);
		else if (link->up && seen->elsewhere.hidden)
			set_unknown(dev);
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

/* Interfaces of devices, of which others may be here, that another namespace told of. */
static void add_told(const struct seen *seen, struct host *host)
{
	for (size_t i = 0; i < seen->elsewhere.count; i++) {
		const struct netns_link *link = &seen->elsewhere.item[i];
		struct pciaddr addr;
		struct device *dev = link->device && pciaddr_parse(link->device, &addr) == 0
					     ? host_find(host, &addr)
					     : NULL;

		if (!dev)
			continue;
		dev->net_moved = true;
		device_add_use(
			dev, USE_NET,
			mem_printf("its interface %s is in %s", link->name, link->where),
			mem_printf("ip link set %s netns 1, from inside, or end what is in there",
				   link->name));
	}
}

/*
 * An interface is shown in the network namespace it is in only, so a driver without one has had it moved. Others than
 * Ethernet's may have none for other reasons (firmware of a Wi-Fi card that is missing), and InfiniBand and fabrics (0207,
 * 0208) are used without any: of the former it is believed where there is a namespace, of the latter never.
 */
static bool looks_moved(const struct root *root, const struct seen *seen, const struct device *dev)
{
	uint32_t class = dev->class_code >> 8;
	_cleanup_free_ char *names = NULL;

	if (dev->netdevs.count || class >> 8 != 0x02 || class == 0x0207 || class == 0x0208 ||
	    !dev->driver || hands_over(dev->driver))
		return false;
	if (class == 0x0200 || seen->pids.count)
		return true;
	names = named_namespaces(root);
	return names != NULL;
}

/* Id, address and device of each session, below a line of headings (drivers/net/ppp/pppoe.c). */
static void load_pppoe(const struct root *root, struct strlist *ret)
{
	_cleanup_free_ char *text = NULL;
	char *save = NULL;

	if (root_read(root, "proc/net/pppoe", PPPOE_SIZE_MAX, &text, NULL) < 0)
		return;
	(void)strtok_r(text, "\n", &save);
	for (char *line = strtok_r(NULL, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *name = strrchr(line, ' ');

		if (name && name[1])
			strlist_add(ret, name + 1);
	}
}

static bool any_interface(const struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].class_code >> 16 == 0x02 || host->devices[i].netdevs.count)
			return true;
	return false;
}

void net_scan(const struct root *root, const struct json *facts, struct host *host)
{
	struct seen seen = { 0 };

	find_interfaces(root, host);
	/* A capture by vmrun itself has the uses. */
	if (json_get(facts, "users"))
		return;
	links_load(root, facts, &seen.links);
	load_pppoe(root, &seen.pppoe);
	processes_namespaces(root, "net", &seen.pids);
	if (any_interface(host))
		netns_load(root, facts, &seen.pids, &seen.elsewhere);
	for (size_t i = 0; i < host->device_count; i++)
		scan_interfaces(&seen, &host->devices[i]);
	add_captured(facts, host);
	add_told(&seen, host);
	for (size_t i = 0; root->live && i < host->device_count; i++) {
		struct device *dev = &host->devices[i];

		if (dev->net_moved || !looks_moved(root, &seen, dev))
			continue;
		dev->net_moved = true;
		add_moved(root, &seen.pids, dev);
	}
	links_done(&seen.links);
	netns_done(&seen.elsewhere);
	strlist_done(&seen.pppoe);
	strlist_done(&seen.pids);
}
