// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the drivers that hand devices over: which is made for a card, and which has it now. */
#include "survey/variants.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "unit/fakekernel.h"
#include "unit/made.h"
#include "unit/suite.h"

#define ALIASES                                                                  \
	"# Aliases extracted from modules themselves.\n"                         \
	"alias vfio_pci:v*d*sv*sd*bc*sc*i* vfio_pci\n"                           \
	"alias pci:v000015B3d0000101Esv*sd*bc*sc*i* mlx5_core\n"                 \
	"alias vfio_pci:v000015B3d0000101Esv*sd*bc*sc*i* mlx5_vfio_pci\n"        \
	"alias vfio_pci:v000015B3d0000101Esv00001028sd*bc*sc*i* dell_vfio_pci\n" \
	"alias vfio_pci:v000010DEd00002342sv*sd*bc*sc*i* nvgrace_gpu_vfio_pci\n"

static const char *const folders[] = {
	"lib",
	"lib/modules",
	"lib/modules/6.8",
	"etc",
	"etc/modprobe.d",
	"sys",
	"sys/bus",
	"sys/bus/pci",
	"sys/bus/pci/drivers",
	"sys/bus/pci/drivers/vfio-pci",
	"sys/bus/pci/drivers/odd",
	"sys/bus/pci/drivers/nvme",
	"sys/module",
	"sys/module/vfio_pci_core",
	"sys/module/vfio_pci_core/holders",
	"sys/module/vfio_pci_core/holders/odd_mod",
	"sys/module/odd_mod",
	"sys/module/odd_mod/drivers",
	"sys/module/odd_mod/drivers/pci:odd",
	"sys/module/nvme",
};

static struct root make_root(char *dir)
{
	struct root root;
	struct err e = { 0 };

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(root_open(dir, &root, &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		ck_assert_int_eq(mkdirat(root.fd, folders[i], 0755), 0);
	ck_assert_int_eq(symlinkat("../../../../module/odd_mod", root.fd,
				   "sys/bus/pci/drivers/odd/module"),
			 0);
	ck_assert_int_eq(symlinkat("../../../../module/nvme", root.fd,
				   "sys/bus/pci/drivers/nvme/module"),
			 0);
	return root;
}

static void put(const struct root *root, const char *path, const char *text)
{
	_cleanup_free_ char *full = mem_printf("%s/%s", root->path, path);
	_cleanup_fclose_ FILE *file = fopen(full, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
}

/* An adapter's function of two makers, a GPU, and a drive; what has them now differs. */
static struct host make_host(void)
{
	struct host host = made_host();
	struct device *dev;

	free(host.kernel);
	host.kernel = mem_strdup("6.8");
	dev = made_device(&host, "01:00.2", 0x020000, "mlx5_core", 1);
	dev->vendor = 0x15b3;
	dev->device = 0x101e;
	dev = made_device(&host, "01:00.3", 0x020000, "odd", 2);
	dev->vendor = 0x15b3;
	dev->device = 0x101e;
	dev->subsystem_vendor = 0x1028;
	made_device(&host, "02:00.0", 0x010802, "nvme", 3)->vendor = 0x144d;
	made_device(&host, "03:00.0", 0x010802, "vfio-pci", 4)->vendor = 0x144d;
	return host;
}

START_TEST(chosen_by_alias)
{
	char dir[] = "/tmp/variants.XXXXXX";
	struct root root = make_root(dir);
	struct host host = make_host();

	put(&root, "lib/modules/6.8/modules.alias", ALIASES);
	variants_scan(&root, &host);
	ck_assert_str_eq(host.devices[0].vfio_driver, "mlx5_vfio_pci");
	/* The line that says more about the card goes before the one that says less. */
	ck_assert_str_eq(host.devices[1].vfio_driver, "dell_vfio_pci");
	ck_assert_ptr_null(host.devices[2].vfio_driver);
	ck_assert_ptr_null(host.devices[3].vfio_driver);
	/* A driver is one of vfio's by what it is built on, whatever its name. */
	ck_assert(!host.devices[0].vfio && host.devices[1].vfio && !host.devices[2].vfio &&
		  host.devices[3].vfio);
	ck_assert(host_vfio_driver(&host, VFIO_DRIVER)->registered);
	ck_assert(host_vfio_driver(&host, "odd")->registered);
	ck_assert(!host_vfio_driver(&host, "mlx5-vfio-pci")->registered);
	ck_assert_str_eq(host_vfio_driver(&host, "mlx5-vfio-pci")->name, "mlx5_vfio_pci");
	ck_assert_ptr_null(host_vfio_driver(&host, "mlx5_core"));
	ck_assert_ptr_null(host_vfio_driver(&host, "mlx5_vfio_pci2"));
	ck_assert_ptr_null(host_vfio_driver(&host, NULL));
	ck_assert(variants_has(&root, "vfio-pci"));
	ck_assert(variants_has(&root, "odd"));
	ck_assert(!variants_has(&root, "nvme"));
	ck_assert(!variants_has(&root, "no-such-driver"));
	host_done(&host);
	root_close(&root);
	fake_remove(dir);
}
END_TEST

START_TEST(blacklisted)
{
	static const char *const cmdlines[] = { NULL, "quiet modprobe.blacklist=a,mlx5-vfio-pci",
						"module_blacklist=mlx5_vfio_pci ro" };
	char dir[] = "/tmp/variants.XXXXXX";
	struct root root = make_root(dir);

	put(&root, "lib/modules/6.8/modules.alias", ALIASES);
	for (size_t i = 0; i < ARRAY_SIZE(cmdlines); i++) {
		struct host host = make_host();

		free(host.cmdline);
		host.cmdline = mem_strdup(cmdlines[i]);
		put(&root, "etc/modprobe.d/local.conf",
		    i ? "# blacklist nvgrace_gpu_vfio_pci\n"
		      : "options a b\n  blacklist mlx5-vfio-pci\n");
		variants_scan(&root, &host);
		ck_assert_ptr_null(host.devices[0].vfio_driver);
		ck_assert_str_eq(host.devices[1].vfio_driver, "dell_vfio_pci");
		/* It is not chosen, but it can be asked for by name. */
		ck_assert_ptr_nonnull(host_vfio_driver(&host, "mlx5_vfio_pci"));
		host_done(&host);
	}
	root_close(&root);
	fake_remove(dir);
}
END_TEST

/* Kernels before 5.16, and hosts of which little was captured. */
START_TEST(without_a_list)
{
	char dir[] = "/tmp/variants.XXXXXX";
	struct root root = make_root(dir);
	struct host host = make_host();

	variants_scan(&root, &host);
	for (size_t i = 0; i < host.device_count; i++)
		ck_assert_ptr_null(host.devices[i].vfio_driver);
	ck_assert(host.devices[1].vfio && host.devices[3].vfio);
	host_done(&host);
	root_close(&root);
	fake_remove(dir);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("variants");

	tcase_add_test(tests, chosen_by_alias);
	tcase_add_test(tests, blacklisted);
	tcase_add_test(tests, without_a_list);
	return suite_run("variants", tests);
}
