/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofreceivelookup.h"

G_BEGIN_DECLS

gboolean gst_prof_receive_text_append        (GString *text,
                                              const GstProfReceived *received,
                                              GstProfCause cause,
                                              GstClockTime time,
                                              GstClockTime wall, gboolean live,
                                              GstProfCauseDetail *detail);
void     gst_prof_receive_text_append_socket (GString *text,
                                              const GstProfReceived *received);

G_END_DECLS
