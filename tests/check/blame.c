/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * From what threads did to what took an interval: each rule with literal
 * numbers. Whatever happens, the items and what is left add up to the interval;
 * each case ends with that.
 */

#include <gst/check/gstcheck.h>

#include <string.h>

#include <gst/prof/gstprofblame.h>

#define MS GST_MSECOND

#define N_THREADS 12
#define UNWATCHED 11

/* Threads 1 … 11; those without segments are watched, but the last is not. */
static GstProfHistory *histories[N_THREADS];
static guint followers[2][N_THREADS][4];        /* up and down, 0 ends it */
static GstProfBlame blame;

/* What the packets say of a wait of the thread behind a jitterbuffer. */
static guint jitterbuffer;
static GstProfReceivePart received[8];
static guint n_received;

static void
setup (void)
{
  for (guint i = 1; i < UNWATCHED; i++)
    histories[i] = gst_prof_history_new (128);
  memset (followers, 0, sizeof followers);
  jitterbuffer = n_received = 0;
}

static void
teardown (void)
{
  for (guint i = 1; i < UNWATCHED; i++)
    g_clear_pointer (&histories[i], gst_prof_history_free);
}

/* Milliseconds, for the cases to be readable. */
typedef struct
{
  guint from, to, run, kernel, delay, throttled, frozen, starved, suspended,
    stolen;
  GstProfCause cause;
  gboolean pending, blocked, condition, reclaim, starved_throttled;
  guint point;
  gboolean event;
} Seg;

static void
push_seg (guint thread, Seg s)
{
  const GstProfSegment segment = {
    .from = s.from * MS,
    .to = s.to * MS,
    .run = s.run * MS,
    .kernel = s.kernel * MS,
    .delay = s.delay * MS,
    .throttled = s.throttled * MS,
    .frozen = s.frozen * MS,
    .starved = s.starved * MS,
    .suspended = s.suspended * MS,
    .stolen = s.stolen * MS,
    .cause = s.cause,
    .pending = s.pending,
    .blocked = s.blocked,
    .condition = s.condition,
    .reclaim = s.reclaim,
    .starved_throttled = s.starved_throttled,
    .point = s.point,
    .event = s.event,
    .home = thread,
    .call = s.blocked ? 202 : -2,
    .state = s.blocked ? 'S' : 0,
  };

  gst_prof_history_push (histories[thread], &segment);
}

#define SEG(...) push_seg (1, (Seg) { __VA_ARGS__ })
#define SEG_OF(thread, ...) push_seg (thread, (Seg) { __VA_ARGS__ })

static void
assert_conserved (GstClockTime wall)
{
  GstClockTime sum = blame.rest;

  for (guint i = 0; i < blame.n_items; i++)
    sum += blame.items[i].time;
  assert_equals_uint64 (blame.wall, wall * MS);
  assert_equals_uint64 (sum, wall * MS);
}

static void
blame_it (guint from, guint to, gboolean live)
{
  gst_prof_blame_thread (histories[1], 1, from * MS, to * MS, live, NULL,
      &blame);
  assert_conserved (to - from);
}

static void
assert_cause (GstProfCause cause, guint time)
{
  GstClockTime found = gst_prof_blame_get (&blame, cause);

  fail_unless (found == time * MS, "%s took %" GST_TIME_FORMAT ", not %u ms",
      gst_prof_cause_get_info (cause)->nick, GST_TIME_ARGS (found), time);
}

static void
assert_rest (guint time)
{
  assert_cause (GST_PROF_CAUSE_UNKNOWN, time);
}

/* --- one thread --- */

GST_START_TEST (no_history_is_all_unknown)
{
  gst_prof_blame_thread (NULL, 1, 100 * MS, 200 * MS, FALSE, NULL, &blame);
  assert_conserved (100);
  assert_rest (100);
  fail_unless (gst_prof_blame_get_largest (&blame) == NULL);
}

GST_END_TEST;

/* Of a wait for the clock, since no buffer may have been there. */
GST_START_TEST (a_wait_for_the_clock_knows_whether_an_event_brought_it)
{
  SEG (100, 130,.cause = GST_PROF_CAUSE_CLOCK,.blocked = TRUE,.point = 5,
      .event = TRUE);
  SEG (130, 170,.cause = GST_PROF_CAUSE_CLOCK,.blocked = TRUE,.point = 5);
  SEG (170, 180,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE,.point = 5,
      .event = TRUE);
  SEG (180, 200,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE,.point = 5);
  blame_it (100, 200, FALSE);
  assert_equals_int (blame.n_items, 3);
  for (guint i = 0; i < blame.n_items; i++)
    fail_unless (blame.items[i].time == (blame.items[i].event ? 30 : blame.
            items[i].cause == GST_PROF_CAUSE_CLOCK ? 40 : 30) * MS);
  assert_cause (GST_PROF_CAUSE_CLOCK, 70);
  assert_cause (GST_PROF_CAUSE_SLEEP, 30);
}

GST_END_TEST;

GST_START_TEST (an_empty_history_is_all_unknown_even_live)
{
  blame_it (100, 200, TRUE);
  assert_rest (100);
}

GST_END_TEST;

GST_START_TEST (run_time_is_split_in_user_and_kernel)
{
  SEG (.from = 0,.to = 100,.run = 100,.kernel = 30);
  blame_it (0, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 70);
  assert_cause (GST_PROF_CAUSE_KERNEL, 30);
  assert_rest (0);
}

GST_END_TEST;

GST_START_TEST (run_time_at_an_edge_is_split_in_proportion)
{
  SEG (.from = 0,.to = 100,.run = 100,.kernel = 30);
  blame_it (80, 180, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 14);
  assert_cause (GST_PROF_CAUSE_KERNEL, 6);
  assert_rest (80);
}

GST_END_TEST;

GST_START_TEST (kernel_time_while_memory_is_short_is_reclaim)
{
  SEG (.from = 0,.to = 100,.run = 100,.kernel = 60,.reclaim = TRUE);
  blame_it (0, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 40);
  assert_cause (GST_PROF_CAUSE_RECLAIM, 60);
  assert_cause (GST_PROF_CAUSE_KERNEL, 0);
}

GST_END_TEST;

GST_START_TEST (more_run_time_than_there_is_time_is_cut)
{
  SEG (.from = 0,.to = 100,.run = 130);
  blame_it (0, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 100);
  assert_rest (0);
}

GST_END_TEST;

/* Blocked at the end: it ran first. */
GST_START_TEST (who_is_blocked_at_the_end_ran_first)
{
  SEG (.from = 0,.to = 100,.run = 60,.cause = GST_PROF_CAUSE_DISK,
      .blocked = TRUE);
  blame_it (0, 60, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 60);
  assert_cause (GST_PROF_CAUSE_DISK, 0);
  blame_it (60, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 0);
  assert_cause (GST_PROF_CAUSE_DISK, 40);
  blame_it (50, 70, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 10);
  assert_cause (GST_PROF_CAUSE_DISK, 10);
}

GST_END_TEST;

