/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The way of packets through a pipeline: from a jitterbuffer down to the decoder,
 * and up to the element that brings them from outside. Goes from pad to pad,
 * through ghost pads, queues, demuxers and every branch of a tee, until it has
 * found what it looks for. Keeps nothing; any thread.
 */

#include "gstprofreceivepath.h"

#include <gst/prof/gstproflinks.h>

#include <string.h>

/* Longer than any way that somebody has built on purpose; cycles end here. */
#define MAX_DEPTH 40

/* Elements that are looked at, all branches together. */
#define MAX_LOOKS 128

/* Branches of one element. */
#define MAX_BRANCHES 16

typedef struct
{
  GstProfReceivePath *path;
  guint looks;
  guint n;                      /* elements on the way to here */
  GstElement *way[MAX_DEPTH];   /* references */
} Walk;

static gboolean
has_klass (GstElement * element, const gchar * word)
{
  const gchar *klass = gst_element_get_metadata (element,
      GST_ELEMENT_METADATA_KLASS);

  return klass != NULL && strstr (klass, word) != NULL;
}

/* What puts lost packets together again is called one too, but gives RTP. */
static gboolean
is_depayloader (GstElement * element)
{
  GstPadTemplate *template;
  GstCaps *caps;
  gboolean gives_rtp;

  if (!has_klass (element, "Depayloader"))
    return FALSE;
  template = gst_element_get_pad_template (element, "src");
  if (template == NULL)
    return FALSE;
  caps = gst_pad_template_get_caps (template);
  gives_rtp = !gst_caps_is_any (caps) && !gst_caps_is_empty (caps)
      && gst_structure_has_name (gst_caps_get_structure (caps, 0),
      "application/x-rtp");
  gst_caps_unref (caps);
  return !gives_rtp;
}

static gboolean
is_type (GstElement * element, const gchar * name)
{
  return g_strcmp0 (G_OBJECT_TYPE_NAME (element), name) == 0;
}

static void
add_end (GstProfReceivePath * path, gpointer object)
{
  for (guint i = 0; i < path->n_ends; i++) {
    if (path->ends[i] == object)
      return;
  }
  if (path->n_ends < GST_PROF_RECEIVE_PATH_MAX_ENDS)
    path->ends[path->n_ends++] = gst_object_ref (object);
}

/* Takes what @walk has come by, instead of what was found before. */
static void
keep_way (Walk * walk)
{
  GstProfReceivePath *path = walk->path;

  while (path->n_elements > 0)
    gst_object_unref (path->elements[--path->n_elements]);
  for (guint i = 0; i < MIN (walk->n, GST_PROF_RECEIVE_PATH_MAX); i++)
    path->elements[path->n_elements++] = gst_object_ref (walk->way[i]);
}

/* The sink pad behind @src; where there is none yet, that is an end. */
static GstPad *
find_next (Walk * walk, GstPad * src)
{
  GstPad *end = NULL;
  GstPad *next = gst_prof_links_find_peer (src, &end);

  if (end != NULL)
    add_end (walk->path, end);
  gst_clear_object (&end);
  return next;
}

/* The sink pad behind an element of one source pad. */
static GstPad *
find_behind (Walk * walk, GstElement * element)
{
  GstPad *src = gst_element_get_static_pad (element, "src");
  GstPad *behind = src ? find_next (walk, src) : NULL;

  gst_clear_object (&src);
  return behind;
}

static const GstStructure *
get_structure (GstCaps * caps)
{
  if (caps == NULL || gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return NULL;
  return gst_caps_get_structure (caps, 0);
}

/* Notes what RTP says of what is in it. Returns: whether it is decoded already */
static gboolean
look_at_caps (GstProfReceivePath * path, GstPad * pad)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  const GstStructure *s = get_structure (caps);
  gboolean raw = s != NULL
      && g_str_has_suffix (gst_structure_get_name (s), "/x-raw");

  if (path->caps == NULL && s != NULL
      && gst_structure_has_name (s, "application/x-rtp")
      && gst_structure_has_field (s, "encoding-name"))
    path->caps = gst_caps_ref (caps);
  if (caps != NULL)
    gst_caps_unref (caps);
  return raw;
}

static gboolean go_down (Walk * walk, GstPad * src);

