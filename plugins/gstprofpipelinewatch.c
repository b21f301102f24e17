/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One reading of a pipeline: what comes in, how it started, levels, memory, disk,
 * and where its running time stands against CLOCK_MONOTONIC. Each is read as
 * often as it changes. Judges nothing. The monitor's thread reads; whoever made
 * it stops it when that thread has ended.
 */

#include "gstprofpipelinewatch.h"

#include "gstprofdiskwatch.h"
#include "gstproflevels.h"
#include "gstprofreceivewatch.h"
#include "gstprofstartupwatch.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofprocess.h>

#define RSS_INTERVAL GST_SECOND
#define DISK_INTERVAL (10 * GST_SECOND)

struct _GstProfPipelineWatch
{
  GstElement *element;          /* owns us: no reference */
  GstProfReceivers *receivers;
  GstProfReceiveWatch *receive;
  GstProfLevels *levels;
  GstProfProcess *process;
  GstProfDiskWatch *disk;
  GstProfStartupWatch *startup;

  /* the reading thread */
  GstClockTime rss_due;
  GstClockTime disk_due;
  guint64 rss;
};

/*
 * gst_prof_pipeline_watch_new:
 * @element: an element of the pipeline, which outlives what is returned
 * @bin: what is watched
 * @receivers: gets what comes in there
 *
 * Returns: (transfer full): a watch
 */
GstProfPipelineWatch *
gst_prof_pipeline_watch_new (GstElement * element, GstBin * bin,
    GstProfReceivers * receivers)
{
  GstProfPipelineWatch *watch = g_new0 (GstProfPipelineWatch, 1);

  watch->element = element;
  watch->receivers = gst_prof_receivers_ref (receivers);
  watch->receive = gst_prof_receive_watch_new (bin, receivers);
  watch->levels = gst_prof_levels_new (bin, watch->receive);
  watch->process = gst_prof_process_new ();
  watch->disk = gst_prof_disk_watch_new ();
  watch->startup = gst_prof_startup_watch_new (bin);
  return watch;
}

/*
 * gst_prof_pipeline_watch_stop:
 * @watch: (transfer full): the watch
 */
void
gst_prof_pipeline_watch_stop (GstProfPipelineWatch * watch)
{
  gst_prof_levels_stop (watch->levels);
  gst_prof_receive_watch_stop (watch->receive);
  gst_prof_process_free (watch->process);
  gst_prof_disk_watch_stop (watch->disk);
  gst_prof_startup_watch_stop (watch->startup);
  gst_prof_receivers_unref (watch->receivers);
  g_free (watch);
}

/* The base time is that of the last time in PLAYING, and holds only there. */
static void
read_offset (GstProfPipelineWatch * watch, GstProfBacklogSample * sample)
{
  GstClockTime running_time;

  sample->has_offset = FALSE;
  sample->offset = 0;
  if (GST_STATE (watch->element) != GST_STATE_PLAYING)
    return;
  running_time = gst_element_get_current_running_time (watch->element);
  if (!GST_CLOCK_TIME_IS_VALID (running_time))
    return;
  sample->has_offset = TRUE;
  sample->offset = GST_CLOCK_DIFF (gst_prof_clock_now (), running_time);
}

static void
read_disk (GstProfPipelineWatch * watch, GstProfBacklogSample * sample,
    GstClockTime now)
{
  if (now >= watch->disk_due) {
    g_autofree gchar *location = gst_prof_levels_dup_location (watch->levels);

    if (location != NULL && gst_prof_disk_watch_ask (watch->disk, location))
      watch->disk_due = now + DISK_INTERVAL;
  }
  gst_prof_disk_watch_get (watch->disk, &sample->disk);
}

/*
 * gst_prof_pipeline_watch_read:
 * @watch: the watch
 * @sample: (out caller-allocates): what was read
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * To be called a few times a second, by one thread.
 */
void
gst_prof_pipeline_watch_read (GstProfPipelineWatch * watch,
    GstProfBacklogSample * sample, GstClockTime now)
{
  if (now >= watch->rss_due) {
    watch->rss = gst_prof_process_get_rss (watch->process);
    watch->rss_due = now + RSS_INTERVAL;
  }
  sample->rss = watch->rss;
  gst_prof_receive_watch_read (watch->receive, sample, now);
  gst_prof_levels_read (watch->levels, sample);
  read_offset (watch, sample);
  read_disk (watch, sample, now);
  gst_prof_startup_watch_read (watch->startup, watch->receivers, sample);
}
