/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GST_PROF_PROGRAM "gst-prof-1.0"

/**
 * GstProfExit:
 * @GST_PROF_EXIT_CLEAN: all went well
 * @GST_PROF_EXIT_ERROR: the pipeline failed, was stopped before EOS had got
 *   through, or nothing could be recorded
 * @GST_PROF_EXIT_USAGE: bad options or a bad description; nothing was run
 * @GST_PROF_EXIT_SEEN: what --fail-on names was seen
 *
 * The program's exit status.
 */
typedef enum {
  GST_PROF_EXIT_CLEAN = 0,
  GST_PROF_EXIT_ERROR = 1,
  GST_PROF_EXIT_USAGE = 2,
  GST_PROF_EXIT_SEEN  = 3,
} GstProfExit;

/**
 * GstProfVerbFunc:
 * @argc: number of @argv
 * @argv: (array length=argc): the arguments, the verb itself first
 *
 * Returns: the program's exit status.
 */
typedef GstProfExit (*GstProfVerbFunc) (gint argc, gchar **argv);

GstProfExit gst_prof_verb_launch (gint argc, gchar **argv);
GstProfExit gst_prof_verb_record (gint argc, gchar **argv);

GstProfExit gst_prof_verb_refuse (const gchar *verb, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
