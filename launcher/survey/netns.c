// SPDX-License-Identifier: GPL-2.0-or-later
/* Interfaces in other network namespaces that use our devices: on top of one in ours (a container's macvlan), or moved there. */
#include "survey/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "survey/processes.h"

/* IFLA_PARENT_DEV_NAME and IFLA_PARENT_DEV_BUS_NAME, which headers before Linux 5.14 do not have. */
#define PARENT_NAME 56
#define PARENT_BUS 57

/* Where ip(8) and Docker keep the namespaces they have given a name. */
static const char *const named[] = { "run/netns", "run/docker/netns" };

/** struct entry - what is needed of a thread: a socket made in the namespace @fd; @r: 0 or -errno */
struct entry {
	int fd;
	struct nl_sock *socket;
	int r;
};

/** struct told - an interface as its namespace tells it; @number: by which it knows the namespace of the lower one */
struct told {
	struct netns_link link;
	int32_t number;
};

/** struct look - what one namespace told */
struct look {
	struct told *item;
	size_t count;
};

static int enter(int fd)
{
	BRACKET(NETNS);

	return setns(fd, CLONE_NEWNET) < 0 ? -errno : 0;
}

/* A socket stays in the namespace it was made in; the thread ends in it, and nothing else of ours has been there. */
static void *make_socket(void *context)
{
	struct entry *entry = context;

	entry->r = enter(entry->fd);
	if (entry->r == 0 && nl_connect(entry->socket, NETLINK_ROUTE) < 0)
		entry->r = -EIO;
	return NULL;
}

static struct nl_sock *socket_in(int fd)
{
	struct entry entry = { .fd = fd, .socket = nl_socket_alloc(), .r = -EIO };
	pthread_t thread;

	if (!entry.socket)
		return NULL;
	if (pthread_create(&thread, NULL, make_socket, &entry) == 0)
		pthread_join(thread, NULL);
	if (entry.r == 0)
		return entry.socket;
	nl_socket_free(entry.socket);
	return NULL;
}

static int take_number(struct nl_msg *msg, void *context)
{
	struct nlattr *attr = nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct rtgenmsg), NETNSA_NSID);

	if (attr && nla_len(attr) >= (int)sizeof(int32_t))
		*(int32_t *)context = (int32_t)nla_get_u32(attr);
	return NL_OK;
}

/* RTM_GETNSID: the number our namespace has in that of the socket; NETNSA_NSID_NOT_ASSIGNED: nothing there refers to ours. */
static int number_of(struct nl_sock *socket, int own, int32_t *ret)
{
	struct rtgenmsg head = { .rtgen_family = AF_UNSPEC };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETNSID, NLM_F_REQUEST);
	int r;

	*ret = NETNSA_NSID_NOT_ASSIGNED;
	if (!msg)
		return -ENOMEM;
	nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO);
	nla_put_u32(msg, NETNSA_FD, (uint32_t)own);
	nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, take_number, ret);
	r = nl_send_auto(socket, msg);
	nlmsg_free(msg);
	if (r >= 0)
		r = nl_recvmsgs_default(socket);
	/* The answer is one message, and the acknowledgement another. */
	if (r >= 0)
		r = nl_wait_for_ack(socket);
	return r < 0 ? r : 0;
}

static char *text_of(struct nlattr *attr)
{
	return attr ? nla_strdup(attr) : NULL;
}

static char *kind_of(struct nlattr *info)
{
	return info ? text_of(nla_find(nla_data(info), nla_len(info), IFLA_INFO_KIND)) : NULL;
}

static int take_link(struct nl_msg *msg, void *context)
{
	struct nlattr *tb[PARENT_BUS + 1];
	struct look *look = context;
	struct told *told;

	if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(nlmsg_hdr(msg), sizeof(struct ifinfomsg), tb, PARENT_BUS, NULL) < 0)
		return NL_SKIP;
	told = mem_append(&look->item, &look->count);
	told->number = NETNSA_NSID_NOT_ASSIGNED;
	told->link.name = tb[IFLA_IFNAME] ? text_of(tb[IFLA_IFNAME]) : mem_strdup("?");
	told->link.kind = kind_of(tb[IFLA_LINKINFO]);
	if (tb[IFLA_LINK] && tb[IFLA_LINK_NETNSID]) {
		told->link.lower = (int)nla_get_u32(tb[IFLA_LINK]);
		told->number = (int32_t)nla_get_u32(tb[IFLA_LINK_NETNSID]);
	}
	if (tb[PARENT_BUS] && !nla_strcmp(tb[PARENT_BUS], "pci"))
		told->link.device = text_of(tb[PARENT_NAME]);
	return NL_OK;
}

