/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Registers the elements and the tracer, and does nothing else. */

#include "config.h"

#include <gst/gst.h>

#include "gstproflatencytracer.h"
#include "gstprofencode.h"
#include "gstprofmuxsink.h"
#include "gstprofnormalize.h"
#include "gstprofsink.h"
#include "gstprofstage.h"
#include "gstproftracer.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  gboolean ret = FALSE;

  ret |= GST_ELEMENT_REGISTER (profnormalize, plugin);
  ret |= GST_ELEMENT_REGISTER (profencode, plugin);
  ret |= GST_ELEMENT_REGISTER (profsink, plugin);
  ret |= GST_ELEMENT_REGISTER (profmuxsink, plugin);
  ret |= GST_ELEMENT_REGISTER (profstage, plugin);
  ret |= GST_ELEMENT_REGISTER (latencytracer, plugin);
  ret |= gst_tracer_register (plugin, "prof", GST_TYPE_PROF_TRACER);
  return ret;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, prof,
    "Says where the time of a live recording pipeline went", plugin_init,
    VERSION, "LGPL", GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
