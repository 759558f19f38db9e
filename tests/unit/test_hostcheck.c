// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of host check: every check both ways, on facts made by hand, and the parsers of those facts. */
#include "decide/hostcheck.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/suite.h"

/* Facts own their texts; these are released by nobody. */
#define T(text) ((char *)(uintptr_t)(text))
#define LIST(...)                                               \
	({                                                      \
		static char *items_[] = { __VA_ARGS__ };        \
		(struct strlist){ items_, ARRAY_SIZE(items_) }; \
	})
#define SET(...)                                                     \
	({                                                           \
		static struct setting settings_[] = { __VA_ARGS__ }; \
		f->vfio.settings = settings_;                        \
		f->vfio.setting_count = ARRAY_SIZE(settings_);       \
	})
#define FILE_OPTION(option, text)                                             \
	{                                                                     \
		.module = T("vfio_pci"), .name = T(option), .value = T(text), \
		.where = T("/etc/modprobe.d/v.conf")                          \
	}
#define RUNNING(in, option, text)                                                    \
	{                                                                            \
		.module = T(in), .name = T(option), .value = T(text),                \
		.where = T("/sys/module/" in "/parameters/" option), .running = true \
	}

static struct device twins[2] = {
	{ .vendor = 0x10de, .device = 0x1b80, .addr = { .bus = 1 }, .group = 0 },
	{ .vendor = 0x10de, .device = 0x1b80, .addr = { .bus = 2 }, .group = 0 },
};

/* A host on which every check is passed that can be. */
static void good(struct host *h, struct hostfacts *f)
{
	*h = (struct host){ .kernel = T("6.1.0-18-amd64"),
			    .cmdline = T("root=/dev/sda1 quiet"),
			    .iommu = IOMMU_INTEL,
			    .iommu_enabled = true,
			    .group_count = 1,
			    .devices = twins,
			    .device_count = 2,
			    .vfio = FACT_YES,
			    .vfio_registered = true,
			    .privileged = true };
	twins[1].state = DEVICE_HOST;
	*f = (struct hostfacts){ .distro = DISTRO_DEBIAN,
				 .loader = LOADER_GRUB,
				 .firmware_known = true };
	h->interrupt_remapping = FACT_YES;
	f->written.known = true;
	h->klog = (struct klog){ .readable = true, .complete = true };
	h->memory = (struct memory){ .memlock_known = true, .memlock_bytes = UINT64_MAX };
	f->says = (struct kernel_says){ .readable = true, .complete = true };
	f->kvm = (struct kvm_facts){ .cpu = true,
				     .flag = "vmx",
				     .node = FACT_YES,
				     .by_qemu = FACT_YES,
				     .by_us = FACT_YES,
				     .vhost_net = FACT_YES,
				     .tun = FACT_YES,
				     .secure_guests = FACT_YES };
	f->vfio = (struct vfio_facts){
		.config_known = true, .iommufd = FACT_YES, .cdev = FACT_YES, .rules_known = true
	};
	f->image = (struct image_facts){ .path = T("/boot/initrd.img-6.1.0-18-amd64"),
					 .has_vfio = FACT_NO,
					 .tool = INITRAMFS_TOOLS };
	f->pools_known = true;
	f->cgroup = (struct cgroup_facts){ .known = true,
					   .version = 2,
					   .bpf = FACT_YES,
					   .controllers = LIST(T("cpu"), T("cpuset"), T("io"),
							       T("memory")) };
	f->libvirt = (struct libvirt_facts){ .conf_known = true,
					     .user = T("libvirt-qemu"),
					     .user_known = true,
					     .state = DAEMON_ANSWERS,
					     .daemon = "libvirtd",
					     .daemon_known = true,
					     .hook = T("/etc/libvirt/hooks/qemu.d/vmrun"),
					     .hook_known = true,
					     .hook_late = FACT_NO,
					     .qemu = T("/usr/bin/qemu-system-x86_64"),
					     .qemu_known = true,
					     .systemd = true };
	f->security = (struct security_facts){ .lockdown = T("none"),
					       .lockdown_built = FACT_YES,
					       .secure_boot = FACT_NO,
					       .apparmor = FACT_YES,
					       .lsm_known = true };
	f->state.known = true;
}

