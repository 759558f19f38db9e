/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host as the survey found it: a snapshot of plain data, not changed afterwards. */
#ifndef VMRUN_MODEL_HOST_H
#define VMRUN_MODEL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/mem.h"
#include "model/identity.h"
#include "model/pciaddr.h"
#include "model/persist.h"
#include "model/pool.h"
#include "model/reserved.h"
#include "model/smbios.h"

/** enum fact - a yes-or-no fact that may also have been out of reach (no permission, not in a captured host) */
enum fact { FACT_UNKNOWN, FACT_NO, FACT_YES };

/** enum use_kind - how the host uses a device */
enum use_kind { USE_DISK, USE_NET, USE_DISPLAY, USE_INPUT, USE_PROCESS, USE_GUEST, USE_KIND_COUNT };

/** use_kind_name() - the word in --json: "disk", "net", … */
const char *use_kind_name(enum use_kind kind);

/**
 * struct use - one user of a device
 * @kind:	kind of use
 * @idle:	nothing has it open, but something of the host's is on it: a volume that is not assembled, a line of fstab
 * @needed:	the host starts from it or mounts it at its start: fstab, crypttab, root=, an EFI system partition
 * @what:	for people: "/dev/nvme0n1p2 is mounted on /srv"
 * @fix:	how to end it ("umount /srv"), or NULL where nothing better than the general advice is known
 */
struct use {
	enum use_kind kind;
	bool idle;
	bool needed;
	char *what;
	char *fix;
};

/**
 * struct link - speed and width of a PCI Express link; all zero where there is none or it could not be read
 * @speed, @speed_max: codes of Link Status and Link Capabilities (PCI Express Base Specification, 7.5.3): 1 is 2.5 GT/s
 * @width, @width_max: lanes
 */
struct link {
	unsigned int speed, speed_max;
	unsigned int width, width_max;
};

/** link_speed_name() - "8" for code 3: GT/s, as people write them; "?" for a code not known */
const char *link_speed_name(unsigned int speed);

/**
 * struct interrupts - how a device interrupts
 * @known:	the capability list could be read (beyond its first 64 bytes configuration space is readable by root only)
 * @pin:	it has a line (INTx)
 * @msi, @msix:	vectors it can ask for; 0 where it has no such capability
 * @irq:	number of the line, 0 where it has none; read where it has nothing but a line
 * @sharers:	names in /proc/interrupts on that line
 */
struct interrupts {
	bool known;
	bool pin;
	unsigned int msi, msix;
	unsigned int irq;
	struct strlist sharers;
};

/**
 * struct bars - memory a device is given in the address space
 * @known:	sysfs told
 * @mmio_bytes, @largest_bytes: all of its memory BARs, and the largest
 * @unassigned:	bit N: BAR N has a size and no address
 * @unassigned_bytes: their sizes together
 */
struct bars {
	bool known;
	uint64_t mmio_bytes, largest_bytes;
	unsigned int unassigned;
	uint64_t unassigned_bytes;
};

/**
 * struct signature - what a disk or a partition says it is
 * @name:	its node, "/dev/sda1"
 * @type:	as blkid(8) has it: "LVM2_member", "ext4", …
 * @label:	name of the file system or pool, or NULL
 */
struct signature {
	char *name;
	char *type;
	char *label;
};

/** signature_done() - Release what @signature owns */
void signature_done(struct signature *signature);

/**
 * struct disk - a whole disk behind a controller
 * @name:	kernel name, "nvme0n1"
 * @node:	"/dev/nvme0n1"
 * @busy:	an exclusive open is refused (FACT_YES); FACT_UNKNOWN where it could not be tried
 * @shared:	reached through an NVMe subsystem, that is perhaps by other controllers too
 * @signatures:	on it and its partitions
 * @signatures_known: all of it was read
 */
struct disk {
	char *name;
	char *node;
	enum fact busy;
	bool shared;
	struct signature *signatures;
	size_t signature_count;
	bool signatures_known;
};

/** enum region_type - Documentation/ABI/testing/sysfs-kernel-iommu_groups, reserved_regions */
enum region_type {
	REGION_DIRECT,
	REGION_DIRECT_RELAXABLE,
	REGION_RESERVED,
	REGION_MSI,
	REGION_OTHER
};

/** region_type_name() - the kernel's word: "direct", … */
const char *region_type_name(enum region_type type);

