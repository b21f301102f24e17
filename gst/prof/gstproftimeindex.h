/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Buckets of a millisecond: times of live video are further apart, so that a
 * bucket seldom holds more than one. */
#define GST_PROF_TIME_INDEX_BUCKETS 1024

typedef struct _GstProfTimeNode GstProfTimeNode;

/**
 * GstProfTimeNode:
 * @time: the time it is found by, or %GST_CLOCK_TIME_NONE: it is not found
 * @item: what it stands for
 *
 * Embedded in what is to be found.
 */
struct _GstProfTimeNode {
  GstClockTime time;
  gpointer item;
  GstProfTimeNode *next;
  GstProfTimeNode *prev;
};

/**
 * GstProfTimeIndex:
 *
 * Finds things by a time. Zeroed memory is an empty index.
 */
typedef struct {
  GstProfTimeNode *buckets[GST_PROF_TIME_INDEX_BUCKETS];
} GstProfTimeIndex;

/**
 * GstProfTimeIndexFunc:
 * @item: what was found
 * @distance: how far its time is from the one looked for, nanoseconds
 * @user_data: data of the caller
 */
typedef void (*GstProfTimeIndexFunc) (gpointer item, GstClockTime distance,
                                      gpointer user_data);

void gst_prof_time_index_add     (GstProfTimeIndex *self,
                                  GstProfTimeNode *node,
                                  GstClockTime time, gpointer item);
void gst_prof_time_index_remove  (GstProfTimeIndex *self,
                                  GstProfTimeNode *node);
void gst_prof_time_index_foreach (const GstProfTimeIndex *self,
                                  GstClockTime time, GstClockTime tolerance,
                                  GstProfTimeIndexFunc func,
                                  gpointer user_data);

G_END_DECLS
