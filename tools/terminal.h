/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _GstProfTerminal GstProfTerminal;

GstProfTerminal *gst_prof_terminal_new  (void);
GstProfTerminal *gst_prof_terminal_share (GstProfTerminal *terminal, const gchar *label);
void             gst_prof_terminal_free (GstProfTerminal *terminal);

gboolean gst_prof_terminal_is_live    (GstProfTerminal *terminal);
GstClockTime gst_prof_terminal_get_elapsed (GstProfTerminal *terminal);
void     gst_prof_terminal_set_status (GstProfTerminal *terminal, const gchar *status);
void     gst_prof_terminal_tell       (GstProfTerminal *terminal, const gchar *format, ...) G_GNUC_PRINTF (2, 3);
void     gst_prof_terminal_tell_timed (GstProfTerminal *terminal, const gchar *format, ...) G_GNUC_PRINTF (2, 3);
gboolean gst_prof_terminal_print      (GstProfTerminal *terminal, const gchar *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfTerminal, gst_prof_terminal_free)

G_END_DECLS
