/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The options of the verb record: what they are, and whether what was given
 * makes sense. Owns their texts. Main thread only.
 */

#include <stdio.h>

#include "description.h"
#include "outputname.h"
#include "recordoptions.h"
#include "whipaddress.h"

#define DEFAULT_FILE "recording.mkv"
#define DEFAULT_MAX_SESSIONS 8
#define DEFAULT_ICE_TIMEOUT 15
#define DEFAULT_IDLE_TIMEOUT 30
#define DEFAULT_LATENCY 200     /* ms, webrtcbin's own */
#define MAX_LATENCY 60000

static gboolean
refuse (GError ** error, const gchar * text)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  return FALSE;
}

static gboolean
parse_size (GstProfRecordOptions * options, GError ** error)
{
  const gchar *text = options->size ? options->size : "1280x720";
  gint w, h, end = 0;

  if (sscanf (text, "%dx%d%n", &w, &h, &end) == 2 && text[end] == '\0'
      && ((w == 0 && h == 0) || (w >= 16 && h >= 16 && w <= 16384
              && h <= 16384))) {
    options->settings.width = w;
    options->settings.height = h;
    return TRUE;
  }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "--size=%s: not WIDTHxHEIGHT with 16 to 16384 pixels each, nor 0x0 for "
      "the size of the first frame", text);
  return FALSE;
}

static gboolean
parse_overload (GstProfRecordOptions * options, GError ** error)
{
  if (options->overload == NULL || g_str_equal (options->overload, "drop"))
    options->settings.overload = GST_PROF_OVERLOAD_DROP;
  else if (g_str_equal (options->overload, "block"))
    options->settings.overload = GST_PROF_OVERLOAD_BLOCK;
  else {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--overload=%s: it is drop or block", options->overload);
    return FALSE;
  }
  return TRUE;
}

/* So that a mistake is told now, and not when the first client comes. */
static gboolean
check_description (const gchar * option, const gchar * text, GError ** error)
{
  GstElement *element;

  if (text == NULL)
    return TRUE;
  element = gst_prof_description_parse_child (text, error);
  if (element == NULL) {
    g_prefix_error (error, "--%s: ", option);
    return FALSE;
  }
  gst_object_unref (gst_object_ref_sink (element));
  return TRUE;
}

static gboolean
check_output (GstProfRecordOptions * options, GError ** error)
{
  gchar *pattern;

  if (options->whip) {
    pattern = gst_prof_output_name_complete (options->output ? options->output
        : ".");
    g_free (options->output);
    options->output = pattern;
    if (!gst_prof_output_name_check (pattern, error))
      return FALSE;
  } else if (options->output == NULL) {
    options->output = g_strdup (DEFAULT_FILE);
  }
  return gst_prof_codec_check_container (options->output,
      !options->settings.remux, error);
}

static gboolean
check_peer (GstProfRecordOptions * options, GError ** error)
{
  if (options->whip == NULL && !options->test_sender)
    return refuse (error, "whom to record? --whip=ADDRESS:PORT lets browsers "
        "and other clients come, --test-sender is the built-in one");
  if (options->whip && options->test_sender)
    return refuse (error, "--whip and --test-sender exclude each other");
  if (options->whip && (options->sender_video || options->sender_audio))
    return refuse (error, "--sender-video and --sender-audio are for "
        "--test-sender");
  if (options->token_file && options->whip == NULL)
    return refuse (error, "--token-file is for --whip");
  if (options->token_file == NULL)
    return TRUE;
  options->token = gst_prof_whip_address_read_token (options->token_file,
      error);
  return options->token != NULL;
}

static gboolean
check_numbers (GstProfRecordOptions * options, GError ** error)
{
  if (options->settings.bitrate < 0 || options->duration < 0)
    return refuse (error, "--bitrate and --duration cannot be negative");
  if (options->settings.latency < 0 || options->settings.latency > MAX_LATENCY)
    return refuse (error, "--latency is 0 to 60000 ms");
  if (options->max_sessions < 1)
    return refuse (error, "--max-sessions is at least 1");
  if (options->ice_timeout <= 0 || options->idle_timeout <= 0)
    return refuse (error, "--ice-timeout and --idle-timeout are more than 0");
  return TRUE;
}

static gboolean
check_stages (GstProfRecordOptions * options, GError ** error)
{
  if (options->settings.bitrate > 0 && options->encoder)
    return refuse (error, "--bitrate is for the default encoder; with "
        "--encoder the description sets it");
  if (options->settings.remux && (options->encoder || options->converter
          || options->decoder || options->size || options->overload
          || options->settings.bitrate > 0))
    return refuse (error, "--no-encode leaves video as it comes: --encoder, "
        "--converter, --decoder, --size, --bitrate and --overload do not go "
        "with it");
  options->settings.converter = options->converter;
  options->settings.encoder = options->encoder;
  options->settings.decoder = options->decoder;
  options->settings.sink = options->sink;
  return check_description ("converter", options->converter, error)
      && check_description ("encoder", options->encoder, error)
      && check_description ("decoder", options->decoder, error)
      && check_description ("sink", options->sink, error);
}

