/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What one element did, through all its pads: how often it was visited, what it
 * took of the threads that came in, what its own threads did, and how long what
 * went in stayed inside. Passive, time comes in. An element that leaves and comes
 * again goes on where it was.
 */

#include "gstprofelementrow.h"

/* Of fewer it is not known what is usual. */
#define FEW_VISITS 20

typedef struct
{
  GstClockTime own;
  GstClockTime task;
  guint64 buffers;
} Work;

struct _GstProfElementRow
{
  gchar *name;
  gchar *factory;
  gchar *bin;
  const gchar *stage;           /* interned */
  const gchar *coverage;        /* static */

  guint present;                /* elements of that name that are there */
  GstClockTime since;           /* when it began to do something, 0: not yet */
  GstClockTime watched;         /* before that */

  guint64 buffers_in;
  guint64 buffers_out;
  guint64 unseen;
  GstProfVisitTimes times;      /* of all pads */
  GstProfVisitTimes task;       /* of the pads that its tasks push into */
  guint64 thread_id;            /* that came in last */
  guint64 task_thread_id;       /* its own */
  Work marks[2];                /* at the last mark, and at the one before */
  GstProfSpread *own;
  GstProfSpread *latency;
  guint64 n_latencies;
  GstClockTime latency_sum;
  GstProfInside inside;

  /* Visits that go on, when they were looked at last */
  GstProfVisitTimes open;       /* only own, max, looked, run, waited */
  guint64 open_thread_id;
};

/*
 * gst_prof_element_row_new:
 * @reading: what is known of the element
 *
 * Returns: (transfer full): a row of an element that has not arrived
 */
GstProfElementRow *
gst_prof_element_row_new (const GstProfElementReading * reading)
{
  GstProfElementRow *row = g_new0 (GstProfElementRow, 1);

  row->name = g_strdup (reading->name);
  row->factory = g_strdup (reading->factory);
  row->bin = g_strdup (reading->bin);
  gst_prof_element_row_describe (row, reading);
  return row;
}

/*
 * gst_prof_element_row_free:
 * @row: (nullable) (transfer full): a row
 */
void
gst_prof_element_row_free (GstProfElementRow * row)
{
  if (row == NULL)
    return;
  gst_prof_inside_clear (&row->inside);
  g_free (row->own);
  g_free (row->latency);
  g_free (row->name);
  g_free (row->factory);
  g_free (row->bin);
  g_free (row);
}

/*
 * gst_prof_element_row_describe:
 * @row: a row
 * @reading: what may have changed of the element
 */
void
gst_prof_element_row_describe (GstProfElementRow * row,
    const GstProfElementReading * reading)
{
  row->stage = reading->stage;
  row->coverage = reading->coverage;
}

/*
 * gst_prof_element_row_get_name:
 * @row: a row
 *
 * Returns: (transfer none): the element's name
 */
const gchar *
gst_prof_element_row_get_name (const GstProfElementRow * row)
{
  return row->name;
}

/*
 * gst_prof_element_row_decodes:
 * @row: a row
 *
 * Returns: whether the element may lack what of its stream did not come: it takes
 *   packets apart, parses or decodes
 */
gboolean
gst_prof_element_row_decodes (const GstProfElementRow * row)
{
  GstElementFactory *factory = row->factory != NULL
      ? gst_element_factory_find (row->factory) : NULL;
  gboolean decodes = factory != NULL && gst_element_factory_list_is_type (factory,
      GST_ELEMENT_FACTORY_TYPE_DECODER | GST_ELEMENT_FACTORY_TYPE_DEPAYLOADER
      | GST_ELEMENT_FACTORY_TYPE_PARSER);

  gst_clear_object (&factory);
  return decodes;
}

/*
 * gst_prof_element_row_get_bin:
 * @row: a row
 *
 * Returns: (nullable) (transfer none): the bins that the element is in
 */
const gchar *
gst_prof_element_row_get_bin (const GstProfElementRow * row)
{
  return row->bin;
}

/*
 * gst_prof_element_row_get_stage:
 * @row: a row
 *
 * Returns: (nullable) (transfer none): the stage that the element is in
 */
