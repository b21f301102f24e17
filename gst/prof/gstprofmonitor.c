/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The meeting point of the streaming threads, which push, and the analysis,
 * which takes its time. Owns the inbox between them, the analysis of the run
 * and, if it is to have one, a thread that ticks (gstprofmonitorlook.c). What was pushed is taken in by gst_prof_monitor_process(), which anyone may
 * call: a tick does, and whoever needs everything done now, such as the thread
 * that brings EOS.
 *
 * A run begins when latencytracer goes to PAUSED. In its floating form others
 * may have begun before it: then the first span after a reset, or the first
 * setup that is done, begins it. A span without a reset that comes after the
 * end of a run is late, and belongs to that one.
 *
 * Lock order: watch_lock, lock, then that of the inbox or of what is to be told.
 * Under lock the watch is asked for causes, which has locks of its own.
 * The client is called with none of them, but for its `wants`.
 *
 * A monitor that was made before a fork and is used in the child begins anew: the
 * locks may be held, and what they protect half written, by threads that are not
 * there. Nothing of it is given back.
 */

#include "gstprofmonitorprivate.h"

#include "gstprofclock.h"
#include "gstproffork.h"

/* No process has so many ancestors. */
#define RENEWING G_MAXUINT

G_DEFINE_TYPE (GstProfMonitor, gst_prof_monitor, G_TYPE_OBJECT);

/* With lock held, as all that makes the analysis tell something. */
static gboolean
explain (const GstProfQuestion * question, GstProfExplanation * explanation,
    gpointer user_data)
{
  GstProfMonitor *monitor = user_data;

  return gst_prof_watch_explain (monitor->watch, question, explanation);
}

/* With lock held. */
static gboolean
find_entered (GQuark stage, guint64 thread_id, GstClockTime * entered,
    gpointer user_data)
{
  GstProfMonitor *monitor = user_data;

  return gst_prof_watch_get_entered (monitor->watch, stage, thread_id,
      entered);
}

/* With lock held. */
void
gst_prof_monitor_update_explain_func (GstProfMonitor * monitor)
{
  gst_prof_analysis_set_explain_func (monitor->analysis,
      monitor->watch ? explain : NULL, monitor->watch ? find_entered : NULL,
      monitor);
}

static GstProfAnalysis *
new_analysis (GstProfMonitor * monitor)
{
  return gst_prof_analysis_new (&monitor->config, monitor->client.wants,
      monitor->user_data);
}

/* With lock held. The stages that are there have said so once, before the run
 * began. */
static void
begin_run (GstProfMonitor * monitor)
{
  if (monitor->running)
    return;

  gst_prof_analysis_free (monitor->analysis);
  monitor->analysis = new_analysis (monitor);
  gst_prof_monitor_update_explain_func (monitor);
  for (guint i = 0; i < monitor->n_present; i++)
    gst_prof_analysis_add_stage (monitor->analysis, monitor->present[i].stage);
  if (monitor->playing)
    gst_prof_analysis_set_playing (monitor->analysis, TRUE,
        monitor->playing_since);

  monitor->running = TRUE;
  monitor->news = FALSE;
  monitor->spans_lost_before = monitor->spans_lost;
  monitor->setups_dropped_before = gst_prof_inbox_get_setups_dropped (&monitor->inbox);
  monitor->not_posted_before = atomic_load (&monitor->not_posted);
}

/* What a monitor has before anything comes, in its process. */
static void
init_empty (GstProfMonitor * monitor)
{
  gst_prof_inbox_init (&monitor->inbox);
  g_mutex_init (&monitor->lock);
  g_mutex_init (&monitor->watch_lock);
  gst_prof_telling_init (&monitor->telling);
  gst_prof_ticker_init (&monitor->ticker);
}

