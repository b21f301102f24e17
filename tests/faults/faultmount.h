/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const gchar *fault_mount_get_fs   (const gchar *folder);
const gchar *fault_mount_get_disk (const gchar *folder);
gboolean     fault_mount_swap_on  (const gchar *folder);
void         fault_mount_swap_off (const gchar *folder);
void         fault_mount_undo     (const gchar *folder);

G_END_DECLS
