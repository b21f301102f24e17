# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What is installed can be used from there: header, library, plugin, tool."""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

from program import TIMEOUT_S, Finished, Skip, expect, main

BUILD = os.environ["GST_PROF_BUILD"]
PREFIX, BINDIR, LIBDIR = sys.argv[1:4]

# Plays a pipeline and prints the report of the summary on its bus.
PROGRAM = r"""
#include <gst/prof/prof.h>

int
main (int argc, char **argv)
{
  GstElement *pipeline;
  GstBus *bus;
  GstMessage *message;
  const GstStructure *summary = NULL;

  gst_init (&argc, &argv);
  pipeline = gst_parse_launch ("videotestsrc num-buffers=5 ! profencode "
      "! fakesink latencytracer", NULL);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (summary == NULL) {
    message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
        GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
    if (message == NULL || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      return 1;
    summary = gst_prof_message_parse_summary (message);
  }
  g_print ("%s", gst_prof_report_to_text (summary));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return 0;
}
"""


class Installation:
    """The build, installed into a directory of its own while it is used."""

    def __enter__(self):
        if not os.path.isabs(PREFIX) or os.path.isabs(BINDIR) \
                or os.path.isabs(LIBDIR):
            raise Skip("not installed below one prefix")
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        root = self.folder / "root"
        prefix = pathlib.Path(str(root) + PREFIX)
        self.tool = prefix / BINDIR / "gst-prof-1.0"
        self.libdir = prefix / LIBDIR
        result = self.run("meson", "install", "-C", BUILD, "--no-rebuild",
                          "--destdir", str(root))
        expect(result.status == 0, result)
        return self

    def __exit__(self, *exception):
        self.temporary.cleanup()

    def run(self, *command, **variables):
        """Runs a command that finds nothing of the build."""
        env = {name: value for name, value in os.environ.items()
               if not name.startswith("GST_PLUGIN_PATH")
               and name != "LD_LIBRARY_PATH"}
        env.update(variables, GST_REGISTRY_1_0=str(self.folder / "registry"))
        result = subprocess.run(command, env=env, text=True, timeout=TIMEOUT_S,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return Finished(result.returncode, result.stdout, result.stderr)

    def plugins(self):
        return str(self.libdir / "gstreamer-1.0")


def test_the_tool_and_the_plugin_find_their_library_by_themselves():
    with Installation() as installed:
        result = installed.run(str(installed.tool), "--version")
        expect(result.status == 0 and "gst-prof-1.0 " in result.out, result)
        result = installed.run(str(installed.tool), "launch", "fakesrc",
                               "num-buffers=1", "!", "fakesink",
                               GST_PLUGIN_PATH_1_0=installed.plugins())
        expect(result.status == 0 and "Frames: 0 " in result.out, result)


def test_a_program_gets_the_report_with_what_pkg_config_says():
    with Installation() as installed:
        source = installed.folder / "report.c"
        source.write_text(PROGRAM)
        flags = installed.run(
            "pkg-config", "--cflags", "--libs", "gstreamer-prof-1.0",
            PKG_CONFIG_PATH=str(installed.libdir / "pkgconfig"))
        expect(flags.status == 0, flags)
        program = str(installed.folder / "report")
        result = installed.run("cc", "-Wall", "-Wextra", "-Werror", "-o",
                               program, str(source), *shlex.split(flags.out))
        expect(result.status == 0, result)
        result = installed.run(program, LD_LIBRARY_PATH=str(installed.libdir),
                               GST_PLUGIN_PATH_1_0=installed.plugins())
        expect(result.status == 0 and "Frames: 5 " in result.out, result)


sys.exit(main(globals()))
