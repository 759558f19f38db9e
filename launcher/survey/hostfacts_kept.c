// SPDX-License-Identifier: GPL-2.0-or-later
/* What host check measures that is no file, or is one with more in it than is anybody's business: into facts.json and back. */
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "survey/hostfacts_parts.h"

/** struct kept_fact - a yes-or-no fact and its name in facts.json */
struct kept_fact {
	const char *name;
	size_t offset;
};

static const struct kept_fact kept_facts[] = {
	{ "kvm", offsetof(struct hostfacts, kvm.node) },
	{ "kvm_by_qemu", offsetof(struct hostfacts, kvm.by_qemu) },
	{ "kvm_by_us", offsetof(struct hostfacts, kvm.by_us) },
	{ "vhost_net", offsetof(struct hostfacts, kvm.vhost_net) },
	{ "tun", offsetof(struct hostfacts, kvm.tun) },
	{ "image_has_vfio", offsetof(struct hostfacts, image.has_vfio) },
	{ "cgroup_bpf", offsetof(struct hostfacts, cgroup.bpf) },
	{ "hook_late", offsetof(struct hostfacts, libvirt.hook_late) },
	{ "qemu_group", offsetof(struct hostfacts, libvirt.group_exists) },
	{ "secure_boot", offsetof(struct hostfacts, security.secure_boot) },
};

static const char *const daemon_states[] = { [DAEMON_UNKNOWN] = "unknown",
					     [DAEMON_ANSWERS] = "answers",
					     [DAEMON_REFUSES_US] = "refuses us",
					     [DAEMON_SILENT] = "silent" };

struct json *hostfacts_collect(const struct hostfacts *facts)
{
	struct json *o = json_new_object();

	for (size_t i = 0; i < ARRAY_SIZE(kept_facts); i++) {
		enum fact fact;

		memcpy(&fact, (const char *)facts + kept_facts[i].offset, sizeof(fact));
		if (fact != FACT_UNKNOWN)
			json_put_bool(o, kept_facts[i].name, fact == FACT_YES);
	}
	json_put_bool(o, "ordinary", facts->ordinary);
	json_put_bool(o, "memlock_raisable", facts->lock.raisable);
	json_put_bool(o, "journals_known", facts->state.known);
	json_put_str(o, "daemon", daemon_states[facts->libvirt.state]);
	json_put_bool(o, "users_known", facts->libvirt.user_known);
	json_put_str(o, "qemu_user", facts->libvirt.user);
	return o;
}

void hostfacts_recall(const struct json *kept, struct hostfacts *facts)
{
	const char *daemon = json_get_str(kept, "daemon");

	if (!kept)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(kept_facts); i++) {
		enum fact fact = FACT_UNKNOWN;

		if (json_get(kept, kept_facts[i].name))
			fact = json_get_bool(kept, kept_facts[i].name) ? FACT_YES : FACT_NO;
		memcpy((char *)facts + kept_facts[i].offset, &fact, sizeof(fact));
	}
	facts->ordinary = json_get_bool(kept, "ordinary");
	facts->lock.raisable = json_get_bool(kept, "memlock_raisable");
	facts->state.known = json_get_bool(kept, "journals_known");
	for (size_t i = 0; daemon && i < ARRAY_SIZE(daemon_states); i++)
		if (!strcmp(daemon, daemon_states[i]))
			facts->libvirt.state = (enum daemon_state)i;
	facts->libvirt.user_known = json_get_bool(kept, "users_known");
	free(facts->libvirt.user);
	facts->libvirt.user = mem_strdup(json_get_str(kept, "qemu_user"));
}
