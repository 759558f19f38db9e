// SPDX-License-Identifier: GPL-2.0-or-later
/* Binding a device to a driver, and putting an earlier binding back. */
#include "act/bind.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "survey/variants.h"

#define PATH_SIZE 192

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void device_path(const struct pciaddr *addr, const char *name, char path[static PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "sys/bus/pci/devices/%s/%s", PCIADDR_STR(addr), name);
}

int bind_driver(const struct root *root, const struct pciaddr *addr, char **ret)
{
	char path[PATH_SIZE], name[64];
	int r;

	device_path(addr, "driver", path);
	r = root_link_name(root, path, name, sizeof(name));
	if (r == -ENOENT) {
		device_path(addr, "", path);
		if (!root_exists(root, path))
			return r;
	} else if (r < 0) {
		return r;
	}
	*ret = r < 0 ? NULL : mem_strdup(name);
	return 0;
}

int bind_read(const struct root *root, const struct pciaddr *addr, struct binding *ret,
	      struct err *e)
{
	char path[PATH_SIZE], override[64];
	struct binding now = { 0 };
	int r;

	device_path(addr, "driver_override", path);
	r = root_read_line(root, path, override, sizeof(override));
	if (r == 0)
		r = bind_driver(root, addr, &now.driver);
	if (r < 0)
		return err_sys(e, -r, PCIADDR_STR(addr), "cannot read how it is bound");
	/* The kernel writes "(null)" for none. */
	if (override[0] && strcmp(override, "(null)"))
		now.override = mem_strdup(override);
	now.vfio = now.driver && variants_has(root, now.driver);
	*ret = now;
	return 0;
}

static int set_override(const struct root *root, const struct pciaddr *addr, const char *driver,
			struct err *e)
{
	char path[PATH_SIZE];
	int r;

	device_path(addr, "driver_override", path);
	r = root_write(root, path, driver ? driver : "\n");
	if (r < 0)
		return err_sys(e, -r, PCIADDR_STR(addr), "cannot set driver_override to %s",
			       driver ? driver : "none");
	return 0;
}

static int unbind(const struct root *root, const struct pciaddr *addr, const char *driver,
		  struct err *e)
{
	char path[PATH_SIZE];
	int r;

	/* The driver's file, not the device's: where another process has bound it elsewhere meanwhile, nothing is unbound. */
	snprintf(path, sizeof(path), "sys/bus/pci/drivers/%s/unbind", driver);
	r = root_write(root, path, PCIADDR_STR(addr));
	/* The driver may have let go by itself in the meantime. */
	if (r < 0 && r != -ENOENT && r != -ENODEV)
		return err_sys(e, -r, PCIADDR_STR(addr), "cannot unbind it from %s", driver);
	return 0;
}

static int write_address(const struct root *root, const char *path, const struct pciaddr *addr)
{
	return root_write(root, path, PCIADDR_STR(addr));
}

/* Whether @driver has the device now. */
static bool is_bound(const struct root *root, const struct pciaddr *addr, const char *driver)
{
	_cleanup_free_ char *now = NULL;

	return bind_driver(root, addr, &now) == 0 && same(now, driver);
}

static int explain_refusal(const struct root *root, const struct pciaddr *addr, const char *driver,
			   struct err *e)
{
	_cleanup_free_ char *path = mem_printf("sys/bus/pci/drivers/%s", driver);
	_cleanup_free_ char *now = NULL;

	if (!root_exists(root, path)) {
		err_set(e, ERR_UNEXPECTED, ENODEV, PCIADDR_STR(addr),
			"the driver %s is not there to take it", driver);
		return err_fix(e, "modprobe %s", driver);
	}
	bind_driver(root, addr, &now);
	err_set(e, ERR_UNEXPECTED, ENODEV, PCIADDR_STR(addr), "%s did not take it (driver now: %s)",
		driver, now ? now : "none");
	return err_fix(e, "the kernel log says why: dmesg | grep -e vfio -e %s", PCIADDR_STR(addr));
}

int bind_vfio(const struct root *root, const struct pciaddr *addr, const char *driver,
	      bind_unbound_fn *unbound, void *context, struct err *e)
{
	_cleanup_free_ char *former = NULL;
	int r = bind_driver(root, addr, &former);

	if (r < 0)
		return err_sys(e, -r, PCIADDR_STR(addr), "cannot read its driver");
	r = set_override(root, addr, driver, e);
	if (r == 0 && former && strcmp(former, driver))
		r = unbind(root, addr, former, e);
	if (unbound)
		unbound(context);
	if (r < 0 || same(former, driver))
		return r;
	r = write_address(root, "sys/bus/pci/drivers_probe", addr);
	if (r < 0)
		return err_sys(e, -r, PCIADDR_STR(addr), "cannot have %s probe it", driver);
	return is_bound(root, addr, driver) ? 0 : explain_refusal(root, addr, driver, e);
}

