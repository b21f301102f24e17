# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A clean recording for a long time, on a machine that has other work to do.

Records 720p at 30 fps with all stages and a latencytracer, while a busy loop on
each CPU takes what the recording leaves (in a cpu control group of its own with
the smallest share; as root only, else the loops are left out). Prints what must
not be there: warnings, and memory that grows; and what looking costs: the CPU
time of the sampler's and the monitor's thread. It decides nothing.

usage: soak.py BUILD SECONDS
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

CGROUP = pathlib.Path("/sys/fs/cgroup/cpu")
SHARES = {"recording": 8192, "load": 2}
PIPELINE = ("videotestsrc is-live=true pattern=smpte horizontal-speed=4 num-buffers={frames}"
            " ! video/x-raw,format=YUY2,width=1280,height=720,framerate=30/1"
            " ! queue ! profnormalize ! queue ! profencode ! h264parse"
            " ! queue ! profmuxsink location={file} latencytracer")
WATCHED = ("prof-sampler", "prof-monitor")
SAMPLE_S = 10
WARM_UP_S = 10


def make_groups():
    """Paths of the two control groups, None where there can be none."""
    groups = {}
    try:
        for name, shares in SHARES.items():
            group = CGROUP / ("gst-prof-soak-%s-%d" % (name, os.getpid()))
            group.mkdir()
            groups[name] = group
            (group / "cpu.shares").write_text(str(shares))
    except OSError as error:
        print("no load beside it: %s" % error)
        remove_groups(groups)
        return None
    return groups


def remove_groups(groups):
    for group in (groups or {}).values():
        try:
            group.rmdir()
        except OSError as error:
            print("left behind: %s" % error)


def join(groups, name):
    """What a child does before it becomes a program."""
    def move():
        if groups:
            (groups[name] / "cgroup.procs").write_text(str(os.getpid()))
    return move


def resident_mb(pid):
    pages = int(pathlib.Path("/proc/%d/statm" % pid).read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_times(pid):
    """CPU time by name of the threads that are looked for, in seconds."""
    times = dict.fromkeys(WATCHED, 0.0)
    for task in pathlib.Path("/proc/%d/task" % pid).iterdir():
        try:
            name = (task / "comm").read_text().strip()
            run = int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue
        if name in times:
            times[name] += run / 1e9
    return times


def watch(process, seconds):
    """Resident memory, sampled, and the share of a core of each thread."""
    memory = []
    before, since = None, None
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(min(SAMPLE_S, max(0.0, end - time.monotonic())))
        if process.poll() is not None:
            break
        memory.append(resident_mb(process.pid))
        now = cpu_times(process.pid)
        if before is None:
            before, since = now, time.monotonic()
        shares = {name: (now[name] - before[name])
                  / max(time.monotonic() - since, 1e-9) for name in WATCHED}
    return memory, shares


def main():
    build, seconds = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    groups = make_groups()
    loads = []
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "soak.mkv"
        env = dict(os.environ, GST_DEBUG="latencytracer:2", GST_DEBUG_NO_COLOR="1")
        description = PIPELINE.format(frames=seconds * 30, file=file)
        process = subprocess.Popen(
            ["gst-launch-1.0", "-q", *description.split()], env=env, text=True,
            stderr=subprocess.PIPE, preexec_fn=join(groups, "recording"))
        try:
            time.sleep(WARM_UP_S)
            if groups:
                loads = [subprocess.Popen([sys.executable, "-c", "while True: pass"],
                                          preexec_fn=join(groups, "load"))
                         for _ in range(os.cpu_count())]
            memory, shares = watch(process, seconds - WARM_UP_S - 2)
        finally:
            for load in loads:
                load.kill()
                load.wait()
        _, log = process.communicate(timeout=60)
        size = file.stat().st_size
    remove_groups(groups)

    lines = [line for line in log.splitlines()
             if re.search(r"SLOW|CRITICAL|Long gap|MAIN LOOP|FALLING|MEMORY", line)]
    print("recorded %d s of 720p at 30 fps, %.0f MB, beside %d busy loops"
          % (seconds, size / 1e6, len(loads)))
    print("warnings: %d" % len(lines))
    for line in lines[:20]:
        print("  " + line)
    if memory:
        print("resident memory: %.1f MB at first, %.1f MB at the end, %.1f .. %.1f MB"
              % (memory[0], memory[-1], min(memory), max(memory)))
    for name, share in shares.items():
        print("%s: %.2f %% of a core" % (name, 100 * share))


if __name__ == "__main__":
    main()
