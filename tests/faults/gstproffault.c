/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-fault
 * @title: fault
 *
 * Passes everything through as it is, buffer lists and any caps included, and
 * meanwhile takes time or drops buffers, on demand. Put into the child of a
 * stage it makes that stage slow, by an amount that it measures itself.
 *
 * A buffer is hit when all of these hold: #fault:mode is not none; the wall
 * time since the first buffer is at least #fault:at and less than that plus
 * #fault:duration; #fault:only-buffer is 0 or this buffer's number, the first
 * being 1; #fault:count is 0 or fewer than that many were hit before.
 *
 * With #fault:announce set, an INFO message is posted when the first buffer is
 * hit, and one when none will be hit any more or the stream ends.
 *
 * ## An encoder that takes 60 ms more per frame, from the 5th to the 7th second
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! fault mode=spin delay=60000000 \
 *     at=5000000000 duration=2000000000 announce="encoder overload" ! \
 *     x264enc tune=zerolatency ! fakesink
 * ]|
 * ## One stall of 2 seconds, at the 5th
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! \
 *     fault mode=sleep delay=2000000000 at=5000000000 count=1 ! fakesink
 * ]|
 *
 * For tests with a clock of their own there is mode=advance: the signal
 * #fault::advance is emitted with the delay, in the streaming thread, and the
 * handler moves the clock on. Such tests choose buffers by number, since
 * #fault:at and #fault:duration are read off the real clock.
 *
 * Three modes end the process from its streaming thread, to test what is left
 * behind then: segfault, abort and exit.
 */

/*
 * This file owns when a buffer is hit, and the counters. How time is spent is
 * in gstproffaultspend.c. Buffers come on the streaming thread; properties
 * may be set and read by any.
 */

#include "gstproffault.h"
#include "gstproffaultspend.h"

#include <stdlib.h>

GST_DEBUG_CATEGORY_STATIC (fault_debug);
#define GST_CAT_DEFAULT fault_debug

struct _GstProfFault
{
  GstElement parent;

  GstPad *sinkpad;
  GstPad *srcpad;

  /* All below: the object lock. */
  GstProfFaultMode mode;
  GstClockTime at;
  GstClockTime duration;
  GstClockTime delay;
  guint64 only_buffer;
  guint64 count;
  gchar *announce;

  GstClockTime first;           /* when the first buffer came */
  gboolean lasting;             /* between the two announcements */
  guint64 buffers;
  guint64 hits;
  guint64 dropped;
  GstClockTime spent;
  GstClockTime last_spent;
};

/* A fault ends, even one with a mistyped delay. */
#define MAX_DELAY (3600 * GST_SECOND)

#define SETTING (G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING)

enum
{
  PROP_0,
  PROP_MODE,
  PROP_ANNOUNCE,
  PROP_UINT64,                  /* the first of the table's */
};

static const struct
{
  const gchar *name;
  const gchar *nick;
  const gchar *blurb;
  gsize offset;
  guint64 max;
  guint64 initial;
  GParamFlags flags;
} uint64_props[] = {
  {"at", "At",
        "Wall time since the first buffer at which the fault begins, in "
        "nanoseconds",
      G_STRUCT_OFFSET (GstProfFault, at), G_MAXUINT64, 0, SETTING},
  {"duration", "Duration",
        "How long the fault lasts, in nanoseconds; the maximum: to the end",
        G_STRUCT_OFFSET (GstProfFault, duration), G_MAXUINT64, G_MAXUINT64,
      SETTING},
  {"delay", "Delay",
        "Time that each buffer hit takes, in nanoseconds",
      G_STRUCT_OFFSET (GstProfFault, delay), MAX_DELAY, 0, SETTING},
  {"only-buffer", "Only buffer",
        "Number of the only buffer that is hit, the first being 1; 0: any",
      G_STRUCT_OFFSET (GstProfFault, only_buffer), G_MAXUINT64, 0, SETTING},
  {"count", "Count",
        "Buffers that are hit at most; 0: no limit",
      G_STRUCT_OFFSET (GstProfFault, count), G_MAXUINT64, 0, SETTING},
  {"buffers", "Buffers",
        "Buffers that came since the element started",
        G_STRUCT_OFFSET (GstProfFault, buffers), G_MAXUINT64, 0,
      G_PARAM_READABLE},
  {"hits", "Hits",
        "Buffers that were hit",
      G_STRUCT_OFFSET (GstProfFault, hits), G_MAXUINT64, 0, G_PARAM_READABLE},
  {"dropped", "Dropped",
        "Buffers that were dropped",
        G_STRUCT_OFFSET (GstProfFault, dropped), G_MAXUINT64, 0,
      G_PARAM_READABLE},
  {"spent", "Spent",
        "Time that the fault took, measured, in nanoseconds",
      G_STRUCT_OFFSET (GstProfFault, spent), G_MAXUINT64, 0, G_PARAM_READABLE},
  {"last-spent", "Last spent",
        "Time that the last buffer hit took, measured, in nanoseconds",
        G_STRUCT_OFFSET (GstProfFault, last_spent), G_MAXUINT64, 0,
      G_PARAM_READABLE},
};

