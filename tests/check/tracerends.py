# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS=prof in applications that a signal ends: they die of it as they would
have, and leave a report."""

import os
import re
import signal
import subprocess
import sys
import time

from program import Skip, expect, main
from tracing import (APP, LAUNCH, RAW, TIMEOUT_S, Tracing, environment, folder,
                     read_all, source)

TERM, INT, HUP = signal.SIGTERM, signal.SIGINT, signal.SIGHUP
# Never ends by itself.
ENDLESS = "videotestsrc is-live=true ! %s ! queue ! fakesink name=end" % RAW
# As tracer-app has them
OWN_END = 5


def wait_until(claim, running):
    """Until it holds, or whoever it is about has ended."""
    end = time.monotonic() + TIMEOUT_S
    while not claim():
        expect(running.poll() is None and time.monotonic() < end,
               "waits for nothing, exit %s" % running.returncode)
        time.sleep(0.002)


def playing(kind, description=ENDLESS, *args, **kwargs):
    """An application that is ended, which says that it plays."""
    tracing = Tracing([APP, "end", kind, description], *args, **kwargs)
    wait_for(tracing, "playing")
    return tracing


def wait_for(tracing, text):
    wait_until(lambda: text in read_all(tracing.stdout), tracing.process)


def ended(kind, *numbers, description=ENDLESS, **kwargs):
    """What it leaves that gets these signals."""
    with playing(kind, description, **kwargs) as tracing:
        for number in numbers:
            tracing.process.send_signal(number)
        return tracing.finish()


def expect_report(result, number):
    expect(result.status == -number, result)
    expect(result.document["reason"] == number.name, result)
    expect(result.pipelines[0]["state"] == "running", result)
    expect(result.row("end")["buffers-in"] > 0, result)


def test_gst_launch_that_is_terminated_leaves_text_and_json():
    with folder() as path:
        name = os.path.join(path, "report.txt")
        with Tracing([LAUNCH, "-v", *ENDLESS.split()], report=name) as tracing:
            # Its sink has caps then, and a buffer soon.
            wait_for(tracing, "GstFakeSink:end")
            time.sleep(0.5)
            tracing.process.send_signal(TERM)
            result = tracing.finish()
            left = os.listdir(tracing.folder.name)
        with open(name) as file:
            text = file.read()
        expect(os.listdir(path) == ["report.txt"] and len(left) == 1, left)
    expect_report(result, TERM)
    expect("gst-prof" not in result.err, result)
    expect(re.match(r"gst-prof: gst-launch-1.0 \(%d\), at SIGTERM, "
                    % result.document["pid"], text), text)
    elements = text[text.index("  element "):text.index("  p50 to max: ")]
    for name in ("videotestsrc0 +0", r"queue0 +\d+", r"end \(fakesink\) +\d+"):
        expect(len(re.findall(r"^  %s .* \d" % name, elements, re.M)) == 1, text)
    expect(text.endswith("\n"), text)


def test_each_of_the_three_signals_ends_it_as_before():
    for number in (TERM, INT, HUP):
        expect_report(ended("unprepared", number), number)


def test_other_signals_are_left_alone():
    for number in (signal.SIGUSR1, signal.SIGALRM, signal.SIGQUIT):
        result = ended("unprepared", number)
        expect(result.status == -number and not result.documents, result)


def test_the_report_comes_once():
    result = ended("unprepared", TERM, report="-")
    expect_report(result, TERM)
    expect(result.err.count("gst-prof: ") == 1, result)
    expect(re.match(r"gst-prof: tracer-app \(\d+\), at SIGTERM", result.err),
           result)


PYTHON_APP = """
import signal, sys, time
import gi
gi.require_version('Gst', '1.0')
from gi.repository import Gst
Gst.init(None)
pipeline = Gst.parse_launch(sys.argv[1])
%s
pipeline.set_state(Gst.State.PLAYING)
pipeline.get_state(Gst.CLOCK_TIME_NONE)
%s
print('playing', signal.getsignal(signal.SIGTERM), flush=True)
time.sleep(1000)
"""


def ended_python(number, before="", after=""):
    with Tracing([sys.executable, "-c", PYTHON_APP % (before, after),
                  ENDLESS]) as tracing:
        wait_for(tracing, "playing")
        tracing.process.send_signal(number)
        return tracing.finish()


def test_a_python_application_dies_of_it():
    result = ended_python(TERM)
    expect_report(result, TERM)
    # Python knows what it has set itself.
    expect("playing %r" % signal.SIG_DFL in result.out
           or "playing %s" % signal.SIG_DFL in result.out, result)


def test_a_python_application_that_wants_no_keyboard_interrupt_dies_of_it():
    result = ended_python(INT, before="signal.signal(signal.SIGINT, "
                          "signal.SIG_DFL)")
    expect_report(result, INT)


def test_a_keyboard_interrupt_that_python_dies_of_is_pythons():
    # It puts the default back and sends the signal again.
    result = ended_python(INT)
    expect(result.status == -INT and not result.documents, result)
    expect("KeyboardInterrupt" in result.err, result)


def test_a_python_applications_own_handler_replaces_ours():
    result = ended_python(TERM, after="signal.signal(signal.SIGTERM, "
                          "lambda *_: sys.exit(7))")
    expect(result.status == 7, result)
    expect(result.document["reason"] == "exit", result)


MAIN_LOOP = """
from gi.repository import GLib
loop = GLib.MainLoop()
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, loop.quit)
print('playing', flush=True)
loop.run()
pipeline.set_state(Gst.State.NULL)
sys.exit(7)
"""


def test_a_main_loops_handler_replaces_ours():
    result = ended_python(TERM, after=MAIN_LOOP)
    expect(result.status == 7, result)
    expect(result.document["reason"] == "exit", result)
    expect(result.pipelines[0]["state"] == "ended", result)


def test_an_applications_own_handler_replaces_ours():
    result = ended("handler", TERM)
    expect(result.status == OWN_END, result)
    expect(result.out.count("own handler") == 1, result)
    expect(result.document["reason"] == "exit", result)
    expect(result.pipelines[0]["state"] == "ended", result)


def test_an_own_handler_may_call_ours():
    result = ended("chain", TERM)
    expect_report(result, TERM)
    expect(result.out.count("own handler") == 1, result)


def test_an_own_handler_may_be_taken_back():
    result = ended("restored", TERM)
    expect_report(result, TERM)
    expect("own handler" not in result.out, result)


def ignore_all():
    for number in (TERM, INT, HUP):
        signal.signal(number, signal.SIG_IGN)


def test_what_is_ignored_stays_so():
    with Tracing([APP, "run", "%s ! fakesink name=end" % source(30, live=True)],
                 preexec_fn=ignore_all) as tracing:
        # Whoever installs handlers has them when there is a thread of his.
        wait_until(lambda: "prof-tracer" in threads(tracing.pid),
                   tracing.process)
        for number in (TERM, INT, HUP):
            tracing.process.send_signal(number)
        result = tracing.finish()
    expect(result.status == 0, result)
    expect(result.document["reason"] == "exit", result)
    expect(result.row("end")["buffers-in"] == 30, result)


def threads(pid):
    """The names of its threads."""
    names = []
    for task in os.listdir("/proc/%d/task" % pid):
        try:
            with open("/proc/%d/task/%s/comm" % (pid, task)) as file:
                names.append(file.read().strip())
        except OSError:
            pass
    return names


def test_who_waits_for_a_blocked_signal_gets_it():
    for kind in ("sigwait", "signalfd"):
        result = ended(kind, TERM)
        expect(result.status == OWN_END, result)
        expect(result.told("waited") == [TERM], result)
        expect(result.document["reason"] == "exit", result)


def test_threads_of_ours_leave_it_to_the_application():
    # Without a source nobody else has threads.
    result = ended("blocked-late", TERM,
                   description="identity ! fakesink async=false")
    expect(result.status == OWN_END, result)
    expect(result.told("waited") == [TERM], result)


def test_any_thread_may_get_it():
    expect_report(ended("elsewhere", TERM), TERM)


def test_a_child_dies_at_once_and_leaves_the_report_to_its_parent():
    with Tracing([APP, "end", "fork", ENDLESS], report="-") as tracing:
        wait_for(tracing, "playing")
        child = int(re.search(r"child (\d+)", read_all(tracing.stdout)).group(1))
        os.kill(child, TERM)
        wait_for(tracing, "ended")
        expect(not tracing.documents(), "the child left a report")
        tracing.process.send_signal(TERM)
        result = tracing.finish()
    # as wait() has it
    expect(result.told("ended") == [TERM], result)
    expect_report(result, TERM)
    expect(result.document["pid"] != child, result)
    expect(result.err.count("gst-prof: ") == 1, result)


def test_a_child_that_plays_leaves_a_report_of_its_own():
    with playing("child") as tracing:
        child = int(re.search(r"child (\d+)", read_all(tracing.stdout)).group(1))
        os.kill(child, TERM)
        result = tracing.finish()
    expect(result.status == OWN_END and result.told("ended") == [TERM], result)
    expect(result.document["pid"] == child, result)
    expect(result.document["reason"] == "SIGTERM", result)


def test_after_gst_deinit_they_are_as_before():
    result = ended("deinit", TERM)
    expect(result.told("default") == [1], result)
    expect(result.status == -TERM and not result.documents, result)


def full_pipe():
    """Both ends of a pipe that takes no more."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, bytes(4096))
    except BlockingIOError:
        os.set_blocking(writer, True)
    return reader, writer


