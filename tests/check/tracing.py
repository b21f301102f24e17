# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs applications under GST_TRACERS=prof, and reads the reports they leave."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from program import expect

APP = str(pathlib.Path(os.environ["GST_PROF_BUILD"])
          / "tests" / "check" / "tracer-app")
LAUNCH = "gst-launch-1.0"
# Longer than anything here takes; who gets there hangs.
TIMEOUT_S = 60
# 20 frames are made at once, or one comes every 33 ms when the source is live.
RAW = "video/x-raw,width=160,height=120,framerate=30/1"
SOUND = "audio/x-raw,rate=8000,channels=1"
MS = 10 ** 6
S = 10 ** 9


def source(frames, live=False):
    return "videotestsrc num-buffers=%d is-live=%s ! %s" % (
        frames, str(live).lower(), RAW)


def x264enc(words=""):
    return "x264enc tune=zerolatency speed-preset=ultrafast " + words


class Traced:
    """What a run left: exit status, both outputs, and the reports in JSON."""

    def __init__(self, status, out, err, documents, lasted):
        self.status = status
        self.out = out
        self.err = err
        self.documents = documents
        # nanoseconds, from before it was started
        self.lasted = lasted

    @property
    def document(self):
        """The report, of which there must be one."""
        assert len(self.documents) == 1, "%d reports\n%s" % (
            len(self.documents), self)
        return self.documents[0]

    @property
    def pipelines(self):
        return self.document["pipelines"]

    def summary(self, pipeline=None):
        """The summary of the pipeline with this name, or of the only one."""
        found = [one for one in self.pipelines
                 if pipeline is None or one["name"] == pipeline]
        assert len(found) == 1, "%d pipelines\n%s" % (len(found), self)
        return found[0]["summary"]

    def rows(self, pipeline=None):
        return self.summary(pipeline)["per-element"]

    def row(self, name, pipeline=None):
        found = [row for row in self.rows(pipeline) if row["name"] == name]
        assert len(found) == 1, "%d rows of %s\n%s" % (len(found), name, self)
        return found[0]

    def row_of(self, factory, pipeline=None):
        """The row of the only element that this factory made."""
        found = [row for row in self.rows(pipeline)
                 if row["factory"] == factory]
        assert len(found) == 1, "%d rows of %s\n%s" % (len(found), factory,
                                                       self)
        return found[0]

    def told(self, *words):
        """The numbers on the line of the output that begins so."""
        match = re.search(r"^%s((?: \d+)+)$" % " ".join(words), self.out, re.M)
        assert match, "no line \"%s\"\n%s" % (" ".join(words), self)
        return [int(word) for word in match.group(1).split()]

    def spent(self, name):
        """What an element says that it took on purpose, nanoseconds."""
        return self.told("spent", name)[0]

    def __str__(self):
        return "exit %s\n--stdout--\n%s\n--stderr--\n%s\n--report--\n%s" % (
            self.status, self.out[-4000:], self.err[-4000:],
            "\n".join(map(brief, self.documents)))


def brief(document):
    """A report, as far as it tells why a claim about it does not hold."""
    lines = ["%s %s" % (document.get("reason"), document.get("pid"))]
    for one in document.get("pipelines", []):
        lines.append("%s run %s %s" % (one["name"], one["run"], one["state"]))
        for row in one["summary"].get("per-element", []):
            lines.append("  " + " ".join(
                "%s=%s" % (key, value) for key, value in row.items()
                if value not in (None, 0, "") and not re.search(
                    r"-(p95|p99|mean)$", key)))
        for warning in one["summary"].get("worst", []):
            lines.append("  worst %s" % warning)
    return "\n".join(lines)


def environment(tracers="prof", parameters="", extra=None):
    env = dict(os.environ, GST_TRACERS=tracers % parameters
               if "%s" in tracers else "%s(%s)" % (tracers, parameters))
    for name in ("GST_DEBUG", "GST_DEBUG_FILE"):
        env.pop(name, None)
    env["GST_DEBUG_NO_COLOR"] = "1"
    env.update(extra or {})
    return env


