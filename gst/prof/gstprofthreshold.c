/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The one table of what is warned about: name, threshold, level, advice. It
 * compares; it neither measures nor tells. Passive; any thread.
 */

#include "gstprofthreshold.h"

#include "gstprofledger.h"

#include "gstprofstagename.h"

#define OFF " (nanoseconds, 0 = off)"
#define OFF_BYTES " (bytes, 0 = off)"

/* The values and the advice come from the service whose recordings this
 * project began with; where it had none, the value of a neighbour is used. */
static const GstProfThreshold table[] = {
  [GST_PROF_WARNING_CRITICAL] = {"critical", "critical-threshold",
        "A frame that takes longer in all stages together is CRITICAL" OFF,
        100 * GST_MSECOND, NULL, GST_LEVEL_ERROR,
      "make the slowest stage cheaper (hardware encoder, faster preset, lower "
        "resolution)"},
  [GST_PROF_WARNING_SLOW_FRAME] = {"slow-frame", "frame-threshold",
        "A frame that takes longer in all stages together is a SLOW FRAME" OFF,
        50 * GST_MSECOND, NULL, GST_LEVEL_WARNING,
        "make the slowest stage cheaper, or give it a thread of its own with a "
        "queue in front"},
  [GST_PROF_WARNING_SLOW_NORMALIZE] = {"slow-normalize",
        "normalize-threshold",
        "Own time of stage normalize above which it is SLOW" OFF,
        50 * GST_MSECOND, GST_PROF_STAGE_NORMALIZE, GST_LEVEL_WARNING,
        "cheaper conversion: have the source deliver the encoder's format and "
        "size, or lower the resolution"},
  [GST_PROF_WARNING_SLOW_PTS] = {"slow-pts", "pts-threshold",
        "Own time of stage pts above which it is SLOW" OFF,
        10 * GST_MSECOND, GST_PROF_STAGE_PTS, GST_LEVEL_WARNING,
        "a time stamp costs microseconds: look for what held up the thread"},
  [GST_PROF_WARNING_SLOW_ENCODE] = {"slow-encode", "encode-threshold",
        "Own time of stage encode above which it is SLOW" OFF,
        50 * GST_MSECOND, GST_PROF_STAGE_ENCODE, GST_LEVEL_WARNING,
      "hardware encoder, faster preset or lower resolution"},
  [GST_PROF_WARNING_SLOW_MUX] = {"slow-mux", "mux-threshold",
        "Own time of stage mux above which it is SLOW" OFF,
        50 * GST_MSECOND, GST_PROF_STAGE_MUX, GST_LEVEL_WARNING,
        "a container that is written as it goes (mkv, ts, fragmented mp4)"},
  [GST_PROF_WARNING_SLOW_WRITE] = {"slow-write", "write-threshold",
        "Own time of stage write above which it is SLOW" OFF,
        50 * GST_MSECOND, GST_PROF_STAGE_WRITE, GST_LEVEL_WARNING,
        "SSD, larger flush threshold (filesink buffer-size), or asynchronous "
        "writes (a queue in front of the sink)"},
  [GST_PROF_WARNING_SLOW_STAGE] = {"slow-stage", "stage-threshold",
        "Own time of any other stage above which it is SLOW" OFF,
        50 * GST_MSECOND, NULL, GST_LEVEL_WARNING,
        "make the stage cheaper, or give it a thread of its own with a queue "
        "in front"},
  [GST_PROF_WARNING_SLOW_ELEMENT] = {"slow-element", NULL, NULL,
        50 * GST_MSECOND, NULL, GST_LEVEL_WARNING,
        "make the element cheaper, or give it a thread of its own with a queue "
        "in front"},
  [GST_PROF_WARNING_GAP] = {"gap", "gap-threshold",
        "Interval between two frames at the first stage above which it is a "
        "gap, if it is above two frame durations too" OFF, 200 * GST_MSECOND, NULL, GST_LEVEL_WARNING,
        "look at what feeds the first stage and at what follows it"},
  [GST_PROF_WARNING_UPSTREAM_WAIT] = {"upstream-wait",
        "upstream-threshold",
        "Time that the first stage waits for a frame above which it is told, "
        "if it is above two frame durations too" OFF, 1 * GST_SECOND, NULL, GST_LEVEL_WARNING,
        "look at what feeds the first stage: network, jitter buffer, decoder, "
        "source"},
  [GST_PROF_WARNING_STATE_CHANGE] = {"state-change", NULL, NULL,
        1 * GST_SECOND, NULL, GST_LEVEL_WARNING,
        "look at what the element waits for when its state is changed: a device, "
        "a FIFO or peer without the other end, a thread that does not return"},
  [GST_PROF_WARNING_SLOW_SETUP] = {"slow-setup", "setup-threshold",
        "Time to set a stage up, first buffer included, above which it is SLOW"
        OFF, 1 * GST_SECOND, NULL, GST_LEVEL_WARNING,
        "pre-initialise: bring the container and the encoder to PAUSED before "
        "the first frame is due"},
  [GST_PROF_WARNING_INIT_CHECK] = {"init-check", "init-check-threshold",
        "Time a stage takes to handle new caps in mid-stream above which it is "
        "SLOW" OFF, 100 * GST_MSECOND, NULL, GST_LEVEL_WARNING,
        "hold the caps (profnormalize hold-caps=true), so that encoder and "
        "muxer are not set up again in mid-stream"},
  [GST_PROF_WARNING_ENCODER_STARVATION] = {"encoder-starvation", NULL, NULL,
        0, GST_PROF_STAGE_ENCODE, GST_LEVEL_WARNING,
        "the encoder takes frames and gives none: less look-ahead, fewer "
        "B-frames (tune=zerolatency), or it hangs"},
  [GST_PROF_WARNING_FILE_REMOVED] = {"file-removed", NULL, NULL, 0, NULL,
        GST_LEVEL_ERROR,
        "stop whatever removed it and start a new recording: what is written "
        "now is lost when the file is closed"},
  [GST_PROF_WARNING_MAIN_LOOP] = {"main-loop", "main-loop-threshold",
        "Time that the default main context dispatches nothing above which it "
        "is told" OFF, 100 * GST_MSECOND, NULL, GST_LEVEL_WARNING,
        "something in the application's main loop does not yield: move it to a "
        "thread of its own, or split it up"},
  [GST_PROF_WARNING_FALLING_BEHIND] = {"falling-behind", "lag-threshold",
        "A live pipeline whose frames come later and later, by more than this "
        "in the last seconds or minutes, is FALLING BEHIND" OFF,
        1 * GST_SECOND, NULL, GST_LEVEL_WARNING,
        "make what is too slow cheaper, or let frames be dropped before it (a "
        "leaky queue)"},
  [GST_PROF_WARNING_MEMORY_GROWTH] = {"memory-growth", "memory-threshold",
        "Memory that the process takes above its level after the warm-up, and "
        "above twice that level, from which on it is MEMORY GROWTH" OFF_BYTES,
        100000000, NULL, GST_LEVEL_WARNING,
        "look for what keeps buffers: a queue without limits, an appsrc that "
        "is fed too fast, an application that keeps references"},
  [GST_PROF_WARNING_DISK_SPACE] = {"disk-space", "disk-threshold",
        "Time until the file system that is recorded to is full below which "
        "it is told" OFF, 600 * GST_SECOND, NULL, GST_LEVEL_WARNING,
        "free space, or end the recording before it is full: an index that "
        "finds no room may cost the whole file"},
};

