/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The stages that the elements of this plugin measure. A profstage adds names
 * of the user's own. */
#define GST_PROF_STAGE_NORMALIZE "normalize"
#define GST_PROF_STAGE_PTS       "pts"
#define GST_PROF_STAGE_ENCODE    "encode"
#define GST_PROF_STAGE_MUX       "mux"
#define GST_PROF_STAGE_WRITE     "write"

/**
 * GstProfStageTraits:
 * @name: the stage's name as it travels in messages
 * @label: the stage's name in log lines, "PTS CALC" say
 * @normal_min: own time per frame that is usual, in nanoseconds, lower end
 * @normal_max: the same, upper end; 0: nothing is known to be usual
 * @container: whether the stage sets up a container or a file
 */
typedef struct {
  const gchar *name;
  const gchar *label;
  GstClockTime normal_min;
  GstClockTime normal_max;
  gboolean container;
} GstProfStageTraits;

const GstProfStageTraits *gst_prof_stage_name_traits (const gchar *name);
gchar                    *gst_prof_stage_name_dup_label (const gchar *name);
gboolean                  gst_prof_stage_name_is_valid (const gchar *name);

G_END_DECLS
