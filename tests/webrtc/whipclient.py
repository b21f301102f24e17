# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A WHIP client for the tests: sends a counted number of frames, and ends.

whipclient.py [options] http://127.0.0.1:8088/whip

A moving picture and a tone go through webrtcbin to a recorder, over 127.0.0.1
only. No frame is made before the connection stands, so that those that left the
encoder were all sent. Prints one line of fields at the end:

sent=150 audio=250 packets=480 post=0.131 connected=0.210 url=http://...

sent: frames out of the encoder. audio: packets of audio. post, connected: seconds
from the POST to its answer, and until DTLS was through. Exit status 1: it did not
work, and stderr says why.

The main thread does everything, but for counting, which is done where the buffers
pass.
"""

import argparse
import ctypes
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, GObject, Gst, GstSdp, GstWebRTC

LOOPBACK = "127.0.0.1"
TIMEOUT_S = 30
TICK_S = 0.005
# What was sent last may be asked for again.
FLUSH_S = 0.3

# encoder and payloader, and what the offer says of them
CODECS = {
    "VP8": ("vp8enc deadline=1 cpu-used=8 keyframe-max-dist=60 ! "
            "rtpvp8pay picture-id-mode=15-bit", ""),
    # which keeps 25 frames unless told
    "VP9": ("vp9enc deadline=1 cpu-used=8 lag-in-frames=0 threads=2 "
            "keyframe-max-dist=60 ! "
            "rtpvp9pay picture-id-mode=15-bit", ""),
    "H264": ("x264enc tune=zerolatency speed-preset=ultrafast key-int-max=60 ! "
             "video/x-h264,profile=constrained-baseline,level=(string)3.1 ! "
             "rtph264pay config-interval=-1 aggregate-mode=zero-latency",
             ",packetization-mode=(string)1,profile-level-id=(string)42c01f"),
}

# The caps are spelled out, as the offer is made before any data flows. The payload
# types are apart, as webrtcbin takes the next ones for retransmission.
VIDEO = (
    "videotestsrc name=camera is-live=true pattern=ball ! "
    "video/x-raw,format=I420,width={width},height={height},framerate={fps}/1 ! "
    "valve name=video-valve drop=true ! {encoder} name=video-payloader ! "
    "application/x-rtp,media=video,encoding-name={codec},clock-rate=90000,"
    "payload=96{more} ! "
    "webrtc. ")
AUDIO = (
    "audiotestsrc is-live=true wave=sine ! audio/x-raw,rate=48000,channels=2 ! "
    "valve name=audio-valve drop=true ! opusenc ! "
    "rtpopuspay name=audio-payloader ! "
    "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,"
    "encoding-params=(string)2,payload=111 ! webrtc. ")


class Failed(Exception):
    """What did not work."""


class Client:
    """One session from the first state change to the DELETE."""

    def __init__(self, url, codec="VP8", frames=150, audio=True,
                 size=(640, 360), fps=30, token=None):
        self.url = url
        self.frames = frames
        self.token = token
        self.session = None
        self.replies = []
        self.made = 0
        self.counts = {"sent": 0, "audio": 0, "packets": 0}
        encoder, more = CODECS[codec]
        text = "webrtcbin name=webrtc bundle-policy=max-bundle " + VIDEO.format(
            width=size[0], height=size[1], fps=fps, encoder=encoder,
            codec=codec, more=more)
        if audio:
            text += AUDIO
        self.pipeline = Gst.parse_launch(text)
        self.webrtc = self.pipeline.get_by_name("webrtc")
        self.bus = self.pipeline.get_bus()
        self._keep_to_loopback()
        for number in range(2 if audio else 1):
            transceiver = self.webrtc.emit("get-transceiver", number)
            transceiver.set_property(
                "direction",
                GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
            transceiver.set_property("do-nack", True)
        self._count("video-valve", "src", self._on_frame)
        self._count("video-payloader", "sink", self._on_encoded)
        self._count("video-payloader", "src", self._on_packet)
        if audio:
            self._count("audio-payloader", "src", self._on_audio)

    def _keep_to_loopback(self):
        ice = self.webrtc.get_property("ice-agent")
        # webrtcbin has only a floating reference, which Python takes for its
        # own. Here is one more, that is never given back.
        value = GObject.Value(GObject.TYPE_OBJECT, ice)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(value))
        ice.emit("add-local-ip-address", LOOPBACK)
        agent = ice.get_property("agent")
        agent.set_property("upnp", False)
        agent.set_property("ice-tcp", False)

    def _count(self, element, pad, function):
        self.pipeline.get_by_name(element).get_static_pad(pad).add_probe(
            Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, function)

    # In the streaming threads.

    def _on_frame(self, pad, info):
        if self.made == self.frames:
            return Gst.PadProbeReturn.DROP
        self.made += 1
        return Gst.PadProbeReturn.OK

    def _on_encoded(self, pad, info):
        self.counts["sent"] += 1
        return Gst.PadProbeReturn.OK

    def _on_packet(self, pad, info):
        buffers = info.get_buffer_list()
        self.counts["packets"] += buffers.length() if buffers else 1
        return Gst.PadProbeReturn.OK

    def _on_audio(self, pad, info):
        self.counts["audio"] += 1
        return Gst.PadProbeReturn.OK

    # In the main thread.

    def _wait(self, condition, what):
        """Waits until a condition holds; an error on the bus ends it."""
        end = time.monotonic() + TIMEOUT_S
        context = GLib.MainContext.default()
        while not condition():
            while context.iteration(False):
                pass
            message = self.bus.pop_filtered(Gst.MessageType.ERROR)
            if message:
                raise Failed(message.parse_error().gerror.message)
            if time.monotonic() > end:
                raise Failed("not within %d s: %s" % (TIMEOUT_S, what))
            time.sleep(TICK_S)

    def _ask(self, signal, *args, field=None):
        """What webrtcbin answers in that field."""
        promise = Gst.Promise.new()
        self.webrtc.emit(signal, *args, promise)
        if promise.wait() != Gst.PromiseResult.REPLIED:
            raise Failed(signal + ": no reply")
        # What is in the reply lives as long as these.
        reply = promise.get_reply()
        self.replies.append((promise, reply))
        return reply.get_value(field) if field else None

    def _request(self, method, url, body=None):
        headers = {"Content-Type": "application/sdp"} if body else {}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        request = urllib.request.Request(url, body, headers, method=method)
        # A proxy that the environment names has no business here.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            return opener.open(request, timeout=TIMEOUT_S)
        except urllib.error.HTTPError as error:
            raise Failed("%s: %d %s" % (
                method, error.code, error.read().decode().strip())) from None
        except urllib.error.URLError as error:
            raise Failed("%s %s: %s" % (method, url, error.reason)) from None

    def connect(self):
        """POSTs the offer. Returns seconds: until the answer, until DTLS."""
        self.pipeline.set_state(Gst.State.PLAYING)
        self._ask("set-local-description",
                  self._ask("create-offer", None, field="offer"))
        self._wait(lambda: self.webrtc.get_property("ice-gathering-state")
                   == GstWebRTC.WebRTCICEGatheringState.COMPLETE, "candidates")
        # Held, as its sdp is part of it.
        local = self.webrtc.get_property("local-description")
        sdp = local.sdp.as_text()

        start = time.monotonic()
        with self._request("POST", self.url, sdp.encode()) as response:
            answer = response.read()
            self.session = urllib.parse.urljoin(
                self.url, response.headers["Location"])
        posted = time.monotonic()
        result, message = GstSdp.SDPMessage.new_from_text(answer.decode())
        self._ask("set-remote-description",
                  GstWebRTC.WebRTCSessionDescription.new(
                      GstWebRTC.WebRTCSDPType.ANSWER, message))
        self._wait(lambda: self.webrtc.get_property("connection-state")
                   == GstWebRTC.WebRTCPeerConnectionState.CONNECTED,
                   "a connection")
        return posted - start, time.monotonic() - start

    def _open_valves(self):
        for name in ("video-valve", "audio-valve"):
            valve = self.pipeline.get_by_name(name)
            if valve:
                valve.set_property("drop", False)

    def send(self):
        """Sends the frames, and what goes with them, to the last packet."""
        self._open_valves()
        self._wait(lambda: self.counts["sent"] >= self.frames, "frames")
        valve = self.pipeline.get_by_name("audio-valve")
        if valve:
            valve.set_property("drop", True)
        end = time.monotonic() + FLUSH_S
        self._wait(lambda: time.monotonic() > end, "")

    def leave(self):
        """Sends the frames, DELETEs, and only then stops sending."""
        frames, self.frames = self.frames, sys.maxsize
        self._open_valves()
        self._wait(lambda: self.counts["sent"] >= frames, "frames")
        self.delete()

    def close_dtls(self):
        """Says farewell as a browser's pc.close() does."""
        self.session = None
        elements = self.pipeline.iterate_recurse()
        while True:
            result, element = elements.next()
            if result != Gst.IteratorResult.OK:
                break
            if element.get_factory() and \
                    element.get_factory().get_name() == "dtlsenc":
                element.sinkpads[0].send_event(Gst.Event.new_eos())

    def delete(self):
        session, self.session = self.session, None
        if session:
            self._request("DELETE", session).close()

    def close(self):
        self.pipeline.set_state(Gst.State.NULL)


