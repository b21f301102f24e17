/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The whole public API. An application includes this file and no other.
 */

#pragma once

#include <gst/prof/gstprofhistogram.h>
#include <gst/prof/gstprofmessage.h>
#include <gst/prof/gstprofreport.h>
#include <gst/prof/gstprofreportjson.h>
#include <gst/prof/gstprofsetup.h>
#include <gst/prof/gstprofspan.h>
#include <gst/prof/gstprofsummary.h>
