/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One run: takes spans and setups in, has frames joined, intervals measured and
 * everything counted, has it compared with the thresholds (gstprofanalysisspans.c),
 * and says what there is to say. Owns the frame table, the arrivals, the statistics
 * and the queue of what is to be said, which its holder empties after each call. A
 * new run is a new analysis, so no number of the old one is left in it.
 *
 * Passive: no thread, lock, clock or log. The monitor calls it under its lock.
 */

#include "gstprofanalysisprivate.h"

/*
 * gst_prof_config_init:
 * @config: (out caller-allocates): gets the defaults
 */
void
gst_prof_config_init (GstProfConfig * config)
{
  gst_prof_thresholds_init (&config->thresholds);
  config->telemetry_frames = GST_PROF_CONFIG_TELEMETRY_FRAMES;
  config->performance_interval = GST_PROF_CONFIG_PERFORMANCE_INTERVAL;
  config->forward_frames = FALSE;
  config->sample_interval = GST_PROF_CONFIG_SAMPLE_INTERVAL;
  config->watchdog_timeout = 0;
  config->startup_origin = 0;
  config->count_elements = FALSE;
  config->exclude = NULL;
}

void
gst_prof_analysis_set_threshold (GstProfAnalysis * analysis, GstProfNotice * notice)
{
  if (notice->warning.threshold == 0)
    notice->warning.threshold =
        analysis->config.thresholds.values[notice->kind];
}

/* Takes the notice's line and tail. */
void
gst_prof_analysis_warn (GstProfAnalysis * analysis, GstProfNotice * notice)
{
  gst_prof_analysis_set_threshold (analysis, notice);
  gst_prof_warner_add (analysis->warner, notice, analysis->now);
}

/* The same when the spans do not say where the time went. */
void
gst_prof_analysis_warn_unexplained (GstProfAnalysis * analysis, GstProfNotice * notice)
{
  GstProfLedger nothing;

  gst_prof_ledger_init (&nothing, notice->warning.duration);
  notice->fallback = &nothing;
  gst_prof_analysis_warn (analysis, notice);
}

void
gst_prof_analysis_ask (GstProfQuestion * question, guint64 thread_id, GstClockTime from,
    GstClockTime to)
{
  GstProfStretch *stretch = &question->stretches[question->n_stretches];

  if (to <= from
      || question->n_stretches == GST_PROF_EXPLANATION_MAX_STRETCHES)
    return;
  stretch->thread_id = thread_id;
  stretch->from = from;
  stretch->to = to;
  question->n_stretches++;
}

static GstClockTime
find_budget (GstProfAnalysis * analysis, const gchar * stream_id,
    GstClockTime frame_duration)
{
  return GST_CLOCK_TIME_IS_VALID (frame_duration) ? frame_duration :
      gst_prof_arrivals_get_cadence (analysis->arrivals, stream_id);
}

/* What an interval at the first stage is compared with; 0: nothing. A stream
 * of few frames per second has long intervals that are nobody's fault. */
GstClockTime
gst_prof_analysis_find_interval_threshold (GstProfAnalysis * analysis, GstProfWarningKind kind,
    const gchar * stream_id, GstClockTime frame_duration)
{
  GstClockTime threshold = analysis->config.thresholds.values[kind];
  GstClockTime budget = find_budget (analysis, stream_id, frame_duration);

  if (threshold == 0 || !GST_CLOCK_TIME_IS_VALID (budget)
      || budget > G_MAXUINT64 / 4)
    return threshold;
  return MAX (threshold, 2 * budget);
}

