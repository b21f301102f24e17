# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""gst-prof-1.0 record with its own sender, over 127.0.0.1."""

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile

from program import Running, expect, main, run

STARTED = "the sender starts"
LOOPBACK = "127.0.0.1"


def counts(result):
    """The fields of the line for scripts."""
    match = re.search(r"^sent=.*$", result.out, re.M)
    expect(match, result)
    return dict(field.split("=", 1) for field in match.group(0).split())


def discover(path):
    """What gst-discoverer-1.0 says: seconds, kinds of streams, all of it."""
    text = subprocess.run(["gst-discoverer-1.0", path], text=True,
                          stdout=subprocess.PIPE).stdout
    match = re.search(r"Duration: 0:00:([\d.]+)", text)
    return (float(match.group(1)) if match else None,
            sorted(re.findall(r"^ +(audio|video) #\d+: ", text, re.M)), text)


def expect_whole(result, path):
    """Every frame that was sent is in the file, and audio beside it."""
    found = counts(result)
    seconds, streams, text = discover(path)
    expect(result.status == 0 and found["clean"] == "yes", result)
    expect(int(found["sent"]) > 0, result)
    expect(found["sent"] == found["recorded"], result)
    expect(streams == ["audio", "video"], text)
    # Frames are 33 ms; audio may begin and end within one of them.
    expect(seconds is not None
           and abs(seconds - int(found["sent"]) / 30) < 0.1, "%s\n%s" % (
               result, text))
    expect(os.path.getsize(path) == int(found["bytes"]), result)
    return text


def test_without_the_built_in_sender_it_says_that_there_is_no_other():
    result = run("record")
    expect(result.status == 2 and "--test-sender" in result.err, result)


def test_containers_that_cannot_take_the_streams_are_refused_by_name():
    for name, text in (("a.flv", "Opus"), ("a.webm", "H.264"),
                       ("a.jpg", ".mkv, .mp4 or .ts"), ("a", ".mkv"),
                       ("a.mkv/b", ".mkv")):
        result = run("record", "--test-sender", "--output=" + name)
        expect(result.status == 2, result)
        expect("--output=" + name in result.err and text in result.err, result)


def test_bad_options_are_named():
    for option, text in (("--size=12", "--size=12"), ("--size=1x1x1", "1x1x1"),
                         ("--size=0x720", "0x720"), ("--bitrate=-1", "bitrate"),
                         ("--encoder=foo", "\"foo\""),
                         ("--sink=fault !", "syntax"),
                         ("--sender-video=foo ! bar", "\"foo\""),
                         ("--sender-audio=x264enc", "x264enc"),
                         ("surplus", "surplus")):
        result = run("record", "--test-sender", option)
        expect(result.status == 2 and text in result.err,
               "%s: %s" % (option, result))


def test_every_frame_sent_is_recorded_in_each_container():
    with tempfile.TemporaryDirectory() as folder:
        for extension in ("mkv", "mp4", "ts"):
            path = os.path.join(folder, "a." + extension)
            result = run("record", "--test-sender", "--duration=1.5",
                         "--output=" + path)
            text = expect_whole(result, path)
            expect("Width: 1280" in text and "Height: 720" in text, text)
            expect(re.search(r"^ +encode +\d+ ", result.out, re.M), result)


def test_the_size_can_be_that_of_the_first_frame():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.mkv")
        result = run("record", "--test-sender", "--duration=1", "--size=0x0",
                     "--output=" + path)
        text = expect_whole(result, path)
        expect("Width: 640" in text and "Height: 360" in text, text)


def test_the_report_says_how_the_session_started_and_what_came_in():
    with tempfile.TemporaryDirectory() as folder:
        result = run("record", "--test-sender", "--duration=1",
                     "--output=" + os.path.join(folder, "a.mkv"))
        match = re.search(r"^Startup: ([\d.]+)s from first contact to first "
                          r"recorded frame: (.*(?:\n +.*)*)", result.out, re.M)
        expect(match, result)
        parts = re.findall(r"(\w+)\s+(\d+)ms", match.group(2))
        # Eleven parts and a total, all rounded, and those below 0.5 ms left out
        total = sum(int(ms) for _, ms in parts)
        expect(abs(total - 1000 * float(match.group(1))) < 12, result)
        expect({"signalling", "ice", "encoder"} <= {name for name, _ in parts}, result)
        expect("unknown" not in match.group(2), result)
        for stream in ("video VP8", "audio OPUS"):
            row = re.search(r"^  rtpjitterbuffer\d+ +%s +(\d+) " % stream,
                            result.out, re.M)
            expect(row and int(row.group(1)) > 0, result)


def test_frames_the_sender_holds_back_are_counted_apart():
    pause = "fault mode=drop at=500000000 count="
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.mkv")
        # half a second: 15 frames, 25 packets of 20 ms
        result = run("record", "--test-sender", "--duration=2",
                     "--output=" + path, "--sender-audio=%s25" % pause,
                     "--sender-video=%s15 announce=pause" % pause)
        found = counts(result)
        expect(found["paused"] == "15", result)
        expect(found["decoded"] == found["recorded"], result)
        # Nobody takes packets for lost that were never sent.
        expect(found["sent"] == found["decoded"], result)
        expect("pause begins" in result.err, result)


