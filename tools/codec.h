/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfCodec:
 * @name: as in an offer, and as users know it
 * @media: "video" or "audio"
 * @depay: description of the depayloader
 * @decoders: (array zero-terminated=1): descriptions of decoders, the best first
 * @remux: (nullable): description of what stands between depayloader and muxer
 * @containers: extensions of files that take it as it is
 *
 * What can be received.
 */
typedef struct {
  const gchar *name;
  const gchar *media;
  const gchar *depay;
  const gchar *decoders[3];
  const gchar *remux;
  const gchar *containers[5];
} GstProfCodec;

const GstProfCodec *gst_prof_codec_find        (const gchar *media, const gchar *name);
const gchar        *gst_prof_codec_get_decoder (const GstProfCodec *codec);
gboolean            gst_prof_codec_fits        (const GstProfCodec *codec, const gchar *location);

const gchar *gst_prof_codec_get_extension   (const gchar *location);
gboolean     gst_prof_codec_check_container (const gchar *location, gboolean encode,
                                             GError **error);

G_END_DECLS
