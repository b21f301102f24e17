/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include <stdatomic.h>

G_BEGIN_DECLS

/**
 * GstProfTickerRun:
 *
 * One thread of a ticker's, from its start to its end.
 */
typedef struct _GstProfTickerRun GstProfTickerRun;

/**
 * GstProfTickerFuncs:
 * @tick: is called again and again by the thread
 * @keep: takes a reference to @user_data for a thread that has been stopped and
 *   not ended yet
 * @release: gives that back
 * @waits_outside: whether a thread that is in foreign code is waited for as well
 *
 * What a ticker calls.
 */
typedef struct {
  void (*tick)    (gpointer user_data);
  void (*keep)    (gpointer user_data);
  void (*release) (gpointer user_data);
  gboolean waits_outside;
} GstProfTickerFuncs;

/**
 * GstProfTicker:
 *
 * A thread that does something every so often. The fields are private.
 */
typedef struct {
  GMutex lock;
  GstProfTickerRun *run;
  _Atomic guint generation;
} GstProfTicker;

void     gst_prof_ticker_init  (GstProfTicker *ticker);
void     gst_prof_ticker_clear (GstProfTicker *ticker);

void     gst_prof_ticker_start (GstProfTicker *ticker, const gchar *name,
                                gint64 interval,
                                const GstProfTickerFuncs *funcs,
                                gpointer user_data);
void     gst_prof_ticker_stop  (GstProfTicker *ticker);
void     gst_prof_ticker_wake  (GstProfTicker *ticker);

void     gst_prof_ticker_say_that_nobody_ticks (const GError *error);

/* Of the calling thread, if it is a ticker's. */
void     gst_prof_ticker_go_out    (void);
void     gst_prof_ticker_come_back (void);
gboolean gst_prof_ticker_is_over   (void);

G_END_DECLS
