// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings of a network card's virtual functions, by netlink through the physical one. */
#include "act/vfnet.h"

#include <errno.h>
#include <net/if.h>
#include <netlink/route/link.h>
#include <netlink/route/link/sriov.h>
#include <string.h>
#include <time.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/log.h"

#define RETRY_MS 5000
#define POLL_MS 100

#define MAC_BYTES 6
#define ETHERTYPE_VLAN 0x8100

static void set_mac(struct rtnl_link_vf *vf, uint64_t mac)
{
	uint8_t bytes[MAC_BYTES];
	struct nl_addr *addr;

	for (size_t i = 0; i < MAC_BYTES; i++)
		bytes[i] = (uint8_t)(mac >> 8 * (MAC_BYTES - 1 - i));
	addr = nl_addr_build(AF_LLC, bytes, sizeof(bytes));
	rtnl_link_vf_set_addr(vf, addr);
	nl_addr_put(addr);
}

static void set_vlan(struct rtnl_link_vf *vf, const struct vf_settings *all)
{
	nl_vf_vlans_t *vlans;

	if (rtnl_link_vf_vlan_alloc(&vlans, 1) < 0)
		return;
	vlans->vlans[0].vf_vlan = (uint32_t)all->value[VF_VLAN];
	vlans->vlans[0].vf_vlan_qos = (uint32_t)all->value[VF_VLAN_QOS];
	vlans->vlans[0].vf_vlan_proto =
		(uint16_t)(all->value[VF_VLAN_PROTO] ? all->value[VF_VLAN_PROTO] : ETHERTYPE_VLAN);
	rtnl_link_vf_set_vlans(vf, vlans);
	rtnl_link_vf_vlan_put(vlans);
}

static void set_rate(struct rtnl_link_vf *vf, const struct vf_settings *all)
{
	struct nl_vf_rate rate = { .api = RTNL_LINK_VF_RATE_API_NEW,
				   .min_tx_rate = (uint32_t)all->value[VF_MIN_RATE],
				   .max_tx_rate = (uint32_t)all->value[VF_MAX_RATE] };

	rtnl_link_vf_set_rate(vf, &rate);
}

struct rtnl_link *vfnet_changes(unsigned int number, enum vf_key key, const struct vf_settings *all)
{
	struct rtnl_link *link = rtnl_link_alloc();
	struct rtnl_link_vf *vf = rtnl_link_vf_alloc();

	rtnl_link_vf_set_index(vf, number);
	switch (key) {
	case VF_MAC:
		set_mac(vf, all->value[key]);
		break;
	case VF_VLAN:
	case VF_VLAN_QOS:
	case VF_VLAN_PROTO:
		set_vlan(vf, all);
		break;
	case VF_SPOOFCHK:
		rtnl_link_vf_set_spoofchk(vf, (uint32_t)all->value[key]);
		break;
	case VF_TRUST:
		rtnl_link_vf_set_trust(vf, (uint32_t)all->value[key]);
		break;
	case VF_LINK_STATE:
		rtnl_link_vf_set_linkstate(vf, (uint32_t)all->value[key]);
		break;
	case VF_MIN_RATE:
	case VF_MAX_RATE:
		set_rate(vf, all);
		break;
	case VF_KEY_COUNT:
		break;
	}
	rtnl_link_vf_add(link, vf);
	rtnl_link_vf_put(vf);
	return link;
}

static void get_mac(struct rtnl_link_vf *vf, struct vf_settings *ret)
{
	struct nl_addr *addr;
	const uint8_t *bytes;
	uint64_t mac = 0;

	if (rtnl_link_vf_get_addr(vf, &addr) < 0 || nl_addr_get_len(addr) != MAC_BYTES)
		return;
	bytes = nl_addr_get_binary_addr(addr);
	for (size_t i = 0; i < MAC_BYTES; i++)
		mac = mac << 8 | bytes[i];
	vf_put(ret, VF_MAC, mac);
}

static void get_vlan(struct rtnl_link_vf *vf, struct vf_settings *ret)
{
	nl_vf_vlans_t *vlans;

	if (rtnl_link_vf_get_vlans(vf, &vlans) < 0)
		return;
	if (vlans->size > 0) {
		vf_put(ret, VF_VLAN, vlans->vlans[0].vf_vlan);
		vf_put(ret, VF_VLAN_QOS, vlans->vlans[0].vf_vlan_qos);
		if (vlans->vlans[0].vf_vlan_proto)
			vf_put(ret, VF_VLAN_PROTO, vlans->vlans[0].vf_vlan_proto);
	}
	rtnl_link_vf_vlan_put(vlans);
}

