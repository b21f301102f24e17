/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is said of a stall, and when: while it goes on, when it is over, and when
 * nobody tells its end. Explanations come from a function of the test's own.
 */

#include <gst/check/gstcheck.h>

#include <string.h>

#include <gst/prof/gstproflimiter.h>
#include <gst/prof/gstprofwarner.h>

#define MS GST_MSECOND

static GstProfStats *stats;
static GstProfOutputQueue output;
static GstProfWarner *warner;
static GPtrArray *lines, *structures;

/* What is known, and what was asked last. */
static gboolean known;
static GstProfExplanation answer;
static GstProfQuestion asked;
static guint n_asked;

static gboolean
explain (const GstProfQuestion * question, GstProfExplanation * explanation,
    gpointer user_data)
{
  n_asked++;
  asked = *question;
  if (!known)
    return FALSE;
  *explanation = answer;
  return TRUE;
}

static void
setup (void)
{
  known = FALSE;
  n_asked = 0;
  memset (&answer, 0, sizeof answer);
  lines = g_ptr_array_new_with_free_func (g_free);
  structures =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  stats = gst_prof_stats_new ();
  gst_prof_output_queue_init (&output, NULL, NULL);
  warner = gst_prof_warner_new (stats, &output);
  gst_prof_warner_set_explain_func (warner, explain, NULL);
}

static void
teardown (void)
{
  gst_prof_warner_free (warner);
  gst_prof_output_queue_clear (&output);
  gst_prof_stats_free (stats);
  g_ptr_array_unref (lines);
  g_ptr_array_unref (structures);
}

static void
collect (void)
{
  GstProfOutput *out;

  while ((out = gst_prof_output_queue_pop (&output)) != NULL) {
    if (out->line)
      g_ptr_array_add (lines, g_steal_pointer (&out->line));
    if (out->structure)
      g_ptr_array_add (structures, g_steal_pointer (&out->structure));
    gst_prof_output_free (out);
  }
}

static guint
count_state (const gchar * state)
{
  guint n = 0;

  collect ();
  for (guint i = 0; i < structures->len; i++) {
    const GstStructure *s = g_ptr_array_index (structures, i);

    if (g_strcmp0 (gst_structure_get_string (s, "state"), state) == 0)
      n++;
  }
  return n;
}

static void
assert_told (guint open, guint final)
{
  assert_equals_int (count_state ("open"), open);
  assert_equals_int (count_state ("final"), final);
}

static const GstStructure *
last_structure (void)
{
  collect ();
  fail_unless (structures->len > 0);
  return g_ptr_array_index (structures, structures->len - 1);
}

static const gchar *
last_line (void)
{
  collect ();
  fail_unless (lines->len > 0);
  return g_ptr_array_index (lines, lines->len - 1);
}

static const gchar *
last_string (const gchar * field)
{
  return gst_structure_get_string (last_structure (), field);
}

static guint64
sum_of (const gchar * field)
{
  const GValue *value = gst_structure_get_value (last_structure (), field);
  const GstStructure *parts;
  guint64 sum = 0, part;

  fail_unless (value != NULL, "%s", field);
  parts = gst_value_get_structure (value);
  for (gint i = 0; i < gst_structure_n_fields (parts); i++) {
    fail_unless (gst_structure_get_uint64 (parts,
            gst_structure_nth_field_name (parts, i), &part));
    sum += part;
  }
  return sum;
}

static guint64
count_warnings (const gchar * kind)
{
  GstProfFrameCounters counters = { 0 };
  g_auto (GstProfSummary) summary = { 0 };
  guint64 n;

  gst_prof_summary_init (&summary);
  gst_prof_stats_summarize (stats, &counters, &summary);
  fail_unless (gst_structure_get_uint64 (summary.warnings, kind, &n));
  return n;
}

static guint64
count_gaps (void)
{
  GstProfFrameCounters counters = { 0 };
  g_auto (GstProfSummary) summary = { 0 };

  gst_prof_summary_init (&summary);
  gst_prof_stats_summarize (stats, &counters, &summary);
  return summary.gaps;
}

/* A thread of its own from @start to @end. */
static GstProfNotice
make_notice (GstProfWarningKind kind, const gchar * stage, guint64 thread_id,
    GstClockTime start, GstClockTime end)
{
  const GstProfNotice notice = {
    .kind = kind,
    .warning = {
          .stage = stage,
          .running_time = GST_CLOCK_TIME_NONE,
          .start = start,
          .duration = end - start,
          .threshold = 50 * MS,
        },
    .separator = "; ",
    .question = {
          .n_stretches = 1,
          .stretches = {{thread_id, start, end}},
          .duration = end - start,
        },
  };

  return notice;
}

static void
note_open (GstProfWarningKind kind, guint64 thread_id, GstClockTime start,
    GstClockTime now)
{
  GstProfNotice notice =
      make_notice (kind, "encode", thread_id, start, now);

  notice.question.live = TRUE;
  gst_prof_warner_note_open (warner, &notice, now);
}

static void
add_final (GstProfWarningKind kind, guint64 thread_id, GstClockTime start,
    GstClockTime end)
{
  GstProfNotice notice =
      make_notice (kind, "encode", thread_id, start, end);
  GstProfLedger nothing;

  gst_prof_ledger_init (&nothing, end - start);
  notice.fallback = &nothing;
  /* It is in pieces. */
  if (kind == GST_PROF_WARNING_SLOW_SETUP)
    notice.warning.start = GST_CLOCK_TIME_NONE;
  notice.line = g_string_new ("OVER");
  gst_prof_warner_add (warner, &notice, end);
  fail_unless (notice.line == NULL && notice.tail == NULL);
}

#define ENCODE GST_PROF_WARNING_SLOW_ENCODE
#define GAP GST_PROF_WARNING_GAP

/* --- while it goes on --- */

GST_START_TEST (what_goes_on_is_told_at_once)
{
  note_open (ENCODE, 1, 1000 * MS, 1090 * MS);
  assert_told (1, 0);
  assert_equals_string (last_string ("kind"), "slow-encode");
  assert_equals_string (last_string ("stage"), "encode");
  fail_unless (g_str_has_prefix (last_line (),
          "SLOW ENCODE: 90.0ms | still going on"), "%s", last_line ());
  fail_unless (asked.live);
  assert_equals_uint64 (asked.duration, 90 * MS);
}

GST_END_TEST;

GST_START_TEST (what_goes_on_is_told_again_each_second)
{
  for (guint t = 300; t < 5310; t += 25)
    note_open (GAP, 1, 0, t * MS);
  assert_told (6, 0);
  fail_unless (g_str_has_prefix (last_line (),
          "Long gap between frames: 5.300s | still going on"), "%s",
      last_line ());
}

GST_END_TEST;

