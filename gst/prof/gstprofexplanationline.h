/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofexplanation.h"
#include "gstprofledger.h"

G_BEGIN_DECLS

void gst_prof_explanation_fill_ledger (GstProfLedger *ledger,
                                       const GstProfBlame *blame);
void gst_prof_explanation_append      (GString *line,
                                       const GstProfExplanation *explanation);

G_END_DECLS
