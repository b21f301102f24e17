/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "run.h"

G_BEGIN_DECLS

typedef struct _GstProfLoop GstProfLoop;

GstProfLoop *gst_prof_loop_new  (GstProfTerminal *terminal);
void         gst_prof_loop_free (GstProfLoop *loop);

void     gst_prof_loop_set_serving    (GstProfLoop *loop, gboolean serving);
gboolean gst_prof_loop_is_interrupted (GstProfLoop *loop);
void     gst_prof_loop_add            (GstProfLoop *loop, GstProfRun *run);
void     gst_prof_loop_remove         (GstProfLoop *loop, GstProfRun *run);
void     gst_prof_loop_execute        (GstProfLoop *loop);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfLoop, gst_prof_loop_free)

G_END_DECLS
