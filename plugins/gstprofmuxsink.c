/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-profmuxsink
 * @title: profmuxsink
 * @short_description: muxes and writes to a file, and says how long each took
 *
 * A muxer and a sink in one: the muxer follows from the extension of
 * `location` (mkv, webm, mp4, m4v, mov, ts, m2ts, flv) unless `muxer` is set.
 * Request a pad `video_%u` or `audio_%u` for each stream.
 *
 * It measures the stages `mux` and `write`, and sees both sides of the muxer:
 * so a frame can be followed through it into the file. A muxer that has a
 * thread of its own (mp4mux, mpegtsmux, flvmux) takes packets in `mux` and
 * works where nobody is waiting: that work is in no stage.
 *
 * ## Example
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=60 ! profencode ! h264parse !
 *     profmuxsink location=test.mkv
 * ]|
 */

/*
 * The element owns the muxer, a profsink and the ports of the pads that were
 * requested, and says why it cannot go to READY. What is known of muxers is in
 * gstprofmuxer.c. Pads and properties come from the application's threads,
 * buffers on streaming threads, which the ports serve.
 */

#include "gstprofmuxsink.h"

#include "gstproffeed.h"

#include <gst/base/gstaggregator.h>
#include <gst/pbutils/missing-plugins.h>
#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofcoverage.h>
#include <gst/prof/gstprofstagename.h>

#include <string.h>

#include "gstprofbasestage.h"
#include "gstprofmuxer.h"
#include "gstprofsink.h"

GST_DEBUG_CATEGORY_STATIC (gst_prof_mux_sink_debug);
#define GST_CAT_DEFAULT gst_prof_mux_sink_debug

enum
{
  PROP_0,
  PROP_LOCATION,
  PROP_MUXER,
  PROP_SINK,
};

struct _GstProfMuxSink
{
  GstBin parent;

  GstProfMeter meter;
  GstElement *sink;             /* a profsink; set once, owned by the bin */

  /* object lock */
  GstElement *muxer;            /* owned by the bin */
  const GstProfMuxer *chosen;   /* by the location, NULL: given */
  gchar *error;                 /* why it cannot go to READY */
  gboolean refused;             /* the muxer that was set is why */
  const gchar *missing;         /* factory of the muxer that is missing */
  GList *ports;
  guint n_pads;
};

static GstStaticPadTemplate video_template =
GST_STATIC_PAD_TEMPLATE ("video_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_PROF_MUXER_VIDEO_CAPS));

static GstStaticPadTemplate audio_template =
GST_STATIC_PAD_TEMPLATE ("audio_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_PROF_MUXER_AUDIO_CAPS));

static void child_proxy_init (gpointer iface, gpointer data);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstProfMuxSink, gst_prof_mux_sink,
    GST_TYPE_BIN, G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY,
        child_proxy_init));
GST_ELEMENT_REGISTER_DEFINE (profmuxsink, "profmuxsink", GST_RANK_NONE,
    GST_TYPE_PROF_MUX_SINK);

#define parent_class gst_prof_mux_sink_parent_class

static void
set_error (GstProfMuxSink * self, gchar * error)
{
  GST_ERROR_OBJECT (self, "%s", error);
  GST_OBJECT_LOCK (self);
  g_free (self->error);
  self->error = error;
  GST_OBJECT_UNLOCK (self);
}

/* Without a target the pipeline can be linked still, and says what is wrong
 * when it is to go to READY. */
static void
set_target (GstProfMuxSink * self, GstPad * pad)
{
  const gchar *kind = g_str_has_prefix (GST_PAD_TEMPLATE_NAME_TEMPLATE
      (GST_PAD_PAD_TEMPLATE (pad)), "video") ? "video" : "audio";
  GstPad *target;

  if (self->muxer == NULL)
    return;
  target = gst_prof_muxer_request_pad (self->muxer, kind);
  if (target == NULL)
    set_error (self, g_strdup_printf ("\"%s\" has no pad for %s.",
            GST_OBJECT_NAME (self->muxer), kind));
  else
    gst_ghost_pad_set_target (GST_GHOST_PAD (pad), target);
  gst_clear_object (&target);
}

/* With several streams a muxer holds each until the others have come. One with
 * a thread of its own holds what comes until that thread takes it. Object lock.
 */
static void
update_waits (GstProfMuxSink * self)
{
  atomic_store (&self->meter.client.waits, self->n_pads > 1
      || (self->muxer != NULL && GST_IS_AGGREGATOR (self->muxer)));
}

