# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The child of fault-suite for the fault "gil": a Python application whose main
work holds the global interpreter lock, while a pad probe of its own wants it.

Called by faultrunner.c, and speaks with it as faultchild.c does.
"""

import os
import random
import signal
import socket
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

LEAD, LEAD_SPREAD, TAIL = 0.8, 0.4, 700
LIFE = 40
SHORT = 500 * Gst.MSECOND
PIPELINE = (
    "videotestsrc is-live=true pattern=snow ! "
    "video/x-raw,format=I420,width=320,height=240,framerate=30/1 ! "
    'profnormalize ! profencode encoder="identity silent=true name=spot ! '
    'x264enc tune=zerolatency speed-preset=ultrafast bitrate=8000 threads=1" '
    "! h264parse ! profmuxsink name=out latencytracer name=tracer")


def hold_gil(n):
    """One call into C that gives nobody else a turn; returns its seconds."""
    begin = time.monotonic_ns()
    sum(range(n))
    return begin, time.monotonic_ns()


def numbers_for(duration):
    """How many numbers take that long, in nanoseconds, to add."""
    n = 200000
    begin, end = min((hold_gil(n) for _ in range(5)), key=lambda t: t[1] - t[0])
    return int(n * duration / (end - begin))


class Child:
    def __init__(self, duration, folder):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET,
                                    fileno=3)
        self.duration = duration
        self.numbers = numbers_for(duration)
        self.loop = GLib.MainLoop()
        self.started = False
        self.pipeline = Gst.parse_launch(PIPELINE)
        find = self.pipeline.get_by_name
        find("out").set_property("location", os.path.join(folder, "out.mkv"))
        # Nothing is done in it: it only wants the lock.
        find("spot").get_static_pad("src").add_probe(
            Gst.PadProbeType.BUFFER, lambda pad, info: Gst.PadProbeReturn.OK)
        if duration < SHORT:
            for name in ("normalize", "encode", "mux", "write", "stage", "gap"):
                find("tracer").set_property(name + "-threshold",
                                            50 * Gst.MSECOND)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.on_message)

    def say(self, text):
        self.socket.send(text.encode())

    def work(self):
        """A thread of the application's."""
        time.sleep(LEAD + random.random() * LEAD_SPREAD)
        begin, end = hold_gil(self.numbers)
        self.say("inject 0 %d %d" % (begin, end))
        GLib.timeout_add(TAIL, self.finish)

    def finish(self):
        self.pipeline.send_event(Gst.Event.new_eos())
        return GLib.SOURCE_REMOVE

    def on_message(self, bus, message):
        if message.type == Gst.MessageType.ERROR:
            self.say("trouble " + message.parse_error()[0].message)
            self.loop.quit()
        elif message.type == Gst.MessageType.EOS:
            self.loop.quit()
        elif message.type == Gst.MessageType.ELEMENT:
            structure = message.get_structure()
            if structure.get_name() == "prof-warning":
                # Its own stamp is the first that Python can take.
                self.say("warning 0 %d %s" % (time.monotonic_ns(),
                                              structure.to_string()))
        elif message.type == Gst.MessageType.STATE_CHANGED \
                and message.src == self.pipeline and not self.started \
                and message.parse_state_changed()[1] == Gst.State.PLAYING:
            self.started = True
            threading.Thread(target=self.work, daemon=True).start()

    def run(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)


def main():
    signal.alarm(LIFE)
    Gst.init(None)
    _, _, duration, folder = sys.argv[:4]
    Child(int(duration), folder).run()


main()
