/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofanalysis.h>

/* What the analysis tells from now on is kept: asked for anything, these take first
 * what has come meanwhile. */
void told_setup    (GstProfAnalysis *analysis);
void told_teardown (void);

guint told_count_messages (void);
guint told_count_lines    (const gchar *beginning);
guint told_count          (const gchar *kind, const gchar *state);
void  assert_told         (const gchar *kind, guint open, guint final);

/* A field of the last message */
const gchar *last_string (const gchar *field);
guint64      last_number (const gchar *field);

/* A field of the last message of a kind; NULL: there is none */
const gchar *last_of (const gchar *kind, const gchar *field);
