/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofspan.h"

#include <stdatomic.h>

G_BEGIN_DECLS

/* How deep brackets may nest on one thread. A stage takes two levels (itself
 * and its push downstream), so this is 32 stages in a row without a queue. */
#define GST_PROF_THREAD_RECORD_DEPTH 64

/* How many spans one thread may hold until its outermost bracket closes. An
 * encoder that drains 250 frames into a muxer and a sink makes 750. */
#define GST_PROF_THREAD_RECORD_SPANS 1024

typedef struct _GstProfThreadRecord GstProfThreadRecord;
typedef struct _GstProfThreadClient GstProfThreadClient;

/**
 * GstProfThreadClient:
 * @deliver: takes a closed span; called on the thread that measured it, when
 *   no bracket is open there
 * @drop: the thread could not hold another span of this client
 * @ref: keeps the client alive until its spans are delivered
 * @unref: gives that reference back
 * @stage: the stage's name; set while no data flows
 * @waits: the stage waits for more than its own work: a muxer for its other
 *   streams, a sink for its clock
 *
 * Who measures: one stage.
 */
struct _GstProfThreadClient {
  void (*deliver) (GstProfThreadClient *client, const GstProfSpan *span);
  void (*drop)    (GstProfThreadClient *client);
  void (*ref)     (GstProfThreadClient *client);
  void (*unref)   (GstProfThreadClient *client);
  GQuark stage;
  _Atomic gboolean waits;
};

GstProfThreadRecord *gst_prof_thread_record_get (void);

GstProfSpan *gst_prof_thread_record_prepare (GstProfThreadRecord *record,
                                             GstProfThreadClient *client);
void         gst_prof_thread_record_enter   (GstProfThreadRecord *record,
                                             GstClockTime         now);
gboolean     gst_prof_thread_record_stand   (GstProfThreadRecord *record,
                                             _Atomic guint       *epoch);
GstProfSpan *gst_prof_thread_record_leave   (GstProfThreadRecord *record,
                                             GstClockTime         now);
void         gst_prof_thread_record_discard (GstProfThreadRecord *record,
                                             GstProfSpan         *span);

void         gst_prof_thread_record_enter_outside (GstProfThreadRecord *record,
                                                   GstProfThreadClient *client,
                                                   GstClockTime         now);
void         gst_prof_thread_record_leave_outside (GstProfThreadRecord *record,
                                                   GstClockTime         now);

GstProfSpan *gst_prof_thread_record_get_open (GstProfThreadRecord *record,
                                              GstProfThreadClient *client);
GstProfSpan *gst_prof_thread_record_add      (GstProfThreadRecord *record,
                                              GstProfThreadClient *client);
GstProfSpan *gst_prof_thread_record_get_last (GstProfThreadRecord *record,
                                              GstProfThreadClient *client,
                                              GstProfSpan         *before);

guint64      gst_prof_thread_record_get_id      (void);
guint        gst_prof_thread_record_get_depth   (GstProfThreadRecord *record);
gboolean     gst_prof_thread_record_is_standing (GstProfThreadRecord *record);

void         gst_prof_thread_record_settle (GstProfThreadRecord *record);
void         gst_prof_thread_record_flush  (void);

G_END_DECLS
