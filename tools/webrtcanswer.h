/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "mediachoice.h"

G_BEGIN_DECLS

typedef struct _GstProfWebRTCAnswer GstProfWebRTCAnswer;

/**
 * GstProfWebRTCAnswerFunc:
 * @text: (nullable): the answer with all candidates, %NULL when there is none
 * @error: (nullable): why there is none
 * @data: data of gst_prof_webrtc_answer_begin()
 *
 * The end of it, in the main thread.
 */
typedef void (*GstProfWebRTCAnswerFunc) (const gchar *text, const GError *error,
                                         gpointer data);

GstProfWebRTCAnswer *gst_prof_webrtc_answer_begin (GstElement *webrtcbin,
                                                   const GstSDPMessage *offer,
                                                   const GstProfMediaChoice *choice,
                                                   GstProfWebRTCAnswerFunc func,
                                                   gpointer data);
void                 gst_prof_webrtc_answer_free  (GstProfWebRTCAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfWebRTCAnswer, gst_prof_webrtc_answer_free)

G_END_DECLS
