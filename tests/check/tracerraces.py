# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS=prof in programs that a sanitizer looks at: it has nothing to say.

Only what is built here is run: other programs have no sanitizer, and cannot load
a plugin that has one.
"""

import signal
import subprocess
import sys

from program import expect, main
from tracing import APP, Tracing, run, trace


def check(result):
    expect(result.status == 0, result)
    expect("Sanitizer" not in result.err, result)
    return result


def test_starts_and_stops_at_once():
    result = check(trace([APP, "starts", "8", "25"]))
    runs, = result.told("runs")
    expect(len(result.pipelines) + result.document["runs-forgotten"] == runs,
           result)


def test_two_pipelines_in_two_threads():
    check(trace([APP, "pair", *["audiotestsrc num-buffers=500 ! tee name=t ! "
                                "queue ! fakesink t. ! queue ! fakesink"] * 2]))


def test_threads_that_hand_over():
    for description in (
            "fakesrc num-buffers=3000 ! queue ! identity ! queue ! fakesink",
            "audiotestsrc num-buffers=300 ! audiomixer name=m ! fakesink "
            "audiotestsrc num-buffers=300 ! m.",
            "fakesrc num-buffers=500 ! fault mode=sleep delay=1000000 ! queue ! "
            "fakesink"):
        check(run(description))


def test_elements_that_are_exchanged_while_playing():
    check(trace([APP, "relink", "10"]))


def test_runs_of_one_pipeline():
    check(trace([APP, "again", "10", "fakesrc num-buffers=50 ! queue ! "
                 "fakesink"]))


def test_what_is_slow_is_told_while_it_lasts():
    check(run("fakesrc num-buffers=30 ! fault mode=sleep only-buffer=10 "
              "delay=600000000 ! queue ! fakesink",
              env={"GST_DEBUG": "proftracer:4"}))


def test_reports_that_are_asked_for_meanwhile():
    with Tracing([APP, "run", "fakesrc num-buffers=60 ! fault name=f mode=sleep "
                  "delay=20000000 announce=hit ! queue ! fakesink"]) as tracing:
        while tracing.process.poll() is None:
            # Before gst_init() the signal would end it.
            with open("/proc/%d/status" % tracing.pid) as file:
                caught = int([line.split()[1] for line in file
                              if line.startswith("SigCgt")][0], 16)
            if caught & 1 << signal.SIGUSR2 - 1:
                tracing.process.send_signal(signal.SIGUSR2)
            try:
                tracing.process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        result = tracing.finish()
    check(result)
    expect(result.document["reason"] == "exit", result)


sys.exit(main(globals()))
