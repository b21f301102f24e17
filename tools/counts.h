/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "recording.h"

G_BEGIN_DECLS

/**
 * GstProfCounts:
 * @output: the file
 * @recording: what the recorder counted
 * @has_sender: whether the sender's side was counted, too
 * @sent: frames that left the sender's encoder
 * @paused: frames that the sender kept back
 * @session: (nullable): name of the session, where there are several
 * @video: (nullable): name of the video's codec
 * @audio: (nullable): name of the audio's codec
 * @end: (nullable): why the session ended, one word
 * @clean: %FALSE when the recording failed or was cut off
 *
 * What became of the frames of a recording.
 */
typedef struct {
  const gchar *output;
  GstProfRecordingCounts recording;
  gboolean has_sender;
  guint64 sent;
  guint64 paused;
  const gchar *session;
  const gchar *video;
  const gchar *audio;
  const gchar *end;
  gboolean clean;
} GstProfCounts;

gchar *gst_prof_counts_to_text (const GstProfCounts *counts);

G_END_DECLS
