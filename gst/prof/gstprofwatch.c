/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What goes on in a pipeline while it does: brings together who is covered, what
 * the sampler saw and what the threads are in now, and tells the analysis of what
 * is open. Owns the coverage, the sampler and the watch on the main loop. The
 * monitor's thread looks; explanations may be asked for by any thread that holds
 * the monitor's lock. What a summary has of it is in gstprofwatchsummary.c.
 */

#include "gstprofwatchprivate.h"

#include "gstprofline.h"

/* Links change when elements come and go, which is looked at at once, or without
 * that. */
#define REFRESH_INTERVAL (500 * GST_MSECOND)

/* Who brings nothing may have been paused: that is to be known when it is told. */
#define LULL_DIVISOR 2

/* Nor at each call, where there is so much to do that these come seldom. */
#define CALLS 4

/*
 * gst_prof_watch_new:
 * @scope: the pipeline, or the bin, to look at
 * @receivers: (nullable): what comes in there
 * @config: what the user set, of which is kept: how often the threads are looked
 *   at, whether elements are counted, and which not
 *
 * Returns: (transfer full): a watch whose sampler runs, unless threads are never
 *   to be looked at
 */
GstProfWatch *
gst_prof_watch_new (GstObject * scope, GstProfReceivers * receivers,
    const GstProfConfig * config)
{
  GstProfWatch *watch = g_new0 (GstProfWatch, 1);

  watch->count = config->count_elements;
  watch->coverage = gst_prof_coverage_new_full (scope, watch->count,
      config->exclude);
  watch->main_loop = gst_prof_main_loop_new ();
  watch->texts = g_string_chunk_new (256);
  if (config->sample_interval > 0) {
    watch->sampler = gst_prof_sampler_new (watch->coverage, receivers,
        config->sample_interval);
    gst_prof_sampler_start (watch->sampler);
  }
  return watch;
}

/*
 * gst_prof_watch_free:
 * @watch: (nullable) (transfer full): a watch
 */
void
gst_prof_watch_free (GstProfWatch * watch)
{
  if (watch == NULL)
    return;
  gst_prof_main_loop_stop (watch->main_loop);
  if (watch->sampler != NULL)
    gst_prof_sampler_stop (watch->sampler);
  gst_prof_sampler_free (watch->sampler);
  gst_prof_coverage_stop (watch->coverage);
  gst_prof_coverage_unref (watch->coverage);
  g_string_chunk_free (watch->texts);
  g_free (watch);
}

/*
 * gst_prof_watch_set_interval:
 * @watch: a watch
 * @interval: nanoseconds between two looks at the threads
 */
void
gst_prof_watch_set_interval (GstProfWatch * watch, GstClockTime interval)
{
  if (watch->sampler != NULL)
    gst_prof_sampler_set_interval (watch->sampler, interval);
}

/*
 * gst_prof_watch_refresh:
 * @watch: a watch
 * @at_once: whether it is time to in any case
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Looks who feeds whom, when it is time to. Takes locks of the pipeline's
 * elements, each for a moment.
 */
void
gst_prof_watch_refresh (GstProfWatch * watch, gboolean at_once,
    GstClockTime now)
{
  GstClockTime spacing = now - watch->asked;
  GstClockTime interval = watch->lull ? watch->pause / LULL_DIVISOR
      : REFRESH_INTERVAL;
  guint64 thread_id;

  watch->asked = now;
  if (!at_once && watch->refreshed != 0
      && now - watch->refreshed < MAX (interval, CALLS * spacing)
      && !gst_prof_coverage_is_changed (watch->coverage))
    return;
  watch->refreshed = now;
  watch->lull = FALSE;
  gst_prof_coverage_refresh (watch->coverage);
  thread_id = gst_prof_main_loop_get_thread_id (watch->main_loop);
  if (thread_id != 0 && thread_id != watch->main_thread) {
    watch->main_thread = thread_id;
    if (watch->sampler != NULL)
      gst_prof_sampler_add_thread (watch->sampler, thread_id);
  }
}

/*
 * gst_prof_watch_add_thread:
 * @watch: a watch
 * @thread_id: a thread that does something to the pipeline
 *
 * It is looked at from now on though it is in no element, unless there are too many
 * of them.
 */
void
gst_prof_watch_add_thread (GstProfWatch * watch, guint64 thread_id)
{
  guint i = 0;

  while (i < watch->n_added && watch->added[i] != thread_id)
    i++;
  if (watch->sampler == NULL || i < watch->n_added || i == GST_PROF_WATCH_MAX_ADDED)
    return;
  watch->added[watch->n_added++] = thread_id;
  gst_prof_sampler_add_thread (watch->sampler, thread_id);
}

