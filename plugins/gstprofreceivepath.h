/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* As many elements as there may be between a jitterbuffer and a decoder, and in
 * the bins around that. */
#define GST_PROF_RECEIVE_PATH_MAX 32

/* Branches that are left where a way ends. */
#define GST_PROF_RECEIVE_PATH_MAX_ENDS 8

/**
 * GstProfReceivePath:
 * @out: the sink pad behind the jitterbuffer
 * @caps: of the RTP on the way, once somebody has said what is in it
 * @has_depay: whether there is a depayloader
 * @depayed: the sink pad behind it
 * @has_decoder: whether there is a decoder
 * @decoded: the sink pad behind it
 * @n_elements: number of @elements
 * @elements: those behind the jitterbuffer up to the decoder, and those in the
 *   bins that it is in; references
 * @n_ends: number of @ends
 * @ends: where it goes no further yet, the jitterbuffer's sink pad included: a
 *   pad that is not linked, or an element without a source pad
 *
 * The way from a jitterbuffer to a decoder, as far as it is linked. Pads and
 * caps may be %NULL.
 */
typedef struct {
  GstPad *out;
  GstCaps *caps;
  gboolean has_depay;
  GstPad *depayed;
  gboolean has_decoder;
  GstPad *decoded;
  guint n_elements;
  GstElement *elements[GST_PROF_RECEIVE_PATH_MAX];
  guint n_ends;
  GstObject *ends[GST_PROF_RECEIVE_PATH_MAX_ENDS];
} GstProfReceivePath;

/**
 * GstProfReceiveOrigin:
 * @source: the element that brings packets from outside; %NULL: not found
 * @incoming: the sink pad behind it
 * @session: the rtpsession on the way
 * @dtls: the dtlssrtpdec on the way
 *
 * Where a jitterbuffer's packets come from. All are references or %NULL.
 */
typedef struct {
  GstElement *source;
  GstPad *incoming;
  GstElement *session;
  GstElement *dtls;
} GstProfReceiveOrigin;

void gst_prof_receive_path_find    (GstElement *jitterbuffer,
                                    GstProfReceivePath *path);
void gst_prof_receive_path_clear   (GstProfReceivePath *path);

void gst_prof_receive_origin_find  (GstElement *jitterbuffer,
                                    GstProfReceiveOrigin *origin);
void gst_prof_receive_origin_clear (GstProfReceiveOrigin *origin);

G_END_DECLS
