/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-profnormalize
 * @title: profnormalize
 * @short_description: makes any raw video fit for an encoder, and says how
 *   long it took
 *
 * Takes raw video of any format, size and frame rate and gives frames that
 * encoders, muxers and players take: I420 unless told otherwise, even width
 * and height, square pixels, borders instead of distortion. The first
 * negotiation decides the output's caps for good (`hold-caps`): when the
 * source changes its size, frame rate or colours, as browsers do all the time,
 * frames are converted, and encoder and muxer never hear of it.
 *
 * The stage `normalize` is the conversion. The stage `pts` makes time stamps
 * strictly increasing in running time, by 1 ms at least: muxers silently drop
 * frames that have the same time. Its corrections are counted.
 *
 * What is not raw video in system memory passes untouched.
 *
 * ## Example
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=60 ! video/x-raw,width=321 !
 *     profnormalize width=1280 height=720 ! profencode ! fakesink
 * ]|
 */

/*
 * The element puts together the stage `normalize`, which is the base class's, the
 * stage `pts` (gstprofptsstage.c) and what its caps are (gstprofnegotiation.c).
 * Properties come from the application's threads, buffers on the streaming thread.
 */

#include "gstprofnormalize.h"

#include <gst/prof/gstprofstagename.h>
#include <gst/video/video.h>

#include "gstprofnegotiation.h"
#include "gstprofptsstage.h"

GST_DEBUG_CATEGORY_STATIC (gst_prof_normalize_debug);
#define GST_CAT_DEFAULT gst_prof_normalize_debug

#define DEFAULT_FORMAT "I420"
#define DEFAULT_HOLD_CAPS TRUE
#define DEFAULT_PTS_MODE GST_PROF_PTS_MODE_FIX

enum
{
  PROP_0,
  PROP_CONVERTER,
  PROP_FORMAT,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_HOLD_CAPS,
  PROP_PTS_MODE,
  PROP_CORRECTIONS,
  PROP_LARGEST_CORRECTION,
};

struct _GstProfNormalize
{
  GstProfBaseStage parent;

  GstProfNegotiation negotiation;
  GstProfPtsStage pts;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (GstProfNormalize, gst_prof_normalize,
    GST_TYPE_PROF_BASE_STAGE);
GST_ELEMENT_REGISTER_DEFINE (profnormalize, "profnormalize", GST_RANK_NONE,
    GST_TYPE_PROF_NORMALIZE);

#define parent_class gst_prof_normalize_parent_class

static gboolean
input_event (GstProfPort * port, GstEvent ** event, gboolean * ret)
{
  GstProfNormalize *self = port->owner;

  return gst_prof_negotiation_handle_input (&self->negotiation, event, ret);
}

static gboolean
input_chain (GstProfPort * port, GstBuffer * buffer, GstFlowReturn * ret)
{
  GstProfNormalize *self = port->owner;

  if (G_LIKELY (!atomic_load_explicit (&self->negotiation.bypass,
              memory_order_relaxed)))
    return FALSE;
  *ret = gst_pad_push (gst_prof_base_stage_get_src_pad
      (GST_PROF_BASE_STAGE (self)), buffer);
  return TRUE;
}

static gboolean
input_query (GstProfPort * port, GstQuery * query, gboolean * ret)
{
  GstProfNormalize *self = port->owner;

  return gst_prof_negotiation_answer_input (&self->negotiation, query, ret);
}

static const GstProfPortHooks input_hooks = {
  .event = input_event,
  .chain = input_chain,
  .query = input_query,
};

static GstFlowReturn
output (GstProfPort * port, GstProfThreadRecord * record, GstBuffer * buffer)
{
  GstProfNormalize *self = port->owner;

  return gst_prof_pts_stage_output (&self->pts, port, record, buffer);
}

static gboolean
output_event (GstProfPort * port, GstEvent ** event, gboolean * ret)
{
  GstProfNormalize *self = port->owner;

  if (GST_EVENT_TYPE (*event) == GST_EVENT_FLUSH_STOP)
    gst_prof_pts_stage_reset (&self->pts);
  return gst_prof_negotiation_handle_output (&self->negotiation, event, ret);
}

static gboolean
output_query (GstProfPort * port, GstQuery * query, gboolean * ret)
{
  GstProfNormalize *self = port->owner;

  return gst_prof_negotiation_answer_output (&self->negotiation, query, ret);
}

static const GstProfPortHooks output_hooks = {
  .query = output_query,
  .event = output_event,
  .output = output,
};

static gchar *
check (GstProfBaseStage * base)
{
  GstProfNormalize *self = GST_PROF_NORMALIZE (base);
  const gchar *format = self->negotiation.format;

  if (format == NULL || gst_video_format_from_string (format)
      != GST_VIDEO_FORMAT_UNKNOWN)
    return NULL;
  return g_strdup_printf ("\"%s\" is no format of raw video; \"I420\", "
      "\"NV12\" or \"RGBA\" would be.", format);
}

static GstStateChangeReturn
gst_prof_normalize_change_state (GstElement * element,
    GstStateChange transition)
{
  GstProfNormalize *self = GST_PROF_NORMALIZE (element);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    gst_prof_pts_stage_reset (&self->pts);
    gst_prof_negotiation_restart (&self->negotiation);
  }
  return GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);
}

