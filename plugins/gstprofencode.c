/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-profencode
 * @title: profencode
 * @short_description: encodes video and says how long it took
 *
 * Goes around a video encoder, x264enc unless told otherwise, and measures the
 * stage `encode`: for each frame the time that the encoder kept its thread
 * (without what happens downstream), the time from its entry to its packet's
 * exit, the packet's size and whether it is a key frame. It posts a
 * `prof-span` element message per frame, and `prof-setup` once; the fields
 * are those of docs/messages.md.
 *
 * ## Example
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=60 ! profencode
 *     encoder="x264enc tune=zerolatency speed-preset=ultrafast" ! fakesink
 * ]|
 */

#include "gstprofencode.h"

#include <gst/prof/gstprofstagename.h>
#include <gst/video/gstvideoencoder.h>

GST_DEBUG_CATEGORY_STATIC (gst_prof_encode_debug);
#define GST_CAT_DEFAULT gst_prof_encode_debug

/* What an encoder may keep before its first packet when it does not say: the
 * most that x264 looks ahead */
#define UNKNOWN_DEPTH 250

enum
{
  PROP_0,
  PROP_ENCODER,
};

struct _GstProfEncode
{
  GstProfBaseStage parent;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (GstProfEncode, gst_prof_encode, GST_TYPE_PROF_BASE_STAGE);
GST_ELEMENT_REGISTER_DEFINE (profencode, "profencode", GST_RANK_NONE,
    GST_TYPE_PROF_ENCODE);

/* The encoder has been configured: it knows now how many frames it keeps. */
static void
caps_done (GstProfPort * port)
{
  GstElement *encoder = gst_prof_base_stage_get_role_element (port->owner);
  GstClockTime min = 0, max = 0;

  port->expected_depth = UNKNOWN_DEPTH;
  port->settled_depth = 0;
  port->since_output = 0;
  if (encoder == NULL)
    return;
  if (GST_IS_VIDEO_ENCODER (encoder)
      && GST_CLOCK_TIME_IS_VALID (port->frame_duration)) {
    gst_video_encoder_get_latency (GST_VIDEO_ENCODER (encoder), &min, &max);
    port->expected_depth = 1 + min / port->frame_duration;
  }
  GST_DEBUG_OBJECT (port->owner, "%" GST_PTR_FORMAT " says it keeps %u frames",
      encoder, port->expected_depth);
  gst_object_unref (encoder);
}

static const GstProfPortHooks input_hooks = {
  .caps_done = caps_done,
};

static void
configure_default (GstProfBaseStage * self, GstElement * encoder)
{
  gst_util_set_object_arg (G_OBJECT (encoder), "tune", "zerolatency");
  gst_util_set_object_arg (G_OBJECT (encoder), "speed-preset", "ultrafast");
  g_object_set (encoder, "key-int-max", 60, NULL);
}

static void
gst_prof_encode_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  switch (prop_id) {
    case PROP_ENCODER:
      gst_prof_base_stage_set_child (GST_PROF_BASE_STAGE (object),
          g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_prof_encode_get_property (GObject * object, guint prop_id, GValue * value,
    GParamSpec * pspec)
{
  switch (prop_id) {
    case PROP_ENCODER:
      g_value_take_object (value,
          gst_prof_base_stage_get_child (GST_PROF_BASE_STAGE (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_prof_encode_class_init (GstProfEncodeClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstProfBaseStageClass *stage_class = GST_PROF_BASE_STAGE_CLASS (klass);

  object_class->set_property = gst_prof_encode_set_property;
  object_class->get_property = gst_prof_encode_get_property;

  GST_DEBUG_CATEGORY_INIT (gst_prof_encode_debug, "profencode", 0,
      "profencode element");
  stage_class->category = gst_prof_encode_debug;
  stage_class->role = "encoder";
  stage_class->role_klass = "Encoder";
  stage_class->default_factory = "x264enc";
  stage_class->default_plugin = "x264";
  stage_class->default_package = "gstreamer1.0-plugins-ugly";
  stage_class->stage = GST_PROF_STAGE_ENCODE;
  stage_class->input_hooks = &input_hooks;
  stage_class->configure_default = configure_default;

  g_object_class_install_property (object_class, PROP_ENCODER,
      gst_prof_base_stage_child_param_spec ("encoder",
          "The encoder: an element, or in gst-launch-1.0 a description "
          "(default: x264enc tune=zerolatency speed-preset=ultrafast "
          "key-int-max=60)"));

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Profiling video encoder", "Codec/Encoder/Video",
      "Encodes video with any encoder and posts how long each frame took",
      "The gst-prof authors");
}

static void
gst_prof_encode_init (GstProfEncode * self)
{
}
