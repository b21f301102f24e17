/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Whether a live pipeline falls behind without a lag: a leaky queue throws frames away
 * all the time, so that those that are left do not come later, while the stages take
 * longer than they may. Of a stream it writes what is said of that; the streams are
 * those of gstprofbehind.c, which calls it. Passive, time comes in.
 */

#include "gstprofbehindprivate.h"

/* An application may throw frames away as it likes; only when the stages could
 * not do all of them is it for want of time. Where no caps say how many there
 * are, what comes to the queue does: the time stamps behind it lie apart. */
static gboolean
find_drops (GstProfBehind * behind, GstProfBehindStream * stream,
    GstClockTime threshold, GstClockTime now, GstProfHolderDrops * drops,
    GstProfLoadFigures * load)
{
  GstClockTime interval = stream->load.interval;

  if (!behind->live || threshold == 0
      || !gst_prof_holders_find_drops (behind->holders, now, drops))
    return FALSE;
  if (drops->taken_rate > 0)
    stream->load.interval = MIN (stream->load.interval,
        (GstClockTime) (GST_SECOND / drops->taken_rate + 0.5));
  gst_prof_behind_measure_load (behind, stream, drops->since, load);
  stream->load.interval = interval;
  return load->frames > 0 && GST_CLOCK_TIME_IS_VALID (load->budget)
      && load->place != GST_PROF_LOAD_BEFORE;
}

static void
update_drops (GstProfBehindStream * stream, const GstProfHolderDrops * drops,
    const GstProfLoadFigures * load, GstClockTime now)
{
  GstProfJudgement *current = &stream->current;
  const GstProfLag *first = &stream->lags[GST_PROF_BEHIND_FIRST];

  current->kind = GST_PROF_WARNING_FALLING_BEHIND;
  current->stream_id = stream->id;
  current->start = stream->episode.start;
  current->at_last_stage = FALSE;
  current->lag = first->known ? first->latest : 0;
  current->gained = 0;
  current->lag_rate = 0;
  if (drops != NULL) {
    guint64 dropped = current->dropped;

    current->duration = now - MIN (now, current->start);
    current->dropped = drops->holder.holder.dropped
        - MIN (drops->holder.holder.dropped, stream->drops_before);
    current->drop_rate = drops->rate;
    current->load = *load;
    current->holder = drops->holder;
    if (current->dropped > dropped)
      stream->dropped_until = now;
  } else {
    /* When it is known that no more are, some time has gone by. */
    current->duration = stream->dropped_until - MIN (stream->dropped_until,
        current->start);
  }
  gst_prof_behind_note_worst (stream);
}

GstProfEpisodeStep
gst_prof_behind_begin_drops (GstProfBehind * behind,
    GstProfBehindStream * stream, GstClockTime threshold, GstClockTime now)
{
  GstProfHolderDrops drops;
  GstProfLoadFigures load;
  GstProfEpisodeStep step;

  if (!find_drops (behind, stream, threshold, now, &drops, &load))
    return GST_PROF_EPISODE_NOTHING;
  stream->drops = TRUE;
  stream->drops_before = drops.before;
  stream->current.dropped = 0;
  step = gst_prof_episode_go_on (&stream->episode, drops.since, now);
  update_drops (stream, &drops, &load, now);
  return step;
}

GstProfEpisodeStep
gst_prof_behind_follow_drops (GstProfBehind * behind,
    GstProfBehindStream * stream, GstClockTime threshold, GstClockTime now)
{
  GstProfHolderDrops drops;
  GstProfLoadFigures load;

  if (find_drops (behind, stream, threshold, now, &drops, &load)) {
    update_drops (stream, &drops, &load, now);
    return gst_prof_episode_go_on (&stream->episode, now, now);
  }
  stream->drops = FALSE;
  update_drops (stream, NULL, NULL, now);
  return gst_prof_episode_end (&stream->episode);
}

/* The end of the stream. */
void
gst_prof_behind_end_drops (GstProfBehindStream * stream, GstClockTime now)
{
  update_drops (stream, NULL, NULL, now);
}
