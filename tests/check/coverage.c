/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is known of a pipeline: who feeds and drains whom, what elements and pads
 * there are while they come and go, and that the pipeline is left as it was.
 * Small real pipelines; which thread passed a pad is told by a probe of the
 * test's own.
 */

#include <gst/check/gstcheck.h>

#include <gst/base/base.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gst/prof/gstprofbracket.h>
#include <gst/prof/gstprofcoverage.h>

#include "check-skip.h"

#define MAX_IDS 8

static GstElement *pipeline;
static GstProfCoverage *coverage;

static GstElement *
parse (const gchar * description)
{
  GError *error = NULL;
  GstElement *element = gst_parse_launch (description, &error);

  fail_unless (element != NULL && error == NULL, "%s",
      error ? error->message : "");
  return element;
}

static GstElement *
get (const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  fail_unless (element != NULL, "%s", name);
  /* The pipeline has it. */
  gst_object_unref (element);
  return element;
}

static GstPad *
get_pad (const gchar * name, const gchar * pad_name)
{
  GstPad *pad = gst_element_get_static_pad (get (name), pad_name);

  fail_unless (pad != NULL, "%s:%s", name, pad_name);
  gst_object_unref (pad);
  return pad;
}

/* The point of a pad, whether or not it is covered. */
static guint
point_of_pad (GstPad * pad)
{
  GstProfBracket *bracket = gst_prof_bracket_add (pad);
  guint id = gst_prof_bracket_get_point (bracket)->id;

  gst_prof_bracket_remove (bracket);
  return id;
}

static guint
point_of (const gchar * name, const gchar * pad_name)
{
  return point_of_pad (get_pad (name, pad_name));
}

static GstPadProbeReturn
note_thread (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_object_set_data (G_OBJECT (pad), "thread",
      GSIZE_TO_POINTER (syscall (SYS_gettid)));
  return GST_PAD_PROBE_OK;
}

static guint64
thread_of (const gchar * name, const gchar * pad_name)
{
  guint64 id = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (get_pad (name,
                  pad_name)), "thread"));

  fail_unless (id != 0, "nothing came to %s:%s", name, pad_name);
  return id;
}

static void
watch_sink_pads (GstElement * element)
{
  for (GList * l = element->sinkpads; l != NULL; l = l->next)
    gst_pad_add_probe (l->data, GST_PAD_PROBE_TYPE_BUFFER, note_thread, NULL,
        NULL);
}

static void
watch_all (void)
{
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (pipeline));
  GValue item = G_VALUE_INIT;

  while (gst_iterator_next (elements, &item) == GST_ITERATOR_OK) {
    watch_sink_pads (g_value_get_object (&item));
    g_value_reset (&item);
  }
  g_value_unset (&item);
  gst_iterator_free (elements);
}

static void
cover (const gchar * description)
{
  pipeline = parse (description);
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
}

static gboolean
is_asleep (const gchar * thread_id)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%s/stat",
      thread_id);
  g_autofree gchar *text = NULL;
  const gchar *end;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return TRUE;
  end = strrchr (text, ')');
  return end != NULL && g_str_has_prefix (end, ") S");
}

static gboolean
are_others_asleep (void)
{
  g_autofree gchar *own = g_strdup_printf ("%d", (gint) syscall (SYS_gettid));
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  gboolean asleep = TRUE;
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    asleep = asleep && (g_str_equal (name, own) || is_asleep (name));
  g_dir_close (dir);
  return asleep;
}

/* A thread that is not yet through with its last turn may have something locked,
 * and what is locked is looked at the next time only. */
static void
wait_until_others_sleep (void)
{
  while (!are_others_asleep ())
    g_usleep (1000);
}

/* Until the end of the stream; the tasks are still there then. */
static void
run (void)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  watch_all ();
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_object_unref (bus);
  wait_until_others_sleep ();
  gst_prof_coverage_refresh (coverage);
}

/* GStreamer's own thread that carried an asynchronous state change on may hold a
 * reference for a moment longer. */
static void
wait_for_other_references (gpointer object)
{
  gint64 end = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;

  while (GST_OBJECT_REFCOUNT_VALUE (object) > 1
      && g_get_monotonic_time () < end)
    g_thread_yield ();
}

static void
end (void)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_prof_coverage_stop (coverage);
  gst_prof_coverage_unref (coverage);
  wait_for_other_references (pipeline);
  ASSERT_OBJECT_REFCOUNT (pipeline, "pipeline", 1);
  gst_object_unref (pipeline);
}

/* Ends with 0. */
static void
assert_ids (const guint64 * ids, guint n, const guint64 * expected)
{
  guint n_expected = 0;

  while (expected[n_expected] != 0) {
    gboolean found = FALSE;

    for (guint i = 0; i < n; i++)
      found |= ids[i] == expected[n_expected];
    fail_unless (found, "%u is missing", (guint) expected[n_expected]);
    n_expected++;
  }
  assert_equals_int (n, n_expected);
}

