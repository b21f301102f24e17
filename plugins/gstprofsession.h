/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstproffeed.h"

#include <gst/prof/gstprofmonitor.h>

G_BEGIN_DECLS

/**
 * GstProfSession:
 *
 * A monitor and the pipeline that it looks at.
 */
typedef struct _GstProfSession GstProfSession;

GstProfSession *gst_prof_session_new  (const GstProfMonitorClient *client,
                                       gpointer user_data);
void            gst_prof_session_free (GstProfSession *session);

GstProfMonitor *gst_prof_session_get_monitor (GstProfSession *session);
GstObject      *gst_prof_session_get_scope   (GstProfSession *session);
guint           gst_prof_session_count_refs  (GstProfSession *session);

void     gst_prof_session_attach (GstProfSession *session, GstObject *scope,
                                  GstProfFeedFlags flags);
void     gst_prof_session_detach (GstProfSession *session);
void     gst_prof_session_begin  (GstProfSession *session, GstElement *element);
gboolean gst_prof_session_end    (GstProfSession *session);
gboolean gst_prof_session_read   (GstProfSession *session,
                                  GstProfBacklogSample *sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfSession, gst_prof_session_free)

G_END_DECLS
