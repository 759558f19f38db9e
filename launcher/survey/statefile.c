// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading a file of vmrun's state, whatever is in it. */
#include "survey/statefile.h"

#include "base/cleanup.h"
#include "model/journal.h"
#include "survey/guests.h"

int statefile_load(const struct root *root, const char *name, statefile_parse_fn *parse, void *ret,
		   struct err *e)
{
	_cleanup_free_ char *path = mem_printf("%s/%s", guests_state_dir(root), name);
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = root_read(root, path, STATE_SIZE_MAX, &text, &len);

	if (r < 0)
		return err_sys(e, -r, path, "cannot read");
	r = parse(text, len, ret, e);
	if (r < 0)
		err_wrap(e, "/%s", path);
	return r;
}
