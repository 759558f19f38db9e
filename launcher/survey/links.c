// SPDX-License-Identifier: GPL-2.0-or-later
/* Network interfaces as netlink tells them: state, addresses, what is on top. Reading; act/vfnet.h sets virtual functions by it. */
#include "survey/links.h"

#include <net/if.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static struct netlink_link *find_index(const struct links *links, int index)
{
	for (size_t i = 0; index && i < links->count; i++)
		if (links->item[i].index == index)
			return &links->item[i];
	return NULL;
}

static void add_link(struct nl_object *object, void *context)
{
	struct rtnl_link *link = (struct rtnl_link *)object;
	struct links *links = context;
	struct netlink_link *item = mem_append(&links->item, &links->count);

	item->name = mem_strdup(rtnl_link_get_name(link) ? rtnl_link_get_name(link) : "?");
	item->index = rtnl_link_get_ifindex(link);
	item->kind = mem_strdup(rtnl_link_get_type(link));
	item->up = rtnl_link_get_flags(link) & IFF_UP;
	item->master = rtnl_link_get_master(link);
	/* Of an interface whose lower one is in another namespace the number means one there. */
	if (rtnl_link_get_link_netnsid(link, &(int32_t){ 0 }) < 0)
		item->lower = rtnl_link_get_link(link);
}

static void add_address(struct nl_object *object, void *context)
{
	struct rtnl_addr *addr = (struct rtnl_addr *)object;
	struct netlink_link *link = find_index(context, rtnl_addr_get_ifindex(addr));
	const struct nl_addr *local = rtnl_addr_get_local(addr);
	char text[128];

	if (!link || !local ||
	    (rtnl_addr_get_family(addr) == AF_INET6 && rtnl_addr_get_scope(addr) == RT_SCOPE_LINK))
		return;
	strlist_add(&link->addresses, nl_addr2str(local, text, sizeof(text)));
}

static void add_route(struct nl_object *object, void *context)
{
	struct rtnl_route *route = (struct rtnl_route *)object;
	const struct nl_addr *to = rtnl_route_get_dst(route);

	if (to && nl_addr_get_prefixlen(to))
		return;
	for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
		struct netlink_link *link = find_index(
			context, rtnl_route_nh_get_ifindex(rtnl_route_nexthop_n(route, i)));

		if (link && rtnl_route_get_type(route) == RTN_UNICAST)
			link->default_route = true;
	}
}

/* Routes are many on a router, and one by an interface without an address is rare: asked for only where one is up. */
static bool routes_matter(const struct links *links)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->item[i].up && !links->item[i].addresses.count && !links->item[i].master)
			return true;
	return false;
}

static int ask(struct nl_sock *socket, struct links *ret)
{
	struct nl_cache *cache;
	int r = rtnl_link_alloc_cache(socket, AF_UNSPEC, &cache);

	if (r < 0)
		return r;
	nl_cache_foreach(cache, add_link, ret);
	nl_cache_free(cache);
	r = rtnl_addr_alloc_cache(socket, &cache);
	if (r < 0)
		return r;
	nl_cache_foreach(cache, add_address, ret);
	nl_cache_free(cache);
	if (!routes_matter(ret))
		return 0;
	r = rtnl_route_alloc_cache(socket, AF_UNSPEC, 0, &cache);
	if (r < 0)
		return r;
	nl_cache_foreach(cache, add_route, ret);
	nl_cache_free(cache);
	return 0;
}

static void load_live(struct links *ret)
{
	struct nl_sock *socket = nl_socket_alloc();

	if (!socket)
		return;
	ret->known = nl_connect(socket, NETLINK_ROUTE) == 0 && ask(socket, ret) == 0;
	nl_socket_free(socket);
}

static int number(const struct json *row, const char *key)
{
	int64_t value;

	return json_get_int(row, key, &value) < 0 || value < 0 || value > INT32_MAX ? 0
										    : (int)value;
}

static void load_captured(const struct json *facts, struct links *ret)
{
	const struct json *rows = json_get(facts, "links");

	ret->known = rows != NULL;
	for (size_t i = 0; i < json_count(rows); i++) {
		const struct json *row = json_at(rows, i);
		const char *addresses = json_get_str(row, "addresses");
		struct netlink_link *item;

		if (!json_get_str(row, "name"))
			continue;
		item = mem_append(&ret->item, &ret->count);
		item->name = mem_strdup(json_get_str(row, "name"));
		item->index = number(row, "index");
		item->kind = mem_strdup(json_get_str(row, "kind"));
		item->up = json_get_bool(row, "up");
		item->master = number(row, "master");
		item->lower = number(row, "lower");
		item->default_route = json_get_bool(row, "default_route");
		if (addresses && *addresses)
			strlist_add(&item->addresses, addresses);
	}
}

static int compare_name(const void *a, const void *b)
{
	return strcmp(((const struct netlink_link *)a)->name,
		      ((const struct netlink_link *)b)->name);
}

/* In order of names, and each knowing whether another is on top of it: few are, and thousands may have to be asked. */
static void arrange(struct links *links)
{
	if (links->count)
		qsort(links->item, links->count, sizeof(*links->item), compare_name);
	for (size_t i = 0; i < links->count; i++) {
		struct netlink_link *lower = find_index(links, links->item[i].lower);

		if (lower)
			lower->carries = true;
	}
}

void links_load(const struct root *root, const struct json *facts, struct links *ret)
{
	*ret = (struct links){ 0 };
	if (root->live)
		load_live(ret);
	else
		load_captured(facts, ret);
	arrange(ret);
}

const struct netlink_link *links_find(const struct links *links, const char *name)
{
	struct netlink_link key = { .name = (char *)(uintptr_t)name };

	if (!links->count)
		return NULL;
	return bsearch(&key, links->item, links->count, sizeof(*links->item), compare_name);
}

const struct netlink_link *links_find_index(const struct links *links, int index)
{
	return find_index(links, index);
}

void links_done(struct links *links)
{
	for (size_t i = 0; i < links->count; i++) {
		free(links->item[i].name);
		free(links->item[i].kind);
		strlist_done(&links->item[i].addresses);
	}
	free(links->item);
	*links = (struct links){ 0 };
}
