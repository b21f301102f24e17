/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofledger.h"
#include "gstprofspan.h"

G_BEGIN_DECLS

/**
 * GstProfArrival:
 * @start: when the frame before came into the first stage, CLOCK_MONOTONIC
 *   nanoseconds
 * @interval: from then until this frame came in
 * @waited: from the moment that the first stage gave control back until this
 *   frame came in; 0 if it had not yet
 * @thread_id: the thread that the frame before came in on
 * @first_on_thread: whether it was the first there and the thread was not
 *   watched yet, so that what ran inside it is not known
 *
 * A frame that came into the first stage, and the time since the one before.
 */
typedef struct {
  GstClockTime start;
  GstClockTime interval;
  GstClockTime waited;
  guint64 thread_id;
  gboolean first_on_thread;
} GstProfArrival;

/**
 * GstProfOpenArrival:
 * @stream_id: (nullable): the stream, a GRefString
 * @stage: its first stage
 * @start: when its last frame came in there, CLOCK_MONOTONIC nanoseconds
 * @thread_id: on which thread
 * @frame_duration: of its frames, or %GST_CLOCK_TIME_NONE
 *
 * A stream whose next frame has not come yet.
 */
typedef struct {
  GRefString *stream_id;
  const gchar *stage;
  GstClockTime start;
  guint64 thread_id;
  GstClockTime frame_duration;
} GstProfOpenArrival;

typedef void (*GstProfOpenArrivalFunc) (const GstProfOpenArrival *open,
                                        gpointer user_data);

/**
 * GstProfArrivals:
 *
 * Watches the frames come in at the first stage of each stream.
 */
typedef struct _GstProfArrivals GstProfArrivals;

GstProfArrivals *gst_prof_arrivals_new  (void);
void             gst_prof_arrivals_free (GstProfArrivals *arrivals);

void             gst_prof_arrivals_set_playing (GstProfArrivals *arrivals,
                                                gboolean playing,
                                                GstClockTime now);
void             gst_prof_arrivals_note_loss   (GstProfArrivals *arrivals);

gboolean         gst_prof_arrivals_push  (GstProfArrivals *arrivals,
                                          const GstProfSpan *span,
                                          const gchar *first_stage,
                                          GstProfArrival *arrival);
void             gst_prof_arrivals_split (GstProfArrivals *arrivals,
                                          const GstProfArrival *arrival,
                                          GstProfLedger *ledger,
                                          GstClockTime *processing);

void             gst_prof_arrivals_foreach_open (GstProfArrivals *arrivals,
                                                 GstClockTime now,
                                                 GstProfOpenArrivalFunc func,
                                                 gpointer user_data);
void             gst_prof_arrivals_end_stage   (GstProfArrivals *arrivals,
                                                const gchar *stage);

GstClockTime     gst_prof_arrivals_get_cadence (GstProfArrivals *arrivals,
                                                const gchar *stream_id);
guint64          gst_prof_arrivals_get_evicted (GstProfArrivals *arrivals);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfArrivals, gst_prof_arrivals_free)

G_END_DECLS
