#!/usr/bin/env python3
"""rmrr.py: put reserved memory (RMRR) into an ACPI DMAR table

rmrr.py memmap PATH=START-END...            kernel parameters that reserve the memory, as firmware does
rmrr.py table DMAR OUT PATH=START-END...    the table with the RMRRs added

PATH is device.function hops from bus 0, such as 05.0,00.0; START and END are hexadecimal, END is the last byte.
"""
# SPDX-License-Identifier: GPL-2.0-or-later
import re
import struct
import sys

RMRR, ENDPOINT = 1, 1
LENGTH_AT, CHECKSUM_AT, REVISION_AT = 4, 9, 24


def parse(text):
    """PATH=START-END as [(device, function), ...], start, end; ends the program with status 2 when it is not that."""
    match = re.fullmatch(r'((?:[01]?[0-9a-f]\.[0-7],)*[01]?[0-9a-f]\.[0-7])=(?:0x)?([0-9a-f]+)-(?:0x)?([0-9a-f]+)', text, re.I)
    if not match:
        wrong(f'--rmrr {text}: not PATH=START-END, such as 05.0,00.0=7e000000-7e0fffff')
    start, end = int(match[2], 16), int(match[3], 16)
    if start & 0xfff or end & 0xfff != 0xfff or end < start:
        wrong(f'--rmrr {text}: START and END + 1 must be multiples of 0x1000')
    return [tuple(int(n, 16) for n in hop.split('.')) for hop in match[1].split(',')], start, end


def wrong(text):
    """A usage error."""
    print('lab: ' + text, file=sys.stderr)
    sys.exit(2)


def structure(hops, start, end):
    """An RMRR structure (VT-d specification, 8.4) with one scope: the endpoint at hops."""
    path = b''.join(struct.pack('BB', *hop) for hop in hops)
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


def extend(table, rmrrs):
    """Add the structures, and what makes the kernel prefer the result: a higher revision, a right checksum."""
    at = insertion_point(table)
    table[at:at] = b''.join(structure(*r) for r in rmrrs)
    struct.pack_into('<I', table, LENGTH_AT, len(table))
    struct.pack_into('<I', table, REVISION_AT, struct.unpack_from('<I', table, REVISION_AT)[0] + 1)
    table[CHECKSUM_AT] = 0
    table[CHECKSUM_AT] = -sum(table) & 255
    return table


def main():
    """Do what the arguments say."""
    verb, rest = sys.argv[1], sys.argv[2:]
    if verb == 'memmap':
        print(''.join(f' memmap={end - start + 1:#x}${start:#x}' for _, start, end in map(parse, rest)))
    else:
        with open(rest[0], 'rb') as f:
            table = bytearray(f.read())
        with open(rest[1], 'wb') as f:
            f.write(extend(table, map(parse, rest[2:])))


main()