enum
{
  SIGNAL_ADVANCE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (GstProfFault, gst_prof_fault, GST_TYPE_ELEMENT);
GST_ELEMENT_REGISTER_DEFINE (fault, "fault", GST_RANK_NONE,
    GST_TYPE_PROF_FAULT);

#define GST_TYPE_PROF_FAULT_MODE (gst_prof_fault_mode_get_type ())
static GType
gst_prof_fault_mode_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {GST_PROF_FAULT_NONE, "Every buffer passes", "none"},
    {GST_PROF_FAULT_SPIN, "Busy in user space for the delay", "spin"},
    {GST_PROF_FAULT_SLEEP, "Asleep for the delay; a flush does not end it",
        "sleep"},
    {GST_PROF_FAULT_KERNEL, "Busy in the kernel for the delay", "kernel"},
    {GST_PROF_FAULT_DROP, "The buffer is dropped", "drop"},
    {GST_PROF_FAULT_ADVANCE, "The advance signal is emitted with the delay",
        "advance"},
    {GST_PROF_FAULT_SEGFAULT, "The process dies of a write to address 0",
        "segfault"},
    {GST_PROF_FAULT_ABORT, "The process calls abort()", "abort"},
    {GST_PROF_FAULT_EXIT, "The process calls exit() with status 3", "exit"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstProfFaultMode", values));
  return type;
}

/* With the object lock. The buffer at hand is counted already. */
static gboolean
is_hit (GstProfFault * self, GstClockTime elapsed)
{
  return self->mode != GST_PROF_FAULT_NONE
      && elapsed >= self->at && elapsed - self->at < self->duration
      && (self->only_buffer == 0 || self->only_buffer == self->buffers)
      && (self->count == 0 || self->hits < self->count);
}

/* With the object lock: whether no later buffer can be hit. */
static gboolean
is_over (GstProfFault * self, GstClockTime elapsed)
{
  return self->mode == GST_PROF_FAULT_NONE
      || (elapsed >= self->at && elapsed - self->at >= self->duration)
      || (self->only_buffer != 0 && self->only_buffer <= self->buffers)
      || (self->count != 0 && self->hits >= self->count);
}

/* With the object lock. Returns what to post, if anything. */
static gchar *
begin (GstProfFault * self)
{
  GstClockTime length = GST_CLOCK_TIME_NONE;

  if (self->lasting)
    return NULL;
  self->lasting = TRUE;
  if (self->announce == NULL)
    return NULL;

  if (self->only_buffer != 0 || self->count == 1)
    length = self->delay;
  else if (self->duration != G_MAXUINT64)
    length = self->duration;

  if (!GST_CLOCK_TIME_IS_VALID (length) || length == 0)
    return g_strdup_printf ("%s begins", self->announce);
  return g_strdup_printf ("%s begins (%g s)", self->announce,
      (gdouble) length / GST_SECOND);
}

/* As begin(). */
static gchar *
end (GstProfFault * self)
{
  if (!self->lasting)
    return NULL;
  self->lasting = FALSE;
  return self->announce ? g_strdup_printf ("%s ends", self->announce) : NULL;
}

/* Without a lock: handlers of the message may set properties. The text stands
 * in both places, since gst-launch-1.0 prints only the debug text. */
static void
post (GstProfFault * self, gchar * text)
{
  if (text != NULL) {
    g_autoptr (GError) error =
        g_error_new_literal (GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED, text);

    gst_element_post_message (GST_ELEMENT (self),
        gst_message_new_info (GST_OBJECT (self), error, text));
  }
  g_free (text);
}

/* Returns what it really took, in nanoseconds. */
static GstClockTime
spend (GstProfFault * self, GstProfFaultMode mode, GstClockTime delay)
{
  GstClockTime start = gst_prof_fault_monotonic_time ();

  switch (mode) {
    case GST_PROF_FAULT_SPIN:
      gst_prof_fault_spin (delay);
      break;
    case GST_PROF_FAULT_SLEEP:
      gst_prof_fault_sleep (delay);
      break;
    case GST_PROF_FAULT_KERNEL:
      gst_prof_fault_kernel (delay);
      break;
    case GST_PROF_FAULT_ADVANCE:
      g_signal_emit (self, signals[SIGNAL_ADVANCE], 0, delay);
      return delay;
    case GST_PROF_FAULT_SEGFAULT:
      gst_prof_fault_segfault ();
      return 0;
    case GST_PROF_FAULT_ABORT:
      abort ();
    case GST_PROF_FAULT_EXIT:
      exit (3);
    case GST_PROF_FAULT_NONE:
    case GST_PROF_FAULT_DROP:
      return 0;
  }
  return gst_prof_fault_monotonic_time () - start;
}

/* Returns whether the buffer passes. */
static gboolean
meet_buffer (GstProfFault * self)
{
  GstClockTime now = gst_prof_fault_monotonic_time ();
  GstProfFaultMode mode;
  GstClockTime delay, spent;
  gboolean hit;
  gchar *text;

  GST_OBJECT_LOCK (self);
  if (!GST_CLOCK_TIME_IS_VALID (self->first))
    self->first = now;
  self->buffers++;
  hit = is_hit (self, now - self->first);
  mode = self->mode;
  delay = self->delay;
  if (hit)
    text = begin (self);
  else
    text = is_over (self, now - self->first) ? end (self) : NULL;
  GST_OBJECT_UNLOCK (self);

  post (self, text);
  if (!hit)
    return TRUE;

  spent = spend (self, mode, delay);
  now = gst_prof_fault_monotonic_time ();
  GST_LOG_OBJECT (self, "hit, took %" GST_TIME_FORMAT, GST_TIME_ARGS (spent));

  GST_OBJECT_LOCK (self);
  self->hits++;
  self->dropped += mode == GST_PROF_FAULT_DROP;
  self->spent += spent;
  self->last_spent = spent;
  text = is_over (self, now - self->first) ? end (self) : NULL;
  GST_OBJECT_UNLOCK (self);

  post (self, text);
  return mode != GST_PROF_FAULT_DROP;
}

static GstFlowReturn
gst_prof_fault_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstProfFault *self = GST_PROF_FAULT (parent);

