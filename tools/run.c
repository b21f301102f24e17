/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The course of one pipeline with its latencytracer: from NULL to PLAYING,
 * through what its bus asks for, to its end and back, and the summary it leaves.
 * It owns the bus watches and the status timer; the main loop and the signals
 * are loop.c's, and what is said about the numbers is the report's.
 *
 * Everything runs in the main thread and never waits there, as other pipelines
 * have their course at the same time. State changes and EOS, which may block for
 * as long as an element likes, have threads of their own. Such a thread has the
 * run only to give it back to the main thread.
 */

#include "run.h"
#include "statusline.h"
#include "teller.h"
#include "waiting.h"

#define STATUS_INTERVAL_MS 333
#define PLAY_PATIENCE_S 3       /* then it is said who is waited for */
#define END_INTERVAL_S 1        /* then it is said what EOS waits for */
#define END_TIMEOUT_S 5         /* how long it may take to get through */
#define STOP_TIMEOUT_MS 3000
#define STOP_AT_ONCE_MS 500

typedef struct
{
  GstProfRun *run;
  GstElement *pipeline;
  GstBus *bus;
} Watch;

/* A state change in a thread of its own. */
typedef struct
{
  GstProfRun *run;              /* a reference, for the main thread */
  GstState state;
  GstStateChangeReturn result;
} Change;

struct _GstProfRun
{
  GstElement *pipeline;
  GstElement *tracer;
  GstElement *eos_source;
  GstProfTerminal *terminal;    /* NULL: the run was freed */
  GstProfTeller *teller;
  GstProfRunHandlers handlers;
  gpointer handlers_data;
  GPtrArray *watches;
  GstStructure *summary;
  GstClockTime start;           /* in the terminal's time */
  GstProfStatusLine status_line;
  guint status_timer;
  guint play_timer;
  guint end_timer;
  guint end_seconds;            /* since the end began */
  guint stop_timer;
  GstState stop_state;          /* READY or NULL while stopping */
  gboolean live;
  gboolean buffering;
  gboolean ending;
  gint stopping;                /* atomic, set in the main thread only */
  gboolean at_once;
  gboolean failed;
  gboolean stuck;               /* a state change never came back */
};

static gboolean on_message (GstBus * bus, GstMessage * message, gpointer data);
static void step_down (GstProfRun * run, GstState state);

static void
watch_free (Watch * watch)
{
  gst_bus_remove_watch (watch->bus);
  gst_object_unref (watch->bus);
  gst_object_unref (watch->pipeline);
  g_free (watch);
}

/*
 * gst_prof_run_new:
 * @pipeline: the pipeline, in NULL
 * @tracer: the latencytracer inside it
 * @terminal: where to tell; must outlive the run
 *
 * Returns: (transfer full): a run that has not begun
 */
GstProfRun *
gst_prof_run_new (GstElement * pipeline, GstElement * tracer,
    GstProfTerminal * terminal)
{
  GstProfRun *run = g_rc_box_new0 (GstProfRun);

  run->pipeline = gst_object_ref (pipeline);
  run->tracer = gst_object_ref (tracer);
  run->terminal = terminal;
  run->watches = g_ptr_array_new_with_free_func ((GDestroyNotify) watch_free);
  run->teller = gst_prof_teller_new (terminal);
  gst_prof_run_watch (run, pipeline);
  return run;
}

static void
run_clear (gpointer data)
{
  GstProfRun *run = data;

  gst_object_unref (run->pipeline);
  gst_object_unref (run->tracer);
  gst_clear_object (&run->eos_source);
  gst_clear_structure (&run->summary);
}

static void
run_unref (GstProfRun * run)
{
  g_rc_box_release_full (run, run_clear);
}

static void
clear_timers (GstProfRun * run)
{
  g_clear_handle_id (&run->status_timer, g_source_remove);
  g_clear_handle_id (&run->play_timer, g_source_remove);
  g_clear_handle_id (&run->end_timer, g_source_remove);
  g_clear_handle_id (&run->stop_timer, g_source_remove);
}

/*
 * gst_prof_run_free:
 * @run: (transfer full): a run that has not started or is over
 *
 * Of one that is stuck, the thread keeps the pipeline.
 */
void
gst_prof_run_free (GstProfRun * run)
{
  clear_timers (run);
  g_clear_pointer (&run->watches, g_ptr_array_unref);
  g_clear_pointer (&run->teller, gst_prof_teller_free);
  run->terminal = NULL;
  run_unref (run);
}

/*
 * gst_prof_run_set_handlers:
 * @run: a run that has not started
 * @handlers: what to call; copied
 * @data: for @handlers
 */
void
gst_prof_run_set_handlers (GstProfRun * run,
    const GstProfRunHandlers * handlers, gpointer data)
{
  run->handlers = *handlers;
  run->handlers_data = data;
}

