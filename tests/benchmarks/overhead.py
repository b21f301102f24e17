# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What GST_TRACERS=prof costs an application, beside other tracers.

Arguments: the program made of overheadrun.c, then the sections to print, or none
for all. --rounds=N, --long for runs of 10^8 buffers.

Times are user and system CPU of the whole child process, with all its threads,
start and report included. Each round runs a contender and the same pipeline
without a tracer, in turns; numbers are medians, and the least and the greatest.
"quickest" compares the quickest round of both: other work on the machine only
ever makes CPU time longer.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile

PROF = "prof(report=none)"
NO_SAMPLER = "prof(report=none,sample-interval=0)"
ROW = 10

# Contenders of the first table, and how many buffers tell them from nothing.
CONTENDERS = [
    ("prof", PROF, 1000000),
    ("prof, no sampler", NO_SAMPLER, 1000000),
    ("empty hook", "emptyhook", 400000),
    ("rusage", "rusage", 40000),
    ("stats", "stats", 40000),
    ("latency(flags=element)", "latency(flags=element)", 10000),
]

VIDEO = ("videotestsrc num-buffers=%d ! video/x-raw,width=320,height=240 "
         "! x264enc threads=1 ! matroskamux ! filesink location=/dev/null")


# 3 s.
LIVE = ("videotestsrc is-live=true num-buffers=150 "
        "! video/x-raw,width=16,height=16,framerate=50/1 ! ")


