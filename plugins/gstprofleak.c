/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * How many frames of video a leaky queue has thrown away. It does not tell, and so what
 * goes in and what comes out is counted, by a probe on each of its pads that adds
 * to a number and does nothing else; what is missing, and not in it, is gone.
 * Owns these probes. The streaming threads count, another thread reads.
 */

#include "gstprofleak.h"

#include <stdatomic.h>

#include "gstproflevel.h"

typedef struct
{
  GstPad *pad;
  gulong probe;
} Tap;

struct _GstProfLeak
{
  Tap in;
  Tap out;
  _Atomic guint64 n_in;
  _Atomic guint64 n_out;
};

static void
leak_clear (gpointer data)
{
  GstProfLeak *leak = data;

  gst_clear_object (&leak->in.pad);
  gst_clear_object (&leak->out.pad);
}

static GstPadProbeReturn
count (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstProfLeak *leak = user_data;
  guint64 n = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST
      ? gst_buffer_list_length (GST_PAD_PROBE_INFO_BUFFER_LIST (info)) : 1;

  atomic_fetch_add_explicit (GST_PAD_IS_SINK (pad) ? &leak->n_in
      : &leak->n_out, n, memory_order_relaxed);
  return GST_PAD_PROBE_OK;
}

/* A probe that is being called when it is removed keeps its reference. */
static void
tap (GstProfLeak * leak, Tap * tap, GstElement * element, const gchar * name)
{
  tap->pad = gst_element_get_static_pad (element, name);
  if (tap->pad)
    tap->probe = gst_pad_add_probe (tap->pad, GST_PAD_PROBE_TYPE_BUFFER |
        GST_PAD_PROBE_TYPE_BUFFER_LIST, count, gst_prof_leak_ref (leak),
        (GDestroyNotify) gst_prof_leak_unref);
}

/*
 * gst_prof_leak_new:
 * @element: an element that holds buffers
 * @kind: what it is
 *
 * Returns: (transfer full) (nullable): its counts, %NULL when it is no queue
 *   that throws buffers away
 */
GstProfLeak *
gst_prof_leak_new (GstElement * element, GstProfHolderKind kind)
{
  GstProfLeak *leak;
  gint leaky = 0;

  if (kind == GST_PROF_HOLDER_QUEUE)
    g_object_get (element, "leaky", &leaky, NULL);
  if (leaky == 0)
    return NULL;
  leak = g_atomic_rc_box_new0 (GstProfLeak);
  tap (leak, &leak->in, element, "sink");
  tap (leak, &leak->out, element, "src");
  return leak;
}

/*
 * gst_prof_leak_ref:
 * @leak: the counts
 *
 * Returns: (transfer full): the same
 */
GstProfLeak *
gst_prof_leak_ref (GstProfLeak * leak)
{
  return g_atomic_rc_box_acquire (leak);
}

/*
 * gst_prof_leak_unref:
 * @leak: (transfer full): the counts
 */
void
gst_prof_leak_unref (GstProfLeak * leak)
{
  g_atomic_rc_box_release_full (leak, leak_clear);
}

/*
 * gst_prof_leak_stop:
 * @leak: the counts
 *
 * Counts no more.
 */
void
gst_prof_leak_stop (GstProfLeak * leak)
{
  if (leak->in.probe)
    gst_pad_remove_probe (leak->in.pad, leak->in.probe);
  if (leak->out.probe)
    gst_pad_remove_probe (leak->out.pad, leak->out.probe);
  leak->in.probe = leak->out.probe = 0;
}

/* Packets and sound come in other numbers, and say nothing of frames. */
static gboolean
carries_frames (GstProfLeak * leak)
{
  GstCaps *caps = leak->in.pad ? gst_pad_get_current_caps (leak->in.pad) : NULL;
  gboolean frames = caps != NULL && !gst_caps_is_any (caps)
      && gst_caps_get_size (caps) > 0
      && g_str_has_prefix (gst_structure_get_name (gst_caps_get_structure
          (caps, 0)), "video/");

  gst_clear_caps (&caps);
  return frames;
}

/*
 * gst_prof_leak_read:
 * @leak: the counts
 * @element: their queue
 * @holder: (inout): gets its level, and what it has thrown away, when that is
 *   frames
 *
 * What comes in first, what goes out last: what moves meanwhile is then rather
 * missing from what was thrown away than too much.
 */
void
gst_prof_leak_read (GstProfLeak * leak, GstElement * element,
    GstProfHolder * holder)
{
  guint64 in = atomic_load_explicit (&leak->n_in, memory_order_relaxed);
  guint64 out;

  gst_prof_level_read (element, holder);
  if (!carries_frames (leak))
    return;
  out = atomic_load_explicit (&leak->n_out, memory_order_relaxed);
  holder->leaky = TRUE;
  holder->taken = in;
  holder->dropped = in - MIN (in, out + holder->buffers);
}
