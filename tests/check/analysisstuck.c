/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is said of a thread that is stuck in an element, for reasons that nobody can
 * tell, or while nobody looks at the threads. Time is literal, explanations come from
 * a function of the test's own.
 */

#include "told.h"

#include <string.h>

#define MS GST_MSECOND

/* Elements, the sink pads' points and the threads that come to them: src ! work !
 * queue ! sink; and one that leads nowhere. */
#define SRC 1
#define WORK 2
#define QUEUE 3
#define SINK 4
#define ASIDE 5
#define WORK_PAD 20
#define QUEUE_PAD 30
#define SINK_PAD 40
#define ASIDE_PAD 50
#define FEEDER 77
#define DRAIN 78
#define OTHER 79

static GstProfAnalysis *analysis;

/* What they did, if it is known. */
static GstProfCause cause;

/* Whether somebody looks at the threads, and in which point they were blocked, for
 * reasons that nobody can tell; 0: outside of all. */
static gboolean looked;
static gint call;
static guint where;
static guint64 asked;
static gboolean asked_of_change;

static gboolean
explain (const GstProfQuestion * question, GstProfExplanation * explanation,
    gpointer user_data)
{
  const GstProfBlameItem place = {
    .thread_id = FEEDER,.point = where,.call = call,
    .time = question->duration
  };

  asked = question->stretches[0].thread_id;
  asked_of_change = question->changes_state;
  if (!looked || asked == 0)
    return FALSE;
  memset (explanation, 0, sizeof *explanation);
  gst_prof_blame_init (&explanation->causes, question->duration);
  if (cause != GST_PROF_CAUSE_UNKNOWN) {
    explanation->causes.items[0] = (GstProfBlameItem) {
    .cause = cause,.time = question->duration};
    explanation->causes.n_items = 1;
    explanation->causes.rest = 0;
  } else if (call >= 0) {
    explanation->causes.places[explanation->causes.n_places++] = place;
    g_strlcpy (explanation->evidence, "work: the thread was in it",
        sizeof explanation->evidence);
  }
  explanation->root = explanation->causes;
  return TRUE;
}

static void
add (guint number, const gchar * name)
{
  GstProfElementReading element = {
    .number = number,.name = name,.coverage = "functions",
  };

  gst_prof_analysis_push_element (analysis, &element);
}

static void
setup (void)
{
  GstProfConfig config;
  g_autofree GstProfBacklogSample *sample = g_new0 (GstProfBacklogSample, 1);

  gst_prof_config_init (&config);
  config.telemetry_frames = config.performance_interval = 0;
  config.count_elements = TRUE;
  cause = GST_PROF_CAUSE_UNKNOWN;
  looked = TRUE;
  call = 202;
  where = WORK_PAD;
  analysis = gst_prof_analysis_new (&config, NULL, NULL);
  told_setup (analysis);
  gst_prof_analysis_set_explain_func (analysis, explain, NULL, NULL);
  gst_prof_analysis_set_playing (analysis, TRUE, 1 * MS);
  add (SRC, "src");
  add (WORK, "work");
  add (QUEUE, "queue");
  add (SINK, "sink");
  add (ASIDE, "aside");
  sample->live = TRUE;
  gst_prof_analysis_sample (analysis, sample, 1 * MS);
}

static void
teardown (void)
{
  gst_prof_analysis_free (analysis);
  told_teardown ();
}

static void
advance (GstClockTime time)
{
  gst_prof_analysis_advance (analysis, time);
}

static void
assert_stuck_in (const gchar * element)
{
  assert_equals_string (last_string ("root-cause"), "unknown");
  fail_unless (strstr (last_string ("advice"), "look at what feeds") == NULL,
      "%s", last_string ("advice"));
  if (element != NULL)
    assert_equals_string (last_string ("elements"), element);
}

/* One tick: the feeder is in an element since then. */
static void
look_inside (guint point, guint number, guint64 thread_id, guint since,
    guint at)
{
  GstProfActivityState state = {
    .thread_id = thread_id,
    .changed = since * MS,
    .home = point,
    .depth = 1,
    .points = {point},
  };

  gst_prof_analysis_watch_visit (analysis, &state, number, at * MS);
}

static void
look_outside (guint since, guint at)
{
  GstProfActivityState state = {
    .thread_id = DRAIN,.changed = since * MS,.home = SINK_PAD,
  };

  gst_prof_analysis_watch_silence (analysis, &state, SINK, at * MS);
}

