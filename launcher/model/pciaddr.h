/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address of a PCI function: DDDD:BB:DD.F. */
#ifndef VMRUN_MODEL_PCIADDR_H
#define VMRUN_MODEL_PCIADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct pciaddr - where a function sits now; may change when buses are renumbered
 * @domain:	segment; wider than 16 bits behind Intel VMD (10000:…)
 * @bus:	bus number
 * @dev:	device number, 0..31
 * @fn:		function number, 0..7
 */
struct pciaddr {
	uint32_t domain;
	uint8_t bus;
	uint8_t dev;
	uint8_t fn;
};

/* Room for the longest address (ffffffff:ff:1f.7) and its terminator. */
#define PCIADDR_STRLEN 17

/**
 * pciaddr_parse() - Read an address as sysfs and lspci write it
 * @text:	[DDDD:]BB:DD.F in hexadecimal, the whole text; domain of 1 to 8 digits, 0 when absent
 * @ret:	the address
 *
 * Return: 0; -EINVAL for another form, or a device above 1f or a function above 7
 */
int pciaddr_parse(const char *text, struct pciaddr *ret);

/** pciaddr_format() - Write @addr into @buf as DDDD:BB:DD.F (domain of at least four digits); returns @buf */
char *pciaddr_format(const struct pciaddr *addr, char buf[static PCIADDR_STRLEN]);

/** pciaddr_compare() - Order by domain, bus, device, function: negative, 0 or positive */
int pciaddr_compare(const struct pciaddr *a, const struct pciaddr *b);

/** pciaddr_equal() - Whether two addresses are the same */
static inline bool pciaddr_equal(const struct pciaddr *a, const struct pciaddr *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->dev == b->dev && a->fn == b->fn;
}

/** pciaddr_same_slot() - Whether two addresses differ in their function at most */
static inline bool pciaddr_same_slot(const struct pciaddr *a, const struct pciaddr *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->dev == b->dev;
}

/* The address as a string that lives until the end of the enclosing block; for messages. */
#define PCIADDR_STR(addr) pciaddr_format((addr), (char[PCIADDR_STRLEN]){ 0 })

#endif
