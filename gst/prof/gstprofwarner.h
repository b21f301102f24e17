/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofexplanation.h"
#include "gstprofledger.h"
#include "gstprofmessage.h"
#include "gstprofoutput.h"
#include "gstprofspan.h"
#include "gstprofstats.h"
#include "gstprofthreshold.h"

G_BEGIN_DECLS

/**
 * GstProfNotice:
 * @kind: what it is
 * @warning: what is known of it; its strings are copied
 * @line: (transfer full): the line but for causes and end; %NULL for one that
 *   is still open
 * @tail: (nullable) (transfer full): what follows the causes in the line
 * @stages: (nullable): the duration by stage
 * @processing: of a gap, how much of it was in our stages, nanoseconds
 * @fallback: (nullable): its causes as far as the spans alone tell; stands when
 *   there is no explanation
 * @separator: what the causes follow in the line
 * @of_stage: @question is about the stage of @warning alone, which took most of
 *   the duration: the answer tells what helps, and not where all of it went
 * @own_work: it is not told, nor counted, if the thread did not work itself but
 *   waited for others most of the time: they are told at their own place
 * @end_only: it is not told, nor counted, unless it was while it went on
 * @question: what there is to explain; no stretches: nothing
 *
 * Something that is to be warned about.
 */
typedef struct {
  GstProfWarningKind kind;
  GstProfWarning warning;
  GString *line;
  gchar *tail;
  const GstProfLedger *stages;
  GstClockTime processing;
  const GstProfLedger *fallback;
  const gchar *separator;
  gboolean of_stage;
  gboolean own_work;
  gboolean end_only;
  GstProfQuestion question;
} GstProfNotice;

/**
 * GstProfWarner:
 *
 * Tells what is to be warned about: once while it goes on and every second, and
 * once it is over, with its causes.
 */
typedef struct _GstProfWarner GstProfWarner;

GstProfWarner *gst_prof_warner_new  (GstProfStats *stats,
                                     GstProfOutputQueue *output);
void           gst_prof_warner_free (GstProfWarner *warner);

void           gst_prof_warner_set_explain_func (GstProfWarner *warner,
                                                 GstProfExplainFunc func,
                                                 gpointer user_data);

void           gst_prof_warner_add     (GstProfWarner *warner,
                                        GstProfNotice *notice, GstClockTime now);
void           gst_prof_warner_note_open (GstProfWarner *warner,
                                        const GstProfNotice *notice,
                                        GstClockTime now);
void           gst_prof_warner_keep    (GstProfWarner *warner);
void           gst_prof_warner_advance (GstProfWarner *warner, GstClockTime now);
void           gst_prof_warner_flush   (GstProfWarner *warner, GstClockTime now);
void           gst_prof_warner_summarize (GstProfWarner *warner,
                                        GstClockTime now,
                                        GstProfSummary *summary);

gboolean       gst_prof_warner_get_longest_open (GstProfWarner *warner,
                                        GstProfWarningKind *kind,
                                        const gchar **stage,
                                        GstClockTime *duration);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfWarner, gst_prof_warner_free)

G_END_DECLS
