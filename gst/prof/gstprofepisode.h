/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum {
  GST_PROF_EPISODE_NOTHING,
  GST_PROF_EPISODE_OPEN,
  GST_PROF_EPISODE_FINAL,
} GstProfEpisodeStep;

/**
 * GstProfEpisode:
 * @open: whether it goes on
 * @start: when it began, nanoseconds
 * @due: when it is to be told again
 *
 * Something that begins, goes on and ends, and is told at each of these. All 0
 * is one that has not begun.
 */
typedef struct {
  gboolean open;
  GstClockTime start;
  GstClockTime due;
} GstProfEpisode;

GstProfEpisodeStep gst_prof_episode_go_on (GstProfEpisode *episode,
                                           GstClockTime since,
                                           GstClockTime now);
GstProfEpisodeStep gst_prof_episode_end   (GstProfEpisode *episode);

G_END_DECLS
