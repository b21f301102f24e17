/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-profstage
 * @title: profstage
 * @short_description: measures any element under a name of your own
 *
 * Goes around any element with one sink pad and at most one source pad, or a
 * description of several in a row, and measures it as a stage with the name
 * that `stage` gives.
 *
 * ## Example
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=60 ! profstage stage=overlay
 *     element="clockoverlay ! timeoverlay" ! fakesink
 * ]|
 */

#include "gstprofstage.h"

#include <gst/prof/gstprofstagename.h>

GST_DEBUG_CATEGORY_STATIC (gst_prof_stage_debug);
#define GST_CAT_DEFAULT gst_prof_stage_debug

#define DEFAULT_STAGE "stage"

enum
{
  PROP_0,
  PROP_ELEMENT,
  PROP_STAGE,
};

struct _GstProfStage
{
  GstProfBaseStage parent;

  gchar *stage;                 /* object lock */
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (GstProfStage, gst_prof_stage, GST_TYPE_PROF_BASE_STAGE);
GST_ELEMENT_REGISTER_DEFINE (profstage, "profstage", GST_RANK_NONE,
    GST_TYPE_PROF_STAGE);

static void
set_stage (GstProfStage * self, const gchar * stage)
{
  if (GST_STATE (self) != GST_STATE_NULL) {
    g_warning ("%s: the stage's name can be set in NULL only",
        GST_OBJECT_NAME (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  g_free (self->stage);
  self->stage = g_strdup (stage);
  GST_OBJECT_UNLOCK (self);
  if (gst_prof_stage_name_is_valid (stage))
    gst_prof_meter_set_stage (gst_prof_base_stage_get_meter
        (GST_PROF_BASE_STAGE (self)), stage);
}

static gchar *
check (GstProfBaseStage * base)
{
  GstProfStage *self = GST_PROF_STAGE (base);

  if (gst_prof_stage_name_is_valid (self->stage))
    return NULL;
  return g_strdup_printf ("\"%s\" is no name for a stage: a letter, then up to "
      "31 letters, digits, '-' or '_'.", self->stage ? self->stage : "");
}

static void
gst_prof_stage_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  switch (prop_id) {
    case PROP_ELEMENT:
      gst_prof_base_stage_set_child (GST_PROF_BASE_STAGE (object),
          g_value_get_object (value));
      break;
    case PROP_STAGE:
      set_stage (GST_PROF_STAGE (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_prof_stage_get_property (GObject * object, guint prop_id, GValue * value,
    GParamSpec * pspec)
{
  switch (prop_id) {
    case PROP_ELEMENT:
      g_value_take_object (value,
          gst_prof_base_stage_get_child (GST_PROF_BASE_STAGE (object)));
      break;
    case PROP_STAGE:
      GST_OBJECT_LOCK (object);
      g_value_set_string (value, GST_PROF_STAGE (object)->stage);
      GST_OBJECT_UNLOCK (object);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_prof_stage_finalize (GObject * object)
{
  g_free (GST_PROF_STAGE (object)->stage);
  G_OBJECT_CLASS (gst_prof_stage_parent_class)->finalize (object);
}

static void
gst_prof_stage_class_init (GstProfStageClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstProfBaseStageClass *stage_class = GST_PROF_BASE_STAGE_CLASS (klass);

  object_class->set_property = gst_prof_stage_set_property;
  object_class->get_property = gst_prof_stage_get_property;
  object_class->finalize = gst_prof_stage_finalize;

  GST_DEBUG_CATEGORY_INIT (gst_prof_stage_debug, "profstage", 0,
      "profstage element");
  stage_class->category = gst_prof_stage_debug;
  stage_class->role = "element";
  stage_class->stage = DEFAULT_STAGE;
  stage_class->check = check;

  g_object_class_install_property (object_class, PROP_ELEMENT,
      gst_prof_base_stage_child_param_spec ("element",
          "The element to measure, or in gst-launch-1.0 a description: one "
          "sink pad and at most one source pad"));
  g_object_class_install_property (object_class, PROP_STAGE,
      g_param_spec_string ("stage", "Stage", "Name of the stage in messages "
          "and log lines: a letter, then up to 31 letters, digits, '-' or '_'",
          DEFAULT_STAGE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Profiling stage",
      "Generic/Bin", "Measures any element as a stage of the pipeline and "
      "posts how long each buffer took", "The gst-prof authors");
}

static void
gst_prof_stage_init (GstProfStage * self)
{
  self->stage = g_strdup (DEFAULT_STAGE);
}
