# SPDX-License-Identifier: GPL-2.0-or-later
# Configuration space and resources of a PCI function, from the words of a host's description (mkhost).
"""Layout: PCI Local Bus Specification 3.0, 6.1, 6.8; PCI Express Base Specification 5.0, 7.5, 7.7, 7.9.3, 9.3.3.
"""
import struct

EXPRESS, MSI, MSIX, EXTENDED, SRIOV = 0x40, 0x80, 0xa0, 0x100, 0x140
SPEEDS = ("", "2.5", "5", "8", "16", "32", "64")
UNITS = {"K": 10, "M": 20, "G": 30, "T": 40}

# IORESOURCE_MEM, _PREFETCH, _MEM_64 and _UNSET of include/linux/ioport.h
MEMORY, UNSET = 0x14220c, 0x20000000


def size(text):
    """16M as a number."""
    return int(text[:-1]) << UNITS[text[-1]] if text[-1] in UNITS else int(text)


def resources(bars):
    """Text of the file "resource": memory BARs of these sizes; one after "!" has no address."""
    lines, place = [], 0x4000000000
    for text in bars.split(",") if bars else []:
        length = size(text.removeprefix("!"))
        if not length:
            lines.append("0x%016x 0x%016x 0x%016x" % (0, 0, 0))
        elif text.startswith("!"):
            lines.append("0x%016x 0x%016x 0x%016x" % (0, length - 1, MEMORY | UNSET))
        else:
            place = (place + length - 1) // length * length
            lines.append("0x%016x 0x%016x 0x%016x" % (place, place + length - 1, MEMORY))
            place += length
    lines += ["0x%016x 0x%016x 0x%016x" % (0, 0, 0)] * (7 - len(lines))
    return "\n".join(lines)


def link_word(text):
    """8x16 as the low ten bits of Link Capabilities and Link Status: speed, width."""
    speed, _, width = text.partition("x")
    return SPEEDS.index(speed) | int(width) << 4


def capabilities(keys):
    """(offset, bytes with a next pointer of zero) of every capability in the list, in order."""
    if "link" in keys or "dsn" in keys or "pcie" in keys:
        now, _, best = keys.get("link", "").partition("/")
        express = bytearray(60)
        express[0:4] = struct.pack("<BBH", 0x10, 0, 0x0042 if "bus" in keys else 0x0002)
        if now:
            struct.pack_into("<I", express, 0x0c, link_word(best or now))
            struct.pack_into("<H", express, 0x12, link_word(now))
        yield EXPRESS, bytes(express)
    if "msi" in keys:
        yield MSI, struct.pack("<BBH20x", 0x05, 0, 0x80 | (int(keys["msi"]).bit_length() - 1) << 1)
    if "msix" in keys:
        yield MSIX, struct.pack("<BBH8x", 0x11, 0, int(keys["msix"]) - 1)


def add_capabilities(space, keys):
    """Write the list and the serial number into the bytes; 64, 256 or 4096 of them are used."""
    listed = list(capabilities(keys))
    if listed:
        space.extend(bytes(256 - len(space)))
        space[0x34] = listed[0][0]
    for index, (at, data) in enumerate(listed):
        space[at:at + len(data)] = data
        space[at + 1] = listed[index + 1][0] if index + 1 < len(listed) else 0
    if "dsn" in keys:
        space.extend(bytes(4096 - len(space)))
        serial = bytes(int(part, 16) for part in reversed(keys["dsn"].split("-")))
        following = SRIOV if "vfs" in keys else 0
        space[EXTENDED:EXTENDED + 12] = struct.pack("<I", 0x00010003 | following << 20) + serial
        if following:
            active, total = keys["vfs"].split("/")
            space[SRIOV:SRIOV + 4] = struct.pack("<I", 0x00010010)
            struct.pack_into("<HHH", space, SRIOV + 0x0c, int(total), int(total), int(active))


def space_of(keys, ids, sub, several, primary):
    """Configuration space of a function: keys are its words, ids as the register reads them."""
    if "dead" in keys:
        return b"\xff" * 64
    space = bytearray(64)
    header = int(keys.get("header", "1" if "bus" in keys else "0"))
    code = keys["code"]
    struct.pack_into("<HHHHBBBB", space, 0, *ids, 0x0406, 0x0010, int(keys.get("rev", "0"), 16),
                     code & 0xff, code >> 8 & 0xff, code >> 16)
    space[0x0e] = header | (0x80 if several else 0)
    if header == 1:
        first, _, last = keys.get("bus", "00").partition("-")
        space[0x18:0x1b] = bytes((primary, int(first, 16), int(last or first, 16)))
    elif header == 0:
        struct.pack_into("<HH", space, 0x2c, *sub)
    if "irq" in keys:
        space[0x3c:0x3e] = bytes((int(keys["irq"]) & 0xff, 1))
    add_capabilities(space, keys)
    return bytes(space)
