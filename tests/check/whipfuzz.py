# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""No offer that passes the check makes a webrtcbin crash, hang or fail.

Made from numbers: a run sees the same offers as the one before. Arguments are
the first number and the one behind the last.
"""

import collections
import os
import pathlib
import struct
import subprocess
import sys

from whipmutate import good_offers, mutant

PROGRAM = str(pathlib.Path(os.environ["GST_PROF_BUILD"])
              / "tests" / "check" / "whip-webrtcbin")
FIRST, END = 0, 1500
# One process for so many: a crash costs the rest of them.
BATCH = 250
# More than is needed: what an offer of 64 KiB is to be able to take.
TIMEOUT_S = 120


def outcomes(offers):
    """What became of each, as whip-webrtcbin says it, or "crashed …"."""
    data = b"".join(struct.pack("I", len(offer)) + offer for offer in offers)
    result = subprocess.run([PROGRAM], input=data, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, timeout=TIMEOUT_S,
                            env=dict(os.environ, G_DEBUG="fatal-criticals"))
    lines = result.stdout.decode(errors="replace").splitlines()
    if len(lines) < len(offers):
        lines.append("crashed with %d: %s" % (
            result.returncode,
            result.stderr.decode(errors="replace").strip()[-300:]))
    return lines


def main():
    first, end = (int(a) for a in sys.argv[1:3]) if sys.argv[2:] else (
        FIRST, END)
    wrong = []
    counts = collections.Counter()
    real = list(good_offers().values())
    for name, line in zip(good_offers(), outcomes(real)):
        if line != "answered":
            wrong.append("%s: %s" % (name, line))
    for start in range(first, end, BATCH):
        numbers = range(start, min(start + BATCH, end))
        for number, line in zip(numbers, outcomes(
                [mutant(number) for number in numbers])):
            counts[line.split()[0]] += 1
            if not line.startswith(("refused ", "answered", "unrecordable ")):
                wrong.append("mutant %d: %s" % (number, line))
    print("1..2")
    print("%s 1 - a webrtcbin bears what passes the check (%s)" % (
        "not ok" if wrong else "ok",
        ", ".join("%d %s" % (n, word) for word, n in counts.items())))
    for text in wrong:
        print("# " + text)
    both = counts["refused"] > 0 and counts["answered"] > 0
    print("%s 2 - some are refused and some are not" % (
        "ok" if both else "not ok"))
    return 1 if wrong or not both else 0


if __name__ == "__main__":
    sys.exit(main())
