/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The process that records: makes the pipeline of a fault, waits until it has
 * run for a while, has the fault injected, says to the runner when that was and
 * which warnings came, and ends. It judges nothing.
 *
 * Says, one message each, on a socket that keeps messages apart:
 *   inject WHICH BEGIN END STARVED  monotonic ns; WHICH is 0, or 1 for spot2;
 *                                   STARVED: for how long the injecting thread,
 *                                   or the one that it waited for,
 *                                   was ready without a CPU meanwhile
 *   warning PIPELINE SEEN STRUCTURE PIPELINE is 1 for the neighbour
 *   ask ACTION TID DURATION         the runner does it and answers "BEGIN END"
 *   trouble TEXT                    the repetition cannot be judged
 */

#include "faultchild.h"
#include "faultinject.h"
#include "faultpipeline.h"
#include "gstproffaultspend.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of data before the fault: an interval is only judged from the tenth on. */
#define LEAD_MS 800
#define LEAD_SPREAD_MS 400
/* After it, for the stall to end and its final warning to come. */
#define TAIL_MS 700
/* A child that hangs dies of SIGALRM, whatever became of the runner. */
#define LIFE_S 40

static void G_GNUC_PRINTF (2, 3)
say (FaultChild * child, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  /* Nobody there to hear it: the runner is gone, and so is the purpose. */
  if (send (child->control, text, strlen (text), MSG_NOSIGNAL) < 0)
    _exit (1);
}

void
fault_child_fail (FaultChild * child, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  say (child, "trouble %s", text);
  _exit (1);
}

/* Blocks until the runner has done it. One thread at a time. */
void
fault_child_ask (FaultChild * child, const gchar * action, pid_t tid,
    GstClockTime duration)
{
  gchar answer[64];
  ssize_t n;

  say (child, "ask %s %d %" G_GUINT64_FORMAT, action, (int) tid, duration);
  do {
    n = recv (child->control, answer, sizeof answer - 1, 0);
  } while (n < 0);
  answer[n] = '\0';
  if (sscanf (answer, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
          &child->begin, &child->end) != 2)
    fault_child_fail (child, "%s: %s", action, answer);
}

GstElement *
fault_child_element (FaultChild * child, const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (child->pipeline), name);

  if (element == NULL)
    fault_child_fail (child, "no element %s", name);
  return element;
}

/* A thread of the application's; it ends with the process. */
void
fault_child_thread (const gchar * name, GThreadFunc func, gpointer data)
{
  g_thread_unref (g_thread_new (name, func, data));
}

/* A process that runs @body and dies with this one. The body may do only what
 * is allowed after a fork in a process with threads. */
pid_t
fault_child_fork (FaultChild * child, void (*body) (FaultChild *, GstClockTime),
    GstClockTime duration)
{
  pid_t pid = fork ();

  if (pid < 0)
    fault_child_fail (child, "fork: %s", g_strerror (errno));
  if (pid == 0) {
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    alarm (LIFE_S);
    body (child, duration);
    _exit (0);
  }
  return pid;
}

static gboolean
send_eos (gpointer data)
{
  FaultChild *child = data;

  gst_element_send_event (child->pipeline, gst_event_new_eos ());
  return G_SOURCE_REMOVE;
}

/* For how long the calling thread has been ready without a CPU, as the kernel
 * counts it; 0 where it does not. */
GstClockTime
fault_child_get_starved (void)
{
  g_autofree gchar *text = NULL;
  guint64 starved = 0;

  if (g_file_get_contents ("/proc/thread-self/schedstat", &text, NULL, NULL))
    sscanf (text, "%*u %" G_GUINT64_FORMAT, &starved);
  return starved;
}

