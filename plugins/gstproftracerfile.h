/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include <signal.h>

G_BEGIN_DECLS

typedef struct {
  sigset_t before;
  sigset_t pending;
} GstProfTracerFileSignals;

gboolean gst_prof_tracer_file_replace (const gchar *name, const gchar *text,
                                       GError **error);
gboolean gst_prof_tracer_file_check   (const gchar *name, GError **error);
gboolean gst_prof_tracer_file_write   (int fd, const gchar *text);
gboolean gst_prof_tracer_file_write_until (int fd, const gchar *text,
                                       gsize length, GstClockTime until);
void     gst_prof_tracer_file_say     (const gchar *text, GstClockTime timeout);
void     gst_prof_tracer_file_hold_signals (GstProfTracerFileSignals *signals);
void     gst_prof_tracer_file_release_signals (
                                       const GstProfTracerFileSignals *signals);

G_END_DECLS
