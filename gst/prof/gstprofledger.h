/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_PROF_PART_UPSTREAM   "upstream"
#define GST_PROF_PART_DOWNSTREAM "downstream"
#define GST_PROF_PART_UNKNOWN    "unknown"

/* More than there are causes, and than one interval has ever had stages. What
 * finds no row stays in the part `unknown`. */
#define GST_PROF_LEDGER_MAX_PARTS 40

typedef struct {
  GQuark name;
  GstClockTime time;
} GstProfLedgerPart;

/**
 * GstProfLedger:
 * @wall: length of the interval, nanoseconds
 * @rest: what no part explains: @wall less all parts
 * @n_parts: how many parts there are
 * @parts: (array length=n_parts): the parts in the order they came
 *
 * An interval's wall time split into named parts.
 */
typedef struct {
  GstClockTime wall;
  GstClockTime rest;
  guint n_parts;
  GstProfLedgerPart parts[GST_PROF_LEDGER_MAX_PARTS];
} GstProfLedger;

void          gst_prof_ledger_init         (GstProfLedger *ledger, GstClockTime wall);
GstClockTime  gst_prof_ledger_add          (GstProfLedger *ledger, const gchar *name,
                                            GstClockTime time);
GstClockTime  gst_prof_ledger_get          (const GstProfLedger *ledger, const gchar *name);
void          gst_prof_ledger_merge        (GstProfLedger *ledger, const GstProfLedger *other);
const gchar  *gst_prof_ledger_largest      (const GstProfLedger *ledger);
GstStructure *gst_prof_ledger_to_structure (const GstProfLedger *ledger);

G_END_DECLS
