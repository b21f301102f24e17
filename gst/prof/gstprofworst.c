/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Counts warnings, told or not, and keeps the longest of each kind in each stage
 * with what shows its cause; of all of a kind and stage the usual cause. Passive; its size is bounded whatever comes.
 */

#include "gstprofworst.h"

#include "gstprofframe.h"

/* Slow elements that are told one by one. */
#define MAX_ELEMENTS 32

/* So much of one cause outweighs what came before, however much that was. */
#define MAX_WEIGHT (10 * GST_SECOND)

/* Each kind for its stage, and the stages of the user's own. */
#define MAX_ENTRIES (GST_PROF_WARNING_N_KINDS + GST_PROF_FRAME_MAX_STAGES \
    + MAX_ELEMENTS)

typedef struct
{
  GstProfWarningKind kind;
  GRefString *stage;
  GRefString *stream_id;
  const gchar *root_cause;      /* interned */
  const gchar *usual_cause;     /* interned; holds the majority */
  GstClockTime usual_weight;
  gchar *evidence;
  gchar *advice;
  guint64 count;
  GstClockTime total;
  guint64 frame;
  GstClockTime start;
  GstClockTime duration;
  GstClockTime threshold;
  GstProfLedger *causes;        /* of all of them; NULL: nobody said */
  GstStructure *parts;          /* the same, as last summed up */
} Entry;

struct _GstProfWorst
{
  guint64 counts[GST_PROF_WARNING_N_KINDS];
  guint n_elements;
  guint n_entries;
  Entry entries[MAX_ENTRIES];
  GstStructure *warnings;       /* as last summed up */
};

/*
 * gst_prof_worst_new:
 *
 * Returns: (transfer full): no warnings
 */
GstProfWorst *
gst_prof_worst_new (void)
{
  return g_new0 (GstProfWorst, 1);
}

/*
 * gst_prof_worst_free:
 * @worst: (nullable) (transfer full): warnings
 */
void
gst_prof_worst_free (GstProfWorst * worst)
{
  if (worst == NULL)
    return;
  for (guint i = 0; i < worst->n_entries; i++) {
    g_clear_pointer (&worst->entries[i].stage, g_ref_string_release);
    g_clear_pointer (&worst->entries[i].stream_id, g_ref_string_release);
    g_free (worst->entries[i].evidence);
    g_free (worst->entries[i].advice);
    g_free (worst->entries[i].causes);
    gst_clear_structure (&worst->entries[i].parts);
  }
  gst_clear_structure (&worst->warnings);
  g_free (worst);
}

static void
ref_string_set (GRefString ** dest, const gchar * text)
{
  if (g_strcmp0 (*dest, text) == 0)
    return;
  g_clear_pointer (dest, g_ref_string_release);
  if (text != NULL)
    *dest = g_ref_string_new (text);
}

static Entry *
ensure_entry (GstProfWorst * worst, GstProfWarningKind kind,
    const gchar * stage)
{
  Entry *entry;

  for (guint i = 0; i < worst->n_entries; i++) {
    if (worst->entries[i].kind == kind
        && g_strcmp0 (worst->entries[i].stage, stage) == 0)
      return &worst->entries[i];
  }
  if (worst->n_entries == MAX_ENTRIES
      || (kind == GST_PROF_WARNING_SLOW_ELEMENT
          && worst->n_elements == MAX_ELEMENTS))
    return NULL;

  if (kind == GST_PROF_WARNING_SLOW_ELEMENT)
    worst->n_elements++;
  entry = &worst->entries[worst->n_entries++];
  entry->kind = kind;
  ref_string_set (&entry->stage, stage);
  return entry;
}

/* A vote, by time: one number tells which cause has most of it, if one has more
 * than half. */
static void
vote (Entry * entry, const GstProfWarning * warning)
{
  const gchar *cause = g_intern_string (warning->root_cause);

  if (cause == entry->usual_cause) {
    entry->usual_weight =
        MIN (entry->usual_weight + warning->duration, MAX_WEIGHT);
  } else if (warning->duration > entry->usual_weight) {
    entry->usual_cause = cause;
    entry->usual_weight = warning->duration - entry->usual_weight;
  } else {
    entry->usual_weight -= warning->duration;
  }
}

