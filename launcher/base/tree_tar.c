// SPDX-License-Identifier: GPL-2.0-or-later
/* A tree of files as a tar archive. */
#include "base/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/root.h"

/* POSIX.1-2017, pax: blocks of 512 bytes, the ustar header, and extended headers for what is too long for it. */
#define BLOCK 512
#define NAME_MAX_LEN 100

struct ustar {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], chksum[8], typeflag;
	char linkname[100], magic[6], version[2], uname[32], gname[32], devmajor[8], devminor[8];
	char prefix[155], padding[12];
};
_Static_assert(sizeof(struct ustar) == BLOCK, "a header is a block");

/* A field without a terminator where it is full. */
static void put_text(char *field, size_t size, const char *text)
{
	memcpy(field, text, strnlen(text, size));
}

static void put_octal(char *field, size_t size, size_t value)
{
	_cleanup_free_ char *text = mem_printf("%0*zo", (int)size - 1, value);

	memcpy(field, text, size);
}

static void put_padded(FILE *out, const char *data, size_t len)
{
	static const char zeros[BLOCK];

	/* An empty file has no bytes to point at. */
	if (!len)
		return;
	fwrite(data, 1, len, out);
	fwrite(zeros, 1, (BLOCK - len % BLOCK) % BLOCK, out);
}

/* Nothing of the host it was written on: no owner, no time. */
static void put_header(FILE *out, char type, const char *path, const char *link, unsigned int mode,
		       size_t size)
{
	struct ustar header = { .typeflag = type, .magic = "ustar", .version = { '0', '0' } };
	unsigned int sum = 0;

	put_text(header.name, sizeof(header.name), path);
	put_text(header.linkname, sizeof(header.linkname), link);
	put_octal(header.mode, sizeof(header.mode), mode);
	put_octal(header.uid, sizeof(header.uid), 0);
	put_octal(header.gid, sizeof(header.gid), 0);
	put_octal(header.size, sizeof(header.size), size);
	put_octal(header.mtime, sizeof(header.mtime), 0);
	memset(header.chksum, ' ', sizeof(header.chksum));
	for (size_t i = 0; i < sizeof(header); i++)
		sum += ((const unsigned char *)&header)[i];
	put_octal(header.chksum, sizeof(header.chksum) - 1, sum);
	fwrite(&header, 1, sizeof(header), out);
}

/* "LENGTH KEY=VALUE\n", the length counting itself. */
static char *record_of(const char *key, const char *value)
{
	size_t rest = strlen(key) + strlen(value) + strlen(" =\n"), len = rest;

	for (size_t digits = 1;; digits++) {
		char text[24];

		len = rest + digits;
		if ((size_t)snprintf(text, sizeof(text), "%zu", len) == digits)
			return mem_printf("%zu %s=%s\n", len, key, value);
	}
}

static void put_entry(FILE *out, char type, const char *path, const char *link, unsigned int mode,
		      size_t size)
{
	_cleanup_free_ char *path_record = record_of("path", path),
			    *link_record = record_of("linkpath", link), *records = NULL;

	records = mem_printf("%s%s", strlen(path) > NAME_MAX_LEN ? path_record : "",
			     strlen(link) > NAME_MAX_LEN ? link_record : "");
	if (*records) {
		put_header(out, 'x', "pax", "", 0600, strlen(records));
		put_padded(out, records, strlen(records));
	}
	put_header(out, type, path, link, mode, size);
}

static void put_below(FILE *out, const struct tree *dir, const char *above)
{
	_cleanup_free_ char *self = mem_printf("%s/", above);

	put_entry(out, '5', self, "", 0700, 0);
	if (!dir->count) {
		_cleanup_free_ char *empty = mem_printf("%s/" ROOT_EMPTY, above);

		put_entry(out, '0', empty, "", 0600, 0);
	}
	for (size_t i = 0; i < dir->count; i++) {
		const struct tree *node = dir->child[i];
		_cleanup_free_ char *path = mem_printf("%s/%s", above, node->name);

		switch (node->kind) {
		case TREE_DIR:
			put_below(out, node, path);
			break;
		case TREE_LINK:
			put_entry(out, '2', path, node->data, 0777, 0);
			break;
		case TREE_SEALED:
			put_entry(out, '2', path, node->name, 0777, 0);
			break;
		case TREE_NAME:
		case TREE_FILE:
			put_entry(out, '0', path, "", 0600, node->len);
			put_padded(out, node->data, node->len);
			break;
		}
	}
}

char *tree_tar(const struct tree *tree, const char *name, size_t *ret_len)
{
	static const char end[2 * BLOCK];
	char *bytes = NULL;
	FILE *out = open_memstream(&bytes, ret_len);

	if (!out)
		abort();
	put_below(out, tree, name);
	fwrite(end, 1, sizeof(end), out);
	if (fclose(out) == EOF)
		abort();
	return bytes;
}
