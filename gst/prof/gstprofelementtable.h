/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofelementrow.h"

G_BEGIN_DECLS

/* Rows of one run: a large conference; 6 KB each is the most. As many as are
 * covered at a time. */
#define GST_PROF_ELEMENT_TABLE_MAX 1024

/* The row of all those whose own there is no room for any more. */
#define GST_PROF_ELEMENT_TABLE_REMOVED "removed elements"

/**
 * GstProfElementTable:
 *
 * What the elements of a pipeline did in a run, those included that are gone.
 */
typedef struct _GstProfElementTable GstProfElementTable;

GstProfElementTable *gst_prof_element_table_new  (void);
void                 gst_prof_element_table_free (GstProfElementTable *table);

void gst_prof_element_table_add       (GstProfElementTable *table,
                                       const GstProfElementReading *reading);
void gst_prof_element_table_remove    (GstProfElementTable *table,
                                       guint number, GstClockTime now);
void gst_prof_element_table_take      (GstProfElementTable *table,
                                       const GstProfPadReading *reading,
                                       GstClockTime now);
void gst_prof_element_table_add_open  (GstProfElementTable *table,
                                       guint number, guint64 thread_id,
                                       GstClockTime own,
                                       const GstProfVisitTimes *looks,
                                       GstClockTime now);
void gst_prof_element_table_forget_open (GstProfElementTable *table);

void gst_prof_element_table_mark      (GstProfElementTable *table);
const GstProfElementRow *
     gst_prof_element_table_find_busiest (GstProfElementTable *table,
                                       guint64 thread_id, gboolean lately,
                                       GstClockTime *work, GstClockTime *sum);
guint64
     gst_prof_element_table_find_busiest_thread (GstProfElementTable *table);
gboolean
     gst_prof_element_table_is_empty  (GstProfElementTable *table);
guint
     gst_prof_element_table_get_n_waiting (GstProfElementTable *table);
const GstProfElementRow *
     gst_prof_element_table_find      (GstProfElementTable *table,
                                       guint number);
void gst_prof_element_table_summarize (GstProfElementTable *table,
                                       GstProfSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfElementTable, gst_prof_element_table_free)

G_END_DECLS
