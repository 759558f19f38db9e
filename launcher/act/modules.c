// SPDX-License-Identifier: GPL-2.0-or-later
/* Loading kernel modules. The only user of libkmod. */
#include "act/modules.h"

#include <errno.h>
#include <libkmod.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/bracket.h"
#include "base/cleanup.h"

#define CMDLINE_MAX 4096

static void unref_module(struct kmod_module **module)
{
	if (*module)
		kmod_module_unref(*module);
}

static void unref_context(struct kmod_ctx **context)
{
	if (*context)
		kmod_unref(*context);
}

/* Modules are named with dashes or underscores; modprobe takes both. */
static bool same_name(const char *name, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!name[i] ||
		    (name[i] != text[i] && !(strchr("-_", name[i]) && strchr("-_", text[i]))))
			return false;
	return name[len] == '\0';
}

/* Whether "module_blacklist=a,b" of the kernel's command line has @name: then the kernel itself refuses it. */
static bool kernel_blacklists(const char *cmdline, const char *name)
{
	static const char key[] = "module_blacklist=";

	for (const char *at = cmdline; at && (at = strstr(at, key));) {
		bool begins = at == cmdline || at[-1] == ' ';

		at += strlen(key);
		while (begins && *at && *at != ' ') {
			size_t len = strcspn(at, ", ");

			if (same_name(name, at, len))
				return true;
			at += len + (at[len] == ',');
		}
	}
	return false;
}

int modules_explain(const char *name, int number, const char *cmdline, struct err *e)
{
	if (kernel_blacklists(cmdline, name)) {
		err_set(e, ERR_UNEXPECTED, number, name,
			"the kernel's command line forbids the module (module_blacklist=)");
		return err_fix(e, "take it out there, and reboot");
	}
	err_set(e, number == EPERM ? ERR_PRIVILEGE : ERR_UNEXPECTED, number, name,
		"cannot load the module: %s", strerror(number));
	switch (number) {
	case EPERM:
		return err_fix(
			e,
			"as root; where root may not either, kernel.modules_disabled is 1 until the next boot");
	case EKEYREJECTED:
	case ENOKEY:
		return err_fix(
			e,
			"Secure Boot takes signed modules only: sign it, or install the distribution's");
	case ENOEXEC:
	case EINVAL:
		return err_fix(
			e,
			"it was built for another kernel: reboot into the one that is installed");
	default:
		return err_fix(e, "modprobe -v %s; dmesg | tail", name);
	}
}

static int no_module(const char *name, struct err *e)
{
	struct utsname kernel;

	err_set(e, ERR_UNEXPECTED, ENOENT, name, "the running kernel has no such module");
	if (uname(&kernel) < 0)
		return -ENOENT;
	return err_fix(e, "is /lib/modules/%s there? After an update of the kernel: reboot",
		       kernel.release);
}

/* "install vfio-pci /bin/false" and the like; running somebody's command as root is not ours to do. */
static int replaced(const char *name, const char *command, struct err *e)
{
	err_set(e, ERR_UNEXPECTED, EPERM, name, "modprobe.d replaces loading it by a command: %s",
		command);
	return err_fix(
		e, "grep -r 'install.*%s' /etc/modprobe.d /lib/modprobe.d, and take the line out",
		name);
}

static bool is_there(struct kmod_module *module)
{
	int state = kmod_module_get_initstate(module);

	return state == KMOD_MODULE_BUILTIN || state == KMOD_MODULE_LIVE;
}

/* With the modules it depends on. */
static int probe_insert(struct kmod_module *module)
{
	BRACKET(MODULE);

	return kmod_module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL,
					       NULL, NULL, NULL);
}

static int insert(const struct root *root, struct kmod_module *module, const char *name,
		  struct err *e)
{
	const char *command = is_there(module) ? NULL : kmod_module_get_install_commands(module);
	char cmdline[CMDLINE_MAX];
	int r;

	if (is_there(module))
		return 0;
	if (command && *command)
		return replaced(name, command, e);
	r = probe_insert(module);
	if (r == 0 || r == -EEXIST)
		return 0;
	if (r == -ENOENT)
		return no_module(name, e);
	return modules_explain(
		name, r < 0 ? -r : EIO,
		root_read_line(root, "proc/cmdline", cmdline, sizeof(cmdline)) < 0 ? NULL : cmdline,
		e);
}

int modules_load(const struct root *root, const char *name, struct err *e)
{
	_cleanup_(unref_context) struct kmod_ctx *context = kmod_new(NULL, NULL);
	_cleanup_(unref_module) struct kmod_module *module = NULL;
	struct kmod_list *list = NULL;
	int r;

	if (!context)
		return err_sys(e, errno, name, "cannot read the module configuration");
	r = kmod_module_new_from_lookup(context, name, &list);
	if (r < 0)
		return err_sys(e, -r, name, "cannot look the module up");
	if (list)
		module = kmod_module_get_module(list);
	kmod_module_unref_list(list);
	return module ? insert(root, module, name, e) : no_module(name, e);
}
