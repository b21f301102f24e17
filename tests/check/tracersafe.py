# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS=prof changes nothing, keeps nothing, and tells each thing once.

tracersafe.py [BUFFERS]: how many buffers the memory has to be constant for.
"""

import collections
import hashlib
import os
import re
import subprocess
import sys

from program import expect, main
from tracing import (APP, LAUNCH, MS, TIMEOUT_S, Tracing, about, folder, launch,
                     matroska, run, source, trace, untraced, x264enc)

BUFFERS = int(sys.argv[1]) if len(sys.argv) > 1 else 1200000
# Of a buffer kept for each, or a row, there would be many MB.
GROWTH_KB = 2048
# The most that a pad may take
PAD_BYTES = 4000
# Threads of GLib's pool that may or may not be there
POOL = 8


def test_200_starts_and_stops_at_once_are_told_or_counted():
    result = trace([APP, "starts", "8", "25"])
    expect(result.status == 0, result)
    runs, = result.told("runs")
    expect(runs >= 200, result)
    expect(len(result.pipelines) + result.document["runs-forgotten"] == runs,
           result)
    for one in result.pipelines:
        expect(one["state"] == "ended", result)


def test_starts_and_stops_leave_no_threads_and_no_descriptors():
    result = trace([APP, "starts", "8", "25"])
    before, after = result.told("threads")
    expect(after <= before + POOL, result)
    before, after = result.told("descriptors")
    expect(after <= before, result)


def test_memory_is_constant():
    with Tracing([APP, "memory", str(BUFFERS)]) as tracing:
        # 1 us for each buffer is usual.
        result = tracing.finish(TIMEOUT_S + BUFFERS // 100000)
    expect(result.status == 0, result)
    early, last = result.told("resident")
    print("# resident after %d buffers %d KB, after %d %d KB" % (
        BUFFERS // 10, early, BUFFERS, last))
    expect(early > 0 and last <= early + GROWTH_KB, result)
    expect(result.row("end")["buffers-in"] == BUFFERS, result)


def heap(description):
    """Bytes that the tracer has allocated more, when the pipeline is at its end."""
    command = [APP, "heap", description]
    plain = subprocess.run(command, check=True, env=untraced(), text=True,
                           stdout=subprocess.PIPE, timeout=TIMEOUT_S)
    traced = trace(command)
    expect(traced.status == 0, traced)
    return traced.told("heap")[0] - int(plain.stdout.split()[1])


def test_an_element_takes_no_more_than_its_pads_may():
    # Live, so that the sampler sees the thread in the short row too: that takes
    # a quarter of a megabyte, once.
    pictures = ("videotestsrc is-live=true num-buffers=50 ! video/x-raw,width=16,"
                "height=16,framerate=50/1 ! ")
    few, many = 10, 110
    per_element = (heap(pictures + many * "identity ! " + "fakesink")
                   - heap(pictures + few * "identity ! " + "fakesink")) / (many - few)
    print("# %.0f bytes for each element with two pads" % per_element)
    expect(1000 < per_element <= 2 * PAD_BYTES, per_element)


PIPELINES = [
    "fakesrc num-buffers=5 ! queue ! identity ! fakesink",
    source(5) + " ! tee name=t ! queue ! fakesink t. ! queue ! fakesink",
    source(5) + " ! compositor ! fakesink",
    source(5) + " ! " + x264enc() + " ! matroskamux ! fakesink",
    source(5) + " ! bin.( identity ! bin.( fakesink ) )",
]


def test_reference_counts_after_a_run_are_what_they_were():
    for description in PIPELINES:
        command = [APP, "refs", description]
        plain = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                               timeout=TIMEOUT_S, env=untraced())
        result = trace(command)
        expect("refs pipeline" in result.out, result)
        # Names have numbers; the order is the same.
        expect(result.out == plain.stdout, "%s\nnot\n%s" % (result,
                                                            plain.stdout))


def leaks(description, tracers):
    """By type what was alive at the end, according to GStreamer's own tracer."""
    env = {"GST_DEBUG": "GST_TRACER:7"}
    result = launch(description, tracers=tracers, env=env)
    expect(result.status == 0, result)
    return collections.Counter(re.findall(
        r"object-alive, type-name=\(string\)(\w+)", result.err)), result


def test_nothing_more_is_alive_at_the_end():
    for description in PIPELINES:
        plain, _ = leaks(description, "leaks")
        ours, result = leaks(description, "leaks;prof(%s)")
        # The tracer itself lives as long as the process.
        more = {name: n for name, n in (ours - plain).items()
                if not name.startswith("GstProf")}
        expect(not more, "%s\n%s" % (more, result))