  if (!meet_buffer (self)) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  return gst_pad_push (self->srcpad, buffer);
}

/* The index that a list passes here counts what was removed before as gone,
 * hence a place of our own. */
static gboolean
remove_dropped (GstBuffer ** buffer, guint idx, gpointer place)
{
  const guint8 **dropped = place;

  if (*(*dropped)++)
    gst_clear_buffer (buffer);
  return TRUE;
}

static GstFlowReturn
gst_prof_fault_chain_list (GstPad * pad, GstObject * parent,
    GstBufferList * list)
{
  GstProfFault *self = GST_PROF_FAULT (parent);
  guint n = gst_buffer_list_length (list), n_dropped = 0;
  g_autofree guint8 *dropped = g_new0 (guint8, n);

  for (guint i = 0; i < n; i++) {
    dropped[i] = !meet_buffer (self);
    n_dropped += dropped[i];
  }

  if (n_dropped > 0) {
    const guint8 *place = dropped;

    list = gst_buffer_list_make_writable (list);
    gst_buffer_list_foreach (list, remove_dropped, &place);
  }
  if (n_dropped == n && n > 0) {
    gst_buffer_list_unref (list);
    return GST_FLOW_OK;
  }
  return gst_pad_push_list (self->srcpad, list);
}

static gboolean
gst_prof_fault_sink_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstProfFault *self = GST_PROF_FAULT (parent);

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    gchar *text;

    GST_OBJECT_LOCK (self);
    text = end (self);
    GST_OBJECT_UNLOCK (self);
    post (self, text);
  }
  return gst_pad_event_default (pad, parent, event);
}

