# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS="prof(...)": what its parameters do, and those that are wrong."""

import json
import os
import subprocess
import sys

from program import expect, main
from tracing import (APP, LAUNCH, TIMEOUT_S, about, environment, folder, launch,
                     run, source)

SLOW = source(10) + (" ! fault name=slow mode=sleep delay=20000000 ! "
                     "identity name=i ! fakesink name=end")


def plain(parameters, description=SLOW, tracers="prof", env=None):
    """A run with these parameters and no others: status and outputs."""
    return subprocess.run(
        [APP, "run", description], text=True, timeout=TIMEOUT_S,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(tracers, parameters, env))


def described(result):
    return "exit %d\n%s\n%s" % (result.returncode, result.stdout,
                                result.stderr)


def test_without_parameters_the_report_is_on_stderr():
    result = subprocess.run(
        [APP, "run", SLOW], text=True, timeout=TIMEOUT_S,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**environment(), "GST_TRACERS": "prof"})
    expect(result.returncode == 0, described(result))
    for name in ("pipeline0", "slow", "end"):
        expect(name in result.stderr, described(result))
    expect("pipeline0" not in result.stdout, described(result))


def test_without_a_report_nothing_is_said():
    result = plain("report=none")
    expect(result.returncode == 0 and result.stderr == "", described(result))


def test_a_report_goes_to_a_file():
    with folder() as path:
        name = os.path.join(path, "report.txt")
        result = plain("report=" + name)
        with open(name) as file:
            text = file.read()
    expect(result.returncode == 0 and result.stderr == "", described(result))
    for word in ("pipeline0", "slow", "end"):
        expect(word in text, text)


def test_names_of_files_have_the_process_in_them():
    with folder() as path:
        result = plain("report=%s/a-%%p.txt,json=%s/a-%%p.json" % (path, path))
        names = sorted(os.listdir(path))
        expect(result.returncode == 0 and len(names) == 2, described(result))
        with open(os.path.join(path, names[0])) as file:
            document = json.load(file)
    expect(names[0] == "a-%d.json" % document["pid"], names)
    expect(names[1] == "a-%d.txt" % document["pid"], names)
    expect(document["program"] == "tracer-app", document)


def test_a_file_that_cannot_be_written_is_named():
    for key in ("report", "json"):
        result = plain("report=none,%s=/nonexistent/file" % key
                       if key == "json" else "report=/nonexistent/file")
        expect(result.returncode == 0, described(result))
        first, _, rest = result.stderr.partition("\n")
        for word in ("GST_TRACERS", key + "=/nonexistent/file", "No such file"):
            expect(word in first, described(result))
        # Nothing is lost: it is where it is seen.
        again, _, report = rest.partition("\n")
        expect("/nonexistent/file" in again, described(result))
        expect("slow" in report and "pipeline0" in report, described(result))
        if key == "json":
            json.loads(report)


def test_a_file_that_can_be_written_is_not_there_before_its_report():
    with folder() as path:
        name = os.path.join(path, "report.txt")
        result = subprocess.run(
            [LAUNCH, "--version"], text=True, timeout=TIMEOUT_S,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(parameters="report=" + name))
        expect(result.returncode == 0 and not result.stderr, described(result))
        expect(not os.listdir(path), os.listdir(path))


def test_a_dash_is_stderr_for_the_json_as_for_the_report():
    with folder() as path:
        result = subprocess.run(
            [APP, "run", SLOW], text=True, timeout=TIMEOUT_S, cwd=path,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(parameters="report=none,json=-"))
        expect(not os.listdir(path), os.listdir(path))
    document = json.loads(result.stderr)
    expect(document["program"] == "tracer-app", document)
    expect("pipeline0" not in result.stdout, described(result))


def test_a_name_may_stand_in_quotes():
    with folder() as path:
        name = os.path.join(path, "a, b.txt")
        result = plain('report="%s"' % name)
        expect(result.stderr == "", described(result))
        expect(os.listdir(path) == ["a, b.txt"], os.listdir(path))


def test_what_is_given_twice_is_said():
    result = plain("report=/nonexistent/a,report=none")
    expect(result.returncode == 0, described(result))
    expect("report is given more than once; the last one, none, is used"
           in result.stderr, described(result))
    expect("/nonexistent/a" not in result.stderr, described(result))


