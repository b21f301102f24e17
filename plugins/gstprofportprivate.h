/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofport.h"

G_BEGIN_DECLS

/* Shared by the files that make up a port, and by nobody else. */

static inline GstProfPort *
gst_prof_port_get (GstPad * pad)
{
  return gst_pad_get_element_private (pad);
}

GstProfPort *gst_prof_port_new      (GstProfMeter *meter, GstPad *pad,
                                     const GstProfPortHooks *hooks,
                                     gpointer owner);
void         gst_prof_port_attach   (GstProfPort *port, GstPad *pad);
void         gst_prof_port_set_caps (GstProfPort *port, GstCaps *caps);

guint        gst_prof_port_open_span         (GstProfPort *port,
                                              GstProfThreadRecord *record,
                                              GstBuffer *buffer,
                                              GstBufferList *list,
                                              GstProfSpanFlags flags);
GstProfSpan *gst_prof_port_close_span        (GstProfPort *port,
                                              GstProfThreadRecord *record,
                                              guint epoch);
void         gst_prof_port_close_buffer_span (GstProfPort *port,
                                              GstProfThreadRecord *record,
                                              guint epoch);

G_END_DECLS
