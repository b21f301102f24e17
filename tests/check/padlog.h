/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * PadLog:
 * @src: feeds what is tested; its neighbour upstream
 * @sink: takes what comes out; its neighbour downstream
 * @flow: what the neighbour downstream returns
 *
 * The two neighbours of an element, and all that they see of it, line by line.
 */
typedef struct {
  GstPad *src;
  GstPad *sink;
  GstFlowReturn flow;

  /*< private >*/
  GPtrArray *lines;
  GHashTable *seqnums;
} PadLog;

PadLog *pad_log_new   (void);
void    pad_log_free  (PadLog *log);

void    pad_log_push_event  (PadLog *log, GstEvent *event);
void    pad_log_push_buffer (PadLog *log, GstBuffer *buffer);
void    pad_log_push_list   (PadLog *log, GstBufferList *list);
void    pad_log_send_event  (PadLog *log, GstEvent *event);
void    pad_log_query       (PadLog *log, GstPad *from, GstQuery *query);
void    pad_log_messages    (PadLog *log, GstBus *bus);

gchar  *pad_log_compare     (PadLog *expected, PadLog *got);

G_END_DECLS
