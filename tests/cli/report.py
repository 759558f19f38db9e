#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Look at what vmrun prints: does it keep to its schema, and what is in it?
"""Look at what vmrun prints.

usage: report.py schema FILE          FILE is one JSON object that keeps to its schema; prints what does not
       report.py survey FILE          vmrun.survey/1 as short text, without the names of devices
       report.py nameless SURVEY      a sed script that replaces the names SURVEY has by <VVVV:DDDD>

Names come from the PCI ID list of the machine at hand, so nothing is compared with them in it.
"""
import json
import re
import sys

ADDRESS = r"[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]"
HEX = r"0x[0-9a-f]+"
CODE = r"[a-z]+(-[a-z]+)*"


class Maybe:
    """A value that may be null."""

    def __init__(self, what):
        self.what = what


FINDING = {"code": CODE, "severity": "block|refuse|warn|info", "device": ADDRESS, "message": ".+",
           "fix": Maybe(".+"), "predicted": bool, "accepted": bool}
SCHEMAS = {
    "vmrun.survey/1": {
        "schema": ".*",
        "host": {"kernel": Maybe(".+"), "vendor": Maybe(".+"), "product": Maybe(".+"), "bios": Maybe(".+"),
                 "iommu": {"kind": Maybe("intel|amd|smmu"), "enabled": bool,
                           "interrupt_remapping": Maybe(bool)},
                 "findings": [dict(FINDING, device=Maybe(ADDRESS))], "unmeasured": [".+"]},
        "firmware": {"reserved": [{"source": "rmrr|ivmd|rmr", "segment": int, "start": HEX, "end": HEX,
                                   "scopes": [{"bus": "[0-9a-f]{2}", "path": [r"[01][0-9a-f]\.[0-7]"],
                                               "last": Maybe(r"[0-9a-f]{2}:[01][0-9a-f]\.[0-7]"),
                                               "device": Maybe(ADDRESS)}]}],
                     "slots": [{"name": ".+", "number": Maybe(int), "address": Maybe(ADDRESS)}]},
        "groups": [{"id": int, "devices": [ADDRESS],
                    "reserved": [{"start": HEX, "end": HEX,
                                  "type": "direct|direct-relaxable|reserved|msi|other"}]}],
        "devices": [{"address": ADDRESS, "vendor": "0x[0-9a-f]{4}", "device": "0x[0-9a-f]{4}",
                     "subsystem_vendor": "0x[0-9a-f]{4}", "subsystem_device": "0x[0-9a-f]{4}",
                     "class": "0x[0-9a-f]{4}", "prog_if": "0x[0-9a-f]{2}", "revision": "0x[0-9a-f]{2}",
                     "name": ".+", "kind": "[a-z]+", "path": Maybe(r"[0-9a-f]{4,8}/[^/]+(/[01][0-9a-f]\.[0-7])+"),
                     "slot": Maybe(int), "numa": Maybe(int), "driver": Maybe(".+"), "group": Maybe(int),
                     "siblings": [ADDRESS], "reset": ["[a-z_]+"],
                     "sriov": {"role": Maybe("pf|vf"), "pf": Maybe(ADDRESS), "total": int, "active": int},
                     "state": "host|pool|guest|stuck", "guest": Maybe(".+"),
                     "users": [{"kind": "disk|net|display|input|process|guest", "what": ".+"}],
                     "verdict": "assignable|warning|refused|blocked", "findings": [FINDING],
                     "unmeasured": [".+"]}]},
    "vmrun.plan/1": {
        "schema": ".*", "profile": Maybe(".+"), "guest": ".+", "uri": ".+", "verdict": "go|refused|unknown",
        "picks": [{"id": ".+", "address": ADDRESS, "role": "attach|sibling", "group": Maybe(int),
                   "after": "host|pool"}],
        "steps": [{"step": "reserve|claim|load-module|bind|own|acl|vf|define|create|start|attach", "target": ".+",
                   "from": Maybe(".+"), "to": Maybe(".+"), "why": Maybe(".+")}],
        "findings": [FINDING], "unmeasured": [".+"], "missing": [".+"]},
    "vmrun.hostcheck/1": {
        "schema": ".*", "result": "PASS|NOTE|WARN|FAIL",
        "checks": [{"code": "[a-z0-9]+(-[a-z0-9]+)*", "topic": "[A-Z]+", "title": ".+", "result": "PASS|NOTE|WARN|FAIL",
                    "measured": bool, "message": Maybe(".+"), "fix": Maybe(".+")}],
        "unmeasured": [".+"]},
    "vmrun.pool/1": {
        "schema": ".*",
        "devices": [{"address": ADDRESS, "vendor": "0x[0-9a-f]{4}", "device": "0x[0-9a-f]{4}", "name": ".+", "kind": "[a-z]+",
                     "path": Maybe(r"[0-9a-f]{4,8}/[^/]+(/[01][0-9a-f]\.[0-7])+"), "group": Maybe(int),
                     "state": "host|pool|guest|stuck",
                     "home": Maybe({"driver": Maybe(".+"), "override": Maybe(".+")}),
                     "persisted": bool, "guest": Maybe(".+"), "holder": Maybe(".+")}],
        "persisted": [{"file": ".+", "state": "found|missing|changed|damaged", "path": Maybe(".+"), "ids": Maybe(".+"),
                       "subsystem": Maybe(".+"), "serial": Maybe(".+"), "address": Maybe(ADDRESS), "what": Maybe(".+")}]},
    "vmrun.error/1": {"schema": ".*", "exit": int, "message": ".+", "fix": Maybe(".+"),
                      "findings": [FINDING]},
}


