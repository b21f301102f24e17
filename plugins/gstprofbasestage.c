/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The base of the stage elements: a bin with ghost pads around one replaceable
 * child, each pad bracketed by a port (gstprofport.c) that feeds the stage's
 * meter (gstprofmeter.c).
 *
 * It owns the child, the ports and the meter. It does not know what a stage
 * does with its frames: subclasses say that by class fields and hooks. The
 * child changes only in NULL or READY, when no data flows; object lock for the
 * pointer.
 */

#include "gstprofbasestage.h"

#include "gstproffeed.h"

#include <gst/pbutils/missing-plugins.h>
#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofcoverage.h>

#include <string.h>

typedef struct {
  GstProfMeter meter;
  GstProfMeter *sub_meter;      /* of a stage within the stage; set once */
  GstPad *sink_pad;
  GstPad *src_pad;
  GstProfPort *input;
  GstProfPort *output;

  /* object lock */
  GstElement *child;
  GstElement *filter;           /* between the child and the source pad */
  gchar *child_error;           /* why there is no child */
} GstProfBaseStagePrivate;

static void child_proxy_init (gpointer iface, gpointer data);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstProfBaseStage, gst_prof_base_stage,
    GST_TYPE_BIN, G_ADD_PRIVATE (GstProfBaseStage)
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY, child_proxy_init));

#define PRIVATE(self) \
  ((GstProfBaseStagePrivate *) gst_prof_base_stage_get_instance_private (self))

/*
 * gst_prof_describe_missing:
 * @factory: an element's factory
 * @plugin: the plugin it is in
 * @package: the Debian package that has it
 *
 * Returns: (transfer full): a sentence that says what to install
 */
gchar *
gst_prof_describe_missing (const gchar * factory, const gchar * plugin,
    const gchar * package)
{
  return g_strdup_printf ("No element \"%s\": it is in the GStreamer plugin "
      "\"%s\", Debian package %s.", factory, plugin, package);
}

/*
 * gst_prof_find_role_element:
 * @child: an element
 * @role_klass: (nullable): a word of the klass to look for
 *
 * Returns: (transfer full): in a bin the first element of that klass, else
 *   @child itself
 */
GstElement *
gst_prof_find_role_element (GstElement * child, const gchar * role_klass)
{
  GstElement *found = NULL;
  GstIterator *elements;
  GValue item = G_VALUE_INIT;

  if (!GST_IS_BIN (child) || role_klass == NULL)
    return gst_object_ref (child);

  elements = gst_bin_iterate_recurse (GST_BIN (child));
  while (found == NULL
      && gst_iterator_next (elements, &item) == GST_ITERATOR_OK) {
    GstElement *element = g_value_get_object (&item);
    const gchar *klass = gst_element_get_metadata (element,
        GST_ELEMENT_METADATA_KLASS);

    if (!GST_IS_BIN (element) && klass && strstr (klass, role_klass))
      found = gst_object_ref (element);
    g_value_unset (&item);
  }
  gst_iterator_free (elements);
  return found ? found : gst_object_ref (child);
}

/* Returns why the element cannot be a stage's child, or NULL */
static gchar *
check_child (GstProfBaseStage * self, GstElement * child)
{
  const GList *templates =
      gst_element_class_get_pad_template_list (GST_ELEMENT_GET_CLASS (child));
  GstElementFactory *factory = gst_element_get_factory (child);
  const gchar *name = factory ? GST_OBJECT_NAME (factory)
      : GST_OBJECT_NAME (child);

  if (child == GST_ELEMENT (self))
    return g_strdup_printf ("\"%s\" cannot go around itself.",
        GST_OBJECT_NAME (child));
  if (GST_OBJECT_PARENT (child) != NULL)
    return g_strdup_printf ("\"%s\" is in \"%s\" already.",
        GST_OBJECT_NAME (child), GST_OBJECT_NAME (GST_OBJECT_PARENT (child)));

  for (; templates != NULL; templates = templates->next) {
    GstPadTemplate *template = templates->data;

    if (GST_PAD_TEMPLATE_PRESENCE (template) != GST_PAD_ALWAYS)
      return g_strdup_printf ("\"%s\" has pads that come and go (%s); a stage "
          "goes around an element with one sink pad and at most one source "
          "pad that are always there%s.", name,
          GST_PAD_TEMPLATE_NAME_TEMPLATE (template),
          GST_PAD_TEMPLATE_DIRECTION (template) == GST_PAD_SINK ?
          "; for a muxer take profmuxsink" : "");
  }
  if (child->numsinkpads != 1 || child->numsrcpads > 1)
    return g_strdup_printf ("\"%s\" has %u sink pads and %u source pads; a "
        "stage goes around an element with one sink pad and at most one "
        "source pad.", name, child->numsinkpads, child->numsrcpads);
  return NULL;
}