static void
renew (GstProfMonitor * monitor, guint generation)
{
  guint known = atomic_load (&monitor->generation);

  if (known == RENEWING || !atomic_compare_exchange_strong
      (&monitor->generation, &known, RENEWING)) {
    while (atomic_load (&monitor->generation) != generation)
      g_thread_yield ();
    return;
  }
  init_empty (monitor);
  monitor->spans_lost = 0;
  monitor->spans_lost_before = 0;
  monitor->watch = NULL;
  monitor->threads = NULL;
  monitor->sample = NULL;
  monitor->ticked = 0;
  monitor->sampled = 0;
  monitor->n_present = 0;
  monitor->running = FALSE;
  monitor->news = FALSE;
  monitor->analysis = new_analysis (monitor);
  atomic_store (&monitor->generation, generation);
}

/* First thing in whatever is called from outside. */
void
gst_prof_monitor_be_in_this_process (GstProfMonitor * monitor)
{
  guint generation = gst_prof_fork_get_generation ();

  if (G_UNLIKELY (atomic_load_explicit (&monitor->generation,
              memory_order_acquire) != generation))
    renew (monitor, generation);
}

static void
gst_prof_monitor_init (GstProfMonitor * monitor)
{
  init_empty (monitor);
  atomic_init (&monitor->generation, gst_prof_fork_get_generation ());
  gst_prof_config_init (&monitor->config);
}

static void
gst_prof_monitor_finalize (GObject * object)
{
  GstProfMonitor *monitor = GST_PROF_MONITOR (object);

  gst_prof_monitor_be_in_this_process (monitor);
  g_assert (monitor->watch == NULL);

  gst_prof_ticker_clear (&monitor->ticker);
  gst_prof_analysis_free (monitor->analysis);
  gst_prof_inbox_clear (&monitor->inbox);
  g_free (monitor->threads);
  g_free (monitor->sample);
  gst_prof_telling_clear (&monitor->telling);
  for (guint i = 0; i < monitor->n_present; i++) {
    g_ref_string_release (monitor->present[i].stage);
    g_clear_pointer (&monitor->present[i].element, g_ref_string_release);
  }
  g_mutex_clear (&monitor->lock);
  g_mutex_clear (&monitor->watch_lock);

  G_OBJECT_CLASS (gst_prof_monitor_parent_class)->finalize (object);
}

static void
gst_prof_monitor_class_init (GstProfMonitorClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_prof_monitor_finalize;
}

/*
 * gst_prof_monitor_new:
 * @client: who to speak to; copied
 * @user_data: for @client's functions. It must stay valid until no thread calls
 *   gst_prof_monitor_process() any more
 *
 * Returns: (transfer full): a monitor without a thread
 */
GstProfMonitor *
gst_prof_monitor_new (const GstProfMonitorClient * client, gpointer user_data)
{
  GstProfMonitor *monitor = g_object_new (GST_TYPE_PROF_MONITOR, NULL);

  monitor->client = *client;
  monitor->user_data = user_data;
  monitor->analysis = new_analysis (monitor);
  return monitor;
}

/*
 * gst_prof_monitor_push_span:
 * @monitor: a monitor
 * @span: a span, of which a copy is taken
 *
 * Streaming threads. Full: the span is dropped and counted.
 */
void
gst_prof_monitor_push_span (GstProfMonitor * monitor, const GstProfSpan * span)
{
  gst_prof_monitor_be_in_this_process (monitor);
  if (gst_prof_inbox_push_span (&monitor->inbox, span))
    gst_prof_ticker_wake (&monitor->ticker);
}

/*
 * gst_prof_monitor_push_setup:
 * @monitor: a monitor
 * @setup: what a stage tells of itself, of which a copy is taken
 *
 * Any thread. Full: it is dropped and counted.
 */
void
gst_prof_monitor_push_setup (GstProfMonitor * monitor,
    const GstProfSetup * setup)
{
  gst_prof_monitor_be_in_this_process (monitor);
  gst_prof_inbox_push_setup (&monitor->inbox, setup);
}

