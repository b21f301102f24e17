/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include <signal.h>

G_BEGIN_DECLS

void     gst_prof_signal_mask_fill       (sigset_t *set);
GThread *gst_prof_signal_mask_new_thread (const gchar *name, GThreadFunc func,
                                          gpointer data, GError **error);

G_END_DECLS
