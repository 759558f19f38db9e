/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of a libvirt connection, for the files that call libvirt. */
#ifndef VMRUN_VM_VIRT_CONN_H
#define VMRUN_VM_VIRT_CONN_H

#include <libvirt/libvirt.h>
#include <stdatomic.h>

#include "vm/virt_impl.h"

/**
 * struct virt_conn - a connection and the guest watched through it
 * @request:	what it is for
 * @conn:	libvirt's connection, or NULL while none answers
 * @domain:	the guest, or NULL before it is there and while no connection answers
 * @news:	eventfd written by callbacks
 * @stopped:	detail of the event that the guest stopped, or -1; set by a callback
 * @closed:	the connection broke; set by a callback
 * @missing:	how often the guest was gone without an event that says how
 * @destroying:	it was asked to end at once before
 */
struct virt_conn {
	const struct virt_request *request;
	virConnectPtr conn;
	virDomainPtr domain;
	int news;
	atomic_int stopped;
	atomic_bool closed;
	unsigned int missing;
	bool destroying;
};

/**
 * virt_conn_error() - Fill an error from libvirt's last one, with QEMU's last words where libvirt
 * does not quote them
 * @conn:	connection it happened on
 * @kind:	its meaning
 * @number:	positive errno that goes with it
 * @e:		filled
 *
 * Return: -@number
 */
int virt_conn_error(const struct virt_conn *conn, enum err_kind kind, int number, struct err *e);

#endif
