/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is remembered of a pipeline's pads from one reading to the next. A pad is in
 * the table from the first buffer on, and as long as it is there. Passive, time comes
 * in.
 */

#include "gstprofpadtable.h"

#include <string.h>

/* Twice as many as are covered at a time. */
#define MAX_PADS 4096

/* Elements in a row: a muxer, what parses or hands over its output, a sink. */
#define MAX_DEPTH 4

struct _GstProfPadTable
{
  GHashTable *by_point;         /* point -> GstProfPadState */
  gboolean changed;             /* the last pads are to be found anew */
};

/*
 * gst_prof_pad_table_new:
 *
 * Returns: (transfer full): an empty table
 */
GstProfPadTable *
gst_prof_pad_table_new (void)
{
  GstProfPadTable *table = g_new0 (GstProfPadTable, 1);

  table->by_point = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return table;
}

/*
 * gst_prof_pad_table_free:
 * @table: (nullable) (transfer full): a table
 */
void
gst_prof_pad_table_free (GstProfPadTable * table)
{
  if (table == NULL)
    return;
  g_hash_table_unref (table->by_point);
  g_free (table);
}

static GstProfPadState *
ensure_pad (GstProfPadTable * table, const GstProfPadReading * reading)
{
  gpointer key = GUINT_TO_POINTER (reading->point);
  GstProfPadState *pad = g_hash_table_lookup (table->by_point, key);

  if (pad == NULL && reading->n_in > 0 && !reading->gone
      && g_hash_table_size (table->by_point) < MAX_PADS) {
    pad = g_new0 (GstProfPadState, 1);
    g_hash_table_insert (table->by_point, key, pad);
  }
  return pad;
}

/* Of a pad that is not linked now, or was not when that was looked at last, what
 * fed it is known from before. */
static void
take_links (GstProfPadState * pad, const GstProfPadReading * reading)
{
  pad->handed_over = reading->handed_over;
  pad->n_feeders = reading->n_feeders;
  memcpy (pad->feeders, reading->feeders, sizeof (pad->feeders));
}

/*
 * gst_prof_pad_table_take:
 * @table: a table
 * @reading: what happened at a pad
 */
void
gst_prof_pad_table_take (GstProfPadTable * table,
    const GstProfPadReading * reading)
{
  GstProfPadState *pad = ensure_pad (table, reading);

  if (pad == NULL)
    return;
  if (reading->gone) {
    g_hash_table_remove (table->by_point, GUINT_TO_POINTER (reading->point));
    table->changed = TRUE;
    return;
  }
  if (pad->from != reading->from || pad->n_feeders == 0
      || reading->n_feeders > 0)
    take_links (pad, reading);
  if (pad->from != reading->from || pad->is_video != reading->is_video)
    table->changed = TRUE;
  pad->point = reading->point;
  pad->element = reading->element;
  pad->from = reading->from;
  pad->thread_id = reading->thread_id;
  pad->at_end = reading->at_end;
  pad->outermost |= reading->times.outside > 0;
  pad->is_video = reading->is_video;
  pad->frame_duration = reading->frame_duration;
  for (guint i = 0; i < reading->n_in; i++) {
    gst_prof_cadence_add (&pad->cadence, reading->in[i].time);
    gst_prof_passed_add (&pad->passed, reading->in[i].time);
  }
  if (reading->n_in > 0)
    pad->entered = reading->in[reading->n_in - 1].time;
}

static gboolean
is_of_element (gpointer key, gpointer value, gpointer user_data)
{
  const GstProfPadState *pad = value;

  return pad->element == GPOINTER_TO_UINT (user_data);
}

/*
 * gst_prof_pad_table_remove:
 * @table: a table
 * @element: number of an element that is not there any more
 */
void
gst_prof_pad_table_remove (GstProfPadTable * table, guint element)
{
  if (g_hash_table_foreach_remove (table->by_point, is_of_element,
          GUINT_TO_POINTER (element)) > 0)
    table->changed = TRUE;
}

/*
 * gst_prof_pad_table_note_wait:
 * @table: a table
 * @point: a pad's point
 * @now: when a thread waits for something to bring there, CLOCK_MONOTONIC
 *   nanoseconds
 */
void
gst_prof_pad_table_note_wait (GstProfPadTable * table, guint point,
    GstClockTime now)
{
  GstProfPadState *pad = g_hash_table_lookup (table->by_point,
      GUINT_TO_POINTER (point));

  if (pad != NULL)
    pad->waited = now;
}

/* Pictures that come to a pad and not out of its element as pictures end there. */
static void
find_ends (GstProfPadTable * table)
{
  g_autoptr (GHashTable) going_on = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer value;

  table->changed = FALSE;
  g_hash_table_iter_init (&iter, table->by_point);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    GstProfPadState *pad = value;

    if (pad->is_video)
      g_hash_table_add (going_on, GUINT_TO_POINTER (pad->from));
  }
  g_hash_table_iter_init (&iter, table->by_point);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    GstProfPadState *pad = value;

    pad->ends = pad->is_video && !g_hash_table_contains (going_on,
        GUINT_TO_POINTER (pad->element));
  }
}

/*
 * gst_prof_pad_table_foreach:
 * @table: a table
 * @func: is called with each pad
 * @user_data: for @func
 */