/*
 * gst_prof_monitor_get_config:
 * @monitor: a monitor
 * @config: (out caller-allocates): what the user set
 */
void
gst_prof_monitor_get_config (GstProfMonitor * monitor, GstProfConfig * config)
{
  gst_prof_monitor_be_in_this_process (monitor);
  g_mutex_lock (&monitor->lock);
  *config = monitor->config;
  g_mutex_unlock (&monitor->lock);
}

/*
 * gst_prof_monitor_set_config:
 * @monitor: a monitor
 * @config: what the user set; holds for what comes from now on
 */
void
gst_prof_monitor_set_config (GstProfMonitor * monitor,
    const GstProfConfig * config)
{
  gst_prof_monitor_be_in_this_process (monitor);
  g_mutex_lock (&monitor->lock);
  monitor->config = *config;
  gst_prof_analysis_set_config (monitor->analysis, config);
  if (monitor->watch != NULL && config->sample_interval > 0)
    gst_prof_watch_set_interval (monitor->watch, config->sample_interval);
  g_mutex_unlock (&monitor->lock);
}

static gint
find_present (GstProfMonitor * monitor, const GstProfSetup * setup)
{
  for (guint i = 0; i < monitor->n_present; i++) {
    if (g_strcmp0 (monitor->present[i].stage, setup->stage) == 0
        && g_strcmp0 (monitor->present[i].element, setup->element) == 0)
      return i;
  }
  return -1;
}

/* A stage tells again that it is there when a listener is new. What is not
 * remembered could not be taken back, so it is not added either. */
static void
add_present (GstProfMonitor * monitor, const GstProfSetup * setup)
{
  GstProfPresentStage *present;

  if (find_present (monitor, setup) >= 0 || monitor->n_present == GST_PROF_MONITOR_MAX_PRESENT)
    return;

  gst_prof_analysis_add_stage (monitor->analysis, setup->stage);
  present = &monitor->present[monitor->n_present++];
  present->stage = g_ref_string_acquire (setup->stage);
  present->element =
      setup->element ? g_ref_string_acquire (setup->element) : NULL;
}

static void
remove_present (GstProfMonitor * monitor, const GstProfSetup * setup)
{
  gint i = find_present (monitor, setup);

  if (i < 0)
    return;

  gst_prof_analysis_remove_stage (monitor->analysis, setup->stage);
  g_ref_string_release (monitor->present[i].stage);
  g_clear_pointer (&monitor->present[i].element, g_ref_string_release);
  monitor->present[i] = monitor->present[--monitor->n_present];
}

static void
take_span (GstProfMonitor * monitor, const GstProfSpan * span,
    GstClockTime now)
{
  if (span->flags & GST_PROF_SPAN_FLAG_RESET)
    begin_run (monitor);
  /* Time at EOS, told when EOS is over, is no reason for a new summary. */
  if (!(span->flags & GST_PROF_SPAN_FLAG_DRAIN))
    monitor->news = TRUE;
  gst_prof_analysis_push_span (monitor->analysis, span, now);
}

static void
take_spans (GstProfMonitor * monitor, guint64 until, GstClockTime now)
{
  GstProfSpan span;

  while (gst_prof_inbox_pop_span (&monitor->inbox, until, &span)) {
    take_span (monitor, &span, now);
    gst_prof_span_clear (&span);
  }
}

static void
take_setup (GstProfMonitor * monitor, const GstProfSetup * setup,
    guint64 until, GstClockTime now)
{
  switch (setup->kind) {
    case GST_PROF_SETUP_ADDED:
      add_present (monitor, setup);
      return;
    case GST_PROF_SETUP_DONE:
      begin_run (monitor);
      break;
    case GST_PROF_SETUP_COUNTERS:
      /* The end of its stream: no frame may come after it. */
      take_spans (monitor, gst_prof_inbox_get_pushed (&monitor->inbox), now);
      break;
    case GST_PROF_SETUP_REMOVED:
      /* Its last spans lie in the queue. */
      take_spans (monitor, until, now);
      remove_present (monitor, setup);
      break;
    default:
      break;
  }
  gst_prof_analysis_push_setup (monitor->analysis, setup, now);
}

