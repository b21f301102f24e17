/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What holds buffers below a bin, and how much: finds queues and their like,
 * also ones that come later, and reads their levels. Live sources and sinks with
 * a file are found on the way. Nothing is put into the stream. A jitterbuffer does
 * not tell its level; whoever counts what goes through it knows.
 *
 * Elements come and go in whichever thread adds them; one thread at a time reads.
 * lock protects the entries, a leaf: properties are read without it, and take
 * the element's own lock for as long as copying a number takes.
 */

#include "gstproflevels.h"

#include "gstprofbinwatch.h"
#include "gstprofleak.h"
#include "gstproflevel.h"

#include <gst/base/gstbasesrc.h>

#include <string.h>

/* Sources, and sinks with a file, that are looked at */
#define MAX_OTHERS 16

typedef struct
{
  GstElement *element;
  GstProfHolder holder;         /* id, kind and name; the rest is read */
  GstProfLeak *leak;            /* NULL: it throws nothing away */
} Entry;

struct _GstProfLevels
{
  GstProfBinWatch elements;
  GstProfReceiveWatch *receive; /* (nullable); lives longer */

  GMutex lock;
  gboolean stopped;
  guint64 ids;
  guint64 refused;
  GArray *entries;
  GPtrArray *sources;
  GPtrArray *sinks;
};

static void
levels_clear (gpointer data)
{
  GstProfLevels *levels = data;

  g_array_unref (levels->entries);
  g_ptr_array_unref (levels->sources);
  g_ptr_array_unref (levels->sinks);
  gst_prof_bin_watch_clear (&levels->elements);
  g_mutex_clear (&levels->lock);
}

static void
levels_unref_closure (gpointer levels, GClosure * closure)
{
  g_atomic_rc_box_release_full (levels, levels_clear);
}

static void
entry_release (Entry * entry)
{
  if (entry->leak)
    gst_prof_leak_stop (entry->leak);
  g_clear_pointer (&entry->leak, gst_prof_leak_unref);
  gst_clear_object (&entry->element);
}

/* With lock held. */
static gboolean
is_known (GstProfLevels * levels, GstElement * element)
{
  for (guint i = 0; i < levels->entries->len; i++) {
    if (g_array_index (levels->entries, Entry, i).element == element)
      return TRUE;
  }
  return FALSE;
}

/* With lock held. */
static void
add_holder (GstProfLevels * levels, GstElement * element,
    GstProfHolderKind kind)
{
  Entry entry = {.element = element,.holder.kind = kind };

  if (is_known (levels, element))
    return;
  if (levels->entries->len == GST_PROF_HOLDERS_MAX) {
    levels->refused++;
    return;
  }
  gst_object_ref (element);
  entry.holder.id = ++levels->ids;
  g_strlcpy (entry.holder.name, GST_OBJECT_NAME (element),
      sizeof (entry.holder.name));
  entry.leak = gst_prof_leak_new (element, kind);
  g_array_append_val (levels->entries, entry);
}

/* With lock held. */
static void
add_other (GPtrArray * others, GstElement * element)
{
  if (others->len < MAX_OTHERS && !g_ptr_array_find (others, element, NULL))
    g_ptr_array_add (others, gst_object_ref (element));
}

static gboolean
has_location (GstElement * element)
{
  GParamSpec *pspec = g_object_class_find_property
      (G_OBJECT_GET_CLASS (element), "location");

  return pspec != NULL && G_IS_PARAM_SPEC_STRING (pspec)
      && (pspec->flags & G_PARAM_READABLE);
}

static void
element_added (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer user_data)
{
  GstProfLevels *levels = user_data;
  GstProfHolderKind kind;
  gboolean holds = gst_prof_level_find_kind (element, &kind);
  gboolean source = GST_IS_BASE_SRC (element)
      || g_strcmp0 (G_OBJECT_TYPE_NAME (element), "GstRtpJitterBuffer") == 0;
  gboolean sink = !GST_IS_BIN (element)
      && GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK)
      && has_location (element);

  g_mutex_lock (&levels->lock);
  /* The bin may tell of a new element while we are being stopped. */
  if (!levels->stopped) {
    if (holds)
      add_holder (levels, element, kind);
    if (source)
      add_other (levels->sources, element);
    if (sink)
      add_other (levels->sinks, element);
  }
  g_mutex_unlock (&levels->lock);
}

/* With lock held. */
static void
steal_gone (GstProfLevels * levels, GPtrArray * others, GstElement * removed,
    GPtrArray * gone)
{
  for (guint i = others->len; i-- > 0;) {
    GstElement *element = g_ptr_array_index (others, i);

    if (!gst_prof_bin_watch_is_gone (&levels->elements, element, removed))
      continue;
    g_ptr_array_add (gone, gst_object_ref (element));
    g_ptr_array_remove_index_fast (others, i);
  }
}

static void
element_removed (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer user_data)
{
  GstProfLevels *levels = user_data;
  GArray *gone = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_autoptr (GPtrArray) others =
      g_ptr_array_new_with_free_func (gst_object_unref);

  g_mutex_lock (&levels->lock);
  for (guint i = levels->entries->len; i-- > 0;) {
    Entry entry = g_array_index (levels->entries, Entry, i);

    if (!gst_prof_bin_watch_is_gone (&levels->elements, entry.element, element))
      continue;
    g_array_append_val (gone, entry);
    g_array_remove_index (levels->entries, i);
  }
  steal_gone (levels, levels->sources, element, others);
  steal_gone (levels, levels->sinks, element, others);
  g_mutex_unlock (&levels->lock);

  for (guint i = 0; i < gone->len; i++)
    entry_release (&g_array_index (gone, Entry, i));
  g_array_unref (gone);
}

