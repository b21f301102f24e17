/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults of the application that feeds the pipeline, or is fed by it. It has a
 * thread for that, which fault_inject_pause() makes rest.
 */

#include "faultinject.h"
#include "faultpipeline.h"
#include "gstproffaultspend.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_SIZE (320 * 240 * 3 / 2)
#define FRAME_DURATION (GST_SECOND / 30)

/* Waits until the next frame is due. A rest is not caught up with. */
static void
wait_for_frame (FaultChild * child)
{
  do {
    gst_prof_fault_sleep (FRAME_DURATION);
  } while (g_atomic_int_get (&child->paused));
}

static void
fill (guint8 * frame)
{
  guint32 *words = (guint32 *) frame;

  /* Noise: see SOURCE. */
  for (gsize i = 0; i < FRAME_SIZE / sizeof *words; i++)
    words[i] = g_random_int ();
}

static gpointer
write_frames (gpointer data)
{
  FaultChild *child = data;
  guint8 *frame = g_malloc (FRAME_SIZE);

  for (;;) {
    gsize done = 0;

    fill (frame);
    while (done < FRAME_SIZE) {
      ssize_t n = write (child->pipe[1], frame + done, FRAME_SIZE - done);

      if (n < 0 && errno != EINTR)
        return NULL;
      done += MAX (n, 0);
    }
    wait_for_frame (child);
  }
}

void
fault_prepare_source_pipe (FaultChild * child)
{
  if (pipe2 (child->pipe, O_CLOEXEC) != 0)
    fault_child_fail (child, "pipe: %s", g_strerror (errno));
  fault_child_thread ("feeder", write_frames, child);
}

void
fault_prepare_source_unix (FaultChild * child)
{
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, child->pipe) != 0)
    fault_child_fail (child, "socketpair: %s", g_strerror (errno));
  fault_child_thread ("feeder", write_frames, child);
}

static gpointer
push_frames (gpointer data)
{
  FaultChild *child = data;
  g_autoptr (GstElement) app = fault_child_element (child, "app");
  GstFlowReturn flow = GST_FLOW_OK;

  while (flow == GST_FLOW_OK) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, FRAME_SIZE, NULL);
    GstMapInfo map;

    gst_buffer_map (buffer, &map, GST_MAP_WRITE);
    fill (map.data);
    gst_buffer_unmap (buffer, &map);
    GST_BUFFER_DURATION (buffer) = FRAME_DURATION;
    g_signal_emit_by_name (app, "push-buffer", buffer, &flow);
    gst_buffer_unref (buffer);
    wait_for_frame (child);
  }
  return NULL;
}

/* Starts the feeder of the appsrc "app", if there is one. */
void
fault_start_appsrc (FaultChild * child)
{
  g_autoptr (GstElement) app =
      gst_bin_get_by_name (GST_BIN (child->pipeline), "app");
  g_autoptr (GstCaps) caps = gst_caps_from_string (FRAMES);

  if (app == NULL)
    return;
  g_object_set (app, "caps", caps, NULL);
  fault_child_thread ("feeder", push_frames, child);
}

static gpointer
pull_frames (gpointer data)
{
  FaultChild *child = data;
  g_autoptr (GstElement) pull = fault_child_element (child, "pull");

  for (;;) {
    GstSample *sample = NULL;

    while (g_atomic_int_get (&child->paused))
      g_usleep (1000);
    g_signal_emit_by_name (pull, "pull-sample", &sample);
    if (sample == NULL)
      return NULL;
    gst_sample_unref (sample);
  }
}

static gboolean
start_pulling (gpointer data)
{
  fault_child_thread ("puller", pull_frames, data);
  return G_SOURCE_REMOVE;
}

/* Starts whoever takes from the appsink "pull", if there is one: from the main
 * loop, since before the pipeline runs there is only EOS to be had. */
void
fault_start_appsink (FaultChild * child)
{
  g_autoptr (GstElement) pull =
      gst_bin_get_by_name (GST_BIN (child->pipeline), "pull");

  if (pull != NULL)
    g_idle_add (start_pulling, child);
}
