/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes of the host: what they have open, who they are, whether one still lives. */
#ifndef VMRUN_SURVEY_PROCESSES_H
#define VMRUN_SURVEY_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/root.h"

/** typedef processes_open_fn - Called per open file, of device nodes none that is open as a path only: process and the target of its proc/PID/fd link, of a device in a container the host's name of it (nodename.h) */
typedef void processes_open_fn(void *context, pid_t pid, const char *target);

/**
 * processes_walk() - Show every open file of every process but our own
 * @root:	the host
 * @seen:	called for each
 * @context:	its first argument
 *
 * Return: whether all processes could be looked into (root, or CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH)
 */
bool processes_walk(const struct root *root, processes_open_fn *seen, void *context);

/**
 * processes_namespaces() - One process per namespace other than our own
 * @root:	the host; a captured one has no processes
 * @kind:	"mnt", "net": a name in proc/PID/ns
 * @ret:	their numbers; strlist_done()
 */
void processes_namespaces(const struct root *root, const char *kind, struct strlist *ret);

/** process_name() - Command name (proc(5), comm) of @pid, newly allocated; "?" where it is gone */
char *process_name(const struct root *root, pid_t pid);

/** process_guest() - Guest's name from the -name argument of a QEMU, newly allocated, or NULL */
char *process_guest(const struct root *root, pid_t pid);

/**
 * process_stack() - Where in the kernel a process is
 * @root:	the host
 * @pid:	process
 *
 * Return: functions, innermost first ("snd_card_free < snd_intel8x0_remove < pci_device_remove"), newly allocated; NULL
 * where it cannot be read, which takes root (proc(5), stack), or there is none
 */
char *process_stack(const struct root *root, pid_t pid);

/**
 * process_started() - Start time of a process
 * @root:	the host
 * @pid:	process
 * @ret:	clock ticks after boot (proc(5), stat field 22); with the number it names a process for good
 *
 * Return: 0; -ENOENT where there is none; -errno
 */
int process_started(const struct root *root, pid_t pid, uint64_t *ret);

/** process_boot_id() - Identity of the running boot into @buf of @size bytes; 0 or -errno */
int process_boot_id(const struct root *root, char *buf, size_t size);

/** process_lives() - Whether the process @pid started at @started under boot @boot still exists (a zombie does not) */
bool process_lives(const struct root *root, pid_t pid, uint64_t started, const char *boot);

#endif
