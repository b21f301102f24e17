/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:tracer-prof
 * @title: prof
 * @short_description: says of any application where its pipelines' time went
 *
 * |[
 * GST_TRACERS=prof gst-launch-1.0 videotestsrc num-buffers=300 ! x264enc ! fakesink
 * GST_TRACERS="prof(report=times.txt,json=times.json,threshold=20ms)" application
 * ]|
 *
 * docs/tracer.md describes the report and the parameters.
 */

/*
 * The tracer registers no hook: as soon as there is one, whatever it does,
 * GStreamer dispatches each push of each pad to it, for some 250 ns. It learns of
 * pipelines by their state changes, for which it replaces one function of the
 * class GstBin (and of classes that have inherited it already), and of all else by
 * what its sessions attach to the pipelines.
 *
 * GStreamer makes it in gst_init() and lets go of a tracer without hooks at once;
 * it keeps a reference to itself until the end of the process. There is one at
 * work: a second one in the same process only shows its properties, and says so.
 */

#include "gstproftracer.h"

#include "gstproftraced.h"
#include "gstproftracerparams.h"
#include "gstproftracerreport.h"
#include "gstproftracersignals.h"

#include <stdatomic.h>

enum {
  PROP_0,
  PROP_REPORT,
  PROP_JSON,
  PROP_EXCLUDE,
  PROP_SAMPLE_INTERVAL,
  PROP_THRESHOLDS,              /* and one for each kind of warning */
};

struct _GstProfTracer {
  GstTracer parent;

  /* set once */
  GstProfTracerParams params;
};

G_DEFINE_TYPE (GstProfTracer, gst_prof_tracer, GST_TYPE_TRACER);

typedef GstStateChangeReturn (*ChangeStateFunc) (GstElement *, GstStateChange);

/* Set once, before it is called */
static ChangeStateFunc bin_change_state;

static GstStateChangeReturn
change_state (GstElement * element, GstStateChange transition)
{
  GstStateChangeReturn ret;

  gst_prof_traced_before (element, transition);
  ret = bin_change_state (element, transition);
  gst_prof_traced_after (element, transition, ret);
  return ret;
}

/* A class copies what it inherits when it is first used. */
static void
replace_in_subclasses (GType type)
{
  g_autofree GType *children = g_type_children (type, NULL);

  for (guint i = 0; children[i] != 0; i++) {
    GstElementClass *klass = g_type_class_peek (children[i]);

    if (klass == NULL)
      continue;
    if (klass->change_state == bin_change_state)
      klass->change_state = change_state;
    replace_in_subclasses (children[i]);
  }
}

static void
replace_change_state (void)
{
  GstElementClass *klass = g_type_class_ref (GST_TYPE_BIN);

  bin_change_state = klass->change_state;
  klass->change_state = change_state;
  replace_in_subclasses (GST_TYPE_BIN);
}

static void
start (GstProfTracer * self, const gchar * text)
{
  static atomic_flag started = ATOMIC_FLAG_INIT;
  GstProfConfig config;

  if (atomic_flag_test_and_set (&started)) {
    g_printerr ("gst-prof: GST_TRACERS: one prof is at work already, prof(%s) does "
        "nothing; parameters go between the brackets of one, separated by commas\n",
        text ? text : "");
    return;
  }
  /* Until the end of the process. */
  gst_object_ref (self);

  gst_prof_config_init (&config);
  config.thresholds = self->params.thresholds;
  config.sample_interval = self->params.sample_interval;
  config.telemetry_frames = 0;
  config.performance_interval = 0;
  config.count_elements = TRUE;
  config.exclude = (const gchar * const *) self->params.exclude;

  gst_prof_tracer_report_init (&self->params);
  gst_prof_tracer_report_check ();
  gst_prof_tracer_signals_init (&self->params);
  gst_prof_traced_init (&config, gst_prof_tracer_signals_pipeline_begins);
  replace_change_state ();
}

