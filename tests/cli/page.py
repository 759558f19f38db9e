#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check a page of `vmrun survey --html` against the host's JSON, as a parser sees it.

usage: page.py PAGE SURVEY        prints what is wrong

It is well-formed and needs nothing else; its policy allows its own script and style and nothing more;
each device has its details; nothing of the host became markup, or hides, or turns text around.
"""
import base64
import hashlib
import html.parser
import json
import re
import sys

TAGS = {"html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "dl", "div", "dt", "dd",
        "nav", "button", "i", "b", "input", "select", "option", "output", "main", "section", "span",
        "details", "summary", "ul", "li", "p", "code", "em", "strong", "a", "table", "tr", "th", "td",
        "footer", "script"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "type", "title", "disabled",
              "hidden", "placeholder", "aria-label", "value", "href"}
VOID = {"meta", "input"}
HIDDEN = "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.text = [], [], {}
        self.policy, self.links, self.ids = "", [], []
        self.inside, self.whole, self.own = None, "", {"style": [], "script": []}

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name not in ATTRIBUTES and not name.startswith("data-"):
                self.faults.append(f"<{tag} {name}={value}>")
        values = dict(attrs)
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        if "href" in values:
            self.links.append(values["href"])
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "details" and "fn" in values.get("class", "").split():
            self.inside = values["id"]
            self.text[self.inside] = f"{values['data-verdict']} {values['data-kind']} "
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")
        if tag == "details":
            self.inside = None

    def handle_data(self, data):
        if self.open and self.open[-1] in self.own:
            self.own[self.open[-1]].append(data)
            return
        self.whole += data
        if self.inside:
            self.text[self.inside] += data


def visible(text):
    return re.sub(HIDDEN + "|\n", lambda c: f"<U+{ord(c[0]):04X}>", text)


def wanted(device):
    """The texts a device's details have, bridges only the facts."""
    yield from (device["address"], device["name"], device["driver"] or "none", device["path"] or "")
    yield f"{device['vendor'][2:]}:{device['device'][2:]}"
    yield from device["reset"]
    yield from device["siblings"]
    for user in device["users"]:
        yield user["what"]
    for finding in device["findings"]:
        yield from (finding["code"], finding["message"], finding["fix"] or "")


def check_policy(page):
    for tag, texts in page.own.items():
        if len(texts) != 1:
            page.faults.append(f"{len(texts)} <{tag}>")
            continue
        digest = base64.b64encode(hashlib.sha256(texts[0].encode()).digest()).decode()
        if f"{tag}-src 'sha256-{digest}';" not in page.policy:
            page.faults.append(f"the policy should have {tag.upper()}_DIGEST \"sha256-{digest}\"")
    rest = re.sub(r"(style|script)-src 'sha256-[^']*'; ", "", page.policy)
    if rest != "default-src 'none'; base-uri 'none'; form-action 'none'":
        page.faults.append(f"the policy is {page.policy}")


def main():
    page = Page()
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    with open(sys.argv[2], encoding="utf-8") as file:
        survey = json.load(file)
    page.feed(text)
    page.close()
    check_policy(page)
    page.faults += [f"<{tag}> is not closed" for tag in page.open]
    page.faults += [f"a link to {link}" for link in page.links if link[0] != "#" or link[1:] not in page.ids]
    page.faults += [f"two with id {name}" for name in set(page.ids) if page.ids.count(name) > 1]
    for match in re.finditer(HIDDEN.replace("\\x09", "\\x08"), text.replace("\t", "")):
        page.faults.append(f"U+{ord(match[0]):04X} in the page")
    for match in re.findall(r"(?:url\(|@import|\bsrc=|\bhref=\"[^#])[^\s]*", "".join(page.own["style"])):
        page.faults.append(f"the style loads {match}")
    host = survey["host"]
    for value in (host["vendor"], host["product"], host["kernel"], host["bios"]):
        if value and visible(value) not in page.whole:
            page.faults.append(f"no {value!r}")
    for device in survey["devices"]:
        shown = page.text.get(device["address"], "")
        for value in wanted(device):
            bridge = shown.startswith("bridge ")
            if visible(value) not in shown and not (bridge and value not in device["address"]):
                page.faults.append(f"{device['address']}: no {value!r}")
    if len(page.text) != len(survey["devices"]):
        page.faults.append(f"{len(page.text)} devices, not {len(survey['devices'])}")
    print("\n".join(page.faults))
    return 1 if page.faults else 0


sys.exit(main())
