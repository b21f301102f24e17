# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS=prof of elements that let nothing through, and of those that do.

An element that is told as one that dropped must have dropped, in every run. That
it is told takes a machine that lets its feeder run: of some runs, one must have
been so.
"""

import os
import re
import sys
import tempfile
import time

from program import expect, main
from tracing import (APP, LAUNCH, SOUND, Tracing, launch, run, source,
                     x264enc)

LINES = {"GST_DEBUG": "proftracer:2"}
ATTEMPTS = 4
DROP = "fault name=culprit mode=drop at=1000000000 duration=2000000000"
SLEEP = "fault name=asleep mode=sleep only-buffer=30 delay=1200000000"
EVIDENCE = r"dropped [0-9.]+s[^()]* \((\S+): (\d+) buffers came in"


def gaps(result):
    return [line for line in result.err.splitlines() if "Long gap" in line]


def accused(result):
    """Of each gap that somebody is said to have dropped: who, and how many."""
    found = [re.search(EVIDENCE, line) for line in gaps(result)]
    return [(match.group(1), int(match.group(2))) for match in found if match]


def expect_dropped(attempt, name):
    """It is told while it goes on and afterwards, and of nobody else."""
    for _ in range(ATTEMPTS):
        result = attempt()
        expect(result.status == 0, result)
        row = result.row(name)
        lost = row["buffers-in"] - row["buffers-out"]
        expect(lost > 20, result)
        for who, how_many in accused(result):
            expect(who == name and how_many <= lost + 1, result)
        lines = [line for line in gaps(result) if re.search(EVIDENCE, line)]
        worst = [gap for gap in result.summary()["worst"]
                 if gap["kind"] == "gap" and gap["root-cause"] == "dropped"]
        if worst and any("still going on" in line for line in lines) and any(
                "still going on" not in line for line in lines):
            expect(not any("nothing came from upstream" in line
                           for line in lines), result)
            return
    expect(False, result)


def expect_nobody_dropped(result):
    expect(result.status == 0, result)
    expect(not accused(result), result)
    expect(not any("dropped" in line for line in gaps(result)), result)
    for warning in result.summary()["worst"]:
        expect(warning["root-cause"] != "dropped", result)


def test_who_drops_before_an_encoder_and_a_muxer_is_named():
    # To a file: a sink that cannot seek would get all of it at the end.
    with tempfile.TemporaryDirectory() as folder:
        expect_dropped(lambda: run(
            "%s ! %s ! queue ! videoconvert ! %s ! mp4mux ! filesink "
            "location=%s/x.mp4" % (source(120, live=True), DROP, x264enc(),
                                   folder), env=LINES), "culprit")


def test_who_drops_on_the_only_thread_is_named():
    expect_dropped(lambda: launch(
        "%s ! %s ! identity ! fakesink sync=true" % (
            source(120, live=True), DROP), env=LINES), "culprit")


def test_who_drops_before_a_stage_is_named():
    with tempfile.TemporaryDirectory() as folder:
        expect_dropped(lambda: run(
            "%s ! %s ! queue ! profnormalize ! profencode ! profmuxsink "
            "location=%s/x.mp4" % (source(120, live=True), DROP, folder),
            env=LINES), "culprit")


def setting(description, *words):
    with Tracing([APP, "set", description, *words], env=LINES) as tracing:
        return tracing.finish()


def test_a_valve_that_is_closed_for_a_while_is_named():
    expect_dropped(lambda: setting(
        "%s ! valve name=valve ! queue ! identity ! queue ! fakesink" %
        source(120, live=True), "valve", "drop", "true", "1000",
        "valve", "drop", "false", "2000"), "valve")


# In front of a muxer the other stream's thread waits in the muxer meanwhile.
def test_a_valve_before_a_muxer_is_named_all_the_time():
    expect_dropped(lambda: setting(
        "%s ! %s ! queue ! matroskamux name=mux ! fakesink audiotestsrc "
        "is-live=true num-buffers=200 samplesperbuffer=160 ! %s ! valve "
        "name=valve ! queue ! mux." % (source(120, live=True), x264enc(), SOUND),
        "valve", "drop", "true", "1000", "valve", "drop", "false", "2000"),
        "valve")


# The sink waits for the clock in each of them, with no buffer in its hands.
def test_a_valve_that_gives_events_to_a_sink_with_a_clock_is_named():
    expect_dropped(lambda: setting(
        "%s ! valve name=valve drop-mode=transform-to-gap ! queue ! fakesink "
        "sync=true" % source(120, live=True), "valve", "drop", "true", "1000",
        "valve", "drop", "false", "2000"), "valve")


def expect_elsewhere(*words):
    """A branch that gets nothing any more, of a source that goes on: of who gives
    to both it is told which of the queues got something."""
    for _ in range(ATTEMPTS):
        result = setting(
            "%s ! %s name=forks forks. ! queue name=left ! fakesink async=false "
            "forks. ! queue name=right ! fakesink name=end async=false" % (
                source(120, live=True), words[0]), *words[1:])
        expect(result.status == 0, result)
        expect(not accused(result), result)
        found = [re.search(r"elsewhere [0-9.]+s[^()]* \((\w+): (\d+) buffers came "
                           r"in, (\w+) got (\d+) and (\w+) none", line)
                 for line in gaps(result)]
        told = [match.groups() for match in found if match]
        for who, came, one, got, none in told:
            expect(who == "forks" and abs(int(came) - int(got)) <= 1
                   and {one, none} == {"left", "right"}, result)
        if told and len(told) == len(gaps(result)):
            return
    expect(False, result)


def test_a_selector_that_was_switched_is_named_and_not_the_source():
    expect_elsewhere("output-selector", "forks", "active-pad", "src_1", "1000",
                     "forks", "active-pad", "src_0", "1000")


def test_a_branch_that_was_unlinked_is_not_the_sources_silence():
    expect_elsewhere("tee allow-not-linked=true", "right", "unlink", "sink",
                     "1000", "right", "link", "sink", "1000")


# Its task does not go on by itself, so it is stopped and started.
def test_who_paused_a_source_is_named_and_not_the_source():
    for _ in range(ATTEMPTS):
        result = setting(
            "videotestsrc name=source num-buffers=90 is-live=true ! identity ! "
            "identity name=refuses ! queue ! fakesink",
            "refuses", "state", "ready", "1000", "refuses", "state", "playing",
            "1500", "source", "state", "ready", "0", "source", "state",
            "playing", "0")
        expect(result.status == 0, result)
        expect_nobody_dropped(result)
        lines = gaps(result)
        for line in lines:
            expect("nothing came from upstream" not in line, result)
        if len(lines) > 1 and all(re.search(
                r"paused [0-9.]+s[^()]* \(refuses: it returned flushing, and the "
                r"task of source:src was paused for ", line) for line in lines):
            return
    expect(False, result)


# It gives events in place of the buffers, so the threads behind it go on.
def test_an_identity_that_drops_all_is_named():
    expect_dropped(lambda: setting(
        "%s ! queue ! identity name=unlucky ! queue ! fakesink" %
        source(120, live=True), "unlucky", "drop-probability", "1.0", "1000",
        "unlucky", "drop-probability", "0.0", "2000"), "unlucky")


def test_an_encoder_that_looks_ahead_is_not_accused():
    expect_nobody_dropped(run(
        "%s ! queue ! x264enc rc-lookahead=30 speed-preset=superfast ! queue ! "
        "matroskamux ! fakesink" % source(100, live=True), env=LINES))


def test_a_muxer_without_sound_for_a_while_is_not_accused():
    end, feed = os.pipe()
    with Tracing([LAUNCH, "-q", *("%s ! queue ! %s ! matroskamux name=mux ! "
                 "fakesink fdsrc name=feed fd=%d do-timestamp=true "
                 "blocksize=1600 ! %s,format=S16LE,layout=interleaved ! queue ! mux." % (
                     source(100, live=True), x264enc(), end, SOUND)).split()],
                 env=LINES, pass_fds=[end]) as tracing:
        os.close(end)

        def give(buffers):
            for _ in range(buffers):
                os.write(feed, bytes(1600))
                time.sleep(0.1)
        give(10)
        time.sleep(1.5)
        give(3)
        os.close(feed)
        result = tracing.finish()
    expect_nobody_dropped(result)


def test_queues_are_not_accused():
    for queue in ("queue max-size-buffers=3",
                  "queue max-size-buffers=3 leaky=upstream",
                  "queue max-size-buffers=3 leaky=downstream"):
        result = run("%s ! %s ! %s ! queue ! fakesink" % (
            source(80, live=True), queue, SLEEP), env=LINES)
        expect_nobody_dropped(result)
        expect(any(gap["root-cause"] in ("sleep", "cpu-wait")
                   for gap in result.summary()["worst"]
                   if gap["kind"] == "gap"), result)


def test_a_queue_that_waits_until_it_is_filled_is_not_accused():
    result = setting(
        "%s ! queue name=filling max-size-time=0 ! fakesink" %
        source(120, live=True), "filling", "min-threshold-buffers", "50", "1000",
        "filling", "min-threshold-buffers", "0", "1500")
    expect_nobody_dropped(result)
    # Nor is its feeder.
    expect(not any("videotestsrc0: nothing came" in line
                   for line in gaps(result)) or "cpu-wait" in result.err, result)


def test_a_source_that_pauses_is_one():
    end, feed = os.pipe()
    with Tracing([LAUNCH, "-q", *("fdsrc name=feed fd=%d do-timestamp=true "
                 "blocksize=19200 ! video/x-raw,format=GRAY8,width=160,height=120,"
                 "framerate=30/1 ! valve ! queue ! identity ! fakesink name=end" %
                 end).split()], env=LINES, pass_fds=[end]) as tracing:
        os.close(end)

        def give(frames):
            for _ in range(frames):
                os.write(feed, bytes(160 * 120))
                time.sleep(1 / 30)
        give(30)
        time.sleep(1.5)
        give(15)
        os.close(feed)
        result = tracing.finish()
    expect_nobody_dropped(result)
    expect(any(gap["root-cause"] in ("upstream", "cpu-wait")
               for gap in result.summary()["worst"] if gap["kind"] == "gap"),
           result)


sys.exit(main(globals()))
