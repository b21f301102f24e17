/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * An interval's wall time as a sum of named parts. The parts never exceed the
 * wall time: what is credited too much is refused, and what nobody credits is
 * `unknown`. Knows no stage and no cause; who fills it does. Passive, plain
 * data; the thread that holds one owns it.
 */

#include "gstprofledger.h"

/*
 * gst_prof_ledger_init:
 * @ledger: (out caller-allocates): the ledger
 * @wall: length of the interval in nanoseconds
 *
 * Starts with everything unknown.
 */
void
gst_prof_ledger_init (GstProfLedger * ledger, GstClockTime wall)
{
  g_return_if_fail (GST_CLOCK_TIME_IS_VALID (wall));

  ledger->wall = wall;
  ledger->rest = wall;
  ledger->n_parts = 0;
}

/*
 * gst_prof_ledger_add:
 * @ledger: a ledger
 * @name: the part, one of a small closed set: it is interned
 * @time: nanoseconds to credit to it
 *
 * Moves time from the unexplained rest to a part. A part that is named again
 * grows. To credit `unknown` leaves the time where it is.
 *
 * Returns: what was credited: less than @time when the rest was smaller, 0
 *   when there was no row left for a new part
 */
GstClockTime
gst_prof_ledger_add (GstProfLedger * ledger, const gchar * name,
    GstClockTime time)
{
  GQuark quark = g_quark_from_string (name);
  guint i;

  time = MIN (time, ledger->rest);
  if (time == 0 || g_str_equal (name, GST_PROF_PART_UNKNOWN))
    return 0;

  for (i = 0; i < ledger->n_parts; i++) {
    if (ledger->parts[i].name == quark)
      break;
  }
  if (i == ledger->n_parts) {
    if (i == GST_PROF_LEDGER_MAX_PARTS)
      return 0;
    ledger->parts[i] = (GstProfLedgerPart) { quark, 0 };
    ledger->n_parts++;
  }

  ledger->parts[i].time += time;
  ledger->rest -= time;
  return time;
}

/*
 * gst_prof_ledger_get:
 * @ledger: a ledger
 * @name: a part, or `unknown` for the rest
 *
 * Returns: the part's nanoseconds, 0 when there is no such part
 */
GstClockTime
gst_prof_ledger_get (const GstProfLedger * ledger, const gchar * name)
{
  GQuark quark = g_quark_try_string (name);

  if (g_str_equal (name, GST_PROF_PART_UNKNOWN))
    return ledger->rest;
  for (guint i = 0; i < ledger->n_parts; i++) {
    if (ledger->parts[i].name == quark)
      return ledger->parts[i].time;
  }
  return 0;
}

/*
 * gst_prof_ledger_merge:
 * @ledger: a ledger
 * @other: that of another interval
 *
 * Makes @ledger that of both intervals together.
 */
void
gst_prof_ledger_merge (GstProfLedger * ledger, const GstProfLedger * other)
{
  ledger->wall += other->wall;
  ledger->rest += other->wall;
  for (guint i = 0; i < other->n_parts; i++)
    gst_prof_ledger_add (ledger, g_quark_to_string (other->parts[i].name),
        other->parts[i].time);
}

/*
 * gst_prof_ledger_largest:
 * @ledger: a ledger
 *
 * Returns: (transfer none): the name of the largest part, `unknown` among
 *   them; of equal parts the one that came first, and `unknown` last
 */
const gchar *
gst_prof_ledger_largest (const GstProfLedger * ledger)
{
  const gchar *name = GST_PROF_PART_UNKNOWN;
  GstClockTime largest = ledger->rest;

  for (guint i = 0; i < ledger->n_parts; i++) {
    if (ledger->parts[i].time > largest
        || (ledger->parts[i].time == largest
            && g_str_equal (name, GST_PROF_PART_UNKNOWN))) {
      name = g_quark_to_string (ledger->parts[i].name);
      largest = ledger->parts[i].time;
    }
  }
  return name;
}

/*
 * gst_prof_ledger_to_structure:
 * @ledger: a ledger
 *
 * Returns: (transfer full): a structure `causes` with one uint64 of
 *   nanoseconds for each part and one for `unknown`; their sum is the wall
 *   time
 */
GstStructure *
gst_prof_ledger_to_structure (const GstProfLedger * ledger)
{
  GstStructure *structure = gst_structure_new_empty ("causes");

  for (guint i = 0; i < ledger->n_parts; i++)
    gst_structure_id_set (structure, ledger->parts[i].name, G_TYPE_UINT64,
        ledger->parts[i].time, NULL);
  gst_structure_set (structure, GST_PROF_PART_UNKNOWN, G_TYPE_UINT64,
      ledger->rest, NULL);

  return structure;
}
