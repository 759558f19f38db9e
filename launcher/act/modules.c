// SPDX-License-Identifier: GPL-2.0-or-later
/* Loading kernel modules. The only user of libkmod. */
#include "act/modules.h"

#include <errno.h>
#include <libkmod.h>
#include <string.h>

#include "base/bracket.h"

/* With the modules it depends on, and what modprobe.d(5) says about them. */
static int insert(struct kmod_module *module)
{
	BRACKET(MODULE);

	return kmod_module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL, NULL, NULL, NULL);
}

static int insert_all(struct kmod_list *list, const char *name, struct err *e)
{
	struct kmod_list *item;
	int r = -ENOENT;

	if (!list) {
		err_set(e, ERR_UNEXPECTED, ENOENT, name, "the running kernel has no such module");
		return err_fix(e, "is /lib/modules of the running kernel installed?");
	}
	kmod_list_foreach(item, list) {
		struct kmod_module *module = kmod_module_get_module(item);

		r = insert(module);
		kmod_module_unref(module);
		if (r == 0 || r == -EEXIST)
			return 0;
	}
	return err_sys(e, r < 0 ? -r : EIO, name, "cannot load the module");
}

int modules_load(const char *name, struct err *e)
{
	struct kmod_ctx *context = kmod_new(NULL, NULL);
	struct kmod_list *list = NULL;
	int r;

	if (!context)
		return err_sys(e, errno, name, "cannot read the module configuration");
	r = kmod_module_new_from_lookup(context, name, &list);
	r = r < 0 ? err_sys(e, -r, name, "cannot look the module up") : insert_all(list, name, e);
	kmod_module_unref_list(list);
	kmod_unref(context);
	return r;
}
