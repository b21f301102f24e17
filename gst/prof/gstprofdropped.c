/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * An element that takes what comes and lets nothing out: found from a pad to which
 * nothing comes, against the stream, by what passed the pads meanwhile. Threads do
 * not tell of it: the one that feeds the element goes on as ever. Passive, time
 * comes in. The analysis asks, under the monitor's lock.
 *
 * At each pad on the way there is a silence; queues shift it, so that of the pad
 * before counts for the next one. The first element into which buffers kept coming
 * is the one. Nobody is accused who may only hold them:
 * - whoever gives out with a thread of its own: a queue, an aggregator
 * - whoever has several inputs: it may wait for one of them, so the way goes on at
 *   those that are silent
 * - whoever looks ahead: what came within twice its usual latency does not count;
 *   and where that is not known, a short silence does not either
 * Whoever lets something out elsewhere has not dropped it: that is said of it. What
 * became of it between its functions and those of the next element, where a probe
 * may be, is not known: that the next one did not get it is.
 */

#include "gstprofdropped.h"

#include "gstprofblameprivate.h"
#include "gstprofduration.h"

/* Elements in a row; inputs that are followed in all. */
#define MAX_DEPTH 64
#define MAX_STEPS 256

/* So many keep coming, if no pause between them takes a third of the time. */
#define MIN_CAME 3
#define PAUSE_DIVISOR 3

/* Less than that is an input that is silent, but for what it gave at the edges. */
#define EDGE 2

/* So many usual latencies, or usual intervals, an element may hold something. */
#define LATENCIES 2
#define INTERVALS 3

/* That of an element of which the latency is not known must be so long. */
#define LONG_SILENCE GST_SECOND

/* What comes in that shortly before something comes out is what comes out, and what
 * others get so shortly before or after it is the same. */
#define JUST_NOW GST_MSECOND

typedef struct
{
  GstProfPadTable *pads;
  GstProfElementTable *elements;
  GstClockTime now;
  guint n_steps;
} Walk;

static gboolean
is_flowing (const GstProfPadState * pad, GstClockTime from, GstClockTime to,
    GstProfPassedCount * count)
{
  gst_prof_passed_count (&pad->passed, from, to, count);
  return count->n >= MIN_CAME
      && count->pause <= (to - count->from) / PAUSE_DIVISOR;
}

typedef struct
{
  guint element;
  GstClockTime from;
  GstClockTime to;
  guint most;                   /* number of the element that got most */
  GstProfPassedCount count;
} Outputs;

static void
look_at_output (const GstProfPadState * pad, gpointer user_data)
{
  Outputs *outputs = user_data;
  GstProfPassedCount count;

  if (pad->from != outputs->element || pad->element == outputs->element)
    return;
  gst_prof_passed_count (&pad->passed, outputs->from + JUST_NOW, outputs->to,
      &count);
  count.from -= JUST_NOW;
  if (count.n <= EDGE || count.n <= outputs->count.n)
    return;
  outputs->most = pad->element;
  outputs->count = count;
}

static gboolean
gives_to_others (Walk * walk, GstClockTime until, GstProfDropped * dropped)
{
  Outputs outputs = {
    dropped->element, dropped->silence.from, until, 0, { 0 }
  };

  gst_prof_pad_table_foreach (walk->pads, look_at_output, &outputs);
  dropped->other = outputs.most;
  dropped->went = outputs.count;
  return outputs.most != 0;
}

/* Whether what came into @in, and not to @out, is longer inside than it ever is. */
static gboolean
is_overdue (Walk * walk, const GstProfPadState * in,
    const GstProfPadState * out, const GstProfPassedSilence * silence)
{
  const GstProfElementRow *row =
      gst_prof_element_table_find (walk->elements, out->from);
  GstClockTime length = silence->to - silence->from;
  GstClockTime usual = gst_prof_cadence_get_usual (&out->cadence);
  GstClockTime latency;
  GstProfPassedCount count;

  if (row == NULL || out->handed_over || out->n_feeders != 1
      || !GST_CLOCK_TIME_IS_VALID (usual) || length < INTERVALS * usual)
    return FALSE;
  latency = gst_prof_element_row_get_latency (row);
  if (!GST_CLOCK_TIME_IS_VALID (latency))
    return length >= LONG_SILENCE;
  return length / 2 >= LATENCIES * latency && is_flowing (in, silence->from,
      silence->to - LATENCIES * latency, &count);
}

