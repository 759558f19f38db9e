// SPDX-License-Identifier: GPL-2.0-or-later
/* What is written on block devices where file systems and volume managers sign. The only user of libblkid. */
#include "survey/probe.h"

#include <blkid/blkid.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

/* Children at a time: each is a process, and reads a disk. */
#define CHILDREN_MAX 32

/* A disk has at most 128 partitions by default, and a label 256 bytes. */
#define ANSWER_MAX 65536

/* Of the processor's time; libblkid needs next to none. */
#define CHILD_SECONDS 10

/** struct child - the reader of one disk; @fd is -1 once it has been heard out */
struct child {
	struct probe_job *job;
	pid_t pid;
	int fd;
	char *answer;
	size_t len;
};

/* What the disk says of itself can from here on harm nobody: no capability, no new descriptor, no program. */
static bool give_up_everything(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };
	const struct rlimit nothing = { 0, 0 }, seconds = { CHILD_SECONDS, CHILD_SECONDS };

	return setrlimit(RLIMIT_NOFILE, &nothing) == 0 && setrlimit(RLIMIT_FSIZE, &nothing) == 0 &&
	       setrlimit(RLIMIT_NPROC, &nothing) == 0 && setrlimit(RLIMIT_CORE, &nothing) == 0 &&
	       setrlimit(RLIMIT_CPU, &seconds) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_capset, &head, none) == 0;
}

static const char *value_of(blkid_probe probe, const char *name)
{
	const char *value;

	return blkid_probe_lookup_value(probe, name, &value, NULL) == 0 ? value : "";
}

/* One line: number of the node, type, label. Nothing for a node with nothing on it. */
static void tell_node(int fd, size_t number, FILE *out)
{
	blkid_probe probe = blkid_new_probe();

	if (!probe || blkid_probe_set_device(probe, fd, 0, 0) < 0)
		return;
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL);
	/* Several signatures in one place: each is told. */
	if (blkid_do_safeprobe(probe) == 0) {
		fprintf(out, "%zu\t%s\t%s\n", number, value_of(probe, "TYPE"),
			value_of(probe, "LABEL"));
	} else {
		blkid_reset_probe(probe);
		while (blkid_do_probe(probe) == 0)
			fprintf(out, "%zu\t%s\t%s\n", number, value_of(probe, "TYPE"),
				value_of(probe, "LABEL"));
	}
	blkid_free_probe(probe);
}

static void __attribute__((noreturn))
child_main(const struct root *root, const struct probe_job *job, int to)
{
	size_t count = job->nodes.count;
	int *fds = mem_zalloc((count + 1) * sizeof(*fds));
	FILE *out = fdopen(to, "w");

	for (size_t i = 0; i < count; i++)
		fds[i] =
			root_openat(root, job->nodes.item[i] + 1, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (!out || !give_up_everything())
		_exit(1);
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			tell_node(fds[i], i, out);
	fputs("end\n", out);
	_exit(fflush(out) == 0 ? 0 : 1);
}

static bool start(const struct root *root, struct probe_job *job, struct child *ret)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	*ret = (struct child){ .job = job, .fd = ends[0], .pid = fork() };
	if (ret->pid == 0)
		child_main(root, job, ends[1]);
	close(ends[1]);
	if (ret->pid > 0)
		return true;
	close(ends[0]);
	return false;
}

static void hear(struct child *child)
{
	ssize_t n;

	if (!child->answer)
		child->answer = mem_zalloc(ANSWER_MAX + 1);
	n = read(child->fd, child->answer + child->len, ANSWER_MAX - child->len);
	if (n < 0 && errno == EINTR)
		return;
	if (n > 0) {
		child->len += (size_t)n;
		return;
	}
	close(child->fd);
	child->fd = -1;
}

/* Until every child has been heard out, or the time is over. */
static void hear_all(struct child *children, size_t count, int64_t deadline)
{
	for (;;) {
		struct pollfd polls[CHILDREN_MAX];
		int64_t left = deadline - clock_ms();
		size_t open = 0;

		for (size_t i = 0; i < count; i++) {
			polls[i] = (struct pollfd){ .fd = children[i].fd, .events = POLLIN };
			open += children[i].fd >= 0;
		}
		if (!open || left <= 0 || (poll(polls, count, (int)left) < 0 && errno != EINTR))
			return;
		for (size_t i = 0; i < count; i++)
			if (polls[i].fd >= 0 && polls[i].revents)
				hear(&children[i]);
	}
}

static bool printable(const char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			return false;
	return true;
}

static void take_line(struct probe_job *job, char *line)
{
	char *type = strchr(line, '\t'), *label = type ? strchr(type + 1, '\t') : NULL, *end;
	unsigned long number = strtoul(line, &end, 10);

	if (!strcmp(line, "end"))
		job->known = true;
	if (!label || end != type || number >= job->nodes.count)
		return;
	*type++ = '\0';
	*label++ = '\0';
	if (!*type || !printable(type))
		return;
	*mem_append(&job->found, &job->found_count) = (struct signature){
		.name = mem_strdup(job->nodes.item[number]),
		.type = mem_strdup(type),
		.label = *label && printable(label) ? mem_strdup(label) : NULL,
	};
}

/* One that cannot be killed, for the kernel waits for the disk, is nobody's any more; it ends with the disk. */
static void end(struct child *child)
{
	char *save = NULL;

	if (child->fd >= 0) {
		kill(child->pid, SIGKILL);
		close(child->fd);
		waitpid(child->pid, NULL, WNOHANG);
	} else {
		while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	for (char *line = child->answer ? strtok_r(child->answer, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		take_line(child->job, line);
	free(child->answer);
}

void probe_run(const struct root *root, struct probe_job *jobs, size_t count, int timeout_ms)
{
	int64_t deadline = clock_ms() + timeout_ms;

	for (size_t first = 0; first < count; first += CHILDREN_MAX) {
		struct child children[CHILDREN_MAX];
		size_t started = 0;

		for (size_t i = first; i < count && i < first + CHILDREN_MAX; i++)
			started += start(root, &jobs[i], &children[started]);
		hear_all(children, started, deadline);
		for (size_t i = 0; i < started; i++)
			end(&children[i]);
	}
}