def run(url, farewell="delete", **settings):
    """A whole session; returns its fields."""
    client = Client(url, **settings)
    try:
        post, connected = client.connect()
        where = client.session
        if not settings.get("frames", 1):
            # connected, and mute
            time.sleep(TIMEOUT_S)
        if farewell == "leave":
            client.leave()
        else:
            client.send()
        if farewell == "delete":
            client.delete()
        elif farewell == "dtls":
            client.close_dtls()
            # it is to be the farewell that ends the session
            time.sleep(TIMEOUT_S)
    finally:
        client.close()
    return dict(client.counts, post="%.3f" % post,
                connected="%.3f" % connected, url=where)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--codec", choices=sorted(CODECS), default="VP8")
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--no-audio", action="store_true")
    parser.add_argument("--size", default="640x360")
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--token")
    parser.add_argument("--farewell", default="delete",
                        choices=("delete", "leave", "dtls"),
                        help="DELETE; the same, and stop sending then; close "
                        "DTLS without it, and stay for %d s" % TIMEOUT_S)
    parser.add_argument("url")
    args = parser.parse_args()
    Gst.init(None)
    try:
        fields = run(args.url, codec=args.codec, frames=args.frames,
                     audio=not args.no_audio, fps=args.fps, token=args.token,
                     farewell=args.farewell,
                     size=tuple(int(side) for side in args.size.split("x")))
    except Failed as error:
        print("whipclient: %s" % error, file=sys.stderr)
        return 1
    print(" ".join("%s=%s" % field for field in fields.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
