/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Applications that start and stop, link and unlink, and go on for long. They
 * tell on stdout what they did and what they have left.
 */

#include "tracerapp.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Threads that are about to end, and what was opened to watch them, have this
 * long for it. Those of GLib's pool stay longer, but only some of them. */
#define SETTLE (2 * G_TIME_SPAN_SECOND)
#define LOOK_AGAIN (50 * G_TIME_SPAN_MILLISECOND)

/* How many of a folder in /proc/self there are */
static guint
count_entries (const gchar * folder)
{
  DIR *dir = opendir (folder);
  guint n = 0;

  while (readdir (dir) != NULL)
    n++;
  closedir (dir);
  return n - 2;
}

static guint
count_threads (void)
{
  return count_entries ("/proc/self/task");
}

static guint
count_descriptors (void)
{
  /* without that which is opened to count them */
  return count_entries ("/proc/self/fd") - 1;
}

static void
settle (guint n_threads, guint n_descriptors)
{
  gint64 end = g_get_monotonic_time () + SETTLE;

  while ((count_threads () > n_threads || count_descriptors () > n_descriptors)
      && g_get_monotonic_time () < end)
    g_usleep (LOOK_AGAIN);
}

/* The third kind stops before any buffer may have come. */
static const gchar *kinds[] = {
  "fakesrc num-buffers=20 ! identity ! queue ! identity ! fakesink",
  "audiotestsrc num-buffers=10 ! tee name=t ! queue ! fakesink t. ! queue ! "
      "fakesink",
  "videotestsrc is-live=true ! video/x-raw,width=16,height=16 ! queue ! "
      "fakesink",
};

static gpointer
start_and_stop (gpointer data)
{
  guint n_runs = GPOINTER_TO_UINT (data), failed = 0;

  for (guint i = 0; i < n_runs; i++) {
    guint kind = i % G_N_ELEMENTS (kinds);
    GstElement *pipeline = app_parse (kinds[kind]);

    if (kind < 2) {
      failed += app_play (pipeline) != 0;
    } else {
      gst_element_set_state (pipeline, GST_STATE_PLAYING);
      gst_element_set_state (pipeline, GST_STATE_NULL);
    }
    gst_object_unref (pipeline);
  }
  return GUINT_TO_POINTER (failed);
}

static guint
start_and_stop_in_threads (guint n_threads, guint n_runs)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  guint failed = 0;

  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (threads, g_thread_new ("starts", start_and_stop,
            GUINT_TO_POINTER (n_runs)));
  for (guint i = 0; i < n_threads; i++)
    failed += GPOINTER_TO_UINT (g_thread_join (threads->pdata[i]));
  return failed;
}

/*
 * app_starts:
 * @n_threads: how many threads at once
 * @n_runs: how many pipelines each of them starts and stops
 *
 * Tells "runs N", and "threads BEFORE AFTER" and "descriptors BEFORE AFTER" of
 * a first round of the same and of all the others.
 */
int
app_starts (guint n_threads, guint n_runs)
{
  guint first = G_N_ELEMENTS (kinds);
  guint failed, threads, descriptors;

  failed = start_and_stop_in_threads (n_threads, first);
  settle (0, 0);
  threads = count_threads ();
  descriptors = count_descriptors ();
  failed += start_and_stop_in_threads (n_threads, n_runs);
  settle (threads, descriptors);

  printf ("runs %u\n", n_threads * (first + n_runs));
  printf ("threads %u %u\n", threads, count_threads ());
  printf ("descriptors %u %u\n", descriptors, count_descriptors ());
  return failed != 0;
}

typedef struct
{
  GstElement *pipeline;
  GMutex lock;
  GCond cond;
  gboolean done;                /* lock */
  GstElement *old;              /* the streaming thread, while it is blocked */
  guint number;
  guint64 passed;               /* the streaming thread */
} Relink;

static GstPadProbeReturn
count_buffer (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  ((Relink *) data)->passed++;
  return GST_PAD_PROBE_OK;
}

/* Takes out the element behind the source and puts in a new one. */
static GstPadProbeReturn
exchange (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Relink *self = data;
  GstElement *source = gst_pad_get_parent_element (pad);
  GstElement *end = gst_bin_get_by_name (GST_BIN (self->pipeline), "end");
  g_autofree gchar *name = g_strdup_printf ("dynamic%u", self->number);
  GstElement *new = gst_element_factory_make ("identity", name);

  gst_element_set_state (self->old, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (self->pipeline), self->old);
  gst_bin_add (GST_BIN (self->pipeline), new);
  gst_element_link_many (source, new, end, NULL);
  gst_element_sync_state_with_parent (new);
  self->old = new;
  gst_object_unref (end);
  gst_object_unref (source);

  g_mutex_lock (&self->lock);
  self->done = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_REMOVE;
}

