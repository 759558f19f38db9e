// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of privilege: which capabilities a process has, as the kernel says it, before, within and after brackets. */
#include "act/privs.h"

#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/root.h"
#include "base/split.h"
#include "cmd/cmd.h"
#include "survey/survey.h"
#include "unit/suite.h"

#define MASK(cap) (1ULL << CAP_##cap)
#define SERVICE_UID 1000

/* A set of this thread as /proc/thread-self/status has it: "CapEff", "NoNewPrivs". */
static unsigned long long status(const char *name)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/thread-self/status", "r");
	char line[256];
	size_t len = strlen(name);

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, name, len) && line[len] == ':')
			return strtoull(line + len + 1, NULL, strncmp(name, "Cap", 3) ? 10 : 16);
	ck_abort_msg("no %s", name);
}

/* Whether this test is run by a root that has what it needs; says so where not. */
static bool is_root(const char *what)
{
	const unsigned long long wanted = MASK(SETPCAP) | MASK(SETUID) | MASK(SYS_ADMIN) |
					  MASK(CHOWN);

	if (geteuid() == 0 && (status("CapPrm") & wanted) == wanted)
		return true;
	printf("SKIP %s: needs root's capabilities\n", what);
	return false;
}

/* What is given up for good must not be given up by the test program itself. */
static void in_child(void (*test)(void))
{
	pid_t pid = fork();
	int result = -1;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		test();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &result, 0), pid);
	ck_assert_msg(WIFEXITED(result) && WEXITSTATUS(result) == 0, "the child ended with %#x",
		      (unsigned int)result);
}

#define HAS(name, mask)                                                                        \
	do {                                                                                   \
		unsigned long long has_ = status(name), wanted_ = (mask);                      \
		if (has_ != wanted_) {                                                         \
			fprintf(stderr, "%d: %s is %llx, wanted %llx\n", __LINE__, name, has_, \
				wanted_);                                                      \
			_exit(1);                                                              \
		}                                                                              \
	} while (0)

static void check_brackets(void)
{
	if (privs_begin(PRIVS_SURVEY, NULL) < 0)
		_exit(2);
	HAS("CapEff", 0);
	HAS("CapInh", 0);
	HAS("CapPrm", MASK(DAC_READ_SEARCH) | MASK(SYS_ADMIN) | MASK(SYSLOG) | MASK(SYS_PTRACE) |
			      MASK(NET_ADMIN));
	{
		BRACKET(CONFIG);

		HAS("CapEff", MASK(SYS_ADMIN));
		{
			BRACKET(LOG);

			HAS("CapEff", MASK(SYS_ADMIN) | MASK(SYSLOG));
		}
		HAS("CapEff", MASK(SYS_ADMIN));
		{
			/* Not permitted any more. */
			BRACKET(WRITE);

			HAS("CapEff", MASK(SYS_ADMIN));
		}
	}
	HAS("CapEff", 0);
	if (privs_keep(NEED_BIT(LOG), NULL) < 0)
		_exit(3);
	HAS("CapPrm", MASK(SYSLOG));
	HAS("CapEff", 0);
	if (privs_ordinary() || !privs_have(NEED_BIT(LOG)) || privs_have(NEED_BIT(CONFIG)))
		_exit(4);
}

/* Capabilities are each thread's: a bracket in one puts nothing into effect in another. */
static void read_in_part(void *context, size_t part, size_t begin, size_t end)
{
	pthread_barrier_t *both = context;

	(void)begin;
	(void)end;
	HAS("CapEff", 0);
	if (part == 0) {
		BRACKET(CONFIG);

		pthread_barrier_wait(both);
		HAS("CapEff", MASK(SYS_ADMIN));
		pthread_barrier_wait(both);
	} else {
		pthread_barrier_wait(both);
		HAS("CapEff", 0);
		{
			BRACKET(LOG);

			HAS("CapEff", MASK(SYSLOG));
		}
		pthread_barrier_wait(both);
	}
	HAS("CapEff", 0);
}

static void check_threads(void)
{
	pthread_barrier_t both;

	if (pthread_barrier_init(&both, NULL, 2) || privs_begin(PRIVS_SURVEY, NULL) < 0)
		_exit(2);
	split_work(2, 1, read_in_part, &both);
	HAS("CapEff", 0);
}

START_TEST(brackets_of_threads)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0 || CPU_COUNT(&set) < 2)
		printf("SKIP brackets_of_threads: needs two processors\n");
	else if (is_root("brackets_of_threads"))
		in_child(check_threads);
}
END_TEST

START_TEST(brackets)
{
	if (is_root("brackets"))
		in_child(check_brackets);
}
END_TEST