GST_START_TEST (after_half_a_minute_it_is_told_more_rarely)
{
  for (guint t = 300; t <= 100300; t += 25)
    note_open (GAP, 1, 0, t * MS);
  /* Each second up to 30 s after the first, then each ten. */
  assert_told (31 + 7, 0);
}

GST_END_TEST;

GST_START_TEST (stalls_of_two_threads_are_two)
{
  for (guint t = 300; t < 1200; t += 25) {
    note_open (ENCODE, 1, 0, t * MS);
    note_open (ENCODE, 2, 0, t * MS);
  }
  assert_told (2, 0);
}

GST_END_TEST;

GST_START_TEST (only_so_many_are_told_while_they_go_on)
{
  for (guint i = 0; i < 20; i++)
    note_open (ENCODE, i + 1, 0, 300 * MS);
  assert_told (GST_PROF_LIMITER_BURST, 0);
}

GST_END_TEST;

GST_START_TEST (more_stalls_than_fit_are_left_out)
{
  for (guint i = 0; i < 100; i++)
    note_open (i % 2 ? ENCODE : GAP, i + 1, 0, 300 * MS);
  assert_told (2 * GST_PROF_LIMITER_BURST, 0);
  gst_prof_warner_flush (warner, 400 * MS);
  assert_told (2 * GST_PROF_LIMITER_BURST, 2 * GST_PROF_LIMITER_BURST);
}

GST_END_TEST;

GST_START_TEST (the_longest_that_is_open_is_known)
{
  GstProfWarningKind kind = GST_PROF_WARNING_N_KINDS;
  const gchar *stage = NULL;
  GstClockTime duration = 0;

  fail_if (gst_prof_warner_get_longest_open (warner, &kind, &stage,
          &duration));
  note_open (ENCODE, 1, 100 * MS, 300 * MS);
  note_open (GAP, 2, 0, 300 * MS);
  note_open (ENCODE, 3, 200 * MS, 300 * MS);
  fail_unless (gst_prof_warner_get_longest_open (warner, &kind, &stage,
          &duration));
  assert_equals_int (kind, GAP);
  assert_equals_string (stage, "encode");
  assert_equals_uint64 (duration, 300 * MS);

  add_final (GAP, 2, 0, 310 * MS);
  gst_prof_warner_advance (warner, 500 * MS);
  fail_unless (gst_prof_warner_get_longest_open (warner, &kind, &stage,
          &duration));
  assert_equals_int (kind, ENCODE);
  assert_equals_uint64 (duration, 200 * MS);
}

GST_END_TEST;

/* --- when it is over --- */

GST_START_TEST (what_is_over_is_told_when_all_is_known_of_it)
{
  add_final (ENCODE, 1, 1000 * MS, 1100 * MS);
  gst_prof_warner_advance (warner,
      1100 * MS + GST_PROF_EXPLANATION_SETTLE - 1);
  assert_told (0, 0);
  assert_equals_int (n_asked, 0);
  gst_prof_warner_advance (warner, 1100 * MS + GST_PROF_EXPLANATION_SETTLE);
  assert_told (0, 1);
  assert_equals_int (n_asked, 1);
  fail_if (asked.live);
  assert_equals_uint64 (asked.stretches[0].from, 1000 * MS);
  assert_equals_uint64 (asked.stretches[0].to, 1100 * MS);
}

GST_END_TEST;

GST_START_TEST (without_anyone_to_ask_it_is_told_at_once)
{
  gst_prof_warner_set_explain_func (warner, NULL, NULL);
  add_final (ENCODE, 1, 1000 * MS, 1100 * MS);
  assert_told (0, 1);
  assert_equals_string (last_string ("root-cause"), "unknown");
  assert_equals_uint64 (sum_of ("causes"), 100 * MS);
}

GST_END_TEST;

GST_START_TEST (what_there_is_nothing_to_ask_of_is_told_at_once)
{
  GstProfNotice notice = make_notice (ENCODE, "encode", 1, 0, 100 * MS);

  notice.question.n_stretches = 0;
  notice.line = g_string_new ("OVER");
  gst_prof_warner_add (warner, &notice, 100 * MS);
  assert_told (0, 1);
  assert_equals_int (n_asked, 0);
}

GST_END_TEST;

GST_START_TEST (open_comes_before_final)
{
  note_open (ENCODE, 1, 0, 90 * MS);
  note_open (ENCODE, 1, 0, 115 * MS);
  add_final (ENCODE, 1, 0, 120 * MS);
  assert_told (1, 0);
  gst_prof_warner_advance (warner, 170 * MS);
  assert_told (1, 1);
  gst_prof_warner_flush (warner, 200 * MS);
  assert_told (1, 1);
  assert_equals_uint64 (count_warnings ("slow-encode"), 1);
}

GST_END_TEST;

/* The bracket around a stage opens a little earlier than its span. */
GST_START_TEST (an_end_is_found_by_its_start_to_a_millisecond)
{
  note_open (ENCODE, 1, 1000 * MS, 1090 * MS);
  add_final (ENCODE, 1, 1000 * MS + MS - 1, 1120 * MS);
  gst_prof_warner_advance (warner, 1170 * MS);
  gst_prof_warner_flush (warner, 1200 * MS);
  assert_told (1, 1);

  note_open (ENCODE, 1, 2000 * MS, 2090 * MS);
  add_final (ENCODE, 1, 2000 * MS + MS, 2120 * MS);
  gst_prof_warner_advance (warner, 2170 * MS);
  gst_prof_warner_flush (warner, 2200 * MS);
  assert_told (2, 3);
}

GST_END_TEST;

GST_START_TEST (the_end_of_another_threads_stall_is_another)
{
  note_open (ENCODE, 1, 0, 90 * MS);
  add_final (ENCODE, 2, 0, 100 * MS);
  gst_prof_warner_advance (warner, 150 * MS);
  assert_told (1, 1);
  note_open (ENCODE, 1, 0, 1200 * MS);
  assert_told (2, 1);
}

GST_END_TEST;

/* The state changes and the first buffer are in different threads. */
GST_START_TEST (the_end_of_a_set_up_is_found_by_its_stage)
{
  note_open (GST_PROF_WARNING_SLOW_SETUP, 1, 0, 1100 * MS);
  add_final (GST_PROF_WARNING_SLOW_SETUP, 2, 777 * MS, 2000 * MS);
  gst_prof_warner_advance (warner, 2100 * MS);
  assert_told (1, 1);
  gst_prof_warner_flush (warner, 2200 * MS);
  assert_told (1, 1);
}

GST_END_TEST;