static GOptionContext *
new_context (GstProfRecordOptions * options)
{
  const GOptionEntry entries[] = {
    {"whip", 'w', 0, G_OPTION_ARG_STRING, &options->whip,
          "Record whoever publishes there by WHIP, or opens the page there",
        "ADDRESS:PORT"},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
          "With --whip a folder, or a name with %d, %t (time), %s (session) "
          "(default: the current folder); else FILE, .mkv, .mp4 or .ts "
          "(default: recording.mkv)",
        "FILE"},
    {"duration", 'd', 0, G_OPTION_ARG_DOUBLE, &options->duration,
        "End a session by itself after this time (default: never)", "SECONDS"},
    {"max-sessions", 0, 0, G_OPTION_ARG_INT, &options->max_sessions,
        "Sessions at the same time (default: 8)", "NUMBER"},
    {"ice-timeout", 0, 0, G_OPTION_ARG_DOUBLE, &options->ice_timeout,
        "How long a client may take to connect (default: 15)", "SECONDS"},
    {"idle-timeout", 0, 0, G_OPTION_ARG_DOUBLE, &options->idle_timeout,
        "End a session that sends nothing for so long (default: 30)",
        "SECONDS"},
    {"latency", 0, 0, G_OPTION_ARG_INT, &options->settings.latency,
          "How long the jitter buffers wait for a packet that is missing "
          "(default: 200)", "MS"},
    {"token-file", 0, 0, G_OPTION_ARG_FILENAME, &options->token_file,
        "Clients must send the token in the first line of FILE", "FILE"},
    {"no-encode", 0, 0, G_OPTION_ARG_NONE, &options->settings.remux,
        "Write video as it comes", NULL},
    {"overload", 0, 0, G_OPTION_ARG_STRING, &options->overload,
          "What to do when the encoder is too slow: drop frames before it, or "
          "block, until packets are dropped (default: drop)", "POLICY"},
    {"size", 0, 0, G_OPTION_ARG_STRING, &options->size,
        "Size of the picture, with borders where it does not fit; 0x0: that of "
          "the first frame (default: 1280x720)", "WxH"},
    {"bitrate", 0, 0, G_OPTION_ARG_INT, &options->settings.bitrate,
        "Of the default encoder", "KBIT/S"},
    {"decoder", 0, 0, G_OPTION_ARG_STRING, &options->decoder,
        "Of the video that comes", "DESCRIPTION"},
    {"converter", 0, 0, G_OPTION_ARG_STRING, &options->converter,
        "Child of profnormalize", "DESCRIPTION"},
    {"encoder", 0, 0, G_OPTION_ARG_STRING, &options->encoder,
        "Child of profencode, an H.264 encoder", "DESCRIPTION"},
    {"sink", 0, 0, G_OPTION_ARG_STRING, &options->sink,
        "Sink of profmuxsink", "DESCRIPTION"},
    {"test-sender", 0, 0, G_OPTION_ARG_NONE, &options->test_sender,
        "Record the built-in sender: a moving picture and a tone", NULL},
    {"sender-video", 0, 0, G_OPTION_ARG_STRING, &options->sender_video,
        "What the sender's frames pass before they are encoded", "DESCRIPTION"},
    {"sender-audio", 0, 0, G_OPTION_ARG_STRING, &options->sender_audio,
        "What the sender's samples pass before they are encoded",
        "DESCRIPTION"},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose,
        "Tell each step of the session", NULL},
    {NULL}
  };
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_summary (context,
      "Records WebRTC sessions and says where the time of their frames went.");
  g_option_context_add_main_entries (context, entries, NULL);
  gst_prof_outcome_add_options (&options->outcome, context);
  g_option_context_add_group (context, gst_init_get_option_group ());
  return context;
}

/*
 * gst_prof_record_options_parse:
 * @options: zero
 * @argc: (inout): number of arguments
 * @argv: (inout): the arguments, the verb first
 * @error: names the option that is wrong
 *
 * Returns: %FALSE when one is wrong
 */
gboolean
gst_prof_record_options_parse (GstProfRecordOptions * options, gint * argc,
    gchar *** argv, GError ** error)
{
  g_autoptr (GOptionContext) context = new_context (options);

  options->max_sessions = DEFAULT_MAX_SESSIONS;
  options->ice_timeout = DEFAULT_ICE_TIMEOUT;
  options->idle_timeout = DEFAULT_IDLE_TIMEOUT;
  options->settings.latency = DEFAULT_LATENCY;
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
        "\"%s\" is no option", (*argv)[1]);
    return FALSE;
  }
  return check_peer (options, error)
      && gst_prof_outcome_check (&options->outcome, error)
      && parse_size (options, error) && parse_overload (options, error)
      && check_output (options, error) && check_numbers (options, error)
      && check_stages (options, error);
}

/*
 * gst_prof_record_options_clear:
 * @options: the options
 *
 * Frees what they hold.
 */
void
gst_prof_record_options_clear (GstProfRecordOptions * options)
{
  gst_prof_outcome_clear (&options->outcome);
  g_free (options->output);
  g_free (options->whip);
  g_free (options->token);
  g_free (options->sender_video);
  g_free (options->sender_audio);
  g_free (options->size);
  g_free (options->converter);
  g_free (options->encoder);
  g_free (options->decoder);
  g_free (options->sink);
  g_free (options->overload);
  g_free (options->token_file);
}
