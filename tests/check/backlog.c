/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What piles up, in simulated pipelines: frames come at 30 fps, wait in a queue,
 * and take as long as the case says. All times are literals.
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofbacklog.h>

#define MS GST_MSECOND
#define S GST_SECOND
#define FRAME_TIME G_GUINT64_CONSTANT (33333333)
#define FRAME_BYTES G_GUINT64_CONSTANT (3110400)
#define TICK (250 * MS)
#define MB G_GUINT64_CONSTANT (1000000)

typedef struct
{
  GstProfBacklog *backlog;
  GstProfThresholds thresholds;
  GstProfBacklogSample sample;
  gboolean queue;               /* what waits is in a queue that is known */

  guint64 n;                    /* frames that were processed */
  GstClockTime free;            /* when the next one can be */
  GstClockTime now;             /* of the next tick */

  guint open;
  guint final;
  GstProfJudgement first;
  GstProfJudgement last;
} Fixture;

static void
fixture_init (Fixture * f)
{
  *f = (Fixture) {.backlog = gst_prof_backlog_new (),.queue = TRUE };
  gst_prof_thresholds_init (&f->thresholds);
  f->sample.live = TRUE;
  f->sample.has_offset = TRUE;
}

static void
fixture_clear (Fixture * f)
{
  gst_prof_backlog_free (f->backlog);
}

static void
collect (Fixture * f)
{
  GstProfJudgement judgement;

  while (gst_prof_backlog_next (f->backlog, &judgement)) {
    if (f->open + f->final == 0)
      f->first = judgement;
    f->last = judgement;
    if (judgement.state == GST_PROF_WARNING_OPEN)
      f->open++;
    else
      f->final++;
  }
}

static void
set_holder (Fixture * f, guint i, const gchar * name, guint64 buffers,
    guint64 bytes)
{
  GstProfHolder *holder = &f->sample.holders[i];

  holder->id = i + 1;
  holder->kind = GST_PROF_HOLDER_QUEUE;
  g_strlcpy (holder->name, name, sizeof (holder->name));
  holder->buffers = buffers;
  holder->bytes = bytes;
  f->sample.n_holders = MAX (f->sample.n_holders, i + 1);
}

static void
tick (Fixture * f)
{
  gst_prof_backlog_sample (f->backlog, &f->sample, &f->thresholds, f->now);
  collect (f);
  f->now += TICK;
}

/* What is being processed does not wait any more. */
static void
tick_until (Fixture * f, GstClockTime time, GstClockTime enter)
{
  while (f->now <= time) {
    guint64 came = f->now / FRAME_TIME + 1;
    guint64 went = f->n + (enter <= f->now ? 1 : 0);
    guint64 waiting = came > went ? came - went : 0;

    if (f->queue)
      set_holder (f, 0, "queue0", waiting, waiting * FRAME_BYTES);
    tick (f);
  }
}

static void
push_first (Fixture * f, GstClockTime running_time, GstClockTime enter,
    GstClockTime own, GstProfSpanFlags flags)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.stage = g_ref_string_new ("normalize");
  span.stream_id = g_ref_string_new ("v");
  span.running_time = running_time;
  span.enter = enter;
  span.leave = enter + own;
  span.own = own;
  span.bytes = FRAME_BYTES;
  span.flags = flags;
  gst_prof_backlog_add_span (f->backlog, &span, "normalize");
  gst_prof_span_clear (&span);
}

static GstProfFrame
make_frame (GstClockTime running_time, GstClockTime enter, GstClockTime own)
{
  GstProfFrame frame = {
    .number = 1,
    .stream_id = "v",
    .state = GST_PROF_FRAME_COMPLETE,
    .running_time = running_time,
    .first_enter = enter,
    .last_leave = enter + own,
    .occupancy = own,
    .occupancy_thread = 1,
    .frame_duration = FRAME_TIME,
    .n_cells = 1,
    .cells[0] = {"normalize", own, enter, enter + own, 1},
  };

  return frame;
}

/* The next frame, which takes @own, when it has come and those before are
 * done. */
static void
process_flags (Fixture * f, GstClockTime own, GstProfSpanFlags flags)
{
  GstClockTime running_time = f->n * FRAME_TIME;
  GstClockTime enter = MAX (running_time, f->free);
  GstProfFrame frame = make_frame (running_time, enter, own);

  tick_until (f, enter + own, enter);
  push_first (f, running_time, enter, own, flags);
  frame.flags = flags;
  gst_prof_backlog_add_frame (f->backlog, &frame);
  f->free = enter + own;
  f->n++;
}

static void
process (Fixture * f, GstClockTime own)
{
  process_flags (f, own, 0);
}

static void
process_for (Fixture * f, GstClockTime time, GstClockTime own)
{
  GstClockTime until = f->now + time;

  while (f->now < until)
    process (f, own);
}