def compare(value, want, where, faults):
    if isinstance(want, Maybe):
        if value is None:
            return
        want = want.what
    if isinstance(want, dict):
        if not isinstance(value, dict):
            faults.append(f"{where}: no object")
            return
        for key, inner in want.items():
            if key not in value:
                faults.append(f"{where}.{key}: missing")
            else:
                compare(value[key], inner, f"{where}.{key}", faults)
    elif isinstance(want, list):
        if not isinstance(value, list):
            faults.append(f"{where}: no array")
            return
        for index, item in enumerate(value):
            compare(item, want[0], f"{where}[{index}]", faults)
    elif isinstance(want, str):
        if not isinstance(value, str) or not re.fullmatch(want, value):
            faults.append(f"{where}: {value!r} is not {want}")
    elif type(value) is not want:
        faults.append(f"{where}: {value!r} is no {want.__name__}")


def schema(path):
    with open(path, encoding="utf-8") as file:
        value = json.load(file)
    faults = []
    wanted = SCHEMAS.get(value.get("schema"))
    if not wanted:
        faults.append(f"schema: {value.get('schema')!r} is unknown")
    else:
        compare(value, wanted, "", faults)
    print("\n".join(faults))
    return 1 if faults else 0


def show_finding(finding):
    marks = "".join(f" ({mark})" for mark in ("predicted", "accepted") if finding[mark])
    print(f"  {finding['code']} {finding['severity']}{marks}: {finding['message']}")
    if finding["fix"]:
        print(f"    fix: {finding['fix']}")


def survey(path):
    with open(path, encoding="utf-8") as file:
        value = json.load(file)
    host, iommu = value["host"], value["host"]["iommu"]
    print(f"host {host['vendor']} {host['product']}, kernel {host['kernel']}, "
          f"iommu {iommu['kind']} {'on' if iommu['enabled'] else 'off'}")
    if host["unmeasured"]:
        print("  unmeasured:", *host["unmeasured"])
    for range_ in value["firmware"]["reserved"]:
        scopes = [f"{s['bus']}:{'/'.join(s['path'])}{'-' + s['last'] if s['last'] else ''}={s['device']}"
                  for s in range_["scopes"]]
        print(f"{range_['source']} {range_['segment']:x} {range_['start']}-{range_['end']}", *scopes)
    for slot in value["firmware"]["slots"]:
        print(f"slot {slot['name']} = {slot['number']}: {slot['address']}")
    for group in value["groups"]:
        regions = [f"{r['start']}-{r['end']} {r['type']}" for r in group["reserved"] if r["type"] != "msi"]
        print(f"group {group['id']}:", *group["devices"], *regions)
    for dev in value["devices"]:
        extra = [f"{key}={dev[key]}" for key in ("group", "driver", "slot", "numa", "guest") if dev[key] is not None]
        if dev["reset"]:
            extra.append("reset=" + ",".join(dev["reset"]))
        if dev["sriov"]["role"]:
            sriov = dev["sriov"]
            extra.append(f"{sriov['role']} of {sriov['pf']}" if sriov["pf"] else
                         f"{sriov['role']} {sriov['active']}/{sriov['total']}")
        ids = f"{dev['vendor'][2:]}:{dev['device'][2:]}:{dev['class'][2:]}:{dev['prog_if'][2:]}"
        print(f"{dev['address']} {ids} {dev['kind']} {dev['path']} {dev['state']} {dev['verdict']}", *extra)
        if dev["siblings"]:
            print("  siblings:", *dev["siblings"])
        if dev["unmeasured"]:
            print("  unmeasured:", *dev["unmeasured"])
        for user in dev["users"]:
            print(f"  used ({user['kind']}): {user['what']}")
        for finding in dev["findings"]:
            show_finding(finding)
    return 0


def nameless(path):
    with open(path, encoding="utf-8") as file:
        devices = json.load(file)["devices"]
    names = {dev["name"]: f"<{dev['vendor'][2:]}:{dev['device'][2:]}>" for dev in devices}
    for name in sorted(names, key=len, reverse=True):
        pattern = re.sub(r"[][\\.*^$/]", r"\\\g<0>", name)
        print(f"s/{pattern}/{names[name]}/g")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("schema", "survey", "nameless"):
        sys.exit(__doc__)
    sys.exit({"schema": schema, "survey": survey, "nameless": nameless}[sys.argv[1]](sys.argv[2]))