static void
gst_prof_tracer_constructed (GObject * object)
{
  GstProfTracer *self = GST_PROF_TRACER (object);
  g_autofree gchar *text = NULL, *complaints = NULL;

  G_OBJECT_CLASS (gst_prof_tracer_parent_class)->constructed (object);

  g_object_get (object, "params", &text, NULL);
  complaints = gst_prof_tracer_params_parse (&self->params, text);
  if (complaints != NULL) {
    g_auto (GStrv) lines = g_strsplit (complaints, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++)
      g_printerr ("gst-prof: GST_TRACERS: %s\n", lines[i]);
  }
  start (self, text);
}

static void
gst_prof_tracer_get_property (GObject * object, guint prop_id, GValue * value,
    GParamSpec * pspec)
{
  GstProfTracer *self = GST_PROF_TRACER (object);

  switch (prop_id) {
    case PROP_REPORT:
      g_value_set_string (value, self->params.report);
      break;
    case PROP_JSON:
      g_value_set_string (value, self->params.json);
      break;
    case PROP_EXCLUDE:
      if (self->params.exclude != NULL)
        g_value_take_string (value, g_strjoinv ("|", self->params.exclude));
      break;
    case PROP_SAMPLE_INTERVAL:
      g_value_set_uint64 (value, self->params.sample_interval);
      break;
    default:
      if (prop_id < PROP_THRESHOLDS
          || prop_id >= PROP_THRESHOLDS + GST_PROF_WARNING_N_KINDS) {
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
        return;
      }
      g_value_set_uint64 (value,
          self->params.thresholds.values[prop_id - PROP_THRESHOLDS]);
      break;
  }
}

static void
gst_prof_tracer_finalize (GObject * object)
{
  gst_prof_tracer_params_clear (&GST_PROF_TRACER (object)->params);

  G_OBJECT_CLASS (gst_prof_tracer_parent_class)->finalize (object);
}

static void
gst_prof_tracer_init (GstProfTracer * self)
{
  gst_prof_tracer_params_init (&self->params);
}

#define FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

static void
install_thresholds (GObjectClass * gobject_class)
{
  for (guint kind = 0; kind < GST_PROF_WARNING_N_KINDS; kind++) {
    const GstProfThreshold *threshold = gst_prof_threshold_get (kind);
    const gchar *name = gst_prof_tracer_params_get_key (kind);

    if (name != NULL)
      g_object_class_install_property (gobject_class, PROP_THRESHOLDS + kind,
          g_param_spec_uint64 (name, name, threshold->blurb ? threshold->blurb
              : "Own time of one call of an element above which it is SLOW "
              "(nanoseconds, 0 = off)", 0, G_MAXINT64, threshold->value, FLAGS));
  }
}

static void
gst_prof_tracer_class_init (GstProfTracerClass * klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);

  gobject_class->constructed = gst_prof_tracer_constructed;
  gobject_class->get_property = gst_prof_tracer_get_property;
  gobject_class->finalize = gst_prof_tracer_finalize;

  /**
   * GstProfTracer:report:
   *
   * Since: 0.1
   */
  g_object_class_install_property (gobject_class, PROP_REPORT,
      g_param_spec_string ("report", "Report", "File that gets the report as "
          "text, with %p for the process (- = stderr, none = no text)",
          GST_PROF_TRACER_REPORT_STDERR, FLAGS));
  /**
   * GstProfTracer:json:
   *
   * Since: 0.1
   */
  g_object_class_install_property (gobject_class, PROP_JSON,
      g_param_spec_string ("json", "JSON", "File that gets the report as JSON, "
          "with %p for the process (- = stderr, none = no JSON)", NULL, FLAGS));
  /**
   * GstProfTracer:exclude:
   *
   * Since: 0.1
   */
  g_object_class_install_property (gobject_class, PROP_EXCLUDE,
      g_param_spec_string ("exclude", "Exclude", "Names of elements and "
          "factories that are not to be touched, with * and ?, separated by |",
          NULL, FLAGS));
  /**
   * GstProfTracer:sample-interval:
   *
   * Since: 0.1
   */
  g_object_class_install_property (gobject_class, PROP_SAMPLE_INTERVAL,
      g_param_spec_uint64 ("sample-interval", "Sample interval",
          "Time between two looks at what the pipelines' threads do, in "
          "nanoseconds (0 = never look, else at least 1000000)", 0, GST_SECOND,
          GST_PROF_CONFIG_SAMPLE_INTERVAL, FLAGS));
  install_thresholds (gobject_class);
}
