/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the sampler's histories say of an interval: its causes, followed to the
 * threads behind and to what the packets say of a wait behind a jitterbuffer, and
 * in words what shows them.
 */

#include "gstprofsamplerprivate.h"

#include "gstprofduration.h"
#include "gstprofreceivetext.h"

#include <string.h>

/* What takes less is not worth a word. */
#define MIN_DOING (5 * GST_MSECOND)

/* One question. */
typedef struct
{
  GstProfSampler *sampler;
  const GstProfQuestion *question;
  GstProfReceiveLookup received;
} Inquiry;

static const GstProfHistory *
get_history (guint64 thread_id, gpointer user_data)
{
  Inquiry *inquiry = user_data;
  GstProfSampledThread *thread =
      gst_prof_sampler_find_thread (inquiry->sampler->process, thread_id);

  return thread ? thread->history : NULL;
}

/* With the coverage locked. */
static guint
get_followers (GstProfCause cause, guint home, guint point,
    guint64 * thread_ids, guint max, gpointer user_data)
{
  GstProfSampler *sampler = ((Inquiry *) user_data)->sampler;
  const GPtrArray *threads = sampler->process->threads;
  guint homes[8], n_homes, n = 0;

  /* Whoever pushed into that pad once is fed by nobody for that. */
  if ((((Inquiry *) user_data)->question->application
          || ((Inquiry *) user_data)->question->changes_state)
      && cause == GST_PROF_CAUSE_UPSTREAM && point == 0)
    return 0;
  /* In a muxer it waits for what the other pads are to get. */
  if (cause == GST_PROF_CAUSE_UPSTREAM && point != 0)
    return gst_prof_coverage_get_siblings (sampler->coverage, point,
        thread_ids, max);
  if (cause == GST_PROF_CAUSE_UPSTREAM)
    return gst_prof_coverage_get_feeders (sampler->coverage, home, thread_ids,
        max);

  n_homes = gst_prof_coverage_get_drains (sampler->coverage, point, homes,
      G_N_ELEMENTS (homes));
  for (guint i = 0; n_homes > 0 && i < threads->len && n < max; i++) {
    const GstProfSampledThread *thread = g_ptr_array_index (threads, i);

    for (guint j = 0; j < n_homes && n < max; j++) {
      if (thread->watched && thread->home == homes[j])
        thread_ids[n++] = thread->thread_id;
    }
  }
  return n;
}

/* With the coverage locked: the receiver whose jitterbuffer's task pushes into
 * that pad. */
static const GstProfReceived *
find_received (Inquiry * inquiry, guint home)
{
  return gst_prof_receive_lookup_find (&inquiry->received,
      gst_prof_coverage_get_task_element (inquiry->sampler->coverage, home));
}

/* With the coverage locked. */
static guint
split_wait (guint home, guint point, GstClockTime from, GstClockTime to,
    GstProfReceivePart * parts, guint max, gpointer user_data)
{
  const GstProfReceived *received =
      point == 0 ? find_received (user_data, home) : NULL;

  return received == NULL ? 0 : gst_prof_receive_timeline_split
      (&received->timeline, from, to, parts, max);
}

static gboolean
is_decoding (gconstpointer element, gpointer user_data)
{
  return gst_prof_receivers_is_on_decode_path (user_data, element);
}

/* With the coverage locked: work that was done in the decode path is named by
 * that. */
static void
name_decoding (Inquiry * inquiry, GstProfBlame * root)
{
  GstProfReceivers *receivers = inquiry->sampler->receivers;

  for (guint i = 0; receivers != NULL && i < root->n_items; i++) {
    GstProfBlameItem *item = &root->items[i];

    if (gst_prof_blame_is_work (item->cause)
        && gst_prof_coverage_is_in_any (inquiry->sampler->coverage,
            item->point, is_decoding, receivers)) {
      item->doing = item->cause;
      item->cause = GST_PROF_CAUSE_DECODER_SLOW;
    }
  }
}

