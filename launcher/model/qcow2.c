// SPDX-License-Identifier: GPL-2.0-or-later
/* The beginning of an empty qcow2 image. */
#include "model/qcow2.h"

#include "base/mem.h"

#define CLUSTER_BITS 16
#define CLUSTER ((uint64_t)1 << CLUSTER_BITS)
/* A cluster of a second-level table has an entry of eight bytes for each cluster it maps. */
#define PER_L2 (CLUSTER / 8 * CLUSTER)
#define REFCOUNT_ORDER 4
#define HEADER_LENGTH 104

/* Where the four parts are, in clusters; the first-level table is last, for it has no fixed size. */
enum { AT_HEADER, AT_REFCOUNT_TABLE, AT_REFCOUNTS, AT_L1 };

static void put(uint8_t *at, uint64_t value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

uint8_t *qcow2_empty(uint64_t size_bytes, size_t *ret_len, uint64_t *ret_file)
{
	uint64_t entries = (size_bytes + PER_L2 - 1) / PER_L2,
		 clusters = (entries * 8 + CLUSTER - 1) / CLUSTER;
	uint8_t *image = mem_zalloc(AT_L1 * CLUSTER);

	put(image, 0x514649fb, 4);
	put(image + 4, 3, 4);
	put(image + 20, CLUSTER_BITS, 4);
	put(image + 24, size_bytes, 8);
	put(image + 36, entries, 4);
	put(image + 40, AT_L1 * CLUSTER, 8);
	put(image + 48, AT_REFCOUNT_TABLE * CLUSTER, 8);
	put(image + 56, 1, 4);
	put(image + 96, REFCOUNT_ORDER, 4);
	put(image + 100, HEADER_LENGTH, 4);
	put(image + AT_REFCOUNT_TABLE * CLUSTER, AT_REFCOUNTS * CLUSTER, 8);
	for (uint64_t i = 0; i < AT_L1 + clusters; i++)
		put(image + AT_REFCOUNTS * CLUSTER + i * 2, 1, 2);
	*ret_len = AT_L1 * CLUSTER;
	*ret_file = (AT_L1 + clusters) * CLUSTER;
	return image;
}
