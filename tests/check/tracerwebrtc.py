# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS=prof in applications with webrtcbin, with stages and without."""

import os
import pathlib
import sys

from program import PROGRAM, Once, expect, main
from tracing import MS, S, folder, trace

APP = str(pathlib.Path(__file__).parent / "tracerwebrtcapp.py")
FRAMES = 45
PAUSE_S = 2
# A busy machine holds up everything for a while.
BUSY = "threshold=1s,gap-threshold=1s"
LINES = {"GST_DEBUG": "proftracer:2"}


def session():
    return trace([sys.executable, APP, str(FRAMES), str(PAUSE_S)], BUSY,
                 env=LINES)


SESSION = Once(session)


def test_frames_are_counted_from_depayloader_to_sink():
    result = SESSION.get()
    expect(result.status == 0, result)
    expect(result.told("sent") == result.told("shown") == [2 * FRAMES], result)
    for name in ("depay", "dec"):
        row = result.row(name, "receiver")
        expect(row["buffers-out"] == 2 * FRAMES, result)
        expect(row["coverage"] == "functions", result)
    for name in ("dec", "end"):
        expect(result.row(name, "receiver")["buffers-in"] == 2 * FRAMES, result)
    expect(result.row("pay", "sender")["buffers-in"] == 2 * FRAMES, result)


def test_what_is_inside_webrtcbin_is_told_with_its_bins():
    result = SESSION.get()
    row = result.row_of("rtpjitterbuffer", "receiver")
    expect(row["bin"] == "receive/rtpbin", result)
    packets = result.row("depay", "receiver")["buffers-in"]
    expect(row["buffers-out"] == packets >= 2 * FRAMES, result)
    expect(result.row("pay", "sender")["buffers-out"] == packets, result)
    for factory, pipeline, bin in (("dtlssrtpdec", "receiver", "receive/"),
                                   ("nicesink", "sender", "send/")):
        found = [row for row in result.rows(pipeline)
                 if factory in (row["factory"], row["bin"].rsplit("/")[-1])
                 or factory in row["bin"]]
        expect(found, result)
        for row in found:
            expect(row["bin"].startswith(bin), result)


def test_a_pause_of_the_sender_is_the_only_gap_and_the_networks():
    result = SESSION.get()
    expect(not [warning for warning in result.summary("sender")["worst"]
                if "dtls" in warning["stage"]], result)
    summary = result.summary("receiver")
    gaps = [warning for warning in summary["worst"]
            if warning["kind"] == "gap"]
    expect(summary["gaps"] == len(gaps) == 1, result)
    pause, = result.told("pause")
    expect(PAUSE_S * S <= pause, result)
    expect(abs(gaps[0]["duration"] - pause) < 500 * MS, result)
    expect(gaps[0]["root-cause"] == "network-silent", result)
    expect("SLOW" not in result.err, result)


def test_a_recorder_with_stages_has_each_duration_once():
    with folder() as path:
        result = trace([PROGRAM, "record", "--test-sender", "--duration=3",
                        "--output=" + os.path.join(path, "a.mkv")], BUSY,
                       env=LINES)
    expect(result.status == 0, result)
    recorder, = [one["summary"] for one in result.pipelines
                 if one["summary"]["stages"]]
    encode, = [stage for stage in recorder["stages"]
               if stage["name"] == "encode"]
    encoder, = [row for row in recorder["per-element"]
                if row["factory"] == "x264enc"]
    expect(encoder["stage"] == "encode" and encode["frames"] > 0, result)
    expect(encoder["buffers-out"] == encode["frames"], result)
    inside = [row for row in recorder["per-element"]
              if row["stage"] == "encode"]
    # The stage has what is between its elements, too.
    expect(sum(row["own-sum"] for row in inside) <= encode["span-sum"]
           + encode["preroll-sum"] + encode["drain-sum"]
           + encode["apart-sum"], result)
    # What the receiver sends back, once the connection stands, is no stream.
    for one in result.pipelines:
        kinds = [warning["kind"] for warning in one["summary"]["worst"]]
        expect("gap" not in kinds and "slow-element" not in kinds, result)


sys.exit(main(globals()))
