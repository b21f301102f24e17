/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofbracket.h>

#define NONE GST_CLOCK_TIME_NONE
#define ROW_MAX_HOPS 300

/**
 * Hop:
 * @sink: where it is entered
 * @src: leads to the next; of the last: not linked
 * @bracket: (nullable): around @sink
 * @visits: what that counts
 *
 * An element that takes 2 before and 3 after what is downstream of it, 11 for an
 * event, and 13 if it is pulled from.
 */
typedef struct
{
  GstPad *sink;
  GstPad *src;
  GstProfBracket *bracket;
  GstProfVisits *visits;
} Hop;

/* The clock, and how often it was read; what feeds the row, and the row: made
 * anew for each case by the fixture. */
extern _Atomic guint64 row_now;
extern _Atomic guint64 row_readings;
extern GstPad *src;
extern Hop hops[ROW_MAX_HOPS];
extern guint n_hops;

void row_setup    (void);
void row_teardown (void);

void row_spend   (GstClockTime time);
void row_make    (guint n);
void row_bracket (void);
void row_start   (void);
void row_stop    (void);
void row_push    (GstClockTime pts);
void row_push_list (guint n);

/* A row of one whose source is pulled from; at 0 it is at its end. */
void row_make_pulled   (void);
void row_start_pulling (void);
void row_pull          (guint64 offset);

GstFlowReturn row_chain    (GstPad *pad, GstObject *parent, GstBuffer *buffer);
gboolean      row_event    (GstPad *pad, GstObject *parent, GstEvent *event);
GstFlowReturn row_getrange (GstPad *pad, GstObject *parent, guint64 offset,
                            guint size, GstBuffer **buffer);

GstProfVisitTimes row_get_times (GstProfVisits *visits);
void  row_assert_times (GstProfVisits *visits, guint64 buffers,
                        guint64 n_visits, GstClockTime own);
guint row_read_all     (GstProfVisits *visits, GstProfVisit *found, guint max);