static void
assert_feeders (guint home, const guint64 * expected)
{
  guint64 ids[MAX_IDS];
  guint n;

  gst_prof_coverage_lock (coverage);
  n = gst_prof_coverage_get_feeders (coverage, home, ids, MAX_IDS);
  gst_prof_coverage_unlock (coverage);
  assert_ids (ids, n, expected);
}

static void
assert_siblings (guint point, const guint64 * expected)
{
  guint64 ids[MAX_IDS];
  guint n;

  gst_prof_coverage_lock (coverage);
  n = gst_prof_coverage_get_siblings (coverage, point, ids, MAX_IDS);
  gst_prof_coverage_unlock (coverage);
  assert_ids (ids, n, expected);
}

static void
assert_drains (guint point, const guint64 * expected)
{
  guint homes[MAX_IDS];
  guint64 ids[MAX_IDS];
  guint n;

  gst_prof_coverage_lock (coverage);
  n = gst_prof_coverage_get_drains (coverage, point, homes, MAX_IDS);
  gst_prof_coverage_unlock (coverage);
  for (guint i = 0; i < n; i++)
    ids[i] = homes[i];
  assert_ids (ids, n, expected);
}

#define IDS(...) ((const guint64[]) { __VA_ARGS__, 0 })
#define NOBODY ((const guint64[]) { 0 })

static void
assert_task_name (guint home, const gchar * name)
{
  gst_prof_coverage_lock (coverage);
  assert_equals_string (gst_prof_coverage_get_task_name (coverage, home),
      name);
  gst_prof_coverage_unlock (coverage);
}

static GstProfPlace
describe (guint point, guint home, gconstpointer address)
{
  GstProfPlace place;

  gst_prof_coverage_lock (coverage);
  gst_prof_coverage_describe (coverage, point, home,
      (guint64) (guintptr) address, &place);
  gst_prof_coverage_unlock (coverage);
  return place;
}

static gboolean
has (guint point)
{
  gboolean found;

  gst_prof_coverage_lock (coverage);
  found = gst_prof_coverage_has (coverage, point);
  gst_prof_coverage_unlock (coverage);
  return found;
}

/* --- who feeds whom --- */

#define SOURCE "fakesrc num-buffers=20 sizetype=fixed name="

GST_START_TEST (a_queue_is_fed_and_drained)
{
  cover (SOURCE "a ! queue name=q ! fakesink name=s");
  run ();
  fail_unless (thread_of ("q", "sink") != thread_of ("s", "sink"));
  assert_feeders (point_of ("s", "sink"), IDS (thread_of ("q", "sink")));
  assert_feeders (point_of ("q", "sink"), NOBODY);
  assert_drains (point_of ("q", "sink"), IDS (point_of ("s", "sink")));
  assert_drains (point_of ("s", "sink"), NOBODY);
  assert_task_name (point_of ("s", "sink"), "q:src");
  assert_task_name (point_of ("q", "sink"), "a:src");
  end ();
}

GST_END_TEST;

GST_START_TEST (each_queue_of_a_row_has_its_own)
{
  cover (SOURCE "a ! queue name=q ! queue2 name=r ! identity name=i ! "
      "fakesink name=s");
  run ();
  assert_feeders (point_of ("i", "sink"), IDS (thread_of ("r", "sink")));
  assert_feeders (point_of ("r", "sink"), IDS (thread_of ("q", "sink")));
  assert_drains (point_of ("q", "sink"), IDS (point_of ("r", "sink")));
  assert_drains (point_of ("r", "sink"), IDS (point_of ("i", "sink")));
  end ();
}

GST_END_TEST;

GST_START_TEST (streams_of_a_multiqueue_do_not_mix)
{
  cover ("multiqueue name=m " SOURCE "a ! m.sink_0 " SOURCE "b ! m.sink_1 "
      "m.src_0 ! fakesink name=s m.src_1 ! fakesink name=t");
  run ();
  assert_feeders (point_of ("s", "sink"), IDS (thread_of ("m", "sink_0")));
  assert_feeders (point_of ("t", "sink"), IDS (thread_of ("m", "sink_1")));
  assert_drains (point_of ("m", "sink_0"), IDS (point_of ("s", "sink")));
  assert_drains (point_of ("m", "sink_1"), IDS (point_of ("t", "sink")));
  end ();
}

GST_END_TEST;

GST_START_TEST (branches_of_a_tee_are_fed_by_one)
{
  cover (SOURCE "a ! tee name=t ! queue name=q ! fakesink name=s "
      "t. ! queue name=r ! fakesink name=u");
  run ();
  assert_equals_uint64 (thread_of ("q", "sink"), thread_of ("t", "sink"));
  assert_feeders (point_of ("s", "sink"), IDS (thread_of ("t", "sink")));
  assert_feeders (point_of ("u", "sink"), IDS (thread_of ("t", "sink")));
  assert_drains (point_of ("q", "sink"), IDS (point_of ("s", "sink")));
  assert_drains (point_of ("r", "sink"), IDS (point_of ("u", "sink")));
  end ();
}

GST_END_TEST;