/* Points are numbered as they are made: most of another pipeline's lie outside
 * of what this one has from first to last. */
static inline gboolean
may_have (guint point, guint first, guint last)
{
  return point >= first && point <= last;
}

static gboolean
is_silent (GstProfWatch * watch, const GstProfActivityState * state,
    GstClockTime now)
{
  return state->depth == 0 && watch->pause != 0
      && now > state->changed + watch->pause
      && gst_prof_coverage_is_flowing (watch->coverage, state->home,
      state->thread_id);
}

/* Once for each time in which it does not. */
static gboolean
is_lull (const GstProfWatch * watch, const GstProfActivityState * state,
    GstClockTime now)
{
  GstClockTime begin = state->changed + watch->pause / LULL_DIVISOR;

  return state->depth == 0 && watch->pause != 0 && now > begin
      && watch->refreshed < begin;
}

static void
look_at_threads (GstProfWatch * watch, GstProfAnalysis * analysis,
    const GstProfActivities * threads, GstClockTime now)
{
  guint first, last;

  gst_prof_coverage_lock (watch->coverage);
  gst_prof_coverage_get_range (watch->coverage, &first, &last);
  gst_prof_coverage_unlock (watch->coverage);
  for (guint i = 0; i < threads->n; i++) {
    const GstProfActivityState *state = &threads->states[i];
    guint point = gst_prof_watch_get_innermost (state);
    GQuark setting_up = 0;
    guint number, home;
    gboolean ours;

    if (!may_have (state->home, first, last) && !may_have (point, first, last))
      continue;
    gst_prof_coverage_lock (watch->coverage);
    ours = gst_prof_coverage_has (watch->coverage, state->home)
        || gst_prof_coverage_has (watch->coverage, point);
    if (ours && state->stage == 0)
      setting_up = gst_prof_coverage_get_own_stage (watch->coverage, point);
    number = gst_prof_coverage_get_number (watch->coverage, point);
    home = gst_prof_coverage_get_number (watch->coverage, state->home);
    gst_prof_coverage_unlock (watch->coverage);
    watch->lull |= ours && is_lull (watch, state, now);
    if (ours)
      gst_prof_analysis_watch_thread (analysis, state, setting_up, now);
    if (ours && watch->count && number != 0)
      gst_prof_analysis_watch_visit (analysis, state, number, now);
    else if (ours && watch->count && is_silent (watch, state, now))
      gst_prof_analysis_watch_silence (analysis, state, home, now);
  }
}

static void
look_at_main_loop (GstProfWatch * watch, GstProfAnalysis * analysis,
    GstClockTime now)
{
  GstProfMainLoopDelay delay;

  while (gst_prof_main_loop_pop_delay (watch->main_loop, &delay))
    gst_prof_analysis_push_main_loop (analysis, delay.thread_id, delay.from,
        delay.to, FALSE, now);
  if (gst_prof_main_loop_get_open (watch->main_loop, now, &delay))
    gst_prof_analysis_push_main_loop (analysis, delay.thread_id, delay.from,
        delay.to, TRUE, now);
}

typedef struct
{
  GstProfAnalysis *analysis;
  GstClockTime now;
} Reading;

static void
take_element (const GstProfElementReading * element, gpointer user_data)
{
  Reading *reading = user_data;

  gst_prof_analysis_push_element (reading->analysis, element);
}

static void
take_gone (guint number, gpointer user_data)
{
  Reading *reading = user_data;

  gst_prof_analysis_remove_element (reading->analysis, number, reading->now);
}

static void
take_pad (const GstProfPadReading * pad, gpointer user_data)
{
  Reading *reading = user_data;

  gst_prof_analysis_push_pad (reading->analysis, pad, reading->now);
}

/*
 * gst_prof_watch_read:
 * @watch: a watch
 * @analysis: who is told
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Reads what has been counted of the elements, if it is. With the analysis locked.
 */
void
gst_prof_watch_read (GstProfWatch * watch, GstProfAnalysis * analysis,
    GstClockTime now)
{
  static const GstProfReader reader = { take_element, take_gone, take_pad };
  Reading reading = { analysis, now };
  GstClockTime slow;

  if (!watch->count)
    return;
  gst_prof_analysis_get_limits (analysis, &slow, &watch->pause);
  gst_prof_coverage_set_limits (watch->coverage, slow, watch->pause);
  /* Another run has another analysis. */
  if (!gst_prof_analysis_has_elements (analysis))
    gst_prof_coverage_tell_again (watch->coverage);
  gst_prof_coverage_read (watch->coverage, &reader, &reading, now);
  gst_prof_analysis_set_left_out (analysis,
      gst_prof_coverage_get_left_out (watch->coverage));
}

