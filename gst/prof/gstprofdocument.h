/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfDocument:
 *
 * What a process has to report: the summaries of its pipelines.
 */
typedef struct _GstProfDocument GstProfDocument;

GstProfDocument *gst_prof_document_new     (const gchar *program, guint64 pid,
                                            const gchar *reason,
                                            gint64 unix_time);
void             gst_prof_document_free    (GstProfDocument *document);

void             gst_prof_document_add     (GstProfDocument *document,
                                            const gchar *name, guint run,
                                            gboolean ended,
                                            const GstStructure *summary);
void             gst_prof_document_set_forgotten
                                           (GstProfDocument *document,
                                            guint64 runs);

gchar           *gst_prof_document_to_text (const GstProfDocument *document);
gchar           *gst_prof_document_to_json (const GstProfDocument *document);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfDocument, gst_prof_document_free)

G_END_DECLS
