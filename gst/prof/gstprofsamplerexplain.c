/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the sampler's histories say of an interval: its causes, followed to the
 * threads behind, and in words what shows them.
 */

#include "gstprofsamplerprivate.h"

#include <string.h>

static const GstProfHistory *
get_history (guint64 thread_id, gpointer user_data)
{
  GstProfSampledThread *thread = gst_prof_sampler_find_thread (user_data, thread_id);

  return thread ? thread->history : NULL;
}

/* With the coverage locked. */
static guint
get_followers (GstProfCause cause, guint home, guint point,
    guint64 * thread_ids, guint max, gpointer user_data)
{
  GstProfSampler *sampler = user_data;
  guint homes[8], n_homes, n = 0;

  /* In a muxer it waits for what the other pads are to get. */
  if (cause == GST_PROF_CAUSE_UPSTREAM && point != 0)
    return gst_prof_coverage_get_siblings (sampler->coverage, point,
        thread_ids, max);
  if (cause == GST_PROF_CAUSE_UPSTREAM)
    return gst_prof_coverage_get_feeders (sampler->coverage, home, thread_ids,
        max);

  n_homes = gst_prof_coverage_get_drains (sampler->coverage, point, homes,
      G_N_ELEMENTS (homes));
  for (guint i = 0; i < sampler->n_threads && n < max; i++) {
    GstProfSampledThread *thread = &sampler->threads[i];

    for (guint j = 0; j < n_homes && n < max; j++) {
      if (!thread->ended && thread->state.home == homes[j])
        thread_ids[n++] = thread->files.thread_id;
    }
  }
  return n;
}

/* With the coverage locked: the elements of the stack that the thread stood in
 * for the longest time within the interval. */
static void
describe_elements (GstProfSampler * sampler, const GstProfSampledThread * thread,
    GstClockTime from, GstClockTime to, gchar * text, gsize size)
{
  const GstProfStuckStack *longest = NULL;
  GstClockTime most = 0;
  const gchar *last = NULL;
  gsize length = 0;

  for (guint i = 0; i < MIN (thread->n_stacks, GST_PROF_SAMPLED_THREAD_STACKS); i++) {
    const GstProfStuckStack *stack = &thread->stacks[i];
    GstClockTime start = MAX (stack->from, from), end = MIN (stack->to, to);

    if (end > start && end - start > most) {
      most = end - start;
      longest = stack;
    }
  }
  text[0] = '\0';
  for (guint i = 0; longest != NULL && i < longest->depth; i++) {
    const gchar *name =
        gst_prof_coverage_get_name (sampler->coverage, longest->points[i]);

    if (name == NULL || name == last)
      continue;
    length += g_snprintf (text + length, size - length, "%s%s",
        length > 0 ? " > " : "", name);
    if (length >= size)
      break;
    last = name;
  }
}

static void
append_time (GString * text, GstClockTime time)
{
  if (time < GST_SECOND)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT "ms",
        (time + GST_MSECOND / 2) / GST_MSECOND);
  else
    g_string_append_printf (text, "%" G_GUINT64_FORMAT ".%02"
        G_GUINT64_FORMAT "s", time / GST_SECOND,
        time % GST_SECOND / (10 * GST_MSECOND));
}

static void
append_call (GString * text, const GstProfBlameItem * item)
{
  const gchar *name;

  /* What it had been blocked in before says nothing of what it ran. */
  if (item->call < 0 || item->cause == GST_PROF_CAUSE_ON_CPU
      || item->cause == GST_PROF_CAUSE_KERNEL
      || item->cause == GST_PROF_CAUSE_CPU_WAIT
      || item->cause == GST_PROF_CAUSE_CPU_THROTTLED)
    return;
  name = gst_prof_evidence_call_name (item->call);
  if (name != NULL)
    g_string_append_printf (text, " in %s", name);
  else
    g_string_append_printf (text, " in system call %d", item->call);
  if (item->state != 0 && item->state != 'R')
    g_string_append_printf (text, " (state %c)", item->state);
}

