/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfFaultMode:
 * @GST_PROF_FAULT_NONE: buffers pass
 * @GST_PROF_FAULT_SPIN: busy in user space
 * @GST_PROF_FAULT_SLEEP: off the processor
 * @GST_PROF_FAULT_KERNEL: busy in the kernel
 * @GST_PROF_FAULT_DROP: the buffers hit are dropped
 * @GST_PROF_FAULT_ADVANCE: the signal #GstProfFault::advance is emitted
 * @GST_PROF_FAULT_SEGFAULT: the process dies of a write to address 0
 * @GST_PROF_FAULT_ABORT: the process calls abort()
 * @GST_PROF_FAULT_EXIT: the process calls exit() with status 3
 */
typedef enum {
  GST_PROF_FAULT_NONE,
  GST_PROF_FAULT_SPIN,
  GST_PROF_FAULT_SLEEP,
  GST_PROF_FAULT_KERNEL,
  GST_PROF_FAULT_DROP,
  GST_PROF_FAULT_ADVANCE,
  GST_PROF_FAULT_SEGFAULT,
  GST_PROF_FAULT_ABORT,
  GST_PROF_FAULT_EXIT,
} GstProfFaultMode;

#define GST_TYPE_PROF_FAULT (gst_prof_fault_get_type ())
G_DECLARE_FINAL_TYPE (GstProfFault, gst_prof_fault, GST, PROF_FAULT, GstElement)

GST_ELEMENT_REGISTER_DECLARE (fault);

G_END_DECLS
