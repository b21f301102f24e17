/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Runs pipelines to their end for tests that look at what they wrote. A
 * pipeline that posts an error, or does not come to its end, fails the test.
 */

#include "run.h"

#include <gst/check/gstcheck.h>

#include <glib/gstdio.h>
#include <stdatomic.h>

/* What stands for the file's name in a description */
#define LOCATION_MARK "@FILE@"

#define MAX_RUN (25 * GST_SECOND)

struct _RunLoad
{
  _Atomic gboolean stop;
  GPtrArray *threads;
};

/*
 * run_expand:
 * @description: a pipeline, in which LOCATION_MARK stands for a file's name
 * @location: the file's name
 *
 * Returns: (transfer full): the pipeline with the name
 */
gchar *
run_expand (const gchar * description, const gchar * location)
{
  gchar **parts = g_strsplit (description, LOCATION_MARK, -1);
  gchar *text = g_strjoinv (location, parts);

  g_strfreev (parts);
  return text;
}

/*
 * run_to_end:
 * @pipeline: a pipeline in NULL
 *
 * Plays it until EOS and brings it back to NULL.
 */
void
run_to_end (GstElement * pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  GError *error = NULL;
  gchar *debug = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, MAX_RUN,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "the pipeline did not come to its end");
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, &debug);
    fail ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message, debug);
  }
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
}

/*
 * run_description:
 * @description: a pipeline, see run_expand()
 * @location: the file it writes
 *
 * Makes the pipeline and runs it to its end.
 */
void
run_description (const gchar * description, const gchar * location)
{
  g_autofree gchar *text = run_expand (description, location);
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch_full (text, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, &error);

  fail_unless (error == NULL, "%s: %s", text, error ? error->message : "");
  run_to_end (pipeline);
  gst_object_unref (pipeline);
}

static gpointer
spin (gpointer data)
{
  RunLoad *load = data;

  while (!atomic_load_explicit (&load->stop, memory_order_relaxed));
  return NULL;
}

/*
 * run_load_start:
 * @n_threads: how many threads
 *
 * Returns: (transfer full): threads that are busy and never wait
 */
RunLoad *
run_load_start (guint n_threads)
{
  RunLoad *load = g_new0 (RunLoad, 1);

  load->threads = g_ptr_array_new ();
  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (load->threads, g_thread_new ("load", spin, load));
  return load;
}

/*
 * run_load_stop:
 * @load: (transfer full): the threads
 */
void
run_load_stop (RunLoad * load)
{
  atomic_store (&load->stop, TRUE);
  for (guint i = 0; i < load->threads->len; i++)
    g_thread_join (g_ptr_array_index (load->threads, i));
  g_ptr_array_unref (load->threads);
  g_free (load);
}

/*
 * run_new_directory:
 *
 * Returns: (transfer full): a new directory
 */
gchar *
run_new_directory (void)
{
  GError *error = NULL;
  gchar *directory = g_dir_make_tmp ("gst-prof-check-XXXXXX", &error);

  fail_unless (directory != NULL, "%s", error ? error->message : "");
  return directory;
}

/*
 * run_remove_directory:
 * @directory: (transfer full): a directory with nothing but files in it
 */
void
run_remove_directory (gchar * directory)
{
  GDir *dir = g_dir_open (directory, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (directory, name, NULL);

    g_unlink (path);
  }
  g_clear_pointer (&dir, g_dir_close);
  g_rmdir (directory);
  g_free (directory);
}
