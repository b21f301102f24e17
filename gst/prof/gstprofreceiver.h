/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofflow.h"

G_BEGIN_DECLS

/* Streams and transports of a pipeline that are followed at once. */
#define GST_PROF_RECEIVERS_MAX 32

/**
 * GstProfGone:
 *
 * How it is known that the peer is gone.
 */
typedef enum {
  GST_PROF_GONE_NOT,
  GST_PROF_GONE_BYE,            /* RTCP BYE for every stream */
  GST_PROF_GONE_CLOSED,         /* DTLS was closed */
  GST_PROF_GONE_ICE,            /* ICE failed or was disconnected */
} GstProfGone;

/**
 * GstProfTransport:
 * @any: all that came out of the socket's element (RTP, RTCP, DTLS)
 * @rtcp: RTCP that came in
 * @renegotiation: from an offer or ICE restart until all was agreed on again;
 *   the first agreement is none
 * @socket_full: the kernel's queue of the socket was more than half full, or
 *   dropped, or what was in it was not taken for 100 ms; value: packets dropped so
 *   far
 * @socket_bytes: bytes in that queue when it was read last
 * @socket_drops: packets that the kernel dropped there
 * @gone: a GstProfGone
 * @gone_since: when that was known, CLOCK_MONOTONIC nanoseconds
 * @state: ICE or connection state in a word; a static string, or %NULL
 *
 * What packets come in by: one socket, or what ICE makes of several. Written by
 * the plugin's probes and readings, read by the core; nobody ever waits.
 */
typedef struct {
  GstProfFlow any;
  GstProfFlow rtcp;
  GstProfPeriods renegotiation;
  GstProfPeriods socket_full;
  _Atomic guint64 socket_bytes;
  _Atomic guint64 socket_drops;
  _Atomic guint gone;
  _Atomic guint64 gone_since;
  const gchar *_Atomic state;
} GstProfTransport;

/**
 * GstProfReceiver:
 * @name: the jitterbuffer's
 * @element: the jitterbuffer; only compared, never followed
 * @transport: (nullable): what its packets come in by; a reference. Set at most
 *   once, links are made late
 * @in: packets into the jitterbuffer
 * @out: packets out of it
 * @depay: buffers out of the depayloader
 * @decoded: buffers out of the decoder; never any: there is no decoder
 * @missing: some packet has not come, and what follows it waits; value: how many
 * @has_depay: whether the depayloader was found
 * @has_decoder: whether the decoder was found
 * @keyframe_requests: key frames asked for (GstForceKeyUnit upstream)
 * @last_keyframe_request: when last, CLOCK_MONOTONIC nanoseconds; 0: never
 * @latency: the jitterbuffer's, nanoseconds
 *
 * One stream that comes in, from the jitterbuffer to the decoder. Counted by
 * references.
 */
typedef struct {
  gchar name[48];
  gconstpointer element;
  GstProfTransport *_Atomic transport;
  GstProfFlow in;
  GstProfFlow out;
  GstProfFlow depay;
  GstProfFlow decoded;
  GstProfPeriods missing;
  _Atomic gboolean has_depay;
  _Atomic gboolean has_decoder;
  _Atomic guint64 keyframe_requests;
  _Atomic guint64 last_keyframe_request;
  _Atomic guint64 latency;
} GstProfReceiver;

GstProfTransport *gst_prof_transport_new   (void);
GstProfTransport *gst_prof_transport_ref   (GstProfTransport *transport);
void              gst_prof_transport_unref (GstProfTransport *transport);

GstProfReceiver  *gst_prof_receiver_new    (const gchar *name,
                                            gconstpointer element,
                                            GstProfTransport *transport);
void              gst_prof_receiver_set_transport (GstProfReceiver *receiver,
                                            GstProfTransport *transport);
GstProfReceiver  *gst_prof_receiver_ref    (GstProfReceiver *receiver);
void              gst_prof_receiver_unref  (GstProfReceiver *receiver);

/**
 * GstProfReceivers:
 *
 * The receivers of a pipeline, as they come and go. The plugin adds and removes,
 * the core looks; a leaf lock that is held for as long as copying a list of
 * pointers takes. Streaming threads never take it.
 */
typedef struct _GstProfReceivers GstProfReceivers;

GstProfReceivers *gst_prof_receivers_new    (void);
GstProfReceivers *gst_prof_receivers_ref    (GstProfReceivers *receivers);
void              gst_prof_receivers_unref  (GstProfReceivers *receivers);
gboolean          gst_prof_receivers_add    (GstProfReceivers *receivers,
                                             GstProfReceiver *receiver);
void              gst_prof_receivers_remove (GstProfReceivers *receivers,
                                             gconstpointer element);
/* (transfer full) (nullable) */
GstProfReceiver  *gst_prof_receivers_find   (GstProfReceivers *receivers,
                                             gconstpointer element);
/* (transfer full) (nullable) */
GstProfReceiver  *gst_prof_receivers_find_heir (GstProfReceivers *receivers,
                                             gconstpointer element);
/* (transfer full) each; returns how many */
guint             gst_prof_receivers_list   (GstProfReceivers *receivers,
                                             GstProfReceiver **found, guint max);

/* Elements between jitterbuffer and decoder, the decoder included: what takes
 * long there is decoder-slow. Set by the plugin as the links are found. */
void              gst_prof_receivers_set_decode_path (GstProfReceivers *receivers,
                                             gconstpointer jitterbuffer,
                                             const gconstpointer *elements, guint n);
gboolean          gst_prof_receivers_is_on_decode_path (GstProfReceivers *receivers,
                                             gconstpointer element);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfReceiver, gst_prof_receiver_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfReceivers, gst_prof_receivers_unref)

G_END_DECLS