static void
frame_ended (const GstProfFrame * frame, gpointer user_data)
{
  GstProfAnalysis *analysis = user_data;
  GstClockTime budget =
      find_budget (analysis, frame->stream_id, frame->frame_duration);

  gst_prof_stats_add_frame (analysis->stats, frame, budget,
      !GST_CLOCK_TIME_IS_VALID (frame->frame_duration));
  gst_prof_backlog_add_frame (analysis->backlog, frame);
  gst_prof_startup_add_frame (analysis->startup, frame);

  if (analysis->telemetry_lines < analysis->config.telemetry_frames) {
    analysis->telemetry_lines++;
    if (gst_prof_output_queue_wants (&analysis->output, GST_LEVEL_INFO))
      gst_prof_output_queue_push_line (&analysis->output, GST_LEVEL_INFO,
          gst_prof_line_new_telemetry (frame));
  }
  if (analysis->config.forward_frames)
    gst_prof_output_queue_push_structure (&analysis->output,
        gst_prof_frame_to_structure (frame));

  /* A frame that waited in PAUSED is not slow, whatever its times are. */
  if (frame->flags & GST_PROF_SPAN_FLAG_PREROLL)
    return;
  gst_prof_analysis_judge_frame (analysis, frame, budget);
  if (frame->state != GST_PROF_FRAME_DROPPED)
    gst_prof_frame_window_add (&analysis->window, frame, budget,
        analysis->config.thresholds.values[GST_PROF_WARNING_CRITICAL],
        analysis->config.performance_interval, &analysis->output);
}

static void
tell_backlog (GstProfAnalysis * analysis)
{
  gst_prof_backlog_teller_tell (&analysis->backlog_teller, analysis->backlog,
      &analysis->config.thresholds, analysis->stats, &analysis->output,
      analysis->now);
}

/*
 * gst_prof_analysis_new:
 * @config: what the user set
 * @wants: (nullable): whether lines of a level are read by anyone; %NULL: all
 *   are
 * @user_data: for @wants
 *
 * Returns: (transfer full): the analysis of a run that begins
 */
GstProfAnalysis *
gst_prof_analysis_new (const GstProfConfig * config, GstProfWantsFunc wants,
    gpointer user_data)
{
  GstProfAnalysis *analysis = g_new0 (GstProfAnalysis, 1);

  analysis->config = *config;
  analysis->playing_since = GST_CLOCK_TIME_NONE;
  analysis->ending_since = GST_CLOCK_TIME_NONE;
  gst_prof_output_queue_init (&analysis->output, wants, user_data);
  analysis->frames = gst_prof_frame_table_new (frame_ended, analysis);
  analysis->arrivals = gst_prof_arrivals_new ();
  analysis->backlog = gst_prof_backlog_new ();
  gst_prof_backlog_set_hindrance_func (analysis->backlog,
      gst_prof_analysis_find_hindrance, analysis);
  analysis->received = gst_prof_received_new ();
  analysis->startup = gst_prof_startup_new ();
  analysis->stats = gst_prof_stats_new ();
  analysis->elements = gst_prof_element_table_new ();
  analysis->pads = gst_prof_pad_table_new ();
  analysis->warner = gst_prof_warner_new (analysis->stats, &analysis->output);
  gst_prof_frame_window_init (&analysis->window);
  return analysis;
}

/*
 * gst_prof_analysis_free:
 * @analysis: (nullable) (transfer full): an analysis
 */
void
gst_prof_analysis_free (GstProfAnalysis * analysis)
{
  if (analysis == NULL)
    return;

  gst_prof_frame_table_free (analysis->frames);
  gst_prof_arrivals_free (analysis->arrivals);
  gst_prof_backlog_free (analysis->backlog);
  gst_prof_received_free (analysis->received);
  gst_prof_startup_free (analysis->startup);
  gst_prof_warner_free (analysis->warner);
  gst_prof_stats_free (analysis->stats);
  gst_prof_element_table_free (analysis->elements);
  gst_prof_pad_table_free (analysis->pads);
  gst_prof_frame_window_clear (&analysis->window);
  gst_prof_output_queue_clear (&analysis->output);
  g_free (analysis);
}

/*
 * gst_prof_analysis_set_explain_func:
 * @analysis: an analysis
 * @func: (nullable): what knows where threads spent their time; %NULL: only the
 *   spans are known
 * @entered: (nullable): what knows when a thread entered a stage
 * @user_data: for both
 */
void
gst_prof_analysis_set_explain_func (GstProfAnalysis * analysis,
    GstProfExplainFunc func, GstProfEnteredFunc entered, gpointer user_data)
{
  analysis->entered = entered;
  analysis->explain_data = user_data;
  analysis->explain = func;
  gst_prof_warner_set_explain_func (analysis->warner,
      func ? gst_prof_analysis_explain : NULL, analysis);
}

