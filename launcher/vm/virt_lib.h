/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt's library, loaded when a guest is first asked for. */
#ifndef VMRUN_VM_VIRT_LIB_H
#define VMRUN_VM_VIRT_LIB_H

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "base/err.h"

/*
 * libvirt brings some fifty libraries with it, and more than half of the time and memory of a short run would go into loading
 * them. Most runs look at devices and never talk to it.
 */

/* Every function of libvirt that is called. */
#define VIRT_LIB_FUNCTIONS(X)               \
	X(virConnectClose)                  \
	X(virConnectDomainEventRegisterAny) \
	X(virConnectIsAlive)                \
	X(virConnectListAllDomains)         \
	X(virConnectOpen)                   \
	X(virConnectRegisterCloseCallback)  \
	X(virConnectSetKeepAlive)           \
	X(virDomainAttachDeviceFlags)       \
	X(virDomainCreateXML)               \
	X(virDomainDestroy)                 \
	X(virDomainDestroyFlags)            \
	X(virDomainDetachDeviceFlags)       \
	X(virDomainFree)                    \
	X(virDomainGetName)                 \
	X(virDomainGetState)                \
	X(virDomainGetUUIDString)           \
	X(virDomainGetXMLDesc)              \
	X(virDomainIsActive)                \
	X(virDomainIsPersistent)            \
	X(virDomainLookupByName)            \
	X(virDomainLookupByUUIDString)      \
	X(virDomainOpenConsole)             \
	X(virDomainResume)                  \
	X(virDomainShutdown)                \
	X(virEventRegisterDefaultImpl)      \
	X(virEventRunDefaultImpl)           \
	X(virGetLastErrorCode)              \
	X(virGetLastErrorMessage)           \
	X(virInitialize)                    \
	X(virSetErrorFunc)                  \
	X(virStreamNew)                     \
	X(virStreamRecv)

#define VIRT_LIB_MEMBER(name) __typeof__(name) *name;

/** struct virt_lib - the functions, by their names */
struct virt_lib {
	VIRT_LIB_FUNCTIONS(VIRT_LIB_MEMBER)
};

/* Null before virt_lib_load(). */
extern struct virt_lib virt_lib;

/** virt_lib_load() - Load the library, unless it is there already; 0, or -ELIBACC with the reason in @e */
int virt_lib_load(struct err *e);

#endif
