/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofexplanation.h"
#include "gstprofthreshold.h"

G_BEGIN_DECLS

const gchar *gst_prof_advice_get        (GstProfWarningKind kind,
                                         const gchar *where,
                                         GstProfCause cause);
const gchar *gst_prof_advice_explain    (GstProfWarningKind kind,
                                         const gchar *where,
                                         const GstProfExplanation *explanation);

GstProfCause gst_prof_advice_find_cause (const GstProfBlame *root);
gboolean     gst_prof_advice_is_work    (GstProfCause cause);
gboolean     gst_prof_advice_is_machine (GstProfCause cause);

G_END_DECLS
