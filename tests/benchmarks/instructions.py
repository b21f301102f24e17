# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Counts the instructions of the streaming thread per buffer, by callgrind.

Time is never the same twice; instructions nearly are. So this shows what a
change to the code did, on any machine and however busy it is. It does not show
what waits for memory or for the kernel.

Each argument is a benchmark that names its variants with --list, and pushes N
buffers through one of them with VARIANT N. Counted is what happens inside
bench_feed_push(): the push of one buffer, on the thread that pushes. What only
the first buffers do is left out by taking the difference of a long run and a
short one.
"""

import pathlib
import re
import shutil
import subprocess
import sys

# The short run fills the bus where it is to be full (1024 messages).
SHORT, LONG = 1024, 2048
COLLECTED = re.compile(r"Collected : (\d+)")

SKIPPED_EXIT = 77


def count(program, variant, buffers):
    command = ["valgrind", "--tool=callgrind",
               "--callgrind-out-file=/dev/null",
               "--toggle-collect=bench_feed_push",
               program, variant, str(buffers)]
    result = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    found = COLLECTED.search(result.stderr)
    if result.returncode != 0 or found is None:
        sys.exit("%s failed:\n%s" % (" ".join(command), result.stderr))
    return int(found.group(1))


def main():
    if shutil.which("valgrind") is None:
        print("valgrind is not installed")
        return SKIPPED_EXIT

    for program in sys.argv[1:]:
        variants = subprocess.run([program, "--list"], check=True,
                                  stdout=subprocess.PIPE, text=True).stdout
        print("\n%s: instructions per buffer%27s more than %s"
              % (pathlib.Path(program).name, "", variants.split()[0]))
        bare = None
        for variant in variants.split():
            per_buffer = (count(program, variant, LONG)
                          - count(program, variant, SHORT)) / (LONG - SHORT)
            if bare is None:
                bare = per_buffer
            print("%-52s %10.0f %10.0f"
                  % (variant, per_buffer, per_buffer - bare), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
