# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS=prof while it happens: what is told before it is over.

Whatever holds up a pipeline here goes on until it was named, or for a minute.
"""

import contextlib
import fcntl
import os
import pathlib
import signal
import sys
import threading
import time

from program import expect, main
from tracing import (APP, LAUNCH, RAW, TIMEOUT_S, S, Tracing, about, launch,
                     run, source, trace)

LINES = {"GST_DEBUG": "proftracer:2"}
# For what must not be seen, which on a machine that is busy enough would be
BUSY = "threshold=500ms,gap-threshold=2s"
# Of a pipe; its system's default would take a while to fill.
PIPE_SIZE = 4096


def wait_until(condition, tracing, what):
    """Looks until it holds; the run is shown when it does not."""
    end = time.monotonic() + TIMEOUT_S
    while not condition():
        ended = tracing.process.poll() is not None
        expect(time.monotonic() < end and not (ended and not condition()),
               "%s: not seen\n%s" % (what, tracing.said()))
        time.sleep(0.02)


def open_lines(text, element):
    """The lines that tell of an element while it goes on."""
    return [line for line in text.splitlines()
            if element in line and "still going on" in line]


# What a busy machine does to whoever is to run
STARVED = ("cpu-wait", "cpu-throttled", "frozen", "steal")


def complaints(result, *words):
    """The lines that say that something was slow, but for what was the
    machine: that it is busy is true, and nobody's fault here."""
    return [line for line in result.err.splitlines()
            if any(word in line for word in words or ("SLOW", "gap"))
            and not any(cause in line for cause in STARVED)]


def starved(result):
    """The part of its time that the thread which got least CPU was ready
    without one. It is no wait, so that it makes elements busy."""
    return max((thread["delay"] / thread["watched"]
                for thread in result.summary()["threads"]
                if thread["watched"]), default=0)


def threads(pid):
    """The names of its threads."""
    names = set()
    for path in pathlib.Path("/proc/%d/task" % pid).iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            names.add((path / "comm").read_text().strip())
    return names


