# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""GST_TRACERS=prof in applications that know nothing of it."""

import os
import re
import resource
import signal
import subprocess
import sys
import time

from program import Skip, expect, main
from tracing import (APP, LAUNCH, MS, TIMEOUT_S, Tracing, about, environment, folder,
                     launch, matroska, python, run, source, trace, untraced)

NOBODY = 65534

PYTHON_APP = """
import sys
import gi
gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst
Gst.init(None)
pipeline = Gst.parse_launch(sys.argv[1])
loop = GLib.MainLoop()
bus = pipeline.get_bus()
bus.add_signal_watch()
bus.connect('message::eos', lambda *_: loop.quit())
bus.connect('message::error', lambda *_: sys.exit(1))
pipeline.set_state(Gst.State.PLAYING)
loop.run()
pipeline.set_state(Gst.State.NULL)
"""


def frames_at(result, name):
    return result.row(name)["buffers-in"]


def file_played(description):
    """A file of 60 frames, through elements that make their pads late."""
    with folder() as path:
        name = os.path.join(path, "a.mkv")
        matroska(name, 60)
        return launch(description % name)


def test_decodebin_and_what_it_makes_is_measured():
    result = file_played("filesrc location=%s ! decodebin name=d d. ! "
                         "videoconvert ! fakesink name=end d. ! audioconvert ! "
                         "fakesink")
    expect(result.status == 0, result)
    expect(frames_at(result, "end") == 60, result)
    row = result.row_of("avdec_h264")
    expect(row["buffers-in"] == 60 and row["buffers-out"] == 60, result)
    expect(row["bin"] == "d" and row["own-sum"] > 0, result)
    expect(row["coverage"] == "functions", result)


def test_uridecodebin_and_what_it_makes_is_measured():
    result = file_played("uridecodebin uri=file://%s name=d d. ! videoconvert ! "
                         "fakesink name=end d. ! audioconvert ! fakesink")
    expect(result.status == 0, result)
    expect(frames_at(result, "end") == 60, result)
    row = result.row_of("avdec_h264")
    expect(row["buffers-in"] == 60, result)
    expect(row["bin"].startswith("d/"), result)


def test_gst_play_and_its_playbin_are_measured():
    with folder() as path:
        name = os.path.join(path, "a.mkv")
        matroska(name, 60)
        result = trace(["gst-play-1.0", "--no-interactive",
                        "--videosink=fakesink name=end",
                        "--audiosink=fakesink", "file://" + name])
    expect(result.status == 0, result)
    row = result.row_of("avdec_h264", pipeline="playbin")
    expect(row["buffers-in"] == 60, result)
    rows = [row for row in result.rows("playbin")
            if row["factory"] == "fakesink"]
    expect(60 in [row["buffers-in"] for row in rows], result)


RTSP_SERVER = """
import sys
import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtspServer
Gst.init(None)
server = GstRtspServer.RTSPServer(address='127.0.0.1', service='0')
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch('( videotestsrc is-live=true num-buffers=60 ! '
    'video/x-raw,width=160,height=120,framerate=30/1 ! '
    'vp8enc deadline=1 ! rtpvp8pay name=pay0 )')
server.get_mount_points().add_factory('/test', factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
"""


