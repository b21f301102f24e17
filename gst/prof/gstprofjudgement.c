/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What there is to tell of frames, memory or files that pile up, as numbers:
 * the wording is in gstprofbacklogline.c. Passive.
 */

#include "gstprofjudgement.h"

/*
 * gst_prof_judgement_push:
 * @judgements: (element-type GstProfJudgement): what is to be told
 * @judgement: what may be to be told too
 * @step: whether it is, and as what
 */
void
gst_prof_judgement_push (GQueue * judgements,
    const GstProfJudgement * judgement, GstProfEpisodeStep step)
{
  GstProfJudgement *copy;

  if (step == GST_PROF_EPISODE_NOTHING)
    return;
  copy = g_memdup2 (judgement, sizeof (*judgement));
  copy->state = step == GST_PROF_EPISODE_OPEN ? GST_PROF_WARNING_OPEN :
      GST_PROF_WARNING_FINAL;
  g_queue_push_tail (judgements, copy);
}
