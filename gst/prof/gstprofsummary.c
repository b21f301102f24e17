/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The contents of a summary, and the only place that knows the names and types
 * of its fields. docs/messages.md describes them to their readers. It counts
 * nothing and formats nothing. Passive; any thread.
 */

#include "gstprofsummary.h"

#include "gstproffield.h"
#include "gstprofprintable.h"

#define FIELD(name, type, member, ...) \
    { name, GST_PROF_FIELD_ ## type, G_STRUCT_OFFSET (RECORD, member), \
      ## __VA_ARGS__ }

#define RECORD GstProfSummary
static GstProfField summary_fields[] = {
  FIELD ("frames", UINT64, frames),
  FIELD ("complete", UINT64, complete),
  FIELD ("dropped", UINT64, dropped),
  FIELD ("incomplete", UINT64, incomplete),
  FIELD ("inside", UINT64, inside),
  FIELD ("preroll", UINT64, preroll),
  FIELD ("unjoined", UINT64, unjoined),
  FIELD ("fps", DOUBLE, fps),
  FIELD ("duration", UINT64, duration),
  FIELD ("budget", TIME, budget),
  FIELD ("budget-observed", BOOLEAN, budget_observed),
  FIELD ("over-budget", UINT64, over_budget),
  FIELD ("gaps", UINT64, gaps),
  FIELD ("longest-gap", UINT64, longest_gap),
  FIELD ("gap-total", UINT64, gap_total),
  FIELD ("missing-total", UINT64, missing_total),
  FIELD ("gap-stages", STRUCTURE, gap_parts, TRUE),
  FIELD ("gap-causes", STRUCTURE, gap_causes, TRUE),
  FIELD ("warnings", STRUCTURE, warnings, TRUE),
  FIELD ("corrections", UINT64, corrections),
  FIELD ("largest-correction", UINT64, largest_correction),
  FIELD ("elements", UINT64, elements),
  FIELD ("spans", UINT64, spans),
  FIELD ("spans-dropped", UINT64, spans_dropped),
  FIELD ("messages-dropped", UINT64, messages_dropped),
  FIELD ("setups-dropped", UINT64, setups_dropped),
  FIELD ("warnings-dropped", UINT64, warnings_dropped),
  FIELD ("stages-refused", UINT64, stages_refused),
  FIELD ("streams-evicted", UINT64, streams_evicted),
  FIELD ("uncovered", UINT64, uncovered),
  FIELD ("threads-unwatched", UINT64, threads_unwatched, TRUE),
  FIELD ("look-interval", UINT64, look_interval, TRUE),
  FIELD ("lag-first", TIME, lag_first),
  FIELD ("lag-last", TIME, lag_last),
  FIELD ("lag-max", TIME, lag_max),
  FIELD ("rss", UINT64, rss),
  FIELD ("rss-base", UINT64, rss_base),
  FIELD ("rss-peak", UINT64, rss_peak),
  FIELD ("rss-unexplained", UINT64, rss_unexplained),
  FIELD ("disk-free", UINT64, disk_free),
  FIELD ("disk-size", UINT64, disk_size),
  FIELD ("disk-rate", UINT64, disk_rate),
  FIELD ("disk-left", TIME, disk_left),
  FIELD ("holders-refused", UINT64, holders_refused),
  FIELD ("receivers-refused", UINT64, receivers_refused, TRUE),
  FIELD ("elements-merged", UINT64, elements_merged, TRUE),
  FIELD ("elements-refused", UINT64, elements_refused, TRUE),
  FIELD ("startup", STRUCTURE, startup, TRUE),
};
#undef RECORD

#define RECORD GstProfDistribution
static GstProfField distribution_fields[] = {
  FIELD ("count", UINT64, count),
  FIELD ("p50", UINT64, p50),
  FIELD ("p95", UINT64, p95),
  FIELD ("p99", UINT64, p99),
  FIELD ("max", UINT64, max),
  FIELD ("mean", UINT64, mean),
  FIELD ("sum", UINT64, sum),
};
#undef RECORD

#define RECORD GstProfSummaryStage
static GstProfField stage_fields[] = {
  FIELD ("name", STRING, name),
  FIELD ("elements", UINT64, elements),
  FIELD ("dropped", UINT64, dropped),
  FIELD ("frames", UINT64, own.count),
  FIELD ("p50", UINT64, own.p50),
  FIELD ("p95", UINT64, own.p95),
  FIELD ("p99", UINT64, own.p99),
  FIELD ("max", UINT64, own.max),
  FIELD ("mean", UINT64, own.mean),
  FIELD ("sum", UINT64, own.sum),
  FIELD ("share", DOUBLE, share),
  FIELD ("span-count", UINT64, span.count),
  FIELD ("span-p50", UINT64, span.p50),
  FIELD ("span-p95", UINT64, span.p95),
  FIELD ("span-p99", UINT64, span.p99),
  FIELD ("span-max", UINT64, span.max),
  FIELD ("span-mean", UINT64, span.mean),
  FIELD ("span-sum", UINT64, span.sum),
  FIELD ("spans", UINT64, spans),
  FIELD ("joined", UINT64, joined),
  FIELD ("unjoined", UINT64, unjoined),
  FIELD ("apart", UINT64, apart),
  FIELD ("apart-sum", UINT64, apart_sum),
  FIELD ("waited-sum", UINT64, waited_sum),
  FIELD ("preroll", UINT64, preroll),
  FIELD ("preroll-sum", UINT64, preroll_sum),
  FIELD ("preroll-max", UINT64, preroll_max),
  FIELD ("drain-sum", UINT64, drain_sum),
  FIELD ("bytes", UINT64, bytes),
  FIELD ("thread-id", UINT64, thread_id),
};
#undef RECORD

#define RECORD GstProfSummaryThread
static GstProfField thread_fields[] = {
  FIELD ("name", STRING, name),
  FIELD ("thread-id", UINT64, thread_id),
  FIELD ("watched", UINT64, watched),
  FIELD ("busy", UINT64, busy),
  FIELD ("run", UINT64, run),
  FIELD ("delay", UINT64, delay),
  FIELD ("fps", DOUBLE, fps),
  FIELD ("headroom", DOUBLE, headroom),
  FIELD ("stage", STRING, stage),
  FIELD ("bottleneck", BOOLEAN, bottleneck),
  FIELD ("inside", STRING, inside, TRUE),
  FIELD ("unchanged", UINT64, unchanged, TRUE),
  FIELD ("call", STRING, call, TRUE),
  FIELD ("state", STRING, state, TRUE),
};
#undef RECORD

#define RECORD GstProfSummaryWarning
static GstProfField worst_fields[] = {
  FIELD ("kind", STRING, kind),
  FIELD ("stage", STRING, stage),
  FIELD ("count", UINT64, count),
  FIELD ("total", UINT64, total),
  FIELD ("stream-id", STRING, stream_id),
  FIELD ("frame", UINT64, frame),
  FIELD ("start", TIME, start),
  FIELD ("duration", UINT64, duration),
  FIELD ("threshold", UINT64, threshold),
  FIELD ("root-cause", STRING, root_cause),
  FIELD ("evidence", STRING, evidence, TRUE),
  FIELD ("advice", STRING, advice, TRUE),
  FIELD ("causes", STRUCTURE, causes, TRUE),
};
#undef RECORD

#define RECORD GstProfSummarySetup
static GstProfField setup_fields[] = {
  FIELD ("stage", STRING, stage),
  FIELD ("element", STRING, element),
  FIELD ("total", UINT64, total),
  FIELD ("state-changes", UINT64, state_changes),
  FIELD ("caps", UINT64, caps),
  FIELD ("first-buffer", UINT64, first_buffer),
  FIELD ("renegotiations", UINT64, renegotiations),
  FIELD ("slowest-renegotiation", UINT64, slowest_renegotiation),
};
#undef RECORD

#define RECORD GstProfSummaryHolder
static GstProfField holder_fields[] = {
  FIELD ("name", STRING, name),
  FIELD ("kind", STRING, kind),
  FIELD ("buffers", UINT64, buffers),
  FIELD ("bytes", UINT64, bytes),
  FIELD ("time", UINT64, time),
  FIELD ("peak-buffers", UINT64, peak_buffers),
  FIELD ("peak-bytes", UINT64, peak_bytes),
  FIELD ("peak-time", UINT64, peak_time),
};
#undef RECORD

#define RECORD GstProfSummaryBehind
static GstProfField behind_fields[] = {
  FIELD ("stream-id", STRING, stream_id),
  FIELD ("stage", STRING, stage),
  FIELD ("place", STRING, place),
  FIELD ("cause", STRING, cause, TRUE),
  FIELD ("own", UINT64, own),
  FIELD ("occupancy", UINT64, occupancy),
  FIELD ("budget", TIME, budget),
  FIELD ("sustained-fps", DOUBLE, sustained),
  FIELD ("lag", UINT64, lag),
  FIELD ("gained", UINT64, gained),
  FIELD ("lag-rate", DOUBLE, lag_rate),
  FIELD ("dropped", UINT64, dropped),
  FIELD ("duration", UINT64, duration),
  FIELD ("holder", STRING, holder),
  FIELD ("holder-buffers", UINT64, holder_buffers),
  FIELD ("holder-bytes", UINT64, holder_bytes),
  FIELD ("holder-rate", UINT64, holder_rate),
};
#undef RECORD

#define RECORD GstProfSummaryReceiver
static GstProfField receiver_fields[] = {
  FIELD ("name", STRING, name),
  FIELD ("media", STRING, media),
  FIELD ("encoding", STRING, encoding),
  FIELD ("ssrc", UINT, ssrc),
  FIELD ("ended", BOOLEAN, ended),
  FIELD ("packets", UINT64, packets),
  FIELD ("bytes", UINT64, bytes),
  FIELD ("rate", DOUBLE, rate),
  FIELD ("mean-rate", DOUBLE, mean_rate),
  FIELD ("lost", UINT64, lost),
  FIELD ("late", UINT64, late),
  FIELD ("duplicates", UINT64, duplicates),
  FIELD ("rtx-requested", UINT64, rtx_requested),
  FIELD ("rtx-received", UINT64, rtx_received),
  FIELD ("jitter", UINT64, jitter),
  FIELD ("round-trip", UINT64, round_trip),
  FIELD ("pli", UINT64, pli),
  FIELD ("fir", UINT64, fir),
  FIELD ("nack", UINT64, nack),
  FIELD ("keyframe-requests", UINT64, keyframe_requests),
  FIELD ("held", UINT64, held),
  FIELD ("depay", UINT64, depay),
  FIELD ("decoded", UINT64, decoded),
  FIELD ("latency", UINT64, latency),
  FIELD ("packet-age", TIME, packet_age),
  FIELD ("rtcp-age", TIME, rtcp_age),
  FIELD ("socket-drops", UINT64, socket_drops),
  FIELD ("gone", STRING, gone),
  FIELD ("state", STRING, state),
};
#undef RECORD

/* What the summary has of structures: one each, or a list. */
static const struct
{
  const gchar *name;
  gsize offset;
} distributions[] = {
  {"total", G_STRUCT_OFFSET (GstProfSummary, total)},
  {"occupancy", G_STRUCT_OFFSET (GstProfSummary, occupancy)},
  {"latency", G_STRUCT_OFFSET (GstProfSummary, latency)},
};

#define RECORD GstProfSummaryElement
static GstProfField element_fields[] = {
  FIELD ("name", STRING, name),
  FIELD ("factory", STRING, factory),
  FIELD ("bin", STRING, bin),
  FIELD ("stage", STRING, stage),
  FIELD ("coverage", STRING, coverage),
  FIELD ("buffers-in", UINT64, buffers_in),
  FIELD ("buffers-out", UINT64, buffers_out),
  FIELD ("visits", UINT64, visits),
  FIELD ("own-count", UINT64, own.count),
  FIELD ("own-p50", UINT64, own.p50),
  FIELD ("own-p95", UINT64, own.p95),
  FIELD ("own-p99", UINT64, own.p99),
  FIELD ("own-max", UINT64, own.max),
  FIELD ("own-mean", UINT64, own.mean),
  FIELD ("own-sum", UINT64, own.sum),
  FIELD ("unseen", UINT64, unseen),
  FIELD ("looked", BOOLEAN, looked),
  FIELD ("waited", UINT64, waited),
  FIELD ("task", UINT64, task),
  FIELD ("task-waited", UINT64, task_waited),
  FIELD ("on-cpu", UINT64, on_cpu),
  FIELD ("open", UINT64, open, TRUE),
  FIELD ("open-max", UINT64, open_max, TRUE),
  FIELD ("open-waited", UINT64, open_waited, TRUE),
  FIELD ("busy", DOUBLE, busy),
  FIELD ("latency-count", UINT64, latency.count),
  FIELD ("latency-p50", UINT64, latency.p50),
  FIELD ("latency-p95", UINT64, latency.p95),
  FIELD ("latency-p99", UINT64, latency.p99),
  FIELD ("latency-max", UINT64, latency.max),
  FIELD ("latency-mean", UINT64, latency.mean),
  FIELD ("latency-sum", UINT64, latency.sum),
};
#undef RECORD

static const struct
{
  const gchar *name;
  const gchar *entry;
  gsize offset;
  GstProfField *fields;
  guint n_fields;
  gsize size;
  gboolean optional;            /* summaries of before lack it */
} lists[] = {
  {"stages", "stage", G_STRUCT_OFFSET (GstProfSummary, stages), stage_fields,
      G_N_ELEMENTS (stage_fields), sizeof (GstProfSummaryStage)},
  {"worst", "warning", G_STRUCT_OFFSET (GstProfSummary, worst), worst_fields,
      G_N_ELEMENTS (worst_fields), sizeof (GstProfSummaryWarning)},
  {"open", "warning", G_STRUCT_OFFSET (GstProfSummary, open), worst_fields,
      G_N_ELEMENTS (worst_fields), sizeof (GstProfSummaryWarning), TRUE},
  {"setups", "setup", G_STRUCT_OFFSET (GstProfSummary, setups), setup_fields,
      G_N_ELEMENTS (setup_fields), sizeof (GstProfSummarySetup)},
  {"threads", "thread", G_STRUCT_OFFSET (GstProfSummary, threads),
        thread_fields, G_N_ELEMENTS (thread_fields),
      sizeof (GstProfSummaryThread)},
  {"holders", "holder", G_STRUCT_OFFSET (GstProfSummary, holders),
        holder_fields, G_N_ELEMENTS (holder_fields),
      sizeof (GstProfSummaryHolder)},
  {"behind", "episode", G_STRUCT_OFFSET (GstProfSummary, behind),
        behind_fields, G_N_ELEMENTS (behind_fields),
      sizeof (GstProfSummaryBehind)},
  {"receivers", "receiver", G_STRUCT_OFFSET (GstProfSummary, receivers),
        receiver_fields, G_N_ELEMENTS (receiver_fields),
      sizeof (GstProfSummaryReceiver), TRUE},
  {"per-element", "element", G_STRUCT_OFFSET (GstProfSummary, per_element),
        element_fields, G_N_ELEMENTS (element_fields),
      sizeof (GstProfSummaryElement), TRUE},
};

static void
ensure_tables (void)
{
  static gsize once;

  if (g_once_init_enter (&once)) {
    gst_prof_fields_init (summary_fields, G_N_ELEMENTS (summary_fields));
    gst_prof_fields_init (distribution_fields,
        G_N_ELEMENTS (distribution_fields));
    for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
      gst_prof_fields_init (lists[i].fields, lists[i].n_fields);
    g_once_init_leave (&once, 1);
  }
}

/*
 * gst_prof_distribution_init:
 * @distribution: (out caller-allocates): gets the numbers
 * @histogram: (nullable): what was counted
 */
void
gst_prof_distribution_init (GstProfDistribution * distribution,
    const GstProfHistogram * histogram)
{
  *distribution = (GstProfDistribution) { 0 };
  if (histogram == NULL)
    return;

  distribution->count = gst_prof_histogram_get_count (histogram);
  distribution->p50 = gst_prof_histogram_percentile (histogram, 50.0);
  distribution->p95 = gst_prof_histogram_percentile (histogram, 95.0);
  distribution->p99 = gst_prof_histogram_percentile (histogram, 99.0);
  distribution->max = gst_prof_histogram_get_max (histogram);
  distribution->mean = gst_prof_histogram_get_mean (histogram);
  distribution->sum = gst_prof_histogram_get_sum (histogram);
}

/*
 * gst_prof_summary_init:
 * @summary: (out caller-allocates): an empty summary, to be cleared with
 *   gst_prof_summary_clear()
 */
void
gst_prof_summary_init (GstProfSummary * summary)
{
  *summary = (GstProfSummary) {
    .budget = GST_CLOCK_TIME_NONE,
    .lag_first = GST_CLOCK_TIME_NONE,
    .lag_last = GST_CLOCK_TIME_NONE,
    .lag_max = GST_CLOCK_TIME_NONE,
    .disk_left = GST_CLOCK_TIME_NONE,
  };
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    G_STRUCT_MEMBER (GArray *, summary, lists[i].offset) =
        g_array_new (FALSE, TRUE, lists[i].size);
}

/*
 * gst_prof_summary_clear:
 * @summary: a summary
 *
 * Gives back the lists. May be called twice.
 */
void
gst_prof_summary_clear (GstProfSummary * summary)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_clear_pointer (&G_STRUCT_MEMBER (GArray *, summary, lists[i].offset),
        g_array_unref);
}