def test_rtspsrc_and_what_it_makes_is_measured():
    server = subprocess.Popen([sys.executable, "-c", RTSP_SERVER], text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
    try:
        port = server.stdout.readline().strip()
        if not port:
            raise Skip("no gst-rtsp-server for Python")
        result = launch("rtspsrc location=rtsp://127.0.0.1:%s/test latency=100 "
                        "name=r ! rtpvp8depay name=depay ! vp8dec ! "
                        "fakesink name=end" % port)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    # How it ends depends on who hangs up first.
    frames = frames_at(result, "end")
    expect(20 <= frames <= 60, result)
    expect(result.row_of("vp8dec")["buffers-out"] == frames, result)
    row = result.row_of("rtpjitterbuffer")
    expect(row["buffers-in"] >= frames and row["bin"].startswith("r/"), result)


def test_elements_that_are_exchanged_while_playing_are_measured():
    result = trace([APP, "relink", "10"])
    expect(result.status == 0, result)
    passed = result.told("passed")[0]
    expect(passed > 10, result)
    expect(frames_at(result, "end") == passed, result)
    rows = [row for row in result.rows() if row["name"].startswith("dynamic")]
    # However short they were there, each has its row, and all that it passed.
    for number in range(1, 11):
        expect("dynamic%d" % number in [row["name"] for row in rows], result)
    # At the end one more may be on its way.
    total = sum(row["buffers-in"] for row in rows)
    expect(passed <= total <= passed + 1, result)
    expect(result.row("dynamic10")["buffers-in"] > 0, result)


def test_two_pipelines_in_two_threads_have_a_report_each():
    result = trace([APP, "pair"] + [
        "pipeline. ( name=%s %s ! fault name=f%s mode=sleep delay=10000000 ! "
        "fakesink name=end )" % (name, source(frames), name)
        for name, frames in (("one", 20), ("other", 30))])
    expect(result.status == 0, result)
    expect(sorted(one["name"] for one in result.pipelines) == ["one", "other"],
           result)
    for name, frames in (("one", 20), ("other", 30)):
        expect(result.row("end", name)["buffers-in"] == frames, result)
        expect(about(result.row("f" + name, name)["own-sum"],
                     result.spent("f" + name)), result)


def test_each_run_of_a_pipeline_is_told():
    result = trace([APP, "again", "3", "fakesrc num-buffers=7 ! "
                    "fakesink name=end"])
    expect(result.status == 0, result)
    expect(sorted(one["run"] for one in result.pipelines) == [1, 2, 3], result)
    for one in result.pipelines:
        expect(one["state"] == "ended", result)
        row, = [row for row in one["summary"]["per-element"]
                if row["name"] == "end"]
        expect(row["buffers-in"] == 7, result)


def test_a_python_application_is_measured():
    result = trace([sys.executable, "-c", PYTHON_APP,
                    "%s ! fakesink name=end" % source(20)])
    expect(result.status == 0, result)
    expect(frames_at(result, "end") == 20, result)
    expect(result.document["reason"] == "exit", result)


def test_what_python_does_in_a_streaming_thread_is_the_elements():
    text = PYTHON_APP.replace("loop = ", """
import time
def on_handoff(*_):
    time.sleep(0.02)
pipeline.get_by_name('i').connect('handoff', on_handoff)
loop = """)
    result = trace([sys.executable, "-c", text,
                    "%s ! identity name=i signal-handoffs=true ! "
                    "fakesink name=end" % source(20)])
    expect(result.status == 0, result)
    expect(result.row("i")["own-sum"] >= 400 * MS, result)
    expect(result.row("end")["own-p50"] < 2 * MS, result)


def test_with_gst_deinit_and_without_the_report_is_the_same():
    for env in ({}, {"TRACER_APP_DEINIT": "1"}):
        result = run("%s ! fakesink name=end" % source(20), env=env)
        expect(result.status == 0, result)
        expect(result.document["reason"] == "exit", result)
        expect(result.pipelines[0]["state"] == "ended", result)
        expect(frames_at(result, "end") == 20, result)


def test_a_pipeline_that_still_plays_at_exit_is_told():
    result = python(PYTHON_APP.replace("loop.run()\n", """
import time
while sink.props.stats['rendered'] < 10:
    time.sleep(0.01)
sys.exit(0)
""").replace("sys.argv[1]", repr("videotestsrc is-live=true ! "
                                 "fakesink name=end"))
        .replace("loop = ", "sink = pipeline.get_by_name('end')\nloop = "))
    expect(result.pipelines[0]["state"] == "running", result)
    expect(frames_at(result, "end") >= 10, result)


def test_exit_in_a_streaming_thread_leaves_a_report():
    result = run("%s ! fault name=f mode=exit only-buffer=10 ! "
                 "fakesink name=end" % source(20))
    expect(result.status == 3, result)
    expect(result.document["reason"] == "exit", result)
    expect(frames_at(result, "end") == 9, result)
    expect(frames_at(result, "f") == 10, result)


def test_a_crash_says_which_element_and_thread_were_where():
    for mode, number in (("segfault", signal.SIGSEGV),
                         ("abort", signal.SIGABRT)):
        result = run("%s ! queue name=q ! identity name=i ! fault name=culprit "
                     "mode=%s only-buffer=10 ! fakesink" % (source(20), mode),
                     report="-")
        expect(result.status == -number, result)
        lines = [line for line in result.err.splitlines() if "culprit" in line]
        expect(lines, result)
        expect(any("q:src" in line for line in lines), result)
        expect(number.name in result.err, result)


def test_an_applications_own_handler_is_called_after_a_crash():
    # Python's faulthandler prints "Fatal Python error".
    text = "import faulthandler\nfaulthandler.enable()\n" + PYTHON_APP
    result = trace([sys.executable, "-c", text,
                    "%s ! fault name=culprit mode=segfault only-buffer=5 ! "
                    "fakesink" % source(20)], report="-")
    expect(result.status == -signal.SIGSEGV, result)
    expect("Segmentation fault" in result.err, result)


def test_gst_launch_has_its_own_say_after_a_crash():
    with Tracing([LAUNCH, "-q", *("%s ! fault name=culprit mode=segfault "
                  "only-buffer=5 ! fakesink" % source(20)).split()],
                 report="-") as tracing:
        # It stays for a debugger then, until it is killed.
        end = time.monotonic() + TIMEOUT_S
        while "Caught SIGSEGV" not in tracing.everything():
            expect(tracing.process.poll() is None and time.monotonic() < end,
                   tracing.everything())
            time.sleep(0.02)
        dump = tracing.said()
        tracing.process.kill()
    expect(re.search(r"^gst-prof: SIGSEGV in thread ", dump, re.M), dump)
    expect(re.search(r"^thread .* in culprit:sink", dump, re.M), dump)
    expect("Caught SIGSEGV" not in dump
           or dump.index("culprit:sink") < dump.index("Caught SIGSEGV"), dump)


CRASH = "%s ! fault name=culprit mode=segfault only-buffer=5 ! fakesink" % (
    source(20))


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


def status_with_stderr(stderr, description):
    return subprocess.run(
        [APP, "run", description], stdin=subprocess.DEVNULL, stderr=stderr,
        stdout=subprocess.DEVNULL, timeout=TIMEOUT_S,
        env=environment("prof", "report=-")).returncode


def test_a_pipe_that_nobody_reads_holds_up_neither_a_crash_nor_the_end():
    for description, status in ((CRASH, -signal.SIGSEGV),
                                ("%s ! fakesink" % source(5), 0)):
        reader, writer = full_pipe()
        try:
            found = status_with_stderr(writer, description)
        finally:
            os.close(reader)
            os.close(writer)
        expect(found == status, "%s: %s" % (description, found))


def test_a_closed_pipe_changes_no_exit_status():
    for description, status in ((CRASH, -signal.SIGSEGV),
                                ("%s ! fakesink" % source(5), 0)):
        reader, writer = os.pipe()
        os.close(reader)
        try:
            found = status_with_stderr(writer, description)
        finally:
            os.close(writer)
        expect(found == status, "%s: %s" % (description, found))


def ignore_faults():
    for number in (signal.SIGSEGV, signal.SIGBUS):
        signal.signal(number, signal.SIG_IGN)


def test_who_ignores_faults_dies_of_one():
    result = trace([APP, "run", CRASH], report="-", preexec_fn=ignore_faults)
    expect(result.status == -signal.SIGSEGV, result)
    expect(result.err.count("gst-prof: SIGSEGV in thread ") == 1, result)


def test_a_fault_signal_that_is_sent_and_ignored_stays_so():
    with Tracing([APP, "run", "%s ! fakesink" % source(30, live=True)],
                 report="-", preexec_fn=ignore_faults) as tracing:
        time.sleep(0.3)
        for _ in range(3):
            tracing.process.send_signal(signal.SIGSEGV)
        result = tracing.finish()
    expect(result.status == 0 and "SIGSEGV" not in result.err, result)


def allow_short_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))


