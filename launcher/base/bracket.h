/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Brackets: the few calls that need more than an ordinary user's rights, and the scope in which they have it. */
#ifndef VMRUN_BASE_BRACKET_H
#define VMRUN_BASE_BRACKET_H

/*
 * Theory of operation
 *
 * No capability is in effect outside a bracket, so a mistake in a parser, or in a library, meets an ordinary process. A
 * bracket goes around system calls and nothing else: what they yield is understood after it. Layers left of act cannot
 * know capabilities; they say what they are about to do, a need, and act/privs.c, which installs the switch, knows
 * which capabilities that takes. Without a switch (tests, and users without privilege) brackets do nothing.
 *
 * root_read() and its neighbours try with an ordinary user's rights first, and open a bracket only when they are denied:
 * of root's own files, nothing is.
 */

/** enum need - what a system call is about to do that an ordinary user may not; vmrun(8) has a line for each */
enum need {
	NEED_READ,	/* read what only root may: firmware tables, disks, journals */
	NEED_CONFIG,	/* read configuration space beyond its first 64 bytes */
	NEED_LOG,	/* read the kernel's log */
	NEED_PROCESSES, /* see what processes of others have open */
	NEED_GUARD, /* read back what a guest's control group allows, and where in the kernel a process waits */
	NEED_NETNS,    /* look into another network namespace */
	NEED_WRITE,    /* write the kernel's attributes and vmrun's state */
	NEED_NODE,     /* change the owner of a device node or directory */
	NEED_MODULE,   /* load a kernel module */
	NEED_MEMLOCK,  /* raise the limit on locked memory */
	NEED_USER,     /* become QEMU's user */
	NEED_BOUNDING, /* take from children what they must never get again */
	NEED_SIGNAL,   /* signal a process of another user */
	NEED_NETWORK,  /* configure virtual functions of a network card */
	NEED_COUNT
};

#define NEED_BIT(need) (1U << NEED_##need)

/** typedef bracket_switch_fn - Puts what the mask @needs takes, as far as it is permitted, and nothing else, into effect */
typedef void bracket_switch_fn(unsigned int needs);

/** bracket_install() - Have brackets call @fn; NULL for none */
void bracket_install(bracket_switch_fn *fn);

/** struct bracket - an open bracket; @outer is the mask of needs to return to */
struct bracket {
	unsigned int outer;
};

/** bracket_open() - Put @needs (a mask of NEED_BIT) into effect, beside those of a bracket it is in */
struct bracket bracket_open(unsigned int needs);

/** bracket_suspend() - Put nothing into effect, until the bracket returned is closed: for a callback within brackets */
struct bracket bracket_suspend(void);

/** bracket_close() - End a bracket; done by its scope */
void bracket_close(struct bracket *bracket);

/* A bracket that its scope ends, whether or not anybody looks at it. */
#define _cleanup_bracket_ __attribute__((cleanup(bracket_close), unused))

/** BRACKET() - Put a need into effect until the end of the enclosing scope: BRACKET(CONFIG) */
#define BRACKET(need) BRACKET_MASK(NEED_BIT(need))
#define BRACKET_MASK(needs) BRACKET_LINE(needs, __LINE__)
#define BRACKET_LINE(needs, line) BRACKET_NAMED(needs, line)
#define BRACKET_NAMED(needs, line) \
	_cleanup_bracket_ struct bracket bracket_##line = bracket_open(needs)

/**
 * bracket_openat() - openat(2); where that is denied, once more in a bracket
 * @dir:	directory descriptor, or AT_FDCWD
 * @path:	path
 * @flags:	open(2) flags; O_CLOEXEC is added, O_CREAT not allowed
 *
 * Return: descriptor; -errno
 */
int bracket_openat(int dir, const char *path, int flags);

#endif
