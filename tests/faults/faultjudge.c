/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Compares what was injected with what the warnings say. Passive: no clocks,
 * no processes; one thread.
 *
 * Judged is the final warning of the pipeline, of a kind that has a ledger of
 * causes, that overlaps the injected interval the longest. The stalled time is
 * that overlap. What the expected texts mean is told in fault.h.
 */

#include "faultjudge.h"
#include "faultexpect.h"

#include <string.h>

/* From here on it takes a good part of a stall, and not by our fault. */
#define INTERFERENCE 0.2
/* From here on it may be what took the most, whatever was injected. */
#define STARVED 0.4
/* Two warnings that overlap nearly as long are about the same stall. */
#define SAME 0.9
/* An open warning and its final one may have been measured apart. */
#define START_SLACK (20 * GST_MSECOND)
/* Least overlap for a warning to have to do with the fault at all. */
#define LEAST_OVERLAP 0.3

static const gchar *
get_string (const FaultWarning * warning, const gchar * field)
{
  const gchar *value = gst_structure_get_string (warning->structure, field);

  return value != NULL ? value : "";
}

static guint64
get_time (const FaultWarning * warning, const gchar * field)
{
  guint64 value = 0;

  gst_structure_get_uint64 (warning->structure, field, &value);
  return value;
}

static const GstStructure *
get_parts (const FaultWarning * warning, const gchar * field)
{
  const GValue *value = gst_structure_get_value (warning->structure, field);

  return value != NULL && GST_VALUE_HOLDS_STRUCTURE (value)
      ? gst_value_get_structure (value) : NULL;
}

/* A gap, or a slow stage: the others sum up stages. */
static gboolean
has_ledger (const FaultWarning * warning)
{
  const gchar *kind = get_string (warning, "kind");

  return g_str_equal (kind, "gap") || (g_str_has_prefix (kind, "slow-")
      && !g_str_equal (kind, "slow-frame")
      && !g_str_equal (kind, "slow-setup"));
}

static GstClockTime
get_overlap (const FaultWarning * warning, GstClockTime begin, GstClockTime end)
{
  GstClockTime start = get_time (warning, "start");
  GstClockTime stop = start + get_time (warning, "duration");

  start = MAX (start, begin);
  stop = MIN (stop, end);
  return stop > start ? stop - start : 0;
}

/* The one to judge, or NULL; with @but, another one of the same stall. A slow
 * stage goes before the gap that it makes. */
static const FaultWarning *
find_final (const FaultRun * run, guint which, const gchar * kind,
    const FaultWarning * but)
{
  GstClockTime begin = run->begin[which], end = run->end[which];
  const FaultWarning *best = NULL;
  GstClockTime longest = 0;

  for (guint i = 0; i < run->warnings->len; i++) {
    const FaultWarning *warning = g_ptr_array_index (run->warnings, i);
    gboolean is_gap = g_str_equal (get_string (warning, "kind"), "gap");
    GstClockTime overlap = get_overlap (warning, begin, end);

    if (warning == but || warning->pipeline != 0
        || !g_str_equal (get_string (warning, "state"), "final")
        || !(kind ? g_str_equal (get_string (warning, "kind"), kind)
            : has_ledger (warning)))
      continue;
    if (is_gap)
      overlap -= overlap / 100;
    if (overlap > longest) {
      longest = overlap;
      best = warning;
    }
  }
  if (!(run->fault->flags & FAULT_WHOLE)
      && longest < LEAST_OVERLAP * (end - begin))
    return NULL;
  return best;
}

static const gchar *
get_root (const FaultWarning * warning)
{
  const gchar *root = get_string (warning, "root-cause");

  return root[0] != '\0' ? root : "-";
}

static gboolean
is_sum_ok (const FaultWarning * warning, const gchar * field)
{
  const GstStructure *parts = get_parts (warning, field);

  return parts != NULL
      && fault_expect_sum (parts) == get_time (warning, "duration");
}