/* The first was given up, and nobody told its end. */
GST_START_TEST (a_set_up_that_hangs_again_is_told_again)
{
  note_open (GST_PROF_WARNING_SLOW_SETUP, 1, 0, 1100 * MS);
  gst_prof_warner_advance (warner, 10 * GST_SECOND);
  assert_told (1, 1);
  note_open (GST_PROF_WARNING_SLOW_SETUP, 1, 60 * GST_SECOND,
      61100 * MS);
  assert_told (2, 1);
  add_final (GST_PROF_WARNING_SLOW_SETUP, 1, 60 * GST_SECOND, 62 * GST_SECOND);
  gst_prof_warner_flush (warner, 63 * GST_SECOND);
  assert_told (2, 2);
}

GST_END_TEST;

static void
exhaust_limiter (GstClockTime now)
{
  for (guint i = 0; i < GST_PROF_LIMITER_BURST + 5; i++)
    add_final (ENCODE, 100 + i, now - 60 * MS, now);
  gst_prof_warner_advance (warner, now + GST_PROF_EXPLANATION_SETTLE);
  assert_told (0, GST_PROF_LIMITER_BURST);
}

GST_START_TEST (only_so_many_are_told_and_all_are_counted)
{
  exhaust_limiter (1000 * MS);
  assert_equals_uint64 (count_warnings ("slow-encode"),
      GST_PROF_LIMITER_BURST + 5);
}

GST_END_TEST;

GST_START_TEST (a_stall_that_was_told_has_its_end_told_whatever_the_limiter_says)
{
  exhaust_limiter (1000 * MS);
  note_open (ENCODE, 1, 1000 * MS, 1090 * MS);
  assert_told (1, GST_PROF_LIMITER_BURST);
  add_final (ENCODE, 1, 1000 * MS, 1100 * MS);
  add_final (ENCODE, 2, 1000 * MS, 1100 * MS);
  gst_prof_warner_advance (warner, 1150 * MS);
  assert_told (1, GST_PROF_LIMITER_BURST + 1);
}

GST_END_TEST;

GST_START_TEST (more_than_may_wait_are_told_sooner)
{
  for (guint i = 0; i < 300; i++)
    add_final (i % 2 ? ENCODE : GAP, i + 1, 0, 1000 * MS);
  assert_equals_int (n_asked, 300 - 256);
  gst_prof_warner_flush (warner, 1000 * MS);
  assert_equals_int (n_asked, 300);
  assert_equals_uint64 (count_warnings ("slow-encode"), 150);
}

GST_END_TEST;

/* Their strings may be gone by then. */
GST_START_TEST (what_waits_keeps_its_strings_and_ledgers)
{
  GstProfNotice notice = make_notice (GAP, NULL, 1, 0, 300 * MS);
  GRefString *stream_id = g_ref_string_new ("stream-1");
  gchar *stage = g_strdup ("normalize");
  GstProfLedger stages, fallback;

  gst_prof_ledger_init (&stages, 300 * MS);
  gst_prof_ledger_add (&stages, "upstream", 280 * MS);
  gst_prof_ledger_add (&stages, "encode", 20 * MS);
  fallback = stages;
  notice.warning.stage = stage;
  notice.warning.stream_id = stream_id;
  notice.stages = &stages;
  notice.fallback = &fallback;
  notice.separator = ": ";
  notice.line = g_string_new ("GAP");
  notice.tail = g_strdup ("; frame 7");
  gst_prof_warner_add (warner, &notice, 300 * MS);
  g_ref_string_release (stream_id);
  memset (stage, 'x', strlen (stage));
  g_free (stage);
  memset (&stages, 0, sizeof stages);
  memset (&fallback, 0, sizeof fallback);

  gst_prof_warner_advance (warner, 400 * MS);
  assert_equals_string (last_string ("stage"), "normalize");
  assert_equals_string (last_string ("stream-id"), "stream-1");
  assert_equals_string (last_string ("root-cause"), "upstream");
  assert_equals_uint64 (sum_of ("stages"), 300 * MS);
  assert_equals_uint64 (sum_of ("causes"), 300 * MS);
  fail_unless (g_str_has_prefix (last_line (),
          "GAP: upstream 0.280s; frame 7"), "%s", last_line ());
}

GST_END_TEST;

/* --- an end that nobody tells --- */

GST_START_TEST (a_stall_that_is_not_seen_any_more_is_over_after_a_while)
{
  note_open (ENCODE, 1, 0, 90 * MS);
  note_open (ENCODE, 1, 0, 800 * MS);
  gst_prof_warner_advance (warner, 5800 * MS);
  assert_told (1, 0);
  gst_prof_warner_advance (warner, 5800 * MS + 1);
  assert_told (1, 1);
  fail_unless (strstr (last_line (), "SLOW ENCODE: 800.0ms | its end was")
      != NULL, "%s", last_line ());
  fail_if (asked.live);
  gst_prof_warner_advance (warner, 60 * GST_SECOND);
  assert_told (1, 1);
  assert_equals_uint64 (count_warnings ("slow-encode"), 1);
}

GST_END_TEST;

GST_START_TEST (an_end_that_comes_after_that_is_not_told_twice)
{
  note_open (ENCODE, 1, 0, 90 * MS);
  gst_prof_warner_advance (warner, 5091 * MS);
  assert_told (1, 1);
  add_final (ENCODE, 1, 0, 5200 * MS);
  gst_prof_warner_advance (warner, 5300 * MS);
  assert_told (1, 1);
  assert_equals_uint64 (count_warnings ("slow-encode"), 1);
}

GST_END_TEST;

GST_START_TEST (a_stall_that_is_over_is_not_the_longest_open)
{
  GstProfWarningKind kind;
  const gchar *stage;
  GstClockTime duration;

  note_open (ENCODE, 1, 0, 90 * MS);
  gst_prof_warner_advance (warner, 5091 * MS);
  fail_if (gst_prof_warner_get_longest_open (warner, &kind, &stage,
          &duration));
}

GST_END_TEST;

/* A stream that ends is silent for a moment before its end is told. */
GST_START_TEST (a_short_gap_without_an_end_is_the_end_of_the_stream)
{
  note_open (GAP, 1, 0, 300 * MS);
  gst_prof_warner_flush (warner, 400 * MS);
  assert_told (1, 1);
  assert_equals_uint64 (count_gaps (), 0);
  assert_equals_uint64 (count_warnings ("gap"), 0);
  fail_unless (strstr (last_line (), "not counted") != NULL);
}

GST_END_TEST;

GST_START_TEST (a_long_gap_without_an_end_counts)
{
  note_open (GAP, 1, 0, 1001 * MS);
  gst_prof_warner_flush (warner, 1100 * MS);
  assert_told (1, 1);
  assert_equals_uint64 (count_gaps (), 1);
  assert_equals_uint64 (count_warnings ("gap"), 1);
  fail_unless (strstr (last_line (), "not counted") == NULL);
}

GST_END_TEST;