GST_START_TEST (who_runs_at_the_end_was_blocked_first)
{
  SEG (.from = 0,.to = 100,.run = 60,.cause = GST_PROF_CAUSE_DISK);
  blame_it (0, 40, FALSE);
  assert_cause (GST_PROF_CAUSE_DISK, 40);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 0);
  blame_it (40, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_DISK, 0);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 60);
  blame_it (30, 50, FALSE);
  assert_cause (GST_PROF_CAUSE_DISK, 10);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 10);
}

GST_END_TEST;

GST_START_TEST (the_parts_of_an_interval_are_those_of_the_whole)
{
  GstProfBlame first;

  SEG (.from = 0,.to = 100,.run = 60,.kernel = 20,
      .cause = GST_PROF_CAUSE_DISK);
  SEG (.from = 100,.to = 200,.run = 10,.cause = GST_PROF_CAUSE_SLEEP,
      .blocked = TRUE);
  blame_it (0, 150, FALSE);
  first = blame;
  blame_it (150, 200, FALSE);
  gst_prof_blame_merge (&blame, &first);
  assert_conserved (200);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 50);
  assert_cause (GST_PROF_CAUSE_KERNEL, 20);
  assert_cause (GST_PROF_CAUSE_DISK, 40);
  assert_cause (GST_PROF_CAUSE_SLEEP, 90);
}

GST_END_TEST;

GST_START_TEST (a_blocked_thread_is_in_what_it_is_blocked_in)
{
  SEG (.from = 0,.to = 10,.cause = GST_PROF_CAUSE_LOCK,.blocked = TRUE,
      .point = 3);
  SEG (.from = 10,.to = 30,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE,
      .point = 4);
  blame_it (0, 30, FALSE);
  assert_cause (GST_PROF_CAUSE_LOCK, 10);
  assert_cause (GST_PROF_CAUSE_SLEEP, 20);
  assert_equals_int (gst_prof_blame_get_largest (&blame)->point, 4);
  assert_equals_int (gst_prof_blame_get_largest (&blame)->call, 202);
  assert_equals_int (gst_prof_blame_get_largest (&blame)->state, 'S');
}

GST_END_TEST;

GST_START_TEST (a_hole_in_the_history_is_unknown)
{
  SEG (.from = 0,.to = 10,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE);
  SEG (.from = 30,.to = 40,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE);
  blame_it (0, 40, FALSE);
  assert_cause (GST_PROF_CAUSE_DISK, 20);
  assert_rest (20);
}

GST_END_TEST;

GST_START_TEST (what_is_blocked_in_nobody_knows_what_is_unknown)
{
  SEG (.from = 0,.to = 50,.cause = GST_PROF_CAUSE_UNKNOWN,.blocked = TRUE);
  blame_it (0, 50, FALSE);
  assert_rest (50);
  assert_equals_int (blame.n_items, 0);
}

GST_END_TEST;

static void
assert_place (guint thread, guint point, guint time)
{
  const GstProfBlameItem *place = gst_prof_blame_get_place (&blame);

  fail_unless (place != NULL);
  assert_equals_uint64 (place->thread_id, thread);
  assert_equals_int (place->point, point);
  assert_equals_uint64 (place->time, time * MS);
  assert_equals_int (place->call, 202);
  assert_equals_int (place->state, 'S');
}

GST_START_TEST (where_a_thread_was_for_no_known_reason_is_known)
{
  SEG (.from = 0,.to = 10,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE,
      .point = 3);
  SEG (.from = 10,.to = 40,.blocked = TRUE,.point = 3);
  SEG (.from = 40,.to = 100,.blocked = TRUE,.point = 4);
  blame_it (0, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_SLEEP, 10);
  assert_rest (90);
  assert_place (1, 4, 60);
  gst_prof_blame_scale (&blame, 50 * MS);
  assert_place (1, 4, 30);
}

GST_END_TEST;

GST_START_TEST (half_of_what_is_unknown_is_no_place)
{
  SEG (.from = 0,.to = 50,.blocked = TRUE,.point = 3);
  SEG (.from = 50,.to = 100,.blocked = TRUE,.point = 4);
  blame_it (0, 100, FALSE);
  fail_unless (gst_prof_blame_get_place (&blame) == NULL);
  /* Nor is a time in which nobody looked. */
  blame_it (0, 120, FALSE);
  fail_unless (gst_prof_blame_get_place (&blame) == NULL);
}

GST_END_TEST;

GST_START_TEST (what_is_doubted_is_unknown_and_keeps_its_place)
{
  SEG (.from = 0,.to = 40,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE,
      .point = 3);
  SEG (.from = 40,.to = 100,.cause = GST_PROF_CAUSE_UPSTREAM,.blocked = TRUE);
  blame_it (0, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 60);
  gst_prof_blame_doubt (&blame, 1);
  assert_conserved (100);
  assert_cause (GST_PROF_CAUSE_SLEEP, 40);
  assert_rest (60);
  assert_place (1, 0, 60);
}

GST_END_TEST;

GST_START_TEST (who_runs_is_in_no_call)
{
  SEG (.from = 0,.to = 100,.point = 3);
  blame_it (0, 100, FALSE);
  assert_rest (100);
  fail_unless (gst_prof_blame_get_place (&blame) == NULL);
}

GST_END_TEST;

/* Starved for 95 ms; the kernel tells when it runs again, at 100. */
static void
push_starved (guint throttled)
{
  SEG (.from = 0,.to = 50,.pending = TRUE);
  SEG (.from = 50,.to = 100,.pending = TRUE);
  SEG (.from = 100,.to = 110,.run = 10,.delay = 95,.throttled = throttled);
}

GST_START_TEST (a_delay_lies_before_the_segment_that_tells_it)
{
  push_starved (0);
  blame_it (0, 110, FALSE);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 95);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 10);
  assert_rest (5);
}

GST_END_TEST;

GST_START_TEST (a_delay_told_after_the_interval_counts_in_it)
{
  push_starved (0);
  blame_it (0, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 95);
  assert_rest (5);
  blame_it (0, 20, FALSE);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 15);
  assert_rest (5);
}

GST_END_TEST;

GST_START_TEST (a_delay_inside_a_run_is_no_blocked_time)
{
  SEG (.from = 0,.to = 100,.run = 60,.delay = 40,
      .cause = GST_PROF_CAUSE_SLEEP);
  blame_it (0, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 60);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 40);
  assert_cause (GST_PROF_CAUSE_SLEEP, 0);
  assert_rest (0);
}

GST_END_TEST;

GST_START_TEST (a_delay_is_throttled_as_far_as_the_group_was)
{
  push_starved (60);
  blame_it (0, 110, FALSE);
  assert_cause (GST_PROF_CAUSE_CPU_THROTTLED, 60);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 35);
}

GST_END_TEST;

/* It is summed over the CPUs: 2881 ms in 1590. */
GST_START_TEST (throttled_time_is_limited_by_the_delay)
{
  SEG (.from = 0,.to = 1590,.pending = TRUE);
  SEG (.from = 1590,.to = 1600,.run = 10,.delay = 1590,.throttled = 2881);
  blame_it (0, 1600, FALSE);
  assert_cause (GST_PROF_CAUSE_CPU_THROTTLED, 1590);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 0);
}

