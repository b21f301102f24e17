/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofblame.h"

G_BEGIN_DECLS

/* Shared by the files that make up the blame, and by nobody else. */

void     gst_prof_blame_add_item   (GstProfBlame *blame,
                                    const GstProfBlameItem *item);
void     gst_prof_blame_add_place  (GstProfBlame *blame,
                                    const GstProfBlameItem *place,
                                    GstClockTime time);
void     gst_prof_blame_add_places (GstProfBlame *blame,
                                    const GstProfBlame *other,
                                    GstClockTime part, GstClockTime whole);
void     gst_prof_blame_scale_places
                                   (GstProfBlame *blame,
                                    GstClockTime part, GstClockTime whole);
void     gst_prof_blame_get_halves (const GstProfSegment *s,
                                    GstClockTime *run_from,
                                    GstClockTime *run_to,
                                    GstClockTime *rest_from,
                                    GstClockTime *rest_to);
gboolean gst_prof_blame_is_wanted  (const GstProfBlameFilter *filter,
                                    const GstProfSegment *s);

G_END_DECLS
