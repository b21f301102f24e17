/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofperiods.h"

G_BEGIN_DECLS

/* How far behind the newest a packet may come and still be told from those that
 * came: a second of 10 Mbit/s. */
#define GST_PROF_SEQUENCE_WINDOW 1024

/**
 * GstProfSequence:
 *
 * The sequence numbers of RTP packets that go into a jitterbuffer and come out of
 * it. Zero is a fresh one. The fields are its own.
 */
typedef struct {
  /* the thread that brings packets */
  gboolean started;
  guint64 highest;              /* that came, the upper bits count its rounds */
  guint64 floor;                /* nobody waits for these and those before */
  guint absent;                 /* of those behind floor */
  gint next_stray;              /* -1: none */
  GstClockTime noticed;         /* when a jump was seen that is not written down
                                 * yet; 0: there is none */
  guint64 noticed_floor;        /* the highest before that */
  guint noticed_last;           /* the last number that is missing since */
  guint pending;                /* how many are */
  guint64 came[GST_PROF_SEQUENCE_WINDOW / 64];

  /* whoever has made it busy */
  guint count;                  /* numbers missing in the period */

  /* both threads */
  _Atomic guint state;
  _Atomic guint last_absent;    /* the last number that is missing */
} GstProfSequence;

guint    gst_prof_sequence_take_in    (GstProfSequence *sequence,
                                       GstProfPeriods *missing, guint16 number,
                                       GstClockTime now);
gboolean gst_prof_sequence_is_waiting (GstProfSequence *sequence);
void     gst_prof_sequence_give_out   (GstProfSequence *sequence,
                                       GstProfPeriods *missing, guint16 number,
                                       GstClockTime now);

G_END_DECLS
