/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A small pipeline with a sampler, and a fault in one of its threads. The machine
 * may have other work: what is said of a fault is compared with what it took down
 * itself, and how late the sampler was is known.
 */

#include "samplerrun.h"

#include <string.h>

#include <gst/prof/gstprofbracket.h>
#include <gst/prof/gstprofclock.h>

/* The percentage that was taken from the whole machine above which a run says
 * nothing */
#define INTERFERENCE 10

/* The buffer with the fault: the thread is under way by then. */
#define BUFFER 5

GstElement *pipeline;
GstProfCoverage *coverage;
GstProfSampler *sampler;

/* @delay: (nullable): how long they were ready without a CPU */
guint
run_count_sampler_threads (GstClockTime * delay)
{
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%s/comm", name);
    g_autofree gchar *comm = NULL;

    if (!g_file_get_contents (path, &comm, NULL, NULL)
        || !g_str_has_prefix (comm, "prof-sampler"))
      continue;
    if (delay != NULL)
      *delay += fault_get_delay (g_ascii_strtoull (name, NULL, 10));
    n++;
  }
  g_dir_close (dir);
  return n;
}

/* How long the sampler has been ready without a CPU since it was first asked, in
 * a pipeline: then it cannot look. */
static GstClockTime late_before = GST_CLOCK_TIME_NONE, late;
static GMutex late_lock;        /* streaming threads with a fault each */

void
run_note_late (void)
{
  GstClockTime delay = 0;

  g_mutex_lock (&late_lock);
  run_count_sampler_threads (&delay);
  if (late_before == GST_CLOCK_TIME_NONE)
    late_before = delay;
  late = delay - MIN (delay, late_before);
  g_mutex_unlock (&late_lock);
}

gint run_noted;

static GstPadProbeReturn
note_thread (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_atomic_int_set (&run_noted, fault_own_id ());
  return GST_PAD_PROBE_OK;
}

void
run_note_thread_of (const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  GstPad *pad = gst_element_get_static_pad (element, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_thread, NULL, NULL);
  gst_object_unref (pad);
  gst_object_unref (element);
}

static void
handoff (GstElement * identity, GstBuffer * buffer, gpointer user_data)
{
  Fault *fault = user_data;

  g_mutex_lock (&fault->lock);
  if (++fault->n != BUFFER) {
    g_mutex_unlock (&fault->lock);
    return;
  }
  fault->thread_id = fault_own_id ();
  fault->arrived = TRUE;
  g_cond_broadcast (&fault->cond);
  while (!fault->go)
    g_cond_wait (&fault->cond, &fault->lock);
  g_mutex_unlock (&fault->lock);

  fault_was_blocked = 0;
  run_note_late ();
  fault->from = gst_prof_clock_now ();
  fault->inject ();

  g_mutex_lock (&fault->lock);
  fault->to = gst_prof_clock_now ();
  fault->blocked = fault_was_blocked;
  fault->done = TRUE;
  g_cond_broadcast (&fault->cond);
  while (!fault->end)
    g_cond_wait (&fault->cond, &fault->lock);
  g_mutex_unlock (&fault->lock);
}

void
run_raise (Fault * fault, gboolean * flag)
{
  g_mutex_lock (&fault->lock);
  *flag = TRUE;
  g_cond_broadcast (&fault->cond);
  g_mutex_unlock (&fault->lock);
}

void
run_wait (Fault * fault, const gboolean * flag)
{
  g_mutex_lock (&fault->lock);
  while (!*flag)
    g_cond_wait (&fault->cond, &fault->lock);
  g_mutex_unlock (&fault->lock);
}

gboolean
run_get_use (guint64 thread_id, GstProfThreadUse * use)
{
  GstProfThreadUse uses[16];
  guint n = gst_prof_sampler_get_use (sampler, uses, G_N_ELEMENTS (uses));

  for (guint i = 0; i < n; i++) {
    if (uses[i].thread_id == thread_id) {
      *use = uses[i];
      return TRUE;
    }
  }
  return FALSE;
}

/* Until the sampler has seen the thread some times. */
void
run_wait_until_watched (guint64 thread_id)
{
  GstProfThreadUse use = { 0 };

  while (!run_get_use (thread_id, &use) || use.watched < 30 * MS)
    g_usleep (1000);
}

/* All is known of an interval only that long after its end. */
void
run_wait_until_settled (GstClockTime time)
{
  while (gst_prof_clock_now () <= time + GST_PROF_EXPLANATION_SETTLE)
    g_usleep (1000);
  run_note_late ();
}

void
run_add_fault (Fault * fault, const gchar * name, void (*inject) (void))
{
  GstElement *identity = gst_bin_get_by_name (GST_BIN (pipeline), name);

  memset (fault, 0, sizeof *fault);
  fault->inject = inject;
  g_object_set (identity, "signal-handoffs", TRUE, NULL);
  g_signal_connect (identity, "handoff", G_CALLBACK (handoff), fault);
  gst_object_unref (identity);
}

