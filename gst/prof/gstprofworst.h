/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofledger.h"
#include "gstprofmessage.h"
#include "gstprofsummary.h"
#include "gstprofthreshold.h"

G_BEGIN_DECLS

/**
 * GstProfWorst:
 *
 * How many warnings of each kind there were in a run, and the longest of each in
 * each stage.
 */
typedef struct _GstProfWorst GstProfWorst;

GstProfWorst *gst_prof_worst_new       (void);
void          gst_prof_worst_free      (GstProfWorst *worst);

void          gst_prof_worst_add       (GstProfWorst *worst,
                                        GstProfWarningKind kind,
                                        const GstProfWarning *warning);
void          gst_prof_worst_add_causes
                                       (GstProfWorst *worst,
                                        GstProfWarningKind kind,
                                        const gchar *stage,
                                        const GstProfLedger *causes);
const gchar  *gst_prof_worst_get_usual_cause
                                        (GstProfWorst *worst,
                                         GstProfWarningKind kind,
                                         const gchar *stage);
void          gst_prof_worst_summarize (GstProfWorst *worst,
                                        GstProfSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfWorst, gst_prof_worst_free)

G_END_DECLS
