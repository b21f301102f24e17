/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The verb record: WebRTC sessions into files, through the measured stages. Who
 * is recorded, and how, is in other files. Main thread only.
 */

#include "recordoptions.h"
#include "sendersession.h"
#include "verb.h"
#include "whiprecorder.h"

#define VERB "record"

/*
 * gst_prof_verb_record:
 * @argc: number of arguments
 * @argv: the arguments, the verb first
 *
 * Returns: the exit status
 */
GstProfExit
gst_prof_verb_record (gint argc, gchar ** argv)
{
  g_auto (GstProfRecordOptions) options = { 0 };
  g_autoptr (GError) error = NULL;
  GstProfExit status;

  if (!gst_prof_record_options_parse (&options, &argc, &argv, &error))
    return gst_prof_verb_refuse (VERB, "%s", error->message);
  status = options.whip ? gst_prof_whip_recorder_execute (&options, &error)
      : gst_prof_sender_session_execute (&options, &error);
  if (error)
    return gst_prof_verb_refuse (VERB, "%s", error->message);
  return status;
}