static void
use_muxer (GstProfMuxSink * self, GstElement * muxer,
    const GstProfMuxer * chosen)
{
  if (GST_OBJECT_PARENT (muxer) != NULL
      || !gst_bin_add (GST_BIN (self), muxer)) {
    set_error (self, g_strdup_printf ("\"%s\" cannot be the muxer: it is in "
            "another bin.", GST_OBJECT_NAME (muxer)));
    self->refused = TRUE;
    return;
  }
  if (!gst_element_link_pads (muxer, "src", self->sink, "sink")) {
    set_error (self, g_strdup_printf ("\"%s\" cannot be the muxer: it has no "
            "source pad that is always there.", GST_OBJECT_NAME (muxer)));
    self->refused = TRUE;
    gst_bin_remove (GST_BIN (self), muxer);
    return;
  }
  if (GST_STATE (self) > GST_STATE_NULL)
    gst_element_sync_state_with_parent (muxer);
  GST_DEBUG_OBJECT (self, "muxer is %" GST_PTR_FORMAT, muxer);
  GST_OBJECT_LOCK (self);
  self->muxer = muxer;
  self->chosen = chosen;
  self->missing = NULL;
  update_waits (self);
  g_clear_pointer (&self->error, g_free);
  GST_OBJECT_UNLOCK (self);
  /* Those that were requested before there was a muxer */
  for (GList * l = self->ports; l != NULL; l = l->next)
    set_target (self, ((GstProfPort *) l->data)->pad);
}

static void
drop_muxer (GstProfMuxSink * self)
{
  GstElement *muxer;

  GST_OBJECT_LOCK (self);
  muxer = g_steal_pointer (&self->muxer);
  self->chosen = NULL;
  GST_OBJECT_UNLOCK (self);
  if (muxer == NULL)
    return;
  gst_element_unlink (muxer, self->sink);
  gst_element_set_state (muxer, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (self), muxer);
}

/* The muxer that fits the location, if none was given */
static void
choose_muxer (GstProfMuxSink * self)
{
  const GstProfMuxer *known;
  gchar *location = NULL, *extensions;
  GstElement *muxer;

  if (self->muxer != NULL || self->refused)
    return;

  g_object_get (self->sink, "location", &location, NULL);
  known = gst_prof_muxer_find (location);
  if (known == NULL) {
    extensions = gst_prof_muxer_describe_extensions ();
    set_error (self, location ?
        g_strdup_printf ("No muxer is known for the location \"%s\": give it "
            "an extension of %s, or set the property \"muxer\".", location,
            extensions) :
        g_strdup_printf ("No location is set: set \"location\" to a file name "
            "that ends in %s, or set the property \"muxer\".", extensions));
    g_free (extensions);
  } else {
    muxer = gst_prof_muxer_make (known);
    if (muxer == NULL) {
      set_error (self, gst_prof_describe_missing (known->factory,
              known->plugin, known->package));
      self->missing = known->factory;
    } else {
      use_muxer (self, muxer, known);
    }
  }
  g_free (location);
}

/* Whether the location wants another muxer than the one that was chosen */
static gboolean
has_other_extension (GstProfMuxSink * self, gchar ** location)
{
  const GstProfMuxer *known;

  g_object_get (self->sink, "location", location, NULL);
  if (self->chosen == NULL)
    return FALSE;
  known = gst_prof_muxer_find (*location);
  return known == NULL
      || strcmp (known->factory, self->chosen->factory) != 0;
}

static void
set_location (GstProfMuxSink * self, const gchar * location)
{
  gchar *set = NULL;

  g_object_set (self->sink, "location", location, NULL);
  if (self->n_pads == 0 && has_other_extension (self, &set)) {
    drop_muxer (self);
    choose_muxer (self);
  }
  g_free (set);
}

static void
set_muxer (GstProfMuxSink * self, GstElement * muxer)
{
  if (GST_STATE (self) > GST_STATE_READY || self->n_pads > 0) {
    g_warning ("%s: the muxer can be set in NULL or READY only, before pads "
        "are requested", GST_OBJECT_NAME (self));
    return;
  }
  drop_muxer (self);
  self->refused = FALSE;
  if (muxer != NULL)
    use_muxer (self, muxer, NULL);
}

static gchar *
new_pad_name (GstProfMuxSink * self, GstPadTemplate * template)
{
  GstPad *taken = NULL;
  gchar *name;
  guint n = 0;

  do {
    gst_clear_object (&taken);
    name = g_strdup_printf (g_str_has_prefix (GST_PAD_TEMPLATE_NAME_TEMPLATE
            (template), "video") ? "video_%u" : "audio_%u", n++);
    taken = gst_element_get_static_pad (GST_ELEMENT (self), name);
    if (taken != NULL)
      g_free (name);
  } while (taken != NULL);
  return name;
}

