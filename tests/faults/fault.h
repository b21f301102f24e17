/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include <sys/types.h>

G_BEGIN_DECLS

/* What a fault needs of the machine; faultneed.c looks whether it is there. */
typedef enum {
  FAULT_NEED_ROOT      = 1 << 0,
  FAULT_NEED_CPU_V1    = 1 << 1,
  FAULT_NEED_FREEZER_V1 = 1 << 2,
  FAULT_NEED_CGROUP_V2 = 1 << 3,
  FAULT_NEED_MEMORY_V1 = 1 << 4,
  FAULT_NEED_BLKIO_V1  = 1 << 5,
  FAULT_NEED_FUSE      = 1 << 6,
  FAULT_NEED_LOOP      = 1 << 7,
  FAULT_NEED_PYTHON    = 1 << 8,
  FAULT_NEED_UFFD      = 1 << 9,
  FAULT_NEED_SWAP      = 1 << 10,
  FAULT_NEED_HOST      = 1 << 11,       /* a host to play with, never here */
} FaultNeed;

typedef enum {
  FAULT_CHEAP    = 1 << 0,      /* may be repeated a hundred times */
  FAULT_HELD_OUT = 1 << 1,      /* kept out of tuning, printed apart */
  FAULT_BLIND    = 1 << 2,      /* stops the sampler or who would see it:
                                 * no open warning */
  FAULT_CPU      = 1 << 3,      /* takes CPU away: no sign of interference */
  FAULT_WHOLE    = 1 << 4,      /* slow from the first frame to the last */
  FAULT_NEIGHBOUR = 1 << 5,     /* a second pipeline runs, to be left alone */
  FAULT_MAIN_LOOP = 1 << 6,     /* app is called by the main loop itself */
} FaultFlags;

typedef struct _FaultChild FaultChild;

/* Makes the fault, for about @duration, and returns when it is over. What it
 * measures better than from call to return it leaves in the child. */
typedef void (*FaultInject) (FaultChild *child, GstClockTime duration);

/**
 * Fault:
 * @name: what it is called on the command line
 * @expected: the right root cause, by these rules. "a": a. "a|b": one of
 *   them. "a>b": a, and b may have a part in it. "a+b": both, with equal
 *   parts. "!a": any but a. "-": there must be no warning at all
 * @kind: kind of the warning to judge, %NULL: a slow stage or else a gap
 * @second: what @expected is, of the fault at "spot2"
 * @second_kind: what @kind is, of that fault
 * @pipeline: description of the pipeline; see faultpipeline.h
 * @prepare: before the pipeline is made, or %NULL
 * @spot: called by the streaming thread at the element "spot"
 * @spot2: the same at "spot2", at the same time
 * @app: called by a thread of the application's
 *
 * One row of the table of faults.
 */
typedef struct {
  const gchar *name;
  const gchar *expected;
  const gchar *pipeline;
  guint        flags;
  guint        needs;
  void       (*prepare) (FaultChild *child);
  FaultInject  spot;
  FaultInject  app;
  FaultInject  spot2;
  const gchar *kind;
  const gchar *second;
  const gchar *second_kind;
} Fault;

const Fault *fault_table_get (guint *n_faults);
const Fault *fault_table_find (const gchar *name);

G_END_DECLS
