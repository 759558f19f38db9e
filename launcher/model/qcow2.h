/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The beginning of an empty qcow2 image. */
#ifndef VMRUN_MODEL_QCOW2_H
#define VMRUN_MODEL_QCOW2_H

#include <stddef.h>
#include <stdint.h>

/**
 * qcow2_empty() - An image in which nothing is written yet
 * @size_bytes:	size the guest sees, up to 64 TiB
 * @ret_len:	number of bytes returned
 * @ret_file:	length of the whole file: what follows the bytes returned is zero
 *
 * By QEMU's docs/interop/qcow2.txt: version 3, clusters of 64 KiB, no backing file, no features.
 *
 * Return: the bytes; free()
 */
uint8_t *qcow2_empty(uint64_t size_bytes, size_t *ret_len, uint64_t *ret_file);

#endif