const gchar *
gst_prof_element_row_get_stage (const GstProfElementRow * row)
{
  return row->stage;
}

/*
 * gst_prof_element_row_arrive:
 * @row: a row
 *
 * The element is there; it does nothing yet.
 */
void
gst_prof_element_row_arrive (GstProfElementRow * row)
{
  row->present++;
}

/*
 * gst_prof_element_row_leave:
 * @row: a row
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The element is not there any more.
 */
void
gst_prof_element_row_leave (GstProfElementRow * row, GstClockTime now)
{
  if (row->present == 0 || --row->present > 0)
    return;
  if (row->since != 0 && now > row->since)
    row->watched += now - row->since;
  row->since = 0;
  gst_prof_inside_clear (&row->inside);
}

/*
 * gst_prof_element_row_is_present:
 * @row: a row
 *
 * Returns: whether an element of that name is there
 */
gboolean
gst_prof_element_row_is_present (const GstProfElementRow * row)
{
  return row->present > 0;
}

static void
add_times (GstProfVisitTimes * sum, const GstProfVisitTimes * times)
{
  sum->buffers += times->buffers;
  sum->visits += times->visits;
  sum->own += times->own;
  sum->max = MAX (sum->max, times->max);
  sum->outside += times->outside;
  sum->looked += times->looked;
  sum->run += times->run;
  sum->waited += times->waited;
  sum->outside_looked += times->outside_looked;
  sum->outside_run += times->outside_run;
  sum->outside_waited += times->outside_waited;
}

static void
begin (GstProfElementRow * row, GstClockTime time)
{
  if (row->since == 0 || time < row->since)
    row->since = time;
}

/*
 * gst_prof_element_row_add_visits:
 * @row: a row
 * @reading: what happened at one of its pads
 */
void
gst_prof_element_row_add_visits (GstProfElementRow * row,
    const GstProfPadReading * reading)
{
  add_times (&row->times, &reading->times);
  if (reading->times.visits > 0)
    row->thread_id = reading->thread_id;
  row->buffers_in += reading->times.buffers;
  row->unseen += reading->unseen;
  if (reading->renewed)
    gst_prof_inside_clear (&row->inside);
  /* Out of a sink nothing comes. */
  for (guint i = 0; i < reading->n_in && !reading->at_end; i++) {
    if (reading->in[i].running_time != GST_PROF_PASSING_NO_TIME)
      gst_prof_inside_add (&row->inside, &reading->in[i]);
  }
  if (reading->n_in > 0)
    begin (row, reading->in[0].time);
  if (reading->n_own > 0 && row->own == NULL)
    row->own = g_new0 (GstProfSpread, 1);
  for (guint i = 0; i < reading->n_own; i++)
    gst_prof_spread_add (row->own, reading->own[i]);
}

/*
 * gst_prof_element_row_add_open:
 * @row: a row
 * @thread_id: a thread that is in the element
 * @own: for how long, nanoseconds
 * @looks: what was seen of it there
 *
 * Holds until gst_prof_element_row_forget_open(): the visit is counted when it ends.
 */
void
gst_prof_element_row_add_open (GstProfElementRow * row, guint64 thread_id,
    GstClockTime own, const GstProfVisitTimes * looks)
{
  GstProfVisitTimes times = {
    .own = own, .max = own, .looked = looks->looked, .run = looks->run,
    .waited = looks->waited
  };

  add_times (&row->open, &times);
  row->open_thread_id = thread_id;
}

/*
 * gst_prof_element_row_forget_open:
 * @row: a row
 */
void
gst_prof_element_row_forget_open (GstProfElementRow * row)
{
  row->open = (GstProfVisitTimes) { 0 };
  row->open_thread_id = 0;
}

/*
 * gst_prof_element_row_add_task:
 * @row: a row
 * @reading: of a pad that one of the element's tasks pushes into or pulls from
 */
void
gst_prof_element_row_add_task (GstProfElementRow * row,
    const GstProfPadReading * reading)
{
  add_times (&row->task, &reading->times);
  if (reading->times.outside > 0)
    row->task_thread_id = reading->thread_id;
}

