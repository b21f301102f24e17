/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofreading.h"
#include "gstprofspread.h"
#include "gstprofsummary.h"

G_BEGIN_DECLS

/**
 * GstProfElementRow:
 *
 * What one element did, through all its pads.
 */
typedef struct _GstProfElementRow GstProfElementRow;

GstProfElementRow *gst_prof_element_row_new  (const GstProfElementReading *reading);
void               gst_prof_element_row_free (GstProfElementRow *row);
void               gst_prof_element_row_merge (GstProfElementRow *row,
                                     const GstProfElementRow *gone);

void gst_prof_element_row_describe  (GstProfElementRow *row,
                                     const GstProfElementReading *reading);
const gchar *
     gst_prof_element_row_get_name  (const GstProfElementRow *row);
gboolean
     gst_prof_element_row_decodes   (const GstProfElementRow *row);
const gchar *
     gst_prof_element_row_get_bin   (const GstProfElementRow *row);
const gchar *
     gst_prof_element_row_get_stage (const GstProfElementRow *row);

void gst_prof_element_row_arrive    (GstProfElementRow *row);
void gst_prof_element_row_leave     (GstProfElementRow *row, GstClockTime now);

gboolean
     gst_prof_element_row_is_present (const GstProfElementRow *row);
GstClockTime
     gst_prof_element_row_get_all_work (const GstProfElementRow *row);

void gst_prof_element_row_add_visits (GstProfElementRow *row,
                                     const GstProfPadReading *reading);
void gst_prof_element_row_add_task  (GstProfElementRow *row,
                                     const GstProfPadReading *reading);
void gst_prof_element_row_add_open  (GstProfElementRow *row,
                                     guint64 thread_id, GstClockTime own,
                                     const GstProfVisitTimes *looks);
void gst_prof_element_row_forget_open (GstProfElementRow *row);
void gst_prof_element_row_add_buffers_out (GstProfElementRow *row,
                                     guint64 n_buffers);
void gst_prof_element_row_add_out   (GstProfElementRow *row,
                                     const GstProfPassing *passing);

void gst_prof_element_row_mark      (GstProfElementRow *row);
GstClockTime
     gst_prof_element_row_get_work  (const GstProfElementRow *row,
                                     guint64 thread_id, gboolean lately);
guint64      gst_prof_element_row_get_lately (const GstProfElementRow *row);
guint64
     gst_prof_element_row_get_thread (const GstProfElementRow *row,
                                     gboolean task);
GstClockTime
     gst_prof_element_row_get_latency (const GstProfElementRow *row);
GstClockTime
     gst_prof_element_row_get_usual (const GstProfElementRow *row);
void gst_prof_element_row_summarize (const GstProfElementRow *row,
                                     GstClockTime moved,
                                     GstProfSummaryElement *summary);

G_END_DECLS