static void
accuse (Walk * walk, const GstProfPadState * in, const GstProfPadState * out,
    const GstProfPassedSilence * silence, const GstProfPassedCount * came,
    GstProfDropped * dropped)
{
  GstClockTime until = silence->to;

  *dropped = (GstProfDropped) {
    .element = out->from,
    .point = in->point,
    .next = out->element,
    .silence = *silence,
    .came = *came,
  };
  /* The one that ended it has just come in. */
  if (silence->to < walk->now) {
    until -= JUST_NOW;
    gst_prof_passed_count (&in->passed, silence->from, until, &dropped->came);
  }
  if (gives_to_others (walk, until, dropped))
    dropped->verdict = GST_PROF_DROPPED_ELSEWHERE;
  else if (is_overdue (walk, in, out, silence))
    dropped->verdict = GST_PROF_DROPPED_HERE;
  else
    dropped->verdict = GST_PROF_DROPPED_HELD;
}

/* Against the stream, along the inputs that are silent. What is found behind one
 * of these counts more than that another one was not. */
static void
go_up (Walk * walk, const GstProfPadState * out, GstClockTime from,
    GstClockTime to, guint depth, GstProfDropped * dropped)
{
  GstProfPassedSilence silence;

  if (depth == MAX_DEPTH || walk->n_steps++ >= MAX_STEPS
      || !gst_prof_passed_find_silence (&out->passed, from, to, walk->now,
          &silence))
    return;
  for (guint i = 0; i < out->n_feeders; i++) {
    const GstProfPadState *in =
        gst_prof_pad_table_find (walk->pads, out->feeders[i]);
    GstProfDropped found = { 0 };
    GstProfPassedCount came;

    /* Something else has its place by now, or it is not covered. */
    if (in == NULL || in->element != out->from)
      continue;
    if (is_flowing (in, silence.from, silence.to, &came))
      accuse (walk, in, out, &silence, &came, &found);
    else
      go_up (walk, in, silence.from, silence.to, depth + 1, &found);
    if (found.verdict > dropped->verdict)
      *dropped = found;
  }
}

/*
 * gst_prof_dropped_find:
 * @pads: the pads
 * @elements: the elements
 * @silent: a pad's point
 * @from: since when nothing came there, CLOCK_MONOTONIC nanoseconds
 * @to: until when
 * @now: the time
 * @dropped: (out): what is known of the elements before it
 */
void
gst_prof_dropped_find (GstProfPadTable * pads, GstProfElementTable * elements,
    guint silent, GstClockTime from, GstClockTime to, GstClockTime now,
    GstProfDropped * dropped)
{
  const GstProfPadState *pad = gst_prof_pad_table_find (pads, silent);
  Walk walk = { pads, elements, now, 0 };

  *dropped = (GstProfDropped) { 0 };
  if (pad != NULL && to > from)
    go_up (&walk, pad, from, to, 0, dropped);
}

typedef struct
{
  GstProfElementTable *elements;
  const gchar *stage;           /* interned */
  GArray *points;
} Entrances;

static gboolean
is_in_stage (const Entrances * entrances, guint element)
{
  const GstProfElementRow *row =
      gst_prof_element_table_find (entrances->elements, element);

  return row != NULL && g_strcmp0 (gst_prof_element_row_get_stage (row),
      entrances->stage) == 0;
}

static void
note_entrance (const GstProfPadState * pad, gpointer user_data)
{
  Entrances *entrances = user_data;

  if (is_in_stage (entrances, pad->element)
      && !is_in_stage (entrances, pad->from))
    g_array_append_val (entrances->points, pad->point);
}

