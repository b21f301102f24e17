/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfProcess:
 *
 * Reads what the system says of this process.
 */
typedef struct _GstProfProcess GstProfProcess;

GstProfProcess *gst_prof_process_new     (void);
void            gst_prof_process_free    (GstProfProcess *process);

guint64         gst_prof_process_get_rss (GstProfProcess *process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfProcess, gst_prof_process_free)

G_END_DECLS
