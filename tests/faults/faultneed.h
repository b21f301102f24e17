/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fault.h"

G_BEGIN_DECLS

gchar *fault_need_find_missing (guint needs);

G_END_DECLS
