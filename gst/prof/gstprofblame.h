/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofhistory.h"
#include "gstprofreceivesplit.h"

G_BEGIN_DECLS

/* Causes times the places where they took time: more than one interval has. */
#define GST_PROF_BLAME_MAX_ITEMS 48

/* Places of what is unknown. */
#define GST_PROF_BLAME_MAX_PLACES 4

/**
 * GstProfBlameItem:
 * @cause: the cause
 * @doing: what the thread did, where @cause is a name for whose work that was
 *   (receive-thread, decoder-slow); else unknown
 * @time: what it took, nanoseconds
 * @thread_id: the thread whose time that was
 * @point: the innermost element meanwhile, 0: outside of all
 * @home: whose task the thread was
 * @event: of a wait for the clock: an event brought the thread there, no data
 * @call: the system call it was blocked in, or one of GST_PROF_SYSCALL_*: that of
 *   most of the time, if there is one
 * @call_time: how much more that was than others, nanoseconds
 * @state: its state letter then, 0: not read
 * @object: the first argument of that call
 */
typedef struct {
  GstProfCause cause;
  GstProfCause doing;
  GstClockTime time;
  guint64 thread_id;
  guint point;
  guint home;
  gboolean event;
  gint call;
  GstClockTime call_time;
  gchar state;
  guint64 object;
} GstProfBlameItem;

/**
 * GstProfBlame:
 * @wall: length of the interval, nanoseconds
 * @rest: what no item explains: @wall less all items
 * @n_items: how many there are
 * @items: (array length=n_items): what took the time, and where
 * @n_places: how many @places there are
 * @places: (array length=n_places): where @rest was spent, as far as threads were
 *   blocked in a system call then
 *
 * An interval of a thread by cause and place.
 */
typedef struct {
  GstClockTime wall;
  GstClockTime rest;
  guint n_items;
  GstProfBlameItem items[GST_PROF_BLAME_MAX_ITEMS];
  guint n_places;
  GstProfBlameItem places[GST_PROF_BLAME_MAX_PLACES];
} GstProfBlame;

/**
 * GstProfBlameWait:
 * @call: number of a system call
 * @state: the thread's state letter in it, 0: not read
 * @time: how long it waited there, nanoseconds
 */
typedef struct {
  gint call;
  gchar state;
  GstClockTime time;
} GstProfBlameWait;

/**
 * GstProfBlameFilter:
 * @wants: whether time in that place counts
 * @user_data: for @wants
 *
 * Part of an interval: what a thread did in one stage.
 */
typedef struct {
  gboolean (*wants) (guint point, gpointer user_data);
  gpointer user_data;
} GstProfBlameFilter;

/**
 * GstProfBlameFuncs:
 * @history: history of a thread, %NULL: it was not watched
 * @followers: of a thread that waits for `upstream` or `downstream` with that
 *   home and point: the threads that should feed or drain it. Returns how many
 * @split: (nullable): of a thread that waits for `upstream` with that home and
 *   point: why nothing came, if it is one behind a jitterbuffer. Returns how
 *   many parts
 *
 * How threads are found.
 */
typedef struct {
  const GstProfHistory *(*history) (guint64 thread_id, gpointer user_data);
  guint (*followers) (GstProfCause cause, guint home, guint point,
                      guint64 *thread_ids, guint max, gpointer user_data);
  guint (*split) (guint home, guint point, GstClockTime from, GstClockTime to,
                  GstProfReceivePart *parts, guint max, gpointer user_data);
  gpointer user_data;
} GstProfBlameFuncs;

void gst_prof_blame_thread  (const GstProfHistory *history, guint64 thread_id,
                             GstClockTime from, GstClockTime to,
                             gboolean live, const GstProfBlameFilter *filter,
                             GstProfBlame *blame);
void gst_prof_blame_follow  (const GstProfBlameFuncs *funcs, guint64 thread_id,
                             GstClockTime from, GstClockTime to,
                             gboolean live, const GstProfBlameFilter *filter,
                             GstProfBlame *blame);

void     gst_prof_blame_limit         (GstProfBlame *blame, guint64 thread_id,
                                       guint point, GstClockTime own);
gboolean gst_prof_blame_find_wait     (const GstProfHistory *history,
                                       GstClockTime from, GstClockTime to,
                                       GstProfBlameWait *wait);
void     gst_prof_blame_forget_source (GstProfBlame *blame, guint64 thread_id);

gboolean gst_prof_blame_is_work (GstProfCause cause);

void gst_prof_blame_init    (GstProfBlame *blame, GstClockTime wall);
void gst_prof_blame_scale   (GstProfBlame *blame, GstClockTime wall);
void gst_prof_blame_merge   (GstProfBlame *blame, const GstProfBlame *other);

GstClockTime gst_prof_blame_get         (const GstProfBlame *blame,
                                         GstProfCause cause);
const GstProfBlameItem *
             gst_prof_blame_get_largest (const GstProfBlame *blame);
void         gst_prof_blame_doubt       (GstProfBlame *blame, guint i);
const GstProfBlameItem *
             gst_prof_blame_get_place   (const GstProfBlame *blame);

G_END_DECLS
