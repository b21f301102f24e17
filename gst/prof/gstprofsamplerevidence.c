/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What shows the causes of an interval, in words: which element, what its thread did
 * and in which call, what the packets say of it, who refused what was brought. Only
 * says what is known: causes are found in gstprofsamplerexplain.c. Owns nothing; the
 * thread that asks, with the process's lock and the coverage's.
 */

#include "gstprofsamplerevidence.h"

#include "gstprofduration.h"
#include "gstprofreceivetext.h"

#include <string.h>

/* What takes less is not worth a word. */
#define MIN_DOING (5 * GST_MSECOND)

/* With the coverage locked: the receiver whose jitterbuffer's task pushes into
 * that pad. */
const GstProfReceived *
gst_prof_inquiry_find_received (GstProfInquiry * inquiry, guint home)
{
  return gst_prof_receive_lookup_find (&inquiry->received,
      gst_prof_coverage_get_task_element (inquiry->sampler->coverage, home));
}

/* With the coverage locked: the elements of the stack that the thread stood in
 * for the longest time within the interval. */
void
gst_prof_inquiry_describe_elements (GstProfInquiry * inquiry,
    const GstProfSampledThread * thread, GstClockTime from, GstClockTime to,
    gchar * text, gsize size)
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
        gst_prof_coverage_get_name (inquiry->sampler->coverage,
        longest->points[i]);

    if (name == NULL || name == last)
      continue;
    length += g_snprintf (text + length, size - length, "%s%s",
        length > 0 ? " > " : "", name);
    if (length >= size)
      break;
    last = name;
  }
}

/* What the thread did, also where the cause has another name. */
static GstProfCause
get_doing (const GstProfBlameItem * item)
{
  return item->doing != GST_PROF_CAUSE_UNKNOWN ? item->doing : item->cause;
}

static void
append_wait (GString * text, gint call, gchar state)
{
  const gchar *name = gst_prof_evidence_call_name (call);

  if (name != NULL)
    g_string_append_printf (text, " in %s", name);
  else
    g_string_append_printf (text, " in system call %d", call);
  if (state != 0 && state != 'R')
    g_string_append_printf (text, " (state %c)", state);
}

static void
append_call (GString * text, const GstProfBlameItem * item)
{
  GstProfCause doing = get_doing (item);

  /* What it had been blocked in before says nothing of what it ran. */
  if (item->call < 0 || doing == GST_PROF_CAUSE_ON_CPU
      || doing == GST_PROF_CAUSE_KERNEL || doing == GST_PROF_CAUSE_CPU_WAIT
      || doing == GST_PROF_CAUSE_CPU_THROTTLED)
    return;
  append_wait (text, item->call, item->state);
}

/* What the threads did whose work has the name of @cause: "sleep 2.90s". */
static void
append_doings (GString * text, const GstProfBlame * root, GstProfCause cause)
{
  const gchar *separator = ": ";

  for (guint doing = GST_PROF_CAUSE_UNKNOWN + 1; doing < GST_PROF_CAUSE_N;
      doing++) {
    GstClockTime time = 0;

    for (guint i = 0; i < root->n_items; i++) {
      if (root->items[i].cause == cause && root->items[i].doing == doing)
        time += root->items[i].time;
    }
    if (time < MIN_DOING)
      continue;
    g_string_append_printf (text, "%s%s ", separator,
        gst_prof_cause_get_info (doing)->nick);
    gst_prof_duration_append (text, time);
    separator = ", ";
  }
}