GST_START_TEST (pads_of_what_joins_are_siblings)
{
  cover ("funnel name=f ! fakesink name=s " SOURCE "a ! f.sink_0 " SOURCE
      "b ! f.sink_1 " SOURCE "c ! f.sink_2");
  run ();
  fail_unless (describe (point_of ("f", "sink_0"), 0, NULL).joins);
  fail_if (describe (point_of ("f", "sink_0"), 0, NULL).hands_over);
  fail_if (describe (point_of ("s", "sink"), 0, NULL).joins);
  assert_siblings (point_of ("f", "sink_1"),
      IDS (thread_of ("f", "sink_0"), thread_of ("f", "sink_2")));
  assert_siblings (point_of ("s", "sink"), NOBODY);
  end ();
}

GST_END_TEST;

GST_START_TEST (an_aggregator_is_fed_by_all_its_pads)
{
  GST_PROF_CHECK_NEED ("compositor");
  cover ("compositor name=c ! fakesink name=s "
      "videotestsrc num-buffers=5 ! video/x-raw,width=16,height=16 ! c.sink_0 "
      "videotestsrc num-buffers=5 ! video/x-raw,width=16,height=16 ! c.sink_1");
  run ();
  fail_unless (describe (point_of ("c", "sink_0"), 0, NULL).hands_over);
  fail_unless (describe (point_of ("c", "sink_0"), 0, NULL).joins);
  assert_feeders (point_of ("s", "sink"),
      IDS (thread_of ("c", "sink_0"), thread_of ("c", "sink_1")));
  assert_drains (point_of ("c", "sink_0"), IDS (point_of ("s", "sink")));
  assert_drains (point_of ("c", "sink_1"), IDS (point_of ("s", "sink")));
  end ();
}

GST_END_TEST;

static GstElement *
new_bin (const gchar * name, const gchar * description)
{
  GstElement *bin = gst_parse_bin_from_description (description, TRUE, NULL);

  fail_unless (bin != NULL);
  gst_object_set_name (GST_OBJECT (bin), name);
  return bin;
}

GST_START_TEST (ghost_pads_are_seen_through)
{
  GstElement *outer = new_bin ("outer", "identity name=i");
  GstElement *inner = new_bin ("inner", "queue name=q");
  GstPad *pad;

  /* The queue's bin inside of another one, before the identity. */
  gst_bin_add (GST_BIN (outer), inner);
  pipeline = gst_pipeline_new (NULL);
  gst_bin_add (GST_BIN (pipeline), outer);
  gst_bin_add_many (GST_BIN (pipeline),
      gst_parse_bin_from_description (SOURCE "a", TRUE, NULL),
      gst_element_factory_make ("fakesink", "s"), NULL);
  pad = gst_element_get_static_pad (inner, "sink");
  fail_unless (gst_ghost_pad_set_target (GST_GHOST_PAD (get_pad ("outer",
                  "sink")), pad));
  gst_object_unref (pad);
  fail_unless (gst_element_link (inner, get ("i")));
  fail_unless (gst_element_link_many (GST_ELEMENT (GST_OBJECT_PARENT (get
                  ("a"))), outer, get ("s"), NULL));

  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  run ();
  assert_feeders (point_of ("i", "sink"), IDS (thread_of ("q", "sink")));
  assert_drains (point_of ("q", "sink"), IDS (point_of ("i", "sink")));
  assert_task_name (point_of ("i", "sink"), "q:src");
  assert_task_name (point_of ("q", "sink"), "a:src");
  assert_task_name (point_of ("s", "sink"), "i:src");
  end ();
}

GST_END_TEST;

GST_START_TEST (new_links_are_known_after_a_refresh)
{
  cover (SOURCE "a ! queue name=q ! fakesink name=s identity name=i");
  assert_task_name (point_of ("s", "sink"), "q:src");
  gst_element_unlink (get ("q"), get ("s"));
  fail_unless (gst_element_link_many (get ("q"), get ("i"), get ("s"), NULL));
  gst_prof_coverage_refresh (coverage);
  assert_task_name (point_of ("s", "sink"), "i:src");
  assert_drains (point_of ("q", "sink"), IDS (point_of ("i", "sink")));

  gst_element_unlink (get ("q"), get ("i"));
  gst_prof_coverage_refresh (coverage);
  assert_task_name (point_of ("i", "sink"), NULL);
  assert_drains (point_of ("q", "sink"), NOBODY);
  end ();
}

GST_END_TEST;

/* --- where a thread is --- */

GST_START_TEST (an_element_is_known_by_its_point)
{
  GstProfPlace place;

  cover (SOURCE "a ! queue name=q ! identity name=i ! fakesink name=s");
  run ();
  gst_prof_coverage_lock (coverage);
  assert_equals_string (gst_prof_coverage_get_name (coverage,
          point_of ("i", "sink")), "i");
  fail_unless (gst_prof_coverage_get_name (coverage, 0) == NULL);
  fail_unless (gst_prof_coverage_get_name (coverage, G_MAXUINT) == NULL);
  gst_prof_coverage_unlock (coverage);

  place = describe (point_of ("q", "sink"), 0, NULL);
  fail_unless (place.inside && place.hands_over && !place.is_sink
      && !place.is_source && !place.joins);
  place = describe (point_of ("i", "sink"), 0, NULL);
  fail_unless (place.inside && !place.hands_over && !place.is_sink
      && !place.is_source);
  place = describe (point_of ("s", "sink"), 0, NULL);
  fail_unless (place.inside && place.is_sink && !place.is_source);
  end ();
}

