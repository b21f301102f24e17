/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a converter's output is to look like, and what its neighbours are told
 * of that: before anything is negotiated, what is preferred; then, while caps
 * are held, what keeps them, whatever comes in. Owns the wishes, the caps that
 * are held, and what the capsfilter behind the converter is set to. The rules
 * for caps are in gstprofheldcaps.c.
 *
 * Events come on the streaming thread, which alone writes what is atomic;
 * queries on any. The object lock is the element's, and is not held while a
 * neighbour is asked.
 */

#include "gstprofnegotiation.h"

#include "gstprofheldcaps.h"

/*
 * gst_prof_negotiation_init:
 * @self: zeroed memory; lives as long as @stage
 * @stage: the element, whose pads are there
 * @filter: (transfer none): the capsfilter behind its converter, which the
 *   element's bin keeps
 */
void
gst_prof_negotiation_init (GstProfNegotiation * self, GstProfBaseStage * stage,
    GstElement * filter)
{
  self->stage = stage;
  self->filter = filter;
}

/*
 * gst_prof_negotiation_clear:
 * @self: the negotiation
 */
void
gst_prof_negotiation_clear (GstProfNegotiation * self)
{
  g_free (self->format);
  gst_clear_caps (&self->held);
}

static GstPad *
get_src_pad (GstProfNegotiation * self)
{
  return gst_prof_base_stage_get_src_pad (self->stage);
}

static GstPad *
get_sink_pad (GstProfNegotiation * self)
{
  return gst_prof_base_stage_get_sink_pad (self->stage);
}

/* What the ghost pad leads to; none while the element has no converter */
static GstPad *
get_target (GstPad * ghost)
{
  return gst_ghost_pad_get_target (GST_GHOST_PAD (ghost));
}

static GstCaps *
get_held (GstProfNegotiation * self)
{
  GstCaps *held;

  GST_OBJECT_LOCK (self->stage);
  held = self->held ? gst_caps_ref (self->held) : NULL;
  GST_OBJECT_UNLOCK (self->stage);
  return held;
}

/* What upstream is shown before anything is negotiated: a source that can give
 * what is preferred then does so, and nothing has to be converted. */
