# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs the tests of a build directory and counts them case by case.

meson runs the programs, and counts programs. This reads what the programs
left behind, prints what failed with its output, and closes with the line
"N passed, N failed, N skipped". Exits 0 only when nothing failed.

- A GstCheck program leaves TAP in the file named by CK_TAP_LOG_FILE_NAME. The
  plan is its last line; where it is missing the program did not come to its
  end. A case that printed "# SKIP name: reason" is skipped.
- A test with meson's protocol tap has its TAP on stdout.
- Any other program is one case: exit code 0 passed, 77 skipped.
- A program that failed is at least one failed case, whatever its TAP says.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

CASE = re.compile(r"^(not )?ok\b[ \t]*\d*[ \t]*(?:- )?(.*)$", re.M)
PLAN = re.compile(r"^1\.\.(\d+)[ \t]*(#.*)?$", re.M)
SKIP_DIRECTIVE = re.compile(r"#[ \t]*skip\b[ \t]*(.*)$", re.I)
SKIP_LINE = re.compile(r"^# SKIP (\w+): (.*)$", re.M)
# "file.c:tcase:name: message"
CHECK_CASE = re.compile(r"^[^:]*:[^:]*:(\w+):")

SKIPPED_EXIT = 77

Case = collections.namedtuple("Case", "outcome name detail")
Test = collections.namedtuple("Test", "kind tap_file tmp")

# Of a program that fails in a loop the beginning and the end tell most.
OUTPUT_LINES = 200


def cases_of_tap(tap, skips):
    """The cases of a TAP text, and a complaint when they are not all there.

    skips: (name of case, reason) found outside of the TAP, one for each time
    that the case was skipped: in a loop it may be skipped once, and pass then.
    """
    reasons = collections.defaultdict(list)
    for name, reason in skips:
        reasons[name].append(reason)

    cases = []
    for failed, text in CASE.findall(tap):
        directive = SKIP_DIRECTIVE.search(text)
        match = CHECK_CASE.match(text)
        name = match.group(1) if match else text.partition("#")[0].strip()
        if failed:
            cases.append(Case("failed", name, text))
        elif directive:
            cases.append(Case("skipped", name, directive.group(1)))
        elif reasons[name]:
            cases.append(Case("skipped", name, reasons[name].pop()))
        else:
            cases.append(Case("passed", name, ""))

    plan = PLAN.search(tap)
    if plan is None:
        return cases, "ended before its last case"
    if int(plan.group(1)) != len(cases):
        return cases, "ran %d of %s cases" % (len(cases), plan.group(1))
    return cases, None


def cases_of_program(kind, result, returncode, stdout, tap):
    """The cases of one program, as a list of Case.

    kind: "check", "tap" or "exitcode". result: meson's word. tap: what is in
    the TAP file of a "check" program, None if there is none.
    """
    failed = result not in ("OK", "SKIP", "EXPECTEDFAIL")

    if kind == "exitcode":
        if returncode == SKIPPED_EXIT:
            reason = (stdout.strip().splitlines() or [""])[-1]
            return [Case("skipped", "", reason)]
        return [Case("failed" if failed else "passed", "", result)]

    if kind == "check":
        cases, complaint = cases_of_tap(tap or "", SKIP_LINE.findall(stdout))
    else:
        cases, complaint = cases_of_tap(stdout, [])
    if complaint is None and failed \
            and not any(case.outcome == "failed" for case in cases):
        complaint = "did not end well"
    if complaint is not None:
        cases.append(Case("failed", "", "%s: %s (exit %d)"
                          % (complaint, result, returncode)))
    return cases


def introspect(build):
    """By name: kind, TAP file and temporary directory of each test."""
    tests = {}
    text = subprocess.run(["meson", "introspect", build, "--tests"],
                          check=True, stdout=subprocess.PIPE).stdout
    for test in json.loads(text):
        tap_file = test["env"].get("CK_TAP_LOG_FILE_NAME")
        kind = "check" if tap_file else test["protocol"]
        tmp = test["env"].get("TMPDIR")
        tests[test["name"]] = Test(kind, tap_file and pathlib.Path(tap_file),
                                   tmp and pathlib.Path(tmp))
    return tests


def remove_leftovers(tests):
    """Empties the directory that tests have for temporary files."""
    for folder in {test.tmp for test in tests.values() if test.tmp}:
        for path in folder.glob("*"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def run_meson(build, args):
    env = dict(os.environ)
    # Tracers and ignored asserts of the user's would be tested, too.
    for name in ("GST_TRACERS", "G_DEBUG", "GST_PLUGIN_LOADING_WHITELIST"):
        env.pop(name, None)
    command = ["meson", "test", "-C", build, "--no-rebuild"]
    if args.valgrind:
        # Only the programs: nobody wants to look into Python.
        env.update(G_SLICE="always-malloc", CK_TIMEOUT_MULTIPLIER="10")
        command += ["--suite", "programs", "--timeout-multiplier", "10",
                    "--wrapper", "valgrind -q --error-exitcode=1"]
    return subprocess.run(command + args.tests, env=env).returncode


def show(name, cases, record):
    print("\n==== %s ====" % name)
    for case in cases:
        if case.outcome == "failed":
            print("FAILED " + case.detail)
    for stream in ("stdout", "stderr"):
        lines = record.get(stream, "").splitlines()
        if len(lines) > OUTPUT_LINES:
            half = OUTPUT_LINES // 2
            lines = (lines[:half]
                     + ["[%d lines left out]" % (len(lines) - 2 * half)]
                     + lines[-half:])
        if lines:
            print("---- %s ----" % stream)
            print("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--valgrind", action="store_true")
    parser.add_argument("build")
    parser.add_argument("tests", nargs="*")
    args = parser.parse_args()

    logs = pathlib.Path(args.build) / "meson-logs"
    counts_file = logs / "check-counts.txt"
    tests = introspect(args.build)
    # What an earlier run left must not count.
    stale = [counts_file, *logs.glob("testlog*.json"),
             *(test.tap_file for test in tests.values() if test.tap_file)]
    for path in stale:
        path.unlink(missing_ok=True)

    sys.stdout.flush()
    try:
        status = run_meson(args.build, args)
    finally:
        remove_leftovers(tests)

    counts = collections.Counter()
    skipped = []
    # With a wrapper, meson adds its name to the log's.
    records = [json.loads(line) for log in logs.glob("testlog*.json")
               for line in log.read_text().splitlines()]
    for record in records:
        name = record["name"].rpartition(" / ")[2]
        kind, tap_file, _ = tests[name]
        tap = tap_file.read_text(errors="replace") \
            if tap_file is not None and tap_file.exists() else None
        cases = cases_of_program(kind, record["result"], record["returncode"],
                                 record.get("stdout", ""), tap)
        counts.update(case.outcome for case in cases)
        skipped += [(name, case) for case in cases if case.outcome == "skipped"]
        if any(case.outcome == "failed" for case in cases):
            show(name, cases, record)

    if status != 0 and counts["failed"] == 0:
        print("\nmeson test itself failed with exit code %d" % status)
        counts["failed"] += 1
    if not records:
        print("\nno test ran: see \"meson test -C %s --list\"" % args.build)
    if skipped:
        print()
    for name, case in skipped:
        print("skipped: %s %s (%s)" % (name, case.name, case.detail))

    text = "%d passed, %d failed, %d skipped" \
        % (counts["passed"], counts["failed"], counts["skipped"])
    counts_file.write_text(text + "\n")
    print("\n" + text)
    return 1 if counts["failed"] or not records else 0


if __name__ == "__main__":
    sys.exit(main())
