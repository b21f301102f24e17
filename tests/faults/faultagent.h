/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include <sys/types.h>

G_BEGIN_DECLS

void fault_agent_act (const gchar *action, pid_t pid, guint64 amount,
                      const gchar *folder, GString *answer);
void fault_agent_end (void);

G_END_DECLS