/* With the coverage locked: of what a thread did. */
static void
describe_thread (GstProfInquiry * inquiry, const GstProfBlame * root,
    const GstProfBlameItem * item, const gchar * where, GString * text)
{
  GstProfSampler *sampler = inquiry->sampler;
  GstProfSampledThread *thread =
      gst_prof_sampler_find_thread (sampler->process, item->thread_id);
  const gchar *task =
      gst_prof_coverage_get_task_name (sampler->coverage, item->home);

  if (where[0] != '\0')
    g_string_append_printf (text, "%s: ", where);
  g_string_append (text, gst_prof_cause_get_info (item->cause)->meaning);
  g_string_append (text, " for ");
  gst_prof_duration_append (text, gst_prof_blame_get (root, item->cause));
  g_string_append (text, " of ");
  gst_prof_duration_append (text, root->wall);
  append_doings (text, root, item->cause);
  append_call (text, item);
  for (guint i = 0; item->cause == GST_PROF_CAUSE_RECEIVE_THREAD
      && i < inquiry->received.n; i++) {
    if (inquiry->received.found[i]->timeline.socket_full.n > 0) {
      gst_prof_receive_text_append_socket (text, inquiry->received.found[i]);
      break;
    }
  }
  if (task != NULL)
    g_string_append_printf (text, "; thread of %s", task);
  else if (thread != NULL && thread->comm[0] != '\0')
    g_string_append_printf (text, "; thread %s", thread->comm);
}

/* With the coverage locked: of a thread that never brought anything. */
static void
describe_other (GstProfInquiry * inquiry, const GstProfBlame * root,
    const GstProfBlameItem * place, GstProfExplanation * explanation)
{
  GstProfSampledThread *thread = gst_prof_sampler_find_thread
      (inquiry->sampler->process, place->thread_id);
  g_autoptr (GString) text = g_string_new ("the thread waited for ");

  gst_prof_duration_append (text, MIN (place->time, root->rest));
  g_string_append (text, " of ");
  gst_prof_duration_append (text, root->wall);
  append_call (text, place);
  if (thread != NULL && thread->comm[0] != '\0')
    g_string_append_printf (text, "; thread %s", thread->comm);
  g_strlcpy (explanation->evidence, text->str, sizeof explanation->evidence);
}

/* With the coverage locked: where a thread was for reasons that nobody can tell. A
 * probe of a source pad runs inside the element's call, and so does one of the sink
 * pad behind it: that pad's own call has not begun. */
static void
describe_place (GstProfInquiry * inquiry, const GstProfBlame * root,
    GstProfExplanation * explanation)
{
  GstProfCoverage *coverage = inquiry->sampler->coverage;
  const GstProfBlameItem *place = gst_prof_blame_get_place (root);
  const gchar *element, *task, *next;
  g_autoptr (GString) text = NULL;
  GstProfPlace kind;

  if (place == NULL)
    return;
  element = gst_prof_coverage_get_name (coverage, place->point);
  task = gst_prof_coverage_get_task_name (coverage, place->home);
  next = gst_prof_coverage_get_name (coverage, place->home);
  if (place->point == 0 && (place->home == 0
          || inquiry->question->changes_state)) {
    describe_other (inquiry, root, place, explanation);
    return;
  }
  if (place->point != 0 ? element == NULL : task == NULL || next == NULL)
    return;

  text = g_string_new (NULL);
  gst_prof_coverage_describe (coverage, place->point, place->home, 0, &kind);
  if (place->point != 0)
    g_string_append_printf (text, "%s: the thread was in it%s for ", element,
        kind.is_sink ? "" : ", or in a pad probe behind it,");
  else
    g_string_append_printf (text, "%.*s: its thread was in it, or in a pad probe "
        "before %s, for ", (gint) strcspn (task, ":"), task, next);
  g_strlcpy (explanation->root_element, text->str,
      MIN (sizeof explanation->root_element, strcspn (text->str, ":") + 1));
  gst_prof_duration_append (text, MIN (place->time, root->rest));
  g_string_append (text, " of ");
  gst_prof_duration_append (text, root->wall);
  append_call (text, place);
  if (place->point != 0 && task != NULL)
    g_string_append_printf (text, "; thread of %s", task);
  g_strlcpy (explanation->evidence, text->str, sizeof explanation->evidence);
}