GST_END_TEST;

GST_START_TEST (a_stopped_process_comes_before_what_the_thread_waits_for)
{
  SEG (.from = 0,.to = 1000,.frozen = 900,.cause = GST_PROF_CAUSE_UPSTREAM,
      .blocked = TRUE);
  blame_it (0, 1000, FALSE);
  assert_cause (GST_PROF_CAUSE_FROZEN, 900);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 100);
}

GST_END_TEST;

GST_START_TEST (a_stopped_process_takes_no_run_time_away)
{
  SEG (.from = 0,.to = 1000,.run = 300,.frozen = 900);
  blame_it (0, 1000, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 300);
  assert_cause (GST_PROF_CAUSE_FROZEN, 700);
  assert_rest (0);
}

GST_END_TEST;

GST_START_TEST (a_starved_process_is_cpu_wait)
{
  SEG (.from = 0,.to = 1000,.starved = 800,.cause = GST_PROF_CAUSE_UPSTREAM,
      .blocked = TRUE);
  blame_it (0, 1000, FALSE);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 800);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 200);
}

GST_END_TEST;

GST_START_TEST (a_process_starved_by_its_quota_is_throttled)
{
  SEG (.from = 0,.to = 1000,.starved = 800,.starved_throttled = TRUE,
      .cause = GST_PROF_CAUSE_UPSTREAM,.blocked = TRUE);
  blame_it (0, 1000, FALSE);
  assert_cause (GST_PROF_CAUSE_CPU_THROTTLED, 800);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 0);
}

GST_END_TEST;

GST_START_TEST (a_suspended_machine_comes_before_a_stopped_process)
{
  SEG (.from = 0,.to = 1000,.suspended = 700,.frozen = 900,
      .cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE);
  blame_it (0, 1000, FALSE);
  assert_cause (GST_PROF_CAUSE_SUSPENDED, 700);
  assert_cause (GST_PROF_CAUSE_FROZEN, 300);
  assert_cause (GST_PROF_CAUSE_SLEEP, 0);
}

GST_END_TEST;

GST_START_TEST (what_the_host_took_is_steal_and_not_a_wait_for_the_cpu)
{
  SEG (.from = 0,.to = 1000,.run = 300,.stolen = 600,.pending = TRUE);
  blame_it (0, 1000, TRUE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 300);
  assert_cause (GST_PROF_CAUSE_STEAL, 600);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 100);
  assert_rest (0);
}

GST_END_TEST;

GST_START_TEST (no_more_is_stolen_than_is_left)
{
  SEG (.from = 0,.to = 1000,.run = 300,.delay = 500,.frozen = 100,
      .stolen = 600,.pending = TRUE);
  blame_it (0, 1000, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 300);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 500);
  assert_cause (GST_PROF_CAUSE_FROZEN, 100);
  assert_cause (GST_PROF_CAUSE_STEAL, 100);
  assert_rest (0);
}

GST_END_TEST;

/* It was starved for 90 ms, which the kernel told when it ran; then it slept. */
GST_START_TEST (a_delay_that_is_told_later_is_not_starved_as_well)
{
  SEG (.from = 0,.to = 90,.starved = 80,.pending = TRUE);
  SEG (.from = 90,.to = 110,.run = 10,.delay = 90);
  SEG (.from = 110,.to = 200,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE);
  blame_it (0, 200, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 10);
  assert_cause (GST_PROF_CAUSE_SLEEP, 90);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 100);
}

GST_END_TEST;

GST_START_TEST (a_delay_is_not_starved_as_well)
{
  SEG (.from = 0,.to = 1000,.run = 100,.delay = 800,.starved = 850);
  blame_it (0, 1000, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 100);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 900);
  assert_rest (0);
}

GST_END_TEST;

GST_START_TEST (a_page_fault_while_memory_is_short_is_reclaim)
{
  SEG (.from = 0,.to = 50,.cause = GST_PROF_CAUSE_PAGE_FAULT,.blocked = TRUE,
      .reclaim = TRUE);
  SEG (.from = 50,.to = 80,.cause = GST_PROF_CAUSE_PAGE_FAULT,.blocked = TRUE);
  SEG (.from = 80,.to = 90,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE,
      .reclaim = TRUE);
  blame_it (0, 90, FALSE);
  assert_cause (GST_PROF_CAUSE_RECLAIM, 50);
  assert_cause (GST_PROF_CAUSE_PAGE_FAULT, 30);
  assert_cause (GST_PROF_CAUSE_DISK, 10);
}

GST_END_TEST;

GST_START_TEST (ready_and_not_credited_is_cpu_wait_only_while_it_goes_on)
{
  SEG (.from = 0,.to = 100,.pending = TRUE);
  blame_it (0, 100, TRUE);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 100);
  blame_it (0, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 0);
  assert_rest (100);
}

GST_END_TEST;

GST_START_TEST (ready_within_the_exactness_of_the_clocks_is_cpu_wait)
{
  SEG (.from = 0,.to = 100,.run = 98,.pending = TRUE);
  blame_it (0, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 98);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 2);
  assert_rest (0);
}

GST_END_TEST;

GST_START_TEST (the_time_since_the_last_look_is_like_it_while_it_goes_on)
{
  SEG (.from = 0,.to = 90,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE);
  blame_it (0, 100, TRUE);
  assert_cause (GST_PROF_CAUSE_DISK, 100);
  blame_it (0, 100, FALSE);
  assert_cause (GST_PROF_CAUSE_DISK, 90);
  assert_rest (10);
}

GST_END_TEST;

GST_START_TEST (who_ran_at_the_last_look_is_running)
{
  SEG (.from = 0,.to = 90,.run = 88);
  blame_it (0, 100, TRUE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 98);
}

GST_END_TEST;

GST_START_TEST (a_look_long_ago_says_nothing_of_now)
{
  SEG (.from = 0,.to = 50,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE);
  blame_it (0, 100, TRUE);
  assert_cause (GST_PROF_CAUSE_DISK, 50);
  assert_rest (50);
}

GST_END_TEST;

/* 150 ms each of computing, sleep and a FUSE write, seen every 10 ms; each
 * change is somewhere in the middle of a look. */
GST_START_TEST (a_mixed_frame_comes_out_as_thirds)
{
  guint t;

  for (t = 0; t < 150; t += 10)
    SEG (.from = t,.to = t + 10,.run = 10);
  SEG (.from = 150,.to = 160,.run = 3,.cause = GST_PROF_CAUSE_SLEEP,
      .blocked = TRUE);
  for (t = 160; t < 300; t += 10)
    SEG (.from = t,.to = t + 10,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE);
  for (t = 300; t < 440; t += 10)
    SEG (.from = t,.to = t + 10,.cause = GST_PROF_CAUSE_NETWORK_FS,
        .blocked = TRUE);
  SEG (.from = 440,.to = 450,.run = 1,.cause = GST_PROF_CAUSE_NETWORK_FS);
  blame_it (0, 450, FALSE);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 154);
  assert_cause (GST_PROF_CAUSE_SLEEP, 147);
  assert_cause (GST_PROF_CAUSE_NETWORK_FS, 149);
  assert_rest (0);
}

