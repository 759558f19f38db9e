// SPDX-License-Identifier: GPL-2.0-or-later
/* Displays in use: the console's graphics device and lit connectors. */
#include "survey/display.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "survey/place.h"

#define CONSOLES "sys/class/vtconsole"

static struct device *boot_display(const struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].boot_vga)
			return &host->devices[i];
	return NULL;
}

/* The device frame buffer fb0 is of; one that firmware set up (efifb, simplefb) is on the boot display. */
static struct device *frame_buffer(const struct root *root, const struct host *host, char *buf,
				   size_t size)
{
	char link[96];
	struct device *dev;

	snprintf(link, sizeof(link), "sys/class/graphics/fb0");
	if (!root_exists(root, link))
		return NULL;
	dev = place_of_link(root, host, link);
	if (root_read_line(root, "sys/class/graphics/fb0/name", buf, size) < 0)
		snprintf(buf, size, "fb0");
	return dev ? dev : boot_display(host);
}

static void add_console(struct device *dev, const char *console, char *what)
{
	device_add_use(dev, USE_DISPLAY, what,
		       mem_printf("echo 0 > /" CONSOLES
				  "/%s/bind, with another way in (ssh, a serial console)",
				  console));
}

/* A console is bound ("1") to the VGA text mode of the boot display, to a frame buffer, or to nothing one can see. */
static void scan_console(const struct root *root, struct host *host, const char *console)
{
	char path[96], bind[8], name[64], fb[64];
	struct device *dev = NULL;

	snprintf(path, sizeof(path), CONSOLES "/%s/bind", console);
	if (root_read_line(root, path, bind, sizeof(bind)) < 0 || bind[0] != '1')
		return;
	snprintf(path, sizeof(path), CONSOLES "/%s/name", console);
	if (root_read_line(root, path, name, sizeof(name)) < 0)
		return;
	if (strstr(name, "frame buffer")) {
		dev = frame_buffer(root, host, fb, sizeof(fb));
		if (dev)
			add_console(dev, console,
				    mem_printf("the console is on its frame buffer fb0 (%s)", fb));
	} else if (strstr(name, "VGA")) {
		dev = boot_display(host);
		if (dev)
			add_console(dev, console, mem_strdup("the console is on it (VGA text)"));
	}
}

/* card0-HDMI-A-1: lit where something is plugged in and it is switched on (drm_sysfs.c). */
static void scan_connector(const struct root *root, struct host *host, const char *name)
{
	char path[160], text[32];
	struct device *dev;

	snprintf(path, sizeof(path), "sys/class/drm/%s/enabled", name);
	if (root_read_line(root, path, text, sizeof(text)) < 0 || strcmp(text, "enabled"))
		return;
	snprintf(path, sizeof(path), "sys/class/drm/%s/status", name);
	if (root_read_line(root, path, text, sizeof(text)) < 0 || strcmp(text, "connected"))
		return;
	snprintf(path, sizeof(path), "sys/class/drm/%s", name);
	dev = place_of_link(root, host, path);
	if (dev)
		device_add_use(
			dev, USE_DISPLAY,
			mem_printf("a monitor on its connector %s is lit", strchr(name, '-') + 1),
			mem_strdup(
				"end the graphical session that uses it (systemctl isolate multi-user.target), or plug the "
				"monitor into another card"));
}

void display_scan(const struct root *root, struct host *host)
{
	struct strlist names;

	if (root_list(root, CONSOLES, &names) == 0) {
		for (size_t i = 0; i < names.count; i++)
			scan_console(root, host, names.item[i]);
		strlist_done(&names);
	}
	if (root_list(root, "sys/class/drm", &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		if (!strncmp(names.item[i], "card", strlen("card")) && strchr(names.item[i], '-'))
			scan_connector(root, host, names.item[i]);
	strlist_done(&names);
}