static GstCaps *
offer_caps (GstProfNegotiation * self)
{
  GstCaps *caps, *any_format = gst_caps_new_simple ("video/x-raw",
      "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);

  GST_OBJECT_LOCK (self->stage);
  if (self->width > 0)
    gst_caps_set_simple (any_format, "width", G_TYPE_INT,
        gst_prof_held_caps_even (self->width, 0), NULL);
  if (self->height > 0)
    gst_caps_set_simple (any_format, "height", G_TYPE_INT,
        gst_prof_held_caps_even (self->height, 0), NULL);
  caps = gst_caps_copy (any_format);
  if (self->format != NULL)
    gst_caps_set_simple (caps, "format", G_TYPE_STRING, self->format, NULL);
  GST_OBJECT_UNLOCK (self->stage);
  return gst_caps_merge (caps, any_format);
}

/*
 * gst_prof_negotiation_restart:
 * @self: the negotiation
 *
 * From READY to PAUSED: all is negotiated anew.
 */
void
gst_prof_negotiation_restart (GstProfNegotiation * self)
{
  GstCaps *caps;

  atomic_store (&self->bypass, FALSE);
  GST_OBJECT_LOCK (self->stage);
  gst_clear_caps (&self->held);
  GST_OBJECT_UNLOCK (self->stage);
  caps = offer_caps (self);
  g_object_set (self->filter, "caps", caps, NULL);
  gst_caps_unref (caps);
}

static GstCaps *
choose_caps (GstProfNegotiation * self, GstCaps * in)
{
  GstCaps *caps, *downstream = gst_pad_peer_query_caps (get_src_pad (self),
      NULL);
  GstStructure *s = gst_caps_get_structure (in, 0);
  gint width = 0, height = 0;

  gst_structure_get_int (s, "width", &width);
  gst_structure_get_int (s, "height", &height);

  GST_OBJECT_LOCK (self->stage);
  caps = gst_caps_new_simple ("video/x-raw",
      "width", G_TYPE_INT, gst_prof_held_caps_even (self->width, width),
      "height", G_TYPE_INT, gst_prof_held_caps_even (self->height, height),
      "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  if (self->format != NULL)
    gst_caps_set_simple (caps, "format", G_TYPE_STRING, self->format, NULL);
  GST_OBJECT_UNLOCK (self->stage);

  /* The format is a preference; the size is not. */
  if (!gst_caps_can_intersect (caps, downstream))
    gst_structure_remove_field (gst_caps_get_structure (caps, 0), "format");
  gst_caps_unref (downstream);
  return caps;
}

static void
caps_arrived (GstProfNegotiation * self, GstEvent ** event)
{
  GstCaps *caps, *filter, *held = get_held (self);

  gst_event_parse_caps (*event, &caps);
  if (held != NULL) {
    GstCaps *pretended = gst_prof_held_caps_pretend (caps, held);
    GstEvent *replacement = gst_event_new_caps (pretended);

    gst_event_set_seqnum (replacement, gst_event_get_seqnum (*event));
    gst_event_unref (*event);
    *event = replacement;
    gst_caps_unref (pretended);
    filter = gst_prof_held_caps_spell_out (held);
  } else {
    filter = choose_caps (self, caps);
  }
  GST_CAT_DEBUG_OBJECT (GST_PROF_BASE_STAGE_GET_CLASS (self->stage)->category,
      self->stage, "output is %" GST_PTR_FORMAT, filter);
  /* The filter would have upstream negotiate again; but these caps are what
   * upstream has just been told they become. */
  atomic_store (&self->choosing, TRUE);
  g_object_set (self->filter, "caps", filter, NULL);
  atomic_store (&self->choosing, FALSE);
  gst_caps_unref (filter);
  gst_clear_caps (&held);
}

/*
 * gst_prof_negotiation_handle_input:
 * @self: the negotiation
 * @event: (inout): an event that comes to the sink pad; may be replaced
 * @ret: (out): the result, if it was dealt with
 *
 * Returns: whether it was dealt with: it has gone past the converter
 */
gboolean
gst_prof_negotiation_handle_input (GstProfNegotiation * self,
    GstEvent ** event, gboolean * ret)
{
  GstCaps *caps;

  if (GST_EVENT_TYPE (*event) == GST_EVENT_CAPS) {
    gst_event_parse_caps (*event, &caps);
    atomic_store (&self->bypass, !gst_prof_held_caps_is_raw (caps));
    if (!atomic_load (&self->bypass))
      caps_arrived (self, event);
  }
  if (!atomic_load (&self->bypass))
    return FALSE;
  *ret = gst_pad_push_event (get_src_pad (self), *event);
  return TRUE;
}

/* What the converter takes: while caps are held, of any frame rate */
static GstCaps *
get_raw_caps (GstProfNegotiation * self, GstCaps * filter)
{
  GstPad *target = get_target (get_sink_pad (self));
  GstCaps *held = get_held (self), *asked = NULL, *answer, *caps;

  if (target == NULL) {
    gst_clear_caps (&held);
    return gst_caps_new_empty ();
  }
  if (held == NULL) {
    caps = gst_pad_query_caps (target, filter);
    gst_object_unref (target);
    return caps;
  }

  if (filter != NULL)
    asked = gst_prof_held_caps_open (filter);
  answer = gst_pad_query_caps (target, asked);
  caps = gst_prof_held_caps_open (answer);
  gst_caps_unref (answer);
  gst_clear_caps (&asked);
  if (filter != NULL) {
    answer = gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST);
    gst_caps_unref (caps);
    caps = answer;
  }
  gst_caps_unref (held);
  gst_object_unref (target);
  return caps;
}

static gboolean
has_known_features (GstCapsFeatures * features, GstStructure * structure,
    gpointer user_data)
{
  return features == NULL || !gst_caps_features_is_any (features);
}

/* What passes untouched: all that the neighbour at the other pad has or takes
 * but raw video */
static GstCaps *
get_other_caps (GstPad * other_pad, GstCaps * filter)
{
  GstCaps *all = gst_pad_peer_query_caps (other_pad, filter);
  GstCaps *raw = gst_caps_new_empty_simple ("video/x-raw");
  GstCaps *caps;

  /* What has any features cannot be subtracted from; it has the plain ones. */
  if (!gst_caps_is_any (all)) {
    all = gst_caps_make_writable (all);
    gst_caps_filter_and_map_in_place (all, has_known_features, NULL);
  }
  caps = gst_caps_is_any (all) ? gst_caps_new_any ()
      : gst_caps_subtract (all, raw);

  gst_caps_unref (raw);
  gst_caps_unref (all);
  return caps;
}

static void
answer_caps (GstProfNegotiation * self, GstQuery * query)
{
  GstCaps *filter, *caps;

  gst_query_parse_caps (query, &filter);
  caps = gst_caps_merge (get_raw_caps (self, filter),
      get_other_caps (get_src_pad (self), filter));
  gst_query_set_caps_result (query, caps);
  gst_caps_unref (caps);
}

static void
answer_accept_caps (GstProfNegotiation * self, GstQuery * query)
{
  GstCaps *caps, *held = get_held (self), *pretended = NULL;
  GstPad *target;
  gboolean accept;

  gst_query_parse_accept_caps (query, &caps);
  if (!gst_prof_held_caps_is_raw (caps)) {
    accept = gst_pad_peer_query_accept_caps (get_src_pad (self), caps);
  } else {
    if (held != NULL)
      caps = pretended = gst_prof_held_caps_pretend (caps, held);
    target = get_target (get_sink_pad (self));
    accept = target != NULL && gst_pad_query_accept_caps (target, caps);
    gst_clear_object (&target);
  }
  gst_query_set_accept_caps_result (query, accept);
  gst_clear_caps (&pretended);
  gst_clear_caps (&held);
}

/*
 * gst_prof_negotiation_answer_input:
 * @self: the negotiation
 * @query: a query at the sink pad
 * @ret: (out): the result, if it was answered
 *
 * Returns: whether it was answered
 */
gboolean
gst_prof_negotiation_answer_input (GstProfNegotiation * self, GstQuery * query,
    gboolean * ret)
{
  *ret = TRUE;
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_CAPS:
      answer_caps (self, query);
      return TRUE;
    case GST_QUERY_ACCEPT_CAPS:
      answer_accept_caps (self, query);
      return TRUE;
    default:
      if (!atomic_load (&self->bypass))
        return FALSE;
      *ret = gst_pad_peer_query (get_src_pad (self), query);
      return TRUE;
  }
}

