/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofjudgement.h"

G_BEGIN_DECLS

GstStructure *gst_prof_backlog_message_new_figures
                                        (const GstProfJudgement *judgement);

G_END_DECLS
