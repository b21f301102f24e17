/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofactivities.h>

G_BEGIN_DECLS

/**
 * GstProfHubMember:
 *
 * Somebody who is called every so often. Counted by references.
 */
typedef struct _GstProfHubMember GstProfHubMember;

/**
 * GstProfHubTickFunc:
 * @threads: what all threads of the process are doing
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 * @user_data: the member's
 */
typedef void (*GstProfHubTickFunc) (const GstProfActivities *threads,
                                    GstClockTime now, gpointer user_data);

/**
 * GstProfHubMemberFunc:
 * @member_data: what the member gave as user_data
 * @user_data: of whoever visits
 */
typedef void (*GstProfHubMemberFunc) (gpointer member_data, gpointer user_data);

GstProfHubMember *gst_prof_hub_join   (GstProfHubTickFunc func,
                                       gpointer user_data);
void              gst_prof_hub_leave  (GstProfHubMember *member);
guint             gst_prof_hub_visit  (GstProfHubMemberFunc func,
                                       gpointer user_data,
                                       GstClockTime timeout);

void              gst_prof_hub_set_request_func (void (*func) (void));
gboolean          gst_prof_hub_request (void);
void              gst_prof_hub_stop    (GstClockTime timeout);

G_END_DECLS
