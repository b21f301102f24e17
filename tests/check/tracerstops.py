# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS=prof and how what was told ends: when a thread lets go of an event, and
when a pipeline takes away the elements that it was told of."""

import sys

from program import expect, main
from tracing import RAW, S, python

LINES = {"GST_DEBUG": "proftracer:2"}

BEGIN = """
import threading, time
import gi
gi.require_version('Gst', '1.0')
from gi.repository import Gst
Gst.init(None)
pipeline = Gst.parse_launch(%r)
held = threading.Event()
count = 0

def hold(seconds):
    held.set()
    time.sleep(seconds)
    return Gst.PadProbeReturn.OK
"""

HOLDS_CAPS = BEGIN % (
    "videotestsrc is-live=true ! capsfilter name=caps caps=%s ! "
    "identity name=holds ! queue ! fakesink name=end sync=true" % RAW) + """
def on_event(pad, info):
    new = info.get_event().type == Gst.EventType.CAPS and count > 0
    return hold(1.5) if new else Gst.PadProbeReturn.OK

pad = pipeline.get_by_name('holds').get_static_pad('src')
pad.add_probe(Gst.PadProbeType.EVENT_DOWNSTREAM, on_event)
pipeline.set_state(Gst.State.PLAYING)
end = pipeline.get_by_name('end')
while end.props.stats['rendered'] < 15:
    time.sleep(0.01)
count = 1
pipeline.get_by_name('caps').props.caps = Gst.Caps.from_string(
    'video/x-raw,width=320,height=240,framerate=30/1')
held.wait()
before = end.props.stats['rendered']
while end.props.stats['rendered'] < before + 30:
    time.sleep(0.01)
pipeline.set_state(Gst.State.NULL)
"""

# The decoder's pad holds its thread when the pipeline is stopped: decodebin takes the
# decoder away then.
HOLDS_DECODER = BEGIN % (
    "videotestsrc is-live=true ! %s ! jpegenc ! decodebin ! queue name=behind ! "
    "fakesink name=end sync=true" % RAW) + """
def on_buffer(pad, info):
    global count
    count += 1
    return hold(4) if count == 40 else Gst.PadProbeReturn.OK

def on_added(bin, sub_bin, element):
    if element.get_factory().get_name() == 'jpegdec':
        element.get_static_pad('src').add_probe(Gst.PadProbeType.BUFFER, on_buffer)

pipeline.connect('deep-element-added', on_added)
pipeline.set_state(Gst.State.PLAYING)
held.wait()
time.sleep(2.5)
pipeline.set_state(Gst.State.NULL)
"""


def worst(result, kind, stage):
    found = [warning for warning in result.summary()["worst"]
             if warning["kind"] == kind and warning["stage"] == stage]
    expect(len(found) == 1, result)
    return found[0]


def test_caps_that_are_held_have_an_end():
    result = python(HOLDS_CAPS, env=LINES)
    expect(result.status == 0, result)
    slow = worst(result, "slow-element", "holds")
    expect(slow["duration"] >= 1.5 * S, result)
    expect(slow["count"] == 1, result)
    last, = [line for line in result.err.splitlines()
             if "SLOW ELEMENT: holds" in line and "still going on" not in line]
    expect("its end was not seen" not in last, result)


def test_a_cause_is_not_lost_with_the_element():
    result = python(HOLDS_DECODER, env=LINES)
    expect(result.status == 0, result)
    decoder = result.row_of("jpegdec")["name"]
    gap = worst(result, "gap", "end")
    expect(gap["duration"] >= 2 * S, result)
    expect(gap["root-cause"] == "sleep", result)
    expect(gap["evidence"].startswith(decoder + ": "), result)
    slow = worst(result, "slow-element", decoder)
    expect(slow["duration"] >= 4 * S, result)
    expect(slow["root-cause"] == "sleep", result)


sys.exit(main(globals()))