GST_END_TEST;

/* --- a part of the interval --- */

static gboolean
is_point (guint point, gpointer user_data)
{
  return point == GPOINTER_TO_UINT (user_data);
}

GST_START_TEST (a_filter_counts_only_the_places_it_wants)
{
  const GstProfBlameFilter filter = { is_point, GUINT_TO_POINTER (2) };

  SEG (.from = 0,.to = 100,.run = 100,.point = 1);
  SEG (.from = 100,.to = 150,.run = 20,.cause = GST_PROF_CAUSE_DISK,
      .blocked = TRUE,.point = 2);
  SEG (.from = 150,.to = 200,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE,
      .point = 1);
  SEG (.from = 200,.to = 210,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE,
      .point = 2);
  gst_prof_blame_thread (histories[1], 1, 0, 210 * MS, FALSE, &filter, &blame);
  assert_conserved (60);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 20);
  assert_cause (GST_PROF_CAUSE_DISK, 40);
  assert_cause (GST_PROF_CAUSE_SLEEP, 0);
  assert_rest (0);
}

GST_END_TEST;

GST_START_TEST (a_delay_counts_in_the_places_where_it_was_spent)
{
  const GstProfBlameFilter first = { is_point, GUINT_TO_POINTER (1) };
  const GstProfBlameFilter second = { is_point, GUINT_TO_POINTER (2) };

  SEG (.from = 0,.to = 50,.pending = TRUE,.point = 1);
  SEG (.from = 50,.to = 100,.pending = TRUE,.point = 2);
  SEG (.from = 100,.to = 110,.run = 10,.delay = 95,.point = 2);
  gst_prof_blame_thread (histories[1], 1, 0, 110 * MS, FALSE, &first, &blame);
  assert_conserved (50);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 45);
  assert_rest (5);
  gst_prof_blame_thread (histories[1], 1, 0, 110 * MS, FALSE, &second, &blame);
  assert_conserved (60);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 50);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 10);
  assert_rest (0);
}

GST_END_TEST;

GST_START_TEST (a_filter_that_wants_nothing_leaves_nothing)
{
  const GstProfBlameFilter filter = { is_point, GUINT_TO_POINTER (7) };

  SEG (.from = 0,.to = 100,.run = 100,.point = 1);
  gst_prof_blame_thread (histories[1], 1, 0, 100 * MS, TRUE, &filter, &blame);
  assert_conserved (0);
  assert_equals_int (blame.n_items, 0);
}

GST_END_TEST;

/* --- sums --- */

GST_START_TEST (scaling_keeps_the_proportions_and_the_sum)
{
  SEG (.from = 0,.to = 90,.run = 30,.cause = GST_PROF_CAUSE_DISK,
      .blocked = TRUE);
  blame_it (0, 120, FALSE);
  gst_prof_blame_scale (&blame, 40 * MS);
  assert_conserved (40);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 10);
  assert_cause (GST_PROF_CAUSE_DISK, 20);
  assert_rest (10);
}

GST_END_TEST;

GST_START_TEST (scaling_from_nothing_is_all_unknown)
{
  gst_prof_blame_init (&blame, 0);
  gst_prof_blame_scale (&blame, 40 * MS);
  assert_conserved (40);
  assert_rest (40);
}

GST_END_TEST;

GST_START_TEST (merging_adds_up_places_and_what_is_left)
{
  GstProfBlame other;

  SEG (.from = 0,.to = 100,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE,
      .point = 1);
  SEG (.from = 100,.to = 150,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE,
      .point = 2);
  blame_it (0, 110, FALSE);
  other = blame;
  blame_it (110, 170, FALSE);
  gst_prof_blame_merge (&blame, &other);
  assert_conserved (170);
  assert_cause (GST_PROF_CAUSE_DISK, 150);
  assert_equals_int (blame.n_items, 2);
  assert_rest (20);
}

GST_END_TEST;

GST_START_TEST (more_places_than_fit_still_count_for_their_cause)
{
  for (guint i = 0; i < 60; i++)
    SEG (.from = i * 10,.to = i * 10 + 10,.cause = GST_PROF_CAUSE_DISK,
        .blocked = TRUE,.point = i + 1);
  blame_it (0, 600, FALSE);
  assert_equals_int (blame.n_items, GST_PROF_BLAME_MAX_ITEMS);
  assert_cause (GST_PROF_CAUSE_DISK, 600);
  assert_rest (0);
}

GST_END_TEST;

GST_START_TEST (a_cause_for_which_there_is_no_place_stays_unknown)
{
  for (guint i = 0; i < 60; i++)
    SEG (.from = i * 10,.to = i * 10 + 10,.cause = GST_PROF_CAUSE_DISK,
        .blocked = TRUE,.point = i + 1);
  SEG (.from = 600,.to = 610,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE);
  blame_it (0, 610, FALSE);
  assert_cause (GST_PROF_CAUSE_SLEEP, 0);
  assert_rest (10);
}

GST_END_TEST;

GST_START_TEST (the_largest_is_that_of_the_largest_cause)
{
  SEG (.from = 0,.to = 40,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE,
      .point = 1);
  SEG (.from = 40,.to = 70,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE,
      .point = 2);
  SEG (.from = 70,.to = 95,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE,
      .point = 3);
  blame_it (0, 100, FALSE);
  assert_equals_int (gst_prof_blame_get_largest (&blame)->cause,
      GST_PROF_CAUSE_DISK);
  assert_equals_int (gst_prof_blame_get_largest (&blame)->point, 2);
}

GST_END_TEST;

GST_START_TEST (nothing_is_largest_when_more_is_unknown)
{
  SEG (.from = 0,.to = 40,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE);
  blame_it (0, 81, FALSE);
  fail_unless (gst_prof_blame_get_largest (&blame) == NULL);
  blame_it (0, 80, FALSE);
  assert_equals_int (gst_prof_blame_get_largest (&blame)->cause,
      GST_PROF_CAUSE_SLEEP);
}

GST_END_TEST;

/* --- following --- */

static const GstProfHistory *
get_history (guint64 thread_id, gpointer user_data)
{
  return histories[thread_id];
}

static guint
get_followers (GstProfCause cause, guint home, guint point,
    guint64 * thread_ids, guint max, gpointer user_data)
{
  const guint *list =
      followers[cause == GST_PROF_CAUSE_DOWNSTREAM ? 1 : 0][home];
  guint n = 0;

  while (n < 4 && n < max && list[n] != 0) {
    thread_ids[n] = list[n];
    n++;
  }
  return n;
}

static guint
split_wait (guint home, guint point, GstClockTime from, GstClockTime to,
    GstProfReceivePart * parts, guint max, gpointer user_data)
{
  guint n = 0;

  for (guint i = 0; home == jitterbuffer && i < n_received && n < max; i++) {
    GstProfReceivePart part = received[i];

    part.from = MAX (part.from, from);
    part.to = MIN (part.to, to);
    part.socket_full = MIN (part.socket_full, part.to - part.from);
    if (part.to > part.from)
      parts[n++] = part;
  }
  return n;
}

