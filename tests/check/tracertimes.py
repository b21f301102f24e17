# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS=prof: whose time it was, and how many buffers there were.

No stopwatch: the elements that take time on purpose say what they really took,
and that is compared. Neighbours are compared with them.
"""

import os
import sys

from program import Once, expect, main
from tracing import (APP, MS, RAW, S, SOUND, about, folder, launch, matroska,
                     run, source, trace, waits, work, x264enc)


# A share of waits that is more than chance
MOSTLY = 0.4


def line():
    """Two slow elements and a slow sink, with others between them."""
    return run("%s ! identity name=before ! fault name=asleep mode=sleep "
               "delay=10000000 ! identity name=between ! fault name=busy "
               "mode=spin delay=15000000 ! identity name=after ! "
               "fakesink name=slow" % source(20))


LINE = Once(line)


def test_own_time_is_what_the_element_itself_took():
    result = LINE.get()
    expect(result.status == 0, result)
    for name in ("asleep", "busy"):
        expect(about(result.row(name)["own-sum"], result.spent(name)), result)


def test_a_sinks_own_time_is_told():
    result = LINE.get()
    # But for its wait for PLAYING
    expect(about(work(result.row("slow")), result.spent("slow")), result)


def test_neighbours_have_none_of_it():
    result = LINE.get()
    for name in ("before", "between", "after"):
        expect(result.row(name)["own-p50"] < 2 * MS, result)


def test_each_element_has_a_row_and_each_buffer_counts():
    result = LINE.get()
    expect(sorted(row["factory"] for row in result.rows()) == sorted([
        "videotestsrc", "capsfilter", "identity", "fault", "identity", "fault",
        "identity", "fakesink"]), result)
    for row in result.rows():
        if row["factory"] != "videotestsrc":
            expect(row["buffers-in"] == 20, result)
            expect(row["visits"] == 20 and row["own-count"] == 20, result)
        expect(row["buffers-out"] == (0 if row["name"] == "slow" else 20),
               result)
        expect(row["coverage"] == "functions", result)


def test_percentiles_are_in_order_and_below_the_sum():
    result = LINE.get()
    for row in result.rows():
        expect(row["own-p50"] <= row["own-p95"] <= row["own-p99"]
               <= row["own-max"] <= row["own-sum"], result)
    expect(result.row("busy")["own-p50"] >= 14 * MS, result)


def test_elements_of_one_thread_add_up_to_no_more_than_the_time_it_had():
    result = LINE.get()
    expect(sum(row["own-sum"] + row["task"] for row in result.rows())
           <= result.lasted, result)


def test_time_in_a_bins_sink_is_the_sinks_in_it():
    result = run("%s ! bin.( name=outer fault name=f mode=sleep delay=10000000 "
                 "! bin.( name=inner fakesink name=slow ) )" % source(20))
    expect(result.status == 0, result)
    for name, inside in (("f", "outer"), ("slow", "outer/inner")):
        expect(about(work(result.row(name)), result.spent(name)), result)
        expect(result.row(name)["bin"] == inside, result)


def test_a_branchs_time_is_not_the_tees():
    result = run("%s ! tee name=t ! fault name=here mode=sleep delay=10000000 "
                 "! fakesink async=false t. ! queue ! fault name=there "
                 "mode=sleep delay=20000000 ! fakesink async=false"
                 % source(20))
    expect(result.status == 0, result)
    expect(result.row("t")["own-p50"] < 2 * MS, result)
    for name in ("here", "there"):
        expect(about(result.row(name)["own-sum"], result.spent(name)), result)
    expect(result.row("t")["buffers-in"] == 20, result)
    expect(result.row("t")["buffers-out"] == 40, result)


def aggregate(fast, slow, aggregator, end="fakesink", packets=None):
    """A fast source and a slow one into the same aggregator."""
    result = run("%s name=all ! %s %s ! all. %s ! fault name=late mode=sleep "
                 "delay=20000000 ! all." % (aggregator, end, fast, slow))
    expect(result.status == 0, result)
    row = result.row("all")
    # The fast one was held up for most of that.
    expect(row["own-sum"] > result.spent("late") / 4, result)
    expect(waits(row) > MOSTLY, result)
    expect(about(result.row("late")["own-sum"], result.spent("late")), result)
    if packets is not None:
        expect(row["buffers-in"] == packets, result)
    return result


def sound(buffers, words=""):
    return "audiotestsrc num-buffers=%d samplesperbuffer=160 %s ! %s" % (
        buffers, words, SOUND)


def test_a_compositor_that_waits_for_a_source_does_not_work():
    aggregate(source(30), source(30), "compositor", packets=60)


def test_an_audiomixer_that_waits_for_a_source_does_not_work():
    aggregate(sound(25), sound(25), "audiomixer", packets=50)


def test_a_muxer_that_waits_for_a_source_does_not_work():
    for muxer in ("matroskamux", "mp4mux"):
        video = "%s ! %s ! h264parse" % (source(30), x264enc())
        if muxer == "mp4mux":
            other = "%s ! audioconvert ! audioresample ! avenc_aac" % sound(50)
        else:
            other = "%s ! opusenc" % sound(50)
        aggregate(other, video, muxer)


def test_a_muxer_counts_what_comes_in_at_all_its_pads():
    for muxer in ("matroskamux", "mp4mux"):
        result = run("%s name=all ! fakesink %s ! %s ! h264parse ! identity "
                     "name=video ! all. %s ! identity name=audio ! all." % (
                         muxer, source(30), x264enc(),
                         "%s ! opusenc" % sound(50)))
        expect(result.status == 0, result)
        expect(result.row("video")["buffers-out"] == 30, result)
        expect(result.row("all")["buffers-in"] == 30
               + result.row("audio")["buffers-out"], result)


def look_ahead():
    return launch("videotestsrc is-live=true num-buffers=90 ! %s ! "
                  "x264enc name=enc ! fakesink name=end" % RAW)


LOOK_AHEAD = Once(look_ahead)


def test_an_encoder_that_looks_ahead_has_all_of_its_frames():
    row = LOOK_AHEAD.get().row("enc")
    for key in ("buffers-in", "buffers-out", "own-count", "latency-count"):
        expect(row[key] == 90, LOOK_AHEAD.get())


def test_latency_of_an_encoder_that_looks_ahead_is_not_its_own_time():
    result = LOOK_AHEAD.get()
    row = result.row("enc")
    # Some 45 frames are inside, 1.5 s of a live source.
    expect(1 * S < row["latency-p50"] < 10 * S, result)
    expect(row["own-p50"] < row["latency-p50"] / 10, result)


def test_residence_in_a_queue_is_not_its_work():
    result = run("%s ! queue name=q max-size-buffers=20 ! fault name=slow "
                 "mode=sleep delay=10000000 ! fakesink" % source(60))
    expect(result.status == 0, result)
    row = result.row("q")
    expect(row["buffers-in"] == 60 and row["buffers-out"] == 60, result)
    # All but the first 20 frames wait until 20 others took 10 ms each.
    expect(row["latency-count"] == 60, result)
    expect(row["latency-p50"] > 150 * MS, result)
    expect(about(result.row("slow")["own-sum"], result.spent("slow")), result)
    # The source waited for room meanwhile.
    expect(row["own-sum"] > result.spent("slow") / 4, result)
    expect(waits(row) > MOSTLY, result)


def test_buffers_in_lists_count_one_by_one():
    result = trace([APP, "lists", "25", "8", "fault name=f ! queue name=q ! "
                    "fakesink name=end"])
    expect(result.status == 0, result)
    for name in ("f", "end", "q"):
        expect(result.row(name)["buffers-in"] == 200, result)
    expect(result.row("f")["buffers-out"] == 200, result)
    for name in ("f", "end"):
        expect(result.row(name)["visits"] == 25, result)


def test_a_payloaders_lists_count_one_by_one():
    result = launch("videotestsrc num-buffers=10 pattern=snow ! "
                    "video/x-raw,width=640,height=480,framerate=30/1 ! "
                    "vp8enc deadline=1 target-bitrate=4000000 ! rtpvp8pay "
                    "name=pay ! udpsink name=end host=127.0.0.1 port=9 "
                    "sync=false")
    expect(result.status == 0, result)
    packets = result.row("pay")["buffers-out"]
    expect(packets > 20, result)
    expect(result.row("end")["buffers-in"] == packets, result)
    expect(result.row("end")["visits"] < packets, result)


def test_a_file_that_is_pulled_from_counts_all_frames():
    with folder() as path:
        name = os.path.join(path, "a.mkv")
        matroska(name, 120)
        result = launch("filesrc name=file location=%s ! matroskademux name=d "
                        "d.video_0 ! queue name=q ! fakesink name=end d.audio_0 "
                        "! queue ! fakesink" % name)
    expect(result.status == 0, result)
    expect(result.row("q")["buffers-in"] == 120, result)
    expect(result.row("end")["buffers-in"] == 120, result)
    row = result.row("file")
    expect(row["visits"] > 0 and row["own-count"] == row["visits"], result)
    expect(result.row("d")["buffers-out"] > 120, result)


def test_what_pulls_is_not_charged_for_what_it_is_pulled_into():
    with folder() as path:
        name = os.path.join(path, "a.mkv")
        matroska(name, 60)
        result = run("filesrc name=file location=%s ! matroskademux name=d "
                     "d.video_0 ! fault name=f mode=sleep delay=10000000 ! "
                     "fakesink" % name)
    expect(result.status == 0, result)
    expect(about(result.row("f")["own-sum"], result.spent("f")), result)
    expect(result.row("f")["buffers-in"] == 60, result)
    for name in ("file", "d"):
        row = result.row(name)
        expect(row["own-p50"] < 2 * MS, result)
        expect(row["task"] < result.spent("f") / 2, result)


def test_a_live_source_that_waits_for_its_time_is_not_busy():
    result = launch("%s ! fakesink name=end" % source(45, live=True))
    expect(result.status == 0, result)
    row = result.row_of("videotestsrc")
    expect(row["task"] > 1 * S and waits(row) > MOSTLY, result)
    expect(row["busy"] < 1 - MOSTLY, result)


def test_an_application_that_gives_nothing_is_not_busy():
    # Silence of 1.5 s is a gap, and nobody's work.
    result = run("%s ! fault name=f mode=sleep only-buffer=20 "
                 "delay=1500000000 ! queue name=q ! fakesink name=end" %
                 source(40, live=True))
    expect(result.status == 0, result)
    expect(waits(result.row("q")) > MOSTLY, result)
    expect(result.row("q")["busy"] < 1 - MOSTLY, result)


sys.exit(main(globals()))