#define PASS HOSTCHECK_PASS
#define NOTE HOSTCHECK_NOTE
#define WARN HOSTCHECK_WARN
#define FAIL HOSTCHECK_FAIL

/* Name, code, result, part of the message, part of the fix ("" for none), and what is otherwise than on the good host. */
#include "unit/hostcheck_cases.h"

/** struct way - one case of CASES */
struct way {
	const char *name, *code;
	enum hostcheck_result result;
	const char *message, *fix;
	void (*set)(struct host *h, struct hostfacts *f);
};

#define FUNCTION(name, code, result, message, fix, ...)       \
	static void name(struct host *h, struct hostfacts *f) \
	{                                                     \
		(void)h;                                      \
		(void)f;                                      \
		__VA_ARGS__;                                  \
	}
CASES(FUNCTION)

#define ROW(name, code, result, message, fix, ...) { #name, code, result, message, fix, name },
static const struct way ways[] = { CASES(ROW) };

static const struct hostcheck *find(const struct hostchecks *checks, const char *code)
{
	for (size_t i = 0; i < checks->count; i++)
		if (!strcmp(checks->item[i].code, code))
			return &checks->item[i];
	ck_abort_msg("there is no check %s", code);
	return NULL;
}

START_TEST(each_case)
{
	const struct way *way = &ways[_i];
	const struct hostcheck *check;
	struct hostchecks checks;
	struct hostfacts facts;
	struct host host;

	good(&host, &facts);
	way->set(&host, &facts);
	hostcheck_run(&host, &facts, &checks);
	check = find(&checks, way->code);
	ck_assert_msg(check->result == way->result, "%s: %s (%s)", way->name,
		      hostcheck_result_name(check->result), check->message ? check->message : "");
	ck_assert_msg(!*way->message || (check->message && strstr(check->message, way->message)),
		      "%s: %s", way->name, check->message ? check->message : "no message");
	ck_assert_msg(*way->fix ? check->fix && strstr(check->fix, way->fix) : !check->fix,
		      "%s: %s", way->name, check->fix ? check->fix : "no fix");
	hostchecks_done(&checks);
}
END_TEST

/* Of what nothing is known, nothing is passed and nothing is wrong. */
START_TEST(nothing_known)
{
	struct hostchecks checks;
	struct hostfacts facts = { 0 };
	struct host host = { 0 };

	hostcheck_run(&host, &facts, &checks);
	for (size_t i = 0; i < checks.count; i++) {
		const struct hostcheck *check = &checks.item[i];

		ck_assert_msg(check->result == NOTE && !check->measured, "%s: %s", check->code,
			      hostcheck_result_name(check->result));
		ck_assert_ptr_nonnull(strstr(check->message, "could not be measured: "));
	}
	ck_assert_int_eq(hostcheck_worst(&checks), NOTE);
	hostchecks_done(&checks);
}
END_TEST

START_TEST(all_is_well)
{
	struct hostchecks checks;
	struct hostfacts facts;
	struct host host;

	good(&host, &facts);
	hostcheck_run(&host, &facts, &checks);
	for (size_t i = 0; i < checks.count; i++)
		ck_assert_msg(checks.item[i].result <= NOTE && checks.item[i].measured, "%s: %s",
			      checks.item[i].code, checks.item[i].message);
	hostchecks_done(&checks);
}
END_TEST

