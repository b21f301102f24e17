/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcontainerunit.h"

G_BEGIN_DECLS

/**
 * GstProfContainerFormat:
 * @GST_PROF_CONTAINER_NONE: not a container: each buffer is a packet by itself
 * @GST_PROF_CONTAINER_OTHER: a container that is not understood
 * @GST_PROF_CONTAINER_MATROSKA: Matroska or WebM
 * @GST_PROF_CONTAINER_ISO: MP4, MOV, 3GP
 * @GST_PROF_CONTAINER_FLV: Flash video
 * @GST_PROF_CONTAINER_MPEG_TS: MPEG transport stream, packets of 188 bytes
 * @GST_PROF_CONTAINER_AVI: AVI
 * @GST_PROF_CONTAINER_IVF: IVF
 */
typedef enum {
  GST_PROF_CONTAINER_NONE,
  GST_PROF_CONTAINER_OTHER,
  GST_PROF_CONTAINER_MATROSKA,
  GST_PROF_CONTAINER_ISO,
  GST_PROF_CONTAINER_FLV,
  GST_PROF_CONTAINER_MPEG_TS,
  GST_PROF_CONTAINER_AVI,
  GST_PROF_CONTAINER_IVF,
} GstProfContainerFormat;

/**
 * GstProfContainer:
 * @format: what the caps say
 *
 * A container that is read. Plain data of fixed size, needs no clearing; all but
 * @format is private.
 */
typedef struct {
  GstProfContainerFormat format;

  /*< private >*/
  GstProfContainerState state;
} GstProfContainer;

void     gst_prof_container_init         (GstProfContainer *self,
                                          const GstCaps *caps);
gboolean gst_prof_container_is_container (const GstProfContainer *self);
void     gst_prof_container_read         (GstProfContainer *self,
                                          const guint8 *data, gsize size,
                                          guint64 buffer_size,
                                          GstClockTime pts, GstClockTime dts,
                                          GstProfContainerUnit *ret_unit);

G_END_DECLS