GST_END_TEST;

GST_START_TEST (outside_of_all_a_thread_is_with_whose_task_it_is)
{
  GstProfPlace place;

  cover (SOURCE "a ! queue name=q ! fakesink name=s");
  run ();
  place = describe (0, point_of ("q", "sink"), get ("a"));
  fail_unless (!place.inside && place.is_source && !place.is_sink);
  assert_equals_int (place.object, GST_PROF_WAIT_ELEMENT);
  place = describe (0, point_of ("s", "sink"), get ("q"));
  fail_unless (!place.inside && place.hands_over && !place.is_sink);
  assert_equals_int (place.object, GST_PROF_WAIT_ELEMENT);
  place = describe (0, 0, get ("q"));
  fail_unless (!place.inside && !place.hands_over);
  assert_equals_int (place.object, GST_PROF_WAIT_UNKNOWN);
  end ();
}

GST_END_TEST;

static void
assert_object (guint point, gconstpointer address, GstProfWaitObject object)
{
  assert_equals_int (describe (point, 0, address).object, object);
}

GST_START_TEST (an_address_is_known_by_the_object_that_it_is_in)
{
  GstBaseSink *sink;
  gchar *queue, entry[64];
  GTypeQuery query;

  cover (SOURCE "a ! queue name=q ! fakesink name=s");
  sink = GST_BASE_SINK (get ("s"));
  queue = (gchar *) get ("q");
  g_type_query (G_OBJECT_TYPE (queue), &query);
  assert_object (point_of ("q", "sink"), queue, GST_PROF_WAIT_ELEMENT);
  assert_object (point_of ("q", "sink"), queue + query.instance_size - 1,
      GST_PROF_WAIT_ELEMENT);
  assert_object (point_of ("q", "sink"), queue + query.instance_size,
      GST_PROF_WAIT_UNKNOWN);
  assert_object (point_of ("q", "sink"), queue - 1, GST_PROF_WAIT_UNKNOWN);
  assert_object (point_of ("q", "sink"), NULL, GST_PROF_WAIT_UNKNOWN);
  /* It is in the queue, but waits in another element. */
  assert_object (point_of ("q", "sink"), sink, GST_PROF_WAIT_UNKNOWN);

  assert_object (point_of ("s", "sink"), &sink->preroll_cond,
      GST_PROF_WAIT_PREROLL);
  assert_object (point_of ("s", "sink"), entry, GST_PROF_WAIT_UNKNOWN);
  sink->clock_id = entry;
  assert_object (point_of ("s", "sink"), entry + 40, GST_PROF_WAIT_CLOCK);
  sink->clock_id = NULL;

  assert_object (point_of ("q", "sink"),
      &get_pad ("a", "src")->block_cond, GST_PROF_WAIT_PAD);
  end ();
}

GST_END_TEST;

GST_START_TEST (private_data_lies_in_front_of_some)
{
  GST_PROF_CHECK_NEED ("appsrc");
  cover ("appsrc name=a ! fakesink name=s");
  assert_equals_int (describe (0, point_of ("s", "sink"),
          (gchar *) get ("a") - 64).object, GST_PROF_WAIT_ELEMENT);
  end ();
}

GST_END_TEST;

/* --- stages --- */

static GstProfPoint *
make_stage (GstElement * bin, const gchar * name)
{
  GstProfPoint *point = gst_prof_point_new (name);

  atomic_store (&point->stage, g_quark_from_string (name));
  gst_prof_coverage_set_point (bin, point);
  return point;
}

GST_START_TEST (what_lies_in_a_stage_belongs_to_it)
{
  GstElement *bin = new_bin ("bin", "identity name=i");
  GstProfPoint *stage = make_stage (bin, "encode");
  GQuark quark = g_quark_from_string ("encode");

  pipeline = parse (SOURCE "a ! fakesink name=s");
  gst_bin_add (GST_BIN (pipeline), bin);
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  fail_unless (has (stage->id));
  gst_prof_coverage_lock (coverage);
  assert_equals_string (gst_prof_coverage_get_name (coverage, stage->id),
      "bin");
  assert_equals_int (gst_prof_coverage_get_own_stage (coverage, stage->id),
      quark);
  fail_unless (gst_prof_coverage_is_in_stage (coverage, stage->id, quark));
  fail_unless (gst_prof_coverage_is_in_stage (coverage,
          point_of ("i", "sink"), quark));
  fail_if (gst_prof_coverage_is_in_stage (coverage, point_of ("s", "sink"),
          quark));
  fail_if (gst_prof_coverage_is_in_stage (coverage, 0, quark));
  assert_equals_int (gst_prof_coverage_get_own_stage (coverage,
          point_of ("i", "sink")), 0);
  gst_prof_coverage_unlock (coverage);
  end ();
  gst_prof_point_unref (stage);
}

