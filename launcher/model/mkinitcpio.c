// SPDX-License-Identifier: GPL-2.0-or-later
/* mkinitcpio.conf(5): the hooks that make an image. */
#include "model/mkinitcpio.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/shellconf.h"

/* A bare word of @value, between white space and outside comments; NULL where there is none. */
static const char *find_word(const char *value, size_t len, const char *word)
{
	size_t n = strlen(word);

	for (size_t at = 0; at < len;) {
		size_t end = at;

		while (end < len && !strchr(" \t\n", value[end]))
			end++;
		if (at < len && value[at] == '#') {
			while (end < len && value[end] != '\n')
				end++;
		} else if (end - at == n && !memcmp(value + at, word, n)) {
			return value + at;
		}
		at = end + 1;
	}
	return NULL;
}

/* Where the hook goes in one value: before what loads drivers; NULL where that is not in it. */
static const char *place_in(const struct shellconf_item *item)
{
	const char *at = find_word(item->value, item->value_len, "udev");

	return at ? at : find_word(item->value, item->value_len, "systemd");
}

static bool sets_hooks(const struct shellconf_item *item)
{
	return item->name_len == strlen("HOOKS") && !memcmp(item->name, "HOOKS", item->name_len);
}

/* POSIX shells have HOOKS="a b", bash has HOOKS=(a b), and mkinitcpio takes both. */
int mkinitcpio_add_hook(const char *text, size_t len, const char *file, const char *hook,
			char **ret, struct err *e)
{
	_cleanup_shellconf_ struct shellconf conf = { 0 };
	const struct shellconf_item *target = NULL;
	_cleanup_text_ struct text out = { 0 };
	const char *place;
	int r = shellconf_scan(text, len, file, &conf, e);

	if (r < 0)
		return r;
	/* From the last one that holds back to the one that is not added to another. */
	for (size_t i = conf.count; i-- > 0;) {
		const struct shellconf_item *item = &conf.item[i];

		if (!sets_hooks(item))
			continue;
		if (find_word(item->value, item->value_len, hook)) {
			text_add(&out, text, len);
			*ret = text_take(&out);
			return 0;
		}
		if (!target && place_in(item))
			target = item;
		if (!item->append)
			break;
	}
	if (!target)
		return err_set(
			e, ERR_REFUSED, EINVAL, file,
			"its HOOKS have neither udev nor systemd, so where %s is to run cannot be told",
			hook);
	r = shellconf_plain(target, file, e);
	if (r < 0)
		return r;
	place = place_in(target);
	text_add(&out, text, (size_t)(place - text));
	text_addf(&out, "%s ", hook);
	text_add(&out, place, (size_t)(text + len - place));
	*ret = text_take(&out);
	return 0;
}

bool mkinitcpio_sets_hooks(const char *text, size_t len)
{
	_cleanup_shellconf_ struct shellconf conf = { 0 };

	return shellconf_scan(text, len, "", &conf, NULL) == 0 && shellconf_last(&conf, "HOOKS");
}
