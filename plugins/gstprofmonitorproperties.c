/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a monitor is told and what it has found, as properties of the element
 * that has it: names, ranges, defaults, words for gst-inspect. Owns nothing; the
 * monitor has the values, under its own lock. Any thread.
 */

#include "gstprofmonitorproperties.h"

#include <gst/prof/gstprofclock.h>

/* More looks than that cost more than they tell. */
#define MIN_SAMPLE_INTERVAL GST_MSECOND

/* An hour of frames at 30 fps is more than anyone reads. */
#define MAX_FRAMES 108000

#define DEFAULT_FORWARD_FRAMES FALSE

enum {
  FORWARD_FRAMES,
  TELEMETRY_FRAMES,
  PERFORMANCE_INTERVAL,
  SAMPLE_INTERVAL,
  WATCHDOG_TIMEOUT,
  STARTUP_ORIGIN,
  ENDING,
  STATS,
  THRESHOLDS,                   /* and one for each kind of warning */
};

static gboolean
set_sample_interval (GstProfConfig * config, GstClockTime interval)
{
  if (interval != 0 && interval < MIN_SAMPLE_INTERVAL)
    return FALSE;
  config->sample_interval = interval;
  return TRUE;
}

/*
 * gst_prof_monitor_properties_set:
 * @monitor: the element's monitor
 * @object: the element
 * @id: number of the property, counted from the first that was installed
 * @value: its value
 * @pspec: its description
 *
 * What is not among them is warned about, as GObject does.
 */
void
gst_prof_monitor_properties_set (GstProfMonitor * monitor, GObject * object,
    guint id, const GValue * value, GParamSpec * pspec)
{
  GstProfConfig config;

  gst_prof_monitor_get_config (monitor, &config);
  switch (id) {
    case FORWARD_FRAMES:
      config.forward_frames = g_value_get_boolean (value);
      break;
    case TELEMETRY_FRAMES:
      config.telemetry_frames = g_value_get_uint (value);
      break;
    case PERFORMANCE_INTERVAL:
      config.performance_interval = g_value_get_uint (value);
      break;
    case SAMPLE_INTERVAL:
      if (!set_sample_interval (&config, g_value_get_uint64 (value)))
        g_warning ("%s: sample-interval %" G_GUINT64_FORMAT " ns is too short: "
            "0 (never look) or at least %u ns will do",
            GST_OBJECT_NAME (object), g_value_get_uint64 (value),
            (guint) MIN_SAMPLE_INTERVAL);
      break;
    case WATCHDOG_TIMEOUT:
      config.watchdog_timeout = g_value_get_uint64 (value);
      break;
    case STARTUP_ORIGIN:
      config.startup_origin = g_value_get_uint64 (value);
      break;
    case ENDING:
      if (g_value_get_boolean (value))
        gst_prof_monitor_set_ending (monitor, gst_prof_clock_now ());
      return;
    default:
      if (id < THRESHOLDS || id >= THRESHOLDS + GST_PROF_WARNING_N_KINDS) {
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
        return;
      }
      config.thresholds.values[id - THRESHOLDS] = g_value_get_uint64 (value);
      break;
  }
  gst_prof_monitor_set_config (monitor, &config);
}

/*
 * gst_prof_monitor_properties_get:
 * @monitor: the element's monitor
 * @object: the element
 * @id: number of the property, counted from the first that was installed
 * @value: initialised; gets the value
 * @pspec: its description
 */
void
gst_prof_monitor_properties_get (GstProfMonitor * monitor, GObject * object,
    guint id, GValue * value, GParamSpec * pspec)
{
  GstProfConfig config;

  gst_prof_monitor_get_config (monitor, &config);
  switch (id) {
    case FORWARD_FRAMES:
      g_value_set_boolean (value, config.forward_frames);
      break;
    case TELEMETRY_FRAMES:
      g_value_set_uint (value, config.telemetry_frames);
      break;
    case PERFORMANCE_INTERVAL:
      g_value_set_uint (value, config.performance_interval);
      break;
    case SAMPLE_INTERVAL:
      g_value_set_uint64 (value, config.sample_interval);
      break;
    case WATCHDOG_TIMEOUT:
      g_value_set_uint64 (value, config.watchdog_timeout);
      break;
    case STARTUP_ORIGIN:
      g_value_set_uint64 (value, config.startup_origin);
      break;
    case STATS:
      gst_prof_monitor_process (monitor, gst_prof_clock_now ());
      g_value_take_boxed (value, gst_prof_monitor_get_summary (monitor));
      break;
    default:
      if (id < THRESHOLDS || id >= THRESHOLDS + GST_PROF_WARNING_N_KINDS) {
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
        return;
      }
      g_value_set_uint64 (value, config.thresholds.values[id - THRESHOLDS]);
      break;
  }
}