/* Returns whether downstream has these caps already, in another spelling */
static gboolean
hold (GstProfNegotiation * self, GstEvent * event)
{
  GstCaps *caps, *spelled_out, *held = get_held (self);
  gboolean known;

  gst_event_parse_caps (event, &caps);
  if (held == NULL) {
    GST_OBJECT_LOCK (self->stage);
    if (self->hold_caps)
      self->held = gst_caps_ref (caps);
    GST_OBJECT_UNLOCK (self->stage);
    return FALSE;
  }
  spelled_out = gst_prof_held_caps_spell_out (held);
  known = gst_caps_is_equal (caps, spelled_out)
      && !gst_caps_is_equal (caps, held);
  gst_caps_unref (spelled_out);
  gst_caps_unref (held);
  return known;
}

/*
 * gst_prof_negotiation_handle_output:
 * @self: the negotiation
 * @event: (inout): an event that comes out of the converter
 * @ret: (out): the result, if it was dealt with
 *
 * Returns: whether it was dealt with: downstream need not hear of it
 */
gboolean
gst_prof_negotiation_handle_output (GstProfNegotiation * self,
    GstEvent ** event, gboolean * ret)
{
  if (GST_EVENT_TYPE (*event) != GST_EVENT_CAPS || !hold (self, *event))
    return FALSE;
  gst_event_unref (*event);
  *ret = TRUE;
  return TRUE;
}

/*
 * gst_prof_negotiation_answer_output:
 * @self: the negotiation
 * @query: a query at the source pad
 * @ret: (out): the result, if it was answered
 *
 * Returns: whether it was answered
 */
gboolean
gst_prof_negotiation_answer_output (GstProfNegotiation * self,
    GstQuery * query, gboolean * ret)
{
  GstPad *target;
  GstCaps *filter, *caps;

  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
    return FALSE;
  gst_query_parse_caps (query, &filter);
  target = get_target (get_src_pad (self));
  caps = target ? gst_pad_query_caps (target, filter)
      : gst_caps_new_empty ();
  caps = gst_caps_merge (caps, get_other_caps (get_sink_pad (self), filter));
  gst_query_set_caps_result (query, caps);
  gst_caps_unref (caps);
  gst_clear_object (&target);
  *ret = TRUE;
  return TRUE;
}

/*
 * gst_prof_negotiation_handle_upstream:
 * @self: the negotiation
 * @event: an event on its way upstream, behind the sink pad
 *
 * Returns: whether it goes no further
 */
gboolean
gst_prof_negotiation_handle_upstream (GstProfNegotiation * self,
    GstEvent * event)
{
  return GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE
      && atomic_load (&self->choosing);
}