static GstStateChangeReturn
gst_prof_fault_change_state (GstElement * element, GstStateChange transition)
{
  GstProfFault *self = GST_PROF_FAULT (element);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    GST_OBJECT_LOCK (self);
    self->first = GST_CLOCK_TIME_NONE;
    self->lasting = FALSE;
    self->buffers = self->hits = self->dropped = 0;
    self->spent = self->last_spent = 0;
    GST_OBJECT_UNLOCK (self);
  }
  return GST_ELEMENT_CLASS (gst_prof_fault_parent_class)->change_state (element,
      transition);
}

static void
gst_prof_fault_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstProfFault *self = GST_PROF_FAULT (object);

  GST_OBJECT_LOCK (self);
  if (id == PROP_MODE) {
    self->mode = g_value_get_enum (value);
  } else if (id == PROP_ANNOUNCE) {
    g_free (self->announce);
    self->announce = g_value_dup_string (value);
  } else {
    G_STRUCT_MEMBER (guint64, self, uint64_props[id - PROP_UINT64].offset) =
        g_value_get_uint64 (value);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_prof_fault_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstProfFault *self = GST_PROF_FAULT (object);

  GST_OBJECT_LOCK (self);
  if (id == PROP_MODE)
    g_value_set_enum (value, self->mode);
  else if (id == PROP_ANNOUNCE)
    g_value_set_string (value, self->announce);
  else
    g_value_set_uint64 (value, G_STRUCT_MEMBER (guint64, self,
            uint64_props[id - PROP_UINT64].offset));
  GST_OBJECT_UNLOCK (self);
}

static void
gst_prof_fault_finalize (GObject * object)
{
  g_free (GST_PROF_FAULT (object)->announce);
  G_OBJECT_CLASS (gst_prof_fault_parent_class)->finalize (object);
}

static void
gst_prof_fault_class_init (GstProfFaultClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = gst_prof_fault_set_property;
  object_class->get_property = gst_prof_fault_get_property;
  object_class->finalize = gst_prof_fault_finalize;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_prof_fault_change_state);

  g_object_class_install_property (object_class, PROP_MODE,
      g_param_spec_enum ("mode", "Mode", "What happens to a buffer that is hit",
          GST_TYPE_PROF_FAULT_MODE, GST_PROF_FAULT_NONE,
          SETTING | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_ANNOUNCE,
      g_param_spec_string ("announce", "Announce",
          "Name of the fault for the INFO messages at its begin and end; none: "
          "no messages", NULL, SETTING | G_PARAM_STATIC_STRINGS));
  for (guint i = 0; i < G_N_ELEMENTS (uint64_props); i++) {
    g_object_class_install_property (object_class, PROP_UINT64 + i,
        g_param_spec_uint64 (uint64_props[i].name, uint64_props[i].nick,
            uint64_props[i].blurb, 0, uint64_props[i].max,
            uint64_props[i].initial,
            uint64_props[i].flags | G_PARAM_STATIC_STRINGS));
  }

  /**
   * GstProfFault::advance:
   * @self: the element
   * @delay: nanoseconds
   *
   * A buffer is hit in mode advance. The handler runs in the streaming thread;
   * it moves a test's clock on, or waits for what the test says.
   */
  signals[SIGNAL_ADVANCE] = g_signal_new ("advance",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, G_TYPE_UINT64);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Fault", "Generic",
      "Takes time or drops buffers on demand, to test how that is noticed",
      "the gst-prof authors");
  gst_type_mark_as_plugin_api (GST_TYPE_PROF_FAULT_MODE, 0);

  GST_DEBUG_CATEGORY_INIT (fault_debug, "fault", 0, "fault element");
}

static void
gst_prof_fault_init (GstProfFault * self)
{
  self->duration = G_MAXUINT64;
  self->first = GST_CLOCK_TIME_NONE;

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_prof_fault_chain));
  gst_pad_set_chain_list_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_prof_fault_chain_list));
  gst_pad_set_event_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_prof_fault_sink_event));
  GST_PAD_SET_PROXY_CAPS (self->sinkpad);
  GST_PAD_SET_PROXY_ALLOCATION (self->sinkpad);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  GST_PAD_SET_PROXY_CAPS (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}
