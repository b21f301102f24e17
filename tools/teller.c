/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Tells the user what messages on a bus say, in gst-launch-1.0's words where it
 * has some, and remembers which kinds of warnings there were. What a message
 * means for the run is not decided here. Main thread only.
 */

#include <gst/prof/gstprofmessage.h>

#include "teller.h"

struct _GstProfTeller
{
  GstProfTerminal *terminal;
  GHashTable *failed_elements;  /* paths, as a set */
  GstProfFailOn seen;
};

/*
 * gst_prof_teller_new:
 * @terminal: where to tell; must outlive the teller
 *
 * Returns: (transfer full): a teller
 */
GstProfTeller *
gst_prof_teller_new (GstProfTerminal * terminal)
{
  GstProfTeller *teller = g_new0 (GstProfTeller, 1);

  teller->terminal = terminal;
  teller->failed_elements = g_hash_table_new_full (g_str_hash, g_str_equal,
      g_free, NULL);
  return teller;
}

/*
 * gst_prof_teller_free:
 * @teller: (transfer full): the teller
 */
void
gst_prof_teller_free (GstProfTeller * teller)
{
  g_hash_table_unref (teller->failed_elements);
  g_free (teller);
}

/*
 * gst_prof_teller_get_seen:
 * @teller: the teller
 *
 * Returns: what --fail-on could name and was warned about until now
 */
GstProfFailOn
gst_prof_teller_get_seen (GstProfTeller * teller)
{
  return teller->seen;
}

static void
tell_problem (GstProfTeller * teller, const gchar * kind, GstMessage * message,
    const GError * error, const gchar * debug)
{
  g_autofree gchar *path =
      gst_object_get_path_string (GST_MESSAGE_SRC (message));

  /* Of an element's errors only the first is told: a full disk makes filesink
   * post one for each seek that its muxer then tries. */
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR
      && !g_hash_table_add (teller->failed_elements, g_strdup (path)))
    return;

  gst_prof_terminal_tell (teller->terminal, "%s: from element %s: %s", kind,
      path, error->message);
  if (debug)
    gst_prof_terminal_tell (teller->terminal, "Additional debug info:\n%s",
        debug);
}

static void
tell_element_message (GstProfTeller * teller, GstMessage * message)
{
  GstProfWarning warning;

  if (gst_prof_message_parse_warning (message, &warning)) {
    teller->seen |= gst_prof_fail_on_match (&warning);
    if (warning.text)
      gst_prof_terminal_tell_timed (teller->terminal, "%s", warning.text);
  } else if (gst_message_has_name (message, "missing-plugin")) {
    const gchar *name =
        gst_structure_get_string (gst_message_get_structure (message), "name");

    gst_prof_terminal_tell (teller->terminal, "Missing element: %s",
        name ? name : "(no description)");
  }
}

/*
 * gst_prof_teller_tell:
 * @teller: the teller
 * @message: a message of whatever kind
 *
 * Tells what @message says, if it is for the user.
 */
void
gst_prof_teller_tell (GstProfTeller * teller, GstMessage * message)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, &debug);
      tell_problem (teller, "ERROR", message, error, debug);
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, &debug);
      tell_problem (teller, "WARNING", message, error, debug);
      break;
    case GST_MESSAGE_INFO:
      gst_message_parse_info (message, &error, &debug);
      gst_prof_terminal_tell_timed (teller->terminal,
          "INFO: from element %s: %s", GST_MESSAGE_SRC_NAME (message),
          error->message);
      break;
    case GST_MESSAGE_ELEMENT:
      tell_element_message (teller, message);
      break;
    default:
      break;
  }
}
