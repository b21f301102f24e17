/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Which of the two pads a neighbour is linked to, where it does not say, follows
 * from its caps. So these are all the caps that muxers are known to take; which
 * of them the muxer takes it says itself. */
#define GST_PROF_MUXER_VIDEO_CAPS \
    "video/x-raw; image/jpeg; image/png; image/x-jpc; " \
    "video/mpeg; video/x-av1; video/x-cineform; video/x-daala; " \
    "video/x-dirac; video/x-divx; video/x-dnxhd; video/x-dv; video/x-ffv; " \
    "video/x-flash-screen; video/x-flash-video; video/x-h263; video/x-h264; " \
    "video/x-h265; video/x-huffyuv; video/x-msmpeg; video/x-pn-realvideo; " \
    "video/x-prores; video/x-smoke; video/x-svq; video/x-theora; " \
    "video/x-vp6-alpha; video/x-vp6-flash; video/x-vp8; video/x-vp9; " \
    "video/x-wmv; video/x-xvid"
#define GST_PROF_MUXER_AUDIO_CAPS \
    "audio/x-raw; audio/AMR; audio/AMR-WB; audio/G722; " \
    "audio/mpeg; audio/x-ac3; audio/x-adpcm; audio/x-alac; audio/x-alaw; " \
    "audio/x-celt; audio/x-dts; audio/x-eac3; audio/x-flac; audio/x-lpcm; " \
    "audio/x-mulaw; audio/x-nellymoser; audio/x-opus; " \
    "audio/x-pn-realaudio; audio/x-speex; audio/x-tta; audio/x-vorbis; " \
    "audio/x-wma"

/**
 * GstProfMuxer:
 * @extension: of the files that it writes, without the dot
 * @factory: factory name of the muxer
 * @plugin: the plugin it is in
 * @package: the Debian package that has it
 *
 * A muxer that is chosen by a file's name. All static.
 */
typedef struct {
  const gchar *extension;
  const gchar *factory;
  const gchar *plugin;
  const gchar *package;
} GstProfMuxer;

const GstProfMuxer *gst_prof_muxer_find (const gchar *location);
gchar              *gst_prof_muxer_describe_extensions (void);
GstElement         *gst_prof_muxer_make (const GstProfMuxer *muxer);
GstPad             *gst_prof_muxer_request_pad (GstElement *muxer,
                                                const gchar *kind);

G_END_DECLS
