#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check a graph of `vmrun survey --format dot` against its JSON, without graphviz.

usage: graph.py GRAPH SURVEY      prints what is wrong

Every device is a node with its address, driver and verdict in the label; every group is a cluster of
its devices; every device hangs off a bridge or a root bus; quotes and braces are balanced.
"""
import json
import re
import sys

WORD = r'"(?:[^"\\\n]|\\.)*"'


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    with open(sys.argv[2], encoding="utf-8") as file:
        survey = json.load(file)
    faults = []
    bare = re.sub(WORD, "", text)
    if '"' in bare or bare.count("{") != bare.count("}"):
        faults.append("quotes or braces are not balanced")
    if re.search(r"&(?!amp;)", text):
        faults.append("an ampersand is not escaped")
    nodes = dict(re.findall(rf'^\t({WORD}) \[label=({WORD})', text, re.M))
    edges = re.findall(rf'^\t({WORD}) -> ({WORD});$', text, re.M)
    clusters = {int(number): set(re.findall(WORD, body)) for number, body in
                re.findall(r'^\tsubgraph "cluster group (\d+)" \{\n.*\n.*\n((?:\t\t".*";\n)*)\t\}$', text, re.M)}
    for device in survey["devices"]:
        label = nodes.get(f'"{device["address"]}"', "")
        verdict = "bridge" if "\\nbridge" in label else device["verdict"]
        driver = re.escape((device["driver"] or "no driver").split('"')[0])
        if not re.match(rf'"{device["address"]}\\n.*\\n{driver}.*\\n{verdict}', label):
            faults.append(f"{device['address']}: its label is {label}")
        if [to for _, to in edges].count(f'"{device["address"]}"') != 1:
            faults.append(f"{device['address']}: it does not hang off one node")
    faults += [f"{end} is no node" for edge in edges for end in edge if end not in nodes]
    groups = {group["id"]: {f'"{at}"' for at in group["devices"]} for group in survey["groups"]}
    if clusters != groups:
        faults.append(f"clusters are {clusters}, groups are {groups}")
    print("\n".join(faults))
    return 1 if faults else 0


sys.exit(main())
