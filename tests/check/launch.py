# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""gst-prof-1.0 and its verb launch, from the outside."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile

from program import PROGRAM, Running, Skip, expect, main, run

RAW = "video/x-raw,width=160,height=120,framerate=30/1"
STAGES = ["profnormalize", "!", "profencode"]
# An INFO message when the 5th frame has come, that can be waited for.
READY = ["fault", "mode=spin", "only-buffer=5", "announce=ready"]


def source(frames, live=False):
    return ["videotestsrc", "num-buffers=%d" % frames,
            "is-live=%s" % str(live).lower(), "!", RAW, "!"]


def slow(stage_ms, *tracer):
    """Frames of which the third spends this long in the encoder's stage."""
    return source(10) + [
        "profencode",
        "encoder=\"fault mode=spin only-buffer=3 delay=%d000000 ! x264enc "
        "tune=zerolatency speed-preset=ultrafast\"" % stage_ms, "!",
        "fakesink", *tracer]


def tolerant(*kinds):
    """A latencytracer that takes an hour for these kinds of warnings.

    What must not be seen would be, on a machine that is busy enough.
    """
    return ["latencytracer"] + ["%s-threshold=3600000000000" % kind
                                for kind in kinds]


def test_without_a_verb_it_shows_its_usage_on_stderr_and_exits_with_2():
    result = run()
    expect(result.status == 2 and result.out == "", result)
    expect("Usage:" in result.err and "launch" in result.err, result)


def test_an_unknown_verb_is_named():
    result = run("lunch")
    expect(result.status == 2 and "\"lunch\"" in result.err, result)
    expect("Usage:" in result.err and result.out == "", result)


def test_help_and_version_go_to_stdout():
    for option, text in (("--help", "Usage:"), ("--version", "gst-prof-1.0 ")):
        result = run(option)
        expect(result.status == 0 and text in result.out, result)
        expect(result.err == "", result)
    result = run("launch", "--help")
    expect(result.status == 0 and "--fail-on" in result.out, result)


def test_a_missing_element_is_named():
    result = run("launch", "videotestsrc", "!", "foo", "!", "bar")
    expect(result.status == 2 and result.out == "", result)
    expect("gst-prof-1.0: no element \"foo\"" in result.err, result)
    expect("\"bar\"" in result.err, result)


def without_plugins(*args):
    """Runs the program where there is no plugin at all."""
    with tempfile.TemporaryDirectory() as folder:
        return run(*args, env=dict(
            os.environ, GST_PLUGIN_PATH_1_0=folder,
            GST_PLUGIN_SYSTEM_PATH_1_0=folder,
            GST_REGISTRY_1_0=os.path.join(folder, "registry")))


def test_where_an_element_of_ours_is_missing_it_says_where_to_look():
    for words, hint in (("fakesrc ! profencode ! fakesink", True),
                        ("latencytracer.( fakesrc ! fakesink )", True),
                        ("fakesrc ! fakesink", False)):
        result = without_plugins("launch", *words.split())
        expect(result.status == 2, result)
        expect(("GST_PLUGIN_PATH" in result.err) == hint, result)


def test_what_is_wrong_in_a_childs_description_is_told():
    result = run("launch", *source(1), "profencode", "encoder=nosuchenc", "!",
                 "fakesink")
    expect(result.status == 2 and "\"encoder\"" in result.err, result)
    expect("no element \"nosuchenc\"" in result.err, result)


def test_help_is_ascii():
    for args in (("--help",), ("launch", "--help"), ("record", "--help")):
        for locale in ("C", "C.UTF-8"):
            result = run(*args, env=dict(os.environ, LC_ALL=locale))
            expect(result.status == 0 and result.out.isascii(), result)
            expect("[OPTION...]" in result.out, result)
            expect("?" not in result.out, result)


def test_a_missing_property_or_link_is_a_usage_error():
    for words, text in ((["fakesrc", "colour=red", "!", "fakesink"], "colour"),
                        (["audiotestsrc", "!", "x264enc", "!", "fakesink"],
                         "x264enc"),
                        (["fakesrc", "!", "!", "fakesink"], "syntax")):
        result = run("launch", *words)
        expect(result.status == 2 and text in result.err, result)


def test_no_description_is_a_usage_error():
    result = run("launch")
    expect(result.status == 2 and "description" in result.err, result)


def test_what_fail_on_does_not_know_is_named():
    result = run("launch", "--fail-on=slow,slug", "fakesrc", "!", "fakesink")
    expect(result.status == 2 and "\"slug\"" in result.err, result)
    expect("critical, slow, gap" in result.err, result)


def test_the_report_comes_on_stdout_and_no_status_line_without_a_terminal():
    result = run("launch", *source(30), *STAGES, "!", "fakesink")
    expect(result.status == 0, result)
    expect("Frames: " not in result.err and " fps" not in result.err, result)
    expect("\r" not in result.err, result)
    expect(re.search(r"^Frames: 30 ", result.out, re.M), result)
    expect(re.search(r"^ +encode +\d+ ", result.out, re.M), result)