GST_START_TEST (places_of_stalls_that_are_over_are_used_again)
{
  for (guint round = 0; round < 3; round++) {
    GstClockTime start = round * 100 * GST_SECOND;

    for (guint i = 0; i < 40; i++)
      note_open (ENCODE, i + 1, start, start + 300 * MS);
    gst_prof_warner_advance (warner, start + 20 * GST_SECOND);
  }
  assert_told (3 * GST_PROF_LIMITER_BURST, 3 * GST_PROF_LIMITER_BURST);
}

GST_END_TEST;

/* --- the end of all --- */

GST_START_TEST (a_flush_tells_what_waits_and_what_is_open)
{
  note_open (ENCODE, 1, 0, 90 * MS);
  note_open (GAP, 2, 0, 300 * MS);
  add_final (ENCODE, 1, 0, 300 * MS);
  gst_prof_warner_flush (warner, 301 * MS);
  assert_told (2, 2);
  gst_prof_warner_flush (warner, 302 * MS);
  assert_told (2, 2);
}

GST_END_TEST;

GST_START_TEST (a_flush_says_how_many_were_held_back)
{
  for (guint i = 0; i < GST_PROF_LIMITER_BURST + 7; i++)
    add_final (ENCODE, i + 1, 0, 100 * MS);
  gst_prof_warner_flush (warner, 101 * MS);
  fail_unless (g_str_has_prefix (last_line (),
          "HELD BACK: 7 more of kind slow-encode"), "%s", last_line ());
}

GST_END_TEST;

GST_START_TEST (the_next_that_is_told_says_how_many_were_held_back)
{
  exhaust_limiter (1000 * MS);
  add_final (ENCODE, 1, 8900 * MS, 9000 * MS);
  gst_prof_warner_advance (warner, 9050 * MS);
  fail_unless (g_str_has_suffix (last_line (), "(5 more held back before)"),
      "%s", last_line ());
}

GST_END_TEST;

/* --- what is summed up while it goes on --- */

static GArray *
dup_open (GstClockTime now, GstProfSummary * summary)
{
  gst_prof_summary_clear (summary);
  gst_prof_summary_init (summary);
  gst_prof_warner_summarize (warner, now, summary);
  return summary->open;
}

GST_START_TEST (what_goes_on_is_summed_up_until_it_is_over)
{
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummaryWarning *row;
  GArray *open;

  note_open (GAP, 1, 1000 * MS, 3000 * MS);
  open = dup_open (3000 * MS, &summary);
  assert_equals_int (open->len, 1);
  row = &g_array_index (open, GstProfSummaryWarning, 0);
  assert_equals_string (row->kind, "gap");
  assert_equals_string (row->stage, "encode");
  assert_equals_uint64 (row->count, 1);
  assert_equals_uint64 (row->start, 1000 * MS);
  assert_equals_uint64 (row->duration, 2000 * MS);
  assert_equals_uint64 (row->total, 2000 * MS);
  assert_equals_uint64 (row->threshold, 50 * MS);
  fail_unless (row->root_cause == NULL && row->causes == NULL);
  fail_unless (row->advice != NULL);
  /* It is counted when it is over. */
  assert_equals_uint64 (count_warnings ("gap"), 0);

  add_final (GAP, 1, 1000 * MS, 3100 * MS);
  gst_prof_warner_advance (warner, 3200 * MS);
  assert_equals_int (dup_open (3200 * MS, &summary)->len, 0);
  assert_equals_uint64 (count_warnings ("gap"), 1);
}

GST_END_TEST;

/* That nobody looks any more is found before it is told as lost. */
GST_START_TEST (what_is_not_seen_any_more_does_not_go_on)
{
  g_auto (GstProfSummary) summary = { 0 };

  note_open (ENCODE, 1, 1000 * MS, 2000 * MS);
  assert_equals_int (dup_open (2250 * MS, &summary)->len, 1);
  assert_equals_int (dup_open (2251 * MS, &summary)->len, 0);
  gst_prof_warner_flush (warner, 2260 * MS);
  assert_equals_int (dup_open (2000 * MS, &summary)->len, 0);
}

GST_END_TEST;

/* --- what is said --- */

static void
add_item (GstProfBlame * blame, GstProfCause cause, GstClockTime time)
{
  blame->items[blame->n_items++] = (GstProfBlameItem) {
  .cause = cause,.time = time};
  blame->rest -= time;
}

static void
answer_with (GstClockTime wall)
{
  known = TRUE;
  gst_prof_blame_init (&answer.causes, wall);
  gst_prof_blame_init (&answer.root, wall);
}

static void
answer_one (GstClockTime wall, GstProfCause cause)
{
  answer_with (wall);
  add_item (&answer.causes, cause, wall);
  add_item (&answer.root, cause, wall);
}

GST_START_TEST (the_line_says_what_is_behind_a_wait)
{
  answer_with (18700 * MS);
  add_item (&answer.causes, GST_PROF_CAUSE_UPSTREAM, 18620 * MS);
  add_item (&answer.causes, GST_PROF_CAUSE_ON_CPU, 80 * MS);
  add_item (&answer.root, GST_PROF_CAUSE_ON_CPU, 18580 * MS);
  add_item (&answer.root, GST_PROF_CAUSE_UPSTREAM, 20 * MS);
  g_strlcpy (answer.evidence, "decoder0: computing",
      sizeof answer.evidence);
  add_final (GAP, 1, 0, 18700 * MS);
  gst_prof_warner_advance (warner, 19000 * MS);
  fail_unless (strstr (last_line (),
          "OVER; upstream 18.6s <- on-cpu 18.5s (decoder0: computing)")
      != NULL, "%s", last_line ());
  assert_equals_string (last_string ("root-cause"), "on-cpu");
  assert_equals_string (last_string ("evidence"), "decoder0: computing");
  assert_equals_uint64 (sum_of ("causes"), 18700 * MS);
  assert_equals_uint64 (sum_of ("root-causes"), 18700 * MS);
  assert_equals_string (last_string ("text"), last_line ());
}

GST_END_TEST;

GST_START_TEST (what_goes_on_is_summed_up_with_its_causes)
{
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummaryWarning *row;
  guint64 time = 0;

  answer_one (2000 * MS, GST_PROF_CAUSE_SLOW_READER);
  g_strlcpy (answer.evidence, "sink: nobody reads", sizeof answer.evidence);
  note_open (ENCODE, 1, 1000 * MS, 3000 * MS);
  row = &g_array_index (dup_open (3000 * MS, &summary), GstProfSummaryWarning,
      0);
  assert_equals_string (row->root_cause, "slow-reader");
  assert_equals_string (row->evidence, "sink: nobody reads");
  assert_equals_string (row->advice,
      gst_prof_cause_get_info (GST_PROF_CAUSE_SLOW_READER)->advice);
  fail_unless (gst_structure_get_uint64 (row->causes, "slow-reader", &time));
  assert_equals_uint64 (time, 2000 * MS);
  fail_unless (asked.live);
}