static void
make_printable (const GstProfField * fields, guint n_fields, gpointer record,
    GStringChunk * texts)
{
  for (guint i = 0; i < n_fields; i++) {
    const gchar **text = G_STRUCT_MEMBER_P (record, fields[i].offset);
    g_autofree gchar *escaped = NULL;

    if (fields[i].type == GST_PROF_FIELD_STRING && *text != NULL)
      escaped = gst_prof_printable_escape (*text);
    if (escaped != NULL)
      *text = g_string_chunk_insert (texts, escaped);
  }
}

/*
 * gst_prof_summary_make_printable:
 * @summary: (inout): a summary
 * @texts: owns what is changed; outlives @summary
 *
 * Names that have control characters have them written as in C.
 */
void
gst_prof_summary_make_printable (GstProfSummary * summary,
    GStringChunk * texts)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    GArray *records = G_STRUCT_MEMBER (GArray *, summary, lists[i].offset);

    for (guint k = 0; k < records->len; k++)
      make_printable (lists[i].fields, lists[i].n_fields,
          records->data + k * lists[i].size, texts);
  }
}

static void
write_list (GstStructure * structure, guint which, const GArray * records)
{
  GValue list = G_VALUE_INIT;

  gst_value_array_init (&list, records->len);
  for (guint i = 0; i < records->len; i++) {
    GValue entry = G_VALUE_INIT;
    GstStructure *record = gst_structure_new_empty (lists[which].entry);

    gst_prof_fields_write (lists[which].fields, lists[which].n_fields,
        records->data + i * lists[which].size, record);
    g_value_init (&entry, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&entry, record);
    gst_value_array_append_and_take_value (&list, &entry);
  }
  gst_structure_take_value (structure, lists[which].name, &list);
}