class HeldUp:
    """An application that cannot write its report to the end: whoever reads its
    stderr does not. To be used with "with"."""

    def __init__(self, verb, *args):
        self.reader, self.writer = full_pipe()
        self.folder = folder()
        self.json = os.path.join(self.folder.__enter__(), "report.json")
        self.process = subprocess.Popen(
            [APP, verb, *args], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self.writer,
            env=environment("prof", "report=-,json=" + self.json))

    def __enter__(self):
        return self

    def __exit__(self, *args):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        os.close(self.reader)
        os.close(self.writer)
        self.folder.__exit__(*args)

    def reason(self):
        with open(self.json) as file:
            return re.search(r'"reason" : "(\w+)"', file.read()).group(1)


def test_a_pipe_that_nobody_reads_holds_it_up_for_a_while_only():
    with HeldUp("end", "unprepared", ENDLESS) as held:
        held.process.stdout.readline()
        held.process.send_signal(TERM)
        expect(held.process.wait(TIMEOUT_S) == -TERM, held.process.returncode)
        # What takes no time comes first.
        expect(held.reason() == "SIGTERM", held.reason())


def test_it_dies_of_a_signal_that_comes_while_it_exits():
    with HeldUp("run", "%s ! fakesink" % source(5)) as held:
        wait_until(lambda: "prof-report" in threads(held.process.pid)
                   and os.path.exists(held.json), held.process)
        held.process.send_signal(TERM)
        expect(held.process.wait(TIMEOUT_S) == -TERM, held.process.returncode)
        expect(held.reason() == "exit", held.reason())


