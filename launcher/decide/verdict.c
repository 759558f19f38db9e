// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts: may this device be handed over, by a table of named rules. */
#include "decide/verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/remedy.h"

/*
 * Theory of operation
 *
 * A rule looks at one device of the snapshot and adds findings; it makes no system call and asks nobody. Rules do not know of
 * each other, every one is applied, and the verdict is the worst of what they found. A fact the survey could not
 * measure is neither good nor bad: the rule that needs it says so in findings.unknown.
 */

/** struct rule - what a device must satisfy; @name is for tests and for people who read the table */
struct rule {
	const char *name;
	void (*check)(const struct host *host, const struct device *dev, struct findings *ret);
};

static int index_of(const struct host *host, const struct device *dev)
{
	return (int)host_index(host, dev);
}

static void __attribute__((format(printf, 3, 4))) unknown(struct findings *ret, bool needs_privilege, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	strlist_add(&ret->unknown, text);
	ret->needs_privilege = ret->needs_privilege || needs_privilege;
}

static void check_iommu(const struct host *host, const struct device *dev, struct findings *ret)
{
	char *message;

	if (dev->group >= 0)
		return;
	if (host->iommu_enabled)
		message = mem_strdup("the kernel gives it no IOMMU group");
	else if (host->iommu == IOMMU_NONE)
		message = mem_strdup("it has no IOMMU group: firmware describes no IOMMU (no ACPI table DMAR or IVRS)");
	else
		message = mem_printf("it has no IOMMU group: the kernel does not use the %s IOMMU that firmware describes",
				     iommu_kind_name(host->iommu));
	findings_add(ret, FINDING_NO_IOMMU, SEVERITY_BLOCK, index_of(host, dev), message, remedy_no_iommu(host, dev));
}

static void check_vfio(const struct host *host, const struct device *dev, struct findings *ret)
{
	if (host->vfio == FACT_NO)
		findings_add(ret, FINDING_NO_VFIO, SEVERITY_BLOCK, index_of(host, dev),
			     mem_printf("kernel %s has no vfio-pci driver", host->kernel ? host->kernel : "running here"),
			     mem_strdup("boot a kernel with CONFIG_VFIO_PCI (Debian: linux-image-amd64, not a cloud image)"));
	else if (host->vfio == FACT_UNKNOWN)
		unknown(ret, false, "whether the kernel has vfio-pci: neither the driver nor /lib/modules is there to look at");
}

/*
 * Whether the kernel will let a range go: for Intel its device_rmrr_is_relaxable(), USB and graphics
 * (drivers/iommu/intel/iommu.c, since 5.3); on Arm firmware says so; AMD knows no such thing.
 */
static bool relaxable(const struct reserved *range, const struct device *dev)
{
	bool class_is = dev->class_code >> 8 == 0x0c03 || dev->class_code >> 16 == 0x03;

	return range->relaxable || (range->source == RESERVED_RMRR && class_is);
}

/*
 * What the kernel made of a range of the firmware tables in the device's group; REGION_OTHER where it is not listed. Two
 * ranges may overlap: the one that stays decides.
 */
static enum region_type kernel_view(const struct group *group, const struct reserved *range)
{
	enum region_type view = REGION_OTHER;

	for (size_t i = 0; i < group->region_count && view != REGION_DIRECT; i++)
		if (group->regions[i].start <= range->end && group->regions[i].end >= range->start &&
		    (group->regions[i].type == REGION_DIRECT || group->regions[i].type == REGION_DIRECT_RELAXABLE))
			view = group->regions[i].type;
	return view;
}

static void add_reserved(const struct host *host, const struct device *dev, const struct reserved *range, bool predicted,
			 struct findings *ret)
{
	bool ivmd = range->source == RESERVED_IVMD;
	struct finding *finding;

	finding = findings_add(ret, ivmd ? FINDING_IVMD : FINDING_RMRR, SEVERITY_BLOCK, index_of(host, dev),
			       mem_printf("firmware reserves memory 0x%" PRIx64 "-0x%" PRIx64
					  " for it (%s), so the kernel does not let a guest have it",
					  range->start, range->end,
					  ivmd				      ? "AMD IVMD" :
					  range->source == RESERVED_RMR ? "Arm RMR" :
									    "Intel RMRR"),
			       ivmd ? remedy_ivmd(host, dev) : remedy_rmrr(host, dev));
	finding->predicted = predicted;
}

static void add_relaxable(const struct host *host, const struct device *dev, const struct reserved *range, bool predicted,
			  struct findings *ret)
{
	findings_add(ret, FINDING_RMRR_RELAXABLE, SEVERITY_INFO, index_of(host, dev),
		     mem_printf("firmware reserves memory 0x%" PRIx64 "-0x%" PRIx64
				" for it, which the kernel lets go (USB, graphics, or firmware allows it)",
				range->start, range->end),
		     NULL)
		->predicted = predicted;
}

