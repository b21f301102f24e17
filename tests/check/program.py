# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs gst-prof-1.0 for the tests of its verbs, and tells them as TAP."""

import inspect
import os
import pathlib
import queue
import subprocess
import threading

PROGRAM = str(pathlib.Path(os.environ["GST_PROF_BUILD"])
              / "tools" / "gst-prof-1.0")
# Longer than anything here takes; who gets there hangs.
TIMEOUT_S = 60


class Finished:
    """What a run left: exit status, and its two outputs."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    def __str__(self):
        return "exit %s\n--stdout--\n%s\n--stderr--\n%s" % (
            self.status, self.out, self.err)


class Running:
    """A run that is still going on, whose stderr can be waited for."""

    def __init__(self, *args):
        self.process = subprocess.Popen(
            [PROGRAM, *args], text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.lines = []
        self.unread = queue.Queue()
        self.readers = [
            threading.Thread(target=self._read_err, daemon=True),
            threading.Thread(target=self._read_out, daemon=True)]
        self.out = ""
        for reader in self.readers:
            reader.start()

    def _read_err(self):
        for line in self.process.stderr:
            self.lines.append(line)
            self.unread.put(line)
        self.unread.put(None)

    def _read_out(self):
        self.out = self.process.stdout.read()

    def wait_for(self, text):
        """Returns once a line with this text came on stderr."""
        while True:
            line = self.unread.get(timeout=TIMEOUT_S)
            assert line is not None, "ended before \"%s\":\n%s" % (
                text, "".join(self.lines))
            if text in line:
                return line

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self):
        try:
            self.process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return Finished(self.process.returncode, self.out,
                        "".join(self.lines))


def run(*args, **kwargs):
    """Runs the program to its end."""
    result = subprocess.run([PROGRAM, *args], text=True, timeout=TIMEOUT_S,
                            stdout=kwargs.pop("stdout", subprocess.PIPE),
                            stderr=subprocess.PIPE, **kwargs)
    return Finished(result.returncode, result.stdout, result.stderr)


def expect(condition, finished):
    """A claim about a run; the run is shown when it does not hold."""
    if not condition:
        frame = inspect.stack()[1]
        raise AssertionError("line %d: %s\n%s" % (
            frame.lineno, "".join(frame.code_context or []).strip(), finished))


class Once:
    """What several cases look at, made when it is first asked for. When that
    fails, it fails for all of them."""

    def __init__(self, make, *args):
        self.make = make
        self.args = args
        self.made = None
        self.error = None

    def get(self):
        if self.made is None and self.error is None:
            try:
                self.made = self.make(*self.args)
            except Exception as error:
                self.error = error
        if self.error is not None:
            raise self.error
        return self.made


class Skip(Exception):
    """What a test needs is not to be had here."""


def main(namespace):
    """Runs every function test_* of a module; its name is the claim."""
    tests = [(name[5:].replace("_", " "), func)
             for name, func in namespace.items() if name.startswith("test_")]
    failed = 0
    print("1..%d" % len(tests), flush=True)
    for number, (name, func) in enumerate(tests, 1):
        try:
            func()
        except Skip as reason:
            print("ok %d - %s # SKIP %s" % (number, name, reason), flush=True)
        except Exception as error:
            failed += 1
            print("not ok %d - %s" % (number, name))
            text = "%s: %s" % (type(error).__name__, error)
            print("\n".join("# " + line for line in text.splitlines()),
                  flush=True)
        else:
            print("ok %d - %s" % (number, name), flush=True)
    return 1 if failed else 0