GST_END_TEST;

static gboolean
is_that (gconstpointer element, gpointer user_data)
{
  return element == user_data;
}

static gboolean
is_in (guint point, gpointer element)
{
  return gst_prof_coverage_is_in_any (coverage, point, is_that, element);
}

GST_START_TEST (an_element_is_in_all_its_bins)
{
  GstElement *outer = new_bin ("outer", "identity name=i");
  GstElement *inner = new_bin ("inner", "identity name=j");

  pipeline = parse (SOURCE "a ! fakesink name=s");
  gst_bin_add (GST_BIN (pipeline), outer);
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  /* Later than the element in it was covered */
  gst_bin_add (GST_BIN (outer), inner);
  gst_prof_coverage_refresh (coverage);
  gst_prof_coverage_lock (coverage);
  fail_unless (is_in (point_of ("j", "sink"), get ("j")));
  fail_unless (is_in (point_of ("j", "sink"), inner));
  fail_unless (is_in (point_of ("j", "sink"), outer));
  fail_unless (is_in (point_of ("j", "sink"), pipeline));
  fail_unless (is_in (point_of ("i", "sink"), outer));
  fail_if (is_in (point_of ("i", "sink"), inner));
  fail_if (is_in (point_of ("s", "sink"), outer));
  fail_if (is_in (0, outer));
  fail_if (is_in (G_MAXUINT, outer));
  gst_prof_coverage_unlock (coverage);
  end ();
}

GST_END_TEST;

GST_START_TEST (a_task_is_known_by_its_element)
{
  cover (SOURCE "a ! queue name=q ! identity name=i ! fakesink name=s");
  run ();
  gst_prof_coverage_lock (coverage);
  fail_unless (gst_prof_coverage_get_task_element (coverage,
          point_of ("i", "sink")) == get ("q"));
  fail_unless (gst_prof_coverage_get_task_element (coverage, 0) == NULL);
  gst_prof_coverage_unlock (coverage);
  end ();
}

GST_END_TEST;

GST_START_TEST (a_stage_inside_of_another_is_the_inner_one)
{
  GstElement *outer = new_bin ("outer", "identity name=o");
  GstElement *inner = new_bin ("inner", "identity name=i");
  GstProfPoint *write = make_stage (outer, "write");
  GstProfPoint *mux = make_stage (inner, "mux");

  gst_bin_add (GST_BIN (outer), inner);
  pipeline = parse (SOURCE "a ! fakesink name=s");
  gst_bin_add (GST_BIN (pipeline), outer);
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  gst_prof_coverage_lock (coverage);
  fail_unless (gst_prof_coverage_is_in_stage (coverage,
          point_of ("o", "sink"), g_quark_from_string ("write")));
  fail_unless (gst_prof_coverage_is_in_stage (coverage,
          point_of ("i", "sink"), g_quark_from_string ("mux")));
  fail_if (gst_prof_coverage_is_in_stage (coverage, point_of ("i", "sink"),
          g_quark_from_string ("write")));
  gst_prof_coverage_unlock (coverage);
  end ();
  gst_prof_point_unref (write);
  gst_prof_point_unref (mux);
}

GST_END_TEST;

GST_START_TEST (who_entered_a_stage_last_is_known_with_the_time)
{
  GstElement *bin = new_bin ("bin", "identity name=i");
  GstProfPoint *stage = make_stage (bin, "encode");
  GQuark quark = g_quark_from_string ("encode");
  guint64 own = syscall (SYS_gettid);
  GstClockTime entered = 5;

  pipeline = parse (SOURCE "a ! fakesink name=s");
  gst_bin_add (GST_BIN (pipeline), bin);
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  gst_prof_coverage_lock (coverage);
  fail_if (gst_prof_coverage_get_entered (coverage, quark, own, &entered));
  assert_equals_uint64 (entered, 5);
  gst_prof_activity_enter (gst_prof_activity_get (), stage, 777);
  gst_prof_activity_leave (gst_prof_activity_get (), 778);
  fail_unless (gst_prof_coverage_get_entered (coverage, quark, own,
          &entered));
  assert_equals_uint64 (entered, 777);
  fail_if (gst_prof_coverage_get_entered (coverage, quark, own + 1,
          &entered));
  fail_if (gst_prof_coverage_get_entered (coverage,
          g_quark_from_string ("write"), own, &entered));
  gst_prof_coverage_unlock (coverage);
  end ();
  gst_prof_point_unref (stage);
}

GST_END_TEST;

/* --- what comes and goes --- */