GST_END_TEST;

static guint64
get_cause_of (const gchar * stage, const gchar * cause)
{
  GstProfFrameCounters counters = { 0 };
  g_auto (GstProfSummary) summary = { 0 };
  guint64 time = 0;

  gst_prof_summary_init (&summary);
  gst_prof_stats_summarize (stats, &counters, &summary);
  for (guint i = 0; i < summary.worst->len; i++) {
    const GstProfSummaryWarning *row =
        &g_array_index (summary.worst, GstProfSummaryWarning, i);

    if (g_strcmp0 (row->stage, stage) == 0)
      gst_structure_get_uint64 (row->causes, cause, &time);
  }
  return time;
}

static void
answer_at (GstClockTime wall, GstProfCause cause, const gchar * element)
{
  answer_one (wall, cause);
  g_strlcpy (answer.root_element, element, sizeof answer.root_element);
  g_snprintf (answer.evidence, sizeof answer.evidence, "%s: shown", element);
}

/* When it is over nothing is left of who took the lock. */
GST_START_TEST (what_was_found_while_it_went_on_holds_when_the_place_is_gone)
{
  answer_at (2000 * MS, GST_PROF_CAUSE_LOCK, "decoder");
  note_open (GAP, 1, 1000 * MS, 3000 * MS);
  answer_one (2500 * MS, GST_PROF_CAUSE_UPSTREAM);
  answer.root_element[0] = '\0';
  g_strlcpy (answer.evidence, "nothing came", sizeof answer.evidence);
  add_final (GAP, 1, 1000 * MS, 3500 * MS);
  gst_prof_warner_advance (warner, 4000 * MS);
  assert_told (1, 1);
  assert_equals_string (last_string ("root-cause"), "lock");
  assert_equals_string (last_string ("evidence"), "decoder: shown");
  /* 500 ms of it are not known. */
  assert_equals_uint64 (sum_of ("causes"), 2500 * MS);
  assert_equals_uint64 (sum_of ("root-causes"), 2500 * MS);
  assert_equals_uint64 (get_cause_of ("encode", "lock"), 2000 * MS);
  assert_equals_uint64 (get_cause_of ("encode", "unknown"), 500 * MS);
}

GST_END_TEST;

GST_START_TEST (what_is_lost_keeps_what_was_found_when_it_was_to_be_kept)
{
  answer_at (2000 * MS, GST_PROF_CAUSE_LOCK, "decoder");
  note_open (GAP, 1, 1000 * MS, 3000 * MS);
  note_open (GAP, 1, 1000 * MS, 3900 * MS);
  answer_at (2900 * MS, GST_PROF_CAUSE_SLEEP, "probe");
  gst_prof_warner_keep (warner);
  known = FALSE;
  gst_prof_warner_flush (warner, 4000 * MS);
  assert_told (1, 1);
  assert_equals_string (last_string ("root-cause"), "sleep");
  assert_equals_string (last_string ("evidence"), "probe: shown");
  assert_equals_uint64 (get_cause_of ("encode", "sleep"), 2900 * MS);
}

GST_END_TEST;

GST_START_TEST (what_is_found_at_the_end_holds_if_it_names_a_place)
{
  answer_at (2000 * MS, GST_PROF_CAUSE_LOCK, "decoder");
  note_open (GAP, 1, 1000 * MS, 3000 * MS);
  answer_at (2500 * MS, GST_PROF_CAUSE_UPSTREAM, "source");
  add_final (GAP, 1, 1000 * MS, 3500 * MS);
  gst_prof_warner_advance (warner, 4000 * MS);
  assert_equals_string (last_string ("root-cause"), "upstream");
  assert_equals_string (last_string ("evidence"), "source: shown");
}

GST_END_TEST;

static void
add_gap_of (const gchar * stage, GstClockTime wall, GstProfCause cause)
{
  GstProfNotice notice = make_notice (GAP, stage, 1, 0, wall);
  GstProfLedger ledger;

  gst_prof_ledger_init (&ledger, wall);
  notice.stages = &ledger;
  notice.line = g_string_new ("OVER");
  answer_one (wall, cause);
  gst_prof_warner_add (warner, &notice, wall);
  gst_prof_warner_advance (warner, wall + GST_SECOND);
}

GST_START_TEST (each_row_of_gaps_has_its_own_causes)
{
  add_gap_of ("video", 2000 * MS, GST_PROF_CAUSE_UPSTREAM);
  add_gap_of ("video", 1000 * MS, GST_PROF_CAUSE_SLEEP);
  add_gap_of ("audio", 3300 * MS, GST_PROF_CAUSE_SLEEP);
  assert_equals_uint64 (get_cause_of ("video", "upstream"), 2000 * MS);
  assert_equals_uint64 (get_cause_of ("video", "sleep"), 1000 * MS);
  assert_equals_uint64 (get_cause_of ("audio", "sleep"), 3300 * MS);
  assert_equals_uint64 (get_cause_of ("audio", "upstream"), 0);
}

GST_END_TEST;

static void
add_own_work (GstProfWarningKind kind, GstClockTime end)
{
  GstProfNotice notice = make_notice (kind, "sink", 1, 0, end);

  notice.own_work = TRUE;
  notice.line = g_string_new ("OVER");
  gst_prof_warner_add (warner, &notice, end);
  gst_prof_warner_advance (warner, end + GST_SECOND);
}

GST_START_TEST (who_waits_at_a_blocked_pad_makes_a_gap_and_is_not_slow)
{
  answer_one (1000 * MS, GST_PROF_CAUSE_BLOCKED_PAD);
  add_own_work (GST_PROF_WARNING_SLOW_ELEMENT, 1000 * MS);
  assert_told (0, 0);
  add_own_work (GAP, 1000 * MS);
  assert_told (0, 1);
  assert_equals_string (last_string ("root-cause"), "blocked-pad");
}

GST_END_TEST;

GST_START_TEST (who_waits_for_the_clock_makes_no_gap)
{
  answer_one (1000 * MS, GST_PROF_CAUSE_CLOCK);
  add_own_work (GAP, 1000 * MS);
  assert_told (0, 0);
  assert_equals_uint64 (count_warnings ("gap"), 0);
}

GST_END_TEST;