static GstPad *
gst_prof_mux_sink_request_new_pad (GstElement * element,
    GstPadTemplate * template, const gchar * name, const GstCaps * caps)
{
  GstProfMuxSink *self = GST_PROF_MUX_SINK (element);
  gchar *pad_name = name ? g_strdup (name) : new_pad_name (self, template);
  GstProfPort *port;
  GstPad *pad;

  choose_muxer (self);
  pad = gst_ghost_pad_new_no_target_from_template (pad_name, template);
  g_free (pad_name);
  set_target (self, pad);

  port = gst_prof_port_new_input (&self->meter, pad, NULL, self);
  GST_OBJECT_LOCK (self);
  self->ports = g_list_append (self->ports, port);
  self->n_pads++;
  update_waits (self);
  GST_OBJECT_UNLOCK (self);

  if (GST_STATE (self) > GST_STATE_READY)
    gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (element, pad);
  return pad;
}

static void
gst_prof_mux_sink_release_pad (GstElement * element, GstPad * pad)
{
  GstProfMuxSink *self = GST_PROF_MUX_SINK (element);
  GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));
  GstProfPort *port = gst_pad_get_element_private (pad);
  GstElement *muxer = target ? gst_pad_get_parent_element (target) : NULL;

  gst_object_ref (pad);
  gst_pad_set_active (pad, FALSE);
  gst_ghost_pad_set_target (GST_GHOST_PAD (pad), NULL);
  if (muxer != NULL && GST_PAD_TEMPLATE_PRESENCE (GST_PAD_PAD_TEMPLATE
          (target)) == GST_PAD_REQUEST)
    gst_element_release_request_pad (muxer, target);
  gst_clear_object (&muxer);
  gst_clear_object (&target);
  gst_element_remove_pad (element, pad);
  gst_object_unref (pad);

  GST_OBJECT_LOCK (self);
  self->ports = g_list_remove (self->ports, port);
  self->n_pads--;
  update_waits (self);
  GST_OBJECT_UNLOCK (self);
  gst_prof_port_unref (port);
}

/* Returns why it cannot go to READY, or NULL */
static gchar *
describe_error (GstProfMuxSink * self)
{
  gchar *location = NULL, *error = NULL;

  if (self->error != NULL)
    error = g_strdup (self->error);
  else if (has_other_extension (self, &location))
    error = g_strdup_printf ("The location \"%s\" does not fit the muxer, "
        "which was chosen for \".%s\" when pads were requested.",
        location ? location : "", self->chosen->extension);
  g_free (location);
  return error;
}

static gboolean
check_ready (GstProfMuxSink * self)
{
  gchar *error;

  choose_muxer (self);
  error = describe_error (self);
  if (error == NULL)
    return TRUE;
  if (self->missing != NULL) {
    gst_element_post_message (GST_ELEMENT (self),
        gst_missing_element_message_new (GST_ELEMENT (self), self->missing));
    GST_ELEMENT_ERROR (self, CORE, MISSING_PLUGIN, ("%s", error),
        ("or set the property \"muxer\" to another element"));
  } else {
    GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS, ("%s", error), (NULL));
  }
  g_free (error);
  return FALSE;
}

static void
reset_ports (GstProfMuxSink * self)
{
  GST_OBJECT_LOCK (self);
  for (GList * l = self->ports; l != NULL; l = l->next)
    gst_prof_port_reset (l->data);
  GST_OBJECT_UNLOCK (self);
}

/* An application may take the muxer out itself. */
static gboolean
gst_prof_mux_sink_remove_element (GstBin * bin, GstElement * element)
{
  GstProfMuxSink *self = GST_PROF_MUX_SINK (bin);

  GST_OBJECT_LOCK (self);
  if (element == self->muxer) {
    self->muxer = NULL;
    self->chosen = NULL;
  }
  GST_OBJECT_UNLOCK (self);
  return GST_BIN_CLASS (parent_class)->remove_element (bin, element);
}

static GstStateChangeReturn
gst_prof_mux_sink_change_state (GstElement * element,
    GstStateChange transition)
{
  GstProfMuxSink *self = GST_PROF_MUX_SINK (element);
  GstProfMeter *write = gst_prof_base_stage_get_meter
      (GST_PROF_BASE_STAGE (self->sink));
  GstStateChangeReturn ret;
  GstClockTime start, written, duration;

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (!check_ready (self))
        return GST_STATE_CHANGE_FAILURE;
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      reset_ports (self);
      break;
    default:
      break;
  }
  gst_prof_meter_state_changing (&self->meter, transition);

  /* The sink within tells its own share. */
  written = atomic_load (&write->state_changes);
  if (transition == GST_STATE_CHANGE_NULL_TO_READY)
    written = 0;
  gst_prof_meter_enter_aside (&self->meter);
  start = gst_prof_clock_now ();
  ret = GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);
  gst_prof_meter_leave (&self->meter);
  if (ret == GST_STATE_CHANGE_FAILURE) {
    if (transition == GST_STATE_CHANGE_NULL_TO_READY)
      gst_prof_feed_leave (element);
    return ret;
  }
  duration = gst_prof_clock_now () - start;
  written = atomic_load (&write->state_changes) - written;
  gst_prof_meter_state_changed (&self->meter, transition, start,
      duration > written ? duration - written : 0);
  return ret;
}