static void
make (const gchar * description, gboolean counted)
{
  GError *error = NULL;

  pipeline = gst_parse_launch (description, &error);
  fail_unless (pipeline != NULL && error == NULL);
  coverage = gst_prof_coverage_new_full (GST_OBJECT (pipeline), counted, NULL);
  sampler = gst_prof_sampler_new (coverage, NULL, GST_PROF_SAMPLER_INTERVAL);
  gst_prof_sampler_start (sampler);
  /* A thread gives itself its name when it begins: whoever waits until it is gone
   * must not look before. */
  while (run_count_sampler_threads (NULL) == 0)
    g_usleep (1000);
  late_before = GST_CLOCK_TIME_NONE;
}

void
run_make (const gchar * description)
{
  make (description, FALSE);
}

void
run_make_counted (const gchar * description)
{
  make (description, TRUE);
}

void
run_play (void)
{
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

void
run_end (void)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_prof_sampler_stop (sampler);
  gst_prof_sampler_free (sampler);
  gst_prof_coverage_stop (coverage);
  gst_prof_coverage_unref (coverage);
  gst_object_unref (pipeline);
}

/* The fault, from its begin until all is known of it. */
void
run_fault (Fault * fault)
{
  run_wait (fault, &fault->arrived);
  /* Tasks and links are known. */
  gst_prof_coverage_refresh (coverage);
  run_wait_until_watched (fault->thread_id);
  run_raise (fault, &fault->go);
  run_wait (fault, &fault->done);
  run_wait_until_settled (fault->to);
}

gboolean
run_explain (guint64 thread_id, GstClockTime from, GstClockTime to,
    GstProfExplanation * explanation)
{
  const GstProfQuestion question = {
    .n_stretches = 1,
    .stretches = {{thread_id, from, to}},
    .duration = to - from,
  };

  return gst_prof_sampler_explain (sampler, &question, explanation);
}

void
run_assert_conserved (const GstProfBlame * blame, GstClockTime wall)
{
  GstClockTime sum = blame->rest;

  for (guint i = 0; i < blame->n_items; i++)
    sum += blame->items[i].time;
  assert_equals_uint64 (blame->wall, wall);
  assert_equals_uint64 (sum, wall);
}

guint
run_get_share (const GstProfBlame * blame, GstProfCause cause)
{
  return gst_prof_blame_get (blame, cause) * 100 / blame->wall;
}

/* What was taken from all of the process, or from the machine. */
gboolean
run_is_calm (const GstProfBlame * blame)
{
  return run_get_share (blame, GST_PROF_CAUSE_STEAL)
      + run_get_share (blame, GST_PROF_CAUSE_FROZEN) <= INTERFERENCE;
}

/* Of a cause that is told so much as happened. What went on while the sampler got
 * no CPU is told by what it saw before or after, of which one may be another: but
 * never more than half. */
void
run_assert_told (const GstProfBlame * blame, GstProfCause cause,
    GstClockTime happened)
{
  GstClockTime told = gst_prof_blame_get (blame, cause);
  GstClockTime taken = gst_prof_blame_get (blame, GST_PROF_CAUSE_STEAL)
      + gst_prof_blame_get (blame, GST_PROF_CAUSE_FROZEN);
  GstClockTime missed = MIN (late, happened / 2);
  gboolean enough = told + taken + missed >= happened / 100 * SHARE;

  if (!enough) {
    for (guint i = 0; i < blame->n_items; i++)
      g_printerr ("  %s %u ms, call %d, state %c\n",
          gst_prof_cause_get_info (blame->items[i].cause)->nick,
          (guint) (blame->items[i].time / MS), blame->items[i].call,
          blame->items[i].state ? blame->items[i].state : '-');
  }
  fail_unless (enough, "%s is %u of %u ms, unknown %u, of %u, late %u",
      gst_prof_cause_get_info (cause)->nick, (guint) (told / MS),
      (guint) (happened / MS), (guint) (blame->rest / MS),
      (guint) (blame->wall / MS), (guint) (late / MS));
}

/* The id of the point of an element's sink pad, and what is counted there. */
guint
run_get_point (const gchar * name, GstProfVisitTimes * times)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  GstPad *pad = gst_element_get_static_pad (element, "sink");
  GstProfBracket *bracket = gst_prof_bracket_add (pad);
  GstProfPoint *point = gst_prof_bracket_get_point (bracket);
  guint id = point->id;

  if (times != NULL)
    gst_prof_visits_get_times (atomic_load (&point->visits), times);
  gst_prof_bracket_remove (bracket);
  gst_object_unref (pad);
  gst_object_unref (element);
  return id;
}
