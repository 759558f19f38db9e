// SPDX-License-Identifier: GPL-2.0-or-later
/* Which libvirt connection a guest is started through, and as which user QEMU runs there. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "act/privs.h"
#include "act/state.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/num.h"
#include "vm/virt_impl.h"

/* qemu.conf is one large comment of some 30 KiB. */
#define CONF_MAX (1024 * 1024)

/*
 * The longest socket of libvirt and QEMU below the root is lib/qemu/domain-ID-NAME/monitor.sock,
 * with a NAME cut to 20 characters: 56 more than the root itself. The kernel takes 107.
 */
#define EMBED_PATH_MAX (sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1 - 56)
#define EMBED_ID_MAX 16

/*
 * Value of a key of /etc/libvirt/qemu.conf without its quotes, or NULL: not set, or the file is not
 * ours to read (it may hold passwords). The last line that sets it wins, as for libvirt.
 */
static char *conf_value(const struct root *root, const char *key)
{
	_cleanup_free_ char *text = NULL;
	char *value = NULL, *save = NULL;
	size_t len = strlen(key);

	if (root_read(root, "etc/libvirt/qemu.conf", CONF_MAX, &text, NULL))
		return NULL;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *p = line + strspn(line, " \t");

		if (strncmp(p, key, len) != 0)
			continue;
		p += len;
		p += strspn(p, " \t");
		if (*p++ != '=')
			continue;
		p += strspn(p, " \t\"'");
		p[strcspn(p, " \t\r\"'#")] = '\0';
		free(value);
		value = mem_strdup(p);
	}
	return value;
}

/*
 * Entry of a user, by name or as libvirt also takes it by number ("+1000", "1000"); NULL where
 * there is none.
 */
static struct passwd *user_entry(const struct root *root, const char *text)
{
	_cleanup_fclose_ FILE *file = NULL;
	struct passwd *pw = NULL;
	uint64_t uid = UINT32_MAX;
	int fd;

	(void)num_parse(text[0] == '+' ? text + 1 : text, 10, UINT32_MAX - 1, &uid);
	if (root->live) {
		pw = getpwnam(text);
		return pw || uid == UINT32_MAX ? pw : getpwuid((uid_t)uid);
	}
	/* A captured host has users of its own. */
	fd = root_openat(root, "etc/passwd", O_RDONLY);
	file = fd < 0 ? NULL : fdopen(fd, "r");
	while (file && (pw = fgetpwent(file)) && strcmp(pw->pw_name, text) != 0 &&
	       pw->pw_uid != uid)
		;
	return pw;
}

/* Fills user, uid and gid of @where; with @any also for uid 0. */
static bool take_user(const struct root *root, const char *text, bool any, struct virt_where *where)
{
	const struct passwd *pw = user_entry(root, text);

	if (!pw || (!any && pw->pw_uid == 0))
		return false;
	free(where->user);
	where->user = mem_strdup(pw->pw_name);
	where->uid = pw->pw_uid;
	where->gid = pw->pw_gid;
	return true;
}

/*
 * The user libvirt runs QEMU as: user= of its configuration, else what distributions build in. The
 * embedded driver never runs as root (@any is false then): as root without capabilities it does not
 * work, and with them QEMU would have them.
 */
static int find_qemu_user(const struct root *root, bool any, struct virt_where *where,
			  struct err *e)
{
	static const char *const usual[] = { "libvirt-qemu", "qemu" };
	_cleanup_free_ char *configured = conf_value(root, "user");

	if (configured && take_user(root, configured, any, where))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		if (take_user(root, usual[i], any, where))
			return 0;
	err_set(e, ERR_PRIVILEGE, ENOENT, NULL,
		"there is no user to run QEMU as (libvirt-qemu or qemu)");
	err_fix(e,
		"install libvirt's QEMU driver: libvirt-daemon-system on Debian, libvirt-daemon-driver-qemu on "
		"Fedora; or run vmrun as an ordinary user");
	return -ENOENT;
}

/* This process's own user. */
static void take_ourselves(struct virt_where *where)
{
	const struct passwd *pw = getpwuid(geteuid());

	where->uid = geteuid();
	where->gid = getegid();
	where->user = mem_strdup(pw ? pw->pw_name : NULL);
}

/*
 * The system daemon hands nodes out itself, unless told not to; then they must belong to the user
 * it runs QEMU as.
 */
static int describe_system(const struct root *root, struct virt_where *where, struct err *e)
{
	_cleanup_free_ char *dynamic = conf_value(root, "dynamic_ownership");

	where->owns_nodes = !dynamic || strcmp(dynamic, "0") != 0;
	return where->owns_nodes ? 0 : find_qemu_user(root, true, where, e);
}

/*
 * Name of the guest's directory: the guest's own where that is short and plain, else its start and
 * a hash (FNV-1a).
 */
static char *embed_id(const char *guest)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t same = strspn(guest, plain);
	uint32_t hash = 2166136261U;

	if (guest[same] == '\0' && same > 0 && same <= EMBED_ID_MAX)
		return mem_strdup(guest);
	for (const char *p = guest; *p; p++)
		hash = (hash ^ (uint8_t)*p) * 16777619U;
	if (same > EMBED_ID_MAX - 9)
		same = EMBED_ID_MAX - 9;
	return mem_printf("%.*s.%08x", (int)same, guest, hash);
}

/* Where the embedded driver's root goes: beside the state, root's or the user's. */
static char *embed_default(const char *guest, bool privileged)
{
	_cleanup_free_ char *id = embed_id(guest);
	_cleanup_free_ char *dir = privileged ? mem_strdup("/run/vmrun") : state_user_directory();

	return mem_printf("%s/embed/%s", dir, id);
}