int vfnet_settings(struct rtnl_link *link, unsigned int number, struct vf_settings *ret)
{
	struct rtnl_link_vf *vf = rtnl_link_vf_get(link, number);
	struct vf_settings settings = { 0 };
	struct nl_vf_rate rate;
	uint32_t value;

	if (!vf)
		return -ENODEV;
	get_mac(vf, &settings);
	get_vlan(vf, &settings);
	if (rtnl_link_vf_get_spoofchk(vf, &value) == 0)
		vf_put(&settings, VF_SPOOFCHK, value);
	if (rtnl_link_vf_get_trust(vf, &value) == 0)
		vf_put(&settings, VF_TRUST, value);
	if (rtnl_link_vf_get_linkstate(vf, &value) == 0)
		vf_put(&settings, VF_LINK_STATE, value);
	if (rtnl_link_vf_get_rate(vf, &rate) == 0) {
		vf_put(&settings, VF_MIN_RATE, rate.min_tx_rate);
		vf_put(&settings, VF_MAX_RATE, rate.max_tx_rate);
	}
	rtnl_link_vf_put(vf);
	*ret = settings;
	return 0;
}

/**
 * struct port - the interface through which a function is set
 * @socket:	of netlink, or NULL where a model of the kernel answers
 * @name, @index: the interface
 */
struct port {
	struct nl_sock *socket;
	char *name;
	int index;
};

static void port_done(struct port *port)
{
	nl_socket_free(port->socket);
	free(port->name);
	*port = (struct port){ 0 };
}

static char *model_path(const struct port *port, unsigned int number, enum vf_key key)
{
	return mem_printf("netlink/%s/vf/%u/%s", port->name, number, vf_key_name(key));
}

static int model_read(const struct root *root, const struct port *port, unsigned int number,
		      struct vf_settings *ret)
{
	*ret = (struct vf_settings){ 0 };
	for (enum vf_key key = 0; key < VF_KEY_COUNT; key++) {
		_cleanup_free_ char *path = model_path(port, number, key);
		char text[VF_TEXT_MAX];
		uint64_t value;

		if (root_read_line(root, path, text, sizeof(text)) == 0 &&
		    vf_parse(key, text, &value) == 0)
			vf_put(ret, key, value);
	}
	return ret->given ? 0 : -ENODEV;
}

static int ask(const struct root *root, const struct port *port, unsigned int number,
	       struct vf_settings *ret)
{
	struct rtnl_link *link;
	int r;

	if (root->write)
		return model_read(root, port, number, ret);
	if (rtnl_link_get_kernel(port->socket, port->index, NULL, &link) < 0)
		return -ENODEV;
	r = vfnet_settings(link, number, ret);
	rtnl_link_put(link);
	return r;
}

static int open_socket(const struct root *root, struct port *port, struct err *e)
{
	int r;

	if (root->write)
		return 0;
	port->socket = nl_socket_alloc();
	r = port->socket ? nl_connect(port->socket, NETLINK_ROUTE) : -NLE_NOMEM;
	return r < 0 ? err_set(e, ERR_UNEXPECTED, EIO, NULL, "cannot speak netlink: %s",
			       nl_geterror(r))
		     : 0;
}

/* A card in switchdev mode has an interface per function beside its own: the one that knows the function is meant. */
static int find_port(const struct root *root, const struct pciaddr *pf, unsigned int number,
		     struct port *ret, struct vf_settings *now, struct err *e)
{
	_cleanup_free_ char *path = mem_printf("sys/bus/pci/devices/%s/net", PCIADDR_STR(pf));
	_cleanup_(port_done) struct port port = { 0 };
	struct strlist names = { 0 };
	int r = open_socket(root, &port, e), found = -ENODEV;

	if (r < 0)
		return r;
	if (root_list(root, path, &names) < 0)
		names = (struct strlist){ 0 };
	for (size_t i = 0; found < 0 && i < names.count; i++) {
		free(port.name);
		port.name = mem_strdup(names.item[i]);
		port.index = root->write ? 0 : (int)if_nametoindex(port.name);
		found = ask(root, &port, number, now);
	}
	strlist_done(&names);
	if (found == 0) {
		*ret = port;
		port = (struct port){ 0 };
		return 0;
	}
	err_set(e, ERR_UNEXPECTED, ENODEV, PCIADDR_STR(pf),
		"none of its interfaces in this network namespace knows virtual function %u",
		number);
	return err_fix(e, "`ip link show` lists the functions below their interface");
}

int vfnet_read(const struct root *root, const struct pciaddr *pf, unsigned int number,
	       struct vf_settings *ret, struct err *e)
{
	_cleanup_(port_done) struct port port = { 0 };

	return find_port(root, pf, number, &port, ret, e);
}

static int model_write(const struct root *root, const struct port *port, unsigned int number,
		       enum vf_key key, uint64_t value)
{
	_cleanup_free_ char *path = model_path(port, number, key);
	char text[VF_TEXT_MAX];

	return root_write(root, path, vf_text(key, value, text));
}

/* libnl has error numbers of its own; these are the ones a caller tells apart. */
static int to_errno(int r)
{
	switch (-r) {
	case NLE_OPNOTSUPP:
		return -EOPNOTSUPP;
	case NLE_INVAL:
		return -EINVAL;
	case NLE_PERM:
		return -EPERM;
	case NLE_AGAIN:
	case NLE_BUSY:
		return -EAGAIN;
	default:
		return -EIO;
	}
}

