/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofsummary.h"

G_BEGIN_DECLS

void gst_prof_report_open_append         (GString *report,
                                          const GstProfSummary *summary);
void gst_prof_report_open_append_threads (GString *report,
                                          const GstProfSummary *summary);

G_END_DECLS
