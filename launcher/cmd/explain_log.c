// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun explain --log: the messages of the kernel, QEMU and libvirt in a log → cause and fix. */
#include "cmd/explain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "cmd/input.h"
#include "decide/explain.h"

#define LOG_BYTES_MAX ((size_t)16 << 20)

/* A line is quoted so far; what is cut off is marked. */
#define SHOWN_MAX 512

/* How many lines are quoted for people; all that were kept are in --json. */
#define QUOTED_MAX 3

static struct json *line_json(const struct explained_line *line)
{
	struct json *o = json_new_object();
	char shown[SHOWN_MAX];

	json_put_int(o, "line", (int64_t)line->number);
	json_put_str(o, "device", line->device_known ? PCIADDR_STR(&line->device) : NULL);
	json_put_str(o, "text", str_printable(line->text, line->len, shown, sizeof(shown)));
	return o;
}

static struct json *log_json(const struct explained_log *log)
{
	struct json *o = json_new_object(), *found = json_new_array();

	json_put_str(o, "schema", "vmrun.explain-log/1");
	json_put_int(o, "lines", (int64_t)log->lines);
	for (size_t i = 0; i < log->count; i++) {
		const struct explained *item = &log->item[i];
		struct json *one = json_new_object(), *lines = json_new_array();

		json_put_str(one, "code", item->row->code);
		json_put_str(one, "cause", item->row->cause);
		json_put_str(one, "fix", item->row->fix);
		json_put_int(one, "count", (int64_t)item->total);
		for (size_t k = 0; k < item->line_count; k++)
			json_add(lines, line_json(&item->lines[k]));
		json_put(one, "lines", lines);
		json_add(found, one);
	}
	json_put(o, "found", found);
	return o;
}

/* "0000:05:00.0, 0000:05:00.1", or NULL where no line names a device. */
static char *devices_of(const struct explained *item)
{
	struct strlist list = { 0 };
	char *text = NULL;

	for (size_t i = 0; i < item->line_count; i++) {
		const char *address = PCIADDR_STR(&item->lines[i].device);

		if (item->lines[i].device_known && !strlist_has(&list, address))
			strlist_add(&list, address);
	}
	if (list.count)
		text = strlist_join(&list, ", ");
	strlist_done(&list);
	return text;
}

static void print_explained(const struct explained *item)
{
	_cleanup_free_ char *devices = devices_of(item);

	printf("%s%s%s\n", item->row->code, devices ? ": " : "", devices ? devices : "");
	for (size_t i = 0; i < item->line_count && i < QUOTED_MAX; i++) {
		const struct explained_line *line = &item->lines[i];
		char shown[SHOWN_MAX], where[32];

		snprintf(where, sizeof(where), "line %zu", line->number);
		printf("  %-13s %s\n", where,
		       str_printable(line->text, line->len, shown, sizeof(shown)));
	}
	if (item->total > QUOTED_MAX)
		printf("  %-13s and %zu more lines\n", "", item->total - QUOTED_MAX);
	printf("  %-13s %s\n", "cause", item->row->cause);
	printf("  %-13s %s\n", "fix", item->row->fix);
}

static void print_log(const struct explained_log *log)
{
	if (!log->count)
		printf("%zu line%s read, none of them is a message vmrun knows\n", log->lines,
		       log->lines == 1 ? "" : "s");
	for (size_t i = 0; i < log->count; i++) {
		if (i)
			putchar('\n');
		print_explained(&log->item[i]);
	}
}

int explain_log_show(const struct args *args)
{
	_cleanup_free_ char *text = NULL;
	struct explained_log log;
	struct err e = { 0 };
	size_t len;

	if (input_read(args->log, LOG_BYTES_MAX, &text, &len, &e) < 0) {
		if (e.number == EFBIG)
			err_fix(&e,
				"give the part with the error: `tail -c 8M FILE | vmrun explain "
				"--log -`");
		return report_error(args, &e);
	}
	explain_log(text, len, &log);
	if (args_has(args, JSON))
		print_json(log_json(&log));
	else
		print_log(&log);
	explained_log_done(&log);
	return ERR_NONE;
}
