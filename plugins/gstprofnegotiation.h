/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdatomic.h>

#include "gstprofbasestage.h"

G_BEGIN_DECLS

/**
 * GstProfNegotiation:
 * @stage: the element, whose object lock is meant below
 * @filter: the capsfilter behind its converter
 * @format: (nullable): preferred pixel format, %NULL: any. Object lock
 * @width: of the output in pixels, 0: the first frame's. Object lock
 * @height: of the output in pixels, 0: the first frame's. Object lock
 * @hold_caps: the output's caps stay as they were first. Object lock
 * @held: (nullable): those caps, once negotiated. Object lock
 * @bypass: what comes in is not raw video. Written by the streaming thread
 * @choosing: the output's caps are being set. Written by the streaming thread
 *
 * What a converter's output is to look like. @stage and @filter are set once.
 */
typedef struct {
  GstProfBaseStage *stage;
  GstElement *filter;

  gchar *format;
  gint width;
  gint height;
  gboolean hold_caps;
  GstCaps *held;

  _Atomic gboolean bypass;
  _Atomic gboolean choosing;
} GstProfNegotiation;

void     gst_prof_negotiation_init    (GstProfNegotiation *self,
                                       GstProfBaseStage *stage,
                                       GstElement *filter);
void     gst_prof_negotiation_clear   (GstProfNegotiation *self);
void     gst_prof_negotiation_restart (GstProfNegotiation *self);

gboolean gst_prof_negotiation_handle_input     (GstProfNegotiation *self,
                                                GstEvent **event,
                                                gboolean *ret);
gboolean gst_prof_negotiation_answer_input     (GstProfNegotiation *self,
                                                GstQuery *query,
                                                gboolean *ret);
gboolean gst_prof_negotiation_handle_output    (GstProfNegotiation *self,
                                                GstEvent **event,
                                                gboolean *ret);
gboolean gst_prof_negotiation_answer_output    (GstProfNegotiation *self,
                                                GstQuery *query,
                                                gboolean *ret);
gboolean gst_prof_negotiation_handle_upstream  (GstProfNegotiation *self,
                                                GstEvent *event);

G_END_DECLS
