/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The `figures` of a prof-warning about what piles up: the only place that knows
 * their names and types. docs/messages.md describes them to their readers.
 * Passive; any thread.
 */

#include "gstprofbacklogmessage.h"

static guint64
to_uint64 (gdouble value)
{
  return value > 0 ? (guint64) (value + 0.5) : 0;
}

static void
set_holder (GstStructure * figures, const GstProfHolderGrowth * growth)
{
  const GstProfHolder *holder = &growth->holder;

  if (holder->name[0] == '\0')
    return;
  gst_structure_set (figures,
      "holder", G_TYPE_STRING, holder->name,
      "holder-kind", G_TYPE_STRING,
      gst_prof_holder_kind_get_nick (holder->kind),
      "holder-buffers", G_TYPE_UINT64, holder->buffers,
      "holder-bytes", G_TYPE_UINT64, holder->bytes,
      "holder-time", G_TYPE_UINT64, (guint64) holder->time,
      "holder-rate", G_TYPE_UINT64, to_uint64 (growth->rate),
      "holder-full", G_TYPE_BOOLEAN, growth->full, NULL);
}

static void
set_falling_behind (GstStructure * figures, const GstProfJudgement * judgement)
{
  const GstProfLoadFigures *load = &judgement->load;

  gst_structure_set (figures,
      "lag", G_TYPE_UINT64, (guint64) MAX (judgement->lag, 0),
      "gained", G_TYPE_UINT64, (guint64) MAX (judgement->gained, 0),
      "lag-rate", G_TYPE_DOUBLE, judgement->lag_rate,
      "dropped", G_TYPE_UINT64, judgement->dropped,
      "drop-rate", G_TYPE_DOUBLE, judgement->drop_rate,
      "place", G_TYPE_STRING, load->frames > 0
      ? gst_prof_load_place_get_nick (load->place) : "",
      "own", G_TYPE_UINT64, (guint64) load->own,
      "occupancy", G_TYPE_UINT64, (guint64) load->occupancy,
      "budget", G_TYPE_UINT64, (guint64) load->budget,
      "sustained-fps", G_TYPE_DOUBLE, load->sustained, NULL);
  if (load->frames > 0 && load->cause != GST_PROF_CAUSE_UNKNOWN)
    gst_structure_set (figures, "cause", G_TYPE_STRING,
        gst_prof_cause_get_info (load->cause)->nick, NULL);
  set_holder (figures, &judgement->holder);
}

static void
set_memory_growth (GstStructure * figures, const GstProfJudgement * judgement)
{
  GValue list = G_VALUE_INIT;

  gst_value_array_init (&list, judgement->n_shares);
  for (guint i = 0; i < judgement->n_shares; i++) {
    const GstProfJudgementShare *share = &judgement->shares[i];
    GValue value = G_VALUE_INIT;

    g_value_init (&value, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&value, gst_structure_new ("holder",
            "name", G_TYPE_STRING, share->holder.name,
            "kind", G_TYPE_STRING,
            gst_prof_holder_kind_get_nick (share->holder.kind),
            "buffers", G_TYPE_UINT64, share->holder.buffers,
            "bytes", G_TYPE_UINT64, share->holder.bytes,
            "growth", G_TYPE_UINT64, share->growth, NULL));
    gst_value_array_append_and_take_value (&list, &value);
  }
  gst_structure_set (figures,
      "rss", G_TYPE_UINT64, judgement->rss,
      "rss-base", G_TYPE_UINT64, judgement->base,
      "rss-rate", G_TYPE_UINT64, to_uint64 (judgement->rss_rate),
      "unexplained", G_TYPE_UINT64, judgement->unexplained, NULL);
  gst_structure_take_value (figures, "holders", &list);
}

static void
set_disk_space (GstStructure * figures, const GstProfJudgement * judgement)
{
  gst_structure_set (figures,
      "path", G_TYPE_STRING, judgement->disk.path,
      "free", G_TYPE_UINT64, judgement->disk.free,
      "size", G_TYPE_UINT64, judgement->disk.size,
      "rate", G_TYPE_UINT64, to_uint64 (judgement->disk_rate),
      "left", G_TYPE_UINT64, (guint64) judgement->disk_left, NULL);
}

/*
 * gst_prof_backlog_message_new_figures:
 * @judgement: what there is to tell
 *
 * Returns: (transfer full): the structure `figures` of its prof-warning
 */
GstStructure *
gst_prof_backlog_message_new_figures (const GstProfJudgement * judgement)
{
  GstStructure *figures = gst_structure_new_empty ("figures");

  switch (judgement->kind) {
    case GST_PROF_WARNING_FALLING_BEHIND:
      set_falling_behind (figures, judgement);
      break;
    case GST_PROF_WARNING_MEMORY_GROWTH:
      set_memory_growth (figures, judgement);
      break;
    case GST_PROF_WARNING_DISK_SPACE:
      set_disk_space (figures, judgement);
      break;
    default:
      g_assert_not_reached ();
  }
  return figures;
}