static gboolean
read_list (const GstStructure * structure, guint which, GArray * records)
{
  const GValue *list = gst_structure_get_value (structure, lists[which].name);
  guint n;

  if (list == NULL)
    return lists[which].optional;
  if (!GST_VALUE_HOLDS_ARRAY (list))
    return FALSE;

  n = gst_value_array_get_size (list);
  g_array_set_size (records, n);
  for (guint i = 0; i < n; i++) {
    const GValue *entry = gst_value_array_get_value (list, i);

    if (!GST_VALUE_HOLDS_STRUCTURE (entry)
        || !gst_prof_fields_read (lists[which].fields, lists[which].n_fields,
            records->data + i * lists[which].size,
            gst_value_get_structure (entry)))
      return FALSE;
  }
  return TRUE;
}

static void
write_distribution (GstStructure * structure, const gchar * name,
    const GstProfDistribution * distribution)
{
  GValue value = G_VALUE_INIT;
  GstStructure *record = gst_structure_new_empty ("distribution");

  gst_prof_fields_write (distribution_fields,
      G_N_ELEMENTS (distribution_fields), distribution, record);
  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&value, record);
  gst_structure_take_value (structure, name, &value);
}

static gboolean
read_distribution (const GstStructure * structure, const gchar * name,
    GstProfDistribution * distribution)
{
  const GValue *value = gst_structure_get_value (structure, name);

  return value != NULL && GST_VALUE_HOLDS_STRUCTURE (value)
      && gst_prof_fields_read (distribution_fields,
      G_N_ELEMENTS (distribution_fields), distribution,
      gst_value_get_structure (value));
}

