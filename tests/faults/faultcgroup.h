/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include <sys/types.h>

G_BEGIN_DECLS

/* controller: "cpu", "freezer", … of version 1; "" for version 2. */
gchar   *fault_cgroup_new    (const gchar *controller);
gboolean fault_cgroup_set    (const gchar *group, const gchar *file,
                              const gchar *text);
gboolean fault_cgroup_enter  (const gchar *group, pid_t pid);
void     fault_cgroup_free   (gchar *group);
void     fault_cgroup_undo   (pid_t runner);

G_END_DECLS