def test_a_limit_on_files_changes_no_exit_status():
    # Sources that use ORC write a file of their own.
    for description, status in (
            ("fakesrc ! fault mode=segfault only-buffer=5 ! fakesink",
             -signal.SIGSEGV),
            ("fakesrc num-buffers=5 ! fakesink", 0)):
        with folder() as path:
            found = subprocess.run(
                [APP, "run", description], stdin=subprocess.DEVNULL, text=True,
                stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                timeout=TIMEOUT_S, preexec_fn=allow_short_files,
                env=environment("prof", "report=%s/report" % path))
            left = os.listdir(path)
        expect(found.returncode == status, found)
        expect("SIGSEGV" in found.stderr if status
               else "report is not written" in found.stderr and not left, found)


# More elements than there are rows come and go before one that is slow.
COME_AND_GO = '''
import gi, time
gi.require_version("Gst", "1.0")
from gi.repository import Gst
Gst.init(None)
p = Gst.parse_launch("videotestsrc is-live=true ! video/x-raw,format=GRAY8,"
    "width=64,height=48,framerate=30/1 ! tee name=t allow-not-linked=true ! "
    "queue ! fakesink")
t = p.get_by_name("t")
p.set_state(Gst.State.PLAYING)
def branch(text):
    b = Gst.parse_bin_from_description(text + " ! fakesink async=false", True)
    p.add(b)
    b.sync_state_with_parent()
    pad = t.request_pad_simple("src_%u")
    pad.link(b.get_static_pad("sink"))
    return b, pad
for k in range(60):
    b, pad = branch(" ! ".join(["identity"] * 20))
    time.sleep(0.03)
    pad.unlink(b.get_static_pad("sink"))
    t.release_request_pad(pad)
    b.set_state(Gst.State.NULL)
    p.remove(b)
branch("queue ! identity sleep-time=300000 name=late")
time.sleep(3)
p.set_state(Gst.State.NULL)
'''


