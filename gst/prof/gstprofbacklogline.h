/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcause.h"
#include "gstprofjudgement.h"

G_BEGIN_DECLS

void     gst_prof_backlog_line_append_bytes (GString *line, guint64 bytes);

GString *gst_prof_backlog_line_new          (const GstProfJudgement *judgement,
                                             guint64 threshold);
gchar   *gst_prof_backlog_line_dup_advice   (const GstProfJudgement *judgement,
                                             GstProfCause cause);

G_END_DECLS
