# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Many WHIP sessions of one recorder: all files play, and nothing stays behind.

sessions.py [--in-turn=N] [--at-once=N] [--frames=N]

Each session sends a counted number of frames. What the recorder has (threads,
descriptors, memory) is looked at when nobody is there: after warm-up sessions, and
after each round. Prints TAP, and what was measured as comments.
"""

import argparse
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
# Pools and caches are filled, and memory is in its arenas, after so many.
WARM_UP = 2
# Threads of GLib's and GStreamer's pools end some time after their work.
SETTLE_S = 15
# What the growth of memory per session may be. A session has some 10 MB while
# it lasts, of which nothing should stay.
GROWTH_KB = 300


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


def leaves_no_more(before, after):
    return len(after.threads) <= len(before.threads) \
        and len(after.fds) <= len(before.fds)


def settled(recorder, before=None):
    """What is there when threads that are about to end have ended."""
    end = time.monotonic() + SETTLE_S
    while True:
        left = Left(recorder.pid)
        if time.monotonic() > end or (before and leaves_no_more(before, left)):
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
            self._round(recorder, args, [1] * WARM_UP)
            self.before = settled(recorder)
            self._round(recorder, args, [1] * args.in_turn)
            self.after_turns = settled(recorder, self.before)
            if args.at_once:
                # The first time that so many are there is warm-up, too.
                self._round(recorder, args, [args.at_once])
                self.between = settled(recorder, self.before)
                self._round(recorder, args, [args.at_once])
            self.after = settled(recorder, self.before)
            self.counts = recorder.finish()
            self.files = {}
            for counts in self.counts:
                self.files[counts["session"]] = Recording(counts["file"])
            self.said = recorder.tell()
        kilobytes = [left.kb for left in self.trend[WARM_UP - 1:
                                                    WARM_UP + args.in_turn]]
        print("# MB after each session: %s" % " ".join(
            "%.1f" % (kb / 1024) for kb in kilobytes))
        self.growth = trend(kilobytes)
        print("# growth by least squares: %.0f kB a session" % self.growth)
        print("# before: %s" % self.before)
        print("# after %d in turn: %s" % (args.in_turn, self.after_turns))
        if args.at_once:
            print("# after %d at once: %s; and again: %s" % (
                args.at_once, self.between, self.after))

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


def new_names(before, after):
    """What there is more of."""
    rest = list(before)
    return [name for name in after
            if not (name in rest and not rest.remove(name))]


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
        expect(len(course.after.threads) <= len(course.before.threads),
               new_names(course.before.threads, course.after.threads))

    def test_no_descriptor_stays_behind():
        course = attempt.get()
        expect(len(course.after.fds) <= len(course.before.fds),
               new_names(course.before.fds, course.after.fds))

    def test_memory_does_not_grow_with_the_sessions():
        course = attempt.get()
        expect(course.growth < GROWTH_KB, course.growth)

    return program.main(locals())


expect = program.expect

if __name__ == "__main__":
    sys.exit(main())