/* The table is walked: each check gets as grave as its row says in some case, and has another way it can go. */
START_TEST(each_both_ways)
{
	struct hostchecks checks;
	struct hostfacts facts;
	struct host host;

	good(&host, &facts);
	hostcheck_run(&host, &facts, &checks);
	for (size_t i = 0; i < checks.count; i++) {
		const char *code = checks.item[i].code;
		enum hostcheck_result worst = PASS;

		for (size_t k = 0; k < ARRAY_SIZE(ways); k++)
			if (!strcmp(ways[k].code, code) && ways[k].result > worst)
				worst = ways[k].result;
		ck_assert_msg(worst == hostcheck_severity(code),
			      "%s: no case is as grave as its row", code);
		ck_assert_msg(checks.item[i].result < worst || worst == NOTE, "%s: never otherwise",
			      code);
	}
	hostchecks_done(&checks);
}
END_TEST

static const char *joined(const struct strlist *list)
{
	static char text[512];
	_cleanup_free_ char *all = strlist_join(list, "|");

	snprintf(text, sizeof(text), "%s", all);
	return text;
}

START_TEST(the_log)
{
	struct kernel_says says = { 0 };

	hostfacts_parse_log(
		"5,0,0,-;Linux version 6.1.0-18-amd64 (debian)\n SUBSYSTEM=none\n"
		"5,1,0,-;Unknown kernel command line parameters \"BOOT_IMAGE=/v bogus=1\", will be passed to user space.\n"
		"[    0.01] DMAR: Unknown option - 'sm_foo'\n"
		"[    0.02] AMD-Vi: Unknown option - force_x\n"
		"[    0.03] other: Unknown option - 'y'\n",
		&says);
	ck_assert(says.readable && says.complete);
	ck_assert_str_eq(joined(&says.unknown_parameters), "BOOT_IMAGE=/v|bogus=1");
	ck_assert_str_eq(joined(&says.unknown_options), "intel_iommu=sm_foo|amd_iommu=force_x");
	strlist_done(&says.unknown_parameters);
	strlist_done(&says.unknown_options);
	says = (struct kernel_says){ 0 };
	hostfacts_parse_log("Linux version (the rest was left out)\n", &says);
	ck_assert(says.readable && !says.complete);
}
END_TEST

/* Settings as text: "o" option, "b" blacklist, "i" install. */
static const char *settings_text(const struct vfio_facts *vfio)
{
	static char text[1024];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < vfio->setting_count; i++) {
		const struct setting *s = &vfio->settings[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%c %s %s=%s%s;",
					 "obi"[s->kind], s -> module, s -> name ? s -> name : "",
					 s->value ? s->value : "", s->on_cmdline ? " cmdline" : "");
	}
	return text;
}

START_TEST(modprobe_files)
{
	struct vfio_facts vfio = { 0 };

	hostfacts_parse_modprobe("# options vfio-pci ids=1:2\n"
				 "options vfio-pci ids=10de:1b80 \\\n  disable-idle-d3\n"
				 "options kvm ignore_msrs=1\n\tblacklist vfio_pci\n"
				 "install vfio-iommu-type1 /bin/false\nblacklist vfiox\noptions\n",
				 "/etc/modprobe.d/v.conf", &vfio);
	hostfacts_parse_cmdline("root=/dev/a.b vfio-pci.ids=8086:1,8086:2 vfio_pci.nointxmask "
				"modprobe.blacklist=nouveau,vfio-pci module_blacklist=vfio",
				&vfio);
	ck_assert_str_eq(settings_text(&vfio),
			 "o vfio_pci ids=10de:1b80;o vfio_pci disable_idle_d3=;b vfio_pci =;"
			 "i vfio_iommu_type1 =/bin/false;o vfio_pci ids=8086:1,8086:2 cmdline;"
			 "o vfio_pci nointxmask= cmdline;b vfio_pci = cmdline;"
			 "i vfio =module_blacklist cmdline;");
	vfio_facts_done(&vfio);
}
END_TEST

