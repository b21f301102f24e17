# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""gst-prof-1.0 record --whip as a user runs it, for the tests with real clients.

Owns the program, its folder of recordings, and the lines that it tells, each with
the moment at which it came (CLOCK_MONOTONIC). Two threads read; all else is the
test's own.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = str(pathlib.Path(os.environ["GST_PROF_BUILD"])
              / "tools" / "gst-prof-1.0")
# Longer than anything here takes; who gets there hangs.
TIMEOUT_S = 60

ADDRESS = re.compile(r"recording whoever opens (http://\S+)")
COUNTS = re.compile(r"^session=.*$", re.M)


def numbers(text):
    """The fields of a line for scripts, those that are numbers as numbers. The
    last one is a file, and may have blanks in its name."""
    head, mark, file = text.partition(" file=")
    fields = dict(field.split("=", 1) for field in head.split())
    for name, value in fields.items():
        if re.fullmatch(r"-?\d+", value):
            fields[name] = int(value)
        elif re.fullmatch(r"-?\d+\.\d+", value):
            fields[name] = float(value)
    if mark:
        fields["file"] = file
    return fields


class Recorder:
    """A recorder that waits for clients, at self.url."""

    def __init__(self, *args, env=None):
        self.folder = tempfile.mkdtemp(prefix="gst-prof-recorder-")
        self.lines = []
        self.out = ""
        self.changed = threading.Condition()
        self.ended = False
        self.process = subprocess.Popen(
            [PROGRAM, "record", "--whip=127.0.0.1:0",
             "--output=" + os.path.join(self.folder, ""), *args],
            text=True, errors="replace", stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(os.environ, **(env or {})))
        self.readers = [threading.Thread(target=self._read_err, daemon=True),
                        threading.Thread(target=self._read_out, daemon=True)]
        for reader in self.readers:
            reader.start()
        try:
            self.url = ADDRESS.search(self.wait_for("recording whoever"))[1]
        except Exception:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            print(self.tell(), file=sys.stderr)
        self.close()

    def _read_err(self):
        for line in self.process.stderr:
            with self.changed:
                self.lines.append((time.monotonic(), line.rstrip("\n")))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def _read_out(self):
        self.out = self.process.stdout.read()

    @property
    def pid(self):
        return self.process.pid

    def wait_for(self, text, timeout=TIMEOUT_S, count=1):
        """Returns the count-th line with this text, once it has come."""
        end = time.monotonic() + timeout
        with self.changed:
            while True:
                found = [line for _, line in self.lines if text in line]
                if len(found) >= count:
                    return found[count - 1]
                left = end - time.monotonic()
                if self.ended or left <= 0:
                    raise AssertionError("%s before \"%s\":\n%s" % (
                        "ended" if self.ended else "%g s passed" % timeout,
                        text, self.tell()))
                self.changed.wait(left)

    def finish(self):
        """Stops it as Ctrl-C does. Returns the fields of each session."""
        self.process.send_signal(signal.SIGINT)
        self.wait()
        return self.sessions()

    def wait(self):
        self.process.wait(TIMEOUT_S)
        for reader in self.readers:
            reader.join()

    def sessions(self):
        """Fields of the sessions that have been reported."""
        return [numbers(text) for text in COUNTS.findall(self.out)]

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def tell(self):
        """All that it said."""
        with self.changed:
            lines = [line for _, line in self.lines]
        return "\n".join(["---- the recorder's stderr ----", *lines,
                          "---- the recorder's stdout ----", self.out])
