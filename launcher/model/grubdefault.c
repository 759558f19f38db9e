// SPDX-License-Identifier: GPL-2.0-or-later
/* /etc/default/grub: the kernel parameters that grub-mkconfig gives every entry. */
#include "model/grubdefault.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/shellconf.h"

#define NORMAL "GRUB_CMDLINE_LINUX_DEFAULT"
#define ALWAYS "GRUB_CMDLINE_LINUX"

static bool of_cmdline(const struct shellconf_item *item)
{
	return (item->name_len == strlen(NORMAL) && !memcmp(item->name, NORMAL, item->name_len)) ||
	       (item->name_len == strlen(ALWAYS) && !memcmp(item->name, ALWAYS, item->name_len));
}

/* The value of one assignment after the edit; @add: what is missing is added, too. */
static char *edit_value(const struct shellconf_item *item, const struct kernel_param *params,
			size_t count, bool add)
{
	_cleanup_free_ struct kernel_param *only = mem_zalloc((count + 1) * sizeof(*only));

	for (size_t i = 0; i < count; i++) {
		only[i] = params[i];
		if (!add)
			only[i].item = NULL;
	}
	return kernelparams_edit(item->value, item->value_len, only, count);
}

/* Whether all that is wanted stands in values that hold already. */
static bool satisfied(const struct shellconf *conf, const struct kernel_param *param)
{
	static const char *const names[] = { ALWAYS, NORMAL };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct shellconf_item *last = shellconf_last(conf, names[i]);
		_cleanup_free_ char *value =
			last && !last->nested && !last->passing
				? mem_printf("%.*s", (int)last->value_len, last->value)
				: NULL;

		if (value && param->item && kernelparams_has(value, param->name, param->item))
			return true;
	}
	return false;
}

/* One assignment into @out, its value edited; what is between it and the one before was copied. */
static int edit_item(const struct shellconf_item *item, const char *file,
		     const struct kernel_param *params, size_t count, bool add, struct text *out,
		     struct err *e)
{
	_cleanup_free_ char *value = edit_value(item, params, count, add);
	int r;

	if (strlen(value) == item->value_len && !memcmp(value, item->value, item->value_len)) {
		text_add(out, value, item->value_len);
		return 0;
	}
	r = shellconf_plain(item, file, e);
	if (r < 0)
		return r;
	if (!kernelparams_whole(item->value, item->value_len)) {
		_cleanup_free_ char *where = mem_printf("%s:%zu", file, item->line);

		return err_set(e, ERR_REFUSED, EINVAL, where,
			       "a double quote in the value does not end");
	}
	if (item->kind == SHELLCONF_BARE)
		text_addf(out, "\"%s\"", value);
	else
		text_add(out, value, strlen(value));
	return 0;
}

/* An assignment of its own at the end, which must not be taken for part of the line before. */
static int append(const char *text, size_t len, const char *file, const struct kernel_param *params,
		  size_t count, struct text *out, struct err *e)
{
	_cleanup_free_ char *value = kernelparams_edit("", 0, params, count);
	size_t end = len && text[len - 1] == '\n' ? len - 1 : len;

	if (!*value)
		return 0;
	if (end && text[end - 1] == '\\')
		return err_set(e, ERR_REFUSED, EINVAL, file, "its last line ends in a backslash");
	text_addf(out, "%s" NORMAL "=\"%s\"\n", len && text[len - 1] != '\n' ? "\n" : "", value);
	return 0;
}

int grubdefault_edit(const char *text, size_t len, const char *file,
		     const struct kernel_param *params, size_t count, char **ret, struct err *e)
{
	_cleanup_free_ struct kernel_param *missing = mem_zalloc((count + 1) * sizeof(*missing));
	_cleanup_shellconf_ struct shellconf conf = { 0 };
	_cleanup_text_ struct text out = { 0 };
	const struct shellconf_item *target;
	const char *done = text;
	int r = shellconf_scan(text, len, file, &conf, e);

	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++) {
		missing[i] = params[i];
		if (satisfied(&conf, &params[i]))
			missing[i].item = NULL;
	}
	target = shellconf_last(&conf, NORMAL);
	if (!target)
		target = shellconf_last(&conf, ALWAYS);
	for (size_t i = 0; i < conf.count; i++) {
		const struct shellconf_item *item = &conf.item[i];

		if (!of_cmdline(item))
			continue;
		text_add(&out, done, (size_t)(item->value - done));
		r = edit_item(item, file, missing, count, item == target, &out, e);
		if (r < 0)
			return r;
		done = item->value + item->value_len;
	}
	text_add(&out, done, (size_t)(text + len - done));
	if (!target) {
		r = append(text, len, file, missing, count, &out, e);
		if (r < 0)
			return r;
	}
	*ret = text_take(&out);
	return 0;
}
