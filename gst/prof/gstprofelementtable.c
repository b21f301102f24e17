/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The elements of a run: one row for each name that there was, and which element
 * has which. Owns the rows; what is in them is in gstprofelementrow.c. An element
 * that is removed leaves its row behind, and one of the same name in the same bin
 * goes on with it. Where there is no room for another one, the row of that of the
 * removed elements which worked least goes into one for all of these, so that sessions
 * that come and go do not fill the table.
 *
 * Only when more than that are there at a time, one has to wait for a row.
 *
 * Passive, time comes in. The analysis calls it, under the monitor's lock.
 */

#include "gstprofelementtable.h"

struct _GstProfElementTable
{
  GPtrArray *rows;              /* GstProfElementRow, by their coming */
  GHashTable *by_path;          /* "bin/name" -> row */
  GHashTable *by_number;        /* those that are there */
  GHashTable *waiting;          /* number -> Waiting, likewise */
  GstProfElementRow *removed;   /* several, that had a row; NULL: none */
  guint64 n_removed;            /* in that */
  guint64 refused;              /* that left without having had one */
  GstClockTime moved;           /* when something happened last */
  GstClockTime open_at;         /* when somebody looked who is inside; 0: not */
};

/* An element for which there is no row yet. */
typedef struct
{
  GstProfElementReading reading;
  gchar *name;
  gchar *factory;
  gchar *bin;
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  g_free (waiting->name);
  g_free (waiting->factory);
  g_free (waiting->bin);
  g_free (waiting);
}

static Waiting *
waiting_new (const GstProfElementReading * reading)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->reading = *reading;
  waiting->reading.name = waiting->name = g_strdup (reading->name);
  waiting->reading.factory = waiting->factory = g_strdup (reading->factory);
  waiting->reading.bin = waiting->bin = g_strdup (reading->bin);
  return waiting;
}

/*
 * gst_prof_element_table_new:
 *
 * Returns: (transfer full): an empty table
 */
GstProfElementTable *
gst_prof_element_table_new (void)
{
  GstProfElementTable *table = g_new0 (GstProfElementTable, 1);

  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_prof_element_row_free);
  table->by_path = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);
  table->by_number = g_hash_table_new (NULL, NULL);
  table->waiting = g_hash_table_new_full (NULL, NULL, NULL, waiting_free);
  return table;
}

/*
 * gst_prof_element_table_free:
 * @table: (nullable) (transfer full): a table
 */
void
gst_prof_element_table_free (GstProfElementTable * table)
{
  if (table == NULL)
    return;
  g_hash_table_unref (table->by_path);
  g_hash_table_unref (table->by_number);
  g_hash_table_unref (table->waiting);
  gst_prof_element_row_free (table->removed);
  g_ptr_array_unref (table->rows);
  g_free (table);
}

static GstProfElementRow *
find_row (GstProfElementTable * table, guint number)
{
  return number != 0 ? g_hash_table_lookup (table->by_number,
      GUINT_TO_POINTER (number)) : NULL;
}

static gchar *
get_path (const gchar * bin, const gchar * name)
{
  return g_strconcat (bin ? bin : "", "/", name, NULL);
}

/* Returns: whether there is room for one more now */
static gboolean
make_room (GstProfElementTable * table)
{
  static const GstProfElementReading removed = {
    .name = GST_PROF_ELEMENT_TABLE_REMOVED,
    .coverage = "functions",
  };
  GstProfElementRow *least = NULL;
  g_autofree gchar *path = NULL;
  GstClockTime work = 0;
  guint place = 0;

  for (guint i = 0; i < table->rows->len; i++) {
    GstProfElementRow *row = g_ptr_array_index (table->rows, i);
    GstClockTime its;

    if (gst_prof_element_row_is_present (row))
      continue;
    its = gst_prof_element_row_get_all_work (row);
    if (least != NULL && its >= work)
      continue;
    least = row;
    work = its;
    place = i;
  }
  if (least == NULL)
    return FALSE;
  if (table->removed == NULL)
    table->removed = gst_prof_element_row_new (&removed);
  gst_prof_element_row_merge (table->removed, least);
  table->n_removed++;
  path = get_path (gst_prof_element_row_get_bin (least),
      gst_prof_element_row_get_name (least));
  g_hash_table_remove (table->by_path, path);
  g_ptr_array_remove_index (table->rows, place);
  return TRUE;
}