static void
retarget (GstProfBaseStage * self)
{
  GstProfBaseStagePrivate *priv = PRIVATE (self);
  GstElement *last = priv->filter ? priv->filter : priv->child;
  GstPad *pad;

  gst_ghost_pad_set_target (GST_GHOST_PAD (priv->sink_pad), NULL);
  if (priv->src_pad != NULL)
    gst_ghost_pad_set_target (GST_GHOST_PAD (priv->src_pad), NULL);
  if (priv->child == NULL)
    return;

  pad = priv->child->sinkpads->data;
  gst_ghost_pad_set_target (GST_GHOST_PAD (priv->sink_pad), pad);
  if (priv->src_pad == NULL)
    return;
  if (priv->filter != NULL)
    gst_element_link (priv->child, priv->filter);
  pad = last->srcpads ? last->srcpads->data : NULL;
  gst_ghost_pad_set_target (GST_GHOST_PAD (priv->src_pad), pad);
}

static void
add_src_pad (GstProfBaseStage * self, GstPadTemplate * template)
{
  GstProfBaseStagePrivate *priv = PRIVATE (self);
  GstProfBaseStageClass *klass = GST_PROF_BASE_STAGE_GET_CLASS (self);

  priv->src_pad = gst_ghost_pad_new_no_target_from_template ("src", template);
  priv->output = gst_prof_port_new_output (&priv->meter, priv->src_pad,
      klass->output_hooks, self);
  gst_element_add_pad (GST_ELEMENT (self), priv->src_pad);
}

/* A source pad that is there sometimes (profstage) is there when the child has
 * one, or when there is no child, so that the pipeline can be linked and the
 * error be posted. */
static void
update_src_pad (GstProfBaseStage * self)
{
  GstProfBaseStagePrivate *priv = PRIVATE (self);
  GstPadTemplate *template =
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self), "src");
  gboolean wanted;

  if (template == NULL
      || GST_PAD_TEMPLATE_PRESENCE (template) == GST_PAD_ALWAYS)
    return;
  wanted = priv->child ? priv->child->numsrcpads == 1
      : priv->child_error != NULL;
  if (wanted && priv->src_pad == NULL) {
    add_src_pad (self, template);
  } else if (!wanted && priv->src_pad != NULL) {
    gst_element_remove_pad (GST_ELEMENT (self), priv->src_pad);
    priv->src_pad = NULL;
    g_clear_pointer (&priv->output, gst_prof_port_unref);
    priv->meter.has_output = FALSE;
  }
}

static void
remove_child (GstProfBaseStage * self)
{
  GstProfBaseStagePrivate *priv = PRIVATE (self);
  GstElement *child;

  GST_OBJECT_LOCK (self);
  child = g_steal_pointer (&priv->child);
  g_clear_pointer (&priv->child_error, g_free);
  GST_OBJECT_UNLOCK (self);
  if (child == NULL)
    return;
  if (priv->filter != NULL)
    gst_element_unlink (child, priv->filter);
  gst_element_set_state (child, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (self), child);
}

/*
 * gst_prof_base_stage_set_child:
 * @child: (nullable) (transfer floating): the element to measure
 *
 * Replaces the child. In NULL or READY only. An element that cannot be
 * measured is refused: the stage then has no child, and says why when it is
 * to go to READY.
 */