static void
add_received (GstProfCause cause, guint from, guint to, guint socket_full)
{
  received[n_received++] = (GstProfReceivePart) {
    cause, from * MS, to * MS, socket_full * MS
  };
}

static const GstProfBlameFuncs funcs = {
  get_history, get_followers, split_wait, NULL
};

#define UP(thread, ...) set_followers (0, thread, (guint[4]) { __VA_ARGS__ })
#define DOWN(thread, ...) set_followers (1, thread, (guint[4]) { __VA_ARGS__ })

static void
set_followers (guint direction, guint thread, const guint list[4])
{
  memcpy (followers[direction][thread], list, 4 * sizeof (guint));
}

static void
follow_it (guint from, guint to)
{
  gst_prof_blame_follow (&funcs, 1, from * MS, to * MS, FALSE, NULL, &blame);
  assert_conserved (to - from);
}

static guint
time_of_thread (guint64 thread_id)
{
  GstClockTime time = 0;

  for (guint i = 0; i < blame.n_items; i++) {
    if (blame.items[i].thread_id == thread_id)
      time += blame.items[i].time;
  }
  return time / MS;
}

#define WAIT_UP .cause = GST_PROF_CAUSE_UPSTREAM, .blocked = TRUE
#define WAIT_DOWN .cause = GST_PROF_CAUSE_DOWNSTREAM, .blocked = TRUE

GST_START_TEST (who_waits_for_a_source_waits_for_upstream)
{
  SEG (.from = 0,.to = 100, WAIT_UP);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 100);
}

GST_END_TEST;

GST_START_TEST (upstream_is_what_the_feeder_did_meanwhile)
{
  SEG (.from = 0,.to = 20,.run = 20);
  SEG (.from = 20,.to = 100, WAIT_UP);
  UP (1, 2);
  SEG_OF (2,.from = 0,.to = 60,.run = 60);
  SEG_OF (2,.from = 60,.to = 120,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 0);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 60);
  assert_cause (GST_PROF_CAUSE_DISK, 40);
  assert_equals_int (time_of_thread (1), 20);
  assert_equals_int (time_of_thread (2), 80);
}

GST_END_TEST;

GST_START_TEST (downstream_is_what_the_drain_did_meanwhile)
{
  SEG (.from = 0,.to = 100, WAIT_DOWN);
  DOWN (1, 2);
  SEG_OF (2,.from = 0,.to = 30,.run = 30);
  SEG_OF (2,.from = 30,.to = 100,.cause = GST_PROF_CAUSE_SLOW_READER,
      .blocked = TRUE);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 30);
  assert_cause (GST_PROF_CAUSE_SLOW_READER, 70);
  assert_cause (GST_PROF_CAUSE_DOWNSTREAM, 0);
}

GST_END_TEST;

GST_START_TEST (waits_are_followed_through_two_threads)
{
  SEG (.from = 0,.to = 100, WAIT_UP);
  UP (1, 2);
  SEG_OF (2,.from = 0,.to = 10,.run = 10);
  SEG_OF (2,.from = 10,.to = 100, WAIT_UP);
  UP (2, 3);
  SEG_OF (3,.from = 0,.to = 100,.cause = GST_PROF_CAUSE_LOCK,.blocked = TRUE);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 10);
  assert_cause (GST_PROF_CAUSE_LOCK, 90);
  assert_equals_int (time_of_thread (3), 90);
}

GST_END_TEST;

GST_START_TEST (each_wait_is_followed_for_its_own_time)
{
  SEG (.from = 0,.to = 30, WAIT_UP);
  SEG (.from = 30,.to = 60,.run = 30);
  SEG (.from = 60,.to = 100, WAIT_UP);
  UP (1, 2);
  SEG_OF (2,.from = 0,.to = 30,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE);
  SEG_OF (2,.from = 30,.to = 60,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE);
  SEG_OF (2,.from = 60,.to = 100,.run = 40);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_DISK, 30);
  assert_cause (GST_PROF_CAUSE_SLEEP, 0);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 70);
}

GST_END_TEST;

GST_START_TEST (a_wait_at_the_edge_is_followed_inside_only)
{
  SEG (.from = 0,.to = 100, WAIT_UP);
  UP (1, 2);
  SEG_OF (2,.from = 0,.to = 50,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE);
  SEG_OF (2,.from = 50,.to = 100,.run = 50);
  follow_it (40, 80);
  assert_cause (GST_PROF_CAUSE_DISK, 10);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 30);
}

GST_END_TEST;

GST_START_TEST (threads_that_wait_for_each_other_end)
{
  SEG (.from = 0,.to = 100, WAIT_UP);
  UP (1, 2);
  SEG_OF (2,.from = 0,.to = 100, WAIT_DOWN);
  DOWN (2, 1);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_DOWNSTREAM, 100);
  assert_equals_int (time_of_thread (2), 100);
}

GST_END_TEST;

GST_START_TEST (three_threads_in_a_circle_end)
{
  SEG (.from = 0,.to = 100, WAIT_UP);
  SEG_OF (2,.from = 0,.to = 100, WAIT_UP);
  SEG_OF (3,.from = 0,.to = 100, WAIT_UP);
  UP (1, 2);
  UP (2, 3);
  UP (3, 1);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 100);
  assert_equals_int (time_of_thread (3), 100);
}

GST_END_TEST;

/* A muxer waits for the video; the audio stands in it. */
GST_START_TEST (of_several_feeders_the_one_not_held_up_is_the_culprit)
{
  SEG (.from = 0,.to = 100, WAIT_UP);
  UP (1, 2, 3, 4);
  SEG_OF (2,.from = 0,.to = 100, WAIT_DOWN);
  SEG_OF (3,.from = 0,.to = 5, WAIT_DOWN);
  SEG_OF (3,.from = 5,.to = 100,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE);
  SEG_OF (4,.from = 0,.to = 90, WAIT_DOWN);
  SEG_OF (4,.from = 90,.to = 100,.run = 10);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_SLEEP, 95);
  assert_equals_int (time_of_thread (3), 100);
}

GST_END_TEST;

GST_START_TEST (a_feeder_that_is_not_watched_leaves_the_wait)
{
  SEG (.from = 0,.to = 100, WAIT_UP);
  UP (1, UNWATCHED);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 100);
}

GST_END_TEST;

GST_START_TEST (what_the_feeder_did_unseen_is_unknown)
{
  SEG (.from = 0,.to = 100, WAIT_UP);
  UP (1, 2);
  SEG_OF (2,.from = 0,.to = 40,.run = 40);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 40);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 0);
  assert_rest (60);
}

GST_END_TEST;

GST_START_TEST (where_the_feeder_was_for_no_known_reason_is_known)
{
  SEG (.from = 0,.to = 100, WAIT_UP);
  UP (1, 2);
  SEG_OF (2,.from = 0,.to = 20,.run = 20);
  SEG_OF (2,.from = 20,.to = 100,.blocked = TRUE,.point = 5);
  follow_it (0, 100);
  assert_rest (80);
  assert_place (2, 5, 80);
}