class Reader:
    """The other end of a pipe, which reads when it is told to."""

    def __init__(self):
        self.end, self.theirs = os.pipe()
        fcntl.fcntl(self.end, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        self.thread = threading.Thread(target=self._read, daemon=True)

    def _read(self):
        while os.read(self.end, 1 << 16):
            pass

    def go_on(self):
        # Until the last writer closes it
        os.close(self.theirs)
        self.thread.start()

    def close(self):
        self.thread.join(TIMEOUT_S)
        os.close(self.end)


def test_a_blocked_fdsink_is_named_while_it_blocks():
    reader = Reader()
    with Tracing([LAUNCH, "-q", *("%s ! fdsink name=blocked sync=false fd=%d" % (
            source(60, live=True), reader.theirs)).split()], env=LINES,
            report="-", pass_fds=[reader.theirs]) as tracing:
        wait_until(lambda: open_lines(tracing.said(), "blocked"), tracing,
                   "an open line")
        seen = open_lines(tracing.said(), "blocked")
        # The first look may be one that has seen no more than a wait.
        wait_until(lambda: any("slow-reader" in line for line in open_lines(
            tracing.said(), "blocked")), tracing, "its cause")
        time.sleep(1)
        during = report_now(tracing)
        reader.go_on()
        result = tracing.finish()
    reader.close()
    expect(result.status == 0 and seen, result)
    row = result.row("blocked")
    expect(row["buffers-in"] == 60, result)
    expect(row["own-max"] > 1 * S, result)
    worst = [warning for warning in result.summary()["worst"]
             if warning["root-cause"] == "slow-reader"]
    expect(worst, result)
    expect(result.summary().get("open") == [], result)
    is_told_while_it_blocks(during, row, result)


def report_now(tracing):
    """The report that a signal asks for."""
    before = len(tracing.said())
    tracing.process.send_signal(signal.SIGUSR2)
    wait_until(lambda: tracing.documents() and "\nAdvice:" in
               tracing.said()[before:], tracing, "a report")
    return tracing.documents()[-1], tracing.said()[before:]


def is_told_while_it_blocks(during, last, result):
    """A report made meanwhile has what is open, and its table agrees."""
    document, text = during
    summary = document["pipelines"][0]["summary"]
    row, = [row for row in summary["per-element"] if row["name"] == "blocked"]
    thread, = [thread for thread in summary["threads"]
               if thread.get("inside", "").startswith("blocked:sink")]
    # It blocks at the first buffer, after which no gap is known.
    slow, = [warning for warning in summary["open"]
             if warning["stage"] == "blocked"]
    expect(slow["kind"] == "slow-element", document)
    expect(slow["root-cause"] == "slow-reader", document)
    expect(1 * S <= slow["duration"] <= last["own-max"], document)
    expect(1 * S <= row["open-max"] <= last["own-max"], document)
    expect(thread["unchanged"] >= 1 * S, document)
    expect(thread["call"] == "write" or thread["call"] == "writev", document)
    for words in ("Now:   ", "element blocked is slow, still going on: ",
                  "Nothing else was slow.", "What the threads are in now:"):
        expect(words in text, text)
    expect("Nothing was slow" not in text, text)


def test_a_slow_element_is_told_with_its_cause():
    # Who spins by the clock computes as much as the machine lets it.
    for mode, causes in (("sleep", ("sleep",)), ("spin", ("on-cpu",) + STARVED)):
        result = run("%s ! identity ! fault name=culprit mode=%s only-buffer=15 "
                     "delay=700000000 ! fakesink" % (source(30, live=True),
                                                     mode),
                     BUSY, env=LINES)
        expect(result.status == 0, result)
        lines = [line for line in result.err.splitlines()
                 if "SLOW" in line and "culprit" in line]
        expect(lines, result)
        expect(any(cause in line for line in lines for cause in causes), result)
        expect(not any("culprit" not in line
                       for line in complaints(result, "SLOW")), result)


def test_who_stalls_the_only_thread_makes_a_gap_at_the_sink():
    result = run("%s ! identity ! fault name=culprit mode=sleep only-buffer=25 "
                 "delay=2000000000 ! identity ! fakesink name=end sync=false"
                 % source(40, live=True), "gap-threshold=1s", env=LINES)
    expect(result.status == 0, result)
    gaps = [warning for warning in result.summary()["worst"]
            if warning["kind"] == "gap"]
    expect(len(gaps) == result.summary()["gaps"] == 1, result)
    expect(gaps[0]["stage"] == "end", result)
    expect(gaps[0]["root-cause"] == "sleep", result)
    expect("culprit" in gaps[0]["evidence"], result)
    expect(about(gaps[0]["duration"], result.spent("culprit")), result)
    lines = [line for line in result.err.splitlines()
             if "Long gap between frames" in line]
    expect(any("still going on" in line for line in lines), result)
    expect(sum("still going on" not in line for line in lines) == 1, result)


def test_an_application_that_waits_in_its_main_loop_is_no_upstream():
    result = trace([APP, "main", "%s ! queue ! fakesink name=end sync=true"
                    % source(1000, live=True)], env=LINES)
    expect(result.status == 0, result)
    lines = [line for line in result.err.splitlines()
             if "MAIN LOOP BLOCKED" in line]
    expect(lines, result)
    expect(not any("upstream" in line or "jitter" in line for line in lines),
           result)
    worst = [warning for warning in result.summary()["worst"]
             if warning["kind"] == "main-loop"]
    expect(worst and "own code waited" in worst[0]["evidence"]
           and "in futex" in worst[0]["evidence"], result)
    expect(worst[0]["root-cause"] in ("unknown",) + STARVED, result)


def test_slow_pictures_with_sound_in_one_file_are_no_gaps():
    # The muxer gives each picture in two pieces, with the sound in between.
    result = launch(
        "videotestsrc is-live=true num-buffers=12 ! video/x-raw,width=64,"
        "height=48,framerate=2/1 ! x264enc tune=zerolatency ! queue ! "
        "mpegtsmux name=m ! filesink name=end location=/dev/null audiotestsrc "
        "is-live=true num-buffers=280 ! audio/x-raw,rate=48000,channels=2 ! "
        "opusenc ! queue ! m.", env=LINES)
    expect(result.status == 0, result)
    expect(result.row("end")["buffers-in"] > 20, result)
    expect(not complaints(result, "gap"), result)


def test_between_two_segments_there_is_no_gap():
    result = trace([APP, "segments", "videotestsrc ! %s ! queue ! "
                    "fakesink name=end sync=true" % RAW], "gap-threshold=1s",
                   env=LINES)
    expect(result.status == 0, result)
    expect(result.row("end")["buffers-in"] > 50, result)
    expect(result.summary()["gaps"] == 0, result)
    expect("Long gap" not in result.err, result)


def test_a_feed_that_pauses_is_a_gap_and_nobodys_work():
    end, feed = os.pipe()
    # So small that it is written at once, and read at once.
    frame = bytes(64 * 48)
    with Tracing([LAUNCH, "-q", *("fdsrc name=feed fd=%d do-timestamp=true "
                 "blocksize=3072 ! video/x-raw,format=GRAY8,width=64,height=48,"
                 "framerate=30/1 ! queue name=q ! fakesink name=end" %
                 end).split()], env=LINES, pass_fds=[end]) as tracing:
        os.close(end)

        def give(frames):
            for _ in range(frames):
                os.write(feed, frame)
                time.sleep(1 / 30)
        give(30)
        wait_until(lambda: "still going on" in tracing.said(), tracing,
                   "an open gap")
        give(15)
        os.close(feed)
        result = tracing.finish()
    expect(result.status == 0, result)
    expect(result.row("end")["buffers-in"] == 45, result)
    expect(result.summary()["gaps"] >= 1, result)
    expect("Long gap between frames" in result.err, result)
    for row in result.rows():
        expect(row["busy"] < 0.5 + starved(result), result)


def test_a_live_source_that_gets_nothing_is_not_busy_and_no_gap():
    with Tracing([LAUNCH, "-q", "udpsrc", "name=idle", "address=127.0.0.1",
                  "port=0", "!", "fakesink", "async=false"],
                 env=LINES) as tracing:
        wait_until(lambda: "idle:src" in threads(tracing.pid), tracing,
                   "a streaming thread")
        time.sleep(2.5)
        tracing.process.send_signal(signal.SIGINT)
        result = tracing.finish()
    row = result.row("idle")
    expect(row["busy"] < 0.02 + starved(result), result)
    expect(row["buffers-out"] == 0, result)
    expect(not complaints(result), result)
    expect(result.summary()["gaps"] == 0, result)


def test_a_live_source_that_keeps_its_pace_is_not_busy_and_no_gap():
    result = launch("audiotestsrc name=calm is-live=true num-buffers=60 "
                    "samplesperbuffer=1600 ! audio/x-raw,rate=48000 ! queue ! "
                    "fakesink name=end sync=true", BUSY, env=LINES)
    expect(result.status == 0, result)
    for name in ("calm", "end"):
        expect(result.row(name)["busy"] < 0.5 + starved(result), result)
    expect(not complaints(result), result)
    expect(result.summary()["gaps"] <= result.err.count("gap"), result)


def test_who_holds_up_the_stop_is_slow_until_it_is_over():
    with Tracing([LAUNCH, "-q", *("videotestsrc is-live=true ! %s ! queue ! "
                  "identity name=held sleep-time=2000000 ! fakesink" %
                  RAW).split()], env=LINES) as tracing:
        wait_until(lambda: open_lines(tracing.said(), "held"), tracing,
                   "an open line")
        tracing.process.send_signal(signal.SIGINT)
        result = tracing.finish()
    row = result.row("held")
    slow, = [warning for warning in result.summary()["worst"]
             if warning["kind"] == "slow-element"
             and warning["stage"] == "held"]
    expect(2 * S <= slow["duration"] <= row["own-max"], result)
    expect("its end was not seen" not in result.err, result)


def frames(document):
    row, = [row for row in
            document["pipelines"][0]["summary"]["per-element"]
            if row["name"] == "end"]
    return row["buffers-in"]


def ask(tracing):
    """How many frames have come to the end, says a report that is asked for."""
    tracing.process.send_signal(signal.SIGUSR2)
    time.sleep(0.1)
    return max(map(frames, tracing.documents()), default=0)


def test_on_sigusr2_there_is_a_report_of_what_is_until_then():
    with Tracing([LAUNCH, "-q", "-e", *("videotestsrc is-live=true ! %s ! "
                  "fakesink name=end" % RAW).split()]) as tracing:
        # Until the tracer is there the signal ends the process.
        wait_until(lambda: "videotestsrc0:s" in threads(tracing.pid), tracing,
                   "a streaming thread")
        # Of an interrupt before PLAYING the launcher makes an end that never
        # comes.
        wait_until(lambda: ask(tracing) > 1, tracing, "frames in a report")
        first, = tracing.documents()
        tracing.process.send_signal(signal.SIGINT)
        result = tracing.finish()
    expect(first["reason"] == "signal", result)
    expect(first["pipelines"][0]["state"] == "running", result)
    expect(result.document["reason"] == "exit", result)
    expect(result.pipelines[0]["state"] == "ended", result)
    expect(frames(first) <= frames(result.document), result)


sys.exit(main(globals()))