static void
visits (guint first, guint n, guint own)
{
  GstProfPadReading reading = {
    .point = WORK_PAD,.element = WORK,.from = SRC,.thread_id = FEEDER,
  };

  for (guint i = first; i < first + n; i++) {
    GstClockTime time = (1000 + i * 33) * MS;

    reading.in[0] = (GstProfPassing) { (gint64) i * 33 * MS, time };
    reading.n_in = 1;
    reading.own[0] = own * MS;
    reading.n_own = 1;
    gst_prof_analysis_push_pad (analysis, &reading, time);
  }
}

static void
frames_come (guint n, guint first)
{
  GstProfPadReading reading = {
    .point = SINK_PAD,.element = SINK,.from = QUEUE,.thread_id = DRAIN,
    .at_end = TRUE,.handed_over = TRUE,.n_feeders = 1,.feeders = {QUEUE_PAD},
    .is_video = TRUE,.frame_duration = GST_CLOCK_TIME_NONE,
  };
  GstProfPadReading before = {
    .point = QUEUE_PAD,.element = QUEUE,.from = WORK,.thread_id = FEEDER,
    .n_feeders = 1,.feeders = {WORK_PAD},
  };

  for (guint i = 0; i < n; i++) {
    GstClockTime time = (first + i * 33) * MS;

    before.in[0] = reading.in[0] =
        (GstProfPassing) { (gint64) i * 33 * MS, time };
    before.n_in = reading.n_in = 1;
    gst_prof_analysis_push_pad (analysis, &before, time);
    gst_prof_analysis_push_pad (analysis, &reading, time);
  }
}

static void
slow_visit (guint from, guint own)
{
  GstProfPadReading reading = {
    .point = WORK_PAD,.element = WORK,.from = SRC,.thread_id = FEEDER,
    .n_slow = 1,
    .slow = {{
            .event = {from * MS, (from + own) * MS, own * MS, FEEDER},
            .number = 45,
        }},
  };

  gst_prof_analysis_push_pad (analysis, &reading, (from + own) * MS);
  advance ((from + own + 100) * MS);
}

GST_START_TEST (who_is_stuck_at_the_first_buffer_is_named)
{
  for (guint at = 100; at <= 6000; at += 100) {
    gst_prof_analysis_begin_look (analysis);
    look_inside (WORK_PAD, WORK, FEEDER, 50, at);
    advance (at * MS);
  }
  fail_unless (told_count ("gap", "open") > 0);
  assert_equals_uint64 (asked, FEEDER);
  assert_stuck_in (NULL);
}
GST_END_TEST;

GST_START_TEST (without_looks_the_brackets_still_name_the_element)
{
  looked = FALSE;
  for (guint at = 100; at <= 6000; at += 100) {
    gst_prof_analysis_begin_look (analysis);
    look_inside (WORK_PAD, WORK, FEEDER, 50, at);
    advance (at * MS);
  }
  assert_told ("gap", 1, 0);
  assert_stuck_in ("work");
  fail_unless (strstr (last_string ("text"), "upstream 5.1s <- unknown 5.1s; in "
          "work") != NULL, "%s", last_string ("text"));
}
GST_END_TEST;

GST_START_TEST (without_looks_and_nobody_stuck_nothing_is_known)
{
  looked = FALSE;
  for (guint at = 100; at <= 6000; at += 100) {
    gst_prof_analysis_begin_look (analysis);
    /* It comes and goes. */
    look_inside (WORK_PAD, WORK, FEEDER, at - 20, at);
    advance (at * MS);
  }
  assert_told ("gap", 1, 0);
  assert_equals_string (last_string ("root-cause"), "unknown");
  assert_equals_string (last_string ("elements"), "");
}
GST_END_TEST;

static void
silence (guint point, guint number, guint64 thread_id)
{
  GstProfPadReading reading = {
    .point = SINK_PAD,.element = SINK,.from = QUEUE,.thread_id = DRAIN,
    .at_end = TRUE,.handed_over = TRUE,.n_feeders = 1,.feeders = {QUEUE_PAD},
    .n_pauses = 1,.pauses = {{1297 * MS, 2300 * MS, 1003 * MS, DRAIN}},
    .n_in = 1,.in = {{0, 2300 * MS}},
    .frame_duration = GST_CLOCK_TIME_NONE,
  };

  looked = FALSE;
  visits (0, 10, 1);
  frames_come (10, 1000);
  /* Whoever waits may come first or last. */
  for (guint at = 1350; at <= 2290; at += 20) {
    gst_prof_analysis_begin_look (analysis);
    if (at % 40 != 0)
      look_outside (1297, at);
    look_inside (point, number, thread_id, 1310, at);
    if (at % 40 == 0)
      look_outside (1297, at);
    advance (at * MS);
  }
  gst_prof_analysis_push_pad (analysis, &reading, 2300 * MS);
  advance (2400 * MS);
  assert_told ("gap", 1, 1);
}