/* With the coverage locked: who does not bring anything since it was refused. */
static void
name_refused (Inquiry * inquiry, GstClockTime from, GstClockTime to,
    GstProfBlame * root)
{
  for (guint i = 0; i < root->n_items; i++) {
    GstProfBlameItem *item = &root->items[i];

    if (item->cause == GST_PROF_CAUSE_UPSTREAM && item->point == 0
        && gst_prof_coverage_find_refusal (inquiry->sampler->coverage,
            item->home, from, to) != NULL)
      item->cause = GST_PROF_CAUSE_PAUSED;
  }
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
describe_thread (Inquiry * inquiry, const GstProfBlame * root,
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

/* With the coverage locked: whether that a thread waits outside of all elements does
 * not say that nothing comes from upstream. One that never brought anything has none;
 * and what a source's thread waits for at an address that is not known, a probe of
 * its pad may wait for as well. */
static gboolean
is_doubtful (Inquiry * inquiry, const GstProfBlameItem * item)
{
  if (item->cause != GST_PROF_CAUSE_UPSTREAM || item->point != 0)
    return FALSE;
  return item->home == 0 || inquiry->question->changes_state
      || (gst_prof_evidence_is_futex (item->call)
      && gst_prof_coverage_may_be_in_probe (inquiry->sampler->coverage,
          item->home, item->object));
}

static void
doubt_sources (Inquiry * inquiry, GstProfBlame * blame)
{
  for (guint i = blame->n_items; i-- > 0;) {
    if (is_doubtful (inquiry, &blame->items[i]))
      gst_prof_blame_doubt (blame, i);
  }
}

/* With the coverage locked: of a thread that never brought anything. */
static void
describe_other (Inquiry * inquiry, const GstProfBlame * root,
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
describe_place (Inquiry * inquiry, const GstProfBlame * root,
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
describe_refusal (Inquiry * inquiry, const GstProfBlame * root,
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
static void
describe_evidence (Inquiry * inquiry, const GstProfBlame * root,
    GstProfExplanation * explanation)
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
  received = find_received (inquiry, item->home);
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
static void
describe_application (Inquiry * inquiry, GstProfExplanation * explanation)
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

typedef struct
{
  GstProfCoverage *coverage;
  GQuark stage;
  guint point;
} PlaceFilter;

static gboolean
is_in_place (guint point, gpointer user_data)
{
  PlaceFilter *filter = user_data;

  if (filter->point != 0 && point != filter->point)
    return FALSE;
  return filter->stage == 0 || gst_prof_coverage_is_in_stage
      (filter->coverage, point, filter->stage);
}

/* With the coverage locked. */
static gboolean
explain_stretch (Inquiry * inquiry, const GstProfStretch * stretch,
    GstProfExplanation * explanation)
{
  const GstProfBlameFuncs funcs = {
    get_history, get_followers, split_wait, inquiry
  };
  GstProfSampler *sampler = inquiry->sampler;
  const GstProfQuestion *question = inquiry->question;
  PlaceFilter place = {
    sampler->coverage, question->stage, question->point
  };
  GstProfBlameFilter filter = { is_in_place, &place };
  const GstProfBlameFilter *wanted =
      question->stage != 0 || question->point != 0 ? &filter : NULL;
  GstProfSampledThread *thread =
      gst_prof_sampler_find_thread (sampler->process, stretch->thread_id);
  gboolean unseen = FALSE;
  GstProfBlame blame;

  if (thread == NULL || thread->history == NULL
      || gst_prof_history_get_length (thread->history) == 0)
    return FALSE;
  gst_prof_blame_thread (thread->history, stretch->thread_id, stretch->from,
      stretch->to, question->live, wanted, &blame);
  /* Too short for the sampler to have seen it there. */
  if (wanted != NULL && blame.wall < question->duration / 2) {
    wanted = NULL;
    unseen = question->point != 0 && question->n_stretches == 1;
  }
  if (wanted == NULL)
    gst_prof_blame_thread (thread->history, stretch->thread_id, stretch->from,
        stretch->to, question->live, NULL, &blame);
  if (question->application)
    gst_prof_blame_forget_source (&blame, stretch->thread_id);
  if (unseen)
    gst_prof_blame_limit (&blame, stretch->thread_id, question->point,
        question->duration);
  gst_prof_blame_merge (&explanation->causes, &blame);
  gst_prof_blame_follow (&funcs, stretch->thread_id, stretch->from,
      stretch->to, question->live, wanted, &blame);
  if (question->application)
    gst_prof_blame_forget_source (&blame, stretch->thread_id);
  if (unseen)
    gst_prof_blame_limit (&blame, stretch->thread_id, question->point,
        question->duration);
  name_decoding (inquiry, &blame);
  name_refused (inquiry, stretch->from, stretch->to, &blame);
  gst_prof_blame_merge (&explanation->root, &blame);
  if (explanation->elements[0] == '\0')
    describe_elements (sampler, thread, stretch->from, stretch->to,
        explanation->elements, sizeof explanation->elements);
  return TRUE;
}

static void
begin_lookup (Inquiry * inquiry)
{
  const GstProfQuestion *question = inquiry->question;
  GstClockTime from = GST_CLOCK_TIME_NONE, until = 0;

  for (guint i = 0; i < question->n_stretches; i++) {
    from = MIN (from, question->stretches[i].from);
    until = MAX (until, question->stretches[i].to);
  }
  gst_prof_receive_lookup_init (&inquiry->received,
      inquiry->sampler->receivers, from, until);
}

static guint64
count_missing (const GstProfReceiveLookup * received)
{
  guint64 n = 0;

  for (guint i = 0; i < received->n; i++) {
    const GstProfReceiveSpans *missing = &received->found[i]->timeline.missing;

    for (guint k = 0; k < missing->n; k++)
      n += missing->spans[k].value;
  }
  return n;
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
  Inquiry inquiry = {.sampler = sampler,.question = question };
  GstProfBlame unknown;
  gboolean known = FALSE;

  begin_lookup (&inquiry);
  g_mutex_lock (&sampler->process->lock);
  gst_prof_coverage_lock (sampler->coverage);
  for (guint i = 0; i < question->n_stretches; i++) {
    const GstProfStretch *stretch = &question->stretches[i];

    if (explain_stretch (&inquiry, stretch, &found)) {
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
    doubt_sources (&inquiry, &found.causes);
    doubt_sources (&inquiry, &found.root);
    describe_evidence (&inquiry, &found.root, &found);
    found.missing = count_missing (&inquiry.received);
    if (question->application)
      describe_application (&inquiry, &found);
    *explanation = found;
  } else {
    known = FALSE;
  }
  gst_prof_coverage_unlock (sampler->coverage);
  g_mutex_unlock (&sampler->process->lock);
  gst_prof_receive_lookup_clear (&inquiry.received);
  return known;
}