def test_a_description_in_one_word_is_taken_apart():
    result = run("launch", " ".join(source(5) + STAGES + ["!", "fakesink"]))
    expect(result.status == 0 and "Frames: 5 " in result.out, result)


def test_a_latencytracer_of_the_users_own_is_used():
    words = [*source(7), *STAGES, "!", "fakesink"]
    for threshold in (0, 1):
        option = "encode-threshold=%d" % threshold
        for description in (["latencytracer.(", option, *words, ")"],
                            [*words, "latencytracer", option]):
            result = run("launch", *description)
            expect(result.status == 0 and "Frames: 7 " in result.out, result)
            expect(("SLOW ENCODE" in result.err) == (threshold == 1), result)


def test_a_pipeline_without_frames_says_so():
    result = run("launch", "fakesrc", "num-buffers=3", "!", "fakesink")
    expect(result.status == 0, result)
    expect("nothing was measured" in result.out, result)


def test_an_error_is_told_with_its_element_and_the_report_still_comes():
    result = run("launch", *source(30), *STAGES, "!", "fakesink", "name=end",
                 "fakesrc", "name=culprit", "num-buffers=1", "!", "oggdemux",
                 "!", "fakesink")
    expect(result.status == 1, result)
    expect("ERROR: from element " in result.err, result)
    expect("oggdemux0" in result.err, result)
    expect("Additional debug info:" in result.err, result)
    expect("Frames: " in result.out, result)


def test_an_unwritable_file_is_an_error_that_names_it():
    result = run("launch", *source(30), *STAGES, "!", "h264parse", "!",
                 "profmuxsink", "location=/nonexistent/a.mkv")
    expect(result.status == 1 and "/nonexistent/a.mkv" in result.err, result)
    expect("Frames: " in result.out, result)


def test_warnings_and_infos_of_elements_are_told():
    result = run("launch", *source(10), *READY, "!", "fakesink")
    expect(result.status == 0, result)
    expect(re.search(r"^\[ *\d+\.\d{3}s\] INFO: from element \S+: ready begins",
                     result.err, re.M), result)


def test_slow_frames_are_told_as_they_come():
    result = run("launch", *slow(70))
    expect(result.status == 0, result)
    expect(re.search(r"^\[ *\d+\.\d{3}s\] SLOW ENCODE: \d+\.\dms \| ",
                     result.err, re.M), result)
    expect(re.search(r"^ +slow-encode +encode +\d+ ", result.out, re.M), result)


def test_fail_on_exits_with_3_only_for_what_was_seen():
    for fail_on, ms, status in (("slow", 70, 3), ("critical", 150, 3),
                                ("slow", 150, 3), ("gap,critical", 150, 3)):
        result = run("launch", "--fail-on=" + fail_on, *slow(ms))
        expect(result.status == status, "%s %d: %s" % (fail_on, ms, result))
    for fail_on, kinds in (("critical", ["critical"]),
                           ("gap", ["gap", "upstream"])):
        result = run("launch", "--fail-on=" + fail_on,
                     *slow(70, *tolerant(*kinds)))
        expect(result.status == 0 and "SLOW ENCODE" in result.err, result)


def test_a_gap_fails_on_gap():
    result = run("launch", "--fail-on=gap", *source(20), "fault", "mode=sleep",
                 "only-buffer=10", "delay=400000000", "!", "profencode", "!",
                 "fakesink")
    expect(result.status == 3 and "Long gap" in result.err, result)


def test_an_error_goes_before_fail_on():
    result = run("launch", "--fail-on=slow", *slow(70), "filesrc",
                 "location=/nonexistent", "!", "fakesink")
    expect(result.status == 1, result)


def test_options_may_follow_the_description():
    result = run("launch", *slow(70), "--fail-on=slow")
    expect(result.status == 3, result)


def test_the_report_can_go_to_a_file_beside_data_on_stdout():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report")
        result = run("launch", "--report=" + path, *source(5), *STAGES, "!",
                     "fakesink", "fakesrc", "num-buffers=1", "sizetype=fixed",
                     "sizemax=4", "filltype=zero", "!", "fdsink", "fd=1")
        expect(result.status == 0 and result.out == "\0\0\0\0", result)
        with open(path) as file:
            expect("Frames: 5 " in file.read(), result)


def test_the_summary_can_go_to_a_file_as_json():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "summary.json")
        result = run("launch", "--json=" + path, *source(5), *STAGES, "!",
                     "fakesink")
        expect(result.status == 0 and "Frames: 5 " in result.out, result)
        with open(path) as file:
            document = json.load(file)
    expect(document["program"] == "gst-prof-1.0", document)
    expect(document["reason"] == "exit" and document["pid"] > 0, document)
    expect(document["runs-forgotten"] == 0, document)
    (pipeline,) = document["pipelines"]
    expect(pipeline["run"] == 1 and pipeline["state"] == "ended", pipeline)
    summary = pipeline["summary"]
    expect(summary["frames"] == 5 and summary["complete"] == 5, summary)
    expect([stage["name"] for stage in summary["stages"]]
           == ["normalize", "pts", "encode"], summary)
    expect(summary["total"]["count"] + summary["preroll"] == 5, summary)
    # Not live: no frame is late.
    expect(summary["lag-max"] is None, summary)


