/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * When the file system that is recorded to will be full. Others may write there
 * too, so that the faster of two rates counts: what the recording itself writes,
 * and by how much the free space shrinks, if it does so steadily. Reads nothing
 * itself. Passive, time comes in.
 */

#include "gstprofdiskuse.h"

#include <string.h>

/* The free space is read every 10 s. */
#define SPACE_INTERVAL (5 * GST_SECOND)
#define WRITTEN_INTERVAL GST_SECOND

static const GstClockTime space_window = 60 * GST_SECOND;

/* The longer the better: what an encoder makes varies with the picture. */
static const GstClockTime written_windows[] = {
  60 * GST_SECOND, 30 * GST_SECOND, 10 * GST_SECOND, 4 * GST_SECOND,
};

/* Who writes nothing for so long has stopped, or waits. */
#define STALLED_AFTER GST_SECOND

/* So little is little at any rate: 100 MB, or 1 % of a small file system. */
#define LEAST_FREE 100000000
#define LEAST_FREE_DIVISOR 100

/* Time left that is once and a half the threshold is enough again. */
#define ENOUGH(threshold) ((threshold) + (threshold) / 2)

/*
 * gst_prof_disk_use_init:
 * @use: (out caller-allocates): nothing is known
 */
void
gst_prof_disk_use_init (GstProfDiskUse * use)
{
  *use = (GstProfDiskUse) {.left = GST_CLOCK_TIME_NONE };
  gst_prof_trend_init (&use->taken, SPACE_INTERVAL);
  gst_prof_trend_init (&use->written, WRITTEN_INTERVAL);
}

/*
 * gst_prof_disk_use_add_written:
 * @use: the use
 * @bytes: bytes that the recording wrote since it began
 * @now: the time, nanoseconds
 */
void
gst_prof_disk_use_add_written (GstProfDiskUse * use, guint64 bytes,
    GstClockTime now)
{
  if (bytes != use->bytes)
    use->written_at = now;
  use->bytes = bytes;
  gst_prof_trend_add (&use->written, now, bytes);
}

static gdouble
find_rate (const GstProfDiskUse * use)
{
  GstProfTrendGrowth growth;
  gdouble rate = 0;

  for (guint i = 0; i < G_N_ELEMENTS (written_windows) && rate == 0; i++) {
    if (gst_prof_trend_measure (&use->written, written_windows[i], &growth))
      rate = MAX (growth.rate, 0);
  }
  if (gst_prof_trend_measure (&use->taken, space_window, &growth)
      && growth.steady)
    rate = MAX (rate, growth.rate);
  return rate;
}

/*
 * gst_prof_disk_use_add_space:
 * @use: the use
 * @space: how much room there is; of a time that is known already it is ignored
 */
void
gst_prof_disk_use_add_space (GstProfDiskUse * use,
    const GstProfDiskSpace * space)
{
  if (strcmp (space->path, use->space.path) != 0)
    gst_prof_trend_clear (&use->taken);
  else if (space->time == use->space.time)
    return;
  use->space = *space;
  gst_prof_trend_add (&use->taken, space->time,
      (gint64) (space->size - MIN (space->size, space->free)));
}

/* Who writes nothing for a while has no more room by that: what was too little
 * stays it at the rate that it was. */
static void
update_left (GstProfDiskUse * use, GstClockTime now)
{
  gdouble rate = find_rate (use);
  gdouble left;

  if (use->episode.open && now > use->written_at + STALLED_AFTER)
    rate = MAX (rate, use->rate);
  use->rate = rate;
  use->left = GST_CLOCK_TIME_NONE;
  if (use->rate <= 0)
    return;
  left = (gdouble) use->space.free / use->rate * GST_SECOND;
  if (left < G_MAXINT64)
    use->left = (GstClockTime) left;
}

static gboolean
is_short (const GstProfDiskUse * use, GstClockTime threshold)
{
  guint64 least = MIN (LEAST_FREE, use->space.size / LEAST_FREE_DIVISOR);

  return use->space.free < least
      || (GST_CLOCK_TIME_IS_VALID (use->left) && use->left < threshold);
}

/*
 * gst_prof_disk_use_judge:
 * @use: the use
 * @threshold: time until it is full that is too little, nanoseconds; 0: off
 * @now: the time
 *
 * Returns: whether it is to be told now that too little is left, or that this
 *   has ended
 */
GstProfEpisodeStep
gst_prof_disk_use_judge (GstProfDiskUse * use, GstClockTime threshold,
    GstClockTime now)
{
  if (use->space.path[0] == '\0')
    return GST_PROF_EPISODE_NOTHING;
  update_left (use, now);
  use->threshold = threshold;
  if (threshold == 0
      || !is_short (use, use->episode.open ? ENOUGH (threshold) : threshold))
    return gst_prof_episode_end (&use->episode);
  return gst_prof_episode_go_on (&use->episode, now, now);
}

/*
 * gst_prof_disk_use_is_short:
 * @use: the use
 *
 * Returns: whether too little was left when it was judged last
 */
gboolean
gst_prof_disk_use_is_short (const GstProfDiskUse * use)
{
  return use->threshold > 0 && is_short (use, use->threshold);
}
