/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/sdp/sdp.h>

#include "codec.h"

G_BEGIN_DECLS

/**
 * GstProfMediaLine:
 * @codec: (nullable): what is taken, %NULL: nothing
 * @mline: index of the line in the offer
 * @caps: what webrtcbin is to prefer
 *
 * What is taken of one line of an offer.
 */
typedef struct {
  const GstProfCodec *codec;
  guint mline;
  GstCaps *caps;
} GstProfMediaLine;

/**
 * GstProfMediaChoice:
 * @video: the video that is recorded
 * @audio: the audio that is recorded
 *
 * What is taken of an offer. Zero is: nothing.
 */
typedef struct {
  GstProfMediaLine video;
  GstProfMediaLine audio;
} GstProfMediaChoice;

gboolean gst_prof_media_choice_make  (GstProfMediaChoice *choice, const GstSDPMessage *offer,
                                      const gchar *location, gboolean encode, GError **error);
void     gst_prof_media_choice_clear (GstProfMediaChoice *choice);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstProfMediaChoice, gst_prof_media_choice_clear)

G_END_DECLS
