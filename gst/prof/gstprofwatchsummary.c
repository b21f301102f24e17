/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a summary has of the threads: how busy each is, and what it is in now. Part of
 * the watch; with the monitor locked.
 */

#include "gstprofwatchprivate.h"

/* Who is busy for less of the time is no bottleneck. */
#define BUSY_DIVISOR 50

/* Who has entered and left nothing for so long has been looked at meanwhile. */
#define STANDS (100 * GST_MSECOND)

/* The stage that took most of a thread. */
static const GstProfSummaryStage *
find_stage (const GstProfSummary * summary, guint64 thread_id)
{
  const GstProfSummaryStage *largest = NULL;

  for (guint i = 0; i < summary->stages->len; i++) {
    const GstProfSummaryStage *stage =
        &g_array_index (summary->stages, GstProfSummaryStage, i);

    if (stage->thread_id == thread_id && stage->own.count > 0
        && (largest == NULL || stage->own.sum > largest->own.sum))
      largest = stage;
  }
  return largest;
}

static void
append_thread (GstProfSummary * summary, const GstProfThreadUse * use)
{
  const GstProfSummaryStage *stage = find_stage (summary, use->thread_id);
  GstProfSummaryThread thread = {
    .name = use->name,
    .thread_id = use->thread_id,
    .watched = use->watched,
    .busy = gst_prof_thread_use_get_busy (use),
    .run = use->run,
    .delay = use->delay,
    .stage = stage ? stage->name : NULL,
  };

  /* As many frames as it had, in the time that it was busy with them. */
  if (stage != NULL && thread.busy > 0)
    thread.fps = (gdouble) stage->own.count * GST_SECOND / thread.busy;
  if (GST_CLOCK_TIME_IS_VALID (summary->budget))
    thread.headroom = thread.fps * summary->budget / GST_SECOND;
  g_array_append_val (summary->threads, thread);
}

static const GstProfThreadUse *
find_use (GstProfWatch * watch, guint n_uses, guint64 thread_id)
{
  for (guint i = 0; i < n_uses; i++) {
    if (watch->uses[i].thread_id == thread_id)
      return &watch->uses[i];
  }
  return NULL;
}

/* Of who is in none there may be no row, as nobody looked. With the coverage
 * locked. */
static GstProfSummaryThread *
ensure_thread (GstProfWatch * watch, const GstProfActivityState * state,
    GstProfSummary * summary)
{
  const gchar *task;
  gchar comm[16] = "";
  GstProfSummaryThread thread = {.thread_id = state->thread_id };

  for (guint i = 0; i < summary->threads->len; i++) {
    GstProfSummaryThread *known =
        &g_array_index (summary->threads, GstProfSummaryThread, i);

    if (known->thread_id == state->thread_id)
      return known;
  }
  if (summary->threads->len == GST_PROF_WATCH_MAX_USES)
    return NULL;
  task = gst_prof_coverage_get_task_name (watch->coverage, state->home);
  if (task == NULL)
    gst_prof_system_read_comm (state->thread_id, comm);
  thread.name = g_string_chunk_insert (watch->texts, task ? task : comm);
  g_array_append_val (summary->threads, thread);
  return &g_array_index (summary->threads, GstProfSummaryThread,
      summary->threads->len - 1);
}

/* With the coverage locked. */
static const gchar *
describe_inside (GstProfWatch * watch, const GstProfActivityState * state)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = state->depth; i-- > 0;) {
    const gchar *name = gst_prof_coverage_get_pad_name (watch->coverage,
        state->points[i]);

    g_string_append_printf (text, "%s%s", text->len > 0 ? " < " : "",
        name ? name : "?");
  }
  return text->len > 0 ? g_string_chunk_insert (watch->texts, text->str)
      : NULL;
}

/* Where the sampler saw it last it may not be any more. */
static void
describe_call (GstProfWatch * watch, const GstProfThreadUse * use,
    GstProfSummaryThread * thread)
{
  const gchar *name = use->call >= 0 ? gst_prof_evidence_call_name (use->call)
      : NULL;
  g_autofree gchar *number = NULL;

  if (use->call >= 0 && name == NULL)
    number = g_strdup_printf ("system call %d", use->call);
  thread->call = number ? g_string_chunk_insert (watch->texts, number) : name;
  if (use->state != 0)
    thread->state = g_string_chunk_insert_len (watch->texts, &use->state, 1);
}

static void
summarize_now (GstProfWatch * watch, guint n_uses,
    const GstProfActivities * threads, GstClockTime now,
    GstProfSummary * summary)
{
  gst_prof_coverage_lock (watch->coverage);
  for (guint i = 0; i < threads->n; i++) {
    const GstProfActivityState *state = &threads->states[i];
    const GstProfThreadUse *use = find_use (watch, n_uses, state->thread_id);
    GstProfSummaryThread *thread;

    if (!gst_prof_coverage_has (watch->coverage, state->home)
        && !gst_prof_coverage_has (watch->coverage,
            gst_prof_watch_get_innermost (state)))
      continue;
    thread = ensure_thread (watch, state, summary);
    if (thread == NULL || now <= state->changed)
      continue;
    thread->inside = describe_inside (watch, state);
    thread->unchanged = now - state->changed;
    if (use != NULL && thread->unchanged >= STANDS)
      describe_call (watch, use, thread);
  }
  gst_prof_coverage_unlock (watch->coverage);
}

/* Whoever waits for nearly all of the time holds up nobody. */
static gboolean
may_hold_up (const GstProfSummaryThread * thread)
{
  return thread->watched > 0
      && thread->busy >= thread->watched / BUSY_DIVISOR;
}

static void
mark_bottleneck (GstProfSummary * summary)
{
  GstProfSummaryThread *busiest = NULL;

  for (guint i = 0; i < summary->threads->len; i++) {
    GstProfSummaryThread *thread =
        &g_array_index (summary->threads, GstProfSummaryThread, i);

    if (may_hold_up (thread) && (busiest == NULL
            || (gdouble) thread->busy / thread->watched >
            (gdouble) busiest->busy / busiest->watched))
      busiest = thread;
  }
  if (busiest != NULL)
    busiest->bottleneck = TRUE;
}

/*
 * gst_prof_watch_summarize:
 * @watch: a watch
 * @summary: (inout): a summary with its stages; its strings stay valid until the
 *   next call
 * @threads: (nullable): what all threads of the process are doing, if it is to say
 *   that as well
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Adds how busy the threads are, and what they are in.
 */
void
gst_prof_watch_summarize (GstProfWatch * watch, GstProfSummary * summary,
    const GstProfActivities * threads, GstClockTime now)
{
  guint n = watch->sampler == NULL ? 0 :
      gst_prof_sampler_get_use (watch->sampler, watch->uses,
      G_N_ELEMENTS (watch->uses));

  for (guint i = 0; i < n; i++)
    append_thread (summary, &watch->uses[i]);
  g_string_chunk_clear (watch->texts);
  if (threads != NULL)
    summarize_now (watch, n, threads, now, summary);
  mark_bottleneck (summary);
  if (watch->sampler != NULL) {
    summary->threads_unwatched =
        gst_prof_sampler_get_unwatched (watch->sampler);
    summary->look_interval = gst_prof_sampler_get_interval (watch->sampler);
  }
  summary->uncovered = gst_prof_coverage_get_uncovered (watch->coverage);
}