static void
gst_prof_normalize_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstProfNormalize *self = GST_PROF_NORMALIZE (object);
  GstProfNegotiation *negotiation = &self->negotiation;

  if (prop_id == PROP_CONVERTER) {
    gst_prof_base_stage_set_child (GST_PROF_BASE_STAGE (object),
        g_value_get_object (value));
    return;
  }

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_FORMAT:
      g_free (negotiation->format);
      negotiation->format = g_value_dup_string (value);
      break;
    case PROP_WIDTH:
      negotiation->width = g_value_get_int (value);
      break;
    case PROP_HEIGHT:
      negotiation->height = g_value_get_int (value);
      break;
    case PROP_HOLD_CAPS:
      negotiation->hold_caps = g_value_get_boolean (value);
      if (!negotiation->hold_caps)
        gst_clear_caps (&negotiation->held);
      break;
    case PROP_PTS_MODE:
      self->pts.mode = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_prof_normalize_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstProfNormalize *self = GST_PROF_NORMALIZE (object);
  GstProfNegotiation *negotiation = &self->negotiation;

  if (prop_id == PROP_CONVERTER) {
    g_value_take_object (value,
        gst_prof_base_stage_get_child (GST_PROF_BASE_STAGE (object)));
    return;
  }

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_FORMAT:
      g_value_set_string (value, negotiation->format);
      break;
    case PROP_WIDTH:
      g_value_set_int (value, negotiation->width);
      break;
    case PROP_HEIGHT:
      g_value_set_int (value, negotiation->height);
      break;
    case PROP_HOLD_CAPS:
      g_value_set_boolean (value, negotiation->hold_caps);
      break;
    case PROP_PTS_MODE:
      g_value_set_enum (value, self->pts.mode);
      break;
    case PROP_CORRECTIONS:
      g_value_set_uint64 (value, atomic_load (&self->pts.meter.corrections));
      break;
    case PROP_LARGEST_CORRECTION:
      g_value_set_uint64 (value,
          atomic_load (&self->pts.meter.largest_correction));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

/* Events on their way upstream, behind the ghost sink pad */
static gboolean
upstream_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstProfPort *port = gst_pad_get_element_private (pad);
  GstProfNormalize *self = port->owner;

  if (gst_prof_negotiation_handle_upstream (&self->negotiation, event)) {
    gst_event_unref (event);
    return TRUE;
  }
  return gst_pad_event_default (pad, parent, event);
}

static void
gst_prof_normalize_constructed (GObject * object)
{
  GstProfNormalize *self = GST_PROF_NORMALIZE (object);
  GstProxyPad *internal;
  GstElement *filter;
  GstPad *sink_pad;

  G_OBJECT_CLASS (parent_class)->constructed (object);

  gst_prof_pts_stage_init (&self->pts, GST_ELEMENT (self), GST_CAT_DEFAULT);
  gst_prof_base_stage_set_sub_meter (GST_PROF_BASE_STAGE (self),
      &self->pts.meter);
  sink_pad = gst_prof_base_stage_get_sink_pad (GST_PROF_BASE_STAGE (self));
  internal = gst_proxy_pad_get_internal (GST_PROXY_PAD (sink_pad));
  gst_pad_set_event_function (GST_PAD (internal), upstream_event);
  gst_object_unref (internal);
  filter = gst_element_factory_make ("capsfilter", NULL);
  gst_prof_negotiation_init (&self->negotiation, GST_PROF_BASE_STAGE (self),
      filter);
  gst_prof_base_stage_set_extra_filter (GST_PROF_BASE_STAGE (self), filter);
}