/* Returns: whether one of them leads to a decoder */
static gboolean
go_down_branches (Walk * walk, GstElement * element, GstPad * sink)
{
  GstPad *srcs[MAX_BRANCHES];
  guint n = gst_prof_links_find_inside (sink, srcs, MAX_BRANCHES);
  gboolean found = FALSE;

  if (n == 0 && !GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK))
    add_end (walk->path, element);
  for (guint i = 0; i < n; i++) {
    if (!found)
      found = go_down (walk, srcs[i]);
    gst_object_unref (srcs[i]);
  }
  return found;
}

static gboolean
look_at (Walk * walk, GstElement * element, GstPad * sink)
{
  GstProfReceivePath *path = walk->path;
  gboolean raw = look_at_caps (path, sink);

  /* From here on it is not about what came in. */
  if (has_klass (element, "Encoder") || has_klass (element, "Muxer")
      || (path->has_depay && raw))
    return FALSE;

  if (has_klass (element, "Codec/Decoder")) {
    path->has_decoder = TRUE;
    path->decoded = find_behind (walk, element);
    keep_way (walk);
    return TRUE;
  }
  if (!path->has_depay && is_depayloader (element)) {
    path->has_depay = TRUE;
    path->depayed = find_behind (walk, element);
    keep_way (walk);
  }
  return go_down_branches (walk, element, sink);
}

static gboolean
go_down (Walk * walk, GstPad * src)
{
  GstPad *sink = find_next (walk, src);
  GstElement *element = sink ? gst_pad_get_parent_element (sink) : NULL;
  gboolean found = FALSE;

  if (element != NULL && walk->n < MAX_DEPTH && walk->looks++ < MAX_LOOKS) {
    if (walk->path->out == NULL)
      walk->path->out = gst_object_ref (sink);
    walk->way[walk->n++] = gst_object_ref (element);
    found = look_at (walk, element, sink);
    gst_object_unref (walk->way[--walk->n]);
  }
  gst_clear_object (&element);
  gst_clear_object (&sink);
  return found;
}

static void
add_element (GstProfReceivePath * path, GstElement * element)
{
  for (guint i = 0; i < path->n_elements; i++) {
    if (path->elements[i] == element)
      return;
  }
  if (path->n_elements < GST_PROF_RECEIVE_PATH_MAX)
    path->elements[path->n_elements++] = gst_object_ref (element);
}

static void
note_other_work (const GValue * value, gpointer user_data)
{
  GstElement *element = g_value_get_object (value);

  if (has_klass (element, "Encoder") || has_klass (element, "Muxer")
      || has_klass (element, "Payloader")
      || (!GST_IS_BIN (element)
          && GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK)))
    *(gboolean *) user_data = TRUE;
}

static void
add_element_value (const GValue * value, gpointer user_data)
{
  add_element (user_data, g_value_get_object (value));
}

static void
foreach_inside (GstObject * bin, GstIteratorForeachFunction func, gpointer data)
{
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (bin));

  while (gst_iterator_foreach (elements, func, data) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);
  gst_iterator_free (elements);
}

/* A bin around the decoder decodes, as long as it does nothing else. */
static void
add_bins (GstProfReceivePath * path, GstElement * jitterbuffer)
{
  GstObject *bin =
      gst_object_get_parent (GST_OBJECT (path->elements[path->n_elements - 1]));
  gboolean goes_on = TRUE;

  while (bin != NULL && goes_on) {
    GstObject *parent = gst_object_get_parent (bin);
    gboolean works = FALSE;

    goes_on = GST_IS_BIN (bin) && parent != NULL
        && !gst_object_has_as_ancestor (GST_OBJECT (jitterbuffer), bin);
    if (goes_on)
      foreach_inside (bin, note_other_work, &works);
    if (goes_on && !works) {
      add_element (path, GST_ELEMENT (bin));
      foreach_inside (bin, add_element_value, path);
    }
    gst_object_unref (bin);
    bin = parent;
  }
  gst_clear_object (&bin);
}

/* Nothing comes from anywhere yet. */
static void
add_end_before (GstProfReceivePath * path, GstElement * jitterbuffer)
{
  GstPad *sink = gst_element_get_static_pad (jitterbuffer, "sink");

  if (sink != NULL && !gst_pad_is_linked (sink))
    add_end (path, sink);
  gst_clear_object (&sink);
}

/*
 * gst_prof_receive_path_find:
 * @jitterbuffer: a jitterbuffer
 * @path: (out caller-allocates): what is behind it now, to be cleared
 */
