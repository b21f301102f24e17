/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include "../../plugins/gstprofhub.h"

#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  GstProfHubMember *member;
  _Atomic guint ticks;
  _Atomic gboolean hold;        /* a tick is not to end */
  _Atomic gboolean held;
  _Atomic gboolean gone;        /* no tick may come any more */
  _Atomic gboolean leaves;      /* on its own tick */
} Guest;

static _Atomic guint late_ticks;
static _Atomic guint requests;

static void
tick (const GstProfActivities * threads, GstClockTime now, gpointer user_data)
{
  Guest *guest = user_data;

  fail_unless (threads != NULL);
  if (guest->gone)
    late_ticks++;
  guest->ticks++;
  while (guest->hold) {
    guest->held = TRUE;
    g_usleep (500);
  }
  if (guest->leaves) {
    gst_prof_hub_leave (guest->member);
    guest->gone = TRUE;
  }
}

static void
join (Guest * guest)
{
  guest->member = gst_prof_hub_join (tick, guest);
}

static void
leave (Guest * guest)
{
  gst_prof_hub_leave (guest->member);
  guest->gone = TRUE;
}

static void
wait_for (_Atomic guint * number, guint value)
{
  while (atomic_load (number) < value)
    g_usleep (500);
}

static void
wait_until (_Atomic gboolean * flag)
{
  while (!atomic_load (flag))
    g_usleep (500);
}

GST_START_TEST (test_members_are_ticked_until_they_leave)
{
  Guest a = { 0 }, b = { 0 };

  join (&a);
  join (&b);
  wait_for (&a.ticks, 2);
  wait_for (&b.ticks, 2);
  leave (&a);
  wait_for (&b.ticks, b.ticks + 3);
  leave (&b);
  assert_equals_int (late_ticks, 0);
}

GST_END_TEST;

GST_START_TEST (test_an_empty_hub_wakes_for_a_new_member)
{
  for (guint i = 0; i < 20; i++) {
    Guest guest = { 0 };

    join (&guest);
    wait_for (&guest.ticks, 1);
    leave (&guest);
  }
}

GST_END_TEST;

GST_START_TEST (test_who_leaves_does_not_wait_for_the_ticks_of_others)
{
  Guest slow = {.hold = TRUE }, other = { 0 };

  join (&slow);
  join (&other);
  wait_until (&slow.held);
  leave (&other);
  fail_unless (slow.hold);
  slow.hold = FALSE;
  leave (&slow);
}

GST_END_TEST;

static gpointer
release_soon (gpointer data)
{
  Guest *guest = data;

  g_usleep (20000);
  guest->hold = FALSE;
  return NULL;
}

GST_START_TEST (test_who_leaves_waits_for_his_own_tick)
{
  Guest guest = {.hold = TRUE };
  GThread *thread;

  join (&guest);
  wait_until (&guest.held);
  thread = g_thread_new ("release", release_soon, &guest);
  leave (&guest);
  fail_if (guest.hold);
  g_thread_join (thread);
}

GST_END_TEST;

GST_START_TEST (test_a_member_may_leave_on_its_own_tick)
{
  Guest guest = { 0 }, other = { 0 };

  join (&guest);
  join (&other);
  guest.leaves = TRUE;
  wait_until (&guest.gone);
  wait_for (&other.ticks, other.ticks + 3);
  leave (&other);
  assert_equals_int (late_ticks, 0);
}

GST_END_TEST;

static void
count (gpointer member_data, gpointer user_data)
{
  ++*(guint *) user_data;
}

GST_START_TEST (test_a_visit_does_not_wait_for_who_hangs)
{
  Guest slow = {.hold = TRUE }, other = { 0 };
  guint visited = 0;

  join (&slow);
  wait_until (&slow.held);
  join (&other);
  assert_equals_int (gst_prof_hub_visit (count, &visited, 50 * GST_MSECOND), 1);
  assert_equals_int (visited, 1);
  slow.hold = FALSE;
  assert_equals_int (gst_prof_hub_visit (count, &visited, 10 * GST_SECOND), 0);
  assert_equals_int (visited, 3);
  leave (&slow);
  leave (&other);
}

GST_END_TEST;

static void
note_request (void)
{
  requests++;
}

GST_START_TEST (test_a_request_is_answered_by_the_thread)
{
  Guest guest = { 0 };

  gst_prof_hub_set_request_func (note_request);
  join (&guest);
  fail_unless (gst_prof_hub_request ());
  wait_for (&requests, 1);
  leave (&guest);
  /* With nobody to tick as well. */
  fail_unless (gst_prof_hub_request ());
  wait_for (&requests, 2);
}

GST_END_TEST;

static gpointer
come_and_go (gpointer data)
{
  for (guint i = 0; i < 20; i++) {
    Guest guest = { 0 };

    join (&guest);
    if (i % 4 == 0)
      wait_for (&guest.ticks, 1);
    leave (&guest);
  }
  return NULL;
}

GST_START_TEST (test_many_come_and_go_at_once)
{
  GThread *threads[50];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("guest", come_and_go, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  assert_equals_int (late_ticks, 0);
}

GST_END_TEST;

GST_START_TEST (test_a_child_has_a_hub_of_its_own)
{
  Guest guest = { 0 };
  guint visited = 0;
  int status = -1;
  pid_t child;

  gst_prof_hub_set_request_func (note_request);
  join (&guest);
  wait_for (&guest.ticks, 1);
  child = fork ();
  if (child == 0) {
    Guest own = { 0 };

    /* Neither the parent's member nor its thread are to be asked. */
    if (gst_prof_hub_request () || gst_prof_hub_visit (count, &visited, 0) != 0
        || visited != 0)
      _exit (1);
    join (&own);
    wait_for (&own.ticks, 2);
    leave (&own);
    _exit (own.ticks >= 2 && guest.gone == FALSE ? 7 : 2);
  }
  assert_equals_int (waitpid (child, &status, 0), child);
  fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 7, "status %d",
      status);
  wait_for (&guest.ticks, guest.ticks + 2);
  leave (&guest);
}

GST_END_TEST;

GST_START_TEST (test_what_is_stopped_ticks_no_more)
{
  Guest guest = { 0 };

  join (&guest);
  wait_for (&guest.ticks, 1);
  gst_prof_hub_stop (10 * GST_SECOND);
  guest.gone = TRUE;
  g_usleep (60000);
  assert_equals_int (late_ticks, 0);
  gst_prof_hub_leave (guest.member);
}

GST_END_TEST;

static Suite *
hub_suite (void)
{
  Suite *s = suite_create ("hub");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_members_are_ticked_until_they_leave);
  tcase_add_test (tc, test_an_empty_hub_wakes_for_a_new_member);
  tcase_add_test (tc, test_who_leaves_does_not_wait_for_the_ticks_of_others);
  tcase_add_test (tc, test_who_leaves_waits_for_his_own_tick);
  tcase_add_test (tc, test_a_member_may_leave_on_its_own_tick);
  tcase_add_test (tc, test_a_visit_does_not_wait_for_who_hangs);
  tcase_add_test (tc, test_a_request_is_answered_by_the_thread);
  tcase_add_test (tc, test_many_come_and_go_at_once);
  tcase_add_test (tc, test_a_child_has_a_hub_of_its_own);
  tcase_add_test (tc, test_what_is_stopped_ticks_no_more);
  return s;
}

GST_CHECK_MAIN (hub);