static void
gst_prof_normalize_finalize (GObject * object)
{
  GstProfNormalize *self = GST_PROF_NORMALIZE (object);

  gst_prof_negotiation_clear (&self->negotiation);
  gst_prof_pts_stage_clear (&self->pts);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_READY;
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (object_class, PROP_CONVERTER,
      gst_prof_base_stage_child_param_spec ("converter",
          "The converter: an element, or in gst-launch-1.0 a description "
          "(default: videoconvertscale)"));
  g_object_class_install_property (object_class, PROP_FORMAT,
      g_param_spec_string ("format", "Format", "Pixel format of the output, as "
          "in caps, if what follows takes it, else what that takes; NULL: "
          "whatever it takes", DEFAULT_FORMAT, flags));
  g_object_class_install_property (object_class, PROP_WIDTH,
      g_param_spec_int ("width", "Width", "Width of the output in pixels, "
          "rounded down to even; 0: the first frame's", 0, 32768, 0, flags));
  g_object_class_install_property (object_class, PROP_HEIGHT,
      g_param_spec_int ("height", "Height", "Height of the output in pixels, "
          "rounded down to even; 0: the first frame's", 0, 32768, 0, flags));
  g_object_class_install_property (object_class, PROP_HOLD_CAPS,
      g_param_spec_boolean ("hold-caps", "Hold caps", "Keep the output's caps "
          "as they were negotiated first, whatever the input changes to",
          DEFAULT_HOLD_CAPS, flags));
  g_object_class_install_property (object_class, PROP_PTS_MODE,
      g_param_spec_enum ("pts-mode", "PTS mode", "What to do about missing, "
          "repeated and backward time stamps", GST_TYPE_PROF_PTS_MODE,
          DEFAULT_PTS_MODE, flags));
  g_object_class_install_property (object_class, PROP_CORRECTIONS,
      g_param_spec_uint64 ("corrections", "Corrections", "Time stamps that "
          "were corrected, or would have been with pts-mode=fix", 0,
          G_MAXUINT64, 0, readable));
  g_object_class_install_property (object_class, PROP_LARGEST_CORRECTION,
      g_param_spec_uint64 ("largest-correction", "Largest correction",
          "The largest correction of a time stamp, in nanoseconds", 0,
          G_MAXUINT64, 0, readable));
}

static void
gst_prof_normalize_class_init (GstProfNormalizeClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstProfBaseStageClass *stage_class = GST_PROF_BASE_STAGE_CLASS (klass);

  object_class->set_property = gst_prof_normalize_set_property;
  object_class->get_property = gst_prof_normalize_get_property;
  object_class->constructed = gst_prof_normalize_constructed;
  object_class->finalize = gst_prof_normalize_finalize;
  element_class->change_state = gst_prof_normalize_change_state;

  GST_DEBUG_CATEGORY_INIT (gst_prof_normalize_debug, "profnormalize", 0,
      "profnormalize element");
  stage_class->category = gst_prof_normalize_debug;
  stage_class->role = "converter";
  stage_class->role_klass = "Converter";
  stage_class->default_factory = "videoconvertscale";
  stage_class->default_plugin = "videoconvertscale";
  stage_class->default_package = "gstreamer1.0-plugins-base";
  stage_class->stage = GST_PROF_STAGE_NORMALIZE;
  stage_class->input_hooks = &input_hooks;
  stage_class->output_hooks = &output_hooks;
  stage_class->check = check;

  install_properties (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Profiling video normalizer", "Filter/Converter/Video/Scaler",
      "Makes any raw video fit for an encoder: format, size, borders, time "
      "stamps; and posts how long each frame took", "The gst-prof authors");

  gst_type_mark_as_plugin_api (GST_TYPE_PROF_PTS_MODE, 0);
}

static void
gst_prof_normalize_init (GstProfNormalize * self)
{
  self->negotiation.format = g_strdup (DEFAULT_FORMAT);
  self->negotiation.hold_caps = DEFAULT_HOLD_CAPS;
  self->pts.mode = DEFAULT_PTS_MODE;
}
