# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""An application that knows nothing of gst-prof: two webrtcbins, over 127.0.0.1.

tracerwebrtcapp.py FRAMES PAUSE

Sends FRAMES frames, nothing for PAUSE seconds, and FRAMES frames again, from the
pipeline "sender" to "receiver". Prints "sent N" and "shown N", the frames that left
the encoder and that came to the sink, and "pause N", how long in nanoseconds
nothing came in between. Exit status 1: there was no connection, or not all came.

The main thread does everything, but for counting, which is done where the buffers
pass.
"""

import ctypes
import sys
import time

import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, GObject, Gst, GstSdp, GstWebRTC

LOOPBACK = "127.0.0.1"
TIMEOUT_S = 30
TICK_S = 0.005

SENDER = (
    "videotestsrc is-live=true ! video/x-raw,format=I420,width=160,height=120,"
    "framerate=30/1 ! valve name=valve drop=true ! "
    "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30 ! "
    "rtpvp8pay name=pay picture-id-mode=15-bit ! application/x-rtp,media=video,"
    "encoding-name=VP8,clock-rate=90000,payload=96 ! "
    "webrtcbin name=send bundle-policy=max-bundle")
RECEIVER = (
    "webrtcbin name=receive bundle-policy=max-bundle latency=50 "
    "rtpvp8depay name=depay ! vp8dec name=dec ! fakesink name=end sync=false")


def keep_to_loopback(webrtc):
    ice = webrtc.get_property("ice-agent")
    # webrtcbin has only a floating reference, which Python takes for its own.
    # Here is one more, that is never given back.
    value = GObject.Value(GObject.TYPE_OBJECT, ice)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(value))
    ice.emit("add-local-ip-address", LOOPBACK)
    agent = ice.get_property("agent")
    agent.set_property("upnp", False)
    agent.set_property("ice-tcp", False)


class App:
    """One session from the first state change to the last."""

    def __init__(self, frames):
        self.frames = frames
        self.made = self.sent = self.shown = 0
        self.last = self.longest = 0
        self.replies = []
        self.sender = Gst.parse_launch(SENDER)
        self.receiver = Gst.parse_launch(RECEIVER)
        self.sender.set_name("sender")
        self.receiver.set_name("receiver")
        self.send = self.sender.get_by_name("send")
        self.receive = self.receiver.get_by_name("receive")
        self.valve = self.sender.get_by_name("valve")
        for webrtc in self.send, self.receive:
            keep_to_loopback(webrtc)
        self.send.emit("get-transceiver", 0).set_property(
            "direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        self.receive.connect("pad-added", self._on_pad)
        for pipeline, name, pad, function in (
                (self.sender, "valve", "src", self._on_frame),
                (self.sender, "pay", "sink", self._on_encoded),
                (self.receiver, "end", "sink", self._on_shown)):
            pipeline.get_by_name(name).get_static_pad(pad).add_probe(
                Gst.PadProbeType.BUFFER, function)

    # In webrtcbin's threads and the streaming threads.

    def _on_pad(self, webrtc, pad):
        if pad.get_direction() == Gst.PadDirection.SRC:
            pad.link(self.receiver.get_by_name("depay").get_static_pad("sink"))

    def _on_frame(self, pad, info):
        if self.made == self.frames:
            return Gst.PadProbeReturn.DROP
        self.made += 1
        return Gst.PadProbeReturn.OK

    def _on_encoded(self, pad, info):
        self.sent += 1
        return Gst.PadProbeReturn.OK

    def _on_shown(self, pad, info):
        now = time.monotonic_ns()
        if self.last:
            self.longest = max(self.longest, now - self.last)
        self.last = now
        self.shown += 1
        return Gst.PadProbeReturn.OK

    # In the main thread.

    def _wait(self, condition, what):
        end = time.monotonic() + TIMEOUT_S
        while not condition():
            while GLib.MainContext.default().iteration(False):
                pass
            if time.monotonic() > end:
                sys.exit("not within %d s: %s" % (TIMEOUT_S, what))
            time.sleep(TICK_S)

    def _ask(self, webrtc, signal, *args, field=None):
        promise = Gst.Promise.new()
        webrtc.emit(signal, *args, promise)
        promise.wait()
        # What is in the reply lives as long as these.
        reply = promise.get_reply()
        self.replies.append((promise, reply))
        return reply.get_value(field) if field else None

    def _described(self, webrtc):
        """Its own description, with all candidates in it."""
        self._wait(lambda: webrtc.get_property("ice-gathering-state")
                   == GstWebRTC.WebRTCICEGatheringState.COMPLETE, "candidates")
        local = webrtc.get_property("local-description")
        _, message = GstSdp.SDPMessage.new_from_text(local.sdp.as_text())
        return GstWebRTC.WebRTCSessionDescription.new(local.type, message)

    def connect(self):
        self.receiver.set_state(Gst.State.PLAYING)
        self.sender.set_state(Gst.State.PLAYING)
        self._ask(self.send, "set-local-description", self._ask(
            self.send, "create-offer", None, field="offer"))
        self._ask(self.receive, "set-remote-description",
                  self._described(self.send))
        self._ask(self.receive, "set-local-description", self._ask(
            self.receive, "create-answer", None, field="answer"))
        self._ask(self.send, "set-remote-description",
                  self._described(self.receive))
        for webrtc in self.send, self.receive:
            self._wait(lambda: webrtc.get_property("connection-state")
                       == GstWebRTC.WebRTCPeerConnectionState.CONNECTED,
                       "a connection")

    def play(self, pause):
        self.valve.set_property("drop", False)
        self._wait(lambda: self.shown == self.frames, "the first frames")
        end = time.monotonic() + pause
        self._wait(lambda: time.monotonic() > end, "")
        self.frames *= 2
        self._wait(lambda: self.shown == self.frames, "the others")

    def close(self):
        for pipeline in self.receiver, self.sender:
            pipeline.set_state(Gst.State.NULL)


def main():
    Gst.init(None)
    app = App(int(sys.argv[1]))
    app.connect()
    app.play(float(sys.argv[2]))
    app.close()
    print("sent %d\nshown %d\npause %d" % (app.sent, app.shown, app.longest))


main()
