/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the elements of a pipeline do, whatever they are: the table of them. Part
 * of the analysis.
 */

#include "gstprofanalysisprivate.h"

/*
 * gst_prof_analysis_push_element:
 * @analysis: an analysis
 * @reading: an element that has come, or of which something has changed
 */
void
gst_prof_analysis_push_element (GstProfAnalysis * analysis,
    const GstProfElementReading * reading)
{
  gst_prof_element_table_add (analysis->elements, reading);
}

/*
 * gst_prof_analysis_remove_element:
 * @analysis: an analysis
 * @number: an element that is not there any more
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_analysis_remove_element (GstProfAnalysis * analysis, guint number,
    GstClockTime now)
{
  gst_prof_element_table_remove (analysis->elements, number, now);
}

/*
 * gst_prof_analysis_push_pad:
 * @analysis: an analysis
 * @reading: what has happened at a pad
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_analysis_push_pad (GstProfAnalysis * analysis,
    const GstProfPadReading * reading, GstClockTime now)
{
  analysis->now = now;
  gst_prof_element_table_take (analysis->elements, reading, now);
}

/*
 * gst_prof_analysis_has_elements:
 * @analysis: an analysis
 *
 * Returns: whether it knows any element; not, when a run has just begun
 */
gboolean
gst_prof_analysis_has_elements (GstProfAnalysis * analysis)
{
  return !gst_prof_element_table_is_empty (analysis->elements);
}
