/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt's own opinion of domain XML. */
#ifndef VMRUN_TESTS_UNIT_SCHEMA_H
#define VMRUN_TESTS_UNIT_SCHEMA_H

#include <check.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

static inline void schema_silent(void *data, virErrorPtr error)
{
	(void)data;
	(void)error;
}

/**
 * schema_check() - Fail the test where libvirt does not take a domain
 * @name:	what is shown then
 * @xml:	the domain
 *
 * VIR_DOMAIN_DEFINE_VALIDATE checks against libvirt's domain.rng; then it is parsed and understood.
 */
static inline void schema_check(const char *name, const char *xml)
{
	virDomainPtr domain;
	virConnectPtr conn;

	virSetErrorFunc(NULL, schema_silent);
	conn = virConnectOpen("test:///default");
	ck_assert_msg(conn != NULL, "%s", virGetLastErrorMessage());
	domain = virDomainDefineXMLFlags(conn, xml, VIR_DOMAIN_DEFINE_VALIDATE);
	ck_assert_msg(domain != NULL, "%s: %s\n%s", name, virGetLastErrorMessage(), xml);
	virDomainFree(domain);
	virConnectClose(conn);
}

#endif
