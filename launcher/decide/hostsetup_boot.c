// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel parameters this host needs, and the files of its boot loader that they go into. */
#include <string.h>

#include "base/cleanup.h"
#include "decide/hostsetup_parts.h"
#include "model/grubdefault.h"
#include "model/loaderentry.h"

#define PARAMS_MAX 8

/** struct params - the parameters with their reasons */
struct params {
	struct kernel_param item[PARAMS_MAX];
	size_t count;
	struct strlist why;
};

static const char *const off[] = { "off", NULL };

static void want(struct params *params, const char *name, const char *item, const char *why)
{
	params->item[params->count++] = (struct kernel_param){ name, item, off };
	if (why)
		strlist_add(&params->why, why);
}

static bool is_intel(const struct host *host)
{
	return host->iommu == IOMMU_INTEL || (host->iommu == IOMMU_NONE && host->cpu_vendor &&
					      !strcmp(host->cpu_vendor, "GenuineIntel"));
}

/*
 * A device that a profile picks, and that the kernel leaves out of an IOMMU it uses otherwise: Debian's does so with Intel's
 * graphics until it is told (CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF). NULL where there is none.
 */
static const struct device *left_out(const struct setup_in *in)
{
	for (size_t i = 0; i < in->options->profile_count; i++)
		for (size_t k = 0; k < in->options->picks[i].count; k++) {
			const struct device *dev =
				&in->host->devices[in->options->picks[i].item[k].device];

			if (in->host->iommu_enabled && !host_group(in->host, dev))
				return dev;
		}
	return NULL;
}

/* Documentation/admin-guide/kernel-parameters.txt: intel_iommu, amd_iommu, iommu. */
static void want_iommu(const struct setup_in *in, struct setup_plan *plan, struct params *params)
{
	const struct host *host = in->host;
	bool told = host->cmdline && strstr(host->cmdline, "intel_iommu=on");

	if (is_intel(host) && in->setup->iommu_default_on != FACT_YES &&
	    !(host->iommu_enabled && !told && host->cmdline))
		want(params, "intel_iommu", "on",
		     "intel_iommu=on: the kernel uses an Intel IOMMU only when told to");
	else if (is_intel(host) && left_out(in))
		want(params, "intel_iommu", "on",
		     "intel_iommu=on: the kernel leaves Intel's graphics out of the IOMMU until it is told");
	else if (is_intel(host))
		setup_note(plan,
			   "no intel_iommu=on: this kernel uses the IOMMU without being told");
	else if (host->iommu == IOMMU_AMD ||
		 (host->cpu_vendor && !strcmp(host->cpu_vendor, "AuthenticAMD")))
		setup_note(
			plan,
			"no parameter for the IOMMU: the kernel uses one of AMD without being told; amd_iommu=on is "
			"none it knows");
	else if (host->iommu == IOMMU_SMMU)
		setup_note(
			plan,
			"no parameter for the IOMMU: the kernel uses an SMMU without being told");
	else
		strlist_add(
			&plan->unknown,
			"whose IOMMU this host has: neither firmware tables nor /proc/cpuinfo tell");
	if (host->iommu == IOMMU_NONE && !host->iommu_enabled)
		setup_note(
			plan,
			"firmware describes no IOMMU yet: switch on VT-d or AMD-Vi (IOMMU) in its setup");
	want(params, "amd_iommu", NULL, NULL);
	if (in->options->passthrough)
		want(params, "iommu", "pt",
		     "iommu=pt: asked for; the host's own devices are not translated");
	else
		want(params, "iommu", NULL, NULL);
}

/* The firmware's framebuffer holds the boot display's memory, and vfio-pci "can't reserve" it. */
static void want_framebuffer(const struct setup_in *in, struct params *params)
{
	for (size_t i = 0; i < in->options->profile_count; i++)
		for (size_t k = 0; k < in->options->picks[i].count; k++) {
			const struct device *dev =
				&in->host->devices[in->options->picks[i].item[k].device];
			_cleanup_free_ char *why = NULL;

			if (!dev->boot_vga)
				continue;
			why = mem_printf(
				"initcall_blacklist=sysfb_init: %s passes the boot display %s, whose memory the "
				"firmware's framebuffer would hold",
				in->options->profiles[i].name, PCIADDR_STR(&dev->addr));
			want(params, "initcall_blacklist", "sysfb_init", why);
			return;
		}
}

