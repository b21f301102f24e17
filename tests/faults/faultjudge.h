/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "faultrunner.h"

G_BEGIN_DECLS

/**
 * FaultVerdict:
 * @right: whether the root cause named is the expected one
 * @found: the root cause named; of two, joined by "+"; "-": no warning
 * @kind: of the warning that was judged
 * @other: (nullable): a second warning of the same stall that names another
 *   root cause, as "kind=cause"
 * @share: part of the stalled time on the right cause, 0 to 1
 * @unknown: part of the stall's duration on unknown, 0 to 1
 * @has_open: whether it was warned of while it lasted
 * @delay: from the threshold to the first such warning, in nanoseconds
 * @order_ok: whether each open warning came before the final one
 * @sum_ok: whether the causes, and the root causes, add up to the duration
 * @interfered: whether the machine itself took a part of the time
 * @stall: duration of the warning that was judged
 * @parts: its root causes in per cent
 * @evidence: what it gives as evidence
 * @trouble: (nullable): what went wrong otherwise
 *
 * What is thought of one repetition. %share and %unknown are negative where
 * there is nothing to judge them by.
 */
typedef struct {
  gboolean     right;
  gchar       *found;
  gchar       *kind;
  gchar       *other;
  gdouble      share;
  gdouble      unknown;
  gboolean     has_open;
  gint64       delay;
  gboolean     order_ok;
  gboolean     sum_ok;
  gboolean     interfered;
  GstClockTime stall;
  gchar       *parts;
  gchar       *evidence;
  gchar       *trouble;
} FaultVerdict;

FaultVerdict *fault_verdict_new        (const FaultRun *run);
void          fault_verdict_free       (FaultVerdict *verdict);
gboolean      fault_verdict_is_good    (const FaultVerdict *verdict,
                                        const FaultRun *run);

G_END_DECLS
