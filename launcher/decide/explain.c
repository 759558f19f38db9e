// SPDX-License-Identifier: GPL-2.0-or-later
/* Error texts of the kernel, QEMU and libvirt → their cause and what to do. */
#include "decide/explain.h"

#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"

#define RESERVED_CAUSE "the kernel refuses a device for which firmware reserves memory (RMRR or IVMD)"
#define RESERVED_FIX "`vmrun survey` names the device, the range and what this machine's vendor offers against it"

/*
 * Older kernels say EPERM and name RMRR; since 6.6 the IOMMU core refuses with EINVAL, for Intel, AMD and Arm alike. The
 * kernel's own sentence comes before QEMU's, which alone could mean something else.
 */
static const struct explanation explanations[] = {
	{ "ineligible for IOMMU domain attach due to platform RMRR requirement", RESERVED_CAUSE, RESERVED_FIX },
	{ "Firmware has requested this device have a 1:1 IOMMU mapping", RESERVED_CAUSE, RESERVED_FIX },
	{ "Failed to set group container: Operation not permitted",
	  RESERVED_CAUSE ", or there is no interrupt remapping", RESERVED_FIX },
	{ "Failed to set iommu for container: Operation not permitted",
	  RESERVED_CAUSE ", or there is no interrupt remapping", RESERVED_FIX },
	{ "Failed to set group container: Invalid argument", RESERVED_CAUSE, RESERVED_FIX },
	{ "is not viable", "another function of the IOMMU group is still with a host driver",
	  "say siblings = bind for the device, or free the function `vmrun survey` shows in its group" },
};

const struct explanation *explain_find(const char *message)
{
	for (size_t i = 0; i < ARRAY_SIZE(explanations); i++)
		if (strstr(message, explanations[i].text))
			return &explanations[i];
	return NULL;
}