GST_START_TEST (test_a_slow_stage_falls_behind_within_three_seconds)
{
  Fixture f;

  fixture_init (&f);
  process_for (&f, 3 * S, 100 * MS);

  assert_equals_int (f.open, 1);
  assert_equals_int (f.first.kind, GST_PROF_WARNING_FALLING_BEHIND);
  assert_equals_int (f.first.state, GST_PROF_WARNING_OPEN);
  assert_equals_string (f.first.stream_id, "v");
  assert_equals_string (f.first.load.stage, "normalize");
  assert_equals_int (f.first.load.place, GST_PROF_LOAD_STAGE);
  assert_equals_uint64 (f.first.load.own, 100 * MS);
  assert_equals_uint64 (f.first.load.occupancy, 100 * MS);
  assert_equals_uint64 (f.first.load.budget, FRAME_TIME);
  assert_equals_float (f.first.load.sustained, 10.0);
  fail_unless (f.first.lag_rate > 0.66 && f.first.lag_rate < 0.67);
  fail_unless (f.first.lag > 1 * S && f.first.lag < 2 * S);
  fail_if (f.first.at_last_stage);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_the_queue_that_holds_the_backlog_is_named_with_its_growth)
{
  Fixture f;

  fixture_init (&f);
  set_holder (&f, 1, "quiet", 3, 300 * MB);
  process_for (&f, 3 * S, 100 * MS);

  assert_equals_string (f.first.holder.holder.name, "queue0");
  fail_unless (f.first.holder.holder.buffers > 35
      && f.first.holder.holder.buffers < 60);
  /* 20 frames a second */
  fail_unless (f.first.holder.rate > 61e6 && f.first.holder.rate < 64e6);
  fail_if (f.first.holder.full);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_bounded_queue_is_said_to_be_full)
{
  Fixture f;

  fixture_init (&f);
  f.queue = FALSE;
  set_holder (&f, 0, "queue0", 200, 200 * FRAME_BYTES);
  f.sample.holders[0].max_buffers = 200;
  set_holder (&f, 1, "other", 1, FRAME_BYTES);
  process_for (&f, 3 * S, 100 * MS);

  assert_equals_int (f.open, 1);
  assert_equals_string (f.first.holder.holder.name, "queue0");
  fail_unless (f.first.holder.full);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_stage_within_its_budget_does_not_fall_behind)
{
  Fixture f;

  fixture_init (&f);
  process_for (&f, 120 * S, 33 * MS);
  assert_equals_int (f.open + f.final, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_one_stall_of_five_seconds_is_not_falling_behind)
{
  static const GstClockTime owns[] = { 10 * MS, 30 * MS, 33333333 };

  for (guint i = 0; i < G_N_ELEMENTS (owns); i++) {
    Fixture f;

    fixture_init (&f);
    process_for (&f, 5 * S, owns[i]);
    process (&f, 5 * S);
    process_for (&f, 60 * S, owns[i]);
    assert_equals_int (f.open + f.final, 0);
    fixture_clear (&f);
  }
}

GST_END_TEST;

GST_START_TEST (test_a_pipeline_that_is_not_live_does_not_fall_behind)
{
  Fixture f;

  fixture_init (&f);
  f.sample.live = FALSE;
  process_for (&f, 20 * S, 100 * MS);
  assert_equals_int (f.open + f.final, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_what_is_not_playing_does_not_fall_behind)
{
  Fixture f;

  fixture_init (&f);
  f.sample.has_offset = FALSE;
  process_for (&f, 20 * S, 100 * MS);
  assert_equals_int (f.open + f.final, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_preroll_does_not_fall_behind)
{
  Fixture f;

  fixture_init (&f);
  for (guint i = 0; i < 100; i++)
    process_flags (&f, 100 * MS, GST_PROF_SPAN_FLAG_PREROLL);
  assert_equals_int (f.open + f.final, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_lag_that_oscillates_is_not_falling_behind)
{
  Fixture f;

  fixture_init (&f);
  /* Up to 0.7 s and back */
  for (guint i = 0; i < 20; i++) {
    process_for (&f, 2 * S, 50 * MS);
    process_for (&f, 3 * S, 10 * MS);
  }
  assert_equals_int (f.open + f.final, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_constant_lag_is_not_falling_behind)
{
  Fixture f;

  fixture_init (&f);
  f.sample.offset = 30 * S;
  process_for (&f, 60 * S, 10 * MS);
  assert_equals_int (f.open + f.final, 0);
  fixture_clear (&f);
}

GST_END_TEST;

/* Frames of a network come up to 400 ms late, and in no order of lateness. */
GST_START_TEST (test_jitter_is_not_falling_behind)
{
  Fixture f;

  fixture_init (&f);
  for (guint i = 0; i < 3000; i++) {
    f.free = f.n * FRAME_TIME + (i * 7919 % 400) * MS;
    process (&f, 5 * MS);
  }
  assert_equals_int (f.open + f.final, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_five_percent_too_slow_is_found_in_the_long_run)
{
  Fixture f;

  fixture_init (&f);
  process_for (&f, 60 * S, 35 * MS);
  fail_unless (f.open > 0);
  fail_unless (f.first.lag_rate > 0.04 && f.first.lag_rate < 0.06);
  assert_equals_uint64 (f.first.load.own, 35 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_it_is_told_once_a_second_and_then_more_seldom)
{
  Fixture f;
  guint five, twenty;

  fixture_init (&f);
  process_for (&f, 6 * S, 100 * MS);
  five = f.open;
  process_for (&f, 14 * S, 100 * MS);
  twenty = f.open;
  process_for (&f, 60 * S, 100 * MS);

  fail_unless (five >= 3 && five <= 5);
  fail_unless (twenty >= 7 && twenty <= 12);
  fail_unless (f.open - twenty >= 3 && f.open - twenty <= 8);
  assert_equals_int (f.final, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_it_ends_when_the_lag_grows_no_more)
{
  Fixture f;

  fixture_init (&f);
  process_for (&f, 10 * S, 100 * MS);
  assert_equals_int (f.final, 0);
  process_for (&f, 8 * S, 20 * MS);

  assert_equals_int (f.final, 1);
  assert_equals_int (f.last.state, GST_PROF_WARNING_FINAL);
  fail_unless (f.last.duration > 9 * S && f.last.duration < 16 * S);
  /* 10 s took what came in 3.3 s, though much of it is caught up with by now. */
  fail_unless (f.last.gained > 6 * S && f.last.gained < 7 * S);
  fail_unless (f.last.lag < 6 * S);
  /* What was too slow, not what came afterwards */
  assert_equals_string (f.last.load.stage, "normalize");
  process_for (&f, 60 * S, 20 * MS);
  assert_equals_int (f.final, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_the_end_of_the_stream_ends_it)
{
  Fixture f;
  guint open;

  fixture_init (&f);
  process_for (&f, 5 * S, 100 * MS);
  open = f.open;
  gst_prof_backlog_flush (f.backlog, f.now);
  collect (&f);
  assert_equals_int (f.final, 1);
  assert_equals_int (f.last.state, GST_PROF_WARNING_FINAL);

  for (guint i = 0; i < 40; i++)
    tick (&f);
  assert_equals_int (f.open, open);
  assert_equals_int (f.final, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_threshold_of_zero_is_off)
{
  Fixture f;

  fixture_init (&f);
  f.thresholds.values[GST_PROF_WARNING_FALLING_BEHIND] = 0;
  process_for (&f, 10 * S, 100 * MS);
  assert_equals_int (f.open + f.final, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_seek_is_no_lag_that_grows)
{
  Fixture f;

  fixture_init (&f);
  for (guint i = 0; i < 20; i++) {
    /* Running time begins again, the frames' with it */
    f.sample.offset += 300 * MS;
    process_for (&f, 500 * MS, 10 * MS);
  }
  assert_equals_int (f.open + f.final, 0);
  fixture_clear (&f);
}

GST_END_TEST;

/* normalize is quick, encode is slow, and the queue is between them. */
GST_START_TEST (test_a_backlog_behind_the_first_stage_is_found_at_the_last)
{
  Fixture f;
  GstClockTime free = 0;

  fixture_init (&f);
  f.queue = FALSE;
  for (guint64 n = 0; free < 5 * S; n++) {
    GstClockTime running_time = n * FRAME_TIME;
    GstClockTime enter = MAX (running_time + 5 * MS, free);
    GstProfFrame frame = make_frame (running_time, running_time, 5 * MS);

    free = enter + 80 * MS;
    frame.last_leave = free;
    frame.occupancy = 80 * MS;
    frame.occupancy_thread = 2;
    frame.n_cells = 2;
    frame.cells[1] = (GstProfFrameCell) {
    "encode", 80 * MS, enter, free, 2};
    while (f.now <= free)
      tick (&f);
    push_first (&f, running_time, running_time, 5 * MS, 0);
    gst_prof_backlog_add_frame (f.backlog, &frame);
  }
  fail_unless (f.open > 0);
  fail_unless (f.first.at_last_stage);
  assert_equals_string (f.first.load.stage, "encode");
  assert_equals_uint64 (f.first.load.own, 80 * MS);
  assert_equals_float (f.first.load.sustained, 12.5);
  fixture_clear (&f);
}

GST_END_TEST;

/* A decoder that nobody measures gives 20 of 30 frames a second. */
GST_START_TEST (test_what_comes_before_the_first_stage_is_named_when_it_is_slow)
{
  Fixture f;

  fixture_init (&f);
  while (f.now < 6 * S) {
    f.free = f.n * 50 * MS;
    process (&f, 10 * MS);
  }
  fail_unless (f.open > 0);
  assert_equals_int (f.first.load.place, GST_PROF_LOAD_BEFORE);
  assert_equals_string (f.first.load.stage, "normalize");
  fail_unless (f.first.load.sustained > 19.5 && f.first.load.sustained < 20.5);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_what_follows_unmeasured_on_the_thread_is_told_apart)
{
  Fixture f;
  GstClockTime free = 0;

  fixture_init (&f);
  for (guint64 n = 0; free < 5 * S; n++) {
    GstClockTime enter = MAX (n * FRAME_TIME, free);
    GstProfFrame frame = make_frame (n * FRAME_TIME, enter, 10 * MS);

    free = enter + 90 * MS;
    frame.cells[0].leave = free;
    while (f.now <= free)
      tick (&f);
    push_first (&f, n * FRAME_TIME, enter, 10 * MS, 0);
    gst_prof_backlog_add_frame (f.backlog, &frame);
  }
  fail_unless (f.open > 0);
  assert_equals_int (f.first.load.place, GST_PROF_LOAD_BEHIND);
  assert_equals_uint64 (f.first.load.stay, 90 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_without_caps_the_time_stamps_tell_the_budget)
{
  Fixture f;
  GstProfFrame frame;

  fixture_init (&f);
  for (guint64 n = 0; n < 50; n++) {
    GstClockTime enter = n * 100 * MS;

    while (f.now <= enter + 100 * MS)
      tick (&f);
    push_first (&f, n * FRAME_TIME, enter, 100 * MS, 0);
    frame = make_frame (n * FRAME_TIME, enter, 100 * MS);
    frame.frame_duration = GST_CLOCK_TIME_NONE;
    gst_prof_backlog_add_frame (f.backlog, &frame);
  }
  fail_unless (f.open > 0);
  assert_equals_uint64 (f.first.load.budget, FRAME_TIME);
  fixture_clear (&f);
}

GST_END_TEST;

/* A leaky queue in front throws two of three away after a while. */
GST_START_TEST (test_frames_that_are_dropped_in_front_do_not_raise_the_budget)
{
  Fixture f;
  GstProfFrame frame;
  guint64 step = 1;

  fixture_init (&f);
  for (guint64 n = 0, i = 0; i < 60; i++, n += step) {
    GstClockTime enter = i * 100 * MS;

    while (f.now <= enter + 100 * MS)
      tick (&f);
    push_first (&f, n * FRAME_TIME, enter, 100 * MS, 0);
    frame = make_frame (n * FRAME_TIME, enter, 100 * MS);
    frame.frame_duration = GST_CLOCK_TIME_NONE;
    gst_prof_backlog_add_frame (f.backlog, &frame);
    if (i == 30)
      step = 3;
  }
  fail_unless (f.open + f.final > 1);
  assert_equals_uint64 (f.last.load.budget, FRAME_TIME);
  fixture_clear (&f);
}

GST_END_TEST;

/* A leaky queue of ten frames, 30 fps into it, a frame in 100 ms out of it. */
static void
process_leaky (Fixture * f, GstClockTime time, GstClockTime own)
{
  GstProfFrame frame;
  guint64 number = 0;

  f->queue = FALSE;
  for (; f->free < time; f->free += MAX (own, FRAME_TIME)) {
    guint64 came = f->free / FRAME_TIME + 1;

    number = MAX (number + 1, came > 10 ? came - 10 : 0);
    if (own <= FRAME_TIME)
      number = came - 1;
    f->n++;
    while (f->now <= f->free) {
      GstProfHolder *holder = &f->sample.holders[0];

      came = f->now / FRAME_TIME + 1;
      set_holder (f, 0, "frames", own > FRAME_TIME ? MIN (came - MIN (came,
                  f->n), 10) : 0, 0);
      holder->max_buffers = 10;
      holder->leaky = TRUE;
      holder->taken = came;
      holder->dropped = came - MIN (came, f->n + holder->buffers);
      tick (f);
    }
    push_first (f, number * FRAME_TIME, f->free, own, 0);
    frame = make_frame (number * FRAME_TIME, f->free, own);
    frame.frame_duration = GST_CLOCK_TIME_NONE;
    gst_prof_backlog_add_frame (f->backlog, &frame);
  }
}

GST_START_TEST (test_frames_that_a_leaky_queue_drops_for_a_slow_stage_are_told)
{
  Fixture f;

  fixture_init (&f);
  process_leaky (&f, 8 * S, 100 * MS);
  fail_unless (f.open > 1);
  fail_unless (f.first.start < 3 * S);
  assert_equals_string (f.last.load.stage, "normalize");
  assert_equals_int (f.last.load.place, GST_PROF_LOAD_STAGE);
  assert_equals_string (f.last.holder.holder.name, "frames");
  fail_unless (f.last.dropped > 60, "%" G_GUINT64_FORMAT, f.last.dropped);
  fail_unless (f.last.drop_rate > 18 && f.last.drop_rate < 22);
  fail_unless (f.last.load.budget > 32 * MS && f.last.load.budget < 35 * MS);
  fail_unless (f.last.load.sustained > 9.9 && f.last.load.sustained < 10.1);
  fixture_clear (&f);
}

GST_END_TEST;

/* When that is known, some seconds in which none was dropped have gone by: these are
 * in neither what is told nor the summary. */
GST_START_TEST (test_frames_dropped_no_more_end_it)
{
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummaryBehind *behind;
  Fixture f;

  fixture_init (&f);
  process_leaky (&f, 6 * S, 100 * MS);
  fail_unless (f.open > 0);
  f.sample.holders[0].buffers = 0;
  while (f.now < 20 * S)
    tick (&f);
  assert_equals_int (f.final, 1);
  fail_unless (f.last.dropped > 40);
  gst_prof_summary_init (&summary);
  gst_prof_backlog_summarize (f.backlog, &summary);
  behind = &g_array_index (summary.behind, GstProfSummaryBehind, 0);
  assert_equals_uint64 (behind->dropped, f.last.dropped);
  assert_equals_uint64 (behind->duration, f.last.duration);
  fail_unless (f.last.start + f.last.duration >= 6 * S - 300 * MS
      && f.last.start + f.last.duration <= 6 * S + 300 * MS, "until %"
      GST_TIME_FORMAT, GST_TIME_ARGS (f.last.start + f.last.duration));
  fixture_clear (&f);
}

GST_END_TEST;

/* In front of a preview, say, that wants no more than some of them. */
GST_START_TEST (test_a_leaky_queue_beside_stages_within_their_budget_is_none)
{
  Fixture f;

  fixture_init (&f);
  f.queue = FALSE;
  for (guint i = 0; i < 300; i++) {
    set_holder (&f, 0, "preview", 1, FRAME_BYTES);
    f.sample.holders[0].max_buffers = 1;
    f.sample.holders[0].leaky = TRUE;
    f.sample.holders[0].taken = i;
    f.sample.holders[0].dropped = i / 2;
    process (&f, 20 * MS);
  }
  assert_equals_int (f.open, 0);
  fixture_clear (&f);
}

GST_END_TEST;

/* The muxer waits for video, so that audio waits for the muxer. */
GST_START_TEST (test_audio_that_waits_for_late_video_is_not_the_backlog)
{
  Fixture f;

  fixture_init (&f);
  f.queue = FALSE;
  set_holder (&f, 0, "video", 90, 90 * FRAME_BYTES);
  f.sample.holders[0].max_buffers = 90;
  while (f.open == 0) {
    set_holder (&f, 1, "audio", f.n * 5, f.n * 1000);
    process (&f, 100 * MS);
  }
  assert_equals_string (f.first.holder.holder.name, "video");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_packets_in_a_jitterbuffer_are_a_backlog_though_small)
{
  Fixture f;

  fixture_init (&f);
  f.queue = FALSE;
  set_holder (&f, 0, "video", 3, 3 * FRAME_BYTES);
  f.sample.holders[0].max_buffers = 3;
  while (f.open == 0) {
    set_holder (&f, 1, "jitterbuffer", f.n * 20, f.n * 2000);
    f.sample.holders[1].kind = GST_PROF_HOLDER_JITTERBUFFER;
    process (&f, 100 * MS);
  }
  assert_equals_string (f.first.holder.holder.name, "jitterbuffer");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_new_clock_or_pause_ends_what_was)
{
  Fixture f;

  fixture_init (&f);
  process_for (&f, 5 * S, 100 * MS);
  fail_unless (f.open > 0);
  f.sample.has_offset = FALSE;
  tick (&f);
  assert_equals_int (f.final, 1);
  fixture_clear (&f);
}

GST_END_TEST;

/* A frame has come, and memory is @base for the warm-up. */
static void
warm_up (Fixture * f, guint64 base)
{
  f->queue = FALSE;
  f->sample.live = FALSE;
  f->sample.rss = base;
  tick (f);
  push_first (f, 0, 0, 1 * MS, 0);
  for (guint i = 0; i < 16; i++)
    tick (f);
}

/* @bytes more in each tick, of which @held lie in queue0 */
static void
grow (Fixture * f, guint n, guint64 bytes, guint64 held)
{
  for (guint i = 0; i < n; i++) {
    f->sample.rss += bytes;
    if (held > 0)
      set_holder (f, 0, "queue0", f->sample.holders[0].buffers + 5,
          f->sample.holders[0].bytes + held);
    tick (f);
  }
}

GST_START_TEST (test_memory_that_a_queue_takes_is_explained_by_it)
{
  Fixture f;

  fixture_init (&f);
  warm_up (&f, 150 * MB);
  grow (&f, 80, 15 * MB, 15 * MB);

  fail_unless (f.open > 0);
  assert_equals_int (f.first.kind, GST_PROF_WARNING_MEMORY_GROWTH);
  assert_equals_uint64 (f.first.base, 150 * MB);
  fail_unless (f.first.rss >= 300 * MB && f.first.rss <= 400 * MB);
  fail_unless (f.last.rss_rate > 55e6 && f.last.rss_rate < 65e6);
  assert_equals_int (f.first.n_shares, 1);
  assert_equals_string (f.first.shares[0].holder.name, "queue0");
  assert_equals_uint64 (f.first.shares[0].growth, f.first.rss - 150 * MB);
  assert_equals_uint64 (f.first.unexplained, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_memory_that_nothing_holds_is_unexplained)
{
  Fixture f;

  fixture_init (&f);
  set_holder (&f, 0, "queue0", 5, 15 * MB);
  warm_up (&f, 150 * MB);
  grow (&f, 40, 15 * MB, 0);

  fail_unless (f.open > 0);
  assert_equals_int (f.first.n_shares, 0);
  assert_equals_uint64 (f.first.unexplained, f.first.rss - 150 * MB);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_memory_that_doubles_from_20_to_50_mb_is_no_growth)
{
  Fixture f;

  fixture_init (&f);
  warm_up (&f, 20 * MB);
  grow (&f, 120, MB / 4, 0);
  assert_equals_uint64 (f.sample.rss, 50 * MB);
  assert_equals_int (f.open, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_memory_below_twice_its_level_is_no_growth)
{
  Fixture f;

  fixture_init (&f);
  warm_up (&f, 1000 * MB);
  grow (&f, 120, 5 * MB, 0);
  assert_equals_int (f.open, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_memory_taken_in_one_step_is_no_growth)
{
  Fixture f;

  fixture_init (&f);
  warm_up (&f, 150 * MB);
  grow (&f, 1, 400 * MB, 0);
  grow (&f, 400, 0, 0);
  assert_equals_int (f.open, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_memory_that_is_taken_to_start_up_is_no_growth)
{
  Fixture f;

  fixture_init (&f);
  f.queue = FALSE;
  f.sample.rss = 30 * MB;
  grow (&f, 20, 15 * MB, 0);
  push_first (&f, 0, f.now, 1 * MS, 0);
  grow (&f, 10, 15 * MB, 0);
  grow (&f, 400, 0, 0);
  assert_equals_int (f.open, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_slow_leak_is_found)
{
  Fixture f;

  fixture_init (&f);
  warm_up (&f, 150 * MB);
  /* 20 MB in ten minutes */
  grow (&f, 6 * 3600 * 4, 20 * MB / 2400, 0);
  fail_unless (f.open > 0);
  assert_equals_int (f.final, 0);
  fail_unless (f.first.rss_rate > 30e3 && f.first.rss_rate < 36e3);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_growth_of_memory_ends)
{
  Fixture f;

  fixture_init (&f);
  warm_up (&f, 150 * MB);
  grow (&f, 40, 15 * MB, 15 * MB);
  grow (&f, 60, 0, 0);
  assert_equals_int (f.final, 0);
  grow (&f, 40, 0, 0);
  assert_equals_int (f.final, 1);
  assert_equals_int (f.last.state, GST_PROF_WARNING_FINAL);
  /* The rest that shows its end is no part of it. */
  fail_unless (f.last.duration > 10 * S && f.last.duration < 25 * S,
      "%" GST_TIME_FORMAT, GST_TIME_ARGS (f.last.duration));
  grow (&f, 200, 0, 0);
  assert_equals_int (f.final, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_growth_of_memory_in_bursts_is_one_growth)
{
  Fixture f;

  fixture_init (&f);
  warm_up (&f, 150 * MB);
  grow (&f, 40, 15 * MB, 15 * MB);
  fail_unless (f.open > 0);
  /* Five seconds in which it grows, and eight in which it rests. */
  for (guint i = 0; i < 10; i++) {
    grow (&f, 32, 0, 0);
    grow (&f, 20, 15 * MB, 15 * MB);
  }
  assert_equals_int (f.final, 0);
  grow (&f, 100, 0, 0);
  assert_equals_int (f.final, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_queue_that_grew_in_the_warm_up_is_not_the_level)
{
  Fixture f;

  fixture_init (&f);
  f.queue = FALSE;
  f.sample.rss = 100 * MB;
  tick (&f);
  push_first (&f, 0, 0, 1 * MS, 0);
  grow (&f, 40, 15 * MB, 15 * MB);
  fail_unless (f.open > 0);
  fail_unless (f.first.base >= 99 * MB && f.first.base <= 116 * MB);
  fixture_clear (&f);
}

GST_END_TEST;

static void
write_bytes (Fixture * f, guint64 bytes)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.stage = g_ref_string_new ("write");
  span.bytes = bytes;
  span.flags = GST_PROF_SPAN_FLAG_MUXED;
  gst_prof_backlog_add_span (f->backlog, &span, "normalize");
  gst_prof_span_clear (&span);
}

/* Ten seconds between two readings of the free space */
static void
record (Fixture * f, guint ticks, guint64 bytes_per_tick, guint64 free)
{
  f->queue = FALSE;
  g_strlcpy (f->sample.disk.path, "/recordings",
      sizeof (f->sample.disk.path));
  f->sample.disk.size = 500000 * MB;
  for (guint i = 0; i < ticks; i++) {
    if (i % 40 == 0) {
      f->sample.disk.free = free;
      f->sample.disk.time = f->now;
    }
    write_bytes (f, bytes_per_tick);
    tick (f);
  }
}

GST_START_TEST (test_a_disk_that_is_full_in_five_minutes_is_told)
{
  Fixture f;

  fixture_init (&f);
  record (&f, 80, 2 * MB, 2400 * MB);
  fail_unless (f.open > 0);
  assert_equals_int (f.first.kind, GST_PROF_WARNING_DISK_SPACE);
  assert_equals_string (f.first.disk.path, "/recordings");
  fail_unless (f.last.disk_rate > 7.9e6 && f.last.disk_rate < 8.1e6);
  fail_unless (f.last.disk_left > 299 * S && f.last.disk_left < 301 * S);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_disk_with_room_for_an_hour_is_not)
{
  Fixture f;

  fixture_init (&f);
  record (&f, 400, 2 * MB, 8 * 3600 * MB);
  assert_equals_int (f.open, 0);
  fixture_clear (&f);
}

GST_END_TEST;

/* A file is closed on a disk that is full: nothing was freed by that. */
GST_START_TEST (test_a_disk_that_is_short_at_the_end_is_not_said_to_have_room)
{
  Fixture f;

  fixture_init (&f);
  record (&f, 80, 2 * MB, 2400 * MB);
  assert_equals_int (f.final, 0);
  gst_prof_backlog_flush (f.backlog, f.now);
  collect (&f);
  assert_equals_int (f.final, 1);
  fail_unless (f.last.at_end);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_disk_has_room_again_when_there_is)
{
  Fixture f;

  fixture_init (&f);
  record (&f, 80, 2 * MB, 2400 * MB);
  /* nothing is written: that frees nothing */
  record (&f, 400, 0, 2400 * MB);
  assert_equals_int (f.final, 0);
  record (&f, 80, 0, 240000 * MB);
  assert_equals_int (f.final, 1);
  fail_if (f.last.at_end);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_ninety_megabytes_are_little_at_any_rate)
{
  Fixture f;

  fixture_init (&f);
  record (&f, 8, 1, 90 * MB);
  fail_unless (f.open > 0);
  fail_unless (f.first.disk_left == GST_CLOCK_TIME_NONE);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_what_others_write_counts_when_it_is_steady)
{
  Fixture f;

  fixture_init (&f);
  for (guint64 i = 0; i < 8; i++)
    record (&f, 40, 1000, (5000 - 500 * i) * MB);
  fail_unless (f.open > 0);
  fail_unless (f.last.disk_rate > 49e6 && f.last.disk_rate < 51e6);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_one_large_file_of_others_is_no_rate)
{
  Fixture f;

  fixture_init (&f);
  for (guint64 i = 0; i < 8; i++)
    record (&f, 40, 1000, (i < 4 ? 9000 : 5000) * MB);
  assert_equals_int (f.open, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_room_that_was_made_ends_it)
{
  Fixture f;

  fixture_init (&f);
  record (&f, 80, 2 * MB, 2400 * MB);
  record (&f, 80, 2 * MB, 100000 * MB);
  assert_equals_int (f.final, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_levels_beyond_four_gigabytes_are_right)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  guint64 bytes = 0;

  fixture_init (&f);
  for (guint i = 0; i < 400; i++) {
    bytes += 15 * MB;
    set_holder (&f, 0, "queue0", 5 * i + 5, (guint32) bytes);
    tick (&f);
  }
  gst_prof_summary_init (&summary);
  gst_prof_backlog_summarize (f.backlog, &summary);
  assert_equals_uint64 (g_array_index (summary.holders, GstProfSummaryHolder,
          0).bytes, 6000 * MB);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_what_is_taken_out_of_the_pipeline_holds_nothing)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  GstProfSummaryHolder *holder;

  fixture_init (&f);
  set_holder (&f, 0, "queue0", 10, 10 * MB);
  tick (&f);
  f.sample.n_holders = 0;
  tick (&f);
  gst_prof_summary_init (&summary);
  gst_prof_backlog_summarize (f.backlog, &summary);
  holder = &g_array_index (summary.holders, GstProfSummaryHolder, 0);
  assert_equals_uint64 (holder->bytes, 0);
  assert_equals_uint64 (holder->peak_bytes, 10 * MB);
  assert_equals_uint64 (holder->peak_buffers, 10);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_holders_that_come_and_go_are_bounded)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };

  fixture_init (&f);
  for (guint i = 0; i < 1000; i++) {
    set_holder (&f, 0, "queue0", 1, MB);
    f.sample.holders[0].id = i + 1;
    tick (&f);
  }
  gst_prof_summary_init (&summary);
  gst_prof_backlog_summarize (f.backlog, &summary);
  assert_equals_int (summary.holders->len, GST_PROF_HOLDERS_MAX);
  assert_equals_uint64 (summary.holders_refused, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_frames_inside_an_encoder_are_a_holder)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  GstProfSpan span = GST_PROF_SPAN_INIT;
  GstProfSummaryHolder *holder;

  fixture_init (&f);
  push_first (&f, 0, 0, 1 * MS, 0);
  span.stage = g_ref_string_new ("encode");
  span.stream_id = g_ref_string_new ("v");
  span.inside = 40;
  gst_prof_backlog_add_span (f.backlog, &span, "normalize");
  gst_prof_span_clear (&span);
  tick (&f);

  gst_prof_summary_init (&summary);
  gst_prof_backlog_summarize (f.backlog, &summary);
  assert_equals_int (summary.holders->len, 1);
  holder = &g_array_index (summary.holders, GstProfSummaryHolder, 0);
  assert_equals_string (holder->name, "encode");
  assert_equals_string (holder->kind, "encoder");
  assert_equals_uint64 (holder->buffers, 40);
  assert_equals_uint64 (holder->bytes, 40 * FRAME_BYTES);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_the_summary_keeps_the_worst_of_a_stream)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  GstProfSummaryBehind *behind;

  fixture_init (&f);
  process_for (&f, 10 * S, 100 * MS);
  process_for (&f, 30 * S, 10 * MS);
  process_for (&f, 4 * S, 100 * MS);
  gst_prof_summary_init (&summary);
  gst_prof_backlog_summarize (f.backlog, &summary);

  assert_equals_int (summary.behind->len, 1);
  behind = &g_array_index (summary.behind, GstProfSummaryBehind, 0);
  assert_equals_string (behind->stage, "normalize");
  assert_equals_string (behind->place, "stage");
  fail_unless (behind->gained > 6 * S && behind->gained < 8 * S);
  assert_equals_string (behind->holder, "queue0");
  fail_unless (behind->holder_bytes > 500 * MB);
  fail_unless (summary.lag_max > 6 * S && summary.lag_max < 8 * S);
  fail_unless (summary.lag_first < 4 * S);
  fixture_clear (&f);
}

GST_END_TEST;

static Suite *
backlog_suite (void)
{
  Suite *s = suite_create ("backlog");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_a_slow_stage_falls_behind_within_three_seconds);
  tcase_add_test (tc,
      test_the_queue_that_holds_the_backlog_is_named_with_its_growth);
  tcase_add_test (tc, test_a_bounded_queue_is_said_to_be_full);
  tcase_add_test (tc, test_a_stage_within_its_budget_does_not_fall_behind);
  tcase_add_test (tc, test_one_stall_of_five_seconds_is_not_falling_behind);
  tcase_add_test (tc, test_a_pipeline_that_is_not_live_does_not_fall_behind);
  tcase_add_test (tc, test_what_is_not_playing_does_not_fall_behind);
  tcase_add_test (tc, test_preroll_does_not_fall_behind);
  tcase_add_test (tc, test_a_lag_that_oscillates_is_not_falling_behind);
  tcase_add_test (tc, test_a_constant_lag_is_not_falling_behind);
  tcase_add_test (tc, test_jitter_is_not_falling_behind);
  tcase_add_test (tc, test_five_percent_too_slow_is_found_in_the_long_run);
  tcase_add_test (tc, test_it_is_told_once_a_second_and_then_more_seldom);
  tcase_add_test (tc, test_it_ends_when_the_lag_grows_no_more);
  tcase_add_test (tc, test_the_end_of_the_stream_ends_it);
  tcase_add_test (tc, test_a_threshold_of_zero_is_off);
  tcase_add_test (tc, test_a_seek_is_no_lag_that_grows);
  tcase_add_test (tc,
      test_a_backlog_behind_the_first_stage_is_found_at_the_last);
  tcase_add_test (tc,
      test_what_comes_before_the_first_stage_is_named_when_it_is_slow);
  tcase_add_test (tc, test_what_follows_unmeasured_on_the_thread_is_told_apart);
  tcase_add_test (tc, test_without_caps_the_time_stamps_tell_the_budget);
  tcase_add_test (tc,
      test_frames_that_are_dropped_in_front_do_not_raise_the_budget);
  tcase_add_test (tc,
      test_frames_that_a_leaky_queue_drops_for_a_slow_stage_are_told);
  tcase_add_test (tc, test_frames_dropped_no_more_end_it);
  tcase_add_test (tc,
      test_a_leaky_queue_beside_stages_within_their_budget_is_none);
  tcase_add_test (tc, test_audio_that_waits_for_late_video_is_not_the_backlog);
  tcase_add_test (tc,
      test_packets_in_a_jitterbuffer_are_a_backlog_though_small);
  tcase_add_test (tc, test_a_new_clock_or_pause_ends_what_was);
  tcase_add_test (tc, test_memory_that_a_queue_takes_is_explained_by_it);
  tcase_add_test (tc, test_memory_that_nothing_holds_is_unexplained);
  tcase_add_test (tc, test_memory_that_doubles_from_20_to_50_mb_is_no_growth);
  tcase_add_test (tc, test_memory_below_twice_its_level_is_no_growth);
  tcase_add_test (tc, test_memory_taken_in_one_step_is_no_growth);
  tcase_add_test (tc, test_memory_that_is_taken_to_start_up_is_no_growth);
  tcase_add_test (tc, test_a_slow_leak_is_found);
  tcase_add_test (tc, test_growth_of_memory_ends);
  tcase_add_test (tc, test_growth_of_memory_in_bursts_is_one_growth);
  tcase_add_test (tc, test_a_queue_that_grew_in_the_warm_up_is_not_the_level);
  tcase_add_test (tc, test_a_disk_that_is_full_in_five_minutes_is_told);
  tcase_add_test (tc, test_a_disk_with_room_for_an_hour_is_not);
  tcase_add_test (tc,
      test_a_disk_that_is_short_at_the_end_is_not_said_to_have_room);
  tcase_add_test (tc, test_a_disk_has_room_again_when_there_is);
  tcase_add_test (tc, test_ninety_megabytes_are_little_at_any_rate);
  tcase_add_test (tc, test_what_others_write_counts_when_it_is_steady);
  tcase_add_test (tc, test_one_large_file_of_others_is_no_rate);
  tcase_add_test (tc, test_room_that_was_made_ends_it);
  tcase_add_test (tc, test_levels_beyond_four_gigabytes_are_right);
  tcase_add_test (tc, test_what_is_taken_out_of_the_pipeline_holds_nothing);
  tcase_add_test (tc, test_holders_that_come_and_go_are_bounded);
  tcase_add_test (tc, test_frames_inside_an_encoder_are_a_holder);
  tcase_add_test (tc, test_the_summary_keeps_the_worst_of_a_stream);
  return s;
}

GST_CHECK_MAIN (backlog);
