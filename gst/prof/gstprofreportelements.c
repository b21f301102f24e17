/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the report says of the elements of any pipeline: which worked most, and
 * in which buffers stayed longest. An element inside a stage is told there, not
 * here. A function of the summary and nothing else. Passive; any thread.
 */

#include "gstprofreportelements.h"

#include "gstprofreporttext.h"

#include <string.h>

/* More rows than these hide those that matter; the JSON has all. */
#define MAX_ROWS 30
#define MAX_INSIDE 5
#define MAX_NAMES 12

/* Two spaces, and ten columns of eight: what a report is wide. */
#define NAME_COLUMNS 26
#define COLUMN 8

#define LEAST_BUSY 0.1

/* Who waits for less does not look slow. */
#define LEAST_WAIT GST_MSECOND

/* What is inside for less is on its way. */
#define LEAST_INSIDE GST_MSECOND

typedef gboolean (*IsOne) (const GstProfSummaryElement * element);
typedef guint64 (*GetKey) (const GstProfSummaryElement * element);

static guint64
less (guint64 whole, guint64 part)
{
  return whole - MIN (whole, part);
}

static guint64
get_work (const GstProfSummaryElement * element)
{
  return less (element->own.sum, element->waited)
      + less (element->open, element->open_waited)
      + less (element->task, element->task_waited);
}

static guint64
get_inside (const GstProfSummaryElement * element)
{
  return element->latency.p95;
}

/* Of a sink, say, that waits for the clock. */
static gboolean
mostly_waits (const GstProfSummaryElement * element)
{
  return element->looked
      && MAX (element->own.max, element->open_max) >= LEAST_WAIT
      && element->waited + element->open_waited
      > (element->own.sum + element->open) / 2;
}

/* It is busy, but does not compute: it sleeps, or waits for what is not known to be
 * the pipeline's. Of who is busy for less than that too little was seen. */
static gboolean
is_mostly_off_cpu (const GstProfSummaryElement * element)
{
  return element->looked && element->busy >= LEAST_BUSY
      && element->on_cpu < get_work (element) / 2;
}

static gboolean
is_covered (const GstProfSummaryElement * element, const gchar * coverage)
{
  return g_strcmp0 (element->coverage, coverage) == 0;
}

/* So long that the calls that have ended say little. */
static gboolean
is_held_inside (const GstProfSummaryElement * element)
{
  return element->open_max >= LEAST_WAIT
      && element->open_max > element->own.max;
}

static gboolean
has_work (const GstProfSummaryElement * element)
{
  return element->visits > 0 || element->task > 0 || element->buffers_in > 0
      || element->buffers_out > 0;
}

static gboolean
is_idle (const GstProfSummaryElement * element)
{
  return !has_work (element) && !is_covered (element, "none")
      && !is_covered (element, "excluded");
}

static gboolean
stays_long (const GstProfSummaryElement * element)
{
  return element->latency.count > 0 && get_inside (element) >= LEAST_INSIDE;
}

/* Those that are told here, in the summary's order. @is_one: (nullable): which;
 * %NULL: all */
static GPtrArray *
select_elements (const GstProfSummary * summary, IsOne is_one)
{
  GPtrArray *selected = g_ptr_array_new ();

  for (guint i = 0; i < summary->per_element->len; i++) {
    GstProfSummaryElement *element =
        &g_array_index (summary->per_element, GstProfSummaryElement, i);

    if (element->stage == NULL && (is_one == NULL || is_one (element)))
      g_ptr_array_add (selected, element);
  }
  return selected;
}

static gint
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const GstProfSummaryElement *first = *(const GstProfSummaryElement **) a;
  const GstProfSummaryElement *second = *(const GstProfSummaryElement **) b;
  GetKey get_key = *(GetKey *) user_data;

  if (get_key (first) != get_key (second))
    return get_key (first) > get_key (second) ? -1 : 1;
  return first < second ? -1 : first > second;
}

static GPtrArray *
sort_elements (const GstProfSummary * summary, IsOne is_one, GetKey get_key)
{
  GPtrArray *sorted = select_elements (summary, is_one);

  g_ptr_array_sort_with_data (sorted, compare, &get_key);
  return sorted;
}

/* Names are unique in a bin, and only there. */
static gboolean
is_ambiguous (const GstProfSummary * summary,
    const GstProfSummaryElement * element)
{
  for (guint i = 0; i < summary->per_element->len; i++) {
    const GstProfSummaryElement *other =
        &g_array_index (summary->per_element, GstProfSummaryElement, i);

    if (other != element && g_strcmp0 (other->name, element->name) == 0)
      return TRUE;
  }
  return FALSE;
}