/*
 * gst_prof_summary_to_structure:
 * @summary: a summary
 *
 * Returns: (transfer full): the structure of a `prof-summary` message
 */
GstStructure *
gst_prof_summary_to_structure (const GstProfSummary * summary)
{
  GstStructure *structure = gst_structure_new_empty (GST_PROF_SUMMARY_NAME);

  ensure_tables ();
  gst_prof_fields_write (summary_fields, G_N_ELEMENTS (summary_fields),
      summary, structure);
  for (guint i = 0; i < G_N_ELEMENTS (distributions); i++)
    write_distribution (structure, distributions[i].name,
        G_STRUCT_MEMBER_P (summary, distributions[i].offset));
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    write_list (structure, i,
        G_STRUCT_MEMBER (GArray *, summary, lists[i].offset));

  return structure;
}

/*
 * gst_prof_summary_parse:
 * @summary: (out caller-allocates): the contents, which refer to @structure;
 *   to be cleared with gst_prof_summary_clear(). Untouched when %FALSE is
 *   returned
 * @structure: the structure of a `prof-summary` message
 *
 * Returns: %FALSE when @structure is something else, or lacks a field
 */
gboolean
gst_prof_summary_parse (GstProfSummary * summary,
    const GstStructure * structure)
{
  g_auto (GstProfSummary) parsed = { 0 };

  ensure_tables ();
  gst_prof_summary_init (&parsed);
  if (!gst_structure_has_name (structure, GST_PROF_SUMMARY_NAME)
      || !gst_prof_fields_read (summary_fields, G_N_ELEMENTS (summary_fields),
          &parsed, structure))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (distributions); i++) {
    if (!read_distribution (structure, distributions[i].name,
            G_STRUCT_MEMBER_P (&parsed, distributions[i].offset)))
      return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    if (!read_list (structure, i,
            G_STRUCT_MEMBER (GArray *, &parsed, lists[i].offset)))
      return FALSE;
  }

  *summary = parsed;
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    G_STRUCT_MEMBER (GArray *, &parsed, lists[i].offset) = NULL;
  return TRUE;
}
