/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The small language in which the table says which root cause is right; see
 * fault.h. Passive; any thread.
 */

#include "faultexpect.h"

#include <string.h>

static gboolean
contains (const gchar * causes, const gchar * separator, const gchar * cause)
{
  g_auto (GStrv) names = g_strsplit_set (causes, separator, -1);

  return g_strv_contains ((const gchar * const *) names, cause);
}

/*
 * fault_expect_is_right:
 * @found: the root cause that was named
 */
gboolean
fault_expect_is_right (const gchar * expected, const gchar * found)
{
  g_auto (GStrv) sides = NULL;

  if (expected[0] == '!')
    return !contains (expected + 1, ",", found) && !g_str_equal (found, "-");
  sides = g_strsplit (expected, ">", 2);
  return contains (sides[0], "|+", found);
}

/*
 * fault_expect_time:
 * @causes: joined by anything that is not in a name
 * @parts: nanoseconds by cause
 *
 * Returns: nanoseconds of these causes together
 */
guint64
fault_expect_time (const gchar * causes, const GstStructure * parts)
{
  g_auto (GStrv) names = g_strsplit_set (causes, ",|+>", -1);
  guint64 sum = 0;

  for (guint i = 0; names[i] != NULL; i++) {
    guint64 part = 0;

    gst_structure_get_uint64 (parts, names[i], &part);
    sum += part;
  }
  return sum;
}

/*
 * fault_expect_sum:
 *
 * Returns: nanoseconds of all parts
 */
guint64
fault_expect_sum (const GstStructure * parts)
{
  guint64 sum = 0;

  for (gint i = 0; i < gst_structure_n_fields (parts); i++) {
    guint64 part = 0;

    gst_structure_get_uint64 (parts, gst_structure_nth_field_name (parts, i),
        &part);
    sum += part;
  }
  return sum;
}

/*
 * fault_expect_share:
 * @parts: nanoseconds by root cause
 * @stalled: nanoseconds that were injected
 *
 * Returns: the part of @stalled that went to the right cause, 0 to 1. Of
 *   several equal ones none counts for more than its part.
 */
gdouble
fault_expect_share (const gchar * expected, const GstStructure * parts,
    guint64 stalled)
{
  guint64 right = 0;

  if (stalled == 0)
    return -1;
  if (expected[0] == '!') {
    guint64 wrong = fault_expect_time (expected + 1, parts);

    return 1 - MIN (wrong, stalled) / (gdouble) stalled;
  }
  if (strchr (expected, '+') != NULL) {
    g_auto (GStrv) names = g_strsplit (expected, "+", -1);
    guint n = g_strv_length (names);

    for (guint i = 0; i < n; i++)
      right += MIN (fault_expect_time (names[i], parts), stalled / n);
  } else {
    right = fault_expect_time (expected, parts);
  }
  return MIN (right, stalled) / (gdouble) stalled;
}
