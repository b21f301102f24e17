/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-profsink
 * @title: profsink
 * @short_description: writes to a file and says how long it took
 *
 * Goes around a sink, filesink unless told otherwise, and measures the stage
 * `write`: for each packet of the container the time that the sink kept its
 * thread; and apart from that its setup. It reads enough of the container's
 * own bytes to tell which video packet it is writing (Matroska, MP4, MPEG-TS,
 * FLV, IVF and AVI); it never changes them.
 *
 * A file that is removed while it is written keeps taking data until it is
 * closed, and then all of it is gone; filesink does not notice. profsink looks
 * once a second, in a thread of its own, and posts an element warning.
 *
 * ## Example
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=60 ! x264enc ! matroskamux !
 *     profsink location=test.mkv
 * ]|
 */

#include "gstprofsink.h"

#include <gst/base/gstbasesink.h>
#include <gst/prof/gstprofcontainer.h>
#include <gst/prof/gstprofstagename.h>

#include <string.h>

#include "gstproffilewatch.h"

GST_DEBUG_CATEGORY_STATIC (gst_prof_sink_debug);
#define GST_CAT_DEFAULT gst_prof_sink_debug

enum
{
  PROP_0,
  PROP_SINK,
  PROP_LOCATION,
};

struct _GstProfSink
{
  GstProfBaseStage parent;

  /* streaming thread */
  GstProfContainer container;
  GRefString *video_stream_id;
  guint64 n_spans;

  /* object lock */
  gchar *location;              /* that the sink could not be told yet */

