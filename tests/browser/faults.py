# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Real faults on the way from a real browser into a file, and what is named.

faults.py [--repeat=N] [FAULT ...]; --list says which there are

For each: a recorder, a Chromium that opens its page, some undisturbed seconds, the
fault, and some seconds more. Then the recorder's lines are compared with what was
done. A table is printed at the end:

open    the root cause that the lines name first while the fault lasts, and after
        how many seconds the right one came; repaired: nothing was slow, as all that
        was lost was sent again
final   the root cause of the last line that covers most of the fault, and which
        part of that line's time is put on a right one
named   yes, NO, or busy: the line says that others took the CPU

Exit status 1 when one was named wrongly. All of it happens in a network namespace.
"""

import argparse
import collections
import contextlib
import os
import signal
import sys
import time

import network
from chromium import Browser
from recorder import Recorder
from verdicts import read, startups

# What a browser needs to send steadily
SETTLE_S = 5
AFTER_S = 3
STALL_S = 3
STALL_RECEIVE_S = 4
S = 1000000000
ENCODER = "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=60"
# Of a line, taken by others: as in the fault suite
DISTURBED_SHARE = 0.2
# Faults in the recorder's elements begin by themselves, this long after their
# first buffer, and say when.
AT_S = 6


def element_fault(mode, delay_ms):
    return ("fault mode=%s delay=%d at=%d duration=%d announce=fault" % (
        mode, delay_ms * S // 1000, AT_S * S, STALL_S * S))


class Trial:
    """One recorder and one browser, and when the fault began and ended."""

    def __init__(self, recorder, browser):
        self.recorder = recorder
        self.browser = browser
        self.start = self.end = None
        self.retransmitted = 0

    @contextlib.contextmanager
    def fault(self):
        self.start = time.monotonic()
        yield
        self.end = time.monotonic()

    def ports(self):
        return network.udp_ports(self.recorder.pid)


# How each fault is done. All are given the trial.

def stop_browser(trial, kind=None):
    with trial.fault():
        trial.browser.signal(signal.SIGSTOP, kind)
        time.sleep(STALL_S)
        trial.browser.signal(signal.SIGCONT, kind)


def stop_renderer(trial):
    stop_browser(trial, "renderer")


def kill_browser(trial):
    with trial.fault():
        trial.browser.signal(signal.SIGKILL)
        trial.recorder.wait_for("ended (")


def drop_udp(trial):
    with trial.fault(), network.dropping("meta l4proto udp"):
        time.sleep(STALL_S)


def lose_some(trial):
    with trial.fault(), network.dropping(
            network.to(trial.ports()) + " numgen random mod 10 == 0"):
        time.sleep(5)


def lose_key_frames(trial):
    """A burst is lost, and nobody gets the requests for what was lost: neither
    for the packets nor for a key frame."""
    ports = trial.ports()
    requests = "%s %s" % (network.of(ports), network.RTCP)
    with trial.fault():
        with network.dropping(network.to(ports), requests):
            time.sleep(0.15)
        with network.dropping(requests):
            time.sleep(STALL_S)


def lose_with_patience(trial):
    """The same, with a jitter buffer that waits for so long itself."""
    ports = trial.ports()
    requests = "%s %s" % (network.of(ports), network.RTCP)
    with trial.fault():
        with network.dropping(network.to(ports), requests):
            time.sleep(0.1)
        with network.dropping(requests):
            time.sleep(1.8)


def stall_receiving(trial):
    with trial.fault():
        os.kill(trial.recorder.pid, signal.SIGUSR1)
        time.sleep(STALL_RECEIVE_S)


def wait_for_element(trial):
    """The fault is an element's, and its lines say when."""
    def when(text):
        trial.recorder.wait_for(text)
        return next(at for at, line in trial.recorder.lines if text in line)
    trial.start = when("fault begins")
    trial.end = when("fault ends")


# inject: None: the start is slow. kinds: of lines, None: any. repairable: that nothing was slow is right, too, if
# packets were asked for again.
Fault = collections.namedtuple(
    "Fault", "name right inject args env kinds repairable",
    defaults=((), None, None, False))

FAULTS = (
    Fault("browser-stopped", ("network-silent",), stop_browser),
    Fault("renderer-stopped", ("network-silent",), stop_renderer),
    Fault("udp-dropped", ("network-silent",), drop_udp),
    Fault("loss-10-percent", ("packet-loss", "keyframe-wait"), lose_some,
          repairable=True),
    Fault("key-frames-lost", ("keyframe-wait",), lose_key_frames),
    Fault("decoder-slow", ("decoder-slow",), wait_for_element,
          ("--decoder=%s ! vp8dec" % element_fault("sleep", 350),)),
    Fault("encoder-slow", ("on-cpu",), wait_for_element,
          ("--encoder=%s ! %s" % (element_fault("spin", 150), ENCODER),),
          kinds=("SLOW ENCODE",)),
    Fault("disk-slow", ("sleep",), wait_for_element,
          ("--sink=%s ! filesink" % element_fault("sleep", 400),),
          kinds=("SLOW WRITE",)),
    Fault("latency-2s", ("jitterbuffer", "packet-loss"), lose_with_patience,
          ("--latency=2000",)),
    Fault("latency-2s-start", ("jitterbuffer",), None, ("--latency=2000",)),
    Fault("receive-stalled", ("receive-thread",), stall_receiving, (),
          {"LD_PRELOAD": "tests/browser/stalled-receive.so",
           "GST_PROF_STALL_MS": str(STALL_RECEIVE_S * 1000)}),
    Fault("browser-killed", ("network-silent", "peer-gone"), kill_browser,
          ("--idle-timeout=6",)),
)