void
gst_prof_base_stage_set_child (GstProfBaseStage * self, GstElement * child)
{
  GstProfBaseStagePrivate *priv = PRIVATE (self);
  GstProfBaseStageClass *klass = GST_PROF_BASE_STAGE_GET_CLASS (self);
  gchar *error = NULL;

  if (GST_STATE (self) > GST_STATE_READY) {
    g_warning ("%s: the %s can be set in NULL or READY only",
        GST_OBJECT_NAME (self), klass->role);
    return;
  }
  if (child == priv->child && child != NULL)
    return;

  remove_child (self);
  if (child != NULL)
    error = check_child (self, child);
  if (error != NULL) {
    GST_CAT_ERROR_OBJECT (klass->category, self, "%s", error);
    if (g_object_is_floating (child))
      gst_object_unref (gst_object_ref_sink (child));
    child = NULL;
  }
  if (child != NULL && !gst_bin_add (GST_BIN (self), child)) {
    error = g_strdup_printf ("\"%s\" could not be added.",
        GST_OBJECT_NAME (child));
    child = NULL;
  }
  if (child != NULL) {
    if (GST_STATE (self) == GST_STATE_READY)
      gst_element_sync_state_with_parent (child);
  }

  GST_OBJECT_LOCK (self);
  priv->child = child;
  priv->child_error = error;
  GST_OBJECT_UNLOCK (self);
  update_src_pad (self);
  retarget (self);
  if (klass->child_changed)
    klass->child_changed (self);
}

/*
 * gst_prof_base_stage_get_child:
 *
 * Returns: (nullable) (transfer full): the child
 */
GstElement *
gst_prof_base_stage_get_child (GstProfBaseStage * self)
{
  GstProfBaseStagePrivate *priv = PRIVATE (self);
  GstElement *child;

  GST_OBJECT_LOCK (self);
  child = priv->child ? gst_object_ref (priv->child) : NULL;
  GST_OBJECT_UNLOCK (self);
  return child;
}

/*
 * gst_prof_base_stage_get_role_element:
 *
 * Returns: (nullable) (transfer full): the encoder, sink … itself, where the
 *   child is a bin with more in it
 */
GstElement *
gst_prof_base_stage_get_role_element (GstProfBaseStage * self)
{
  GstElement *child = gst_prof_base_stage_get_child (self);
  GstElement *found;

  if (child == NULL)
    return NULL;
  found = gst_prof_find_role_element (child,
      GST_PROF_BASE_STAGE_GET_CLASS (self)->role_klass);
  gst_object_unref (child);
  return found;
}

/*
 * gst_prof_base_stage_set_extra_filter:
 * @filter: (transfer floating): an element to follow the child
 *
 * From the subclass's constructed, once.
 */
void
gst_prof_base_stage_set_extra_filter (GstProfBaseStage * self,
    GstElement * filter)
{
  GstProfBaseStagePrivate *priv = PRIVATE (self);

  gst_bin_add (GST_BIN (self), filter);
  priv->filter = filter;
  retarget (self);
}

/*
 * gst_prof_base_stage_set_sub_meter:
 * @meter: the meter of a stage within the stage; the subclass's
 *
 * Has it follow the element's states. From the subclass's constructed, once.
 */
void
gst_prof_base_stage_set_sub_meter (GstProfBaseStage * self,
    GstProfMeter * meter)
{
  PRIVATE (self)->sub_meter = meter;
}

GstProfMeter *
gst_prof_base_stage_get_meter (GstProfBaseStage * self)
{
  return &PRIVATE (self)->meter;
}

/* Returns: (transfer none) */
GstPad *
gst_prof_base_stage_get_sink_pad (GstProfBaseStage * self)
{
  return PRIVATE (self)->sink_pad;
}

/* Returns: (transfer none) (nullable) */
GstPad *
gst_prof_base_stage_get_src_pad (GstProfBaseStage * self)
{
  return PRIVATE (self)->src_pad;
}