/* Whether some device of the group is known to be the one a direct region is reserved for. */
static bool region_attributed(const struct host *host, const struct group *group, const struct region *region)
{
	for (size_t i = 0; i < group->device_count; i++) {
		const struct device *dev = &host->devices[group->devices[i]];

		for (size_t j = 0; j < dev->reserved_count; j++) {
			const struct reserved *range = &host->reserved.item[dev->reserved[j]];

			if (range->start <= region->end && range->end >= region->start)
				return true;
		}
	}
	return false;
}

/*
 * The kernel's list is a union over the group; the tables tell which device of it a range is for. Where they are out of
 * reach, or name none of the group, the region is every member's.
 */
static void check_unattributed(const struct host *host, const struct device *dev, const struct group *group,
			       struct findings *ret)
{
	for (size_t i = 0; i < group->region_count; i++) {
		const struct region *region = &group->regions[i];

		if (region->type != REGION_DIRECT || region_attributed(host, group, region))
			continue;
		findings_add(ret, host->iommu == IOMMU_AMD ? FINDING_IVMD : FINDING_RMRR, SEVERITY_BLOCK,
			     index_of(host, dev),
			     mem_printf("firmware reserves memory 0x%" PRIx64 "-0x%" PRIx64
					" for a device of its group %d%s, so the kernel lets no guest have it",
					region->start, region->end, group->id,
					host->tables_known ? "" : " (the firmware table, readable by root, says for which)"),
			     host->iommu == IOMMU_AMD ? remedy_ivmd(host, dev) : remedy_rmrr(host, dev));
	}
}

static void check_reserved(const struct host *host, const struct device *dev, struct findings *ret)
{
	const struct group *group = host_group(host, dev);

	for (size_t i = 0; i < dev->reserved_count; i++) {
		const struct reserved *range = &host->reserved.item[dev->reserved[i]];
		enum region_type view;

		if (device_is_bridge(dev))
			break;
		if (!group || !group->regions_known) {
			if (relaxable(range, dev))
				add_relaxable(host, dev, range, true, ret);
			else
				add_reserved(host, dev, range, true, ret);
			continue;
		}
		view = kernel_view(group, range);
		if (view == REGION_DIRECT)
			add_reserved(host, dev, range, false, ret);
		else if (view == REGION_DIRECT_RELAXABLE)
			add_relaxable(host, dev, range, false, ret);
	}
	if (group && !device_is_bridge(dev))
		check_unattributed(host, dev, group, ret);
	if (!group && !host->tables_known)
		unknown(ret, true, "whether firmware reserves memory for it: the ACPI table is readable by root only");
}

static void check_chipset(const struct host *host, const struct device *dev, struct findings *ret)
{
	unsigned int class_sub = dev->class_code >> 8;
	bool ivshmem = dev->vendor == 0x1af4 && dev->device == 0x1110;
	const char *what = NULL;

	if (device_is_bridge(dev)) {
		findings_add(ret, FINDING_CHIPSET, SEVERITY_BLOCK, index_of(host, dev),
			     mem_strdup("it is a bridge: the bus behind it is the host's"),
			     mem_strdup("choose the devices behind it"));
		return;
	}
	if (class_sub == 0x0600)
		what = "host bridge";
	else if (class_sub == 0x0601)
		what = "ISA or LPC bridge";
	else if (class_sub == 0x0c05)
		what = "SMBus controller";
	else if (class_sub >> 8 == 0x05 && dev->parent < 0 && !ivshmem)
		what = "memory controller";
	if (what)
		findings_add(ret, FINDING_CHIPSET, SEVERITY_REFUSE, index_of(host, dev),
			     mem_printf("it is part of the chipset (%s): the host needs it", what),
			     mem_strdup("choose another device, or one in a group without it"));
}

static bool any_on_vfio(const struct host *host, const struct group *group)
{
	for (size_t i = 0; i < group->device_count; i++) {
		const char *driver = host->devices[group->devices[i]].driver;

		if (driver && strstr(driver, "vfio"))
			return true;
	}
	return false;
}