GST_START_TEST (an_element_added_later_is_covered_until_it_is_removed)
{
  GstElement *identity = gst_element_factory_make ("identity", NULL);
  GstPad *pad = gst_element_get_static_pad (identity, "sink");
  GstPadChainFunction before = GST_PAD_CHAINFUNC (pad);
  guint point = point_of_pad (pad);

  gst_object_ref_sink (identity);
  cover (SOURCE "a ! fakesink name=s");
  fail_if (has (point));
  gst_bin_add (GST_BIN (pipeline), identity);
  fail_unless (has (point));
  fail_if (GST_PAD_CHAINFUNC (pad) == before);
  gst_bin_remove (GST_BIN (pipeline), identity);
  fail_if (has (point));
  fail_unless (GST_PAD_CHAINFUNC (pad) == before);
  ASSERT_OBJECT_REFCOUNT (identity, "identity", 1);
  gst_object_unref (pad);
  gst_object_unref (identity);
  end ();
}

GST_END_TEST;

GST_START_TEST (a_bin_added_later_is_covered_with_all_that_is_in_it)
{
  GstElement *bin = gst_object_ref_sink (new_bin ("bin", "identity name=i"));
  guint point;

  cover (SOURCE "a ! fakesink name=s");
  gst_bin_add (GST_BIN (pipeline), bin);
  point = point_of ("i", "sink");
  fail_unless (has (point));
  gst_bin_remove (GST_BIN (pipeline), bin);
  fail_if (has (point));
  ASSERT_OBJECT_REFCOUNT (bin, "bin", 1);
  gst_object_unref (bin);
  end ();
}

GST_END_TEST;

GST_START_TEST (what_is_added_to_a_bin_inside_is_covered)
{
  GstElement *bin = new_bin ("bin", "identity name=i");
  guint point;

  pipeline = parse (SOURCE "a ! fakesink name=s");
  gst_bin_add (GST_BIN (pipeline), bin);
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  gst_bin_add (GST_BIN (bin), gst_element_factory_make ("identity", "late"));
  point = point_of ("late", "sink");
  fail_unless (has (point));
  gst_bin_remove (GST_BIN (bin), get ("late"));
  fail_if (has (point));
  end ();
}

GST_END_TEST;

GST_START_TEST (pads_that_come_and_go_are_covered_meanwhile)
{
  GstPad *pad;
  guint point;

  cover ("funnel name=f ! fakesink name=s");
  pad = gst_element_request_pad_simple (get ("f"), "sink_%u");
  point = point_of_pad (pad);
  fail_unless (has (point));
  gst_element_release_request_pad (get ("f"), pad);
  fail_if (has (point));
  ASSERT_OBJECT_REFCOUNT (pad, "pad", 1);
  gst_object_unref (pad);
  end ();
}

GST_END_TEST;

GST_START_TEST (a_pad_that_takes_nothing_in_is_no_point)
{
  cover (SOURCE "a ! queue name=q ! identity name=i ! fakesink name=s");
  fail_if (has (point_of ("q", "src")));
  fail_unless (has (point_of ("q", "sink")));
  /* This one can be pulled from. */
  fail_unless (has (point_of ("i", "src")));
  end ();
}

GST_END_TEST;

GST_START_TEST (a_pipeline_is_left_as_it_was)
{
  static const gchar *const names[] = { "a", "q", "i", "s" };
  GstPadChainFunction chain;
  GstPadEventFullFunction event;

  pipeline = parse (SOURCE "a ! queue name=q ! identity name=i ! "
      "fakesink name=s");
  chain = GST_PAD_CHAINFUNC (get_pad ("q", "sink"));
  event = GST_PAD_EVENTFULLFUNC (get_pad ("q", "sink"));
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  fail_if (GST_PAD_CHAINFUNC (get_pad ("q", "sink")) == chain);
  run ();
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_prof_coverage_stop (coverage);
  gst_prof_coverage_stop (coverage);

  fail_unless (GST_PAD_CHAINFUNC (get_pad ("q", "sink")) == chain);
  fail_unless (GST_PAD_EVENTFULLFUNC (get_pad ("q", "sink")) == event);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElement *element = get (names[i]);

    ASSERT_OBJECT_REFCOUNT (element, names[i], 1);
    for (GList * l = element->pads; l != NULL; l = l->next) {
      ASSERT_OBJECT_REFCOUNT (l->data, "pad", 1);
      fail_unless (GST_PAD_CAST (l->data)->chaindata == NULL);
    }
  }
  end ();
}

GST_END_TEST;

GST_START_TEST (whoever_keeps_a_stopped_coverage_finds_nothing)
{
  guint point;

  cover (SOURCE "a ! queue name=q ! fakesink name=s");
  point = point_of ("s", "sink");
  gst_prof_coverage_stop (coverage);
  fail_if (has (point));
  assert_feeders (point, NOBODY);
  assert_drains (point_of ("q", "sink"), NOBODY);
  assert_equals_int (gst_prof_coverage_get_uncovered (coverage), 0);

  gst_bin_add (GST_BIN (pipeline),
      gst_element_factory_make ("identity", "late"));
  fail_if (has (point_of ("late", "sink")));
  gst_prof_coverage_refresh (coverage);
  end ();
}

GST_END_TEST;

GST_START_TEST (something_that_is_no_bin_covers_nothing)
{
  pipeline = gst_object_ref_sink (gst_element_factory_make ("identity", NULL));
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  gst_prof_coverage_refresh (coverage);
  assert_equals_int (gst_prof_coverage_get_uncovered (coverage), 0);
  end ();
}

