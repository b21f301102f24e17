/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * When to tell of something that goes on: at its beginning, then once a second,
 * and the longer it lasts the more seldom. Knows nothing of what it is.
 * Passive, time comes in.
 */

#include "gstprofepisode.h"

/* In the first five seconds a line a second, after an hour one a minute: who
 * looks at a log of any length finds one in sight. */
#define MIN_INTERVAL GST_SECOND
#define MAX_INTERVAL (60 * GST_SECOND)
#define AGE_PER_INTERVAL 5

/*
 * gst_prof_episode_go_on:
 * @episode: an episode
 * @since: when it began, nanoseconds; only used when it is new
 * @now: the time
 *
 * Returns: %GST_PROF_EPISODE_OPEN when it is to be told now
 */
GstProfEpisodeStep
gst_prof_episode_go_on (GstProfEpisode * episode, GstClockTime since,
    GstClockTime now)
{
  if (!episode->open) {
    episode->open = TRUE;
    episode->start = since;
  } else if (now < episode->due) {
    return GST_PROF_EPISODE_NOTHING;
  }
  episode->due = now + CLAMP ((now - MIN (now, episode->start))
      / AGE_PER_INTERVAL, MIN_INTERVAL, MAX_INTERVAL);
  return GST_PROF_EPISODE_OPEN;
}

/*
 * gst_prof_episode_end:
 * @episode: an episode, @start of which stays
 *
 * Returns: %GST_PROF_EPISODE_FINAL when it went on until now
 */
GstProfEpisodeStep
gst_prof_episode_end (GstProfEpisode * episode)
{
  if (!episode->open)
    return GST_PROF_EPISODE_NOTHING;
  episode->open = FALSE;
  return GST_PROF_EPISODE_FINAL;
}