GST_START_TEST (without_looks_who_is_stuck_before_a_silence_is_named)
{
  silence (WORK_PAD, WORK, FEEDER);
  assert_stuck_in ("work");
  fail_unless (strstr (last_string ("text"), "upstream 1.0s <- unknown 1.0s; in "
          "work") != NULL, "%s", last_string ("text"));
}
GST_END_TEST;

GST_START_TEST (who_is_stuck_elsewhere_is_not)
{
  silence (ASIDE_PAD, ASIDE, OTHER);
  assert_equals_string (last_string ("root-cause"), "unknown");
  assert_equals_string (last_string ("elements"), "");
}
GST_END_TEST;

GST_START_TEST (an_unusual_stay_for_no_known_reason_is_told)
{
  visits (0, 30, 5);
  slow_visit (3000, 900);
  assert_told ("slow-element", 0, 1);
  assert_stuck_in (NULL);
  assert_equals_string (last_string ("evidence"), "work: the thread was in it");
}
GST_END_TEST;

GST_START_TEST (it_is_told_while_it_lasts)
{
  visits (0, 30, 5);
  for (guint ms = 25; ms <= 900; ms += 25) {
    gst_prof_analysis_begin_look (analysis);
    look_inside (WORK_PAD, WORK, FEEDER, 3000, 3000 + ms);
    advance ((3000 + ms) * MS);
  }
  assert_told ("slow-element", 1, 0);
  assert_stuck_in (NULL);
}
GST_END_TEST;

/* It waits for each buffer's time, say. */
GST_START_TEST (who_always_stays_as_long_is_not_slow)
{
  visits (0, 30, 300);
  slow_visit (3000, 900);
  assert_told ("slow-element", 0, 0);
  slow_visit (5000, 1500);
  assert_told ("slow-element", 0, 1);
}
GST_END_TEST;

GST_START_TEST (what_is_usual_has_to_be_known)
{
  visits (0, 3, 5);
  slow_visit (3000, 900);
  assert_told ("slow-element", 0, 0);
  slow_visit (5000, 1100);
  assert_told ("slow-element", 0, 1);
}
GST_END_TEST;

/* Nothing was seen of it; or it was outside of the element. */
GST_START_TEST (without_a_place_nobody_is_slow)
{
  visits (0, 30, 5);
  call = -1;
  slow_visit (3000, 900);
  call = 202;
  where = 0;
  slow_visit (5000, 900);
  assert_told ("slow-element", 0, 0);
}
GST_END_TEST;

static void
stand_still (guint frames, gboolean held)
{
  frames_come (frames, 1000);
  for (guint at = 1100; at <= 8000; at += 100) {
    gst_prof_analysis_begin_look (analysis);
    if (held)
      look_inside (SINK_PAD, SINK, FEEDER, 1000, at);
    advance (at * MS);
  }
}

GST_START_TEST (what_stands_still_from_the_first_buffer_on_is_told)
{
  stand_still (1, TRUE);
  assert_told ("gap", 2, 0);
  assert_equals_string (last_of ("gap", "stage"), "");
  assert_equals_uint64 (asked, FEEDER);
  frames_come (10, 8500);
  advance (10 * GST_SECOND);
  assert_told ("gap", 2, 1);
}
GST_END_TEST;

GST_START_TEST (a_first_buffer_may_be_shown_for_as_long)
{
  cause = GST_PROF_CAUSE_CLOCK;
  stand_still (1, TRUE);
  assert_told ("gap", 0, 0);
}
GST_END_TEST;

GST_START_TEST (a_sink_that_takes_no_more_stands_still)
{
  cause = GST_PROF_CAUSE_DOWNSTREAM;
  stand_still (1, TRUE);
  assert_told ("gap", 2, 0);
  assert_equals_string (last_of ("gap", "root-cause"), "downstream");
}
GST_END_TEST;

GST_START_TEST (what_went_on_does_not_stand_still_from_the_first_on)
{
  stand_still (2, TRUE);
  assert_told ("gap", 0, 0);
}
GST_END_TEST;

GST_START_TEST (one_buffer_may_be_all_that_there_is)
{
  stand_still (1, FALSE);
  assert_told ("gap", 0, 0);
}
GST_END_TEST;