/** struct region - one line of a group's reserved_regions; @start and @end inclusive */
struct region {
	uint64_t start;
	uint64_t end;
	enum region_type type;
};

/**
 * struct holder - who holds a device or a group, as a guest
 * @name:	guest's name, or NULL where unknown
 * @pid:	process that has the node open or made the reservation; 0 where unknown
 * @reserved:	known from a reservation of vmrun rather than from an open node
 * @stale:	reserved by a run that is gone, with no process holding the group: `vmrun recover` ends it
 * @yields:	stale, and all its devices of this group came from the pool and are there: nothing is to be put back, so the
 *		next who wants them takes them over
 * @what:	for people: "guest nas1 (vmrun, pid 4711)"
 */
struct holder {
	char *name;
	int pid;
	bool reserved;
	bool stale;
	bool yields;
	char *what;
};

/**
 * struct node - a group's device node, /dev/vfio/N, while a driver of vfio has its devices
 * @known:	it is there and could be looked at
 * @uid, @gid, @mode: its owner and permissions
 * @ours:	whether this user may open it
 */
struct node {
	bool known;
	uid_t uid;
	gid_t gid;
	mode_t mode;
	enum fact ours;
};

/**
 * struct group - an IOMMU group
 * @id:		number
 * @devices:	indexes into host.devices, sorted by address
 * @device_count: number of @devices
 * @regions:	reserved regions; the union over the group's devices
 * @region_count: number of @regions
 * @regions_known: reserved_regions could be read
 * @holder:	guest that holds or reserves it, or NULL
 * @held:	whether some process has the group's node open; FACT_UNKNOWN without the privilege to look
 * @node:	its device node
 */
struct group {
	int id;
	size_t *devices;
	size_t device_count;
	struct region *regions;
	size_t region_count;
	bool regions_known;
	struct holder *holder;
	enum fact held;
	struct node node;
};

/** enum device_state - to whom a device is given now */
enum device_state { DEVICE_HOST, DEVICE_POOL, DEVICE_GUEST, DEVICE_STUCK };

/** device_state_name() - "host", "pool", "guest", "stuck" */
const char *device_state_name(enum device_state state);

/** enum device_kind - what a device is for, from its PCI class */
enum device_kind {
	KIND_OTHER,
	KIND_NVME,
	KIND_GPU,
	KIND_HBA,
	KIND_NIC,
	KIND_USB,
	KIND_AUDIO,
	KIND_BRIDGE,
	KIND_SERIAL,
	KIND_WIRELESS,
	KIND_ACCELERATOR,
	KIND_COUNT
};

/** device_kind_name() - "nvme", "gpu", "hba", "nic", "usb", "audio", … as the selector class= takes it */
const char *device_kind_name(enum device_kind kind);

/** device_kind_from_class() - Kind of a 24-bit class code (PCI Code and ID Assignment Specification, chapter 1) */
enum device_kind device_kind_from_class(uint32_t class_code);

/**
 * struct device - one PCI function
 * @addr:	its address now
 * @surveyed:	its facts were read; of another only @addr, @path, @parent, @group_number and where @identified its ids are known
 * @identified:	ids and class were read
 * @vendor, @device, @subsystem_vendor, @subsystem_device, @revision: identification registers
 * @class_code:	24 bits: base class, sub-class, programming interface
 * @header_type: configuration header layout without the multi-function bit; 0 is an endpoint
 * @header_known: @header_type could be read
 * @dead:	header type and class read all ones: nothing answers
 * @pcie:	it is a PCI Express function, whose line interrupt can be masked by specification
 * @secondary, @subordinate: bus numbers behind a bridge (header type 1)
 * @parent:	index of the bridge above it in host.devices, or -1 on a root bus
 * @vendor_name, @device_name, @class_name: from the PCI ID list; NULL where not in it
 * @name:	"VENDOR DEVICE", what people see and name= matches; never NULL
 * @path:	stable place: segment/root bus/device.function hops
 * @slot:	physical slot, or -1
 * @numa:	node, or -1
 * @kind:	from @class_code
 * @driver:	bound driver, or NULL
 * @vfio:	that is vfio-pci or a variant of it
 * @vfio_driver: the variant made for it, or NULL: vfio-pci
 * @group:	index into host.groups, or -1
 * @group_number: number of that group, or -1
 * @resets:	reset methods in the order the kernel tries them
 * @reset_known: what the kernel says about resets could be read
 * @resettable:	it can reset this function alone (by @resets, or by a method it does not name)
 * @link, @interrupts, @bars: as the structures say
 * @power_state: "D0" … "D3cold", or NULL
 * @suspended:	it is in that state because it sleeps (runtime power management)
 * @net_moved:	an interface of it is in another network namespace, or none is here though a driver is bound
 * @net_unknown: whether its interfaces are in use could not be asked
 * @disks:	whole disks behind it
 * @netdevs:	network interfaces of it
 * @uses:	who uses it
 * @state:	to whom it is given
 * @serial:	PCIe device serial number as text, or NULL
 * @recorded:	what was there when vmrun took it, from a journal; or what a file of the persisted pool says is there
 * @record:	where it belongs, for one that vmrun has put into the pool (it stays while a guest has the device); else NULL
 * @persisted:	a file of the persisted pool is about it
 * @boot_vga:	the firmware's display
 * @sriov_total, @sriov_active: virtual functions possible and existing
 * @sriov_absent: configuration space tells that it cannot have any
 * @sriov_made:	vmrun made them: who ends last removes them
 * @physfn:	for a virtual function the index of its physical one, else -1
 * @vf_number:	which of its functions it is, from 0; -1 where not known
 * @reserved:	indexes into host.reserved of the ranges whose scopes cover it
 * @unmeasured:	names of JSON fields that could not be measured
 */