static void
inject (FaultChild * child, FaultInject injection, gint which)
{
  GstClockTime starved = fault_child_get_starved ();
  GstClockTime begin = gst_prof_fault_monotonic_time (), end;
  /* The two of a pair may overlap: each looks after its own. */
  FaultChild own = *child;
  FaultChild *used = which == 0 ? child : &own;

  used->begin = used->end = GST_CLOCK_TIME_NONE;
  used->helper_starved = 0;
  injection (used, child->duration);
  end = gst_prof_fault_monotonic_time ();
  say (child, "inject %d %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %"
      G_GUINT64_FORMAT, which,
      GST_CLOCK_TIME_IS_VALID (used->begin) ? used->begin : begin,
      GST_CLOCK_TIME_IS_VALID (used->end) ? used->end : end,
      fault_child_get_starved () - starved + used->helper_starved);
  if (g_atomic_int_dec_and_test (&child->pending))
    g_timeout_add (TAIL_MS, send_eos, child);
}

static gboolean
is_due (FaultChild * child, gint * taken)
{
  gint64 due = __atomic_load_n (&child->due, __ATOMIC_ACQUIRE);

  return due != 0 && (gint64) gst_prof_fault_monotonic_time () >= due
      && g_atomic_int_compare_and_exchange (taken, 0, 1);
}

static GstPadProbeReturn
pass_spot (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  FaultChild *child = data;

  g_atomic_int_set (&child->spot_tid, gettid ());
  if (child->fault->spot != NULL && is_due (child, &child->spot_taken))
    inject (child, child->fault->spot, 0);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
pass_spot2 (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  FaultChild *child = data;

  if (is_due (child, &child->spot2_taken))
    inject (child, child->fault->spot2, 1);
  return GST_PAD_PROBE_OK;
}

static gpointer
run_app (gpointer data)
{
  FaultChild *child = data;

  inject (child, child->fault->app, 0);
  return NULL;
}

static gboolean
start_app (gpointer data)
{
  FaultChild *child = data;

  if (child->fault->flags & FAULT_MAIN_LOOP)
    run_app (child);
  else
    fault_child_thread ("injector", run_app, child);
  return G_SOURCE_REMOVE;
}

static void
set_due (FaultChild * child)
{
  gint lead = LEAD_MS + g_random_int_range (0, LEAD_SPREAD_MS);

  if (__atomic_load_n (&child->due, __ATOMIC_ACQUIRE) != 0)
    return;
  __atomic_store_n (&child->due, (gint64) gst_prof_fault_monotonic_time ()
      + lead * (gint64) GST_MSECOND, __ATOMIC_RELEASE);
  if (child->fault->app != NULL)
    g_timeout_add (lead, start_app, child);
}

/* On whichever thread posts: the moment is the warning's, not the main loop's. */
static GstBusSyncReply
hear (GstBus * bus, GstMessage * message, gpointer data)
{
  FaultChild *child = data;
  const GstStructure *structure = gst_message_get_structure (message);
  g_autofree gchar *text = NULL;
  gboolean neighbour;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT
      || !gst_structure_has_name (structure, "prof-warning"))
    return GST_BUS_PASS;

  neighbour = child->neighbour != NULL
      && gst_object_has_as_ancestor (GST_MESSAGE_SRC (message),
      GST_OBJECT (child->neighbour));
  text = gst_structure_to_string (structure);
  say (child, "warning %d %" G_GUINT64_FORMAT " %s", neighbour,
      gst_prof_fault_monotonic_time (), text);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  FaultChild *child = data;
  GstState state;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:{
      g_autoptr (GError) error = NULL;
      g_autofree gchar *debug = NULL;

      gst_message_parse_error (message, &error, &debug);
      fault_child_fail (child, "%s (%s)", error->message, debug);
    }
    case GST_MESSAGE_STATE_CHANGED:
      gst_message_parse_state_changed (message, NULL, &state, NULL);
      if (GST_MESSAGE_SRC (message) == GST_OBJECT (child->pipeline)
          && state == GST_STATE_PLAYING)
        set_due (child);
      break;
    case GST_MESSAGE_EOS:
      g_main_loop_quit (child->loop);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* In the short form every stage, and the gap, has 50 ms. */
static void
set_thresholds (FaultChild * child, GstElement * pipeline)
{
  static const gchar *const names[] = { "normalize-threshold",
    "encode-threshold", "mux-threshold", "write-threshold", "stage-threshold",
    "gap-threshold"
  };
  g_autoptr (GstElement) tracer =
      gst_bin_get_by_name (GST_BIN (pipeline), "tracer");

  for (guint i = 0; i < G_N_ELEMENTS (names)
      && child->duration < 500 * GST_MSECOND; i++)
    g_object_set (tracer, names[i], 50 * GST_MSECOND, NULL);
  /* Looked at ten times a second, so that of 150 ms it may see only 50. */
  if (child->fault->flags & FAULT_MAIN_LOOP)
    g_object_set (tracer, "main-loop-threshold",
        MIN (child->duration / 6, 100 * GST_MSECOND), NULL);
}

static GstElement *
parse (FaultChild * child, const gchar * description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);
  g_autoptr (GstBus) bus = NULL;

  if (pipeline == NULL || error != NULL)
    fault_child_fail (child, "%s", error->message);
  bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, hear, child, NULL);
  gst_bus_add_watch (bus, on_message, child);
  set_thresholds (child, pipeline);
  return pipeline;
}

