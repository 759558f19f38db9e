#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Compare two domains element by element, but for what an import changes by design.
"""usage: same_domain.py WANTED GOT

The order of elements does not count, nor whether a number is hexadecimal. What vmrun owns may differ: its metadata, managed=,
the vfio driver, and an alias where the domain had none."""
import sys
import xml.etree.ElementTree as ET

NUMBERS = {"domain", "bus", "slot", "function"}


def value(name, text):
    return int(text, 0) if name in NUMBERS and text[:1].isdigit() else text


def is_ours(node):
    return (node.tag == "hostdev" and node.get("type") == "pci") or \
        (node.tag == "interface" and node.get("type") == "hostdev")


def canonical(node, had):
    """An element as a tuple that can be sorted; @had: the element of the original, for what may be added."""
    attributes = {k: value(k, v) for k, v in node.attrib.items()}
    children = list(node)
    if is_ours(node):
        attributes.pop("managed", None)
        children = [c for c in children if not (c.tag == "driver" and c.attrib == {"name": "vfio"})]
        if not had:
            children = [c for c in children if c.tag != "alias"]
    if node.tag == "metadata":
        children = [c for c in children if "urn:vmrun:" not in c.tag]
    inner = sorted((canonical(c, had) for c in children), key=repr)
    return (node.tag, sorted(attributes.items(), key=repr), (node.text or "").strip(), inner)


def of(path, had):
    root = ET.parse(path).getroot()
    children = [c for c in root if not (c.tag == "metadata" and all("urn:vmrun:" in d.tag for d in c))]
    top = [(root.tag, sorted(root.attrib.items()))]
    for child in children:
        top += [canonical(d, had) for d in child] if child.tag == "devices" else [canonical(child, had)]
    return sorted(top, key=repr)


def main():
    had = any(d.find("alias") is not None for d in ET.parse(sys.argv[1]).getroot().find("devices") if is_ours(d))
    wanted, got = of(sys.argv[1], had), of(sys.argv[2], had)
    for what, here, there in (("missing", wanted, got), ("added", got, wanted)):
        for element in here:
            if element not in there:
                print(f"{what}: {element}")
    return wanted != got


if __name__ == "__main__":
    sys.exit(main())