/*
 * app_relink:
 * @n_times: how often
 *
 * Exchanges an element in a playing pipeline. Tells "passed N", the buffers that
 * the sink got.
 */
int
app_relink (guint n_times)
{
  Relink self = { 0 };
  GstElement *source, *end;
  GstPad *pad, *last;

  g_mutex_init (&self.lock);
  g_cond_init (&self.cond);
  self.pipeline = app_parse ("fakesrc name=source is-live=true do-timestamp=true "
      "datarate=64000 sizetype=fixed sizemax=64 ! identity name=dynamic ! "
      "fakesink name=end sync=false");
  source = gst_bin_get_by_name (GST_BIN (self.pipeline), "source");
  end = gst_bin_get_by_name (GST_BIN (self.pipeline), "end");
  self.old = gst_bin_get_by_name (GST_BIN (self.pipeline), "dynamic");
  gst_object_unref (self.old);
  pad = gst_element_get_static_pad (source, "src");
  last = gst_element_get_static_pad (end, "sink");
  gst_pad_add_probe (last, GST_PAD_PROBE_TYPE_BUFFER, count_buffer, &self, NULL);

  gst_element_set_state (self.pipeline, GST_STATE_PLAYING);
  for (guint i = 1; i <= n_times; i++) {
    self.number = i;
    self.done = FALSE;
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER,
        exchange, &self, NULL);
    g_mutex_lock (&self.lock);
    while (!self.done)
      g_cond_wait (&self.cond, &self.lock);
    g_mutex_unlock (&self.lock);
    /* some buffers through the new one */
    g_usleep (10 * G_TIME_SPAN_MILLISECOND);
  }
  gst_element_set_state (self.pipeline, GST_STATE_NULL);

  printf ("passed %" G_GUINT64_FORMAT "\n", self.passed);
  gst_object_unref (last);
  gst_object_unref (pad);
  gst_object_unref (end);
  gst_object_unref (source);
  gst_object_unref (self.pipeline);
  g_mutex_clear (&self.lock);
  g_cond_clear (&self.cond);
  return 0;
}

typedef struct
{
  guint64 n;
  guint64 early;
  guint64 last;
  guint64 early_kb;
  guint64 last_kb;
} Growth;

static guint64
read_resident_kb (void)
{
  guint64 size = 0, resident = 0;
  FILE *file = fopen ("/proc/self/statm", "r");

  if (file == NULL || fscanf (file, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
          &size, &resident) != 2)
    resident = 0;
  if (file != NULL)
    fclose (file);
  return resident * sysconf (_SC_PAGESIZE) / 1024;
}

static GstPadProbeReturn
look_at_memory (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Growth *growth = data;

  growth->n++;
  if (growth->n == growth->early)
    growth->early_kb = read_resident_kb ();
  else if (growth->n == growth->last)
    growth->last_kb = read_resident_kb ();
  return GST_PAD_PROBE_OK;
}

/*
 * app_memory:
 * @n_buffers: how many buffers pass
 *
 * Tells "resident EARLY LAST" in KB: after a tenth of them and after the last.
 */
int
app_memory (guint64 n_buffers)
{
  g_autofree gchar *description = g_strdup_printf ("fakesrc num-buffers=%"
      G_GUINT64_FORMAT " ! identity ! identity ! fakesink name=end", n_buffers);
  GstElement *pipeline = app_parse (description);
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  GstPad *pad = gst_element_get_static_pad (end, "sink");
  Growth growth = { 0, n_buffers / 10, n_buffers };
  int status;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, look_at_memory, &growth,
      NULL);
  gst_object_unref (pad);
  gst_object_unref (end);
  status = app_play (pipeline);
  gst_object_unref (pipeline);
  printf ("resident %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
      growth.early_kb, growth.last_kb);
  return status;
}

/*
 * app_heap:
 * @description: as gst-launch-1.0 takes it
 *
 * Tells "heap BYTES": what is allocated when the pipeline has come to its end, and
 * is still there.
 */
int
app_heap (const gchar * description)
{
  GstElement *pipeline = app_parse (description);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  struct mallinfo2 info;
  int status;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  info = mallinfo2 ();
  printf ("heap %" G_GSIZE_FORMAT "\n", info.uordblks + info.hblkhd);
  status = GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR;
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_message_unref (message);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return status;
}