/*
 * gst_prof_element_row_add_buffers_out:
 * @row: a row
 * @n_buffers: how many came out
 */
void
gst_prof_element_row_add_buffers_out (GstProfElementRow * row,
    guint64 n_buffers)
{
  row->buffers_out += n_buffers;
}

/*
 * gst_prof_element_row_add_out:
 * @row: a row
 * @passing: what came out; all that came in before has been added
 */
void
gst_prof_element_row_add_out (GstProfElementRow * row,
    const GstProfPassing * passing)
{
  GstClockTime stay;

  begin (row, passing->time);
  if (passing->running_time == GST_PROF_PASSING_NO_TIME
      || !gst_prof_inside_take (&row->inside, passing, &stay))
    return;
  if (row->latency == NULL)
    row->latency = g_new0 (GstProfSpread, 1);
  gst_prof_spread_add (row->latency, stay);
  row->n_latencies++;
  row->latency_sum += stay;
}

/* What the sampler saw is a part of all: what it says of that holds for all. */
static GstClockTime
scale (GstClockTime all, GstClockTime part, GstClockTime of)
{
  return of > 0 ? gst_util_uint64_scale (all, MIN (part, of), of) : 0;
}

static GstClockTime
get_open_waited (const GstProfElementRow * row)
{
  return scale (row->open.own, row->open.waited, row->open.looked);
}

static Work
get_work (const GstProfElementRow * row)
{
  const GstProfVisitTimes *times = &row->times, *task = &row->task;

  return (Work) {
    times->own - scale (times->own, times->waited, times->looked),
    task->outside - scale (task->outside, task->outside_waited,
        task->outside_looked),
    row->buffers_in > 0 ? row->buffers_in : row->buffers_out,
  };
}

static void
merge_spread (GstProfSpread ** spread, const GstProfSpread * other)
{
  if (other == NULL)
    return;
  if (*spread == NULL)
    *spread = g_new0 (GstProfSpread, 1);
  gst_prof_spread_merge (*spread, other);
}

/*
 * gst_prof_element_row_merge:
 * @row: a row that stands for several elements
 * @gone: that of one more, which has left
 *
 * Adds what that one did.
 */
void
gst_prof_element_row_merge (GstProfElementRow * row,
    const GstProfElementRow * gone)
{
  add_times (&row->times, &gone->times);
  add_times (&row->task, &gone->task);
  row->buffers_in += gone->buffers_in;
  row->buffers_out += gone->buffers_out;
  row->unseen += gone->unseen;
  row->watched += gone->watched;
  merge_spread (&row->own, gone->own);
  merge_spread (&row->latency, gone->latency);
  row->n_latencies += gone->n_latencies;
  row->latency_sum += gone->latency_sum;
}

/*
 * gst_prof_element_row_get_all_work:
 * @row: a row
 *
 * Returns: how long threads worked in the element or for it, nanoseconds
 */
GstClockTime
gst_prof_element_row_get_all_work (const GstProfElementRow * row)
{
  Work work = get_work (row);

  return work.own + work.task;
}

/*
 * gst_prof_element_row_mark:
 * @row: a row
 *
 * What is done lately is done since the mark before.
 */
void
gst_prof_element_row_mark (GstProfElementRow * row)
{
  row->marks[1] = row->marks[0];
  row->marks[0] = get_work (row);
}

/*
 * gst_prof_element_row_get_work:
 * @row: a row
 * @thread_id: a thread
 * @lately: only what was done since the mark before the last
 *
 * Returns: how long that thread worked in the element or for it, nanoseconds,
 *   waiting not counted
 */
GstClockTime
gst_prof_element_row_get_work (const GstProfElementRow * row,
    guint64 thread_id, gboolean lately)
{
  Work work = get_work (row), before = { 0 };
  GstClockTime sum = 0;

  if (lately)
    before = row->marks[1];
  /* What share was waiting is estimated anew each time. */
  if (row->thread_id == thread_id)
    sum += work.own - MIN (work.own, before.own);
  if (row->task_thread_id == thread_id)
    sum += work.task - MIN (work.task, before.task);
  if (row->open_thread_id == thread_id)
    sum += row->open.own - get_open_waited (row);
  return sum;
}

