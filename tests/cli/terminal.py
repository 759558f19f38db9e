#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a command on a terminal of a given size and look at what it shows.

usage: terminal.py run COLUMNS COMMAND…     its output, as the terminal got it
       terminal.py look COLUMNS FILE SURVEY FILE is such output of `vmrun survey`, SURVEY its JSON: no line of
                                            the table is wider, and address, driver, group, verdict, codes, ids and
                                            the words of users and names are all there; prints what is not so
"""
import fcntl
import json
import os
import pty
import re
import struct
import sys
import termios
import unicodedata


def run(columns, command):
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        os.execvp(command[0], command)
    output = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        output += more
    sys.stdout.buffer.write(output.replace(b"\r\n", b"\n"))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def squeezed(text):
    """Without what wrapping may change: blanks and the lines of the tree."""
    return re.sub(r"[\s│├└─]+", "", text)


def rows(table):
    """Each row of the table, its lines cut into cells at the columns of the header and put together."""
    starts = [m.start() for m in re.finditer("DEVICE|GROUP|DRIVER|VERDICT|USED BY|NAME", table[0])]
    found = {}
    address = None
    for line in table[1:]:
        if re.search(r"\bgroup \d+", line[:starts[1]]):
            address = None
            continue
        match = re.search(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]", line[:starts[1]])
        if match:
            address = match[0]
            found[address] = [""] * len(starts)
        if address:
            for index, start in enumerate(starts):
                end = starts[index + 1] if index + 1 < len(starts) else None
                found[address][index] += line[start:end] + "\n"
    return found


def look(columns, path, survey):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    with open(survey, encoding="utf-8") as file:
        devices = json.load(file)["devices"]
    table = lines[2:lines.index("", 2)]
    faults = [f"wider than {columns}: {line}" for line in table if width(line) > columns]
    shown = rows(table)
    for device in devices:
        cells = shown.get(device["address"])
        if not cells:
            faults.append(f"{device['address']} is not shown")
            continue
        bridge = device["kind"] == "bridge" and cells[3].split() == ["bridge"]
        wanted = [(2, device["driver"] or "-"), (3, "bridge" if bridge else device["verdict"]),
                  (4, f"[{device['vendor'][2:]}:{device['device'][2:]}]")]
        wanted += [(3, f["code"]) for f in device["findings"] if f["severity"] != "info" and not bridge]
        wanted += [(4, user["what"]) for user in device["users"]]
        for index, text in wanted:
            if squeezed(text) not in squeezed("".join(cells[index:index + 1 if index < 4 else None])):
                faults.append(f"{device['address']}: no {text!r} in {cells[index]!r}")
    print("\n".join(faults))
    return 1 if faults else 0


def main():
    if len(sys.argv) >= 4 and sys.argv[1] == "run":
        return run(int(sys.argv[2]), sys.argv[3:])
    if len(sys.argv) == 5 and sys.argv[1] == "look":
        return look(int(sys.argv[2]), sys.argv[3], sys.argv[4])
    print(__doc__, file=sys.stderr)
    return 2


sys.exit(main())