struct device {
	struct pciaddr addr;
	bool surveyed, identified;
	uint16_t vendor, device, subsystem_vendor, subsystem_device;
	uint8_t revision;
	uint32_t class_code;
	uint8_t header_type;
	bool header_known;
	bool dead;
	bool pcie;
	uint8_t secondary, subordinate;
	int parent;
	char *vendor_name, *device_name, *class_name;
	char *name;
	char *path;
	int slot;
	int numa;
	enum device_kind kind;
	char *driver;
	bool vfio;
	char *vfio_driver;
	int group;
	int group_number;
	struct strlist resets;
	bool reset_known, resettable;
	struct link link;
	struct interrupts interrupts;
	struct bars bars;
	char *power_state;
	bool suspended;
	bool net_moved, net_unknown;
	struct disk *disks;
	size_t disk_count;
	struct strlist netdevs;
	struct use *uses;
	size_t use_count;
	enum device_state state;
	char *serial;
	struct identity recorded;
	struct pool_record *record;
	bool persisted;
	bool boot_vga;
	unsigned int sriov_total, sriov_active;
	bool sriov_absent;
	bool sriov_made;
	int physfn;
	int vf_number;
	size_t *reserved;
	size_t reserved_count;
	struct strlist unmeasured;
};

/** enum iommu_kind - hardware that firmware describes or the kernel uses */
enum iommu_kind { IOMMU_NONE, IOMMU_INTEL, IOMMU_AMD, IOMMU_SMMU };

/** iommu_kind_name() - "intel", "amd", "smmu", or NULL for none */
const char *iommu_kind_name(enum iommu_kind kind);

/**
 * struct klog - what the kernel's log of this boot tells
 * @readable:	it could be read
 * @complete:	it reaches back to the start, so that what is not in it was not said
 * @acs_override: the pcie_acs_override patch is active
 * @rmrr_relaxed: a relax_rmrr patch is active
 */
struct klog {
	bool readable;
	bool complete;
	bool acs_override;
	bool rmrr_relaxed;
};

/** struct hugepages - the pool of one page size; @node -1 is the whole host */
struct hugepages {
	uint64_t page_bytes;
	int node;
	uint64_t total, free;
};

/** struct numa_node - a node of the host; @cpus is its processors as cpuset_parse() takes them, NULL where unknown */
struct numa_node {
	int id;
	char *cpus;
};

/**
 * struct memory - what a guest's memory can come from
 * @known:	/proc/meminfo could be read
 * @available_bytes: without swapping
 * @pools:	hugepages
 * @memlock_known: @memlock_bytes is known
 * @memlock_bytes: hard limit on locked memory of this process and what it starts; UINT64_MAX is none
 */
struct memory {
	bool known;
	uint64_t available_bytes;
	struct hugepages *pools;
	size_t pool_count;
	bool memlock_known;
	uint64_t memlock_bytes;
};

