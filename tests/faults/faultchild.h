/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fault.h"

G_BEGIN_DECLS

/**
 * FaultChild:
 *
 * The process that records while a fault is injected. Construct-only, but for
 * what names its threads.
 */
struct _FaultChild {
  const Fault *fault;
  GstClockTime duration;
  const gchar *folder;          /* for files; the runner removes it */
  const gchar *slow_fs;         /* where the slow file system is, or NULL */
  const gchar *slow_disk;       /* the same of the slow disk */
  int control;                  /* socket to the runner */

  GstElement *pipeline;
  GstElement *neighbour;        /* a second pipeline that must not be blamed */
  GMainLoop *loop;

  gchar *location;              /* where the sink writes, NULL: a file */
  int pipe[2];                  /* what a sink writes to or a source reads */
  pid_t reader;                 /* process that reads it, or 0 */
  int port;                     /* the TCP port to connect to */
  gint paused;                  /* atomic: reader or feeder takes a rest */
  gint spot_tid;                /* atomic: thread that passed the spot last */

  gint64 due;                   /* atomic: monotonic ns of the injection */
  gint pending;                 /* atomic: injections that are to end yet */
  gint spot_taken;              /* atomic, as the next */
  gint spot2_taken;

  /* Set by an injection, on its own thread, when it knows better. */
  GstClockTime begin;
  GstClockTime end;
  /* How long a thread that it waited for was ready without a CPU. */
  GstClockTime helper_starved;
};

int  fault_child_main    (const Fault *fault, GstClockTime duration,
                          int control, const gchar *folder,
                          const gchar *slow_fs, const gchar *slow_disk);

/* For injections. */
GstClockTime
            fault_child_get_starved (void);
void        fault_child_fail    (FaultChild *child, const gchar *format, ...)
    G_GNUC_PRINTF (2, 3) G_GNUC_NORETURN;
void        fault_child_ask     (FaultChild *child, const gchar *action,
                                 pid_t tid, GstClockTime duration);
GstElement *fault_child_element (FaultChild *child, const gchar *name);
void        fault_child_thread  (const gchar *name, GThreadFunc func,
                                 gpointer data);
pid_t       fault_child_fork    (FaultChild *child,
                                 void (*body) (FaultChild *, GstClockTime),
                                 GstClockTime duration);

G_END_DECLS