static void
change (guint until, gboolean live, const gchar * lacking)
{
  GstProfStateChange change = {
    .element = "sink",.from = GST_STATE_NULL,.to = GST_STATE_READY,
    .lacking = lacking,.thread_id = lacking == NULL ? OTHER : 0,
    .start = 100 * MS,.end = (100 + until) * MS,.live = live,
  };

  gst_prof_analysis_push_state_change (analysis, &change, change.end);
  advance (change.end + (live ? 0 : 100 * MS));
}

GST_START_TEST (a_state_change_is_told_while_it_lasts_and_when_it_is_over)
{
  for (guint ms = 100; ms <= 2500; ms += 100)
    change (ms, TRUE, NULL);
  assert_told ("state-change", 2, 0);
  assert_equals_uint64 (asked, OTHER);
  fail_unless (asked_of_change);
  assert_equals_string (last_string ("stage"), "sink");
  change (2600, FALSE, NULL);
  assert_told ("state-change", 2, 1);
  fail_unless (g_str_has_prefix (last_string ("text"), "SLOW STATE CHANGE: sink "
          "2600.0ms | it is over: ") && strstr (last_string ("text"),
          "; NULL to READY, threshold 1000ms") != NULL, "%s",
      last_string ("text"));
}
GST_END_TEST;

GST_START_TEST (a_state_change_of_a_second_is_not_slow)
{
  change (1000, TRUE, NULL);
  change (1000, FALSE, NULL);
  assert_told ("state-change", 0, 0);
}
GST_END_TEST;

GST_START_TEST (a_sink_without_a_buffer_is_told_when_somebody_is_stuck)
{
  for (guint ms = 500; ms <= 5500; ms += 100) {
    gst_prof_analysis_begin_look (analysis);
    look_inside (WORK_PAD, WORK, FEEDER, 300, 100 + ms);
    change (ms, TRUE, "deaf");
  }
  assert_told ("state-change", 1, 0);
  assert_equals_uint64 (asked, FEEDER);
  fail_unless (strstr (last_of ("state-change", "text"), "; to READY, waiting "
          "for a first buffer at deaf") != NULL, "%s",
      last_of ("state-change", "text"));
  /* He lets go, which is seen before it is known that the wait is over. */
  gst_prof_analysis_begin_look (analysis);
  gst_prof_analysis_begin_look (analysis);
  change (5600, FALSE, "deaf");
  assert_told ("state-change", 1, 1);
  assert_equals_uint64 (asked, FEEDER);
}
GST_END_TEST;

/* A source may take its time. */
GST_START_TEST (a_sink_without_a_buffer_may_wait_when_nobody_brings_any)
{
  for (guint ms = 500; ms <= 9000; ms += 100) {
    gst_prof_analysis_begin_look (analysis);
    change (ms, TRUE, "deaf");
  }
  change (9100, FALSE, "deaf");
  assert_told ("state-change", 0, 0);
}
GST_END_TEST;

static Suite *
analysisstuck_suite (void)
{
  Suite *suite = suite_create ("analysisstuck");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, who_is_stuck_at_the_first_buffer_is_named);
  tcase_add_test (tcase, without_looks_the_brackets_still_name_the_element);
  tcase_add_test (tcase, without_looks_and_nobody_stuck_nothing_is_known);
  tcase_add_test (tcase, without_looks_who_is_stuck_before_a_silence_is_named);
  tcase_add_test (tcase, who_is_stuck_elsewhere_is_not);
  tcase_add_test (tcase, an_unusual_stay_for_no_known_reason_is_told);
  tcase_add_test (tcase, it_is_told_while_it_lasts);
  tcase_add_test (tcase, who_always_stays_as_long_is_not_slow);
  tcase_add_test (tcase, what_is_usual_has_to_be_known);
  tcase_add_test (tcase, without_a_place_nobody_is_slow);
  tcase_add_test (tcase, what_stands_still_from_the_first_buffer_on_is_told);
  tcase_add_test (tcase, a_first_buffer_may_be_shown_for_as_long);
  tcase_add_test (tcase, a_sink_that_takes_no_more_stands_still);
  tcase_add_test (tcase, what_went_on_does_not_stand_still_from_the_first_on);
  tcase_add_test (tcase, one_buffer_may_be_all_that_there_is);
  tcase_add_test (tcase,
      a_state_change_is_told_while_it_lasts_and_when_it_is_over);
  tcase_add_test (tcase, a_state_change_of_a_second_is_not_slow);
  tcase_add_test (tcase,
      a_sink_without_a_buffer_is_told_when_somebody_is_stuck);
  tcase_add_test (tcase,
      a_sink_without_a_buffer_may_wait_when_nobody_brings_any);
  return suite;
}

GST_CHECK_MAIN (analysisstuck);
