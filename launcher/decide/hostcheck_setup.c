// SPDX-License-Identifier: GPL-2.0-or-later
/* Host checks of what host setup wrote: on disk, in the running kernel, and of early binding. */
#include <string.h>

#include "base/cleanup.h"
#include "decide/hostcheck_parts.h"
#include "model/kernelparams.h"

#define NO_MANIFEST "/var/lib/vmrun/host may not be read by this user, or is not in the capture"

void check_setup(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct written_facts *written = &in->facts->written;
	_cleanup_free_ char *list = strlist_join(&written->changed, ", ");

	if (!written->known)
		hostcheck_unmeasured(ret, NO_MANIFEST);
	else if (!written->present)
		hostcheck_pass(ret, "host setup has written nothing");
	else if (written->pending)
		hostcheck_bad(
			ret, in->severity,
			mem_strdup(
				"vmrun host setup --apply with the profiles it was for, or vmrun host setup --undo"),
			"a run of host setup was interrupted");
	else if (written->changed.count)
		hostcheck_bad(
			ret, in->severity,
			mem_strdup(
				"vmrun host setup shows the difference; put it right by hand, or take all back with "
				"vmrun host setup --undo"),
			"changed since host setup wrote it: %s", list);
	else
		hostcheck_pass(ret, "as host setup wrote them");
}

/* Whether the kernel said that it does not know a parameter: all of it, or its value as an option of the IOMMU's. */
static bool is_unknown(const struct kernel_says *says, const char *parameter)
{
	for (size_t i = 0; i < says->unknown_parameters.count; i++)
		if (!strcmp(says->unknown_parameters.item[i], parameter))
			return true;
	for (size_t i = 0; i < says->unknown_options.count; i++)
		if (strstr(parameter, says->unknown_options.item[i]))
			return true;
	return false;
}

void check_setup_boot(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct written_facts *written = &in->facts->written;
	struct strlist missing = { 0 }, unknown = { 0 };
	_cleanup_free_ char *lacks = NULL, *foreign = NULL;

	for (size_t i = 0; i < written->parameters.count; i++) {
		const char *parameter = written->parameters.item[i];
		size_t len = strcspn(parameter, "=");
		_cleanup_free_ char *name = mem_printf("%.*s", (int)len, parameter);

		if (is_unknown(&in->facts->says, parameter))
			strlist_add(&unknown, parameter);
		else if (in->host->cmdline &&
			 !kernelparams_has(in->host->cmdline, name,
					   parameter[len] ? parameter + len + 1 : NULL))
			strlist_add(&missing, parameter);
	}
	lacks = strlist_join(&missing, " ");
	foreign = strlist_join(&unknown, " ");
	if (!written->known)
		hostcheck_unmeasured(ret, NO_MANIFEST);
	else if (unknown.count)
		hostcheck_bad(ret, in->severity, mem_strdup("vmrun host setup --undo && reboot"),
			      "the kernel does not know %s, which host setup wrote", foreign);
	else if (written->parameters.count && !in->host->cmdline)
		hostcheck_unmeasured(ret, "the kernel command line is not to be seen");
	else if (missing.count)
		hostcheck_bad(
			ret, HOSTCHECK_WARN,
			mem_strdup(
				"reboot; where it is still so then, another entry was booted than host setup changed"),
			"the running kernel was started without %s", lacks);
	else if (written->parameters.count)
		hostcheck_pass(ret,
			       "the running kernel was started with all that host setup asks for");
	else
		hostcheck_pass(ret, "%s", "");
	strlist_done(&missing);
	strlist_done(&unknown);
}

void check_early(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct written_facts *written = &in->facts->written;
	_cleanup_free_ char *list = strlist_join(&written->late, ", ");

	if (!written->late.count && !written->known)
		hostcheck_unmeasured(ret, NO_MANIFEST);
	else if (!written->late.count)
		hostcheck_pass(ret, "%s", "");
	else if (in->host->cmdline && kernelparams_has(in->host->cmdline, "vmrun.pool", "off"))
		hostcheck_note(ret,
			       "vmrun.pool=off on the kernel command line leaves to the host: %s",
			       list);
	else
		hostcheck_bad(ret, in->severity, mem_printf("%s && reboot", fix_image(in)),
			      "on the list of devices bound early, and not with vfio-pci: %s",
			      list);
}

/* What of the persisted pool is not as host setup would have it now; newly allocated, NULL for nothing. */
static char *pool_drift(const struct written_facts *written)
{
	_cleanup_free_ char *unlisted = strlist_join(&written->unlisted, ", "),
			    *forgotten = strlist_join(&written->forgotten, ", ");

	if (!*unlisted && !*forgotten)
		return NULL;
	return mem_printf("%s%s%s%s%s",
			  *unlisted ? "persisted, and not on the list of devices bound early: "
				    : "",
			  unlisted, *unlisted && *forgotten ? "; " : "",
			  *forgotten ? "on that list, and persisted no more: " : "", forgotten);
}

void check_persisted(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct written_facts *written = &in->facts->written;
	_cleanup_free_ char *drift = pool_drift(written);

	if (strlist_has(&in->host->unmeasured, "persisted"))
		hostcheck_unmeasured(ret, "/" PERSIST_DIR " cannot be read");
	else if (drift)
		hostcheck_bad(ret, in->severity, fix_setup(in, " && reboot"), "%s", drift);
	else if (!written->known)
		hostcheck_unmeasured(ret, NO_MANIFEST);
	else if (!in->host->persist_count)
		hostcheck_pass(ret, "nothing is persisted");
	else if (in->facts->libvirt.systemd && !written->pool_wanted)
		hostcheck_bad(
			ret, in->severity, fix_setup(in, ""),
			"vmrun-pool.service does not start with the host: what was not bound early stays "
			"with the host, and serial numbers are not looked at");
	else
		hostcheck_pass(ret, "%zu, bound early", in->host->persist_count);
}
