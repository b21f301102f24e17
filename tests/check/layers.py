# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Checks the direction of the #include lines.

A file of gst/prof includes only files of a lower row. A new file gets its
place here, in ROWS, before anything else.
"""

import os
import pathlib
import re
import sys

ROWS = [
    ["clock", "stagename", "histogram", "containerunit", "field", "limiter",
     "timeindex", "packetqueue", "cause", "output", "system", "trend",
     "episode", "links", "periods", "receivecounts", "duration", "tap",
     "visits", "reportjson", "inside", "cadence", "passed", "pace", "fork",
     "safeline", "printable", "signalmask", "threadshares", "statechange"],
    ["reading", "visitsread", "flow", "sequence", "span", "activity", "history", "evidence",
     "threadfiles", "mainloop", "standstill", "process", "holders", "lag", "memory",
     "diskuse", "telling", "ticker", "matroska", "iso", "mpegts",
     "packetheader"],
    ["receiver", "ring", "threadrecord", "setup", "summary", "write",
     "frame", "spanorder", "activitydump",
     "bracket", "activities", "container"],
    ["bracketcalls", "bracketlayers", "receivesplit", "spread", "padtable", "inbox",
     "writejoin"],
    ["elementrow", "blame", "receivelookup"],
    ["elementtable", "blamefollow", "blameplace", "blamewait", "framelist",
     "receivetext", "received", "startup",
     "coverage", "explanation", "holdup", "load"],
    ["streamstate", "threadstep", "dropped", "coveragelinks", "coveragelookup",
     "coveragepause", "coverageread", "coveredelement",
     "coveredpad"],
    ["streamstages", "streampackets"],
    ["streamend"],
    ["streamframes"],
    ["framestream"],
    ["message", "ledger", "frametable", "sampledthread"],
    ["threshold", "arrivals", "framemessage", "sampler"],
    ["samplerevidence"],
    ["line", "worst", "judgement", "advice", "samplerexplain", "samplerlook",
     "samplerhelpers"],
    ["behind", "backlogline", "backlogmessage", "stats", "framewindow"],
    ["behinddrops", "reporttext", "explanationline", "backlog"],
    ["warner"],
    ["warneropen", "warnertell"],
    ["reportelements", "reportreceive", "backlogteller"],
    ["reportbacklog", "reportopen"],
    ["verdict"],
    ["verdictadvice"],
    ["report"],
    ["document"],
    ["analysis"],
    ["analysislive", "analysiselements", "analysisload",
     "analysisspans", "analysisstandstill", "analysisstuck", "analysischange"],
    ["watch"],
    ["watchsummary"],
    ["monitor"],
    ["monitorlook", "monitorsummary"],
    ["umbrella"],
]

# The ledger's row and all above it is closed to stage elements, but for the
# message, which is how they speak.
OPEN_TO_STAGES = ["message"]

# Files of plugins/ that are no stages: they lead spans to the monitor.
NO_STAGES = ["gstprofchanging", "gstprofdiskwatch", "gstproffeed", "gstprofhub",
             "gstproflatencytracer",
             "gstproflevel", "gstproflevels", "gstprofmonitorproperties",
             "gstprofpipelinewatch", "gstprofplugin", "gstprofreceivepath",
             "gstprofreceiveprobe",
             "gstprofreceivereading", "gstprofreceivestats",
             "gstprofreceivestream", "gstprofreceivewatch",
             "gstprofruns", "gstprofsession",
             "gstprofsinkwatch", "gstprofsocketwatch",
             "gstprofstartupwatch", "gstproftappoint",
             "gstproftraced", "gstproftracer", "gstproftracerend",
             "gstproftracerfile",
             "gstproftracerparams", "gstproftracerreport",
             "gstproftracersignals", "gstproftransportwatch", "gstprofunread", "gstprofwebrtcwatch"]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)


def noun_of(name):
    """The noun that a file of gst/prof is about: "span" for gstprofspan.c."""
    if name == "prof.h":
        return "umbrella"
    match = re.fullmatch(r"gstprof([a-z0-9]+?)(-?private)?\.[ch]", name)
    return match.group(1) if match else None


def row_of(noun):
    for number, row in enumerate(ROWS):
        if noun in row:
            return number
    return None


def core_includes(text, names):
    """Names of the files of gst/prof that the text includes."""
    for path in INCLUDE.findall(text):
        directory, _, name = path.rpartition("/")
        if directory == "gst/prof" or (directory == "" and name in names):
            yield name


def without_row(core):
    return ["gst/prof/%s has no place in ROWS of tests/check/layers.py" % name
            for name in sorted(core) if row_of(noun_of(name)) is None]


def upward(core):
    found = []
    for name, text in sorted(core.items()):
        noun = noun_of(name)
        for other in core_includes(text, core):
            row, other_row = row_of(noun), row_of(noun_of(other))
            if noun_of(other) == noun or None in (row, other_row):
                continue        # its own header, or found by without_row()
            if other_row >= row:
                found.append("gst/prof/%s (row %s) includes %s (row %s)"
                             % (name, row, other, other_row))
    return found


def outward(core):
    return ["gst/prof/%s includes %s" % (name, path)
            for name, text in sorted(core.items())
            for path in INCLUDE.findall(text)
            if path.startswith(("plugins/", "tools/", "tests/", "../"))]


def closed(plugins, core):
    return ["plugins/%s includes %s" % (name, other)
            for name, text in sorted(plugins.items())
            if name.rpartition(".")[0] not in NO_STAGES
            for other in core_includes(text, core)
            if (row_of(noun_of(other)) or 0) >= row_of("ledger")
            and noun_of(other) not in OPEN_TO_STAGES]


def read(directory):
    return {path.name: path.read_text(encoding="utf-8")
            for path in directory.iterdir() if path.suffix in (".c", ".h")}


def self_check():
    """The rules find what they are for, in files made up here."""
    core = {
        "gstprofspan.h": "#include <gst/gst.h>\n",
        "gstprofspan.c": '#include "gstprofspan.h"\n',
        "gstprofring.h": '#include "gstprofsetup.h"\n',
        "gstprofsetup.h": '#include "gstprofspan.h"\n',
        "gstprofclock.c": '#  include <gst/prof/gstprofspan.h>\n',
        "gstprofledger.c": '#include "gstprofspan.h"\n',
        "gstprofnovelty.c": '#include "../plugins/x.h"\n',
    }
    plugins = {
        "gstprofencode.c": '#include <gst/prof/gstprofledger.h>\n'
                           '#include <gst/prof/gstprofmessage.h>\n',
        "gstproffeed.c": '#include "gst/prof/gstprofmonitor.h"\n',
    }
    expected = [
        "gst/prof/gstprofnovelty.c has no place in ROWS of "
        "tests/check/layers.py",
        "gst/prof/gstprofclock.c (row 0) includes gstprofspan.h (row 1)",
        "gst/prof/gstprofring.h (row 2) includes gstprofsetup.h (row 2)",
        "gst/prof/gstprofnovelty.c includes ../plugins/x.h",
        "plugins/gstprofencode.c includes gstprofledger.h",
    ]
    found = (without_row(core) + upward(core) + outward(core)
             + closed(plugins, core))
    return ["expected %r, found %r" % (expected, found)] \
        if found != expected else []


def main():
    source = pathlib.Path(os.environ["GST_PROF_SOURCE"])
    core = read(source / "gst" / "prof")
    plugins = read(source / "plugins")
    cases = [
        ("every file of the core has a row", without_row(core)),
        ("a core file includes only files of lower rows", upward(core)),
        ("the core includes nothing from outside", outward(core)),
        ("stage elements do not see the ledger", closed(plugins, core)),
        ("the rules find made-up violations", self_check()),
    ]
    print("1..%d" % len(cases))
    for number, (name, found) in enumerate(cases, 1):
        print("%s %d - %s" % ("not ok" if found else "ok", number, name))
        for line in found:
            print("# " + line)
    return 1 if any(found for _, found in cases) else 0


sys.exit(main())
