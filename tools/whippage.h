/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const gchar *gst_prof_whip_page_get        (gsize *size);
const gchar *gst_prof_whip_page_get_policy (void);

G_END_DECLS
