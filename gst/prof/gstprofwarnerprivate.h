/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstproflimiter.h"
#include "gstprofwarner.h"

G_BEGIN_DECLS

/* Shared by the files that make up the warner, and by nobody else. */

/* One for each thread and stream that may be stuck at a time. */
#define GST_PROF_WARNER_MAX_STALLS 32

/* Waits that are remembered as such. */
#define GST_PROF_WARNER_MAX_DISMISSED 32

typedef struct
{
  GstProfWarningKind kind;
  guint64 thread_id;
  GstClockTime start;
  GstClockTime until;
} GstProfDismissed;

typedef struct
{
  GstProfWarningKind kind;
  guint64 thread_id;
  GstClockTime start;
  const gchar *stage;           /* interned */
  GRefString *stream_id;
  GstClockTime threshold;
  GstClockTime duration;
  GstClockTime seen;
  GstClockTime first_told;
  GstClockTime last_told;
  GstProfQuestion question;
  gboolean told;
  gboolean lost;                /* its end was told without it */
  GstProfExplanation *kept;     /* the last one while it went on; NULL: none */
  gchar *evidence;              /* both as last summed up */
  GstStructure *causes;
} GstProfStall;

struct _GstProfWarner
{
  GstProfStats *stats;
  GstProfOutputQueue *output;
  GstProfExplainFunc explain;
  gpointer explain_data;

  GstProfLimiter limiters[GST_PROF_WARNING_N_KINDS];
  GstProfLimiter open_limiters[GST_PROF_WARNING_N_KINDS];
  GQueue waiting;
  guint next_dismissed;
  GstProfDismissed dismissed[GST_PROF_WARNER_MAX_DISMISSED];
  guint n_stalls;
  GstProfStall stalls[GST_PROF_WARNER_MAX_STALLS];
};

gboolean gst_prof_warner_explain         (GstProfWarner *warner,
                                          const GstProfQuestion *question,
                                          GstProfExplanation *explanation);
gboolean gst_prof_warner_explain_ended   (GstProfWarner *warner,
                                          const GstProfQuestion *question,
                                          const GstProfExplanation *kept,
                                          GstProfExplanation *explanation);
void     gst_prof_stall_keep_explanation (GstProfStall *stall,
                                          const GstProfExplanation *explanation);
const gchar *
         gst_prof_stall_find_advice      (const GstProfStall *stall,
                                          const GstProfExplanation *explanation);

/* @explanation: %NULL where only the spans are known; there no stage's cause is. */
const gchar *
         gst_prof_notice_find_advice     (const GstProfNotice *notice,
                                          const GstProfExplanation *explanation);
void     gst_prof_notice_set_root_cause  (GstProfNotice *notice,
                                          const GstProfExplanation *explanation);
void     gst_prof_notice_append_stage_cause
                                         (GString *line, const GstProfNotice *notice,
                                          const GstProfExplanation *explanation);
void     gst_prof_warner_tell            (GstProfWarner *warner,
                                          GstProfNotice *notice,
                                          const GstProfExplanation *explanation);

G_END_DECLS
