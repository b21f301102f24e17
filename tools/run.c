/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One run of a pipeline with its latencytracer: from NULL to PLAYING, through
 * what its bus asks for, to its end and back, and the summary it leaves. It
 * owns the bus watches, the signal handlers and the status timer; what is said
 * about the numbers is the report's.
 *
 * Everything runs in the main thread, but state changes and EOS, which may
 * block for as long as an element likes: they have threads of their own, so
 * that a second Ctrl-C is heard even then. Those threads touch only what is
 * under the lock.
 */

#include <signal.h>

#include <glib-unix.h>

#include "run.h"
#include "statusline.h"
#include "teller.h"
#include "waiting.h"

#define STATUS_INTERVAL_MS 333
#define PLAY_PATIENCE_S 3       /* then it is said who is waited for */
#define END_TIMEOUT_S 5         /* how long EOS may take to get through */
#define STOP_TIMEOUT_US (3 * G_USEC_PER_SEC)
#define STOP_AT_ONCE_US (G_USEC_PER_SEC / 2)
#define N_SIGNALS 3

typedef struct
{
  GstProfRun *run;
  GstElement *pipeline;
  GstBus *bus;
} Watch;

struct _GstProfRun
{
  GstElement *pipeline;
  GstElement *tracer;
  GstElement *eos_source;
  GstProfTerminal *terminal;
  GstProfTeller *teller;
  GstProfRunEndFunc end_func;
  gpointer end_data;
  GMainLoop *loop;
  GPtrArray *watches;
  GstStructure *summary;
  guint signals[N_SIGNALS];
  GstProfStatusLine status_line;
  guint status_timer;
  guint play_timer;
  guint end_timer;
  guint interrupts;
  gboolean live;
  gboolean buffering;
  gboolean ending;
  gboolean failed;
  gboolean stuck;               /* a state change never came back */

  GMutex lock;
  GCond stopped_cond;
  gboolean stopped;             /* lock */
  GstState stop_state;          /* set before the stopping thread starts */
};

static gboolean on_message (GstBus * bus, GstMessage * message, gpointer data);

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
  GstProfRun *run = g_new0 (GstProfRun, 1);

  run->pipeline = gst_object_ref (pipeline);
  run->tracer = gst_object_ref (tracer);
  run->terminal = terminal;
  run->loop = g_main_loop_new (NULL, FALSE);
  run->watches = g_ptr_array_new_with_free_func ((GDestroyNotify) watch_free);
  run->teller = gst_prof_teller_new (terminal);
  g_mutex_init (&run->lock);
  g_cond_init (&run->stopped_cond);
  gst_prof_run_watch (run, pipeline);
  return run;
}

/*
 * gst_prof_run_free:
 * @run: (transfer full): the run
 *
 * Frees a run that is not stuck.
 */
void
gst_prof_run_free (GstProfRun * run)
{
  /* only now: until the report is out, Ctrl-C must not take it from the user */
  for (gsize i = 0; i < N_SIGNALS; i++)
    g_clear_handle_id (&run->signals[i], g_source_remove);
  g_clear_pointer (&run->watches, g_ptr_array_unref);
  gst_object_unref (run->pipeline);
  gst_object_unref (run->tracer);
  gst_clear_object (&run->eos_source);
  gst_clear_structure (&run->summary);
  gst_prof_teller_free (run->teller);
  g_main_loop_unref (run->loop);
  g_mutex_clear (&run->lock);
  g_cond_clear (&run->stopped_cond);
  g_free (run);
}

/*
 * gst_prof_run_set_end_func:
 * @run: the run
 * @func: what begins the end, instead of sending EOS to the pipeline
 * @data: for @func
 */