GST_END_TEST;

GST_START_TEST (a_thread_that_is_not_watched_is_all_unknown)
{
  gst_prof_blame_follow (&funcs, UNWATCHED, 0, 100 * MS, FALSE, NULL, &blame);
  assert_conserved (100);
  assert_rest (100);
}

GST_END_TEST;

/* The whole process was stopped: the feeder's history says so as well. */
GST_START_TEST (a_stopped_process_is_not_upstream)
{
  SEG (.from = 0,.to = 1000,.frozen = 900, WAIT_UP);
  UP (1, 2);
  SEG_OF (2,.from = 0,.to = 1000,.frozen = 900,.run = 20);
  follow_it (0, 1000);
  fail_unless (gst_prof_blame_get (&blame, GST_PROF_CAUSE_FROZEN) >= 900 * MS);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 0);
}

GST_END_TEST;

GST_START_TEST (a_filter_holds_for_the_first_thread_only)
{
  const GstProfBlameFilter filter = { is_point, GUINT_TO_POINTER (2) };

  SEG (.from = 0,.to = 50,.run = 50,.point = 1);
  SEG (.from = 50,.to = 100,.point = 2, WAIT_DOWN);
  DOWN (1, 2);
  SEG_OF (2,.from = 0,.to = 100,.point = 5,.cause = GST_PROF_CAUSE_SLEEP,
      .blocked = TRUE);
  gst_prof_blame_follow (&funcs, 1, 0, 100 * MS, FALSE, &filter, &blame);
  assert_conserved (50);
  assert_cause (GST_PROF_CAUSE_SLEEP, 50);
}

GST_END_TEST;

GST_START_TEST (a_long_row_of_threads_is_followed_only_so_far)
{
  SEG (.from = 0,.to = 100, WAIT_UP);
  for (guint i = 2; i < UNWATCHED; i++)
    SEG_OF (i,.from = 0,.to = 100, WAIT_UP);
  for (guint i = 1; i < UNWATCHED - 1; i++)
    UP (i, i + 1);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 100);
  assert_equals_int (time_of_thread (9), 100);
}

GST_END_TEST;

/* --- behind a jitterbuffer --- */

/* Thread 1 waits behind it for 100 ms; thread 2 reads the socket. */
static void
wait_behind_jitterbuffer (void)
{
  jitterbuffer = 1;
  SEG (.from = 0,.to = 100, WAIT_UP);
  UP (1, 2);
}

GST_START_TEST (what_the_packets_say_is_final)
{
  wait_behind_jitterbuffer ();
  SEG_OF (2,.from = 0,.to = 100,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE);
  add_received (GST_PROF_CAUSE_PACKET_LOSS, 0, 50, 0);
  add_received (GST_PROF_CAUSE_JITTERBUFFER, 50, 80, 0);
  add_received (GST_PROF_CAUSE_KEYFRAME_WAIT, 80, 100, 0);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_PACKET_LOSS, 50);
  assert_cause (GST_PROF_CAUSE_JITTERBUFFER, 30);
  assert_cause (GST_PROF_CAUSE_KEYFRAME_WAIT, 20);
  assert_equals_int (time_of_thread (1), 100);
}

GST_END_TEST;

GST_START_TEST (silence_is_what_is_left_when_the_socket_was_waited_for)
{
  wait_behind_jitterbuffer ();
  SEG_OF (2,.from = 0,.to = 10,.run = 10);
  SEG_OF (2,.from = 10,.to = 100, WAIT_UP);
  add_received (GST_PROF_CAUSE_NETWORK_SILENT, 0, 100, 0);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 10);
  assert_cause (GST_PROF_CAUSE_NETWORK_SILENT, 90);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 0);
  assert_equals_int (time_of_thread (1), 90);
}

GST_END_TEST;

/* nicesrc, queue, jitterbuffer */
GST_START_TEST (silence_is_followed_through_the_queue_before)
{
  wait_behind_jitterbuffer ();
  SEG_OF (2,.from = 0,.to = 100, WAIT_UP);
  UP (2, 3);
  SEG_OF (3,.from = 0,.to = 60, WAIT_UP);
  SEG_OF (3,.from = 60,.to = 100,.cause = GST_PROF_CAUSE_LOCK,.blocked = TRUE);
  add_received (GST_PROF_CAUSE_PEER_GONE, 0, 100, 0);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_PEER_GONE, 60);
  assert_cause (GST_PROF_CAUSE_LOCK, 40);
}

GST_END_TEST;

/* Sound goes on: the queue's thread waits all the time, but never for long. What
 * is looked at of it is limited, what is said of the video is not. */
GST_START_TEST (a_busy_thread_before_the_jitterbuffer_takes_nothing_from_silence)
{
  jitterbuffer = 2;
  gst_prof_history_free (histories[3]);
  histories[3] = gst_prof_history_new (4096);
  for (guint i = 0; i < 12; i++)
    SEG (.from = 1000 * i,.to = 1000 * (i + 1), WAIT_UP);
  UP (1, 2);
  SEG_OF (2,.from = 0,.to = 12000, WAIT_UP);
  UP (2, 3);
  for (guint i = 0; i < 1200; i++) {
    SEG_OF (3,.from = 10 * i,.to = 10 * i + 1,.run = 1);
    SEG_OF (3,.from = 10 * i + 1,.to = 10 * i + 10, WAIT_UP);
  }
  UP (3, 4);
  SEG_OF (4,.from = 0,.to = 12000, WAIT_UP);
  add_received (GST_PROF_CAUSE_NETWORK_SILENT, 0, 12000, 0);
  follow_it (0, 12000);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 0);
  fail_unless (gst_prof_blame_get (&blame,
          GST_PROF_CAUSE_NETWORK_SILENT) >= 10800 * MS);
}

GST_END_TEST;

GST_START_TEST (a_wait_behind_a_queue_is_followed_to_the_jitterbuffer)
{
  jitterbuffer = 2;
  SEG (.from = 0,.to = 100, WAIT_UP);
  UP (1, 2);
  SEG_OF (2,.from = 0,.to = 30,.run = 30);
  SEG_OF (2,.from = 30,.to = 100, WAIT_UP);
  add_received (GST_PROF_CAUSE_KEYFRAME_WAIT, 0, 100, 0);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 30);
  assert_cause (GST_PROF_CAUSE_KEYFRAME_WAIT, 70);
}

GST_END_TEST;

GST_START_TEST (silence_without_a_thread_before_it_has_its_name)
{
  wait_behind_jitterbuffer ();
  UP (1, UNWATCHED);
  add_received (GST_PROF_CAUSE_NETWORK_SILENT, 0, 70, 0);
  add_received (GST_PROF_CAUSE_UPSTREAM, 70, 100, 0);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_NETWORK_SILENT, 70);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 30);
}

GST_END_TEST;

