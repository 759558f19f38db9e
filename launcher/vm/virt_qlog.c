// SPDX-License-Identifier: GPL-2.0-or-later
/* QEMU's log of a guest: its last words, and what libvirt wrote there about its end. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "vm/virt_impl.h"

/* How much of the end of the log is looked at: some lines of QEMU, not its command line. */
#define TAIL_BYTES 4096

/* The end of the log, from the start of a line; NULL where it cannot be read. */
static char *read_tail(const char *embed, const char *name)
{
	_cleanup_free_ char *path = embed ? mem_printf("%s/log/qemu/%s.log", embed, name)
					  : mem_printf("/var/log/libvirt/qemu/%s.log", name);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	_cleanup_free_ char *buf = NULL;
	off_t start = 0;
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	if (st.st_size > TAIL_BYTES)
		start = st.st_size - TAIL_BYTES;
	buf = mem_zalloc(TAIL_BYTES + 1);
	n = pread(fd, buf, TAIL_BYTES, start);
	if (n < 0)
		return NULL;
	if (start) {
		char *newline = strchr(buf, '\n');

		return newline ? mem_strdup(newline + 1) : NULL;
	}
	return take_ptr(buf);
}

/*
 * A line libvirt writes itself: the command line's parts end with a backslash, marks of start and
 * end name themselves.
 */
static bool is_libvirts(const char *line)
{
	size_t len = strlen(line);

	return len == 0 || line[len - 1] == '\\' || strstr(line, ": starting up libvirt version") ||
	       strstr(line, ": shutting down, reason=") || strstr(line, "-msg timestamp=on") ||
	       strstr(line, "char device redirected to");
}

void virt_qlog_tail(const char *embed, const char *name, char *buf, size_t size)
{
	_cleanup_free_ char *tail = read_tail(embed, name);
	_cleanup_free_ char *joined = NULL;
	struct strlist lines = { 0 };
	char *save = NULL;

	buf[0] = '\0';
	if (!tail)
		return;
	for (char *line = strtok_r(tail, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		/* A new start makes what was said before it history. */
		if (strstr(line, ": starting up libvirt version"))
			strlist_done(&lines);
		else if (!is_libvirts(line))
			strlist_add(&lines, line);
	}
	joined = strlist_join(&lines, "\n");
	strlist_done(&lines);
	virt_line(joined, buf, size);
}

bool virt_qlog_reason(const char *embed, const char *name, enum virt_end *ret)
{
	static const struct {
		const char *word;
		enum virt_end end;
	} reasons[] = {
		{ "shutdown", VIRT_SHUTOFF },
		{ "destroyed", VIRT_DESTROYED },
		{ "crashed", VIRT_CRASHED },
		{ "failed", VIRT_CRASHED },
		/* Gone, or deaf, when a driver that was away looked for it again. */
		{ "daemon", VIRT_CRASHED },
		{ "saved", VIRT_SHUTOFF },
		{ "migrated", VIRT_SHUTOFF },
	};
	static const char mark[] = ": shutting down, reason=";
	_cleanup_free_ char *tail = read_tail(embed, name);
	const char *last = NULL;

	for (char *p = tail; p && (p = strstr(p, mark)); last = p)
		p += sizeof(mark) - 1;
	if (!last || strstr(last, ": starting up libvirt version"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (!strncmp(last, reasons[i].word, strlen(reasons[i].word))) {
			*ret = reasons[i].end;
			return true;
		}
	}
	return false;
}

void virt_line(const char *text, char *buf, size_t size)
{
	_cleanup_free_ char *line = mem_zalloc(strlen(text) * 2 + 1);
	size_t len = 0, head;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\n' && text[1] && len) {
			line[len++] = ';';
			line[len++] = ' ';
		} else if (c >= ' ' && c != 0x7f) {
			line[len++] = (char)c;
		}
	}
	while (len && (line[len - 1] == ' ' || line[len - 1] == ';'))
		len--;
	if (len < size) {
		memcpy(buf, line, len);
		buf[len] = '\0';
		return;
	}
	/*
	 * What failed is said at the end, by whom at the start; device arguments in between are
	 * long.
	 */
	head = size / 4;
	memcpy(buf, line, head);
	memcpy(buf + head, " ... ", 5);
	memcpy(buf + head + 5, line + len - (size - 1 - head - 5), size - 1 - head - 5);
	buf[size - 1] = '\0';
}
