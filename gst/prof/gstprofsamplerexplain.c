/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the sampler's histories say of an interval: its causes, followed to the
 * threads behind and to what the packets say of a wait behind a jitterbuffer. What
 * shows them is put in words in gstprofsamplerevidence.c. Owns nothing; any thread
 * but a streaming thread, which holds the process's lock and the coverage's for the
 * time of a question.
 */

#include "gstprofsamplerevidence.h"

static const GstProfHistory *
get_history (guint64 thread_id, gpointer user_data)
{
  GstProfInquiry *inquiry = user_data;
  GstProfSampledThread *thread =
      gst_prof_sampler_find_thread (inquiry->sampler->process, thread_id);

  return thread ? thread->history : NULL;
}

/* With the coverage locked. */
static guint
get_followers (GstProfCause cause, guint home, guint point,
    guint64 * thread_ids, guint max, gpointer user_data)
{
  GstProfSampler *sampler = ((GstProfInquiry *) user_data)->sampler;
  const GPtrArray *threads = sampler->process->threads;
  guint homes[8], n_homes, n = 0;

  /* Whoever pushed into that pad once is fed by nobody for that. */
  if ((((GstProfInquiry *) user_data)->question->application
          || ((GstProfInquiry *) user_data)->question->changes_state)
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

/* With the coverage locked. */
static guint
split_wait (guint home, guint point, GstClockTime from, GstClockTime to,
    GstProfReceivePart * parts, guint max, gpointer user_data)
{
  const GstProfReceived *received =
      point == 0 ? gst_prof_inquiry_find_received (user_data, home) : NULL;

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
name_decoding (GstProfInquiry * inquiry, GstProfBlame * root)
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
name_refused (GstProfInquiry * inquiry, GstClockTime from, GstClockTime to,
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

/* With the coverage locked: whether that a thread waits outside of all elements does
 * not say that nothing comes from upstream. One that never brought anything has none;
 * and what a source's thread waits for at an address that is not known, a probe of
 * its pad may wait for as well. */
static gboolean
is_doubtful (GstProfInquiry * inquiry, const GstProfBlameItem * item)
{
  if (item->cause != GST_PROF_CAUSE_UPSTREAM || item->point != 0)
    return FALSE;
  return item->home == 0 || inquiry->question->changes_state
      || (gst_prof_evidence_is_futex (item->call)
      && gst_prof_coverage_may_be_in_probe (inquiry->sampler->coverage,
          item->home, item->object));
}

static void
doubt_sources (GstProfInquiry * inquiry, GstProfBlame * blame)
{
  for (guint i = blame->n_items; i-- > 0;) {
    if (is_doubtful (inquiry, &blame->items[i]))
      gst_prof_blame_doubt (blame, i);
  }
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
explain_stretch (GstProfInquiry * inquiry, const GstProfStretch * stretch,
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
    gst_prof_inquiry_describe_elements (inquiry, thread, stretch->from,
        stretch->to, explanation->elements, sizeof explanation->elements);
  return TRUE;
}

static void
begin_lookup (GstProfInquiry * inquiry)
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
  GstProfInquiry inquiry = {.sampler = sampler,.question = question };
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
    gst_prof_inquiry_describe_evidence (&inquiry, &found.root, &found);
    found.missing = count_missing (&inquiry.received);
    if (question->application)
      gst_prof_inquiry_describe_application (&inquiry, &found);
    *explanation = found;
  } else {
    known = FALSE;
  }
  gst_prof_coverage_unlock (sampler->coverage);
  g_mutex_unlock (&sampler->process->lock);
  gst_prof_receive_lookup_clear (&inquiry.received);
  return known;
}