class Bench:
    def __init__(self, program, rounds, long):
        self.program = program
        self.rounds = rounds
        self.long = long

    def environment(self, tracers):
        env = dict(os.environ, GST_TRACERS=tracers)
        env["GST_PLUGIN_PATH_1_0"] = os.pathsep.join(
            [env.get("GST_PLUGIN_PATH_1_0", ""), os.path.dirname(self.program)])
        env.pop("GST_DEBUG", None)
        return env

    def run(self, tracers, *args):
        """CPU seconds, bytes in use at the end, bytes at most."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = subprocess.run([self.program, *map(str, args)], check=True,
                                env=self.environment(tracers),
                                stdout=subprocess.PIPE, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = (after.ru_utime - before.ru_utime
               + after.ru_stime - before.ru_stime)
        in_use, peak = map(int, result.stdout.split()[-2:])
        return cpu, in_use, peak

    def pairs(self, tracers, *args, rounds=None):
        """[(without, with)] CPU seconds, in turns"""
        found = []
        for number in range(rounds or self.rounds):
            order = ["", tracers] if number % 2 == 0 else [tracers, ""]
            cpu = {each: self.run(each, *args)[0] for each in order}
            found.append((cpu[""], cpu[tracers]))
        return found

    def count(self, tracers, *args, busiest=False):
        """Instructions of all threads that are the pipeline's, or of the
        busiest one alone: the others' vary with what wakes them when."""
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "out")
            result = subprocess.run(
                ["valgrind", "--tool=callgrind", "--separate-threads=yes",
                 "--callgrind-out-file=" + out, self.program,
                 *map(str, args)], env=self.environment(tracers),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if result.returncode != 0:
                sys.exit("callgrind failed:\n" + result.stderr)
            counts = [0]
            for name in os.listdir(folder):
                with open(os.path.join(folder, name), encoding="utf-8",
                          errors="replace") as file:
                    text = file.read()
                total = sum(map(int, re.findall(r"^totals: (\d+)", text,
                                                re.M)))
                # What runs beside the pipelines is measured in time: valgrind
                # makes all slow but the clock that wakes it.
                own = re.search(r"^fn=\(\d+\) run_thread$", text, re.M)
                counts.append(0 if own else total)
        return max(counts) if busiest else sum(counts)


def spread(values, form="%8.1f"):
    return (form + "  " + form + " .." + form) % (
        statistics.median(values), min(values), max(values))


def extra_per_hop(pairs, buffers, hops):
    return [(with_it - without) * 1e9 / buffers / hops
            for without, with_it in pairs]


def quickest(pairs, buffers, hops):
    return ((min(with_it for _, with_it in pairs)
             - min(without for without, _ in pairs)) * 1e9 / buffers / hops)


def ratios(pairs):
    return [with_it / without for without, with_it in pairs]


def section_row(bench):
    """fakesrc ! 10 identity ! fakesink"""
    hops = ROW + 1
    print("\nA hop of fakesrc ! %d identity ! fakesink, ns (%d rounds)"
          % (ROW, bench.rounds))
    print("%-24s%8s%22s%10s%10s%9s" % ("", "more", "least .. greatest",
                                      "quickest", "without", "buffers"))
    for name, tracers, buffers in CONTENDERS:
        pairs = bench.pairs(tracers, "row", ROW, buffers)
        base = statistics.median(without for without, _ in pairs)
        print("%-24s%s%10.1f%10.1f%9d"
              % (name, spread(extra_per_hop(pairs, buffers, hops)),
                 quickest(pairs, buffers, hops),
                 base * 1e9 / buffers / hops, buffers), flush=True)
    start = [with_it - without for without, with_it
             in bench.pairs(PROF, "row", ROW, 1)]
    print("%-24s%s  ms, once" % ("prof: start and report",
                                 spread([1e3 * each for each in start])))


def section_length(bench):
    """10 against 100 elements in a row"""
    print("\nA hop by the length of the row, ns more (%d rounds)%14s"
          % (bench.rounds, "quickest"))
    for n, buffers in ((10, 500000), (100, 50000)):
        pairs = bench.pairs(PROF, "row", n, buffers)
        print("%4d identity %11s%s%10.1f"
              % (n, "", spread(extra_per_hop(pairs, buffers, n + 1)),
                 quickest(pairs, buffers, n + 1)), flush=True)


def section_many(bench):
    """many pipelines, many threads"""
    print("\nCPU time, with / without (%d rounds)%21s%24s"
          % (bench.rounds, "ratio", "least .. greatest"))
    for name, args in (
            ("200 pipelines with sound", ("pipelines", 200, 500)),
            ("one pipeline of 64 threads", ("threads", 64, 5000))):
        for label, tracers in (("prof", PROF), ("without, again", "")):
            values = [(bench.run("", *args)[0], bench.run(tracers, *args)[0])
                      for _ in range(bench.rounds)]
            print("%-30s%-16s%26s" % (name, label, spread(
                ratios(values), "%8.3f")), flush=True)


def section_instructions(bench):
    """instructions, by callgrind"""
    print("\nInstructions of a hop, by callgrind%12s%12s"
          % ("without", "more"))
    short, long = 1000, 2000
    for n in (10, 100):
        per_hop = {}
        for tracers in ("", NO_SAMPLER, "emptyhook"):
            more = (bench.count(tracers, "row", n, long)
                    - bench.count(tracers, "row", n, short))
            per_hop[tracers] = more / (long - short) / (n + 1)
        for name, tracers in (("prof", NO_SAMPLER),
                              ("empty hook", "emptyhook")):
            print("%4d identity, %-17s%12.0f%12.0f"
                  % (n, name, per_hop[""], per_hop[tracers] - per_hop[""]),
                  flush=True)


def section_x264(bench):
    """a real pipeline"""
    short, long = 10, 70
    frames = {}
    for tracers in ("", NO_SAMPLER):
        # What differs from run to run only adds.
        counts = [min(bench.count(tracers, "description", VIDEO % n,
                                  busiest=True)
                      for _ in range(3)) for n in (short, long)]
        frames[tracers] = (counts[1] - counts[0]) / (long - short)
    print("\nA frame of 320x240 through x264enc, matroskamux and filesink: "
          "%.0f instructions, %.0f more: %.6f"
          % (frames[""], frames[NO_SAMPLER] - frames[""],
             frames[NO_SAMPLER] / frames[""]))


def memory_of(bench, *args):
    """Bytes that the tracer has more in use at the end."""
    rounds = [bench.run(PROF, *args)[1] - bench.run("", *args)[1]
              for _ in range(3)]
    return statistics.median(rounds)


def print_growth(what, few, many, memory_with):
    """What each one more takes. Both runs must last long enough for the sampler
    to see every thread: it remembers a thread in a quarter of a megabyte."""
    bytes_each = (memory_with(many) - memory_with(few)) / (many - few)
    print("%-50s %9.0f" % (what, bytes_each), flush=True)


def section_memory(bench):
    """memory"""
    print("\nMemory in use, bytes more than without")
    print_growth("an element with a sink and a source pad", 10, 210, lambda n:
                 memory_of(bench, "row", n, 500000 // n))
    print_growth("the same, of live pictures with time stamps", 10, 110,
                 lambda n: memory_of(bench, "description", LIVE
                                     + n * "identity ! " + "fakesink"))
    print_growth("a sink of live pictures and the pad in front of it", 10, 110,
                 lambda n: memory_of(bench, "description", LIVE + "tee name=t"
                                     + n * " t. ! fakesink async=false"))
    print_growth("a thread, with its queue and an identity", 2, 66, lambda n:
                 memory_of(bench, "threads", n, 200000 // n))
    lengths = [10 ** 5, 10 ** 7] + ([10 ** 8] if bench.long else [])
    for buffers in lengths:
        _, in_use, peak = bench.run(PROF, "row", ROW, buffers)
        print("in use at the end of %11d buffers, in all %13d  (RSS at most "
              "%.1f MB)" % (buffers, in_use, peak / 1e6), flush=True)


SECTIONS = {name[len("section_"):]: value for name, value
            in list(globals().items()) if name.startswith("section_")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("sections", nargs="*", help=", ".join(SECTIONS))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--long", action="store_true")
    args = parser.parse_args()
    bench = Bench(args.program, args.rounds, args.long)
    bench.run(PROF, "row", 1, 1)        # makes the registry
    for name in args.sections or SECTIONS:
        SECTIONS[name](bench)
    return 0


if __name__ == "__main__":
    sys.exit(main())
