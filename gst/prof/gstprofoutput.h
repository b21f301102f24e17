/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfOutput:
 * @level: level of the line
 * @line: (nullable): a line for the log
 * @structure: (nullable): contents of a message
 *
 * What there is to say: one of the two.
 */
typedef struct {
  GstDebugLevel level;
  gchar *line;
  GstStructure *structure;
} GstProfOutput;

typedef gboolean (*GstProfWantsFunc) (GstDebugLevel level, gpointer user_data);

/**
 * GstProfOutputQueue:
 * @queue: what is to be said
 * @wants: (nullable): whether lines of a level are read by anyone; %NULL: all
 *   are
 * @user_data: for @wants
 *
 * What is to be said, in order.
 */
typedef struct {
  GQueue queue;
  GstProfWantsFunc wants;
  gpointer user_data;
} GstProfOutputQueue;

void           gst_prof_output_free (GstProfOutput *output);

void           gst_prof_output_queue_init   (GstProfOutputQueue *queue,
                                             GstProfWantsFunc wants,
                                             gpointer user_data);
void           gst_prof_output_queue_clear  (GstProfOutputQueue *queue);
gboolean       gst_prof_output_queue_wants  (GstProfOutputQueue *queue,
                                             GstDebugLevel level);
void           gst_prof_output_queue_push_line (GstProfOutputQueue *queue,
                                             GstDebugLevel level, gchar *line);
void           gst_prof_output_queue_push_structure (GstProfOutputQueue *queue,
                                             GstStructure *structure);
GstProfOutput *gst_prof_output_queue_pop    (GstProfOutputQueue *queue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfOutput, gst_prof_output_free)

G_END_DECLS