  /* state changes */
  GstProfFileWatch *watch;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (GstProfSink, gst_prof_sink, GST_TYPE_PROF_BASE_STAGE);
GST_ELEMENT_REGISTER_DEFINE (profsink, "profsink", GST_RANK_NONE,
    GST_TYPE_PROF_SINK);

#define parent_class gst_prof_sink_parent_class

static void
caps_done (GstProfPort * port)
{
  GstProfSink *self = port->owner;
  GstProfContainer container = { 0, };

  /* A muxer changes its caps once its headers are known. What has been read of
   * the container until then stays true. */
  gst_prof_container_init (&container, port->caps);
  if (container.format != self->container.format)
    self->container = container;
  g_clear_pointer (&self->video_stream_id, g_ref_string_release);
  if (gst_prof_container_is_container (&self->container))
    self->video_stream_id = gst_prof_port_find_video_stream_id
        (gst_prof_base_stage_get_sink_pad (GST_PROF_BASE_STAGE (self)));
  GST_DEBUG_OBJECT (self, "writes container format %d of video stream %s",
      self->container.format,
      self->video_stream_id ? self->video_stream_id : "(none or several)");
}

/* Only the first memory is looked at: others would have to be copied to be read
 * in one piece. */
static void
read_unit (GstProfSink * self, GstBuffer * buffer, GstProfContainerUnit * unit)
{
  GstMapInfo map = GST_MAP_INFO_INIT;
  GstMemory *memory = NULL;

  if (gst_buffer_n_memory (buffer) > 0)
    memory = gst_buffer_peek_memory (buffer, 0);
  if (memory != NULL && !gst_memory_map (memory, &map, GST_MAP_READ))
    memory = NULL;
  gst_prof_container_read (&self->container, map.data, map.size,
      gst_buffer_get_size (buffer), GST_BUFFER_PTS (buffer),
      GST_BUFFER_DTS (buffer), unit);
  if (memory != NULL)
    gst_memory_unmap (memory, &map);
}

/* What is known of the buffer as such is no key here. */
static void
begin_container_span (GstProfSink * self, GstProfSpan * span)
{
  span->flags &= ~(GST_PROF_SPAN_FLAG_ENCODED | GST_PROF_SPAN_FLAG_KEYFRAME
      | GST_PROF_SPAN_FLAG_NOT_VIDEO);
  span->flags |= GST_PROF_SPAN_FLAG_MUXED | GST_PROF_SPAN_FLAG_HEADER;
  span->frame_duration = GST_CLOCK_TIME_NONE;
  span->running_time = span->dts_running_time = GST_CLOCK_TIME_NONE;
  span->packets = 0;
  span->payload = span->payload_size = 0;
  if (self->video_stream_id != NULL) {
    g_clear_pointer (&span->stream_id, g_ref_string_release);
    span->stream_id = g_ref_string_acquire (self->video_stream_id);
  }
}

/* Which of the buffers of one list says what the list is */
static guint
get_rank (const GstProfSpan * span)
{
  if (span->flags & GST_PROF_SPAN_FLAG_HEADER)
    return 0;
  if (span->flags & GST_PROF_SPAN_FLAG_NOT_VIDEO)
    return 1;
  if (span->packets == 0 && !GST_CLOCK_TIME_IS_VALID (span->running_time))
    return 2;
  return span->packets == 0 ? 3 : 4;
}

static void
fill_kind (GstProfSpan * span, const GstProfContainerUnit * unit)
{
  span->flags &= ~(GST_PROF_SPAN_FLAG_HEADER | GST_PROF_SPAN_FLAG_NOT_VIDEO);
  span->packets = unit->packets;
  span->running_time = unit->pts;
  span->dts_running_time = unit->dts;
  span->payload = 0;
  span->payload_size = unit->payload_size;
  if (unit->kind == GST_PROF_CONTAINER_KIND_HEADER)
    span->flags |= GST_PROF_SPAN_FLAG_HEADER;
  if (unit->kind == GST_PROF_CONTAINER_KIND_NOT_VIDEO)
    span->flags |= GST_PROF_SPAN_FLAG_NOT_VIDEO;
  if (unit->keyframe_known && unit->keyframe)
    span->flags |= GST_PROF_SPAN_FLAG_KEYFRAME;
}

/* Behind a muxer a buffer's times are no key to its frame: what the container
 * says about itself is. */
static void
classify (GstProfPort * port, GstBuffer * buffer, GstProfSpan * span)
{
  GstProfSink *self = port->owner;
  GstProfContainerUnit unit = { 0, };
  GstProfSpan one = GST_PROF_SPAN_INIT;

  if (!gst_prof_container_is_container (&self->container))
    return;
  if (!(span->flags & GST_PROF_SPAN_FLAG_MUXED))
    begin_container_span (self, span);

  read_unit (self, buffer, &unit);
  fill_kind (&one, &unit);
  if (get_rank (&one) > get_rank (span)) {
    fill_kind (span, &unit);
    if (unit.payload)
      gst_prof_port_set_payload (span, buffer);
  } else {
    span->packets += unit.packets;
    if (unit.payload && span->payload == 0
        && unit.kind == GST_PROF_CONTAINER_KIND_CONTINUATION)
      gst_prof_port_set_payload (span, buffer);
  }
}

static gboolean
continues (const GstProfSpan * last, const GstProfSpan * span)
{
  const GstProfSpanFlags kind = GST_PROF_SPAN_FLAG_HEADER
      | GST_PROF_SPAN_FLAG_NOT_VIDEO | GST_PROF_SPAN_FLAG_MUXED
      | GST_PROF_SPAN_FLAG_PREROLL;

  /* What has a time may be a packet by itself. */
  if (span->packets > 0 || GST_CLOCK_TIME_IS_VALID (span->running_time))
    return FALSE;
  if (last->flags & GST_PROF_SPAN_FLAG_DRAIN
      || (last->flags & kind) != (span->flags & kind))
    return FALSE;
  return span->payload == 0 || last->payload == 0;
}

/* Matroska pushes three buffers per frame and MPEG-TS thirty: what goes on with
 * the packet before becomes part of its span. */
static void
closed (GstProfPort * port, GstProfThreadRecord * record, GstProfSpan * span)
{
  GstProfSink *self = port->owner;
  GstProfSpan *last;

  if (!(span->flags & GST_PROF_SPAN_FLAG_MUXED))
    return;
  last = gst_prof_thread_record_get_last (record, &port->meter->client, span);
  /* Another thread may have written in between. */
  if (last == NULL || last->sequence != self->n_spans
      || !continues (last, span)) {
    span->sequence = ++self->n_spans;
    return;
  }

  last->leave = span->leave;
  last->own += span->own;
  last->bytes += span->bytes;
  last->buffers += span->buffers;
  if (span->payload != 0) {
    last->payload = span->payload;
    last->payload_size = span->payload_size;
  }
  gst_prof_thread_record_discard (record, span);
}

static const GstProfPortHooks input_hooks = {
  .caps_done = caps_done,
  .classify = classify,
  .closed = closed,
};

static gboolean
has_location (GstElement * sink)
{
  GParamSpec *pspec = sink ? g_object_class_find_property
      (G_OBJECT_GET_CLASS (sink), "location") : NULL;

  return pspec != NULL && pspec->value_type == G_TYPE_STRING;
}

static void
set_location (GstProfSink * self, const gchar * location)
{
  GstElement *sink =
      gst_prof_base_stage_get_role_element (GST_PROF_BASE_STAGE (self));
  gchar *kept = NULL;

  if (has_location (sink))
    g_object_set (sink, "location", location, NULL);
  else
    kept = g_strdup (location);
  g_free (self->location);
  self->location = kept;
  gst_clear_object (&sink);
}

static gchar *
get_location (GstProfSink * self)
{
  GstElement *sink =
      gst_prof_base_stage_get_role_element (GST_PROF_BASE_STAGE (self));
  gchar *location = NULL;

  if (has_location (sink))
    g_object_get (sink, "location", &location, NULL);
  else
    location = g_strdup (self->location);
  gst_clear_object (&sink);
  return location;
}

static gchar *
check (GstProfBaseStage * base)
{
  GstProfSink *self = GST_PROF_SINK (base);
  GstElement *sink;
  gchar *error;

  if (self->location == NULL)
    return NULL;
  sink = gst_prof_base_stage_get_role_element (base);
  error = g_strdup_printf ("\"%s\" has no property \"location\" to be set to "
      "\"%s\".", GST_OBJECT_NAME (sink), self->location);
  gst_object_unref (sink);
  return error;
}

/* A new sink is set up as it came, but the location outlives the old one. */
static void
child_changed (GstProfBaseStage * base)
{
  GstProfSink *self = GST_PROF_SINK (base);
  gchar *location = g_strdup (self->location);

  if (location != NULL)
    set_location (self, location);
  g_free (location);
}

static void
file_removed (const gchar * location, gpointer user_data)
{
  GstProfSink *self = user_data;

  gst_prof_meter_tell (gst_prof_base_stage_get_meter (GST_PROF_BASE_STAGE
          (self)), GST_PROF_SETUP_FILE_REMOVED, location);
  GST_ELEMENT_WARNING (self, RESOURCE, WRITE,
      ("The file \"%s\" was removed while it is being written.", location),
      ("what is written goes on into it and is lost when it is closed"));
}

/* A sink that synchronizes waits for the clock within its chain function. */
static void
note_sync (GstProfSink * self)
{
  GstProfBaseStage *base = GST_PROF_BASE_STAGE (self);
  GstElement *sink = gst_prof_base_stage_get_role_element (base);
  gboolean sync = FALSE;

  if (sink != NULL && GST_IS_BASE_SINK (sink))
    sync = gst_base_sink_get_sync (GST_BASE_SINK (sink));
  atomic_store (&gst_prof_base_stage_get_meter (base)->client.waits,
      sync);
  gst_clear_object (&sink);
}

static GstStateChangeReturn
gst_prof_sink_change_state (GstElement * element, GstStateChange transition)
{
  GstProfSink *self = GST_PROF_SINK (element);
  GstStateChangeReturn ret;
  gchar *location;

  switch (transition) {
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      note_sync (self);
      memset (&self->container, 0, sizeof (self->container));
      g_clear_pointer (&self->video_stream_id, g_ref_string_release);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      g_clear_pointer (&self->watch, gst_prof_file_watch_free);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED
      && ret != GST_STATE_CHANGE_FAILURE) {
    location = get_location (self);
    if (location != NULL)
      self->watch = gst_prof_file_watch_new (location, file_removed, self);
    g_free (location);
  }
  return ret;
}

static void
gst_prof_sink_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstProfSink *self = GST_PROF_SINK (object);