void
gst_prof_run_set_end_func (GstProfRun * run, GstProfRunEndFunc func,
    gpointer data)
{
  run->end_func = func;
  run->end_data = data;
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
 * gst_prof_run_fail:
 * @run: the run
 *
 * Ends the run at once, as an error of the pipeline does.
 */
void
gst_prof_run_fail (GstProfRun * run)
{
  run->failed = TRUE;
  g_main_loop_quit (run->loop);
}

static gboolean
on_end_timeout (gpointer data)
{
  GstProfRun *run = data;

  GstElement *ends = run->eos_source ? run->eos_source : run->pipeline;
  g_autofree gchar *names = gst_prof_waiting_for_eos (ends);

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
 * Begins the end, once: EOS, and five seconds for it to get through.
 */
void
gst_prof_run_end (GstProfRun * run)
{
  if (run->ending)
    return;
  run->ending = TRUE;
  run->end_timer = g_timeout_add_seconds (END_TIMEOUT_S, on_end_timeout, run);
  if (run->end_func)
    run->end_func (run, run->end_data);
  else
    gst_element_call_async (run->pipeline, send_eos, NULL, NULL);
}

static gboolean
on_signal (gpointer data)
{
  GstProfRun *run = data;

  if (++run->interrupts == 1) {
    gst_prof_terminal_tell_timed (run->terminal,
        "interrupted: sending EOS; a second time stops at once");
    gst_prof_run_end (run);
  } else {
    gst_prof_run_fail (run);
  }
  return G_SOURCE_CONTINUE;
}

static void
catch_signals (GstProfRun * run)
{
  static const gint signals[N_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

  for (gsize i = 0; i < N_SIGNALS; i++) {
    struct sigaction action;

    /* nohup, and a shell's background jobs, ask for it to be ignored */
    if (sigaction (signals[i], NULL, &action) == 0
        && action.sa_handler == SIG_IGN)
      continue;
    run->signals[i] = g_unix_signal_add (signals[i], on_signal, run);
  }
}

static gboolean
on_play_failed (gpointer data)
{
  GstProfRun *run = data;

  /* after the bus: an element's own error says more than this does */
  if (!run->failed) {
    gst_prof_terminal_tell (run->terminal,
        "ERROR: the pipeline does not want to play");
    gst_prof_run_fail (run);
  }
  return G_SOURCE_REMOVE;
}

static gboolean
on_play_live (gpointer data)
{
  GstProfRun *run = data;

  run->live = TRUE;
  return G_SOURCE_REMOVE;
}

/* Sinks that wait for data wait in silence, and so does all before them. */
static gboolean
on_play_timer (gpointer data)
{
  GstProfRun *run = data;
  g_autofree gchar *names = NULL;
  GstState state, next;

  run->play_timer = 0;
  if (run->ending || gst_element_get_state (run->pipeline, &state, NULL, 0)
      != GST_STATE_CHANGE_ASYNC)
    return G_SOURCE_REMOVE;
  names = gst_prof_waiting_for_state (run->pipeline);
  next = GST_STATE_NEXT (run->pipeline);
  gst_prof_terminal_tell_timed (run->terminal, "still %s: waiting for %s",
      gst_element_state_get_name (next ? next : state),
      names ? names : "the pipeline itself");
  return G_SOURCE_REMOVE;
}

static void
play (GstElement * pipeline, gpointer data)
{
  switch (gst_element_set_state (pipeline, GST_STATE_PLAYING)) {
    case GST_STATE_CHANGE_FAILURE:
      g_idle_add (on_play_failed, data);
      break;
    case GST_STATE_CHANGE_NO_PREROLL:
      g_idle_add (on_play_live, data);
      break;
    default:
      break;
  }
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
    g_main_loop_quit (run->loop);
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
        g_main_loop_quit (run->loop);
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
      stats, gst_prof_terminal_get_elapsed (run->terminal));

  gst_prof_terminal_set_status (run->terminal, line);
  return G_SOURCE_CONTINUE;
}

static void
stop (GstElement * pipeline, gpointer data)
{
  GstProfRun *run = data;

  gst_element_set_state (pipeline, run->stop_state);
  g_mutex_lock (&run->lock);
  run->stopped = TRUE;
  g_cond_signal (&run->stopped_cond);
  g_mutex_unlock (&run->lock);
}

/* Takes the pipeline down, in a thread of its own: an element that blocks there
 * must not keep the report from the user. */
static void
stop_within (GstProfRun * run, GstState state, gint64 timeout)
{
  gint64 deadline = g_get_monotonic_time () + timeout;

  if (run->stuck)
    return;
  run->stopped = FALSE;
  run->stop_state = state;
  gst_element_call_async (run->pipeline, stop, run, NULL);

  g_mutex_lock (&run->lock);
  while (!run->stopped && !run->stuck)
    run->stuck = !g_cond_wait_until (&run->stopped_cond, &run->lock, deadline);
  g_mutex_unlock (&run->lock);
  if (run->stuck) {
    g_autofree gchar *names = gst_prof_waiting_for_state (run->pipeline);

    gst_prof_terminal_tell (run->terminal, "%s does not stop, leaving it",
        names ? names : "an element of the pipeline");
  }
}

/* What was posted while the loop had ended already. */
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

/*
 * gst_prof_run_execute:
 * @run: the run
 *
 * Plays the pipeline until it ends, fails or is interrupted, and takes it down.
 *
 * Returns: %FALSE when it failed, or was stopped before it had ended
 */
gboolean
gst_prof_run_execute (GstProfRun * run)
{
  gint64 timeout;

  catch_signals (run);
  if (gst_prof_terminal_is_live (run->terminal))
    run->status_timer = g_timeout_add (STATUS_INTERVAL_MS, on_status_timer,
        run);
  run->play_timer = g_timeout_add_seconds (PLAY_PATIENCE_S, on_play_timer, run);
  gst_element_call_async (run->pipeline, play, run, NULL);
  g_main_loop_run (run->loop);

  g_clear_handle_id (&run->status_timer, g_source_remove);
  g_clear_handle_id (&run->play_timer, g_source_remove);
  g_clear_handle_id (&run->end_timer, g_source_remove);
  gst_prof_terminal_set_status (run->terminal, NULL);

  timeout = run->interrupts > 1 ? STOP_AT_ONCE_US : STOP_TIMEOUT_US;
  /* not to NULL yet: that would empty the bus */
  stop_within (run, GST_STATE_READY, timeout);
  drain_bus (run);
  run->summary = read_stats (run);
  stop_within (run, GST_STATE_NULL, timeout);
  return !run->failed;
}
