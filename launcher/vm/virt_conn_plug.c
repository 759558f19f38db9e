// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices plugged into a guest and taken out of it through libvirt, and what libvirt knows of a guest. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "model/domain.h"
#include "vm/domxml.h"
#include "vm/virt_conn.h"
#include "vm/virt_lib.h"

/*
 * Theory of operation
 *
 * libvirt answers a request to take a device out before the guest has followed it: the guest is told by its hot-plug controller,
 * and lets go in its own time, or never. Then QEMU closes the device, and libvirt drops it from the XML of the running guest.
 * That XML is what counts here: an event may be lost with a connection, and one of an earlier request may come late.
 */

#define POLL_MS 200

static bool no_domain(void)
{
	return virt_lib.virGetLastErrorCode() == VIR_ERR_NO_DOMAIN;
}

static int find_domain(struct virt_conn *conn, struct err *e)
{
	conn->domain = virt_lib.virDomainLookupByUUIDString(conn->conn, conn->request->uuid);
	if (conn->domain)
		return 0;
	if (!no_domain())
		return virt_conn_error(conn, ERR_VIRT, EIO, e);
	return err_set(e, ERR_VIRT, ENOENT, conn->request->name, "no such guest runs");
}

/* Whether the guest that runs has the device; a guest that has ended has none. */
static int has_device(struct virt_conn *conn, bool *ret, struct err *e)
{
	const struct virt_plug *plug = conn->request->plug;
	char *text = virt_lib.virDomainGetXMLDesc(conn->domain, 0);
	struct domain domain;
	int r;

	*ret = false;
	if (!text)
		return no_domain() ? 0 : virt_conn_error(conn, ERR_VIRT, EIO, e);
	r = domain_parse(text, strlen(text), &domain, e);
	free(text);
	if (r < 0)
		return r;
	for (size_t i = 0; i < domain.count; i++)
		*ret = *ret || pciaddr_equal(&domain.devices[i].addr, &plug->addr);
	domain_done(&domain);
	return 0;
}

static int wait_released(struct virt_conn *conn, struct err *e)
{
	const struct virt_plug *plug = conn->request->plug;
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	int64_t deadline = clock_ms() + plug->timeout_ms;

	for (;;) {
		bool has;
		int r = has_device(conn, &has, e);

		if (r < 0 || !has)
			return r;
		if (clock_ms() >= deadline)
			break;
		nanosleep(&pause, NULL);
	}
	err_set(e, ERR_UNDONE, ETIMEDOUT, conn->request->name,
		"the guest has not let go of %s within %d s, and keeps it: nothing was taken from it",
		PCIADDR_STR(&plug->addr), plug->timeout_ms / 1000);
	return err_fix(
		e,
		"see what in the guest uses it, and whether it knows PCI hot plug; where it lets go later, the same "
		"command puts the device where it belongs");
}

/* One that has asked before is asked again: the guest may have been booting when it was. */
static int unplug(struct virt_conn *conn, struct err *e)
{
	const struct virt_plug *plug = conn->request->plug;
	bool has;
	int r = has_device(conn, &has, e);

	if (r < 0 || !has)
		return r;
	if (virt_lib.virDomainDetachDeviceFlags(conn->domain, plug->live, VIR_DOMAIN_AFFECT_LIVE) <
		    0 &&
	    !no_domain() && virt_lib.virGetLastErrorCode() != VIR_ERR_DEVICE_MISSING &&
	    !strstr(virt_lib.virGetLastErrorMessage(), "unplug"))
		return virt_conn_error(conn, ERR_VIRT, EIO, e);
	return wait_released(conn, e);
}

/* The device with its place in the guest; NULL where libvirt is to find one. */
static char *placed(struct virt_conn *conn)
{
	char *guest = virt_lib.virDomainGetXMLDesc(conn->domain, 0);
	char *text = guest ? domxml_plug_at(conn->request->plug->live, guest) : NULL;

	free(guest);
	return text;
}

static int plug_in(struct virt_conn *conn, struct err *e)
{
	_cleanup_free_ char *at = placed(conn);
	const char *device = at ? at : conn->request->plug->live;
	int r;

	if (virt_lib.virDomainAttachDeviceFlags(conn->domain, device, VIR_DOMAIN_AFFECT_LIVE) == 0)
		return 0;
	r = virt_conn_error(conn, ERR_VIRT, EIO, e);
	if (e && strstr(e->message, "PCI slots"))
		err_fix(e,
			"the guest has no root port free: hotplug-slots in its profile, and a start of it");
	return r;
}