/*
 * gst_prof_watch_look:
 * @watch: a watch
 * @analysis: who is told
 * @threads: what all threads of the process are doing
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Tells what the pipeline's threads are in. With the analysis locked.
 */
void
gst_prof_watch_look (GstProfWatch * watch, GstProfAnalysis * analysis,
    const GstProfActivities * threads, GstClockTime now)
{
  gst_prof_watch_read (watch, analysis, now);
  gst_prof_analysis_begin_look (analysis);
  look_at_threads (watch, analysis, threads, now);
  look_at_main_loop (watch, analysis, now);
}

/*
 * gst_prof_watch_count_open:
 * @watch: a watch
 * @analysis: who is told
 * @threads: what all threads of the process are doing
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Tells of the visits to elements that have not ended, for a summary. With the
 * analysis locked, after gst_prof_watch_look().
 */
void
gst_prof_watch_count_open (GstProfWatch * watch, GstProfAnalysis * analysis,
    const GstProfActivities * threads, GstClockTime now)
{
  for (guint i = 0; watch->count && i < threads->n; i++) {
    const GstProfActivityState *state = &threads->states[i];
    guint point = gst_prof_watch_get_innermost (state);
    GstProfVisitTimes looks;
    guint number;

    gst_prof_coverage_lock (watch->coverage);
    number = gst_prof_coverage_get_number (watch->coverage, point);
    gst_prof_coverage_get_unread_looks (watch->coverage, point, &looks);
    gst_prof_coverage_unlock (watch->coverage);
    if (number != 0)
      gst_prof_analysis_add_open_visit (analysis, state, number, &looks, now);
  }
}

/*
 * gst_prof_watch_judge:
 * @watch: a watch
 * @analysis: what is open
 * @timeout: nanoseconds after which it is an error; 0: never
 *
 * Returns: (nullable) (transfer full): once for each stall that is too long,
 *   what to say of it
 */
gchar *
gst_prof_watch_judge (GstProfWatch * watch, GstProfAnalysis * analysis,
    GstClockTime timeout)
{
  GstProfWarningKind kind;
  const gchar *stage;
  GstClockTime duration;
  GString *text;

  if (timeout == 0 || !gst_prof_analysis_get_longest_open (analysis, &kind,
          &stage, &duration) || duration <= timeout) {
    watch->failed = FALSE;
    return NULL;
  }
  if (watch->failed)
    return NULL;
  watch->failed = TRUE;
  text = gst_prof_line_new_open (kind, stage, duration);
  g_string_append (text, " after watchdog-timeout ");
  gst_prof_line_append_seconds (text, timeout, 1);
  return g_string_free (text, FALSE);
}

/*
 * gst_prof_watch_take_missing:
 * @watch: a watch
 *
 * Returns: (nullable) (transfer full): a line that says which evidence there is
 *   none of here; only the first call returns it
 */
gchar *
gst_prof_watch_take_missing (GstProfWatch * watch)
{
  g_autofree gchar *missing = NULL;

  if (watch->missing_taken || watch->sampler == NULL)
    return NULL;
  watch->missing_taken = TRUE;
  missing = gst_prof_sampler_describe_missing (watch->sampler);
  return missing ? g_strdup_printf ("EVIDENCE MISSING: %s | causes are told "
      "without it", missing) : NULL;
}

/*
 * gst_prof_watch_explain:
 * @watch: a watch
 * @question: what is to be explained
 * @explanation: (out caller-allocates): where it went; untouched on failure
 *
 * Returns: %FALSE when nothing is known of the threads
 */
gboolean
gst_prof_watch_explain (GstProfWatch * watch,
    const GstProfQuestion * question, GstProfExplanation * explanation)
{
  return watch->sampler != NULL
      && gst_prof_sampler_explain (watch->sampler, question, explanation);
}

/*
 * gst_prof_watch_get_entered:
 * @watch: a watch
 * @stage: a stage
 * @thread_id: a thread
 * @entered: (out): when the thread entered the stage last; untouched on failure
 *
 * Returns: %FALSE when that is not known
 */
gboolean
gst_prof_watch_get_entered (GstProfWatch * watch, GQuark stage,
    guint64 thread_id, GstClockTime * entered)
{
  gboolean found;

  gst_prof_coverage_lock (watch->coverage);
  found = gst_prof_coverage_get_entered (watch->coverage, stage, thread_id,
      entered);
  gst_prof_coverage_unlock (watch->coverage);
  return found;
}
