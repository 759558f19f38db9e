// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun capture: what a survey of this host learns, as a directory that answers the same elsewhere. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cmd/capture_dir.h"
#include "cmd/cmd.h"
#include "survey/facts.h"
#include "survey/hostfacts.h"
#include "survey/klog.h"
#include "survey/private.h"
#include "survey/record.h"

static int parse_keep(const struct strlist *words, unsigned int *ret, struct err *e)
{
	*ret = 0;
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->item[i];

		if (!strcmp(word, "cmdline"))
			*ret |= PRIVATE_CMDLINE;
		else if (!strcmp(word, "log"))
			*ret |= PRIVATE_LOG;
		else if (!strcmp(word, "ids"))
			*ret |= PRIVATE_IDS;
		else if (!strcmp(word, "all"))
			*ret |= PRIVATE_CMDLINE | PRIVATE_IDS | PRIVATE_LOG;
		else
			return err_set(e, ERR_USAGE, EINVAL, NULL,
				       "--keep is cmdline, log, ids or all, not \"%s\"", word);
	}
	return 0;
}

static void put_facts(const struct host *host, const struct hostfacts *measured, struct tree *tree)
{
	_cleanup_json_ struct json *facts = facts_collect(host);
	_cleanup_free_ char *text = NULL;

	json_put(facts, "host_check", hostfacts_collect(measured));
	text = json_text(facts);
	tree_set(tree_child(tree, "facts.json"), TREE_FILE, text, strlen(text));
}

/* The kernel's log: whole, or the few lines that were understood. */
static void put_log(const struct scene *scene, const struct hostfacts *measured, struct tree *tree,
		    unsigned int keep)
{
	_cleanup_free_ char *text = keep & PRIVATE_LOG && scene->root.live ? klog_read() : NULL;

	/* A log that is a file has been recorded. */
	if (keep & PRIVATE_LOG && !scene->root.live)
		return;
	if (!text)
		text = hostfacts_compose_log(&scene->host.klog, &measured->says,
					     keep & PRIVATE_CMDLINE);
	if (text)
		tree_set(tree_child(tree, "dmesg"), TREE_FILE, text, strlen(text));
}

static void count_file(void *context, struct tree *node, const char *path)
{
	(void)path;
	if (node->kind == TREE_FILE)
		++*(size_t *)context;
}

static void count(struct strlist *list, size_t number, const char *one, const char *several)
{
	if (number)
		strlist_addf(list, "%zu %s", number, number == 1 ? one : several);
}

static void report(const char *path, const struct scene *scene, struct tree *tree,
		   const struct redactor *redactor, unsigned int keep)
{
	_cleanup_free_ char *joined = NULL;
	struct strlist list = { 0 };
	size_t files = 0;

	tree_walk(tree, count_file, &files);
	fprintf(stderr, "captured %zu PCI functions, %zu files: %s%s\n", scene->host.device_count,
		files, capture_is_archive(path) ? "tar -xf " : "vmrun survey --sysroot ", path);
	if (!scene->host.privileged)
		fprintf(stderr,
			"  without root's privilege, so what takes it is not measured there either\n");
	count(&list, redactor->met[REDACT_DSN].count + redactor->met[REDACT_SERIAL].count,
	      "serial number", "serial numbers");
	count(&list, redactor->met[REDACT_MAC].count, "MAC address", "MAC addresses");
	count(&list, redactor->met[REDACT_UUID].count, "UUID", "UUIDs");
	count(&list, redactor->met[REDACT_LABEL].count, "label", "labels");
	joined = strlist_join(&list, ", ");
	if (list.count)
		fprintf(stderr, "  replaced by tokens: %s\n", joined);
	if (!(keep & PRIVATE_CMDLINE))
		fprintf(stderr,
			"  kernel command line: only the parameters that bear on devices\n");
	if (!(keep & PRIVATE_LOG))
		fprintf(stderr, "  kernel log: only the lines that bear on devices\n");
	fprintf(stderr,
		"  names of mount points, volumes and guests are in it: look before you publish it\n");
	strlist_done(&list);
}

static int capture_to(const struct args *args, struct scene *scene, struct record *record,
		      unsigned int keep, struct err *e)
{
	char hostname[256] = "";
	struct redactor redactor = { 0 };
	struct tree *tree = record_tree(record);
	struct hostfacts measured;
	int r = scene_survey(scene, e);

	if (r < 0)
		return r;
	hostfacts_scan(&scene->root, &scene->host, &measured);
	if (scene->root.live && gethostname(hostname, sizeof(hostname) - 1) == 0)
		redactor.hostname = hostname;
	if (!(keep & PRIVATE_IDS))
		redact_host(&redactor, &scene->host);
	put_log(scene, &measured, tree, keep);
	private_redact(tree, &redactor, keep);
	/* Afterwards, for tokens are in it already. */
	put_facts(&scene->host, &measured, tree);
	hostfacts_done(&measured);
	r = capture_dir_write(args->words[0], tree, e);
	if (r == 0 && !args_has(args, QUIET))
		report(args->words[0], scene, tree, &redactor, keep);
	redact_done(&redactor);
	return r;
}

static int run_capture(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	struct record *record;
	struct err e = { 0 };
	unsigned int keep;
	int r = parse_keep(&args->keep, &keep, &e);

	if (r == 0)
		r = capture_dir_check(args->words[0], &e);
	if (r == 0)
		r = scene_open(args, false, &scene, &e);
	if (r < 0)
		return report_error(args, &e);
	record = record_new(&scene.root);
	r = capture_to(args, &scene, record, keep, &e);
	record_free(record);
	return r < 0 ? report_error(args, &e) : ERR_NONE;
}

const struct command command_capture = {
	.name = "capture",
	.synopsis = "DIR|NAME.tar",
	.help = "copy what survey learns into DIR, so that --sysroot=DIR answers the same elsewhere",
	.options = OPT(SYSROOT) | OPT(KEEP),
	.min_words = 1,
	.max_words = 1,
	.needs = PRIVS_SURVEY | NEED_BIT(WRITE),
	.run = run_capture,
};
