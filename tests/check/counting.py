# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The counting of tests/runner.py: nothing that failed counts as passed."""

import os
import sys

sys.path.insert(0, os.path.join(os.environ["GST_PROF_SOURCE"], "tests"))

import runner  # noqa: E402

# kind, meson's result, exit code, stdout, TAP file -> passed, failed, skipped
CLAIMS = {
    "each case of a program counts": (
        ("check", "OK", 0, "100%: Checks: 2",
         "ok 1 - a.c:general:one: Passed\n"
         "ok 2 - a.c:general:two: Passed\n1..2\n"), (2, 0, 0)),
    "a failed case is one, and its program no further one": (
        ("check", "FAIL", 1, "",
         "ok 1 - a.c:general:one: Passed\n"
         "not ok 2 - a.c:general:two: Assertion\nof two lines\n1..2\n"),
        (1, 1, 0)),
    "a program that dies half way failed, what passed before passed": (
        ("check", "FAIL", -11, "", "ok 1 - a.c:general:one: Passed\n"),
        (1, 1, 0)),
    "a program that dies before its first case failed": (
        ("check", "FAIL", -11, "", None), (0, 1, 0)),
    "a program that timed out failed": (
        ("check", "TIMEOUT", -15, "", "ok 1 - a.c:general:one: Passed\n"),
        (1, 1, 0)),
    "a program that dies after its last case failed": (
        ("check", "FAIL", -6, "", "ok 1 - a.c:general:one: Passed\n1..1\n"),
        (1, 1, 0)),
    "exit code 0 without any case failed": (
        ("check", "OK", 0, "", None), (0, 1, 0)),
    "a case that says so is skipped": (
        ("check", "OK", 0, "noise\n# SKIP two: no element x264enc\n",
         "ok 1 - a.c:general:one: Passed\n"
         "ok 2 - a.c:general:two: Passed\n1..2\n"), (1, 0, 1)),
    "a loop's case is skipped as often as it says so": (
        ("check", "OK", 0, "# SKIP one: no\n",
         "ok 1 - a.c:general:one: Passed\n"
         "ok 2 - a.c:general:one: Passed\n1..2\n"), (1, 0, 1)),
    "a case that says skip and fails failed": (
        ("check", "FAIL", 1, "# SKIP one: no\n",
         "not ok 1 - a.c:general:one: Assertion\n1..1\n"), (0, 1, 0)),
    "a script's TAP is on its stdout, its plan first": (
        ("tap", "OK", 0, "1..3\nok 1 - a\nok 2 # SKIP no gi\nok 3\n", None),
        (2, 0, 1)),
    "a script that runs fewer cases than planned failed": (
        ("tap", "ERROR", 0, "1..3\nok 1 - a\n", None), (1, 1, 0)),
    "a script without TAP is one case": (
        ("exitcode", "OK", 0, "ok 1\nok 2\n", None), (1, 0, 0)),
    "exit code 77 is skipped": (
        ("exitcode", "SKIP", 77, "no gi here\n", None), (0, 0, 1)),
    "any other exit code failed": (
        ("exitcode", "FAIL", 2, "", None), (0, 1, 0)),
}


def main():
    failed = False
    print("1..%d" % len(CLAIMS))
    for number, (claim, (given, expected)) in enumerate(CLAIMS.items(), 1):
        outcomes = [case.outcome for case in runner.cases_of_program(*given)]
        found = tuple(outcomes.count(outcome)
                      for outcome in ("passed", "failed", "skipped"))
        ok = found == expected
        failed = failed or not ok
        print("%s %d - %s" % ("ok" if ok else "not ok", number, claim))
        if not ok:
            print("# expected %s, found %s" % (expected, found))
    return 1 if failed else 0


sys.exit(main())