static void check_child(void)
{
	if (privs_begin(PRIVS_ALL, NULL) < 0 || privs_child(NEED_BIT(WRITE), NULL) < 0)
		_exit(2);
	HAS("CapEff", 0);
	HAS("CapPrm", MASK(DAC_OVERRIDE));
	HAS("CapBnd", 0);
	HAS("NoNewPrivs", 1);
	if (fork() == 0) {
		BRACKET(WRITE);

		HAS("CapEff", MASK(DAC_OVERRIDE));
	} else {
		int result = 0;

		if (wait(&result) < 0 || result)
			_exit(3);
	}
	if (privs_child(0, NULL) < 0)
		_exit(4);
	HAS("CapPrm", 0);
	HAS("CapBnd", 0);
}

START_TEST(children)
{
	if (is_root("children"))
		in_child(check_child);
}
END_TEST

/* As systemd starts a unit with User= and AmbientCapabilities=. */
static void become_service(void)
{
	static const int caps[] = { CAP_DAC_OVERRIDE, CAP_SYS_ADMIN, CAP_SETPCAP };
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 ||
	    setresuid(SERVICE_UID, SERVICE_UID, SERVICE_UID) < 0)
		_exit(10);
	for (size_t i = 0; i < ARRAY_SIZE(caps); i++)
		data[caps[i] / 32].permitted |= 1U << caps[i] % 32;
	data[0].inheritable = data[0].effective = data[0].permitted;
	if (syscall(SYS_capset, &header, data) < 0)
		_exit(11);
	for (size_t i = 0; i < ARRAY_SIZE(caps); i++)
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, caps[i], 0, 0) < 0)
			_exit(12);
}

static void check_service(void)
{
	become_service();
	HAS("CapAmb", MASK(DAC_OVERRIDE) | MASK(SYS_ADMIN) | MASK(SETPCAP));
	if (privs_begin(PRIVS_CHANGE | NEED_BIT(CONFIG), NULL) < 0 || privs_ordinary())
		_exit(2);
	HAS("CapAmb", 0);
	HAS("CapInh", 0);
	HAS("CapEff", 0);
	HAS("CapPrm", MASK(DAC_OVERRIDE) | MASK(SYS_ADMIN));
	{
		BRACKET(WRITE);

		HAS("CapEff", MASK(DAC_OVERRIDE));
	}
	HAS("CapEff", 0);
}

START_TEST(service)
{
	if (is_root("service"))
		in_child(check_service);
}
END_TEST

static void check_user(void)
{
	struct err e = { 0 };

	if (setresuid(SERVICE_UID, SERVICE_UID, SERVICE_UID) < 0 ||
	    privs_begin(PRIVS_ALL, NULL) < 0 || !privs_ordinary())
		_exit(2);
	HAS("CapPrm", 0);
	{
		BRACKET(WRITE);

		HAS("CapEff", 0);
	}
	if (privs_require(NEED_BIT(MODULE) | NEED_BIT(WRITE), &e) == 0 || e.kind != ERR_PRIVILEGE)
		_exit(3);
	if (strcmp(e.message,
		   "changing the host needs CAP_DAC_OVERRIDE (to write driver_override, bind and unbind; keep the "
		   "journal), CAP_SYS_MODULE (to load vfio-pci)"))
		_exit(4);
	if (privs_child(0, NULL) < 0)
		_exit(5);
	HAS("NoNewPrivs", 1);
}

START_TEST(ordinary_user)
{
	if (is_root("ordinary_user"))
		in_child(check_user);
}
END_TEST

static void expect_none(void *observer, const struct root_seen *seen)
{
	size_t *looks = observer;

	(void)seen;
	HAS("CapEff", 0);
	(*looks)++;
}

/* What a look yields is handed on, and parsed, with nothing in effect; at each of them the kernel is asked. */
static void check_survey(void)
{
	struct host host = { 0 };
	struct root root;
	size_t looks = 0;

	if (privs_begin(PRIVS_SURVEY, NULL) < 0 || root_open("/", &root, NULL) < 0)
		_exit(2);
	root.observe = expect_none;
	root.observer = &looks;
	if (survey_scan(&root, &host, NULL) == 0)
		host_done(&host);
	HAS("CapEff", 0);
	if (looks < 5)
		_exit(3);
	root_close(&root);
}

START_TEST(survey)
{
	if (is_root("survey"))
		in_child(check_survey);
}
END_TEST

/* Nothing is kept by forgetting to say what a verb needs. */
START_TEST(verbs)
{
	for (size_t i = 0; commands[i]; i++) {
		ck_assert_msg(commands[i]->needs, "%s does not say what it needs",
			      commands[i]->name);
		for (size_t j = 0; commands[i]->verbs && commands[i]->verbs[j]; j++)
			ck_assert_msg(commands[i]->verbs[j]->needs, "%s does not say what it needs",
				      commands[i]->verbs[j]->name);
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("privs");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, brackets);
	tcase_add_test(tests, brackets_of_threads);
	tcase_add_test(tests, children);
	tcase_add_test(tests, service);
	tcase_add_test(tests, ordinary_user);
	tcase_add_test(tests, survey);
	tcase_add_test(tests, verbs);
	return suite_run("privs", tests);
}