/*
 * gst_prof_element_row_get_lately:
 * @row: a row
 *
 * Returns: how many buffers came in since the mark before the last; of a source,
 *   how many came out
 */
guint64
gst_prof_element_row_get_lately (const GstProfElementRow * row)
{
  return get_work (row).buffers - row->marks[1].buffers;
}

/*
 * gst_prof_element_row_get_thread:
 * @row: a row
 * @task: its own one, else the one that came in last
 *
 * Returns: the thread; 0: there is none
 */
guint64
gst_prof_element_row_get_thread (const GstProfElementRow * row, gboolean task)
{
  return task ? row->task_thread_id : row->thread_id;
}

/*
 * gst_prof_element_row_get_usual:
 * @row: a row
 *
 * Returns: own time that a visit takes at most, but for one of twenty, or
 *   %GST_CLOCK_TIME_NONE: there were not that many
 */
GstClockTime
gst_prof_element_row_get_usual (const GstProfElementRow * row)
{
  return row->own != NULL && row->own->total >= FEW_VISITS
      ? gst_prof_spread_percentile (row->own, 95) : GST_CLOCK_TIME_NONE;
}

/*
 * gst_prof_element_row_get_latency:
 * @row: a row
 *
 * Returns: how long what comes out was inside at most, but for one of twenty, or
 *   %GST_CLOCK_TIME_NONE: of nothing that came out it is known when it went in
 */
GstClockTime
gst_prof_element_row_get_latency (const GstProfElementRow * row)
{
  return row->n_latencies > 0 && row->latency != NULL
      ? gst_prof_spread_percentile (row->latency, 95) : GST_CLOCK_TIME_NONE;
}

static GstClockTime
get_watched (const GstProfElementRow * row, GstClockTime moved)
{
  return row->watched + (row->since != 0 && moved > row->since
      ? moved - row->since : 0);
}

/*
 * gst_prof_element_row_summarize:
 * @row: a row
 * @moved: when something happened last in the pipeline, CLOCK_MONOTONIC
 *   nanoseconds
 * @summary: (out caller-allocates): gets the numbers; its strings are the row's
 */
void
gst_prof_element_row_summarize (const GstProfElementRow * row,
    GstClockTime moved, GstProfSummaryElement * summary)
{
  const GstProfVisitTimes *times = &row->times;
  GstClockTime watched = get_watched (row, moved);
  GstClockTime idle;

  *summary = (GstProfSummaryElement) {
    .name = row->name,
    .factory = row->factory,
    .bin = row->bin,
    .stage = row->stage,
    .coverage = row->coverage,
    .buffers_in = row->buffers_in,
    .buffers_out = row->buffers_out,
    .visits = times->visits,
    .own = {
          .count = times->visits,
          .max = times->max,
          .sum = times->own,
          .mean = times->visits > 0 ? times->own / times->visits : 0,
        },
    .unseen = row->unseen,
    .looked = times->looked > 0 || row->task.outside_looked > 0
        || row->open.looked > 0,
    .waited = scale (times->own, times->waited, times->looked),
    .task = row->task.outside,
    .task_waited = scale (row->task.outside, row->task.outside_waited,
        row->task.outside_looked),
    .on_cpu = scale (times->own, times->run, times->looked)
        + scale (row->task.outside, row->task.outside_run,
        row->task.outside_looked)
        + scale (row->open.own, row->open.run, row->open.looked),
    .open = row->open.own,
    .open_max = row->open.max,
    .open_waited = get_open_waited (row),
    .latency = {
          .count = row->n_latencies,
          .max = row->latency ? row->latency->max : 0,
          .sum = row->latency_sum,
          .mean = row->n_latencies > 0 ? row->latency_sum / row->n_latencies : 0,
        },
  };
  gst_prof_spread_fill (row->own, &summary->own);
  gst_prof_spread_fill (row->latency, &summary->latency);
  idle = summary->waited + summary->task_waited + summary->open_waited;
  if (watched > 0)
    summary->busy = (gdouble) (summary->own.sum + summary->open
        + summary->task - idle) / watched;
}
