/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define RECORDING_FRAMES 90

/**
 * RecordingJoins:
 * @RECORDING_JOINS_ALL: each write is joined to its frame
 * @RECORDING_JOINS_FIRST: where several packets are written at once, the first
 *   has the time, and of the others it is said that theirs is not known
 * @RECORDING_JOINS_NONE: the file has been put together elsewhere, and the sink
 *   is given pieces of it: what is in them cannot be told
 *
 * What can be known of the writes.
 */
typedef enum {
  RECORDING_JOINS_ALL,
  RECORDING_JOINS_FIRST,
  RECORDING_JOINS_NONE,
} RecordingJoins;

/**
 * RecordingEncoder:
 * @name: what is special about it
 * @factory: the element
 * @description: the element, set up
 * @parser: what follows it, with a link
 */
typedef struct {
  const gchar *name;
  const gchar *factory;
  const gchar *description;
  const gchar *parser;
} RecordingEncoder;

/**
 * RecordingMuxer:
 * @name: what is special about it
 * @extension: of the file
 * @factory: the element
 * @description: the element, set up
 * @audio: encoder for audio beside
 * @joins: what can be known of the writes
 * @cut_off: a demuxer may leave out the frames that are shown last
 */
typedef struct {
  const gchar *name;
  const gchar *extension;
  const gchar *factory;
  const gchar *description;
  const gchar *audio;
  RecordingJoins joins;
  gboolean cut_off;
} RecordingMuxer;

/**
 * RecordingVariant:
 * @mux_sink: by profmuxsink, else by a muxer and profsink
 * @audio: with audio beside
 * @offset: times start at 5 s
 * @queues: with queues between the stages
 */
typedef struct {
  gboolean mux_sink;
  gboolean audio;
  gboolean offset;
  gboolean queues;
} RecordingVariant;

typedef struct {
  const RecordingEncoder *encoder;
  const RecordingMuxer *muxer;
  const RecordingVariant *variant;
} Recording;

guint      recording_count         (void);
Recording  recording_get           (guint index);
gchar     *recording_describe_name (const Recording *self);
gchar     *recording_describe      (const Recording *self,
                                    const gchar *location);

G_END_DECLS
