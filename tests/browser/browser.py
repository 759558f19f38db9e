# SPDX-License-Identifier: GPL-2.0-or-later
"""A headless Chromium to look at one page with, over its DevTools pipe; nothing but the standard library.

The protocol: https://chromedevtools.github.io/devtools-protocol/ (--remote-debugging-pipe: each message is
JSON and a NUL, to the browser on its descriptor 3, from it on 4).
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
         "--remote-debugging-pipe"]
SECONDS = 60


class Trouble(Exception):
    """The browser did not do what it was told to."""


def find():
    for name in ("chromium", "chromium-browser"):
        path = shutil.which(name)
        if path:
            return path
    return None


class Browser:
    """One browser with a profile of its own and one page."""

    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="vmrun-browser-")
        to_read, self.writer = os.pipe()
        self.reader, to_write = os.pipe()
        # Moved out of the way first, so that one does not end on the other's place.
        high = [os.dup(fd) for fd in (to_read, to_write)]

        def place():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, f"--user-data-dir={self.folder}", *FLAGS, "about:blank"], preexec_fn=place, close_fds=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for fd in (to_read, to_write, *high):
            os.close(fd)
        self.buffer, self.number, self.session, self.events = b"", 0, None, []
        targets = self.tell("Target.getTargets")["targetInfos"]
        target = next(t["targetId"] for t in targets if t["type"] == "page")
        self.session = self.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.tell(f"{domain}.enable")

    def close(self):
        try:
            self.session = None
            self.tell("Browser.close")
            self.process.wait(10)
        except (Trouble, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(self, until):
        """The next message, or None where none comes until then."""
        while b"\0" not in self.buffer:
            if not select.select([self.reader], [], [], max(0, until - time.monotonic()))[0]:
                return None
            more = os.read(self.reader, 1 << 20)
            if not more:
                raise Trouble("the browser has gone")
            self.buffer += more
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def tell(self, method, **params):
        """Give a command and wait for its answer; events that come before it are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + SECONDS
        while True:
            answer = self.read(until)
            if answer is None:
                raise Trouble(f"{method}: no answer")
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise Trouble(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, event):
        until = time.monotonic() + SECONDS
        while not any(e.get("method") == event for e in self.events):
            message = self.read(until)
            if message is None:
                raise Trouble(f"{event} did not come")
            self.events.append(message)

    def go(self, url):
        """Load a page; the events of before are forgotten."""
        for page in ("about:blank", url):
            self.events = []
            self.tell("Page.navigate", url=page)
            self.wait("Page.loadEventFired")
        self.js("0")

    def js(self, expression):
        answer = self.tell("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise Trouble(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def click(self, selector):
        """Click with the mouse into the middle of an element."""
        where = self.js(f"""(() => {{ const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{ block: "center" }});
            const r = e.getBoundingClientRect();
            return [r.x + r.width / 2, r.y + r.height / 2]; }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.tell("Input.dispatchMouseEvent", type=kind, x=where[0], y=where[1], button="left", clickCount=1)

    def press(self, key, code):
        for kind in ("keyDown", "keyUp"):
            self.tell("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                      **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {}))

    def size(self, width, height):
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=False)

    def scheme(self, name):
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def shot(self, path):
        """The whole page as a picture."""
        size = self.tell("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        data = self.tell("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def requests(self):
        """URLs the page asked for, the page itself among them."""
        return [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]

    def complaints(self):
        """What would stand in the console: messages, exceptions, violations of the page's policy."""
        return [json.dumps(e["params"]) for e in self.events if e.get("method") in
                ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")]
