// SPDX-License-Identifier: GPL-2.0-or-later
/* The ROM files a profile names. */
#include "cmd/romfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "model/rom.h"

static int unreadable(struct err *e, int number, const char *what)
{
	err_set(e, ERR_PROFILE, number, NULL, "%s: %s", what, strerror(number));
	return err_fix(
		e,
		"name the file that holds the ROM, or leave rom out: then the guest sees the card's own");
}

/* The whole file, one byte more than a ROM may have at most; opening never waits for the other end of a pipe. */
static int read_rom(const char *path, uint8_t **ret, size_t *ret_len, struct err *e)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	_cleanup_free_ uint8_t *data = NULL;
	struct stat st;
	size_t used = 0;
	ssize_t n = 1;

	if (fd < 0 || fstat(fd, &st) < 0)
		return unreadable(e, errno, "cannot read the ROM");
	if (!S_ISREG(st.st_mode) || st.st_size > (off_t)ROM_SIZE_MAX)
		return unreadable(e, S_ISREG(st.st_mode) ? EFBIG : EINVAL,
				  "is no file that can hold a ROM");
	data = mem_zalloc((size_t)st.st_size + 1);
	while (n > 0 && used < (size_t)st.st_size) {
		n = read(fd, data + used, (size_t)st.st_size - used);
		if (n < 0)
			return unreadable(e, errno, "cannot read the ROM");
		used += (size_t)n;
	}
	*ret = take_ptr(data);
	*ret_len = used;
	return 0;
}

static int check(const struct plan *plan, const struct pick *pick, struct err *e)
{
	const struct device *dev = &plan->host->devices[pick->device];
	_cleanup_free_ uint8_t *data = NULL;
	struct rom rom;
	size_t len = 0;
	int r = read_rom(pick->want->rom, &data, &len, e);

	if (r == 0)
		r = rom_parse(data, len, &rom, e);
	if (r == 0)
		r = rom_check(&rom, dev->vendor, dev->device,
			      plan->profile->firmware != FIRMWARE_BIOS, e);
	if (r < 0)
		err_wrap(e, "%s:%u: %s: %s", plan->profile->file, pick->want->line, pick->want->id,
			 pick->want->rom);
	return r;
}

int romfile_check(const struct plan *plan, bool live, struct err *e)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pick *pick = &plan->picks.item[i];
		int r;

		if (!pick->want->rom || !strcmp(pick->want->rom, "off") || !pick->asked)
			continue;
		r = check(plan, pick, e);
		if (r == -ENOENT && !live)
			continue;
		if (r < 0)
			return r;
	}
	return 0;
}