static int bad_root(struct err *e, int number, const char *dir, const char *what)
{
	err_set(e, ERR_VIRT, number, dir, "the embedded driver's root %s", what);
	return err_fix(
		e,
		"name an absolute path of at most %zu characters: qemu:///embed?root=/run/guest; without "
		"--connect one is chosen",
		EMBED_PATH_MAX);
}

/* Fills @where for the embedded driver with its root directory @dir. */
static int describe_embed(const struct root *root, const char *dir, bool privileged,
			  struct virt_where *where, struct err *e)
{
	if (dir[0] != '/' || strpbrk(dir, "%&?# ;") || strstr(dir, "/../"))
		return bad_root(e, EINVAL, dir, "must be a plain absolute path");
	if (strlen(dir) > EMBED_PATH_MAX)
		return bad_root(e, ENAMETOOLONG, dir, "is too long for the paths of its sockets");
	where->embed = mem_strdup(dir);
	if (privileged)
		return find_qemu_user(root, false, where, e);
	take_ourselves(where);
	return 0;
}

/* What follows @prefix in @text, or NULL. */
static const char *after(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(text, prefix, len) ? NULL : text + len;
}

/* Whether a URI's path is @path, with or without parameters. */
static bool path_is(const char *text, const char *path)
{
	const char *rest = text ? after(text, path) : NULL;

	return rest && (*rest == '\0' || *rest == '?');
}

/* Fills @where for a URI that was named by somebody, @by. */
static int describe_uri(const struct root *root, const char *uri, const char *by, bool privileged,
			struct virt_where *where, struct err *e)
{
	const char *path = after(uri, "qemu:///"), *dir = path ? after(path, "embed?root=") : NULL;

	if (!path)
		path = after(uri, "qemu+unix:///");
	where->uri = mem_strdup(uri);
	where->why = mem_printf("%s (%s)", uri, by);
	if (dir)
		return describe_embed(root, dir, privileged, where, e);
	if (path_is(path, "system"))
		return describe_system(root, where, e);
	if (path_is(path, "session")) {
		take_ourselves(where);
		where->limit_known = root->live &&
				     virt_session_limit(root, &where->limit_bytes) > 0;
		return 0;
	}
	/* libvirt's own driver for tests touches no device. */
	if (after(uri, "test:///")) {
		where->owns_nodes = true;
		return 0;
	}
	err_set(e, ERR_VIRT, EINVAL, uri,
		"%s is not a connection to QEMU on this host, where the devices are", by);
	return err_fix(e, "use qemu:///system, qemu:///session or qemu:///embed?root=DIR");
}

/*
 * Connects to a daemon's socket and hangs up; 0, or -errno: -ENOENT and -ECONNREFUSED are "no
 * daemon".
 */
static int try_socket(const char *path)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (fd < 0)
		return -errno;
	strncpy(addr.sun_path, path, sizeof(addr.sun_path) - 1);
	/* A full backlog (EAGAIN) is a daemon, too. */
	if (connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) < 0 && errno != EAGAIN)
		return -errno;
	return 0;
}

/* Nobody named a connection: the system daemon where it answers, else no daemon at all. */
static int describe_default(const struct root *root, const char *guest, bool privileged,
			    struct virt_where *where, struct err *e)
{
	_cleanup_free_ char *dir = NULL;
	bool refused = false;
	int r;

	if (!root->live)
		return describe_uri(root, "qemu:///system",
				    "assumed: a captured host does not answer", privileged, where,
				    e);
	r = try_socket("/run/libvirt/virtqemud-sock");
	refused = r == -EACCES || r == -EPERM;
	if (r)
		r = try_socket("/run/libvirt/libvirt-sock");
	refused = refused || r == -EACCES || r == -EPERM;
	if (!r)
		return describe_uri(root, "qemu:///system", "its socket answers", privileged, where,
				    e);
	dir = embed_default(guest, privileged);
	r = describe_embed(root, dir, privileged, where, e);
	if (r)
		return r;
	where->fallback = refused ? "refuses us" : "does not answer";
	where->uri = mem_printf("qemu:///embed?root=%s", dir);
	where->why = mem_printf(
		"libvirt's embedded driver as user %s (%s)", where->user ? where->user : "?",
		refused ? "qemu:///system refuses us" : "no libvirt daemon answers");
	return 0;
}

int virt_choose(const struct root *root, const char *option, const char *profile, const char *guest,
		struct virt_where *ret, struct err *e)
{
	/* The environment is about the running host. */
	const char *own = root->live ? getenv("VMRUN_URI") : NULL;
	const char *theirs = root->live ? getenv("LIBVIRT_DEFAULT_URI") : NULL;
	const struct {
		const char *uri, *by;
	} named[] = {
		{ option, "--connect" },
		{ profile, "the profile's uri" },
		{ own, "VMRUN_URI" },
		{ theirs, "LIBVIRT_DEFAULT_URI" },
	};
	bool privileged = !privs_ordinary();
	struct virt_where where = { 0 };
	size_t i = 0;
	int r;

	while (i < ARRAY_SIZE(named) && (!named[i].uri || !named[i].uri[0]))
		i++;
	if (i < ARRAY_SIZE(named))
		r = describe_uri(root, named[i].uri, named[i].by, privileged, &where, e);
	else
		r = describe_default(root, guest, privileged, &where, e);
	if (r) {
		virt_where_done(&where);
		return r;
	}
	*ret = where;
	return 0;
}

void virt_where_done(struct virt_where *where)
{
	free(where->uri);
	free(where->why);
	free(where->embed);
	free(where->user);
	*where = (struct virt_where){ 0 };
}
