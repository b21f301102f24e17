/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofbinwatch.h"
#include "gstprofreceivestream.h"
#include "gstprofreceivewatch.h"

G_BEGIN_DECLS

struct _GstProfReceiveWatch
{
  GstProfBinWatch elements;
  GstProfReceivers *receivers;

  GMutex lock;
  gboolean stopped;
  guint64 stream_ids;
  guint transport_ids;
  guint64 refused;
  GPtrArray *streams;           /* GstProfReceiveStream */
  GPtrArray *transports;        /* GstProfTransportWatch */
  GPtrArray *webrtcs;           /* GstProfWebrtcWatch */
  guint n_ended;
  GstProfReceiveCounts ended[GST_PROF_RECEIVERS_MAX];   /* to be told yet */
};

void gst_prof_receive_watch_follow (GstProfReceiveWatch *watch,
                                    GstProfReceiveStream *stream);

G_END_DECLS