static GstProfElementRow *
ensure_row (GstProfElementTable * table, const GstProfElementReading * reading)
{
  g_autofree gchar *path = get_path (reading->bin, reading->name);
  GstProfElementRow *row = g_hash_table_lookup (table->by_path, path);

  if (row != NULL)
    return row;
  if (table->rows->len == GST_PROF_ELEMENT_TABLE_MAX && !make_room (table))
    return NULL;
  row = gst_prof_element_row_new (reading);
  g_ptr_array_add (table->rows, row);
  g_hash_table_insert (table->by_path, g_steal_pointer (&path), row);
  return row;
}

/*
 * gst_prof_element_table_add:
 * @table: a table
 * @reading: an element that has come, or of which something has changed
 */
void
gst_prof_element_table_add (GstProfElementTable * table,
    const GstProfElementReading * reading)
{
  GstProfElementRow *row = find_row (table, reading->number);

  if (row == NULL) {
    row = ensure_row (table, reading);
    if (row == NULL) {
      g_hash_table_insert (table->waiting, GUINT_TO_POINTER (reading->number),
          waiting_new (reading));
      return;
    }
    g_hash_table_insert (table->by_number,
        GUINT_TO_POINTER (reading->number), row);
    gst_prof_element_row_arrive (row);
  }
  gst_prof_element_row_describe (row, reading);
}

/* One that waits gets the room of one that has left. */
static void
let_in (GstProfElementTable * table)
{
  GHashTableIter iter;
  gpointer number, value;
  Waiting *waiting;

  g_hash_table_iter_init (&iter, table->waiting);
  if (!g_hash_table_iter_next (&iter, &number, &value))
    return;
  waiting = value;
  g_hash_table_iter_steal (&iter);
  gst_prof_element_table_add (table, &waiting->reading);
  waiting_free (waiting);
}

/*
 * gst_prof_element_table_remove:
 * @table: a table
 * @number: an element that is not there any more
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_element_table_remove (GstProfElementTable * table, guint number,
    GstClockTime now)
{
  GstProfElementRow *row = find_row (table, number);

  if (row == NULL) {
    table->refused += g_hash_table_remove (table->waiting,
        GUINT_TO_POINTER (number));
    return;
  }
  gst_prof_element_row_leave (row, now);
  g_hash_table_remove (table->by_number, GUINT_TO_POINTER (number));
  let_in (table);
}

/*
 * gst_prof_element_table_take:
 * @table: a table
 * @reading: what happened at a pad
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_element_table_take (GstProfElementTable * table,
    const GstProfPadReading * reading, GstClockTime now)
{
  GstProfElementRow *row = find_row (table, reading->element);
  GstProfElementRow *from = find_row (table, reading->from);
  GstProfElementRow *task = find_row (table, reading->task);

  /* What a task did until it brought an event counts, and so does the time. */
  if (reading->times.visits > 0 || reading->n_in > 0
      || reading->times.outside > 0)
    table->moved = MAX (table->moved, now);
  if (row != NULL)
    gst_prof_element_row_add_visits (row, reading);
  if (task != NULL)
    gst_prof_element_row_add_task (task, reading);
  if (from == NULL)
    return;
  gst_prof_element_row_add_buffers_out (from, reading->times.buffers);
  for (guint i = 0; i < reading->n_out; i++)
    gst_prof_element_row_add_out (from, &reading->out[i]);
}

/*
 * gst_prof_element_table_add_open:
 * @table: a table
 * @number: an element
 * @thread_id: a thread that is in it
 * @own: for how long, nanoseconds
 * @looks: what was seen of it there
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Holds until gst_prof_element_table_forget_open().
 */
void
gst_prof_element_table_add_open (GstProfElementTable * table, guint number,
    guint64 thread_id, GstClockTime own, const GstProfVisitTimes * looks,
    GstClockTime now)
{
  GstProfElementRow *row = find_row (table, number);

  if (row == NULL)
    return;
  table->open_at = now;
  gst_prof_element_row_add_open (row, thread_id, own, looks);
}

/*
 * gst_prof_element_table_forget_open:
 * @table: a table
 */