typedef int edit_fn(const char *text, size_t len, const char *file,
		    const struct kernel_param *params, size_t count, char **ret, struct err *e);

static int edit_file(const struct setup_in *in, const char *path, edit_fn *edit,
		     const struct params *params, struct setup_plan *plan, bool *found,
		     struct err *e)
{
	const struct setup_file *file = setupfacts_file(in->setup, path);
	_cleanup_free_ char *why = NULL;
	const char *off_there;
	char *text;
	int r;

	if (!file)
		return 0;
	*found = true;
	r = edit(file->bytes, file->len, path, params->item, params->count, &text, e);
	if (r < 0)
		return r;
	off_there = memmem(file->bytes, file->len, "iommu=off", strlen("iommu=off"));
	why = strlist_join(&params->why, "; ");
	if (off_there) {
		char *more = mem_printf("%s%swhat switches the IOMMU off is taken out", why,
					*why ? "; " : "");

		free(why);
		why = more;
	}
	setup_edited(plan, file, text, why);
	return 0;
}

/* No file to write them into: what the running kernel was not given yet is left to a hand, if anything is. */
static void leave_to_hand(const struct host *host, const struct params *params,
			  struct setup_plan *plan)
{
	struct strlist *left = &plan->by_hand;
	_cleanup_free_ char *list = NULL;

	for (size_t i = 0; i < params->count; i++) {
		const struct kernel_param *param = &params->item[i];

		if (param->item &&
		    !(host->cmdline && kernelparams_has(host->cmdline, param->name, param->item)))
			strlist_addf(left, "%s=%s", param->name, param->item);
	}
	list = strlist_join(left, " ");
	/* Given, and of no avail: something else on that line may switch it off. */
	if (left->count || !plan->parameters.count || !host->iommu_enabled)
		strlist_addf(
			&plan->unknown,
			"what holds the kernel command line: there is no /etc/default/grub, no loader entry, no "
			"/etc/kernel/cmdline; give the kernel by hand: %s",
			*list ? list : "nothing");
}

static int edit_files(const struct setup_in *in, const struct params *params,
		      struct setup_plan *plan, struct err *e)
{
	const struct setup_facts *setup = in->setup;
	bool found = false;
	int r = edit_file(in, "/etc/default/grub", grubdefault_edit, params, plan, &found, e);

	for (size_t i = 0; r == 0 && i < setup->entries.count; i++)
		r = edit_file(in, setup->entries.item[i], loaderentry_edit, params, plan, &found,
			      e);
	if (r == 0)
		r = edit_file(in, "/etc/kernel/cmdline", kernelcmdline_edit, params, plan, &found,
			      e);
	if (r < 0)
		return r;
	if (!found)
		leave_to_hand(in->host, params, plan);
	for (size_t i = 0; found && plan->parameters.count && i < setup->grub_dropins.count; i++)
		setup_note(
			plan,
			"%s is read after /etc/default/grub and sets kernel parameters, too; what comes out is looked "
			"at in %s",
			setup->grub_dropins.item[i],
			setup->grub_config ? setup->grub_config : "grub.cfg");
	return 0;
}

int setup_parameters(const struct setup_in *in, struct setup_plan *plan, struct err *e)
{
	struct params params = { 0 };
	int r;

	want_iommu(in, plan, &params);
	want_framebuffer(in, &params);
	for (size_t i = 0; i < params.count; i++)
		if (params.item[i].item)
			strlist_addf(&plan->parameters, "%s=%s", params.item[i].name,
				     params.item[i].item);
	r = edit_files(in, &params, plan, e);
	strlist_done(&params.why);
	return r;
}