/*
 * gst_prof_run_set_eos_source:
 * @run: the run
 * @element: in a bin that forwards its children's messages
 *
 * Lets the EOS of @element end the run. For pipelines with sinks that EOS
 * never reaches, as those webrtcbin has inside.
 */
void
gst_prof_run_set_eos_source (GstProfRun * run, GstElement * element)
{
  gst_object_replace ((GstObject **) & run->eos_source, GST_OBJECT (element));
}

/*
 * gst_prof_run_watch:
 * @run: the run
 * @pipeline: another pipeline
 *
 * Tells what @pipeline posts too; its error ends the run.
 */
void
gst_prof_run_watch (GstProfRun * run, GstElement * pipeline)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->run = run;
  watch->pipeline = gst_object_ref (pipeline);
  watch->bus = gst_element_get_bus (pipeline);
  gst_bus_add_watch (watch->bus, on_message, watch);
  g_ptr_array_add (run->watches, watch);
}

/*
 * gst_prof_run_get_name:
 * @run: the run
 *
 * Returns: its pipeline's name
 */
const gchar *
gst_prof_run_get_name (GstProfRun * run)
{
  return GST_OBJECT_NAME (run->pipeline);
}

/*
 * gst_prof_run_get_summary:
 * @run: the run
 *
 * Returns: (nullable): the latencytracer's last word, when the run is over
 */
const GstStructure *
gst_prof_run_get_summary (GstProfRun * run)
{
  return run->summary;
}

/*
 * gst_prof_run_get_seen:
 * @run: the run
 *
 * Returns: what --fail-on could name and was warned about until now
 */
GstProfFailOn
gst_prof_run_get_seen (GstProfRun * run)
{
  return gst_prof_teller_get_seen (run->teller);
}

/*
 * gst_prof_run_is_stuck:
 * @run: a run that is over
 *
 * Returns: whether an element did not stop, so that a thread still holds the
 *   pipeline and the run
 */
gboolean
gst_prof_run_is_stuck (GstProfRun * run)
{
  return run->stuck;
}

/*
 * gst_prof_run_is_clean:
 * @run: a run that is over
 *
 * Returns: %FALSE when it failed, or was stopped before it had ended
 */
gboolean
gst_prof_run_is_clean (GstProfRun * run)
{
  return !run->failed;
}

/* Returns: (transfer full) (nullable): what the end waits for */
static gchar *
describe_end (GstProfRun * run)
{
  g_autofree gchar *text = NULL;

  if (run->ending && run->handlers.waiting)
    text = run->handlers.waiting (run, run->handlers_data);
  return text ? g_strdup_printf ("finishing: %s", text) : NULL;
}

static gboolean
on_end_timer (gpointer data)
{
  GstProfRun *run = data;
  GstElement *ends = run->eos_source ? run->eos_source : run->pipeline;
  g_autofree gchar *names = NULL;
  g_autofree gchar *text = describe_end (run);
  gboolean due = (run->end_seconds += END_INTERVAL_S) % END_TIMEOUT_S == 0;

  if (!due || (run->handlers.goes_on
          && run->handlers.goes_on (run, run->handlers_data))) {
    if (text && (due || run->end_seconds == END_INTERVAL_S))
      gst_prof_terminal_tell_timed (run->terminal, "%s", text);
    return G_SOURCE_CONTINUE;
  }
  names = gst_prof_waiting_for_eos (ends);
  run->end_timer = 0;
  gst_prof_terminal_tell_timed (run->terminal,
      "EOS did not get through within %d s%s%s, stopping without it",
      END_TIMEOUT_S, names ? " to " : "", names ? names : "");
  gst_prof_run_fail (run);
  return G_SOURCE_REMOVE;
}

static void
send_eos (GstElement * pipeline, gpointer unused)
{
  gst_element_send_event (pipeline, gst_event_new_eos ());
}

/*
 * gst_prof_run_end:
 * @run: the run
 *
 * Begins the end, once: EOS, and five seconds for it to get through, or for what
 * is in front of it to make progress.
 */
void
gst_prof_run_end (GstProfRun * run)
{
  if (run->ending || run->stopping)
    return;
  run->ending = TRUE;
  run->end_timer = g_timeout_add_seconds (END_INTERVAL_S, on_end_timer, run);
  if (run->handlers.ending)
    run->handlers.ending (run, run->handlers_data);
  else
    gst_element_call_async (run->pipeline, send_eos, NULL, NULL);
}

