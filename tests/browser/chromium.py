# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A headless Chromium with a fake camera and microphone, driven from a test.

Owns one browser: its processes, its user data, what it says on stderr, and the
DevTools protocol spoken with it. That goes over two pipes (JSON with a NUL after
each message) instead of a port: nothing to find, nothing that others could
connect to. A thread reads them; all else is the test's own thread.
"""

import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

# Longer than a page takes on a busy machine; who gets there hangs.
TIMEOUT_S = 60
STDERR_LINES = 40
# The processes are in one group, but for crash handlers: these keep this.
MARK = "GST_PROF_TEST_BROWSER"

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--no-default-browser-check", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--disable-extensions", "--disable-breakpad", "--mute-audio",
    "--disable-dev-shm-usage", "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    # addresses as they are, not as names that multicast DNS resolves
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--remote-debugging-pipe", "about:blank",
)

# The browser wants its pipes as descriptors 3 and 4.
START = """
import fcntl, os, sys
r, w = (fcntl.fcntl(int(fd), fcntl.F_DUPFD, 5) for fd in sys.argv[1:3])
os.dup2(r, 3)
os.dup2(w, 4)
os.close(r)
os.close(w)
os.execvp(sys.argv[3], sys.argv[3:])
"""


class BrowserError(Exception):
    """What the browser or the page in it answered, or did not."""


def find_program():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    raise BrowserError("there is no chromium here: apt-get install chromium")


class Browser:
    """One browser with one page."""

    def __init__(self, *flags, fps=30):
        self.folder = tempfile.mkdtemp(prefix="gst-prof-browser-")
        # A socket's path has at most 107 bytes, and ours is as long as the
        # path of the sources.
        self.short = tempfile.mkdtemp(prefix="gst-prof-", dir="/tmp")
        self.mark = uuid.uuid4().hex
        self.answers = queue.Queue()
        self.said = []
        self.number = 0
        self.session = None
        self.process = None
        to_read, our_write = os.pipe()
        our_read, to_write = os.pipe()
        self.stderr = open(os.path.join(self.folder, "stderr"), "w+b")
        # It leaves a socket and PulseAudio's folder where temporary files are.
        env = dict(os.environ, HOME=self.folder, TMPDIR=self.short,
                   **{MARK: self.mark})
        # What is wrong with the system's buses is no news to anybody.
        env.update(DBUS_SESSION_BUS_ADDRESS="disabled:",
                   DBUS_SYSTEM_BUS_ADDRESS="disabled:")
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START, str(to_read), str(to_write),
                 find_program(),
                 "--use-fake-device-for-media-stream=fps=%d" % fps,
                 "--user-data-dir=" + os.path.join(self.folder, "data"),
                 *flags, *FLAGS],
                pass_fds=(to_read, to_write), env=env, process_group=0,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=self.stderr)
        finally:
            os.close(to_read)
            os.close(to_write)
            self.write = open(our_write, "wb", buffering=0)
            self.read = open(our_read, "rb")
            if self.process is None:
                self.stop()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            print(self.tell(), file=sys.stderr)
        self.stop()

    # The protocol.

    def _read(self):
        pending = b""
        try:
            while True:
                data = os.read(self.read.fileno(), 1 << 16)
                if not data:
                    break
                *messages, pending = (pending + data).split(b"\0")
                for text in messages:
                    self._take(json.loads(text))
        except (OSError, ValueError):
            pass
        self.answers.put(None)

    def _take(self, message):
        if "id" in message:
            self.answers.put(message)
        elif message.get("method") == "Runtime.consoleAPICalled":
            self.said.append(" ".join(
                str(arg.get("value", arg.get("description", "")))
                for arg in message["params"]["args"]))
        elif message.get("method") == "Runtime.exceptionThrown":
            details = message["params"]["exceptionDetails"]
            self.said.append(details.get("exception", {}).get(
                "description", details.get("text", "?")))

    def call(self, method, timeout=TIMEOUT_S, **params):
        """A command and its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.write.write(json.dumps(message).encode() + b"\0")
        end = time.monotonic() + timeout
        while True:
            try:
                answer = self.answers.get(
                    timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                raise BrowserError("no answer to %s within %g s" % (
                    method, timeout)) from None
            if answer is None:
                raise BrowserError("the browser ended before it answered to "
                                   + method)
            # An answer that was given up comes late.
            if answer["id"] == self.number:
                break
        if "error" in answer:
            raise BrowserError("%s: %s" % (method, answer["error"]["message"]))
        return answer["result"]

    def open(self, url):
        """Opens the page, and returns when it is loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target,
                                 flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Runtime.enable")
        answer = self.call("Page.navigate", url=url)
        if answer.get("errorText"):
            raise BrowserError("%s: %s" % (url, answer["errorText"]))
        self.wait_for("document.readyState === 'complete' && "
                      "location.href !== 'about:blank'")

    def evaluate(self, expression, timeout=TIMEOUT_S):
        """The value of an expression in the page; promises are waited for."""
        answer = self.call("Runtime.evaluate", timeout, expression=expression,
                           awaitPromise=True, returnByValue=True)
        details = answer.get("exceptionDetails")
        if details:
            raise BrowserError("%s\n  %s" % (expression, details.get(
                "exception", {}).get("description", details["text"])))
        return answer["result"].get("value")

    def wait_for(self, expression, timeout=TIMEOUT_S):
        """Waits until an expression is true, and returns its value."""
        end = time.monotonic() + timeout
        while True:
            value = self.evaluate(expression)
            if value:
                return value
            if time.monotonic() > end:
                raise BrowserError("not within %g s: %s (is %r)" % (
                    timeout, expression, value))
            time.sleep(0.05)

    # The processes.

    def pids(self, kind=None):
        """Its processes; kind: of that type only, "renderer" say."""
        found = []
        mark = ("%s=%s" % (MARK, self.mark)).encode()
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            pid = int(path.name)
            try:
                # The browser writes its titles over its environment.
                if os.getpgid(pid) != self.process.pid and mark not in (
                        path / "environ").read_bytes().split(b"\0"):
                    continue
                words = (path / "cmdline").read_bytes().replace(b"\0", b" ")
                state = (path / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if state[0] != "Z" and (
                    kind is None
                    or b"--type=" + kind.encode() in words.split()):
                found.append(pid)
        return found

    def signal(self, number, kind=None):
        """Sends a signal to all of its processes, or to one kind of them."""
        pids = self.pids(kind)
        if not pids:
            raise BrowserError("no process of type " + str(kind))
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        return len(pids)

    def stop(self):
        """Ends all of its processes, and removes its files."""
        if self.process is not None:
            # Those that are left may be starting others.
            for _ in range(50):
                pids = self.pids()
                if not pids:
                    break
                for pid in pids:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                self.process.poll()
                time.sleep(0.02)
            self.process.wait(TIMEOUT_S)
            self.process = None
        # The reader ends by itself: nobody writes to its pipe any more.
        self.write.close()
        self.stderr.close()
        for folder in (self.folder, self.short):
            shutil.rmtree(folder, ignore_errors=True)

    def tell(self):
        """What helps when something failed: the page's words, and stderr."""
        self.stderr.flush()
        path = os.path.join(self.folder, "stderr")
        with open(path, "rb") as file:
            lines = [line for line in
                     file.read().decode(errors="replace").splitlines()
                     if ":ERROR:dbus/" not in line]
        return "\n".join(
            ["---- the page ----", *self.said[-STDERR_LINES:],
             "---- the browser's stderr ----", *lines[-STDERR_LINES:]])