static gchar *
get_name (const GstProfSummary * summary,
    const GstProfSummaryElement * element)
{
  const gchar *name = element->name ? element->name : "-";

  if (element->bin != NULL && is_ambiguous (summary, element))
    return g_strdup_printf ("%s/%s", element->bin, name);
  return g_strdup (name);
}

/* The factory is said where the name does not say it. */
static void
append_element_name (GString * text, const GstProfSummary * summary,
    const GstProfSummaryElement * element)
{
  g_autofree gchar *name = get_name (summary, element);

  g_string_append (text, name);
  if (element->factory != NULL && (element->name == NULL
          || !g_str_has_prefix (element->name, element->factory)))
    g_string_append_printf (text, " (%s)", element->factory);
}

/* Of what is too long the name is more telling than the factory, and its end
 * than its beginning. */
static void
append_name_column (GString * report, const GstProfSummary * summary,
    const GstProfSummaryElement * element)
{
  g_autoptr (GString) text = g_string_new (NULL);
  glong length;

  append_element_name (text, summary, element);
  if (g_utf8_strlen (text->str, -1) > NAME_COLUMNS) {
    g_autofree gchar *name = get_name (summary, element);

    g_string_assign (text, name);
  }
  length = g_utf8_strlen (text->str, -1);
  if (length > NAME_COLUMNS) {
    const gchar *end = g_utf8_offset_to_pointer (text->str,
        length - NAME_COLUMNS + 2);

    g_string_append_printf (report, "  ..%s", end);
    return;
  }
  g_string_append_printf (report, "  %s%*s", text->str,
      (int) (NAME_COLUMNS - length), "");
}

static void
append_names (GString * report, const GstProfSummary * summary,
    const gchar * label, GPtrArray * elements)
{
  g_autoptr (GString) text = g_string_new ("  ");

  if (elements->len == 0)
    return;
  g_string_append_printf (text, "%s: ", label);
  for (guint i = 0; i < MIN (elements->len, MAX_NAMES); i++) {
    if (i > 0)
      g_string_append (text, ", ");
    append_element_name (text, summary, g_ptr_array_index (elements, i));
  }
  if (elements->len > MAX_NAMES)
    g_string_append_printf (text, " and %u more", elements->len - MAX_NAMES);
  gst_prof_report_text_append_wrapped (report, text->str, 4);
}

static void
append_note (GString * report, const GstProfSummary * summary,
    const gchar * label, IsOne is_one)
{
  g_autoptr (GPtrArray) elements = select_elements (summary, is_one);

  append_names (report, summary, label, elements);
}

/* What is not measured like the others, by what its row says of that. */
static void
append_coverage (GString * report, const GstProfSummary * summary)
{
  static const struct
  {
    const gchar *coverage;
    const gchar *label;
  } notes[] = {
    {"probe", "only counted, because they cannot be measured"},
    {"part", "measured in part: not all of their pads can be"},
    {"incomplete", "not all that came may be counted, because their "
          "functions were set again meanwhile"},
    {"none", "not measured"},
    {"excluded", "excluded, so that their time is that of what pushes into "
          "them"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++) {
    g_autoptr (GPtrArray) elements = select_elements (summary, NULL);

    for (guint k = elements->len; k-- > 0;) {
      if (!is_covered (g_ptr_array_index (elements, k), notes[i].coverage))
        g_ptr_array_remove_index (elements, k);
    }
    append_names (report, summary, notes[i].label, elements);
  }
}

static void
append_unknown (GString * report)
{
  gst_prof_report_text_append_right (report, COLUMN, "-");
}

static void
append_distribution (GString * report,
    const GstProfDistribution * distribution)
{
  const GstClockTime times[] = { distribution->p50, distribution->p95,
    distribution->p99, distribution->max
  };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    if (distribution->count > 0)
      gst_prof_report_text_append_short_column (report, COLUMN, times[i]);
    else
      append_unknown (report);
  }
}

/* A call that has not ended may be the longest. */
static void
append_own (GString * report, const GstProfSummaryElement * element)
{
  gsize start = report->len;

  append_distribution (report, &element->own);
  if (!is_held_inside (element))
    return;
  g_string_truncate (report, start + 3 * COLUMN);
  gst_prof_report_text_append_short_column (report, COLUMN, element->open_max);
}