static void check_guest(const struct host *host, const struct device *dev, struct findings *ret)
{
	const struct group *group = host_group(host, dev);
	const struct holder *holder = group ? group->holder : NULL;

	if (!group || device_is_bridge(dev))
		return;
	if (holder)
		findings_add(ret, FINDING_IN_USE_GUEST, SEVERITY_BLOCK, index_of(host, dev),
			     mem_printf("its group %d is %s %s", group->id, holder->reserved ? "reserved by" : "held by",
					holder->what),
			     holder->stale ? mem_strdup("vmrun recover") :
			     holder->name  ? mem_printf("vmrun stop %s", holder->name) :
					     mem_strdup("end that process"));
	else if (group->held == FACT_UNKNOWN && any_on_vfio(host, group))
		unknown(ret, true, "whether a guest holds group %d: other processes are not visible", group->id);
	if (!holder && strlist_has(&host->unmeasured, "reservations"))
		unknown(ret, true, "whether another run of vmrun reserves group %d", group->id);
}

static void check_disks(const struct host *host, const struct device *dev, struct findings *ret)
{
	const struct group *group = host_group(host, dev);
	bool named = false;

	/* Of disks a guest has, or is about to have, what the host sees of them says nothing. */
	if (group && group->holder)
		return;
	for (size_t i = 0; i < dev->use_count; i++) {
		const struct use *use = &dev->uses[i];

		if (use->kind != USE_DISK)
			continue;
		named = true;
		findings_add(ret, FINDING_IN_USE_DISK, SEVERITY_BLOCK, index_of(host, dev), mem_strdup(use->what),
			     mem_strdup(use->fix ? use->fix : "find out what uses it: lsblk, /proc/mdstat, zpool status"));
	}
	for (size_t i = 0; !named && i < dev->disk_count; i++)
		if (dev->disks[i].busy == FACT_UNKNOWN)
			unknown(ret, true, "whether %s is in use: it could not be opened", dev->disks[i].node);
}

static const struct rule rules[] = {
	{ "iommu", check_iommu },     { "vfio", check_vfio },	{ "reserved", check_reserved },
	{ "chipset", check_chipset }, { "guest", check_guest }, { "disks", check_disks },
};

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = { [VERDICT_ASSIGNABLE] = "assignable",
					     [VERDICT_WARNING] = "warning",
					     [VERDICT_REFUSED] = "refused",
					     [VERDICT_BLOCKED] = "blocked" };

	return names[verdict];
}

void verdict_judge(const struct host *host, size_t device, struct findings *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		rules[i].check(host, &host->devices[device], ret);
}

static void judge_sibling(const struct host *host, size_t device, size_t sibling, struct findings *ret)
{
	struct findings own = { 0 };

	verdict_judge(host, sibling, &own);
	for (size_t i = 0; i < own.count; i++) {
		const struct finding *cause = &own.item[i];
		struct finding *finding;

		/* That the group is held or has no IOMMU is the device's own finding already. */
		if (cause->severity < SEVERITY_REFUSE || cause->code == FINDING_IN_USE_GUEST ||
		    cause->code == FINDING_NO_VFIO)
			continue;
		finding = findings_add(ret, FINDING_SIBLING, cause->severity, (int)device,
				       mem_printf("%s in the same group: %s: %s",
						  PCIADDR_STR(&host->devices[sibling].addr), finding_code_name(cause->code),
						  cause->message),
				       mem_strdup(cause->fix));
		finding->cause = (int)sibling;
		finding->cause_code = cause->code;
		finding->predicted = cause->predicted;
	}
	findings_done(&own);
}

void verdict_judge_siblings(const struct host *host, size_t device, struct findings *ret)
{
	const struct group *group = host_group(host, &host->devices[device]);

	if (!group || device_is_bridge(&host->devices[device]))
		return;
	for (size_t i = 0; i < group->device_count; i++)
		if (group->devices[i] != device && !device_is_bridge(&host->devices[group->devices[i]]))
			judge_sibling(host, device, group->devices[i], ret);
}

enum verdict verdict_of(const struct findings *findings)
{
	enum severity worst = SEVERITY_INFO;

	for (size_t i = 0; i < findings->count; i++)
		if (findings->item[i].severity > worst)
			worst = findings->item[i].severity;
	switch (worst) {
	case SEVERITY_INFO:
		return VERDICT_ASSIGNABLE;
	case SEVERITY_WARN:
		return VERDICT_WARNING;
	case SEVERITY_REFUSE:
		return VERDICT_REFUSED;
	case SEVERITY_BLOCK:
		break;
	}
	return VERDICT_BLOCKED;
}

void verdict_accept(struct findings *findings, int device, const struct strlist *codes)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->item[i];

		/* Who takes a card's finding takes it where the card is a sibling, too. */
		if (finding->severity != SEVERITY_REFUSE || (device >= 0 && finding->device != device) ||
		    (!strlist_has(codes, finding_code_name(finding->code)) &&
		     !strlist_has(codes, finding_code_name(finding->cause_code))))
			continue;
		finding->severity = SEVERITY_WARN;
		finding->accepted = true;
	}
}
