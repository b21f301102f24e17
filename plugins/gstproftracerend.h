/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void gst_prof_tracer_end_install   (void);
void gst_prof_tracer_end_uninstall (void);

G_END_DECLS