def test_a_threshold_decides_what_is_slow():
    for threshold, slow in (("5ms", True), ("10s", False)):
        result = run(SLOW, "threshold=" + threshold)
        kinds = [warning["kind"] for warning in result.summary()["worst"]
                 if "slow" in warning["kind"]]
        expect(bool(kinds) == slow, result)


def test_a_gap_threshold_decides_what_is_a_gap():
    # The queue's thread is the one that has nothing to do.
    description = ("%s ! fault mode=sleep only-buffer=15 delay=600000000 ! "
                   "queue ! fakesink" % source(30, live=True))
    for threshold, gaps in (("100ms", True), ("10s", False)):
        result = run(description, "threshold=10s,gap-threshold=" + threshold)
        expect((result.summary()["gaps"] > 0) == gaps, result)


def test_what_is_excluded_is_left_alone():
    for pattern, names in (("slow", ["slow"]), ("i|end", ["i", "end"]),
                           ("s*|e*", ["slow", "end"])):
        result = run(SLOW, "exclude=" + pattern)
        expect(result.status == 0, result)
        for name in ("slow", "i", "end"):
            rows = [row for row in result.rows() if row["name"] == name]
            if name in names:
                expect(rows[0]["coverage"] == "excluded", result)
                expect(rows[0]["own-count"] == 0, result)
            else:
                expect(rows[0]["coverage"] == "functions", result)
        if "slow" not in names:
            expect(about(result.row("slow")["own-sum"], result.spent("slow")),
                   result)


def test_a_bad_value_is_named_and_the_application_runs_on():
    for parameters, words in (("threshold=fast", ["threshold", "fast"]),
                              ("threshold=5parsecs", ["5parsecs"]),
                              ("gap-threshold=-1s", ["gap-threshold", "-1s"]),
                              ("sample-interval=often", ["sample-interval",
                                                         "often"]),
                              ("colour=red", ["colour"])):
        result = plain("report=none," + parameters)
        expect(result.returncode == 0, described(result))
        for word in words:
            expect(word in result.stderr, described(result))


def test_a_second_prof_is_said_to_do_nothing():
    with folder() as path:
        name = os.path.join(path, "two.txt")
        result = plain("", tracers="prof(report=none%s);prof(report=" + name
                       + ")")
        expect(result.returncode == 0 and not os.listdir(path),
               described(result))
    said, = result.stderr.splitlines()
    expect("prof(report=%s)" % name in said, described(result))


def test_units_of_time_are_understood():
    for text, slow in (("5000us", True), ("5000000ns", True), ("0.005s", True),
                       ("20s", False)):
        result = run(SLOW, "threshold=" + text)
        expect(result.status == 0 and result.err == "", result)
        kinds = [warning for warning in result.summary()["worst"]
                 if "slow" in warning["kind"]]
        expect(bool(kinds) == slow, result)


def test_parameters_can_be_read():
    result = subprocess.run(
        ["gst-inspect-1.0", "prof"], text=True, timeout=TIMEOUT_S,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    expect(result.returncode == 0, described(result))
    expect("prof" in result.stdout and "tracer" in result.stdout.lower(),
           result.stdout)


def test_a_process_without_pipelines_leaves_no_text():
    result = subprocess.run(
        ["gst-inspect-1.0", "identity"], text=True, timeout=TIMEOUT_S,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**environment(), "GST_TRACERS": "prof"})
    expect(result.returncode == 0 and result.stderr == "", described(result))


def test_the_json_is_one_document_and_says_what_it_is_of():
    result = launch("fakesrc num-buffers=3 ! fakesink")
    document = result.document
    for key in ("gst-prof", "pid", "program", "reason", "time", "pipelines",
                "runs-forgotten"):
        expect(key in document, result)
    expect(document["program"] == LAUNCH, result)
    expect(document["runs-forgotten"] == 0, result)
    expect([one["name"] for one in document["pipelines"]] == ["pipeline0"],
           result)


def test_another_tracer_may_run_beside():
    result = run(SLOW, tracers="stats;prof(%s);rusage")
    expect(result.status == 0, result)
    expect(about(result.row("slow")["own-sum"], result.spent("slow")), result)
    expect(result.row("end")["buffers-in"] == 10, result)


sys.exit(main(globals()))