static void
append_busy (GString * report, guint width, gdouble busy)
{
  g_autofree gchar *text = NULL;
  guint tenths = (guint) (CLAMP (busy, 0.0, 9999.0) * 1000.0 + 0.5);

  /* Of many threads no fraction matters. */
  text = tenths < 10000 ? g_strdup_printf ("%u.%u %%", tenths / 10, tenths % 10)
      : g_strdup_printf ("%u %%", tenths / 10);
  gst_prof_report_text_append_right (report, width, text);
}

static void
append_row (GString * report, const GstProfSummary * summary,
    const GstProfSummaryElement * element)
{
  guint64 task = less (element->task, element->task_waited);

  append_name_column (report, summary, element);
  gst_prof_report_text_append_short_count_column (report, COLUMN,
      element->buffers_in);
  gst_prof_report_text_append_short_count_column (report, COLUMN,
      element->buffers_out);
  append_own (report, element);
  if (element->own.count > 0 || element->open > 0 || element->task > 0)
    append_busy (report, COLUMN, element->busy);
  else
    append_unknown (report);
  if (element->looked)
    gst_prof_report_text_append_short_column (report, COLUMN,
        element->waited + element->open_waited + element->task_waited);
  else
    append_unknown (report);
  if (element->task > 0)
    gst_prof_report_text_append_short_column (report, COLUMN, task);
  else
    append_unknown (report);
  g_string_append_c (report, '\n');
}

static void
append_table (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) sorted =
      sort_elements (summary, has_work, get_work);
  gboolean unknown = FALSE;

  if (sorted->len == 0)
    return;
  g_string_append_printf (report, "\n  %-*s      in     out     p50     p95"
      "     p99     max    busy  waited    task\n", NAME_COLUMNS, "element");
  for (guint i = 0; i < MIN (sorted->len, MAX_ROWS); i++) {
    const GstProfSummaryElement *element = g_ptr_array_index (sorted, i);

    append_row (report, summary, element);
    unknown |= !element->looked;
  }
  if (sorted->len > MAX_ROWS)
    g_string_append_printf (report, "  %u more worked less: the JSON has them\n",
        sorted->len - MAX_ROWS);
  g_string_append (report, "  p50 to max: own time of a call, without what "
      "follows; busy: work of the time watched;\n  task: work of its own "
      "thread between calls\n");
  if (unknown)
    g_string_append (report, "  waited -: not looked at, so that waits are in "
        "own time and busy\n");
}

static void
append_inside (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) sorted =
      sort_elements (summary, stays_long, get_inside);

  if (sorted->len == 0)
    return;
  g_string_append_printf (report, "\n  %-*s buffers     p50     p95     p99"
      "     max\n", NAME_COLUMNS, "longest inside");
  for (guint i = 0; i < MIN (sorted->len, MAX_INSIDE); i++) {
    const GstProfSummaryElement *element = g_ptr_array_index (sorted, i);

    append_name_column (report, summary, element);
    gst_prof_report_text_append_short_count_column (report, COLUMN,
        element->latency.count);
    append_distribution (report, &element->latency);
    g_string_append_c (report, '\n');
  }
}

/* Their time is in the stage's row. */
static void
append_stages (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GHashTable) said = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < summary->per_element->len; i++) {
    const GstProfSummaryElement *first =
        &g_array_index (summary->per_element, GstProfSummaryElement, i);
    g_autoptr (GPtrArray) inside = g_ptr_array_new ();
    g_autofree gchar *label = NULL;

    if (first->stage == NULL
        || !g_hash_table_add (said, (gpointer) first->stage))
      continue;
    for (guint k = i; k < summary->per_element->len; k++) {
      GstProfSummaryElement *element =
          &g_array_index (summary->per_element, GstProfSummaryElement, k);

      if (g_strcmp0 (element->stage, first->stage) == 0)
        g_ptr_array_add (inside, element);
    }
    label = g_strdup_printf ("in stage %s, and told there", first->stage);
    append_names (report, summary, label, inside);
  }
}

static void
append_unseen (GString * report, const GstProfSummary * summary)
{
  guint64 unseen = 0;

  for (guint i = 0; i < summary->per_element->len; i++)
    unseen += g_array_index (summary->per_element, GstProfSummaryElement,
        i).unseen;
  if (unseen > 0)
    g_string_append_printf (report, "  not in p50 to p99, but in all else: %"
        G_GUINT64_FORMAT " calls\n", unseen);
}

/*
 * gst_prof_report_elements_are_all:
 * @summary: a summary
 *
 * Returns: whether the elements are all that there is to report of: the pipeline
 *   has no stages
 */
gboolean
gst_prof_report_elements_are_all (const GstProfSummary * summary)
{
  return summary->per_element->len > 0 && summary->stages->len == 0
      && summary->frames == 0;
}

