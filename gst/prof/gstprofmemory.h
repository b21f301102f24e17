/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofepisode.h"
#include "gstproftrend.h"

G_BEGIN_DECLS

/**
 * GstProfMemory:
 * @warm_until: when the warm-up ends, or %GST_CLOCK_TIME_NONE: no frame came
 * @first: resident bytes when the run began
 * @base: resident bytes at its end; 0: it has not ended
 * @now: resident bytes, as all that follow; 0: not known
 * @peak: the most
 * @window: of the growth that was found
 * @gained: in that window
 * @grew_until: when it was last seen to go on
 * @fine: of the last minute
 * @coarse: of the last hour
 * @episode: the growth
 *
 * The process's memory in a run.
 */
typedef struct {
  GstClockTime warm_until;
  guint64 first;
  guint64 base;
  guint64 now;
  guint64 peak;
  GstClockTime window;
  gint64 gained;
  GstClockTime grew_until;
  GstProfTrend fine;
  GstProfTrend coarse;
  GstProfEpisode episode;
} GstProfMemory;

void     gst_prof_memory_init   (GstProfMemory *memory);
gboolean gst_prof_memory_add    (GstProfMemory *memory, guint64 rss,
                                 gboolean flowing, GstClockTime now);
void     gst_prof_memory_take_off_base
                                (GstProfMemory *memory, guint64 bytes);
GstProfEpisodeStep
         gst_prof_memory_judge  (GstProfMemory *memory, guint64 threshold,
                                 GstClockTime now, GstProfTrendGrowth *growth);

G_END_DECLS