/* With the coverage locked. Whose task it is is known, and who refused. */
static gboolean
describe_refusal (GstProfInquiry * inquiry, const GstProfBlame * root,
    const GstProfBlameItem * item, GstProfExplanation * explanation)
{
  const GstProfQuestion *question = inquiry->question;
  GstProfCoverage *coverage = inquiry->sampler->coverage;
  const gchar *task = gst_prof_coverage_get_task_name (coverage, item->home);
  const GstProfRefusal *refusal = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < question->n_stretches && refusal == NULL; i++)
    refusal = gst_prof_coverage_find_refusal (coverage, item->home,
        question->stretches[i].from, question->stretches[i].to);
  if (refusal == NULL || task == NULL)
    return FALSE;
  g_strlcpy (explanation->root_element, refusal->name,
      sizeof explanation->root_element);
  g_string_append_printf (text, "%s: it ", refusal->name);
  if (refusal->flow == GST_FLOW_EOS)
    g_string_append (text, "ended its stream");
  else
    g_string_append_printf (text, "returned %s",
        gst_flow_get_name (refusal->flow));
  g_string_append_printf (text, ", and the task of %s was paused for ", task);
  gst_prof_duration_append (text, gst_prof_blame_get (root, item->cause));
  g_string_append (text, " of ");
  gst_prof_duration_append (text, root->wall);
  g_strlcpy (explanation->evidence, text->str, sizeof explanation->evidence);
  return TRUE;
}

/* With the coverage locked. */
void
gst_prof_inquiry_describe_evidence (GstProfInquiry * inquiry,
    const GstProfBlame * root, GstProfExplanation * explanation)
{
  GstProfCoverage *coverage = inquiry->sampler->coverage;
  const GstProfBlameItem *item = gst_prof_blame_get_largest (root);
  const GstProfReceived *received;
  const gchar *element, *task;
  g_autoptr (GString) text = NULL;

  explanation->evidence[0] = explanation->root_element[0] = '\0';
  if (item == NULL) {
    describe_place (inquiry, root, explanation);
    return;
  }
  if (item->cause == GST_PROF_CAUSE_PAUSED
      && describe_refusal (inquiry, root, item, explanation))
    return;

  text = g_string_new (NULL);
  received = gst_prof_inquiry_find_received (inquiry, item->home);
  if (received != NULL) {
    g_string_append_printf (text, "%s: ", received->receiver->name);
    if (gst_prof_receive_text_append (text, received, item->cause,
            gst_prof_blame_get (root, item->cause), root->wall,
            inquiry->question->live, &explanation->detail)) {
      g_strlcpy (explanation->root_element, received->receiver->name,
          sizeof explanation->root_element);
      g_strlcpy (explanation->evidence, text->str,
          sizeof explanation->evidence);
      return;
    }
    g_string_truncate (text, 0);
  }

  element = gst_prof_coverage_get_name (coverage, item->point);
  task = gst_prof_coverage_get_task_name (coverage, item->home);
  if (element != NULL)
    g_strlcpy (explanation->root_element, element,
        sizeof explanation->root_element);
  else if (item->point == 0 && task != NULL)
    /* In an element that is gone it was not in the one whose task it is. */
    g_strlcpy (explanation->root_element, task,
        MIN (sizeof explanation->root_element, strcspn (task, ":") + 1));
  describe_thread (inquiry, root, item, explanation->root_element, text);
  g_strlcpy (explanation->evidence, text->str, sizeof explanation->evidence);
}

/* Whom the application's own code waits for is not known, but in what is. */
void
gst_prof_inquiry_describe_application (GstProfInquiry * inquiry,
    GstProfExplanation * explanation)
{
  const GstProfStretch *stretch = &inquiry->question->stretches[0];
  GstProfSampledThread *thread =
      gst_prof_sampler_find_thread (inquiry->sampler->process,
      stretch->thread_id);
  g_autoptr (GString) text = NULL;
  GstProfBlameWait wait;

  if (gst_prof_blame_get_largest (&explanation->root) != NULL
      || thread == NULL || !gst_prof_blame_find_wait (thread->history,
          stretch->from, stretch->to, &wait))
    return;
  text = g_string_new ("the application's own code waited for ");
  gst_prof_duration_append (text, MIN (wait.time, explanation->root.wall));
  g_string_append (text, " of ");
  gst_prof_duration_append (text, explanation->root.wall);
  append_wait (text, wait.call, wait.state);
  if (thread->comm[0] != '\0')
    g_string_append_printf (text, "; thread %s", thread->comm);
  g_strlcpy (explanation->evidence, text->str, sizeof explanation->evidence);
  explanation->root_element[0] = '\0';
}