/**
 * struct vfio_driver - a driver that hands devices to guests
 * @name:	as under sys/bus/pci/drivers
 * @module:	the module it is in
 * @registered:	it is built in or loaded
 */
struct vfio_driver {
	char *name;
	char *module;
	bool registered;
};

/**
 * struct host - everything the survey learned
 * @kernel:	release of the running kernel
 * @cmdline:	its command line, or NULL where unknown
 * @vendor, @product, @bios: from SMBIOS, or NULL
 * @cpu_vendor:	vendor_id of /proc/cpuinfo, or NULL
 * @address_bits: width of physical addresses, 0 where unknown
 * @nodes:	NUMA nodes
 * @iommu:	IOMMU in the firmware tables or in use
 * @iommu_enabled: devices have groups
 * @interrupt_remapping: interrupts go through the IOMMU (measured in /proc/interrupts)
 * @unsafe_interrupts: vfio_iommu_type1's allow_unsafe_interrupts; FACT_UNKNOWN while it is not loaded
 * @denylist_off: vfio-pci's disable_denylist
 * @klog, @memory: as the structures say
 * @tables_known: the firmware table could be read (it is readable by root only)
 * @tables_damaged: it could be read, and is not whole
 * @tables_hidden: there are no ACPI tables to look at, and no IOMMU is in use: whether firmware describes one is unknown
 * @reserved:	ranges of the firmware tables
 * @slots:	slots of the chassis and onboard devices, as firmware and the kernel tell them
 * @devices:	all functions, sorted by address
 * @groups:	all groups, sorted by number
 * @persists:	files of the persisted pool, by name
 * @persist_count: number of @persists
 * @vfio:	whether vfio-pci is built in, loaded or loadable
 * @vfio_registered: it is built in or loaded
 * @vfio_drivers: vfio-pci and its variants, loaded or not
 * @kvm:	/dev/kvm is there, and KVM answers
 * @privileged:	it was read with the privilege to see other processes and open disks
 * @captured:	it is not the host this runs on: only another capture measures what this one did not
 * @unmeasured:	names of JSON fields of the host that could not be measured
 */
struct host {
	char *kernel;
	char *cmdline;
	char *vendor, *product, *bios;
	char *cpu_vendor;
	unsigned int address_bits;
	struct numa_node *nodes;
	size_t node_count;
	enum iommu_kind iommu;
	bool iommu_enabled;
	enum fact interrupt_remapping;
	enum fact unsafe_interrupts;
	bool denylist_off;
	struct klog klog;
	struct memory memory;
	bool tables_known;
	bool tables_damaged;
	bool tables_hidden;
	struct reserved_list reserved;
	struct slot_list slots;
	struct device *devices;
	size_t device_count;
	struct group *groups;
	size_t group_count;
	struct persist *persists;
	size_t persist_count;
	enum fact vfio;
	bool vfio_registered;
	struct vfio_driver *vfio_drivers;
	size_t vfio_driver_count;
	bool kvm;
	bool privileged;
	bool captured;
	struct strlist unmeasured;
};

/** host_done() - Release what @host owns */
void host_done(struct host *host);

/** host_find() - Device at @addr, or NULL */
struct device *host_find(const struct host *host, const struct pciaddr *addr);

/** host_node() - NUMA node @id, or NULL */
const struct numa_node *host_node(const struct host *host, int id);

/** host_index() - Index of @dev in host.devices */
static inline size_t host_index(const struct host *host, const struct device *dev)
{
	return (size_t)(dev - host->devices);
}

/** host_group() - Group of @dev, or NULL where the kernel gives it none */
struct group *host_group(const struct host *host, const struct device *dev);

/** host_vfio_driver() - The driver called @name (NULL: none) where it hands devices over, or NULL; a dash counts as an underscore */
const struct vfio_driver *host_vfio_driver(const struct host *host, const char *name);

/** host_is_hpe() - Whether SMBIOS names HP or HPE as the vendor, in any of the ways they write it */
bool host_is_hpe(const struct host *host);

/** host_product_has() - Whether @word is in the product's name, whatever the case */
bool host_product_has(const struct host *host, const char *word);

/** device_is_bridge() - Whether @dev stays with the host when its group is handed over (header type not 0) */
bool device_is_bridge(const struct device *dev);

/** device_add_use() - Append a use; takes ownership of @what and @fix (may be NULL) */
void device_add_use(struct device *dev, enum use_kind kind, char *what, char *fix);

#endif