/*
 * gst_prof_analysis_set_config:
 * @analysis: an analysis
 * @config: what the user set; holds for what comes from now on
 */
void
gst_prof_analysis_set_config (GstProfAnalysis * analysis,
    const GstProfConfig * config)
{
  analysis->config = *config;
}

/*
 * gst_prof_analysis_set_playing:
 * @analysis: an analysis
 * @playing: whether the pipeline is PLAYING
 * @now: since when, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_analysis_set_playing (GstProfAnalysis * analysis, gboolean playing,
    GstClockTime now)
{
  if (!playing)
    gst_prof_warner_keep (analysis->warner);
  gst_prof_arrivals_set_playing (analysis->arrivals, playing, now);
  analysis->stopped_at = 0;
  if (!playing)
    analysis->playing_since = GST_CLOCK_TIME_NONE;
  else if (!GST_CLOCK_TIME_IS_VALID (analysis->playing_since))
    analysis->playing_since = now;
}

/*
 * gst_prof_analysis_set_ending:
 * @analysis: an analysis
 * @now: since when its end is announced, CLOCK_MONOTONIC nanoseconds
 *
 * Nothing is due any more: what stays away from now on is no gap. What was open
 * for too long before still is, and a frame that comes all the same ends one.
 */
void
gst_prof_analysis_set_ending (GstProfAnalysis * analysis, GstClockTime now)
{
  if (!GST_CLOCK_TIME_IS_VALID (analysis->ending_since))
    analysis->ending_since = now;
}

/*
 * gst_prof_analysis_add_stage:
 * @analysis: an analysis
 * @stage: a stage that frames will pass
 *
 * To be called for each element that is such a stage.
 */
void
gst_prof_analysis_add_stage (GstProfAnalysis * analysis, const gchar * stage)
{
  analysis->n_stages++;
  gst_prof_frame_table_add_stage (analysis->frames, stage);
  gst_prof_stats_add_element (analysis->stats, stage);
}

/*
 * gst_prof_analysis_remove_stage:
 * @analysis: an analysis
 * @stage: a stage that frames will not pass any more
 *
 * Takes back one call of gst_prof_analysis_add_stage().
 */
void
gst_prof_analysis_remove_stage (GstProfAnalysis * analysis,
    const gchar * stage)
{
  analysis->n_stages -= MIN (analysis->n_stages, 1);
  gst_prof_frame_table_remove_stage (analysis->frames, stage);
  gst_prof_stats_remove_element (analysis->stats, stage);
}

/*
 * gst_prof_analysis_push_span:
 * @analysis: an analysis
 * @span: a span
 * @now: the time, CLOCK_MONOTONIC nanoseconds; limits the rate of lines
 */
void
gst_prof_analysis_push_span (GstProfAnalysis * analysis,
    const GstProfSpan * span, GstClockTime now)
{
  GstProfArrival arrival;
  const gchar *first_stage;
  guint64 frame;

  analysis->now = now;
  gst_prof_stats_add_span (analysis->stats, span);
  frame = gst_prof_frame_table_push (analysis->frames, span);
  first_stage = gst_prof_frame_table_get_first_stage (analysis->frames,
      span->stream_id);
  gst_prof_backlog_add_span (analysis->backlog, span, first_stage);

  gst_prof_analysis_judge_span (analysis, span, frame);
  if (gst_prof_arrivals_push (analysis->arrivals, span, first_stage, &arrival))
    gst_prof_analysis_judge_arrival (analysis, span, &arrival, frame);
}