def test_elements_that_are_gone_leave_room_for_one_that_is_slow():
    result = python(COME_AND_GO, env={"GST_DEBUG": "proftracer:2"})
    expect(result.status == 0, result)
    summary = result.summary()
    expect(result.row("late")["own-max"] > 290 * MS, result)
    expect("SLOW ELEMENT: late" in result.err, result)
    expect("NOT MEASURED" not in result.err, result)
    expect(len(summary["per-element"]) <= 1025, result)
    expect(summary["elements-merged"] > 100, result)
    rest = result.row("removed elements")
    expect(rest["visits"] > 0, result)


# As GstState has them
READY, PAUSED, PLAYING = "2", "3", "4"


def complaints(text):
    return sorted(re.findall(r"Trying to dispose element \S+, but it is in \w+",
                             text))


def test_a_pipeline_that_is_dropped_ends_as_it_does_without():
    for state in READY, PAUSED, PLAYING:
        plain = subprocess.run([APP, "drop", state], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               timeout=TIMEOUT_S, env=untraced())
        result = trace([APP, "drop", state])
        expect(plain.returncode == 0 and len(complaints(plain.stderr)) == 3,
               plain)
        expect(result.status == 0 and result.told("dropped") == [0], result)
        expect(complaints(result.err) == complaints(plain.stderr), result)
        expect(result.row("after", "pipeline1")["buffers-in"] == 7, result)
        if state == READY:
            continue
        dropped, = [one for one in result.pipelines
                    if one["name"] == "pipeline0"]
        expect(dropped["state"] == "ended" and dropped["run"] == 1, result)
        expect(result.row("first", "pipeline0")["buffers-in"]
               == (10 if state == PLAYING else 0), result)


def test_a_child_that_exits_leaves_the_parents_report_alone():
    result = trace([APP, "fork", "%s ! fakesink name=end" % source(
        30, live=True), ""])
    expect(result.status == 0, result)
    child, status = result.told("child")
    expect(status == 0, result)
    parents, = [one for one in result.documents if one["pid"] != child]
    row, = [row for row in parents["pipelines"][0]["summary"]["per-element"]
            if row["name"] == "end"]
    expect(row["buffers-in"] == 30, result)
    # What the child did not run is not the child's to tell.
    for one in result.documents:
        expect(one["pid"] != child or not one["pipelines"], result)


def test_a_child_that_plays_has_a_report_of_its_own():
    result = trace([APP, "fork", "%s ! fakesink name=parents" % source(
        20, live=True), "%s ! fakesink name=childs" % source(15)])
    expect(result.status == 0, result)
    child, status = result.told("child")
    expect(status == 0 and len(result.documents) == 2, result)
    for document in result.documents:
        name, frames = ("childs", 15) if document["pid"] == child \
            else ("parents", 20)
        pipeline, = document["pipelines"]
        row, = [row for row in pipeline["summary"]["per-element"]
                if row["name"] == name]
        expect(row["buffers-in"] == frames, result)


def as_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def test_without_root_and_with_a_home_that_cannot_be_written_to():
    with folder() as home:
        os.chmod(home, 0o555)
        if os.geteuid() == 0:
            rights = {"preexec_fn": as_nobody}
        else:
            rights = {}
        registry = os.environ.get("GST_REGISTRY_1_0")
        env = {"HOME": home, "XDG_CACHE_HOME": os.path.join(home, "cache"),
               "XDG_RUNTIME_DIR": home, "GST_REGISTRY_UPDATE": "no",
               **({"GST_REGISTRY_1_0": registry} if registry else {})}
        reachable = subprocess.run(
            [APP, "run", "fakesrc num-buffers=1 ! fakesink"], **rights,
            env={**os.environ, **env}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL) \
            if os.access(APP, os.X_OK) else None
        if reachable is None or reachable.returncode != 0:
            raise Skip("nobody cannot run what is built here")
        result = run("%s ! fault name=f mode=sleep delay=10000000 ! "
                     "fakesink name=end" % source(20), env=env, **rights)
        left = os.listdir(home)
    expect(result.status == 0, result)
    expect(frames_at(result, "end") == 20, result)
    expect(about(result.row("f")["own-sum"], result.spent("f")), result)
    expect(not left, result)


sys.exit(main(globals()))