GST_START_TEST (what_flows_is_followed_as_ever)
{
  wait_behind_jitterbuffer ();
  SEG_OF (2,.from = 0,.to = 40,.cause = GST_PROF_CAUSE_DISK,.blocked = TRUE);
  SEG_OF (2,.from = 40,.to = 100, WAIT_UP);
  add_received (GST_PROF_CAUSE_UPSTREAM, 0, 100, 0);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_DISK, 40);
  assert_cause (GST_PROF_CAUSE_UPSTREAM, 60);
}

GST_END_TEST;

GST_START_TEST (who_does_not_read_a_full_socket_is_the_receive_thread)
{
  wait_behind_jitterbuffer ();
  SEG_OF (2,.from = 0,.to = 20,.run = 20);
  SEG_OF (2,.from = 20,.to = 60,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE);
  SEG_OF (2,.from = 60,.to = 90,.cause = GST_PROF_CAUSE_BLOCKED_PAD,
      .blocked = TRUE);
  add_received (GST_PROF_CAUSE_NETWORK_SILENT, 0, 100, 30);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_RECEIVE_THREAD, 100);
  assert_equals_int (gst_prof_blame_get_largest (&blame)->doing,
      GST_PROF_CAUSE_SLEEP);
  assert_equals_int (time_of_thread (2), 100);
}

GST_END_TEST;

GST_START_TEST (who_sleeps_and_misses_nothing_just_sleeps)
{
  wait_behind_jitterbuffer ();
  SEG_OF (2,.from = 0,.to = 100,.cause = GST_PROF_CAUSE_SLEEP,.blocked = TRUE);
  add_received (GST_PROF_CAUSE_NETWORK_SILENT, 0, 100, 0);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_SLEEP, 100);
}

GST_END_TEST;

/* Nor is it the receive thread's doing when it is stopped. */
GST_START_TEST (who_gets_no_cpu_stays_that_at_a_full_socket)
{
  wait_behind_jitterbuffer ();
  SEG_OF (2,.from = 0,.to = 50,.frozen = 50,.cause = GST_PROF_CAUSE_UPSTREAM,
      .blocked = TRUE);
  SEG_OF (2,.from = 50,.to = 90,.pending = TRUE);
  SEG_OF (2,.from = 90,.to = 100,.run = 10,.delay = 40);
  add_received (GST_PROF_CAUSE_NETWORK_SILENT, 0, 100, 100);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_FROZEN, 50);
  assert_cause (GST_PROF_CAUSE_CPU_WAIT, 40);
  assert_cause (GST_PROF_CAUSE_RECEIVE_THREAD, 10);
}

GST_END_TEST;

GST_START_TEST (who_waits_at_a_socket_that_is_full_does_not_read_it)
{
  wait_behind_jitterbuffer ();
  SEG_OF (2,.from = 0,.to = 100, WAIT_UP);
  add_received (GST_PROF_CAUSE_NETWORK_SILENT, 0, 100, 51);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_RECEIVE_THREAD, 100);
}

GST_END_TEST;

GST_START_TEST (who_waits_at_a_socket_that_was_full_waits)
{
  wait_behind_jitterbuffer ();
  SEG_OF (2,.from = 0,.to = 100, WAIT_UP);
  add_received (GST_PROF_CAUSE_NETWORK_SILENT, 0, 100, 20);
  follow_it (0, 100);
  assert_cause (GST_PROF_CAUSE_NETWORK_SILENT, 100);
}

GST_END_TEST;

GST_START_TEST (only_work_is_whose_work_it_is)
{
  static const GstProfCause work[] = {
    GST_PROF_CAUSE_ON_CPU, GST_PROF_CAUSE_KERNEL, GST_PROF_CAUSE_HELPERS,
    GST_PROF_CAUSE_SLEEP, GST_PROF_CAUSE_LOCK,
  };
  guint n = 0;

  for (guint i = 0; i < GST_PROF_CAUSE_N; i++)
    n += gst_prof_blame_is_work (i);
  assert_equals_int (n, G_N_ELEMENTS (work));
  for (guint i = 0; i < G_N_ELEMENTS (work); i++)
    fail_unless (gst_prof_blame_is_work (work[i]));
}

GST_END_TEST;

/* A wait for a key frame is a short wait before each packet. */
GST_START_TEST (a_thousand_short_waits_are_all_split)
{
  g_clear_pointer (&histories[1], gst_prof_history_free);
  histories[1] = gst_prof_history_new (2048);
  jitterbuffer = 1;
  for (guint t = 0; t < 10000; t += 10) {
    SEG (.from = t,.to = t + 1,.run = 1);
    SEG (.from = t + 1,.to = t + 10, WAIT_UP);
  }
  add_received (GST_PROF_CAUSE_KEYFRAME_WAIT, 0, 10000, 0);
  follow_it (0, 10000);
  assert_cause (GST_PROF_CAUSE_KEYFRAME_WAIT, 9000);
  assert_cause (GST_PROF_CAUSE_ON_CPU, 1000);
}

GST_END_TEST;

/* All that can happen, by a fixed sequence of numbers: nothing is lost, and
 * nothing counts twice. */
