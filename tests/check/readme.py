#!/usr/bin/env python3
# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The README's snippets are the example programs, and these work."""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

from program import TIMEOUT_S, expect, main

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests" / "examples"


def snippets(language):
    return re.findall(r"^```%s\n(.*?)^```$" % language,
                      (ROOT / "README.md").read_text(), re.M | re.S)


def warnings_of(*command):
    """Runs an example where it may leave its file; the lines it printed."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(command, cwd=folder, text=True, check=True,
                                stdout=subprocess.PIPE, timeout=TIMEOUT_S)
    return result.stdout


def expect_slow_encoding(out):
    # The example's encoder sleeps 60 ms per frame.
    expect(re.search(r"^slow-encode encode frame \d+ took [6-9]\d\.\d ms: "
                     r"find the sleep", out, re.M), out)


def test_the_python_snippet_is_the_example():
    expect(snippets("python") == [(EXAMPLES / "read-warnings.py").read_text()],
           "README.md and tests/examples/read-warnings.py differ")


def test_the_c_snippet_is_the_example():
    expect(snippets("c") == [(EXAMPLES / "read-warnings.c").read_text()],
           "README.md and tests/examples/read-warnings.c differ")


def test_the_python_example_tells_slow_frames():
    expect_slow_encoding(warnings_of(sys.executable,
                                     str(EXAMPLES / "read-warnings.py")))


def test_the_c_example_tells_slow_frames():
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "gstreamer-1.0"], text=True,
        check=True, stdout=subprocess.PIPE).stdout
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "read-warnings")
        subprocess.run(["cc", "-Wall", "-Wextra", "-Werror",
                        "-Wno-unused-parameter", "-o", program,
                        str(EXAMPLES / "read-warnings.c"),
                        *shlex.split(flags)], check=True, timeout=TIMEOUT_S)
        expect_slow_encoding(warnings_of(program))


sys.exit(main(globals()))