/*
 * gst_prof_analysis_push_setup:
 * @analysis: an analysis
 * @setup: what a stage tells of itself. Its coming and going is told with
 *   gst_prof_analysis_add_stage() and _remove_stage()
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_analysis_push_setup (GstProfAnalysis * analysis,
    const GstProfSetup * setup, GstClockTime now)
{
  analysis->now = now;
  if (setup->kind != GST_PROF_SETUP_ADDED)
    gst_prof_stats_add_setup (analysis->stats, setup);

  switch (setup->kind) {
    case GST_PROF_SETUP_DONE:
      gst_prof_analysis_judge_setup (analysis, setup, GST_PROF_WARNING_SLOW_SETUP,
          setup->state_changes + setup->caps + setup->first_buffer,
          gst_prof_line_new_setup);
      break;
    case GST_PROF_SETUP_RENEGOTIATED:
      gst_prof_analysis_judge_setup (analysis, setup,
          GST_PROF_WARNING_INIT_CHECK, setup->caps,
          gst_prof_line_new_init_check);
      break;
    case GST_PROF_SETUP_COUNTERS:
    case GST_PROF_SETUP_REMOVED:
      /* The end of the stream: nothing more is to come. */
      gst_prof_arrivals_end_stage (analysis->arrivals, setup->stage);
      break;
    case GST_PROF_SETUP_FILE_REMOVED:
      gst_prof_analysis_judge_setup (analysis, setup,
          GST_PROF_WARNING_FILE_REMOVED, 0, gst_prof_line_new_file_removed);
      break;
    default:
      break;
  }
}

static void
sample_startup (GstProfAnalysis * analysis, const GstProfStartupMarks * seen)
{
  GstProfStartupMarks marks = *seen;

  marks.times[GST_PROF_STARTUP_CONTACT] = analysis->config.startup_origin;
  gst_prof_startup_sample (analysis->startup, &marks, analysis->now);
}

/*
 * gst_prof_analysis_sample:
 * @analysis: an analysis
 * @sample: levels, memory, time, what came in; read just now
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * To be called a few times a second.
 */
void
gst_prof_analysis_sample (GstProfAnalysis * analysis,
    const GstProfBacklogSample * sample, GstClockTime now)
{
  analysis->now = now;
  analysis->live = sample->live;
  gst_prof_analysis_measure_elements (analysis);
  gst_prof_backlog_sample (analysis->backlog, sample,
      &analysis->config.thresholds, now);
  gst_prof_received_sample (analysis->received, sample->receivers,
      sample->n_receivers, sample->receivers_refused, now);
  sample_startup (analysis, &sample->startup);
  tell_backlog (analysis);
}

/*
 * gst_prof_analysis_note_loss:
 * @analysis: an analysis
 *
 * Spans were lost behind those that were pushed last.
 */
void
gst_prof_analysis_note_loss (GstProfAnalysis * analysis)
{
  gst_prof_frame_table_note_loss (analysis->frames);
  gst_prof_arrivals_note_loss (analysis->arrivals);
}

/*
 * gst_prof_analysis_flush:
 * @analysis: an analysis
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The end of the stream or of the run: no frame that is inside will come out.
 * Says what was held back.
 */
void
gst_prof_analysis_flush (GstProfAnalysis * analysis, GstClockTime now)
{
  analysis->now = now;
  gst_prof_frame_table_flush (analysis->frames);
  gst_prof_backlog_flush (analysis->backlog, now);
  tell_backlog (analysis);
  gst_prof_warner_flush (analysis->warner, now);
}

/*
 * gst_prof_analysis_pop_output:
 * @analysis: an analysis
 *
 * Returns: (nullable) (transfer full): the next that is to be said
 */
GstProfOutput *
gst_prof_analysis_pop_output (GstProfAnalysis * analysis)
{
  return gst_prof_output_queue_pop (&analysis->output);
}

/*
 * gst_prof_analysis_summarize:
 * @analysis: an analysis
 * @summary: (inout): an initialised summary; valid until the next call on
 *   @analysis
 */
void
gst_prof_analysis_summarize (GstProfAnalysis * analysis,
    GstProfSummary * summary)
{
  GstProfFrameCounters counters = { 0 };

  gst_prof_frame_table_get_counters (analysis->frames, &counters);
  gst_prof_stats_summarize (analysis->stats, &counters, summary);
  gst_prof_warner_summarize (analysis->warner, analysis->now, summary);
  gst_prof_backlog_summarize (analysis->backlog, summary);
  gst_prof_received_summarize (analysis->received, summary);
  gst_prof_element_table_summarize (analysis->elements, summary);
  summary->startup = gst_prof_startup_get_parts (analysis->startup);
  summary->streams_evicted = MAX (summary->streams_evicted,
      gst_prof_arrivals_get_evicted (analysis->arrivals));
}
