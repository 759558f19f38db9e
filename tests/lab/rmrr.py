#!/usr/bin/env python3
"""rmrr.py DMAR OUT PATH=START-END...: add reserved memory (RMRR) to an ACPI DMAR table

PATH is device.function hops from bus 0, such as 05.0,00.0; START and END are hexadecimal, END is the last byte.
"""
# SPDX-License-Identifier: GPL-2.0-or-later
import re
import struct
import sys

RMRR, ENDPOINT = 1, 1
LENGTH_AT, CHECKSUM_AT, REVISION_AT = 4, 9, 24


def structure(text):
    """The RMRR structure (VT-d specification, 8.4) that an argument asks for."""
    match = re.fullmatch(r'((?:[0-9a-f]{1,2}\.[0-7],?)+)=(?:0x)?([0-9a-f]+)-(?:0x)?([0-9a-f]+)', text, re.I)
    if not match or match[1].endswith(','):
        sys.exit(f'lab: --rmrr {text}: not PATH=START-END, such as 05.0,00.0=7f000000-7f0fffff')
    start, end = int(match[2], 16), int(match[3], 16)
    if start & 0xfff or end & 0xfff != 0xfff or end < start:
        sys.exit(f'lab: --rmrr {text}: START and END + 1 must be multiples of 0x1000')
    path = b''.join(struct.pack('BB', *(int(n, 16) for n in hop.split('.'))) for hop in match[1].split(','))
    scope = struct.pack('<BBHBB', ENDPOINT, 6 + len(path), 0, 0, 0) + path
    return struct.pack('<HHHHQQ', RMRR, 24 + len(scope), 0, 0, start, end) + scope


def insertion_point(table):
    """RMRRs come after the DRHDs and before the other types: structures are in order of their type."""
    at = 48
    while at < len(table):
        kind, length = struct.unpack_from('<HH', table, at)
        if kind > RMRR:
            break
        at += length
    return at


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    with open(sys.argv[1], 'rb') as f:
        table = bytearray(f.read())
    at = insertion_point(table)
    table[at:at] = b''.join(structure(a) for a in sys.argv[3:])
    struct.pack_into('<I', table, LENGTH_AT, len(table))
    # The kernel takes the table with the higher revision.
    struct.pack_into('<I', table, REVISION_AT, struct.unpack_from('<I', table, REVISION_AT)[0] + 1)
    table[CHECKSUM_AT] = 0
    table[CHECKSUM_AT] = -sum(table) & 255
    with open(sys.argv[2], 'wb') as f:
        f.write(table)


main()