/* Looks for the open warnings of this final one. */
static void
judge_opens (FaultVerdict * verdict, const FaultRun * run,
    const FaultWarning * final)
{
  GstClockTime start = get_time (final, "start");
  const FaultWarning *first = NULL;

  for (guint i = 0; i < run->warnings->len; i++) {
    const FaultWarning *warning = g_ptr_array_index (run->warnings, i);

    if (warning->pipeline != 0
        || !g_str_equal (get_string (warning, "state"), "open")
        || !g_str_equal (get_string (warning, "kind"),
            get_string (final, "kind"))
        || !g_str_equal (get_string (warning, "stage"),
            get_string (final, "stage"))
        || ABS (GST_CLOCK_DIFF (start, get_time (warning, "start")))
        > (gint64) START_SLACK)
      continue;
    if (first == NULL)
      first = warning;
    if (warning->seen > final->seen)
      verdict->order_ok = FALSE;
  }
  if (first == NULL)
    return;
  verdict->has_open = TRUE;
  verdict->delay = GST_CLOCK_DIFF (get_time (first, "start")
      + get_time (first, "threshold"), first->seen);
}

static gdouble
get_share (const FaultWarning * warning, const gchar * causes)
{
  const GstStructure *parts = get_parts (warning, "root-causes");
  GstClockTime duration = get_time (warning, "duration");

  if (parts == NULL || duration == 0)
    return -1;
  return MIN (fault_expect_time (causes, parts), duration) / (gdouble) duration;
}

/* What is less than half a per cent is left out. */
static gchar *
print_parts (const GstStructure * parts, GstClockTime duration)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gint i = 0; parts != NULL && i < gst_structure_n_fields (parts); i++) {
    const gchar *name = gst_structure_nth_field_name (parts, i);
    gdouble percent = 100.0 * fault_expect_time (name, parts) / MAX (duration,
        1);

    if (percent >= 0.5)
      g_string_append_printf (text, "%s%s %.1f %%", text->len ? ", " : "", name,
          percent);
  }
  return g_strdup (text->str);
}

/* Whether the kernel says that the injecting thread was ready without a CPU for
 * that part of the time, where that is not the fault. */
static gboolean
is_starved (const FaultRun * run, guint which, gdouble part)
{
  return !(run->fault->flags & FAULT_CPU)
      && run->starved[which] > part * (run->end[which] - run->begin[which]);
}

static void
judge_one (FaultVerdict * verdict, const FaultRun * run, guint which,
    const gchar * expected, const gchar * kind)
{
  const FaultWarning *final = find_final (run, which, kind, NULL), *other;
  GstClockTime overlap;
  const GstStructure *roots;

  if (final == NULL) {
    verdict->right = FALSE;
    verdict->found = g_strdup ("-");
    verdict->interfered = is_starved (run, which, INTERFERENCE);
    return;
  }
  overlap = get_overlap (final, run->begin[which], run->end[which]);
  roots = get_parts (final, "root-causes");
  verdict->found = g_strdup (get_root (final));
  verdict->kind = g_strdup (get_string (final, "kind"));
  verdict->stall = get_time (final, "duration");
  verdict->evidence = g_strdup (get_string (final, "evidence"));
  verdict->right = fault_expect_is_right (expected, verdict->found)
      || (g_str_equal (verdict->found, "cpu-wait")
      && is_starved (run, which, STARVED));
  if (run->fault->flags & FAULT_WHOLE)
    overlap = verdict->stall;
  verdict->parts = print_parts (roots, verdict->stall);
  if (roots != NULL)
    verdict->share = fault_expect_share (expected, roots, overlap);
  verdict->unknown = get_share (final, "unknown");
  verdict->sum_ok = is_sum_ok (final, "causes")
      && is_sum_ok (final, "root-causes");
  verdict->interfered = is_starved (run, which, INTERFERENCE)
      || (!(run->fault->flags & FAULT_CPU)
      && get_share (final, "steal,cpu-wait") > INTERFERENCE);
  judge_opens (verdict, run, final);

  other = find_final (run, which, kind, final);
  if (other != NULL && !g_str_equal (get_root (other), verdict->found)
      && get_overlap (other, run->begin[which], run->end[which])
      >= SAME * overlap)
    verdict->other = g_strdup_printf ("%s=%s", get_string (other, "kind"),
        get_root (other));
}