/*
 * gst_prof_report_elements_has:
 * @summary: a summary
 * @name: (nullable): a name
 *
 * Returns: whether an element is called so, and no stage
 */
gboolean
gst_prof_report_elements_has (const GstProfSummary * summary,
    const gchar * name)
{
  for (guint i = 0; i < summary->stages->len; i++) {
    if (g_strcmp0 (g_array_index (summary->stages, GstProfSummaryStage,
                i).name, name) == 0)
      return FALSE;
  }
  for (guint i = 0; i < summary->per_element->len; i++) {
    if (g_strcmp0 (g_array_index (summary->per_element, GstProfSummaryElement,
                i).name, name) == 0)
      return TRUE;
  }
  return FALSE;
}

/*
 * gst_prof_report_elements_append_place:
 * @text: gets the words
 * @summary: a summary
 * @name: (nullable): what a warning is about
 *
 * Appends "stage encode", or "element x264enc0" where no stage is called so; where
 * there are none, and nothing came to any element, "any sink".
 */
void
gst_prof_report_elements_append_place (GString * text,
    const GstProfSummary * summary, const gchar * name)
{
  if (name == NULL && gst_prof_report_elements_are_all (summary)) {
    g_string_append (text, "any sink");
    return;
  }
  g_string_append_printf (text, "%s %s",
      gst_prof_report_elements_has (summary, name) ? "element" : "stage",
      name ? name : "pipeline");
}

/*
 * gst_prof_report_elements_append_busiest:
 * @report: a report
 * @summary: a summary
 *
 * Appends which element worked most, if that is known of any.
 */
void
gst_prof_report_elements_append_busiest (GString * report,
    const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) sorted =
      sort_elements (summary, has_work, get_work);
  g_autoptr (GString) text = g_string_new ("Busiest: ");
  const GstProfSummaryElement *first =
      sorted->len > 0 ? g_ptr_array_index (sorted, 0) : NULL;

  if (first == NULL || get_work (first) == 0)
    return;
  append_element_name (text, summary, first);
  g_string_append (text, " was busy ");
  append_busy (text, 0, first->busy);
  g_string_append (text, " of the time, ");
  gst_prof_report_text_append_time (text, get_work (first));
  g_string_append (text, " in all");
  if (!first->looked) {
    g_string_append (text, ", waits included");
  } else if (is_mostly_off_cpu (first)) {
    g_string_append (text, ", of which ");
    append_busy (text, 0, (gdouble) first->on_cpu / get_work (first));
    g_string_append (text, " on a CPU");
  }
  if (first->own.count > 0) {
    g_string_append (text, "; own time of a call ");
    gst_prof_report_text_append_short_column (text, 0, first->own.p50);
    g_string_append (text, " p50, ");
    gst_prof_report_text_append_short_column (text, 0,
        MAX (first->own.max, first->open_max));
    g_string_append (text, " max");
  }
  gst_prof_report_text_append_wrapped (report, text->str, 9);
}

/*
 * gst_prof_report_elements_append:
 * @report: a report
 * @summary: a summary
 *
 * Appends a row for each element that did anything, the busiest first, then
 * those in which buffers stayed long, then what is to be known of the numbers;
 * nothing, where elements were not counted.
 */
void
gst_prof_report_elements_append (GString * report,
    const GstProfSummary * summary)
{
  gsize start;

  if (summary->per_element->len == 0)
    return;
  if (gst_prof_report_elements_are_all (summary) && summary->duration > 0) {
    g_string_append_printf (report, "\nElements: %u in ",
        summary->per_element->len);
    gst_prof_report_text_append_time (report, summary->duration);
    g_string_append_c (report, '\n');
  }
  append_table (report, summary);
  append_inside (report, summary);

  g_string_append_c (report, '\n');
  start = report->len;
  append_stages (report, summary);
  append_unseen (report, summary);
  append_note (report, summary, "in max and busy is a call that has not ended",
      is_held_inside);
  append_note (report, summary, "own time that is mostly waiting (clock, room, "
      "PLAYING, blocked pad)", mostly_waits);
  append_coverage (report, summary);
  append_note (report, summary, "no buffer came", is_idle);
  if (summary->elements_merged > 0)
    g_string_append_printf (report, "  removed elements: the %" G_GUINT64_FORMAT
        " that worked least, of more than there is room for\n",
        summary->elements_merged);
  if (summary->elements_refused > 0)
    g_string_append_printf (report, "  no room for %" G_GUINT64_FORMAT " more "
        "elements\n", summary->elements_refused);
  if (report->len == start)
    g_string_truncate (report, start - 1);
}
