/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofring.h>

static void
push (GstProfRing * ring, guint64 bytes)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.bytes = bytes;
  fail_unless (gst_prof_ring_push (ring, &span));
}

static void
assert_pops (GstProfRing * ring, guint64 bytes)
{
  GstProfSpan span;

  fail_unless (gst_prof_ring_pop (ring, &span));
  assert_equals_uint64 (span.bytes, bytes);
  gst_prof_span_clear (&span);
}

GST_START_TEST (test_spans_come_out_in_order)
{
  g_autoptr (GstProfRing) ring = gst_prof_ring_new (4);
  GstProfSpan span;

  /* Three rounds through the cells. */
  for (guint64 i = 0; i < 12; i += 2) {
    push (ring, i);
    push (ring, i + 1);
    assert_pops (ring, i);
    assert_pops (ring, i + 1);
  }
  fail_if (gst_prof_ring_pop (ring, &span));
}

GST_END_TEST;

GST_START_TEST (test_full_ring_drops_the_newest_and_counts_it)
{
  g_autoptr (GstProfRing) ring = gst_prof_ring_new (4);
  GstProfSpan span = GST_PROF_SPAN_INIT;

  for (guint64 i = 0; i < 4; i++)
    push (ring, i);
  fail_if (gst_prof_ring_push (ring, &span));
  fail_if (gst_prof_ring_push (ring, &span));

  assert_equals_uint64 (gst_prof_ring_get_dropped (ring), 2);
  assert_equals_uint64 (gst_prof_ring_get_pushed (ring), 4);
  for (guint64 i = 0; i < 4; i++)
    assert_pops (ring, i);
  push (ring, 5);
  assert_pops (ring, 5);
}

GST_END_TEST;

GST_START_TEST (test_ring_keeps_the_strings_alive)
{
  g_autoptr (GstProfRing) ring = gst_prof_ring_new (2);
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.stage = g_ref_string_new ("encode");
  span.stream_id = g_ref_string_new ("stream");
  fail_unless (gst_prof_ring_push (ring, &span));
  gst_prof_span_clear (&span);

  fail_unless (gst_prof_ring_pop (ring, &span));
  assert_equals_string (span.stage, "encode");
  assert_equals_string (span.stream_id, "stream");
  gst_prof_span_clear (&span);
}

GST_END_TEST;

GST_START_TEST (test_freed_ring_gives_back_the_strings)
{
  GstProfRing *ring = gst_prof_ring_new (2);
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.stage = g_ref_string_new ("only-in-this-test");
  fail_unless (gst_prof_ring_push (ring, &span));
  gst_prof_ring_free (ring);
  /* The leak checker of the build sees it if not. */
  gst_prof_span_clear (&span);
}

GST_END_TEST;

#define N_THREADS 3
#define N_SPANS 20000

typedef struct
{
  GstProfRing *ring;
  guint64 thread;
  guint64 pushed;
} Producer;

static gpointer
produce (gpointer data)
{
  Producer *producer = data;
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.thread_id = producer->thread;
  for (guint64 i = 0; i < N_SPANS; i++) {
    span.bytes = i;
    span.enter = i * 3;
    if (gst_prof_ring_push (producer->ring, &span))
      producer->pushed++;
  }
  return NULL;
}

/* Small enough to be full often: what is in plus what was dropped is what was
 * pushed, each thread's spans stay in order, and none is torn. */
GST_START_TEST (test_nothing_is_lost_or_torn_between_threads)
{
  g_autoptr (GstProfRing) ring = gst_prof_ring_new (64);
  Producer producers[N_THREADS];
  GThread *threads[N_THREADS];
  guint64 popped[N_THREADS] = { 0 }, last[N_THREADS] = { 0 };
  guint64 all = 0, pushed = 0;
  GstProfSpan span;

  for (guint i = 0; i < N_THREADS; i++) {
    producers[i] = (Producer) { ring, i, 0 };
    threads[i] = g_thread_new ("producer", produce, &producers[i]);
  }

  while (all + gst_prof_ring_get_dropped (ring) < N_THREADS * N_SPANS) {
    if (!gst_prof_ring_pop (ring, &span)) {
      g_thread_yield ();
      continue;
    }
    all++;
    fail_unless (span.thread_id < N_THREADS);
    assert_equals_uint64 (span.enter, span.bytes * 3);
    if (popped[span.thread_id]++ > 0)
      fail_unless (span.bytes > last[span.thread_id]);
    last[span.thread_id] = span.bytes;
  }

  for (guint i = 0; i < N_THREADS; i++) {
    g_thread_join (threads[i]);
    assert_equals_uint64 (popped[i], producers[i].pushed);
    pushed += producers[i].pushed;
  }
  assert_equals_uint64 (pushed + gst_prof_ring_get_dropped (ring),
      N_THREADS * N_SPANS);
  assert_equals_uint64 (gst_prof_ring_get_pushed (ring), pushed);
  fail_if (gst_prof_ring_pop (ring, &span));
}

GST_END_TEST;

static Suite *
ring_suite (void)
{
  Suite *s = suite_create ("ring");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_spans_come_out_in_order);
  tcase_add_test (tc, test_full_ring_drops_the_newest_and_counts_it);
  tcase_add_test (tc, test_ring_keeps_the_strings_alive);
  tcase_add_test (tc, test_freed_ring_gives_back_the_strings);
  tcase_add_test (tc, test_nothing_is_lost_or_torn_between_threads);
  return s;
}

GST_CHECK_MAIN (ring);