GST_START_TEST (the_line_says_why_no_packets_came)
{
  answer_with (18700 * MS);
  add_item (&answer.causes, GST_PROF_CAUSE_UPSTREAM, 18620 * MS);
  add_item (&answer.causes, GST_PROF_CAUSE_ON_CPU, 80 * MS);
  add_item (&answer.root, GST_PROF_CAUSE_NETWORK_SILENT, 18540 * MS);
  add_item (&answer.root, GST_PROF_CAUSE_ON_CPU, 120 * MS);
  g_strlcpy (answer.evidence, "jitter0: no RTP packet for 18.54s",
      sizeof answer.evidence);
  add_final (GAP, 1, 0, 18700 * MS);
  gst_prof_warner_advance (warner, 19000 * MS);
  fail_unless (strstr (last_line (), "OVER; upstream 18.6s <- network-silent "
          "18.5s (jitter0: no RTP packet for 18.54s)") != NULL, "%s",
      last_line ());
  assert_equals_string (last_string ("root-cause"), "network-silent");
}

GST_END_TEST;

/* It did not wait: whose work it was is another name for the same time. */
GST_START_TEST (the_line_says_whose_work_it_was)
{
  answer_with (1200 * MS);
  add_item (&answer.causes, GST_PROF_CAUSE_ON_CPU, 1200 * MS);
  add_item (&answer.root, GST_PROF_CAUSE_DECODER_SLOW, 1100 * MS);
  add_item (&answer.root, GST_PROF_CAUSE_ON_CPU, 100 * MS);
  g_strlcpy (answer.evidence, "decoder0: at work", sizeof answer.evidence);
  add_final (GAP, 1, 0, 1200 * MS);
  gst_prof_warner_advance (warner, 2000 * MS);
  fail_unless (strstr (last_line (), "OVER; on-cpu 1.2s <- decoder-slow 1.1s "
          "(decoder0: at work)") != NULL, "%s", last_line ());
  assert_equals_string (last_string ("root-cause"), "decoder-slow");
}

GST_END_TEST;

GST_START_TEST (a_wait_behind_which_nothing_is_known_stands_alone)
{
  answer_one (18700 * MS, GST_PROF_CAUSE_UPSTREAM);
  add_final (GAP, 1, 0, 18700 * MS);
  gst_prof_warner_advance (warner, 19000 * MS);
  fail_unless (strstr (last_line (), "upstream 18.7s, threshold") != NULL,
      "%s", last_line ());
  fail_unless (strstr (last_line (), "<-") == NULL);
}

GST_END_TEST;

GST_START_TEST (causes_are_in_order_of_size_and_small_ones_are_left_out)
{
  answer_with (1000 * MS);
  add_item (&answer.causes, GST_PROF_CAUSE_ON_CPU, 200 * MS);
  add_item (&answer.causes, GST_PROF_CAUSE_DISK, 700 * MS);
  add_item (&answer.causes, GST_PROF_CAUSE_LOCK, 19 * MS);
  answer.root = answer.causes;
  add_final (ENCODE, 1, 0, 1000 * MS);
  gst_prof_warner_advance (warner, 1100 * MS);
  fail_unless (strstr (last_line (),
          "; disk 0.700s, on-cpu 0.200s, unknown 0.081s, threshold") != NULL,
      "%s", last_line ());
  assert_equals_uint64 (sum_of ("causes"), 1000 * MS);
}

GST_END_TEST;

GST_START_TEST (what_goes_on_says_where)
{
  answer_one (90 * MS, GST_PROF_CAUSE_DISK);
  g_strlcpy (answer.elements, "queue0 > mux0 > filesink0",
      sizeof answer.elements);
  note_open (ENCODE, 1, 0, 90 * MS);
  fail_unless (strstr (last_line (), "still going on: disk 0.090s; in queue0 > "
          "mux0 > filesink0, threshold 50ms; advice: ") != NULL, "%s",
      last_line ());
  assert_equals_string (last_string ("elements"), "queue0 > mux0 > filesink0");
}

GST_END_TEST;

static void
assert_advice (GstProfWarningKind kind, GstProfCause cause,
    const gchar * advice)
{
  static GstClockTime now;

  now += 100 * GST_SECOND;
  answer_one (100 * MS, cause);
  add_final (kind, 1, now, now + 100 * MS);
  gst_prof_warner_advance (warner, now + GST_SECOND);
  assert_equals_string (last_string ("advice"), advice);
}

GST_START_TEST (advice_is_that_of_the_root_cause)
{
  static const GstProfCause causes[] = {
    GST_PROF_CAUSE_DISK, GST_PROF_CAUSE_CPU_THROTTLED, GST_PROF_CAUSE_GIL,
    GST_PROF_CAUSE_FROZEN, GST_PROF_CAUSE_UPSTREAM,
  };

  for (guint i = 0; i < G_N_ELEMENTS (causes); i++) {
    assert_advice (ENCODE, causes[i],
        gst_prof_cause_get_info (causes[i])->advice);
    assert_advice (GAP, causes[i],
        gst_prof_cause_get_info (causes[i])->advice);
  }
}

GST_END_TEST;

GST_START_TEST (what_a_stage_computes_is_the_stages_business)
{
  const gchar *advice = gst_prof_threshold_get_advice (ENCODE, "encode");

  assert_advice (ENCODE, GST_PROF_CAUSE_ON_CPU, advice);
  assert_advice (ENCODE, GST_PROF_CAUSE_HELPERS, advice);
  assert_advice (GAP, GST_PROF_CAUSE_ON_CPU,
      gst_prof_cause_get_info (GST_PROF_CAUSE_ON_CPU)->advice);
}

GST_END_TEST;

