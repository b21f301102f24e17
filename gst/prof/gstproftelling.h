/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofoutput.h"

G_BEGIN_DECLS

/**
 * GstProfTelling:
 *
 * What several threads have to say to the same listener. The fields are its own.
 */
typedef struct {
  GMutex lock;
  GCond cond;
  GQueue items;
  guint n_telling;
} GstProfTelling;

/**
 * GstProfTellFunc:
 * @item: (transfer full): what is to be said
 * @user_data: the data given to gst_prof_telling_tell()
 */
typedef void (*GstProfTellFunc) (GstProfOutput *item, gpointer user_data);

void gst_prof_telling_init  (GstProfTelling *telling);
void gst_prof_telling_clear (GstProfTelling *telling);

void gst_prof_telling_push  (GstProfTelling *telling, GstProfOutput *item);
void gst_prof_telling_tell  (GstProfTelling *telling, GstProfTellFunc func,
                             gpointer user_data);
void gst_prof_telling_wait  (GstProfTelling *telling);

G_END_DECLS
