// SPDX-License-Identifier: GPL-2.0-or-later
/* libvirt's library, loaded when a guest is first asked for. */
#include "vm/virt_lib.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"

#define LIBRARY "libvirt.so.0"

struct virt_lib virt_lib;

/* Where the table has each function, and its name there. */
struct row {
	void *place;
	const char *name;
};

static int fail(struct err *e)
{
	const char *text = dlerror();

	err_set(e, ERR_VIRT, ELIBACC, LIBRARY, "%s", text ? text : "cannot be loaded");
	return err_fix(e, "install libvirt (Debian: libvirt0, Fedora: libvirt-libs)");
}

int virt_lib_load(struct err *e)
{
#define ROW(name) { &virt_lib.name, #name },
	const struct row rows[] = { VIRT_LIB_FUNCTIONS(ROW) };
	void *library = dlopen(LIBRARY, RTLD_LAZY);

	if (!library)
		return fail(e);
	/* ISO C has no conversion from what dlsym(3) returns to a function; POSIX has the two alike. */
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		void *function = dlsym(library, rows[i].name);

		if (!function)
			return fail(e);
		memcpy(rows[i].place, &function, sizeof(function));
	}
	return 0;
}
