# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What the recorder's lines say took the time, as a user reads them.

A line is KIND: DURATION | HOW CAUSES (evidence); ... Where the causes have been
followed, the root causes come after an arrow. And what the report says of the
time that a session took to start. Passive.
"""

import re

WARNING = re.compile(
    r"(?P<kind>Long gap between frames|Upstream yielded after|SLOW [A-Z ]+): ?"
    r"(?P<duration>[\d.]+)(?P<unit>m?s)"
    r"[^|]*\| (?P<text>.*)$")
CAUSE = r"[a-z][a-z-]* [\d.]+m?s"
CAUSES = re.compile(r"((?:%s, )*%s)(?: <- ((?:%s, )*%s))?" % ((CAUSE,) * 4))
OPEN = "still going on: "
UNITS = {"s": 1.0, "ms": 0.001}
STARTUP = re.compile(r"Startup: ([\d.]+)(m?s) from first contact to first "
                     r"recorded frame: ((?:.|\n)*?)\n(?=\S|\n)")
STARTUP_PART = re.compile(r"([a-z][a-z -]*?) ([\d.]+)(m?s)")


class Verdict:
    """One warning. time: when it came; seconds: how long it lasted so far;
    parts: (cause, seconds) of the root causes, the largest first."""

    def __init__(self, time, match, parts, line):
        self.time = time
        self.kind = match["kind"]
        self.seconds = float(match["duration"]) * UNITS[match["unit"]]
        self.open = match["text"].startswith(OPEN)
        self.parts = parts
        self.line = line

    @property
    def cause(self):
        return self.parts[0][0]

    def share(self, causes):
        """What part of it these causes took."""
        return sum(seconds for cause, seconds in self.parts
                   if cause in causes) / self.seconds

    def overlap(self, start, end):
        """Seconds that it has in common with an interval."""
        return max(0, min(self.time, end) - max(self.time - self.seconds,
                                                start))


def _parts(text):
    found = []
    for part in text.split(", "):
        cause, _, amount = part.rpartition(" ")
        number, unit = re.fullmatch(r"([\d.]+)(m?s)", amount).groups()
        found.append((cause, float(number) * UNITS[unit]))
    return sorted(found, key=lambda part: -part[1])


def read(time, line):
    """The verdict in a line, None if there is none."""
    match = WARNING.search(line)
    # The evidence in parentheses has times of its own.
    causes = match and CAUSES.search(re.sub(
        r"processing [\d.]+m?s, missing [\d.]+m?s: ", "",
        match["text"].partition(" (")[0]))
    if not causes:
        return None
    return Verdict(time, match, _parts(causes[2] or causes[1]), line)


def startups(out):
    """For each session of a report: (total, {part: time}), in milliseconds."""
    found = []
    for total, unit, parts in STARTUP.findall(out):
        text = " ".join(parts.split())
        found.append((float(total) * UNITS[unit] * 1000, {
            name.strip(): float(time) * UNITS[each] * 1000
            for name, time, each in STARTUP_PART.findall(text)}))
    return found
