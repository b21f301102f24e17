/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Tells when EOS is about to reach the last sink of a pipeline. A latencytracer
 * that floats in the pipeline is no parent of the sinks, so that their messages
 * do not pass it, and the bus tells nothing to it either when the application's
 * sync handler drops what comes. So it looks at the EOS events on the sinks'
 * pads, by probes that see events only.
 *
 * The probes share the watch: one that runs while it is being stopped finds it
 * stopped. lock protects the entries; nothing is called with it held.
 */

#include "gstprofsinkwatch.h"

#include "gstprofbinwatch.h"

typedef struct {
  GstPad *pad;
  gulong probe;
  gboolean eos;
} Entry;

struct _GstProfSinkWatch {
  GstProfBinWatch elements;
  GstProfSinkWatchFunc func;
  GWeakRef object;

  GMutex lock;
  gboolean stopped;
  GArray *entries;
};

static void
watch_clear (gpointer data)
{
  GstProfSinkWatch *watch = data;

  g_weak_ref_clear (&watch->object);
  g_array_unref (watch->entries);
  gst_prof_bin_watch_clear (&watch->elements);
  g_mutex_clear (&watch->lock);
}

static void
watch_unref (gpointer watch)
{
  g_atomic_rc_box_release_full (watch, watch_clear);
}

static void
watch_unref_closure (gpointer watch, GClosure * closure)
{
  watch_unref (watch);
}

static void
tell (GstProfSinkWatch * watch)
{
  GObject *object = g_weak_ref_get (&watch->object);

  if (object != NULL) {
    watch->func (object);
    g_object_unref (object);
  }
}

/* With lock held. */
static gboolean
have_all_eos (GstProfSinkWatch * watch)
{
  for (guint i = 0; i < watch->entries->len; i++) {
    if (!g_array_index (watch->entries, Entry, i).eos)
      return FALSE;
  }
  return watch->entries->len > 0 && !watch->stopped;
}

/* Returns whether all sinks have EOS now, and had not before. */
static gboolean
note_eos (GstProfSinkWatch * watch, GstPad * pad, gboolean eos)
{
  gboolean changed = FALSE, all;

  g_mutex_lock (&watch->lock);
  for (guint i = 0; i < watch->entries->len; i++) {
    Entry *entry = &g_array_index (watch->entries, Entry, i);

    if (entry->pad == pad) {
      changed = entry->eos != eos;
      entry->eos = eos;
    }
  }
  all = changed && have_all_eos (watch);
  g_mutex_unlock (&watch->lock);
  return all;
}

static GstPadProbeReturn
event_probe (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstProfSinkWatch *watch = user_data;

  switch (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info))) {
    case GST_EVENT_EOS:
      if (note_eos (watch, pad, TRUE))
        tell (watch);
      break;
    case GST_EVENT_STREAM_START:
    case GST_EVENT_FLUSH_STOP:
      note_eos (watch, pad, FALSE);
      break;
    default:
      break;
  }
  return GST_PAD_PROBE_OK;
}

/* Upstream may have begun before the watch. The peer has the event before the
 * probe can see it, so none is missed. */
static gboolean
has_eos (GstPad * pad)
{
  GstPad *peer = gst_pad_get_peer (pad);
  GstEvent *event = NULL;

  if (peer != NULL) {
    event = gst_pad_get_sticky_event (peer, GST_EVENT_EOS, 0);
    gst_object_unref (peer);
  }
  if (event == NULL)
    return FALSE;
  gst_event_unref (event);
  return TRUE;
}

static gboolean
watch_pad (GstElement * element, GstPad * pad, gpointer user_data)
{
  GstProfSinkWatch *watch = user_data;
  Entry entry = { pad, 0, FALSE };

  g_mutex_lock (&watch->lock);
  /* The bin may tell of a new element while the watch is being stopped. */
  if (watch->stopped) {
    g_mutex_unlock (&watch->lock);
    return FALSE;
  }
  for (guint i = 0; i < watch->entries->len; i++) {
    if (g_array_index (watch->entries, Entry, i).pad == pad) {
      g_mutex_unlock (&watch->lock);
      return TRUE;
    }
  }
  gst_object_ref (pad);
  entry.probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
      GST_PAD_PROBE_TYPE_EVENT_FLUSH, event_probe,
      g_atomic_rc_box_acquire (watch), watch_unref);
  entry.eos = has_eos (pad);
  g_array_append_val (watch->entries, entry);
  g_mutex_unlock (&watch->lock);
  return TRUE;
}

/* Bins that are sinks have a sink inside. */
static void
element_added (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer user_data)
{
  if (!GST_IS_BIN (element)
      && GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK))
    gst_element_foreach_sink_pad (element, watch_pad, user_data);
}

static void
element_removed (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer user_data)
{
  GstProfSinkWatch *watch = user_data;
  GArray *gone = g_array_new (FALSE, FALSE, sizeof (Entry));

  g_mutex_lock (&watch->lock);
  for (guint i = watch->entries->len; i-- > 0;) {
    Entry entry = g_array_index (watch->entries, Entry, i);

    if (!gst_prof_bin_watch_is_gone (&watch->elements, entry.pad, element))
      continue;
    g_array_append_val (gone, entry);
    g_array_remove_index (watch->entries, i);
  }
  g_mutex_unlock (&watch->lock);

  for (guint i = 0; i < gone->len; i++) {
    Entry *entry = &g_array_index (gone, Entry, i);

    gst_pad_remove_probe (entry->pad, entry->probe);
    gst_object_unref (entry->pad);
  }
  g_array_unref (gone);
}

/*
 * gst_prof_sink_watch_new:
 * @bin: the pipeline
 * @func: what to call
 * @object: for @func; no reference is kept
 *
 * Watches all sinks in @bin, those that come later too. While there is none,
 * @func is not called. Any thread.
 *
 * Returns: (transfer full): a watch, to be stopped with
 *   gst_prof_sink_watch_stop()
 */
GstProfSinkWatch *
gst_prof_sink_watch_new (GstBin * bin, GstProfSinkWatchFunc func,
    GObject * object)
{
  GstProfSinkWatch *watch = g_atomic_rc_box_new0 (GstProfSinkWatch);
  gboolean all;

  watch->func = func;
  g_weak_ref_init (&watch->object, object);
  g_mutex_init (&watch->lock);
  watch->entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  gst_prof_bin_watch_start (&watch->elements, bin, element_added,
      element_removed, watch, watch_unref_closure);

  g_mutex_lock (&watch->lock);
  all = have_all_eos (watch);
  g_mutex_unlock (&watch->lock);
  if (all)
    tell (watch);
  return watch;
}

/*
 * gst_prof_sink_watch_stop:
 * @watch: (transfer full): a watch
 *
 * A call that is under way may still end afterwards. Any thread.
 */
void
gst_prof_sink_watch_stop (GstProfSinkWatch * watch)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  gst_prof_bin_watch_stop (&watch->elements);

  g_mutex_lock (&watch->lock);
  watch->stopped = TRUE;
  g_array_append_vals (entries, watch->entries->data, watch->entries->len);
  g_array_set_size (watch->entries, 0);
  g_mutex_unlock (&watch->lock);

  for (guint i = 0; i < entries->len; i++) {
    Entry *entry = &g_array_index (entries, Entry, i);

    gst_pad_remove_probe (entry->pad, entry->probe);
    gst_object_unref (entry->pad);
  }
  g_array_unref (entries);
  watch_unref (watch);
}
