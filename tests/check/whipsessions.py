# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""gst-prof-1.0 record --whip: sessions that come, go and fail, over 127.0.0.1.

What they leave behind is looked at by tests/webrtc/sessions.py.
"""

import glob
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import gi
gi.require_version("Gst", "1.0")
from gi.repository import Gst

from program import Running, expect, main, run

SOURCE = os.environ["GST_PROF_SOURCE"]
CLIENT = os.path.join(SOURCE, "tests", "webrtc", "whipclient.py")
TIMEOUT_S = 30

# Small, so that several at once are no load.
SMALL = ("--size=320x180", "--fps=15")
CHEAP = ("--encoder=x264enc tune=zerolatency speed-preset=ultrafast",
         "--size=320x180")

OFFER = """v=0
o=- 1 0 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwxyz
a=fingerprint:sha-256 71:01:70:C7:2F:C2:BE:AD:3D:D8:13:37:B3:7E:E2:10:CA:CF:\
AB:0F:E2:9F:8E:26:85:99:AD:52:ED:50:1D:B7
a=setup:actpass
a=mid:0
a=rtcp-mux
a=sendonly
a=rtpmap:96 %s/90000
"""


class Recorder:
    """The program, serving in a folder of its own until it is interrupted."""

    def __init__(self, *args, output=None):
        self.folder = tempfile.TemporaryDirectory()
        self.running = Running(
            "record", "--whip=127.0.0.1:0",
            "--output=" + os.path.join(self.folder.name, output or ""), *args)
        line = self.running.wait_for("recording whoever opens")
        self.url = re.search(r"http://\S+", line).group(0) + "whip"

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.running.process.poll() is None:
            self.running.process.kill()
            self.running.finish()
        self.folder.cleanup()

    def finish(self):
        self.running.signal(signal.SIGINT)
        return self.running.finish()

    def files(self):
        return sorted(glob.glob(os.path.join(self.folder.name, "*")))


def start_client(recorder, *args):
    return subprocess.Popen([sys.executable, CLIENT, *args, recorder.url],
                            text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def finish_client(client):
    """The fields that it prints."""
    out, err = client.communicate(timeout=TIMEOUT_S)
    assert client.returncode == 0, err
    return dict(field.split("=", 1) for field in out.split())


def post(recorder, text):
    """Status and text of the answer to an offer."""
    request = urllib.request.Request(
        recorder.url, text.replace("\n", "\r\n").encode(),
        {"Content-Type": "application/sdp"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_S) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def sessions(result):
    """The lines for scripts, as dictionaries, in the order of their ends."""
    return [dict(field.split("=", 1) for field in line.split())
            for line in re.findall(r"^session=.*$", result.out, re.M)]


def count_frames(path, kind="video"):
    """Buffers of one kind in a Matroska file, read to its end."""
    pipeline = Gst.parse_launch(
        'filesrc location="%s" ! matroskademux name=d' % path)
    counts = {"video": 0, "audio": 0}

    def on_pad(demuxer, pad):
        stream = pad.get_current_caps().get_structure(0).get_name()
        sink = Gst.ElementFactory.make("fakesink")
        # one thread feeds both: neither may wait for the other's first buffer
        sink.set_property("async", False)
        pipeline.add(sink)
        sink.sync_state_with_parent()

        def on_buffer(*unused):
            counts[stream.split("/")[0]] += 1
            return Gst.PadProbeReturn.OK
        sink.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER,
                                              on_buffer)
        pad.link(sink.get_static_pad("sink"))

    pipeline.get_by_name("d").connect("pad-added", on_pad)
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(
        TIMEOUT_S * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    assert message and message.type == Gst.MessageType.EOS, path
    known, duration = pipeline.query_duration(Gst.Format.TIME)
    pipeline.set_state(Gst.State.NULL)
    assert known and duration > 0, path
    return counts[kind]


def expect_recorded(result, sent, found):
    """What was sent is in the file or was counted where it was lost."""
    expect(found["clean"] == "yes", result)
    expect(int(found["sent" if "sent" in found else "received"])
           == int(sent["sent"]), "%s\n%s" % (sent, result))
    expect(int(found["decoded"]) == int(found["received"]), result)
    expect(int(found["recorded"]) == int(found["decoded"])
           - int(found["dropped"]) + int(found["repeated"]), result)
    expect(count_frames(found["file"]) == int(found["recorded"]), result)


def test_what_a_client_sends_is_recorded_until_it_deletes_its_session():
    with Recorder(*CHEAP) as recorder:
        sent = finish_client(start_client(recorder, "--frames=45", *SMALL))
        recorder.running.wait_for("ended (deleted)")
        result = recorder.finish()
        (found,) = sessions(result)
        expect(result.status == 0, result)
        expect(sent["url"].endswith(found["session"]), result)
        expect(found["video"] == "VP8" and found["audio"] == "OPUS", result)
        expect(found["end"] == "deleted", result)
        expect_recorded(result, sent, found)
        expect(count_frames(found["file"], "audio") == int(found["sound"]),
               result)
        expect(re.search(r"^ +encode +\d+ ", result.out, re.M), result)


def test_what_stays_away_once_a_client_took_its_leave_is_no_gap():
    with Recorder(*CHEAP) as recorder:
        finish_client(start_client(recorder, "--frames=30", "--farewell=leave",
                                   *SMALL))
        recorder.running.wait_for("ended (deleted)")
        result = recorder.finish()
        (found,) = sessions(result)
        expect(found["clean"] == "yes" and int(found["recorded"]) > 0, result)
        expect("ended without a frame" not in result.err, result)


def test_sessions_at_once_have_a_file_each():
    with Recorder(*CHEAP) as recorder:
        clients = [start_client(recorder, "--frames=30", *SMALL, *more)
                   for more in ((), ("--no-audio",), (), ("--size=160x120",))]
        sent = {fields["url"].rpartition("/")[2]: fields
                for fields in map(finish_client, clients)}
        for unused in sent:
            recorder.running.wait_for("ended (deleted)")
        result = recorder.finish()
        found = sessions(result)
        expect(result.status == 0 and len(found) == 4, result)
        expect(sorted(one["audio"] for one in found)
               == ["OPUS", "OPUS", "OPUS", "none"], result)
        expect(len({one["file"] for one in found}) == 4, result)
        for one in found:
            expect_recorded(result, sent[one["session"]], one)


def expect_remuxed(codec, size):
    """Each frame is one frame in the report too, of however many packets."""
    with Recorder("--no-encode") as recorder:
        sent = finish_client(start_client(
            recorder, "--frames=30", "--codec=" + codec, *size))
        recorder.running.wait_for("ended (deleted)")
        result = recorder.finish()
        (found,) = sessions(result)
        expect(found["video"] == codec, result)
        expect(found["received"] == sent["sent"], result)
        expect(found["recorded"] == found["received"], result)
        expect(count_frames(found["file"]) == int(found["recorded"]), result)
        expect(re.search(r"^ +depay +\d+ ", result.out, re.M), result)
        expect(re.search(r"^Frames: %s in .*: %s complete, 0 dropped, "
                         "0 incomplete, 0 inside" % (sent["sent"], sent["sent"]),
                         result.out, re.M), result)
        expect("unjoined)" not in result.out, result)
        expect(not re.search(r"^ +encode +\d+ ", result.out, re.M), result)
    return sent


def test_without_encoding_frames_go_into_the_file_as_they_came():
    for codec in ("VP8", "VP9"):
        expect_remuxed(codec, SMALL)


def test_frames_of_several_packets_are_no_more_frames():
    sent = expect_remuxed("H264", ("--size=640x360",))
    expect(int(sent["packets"]) > int(sent["sent"]), sent)


def test_each_codec_is_recorded():
    for codec in ("H264", "VP9"):
        with Recorder(*CHEAP) as recorder:
            sent = finish_client(start_client(
                recorder, "--frames=30", "--codec=" + codec, *SMALL))
            recorder.running.wait_for("ended (deleted)")
            result = recorder.finish()
            (found,) = sessions(result)
            expect(found["video"] == codec, result)
            expect_recorded(result, sent, found)


def test_what_a_slow_encoder_has_still_to_do_is_told_and_holds_up_nobody():
    with Recorder("--overload=block", "--size=320x180",
                  "--encoder=fault mode=sleep delay=400000000 ! "
                  "x264enc tune=zerolatency speed-preset=ultrafast") as recorder:
        # 18 s of encoding, of which most is still to do when the client goes
        sent = finish_client(start_client(recorder, "--frames=45", *SMALL))
        recorder.running.wait_for(" still to encode")
        finish_client(start_client(recorder, "--frames=2", *SMALL))
        recorder.running.wait_for("ended (deleted)")
        recorder.running.signal(signal.SIGINT)
        recorder.running.wait_for("interrupted")
        result = recorder.finish()
        other, found = sessions(result)
        expect(sent["url"].endswith(found["session"]), result)
        expect(other["clean"] == "yes" and other["recorded"] == "2", result)
        expect(re.search(r"finishing: \d+ frames( and \d+ packets)? still to "
                         r"encode\n", result.err), result)
        # the second signal did not wait for the rest
        expect(found["end"] == "deleted" and found["clean"] == "no", result)
        expect(0 < int(found["recorded"]) < 45, result)
        expect("or still waiting there" in result.out, result)
        expect("does not stop" not in result.err, result)
        expect(result.status == 1, result)


def test_a_signal_finishes_all_files():
    with Recorder(*CHEAP) as recorder:
        clients = [start_client(recorder, "--frames=10000", *SMALL)
                   for unused in range(2)]
        for unused in clients:
            recorder.running.wait_for("first frame")
        result = recorder.finish()
        for client in clients:
            client.kill()
            client.communicate()
        found = sessions(result)
        expect(result.status == 0 and len(found) == 2, result)
        for one in found:
            expect(one["end"] == "interrupted" and one["clean"] == "yes",
                   result)
            expect(count_frames(one["file"]) == int(one["recorded"]), result)


def test_a_client_that_vanishes_leaves_a_finished_file():
    with Recorder("--idle-timeout=1", *CHEAP) as recorder:
        client = start_client(recorder, "--frames=10000", *SMALL)
        recorder.running.wait_for("first frame")
        client.kill()
        client.communicate()
        recorder.running.wait_for("ended (idle)")
        result = recorder.finish()
        (found,) = sessions(result)
        expect(result.status == 0 and found["clean"] == "yes", result)
        expect(count_frames(found["file"]) == int(found["recorded"]) > 0,
               result)


def test_a_client_that_only_closes_the_connection_is_not_waited_for():
    # within less than the idle timeout of half a minute
    with Recorder(*CHEAP) as recorder:
        client = start_client(recorder, "--frames=15", "--farewell=dtls",
                              *SMALL)
        recorder.running.wait_for("ended (")
        client.kill()
        client.communicate()
        result = recorder.finish()
        (found,) = sessions(result)
        expect(result.status == 0 and found["clean"] == "yes", result)
        expect(found["end"] in ("gone", "eos") and int(found["recorded"]) > 0,
               result)
        expect(count_frames(found["file"]) == int(found["recorded"]), result)


def test_a_stream_that_ends_by_itself_has_not_failed():
    with Recorder("--encoder=identity eos-after=10 ! " + CHEAP[0][10:],
                  "--size=320x180") as recorder:
        client = start_client(recorder, "--frames=10000", "--no-audio", *SMALL)
        recorder.running.wait_for("ended (eos)")
        client.kill()
        client.communicate()
        result = recorder.finish()
        (found,) = sessions(result)
        expect(result.status == 0 and found["clean"] == "yes", result)


def test_a_session_that_only_finishes_takes_no_place():
    with Recorder("--max-sessions=1", "--overload=block", "--size=320x180",
                  "--encoder=fault mode=sleep delay=400000000 ! "
                  "x264enc tune=zerolatency speed-preset=ultrafast") as recorder:
        # 18 s of encoding each
        for unused in range(2):
            finish_client(start_client(recorder, "--frames=45", *SMALL))
        # of those that finish there are no more than of those that record
        status, text = post(recorder, OFFER % "VP8")
        expect(status == 503 and "2 still finish" in text, text)
        recorder.running.signal(signal.SIGINT)
        recorder.running.wait_for("interrupted")
        result = recorder.finish()
        expect([one["end"] for one in sessions(result)] == ["deleted"] * 2,
               result)


def test_a_recorder_that_was_stopped_does_not_take_its_clients_for_idle():
    with Recorder("--idle-timeout=2", *CHEAP) as recorder:
        client = start_client(recorder, "--frames=75", *SMALL)
        recorder.running.wait_for("first frame")
        recorder.running.signal(signal.SIGSTOP)
        # longer than the idle timeout
        time.sleep(3)
        recorder.running.signal(signal.SIGCONT)
        finish_client(client)
        recorder.running.wait_for("ended (deleted)")
        result = recorder.finish()
        (found,) = sessions(result)
        expect(found["end"] == "deleted" and found["clean"] == "yes", result)


def test_a_client_that_does_not_connect_leaves_nothing():
    with Recorder("--ice-timeout=0.5", "--max-sessions=1") as recorder:
        status, text = post(recorder, OFFER % "VP8")
        expect(status == 201, text)
        status, text = post(recorder, OFFER % "VP8")
        expect(status == 503 and "session" in text, text)
        recorder.running.wait_for("refused: 503, there are as many sessions as")
        recorder.running.wait_for("ended (unconnected)")
        expect(recorder.files() == [], recorder.files())
        # there is room again
        status, text = post(recorder, OFFER % "VP8")
        expect(status == 201, text)
        result = recorder.finish()
        expect(recorder.files() == [], result)
        expect([one["end"] for one in sessions(result)]
               == ["unconnected", "interrupted"], result)


def test_what_a_recording_waits_for_is_told_as_it_is():
    # the one does not connect, the other sends nothing
    with Recorder("--ice-timeout=20", *CHEAP) as recorder:
        status, text = post(recorder, OFFER % "VP8")
        expect(status == 201, text)
        client = start_client(recorder, "--frames=0", "--no-audio", *SMALL)
        recorder.running.wait_for("but has not connected yet")
        recorder.running.wait_for("no packet of video has come yet")
        client.kill()
        client.communicate()
        result = recorder.finish()
        expect("waiting for filesink" not in result.err, result)


def test_a_session_that_does_not_stop_keeps_its_place():
    with Recorder("--max-sessions=1", "--size=320x180",
                  "--encoder=fault mode=sleep only-buffer=3 "
                  "delay=3600000000000 announce=hang ! "
                  "x264enc tune=zerolatency speed-preset=ultrafast") as recorder:
        finish_client(start_client(recorder, "--frames=10", *SMALL))
        recorder.running.wait_for("EOS did not get through")
        recorder.running.wait_for("does not stop, leaving it")
        recorder.running.wait_for("ended (deleted)")
        status, text = post(recorder, OFFER % "VP8")
        expect(status == 503 and "session" in text, text)
        result = recorder.finish()
        (found,) = sessions(result)
        expect(result.status == 1 and found["clean"] == "no", result)


def test_what_cannot_be_recorded_is_refused_with_the_reason():
    with Recorder() as recorder:
        status, text = post(recorder, OFFER % "AV1")
        expect(400 <= status < 500 and "VP8" in text, text)
        status, text = post(recorder, (OFFER % "VP8").replace("sendonly",
                                                              "recvonly"))
        expect(400 <= status < 500 and text.strip(), text)
        expect(recorder.files() == [], recorder.files())
    with Recorder("--no-encode", output="a%d.mp4") as recorder:
        status, text = post(recorder, OFFER % "VP8")
        expect(status == 422 and ".mp4" in text and "VP8" in text, text)
        expect(recorder.files() == [], recorder.files())


def test_no_recording_takes_the_place_of_another():
    with Recorder("--ice-timeout=10", output="a-%02d.mkv") as recorder:
        taken = os.path.join(recorder.folder.name, "a-01.mkv")
        with open(taken, "w") as file:
            file.write("mine")
        for unused in range(2):
            status, text = post(recorder, OFFER % "VP8")
            expect(status == 201, text)
        expect([os.path.basename(path) for path in recorder.files()]
               == ["a-01.mkv", "a-02.mkv", "a-03.mkv"], recorder.files())
        recorder.finish()
        with open(taken) as file:
            expect(file.read() == "mine", taken)
    with Recorder(output="%s.mkv") as recorder:
        status, text = post(recorder, OFFER % "VP8")
        expect(status == 201, text)
        expect(len(recorder.files()) == 1, recorder.files())


def test_bad_options_of_a_server_are_named():
    for options, text in ((("--whip=127.0.0.1:0", "--test-sender"), "exclude"),
                          (("--whip=nowhere",), "nowhere"),
                          (("--whip=127.0.0.1:0", "--output=a%q.mkv"), "%q"),
                          (("--whip=127.0.0.1:0", "--output=/nix/a.mkv"),
                           "/nix"),
                          (("--whip=127.0.0.1:0", "--output=a.webm"), "webm"),
                          (("--whip=127.0.0.1:0", "--no-encode",
                            "--encoder=x264enc"), "--no-encode"),
                          (("--whip=127.0.0.1:0", "--max-sessions=0"),
                           "--max-sessions"),
                          (("--whip=127.0.0.1:0", "--idle-timeout=0"),
                           "--idle-timeout"),
                          (("--test-sender", "--overload=wait"), "wait")):
        result = run("record", *options)
        expect(result.status == 2 and text in result.err,
               "%s: %s" % (options, result))


if __name__ == "__main__":
    Gst.init(None)
    sys.exit(main(globals()))