def read_all(file):
    """What an application has written there, whose place in the file is ours."""
    return os.pread(file.fileno(), 1 << 22, 0).decode(errors="replace")


class Tracing:
    """An application that is still going on. To be used with "with"."""

    def __init__(self, command, parameters="", env=None, tracers="prof",
                 report="none", **kwargs):
        self.folder = tempfile.TemporaryDirectory()
        # Whoever the application runs as has to write here.
        os.chmod(self.folder.name, 0o777)
        self.json = os.path.join(self.folder.name, "%p.json")
        texts = ["report=" + report, "json=" + self.json, parameters]
        self.stdout = tempfile.TemporaryFile("w+")
        self.stderr = tempfile.TemporaryFile("w+")
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        self.started = time.monotonic_ns()
        self.process = subprocess.Popen(
            command, stdout=self.stdout, stderr=self.stderr,
            env=environment(tracers, ",".join(filter(None, texts)), env),
            **kwargs)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.stdout.close()
        self.stderr.close()
        self.folder.cleanup()

    @property
    def pid(self):
        return self.process.pid

    def said(self):
        """What is on stderr until now."""
        return read_all(self.stderr)

    def everything(self):
        """The same, with stdout in front of it."""
        return read_all(self.stdout) + self.said()

    def documents(self):
        """The reports that are there until now, by the time they were made."""
        found = sorted(pathlib.Path(self.folder.name).glob("*.json"),
                       key=lambda path: path.stat().st_mtime_ns)
        return [json.loads(path.read_text()) for path in found]

    def finish(self, timeout=TIMEOUT_S):
        self.process.wait(timeout)
        lasted = time.monotonic_ns() - self.started
        return Traced(self.process.returncode, read_all(self.stdout),
                      self.said(), self.documents(), lasted)


def wait_until(condition, tracing, what):
    """Looks until it holds; the run is shown when it does not."""
    end = time.monotonic() + TIMEOUT_S
    while not condition():
        ended = tracing.process.poll() is not None
        expect(time.monotonic() < end and not (ended and not condition()),
               "%s: not seen\n%s" % (what, tracing.said()))
        time.sleep(0.02)


def trace(command, *args, **kwargs):
    """Runs an application to its end."""
    with Tracing(command, *args, **kwargs) as tracing:
        return tracing.finish()


def run(description, *args, **kwargs):
    """Runs a pipeline, which says what it took on purpose."""
    return trace([APP, "run", description], *args, **kwargs)


def launch(description, *args, **kwargs):
    """Runs a pipeline as a user would. Quoted words are not to be had."""
    return trace([LAUNCH, "-q", *description.split()], *args, **kwargs)


def python(text, *args, **kwargs):
    """Runs a program in this Python."""
    return trace([sys.executable, "-c", text], *args, **kwargs)


def work(row):
    """What the element did itself, without the waits that are known."""
    return (row["own-sum"] - row["waited"]
            + row["task"] - row["task-waited"])


def about(value, expected):
    """Whether a measured time is the one that was injected and measured, too.
    On a busy machine something may come between the two measurements."""
    return expected * 0.98 <= value <= expected * 1.25 + 50 * MS


def waits(row):
    """How much of its time an element is known to have waited. The machine may be
    busy, and who is ready to run does not wait: it is the larger part, or not."""
    return ((row["waited"] + row["task-waited"])
            / (row["own-sum"] + row["task"]))


def matroska(path, frames):
    """Records a file with so many frames and sound."""
    subprocess.run(
        [LAUNCH, "-q", *("%s ! %s ! h264parse ! matroskamux name=m ! "
                         "filesink location=%s audiotestsrc num-buffers=%d "
                         "samplesperbuffer=160 ! %s ! opusenc ! m." % (
                             source(frames), x264enc(), path, frames * 5 // 3,
                             SOUND)).split()],
        check=True, timeout=TIMEOUT_S, env=untraced())


def untraced():
    env = dict(os.environ)
    env.pop("GST_TRACERS", None)
    return env


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o777)
        yield path