def test_the_silence_in_which_a_sender_takes_leave_is_no_gap():
    with tempfile.TemporaryDirectory() as folder:
        result = run("record", "--test-sender", "--duration=2",
                     "--fail-on=gap", "--output=" + os.path.join(folder, "a.mkv"))
        # A busy machine may make a real one, which a frame ends.
        expect(result.status == (3 if "before frame" in result.err
                                 or "wait | frame" in result.err else 0), result)


def test_sound_that_stops_does_not_hold_up_video():
    # three seconds of silence, of which the first two are waited for
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.mkv")
        result = run("record", "--test-sender", "--duration=4.5",
                     "--output=" + path,
                     "--sender-audio=fault mode=drop at=500000000 count=1000")
        found = counts(result)
        expect(result.status == 0 and found["clean"] == "yes", result)
        expect(int(found["silence"]) > 0, result)
        expect(int(found["recorded"]) == int(found["decoded"])
               - int(found["dropped"]), result)
        expect(discover(path)[1] == ["audio", "video"], result)


def test_video_that_stops_does_not_hold_up_sound():
    # of twelve seconds without a picture, the first ten are waited for
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.mkv")
        result = run("record", "--test-sender", "--duration=12.5",
                     "--output=" + path,
                     "--sender-video=fault mode=drop at=500000000 count=1000")
        found = counts(result)
        expect(result.status == 0 and found["clean"] == "yes", result)
        expect(int(found["repeated"]) > 0 and found["silence"] == "0", result)
        expect(int(found["recorded"]) == int(found["decoded"])
               - int(found["dropped"]) + int(found["repeated"]), result)
        seconds = discover(path)[0]
        expect(seconds is not None and seconds > 11, result)


def test_frames_the_encoder_has_no_time_for_are_dropped_and_counted():
    # 10 frames in 4 s, of 120 that come; the queue keeps 30
    overload = ("fault mode=sleep delay=400000000 duration=4000000000 ! "
                "x264enc tune=zerolatency speed-preset=ultrafast")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.mkv")
        result = run("record", "--test-sender", "--duration=4.5",
                     "--encoder=" + overload, "--output=" + path)
        found = {name: int(value) for name, value in counts(result).items()
                 if value.isdigit()}
        expect(result.status == 0, result)
        expect(found["sent"] == found["decoded"], result)
        expect(found["dropped"] > 0, result)
        expect(found["decoded"] == found["recorded"] + found["dropped"], result)


def test_ctrl_c_finishes_the_file():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.mkv")
        running = Running(
            "record", "--test-sender", "--output=" + path, "--sender-video="
            "fault mode=spin only-buffer=20 announce=frame")
        running.wait_for("frame begins")
        running.signal(signal.SIGINT)
        result = running.finish()
        expect_whole(result, path)


def test_an_error_of_the_sender_ends_the_recording():
    with tempfile.TemporaryDirectory() as folder:
        result = run("record", "--test-sender",
                     "--output=" + os.path.join(folder, "a.mkv"),
                     "--sender-video=identity error-after=10")
        expect(result.status == 1 and "ERROR: from element " in result.err,
               result)
        expect("clean=no" in result.out, result)


def test_an_unwritable_file_is_an_error_that_names_it():
    result = run("record", "--test-sender", "--output=/nonexistent/a.mkv")
    expect(result.status == 1 and "/nonexistent/a.mkv" in result.err, result)


def addresses(pid):
    """Local and remote addresses of the IP sockets that a process has."""
    inodes = set()
    for name in os.listdir("/proc/%d/fd" % pid):
        try:
            target = os.readlink("/proc/%d/fd/%s" % (pid, name))
        except FileNotFoundError:
            continue
        match = re.match(r"socket:\[(\d+)\]", target)
        if match:
            inodes.add(match.group(1))

    found = []
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        try:
            with open("/proc/%d/net/%s" % (pid, table)) as file:
                rows = [line.split() for line in file][1:]
        except FileNotFoundError:
            continue
        for row in rows:
            if row[9] in inodes:
                found += [(table, side.partition(":")[0]) for side in row[1:3]]
    return found


def test_a_second_ctrl_c_ends_it_when_the_sender_hangs():
    with tempfile.TemporaryDirectory() as folder:
        running = Running(
            "record", "--test-sender",
            "--output=" + os.path.join(folder, "a.mkv"),
            "--sender-video=fault mode=sleep only-buffer=5 "
            "delay=3600000000000 announce=hang")
        running.wait_for("hang begins")
        running.signal(signal.SIGINT)
        running.wait_for("interrupted")
        running.signal(signal.SIGINT)
        result = running.finish()
        expect(result.status == 1 and "sent=4 " in result.out, result)
        expect("of the sender does not stop" in result.err, result)


def test_no_socket_leaves_the_loopback():
    with tempfile.TemporaryDirectory() as folder:
        running = Running(
            "record", "--test-sender",
            "--output=" + os.path.join(folder, "a.mkv"),
            "--sender-video=fault mode=spin only-buffer=20 announce=frame")
        running.wait_for("frame begins")
        found = addresses(running.process.pid)
        running.signal(signal.SIGINT)
        running.finish()
        loopback = "%08X" % struct.unpack(
            "=I", socket.inet_aton(LOOPBACK))[0]
        # one socket each; a UDP socket that is not connected has no remote end
        expect(found.count(("udp", loopback)) >= 2, found)
        expect(all(table == "udp" and address in (loopback, "00000000")
                   for table, address in found), found)
        expect(found.count(("udp", "00000000"))
               <= found.count(("udp", loopback)), found)


sys.exit(main(globals()))
