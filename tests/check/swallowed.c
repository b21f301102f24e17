/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What an analysis says of a sink to which an element lets nothing through, while
 * the thread goes on. Time is literal.
 */

#include <gst/check/gstcheck.h>

#include <string.h>

#include <gst/prof/gstprofanalysis.h>

#define MS GST_MSECOND

#define SRC 1
#define VALVE 2
#define SINK 3
#define VALVE_PAD 20
#define SINK_PAD 30

#define THREAD 77

static GstProfAnalysis *analysis;
static GPtrArray *structures;
static gboolean outermost;

static gboolean
explain (const GstProfQuestion * question, GstProfExplanation * explanation,
    gpointer user_data)
{
  memset (explanation, 0, sizeof *explanation);
  gst_prof_blame_init (&explanation->causes, question->duration);
  explanation->causes.items[0] = (GstProfBlameItem) {
  .cause = GST_PROF_CAUSE_UPSTREAM,.time = question->duration,.home =
        VALVE_PAD};
  explanation->causes.n_items = 1;
  explanation->causes.rest = 0;
  explanation->root = explanation->causes;
  return TRUE;
}

static void
setup (void)
{
  static const gchar *const names[] = { NULL, "src", "valve", "sink" };
  GstProfConfig config;

  gst_prof_config_init (&config);
  config.telemetry_frames = config.performance_interval = 0;
  config.count_elements = TRUE;
  outermost = FALSE;
  structures =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  analysis = gst_prof_analysis_new (&config, NULL, NULL);
  gst_prof_analysis_set_explain_func (analysis, explain, NULL, NULL);
  gst_prof_analysis_set_playing (analysis, TRUE, 1 * MS);
  for (guint i = SRC; i <= SINK; i++) {
    GstProfElementReading element = {
      .number = i,.name = names[i],.coverage = "functions",
    };

    gst_prof_analysis_push_element (analysis, &element);
  }
}

static void
teardown (void)
{
  gst_prof_analysis_free (analysis);
  g_ptr_array_unref (structures);
}

static void
push (guint point, guint element, guint from, GstClockTime time)
{
  GstProfPadReading reading = {
    .point = point,
    .element = element,
    .from = from,
    .task = from,
    .thread_id = THREAD,
    .at_end = element == SINK,
    .n_feeders = from == SRC ? 0 : 1,
    .feeders = {VALVE_PAD},
    .frame_duration = GST_CLOCK_TIME_NONE,
    .times = {.buffers = 1,.visits = 1,.outside = outermost
          && element == SINK ? 1 * MS : 0},
    .n_in = 1,
    .in = {{time, time}},
    .n_out = 1,
    .out = {{time, time}},
  };

  gst_prof_analysis_push_pad (analysis, &reading, time);
}

/* Frames every 40 ms. */
static void
frames (guint from_ms, guint to_ms, gboolean dropped)
{
  for (guint ms = from_ms; ms < to_ms; ms += 40) {
    GstProfOutput *output;

    push (VALVE_PAD, VALVE, SRC, ms * MS);
    if (!dropped)
      push (SINK_PAD, SINK, VALVE, ms * MS + GST_USECOND);
    gst_prof_analysis_advance (analysis, (ms + 10) * MS);
    while ((output = gst_prof_analysis_pop_output (analysis)) != NULL) {
      if (output->structure)
        g_ptr_array_add (structures, g_steal_pointer (&output->structure));
      gst_prof_output_free (output);
    }
  }
}

static const gchar *
get (guint i, const gchar * field)
{
  fail_unless (i < structures->len);
  return gst_structure_get_string (g_ptr_array_index (structures, i), field);
}

static void
assert_told (guint n)
{
  fail_unless (structures->len == n, "%u, not %u", structures->len, n);
  for (guint i = 0; i < n; i++) {
    assert_equals_string (get (i, "kind"), "gap");
    assert_equals_string (get (i, "stage"), "sink");
    assert_equals_string (get (i, "root-cause"), "dropped");
    assert_equals_string (get (i, "state"), i + 1 < n ? "open" : "final");
  }
}

GST_START_TEST (it_is_told_while_it_lasts_and_when_it_is_over)
{
  frames (1000, 2000, FALSE);
  frames (2000, 3400, TRUE);
  frames (3400, 5000, FALSE);
  /* 200 ms after the last one, a second later, and at the end. */
  assert_told (3);
  fail_unless (g_str_has_prefix (get (2, "text"), "Long gap between frames: "
          "1.440s | nothing came to sink: upstream 1.4s <- dropped 1.4s "
          "(valve: 35 buffers came in and none reached sink in 1.44s)"), "%s",
      get (2, "text"));
}
GST_END_TEST;

GST_START_TEST (a_source_that_pauses_is_told_by_its_thread)
{
  frames (1000, 2000, FALSE);
  for (guint ms = 2000; ms < 4000; ms += 25)
    gst_prof_analysis_advance (analysis, ms * MS);
  frames (4000, 5000, FALSE);
  fail_unless (structures->len == 0);
}
GST_END_TEST;

/* It is seen where it is: that tells of the same silence. */
GST_START_TEST (a_thread_that_waits_is_told_once)
{
  GstProfActivityState state = {
    .thread_id = THREAD,.changed = 1960 * MS,.home = SINK_PAD
  };

  outermost = TRUE;
  frames (1000, 2000, FALSE);
  for (guint ms = 2000; ms < 3400; ms += 40) {
    gst_prof_analysis_watch_silence (analysis, &state, SINK, ms * MS);
    frames (ms, ms + 40, TRUE);
  }
  fail_unless (structures->len == 2, "%u", structures->len);
  frames (3400, 3500, FALSE);
  assert_equals_string (get (1, "state"), "open");
  fail_unless (structures->len == 2, "%u", structures->len);
}
GST_END_TEST;

/* Events come in place of the buffers. */
GST_START_TEST (a_thread_that_goes_on_with_events_is_told_too)
{
  outermost = TRUE;
  frames (1000, 2000, FALSE);
  frames (2000, 2600, TRUE);
  fail_unless (structures->len == 0);
  frames (2600, 4000, TRUE);
  frames (4000, 5000, FALSE);
  assert_told (3);
}
GST_END_TEST;

static Suite *
swallowed_suite (void)
{
  Suite *suite = suite_create ("swallowed");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, it_is_told_while_it_lasts_and_when_it_is_over);
  tcase_add_test (tcase, a_source_that_pauses_is_told_by_its_thread);
  tcase_add_test (tcase, a_thread_that_waits_is_told_once);
  tcase_add_test (tcase, a_thread_that_goes_on_with_events_is_told_too);
  return suite;
}

GST_CHECK_MAIN (swallowed);