void
gst_prof_element_table_forget_open (GstProfElementTable * table)
{
  table->open_at = 0;
  for (guint i = 0; i < table->rows->len; i++)
    gst_prof_element_row_forget_open (g_ptr_array_index (table->rows, i));
}

/*
 * gst_prof_element_table_mark:
 * @table: a table
 *
 * What is done lately is done since the mark before.
 */
void
gst_prof_element_table_mark (GstProfElementTable * table)
{
  for (guint i = 0; i < table->rows->len; i++)
    gst_prof_element_row_mark (g_ptr_array_index (table->rows, i));
}

/*
 * gst_prof_element_table_find_busiest:
 * @table: a table
 * @thread_id: a thread
 * @lately: only what was done since the mark before the last counts
 * @work: (out): how long the element worked on that thread, nanoseconds
 * @sum: (out): how long all of them did
 *
 * Returns: (nullable) (transfer none): the element in which the thread worked most
 */
const GstProfElementRow *
gst_prof_element_table_find_busiest (GstProfElementTable * table,
    guint64 thread_id, gboolean lately, GstClockTime * work,
    GstClockTime * sum)
{
  const GstProfElementRow *busiest = NULL;

  *work = *sum = 0;
  for (guint i = 0; i < table->rows->len; i++) {
    const GstProfElementRow *row = g_ptr_array_index (table->rows, i);
    GstClockTime own = gst_prof_element_row_get_work (row, thread_id, lately);

    *sum += own;
    if (own <= *work)
      continue;
    *work = own;
    busiest = row;
  }
  return busiest;
}

/*
 * gst_prof_element_table_find_busiest_thread:
 * @table: a table
 *
 * Returns: the thread that worked most since the mark before the last; 0: none did
 */
guint64
gst_prof_element_table_find_busiest_thread (GstProfElementTable * table)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GstClockTime most = 0;
  guint64 busiest = 0;

  for (guint i = 0; i < 2 * table->rows->len; i++) {
    guint64 thread_id = gst_prof_element_row_get_thread
        (g_ptr_array_index (table->rows, i / 2), i % 2);
    GstClockTime work, sum;

    if (thread_id == 0
        || !g_hash_table_add (seen, GSIZE_TO_POINTER (thread_id)))
      continue;
    gst_prof_element_table_find_busiest (table, thread_id, TRUE, &work, &sum);
    if (sum <= most)
      continue;
    most = sum;
    busiest = thread_id;
  }
  return busiest;
}

/*
 * gst_prof_element_table_is_empty:
 * @table: a table
 *
 * Returns: whether no element has come yet
 */
gboolean
gst_prof_element_table_is_empty (GstProfElementTable * table)
{
  return table->rows->len == 0;
}

/*
 * gst_prof_element_table_get_n_waiting:
 * @table: a table
 *
 * Returns: how many elements are there that have no row, since there are too many
 */
guint
gst_prof_element_table_get_n_waiting (GstProfElementTable * table)
{
  return g_hash_table_size (table->waiting);
}

/*
 * gst_prof_element_table_find:
 * @table: a table
 * @number: an element
 *
 * Returns: (nullable) (transfer none): its row; %NULL: it is not there, or there
 *   was no room
 */
const GstProfElementRow *
gst_prof_element_table_find (GstProfElementTable * table, guint number)
{
  return find_row (table, number);
}

/*
 * gst_prof_element_table_summarize:
 * @table: a table
 * @summary: (inout): an initialised summary, valid until the next call on @table
 */
void
gst_prof_element_table_summarize (GstProfElementTable * table,
    GstProfSummary * summary)
{
  for (guint i = 0; i < table->rows->len; i++) {
    GstProfSummaryElement element;

    gst_prof_element_row_summarize (g_ptr_array_index (table->rows, i),
        MAX (table->moved, table->open_at), &element);
    g_array_append_val (summary->per_element, element);
  }
  if (table->removed != NULL) {
    GstProfSummaryElement element;

    gst_prof_element_row_summarize (table->removed, table->moved, &element);
    g_array_append_val (summary->per_element, element);
  }
  summary->elements_merged = table->n_removed;
  summary->elements_refused = table->refused
      + g_hash_table_size (table->waiting);
}