/*
 * gst_prof_levels_new:
 * @bin: the pipeline
 * @receive: (nullable): who counts what goes through jitterbuffers in @bin, and is
 *   stopped later than what is returned; %NULL: their levels are not known
 *
 * Looks at all that is in @bin, and at what comes later too. Any thread.
 *
 * Returns: (transfer full): the levels, to be stopped with
 *   gst_prof_levels_stop()
 */
GstProfLevels *
gst_prof_levels_new (GstBin * bin, GstProfReceiveWatch * receive)
{
  GstProfLevels *levels = g_atomic_rc_box_new0 (GstProfLevels);

  levels->receive = receive;
  g_mutex_init (&levels->lock);
  levels->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  levels->sources = g_ptr_array_new_with_free_func (gst_object_unref);
  levels->sinks = g_ptr_array_new_with_free_func (gst_object_unref);

  gst_prof_bin_watch_start (&levels->elements, bin, element_added,
      element_removed, levels, levels_unref_closure);
  return levels;
}

/*
 * gst_prof_levels_stop:
 * @levels: (transfer full): the levels
 *
 * Any thread, but not while another reads.
 */
void
gst_prof_levels_stop (GstProfLevels * levels)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  gst_prof_bin_watch_stop (&levels->elements);

  g_mutex_lock (&levels->lock);
  levels->stopped = TRUE;
  g_array_append_vals (entries, levels->entries->data, levels->entries->len);
  g_array_set_size (levels->entries, 0);
  g_mutex_unlock (&levels->lock);

  for (guint i = 0; i < entries->len; i++)
    entry_release (&g_array_index (entries, Entry, i));
  g_array_unref (entries);
  g_atomic_rc_box_release_full (levels, levels_clear);
}

static void
read_entry (GstProfLevels * levels, Entry * entry, GstProfHolder * holder)
{
  *holder = entry->holder;
  if (entry->leak != NULL)
    gst_prof_leak_read (entry->leak, entry->element, holder);
  else if (holder->kind != GST_PROF_HOLDER_JITTERBUFFER)
    gst_prof_level_read (entry->element, holder);
  else if (levels->receive != NULL)
    gst_prof_receive_watch_get_held (levels->receive, entry->element,
        &holder->buffers, &holder->bytes);
}

/* With lock held: one source or jitterbuffer that is live makes all live. */
static gboolean
is_live (GstProfLevels * levels)
{
  for (guint i = 0; i < levels->sources->len; i++) {
    GstElement *source = g_ptr_array_index (levels->sources, i);

    if (!GST_IS_BASE_SRC (source) || gst_base_src_is_live (GST_BASE_SRC
            (source)))
      return TRUE;
  }
  return FALSE;
}

/*
 * gst_prof_levels_read:
 * @levels: the levels
 * @sample: (inout): its @live, @n_holders, @holders and @holders_refused are set
 *
 * Not a streaming thread; one at a time, after the receive watch was read.
 */
void
gst_prof_levels_read (GstProfLevels * levels, GstProfBacklogSample * sample)
{
  Entry entries[GST_PROF_HOLDERS_MAX];
  guint n;

  g_mutex_lock (&levels->lock);
  sample->live = is_live (levels);
  sample->holders_refused = levels->refused;
  n = levels->entries->len;
  for (guint i = 0; i < n; i++) {
    entries[i] = g_array_index (levels->entries, Entry, i);
    gst_object_ref (entries[i].element);
    if (entries[i].leak)
      gst_prof_leak_ref (entries[i].leak);
  }
  g_mutex_unlock (&levels->lock);

  for (guint i = 0; i < n; i++)
    read_entry (levels, &entries[i], &sample->holders[i]);
  sample->n_holders = n;

  for (guint i = 0; i < n; i++) {
    g_clear_pointer (&entries[i].leak, gst_prof_leak_unref);
    gst_object_unref (entries[i].element);
  }
}

/*
 * gst_prof_levels_dup_location:
 * @levels: the levels
 *
 * Returns: (transfer full) (nullable): the file that the first sink writes, or
 *   %NULL: none does
 */
gchar *
gst_prof_levels_dup_location (GstProfLevels * levels)
{
  g_autoptr (GPtrArray) sinks =
      g_ptr_array_new_with_free_func (gst_object_unref);
  gchar *location = NULL;

  g_mutex_lock (&levels->lock);
  for (guint i = 0; i < levels->sinks->len; i++)
    g_ptr_array_add (sinks, gst_object_ref (g_ptr_array_index (levels->sinks,
                i)));
  g_mutex_unlock (&levels->lock);

  for (guint i = 0; i < sinks->len && location == NULL; i++) {
    g_object_get (g_ptr_array_index (sinks, i), "location", &location, NULL);
    if (location != NULL && strstr (location, "://") != NULL)
      g_clear_pointer (&location, g_free);
  }
  return location;
}
