/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofframe.h"

G_BEGIN_DECLS

/**
 * GstProfStartupMark:
 * @GST_PROF_STARTUP_CONTACT: the peer said its first word
 * @GST_PROF_STARTUP_OFFERED: an offer was set
 * @GST_PROF_STARTUP_AGREED: offer and answer were set
 * @GST_PROF_STARTUP_GATHERED: ICE had all its own candidates
 * @GST_PROF_STARTUP_ICE: ICE was connected
 * @GST_PROF_STARTUP_DTLS: DTLS was connected as well
 * @GST_PROF_STARTUP_PACKET: the first packet came into the jitterbuffer
 * @GST_PROF_STARTUP_RELEASED: the first packet left it
 * @GST_PROF_STARTUP_DECODED: the first frame left the decoder; where there is
 *   none, the depayloader
 * @GST_PROF_STARTUP_STAGE: the first recorded frame came into the first stage
 * @GST_PROF_STARTUP_ENCODER: it came into the encoder
 * @GST_PROF_STARTUP_ENCODED: it left the encoder
 * @GST_PROF_STARTUP_WRITTEN: it left the last stage
 *
 * What happens until the first frame is recorded, in this order.
 */
typedef enum {
  GST_PROF_STARTUP_CONTACT,
  GST_PROF_STARTUP_OFFERED,
  GST_PROF_STARTUP_AGREED,
  GST_PROF_STARTUP_GATHERED,
  GST_PROF_STARTUP_ICE,
  GST_PROF_STARTUP_DTLS,
  GST_PROF_STARTUP_PACKET,
  GST_PROF_STARTUP_RELEASED,
  GST_PROF_STARTUP_DECODED,
  GST_PROF_STARTUP_STAGE,
  GST_PROF_STARTUP_ENCODER,
  GST_PROF_STARTUP_ENCODED,
  GST_PROF_STARTUP_WRITTEN,
  GST_PROF_STARTUP_N_MARKS,
} GstProfStartupMark;

/**
 * GstProfStartupMarks:
 * @times: when each was seen, CLOCK_MONOTONIC nanoseconds; 0: never
 */
typedef struct {
  GstClockTime times[GST_PROF_STARTUP_N_MARKS];
} GstProfStartupMarks;

/**
 * GstProfStartup:
 *
 * How a session of a run began.
 */
typedef struct _GstProfStartup GstProfStartup;

GstStructure   *gst_prof_startup_marks_split (const GstProfStartupMarks *marks);

GstProfStartup *gst_prof_startup_new       (void);
void            gst_prof_startup_free      (GstProfStartup *startup);

void            gst_prof_startup_add_frame (GstProfStartup *startup,
                                            const GstProfFrame *frame);
void            gst_prof_startup_sample    (GstProfStartup *startup,
                                            const GstProfStartupMarks *marks,
                                            GstClockTime now);
const GstStructure *
                gst_prof_startup_get_parts (GstProfStartup *startup);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfStartup, gst_prof_startup_free)

G_END_DECLS