GST_END_TEST;

GST_START_TEST (a_pipeline_may_be_covered_twice)
{
  GstProfCoverage *second;
  GstPadChainFunction chain;

  pipeline = parse (SOURCE "a ! queue name=q ! fakesink name=s");
  chain = GST_PAD_CHAINFUNC (get_pad ("q", "sink"));
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  second = gst_prof_coverage_new (GST_OBJECT (pipeline));
  gst_prof_coverage_stop (second);
  gst_prof_coverage_unref (second);
  fail_unless (has (point_of ("q", "sink")));
  fail_if (GST_PAD_CHAINFUNC (get_pad ("q", "sink")) == chain);
  run ();
  assert_feeders (point_of ("s", "sink"), IDS (thread_of ("q", "sink")));
  end ();
}

GST_END_TEST;

/* --- while data flows --- */

typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean inside;
  gboolean open;
} Gate;

static Gate gate;

static void
hold_up (GstElement * identity, GstBuffer * buffer, gpointer user_data)
{
  g_mutex_lock (&gate.lock);
  gate.inside = TRUE;
  g_cond_broadcast (&gate.cond);
  while (!gate.open)
    g_cond_wait (&gate.cond, &gate.lock);
  g_mutex_unlock (&gate.lock);
}

GST_START_TEST (pads_that_are_not_idle_are_uncovered_until_they_are)
{
  GstMessage *message;
  GstBus *bus;

  pipeline = parse (SOURCE "a ! identity name=i signal-handoffs=true ! "
      "fakesink name=s async=false");
  g_signal_connect (get ("i"), "handoff", G_CALLBACK (hold_up), NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_mutex_lock (&gate.lock);
  while (!gate.inside)
    g_cond_wait (&gate.cond, &gate.lock);
  g_mutex_unlock (&gate.lock);

  /* The identity has a buffer, the sink none yet; nobody pulls. */
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  assert_equals_int (gst_prof_coverage_get_uncovered (coverage), 1);
  g_mutex_lock (&gate.lock);
  gate.open = TRUE;
  g_cond_broadcast (&gate.cond);
  g_mutex_unlock (&gate.lock);

  bus = gst_element_get_bus (pipeline);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
      GST_MESSAGE_EOS);
  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_object_unref (bus);
  assert_equals_int (gst_prof_coverage_get_uncovered (coverage), 0);
  end ();
}

GST_END_TEST;

static gint stop_looking;

static gpointer
look_all_the_time (gpointer data)
{
  while (!g_atomic_int_get (&stop_looking)) {
    GstProfPlace place;
    guint64 ids[MAX_IDS];

    gst_prof_coverage_refresh (coverage);
    gst_prof_coverage_lock (coverage);
    for (guint point = 1; point < 40; point++) {
      gst_prof_coverage_describe (coverage, point, point, point, &place);
      gst_prof_coverage_get_feeders (coverage, point, ids, MAX_IDS);
      gst_prof_coverage_get_siblings (coverage, point, ids, MAX_IDS);
    }
    gst_prof_coverage_unlock (coverage);
    gst_prof_coverage_get_uncovered (coverage);
  }
  return NULL;
}

/* As many as are covered at a time */
#define MAX_ELEMENTS 1024
#define MAX_PADS 2048

/* In the end one that is covered, and one that is not */
GST_START_TEST (of_more_elements_than_fit_it_is_known_how_many_are_left_out)
{
  GstElement *elements[MAX_ELEMENTS + 3];

  pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    elements[i] = gst_element_factory_make ("identity", NULL);
    gst_bin_add (GST_BIN (pipeline), elements[i]);
    assert_equals_int (gst_prof_coverage_get_left_out (coverage),
        i < MAX_ELEMENTS ? 0 : i + 1 - MAX_ELEMENTS);
  }
  gst_bin_remove (GST_BIN (pipeline), elements[MAX_ELEMENTS]);
  assert_equals_int (gst_prof_coverage_get_left_out (coverage), 2);
  gst_bin_remove (GST_BIN (pipeline), elements[0]);
  assert_equals_int (gst_prof_coverage_get_left_out (coverage), 2);
  /* There is room for one again. */
  gst_bin_add (GST_BIN (pipeline), gst_element_factory_make ("identity", NULL));
  assert_equals_int (gst_prof_coverage_get_left_out (coverage), 2);
  gst_bin_remove (GST_BIN (pipeline), elements[MAX_ELEMENTS + 1]);
  gst_bin_remove (GST_BIN (pipeline), elements[MAX_ELEMENTS + 2]);
  assert_equals_int (gst_prof_coverage_get_left_out (coverage), 0);
  end ();
}

GST_END_TEST;