/* With lock held. The number of spans is read before the setups are: so a span
 * that is taken has all in front of it that its stage told before. */
void
gst_prof_monitor_take_all (GstProfMonitor * monitor, GstClockTime now)
{
  guint64 until = gst_prof_inbox_get_pushed (&monitor->inbox);
  guint64 lost = gst_prof_inbox_get_lost (&monitor->inbox);
  GQueue setups;
  GstProfSetup *setup;

  gst_prof_inbox_take_setups (&monitor->inbox, &setups);

  while ((setup = g_queue_pop_head (&setups)) != NULL) {
    take_setup (monitor, setup, until, now);
    gst_prof_inbox_free_setup (setup);
  }
  take_spans (monitor, until, now);

  /* What was lost found the queue full: it lies behind what was in it. */
  if (lost != monitor->spans_lost) {
    gst_prof_analysis_note_loss (monitor->analysis);
    monitor->spans_lost = lost;
  }
}

/* With lock held: what there is to be said, to be said without it. */
void
gst_prof_monitor_take_output (GstProfMonitor * monitor)
{
  GstProfOutput *item;

  while ((item = gst_prof_analysis_pop_output (monitor->analysis)) != NULL)
    gst_prof_telling_push (&monitor->telling, item);
}

static void
say_one (GstProfOutput * item, gpointer user_data)
{
  GstProfMonitor *monitor = user_data;

  gst_prof_ticker_go_out ();
  if (item->line != NULL)
    monitor->client.log (item->level, item->line, monitor->user_data);
  else if (!monitor->client.post (g_steal_pointer (&item->structure),
          monitor->user_data))
    atomic_fetch_add (&monitor->not_posted, 1);
  gst_prof_ticker_come_back ();
  gst_prof_output_free (item);
}

void
gst_prof_monitor_say (GstProfMonitor * monitor)
{
  gst_prof_telling_tell (&monitor->telling, say_one, monitor);
}

/*
 * gst_prof_monitor_process:
 * @monitor: a monitor
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Takes in all that has been pushed, and says what there is to say. Any
 * thread; streaming threads only at EOS.
 */
void
gst_prof_monitor_process (GstProfMonitor * monitor, GstClockTime now)
{
  gst_prof_monitor_be_in_this_process (monitor);
  g_mutex_lock (&monitor->lock);
  gst_prof_monitor_take_all (monitor, now);
  gst_prof_analysis_advance (monitor->analysis, now);
  gst_prof_monitor_take_output (monitor);
  g_mutex_unlock (&monitor->lock);

  gst_prof_monitor_say (monitor);
}

/*
 * gst_prof_monitor_finish:
 * @monitor: a monitor
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The same at the end of a stream or a run: frames that are inside will not
 * come out any more. What there was to say has been said when it returns, by
 * whatever thread.
 *
 * Returns: whether anything has come since the last call, so that there is
 *   something to sum up
 */
gboolean
gst_prof_monitor_finish (GstProfMonitor * monitor, GstClockTime now)
{
  gboolean news;

  gst_prof_monitor_be_in_this_process (monitor);
  g_mutex_lock (&monitor->lock);
  gst_prof_monitor_take_all (monitor, now);
  if (monitor->watch != NULL)
    gst_prof_watch_read (monitor->watch, monitor->analysis, now);
  gst_prof_analysis_flush (monitor->analysis, now);
  news = monitor->news;
  monitor->news = FALSE;
  gst_prof_monitor_take_output (monitor);
  g_mutex_unlock (&monitor->lock);

  gst_prof_monitor_say (monitor);
  gst_prof_telling_wait (&monitor->telling);
  return news;
}