G_STATIC_ASSERT (G_N_ELEMENTS (table) == GST_PROF_WARNING_N_KINDS);

/*
 * gst_prof_threshold_get:
 * @kind: a kind of warning
 *
 * Returns: (transfer none): what is known of it
 */
const GstProfThreshold *
gst_prof_threshold_get (GstProfWarningKind kind)
{
  g_return_val_if_fail (kind < GST_PROF_WARNING_N_KINDS, NULL);

  return &table[kind];
}

/*
 * gst_prof_threshold_find:
 * @nick: a nick
 * @kind: (out): the kind that has it; untouched if there is none
 *
 * Returns: %FALSE when no kind has it
 */
gboolean
gst_prof_threshold_find (const gchar * nick, GstProfWarningKind * kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    if (g_str_equal (table[i].nick, nick)) {
      *kind = i;
      return TRUE;
    }
  }
  return FALSE;
}

/*
 * gst_prof_threshold_kind_for_stage:
 * @stage: a stage's name
 *
 * Returns: the kind of warning for a long own time of this stage
 */
GstProfWarningKind
gst_prof_threshold_kind_for_stage (const gchar * stage)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    if (table[i].property && table[i].stage
        && g_str_equal (table[i].stage, stage))
      return i;
  }
  return GST_PROF_WARNING_SLOW_STAGE;
}

/*
 * gst_prof_threshold_get_advice:
 * @kind: a kind of warning
 * @where: (nullable): the stage, or of a gap the cause, that took the most time
 *
 * Returns: (transfer none): what helps: what is said of a whole frame or of a
 *   gap depends on where its time went
 */
const gchar *
gst_prof_threshold_get_advice (GstProfWarningKind kind, const gchar * where)
{
  const GstProfThreshold *threshold = gst_prof_threshold_get (kind);

  if (where == NULL || (kind != GST_PROF_WARNING_CRITICAL
          && kind != GST_PROF_WARNING_SLOW_FRAME
          && kind != GST_PROF_WARNING_GAP
          && kind != GST_PROF_WARNING_FALLING_BEHIND)
      || g_str_equal (where, GST_PROF_PART_UNKNOWN))
    return threshold->advice;
  if (g_str_equal (where, GST_PROF_PART_UPSTREAM))
    return table[GST_PROF_WARNING_UPSTREAM_WAIT].advice;
  if (g_str_equal (where, GST_PROF_PART_DOWNSTREAM))
    return "look at what follows the first stage and is not measured: put a "
        "profstage around it";
  return table[gst_prof_threshold_kind_for_stage (where)].advice;
}

/*
 * gst_prof_thresholds_init:
 * @thresholds: (out caller-allocates): gets the defaults
 */
void
gst_prof_thresholds_init (GstProfThresholds * thresholds)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    thresholds->values[i] = table[i].value;
}

/*
 * gst_prof_thresholds_exceeded:
 * @thresholds: the values
 * @kind: which one to compare with
 * @value: nanoseconds, or %GST_CLOCK_TIME_NONE
 *
 * Returns: whether @value is longer than the threshold, which is not off
 */
gboolean
gst_prof_thresholds_exceeded (const GstProfThresholds * thresholds,
    GstProfWarningKind kind, GstClockTime value)
{
  GstClockTime threshold = thresholds->values[kind];

  return threshold != 0 && GST_CLOCK_TIME_IS_VALID (value)
      && value > threshold;
}