/* Of a stage it is not known to which of its pads nothing came. */
static void
find_behind_stage (GstProfPadTable * pads, GstProfElementTable * elements,
    const GstProfQuestion * question, GstClockTime from, GstClockTime to,
    GstClockTime now, GstProfDropped * dropped)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (guint));
  Entrances entrances = {
    elements, g_quark_to_string (question->silent_stage), points
  };

  *dropped = (GstProfDropped) { 0 };
  gst_prof_pad_table_foreach (pads, note_entrance, &entrances);
  for (guint i = 0; i < points->len; i++) {
    GstProfDropped found;

    gst_prof_dropped_find (pads, elements, g_array_index (points, guint, i),
        from, to, now, &found);
    if (found.verdict > dropped->verdict)
      *dropped = found;
  }
}

static const gchar *
find_name (GstProfElementTable * elements, guint number)
{
  const GstProfElementRow *row =
      gst_prof_element_table_find (elements, number);

  return row ? gst_prof_element_row_get_name (row) : "";
}

/* "60 buffers"; of more time than is remembered it is only known how many in a
 * second. */
static void
append_count (GString * text, GstClockTime from, GstClockTime to,
    const GstProfPassedCount * count, const gchar * what)
{
  if (count->from == from)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT "%s", count->n, what);
  else
    g_string_append_printf (text, "%" G_GUINT64_FORMAT "%s/s",
        gst_util_uint64_scale_round (count->n, GST_SECOND, to - count->from),
        what);
}

static void
append_came (GString * text, const gchar * name, GstClockTime from,
    GstClockTime to, const GstProfPassedCount * came)
{
  g_string_append_printf (text, "%s: ", name);
  append_count (text, from, to, came, " buffers");
  g_string_append (text, " came in");
}

static void
set_evidence (GstProfExplanation * explanation, const gchar * name,
    const GString * text)
{
  g_strlcpy (explanation->root_element, name,
      sizeof explanation->root_element);
  g_strlcpy (explanation->evidence, text->str, sizeof explanation->evidence);
}

/* "valve0: 60 buffers came in and none reached queue0 in 2.03s" */
static void
append_story (GString * text, GstProfElementTable * elements,
    const GstProfDropped * dropped)
{
  const GstProfPassedSilence *silence = &dropped->silence;
  const gchar *next = find_name (elements, dropped->next);

  append_came (text, find_name (elements, dropped->element), silence->from,
      silence->to, &dropped->came);
  if (dropped->verdict == GST_PROF_DROPPED_ELSEWHERE) {
    g_string_append_printf (text, ", %s got ",
        find_name (elements, dropped->other));
    append_count (text, silence->from, silence->to, &dropped->went, "");
    g_string_append_printf (text, " and %s none in ", next);
  } else {
    g_string_append_printf (text, " and none reached %s in ", next);
  }
  gst_prof_duration_append (text, silence->to - silence->from);
  if (dropped->verdict == GST_PROF_DROPPED_HELD)
    g_string_append (text, "; it may hold them");
}

static gboolean
is_of_packets (GstProfCause cause)
{
  return cause >= GST_PROF_CAUSE_NETWORK_SILENT
      && cause <= GST_PROF_CAUSE_DECODER_SLOW;
}

/* Whether it is no reason why nothing came out of an element: a wait for what did
 * not come, one for the clock with an event in place of it, or whatever a thread
 * did that brought something all the time. What the packets tell is one. */
static gboolean
is_no_reason (GstProfPadTable * pads, const GstProfBlameItem * item,
    const GstProfPassedSilence * silence)
{
  const GstProfPadState *pad = gst_prof_pad_table_find (pads, item->home);
  GstProfPassedCount came;

  if (item->cause == GST_PROF_CAUSE_UPSTREAM || item->event)
    return TRUE;
  return !is_of_packets (item->cause) && pad != NULL
      && is_flowing (pad, silence->from, silence->to, &came);
}

/* Makes what is no reason unknown, until so much is. */
static void
free_time (GstProfPadTable * pads, const GstProfPassedSilence * silence,
    GstClockTime time, GstProfBlame * root)
{
  for (guint i = 0; i < root->n_items && root->rest < time; i++) {
    GstProfBlameItem *item = &root->items[i];
    GstClockTime part = MIN (item->time, time - root->rest);

    if (!is_no_reason (pads, item, silence))
      continue;
    root->rest += part;
    item->time -= part;
  }
}

static gboolean
decodes (GstProfElementTable * elements, guint number)
{
  const GstProfElementRow *row =
      gst_prof_element_table_find (elements, number);

  return row != NULL && gst_prof_element_row_decodes (row);
}