/*
 * gst_prof_monitor_begin_run:
 * @monitor: a monitor
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The pipeline goes to PAUSED: nothing of the last run shows any more. Does
 * nothing if the run has begun by itself.
 */
void
gst_prof_monitor_begin_run (GstProfMonitor * monitor, GstClockTime now)
{
  gst_prof_monitor_be_in_this_process (monitor);
  g_mutex_lock (&monitor->lock);
  gst_prof_monitor_take_all (monitor, now);
  begin_run (monitor);
  gst_prof_monitor_take_output (monitor);
  g_mutex_unlock (&monitor->lock);

  gst_prof_monitor_say (monitor);
}

/*
 * gst_prof_monitor_end_run:
 * @monitor: a monitor
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The pipeline has left PAUSED. The summary stays readable until the next run,
 * whose session is another one.
 */
void
gst_prof_monitor_end_run (GstProfMonitor * monitor, GstClockTime now)
{
  gst_prof_monitor_process (monitor, now);

  g_mutex_lock (&monitor->lock);
  monitor->running = FALSE;
  monitor->config.startup_origin = 0;
  g_mutex_unlock (&monitor->lock);
}

/*
 * gst_prof_monitor_read:
 * @monitor: a monitor
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Takes in what has been counted at the pads, and who feeds whom: to be called
 * before that changes. Takes locks of the pipeline's elements, each for a moment.
 */
void
gst_prof_monitor_read (GstProfMonitor * monitor, GstClockTime now)
{
  gst_prof_monitor_be_in_this_process (monitor);
  g_mutex_lock (&monitor->watch_lock);
  if (monitor->watch != NULL) {
    gst_prof_watch_refresh (monitor->watch, TRUE, now);
    g_mutex_lock (&monitor->lock);
    gst_prof_watch_read (monitor->watch, monitor->analysis, now);
    g_mutex_unlock (&monitor->lock);
  }
  g_mutex_unlock (&monitor->watch_lock);
}

static void
set_playing (GstProfMonitor * monitor, gboolean playing, gboolean stops,
    GstClockTime now)
{
  gst_prof_monitor_be_in_this_process (monitor);
  /* What it did until now is judged as that, and its queues have their tasks. */
  gst_prof_monitor_read (monitor, now);
  g_mutex_lock (&monitor->lock);
  gst_prof_monitor_take_all (monitor, now);
  monitor->playing = playing;
  monitor->playing_since = now;
  if (stops)
    gst_prof_analysis_stop_playing (monitor->analysis, now);
  else
    gst_prof_analysis_set_playing (monitor->analysis, playing, now);
  gst_prof_monitor_take_output (monitor);
  g_mutex_unlock (&monitor->lock);

  gst_prof_monitor_say (monitor);
}

/*
 * gst_prof_monitor_set_playing:
 * @monitor: a monitor
 * @playing: whether the pipeline is PLAYING
 * @now: since when, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_monitor_set_playing (GstProfMonitor * monitor, gboolean playing,
    GstClockTime now)
{
  set_playing (monitor, playing, FALSE, now);
}

/*
 * gst_prof_monitor_set_ending:
 * @monitor: a monitor
 * @now: since when the end of this run is announced, CLOCK_MONOTONIC nanoseconds
 *
 * What is open by then is told as that. Any thread.
 */
void
gst_prof_monitor_set_ending (GstProfMonitor * monitor, GstClockTime now)
{
  gst_prof_monitor_process (monitor, now);
  g_mutex_lock (&monitor->lock);
  gst_prof_analysis_set_ending (monitor->analysis, now);
  g_mutex_unlock (&monitor->lock);
}

/*
 * gst_prof_monitor_stop_playing:
 * @monitor: a monitor
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The pipeline is PLAYING no more, on the way to a state in which nothing flows.
 */
void
gst_prof_monitor_stop_playing (GstProfMonitor * monitor, GstClockTime now)
{
  set_playing (monitor, FALSE, TRUE, now);
}