/* A faster disk does not help a writer that computes. */
GST_START_TEST (what_has_no_remedy_for_work_has_the_advice_of_the_cause)
{
  static const GstProfWarningKind kinds[] = {
    GST_PROF_WARNING_SLOW_WRITE, GST_PROF_WARNING_SLOW_PTS,
    GST_PROF_WARNING_STATE_CHANGE,
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    assert_advice (kinds[i], GST_PROF_CAUSE_ON_CPU,
        gst_prof_cause_get_info (GST_PROF_CAUSE_ON_CPU)->advice);
  assert_advice (ENCODE, GST_PROF_CAUSE_KERNEL,
      gst_prof_cause_get_info (GST_PROF_CAUSE_KERNEL)->advice);
  assert_advice (GST_PROF_WARNING_SLOW_WRITE, GST_PROF_CAUSE_UNKNOWN,
      gst_prof_threshold_get_advice (GST_PROF_WARNING_SLOW_WRITE, "write"));
}

GST_END_TEST;

GST_START_TEST (advice_is_what_the_evidence_leaves)
{
  static const struct
  {
    GstProfCause cause;
    GstProfCauseDetail detail;
    const gchar *has;
    const gchar *lacks;
  } rows[] = {
    {GST_PROF_CAUSE_NETWORK_SILENT, GST_PROF_CAUSE_DETAIL_NONE, "network",
        "no such word"},
    {GST_PROF_CAUSE_NETWORK_SILENT, GST_PROF_CAUSE_DETAIL_PAUSED, "hidden tab",
        "network"},
    {GST_PROF_CAUSE_NETWORK_SILENT, GST_PROF_CAUSE_DETAIL_LOST, "network",
        "hidden tab"},
    {GST_PROF_CAUSE_PEER_GONE, GST_PROF_CAUSE_DETAIL_SAID_SO, "client",
        "network"},
    {GST_PROF_CAUSE_PEER_GONE, GST_PROF_CAUSE_DETAIL_ICE_LOST, "network",
        "crashed"},
    {GST_PROF_CAUSE_PEER_GONE, GST_PROF_CAUSE_DETAIL_MUTE, "crashed",
        "no such word"},
    {GST_PROF_CAUSE_JITTERBUFFER, GST_PROF_CAUSE_DETAIL_LATENCY,
        "lower the jitterbuffer's latency", "time stamps"},
    {GST_PROF_CAUSE_JITTERBUFFER, GST_PROF_CAUSE_DETAIL_BEYOND_LATENCY,
        "time stamps", "lower"},
    {GST_PROF_CAUSE_KEYFRAME_WAIT, GST_PROF_CAUSE_DETAIL_ASKED, "PLI",
        "request-keyframe"},
    {GST_PROF_CAUSE_KEYFRAME_WAIT, GST_PROF_CAUSE_DETAIL_NOT_ASKED,
        "request-keyframe", "PLI"},
    /* of another cause it says nothing */
    {GST_PROF_CAUSE_SLEEP, GST_PROF_CAUSE_DETAIL_PAUSED, "find the sleep",
        "hidden tab"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    answer_one (100 * MS, rows[i].cause);
    answer.detail = rows[i].detail;
    add_final (GAP, 1, i * 10 * GST_SECOND, i * 10 * GST_SECOND + 100 * MS);
    gst_prof_warner_advance (warner, (i * 10 + 5) * GST_SECOND);
    fail_unless (strstr (last_string ("advice"), rows[i].has) != NULL
        && strstr (last_string ("advice"), rows[i].lacks) == NULL, "%u: %s", i,
        last_string ("advice"));
  }
}

GST_END_TEST;

GST_START_TEST (a_decoder_that_sleeps_is_not_to_be_made_faster)
{
  static const struct
  {
    GstProfCause doing;
    GstProfCause advice;
  } rows[] = {
    {GST_PROF_CAUSE_UNKNOWN, GST_PROF_CAUSE_DECODER_SLOW},
    {GST_PROF_CAUSE_ON_CPU, GST_PROF_CAUSE_DECODER_SLOW},
    {GST_PROF_CAUSE_SLEEP, GST_PROF_CAUSE_SLEEP},
    {GST_PROF_CAUSE_LOCK, GST_PROF_CAUSE_LOCK},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    answer_one (100 * MS, GST_PROF_CAUSE_DECODER_SLOW);
    answer.root.items[0].doing = rows[i].doing;
    add_final (GAP, 1, i * 10 * GST_SECOND, i * 10 * GST_SECOND + 100 * MS);
    gst_prof_warner_advance (warner, (i * 10 + 5) * GST_SECOND);
    assert_equals_string (last_string ("advice"),
        gst_prof_cause_get_info (rows[i].advice)->advice);
  }
}

GST_END_TEST;

static void
add_of_stage (GstProfWarningKind kind, const gchar * stage,
    const GstProfLedger * stages, GstClockTime start)
{
  GstProfNotice notice =
      make_notice (kind, stage, 1, start, start + 100 * MS);

  notice.of_stage = kind == GST_PROF_WARNING_SLOW_FRAME;
  notice.stages = stages;
  notice.warning.root_cause = stage;
  notice.line = g_string_new ("OVER");
  gst_prof_warner_add (warner, &notice, start + 100 * MS);
  gst_prof_warner_advance (warner, start + GST_SECOND);
}

/* Where it went is known: in which stage. */
GST_START_TEST (a_slow_frame_has_the_advice_of_what_made_its_stage_slow)
{
  answer_one (100 * MS, GST_PROF_CAUSE_SLEEP);
  add_of_stage (GST_PROF_WARNING_SLOW_FRAME, "write", NULL, 0);
  assert_equals_string (last_string ("advice"),
      gst_prof_cause_get_info (GST_PROF_CAUSE_SLEEP)->advice);
  assert_equals_string (last_string ("root-cause"), "write");
  fail_if (gst_structure_has_field (last_structure (), "causes"));
  fail_unless (g_str_has_prefix (last_line (), "OVER; write: sleep, threshold "
          "50ms; advice: find the sleep"), "%s", last_line ());

  answer_one (100 * MS, GST_PROF_CAUSE_ON_CPU);
  add_of_stage (GST_PROF_WARNING_SLOW_FRAME, "encode", NULL, GST_SECOND);
  assert_equals_string (last_string ("advice"),
      gst_prof_threshold_get (ENCODE)->advice);

  known = FALSE;
  add_of_stage (GST_PROF_WARNING_SLOW_FRAME, "write", NULL, 2 * GST_SECOND);
  assert_equals_string (last_string ("advice"),
      gst_prof_threshold_get (GST_PROF_WARNING_SLOW_WRITE)->advice);
  fail_unless (g_str_has_prefix (last_line (), "OVER, threshold"), "%s",
      last_line ());
}

GST_END_TEST;

GST_START_TEST (a_gap_in_which_a_stage_computed_has_the_advice_of_the_stage)
{
  GstProfLedger stages;

  gst_prof_ledger_init (&stages, 100 * MS);
  gst_prof_ledger_add (&stages, "encode", 90 * MS);
  answer_one (100 * MS, GST_PROF_CAUSE_ON_CPU);
  add_of_stage (GAP, "normalize", &stages, 0);
  assert_equals_string (last_string ("advice"),
      gst_prof_threshold_get (ENCODE)->advice);

  answer_one (100 * MS, GST_PROF_CAUSE_SLEEP);
  add_of_stage (GAP, "normalize", &stages, GST_SECOND);
  assert_equals_string (last_string ("advice"),
      gst_prof_cause_get_info (GST_PROF_CAUSE_SLEEP)->advice);
}

GST_END_TEST;

static void
add_encode (GstProfCause cause, guint n)
{
  static GstClockTime now;

  for (guint i = 0; i < n; i++, now += GST_SECOND) {
    answer_one (100 * MS, cause);
    add_final (ENCODE, 1, now, now + 100 * MS);
    gst_prof_warner_advance (warner, now + 500 * MS);
  }
}

/* The one that has most of the time, and of late. */
GST_START_TEST (the_usual_cause_of_a_stage_is_known)
{
  fail_unless (gst_prof_stats_get_usual_cause (stats, ENCODE, "encode")
      == NULL);
  add_encode (GST_PROF_CAUSE_SLEEP, 3);
  add_encode (GST_PROF_CAUSE_ON_CPU, 2);
  assert_equals_string (gst_prof_stats_get_usual_cause (stats, ENCODE,
          "encode"), "sleep");
  add_encode (GST_PROF_CAUSE_ON_CPU, 2);
  assert_equals_string (gst_prof_stats_get_usual_cause (stats, ENCODE,
          "encode"), "on-cpu");
  /* of however much, only 10 s count */
  add_encode (GST_PROF_CAUSE_ON_CPU, 500);
  add_encode (GST_PROF_CAUSE_CPU_WAIT, 101);
  assert_equals_string (gst_prof_stats_get_usual_cause (stats, ENCODE,
          "encode"), "cpu-wait");
  fail_unless (gst_prof_stats_get_usual_cause (stats, ENCODE, "other")
      == NULL);
}

GST_END_TEST;

GST_START_TEST (what_nobody_knows_has_the_advice_of_its_kind)
{
  assert_advice (ENCODE, GST_PROF_CAUSE_UNKNOWN,
      gst_prof_threshold_get_advice (ENCODE, "encode"));
}

GST_END_TEST;

static gboolean
want_nothing (GstDebugLevel level, gpointer user_data)
{
  return FALSE;
}

GST_START_TEST (lines_that_nobody_reads_are_not_made)
{
  output.wants = want_nothing;
  note_open (ENCODE, 1, 0, 90 * MS);
  gst_prof_warner_flush (warner, 100 * MS);
  assert_told (1, 1);
  assert_equals_int (lines->len, 0);
}

GST_END_TEST;

static TCase *
new_case (Suite * s, const gchar * name)
{
  TCase *tc = tcase_create (name);

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  return tc;
}

static void
add_times (TCase * tc)
{
  tcase_add_test (tc, what_goes_on_is_told_at_once);
  tcase_add_test (tc, what_goes_on_is_told_again_each_second);
  tcase_add_test (tc, after_half_a_minute_it_is_told_more_rarely);
  tcase_add_test (tc, stalls_of_two_threads_are_two);
  tcase_add_test (tc, only_so_many_are_told_while_they_go_on);
  tcase_add_test (tc, more_stalls_than_fit_are_left_out);
  tcase_add_test (tc, the_longest_that_is_open_is_known);
  tcase_add_test (tc, what_is_over_is_told_when_all_is_known_of_it);
  tcase_add_test (tc, without_anyone_to_ask_it_is_told_at_once);
  tcase_add_test (tc, what_there_is_nothing_to_ask_of_is_told_at_once);
  tcase_add_test (tc, open_comes_before_final);
  tcase_add_test (tc, an_end_is_found_by_its_start_to_a_millisecond);
  tcase_add_test (tc, the_end_of_another_threads_stall_is_another);
  tcase_add_test (tc, the_end_of_a_set_up_is_found_by_its_stage);
  tcase_add_test (tc, a_set_up_that_hangs_again_is_told_again);
  tcase_add_test (tc, only_so_many_are_told_and_all_are_counted);
  tcase_add_test (tc,
      a_stall_that_was_told_has_its_end_told_whatever_the_limiter_says);
  tcase_add_test (tc, more_than_may_wait_are_told_sooner);
  tcase_add_test (tc, what_waits_keeps_its_strings_and_ledgers);
}

static void
add_ends (TCase * tc)
{
  tcase_add_test (tc, a_stall_that_is_not_seen_any_more_is_over_after_a_while);
  tcase_add_test (tc, an_end_that_comes_after_that_is_not_told_twice);
  tcase_add_test (tc, a_stall_that_is_over_is_not_the_longest_open);
  tcase_add_test (tc, a_short_gap_without_an_end_is_the_end_of_the_stream);
  tcase_add_test (tc, a_long_gap_without_an_end_counts);
  tcase_add_test (tc, places_of_stalls_that_are_over_are_used_again);
  tcase_add_test (tc, what_goes_on_is_summed_up_until_it_is_over);
  tcase_add_test (tc, what_is_not_seen_any_more_does_not_go_on);
  tcase_add_test (tc, a_flush_tells_what_waits_and_what_is_open);
  tcase_add_test (tc, a_flush_says_how_many_were_held_back);
  tcase_add_test (tc, the_next_that_is_told_says_how_many_were_held_back);
}

static void
add_words (TCase * tc)
{
  tcase_add_test (tc, the_line_says_what_is_behind_a_wait);
  tcase_add_test (tc, what_goes_on_is_summed_up_with_its_causes);
  tcase_add_test (tc, what_was_found_while_it_went_on_holds_when_the_place_is_gone);
  tcase_add_test (tc, what_is_lost_keeps_what_was_found_when_it_was_to_be_kept);
  tcase_add_test (tc, what_is_found_at_the_end_holds_if_it_names_a_place);
  tcase_add_test (tc, each_row_of_gaps_has_its_own_causes);
  tcase_add_test (tc,
      who_waits_at_a_blocked_pad_makes_a_gap_and_is_not_slow);
  tcase_add_test (tc, who_waits_for_the_clock_makes_no_gap);
  tcase_add_test (tc, the_line_says_why_no_packets_came);
  tcase_add_test (tc, the_line_says_whose_work_it_was);
  tcase_add_test (tc, a_wait_behind_which_nothing_is_known_stands_alone);
  tcase_add_test (tc, causes_are_in_order_of_size_and_small_ones_are_left_out);
  tcase_add_test (tc, what_goes_on_says_where);
  tcase_add_test (tc, advice_is_that_of_the_root_cause);
  tcase_add_test (tc, what_a_stage_computes_is_the_stages_business);
  tcase_add_test (tc, what_nobody_knows_has_the_advice_of_its_kind);
  tcase_add_test (tc, what_has_no_remedy_for_work_has_the_advice_of_the_cause);
  tcase_add_test (tc, advice_is_what_the_evidence_leaves);
  tcase_add_test (tc, a_decoder_that_sleeps_is_not_to_be_made_faster);
  tcase_add_test (tc, a_slow_frame_has_the_advice_of_what_made_its_stage_slow);
  tcase_add_test (tc,
      a_gap_in_which_a_stage_computed_has_the_advice_of_the_stage);
  tcase_add_test (tc, the_usual_cause_of_a_stage_is_known);
  tcase_add_test (tc, lines_that_nobody_reads_are_not_made);
}

static Suite *
warner_suite (void)
{
  Suite *s = suite_create ("warner");

  add_times (new_case (s, "times"));
  add_ends (new_case (s, "ends"));
  add_words (new_case (s, "words"));
  return s;
}

GST_CHECK_MAIN (warner);
