/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofreceiver.h>

G_BEGIN_DECLS

/**
 * GstProfReceiveProbe:
 *
 * Counts what one receiver gets, packet by packet.
 */
typedef struct _GstProfReceiveProbe GstProfReceiveProbe;

GstProfReceiveProbe *gst_prof_receive_probe_new   (GstProfReceiver *receiver,
                                                   GstElement *jitterbuffer);
void                 gst_prof_receive_probe_stop  (GstProfReceiveProbe *probe);

void                 gst_prof_receive_probe_place (GstProfReceiveProbe *probe,
                                                   GstPad *out, GstPad *depayed,
                                                   GstPad *decoded);
void                 gst_prof_receive_probe_renew (GstProfReceiveProbe *probe);

G_END_DECLS
