// SPDX-License-Identifier: GPL-2.0-or-later
/* Virtual functions a profile asks for: whose they are, and whether they can be made. */
#include "decide/vfs.h"

#include <errno.h>

#include "base/cleanup.h"
#include "decide/rules.h"

static int no_sriov(const struct profile_pci *want, const struct device *dev, struct err *e)
{
	_cleanup_free_ char *pf = selector_shown(want->vf_of);

	if (!dev) {
		err_set(e, ERR_NO_DEVICE, ENODEV, NULL, "no device matches vf-of=%s", pf);
		return err_fix(
			e,
			"`vmrun survey` lists the devices; a device that is bound to vfio-pci has no interface and no disk to be found by");
	}
	err_set(e, ERR_NO_DEVICE, ENODEV, NULL, "vf-of=%s finds %s (%s), which has no SR-IOV", pf,
		PCIADDR_STR(&dev->addr), dev->name);
	return err_fix(
		e,
		"where the card has it, switch it on in the firmware setup and with the card maker's tool");
}

static int ambiguous(const struct profile_pci *want, const struct device *a, const struct device *b,
		     struct err *e)
{
	_cleanup_free_ char *pf = selector_shown(want->vf_of);

	err_set(e, ERR_NO_DEVICE, ENOTUNIQ, NULL,
		"vf-of=%s finds more than one physical function: %s, %s", pf, PCIADDR_STR(&a->addr),
		PCIADDR_STR(&b->addr));
	return err_fix(e, "name one by its address or its interface: vf-of = %s",
		       PCIADDR_STR(&a->addr));
}

int vfs_find_pf(const struct profile_pci *want, const struct host *host, int *ret, struct err *e)
{
	const struct device *found = NULL, *other = NULL;

	for (size_t i = 0; i < host->device_count; i++) {
		const struct device *dev = &host->devices[i];

		if (!selector_matches(want->vf_of, dev))
			continue;
		if (!dev->sriov_total) {
			other = dev;
			continue;
		}
		if (found)
			return ambiguous(want, found, dev, e);
		found = dev;
	}
	if (!found)
		return no_sriov(want, other, e);
	if (want->vf.given && found->kind != KIND_NIC) {
		err_set(e, ERR_NO_DEVICE, ENODEV, NULL,
			"%s is no network card, and the section sets what only its functions have",
			PCIADDR_STR(&found->addr));
		return err_fix(e, "take out mac, vlan and the like");
	}
	*ret = (int)host_index(host, found);
	return 0;
}

/* Only a driver of the host makes virtual functions. */
static int check_driver(const struct device *pf, struct err *e)
{
	if (!pf->driver) {
		err_set(e, ERR_NO_DEVICE, ENODEV, NULL,
			"%s (%s) has no driver, and so cannot make virtual functions",
			PCIADDR_STR(&pf->addr), pf->name);
		return err_fix(e, "load its driver: echo %s >/sys/bus/pci/drivers_probe",
			       PCIADDR_STR(&pf->addr));
	}
	if (!pf->vfio)
		return 0;
	err_set(e, ERR_NO_DEVICE, ENODEV, NULL,
		"%s (%s) is with %s, and so cannot make virtual functions", PCIADDR_STR(&pf->addr),
		pf->name, pf->driver);
	return err_fix(e, "give it back to the host: vmrun release %s", PCIADDR_STR(&pf->addr));
}

static struct vf_need *find_need(struct picks *picks, size_t pf)
{
	for (size_t i = 0; i < picks->need_count; i++)
		if (picks->needs[i].pick.device == pf)
			return &picks->needs[i];
	return NULL;
}

int vfs_need(const struct profile_pci *want, const struct host *host, size_t pf,
	     struct picks *picks, struct err *e)
{
	const struct device *dev = &host->devices[pf];
	struct vf_need *need = find_need(picks, pf);
	const struct pick *taken = picks_find(picks, pf);
	int r = check_driver(dev, e);

	if (r < 0)
		return r;
	if (taken) {
		err_set(e, ERR_NO_DEVICE, EBUSY, NULL,
			"section \"%s\" gives %s itself to the guest", taken->want->id,
			PCIADDR_STR(&dev->addr));
		return err_fix(e, "give the guest the card or functions of it, not both");
	}
	if (!need) {
		need = mem_append(&picks->needs, &picks->need_count);
		need->pick = (struct pick){
			.want = want, .device = pf, .role = PICK_ATTACH, .after = AFTER_HOST
		};
	} else if (want->vfs && need->pick.want->vfs && want->vfs != need->pick.want->vfs) {
		err_set(e, ERR_NO_DEVICE, EINVAL, NULL,
			"vfs = %u, and section \"%s\" says vfs = %u of the same card", want->vfs,
			need->pick.want->id, need->pick.want->vfs);
		return err_fix(e, "say it once");
	}
	need->wanted += want->count;
	need->count = want->vfs > need->count ? want->vfs : need->count;
	need->count = need->wanted > need->count ? need->wanted : need->count;
	if (need->count <= dev->sriov_total)
		return 0;
	err_set(e, ERR_NO_DEVICE, ENODEV, NULL, "%u virtual functions wanted, %s can make %u",
		need->count, PCIADDR_STR(&dev->addr), dev->sriov_total);
	return err_fix(e, "ask for fewer; how many there can be is set with the card maker's tool");
}

void vfs_judge(const struct host *host, const struct vf_need *need, struct findings *ret)
{
	const struct device *pf = &host->devices[need->pick.device];

	rules_platform_iommu(host, pf, ret);
	rules_platform_vfio(host, pf, ret);
	rules_platform_remapping(host, pf, ret);
	rules_platform_acs(host, pf, ret);
	rules_device_dead(host, pf, ret);
	rules_device_stuck(host, pf, ret);
	rules_use_guest(host, pf, ret);
}
