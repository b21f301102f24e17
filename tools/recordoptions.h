/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "outcome.h"
#include "recording.h"

G_BEGIN_DECLS

/**
 * GstProfRecordOptions:
 * @outcome: those that the verbs have in common
 * @settings: of each recording, but for its file
 * @output: the file, or the pattern of the files' names
 * @duration: seconds after which a session ends by itself; 0: never
 * @whip: (nullable): ADDRESS:PORT to serve at
 * @token: (nullable): what clients must send
 * @max_sessions: how many at the same time
 * @ice_timeout: seconds that a client may take to connect
 * @idle_timeout: seconds without a packet that end a session
 * @sender_video: (nullable): what the built-in sender's frames pass
 * @sender_audio: (nullable): what its samples pass
 * @verbose: whether each step is told
 *
 * The options of the verb record, checked. They own their strings.
 */
typedef struct {
  GstProfOutcome outcome;
  GstProfRecordingSettings settings;
  gchar *output;
  gdouble duration;
  gchar *whip;
  gchar *token;
  gint max_sessions;
  gdouble ice_timeout;
  gdouble idle_timeout;
  gchar *sender_video;
  gchar *sender_audio;
  gboolean verbose;

  /* as they were given */
  gchar *size;
  gchar *converter;
  gchar *encoder;
  gchar *decoder;
  gchar *sink;
  gchar *overload;
  gchar *token_file;
  gboolean test_sender;
} GstProfRecordOptions;

gboolean gst_prof_record_options_parse (GstProfRecordOptions *options, gint *argc,
                                        gchar ***argv, GError **error);
void     gst_prof_record_options_clear (GstProfRecordOptions *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstProfRecordOptions, gst_prof_record_options_clear)

G_END_DECLS