  switch (prop_id) {
    case PROP_SINK:{
      /* The location was the user's word to this element, not to the sink. */
      gchar *location = get_location (self);

      if (self->location == NULL && GST_STATE (self) <= GST_STATE_READY)
        self->location = g_steal_pointer (&location);
      g_free (location);
      gst_prof_base_stage_set_child (GST_PROF_BASE_STAGE (object),
          g_value_get_object (value));
      break;
    }
    case PROP_LOCATION:
      set_location (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_prof_sink_get_property (GObject * object, guint prop_id, GValue * value,
    GParamSpec * pspec)
{
  GstProfSink *self = GST_PROF_SINK (object);

  switch (prop_id) {
    case PROP_SINK:
      g_value_take_object (value,
          gst_prof_base_stage_get_child (GST_PROF_BASE_STAGE (object)));
      break;
    case PROP_LOCATION:
      g_value_take_string (value, get_location (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_prof_sink_finalize (GObject * object)
{
  GstProfSink *self = GST_PROF_SINK (object);

  g_clear_pointer (&self->watch, gst_prof_file_watch_free);
  g_clear_pointer (&self->video_stream_id, g_ref_string_release);
  g_free (self->location);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_prof_sink_class_init (GstProfSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstProfBaseStageClass *stage_class = GST_PROF_BASE_STAGE_CLASS (klass);

  object_class->set_property = gst_prof_sink_set_property;
  object_class->get_property = gst_prof_sink_get_property;
  object_class->finalize = gst_prof_sink_finalize;
  element_class->change_state = gst_prof_sink_change_state;

  GST_DEBUG_CATEGORY_INIT (gst_prof_sink_debug, "profsink", 0,
      "profsink element");
  stage_class->category = gst_prof_sink_debug;
  stage_class->role = "sink";
  stage_class->role_klass = "Sink";
  stage_class->default_factory = "filesink";
  stage_class->default_plugin = "coreelements";
  stage_class->default_package = "libgstreamer1.0-0";
  stage_class->stage = GST_PROF_STAGE_WRITE;
  stage_class->input_hooks = &input_hooks;
  stage_class->check = check;
  stage_class->child_changed = child_changed;

  g_object_class_install_property (object_class, PROP_SINK,
      gst_prof_base_stage_child_param_spec ("sink",
          "The sink: an element, or in gst-launch-1.0 a description (default: "
          "filesink)"));
  g_object_class_install_property (object_class, PROP_LOCATION,
      g_param_spec_string ("location", "File Location",
          "Location of the file to write, given to the sink", NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
          | GST_PARAM_MUTABLE_READY));

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Profiling sink",
      "Sink/File", "Writes to a file, or any sink, and posts how long each "
      "packet took", "The gst-prof authors");
}

static void
gst_prof_sink_init (GstProfSink * self)
{
}