/*
 * gst_prof_base_stage_child_param_spec:
 * @name: the role; static
 * @blurb: static
 *
 * Returns: (transfer floating): the property that holds the child
 */
GParamSpec *
gst_prof_base_stage_child_param_spec (const gchar * name, const gchar * blurb)
{
  return g_param_spec_object (name, name, blurb, GST_TYPE_ELEMENT,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
}

static void
create_default_child (GstProfBaseStage * self)
{
  GstProfBaseStagePrivate *priv = PRIVATE (self);
  GstProfBaseStageClass *klass = GST_PROF_BASE_STAGE_GET_CLASS (self);
  GstElement *child;

  if (klass->default_factory == NULL)
    return;
  child = gst_element_factory_make (klass->default_factory, NULL);
  if (child == NULL) {
    priv->child_error = gst_prof_describe_missing (klass->default_factory,
        klass->default_plugin, klass->default_package);
    return;
  }
  if (klass->configure_default)
    klass->configure_default (self, child);
  gst_prof_base_stage_set_child (self, child);
}

static gboolean
check_ready (GstProfBaseStage * self)
{
  GstProfBaseStagePrivate *priv = PRIVATE (self);
  GstProfBaseStageClass *klass = GST_PROF_BASE_STAGE_GET_CLASS (self);
  gchar *error = NULL;

  if (priv->child == NULL && priv->child_error == NULL) {
    GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS,
        ("The property \"%s\" of %s is not set.", klass->role,
            GST_OBJECT_NAME (self)),
        ("set it to an element, or in gst-launch-1.0 to a description"));
    return FALSE;
  }
  if (priv->child == NULL && klass->default_factory != NULL
      && g_str_has_prefix (priv->child_error, "No element")) {
    gst_element_post_message (GST_ELEMENT (self),
        gst_missing_element_message_new (GST_ELEMENT (self),
            klass->default_factory));
    GST_ELEMENT_ERROR (self, CORE, MISSING_PLUGIN, ("%s", priv->child_error),
        ("or set the property \"%s\" to another element", klass->role));
    return FALSE;
  }
  if (priv->child == NULL) {
    GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS, ("The %s was refused: %s",
            klass->role, priv->child_error), (NULL));
    return FALSE;
  }
  if (klass->check)
    error = klass->check (self);
  if (error != NULL) {
    GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS, ("%s", error), (NULL));
    g_free (error);
    return FALSE;
  }
  return TRUE;
}

/* An application may take the child out itself: it is gone at once, though the
 * stage may be playing. */
static gboolean
gst_prof_base_stage_remove_element (GstBin * bin, GstElement * element)
{
  GstProfBaseStagePrivate *priv = PRIVATE (GST_PROF_BASE_STAGE (bin));

  GST_OBJECT_LOCK (bin);
  if (element == priv->child) {
    priv->child = NULL;
    g_free (priv->child_error);
    priv->child_error = g_strdup ("it was taken out of its stage.");
  } else if (element == priv->filter) {
    priv->filter = NULL;
  }
  GST_OBJECT_UNLOCK (bin);
  return GST_BIN_CLASS (gst_prof_base_stage_parent_class)->remove_element (bin,
      element);
}

static GstStateChangeReturn
gst_prof_base_stage_change_state (GstElement * element,
    GstStateChange transition)
{
  GstProfBaseStage *self = GST_PROF_BASE_STAGE (element);
  GstProfBaseStagePrivate *priv = PRIVATE (self);
  GstStateChangeReturn ret;
  GstClockTime start;

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (!check_ready (self))
        return GST_STATE_CHANGE_FAILURE;
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      gst_prof_port_reset (priv->input);
      if (priv->output != NULL)
        gst_prof_port_reset (priv->output);
      break;
    default:
      break;
  }
  gst_prof_meter_state_changing (&priv->meter, transition);
  if (priv->sub_meter != NULL)
    gst_prof_meter_state_changing (priv->sub_meter, transition);

  gst_prof_meter_enter_aside (&priv->meter);
  start = gst_prof_clock_now ();
  ret = GST_ELEMENT_CLASS (gst_prof_base_stage_parent_class)->change_state
      (element, transition);
  gst_prof_meter_leave (&priv->meter);
  if (ret == GST_STATE_CHANGE_FAILURE) {
    if (transition == GST_STATE_CHANGE_NULL_TO_READY)
      gst_prof_feed_leave (element);
    return ret;
  }
  gst_prof_meter_state_changed (&priv->meter, transition, start,
      gst_prof_clock_now () - start);
  if (priv->sub_meter != NULL)
    gst_prof_meter_state_changed (priv->sub_meter, transition, start, 0);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    /* Again, since pads are deactivated before their tasks are stopped. */
    gst_prof_port_forget_loop (priv->input);
    gst_prof_meter_clear_inside (&priv->meter);
  }
  return ret;
}

