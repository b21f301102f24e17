/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofbracket.h>

/**
 * Seen:
 * @calls: how often a function was called
 * @data: the pad's, of that function
 * @object: what it was called with
 * @refcount: its
 * @depth: how many pads and stages the thread was in, as others see it
 * @innermost: the last of them
 * @home: the outermost pad that it came in by
 *
 * What the pad's functions saw of the thread that was in them.
 */
typedef struct
{
  guint calls;
  gpointer data;
  GstMiniObject *object;
  gint refcount;
  guint depth;
  guint innermost;
  guint home;
} Seen;

/* Two pads that are linked, what the functions of these pads saw last, and what
 * they return: made anew for each case by the fixture. */
extern GstPad *src, *sink;
extern Seen seen;
extern GstFlowReturn flow;

void pads_setup    (void);
void pads_teardown (void);
void pads_start    (void);
void pads_stop     (void);

void          pads_look      (gpointer data, gpointer object);
GstFlowReturn pads_chain     (GstPad *pad, GstObject *parent,
                              GstBuffer *buffer);
GstFlowReturn pads_chain_list (GstPad *pad, GstObject *parent,
                               GstBufferList *list);
gboolean      pads_event     (GstPad *pad, GstObject *parent, GstEvent *event);
GstFlowReturn pads_getrange  (GstPad *pad, GstObject *parent, guint64 offset,
                              guint size, GstBuffer **buffer);

/* Data flows without a pause between the two, into a function that notes
 * nothing if that is set. */
GstFlowReturn pads_chain_quietly (GstPad *pad, GstObject *parent,
                                  GstBuffer *buffer);
GThread      *pads_start_pushing (void);
void          pads_stop_pushing  (GThread *thread);

guint64 pads_get_visits     (GstProfBracket *bracket);
void    pads_assert_inside  (GstProfBracket *bracket);
void    pads_assert_outside (void);