static void
gst_prof_mux_sink_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstProfMuxSink *self = GST_PROF_MUX_SINK (object);

  switch (prop_id) {
    case PROP_LOCATION:
      set_location (self, g_value_get_string (value));
      break;
    case PROP_MUXER:
      set_muxer (self, g_value_get_object (value));
      break;
    case PROP_SINK:
      g_object_set_property (G_OBJECT (self->sink), "sink", value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_prof_mux_sink_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstProfMuxSink *self = GST_PROF_MUX_SINK (object);

  switch (prop_id) {
    case PROP_LOCATION:
      g_object_get_property (G_OBJECT (self->sink), "location", value);
      break;
    case PROP_MUXER:
      GST_OBJECT_LOCK (self);
      g_value_set_object (value, self->muxer);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_SINK:
      g_object_get_property (G_OBJECT (self->sink), "sink", value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static GObject *
get_child_by_name (GstChildProxy * proxy, const gchar * name)
{
  GstProfMuxSink *self = GST_PROF_MUX_SINK (proxy);
  GstChildProxyInterface *parent_iface = g_type_interface_peek_parent
      (GST_CHILD_PROXY_GET_INTERFACE (proxy));

  if (g_strcmp0 (name, "sink") == 0)
    return (GObject *) gst_prof_base_stage_get_role_element
        (GST_PROF_BASE_STAGE (self->sink));
  if (g_strcmp0 (name, "muxer") == 0) {
    choose_muxer (self);
    return self->muxer ? (GObject *) gst_prof_find_role_element (self->muxer,
        "Muxer") : NULL;
  }
  return parent_iface->get_child_by_name (proxy, name);
}

static void
child_proxy_init (gpointer iface, gpointer data)
{
  ((GstChildProxyInterface *) iface)->get_child_by_name = get_child_by_name;
}

static void
gst_prof_mux_sink_finalize (GObject * object)
{
  GstProfMuxSink *self = GST_PROF_MUX_SINK (object);

  g_list_free_full (self->ports, (GDestroyNotify) gst_prof_port_unref);
  g_free (self->error);
  gst_prof_meter_clear (&self->meter);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_prof_mux_sink_class_init (GstProfMuxSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_prof_mux_sink_debug, "profmuxsink", 0,
      "profmuxsink element");

  object_class->set_property = gst_prof_mux_sink_set_property;
  object_class->get_property = gst_prof_mux_sink_get_property;
  object_class->finalize = gst_prof_mux_sink_finalize;
  element_class->change_state = gst_prof_mux_sink_change_state;
  GST_BIN_CLASS (klass)->remove_element = gst_prof_mux_sink_remove_element;
  element_class->request_new_pad = gst_prof_mux_sink_request_new_pad;
  element_class->release_pad = gst_prof_mux_sink_release_pad;

  g_object_class_install_property (object_class, PROP_LOCATION,
      g_param_spec_string ("location", "File Location",
          "Location of the file to write; its extension (mkv, webm, mp4, m4v, "
          "mov, ts, m2ts, flv) decides which muxer is used", NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
          | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (object_class, PROP_MUXER,
      gst_prof_base_stage_child_param_spec ("muxer",
          "The muxer: an element, or in gst-launch-1.0 a description "
          "(default: by the location's extension; Matroska with "
          "offset-to-zero=true)"));
  g_object_class_install_property (object_class, PROP_SINK,
      gst_prof_base_stage_child_param_spec ("sink",
          "The sink: an element, or in gst-launch-1.0 a description (default: "
          "filesink)"));

  gst_element_class_add_static_pad_template (element_class, &video_template);
  gst_element_class_add_static_pad_template (element_class, &audio_template);
  gst_element_class_set_static_metadata (element_class,
      "Profiling muxer and sink", "Sink/File/Muxer",
      "Muxes streams into a file and posts how long muxing and writing took",
      "The gst-prof authors");
}

static void
gst_prof_mux_sink_init (GstProfMuxSink * self)
{
  gst_prof_meter_init (&self->meter, GST_ELEMENT (self), GST_CAT_DEFAULT,
      GST_PROF_STAGE_MUX);
  gst_prof_coverage_set_point (GST_ELEMENT (self), self->meter.point);
  self->sink = g_object_new (GST_TYPE_PROF_SINK, NULL);
  gst_bin_add (GST_BIN (self), self->sink);
}
