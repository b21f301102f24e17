/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * GST_TRACERS=emptyhook: a tracer with one hook that does nothing. What it costs
 * is what every tracer costs that has any hook.
 */

#include <gst/gst.h>
#include <gst/gsttracer.h>

#define PACKAGE "gst-prof"

G_DECLARE_FINAL_TYPE (EmptyHook, empty_hook, EMPTY, HOOK, GstTracer)

struct _EmptyHook
{
  GstTracer parent;
};

G_DEFINE_TYPE (EmptyHook, empty_hook, GST_TYPE_TRACER)

static void
push_pre (GObject * self, GstClockTime time, GstPad * pad, GstBuffer * buffer)
{
}

static void
empty_hook_class_init (EmptyHookClass * klass)
{
}

static void
empty_hook_init (EmptyHook * self)
{
  gst_tracing_register_hook (GST_TRACER (self), "pad-push-pre",
      G_CALLBACK (push_pre));
}

static gboolean
plugin_init (GstPlugin * plugin)
{
  return gst_tracer_register (plugin, "emptyhook", empty_hook_get_type ());
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, emptyhook,
    "A tracer whose hook does nothing", plugin_init, "0.1.0", "LGPL", "gst-prof",
    "Unknown package origin")