GST_START_TEST (whatever_threads_did_the_sum_is_the_interval)
{
  GRand *rand = g_rand_new_with_seed (3);

  UP (1, 2, 3);
  DOWN (1, 4);
  UP (2, 3, 1);
  DOWN (3, 1, 2);
  UP (4, 1);
  jitterbuffer = 2;
  for (guint i = 0; i < 6; i++)
    add_received (GST_PROF_CAUSE_UPSTREAM + i * 2 % 9, i * 3000, i * 3000 + 3000,
        i * 500);
  for (guint i = 0; i < 300; i++) {
    for (guint thread = 1; thread <= 4; thread++) {
      guint n = g_rand_int_range (rand, 1, 60);

      SEG_OF (thread,.from = i * 60,.to = i * 60 + n,
          .run = g_rand_int_range (rand, 0, 70),
          .kernel = g_rand_int_range (rand, 0, 70),
          .delay = g_rand_int_range (rand, 0, 300),
          .throttled = g_rand_int_range (rand, 0, 400),
          .frozen = g_rand_int_range (rand, 0, 40),
          .starved = g_rand_int_range (rand, 0, 40),
          .suspended = g_rand_int_range (rand, 0, 40),
          .cause = g_rand_int_range (rand, 0, GST_PROF_CAUSE_N),
          .pending = g_rand_boolean (rand),.blocked = g_rand_boolean (rand),
          .reclaim = g_rand_boolean (rand),.point = g_rand_int_range (rand, 0,
              9));
    }
    for (guint length = 1; length <= 60 * (i + 1); length = length * 3 + 7) {
      guint from = g_rand_int_range (rand, 0, 60 * (i + 1) - length + 1);

      follow_it (from, from + length);
      blame_it (from, from + length, TRUE);
      gst_prof_blame_scale (&blame, 77 * MS);
      assert_conserved (77);
    }
  }
  g_rand_free (rand);
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
add_rules (TCase * tc)
{
  tcase_add_test (tc, no_history_is_all_unknown);
  tcase_add_test (tc,
      a_wait_for_the_clock_knows_whether_an_event_brought_it);
  tcase_add_test (tc, an_empty_history_is_all_unknown_even_live);
  tcase_add_test (tc, run_time_is_split_in_user_and_kernel);
  tcase_add_test (tc, run_time_at_an_edge_is_split_in_proportion);
  tcase_add_test (tc, kernel_time_while_memory_is_short_is_reclaim);
  tcase_add_test (tc, more_run_time_than_there_is_time_is_cut);
  tcase_add_test (tc, who_is_blocked_at_the_end_ran_first);
  tcase_add_test (tc, who_runs_at_the_end_was_blocked_first);
  tcase_add_test (tc, the_parts_of_an_interval_are_those_of_the_whole);
  tcase_add_test (tc, a_blocked_thread_is_in_what_it_is_blocked_in);
  tcase_add_test (tc, a_hole_in_the_history_is_unknown);
  tcase_add_test (tc, what_is_blocked_in_nobody_knows_what_is_unknown);
  tcase_add_test (tc, where_a_thread_was_for_no_known_reason_is_known);
  tcase_add_test (tc, half_of_what_is_unknown_is_no_place);
  tcase_add_test (tc, what_is_doubted_is_unknown_and_keeps_its_place);
  tcase_add_test (tc, who_runs_is_in_no_call);
  tcase_add_test (tc, a_delay_lies_before_the_segment_that_tells_it);
  tcase_add_test (tc, a_delay_told_after_the_interval_counts_in_it);
  tcase_add_test (tc, a_delay_inside_a_run_is_no_blocked_time);
  tcase_add_test (tc, a_delay_is_throttled_as_far_as_the_group_was);
  tcase_add_test (tc, throttled_time_is_limited_by_the_delay);
  tcase_add_test (tc, a_stopped_process_comes_before_what_the_thread_waits_for);
  tcase_add_test (tc, a_stopped_process_takes_no_run_time_away);
  tcase_add_test (tc, a_starved_process_is_cpu_wait);
  tcase_add_test (tc, a_process_starved_by_its_quota_is_throttled);
  tcase_add_test (tc, a_suspended_machine_comes_before_a_stopped_process);
  tcase_add_test (tc, what_the_host_took_is_steal_and_not_a_wait_for_the_cpu);
  tcase_add_test (tc, no_more_is_stolen_than_is_left);
  tcase_add_test (tc, a_delay_that_is_told_later_is_not_starved_as_well);
  tcase_add_test (tc, a_delay_is_not_starved_as_well);
  tcase_add_test (tc, a_page_fault_while_memory_is_short_is_reclaim);
  tcase_add_test (tc, ready_and_not_credited_is_cpu_wait_only_while_it_goes_on);
  tcase_add_test (tc, ready_within_the_exactness_of_the_clocks_is_cpu_wait);
  tcase_add_test (tc, the_time_since_the_last_look_is_like_it_while_it_goes_on);
  tcase_add_test (tc, who_ran_at_the_last_look_is_running);
  tcase_add_test (tc, a_look_long_ago_says_nothing_of_now);
  tcase_add_test (tc, a_mixed_frame_comes_out_as_thirds);
}

static void
add_sums (TCase * tc)
{
  tcase_add_test (tc, a_filter_counts_only_the_places_it_wants);
  tcase_add_test (tc, a_delay_counts_in_the_places_where_it_was_spent);
  tcase_add_test (tc, a_filter_that_wants_nothing_leaves_nothing);
  tcase_add_test (tc, scaling_keeps_the_proportions_and_the_sum);
  tcase_add_test (tc, scaling_from_nothing_is_all_unknown);
  tcase_add_test (tc, merging_adds_up_places_and_what_is_left);
  tcase_add_test (tc, more_places_than_fit_still_count_for_their_cause);
  tcase_add_test (tc, a_cause_for_which_there_is_no_place_stays_unknown);
  tcase_add_test (tc, the_largest_is_that_of_the_largest_cause);
  tcase_add_test (tc, nothing_is_largest_when_more_is_unknown);
}

static void
add_following (TCase * tc)
{
  tcase_add_test (tc, who_waits_for_a_source_waits_for_upstream);
  tcase_add_test (tc, upstream_is_what_the_feeder_did_meanwhile);
  tcase_add_test (tc, downstream_is_what_the_drain_did_meanwhile);
  tcase_add_test (tc, waits_are_followed_through_two_threads);
  tcase_add_test (tc, each_wait_is_followed_for_its_own_time);
  tcase_add_test (tc, a_wait_at_the_edge_is_followed_inside_only);
  tcase_add_test (tc, threads_that_wait_for_each_other_end);
  tcase_add_test (tc, three_threads_in_a_circle_end);
  tcase_add_test (tc, of_several_feeders_the_one_not_held_up_is_the_culprit);
  tcase_add_test (tc, a_feeder_that_is_not_watched_leaves_the_wait);
  tcase_add_test (tc, what_the_feeder_did_unseen_is_unknown);
  tcase_add_test (tc, where_the_feeder_was_for_no_known_reason_is_known);
  tcase_add_test (tc, a_thread_that_is_not_watched_is_all_unknown);
  tcase_add_test (tc, a_stopped_process_is_not_upstream);
  tcase_add_test (tc, a_filter_holds_for_the_first_thread_only);
  tcase_add_test (tc, a_long_row_of_threads_is_followed_only_so_far);
}

static void
add_jitterbuffer (TCase * tc)
{
  tcase_add_test (tc, what_the_packets_say_is_final);
  tcase_add_test (tc, silence_is_what_is_left_when_the_socket_was_waited_for);
  tcase_add_test (tc, silence_is_followed_through_the_queue_before);
  tcase_add_test (tc,
      a_busy_thread_before_the_jitterbuffer_takes_nothing_from_silence);
  tcase_add_test (tc, a_wait_behind_a_queue_is_followed_to_the_jitterbuffer);
  tcase_add_test (tc, silence_without_a_thread_before_it_has_its_name);
  tcase_add_test (tc, what_flows_is_followed_as_ever);
  tcase_add_test (tc, who_does_not_read_a_full_socket_is_the_receive_thread);
  tcase_add_test (tc, who_sleeps_and_misses_nothing_just_sleeps);
  tcase_add_test (tc, who_gets_no_cpu_stays_that_at_a_full_socket);
  tcase_add_test (tc, who_waits_at_a_socket_that_is_full_does_not_read_it);
  tcase_add_test (tc, who_waits_at_a_socket_that_was_full_waits);
  tcase_add_test (tc, only_work_is_whose_work_it_is);
  tcase_add_test (tc, a_thousand_short_waits_are_all_split);
  tcase_add_test (tc, whatever_threads_did_the_sum_is_the_interval);
}

static Suite *
blame_suite (void)
{
  Suite *s = suite_create ("blame");

  add_rules (new_case (s, "rules"));
  add_sums (new_case (s, "sums"));
  add_following (new_case (s, "following"));
  add_jitterbuffer (new_case (s, "jitterbuffer"));
  return s;
}

GST_CHECK_MAIN (blame);