/* Sinks that wait for data wait in silence, and so does all before them. */
static gboolean
on_play_timer (gpointer data)
{
  GstProfRun *run = data;
  g_autofree gchar *names = NULL;
  g_autofree gchar *why = NULL;
  GstState state, next;

  run->play_timer = 0;
  if (run->ending || gst_element_get_state (run->pipeline, &state, NULL, 0)
      != GST_STATE_CHANGE_ASYNC)
    return G_SOURCE_REMOVE;
  if (run->handlers.not_playing)
    why = run->handlers.not_playing (run, run->handlers_data);
  if (why) {
    gst_prof_terminal_tell_timed (run->terminal, "%s", why);
    return G_SOURCE_REMOVE;
  }
  names = gst_prof_waiting_for_state (run->pipeline);
  next = GST_STATE_NEXT (run->pipeline);
  gst_prof_terminal_tell_timed (run->terminal, "still %s: waiting for %s",
      gst_element_state_get_name (next ? next : state),
      names ? names : "the pipeline itself");
  return G_SOURCE_REMOVE;
}

static void
set_state (GstElement * pipeline, gpointer state)
{
  gst_element_set_state (pipeline, GPOINTER_TO_INT (state));
}

/* Wants the state lock, which an element that takes no EOS may hold for ever. */
static void
recalculate_latency (GstElement * pipeline, gpointer unused)
{
  gst_bin_recalculate_latency (GST_BIN (pipeline));
}

static void
change_clock (GstElement * pipeline, gpointer unused)
{
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

/* A message that a bin passed on from a child. */
static void
on_forwarded (GstProfRun * run, GstMessage * message)
{
  g_autoptr (GstMessage) forwarded = NULL;

  gst_structure_get (gst_message_get_structure (message), "message",
      GST_TYPE_MESSAGE, &forwarded, NULL);
  if (forwarded && GST_MESSAGE_TYPE (forwarded) == GST_MESSAGE_EOS
      && GST_MESSAGE_SRC (forwarded) == GST_OBJECT (run->eos_source))
    gst_prof_run_stop (run);
}

static void
on_buffering (GstProfRun * run, GstElement * pipeline, GstMessage * message)
{
  gboolean buffering;
  gint percent;

  gst_message_parse_buffering (message, &percent);
  buffering = percent < 100;
  if (run->live || buffering == run->buffering)
    return;
  run->buffering = buffering;
  gst_element_call_async (pipeline, set_state,
      GINT_TO_POINTER (buffering ? GST_STATE_PAUSED : GST_STATE_PLAYING), NULL);
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  Watch *watch = data;
  GstProfRun *run = watch->run;
  gboolean ours = watch->pipeline == run->pipeline;
  GstState state;

  gst_prof_teller_tell (run->teller, message);
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_prof_run_fail (run);
      break;
    case GST_MESSAGE_EOS:
      if (ours)
        gst_prof_run_stop (run);
      break;
    case GST_MESSAGE_ELEMENT:
      if (run->eos_source && gst_message_has_name (message, "GstBinForwarded"))
        on_forwarded (run, message);
      break;
    case GST_MESSAGE_LATENCY:
      gst_element_call_async (watch->pipeline, recalculate_latency, NULL, NULL);
      break;
    case GST_MESSAGE_CLOCK_LOST:
      gst_element_call_async (watch->pipeline, change_clock, NULL, NULL);
      break;
    case GST_MESSAGE_REQUEST_STATE:
      gst_message_parse_request_state (message, &state);
      gst_element_call_async (watch->pipeline, set_state,
          GINT_TO_POINTER (state), NULL);
      break;
    case GST_MESSAGE_BUFFERING:
      if (ours)
        on_buffering (run, watch->pipeline, message);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static GstStructure *
read_stats (GstProfRun * run)
{
  GstStructure *stats = NULL;

  g_object_get (run->tracer, "stats", &stats, NULL);
  return stats;
}

static gboolean
on_status_timer (gpointer data)
{
  GstProfRun *run = data;
  g_autoptr (GstStructure) stats = read_stats (run);
  g_autofree gchar *line = gst_prof_status_line_update (&run->status_line,
      stats, gst_prof_terminal_get_elapsed (run->terminal) - run->start);
  g_autofree gchar *end = describe_end (run);

  gst_prof_terminal_set_status (run->terminal, end ? end : line);
  return G_SOURCE_CONTINUE;
}

/* What was posted since the loop last looked. */
static void
drain_bus (GstProfRun * run)
{
  Watch *watch = g_ptr_array_index (run->watches, 0);
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (watch->bus, GST_MESSAGE_ERROR
              | GST_MESSAGE_WARNING | GST_MESSAGE_INFO | GST_MESSAGE_ELEMENT))) {
    on_message (watch->bus, message, watch);
    gst_message_unref (message);
  }
}