def has_signal(pid, mask, number):
    """Whether it is in a set of signals of the main thread: SigCgt or SigBlk."""
    with open("/proc/%d/status" % pid) as file:
        found = re.search(r"^%s:\s*(\w+)" % mask, file.read(), re.M).group(1)
    return bool(int(found, 16) >> number - 1 & 1)


def is_caught(pid, number):
    return has_signal(pid, "SigCgt", number)


def second_signal_ends(is_time):
    """What an application dies of that gets SIGTERM, and SIGINT when it is time for
    that; None when it has died before, as it may on a busy machine."""
    with HeldUp("end", "unprepared", ENDLESS) as held:
        pid = held.process.pid
        held.process.stdout.readline()
        expect(is_caught(pid, INT), "not caught")
        held.process.send_signal(TERM)
        while not is_time(pid):
            if held.process.poll() is not None:
                return None
        held.process.send_signal(INT)
        return -held.process.wait(TIMEOUT_S)


def test_a_second_signal_ends_it_at_once():
    for _ in range(10):
        if second_signal_ends(lambda pid: not is_caught(pid, INT)) == INT:
            return
    expect(False, "it never does")


def test_a_second_signal_at_the_same_time_does_not():
    # timeout(1) sends one to the process, and another to the group it is in.
    for _ in range(10):
        if second_signal_ends(lambda pid: has_signal(pid, "SigBlk", INT)) == TERM:
            return
    expect(False, "it always does")


def test_under_timeout_there_is_a_report():
    with Tracing(["timeout", "4", APP, "end", "unprepared", ENDLESS]) as tracing:
        result = tracing.finish()
    expect(result.status == 124, result)
    expect(result.document["reason"] == "SIGTERM", result)


def test_a_report_that_cannot_be_written_changes_nothing():
    for name in ("/dev/full", "/nonexistent/report"):
        with playing("unprepared", report=name) as tracing:
            tracing.process.send_signal(TERM)
            result = tracing.finish()
        expect_report(result, TERM)
        expect("the report is not written, report=" in result.err, result)


def test_who_wants_no_report_is_left_alone():
    with subprocess.Popen(
            [APP, "end", "unprepared", ENDLESS], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment("prof", "report=none")) \
            as process:
        process.stdout.readline()
        for number in (TERM, INT, HUP):
            expect(not is_caught(process.pid, number), number)
        process.send_signal(TERM)
        said = process.stderr.read()
        expect(process.wait(TIMEOUT_S) == -TERM and not said, said)


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(word) for word in file.read().split()]


def test_process_1_has_reports_and_goes_on():
    # No such signal ends it by default. Its main thread is left alone: pause()
    # must not return.
    command = ["unshare", "--pid", "--fork", "--kill-child"]
    if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL).returncode:
        raise Skip("no namespace of processes can be made here")
    with Tracing([*command, APP, "end", "elsewhere", ENDLESS]) as tracing:
        wait_for(tracing, "playing")
        first, = children(tracing.pid)
        name = tracing.json.replace("%p", "1")

        def has_report():
            # What comes while it is at the one before is told with that.
            os.kill(first, TERM)
            time.sleep(0.05)
            return os.path.exists(name)

        for _ in range(3):
            wait_until(has_report, tracing.process)
            document, = tracing.documents()
            expect(document["reason"] == "SIGTERM" and document["pid"] == 1,
                   document["reason"])
            os.unlink(name)
        os.kill(first, signal.SIGKILL)
        tracing.finish()


sys.exit(main(globals()))
