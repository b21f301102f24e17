# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""How long a WHIP session takes from its POST to the first recorded frame.

startup.py [--runs=N] [--latency=MS ...]

VP8 over the loopback from the tests' GStreamer client, each time to a recorder that
has just been started and has recorded nobody, and then once more to the same one.
With several latencies, runs of each take turns. Prints numbers and decides nothing;
the parts are those of the report's line "Startup".
"""

import argparse
import collections
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "browser"))

from recorder import Recorder
from verdicts import startups

CLIENT = str(HERE.parent / "webrtc" / "whipclient.py")
FRAMES = 30

def run_once(latency):
    """First session of a recorder, and second one."""
    args = ["--latency=%d" % latency] if latency is not None else []
    with Recorder(*args) as recorder:
        for count in (1, 2):
            subprocess.run([sys.executable, CLIENT, "--frames=%d" % FRAMES,
                            recorder.url + "whip"], check=True,
                           stdout=subprocess.DEVNULL)
            recorder.wait_for("ended (", count=count)
        recorder.finish()
        found = startups(recorder.out)
        assert len(found) == 2, recorder.tell()
        return found


def spread(values):
    values = sorted(values)
    n = len(values)
    return "%4.0f  %4.0f  %4.0f  %4.0f  %4.0f" % (
        values[0], values[n // 4], statistics.median(values),
        values[(3 * n) // 4], values[-1])


def show(title, results):
    names = collections.Counter()
    for _, parts in results:
        names.update(parts.keys())
    print("\n%s, %d runs, ms" % (title, len(results)))
    print("  %-16s  min   25%%  50%%   75%%   max" % "")
    print("  %-16s %s" % ("total", spread([total for total, _ in results])))
    # in the order in which they happen
    for name in results[0][1]:
        print("  %-16s %s" % (name, spread(
            [parts.get(name, 0) for _, parts in results])))
    for name in names:
        if name not in results[0][1]:
            print("  %-16s in %d runs, %s" % (name, names[name], spread(
                [parts.get(name, 0) for _, parts in results])))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--latency", type=int, nargs="*", default=[])
    args = parser.parse_args()
    latencies = args.latency or [None]
    found = {latency: [] for latency in latencies}
    for number in range(args.runs):
        for latency in latencies:
            found[latency].append(run_once(latency))
    for latency in latencies:
        text = "" if latency is None else ", --latency=%d" % latency
        show("First session of a recorder" + text,
             [first for first, _ in found[latency]])
        show("Second one" + text, [second for _, second in found[latency]])
    return 0


if __name__ == "__main__":
    sys.exit(main())