/* Nothing was to be warned of: by the neighbour, or at all. */
static const FaultWarning *
find_unwanted (const FaultRun * run)
{
  gboolean none = g_str_equal (run->fault->expected, "-");

  for (guint i = 0; i < run->warnings->len; i++) {
    const FaultWarning *warning = g_ptr_array_index (run->warnings, i);

    if (none || warning->pipeline != 0)
      return warning;
  }
  return NULL;
}

/* The worse of the two counts. */
static void
judge_second (FaultVerdict * verdict, const FaultRun * run)
{
  FaultVerdict second = {.share = -1,.unknown = -1,.order_ok = TRUE };
  gchar *both;

  judge_one (&second, run, 1, run->fault->second, run->fault->second_kind);
  both = g_strdup_printf ("%s+%s", verdict->found, second.found);
  g_free (verdict->found);
  verdict->found = both;
  verdict->right = verdict->right && second.right;
  verdict->share = MIN (verdict->share, second.share);
  verdict->unknown = MAX (verdict->unknown, second.unknown);
  verdict->has_open = verdict->has_open && second.has_open;
  verdict->delay = MAX (verdict->delay, second.delay);
  verdict->order_ok = verdict->order_ok && second.order_ok;
  verdict->sum_ok = verdict->sum_ok && second.sum_ok;
  verdict->interfered = verdict->interfered || second.interfered;
  g_free (second.found);
  g_free (second.kind);
  g_free (second.other);
  g_free (second.parts);
  g_free (second.evidence);
}

/*
 * fault_verdict_new:
 *
 * Returns: (transfer full): what is to be thought of @run
 */
FaultVerdict *
fault_verdict_new (const FaultRun * run)
{
  FaultVerdict *verdict = g_new0 (FaultVerdict, 1);
  const FaultWarning *unwanted;

  verdict->share = verdict->unknown = -1;
  verdict->order_ok = TRUE;
  verdict->trouble = g_strdup (run->trouble);
  if (run->trouble != NULL) {
    verdict->found = g_strdup ("-");
    return verdict;
  }

  unwanted = find_unwanted (run);
  if (g_str_equal (run->fault->expected, "-")) {
    verdict->right = unwanted == NULL;
    verdict->found = g_strdup (unwanted ? get_root (unwanted) : "-");
    verdict->sum_ok = TRUE;
  } else {
    judge_one (verdict, run, 0, run->fault->expected, run->fault->kind);
    if (run->fault->second != NULL)
      judge_second (verdict, run);
    verdict->right = verdict->right && unwanted == NULL;
  }
  if (unwanted != NULL) {
    verdict->interfered = verdict->interfered
        || get_share (unwanted, "steal,cpu-wait") > INTERFERENCE;
    verdict->trouble = g_strdup_printf ("unwanted %s of %.0f ms (%s)",
        get_string (unwanted, "kind"), get_time (unwanted, "duration") / 1e6,
        get_root (unwanted));
  }
  return verdict;
}

void
fault_verdict_free (FaultVerdict * verdict)
{
  g_free (verdict->found);
  g_free (verdict->kind);
  g_free (verdict->other);
  g_free (verdict->parts);
  g_free (verdict->evidence);
  g_free (verdict->trouble);
  g_free (verdict);
}

/*
 * fault_verdict_is_good:
 *
 * Returns: whether the right cause was named, in time and with a right sum
 */
gboolean
fault_verdict_is_good (const FaultVerdict * verdict, const FaultRun * run)
{
  gboolean wants_open = run->duration >= GST_SECOND
      && !(run->fault->flags & (FAULT_BLIND | FAULT_WHOLE))
      && !g_str_equal (run->fault->expected, "-");

  return verdict->right && verdict->trouble == NULL && verdict->sum_ok
      && verdict->order_ok && (verdict->has_open || !wants_open);
}