static void
name_element (GstProfPadTable * pads, GstProfElementTable * elements,
    const GstProfDropped * dropped, GstProfExplanation * explanation)
{
  GstProfBlame reasons = explanation->root, *root = &explanation->root;
  const gchar *name = find_name (elements, dropped->element);
  g_autoptr (GString) text = g_string_new (NULL);
  const GstProfBlameItem *largest;
  GstProfBlameItem item = {
    .cause = dropped->verdict == GST_PROF_DROPPED_ELSEWHERE
        ? GST_PROF_CAUSE_ELSEWHERE : GST_PROF_CAUSE_DROPPED,
    .time = dropped->silence.to - dropped->silence.from,
    .point = dropped->point,
    .call = -1,
  };

  free_time (pads, &dropped->silence, GST_CLOCK_TIME_NONE, &reasons);
  if (gst_prof_blame_get_largest (&reasons) != NULL)
    return;
  free_time (pads, &dropped->silence, item.time, root);
  gst_prof_blame_add_item (root, &item);
  largest = gst_prof_blame_get_largest (root);
  /* The silence may have been a small part of the gap. */
  if (largest == NULL || largest->cause != item.cause)
    return;
  append_story (text, elements, dropped);
  if (explanation->missing > 0 && decodes (elements, dropped->element))
    g_string_append_printf (text, "; RTP packets missing meanwhile: %"
        G_GUINT64_FORMAT, explanation->missing);
  set_evidence (explanation, name, text);
}

/* Of a thread that brought something all the time it cannot be said that nothing
 * came: what became of it is not known. */
static void
absolve_feeders (GstProfPadTable * pads, GstProfElementTable * elements,
    const GstProfDropped * dropped, GstClockTime from, GstClockTime to,
    GstProfExplanation * explanation)
{
  GstProfBlame *root = &explanation->root;
  g_autoptr (GString) text = g_string_new (NULL);
  const gchar *name = NULL;

  for (guint i = 0; i < root->n_items; i++) {
    GstProfBlameItem *item = &root->items[i];
    const GstProfPadState *pad = item->cause == GST_PROF_CAUSE_UPSTREAM
        ? gst_prof_pad_table_find (pads, item->home) : NULL;
    GstProfPassedCount came;

    if (pad == NULL || item->time == 0 || !is_flowing (pad, from, to, &came))
      continue;
    root->rest += item->time;
    item->time = 0;
    if (name != NULL)
      continue;
    name = find_name (elements, pad->element);
    append_came (text, name, from, to, &came);
  }
  if (name == NULL || gst_prof_blame_get_largest (root) != NULL)
    return;
  if (dropped->verdict != GST_PROF_DROPPED_NOWHERE) {
    name = find_name (elements, dropped->element);
    g_string_truncate (text, 0);
    append_story (text, elements, dropped);
  } else {
    g_string_append (text, " meanwhile");
  }
  set_evidence (explanation, name, text);
}

/*
 * gst_prof_dropped_name:
 * @pads: the pads
 * @elements: the elements
 * @question: what was asked
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 * @explanation: (inout): what the threads tell; if that is no reason why nothing
 *   came, the element is that let nothing out, if there is one
 */
void
gst_prof_dropped_name (GstProfPadTable * pads, GstProfElementTable * elements,
    const GstProfQuestion * question, GstClockTime now,
    GstProfExplanation * explanation)
{
  GstClockTime from, to;
  GstProfDropped dropped;

  if ((question->silent == 0 && question->silent_stage == 0)
      || question->n_stretches == 0)
    return;
  from = question->stretches[0].from;
  to = question->stretches[question->n_stretches - 1].to;
  if (question->silent_stage != 0)
    find_behind_stage (pads, elements, question, from, to, now, &dropped);
  else
    gst_prof_dropped_find (pads, elements, question->silent, from, to, now,
        &dropped);
  if (dropped.verdict >= GST_PROF_DROPPED_ELSEWHERE)
    name_element (pads, elements, &dropped, explanation);
  if (dropped.verdict != GST_PROF_DROPPED_HERE)
    absolve_feeders (pads, elements, &dropped, from, to, explanation);
}
