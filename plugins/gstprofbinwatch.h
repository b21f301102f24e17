/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfBinWatchFunc:
 * @bin: the bin that is watched
 * @sub_bin: (nullable): the bin that the element is in; %NULL: it was there
 *   when the watch began
 * @element: an element
 * @owner: whose watch it is
 */
typedef void (*GstProfBinWatchFunc) (GstBin *bin, GstBin *sub_bin,
    GstElement *element, gpointer owner);

/**
 * GstProfBinWatch:
 * @bin: the bin that is watched; a reference
 *
 * The elements that are in a bin, and those that come and go, at any depth. Part
 * of its owner.
 */
typedef struct {
  GstBin *bin;

  /*< private >*/
  gulong added;
  gulong removed;
} GstProfBinWatch;

void     gst_prof_bin_watch_start   (GstProfBinWatch *self, GstBin *bin,
                                     GstProfBinWatchFunc added,
                                     GstProfBinWatchFunc removed,
                                     gpointer owner, GClosureNotify release);
void     gst_prof_bin_watch_stop    (GstProfBinWatch *self);
void     gst_prof_bin_watch_clear   (GstProfBinWatch *self);
gboolean gst_prof_bin_watch_is_gone (const GstProfBinWatch *self,
                                     gpointer object, GstElement *removed);

G_END_DECLS