static void
set_output (FaultChild * child, GstElement * pipeline, const gchar * file)
{
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_autofree gchar *path = g_build_filename (child->folder, file, NULL);
  GObjectClass *klass;

  if (out == NULL)
    return;
  klass = G_OBJECT_GET_CLASS (out);
  if (g_object_class_find_property (klass, "fd"))
    g_object_set (out, "fd", child->pipe[1], NULL);
  else if (g_object_class_find_property (klass, "port"))
    g_object_set (out, "host", "127.0.0.1", "port", child->port, NULL);
  else
    g_object_set (out, "location", child->location ? child->location : path,
        NULL);
}

static void
add_spot (FaultChild * child, const gchar * name, GstPadProbeCallback probe)
{
  g_autoptr (GstElement) spot =
      gst_bin_get_by_name (GST_BIN (child->pipeline), name);
  g_autoptr (GstPad) pad = NULL;

  if (spot == NULL)
    return;
  pad = gst_element_get_static_pad (spot, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_BUFFER_LIST, probe, child, NULL);
}

static void
make_pipelines (FaultChild * child)
{
  g_autoptr (GstElement) in = NULL;

  child->pipeline = parse (child, child->fault->pipeline);
  set_output (child, child->pipeline, "out.mkv");
  in = gst_bin_get_by_name (GST_BIN (child->pipeline), "in");
  if (in != NULL)
    g_object_set (in, "fd", child->pipe[0], NULL);
  add_spot (child, "spot", pass_spot);
  if (child->fault->spot2 != NULL)
    add_spot (child, "spot2", pass_spot2);
  fault_connect_udp (child);
  fault_join_streams (child);
  fault_start_appsrc (child);
  fault_start_appsink (child);

  if (child->fault->flags & FAULT_NEIGHBOUR) {
    child->neighbour = parse (child, IN_ENCODE);
    set_output (child, child->neighbour, "neighbour.mkv");
    gst_element_set_state (child->neighbour, GST_STATE_PLAYING);
  }
}

/*
 * fault_child_main:
 * @control: socket to the runner
 *
 * Returns: exit code
 */
int
fault_child_main (const Fault * fault, GstClockTime duration, int control,
    const gchar * folder, const gchar * slow_fs, const gchar * slow_disk)
{
  FaultChild child = {.fault = fault,.duration = duration,.control = control,
    .folder = folder,.slow_fs = slow_fs,.slow_disk = slow_disk,
    .pipe = {-1, -1}
  };

  alarm (LIFE_S);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  signal (SIGPIPE, SIG_IGN);
  child.loop = g_main_loop_new (NULL, FALSE);
  child.pending = (fault->spot != NULL) + (fault->spot2 != NULL)
      + (fault->app != NULL);
  if (fault->prepare != NULL)
    fault->prepare (&child);
  make_pipelines (&child);

  if (gst_element_set_state (child.pipeline, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE)
    fault_child_fail (&child, "the pipeline does not start");
  g_main_loop_run (child.loop);

  gst_element_set_state (child.pipeline, GST_STATE_NULL);
  if (child.neighbour != NULL)
    gst_element_set_state (child.neighbour, GST_STATE_NULL);
  if (child.reader != 0)
    kill (child.reader, SIGKILL);
  /* Threads of the application may still be about: no tidying under them. */
  fflush (NULL);
  _exit (0);
}