/* With the coverage locked. */
static void
describe_evidence (GstProfSampler * sampler, const GstProfBlame * root,
    GstProfExplanation * explanation)
{
  const GstProfBlameItem *item = gst_prof_blame_get_largest (root);
  const gchar *element, *task;
  GString *text;
  GstProfSampledThread *thread;

  explanation->evidence[0] = explanation->root_element[0] = '\0';
  if (item == NULL)
    return;

  text = g_string_new (NULL);
  thread = gst_prof_sampler_find_thread (sampler, item->thread_id);
  element = gst_prof_coverage_get_name (sampler->coverage, item->point);
  task = gst_prof_coverage_get_task_name (sampler->coverage, item->home);
  if (element != NULL)
    g_strlcpy (explanation->root_element, element,
        sizeof explanation->root_element);
  else if (task != NULL)
    g_strlcpy (explanation->root_element, task,
        MIN (sizeof explanation->root_element, strcspn (task, ":") + 1));

  if (explanation->root_element[0] != '\0')
    g_string_append_printf (text, "%s: ", explanation->root_element);
  g_string_append (text, gst_prof_cause_get_info (item->cause)->meaning);
  g_string_append (text, " for ");
  append_time (text, gst_prof_blame_get (root, item->cause));
  g_string_append (text, " of ");
  append_time (text, root->wall);
  append_call (text, item);
  if (task != NULL)
    g_string_append_printf (text, "; thread of %s", task);
  else if (thread != NULL && thread->comm[0] != '\0')
    g_string_append_printf (text, "; thread %s", thread->comm);
  g_strlcpy (explanation->evidence, text->str, sizeof explanation->evidence);
  g_string_free (text, TRUE);
}

typedef struct
{
  GstProfCoverage *coverage;
  GQuark stage;
} StageFilter;

static gboolean
is_in_stage (guint point, gpointer user_data)
{
  StageFilter *filter = user_data;

  return gst_prof_coverage_is_in_stage (filter->coverage, point,
      filter->stage);
}

/* With the coverage locked. */
static gboolean
explain_stretch (GstProfSampler * sampler, const GstProfQuestion * question,
    const GstProfStretch * stretch, GstProfExplanation * explanation)
{
  const GstProfBlameFuncs funcs = { get_history, get_followers, sampler };
  StageFilter stage = { sampler->coverage, question->stage };
  GstProfBlameFilter filter = { is_in_stage, &stage };
  const GstProfBlameFilter *wanted = question->stage ? &filter : NULL;
  GstProfSampledThread *thread = gst_prof_sampler_find_thread (sampler, stretch->thread_id);
  GstProfBlame blame;

  if (thread == NULL || gst_prof_history_get_length (thread->history) == 0)
    return FALSE;
  gst_prof_blame_thread (thread->history, stretch->thread_id, stretch->from,
      stretch->to, question->live, wanted, &blame);
  /* Too short for the sampler to have seen it there. */
  if (blame.wall < question->duration / 2)
    wanted = NULL;
  if (wanted == NULL)
    gst_prof_blame_thread (thread->history, stretch->thread_id, stretch->from,
        stretch->to, question->live, NULL, &blame);
  gst_prof_blame_merge (&explanation->causes, &blame);
  gst_prof_blame_follow (&funcs, stretch->thread_id, stretch->from,
      stretch->to, question->live, wanted, &blame);
  gst_prof_blame_merge (&explanation->root, &blame);
  if (explanation->elements[0] == '\0')
    describe_elements (sampler, thread, stretch->from, stretch->to,
        explanation->elements, sizeof explanation->elements);
  return TRUE;
}

/*
 * gst_prof_sampler_explain:
 * @sampler: a sampler
 * @question: what is to be explained: %GST_PROF_EXPLANATION_SETTLE ago, unless
 *   it is live
 * @explanation: (out caller-allocates): where it went; untouched on failure
 *
 * Any thread but a streaming thread.
 *
 * Returns: %FALSE when no thread of it was watched
 */
gboolean
gst_prof_sampler_explain (GstProfSampler * sampler,
    const GstProfQuestion * question, GstProfExplanation * explanation)
{
  GstProfExplanation found = { 0 };
  GstProfBlame unknown;
  gboolean known = FALSE;

  g_mutex_lock (&sampler->lock);
  gst_prof_coverage_lock (sampler->coverage);
  for (guint i = 0; i < question->n_stretches; i++) {
    const GstProfStretch *stretch = &question->stretches[i];

    if (explain_stretch (sampler, question, stretch, &found)) {
      known = TRUE;
    } else {
      gst_prof_blame_init (&unknown, stretch->to - stretch->from);
      gst_prof_blame_merge (&found.causes, &unknown);
      gst_prof_blame_merge (&found.root, &unknown);
    }
  }
  if (known && found.causes.wall > 0) {
    gst_prof_blame_scale (&found.causes, question->duration);
    gst_prof_blame_scale (&found.root, question->duration);
    describe_evidence (sampler, &found.root, &found);
    *explanation = found;
  } else {
    known = FALSE;
  }
  gst_prof_coverage_unlock (sampler->coverage);
  g_mutex_unlock (&sampler->lock);
  return known;
}
