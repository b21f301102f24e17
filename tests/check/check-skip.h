/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include <stdio.h>

/*
 * GST_PROF_CHECK_SKIP:
 * @reason: what is missing, a literal
 *
 * Ends a case that cannot run here. GstCheck has no word for that: it will say
 * that the case passed, and tests/runner.py counts it as skipped by this line.
 */
#define GST_PROF_CHECK_SKIP(reason) G_STMT_START { \
  printf ("\n# SKIP %s: %s\n", G_STRFUNC, reason); \
  fflush (stdout); \
  return; \
} G_STMT_END

/*
 * GST_PROF_CHECK_NEED:
 * @factory: name of an element factory
 *
 * Skips the case when there is no such element.
 */
#define GST_PROF_CHECK_NEED(factory) G_STMT_START { \
  GstElementFactory *_factory = gst_element_factory_find (factory); \
  if (_factory == NULL) \
    GST_PROF_CHECK_SKIP ("no element " factory); \
  gst_object_unref (_factory); \
} G_STMT_END

/*
 * GST_PROF_CHECK_FORKS:
 *
 * Skips a case with threads in a forked child under ThreadSanitizer, which takes
 * those that are not there for those that are made.
 */
#ifdef __SANITIZE_THREAD__
#define GST_PROF_CHECK_FORKS() \
  GST_PROF_CHECK_SKIP ("ThreadSanitizer does not follow fork")
#else
#define GST_PROF_CHECK_FORKS() G_STMT_START { } G_STMT_END
#endif