static int send_once(const struct port *port, unsigned int number, enum vf_key key,
		     const struct vf_settings *all)
{
	struct rtnl_link *link = rtnl_link_alloc(), *changes = vfnet_changes(number, key, all);
	int r;

	BRACKET(NETWORK);

	rtnl_link_set_ifindex(link, port->index);
	r = rtnl_link_change(port->socket, link, changes, 0);
	rtnl_link_put(changes);
	rtnl_link_put(link);
	return r < 0 ? to_errno(r) : 0;
}

static int send_patiently(const struct port *port, unsigned int number, enum vf_key key,
			  const struct vf_settings *all)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	int r = send_once(port, number, key, all);

	for (int waited = 0; r == -EAGAIN && waited < RETRY_MS; waited += POLL_MS) {
		nanosleep(&pause, NULL);
		r = send_once(port, number, key, all);
	}
	return r;
}

static int set_one(const struct root *root, const struct port *port, unsigned int number,
		   enum vf_key key, const struct vf_settings *all, struct err *e)
{
	int r = root->write ? model_write(root, port, number, key, all->value[key])
			    : send_patiently(port, number, key, all);
	char text[VF_TEXT_MAX];

	if (r == 0)
		return 0;
	err_set(e, r == -EPERM ? ERR_PRIVILEGE : ERR_UNEXPECTED, -r, port->name,
		"cannot set %s = %s of virtual function %u: %s", vf_key_name(key),
		vf_text(key, all->value[key], text), number, strerror(-r));
	if (r == -EOPNOTSUPP)
		err_fix(e,
			"the card's driver does not know this setting: take %s out of the profile",
			vf_key_name(key));
	return r;
}

static int read_back(const struct root *root, const struct port *port, unsigned int number,
		     const struct vf_settings *want, struct err *e)
{
	struct vf_settings now;
	char asked[VF_TEXT_MAX], has[VF_TEXT_MAX];
	int r = ask(root, port, number, &now);

	if (r < 0)
		return err_sys(e, -r, port->name, "virtual function %u is gone", number);
	for (enum vf_key key = 0; key < VF_KEY_COUNT; key++) {
		/* A driver that tells nothing of a setting it took is believed. */
		if (!vf_has(want, key) || !vf_has(&now, key) || now.value[key] == want->value[key])
			continue;
		return err_set(e, ERR_UNEXPECTED, EIO, port->name,
			       "%s of virtual function %u was set to %s, and is %s",
			       vf_key_name(key), number, vf_text(key, want->value[key], asked),
			       vf_text(key, now.value[key], has));
	}
	return 0;
}

/* @all is @want, filled up with what is there now: a VLAN is sent with its priority. */
static struct vf_settings fill_up(const struct vf_settings *want, const struct vf_settings *now)
{
	struct vf_settings all = *want;

	for (enum vf_key key = 0; key < VF_KEY_COUNT; key++)
		if (!vf_has(want, key) && vf_has(now, key) && key != VF_VLAN_PROTO)
			vf_put(&all, key, now->value[key]);
	return all;
}

int vfnet_write(const struct root *root, const struct pciaddr *pf, unsigned int number,
		const struct vf_settings *want, struct err *e)
{
	_cleanup_(port_done) struct port port = { 0 };
	struct vf_settings now, all;
	unsigned int sent = 0;
	int r = find_port(root, pf, number, &port, &now, e);

	if (r < 0)
		return r;
	all = fill_up(want, &now);
	for (enum vf_key key = 0; r == 0 && key < VF_KEY_COUNT; key++) {
		if (!vf_has(want, key) || sent & 1u << key)
			continue;
		r = set_one(root, &port, number, key, &all, e);
		/* The model has a file for each. */
		sent |= root->write ? 1u << key : vf_together(key);
	}
	return r < 0 ? r : read_back(root, &port, number, want, e);
}

int vfnet_restore(const struct root *root, const struct pciaddr *pf, unsigned int number,
		  const struct vf_settings *former, struct err *e)
{
	struct vf_settings rest = *former;
	struct err own = { 0 };
	int r;

	if (vf_has(former, VF_MAC) && !former->value[VF_MAC]) {
		struct vf_settings mac = { 0 };

		vf_put(&mac, VF_MAC, 0);
		r = vfnet_write(root, pf, number, &mac, &own);
		if (r < 0 && r != -EINVAL && r != -ENODEV) {
			*e = own;
			return r;
		}
		if (r == -EINVAL)
			log_debug(
				"%s: virtual function %u keeps its address: the driver does not take zeros",
				PCIADDR_STR(pf), number);
		rest.given &= ~(1u << VF_MAC);
	}
	r = rest.given ? vfnet_write(root, pf, number, &rest, &own) : 0;
	if (r == 0 || r == -ENODEV)
		return 0;
	*e = own;
	return r;
}