void
gst_prof_pad_table_foreach (GstProfPadTable * table, GstProfPadStateFunc func,
    gpointer user_data)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, table->by_point);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    func (value, user_data);
}

/*
 * gst_prof_pad_table_foreach_end:
 * @table: a table
 * @func: is called with each pad at which pictures end
 * @user_data: for @func
 */
void
gst_prof_pad_table_foreach_end (GstProfPadTable * table,
    GstProfPadStateFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer value;

  if (table->changed)
    find_ends (table);
  g_hash_table_iter_init (&iter, table->by_point);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    GstProfPadState *pad = value;

    if (pad->ends)
      func (pad, user_data);
  }
}

/*
 * gst_prof_pad_table_find:
 * @table: a table
 * @point: a pad's point
 *
 * Returns: (nullable) (transfer none): the pad, if something came to it
 */
const GstProfPadState *
gst_prof_pad_table_find (GstProfPadTable * table, guint point)
{
  if (table->changed)
    find_ends (table);
  return g_hash_table_lookup (table->by_point, GUINT_TO_POINTER (point));
}

/* Where the list of those is full there may be others. */
static gboolean
is_fed_by (const GstProfPadState * pad, const GstProfPadState * feeder)
{
  if (pad->n_feeders == GST_PROF_READING_MAX_FEEDERS)
    return pad->from == feeder->element;
  for (guint i = 0; i < pad->n_feeders; i++) {
    if (pad->feeders[i] == feeder->point)
      return TRUE;
  }
  return FALSE;
}

static GstClockTime
find_duration (GstProfPadTable * table, const GstProfPadState * pad,
    guint depth)
{
  GstClockTime longest = GST_CLOCK_TIME_NONE;

  if (GST_CLOCK_TIME_IS_VALID (pad->frame_duration))
    return pad->frame_duration;
  for (guint i = 0; depth > 0 && i < pad->n_feeders; i++) {
    const GstProfPadState *feeder = g_hash_table_lookup (table->by_point,
        GUINT_TO_POINTER (pad->feeders[i]));
    GstClockTime duration;

    /* Something else has its place by now. */
    if (feeder == NULL || feeder->element != pad->from)
      continue;
    duration = find_duration (table, feeder, depth - 1);
    if (GST_CLOCK_TIME_IS_VALID (duration)
        && (longest == GST_CLOCK_TIME_NONE || duration > longest))
      longest = duration;
  }
  return longest;
}

/*
 * gst_prof_pad_table_find_frame_duration:
 * @table: a table
 * @pad: a pad in it
 *
 * What comes out of a muxer comes as often as the slowest pictures that go in.
 *
 * Returns: how long a picture lasts by the caps there, or where what comes there
 *   went into the elements in front; %GST_CLOCK_TIME_NONE: not known
 */
GstClockTime
gst_prof_pad_table_find_frame_duration (GstProfPadTable * table,
    const GstProfPadState * pad)
{
  return find_duration (table, pad, MAX_DEPTH);
}

/*
 * gst_prof_pad_table_reaches_end:
 * @table: a table
 * @point: a pad's point
 *
 * Returns: whether something of what comes there has come to a sink, by the pads
 *   that it goes through. Control packets, say, stay inside of the elements that
 *   they are for.
 */
gboolean
gst_prof_pad_table_reaches_end (GstProfPadTable * table, guint point)
{
  g_autoptr (GPtrArray) reached = g_ptr_array_new ();
  GstProfPadState *first = g_hash_table_lookup (table->by_point,
      GUINT_TO_POINTER (point));

  if (first == NULL)
    return FALSE;
  g_ptr_array_add (reached, first);
  for (guint i = 0; i < reached->len; i++) {
    const GstProfPadState *feeder = g_ptr_array_index (reached, i);
    GHashTableIter iter;
    gpointer pad;

    /* Who is pulled from knows nothing of where it goes. */
    if (feeder->at_end || feeder->from == feeder->element)
      return TRUE;
    g_hash_table_iter_init (&iter, table->by_point);
    while (g_hash_table_iter_next (&iter, NULL, &pad)) {
      if (is_fed_by (pad, feeder) && !g_ptr_array_find (reached, pad, NULL))
        g_ptr_array_add (reached, pad);
    }
  }
  return FALSE;
}

/*
 * gst_prof_pad_table_leads_to:
 * @table: a table
 * @point: a pad's point
 * @to: another one's
 *
 * Returns: whether what comes to @point goes on to @to, as far as pads are known
 */
gboolean
gst_prof_pad_table_leads_to (GstProfPadTable * table, guint point, guint to)
{
  g_autoptr (GArray) reached = g_array_new (FALSE, FALSE, sizeof (guint));

  g_array_append_val (reached, to);
  for (guint i = 0; i < reached->len; i++) {
    const GstProfPadState *pad = g_hash_table_lookup (table->by_point,
        GUINT_TO_POINTER (g_array_index (reached, guint, i)));

    for (guint j = 0; pad != NULL && j < pad->n_feeders; j++) {
      guint k = 0;

      if (pad->feeders[j] == point)
        return TRUE;
      while (k < reached->len
          && g_array_index (reached, guint, k) != pad->feeders[j])
        k++;
      if (k == reached->len)
        g_array_append_val (reached, pad->feeders[j]);
    }
  }
  return FALSE;
}