static void
gst_prof_base_stage_constructed (GObject * object)
{
  GstProfBaseStage *self = GST_PROF_BASE_STAGE (object);
  GstProfBaseStagePrivate *priv = PRIVATE (self);
  GstProfBaseStageClass *klass = GST_PROF_BASE_STAGE_GET_CLASS (self);
  GstElementClass *element_class = GST_ELEMENT_GET_CLASS (self);
  GstPadTemplate *template;

  G_OBJECT_CLASS (gst_prof_base_stage_parent_class)->constructed (object);

  gst_prof_meter_init (&priv->meter, GST_ELEMENT (self), klass->category,
      klass->stage);
  gst_prof_coverage_set_point (GST_ELEMENT (self), priv->meter.point);
  template = gst_element_class_get_pad_template (element_class, "sink");
  priv->sink_pad = gst_ghost_pad_new_no_target_from_template ("sink", template);
  priv->input = gst_prof_port_new_input (&priv->meter, priv->sink_pad,
      klass->input_hooks, self);
  gst_element_add_pad (GST_ELEMENT (self), priv->sink_pad);

  template = gst_element_class_get_pad_template (element_class, "src");
  if (template != NULL
      && GST_PAD_TEMPLATE_PRESENCE (template) == GST_PAD_ALWAYS)
    add_src_pad (self, template);
  create_default_child (self);
}

static void
gst_prof_base_stage_finalize (GObject * object)
{
  GstProfBaseStagePrivate *priv = PRIVATE (GST_PROF_BASE_STAGE (object));

  g_clear_pointer (&priv->input, gst_prof_port_unref);
  g_clear_pointer (&priv->output, gst_prof_port_unref);
  g_clear_pointer (&priv->child_error, g_free);
  gst_prof_meter_clear (&priv->meter);
  G_OBJECT_CLASS (gst_prof_base_stage_parent_class)->finalize (object);
}

static GObject *
get_child_by_name (GstChildProxy * proxy, const gchar * name)
{
  GstProfBaseStage *self = GST_PROF_BASE_STAGE (proxy);
  GstChildProxyInterface *parent_iface = g_type_interface_peek_parent
      (GST_CHILD_PROXY_GET_INTERFACE (proxy));

  if (g_strcmp0 (name, GST_PROF_BASE_STAGE_GET_CLASS (self)->role) == 0)
    return (GObject *) gst_prof_base_stage_get_role_element (self);
  return parent_iface->get_child_by_name (proxy, name);
}

static void
child_proxy_init (gpointer iface, gpointer data)
{
  ((GstChildProxyInterface *) iface)->get_child_by_name = get_child_by_name;
}

static void
gst_prof_base_stage_class_init (GstProfBaseStageClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = gst_prof_base_stage_constructed;
  object_class->finalize = gst_prof_base_stage_finalize;
  GST_ELEMENT_CLASS (klass)->change_state = gst_prof_base_stage_change_state;
  GST_BIN_CLASS (klass)->remove_element = gst_prof_base_stage_remove_element;

  gst_type_mark_as_plugin_api (GST_TYPE_PROF_BASE_STAGE, 0);
}

static void
gst_prof_base_stage_init (GstProfBaseStage * self)
{
}