/*
 * gst_prof_worst_add:
 * @worst: warnings
 * @kind: what it is about
 * @warning: its numbers
 *
 * Counts it, told or not, and keeps it if it is the longest of its kind in its
 * stage.
 */
void
gst_prof_worst_add (GstProfWorst * worst, GstProfWarningKind kind,
    const GstProfWarning * warning)
{
  Entry *entry = ensure_entry (worst, kind, warning->stage);

  worst->counts[kind]++;
  if (entry == NULL)
    return;

  entry->total += warning->duration;
  vote (entry, warning);
  if (entry->count++ > 0 && warning->duration <= entry->duration)
    return;
  ref_string_set (&entry->stream_id, warning->stream_id);
  entry->root_cause = g_intern_string (warning->root_cause);
  g_free (entry->evidence);
  entry->evidence = g_strdup (warning->evidence);
  g_free (entry->advice);
  entry->advice = g_strdup (warning->advice);
  entry->frame = warning->frame;
  entry->start = warning->start;
  entry->duration = warning->duration;
  entry->threshold = warning->threshold;
}

/*
 * gst_prof_worst_add_causes:
 * @worst: warnings
 * @kind: what it was about
 * @stage: (nullable): where
 * @causes: where its time went
 *
 * To be called after it was counted.
 */
void
gst_prof_worst_add_causes (GstProfWorst * worst, GstProfWarningKind kind,
    const gchar * stage, const GstProfLedger * causes)
{
  Entry *entry = ensure_entry (worst, kind, stage);

  if (entry == NULL)
    return;
  if (entry->causes == NULL)
    entry->causes = g_new0 (GstProfLedger, 1);
  gst_prof_ledger_merge (entry->causes, causes);
}

/*
 * gst_prof_worst_get_usual_cause:
 * @worst: warnings
 * @kind: a kind
 * @stage: (nullable): a stage
 *
 * Returns: (nullable) (transfer none): the root cause of most of the time that
 *   such warnings were about of late; %NULL: there was none
 */
const gchar *
gst_prof_worst_get_usual_cause (GstProfWorst * worst, GstProfWarningKind kind,
    const gchar * stage)
{
  for (guint i = 0; i < worst->n_entries; i++) {
    if (worst->entries[i].kind == kind
        && g_strcmp0 (worst->entries[i].stage, stage) == 0)
      return worst->entries[i].usual_cause;
  }
  return NULL;
}

static void
summarize_kind (GstProfWorst * worst, GstProfWarningKind kind,
    GstProfSummary * summary)
{
  const gchar *nick = gst_prof_threshold_get (kind)->nick;

  gst_structure_set (worst->warnings, nick, G_TYPE_UINT64,
      worst->counts[kind], NULL);
  for (guint i = 0; i < worst->n_entries; i++) {
    Entry *entry = &worst->entries[i];
    GstProfSummaryWarning record = {
      .kind = nick,
      .stage = entry->stage,
      .count = entry->count,
      .total = entry->total,
      .stream_id = entry->stream_id,
      .frame = entry->frame,
      .start = entry->start,
      .duration = entry->duration,
      .threshold = entry->threshold,
      .root_cause = entry->root_cause,
      .evidence = entry->evidence,
      .advice = entry->advice,
    };

    if (entry->kind != kind)
      continue;
    gst_clear_structure (&entry->parts);
    if (entry->causes != NULL)
      entry->parts = gst_prof_ledger_to_structure (entry->causes);
    record.causes = entry->parts;
    g_array_append_val (summary->worst, record);
  }
}

/*
 * gst_prof_worst_summarize:
 * @worst: warnings
 * @summary: (inout): an initialised summary. It refers to @worst, and is valid
 *   until the next call on it
 */
void
gst_prof_worst_summarize (GstProfWorst * worst, GstProfSummary * summary)
{
  gst_clear_structure (&worst->warnings);
  worst->warnings = gst_structure_new_empty ("warnings");
  for (guint kind = 0; kind < GST_PROF_WARNING_N_KINDS; kind++)
    summarize_kind (worst, kind, summary);
  summary->warnings = worst->warnings;
}
