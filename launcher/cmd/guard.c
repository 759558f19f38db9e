// SPDX-License-Identifier: GPL-2.0-or-later
/* What a running guest's control group lets it open, as status shows it and start checks it. */
#include "cmd/guard.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "survey/guests.h"

/* All of the host's memory and ports (Documentation/admin-guide/devices.txt); there or not, a guest must not make them either. */
static const struct foreign {
	const char *node;
	unsigned int major_number, minor_number;
} foreign[] = { { "/dev/mem", 1, 1 }, { "/dev/kmem", 1, 2 }, { "/dev/port", 1, 4 } };

static void ask(struct guard_view *view, const char *node, dev_t devno, bool own)
{
	switch (guard_allows(&view->guard, false, devno)) {
	case FACT_UNKNOWN:
		strlist_add(&view->unknown, node);
		break;
	case FACT_YES:
		strlist_add(&view->allowed, node);
		if (!own)
			strlist_add(&view->open, node);
		break;
	case FACT_NO:
		strlist_add(&view->refused, node);
		if (own)
			strlist_add(&view->missing, node);
		break;
	}
}

static void ask_own(const struct root *root, struct guard_view *view, const char *node)
{
	struct stat st;

	if (fstatat(root->fd, node + 1, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISCHR(st.st_mode) &&
	    !strlist_has(&view->allowed, node) && !strlist_has(&view->refused, node))
		ask(view, node, st.st_rdev, true);
}

void guard_view_read(const struct root *root, const struct journal *journal, struct guard_view *ret)
{
	pid_t pid = 0;

	*ret = (struct guard_view){ 0 };
	for (size_t i = 0; i < journal->device_count && !pid; i++)
		if (journal->devices[i].attach)
			pid = guests_group_pid(root, journal->devices[i].group);
	if (!pid)
		return;
	guard_read(root, pid, &ret->guard);
	ask_own(root, ret, "/dev/vfio/vfio");
	for (size_t i = 0; i < journal->device_count; i++) {
		_cleanup_free_ char *node = mem_printf("/dev/vfio/%d", journal->devices[i].group);

		if (journal->devices[i].attach)
			ask_own(root, ret, node);
	}
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++)
		ask(ret, foreign[i].node, makedev(foreign[i].major_number, foreign[i].minor_number),
		    false);
}

char *guard_view_text(const struct guard_view *view)
{
	_cleanup_free_ char *allowed = strlist_join(&view->allowed, " "),
			    *refused = strlist_join(&view->refused, " ");
	const struct guard *guard = &view->guard;

	if (!guard->path)
		return NULL;
	switch (guard->guarded) {
	case FACT_UNKNOWN:
		return mem_printf("control group %s: which devices it allows could not be read",
				  guard->path);
	case FACT_NO:
		return mem_printf("control group %s: allows all devices, their owners guard them",
				  guard->path);
	case FACT_YES:
		break;
	}
	return mem_printf("control group %s: allows %s; not %s", guard->path,
			  allowed[0] ? allowed : "none of its devices",
			  refused[0] ? refused : "limited otherwise");
}

char *guard_view_fault(const struct guard_view *view)
{
	_cleanup_free_ char *missing = strlist_join(&view->missing, " "),
			    *open = strlist_join(&view->open, " ");

	if (view->guard.guarded != FACT_YES || (!missing[0] && !open[0]))
		return NULL;
	return mem_printf("control group %s of the guest %s%s%s%s%s", view->guard.path,
			  missing[0] ? "does not allow " : "", missing,
			  missing[0] && open[0] ? ", and " : "", open[0] ? "allows " : "", open);
}

struct json *guard_view_json(const struct guard_view *view)
{
	const struct guard *guard = &view->guard;
	struct json *o;

	if (!guard->path)
		return NULL;
	o = json_new_object();
	json_put_int(o, "version", guard->version);
	json_put_str(o, "path", guard->path);
	if (guard->guarded == FACT_UNKNOWN)
		json_put(o, "guarded", NULL);
	else
		json_put_bool(o, "guarded", guard->guarded == FACT_YES);
	json_put_list(o, "allowed", &view->allowed);
	json_put_list(o, "refused", &view->refused);
	json_put_list(o, "unknown", &view->unknown);
	return o;
}

void guard_view_done(struct guard_view *view)
{
	guard_done(&view->guard);
	strlist_done(&view->allowed);
	strlist_done(&view->refused);
	strlist_done(&view->unknown);
	strlist_done(&view->missing);
	strlist_done(&view->open);
}