def test_a_json_file_that_cannot_be_written_is_told():
    result = run("launch", "--json=/nonexistent/summary.json", *source(5),
                 *STAGES, "!", "fakesink")
    expect("/nonexistent/summary.json" in result.err, result)
    expect("Frames: 5 " in result.out, result)


def test_ctrl_c_ends_the_recording_with_eos():
    for number in (signal.SIGINT, signal.SIGTERM):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.mkv")
            running = Running("launch", *source(100000, live=True), *READY, "!",
                              *STAGES, "!", "h264parse", "!", "profmuxsink",
                              "location=" + path)
            running.wait_for("ready begins")
            running.signal(number)
            result = running.finish()
            expect(result.status == 0 and "Frames: " in result.out, result)
            # Matroska has a duration only when it was finished
            text = subprocess.run(["gst-discoverer-1.0", path],
                                  stdout=subprocess.PIPE, text=True).stdout
            match = re.search(r"Duration: ([\d:.]+)", text)
            expect(match and match.group(1) > "0:00:00.1", text)


def test_a_sink_that_gets_no_data_is_named():
    running = Running("launch", "fakesrc", "num-buffers=1", "!", "fakesink",
                      "appsrc", "!", "fakesink", "name=hungry")
    line = running.wait_for("still ")
    running.signal(signal.SIGINT)
    result = running.finish()
    expect("still PAUSED: waiting for hungry\n" in line, line)
    expect(result.err.count("still ") == 1, result)


def test_eos_that_does_not_get_through_is_waited_for_5_seconds():
    running = Running("launch", *source(100000, live=True), *READY, "!",
                      *STAGES, "!", "fakesink", "videotestsrc", "!",
                      "fakesink", "sync=true", "ts-offset=3600000000000",
                      "async=false", "name=late")
    running.wait_for("ready begins")
    running.signal(signal.SIGINT)
    running.wait_for("EOS did not get through within 5 s to late, ")
    result = running.finish()
    expect(result.status == 1 and "Frames: " in result.out, result)


def test_a_second_ctrl_c_quits_at_once_even_when_an_element_hangs():
    running = Running("launch", *source(100000, live=True), *STAGES, "!",
                      "fault", "mode=sleep", "only-buffer=5",
                      "delay=3600000000000", "announce=hang", "!", "fakesink")
    running.wait_for("hang begins")
    running.signal(signal.SIGINT)
    running.wait_for("interrupted")
    running.signal(signal.SIGINT)
    result = running.finish()
    expect("EOS did not get through" not in result.err, result)
    expect(result.status == 1 and "Frames: " in result.out, result)


def test_a_reader_of_stdout_that_went_away_does_not_end_the_recording():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.mkv")
        reader, writer = os.pipe()
        os.close(reader)
        result = run("launch", *source(30), *STAGES, "!", "h264parse", "!",
                     "profmuxsink", "location=" + path, stdout=writer)
        os.close(writer)
        expect(result.status == 0, result)
        text = subprocess.run(["gst-discoverer-1.0", path],
                              stdout=subprocess.PIPE, text=True).stdout
        match = re.search(r"Duration: 0:00:([\d.]+)", text)
        expect(match and round(float(match.group(1)), 3) == 1.0, text)


def run_on_terminal(*args):
    """What the program writes on a terminal that it has to itself."""
    try:
        main_end, terminal = pty.openpty()
    except OSError as error:
        raise Skip("no pseudo terminal: %s" % error) from error
    environment = dict(os.environ, TERM="xterm", COLUMNS="200")
    environment.pop("GST_DEBUG", None)
    process = subprocess.Popen([PROGRAM, *args], stdin=terminal,
                               stdout=terminal, stderr=terminal,
                               env=environment)
    os.close(terminal)
    output = b""
    while True:
        try:
            data = os.read(main_end, 4096)
        except OSError:         # Linux says so when the terminal is closed
            break
        if not data:
            break
        output += data
    os.close(main_end)
    return process.wait(), output.decode()


def test_on_a_terminal_there_is_a_status_line_that_leaves_no_trace():
    status, output = run_on_terminal(
        "launch", *source(45, live=True), *READY, "!", *STAGES, "!",
        "fakesink")
    expect(status == 0, output)
    expect(re.search(r"\d:\d\d [\d.]+ fps, \d+ warnings? \| p50/p99 ms: "
                     r"normalize [\d.]+/[\d.]+ ", output), output)
    # what is left on the screen: a return and "erase to the end" before all
    # that is written over the status line
    shown = [re.sub(r"^.*\r\x1b\[K", "", line)
             for line in output.replace("\r\n", "\n").split("\n")]
    expect(any(line.startswith("[") and "ready begins" in line
               for line in shown), output)
    expect(not any(" fps, " in line for line in shown), output)
    expect(any(line.startswith("Frames: 45 ") for line in shown), output)


sys.exit(main(globals()))
