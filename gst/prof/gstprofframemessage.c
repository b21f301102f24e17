/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The prof-frame message: apart from the others, because it alone needs the
 * frame table's types. Passive; any thread.
 */

#include "gstprofframemessage.h"

#include "gstproffield.h"
#include "gstprofmessage.h"

static const gchar *const state_nicks[] = {
  "complete", "dropped", "incomplete",
};

static const GstProfFieldNicks states =
    { state_nicks, G_N_ELEMENTS (state_nicks), NULL };

#define FIELD(name, type, member, ...) \
    { name, GST_PROF_FIELD_ ## type, G_STRUCT_OFFSET (GstProfFrame, member), \
      ## __VA_ARGS__ }

static GstProfField frame_fields[] = {
  FIELD ("number", UINT64, number),
  FIELD ("stream-id", STRING, stream_id),
  FIELD ("state", NICK, state, FALSE, &states),
  FIELD ("running-time", TIME, running_time),
  FIELD ("enter", TIME, first_enter),
  FIELD ("leave", TIME, last_leave),
  FIELD ("total", TIME, total),
  FIELD ("occupancy", TIME, occupancy),
  FIELD ("occupancy-thread", UINT64, occupancy_thread),
  FIELD ("latency", TIME, latency),
  FIELD ("encode-latency", TIME, encode_latency),
  FIELD ("packets", UINT, packets),
  FIELD ("bytes", UINT64, bytes),
  FIELD ("missing", STRING, missing),
};

static void
ensure_table (void)
{
  static gsize once;

  if (g_once_init_enter (&once)) {
    gst_prof_fields_init (frame_fields, G_N_ELEMENTS (frame_fields));
    g_once_init_leave (&once, 1);
  }
}

/*
 * gst_prof_frame_to_structure:
 * @frame: a frame that ended
 *
 * Returns: (transfer full): the structure of a `prof-frame` message
 */
GstStructure *
gst_prof_frame_to_structure (const GstProfFrame * frame)
{
  GstStructure *structure = gst_structure_new_empty (GST_PROF_MESSAGE_FRAME);
  g_autoptr (GstStructure) stages = gst_structure_new_empty ("stages");
  g_autoptr (GString) unjoined = g_string_new (NULL);

  ensure_table ();
  gst_prof_fields_write (frame_fields, G_N_ELEMENTS (frame_fields), frame,
      structure);
  for (guint i = 0; i < frame->n_cells; i++)
    gst_structure_set (stages, frame->cells[i].stage, G_TYPE_UINT64,
        frame->cells[i].own, NULL);
  for (guint i = 0; i < frame->n_unjoined; i++)
    g_string_append_printf (unjoined, "%s%s", i > 0 ? "+" : "",
        frame->unjoined[i]);
  gst_structure_set (structure,
      "flags", G_TYPE_STRING, gst_prof_span_flags_to_string (frame->flags),
      "stages", GST_TYPE_STRUCTURE, stages,
      "unjoined", G_TYPE_STRING, unjoined->str, NULL);
  return structure;
}