void
gst_prof_receive_path_find (GstElement * jitterbuffer,
    GstProfReceivePath * path)
{
  Walk walk = {.path = path };
  GstPad *src = gst_element_get_static_pad (jitterbuffer, "src");

  memset (path, 0, sizeof (*path));
  add_end_before (path, jitterbuffer);
  if (src == NULL)
    return;
  go_down (&walk, src);
  gst_object_unref (src);
  if (path->has_decoder && path->n_elements > 0)
    add_bins (path, jitterbuffer);
}

/*
 * gst_prof_receive_path_clear:
 * @path: a path
 */
void
gst_prof_receive_path_clear (GstProfReceivePath * path)
{
  gst_clear_object (&path->out);
  if (path->caps != NULL)
    gst_caps_unref (g_steal_pointer (&path->caps));
  gst_clear_object (&path->depayed);
  gst_clear_object (&path->decoded);
  while (path->n_elements > 0)
    gst_object_unref (path->elements[--path->n_elements]);
  while (path->n_ends > 0)
    gst_object_unref (path->ends[--path->n_ends]);
}

/* What it is in, if that is what takes DTLS and SRTP apart. */
static void
note_passed (GstProfReceiveOrigin * origin, GstElement * element)
{
  GstObject *parent;

  if (origin->session == NULL && is_type (element, "GstRtpSession"))
    origin->session = gst_object_ref (element);
  if (origin->dtls != NULL)
    return;
  parent = gst_object_get_parent (GST_OBJECT (element));
  if (parent != NULL && is_type (GST_ELEMENT (parent), "GstDtlsSrtpDec"))
    origin->dtls = gst_object_ref (GST_ELEMENT (parent));
  gst_clear_object (&parent);
}

static gboolean
has_sink_pads (GstElement * element)
{
  gboolean has;

  GST_OBJECT_LOCK (element);
  has = element->sinkpads != NULL;
  GST_OBJECT_UNLOCK (element);
  return has;
}

static gboolean go_up (GstProfReceiveOrigin * origin, GstPad * sink,
    guint depth, guint * looks);

static gboolean
look_at_feeder (GstProfReceiveOrigin * origin, GstElement * element,
    GstPad * src, GstPad * sink, guint depth, guint * looks)
{
  GstPad *sinks[MAX_BRANCHES];
  gboolean found = FALSE;
  guint n;

  /* Those who make packets here bring none from outside. */
  if (gst_prof_links_is_locked (element) || has_klass (element, "Payloader")
      || has_klass (element, "Codec/Encoder"))
    return FALSE;
  if (!has_sink_pads (element)) {
    origin->source = gst_object_ref (element);
    origin->incoming = gst_object_ref (sink);
    return TRUE;
  }

  note_passed (origin, element);
  n = gst_prof_links_find_inside (src, sinks, MAX_BRANCHES);
  for (guint i = 0; i < n; i++) {
    if (!found)
      found = go_up (origin, sinks[i], depth + 1, looks);
    gst_object_unref (sinks[i]);
  }
  return found;
}

static gboolean
go_up (GstProfReceiveOrigin * origin, GstPad * sink, guint depth, guint * looks)
{
  GstPad *src = gst_prof_links_find_peer (sink, NULL);
  GstElement *element = src ? gst_pad_get_parent_element (src) : NULL;
  gboolean found = FALSE;

  if (element != NULL && depth < MAX_DEPTH && (*looks)++ < MAX_LOOKS)
    found = look_at_feeder (origin, element, src, sink, depth, looks);
  gst_clear_object (&element);
  gst_clear_object (&src);
  return found;
}

/*
 * gst_prof_receive_origin_find:
 * @jitterbuffer: a jitterbuffer
 * @origin: (out caller-allocates): where its packets come from now, to be
 *   cleared
 */
void
gst_prof_receive_origin_find (GstElement * jitterbuffer,
    GstProfReceiveOrigin * origin)
{
  GstPad *sink = gst_element_get_static_pad (jitterbuffer, "sink");
  guint looks = 0;

  memset (origin, 0, sizeof (*origin));
  if (sink == NULL)
    return;
  go_up (origin, sink, 0, &looks);
  gst_object_unref (sink);
}

/*
 * gst_prof_receive_origin_clear:
 * @origin: an origin
 */
void
gst_prof_receive_origin_clear (GstProfReceiveOrigin * origin)
{
  gst_clear_object (&origin->source);
  gst_clear_object (&origin->incoming);
  gst_clear_object (&origin->session);
  gst_clear_object (&origin->dtls);
}