static int change_definition(struct virt_conn *conn, bool detach, struct err *e)
{
	const char *xml = conn->request->plug->config;

	if (detach ? virt_lib.virDomainDetachDeviceFlags(conn->domain, xml,
							 VIR_DOMAIN_AFFECT_CONFIG) == 0
		   : virt_lib.virDomainAttachDeviceFlags(conn->domain, xml,
							 VIR_DOMAIN_AFFECT_CONFIG) == 0)
		return 0;
	/* One that the definition never had is not in the way. */
	if (detach && virt_lib.virGetLastErrorCode() == VIR_ERR_DEVICE_MISSING)
		return 0;
	return virt_conn_error(conn, ERR_VIRT, EIO, e);
}

/* A guest that vmrun starts has no definition: its profile is what says what it has next time. */
static int check_definition(struct virt_conn *conn, struct err *e)
{
	int persistent = virt_lib.virDomainIsPersistent(conn->domain);

	if (persistent < 0)
		return virt_conn_error(conn, ERR_VIRT, EIO, e);
	if (persistent)
		return 0;
	err_set(e, ERR_VIRT, EOPNOTSUPP, conn->request->name,
		"libvirt has no definition of it that --config could change, only the guest that runs");
	return err_fix(
		e,
		"what it has at its next start its profile says: add or remove a [pci] section there");
}

int virt_conn_plug(struct virt_conn *conn, struct err *e)
{
	const struct virt_plug *plug = conn->request->plug;
	int r = find_domain(conn, e);

	if (r == 0 && plug->config)
		r = check_definition(conn, e);
	if (r == 0 && plug->config)
		r = change_definition(conn, plug->detach, e);
	if (r < 0 || !plug->live)
		return r;
	r = plug->detach ? unplug(conn, e) : plug_in(conn, e);
	if (r < 0 && plug->config)
		(void)change_definition(conn, !plug->detach, NULL);
	return r;
}

/* Fills @e with the nearest name of a guest there is. */
static int no_such_guest(struct virt_conn *conn, struct err *e)
{
	virDomainPtr *domains = NULL;
	int count = virt_lib.virConnectListAllDomains(conn->conn, &domains, 0);
	_cleanup_free_ const char **names =
		mem_zalloc(((size_t)(count > 0 ? count : 0) + 1) * sizeof(*names));
	const char *near;

	for (int i = 0; i < count; i++)
		names[i] = virt_lib.virDomainGetName(domains[i]);
	near = str_nearest(conn->request->name, names, count > 0 ? (size_t)count : 0);
	err_set(e, ERR_NO_DEVICE, ENOENT, conn->request->name, "%s knows no guest of this name",
		conn->request->where->uri);
	if (near)
		err_fix(e, "did you mean %s?", near);
	else
		err_fix(e, "virsh -c %s list --all shows those there are",
			conn->request->where->uri);
	for (int i = 0; i < count; i++)
		virt_lib.virDomainFree(domains[i]);
	free(domains);
	return -ENOENT;
}

int virt_conn_describe(struct virt_conn *conn, char **xml, int *flags, struct err *e)
{
	int active, persistent;

	conn->domain = virt_lib.virDomainLookupByName(conn->conn, conn->request->name);
	if (!conn->domain)
		return no_domain() ? no_such_guest(conn, e)
				   : virt_conn_error(conn, ERR_VIRT, EIO, e);
	active = virt_lib.virDomainIsActive(conn->domain);
	persistent = virt_lib.virDomainIsPersistent(conn->domain);
	*xml = active < 0 || persistent < 0
		       ? NULL
		       : virt_lib.virDomainGetXMLDesc(conn->domain,
						      persistent ? VIR_DOMAIN_XML_INACTIVE : 0);
	if (!*xml)
		return virt_conn_error(conn, ERR_VIRT, EIO, e);
	*flags = (active ? VIRT_IS_ACTIVE : 0) | (persistent ? VIRT_IS_PERSISTENT : 0);
	return 0;
}
