# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Many WHIP sessions of one recorder: all files play, and nothing stays behind.

sessions.py [--in-turn=N] [--at-once=N] [--frames=N]

Each session sends a counted number of frames. What the recorder has (threads,
descriptors, memory) is looked at when nobody is there: before the first session,
after each, and at the end. Prints TAP, and what was measured as comments.
"""

import argparse
import collections
import contextlib
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "check"), str(HERE.parent / "browser")]

import program
from media import Recording
from recorder import Recorder, numbers

CLIENT = str(HERE / "whipclient.py")
CLIENT_TIMEOUT_S = 60
# Caches are filled, and memory is in its arenas, after so many.
WARM_UP = 2
# Threads of GLib's and GStreamer's pools end some 15 s after their work.
SETTLE_S = 25
# GStreamer's clock has one, from the first session on.
CLOCK = "GstSystemClock"
# What memory may grow by with each session. A session has some 10 MB while it
# lasts, of which nothing should stay; but the first ones still fill caches, and
# on a busy machine threads meet that make another arena.
GROWTH_KB = 300
FIRST_GROWTH_KB = 12000


def look_at_all(folder, look):
    """What is seen of each that is there; some go away meanwhile."""
    found = []
    for path in pathlib.Path(folder).iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found.append(look(path))
    return sorted(found)


class Left:
    """What the recorder has at a moment."""

    def __init__(self, pid):
        self.threads = look_at_all("/proc/%d/task" % pid, lambda path:
                                   (path / "comm").read_text().strip())
        self.fds = look_at_all("/proc/%d/fd" % pid, os.readlink)
        fields = pathlib.Path("/proc/%d/statm" % pid).read_text().split()
        self.kb = int(fields[1]) * os.sysconf("SC_PAGE_SIZE") // 1024

    def __str__(self):
        return "%d threads, %d descriptors, %.1f MB" % (
            len(self.threads), len(self.fds), self.kb / 1024)


def surplus(before, after):
    """What there is more of than before."""
    return list((collections.Counter(after)
                 - collections.Counter(before)).elements())


def settled(recorder, start):
    """What is there when threads that are about to end have ended."""
    end = time.monotonic() + SETTLE_S
    while True:
        left = Left(recorder.pid)
        if time.monotonic() > end or not (
                surplus(start.threads + [CLOCK], left.threads)
                or surplus(start.fds, left.fds)):
            return left
        time.sleep(0.1)


def run_clients(recorder, count, frames):
    """So many clients at once. Returns their fields."""
    clients = [subprocess.Popen(
        [sys.executable, CLIENT, "--frames=%d" % frames, recorder.url + "whip"],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(count)]
    found = []
    for client in clients:
        try:
            out, err = client.communicate(timeout=CLIENT_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            client.kill()
            out, err = client.communicate()
        assert client.returncode == 0, err
        found.append(numbers(out))
    return found


class Course:
    """All sessions of one recorder, and what it had before and after them."""

    def __init__(self, args):
        self.sent = []
        self.trend = []
        with Recorder("--verbose", "--size=640x360") as recorder:
            self.start = Left(recorder.pid)
            self._round(recorder, args, [1] * WARM_UP)
            self._round(recorder, args, [1] * args.in_turn)
            at_once = [args.at_once] * bool(args.at_once)
            # The first time that so many are there fills caches, too.
            self._round(recorder, args, at_once + at_once)
            self.end = settled(recorder, self.start)
            self.counts = recorder.finish()
            self.files = {counts["session"]: Recording(counts["file"])
                          for counts in self.counts}
            self.said = recorder.tell()
        kilobytes = [left.kb for left in self.trend[WARM_UP - 1:
                                                    WARM_UP + args.in_turn]]
        self.growth = trend(kilobytes)
        self.growth_limit = GROWTH_KB + FIRST_GROWTH_KB / args.in_turn
        print("# before the first session: %s" % self.start)
        print("# after each one in turn, MB: %s" % " ".join(
            "%.1f" % (kb / 1024) for kb in kilobytes))
        print("# growth by least squares: %.0f kB a session" % self.growth)
        for left in self.trend[WARM_UP + args.in_turn:]:
            print("# after %d at once: %s" % (args.at_once, left))
        print("# at the end: %s" % self.end)

    def _round(self, recorder, args, sizes):
        for size in sizes:
            self.sent += run_clients(recorder, size, args.frames)
            recorder.wait_for("ended (", count=len(self.sent))
            # What is freed then is given back a moment later.
            time.sleep(0.5)
            self.trend.append(Left(recorder.pid))

    def __str__(self):
        return "%s\n%s\n%s" % (self.sent, self.counts, self.said)


def trend(values):
    """Slope of the line that fits best."""
    n = len(values)
    if n < 2:
        return 0
    middle = (n - 1) / 2
    mean = sum(values) / n
    return sum((i - middle) * (value - mean)
               for i, value in enumerate(values)) \
        / sum((i - middle) ** 2 for i in range(n))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--in-turn", type=int, default=4)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--frames", type=int, default=60)
    args = parser.parse_args()
    attempt = program.Once(Course, args)

    def test_every_session_is_recorded_by_itself():
        course = attempt.get()
        expect(len(course.counts) == len(course.sent), course)
        expect(all(counts["clean"] == "yes" and counts["end"] == "deleted"
                   for counts in course.counts), course)
        expect(len({counts["file"] for counts in course.counts})
               == len(course.sent), course)

    def test_every_frame_sent_is_in_its_file_or_reported():
        course = attempt.get()
        by_session = {counts["session"]: counts for counts in course.counts}
        for sent in course.sent:
            session = sent["url"].rpartition("/")[2]
            counts = by_session[session]
            file = course.files[session]
            expect(len(file.pictures) == counts["recorded"], course)
            expect(sent["sent"] == len(file.pictures) - counts["repeated"]
                   + counts["dropped"] + counts.get("lost", 0),
                   "%s\n%s\n%s" % (sent, counts, course))
            expect(file.seconds > 0, counts)

    def test_no_thread_stays_behind():
        course = attempt.get()
        left = surplus(course.start.threads + [CLOCK], course.end.threads)
        expect(left == [], left)

    def test_no_descriptor_stays_behind():
        course = attempt.get()
        left = surplus(course.start.fds, course.end.fds)
        expect(left == [], left)

    def test_memory_does_not_grow_with_the_sessions():
        course = attempt.get()
        expect(course.growth < course.growth_limit, course.growth)

    return program.main(locals())


expect = program.expect

if __name__ == "__main__":
    sys.exit(main())
