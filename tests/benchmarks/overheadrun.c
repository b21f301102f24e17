/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * An application that knows nothing of gst-prof: runs pipelines to their end and
 * prints what memory it has in use then, and at most: bytes. For overhead.py,
 * which runs it with and without a tracer and takes its CPU time.
 *
 *   row N BUFFERS        fakesrc ! N identity ! fakesink
 *   pipelines N BUFFERS  N pipelines with sound
 *   threads N BUFFERS    one pipeline, N threads with a queue between any two
 *   description TEXT     any other
 */

#include <gst/gst.h>

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static gchar *
describe_row (guint n, const gchar * buffers)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "fakesrc num-buffers=%s", buffers);
  for (guint i = 0; i < n; i++)
    g_string_append (text, " ! identity");
  g_string_append (text, " ! fakesink");
  return g_string_free (text, FALSE);
}

static gchar *
describe_sound (const gchar * buffers)
{
  return g_strdup_printf ("audiotestsrc num-buffers=%s ! audioconvert "
      "! audioresample ! fakesink", buffers);
}

static gchar *
describe_threads (guint n, const gchar * buffers)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "fakesrc num-buffers=%s ! identity", buffers);
  for (guint i = 1; i < n; i++)
    g_string_append (text, " ! queue ! identity");
  g_string_append (text, " ! fakesink");
  return g_string_free (text, FALSE);
}

static GstElement *
start (gchar * description)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  if (pipeline == NULL)
    g_error ("%s: %s", description, error->message);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_free (description);
  return pipeline;
}

static void
wait_for_end (GstElement * pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    g_error ("a pipeline failed");
  gst_message_unref (message);
  gst_object_unref (bus);
}

static void
print_memory (void)
{
  struct mallinfo2 info = mallinfo2 ();
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  g_print ("%" G_GSIZE_FORMAT " %ld\n", info.uordblks + info.hblkhd,
      usage.ru_maxrss * 1024);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) pipelines = g_ptr_array_new ();
  guint n;

  gst_init (NULL, NULL);
  if (argc == 3 && strcmp (argv[1], "description") == 0) {
    g_ptr_array_add (pipelines, start (g_strdup (argv[2])));
  } else if (argc == 4) {
    n = atoi (argv[2]);
    if (strcmp (argv[1], "row") == 0)
      g_ptr_array_add (pipelines, start (describe_row (n, argv[3])));
    else if (strcmp (argv[1], "threads") == 0)
      g_ptr_array_add (pipelines, start (describe_threads (n, argv[3])));
    for (guint i = 0; strcmp (argv[1], "pipelines") == 0 && i < n; i++)
      g_ptr_array_add (pipelines, start (describe_sound (argv[3])));
  }
  if (pipelines->len == 0) {
    g_printerr ("usage: %s row|pipelines|threads N BUFFERS | description TEXT\n",
        argv[0]);
    return 2;
  }
  for (guint i = 0; i < pipelines->len; i++)
    wait_for_end (g_ptr_array_index (pipelines, i));
  print_memory ();
  for (guint i = 0; i < pipelines->len; i++) {
    gst_element_set_state (g_ptr_array_index (pipelines, i), GST_STATE_NULL);
    gst_object_unref (g_ptr_array_index (pipelines, i));
  }
  return 0;
}