static void
install_thresholds (GObjectClass * klass, guint first)
{
  for (guint kind = 0; kind < GST_PROF_WARNING_N_KINDS; kind++) {
    const GstProfThreshold *threshold = gst_prof_threshold_get (kind);

    if (threshold->property == NULL)
      continue;
    g_object_class_install_property (klass, first + THRESHOLDS + kind,
        g_param_spec_uint64 (threshold->property, threshold->property,
            threshold->blurb, 0, G_MAXINT64, threshold->value,
            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
            GST_PARAM_MUTABLE_PLAYING));
  }
}

/*
 * gst_prof_monitor_properties_install:
 * @klass: class of an element that has a monitor
 * @first: id of the first of these properties, which have this and all higher
 *   ids
 */
void
gst_prof_monitor_properties_install (GObjectClass * klass, guint first)
{
  const GParamFlags ready = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      GST_PARAM_MUTABLE_READY;
  const GParamFlags playing = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      GST_PARAM_MUTABLE_PLAYING;

  /**
   * GstProfLatencyTracer:forward-frames:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first + FORWARD_FRAMES,
      g_param_spec_boolean ("forward-frames", "Forward frames",
          "Post a prof-frame message for each frame that ended",
          DEFAULT_FORWARD_FRAMES, playing));
  /**
   * GstProfLatencyTracer:telemetry-frames:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first + TELEMETRY_FRAMES,
      g_param_spec_uint ("telemetry-frames", "Telemetry frames",
          "Number of frames at the start that have a TELEMETRY line in the log",
          0, MAX_FRAMES, GST_PROF_CONFIG_TELEMETRY_FRAMES, playing));
  /**
   * GstProfLatencyTracer:performance-interval:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first + PERFORMANCE_INTERVAL,
      g_param_spec_uint ("performance-interval", "Performance interval",
          "Number of frames from one PERFORMANCE line in the log to the next "
          "(0 = none)", 0, MAX_FRAMES, GST_PROF_CONFIG_PERFORMANCE_INTERVAL,
          playing));
  /**
   * GstProfLatencyTracer:sample-interval:
   *
   * Without looking at the threads no cause is known, and nothing is told while
   * it goes on.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first + SAMPLE_INTERVAL,
      g_param_spec_uint64 ("sample-interval", "Sample interval",
          "Time between two looks at what the pipeline's threads do, in "
          "nanoseconds (0 = never look, else at least 1000000)", 0, GST_SECOND,
          GST_PROF_CONFIG_SAMPLE_INTERVAL, ready));
  /**
   * GstProfLatencyTracer:watchdog-timeout:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first + WATCHDOG_TIMEOUT,
      g_param_spec_uint64 ("watchdog-timeout", "Watchdog timeout",
          "A stall that goes on for longer is an error on the bus, so that the "
          "application can start again, in nanoseconds (0 = never)", 0,
          G_MAXINT64, 0, playing));
  /**
   * GstProfLatencyTracer:startup-origin:
   *
   * From then on the time to the first recorded frame is counted, which the
   * summary has under `startup`; unset, from the first sign of a session that is
   * seen. It holds for one run, from READY to PAUSED and back, and is to be set
   * before the first frame.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first + STARTUP_ORIGIN,
      g_param_spec_uint64 ("startup-origin", "Startup origin",
          "When the session's peer made its first contact, in nanoseconds of "
          "CLOCK_MONOTONIC (0 = not known)", 0, G_MAXUINT64, 0, playing));
  /**
   * GstProfLatencyTracer:ending:
   *
   * To be set when an application knows that its stream ends, and EOS does not
   * follow at once: frames that stay away from then on are no gap, unless the end
   * itself stays away for seconds. EOS that is sent to a pipeline inside does the
   * same. It holds for one run, from READY to PAUSED and back.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first + ENDING,
      g_param_spec_boolean ("ending", "Ending",
          "Set when the end of the stream is announced: no frame is due from "
          "then on (FALSE does nothing)", FALSE,
          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS |
          GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstProfLatencyTracer:stats:
   *
   * What was found so far in this run, or in the last one after it ended; the
   * contents of a `prof-summary` message.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first + STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "Frames, times by stage, gaps and warnings so far: the same structure "
          "as in prof-summary messages", GST_TYPE_STRUCTURE,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  install_thresholds (klass, first);
}
