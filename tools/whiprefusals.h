/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _GstProfWhipRefusals GstProfWhipRefusals;

/**
 * GstProfWhipRefusalFunc:
 * @text: a line, without its newline
 * @user_data: of whoever gave the function
 */
typedef void (*GstProfWhipRefusalFunc) (const gchar *text, gpointer user_data);

GstProfWhipRefusals *gst_prof_whip_refusals_new  (GMainContext *context,
                                                  GstProfWhipRefusalFunc func,
                                                  gpointer user_data);
void                 gst_prof_whip_refusals_free (GstProfWhipRefusals *refusals);
void                 gst_prof_whip_refusals_add  (GstProfWhipRefusals *refusals,
                                                  const gchar *method,
                                                  const gchar *client,
                                                  guint status,
                                                  const gchar *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfWhipRefusals, gst_prof_whip_refusals_free)

G_END_DECLS