class Start:
    """What the report says of a start that took too long. The row is that of a
    Result."""

    disturbed = False

    def __init__(self, fault, trial):
        self.fault = fault
        self.final = None
        self.total, self.parts = startups(trial.recorder.out)[0]
        self.cause = max(self.parts, key=self.parts.get)
        self.lines = trial.recorder.tell().splitlines()

    @property
    def word(self):
        return "yes" if self.cause in self.fault.right else "NO"

    @property
    def right(self):
        return self.word == "yes"

    def row(self):
        took = self.parts[self.cause]
        return (self.fault.name, "/".join(self.fault.right), "-", "-",
                self.cause, "%.2f s" % (took / 1000),
                "%.0f %%" % (100 * took / self.total), self.word)


class Result:
    """What the lines say of one trial."""

    def __init__(self, fault, trial):
        self.fault = fault
        verdicts = [verdict for verdict in (
            read(at, line) for at, line in trial.recorder.lines) if verdict]
        during = [verdict for verdict in verdicts
                  if verdict.overlap(trial.start, trial.end) > 0.1
                  and (fault.kinds is None or verdict.kind in fault.kinds)]
        self.opens = [verdict for verdict in during if verdict.open
                      and verdict.time <= trial.end + 0.5]
        finals = [verdict for verdict in during if not verdict.open
                  and verdict.kind != "Upstream yielded after"]
        self.final = max(finals, default=None, key=lambda verdict:
                         verdict.overlap(trial.start, trial.end))
        self.delay = next((verdict.time - trial.start
                           for verdict in self.opens
                           if verdict.cause in fault.right), None)
        self.repaired = fault.repairable and not during \
            and trial.retransmitted > 0
        self.lines = ["%+.3f %s" % (at - trial.start, line)
                      for at, line in trial.recorder.lines]

    @property
    def right(self):
        return self.repaired or (
            self.final is not None and self.delay is not None
            and self.final.cause in self.fault.right)

    @property
    def disturbed(self):
        """The line itself says that others took the CPU: no wonder."""
        return self.final is not None \
            and self.final.share(("cpu-wait", "steal")) > DISTURBED_SHARE

    @property
    def word(self):
        return "yes" if self.right else "busy" if self.disturbed else "NO"

    def row(self):
        share = self.final and self.final.share(self.fault.right)
        return (self.fault.name, "/".join(self.fault.right),
                "repaired" if self.repaired
                else self.opens[0].cause if self.opens else "-",
                "-" if self.delay is None else "%.2f s" % self.delay,
                self.final.cause if self.final else "-",
                "-" if self.final is None else "%.2f s" % self.final.seconds,
                "-" if share is None else "%.0f %%" % (100 * share),
                self.word)


HEAD = ("fault", "right", "open", "delay", "final", "lasted", "share", "named")


def attempt(fault):
    env = dict(fault.env or {})
    if "LD_PRELOAD" in env:
        env["LD_PRELOAD"] = os.path.join(
            os.environ["GST_PROF_BUILD"], env["LD_PRELOAD"])
    with Recorder("--verbose", *fault.args, env=env) as recorder, \
            Browser() as browser:
        browser.open(recorder.url + "?auto=1&width=640&height=360&fps=30"
                     "&codec=VP8")
        recorder.wait_for("first frame")
        trial = Trial(recorder, browser)
        if fault.inject not in (wait_for_element, None):
            time.sleep(SETTLE_S)
        if fault.inject is not None:
            fault.inject(trial)
        if fault.inject is not kill_browser:
            time.sleep(AFTER_S)
            sent = browser.evaluate("session.stop()")
            trial.retransmitted = sent["retransmittedPacketsSent"]
        recorder.finish()
        return (Start if fault.inject is None else Result)(fault, trial)


def print_table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(text.ljust(width)
                        for text, width in zip(row, widths)).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--verbose", action="store_true",
                        help="print the recorder's lines of each")
    parser.add_argument("names", nargs="*", metavar="FAULT")
    args = parser.parse_args()
    by_name = {fault.name: fault for fault in FAULTS}
    if args.list:
        print("\n".join(by_name))
        return 0
    unknown = set(args.names) - set(by_name)
    if unknown:
        parser.error("no such fault: " + ", ".join(sorted(unknown)))

    network.enter()
    results = []
    for fault in [by_name[name] for name in args.names or by_name]:
        for number in range(args.repeat):
            result = attempt(fault)
            results.append(result)
            print("%s: named: %s" % (fault.name, result.word), flush=True)
            if result.final:
                print("  " + result.final.line, flush=True)
            if args.verbose or not result.right:
                print("\n".join("    " + line for line in result.lines))
    print()
    print_table([HEAD] + [result.row() for result in results])
    words = [result.word for result in results]
    print("\n%d named, %d not, %d not judged as the machine was busy" % (
        words.count("yes"), words.count("NO"), words.count("busy")))
    return 1 if "NO" in words else 0


if __name__ == "__main__":
    sys.exit(main())
