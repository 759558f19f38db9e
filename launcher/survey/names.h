/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of vendors, devices and classes from the PCI ID list. The only user of libpci. */
#ifndef VMRUN_SURVEY_NAMES_H
#define VMRUN_SURVEY_NAMES_H

#include "model/host.h"

/** struct names - the PCI ID list, read */
struct names;

/** names_load() - Read the list, which takes some milliseconds; without one, all lookups find nothing. To be freed by names_free() */
struct names *names_load(void);

/** names_fill() - Give every device that is identified, and has none, vendor_name, device_name, class_name and name; without the list, numbers */
void names_fill(struct names *names, struct host *host);

/** names_free() - Forget the list; NULL is nothing */
void names_free(struct names *names);

/** names_compose() - Make @dev's name of its vendor_name and device_name, or its ids */
void names_compose(struct device *dev);

#endif