WRITTEN = [
    source(30) + " ! filesink location=%s",
    source(30) + " ! x264enc ! h264parse ! mpegtsmux ! filesink location=%s",
    source(30) + " ! tee name=t t. ! queue ! jpegenc ! avimux ! "
    "filesink location=%s t. ! queue ! compositor ! fakesink",
    "audiotestsrc num-buffers=50 ! queue ! audioconvert ! tee name=t ! queue ! "
    "audiomixer ! wavenc ! filesink location=%s",
    # With a deadline it would encode as it has time.
    source(30) + " ! vp8enc deadline=0 ! rtpvp8pay ssrc=1 seqnum-offset=1 "
    "timestamp-offset=1 mtu=100 ! queue ! filesink location=%s",
]


def digest(path):
    with open(path, "rb") as file:
        return hashlib.md5(file.read()).hexdigest()


def test_a_file_is_the_same_with_and_without():
    with folder() as path:
        recorded = os.path.join(path, "recorded.mkv")
        matroska(recorded, 30)
        for description in WRITTEN + [
                "filesrc location=%s ! matroskademux ! h264parse ! video/x-h264,"
                "stream-format=byte-stream ! filesink location=%%s" % recorded,
                "filesrc location=%s ! decodebin ! videoconvert ! video/x-raw,"
                "format=I420 ! filesink location=%%s" % recorded]:
            names = [os.path.join(path, name) for name in ("plain", "traced")]
            subprocess.run([LAUNCH, "-q", *(description % names[0]).split()],
                           check=True, timeout=TIMEOUT_S, env=untraced())
            result = launch(description % names[1])
            expect(result.status == 0, result)
            expect(os.path.getsize(names[0]) > 1000, description)
            expect(digest(names[0]) == digest(names[1]), result)


STAGES = ("%s ! profnormalize ! profencode encoder=\"fault name=culprit "
          "mode=sleep delay=20000000 ! x264enc tune=zerolatency "
          "speed-preset=ultrafast\" ! h264parse name=parse ! "
          "profmuxsink location=%%s %%s" % source(20))


def test_in_a_stage_an_elements_time_is_told_under_the_stages_name():
    for tracer in ("", "latencytracer"):
        with folder() as path:
            result = run(STAGES % (os.path.join(path, "a.mkv"), tracer))
        expect(result.status == 0, result)
        expect(result.row("culprit")["stage"] == "encode", result)
        expect(result.row_of("x264enc")["stage"] == "encode", result)
        expect(not result.row("parse")["stage"], result)
        stages = [stage for stage in result.summary()["stages"]
                  if stage["name"] == "encode"]
        expect(len(stages) == 1, result)
        expect(about(stages[0]["sum"] + stages[0]["preroll-sum"],
                     result.spent("culprit")
                     + result.row_of("x264enc")["own-sum"]), result)


def test_what_is_slow_in_a_stage_is_warned_of_once():
    result = run("%s ! profencode encoder=\"fault name=culprit mode=sleep "
                 "only-buffer=10 delay=300000000 ! x264enc tune=zerolatency "
                 "speed-preset=ultrafast\" ! fakesink" % source(20),
                 env={"GST_DEBUG": "proftracer:2"})
    expect(result.status == 0, result)
    slow = [warning["stage"] for warning in result.summary()["worst"]
            if warning["kind"].startswith("slow-")
            and warning["duration"] >= 300 * MS]
    # SLOW FRAME is of the same frame and tells what the stages took.
    expect(slow.count("encode") in (1, 2), result)
    for name in ("culprit", "x264enc0", "profencode0"):
        expect(name not in slow, result)
    lines = [line for line in result.err.splitlines() if "SLOW ENCODE" in line
             and "still going on" not in line]
    expect(lines and "SLOW ELEMENT: culprit" not in result.err, result)


def test_a_text_report_has_an_elements_time_once():
    with folder() as path:
        name = os.path.join(path, "report.txt")
        result = run(STAGES % (os.path.join(path, "a.mkv"), ""), report=name)
        with open(name) as file:
            text = file.read()
    expect(result.status == 0, result)
    rows = re.findall(r"^  (\w+)(?: \(\w+\))? +\d+ ", text, re.M)
    for name in ("encode", "parse", "videotestsrc0"):
        expect(rows.count(name) == 1, text)
    for name in ("culprit", "x264enc0", "profencode0"):
        expect(name not in rows, text)


def test_a_latencytracer_of_its_own_says_the_same_as_without():
    with folder() as path:
        description = STAGES % (os.path.join(path, "a.mkv"), "latencytracer")
        env = {"GST_DEBUG": "latencytracer:4"}
        plain = subprocess.run([APP, "run", description], text=True,
                               timeout=TIMEOUT_S, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE,
                               env={**untraced(), **env,
                                    "GST_DEBUG_NO_COLOR": "1"})
        result = run(description, env=env)
    for text in (plain.stderr, result.err):
        expect(len(re.findall(r"\[TELEMETRY\] Frame ", text)) == 20, text)


sys.exit(main(globals()))