/*
 * Names the driver, where the kernel prefers another one or none: while the override says so it takes the device, whatever
 * devices it knows. The former override follows.
 */
static int bind_named(const struct root *root, const struct pciaddr *addr, const struct binding *to,
		      struct err *e)
{
	char path[PATH_SIZE];
	int r = set_override(root, addr, to->driver, e), bound;

	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "sys/bus/pci/drivers/%s/bind", to->driver);
	bound = write_address(root, path, addr);
	r = set_override(root, addr, to->override, e);
	if (r < 0 || is_bound(root, addr, to->driver))
		return r;
	err_set(e, ERR_LEFT, bound < 0 ? -bound : ENODEV, PCIADDR_STR(addr),
		"its driver %s did not take it back%s%s", to->driver, bound < 0 ? ": " : "",
		bound < 0 ? strerror(-bound) : "");
	return err_fix(e, "modprobe %s; echo %s > /sys/bus/pci/drivers_probe; then vmrun recover",
		       to->driver, PCIADDR_STR(addr));
}

static int probe_former(const struct root *root, const struct pciaddr *addr,
			const struct binding *to, struct err *e)
{
	_cleanup_free_ char *now = NULL;
	int r = write_address(root, "sys/bus/pci/drivers_probe", addr);

	if (r < 0)
		return err_sys(e, -r, PCIADDR_STR(addr), "cannot have its driver probe it");
	r = bind_driver(root, addr, &now);
	if (r == 0 && same(now, to->driver))
		return 0;
	if (now)
		r = unbind(root, addr, now, e);
	return r < 0 ? r : bind_named(root, addr, to, e);
}

/* Reads back what was asked for: another process may have had its own way with the device. */
static int verify(const struct root *root, const struct pciaddr *addr, const struct binding *to,
		  struct err *e)
{
	struct binding now = { 0 };
	int r = bind_read(root, addr, &now, e);

	if (r < 0)
		return r;
	if (!same(now.driver, to->driver) || !same(now.override, to->override)) {
		r = err_set(
			e, ERR_LEFT, EIO, PCIADDR_STR(addr),
			"it is not as it was put back: driver %s, override %s; something else changes it",
			now.driver ? now.driver : "none", now.override ? now.override : "none");
		err_fix(e, "find out what, then vmrun recover");
	}
	binding_done(&now);
	return r;
}

/* From a driver that hands devices over to whichever the kernel finds. The host may have none, and that is well. */
static int restore_any(const struct root *root, const struct pciaddr *addr, const char *former,
		       struct err *e)
{
	_cleanup_free_ char *now = NULL;
	int r;

	if (former && !variants_has(root, former))
		return 0;
	r = former ? unbind(root, addr, former, e) : 0;
	if (r < 0)
		return r;
	r = write_address(root, "sys/bus/pci/drivers_probe", addr);
	if (r == 0)
		r = bind_driver(root, addr, &now);
	if (r < 0)
		return err_sys(e, -r, PCIADDR_STR(addr), "cannot have a driver probe it");
	if (!now || !variants_has(root, now))
		return 0;
	err_set(e, ERR_LEFT, EBUSY, PCIADDR_STR(addr),
		"%s takes it by its ids, whatever its driver_override says", now);
	return err_fix(
		e,
		"find who names the ids: vfio-pci.ids= on the kernel command line, options vfio-pci ids= in "
		"/etc/modprobe.d");
}

int bind_restore(const struct root *root, const struct pciaddr *addr, const struct binding *to,
		 struct err *e)
{
	_cleanup_free_ char *now = NULL;
	int r = bind_driver(root, addr, &now);

	if (r < 0)
		return err_sys(e, -r, PCIADDR_STR(addr), "cannot read its driver");
	r = set_override(root, addr, to->override, e);
	if (r == 0 && to->probe)
		return restore_any(root, addr, now, e);
	if (r == 0 && !same(now, to->driver)) {
		r = now ? unbind(root, addr, now, e) : 0;
		if (r == 0 && to->driver)
			r = probe_former(root, addr, to, e);
	}
	return r < 0 ? r : verify(root, addr, to, e);
}
