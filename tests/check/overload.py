# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The recorder keeps its own advice: 1080p, and an encoder that takes 100 ms.

overload.py [SECONDS]

By both policies memory stays flat and every frame is accounted for; the warning
names the stage, what it sustains and the frames that were dropped.
"""

import os
import re
import sys
import tempfile
import time

from program import Running, expect, main

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 10
# Until all queues, pools and threads are there
WARM_UP_S = 4
MAX_GROWTH_MB = 50
LINE = re.compile(
    r"FALLING BEHIND: [\d.]+ frames per second dropped \| stage (\w+) takes .*"
    r"sustains ([\d.]+) fps of ([\d.]+); .*?(\d+) frames dropped before (\w+)")


def resident_mb(pid):
    with open("/proc/%d/statm" % pid) as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def record(policy):
    """The run, its counts, and memory after the warm-up and the most later."""
    with tempfile.TemporaryDirectory() as folder:
        running = Running(
            "record", "--test-sender", "--duration=%g" % SECONDS,
            "--output=" + os.path.join(folder, "a.mkv"), "--size=1920x1080",
            "--overload=" + policy,
            "--sender-video=videoscale ! "
            "capsfilter caps=video/x-raw,width=1920,height=1080",
            "--encoder=fault mode=sleep delay=100000000 ! "
            "x264enc tune=zerolatency speed-preset=ultrafast")
        running.wait_for("the sender starts")
        start = time.monotonic()
        base = most = 0
        while running.process.poll() is None:
            try:
                now = resident_mb(running.process.pid)
            except (OSError, IndexError):
                break
            if time.monotonic() - start < WARM_UP_S:
                base = max(base, now)
            most = max(most, now)
            time.sleep(0.1)
        result = running.finish()
    line = re.search(r"^sent=.*$", result.out, re.M)
    expect(line, result)
    counts = {name: int(value) for name, value in
              re.findall(r"([\w-]+)=(\d+)(?= )", line.group(0))}
    print("# %s: %.0f MB after %d s, %.0f MB at most" % (
        policy, base, WARM_UP_S, most))
    print("# " + line.group(0), flush=True)
    return result, counts, base, most


def expect_flat(result, base, most):
    expect(0 < base and most - base < MAX_GROWTH_MB,
           "%.0f MB, then %.0f MB\n%s" % (base, most, result))


def test_what_the_encoder_has_no_time_for_is_dropped_told_and_counted():
    result, counts, base, most = record("drop")
    expect_flat(result, base, most)
    expect(result.status == 0, result)
    expect(counts["dropped"] > 0, result)
    expect(counts["recorded"] == counts["decoded"] - counts["dropped"]
           + counts["repeated"], result)
    found = [LINE.search(line) for line in result.err.splitlines()]
    found = [match for match in found if match]
    expect(found, result)
    stage, sustained, wanted, dropped, before = found[-1].groups()
    expect(stage == before == "encode", result)
    # 100 ms, and what the encoder itself takes
    expect(0 < float(sustained) <= 10 < float(wanted), result)
    expect(0 < int(dropped) <= counts["dropped"], result)


def test_frames_that_wait_are_bounded_as_packets():
    result, counts, base, most = record("block")
    expect_flat(result, base, most)
    expect(result.status == 0, result)
    # all that was decoded was worth its time
    expect(counts["recorded"] == counts["decoded"] == counts["received"] > 0,
           result)
    expect(counts["dropped"] == 0, result)
    expect(counts["received"] == counts["sent"]
           or counts["packets-dropped"] > 0, result)


if __name__ == "__main__":
    sys.exit(main(globals()))
