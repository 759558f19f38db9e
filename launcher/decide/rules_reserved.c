// SPDX-License-Identifier: GPL-2.0-or-later
/* The rule about memory that firmware reserves for devices: RMRR, IVMD, RMR. */
#include "decide/rules.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/remedy.h"

/** enum standing - what became of a range, for one device */
enum standing {
	STANDING_NONE,	  /* the kernel does not list it */
	STANDING_KEPT,	  /* no guest gets the device */
	STANDING_IGNORED, /* a relax_rmrr patch lets go what a stock kernel would not */
	STANDING_RELAXED, /* every kernel lets it go */
	STANDING_COUNT
};

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
		if (group->regions[i].start <= range->end &&
		    group->regions[i].end >= range->start &&
		    (group->regions[i].type == REGION_DIRECT ||
		     group->regions[i].type == REGION_DIRECT_RELAXABLE))
			view = group->regions[i].type;
	return view;
}

/* Without the kernel's list it is predicted. */
static enum standing standing_of(const struct host *host, const struct group *group,
				 const struct device *dev, const struct reserved *range)
{
	enum region_type view;

	if (!group || !group->regions_known)
		return relaxable(range, dev) ? STANDING_RELAXED : STANDING_KEPT;
	view = kernel_view(group, range);
	if (view == REGION_DIRECT)
		return STANDING_KEPT;
	if (host->klog.rmrr_relaxed && range->source == RESERVED_RMRR && !relaxable(range, dev))
		return STANDING_IGNORED;
	return view == REGION_DIRECT_RELAXABLE ? STANDING_RELAXED : STANDING_NONE;
}

/* "0xe8000-0xe8fff, 0xf4000-0xf4fff": the device's ranges of one source that became the same; NULL for none. */
static char *ranges_text(const struct host *host, const struct group *group,
			 const struct device *dev, enum reserved_source source,
			 enum standing standing)
{
	struct strlist list = { 0 };
	char *text;

	for (size_t i = 0; i < dev->reserved_count; i++) {
		const struct reserved *range = &host->reserved.item[dev->reserved[i]];

		if (range->source == source && standing_of(host, group, dev, range) == standing)
			strlist_addf(&list, "0x%" PRIx64 "-0x%" PRIx64, range->start, range->end);
	}
	text = list.count ? strlist_join(&list, ", ") : NULL;
	strlist_done(&list);
	return text;
}

static void add_kept(const struct host *host, const struct device *dev, enum reserved_source source,
		     const char *ranges, struct findings *ret)
{
	static const char *const names[] = { [RESERVED_RMRR] = "Intel RMRR",
					     [RESERVED_IVMD] = "AMD IVMD",
					     [RESERVED_RMR] = "Arm RMR" };
	bool ivmd = source == RESERVED_IVMD;

	findings_add(
		ret, ivmd ? FINDING_IVMD : FINDING_RMRR, SEVERITY_BLOCK, (int)host_index(host, dev),
		mem_printf(
			"firmware reserves memory %s for it (%s), so the kernel does not let a guest have it",
			ranges, names[source]),
		ivmd ? remedy_ivmd(host, dev) : remedy_rmrr(host, dev));
}

static void add_ignored(const struct host *host, const struct device *dev, const char *ranges,
			struct findings *ret)
{
	findings_add(
		ret, FINDING_RMRR_RELAXED, SEVERITY_WARN, (int)host_index(host, dev),
		mem_printf(
			"firmware reserves memory %s for it (Intel RMRR), and this kernel is patched to ignore that "
			"(relax_rmrr): firmware and the guest may both use the device",
			ranges),
		remedy_rmrr(host, dev));
}

static void add_relaxed(const struct host *host, const struct device *dev, const char *ranges,
			struct findings *ret)
{
	findings_add(
		ret, FINDING_RMRR_RELAXABLE, SEVERITY_INFO, (int)host_index(host, dev),
		mem_printf(
			"firmware reserves memory %s for it, which the kernel lets go (USB, graphics, or firmware allows it)",
			ranges),
		NULL);
}

/* One finding for all ranges of a source that became the same: machines that have one have a dozen. */
static void check_ranges(const struct host *host, const struct device *dev,
			 const struct group *group, enum reserved_source source,
			 struct findings *ret)
{
	size_t before = ret->count;

	for (int standing = STANDING_KEPT; standing < STANDING_COUNT; standing++) {
		_cleanup_free_ char *ranges =
			ranges_text(host, group, dev, source, (enum standing)standing);

		if (!ranges)
			continue;
		if (standing == STANDING_KEPT)
			add_kept(host, dev, source, ranges, ret);
		else if (standing == STANDING_IGNORED)
			add_ignored(host, dev, ranges, ret);
		else
			add_relaxed(host, dev, ranges, ret);
	}
	for (size_t i = before; i < ret->count; i++)
		ret->item[i].predicted = !group || !group->regions_known;
}

/* Whether some device of the group is known to be the one a direct region is reserved for. */
static bool region_attributed(const struct host *host, const struct group *group,
			      const struct region *region)
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
static void check_unattributed(const struct host *host, const struct device *dev,
			       const struct group *group, struct findings *ret)
{
	_cleanup_free_ char *ranges = NULL;
	struct strlist list = { 0 };

	for (size_t i = 0; i < group->region_count; i++)
		if (group->regions[i].type == REGION_DIRECT &&
		    !region_attributed(host, group, &group->regions[i]))
			strlist_addf(&list, "0x%" PRIx64 "-0x%" PRIx64, group->regions[i].start,
				     group->regions[i].end);
	ranges = strlist_join(&list, ", ");
	if (list.count)
		findings_add(
			ret, host->iommu == IOMMU_AMD ? FINDING_IVMD : FINDING_RMRR, SEVERITY_BLOCK,
			(int)host_index(host, dev),
			mem_printf(
				"firmware reserves memory %s for a device of its group %d%s, so the kernel lets no guest have it",
				ranges, group->id,
				host->tables_known ? ""
				: host->tables_damaged
					? " (the firmware table that says for which is damaged)"
					: " (the firmware table, readable by root, says for which)"),
			host->iommu == IOMMU_AMD ? remedy_ivmd(host, dev) : remedy_rmrr(host, dev));
	strlist_done(&list);
}

void rules_reserved(const struct host *host, const struct device *dev, struct findings *ret)
{
	const struct group *group = host_group(host, dev);

	if (!device_is_bridge(dev)) {
		for (int source = 0; source < RESERVED_SOURCE_COUNT; source++)
			check_ranges(host, dev, group, (enum reserved_source)source, ret);
		if (group)
			check_unattributed(host, dev, group, ret);
	}
	if (!group && !host->tables_known)
		findings_unknown(ret, !host->tables_damaged && !host->tables_hidden,
				 "whether firmware reserves memory for it: the ACPI table is %s",
				 host->tables_hidden	? "not to be seen"
				 : host->tables_damaged ? "damaged"
							: "readable by root only");
}
