/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The whole public API. An application includes this file and no other.
 */

#pragma once

#include <gst/prof/gstprofspan.h>
