# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS=prof of what is stuck: in an element, for reasons that nobody can tell,
before the first buffer, in a state change.

What is stuck is so until that was told, or for a minute.
"""

import os
import sys
import tempfile
import time

from program import expect, main
from tracing import (APP, LAUNCH, S, Tracing, launch, source,
                     wait_until)

LINES = {"GST_DEBUG": "proftracer:2"}

# argv: the pipeline, the element and pad that has the probe, the buffer at which it
# waits, and the descriptor whose end it waits for.
APPLICATION = """
import os, sys, threading
import gi
gi.require_version("Gst", "1.0")
from gi.repository import Gst
Gst.init(None)
pipeline = Gst.parse_launch(sys.argv[1])
element, pad = sys.argv[2].split(":")
released = threading.Event()
seen = 0
def pass_on(pad, info):
    global seen
    seen += 1
    if seen == int(sys.argv[3]):
        released.wait(60)
    return Gst.PadProbeReturn.OK
pipeline.get_by_name(element).get_static_pad(pad).add_probe(
    Gst.PadProbeType.BUFFER, pass_on)
def release():
    os.read(int(sys.argv[4]), 1)
    released.set()
threading.Thread(target=release, daemon=True).start()
pipeline.set_state(Gst.State.PLAYING)
pipeline.get_bus().timed_pop_filtered(
    Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
pipeline.set_state(Gst.State.NULL)
"""

# argv: the pipeline, and the descriptor at whose end it is brought to NULL
GIVEN_UP = """
import os, sys
import gi
gi.require_version("Gst", "1.0")
from gi.repository import Gst
Gst.init(None)
pipeline = Gst.parse_launch(sys.argv[1])
pipeline.set_state(Gst.State.PLAYING)
os.read(int(sys.argv[2]), 1)
pipeline.set_state(Gst.State.NULL)
"""


# argv: the pipeline. Its sinks have their first buffer late enough to be looked at,
# and then it stays in PAUSED for longer than they may wait, and is sought in.
STAYS_PAUSED = """
import sys, time
import gi
gi.require_version("Gst", "1.0")
from gi.repository import Gst
Gst.init(None)
pipeline = Gst.parse_launch(sys.argv[1])
pipeline.set_state(Gst.State.PAUSED)
pipeline.get_state(Gst.CLOCK_TIME_NONE)
time.sleep(6)
pipeline.seek_simple(Gst.Format.TIME, Gst.SeekFlags.FLUSH, Gst.SECOND)
pipeline.get_state(Gst.CLOCK_TIME_NONE)
pipeline.set_state(Gst.State.NULL)
"""


def stuck(pad, number, told, parameters=""):
    """Of a run whose thread is stuck until `told` of what is said holds: result."""
    ours, theirs = os.pipe()
    description = ("videotestsrc num-buffers=60 is-live=true ! identity "
                   "name=culprit ! queue ! fakesink sync=false")
    with Tracing([sys.executable, "-c", APPLICATION, description, pad,
                  str(number), str(ours)], parameters, env=LINES,
                 pass_fds=[ours]) as tracing:
        wait_until(lambda: told([line for line in tracing.said().splitlines()
                                 if "still going on" in line]), tracing,
                   "what is told while it goes on")
        # Longer than what a busy machine holds up besides
        time.sleep(1)
        os.close(theirs)
        result = tracing.finish()
    os.close(ours)
    expect(result.status == 0, result)
    gap = worst(result, "gap")
    expect(gap["root-cause"] == "unknown", result)
    expect("look at what feeds" not in gap["advice"], result)
    return result


def told_of(*words):
    return lambda lines: any(all(word in line for word in words)
                             for line in lines)


def worst(result, kind):
    """The longest of a kind."""
    found = [warning for warning in result.summary()["worst"]
             if warning["kind"] == kind]
    expect(found, result)
    return max(found, key=lambda warning: warning["duration"])


def test_a_thread_that_waits_in_an_element_is_named_by_where_it_is():
    where = "culprit: the thread was in it, or in a pad probe behind it, for"
    result = stuck("culprit:src", 40, lambda lines: all(
        told_of(*words)(lines) for words in (
            ("Long gap", "<- unknown", where, "in futex"),
            ("SLOW ELEMENT: culprit", ": unknown", where, "in futex"))))
    slow, gap = worst(result, "slow-element"), worst(result, "gap")
    expect(slow["stage"] == "culprit", result)
    expect(slow["root-cause"] == "unknown", result)
    for warning in slow, gap:
        expect(where in warning["evidence"], result)


def test_a_probe_before_the_first_element_is_told_as_what_it_may_be():
    where = ": its thread was in it, or in a pad probe before culprit, for"
    result = stuck("culprit:sink", 40, told_of(
        "Long gap", "<- unknown", where, "in futex"))
    expect(where in worst(result, "gap")["evidence"], result)


def test_who_is_stuck_at_the_first_buffer_is_named():
    result = stuck("culprit:src", 1, told_of(
        "Long gap", ": unknown", "culprit: the thread was in it"))
    expect(result.row("culprit")["own-max"] > 5 * S, result)


def test_without_looks_the_element_is_named_and_no_cause():
    stuck("culprit:src", 40, told_of(
        "Long gap", "<- unknown", "in culprit"), "sample-interval=0")


def changes(result):
    return [warning for warning in result.summary()["worst"]
            if warning["kind"] == "state-change"]


def test_a_state_change_that_blocks_is_told_with_its_element_and_cause():
    with tempfile.TemporaryDirectory() as folder:
        fifo = os.path.join(folder, "fifo")
        os.mkfifo(fifo)
        with Tracing([LAUNCH, "-q", *("fakesrc num-buffers=10 ! filesink "
                                      "name=blocked location=%s" % fifo).split()],
                     env=LINES) as tracing:
            wait_until(lambda: told_of(
                "SLOW STATE CHANGE: blocked", "slow-reader", "NULL to READY",
                "still going on")(tracing.said().splitlines()), tracing,
                "the element whose state is changed")
            reader = os.open(fifo, os.O_RDONLY)
            result = tracing.finish()
            os.close(reader)
    expect(result.status == 0, result)
    change, = changes(result)
    expect(change["stage"] == "blocked" and change["duration"] > 1 * S, result)
    expect(change["root-cause"] == "slow-reader", result)
    expect("it is over" in result.err, result)


def test_each_element_has_its_own_time_of_a_state_change():
    with tempfile.TemporaryDirectory() as folder:
        fifos = {name: os.path.join(folder, name) for name in ("one", "two")}
        for fifo in fifos.values():
            os.mkfifo(fifo)
        readers, order = [], []
        with Tracing([LAUNCH, "-q", *(
                "fakesrc num-buffers=10 ! tee name=t ! queue ! filesink "
                "name=one location=%(one)s t. ! queue ! filesink name=two "
                "location=%(two)s" % fifos).split()], env=LINES) as tracing:

            def open_told(times):
                """The one that has been told so often, once a second."""
                lines = [line for line in tracing.said().splitlines()
                         if "going on" in line]
                for name in fifos.keys() - set(order):
                    if sum("SLOW STATE CHANGE: " + name in line
                           for line in lines) >= times:
                        order.append(name)
                        readers.append(os.open(fifos[name], os.O_RDONLY))
                        return True
                return False

            wait_until(lambda: open_told(4), tracing, "the first element")
            wait_until(lambda: open_told(1), tracing, "the second element")
            result = tracing.finish()
        for reader in readers:
            os.close(reader)
    expect(result.status == 0, result)
    longest = max(changes(result), key=lambda change: change["duration"])
    expect(longest["stage"] == order[0], result)


def test_a_sink_that_gets_no_first_buffer_is_named():
    ours, theirs = os.pipe()
    with Tracing([sys.executable, "-c", GIVEN_UP, "%s ! tee name=t ! queue ! "
                  "fakesink t. ! valve drop=true ! queue ! fakesink name=deaf" % source(200), str(ours)], env=LINES,
                 pass_fds=[ours]) as tracing:
        wait_until(lambda: told_of(
            "SLOW STATE CHANGE", "still going on: preroll",
            "waiting for a first buffer at deaf")(
                tracing.said().splitlines()), tracing, "the sink")
        os.close(theirs)
        result = tracing.finish()
    os.close(ours)
    expect(result.status == 0, result)
    change, = changes(result)
    expect(change["root-cause"] == "preroll", result)
    expect(change["duration"] > 5 * S, result)


def test_a_pipeline_that_starts_at_once_is_told_of_nothing():
    result = launch("%s ! tee name=t ! queue ! fakesink t. ! queue ! fakesink"
                    % source(60, live=True), env=LINES)
    expect(result.status == 0 and not changes(result), result)


def test_a_pipeline_that_stays_paused_waits_for_no_sink():
    with Tracing([sys.executable, "-c", STAYS_PAUSED, "%s ! identity "
                  "sleep-time=800000 ! fakesink" % source(200)],
                 env=LINES) as tracing:
        result = tracing.finish()
    expect(result.status == 0 and not changes(result), result)
    expect("SLOW STATE CHANGE" not in result.err, result)


sys.exit(main(globals()))