START_TEST(qemu_conf_read)
{
	struct qemu_conf conf = { 0 };

	hostfacts_parse_qemu_conf("# user = \"x\"\nuser = \"qemu\" # whom\ngroup='kvm'\n"
				  "security_default_confined = 0\nspice_tls=1\n"
				  "namespaces = [ ]\ndynamic_ownership = 0\n"
				  "cgroup_device_acl = [\n  \"/dev/null\",\n"
				  "  \"/dev/vfio/vfio\",\n] # all\nuser = \"ignored\"\n",
				  &conf);
	ck_assert_ptr_null(conf.fault);
	ck_assert_str_eq(conf.user, "qemu");
	ck_assert_str_eq(conf.group, "kvm");
	ck_assert(conf.acl_set && conf.dynamic_ownership_off);
	ck_assert_str_eq(joined(&conf.acl), "/dev/null|/dev/vfio/vfio");
	qemu_conf_done(&conf);
}
END_TEST

START_TEST(qemu_conf_damaged)
{
	static const char *const texts[] = { "user = \"qemu\n",
					     "cgroup_device_acl = [ \"a\"\n",
					     "cgroup_device_acl = [ a ]",
					     "cgroup_device_acl = [ 1 ]",
					     "cgroup_device_acl = [ \"a\", # of them\n\"b\" ]",
					     "nonsense here",
					     "user qemu",
					     "= 1",
					     "user = qemu" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct qemu_conf conf = { 0 };

		hostfacts_parse_qemu_conf(texts[i], &conf);
		ck_assert_msg(conf.fault != NULL, "%s", texts[i]);
		qemu_conf_done(&conf);
	}
}
END_TEST

/** struct image - an initramfs being made */
struct image {
	char bytes[8192];
	size_t len;
};

static ssize_t read_image(void *context, void *buf, size_t len, uint64_t offset)
{
	const struct image *image = context;

	if (offset >= image->len)
		return 0;
	if (len > image->len - offset)
		len = image->len - (size_t)offset;
	memcpy(buf, image->bytes + offset, len);
	return (ssize_t)len;
}

static void put_file(struct image *image, const char *name, size_t size)
{
	image->len += (size_t)snprintf(image->bytes + image->len, 512,
				       "070701%048d%08zx%032d%08zx%08d%s", 0, size, 0,
				       strlen(name) + 1, 0, name) +
		      1;
	image->len = (image->len + 3) / 4 * 4 + (size + 3) / 4 * 4;
}

START_TEST(images)
{
	struct image image = { 0 };
	static const char *const module =
		"usr/lib/modules/6.1/kernel/drivers/vfio/pci/vfio-pci.ko.zst";

	ck_assert_int_eq(hostfacts_image_has(read_image, &image, "/vfio-pci.ko"), FACT_UNKNOWN);
	put_file(&image, "kernel/x86/microcode/GenuineIntel.bin", 100);
	put_file(&image, "TRAILER!!!", 0);
	image.len = 512;
	ck_assert_int_eq(hostfacts_image_has(read_image, &image, "/vfio-pci.ko"), FACT_NO);
	memcpy(image.bytes + image.len, "\x28\xb5\x2f\xfd", 4);
	image.len += 400;
	ck_assert_int_eq(hostfacts_image_has(read_image, &image, "/vfio-pci.ko"), FACT_UNKNOWN);
	image.len -= 400;
	put_file(&image, module, 77);
	ck_assert_int_eq(hostfacts_image_has(read_image, &image, "/vfio-pci.ko"), FACT_YES);
	for (size_t len = 0; len < image.len; len++) {
		struct image cut = image;

		cut.len = len;
		hostfacts_image_has(read_image, &cut, "/nowhere.ko");
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("hostcheck");

	tcase_add_loop_test(tests, each_case, 0, (int)ARRAY_SIZE(ways));
	tcase_add_test(tests, nothing_known);
	tcase_add_test(tests, all_is_well);
	tcase_add_test(tests, each_both_ways);
	tcase_add_test(tests, the_log);
	tcase_add_test(tests, modprobe_files);
	tcase_add_test(tests, qemu_conf_read);
	tcase_add_test(tests, qemu_conf_damaged);
	tcase_add_test(tests, images);
	return suite_run("hostcheck", tests);
}