/* One step down is over, or is waited for no longer. */
static void
on_step_down (GstProfRun * run)
{
  g_clear_handle_id (&run->stop_timer, g_source_remove);
  if (run->stop_state == GST_STATE_READY) {
    drain_bus (run);
    run->summary = read_stats (run);
    if (!run->stuck) {
      step_down (run, GST_STATE_NULL);
      return;
    }
  }
  if (run->handlers.ended)
    run->handlers.ended (run, run->handlers_data);
}

static gboolean
on_stop_timer (gpointer data)
{
  GstProfRun *run = data;
  g_autofree gchar *names = gst_prof_waiting_for_state (run->pipeline);

  run->stop_timer = 0;
  run->stuck = TRUE;
  gst_prof_terminal_tell (run->terminal, "%s does not stop, leaving it",
      names ? names : "an element of the pipeline");
  on_step_down (run);
  return G_SOURCE_REMOVE;
}

static void
on_played (GstProfRun * run, GstStateChangeReturn result)
{
  if (run->stopping)
    return;
  if (result == GST_STATE_CHANGE_FAILURE) {
    /* after the bus: an element's own error says more than this does */
    drain_bus (run);
    if (!run->failed)
      gst_prof_terminal_tell (run->terminal,
          "ERROR: the pipeline does not want to play");
    gst_prof_run_fail (run);
    return;
  }
  run->live = result == GST_STATE_CHANGE_NO_PREROLL;
  if (run->handlers.started)
    run->handlers.started (run, run->handlers_data);
}

static gboolean
on_changed (gpointer data)
{
  Change *change = data;
  GstProfRun *run = change->run;

  if (run->terminal != NULL) {
    if (change->state == GST_STATE_PLAYING)
      on_played (run, change->result);
    else if (!run->stuck)
      on_step_down (run);
  }
  run_unref (run);
  g_free (change);
  return G_SOURCE_REMOVE;
}

/* In a thread of its own. Threads that began in one order may get here in another:
 * what has been stopped is not to play again. */
static void
change_state (GstElement * pipeline, gpointer data)
{
  Change *change = data;

  GST_STATE_LOCK (pipeline);
  if (change->state == GST_STATE_PLAYING
      && g_atomic_int_get (&change->run->stopping))
    change->result = GST_STATE_CHANGE_FAILURE;
  else
    change->result = gst_element_set_state (pipeline, change->state);
  GST_STATE_UNLOCK (pipeline);
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, on_changed, change,
      NULL);
}

static void
begin_change (GstProfRun * run, GstState state)
{
  Change *change = g_new0 (Change, 1);

  change->run = g_rc_box_acquire (run);
  change->state = state;
  gst_element_call_async (run->pipeline, change_state, change, NULL);
}

static void
step_down (GstProfRun * run, GstState state)
{
  run->stop_state = state;
  run->stop_timer = g_timeout_add (run->at_once ? STOP_AT_ONCE_MS
      : STOP_TIMEOUT_MS, on_stop_timer, run);
  begin_change (run, state);
}

/*
 * gst_prof_run_start:
 * @run: the run
 *
 * Plays the pipeline, until it ends, fails or is stopped; then takes it down.
 */
void
gst_prof_run_start (GstProfRun * run)
{
  run->start = gst_prof_terminal_get_elapsed (run->terminal);
  if (gst_prof_terminal_is_live (run->terminal))
    run->status_timer = g_timeout_add (STATUS_INTERVAL_MS, on_status_timer,
        run);
  run->play_timer = g_timeout_add_seconds (PLAY_PATIENCE_S, on_play_timer, run);
  begin_change (run, GST_STATE_PLAYING);
}

/*
 * gst_prof_run_stop:
 * @run: the run
 *
 * Takes the pipeline down now, without EOS.
 */
void
gst_prof_run_stop (GstProfRun * run)
{
  if (run->stopping)
    return;
  g_atomic_int_set (&run->stopping, TRUE);
  clear_timers (run);
  gst_prof_terminal_set_status (run->terminal, NULL);
  /* not to NULL yet: that would empty the bus */
  step_down (run, GST_STATE_READY);
}

/*
 * gst_prof_run_fail:
 * @run: the run
 *
 * Ends the run at once, as an error of the pipeline does.
 */
void
gst_prof_run_fail (GstProfRun * run)
{
  run->failed = TRUE;
  gst_prof_run_stop (run);
}

/*
 * gst_prof_run_abort:
 * @run: the run
 *
 * Ends the run at once, and hardly waits for elements that do not stop.
 */
void
gst_prof_run_abort (GstProfRun * run)
{
  run->at_once = TRUE;
  if (run->stop_timer != 0) {
    g_source_remove (run->stop_timer);
    run->stop_timer = g_timeout_add (STOP_AT_ONCE_MS, on_stop_timer, run);
  }
  if (!run->stopping)
    gst_prof_run_fail (run);
}