static int list_links(struct nl_sock *socket, struct look *look)
{
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	int r = nl_send_simple(socket, RTM_GETLINK, NLM_F_DUMP, &head, sizeof(head));

	nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, take_link, look);
	return r < 0 ? r : nl_recvmsgs_default(socket);
}

static void link_done(struct netns_link *link)
{
	free(link->name);
	free(link->kind);
	free(link->device);
	free(link->where);
}

/* The list first: the kernel gives our namespace its number there when it first has to name it. */
static bool ask(struct nl_sock *socket, int own, const char *where, struct netns_links *ret)
{
	struct look look = { 0 };
	int32_t number;
	bool known = list_links(socket, &look) >= 0 && number_of(socket, own, &number) == 0;

	for (size_t i = 0; i < look.count; i++) {
		struct told *told = &look.item[i];

		if (!known || number < 0 || told->number != number)
			told->link.lower = 0;
		if (known && (told->link.lower > 0 || told->link.device)) {
			told->link.where = mem_strdup(where);
			*mem_append(&ret->item, &ret->count) = told->link;
		} else {
			link_done(&told->link);
		}
	}
	free(look.item);
	return known;
}

static int open_namespace(const struct root *root, const char *path)
{
	BRACKET_MASK(NEED_BIT(PROCESSES) | NEED_BIT(READ));

	return root_openat(root, path, O_RDONLY);
}

/* Once for each namespace, by its inode; a process or a name that is gone by now needs no look. */
static void look_into(const struct root *root, const char *path, char *where, int own,
		      struct strlist *known, struct netns_links *ret)
{
	_cleanup_close_ int fd = open_namespace(root, path);
	_cleanup_free_ char *owned = where, *id = NULL;
	struct nl_sock *socket;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		ret->hidden = ret->hidden || fd == -EACCES || fd == -EPERM;
		return;
	}
	id = mem_printf("%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	if (strlist_has(known, id))
		return;
	strlist_add(known, id);
	socket = socket_in(fd);
	if (!socket || !ask(socket, own, owned, ret))
		ret->hidden = true;
	if (socket)
		nl_socket_free(socket);
}

static void look_at_named(const struct root *root, const char *dir, int own, struct strlist *known,
			  struct netns_links *ret)
{
	struct strlist names;

	if (root_list(root, dir, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *path = mem_printf("%s/%s", dir, names.item[i]);

		look_into(root, path, mem_printf("the network namespace %s", names.item[i]), own,
			  known, ret);
	}
	strlist_done(&names);
}

static void load_live(const struct root *root, const struct strlist *pids, struct netns_links *ret)
{
	_cleanup_close_ int own = root_openat(root, "proc/self/ns/net", O_RDONLY);
	struct strlist known = { 0 };
	struct stat st;

	if (own < 0 || fstat(own, &st) < 0)
		return;
	strlist_addf(&known, "%llu:%llu", (unsigned long long)st.st_dev,
		     (unsigned long long)st.st_ino);
	for (size_t i = 0; i < pids->count; i++) {
		_cleanup_free_ char *path = mem_printf("proc/%s/ns/net", pids->item[i]),
				    *name = process_name(root,
							 (pid_t)strtol(pids->item[i], NULL, 10));

		look_into(root, path,
			  mem_printf("the network namespace of %s (pid %s)", name, pids->item[i]),
			  own, &known, ret);
	}
	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		look_at_named(root, named[i], own, &known, ret);
	strlist_done(&known);
}

static void load_captured(const struct json *facts, struct netns_links *ret)
{
	const struct json *rows = json_get(facts, "links_elsewhere");

	for (size_t i = 0; i < json_count(rows); i++) {
		const struct json *row = json_at(rows, i);
		const char *name = json_get_str(row, "name"), *where = json_get_str(row, "where");
		int64_t lower = 0;

		if (!name || json_get_int(row, "lower", &lower) < 0 || lower < 0 ||
		    lower > INT32_MAX)
			continue;
		*mem_append(&ret->item, &ret->count) = (struct netns_link){
			.name = mem_strdup(name),
			.kind = mem_strdup(json_get_str(row, "kind")),
			.lower = (int)lower,
			.device = mem_strdup(json_get_str(row, "device")),
			.where = mem_strdup(where ? where : "another network namespace"),
		};
	}
}

void netns_load(const struct root *root, const struct json *facts, const struct strlist *pids,
		struct netns_links *ret)
{
	*ret = (struct netns_links){ 0 };
	if (root->live)
		load_live(root, pids, ret);
	else
		load_captured(facts, ret);
}

void netns_done(struct netns_links *links)
{
	for (size_t i = 0; i < links->count; i++)
		link_done(&links->item[i]);
	free(links->item);
	*links = (struct netns_links){ 0 };
}