GST_START_TEST (of_more_pads_than_fit_it_is_known_how_many_are_left_out)
{
  GstElement *funnel = gst_element_factory_make ("funnel", NULL);
  GstElement *other = gst_element_factory_make ("funnel", NULL);
  GstPad *pads[MAX_PADS + 2];

  pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  gst_bin_add_many (GST_BIN (pipeline), funnel, other, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    pads[i] = gst_element_request_pad_simple (funnel, "sink_%u");
  assert_equals_int (gst_prof_coverage_get_left_out (coverage), 2);
  gst_element_release_request_pad (funnel, pads[MAX_PADS]);
  assert_equals_int (gst_prof_coverage_get_left_out (coverage), 1);
  gst_object_unref (gst_element_request_pad_simple (other, "sink_%u"));
  assert_equals_int (gst_prof_coverage_get_left_out (coverage), 2);
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    gst_object_unref (pads[i]);
  gst_bin_remove (GST_BIN (pipeline), other);
  assert_equals_int (gst_prof_coverage_get_left_out (coverage), 1);
  gst_bin_remove (GST_BIN (pipeline), funnel);
  assert_equals_int (gst_prof_coverage_get_left_out (coverage), 0);
  end ();
}

GST_END_TEST;

GST_START_TEST (elements_may_come_and_go_while_someone_looks)
{
  GThread *thread;

  cover ("fakesrc name=a ! queue name=q ! fakesink name=s async=false "
      "funnel name=f ! fakesink name=t async=false");
  fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING) ==
      GST_STATE_CHANGE_SUCCESS);
  stop_looking = FALSE;
  thread = g_thread_new ("looker", look_all_the_time, NULL);
  for (guint i = 0; i < 100; i++) {
    GstElement *bin = new_bin ("bin", "queue name=bq ! identity name=bi");
    GstPad *pad = gst_element_request_pad_simple (get ("f"), "sink_%u");

    gst_bin_add (GST_BIN (pipeline), bin);
    gst_element_sync_state_with_parent (bin);
    gst_element_set_state (bin, GST_STATE_NULL);
    gst_bin_remove (GST_BIN (pipeline), bin);
    gst_element_release_request_pad (get ("f"), pad);
    gst_object_unref (pad);
  }
  g_atomic_int_set (&stop_looking, TRUE);
  g_thread_join (thread);
  end ();
}

GST_END_TEST;

static void
add_links (TCase * tc)
{
  tcase_add_test (tc, a_queue_is_fed_and_drained);
  tcase_add_test (tc, each_queue_of_a_row_has_its_own);
  tcase_add_test (tc, streams_of_a_multiqueue_do_not_mix);
  tcase_add_test (tc, branches_of_a_tee_are_fed_by_one);
  tcase_add_test (tc, pads_of_what_joins_are_siblings);
  tcase_add_test (tc, an_aggregator_is_fed_by_all_its_pads);
  tcase_add_test (tc, ghost_pads_are_seen_through);
  tcase_add_test (tc, new_links_are_known_after_a_refresh);
}

static void
add_places (TCase * tc)
{
  tcase_add_test (tc, an_element_is_known_by_its_point);
  tcase_add_test (tc, outside_of_all_a_thread_is_with_whose_task_it_is);
  tcase_add_test (tc, an_address_is_known_by_the_object_that_it_is_in);
  tcase_add_test (tc, private_data_lies_in_front_of_some);
  tcase_add_test (tc, what_lies_in_a_stage_belongs_to_it);
  tcase_add_test (tc, an_element_is_in_all_its_bins);
  tcase_add_test (tc, a_task_is_known_by_its_element);
  tcase_add_test (tc, a_stage_inside_of_another_is_the_inner_one);
  tcase_add_test (tc, who_entered_a_stage_last_is_known_with_the_time);
}

static void
add_changes (TCase * tc)
{
  tcase_add_test (tc, an_element_added_later_is_covered_until_it_is_removed);
  tcase_add_test (tc, a_bin_added_later_is_covered_with_all_that_is_in_it);
  tcase_add_test (tc, what_is_added_to_a_bin_inside_is_covered);
  tcase_add_test (tc, pads_that_come_and_go_are_covered_meanwhile);
  tcase_add_test (tc, a_pad_that_takes_nothing_in_is_no_point);
  tcase_add_test (tc, a_pipeline_is_left_as_it_was);
  tcase_add_test (tc, whoever_keeps_a_stopped_coverage_finds_nothing);
  tcase_add_test (tc, something_that_is_no_bin_covers_nothing);
  tcase_add_test (tc, a_pipeline_may_be_covered_twice);
  tcase_add_test (tc, pads_that_are_not_idle_are_uncovered_until_they_are);
  tcase_add_test (tc,
      of_more_elements_than_fit_it_is_known_how_many_are_left_out);
  tcase_add_test (tc,
      of_more_pads_than_fit_it_is_known_how_many_are_left_out);
  tcase_add_test (tc, elements_may_come_and_go_while_someone_looks);
}

static Suite *
coverage_suite (void)
{
  Suite *s = suite_create ("coverage");
  TCase *links = tcase_create ("links");
  TCase *places = tcase_create ("places");
  TCase *changes = tcase_create ("changes");

  suite_add_tcase (s, links);
  add_links (links);
  suite_add_tcase (s, places);
  add_places (places);
  suite_add_tcase (s, changes);
  add_changes (changes);
  return s;
}

GST_CHECK_MAIN (coverage);
