/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Applications that know nothing of gst-prof, for the tests of GST_TRACERS=prof.
 * Each verb is one; what it has to tell goes to stdout, for the test to compare
 * with the report. Those that are made of many runs are in tracerappstress.c, those
 * that are ended by a signal in tracerappends.c.
 *
 * Plays in the main thread, without a main loop, but for "pair" and "main". Who hangs is ended
 * by the test.
 */

#include "tracerapp.h"

#include <gst/app/gstappsrc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* For elements whose name begins so, a fakesink's handoff takes SLOW_SINK. */
#define SLOW_SINK_NAME "slow"
#define SLOW_SINK (10 * G_TIME_SPAN_MILLISECOND)

/* What the pipeline that is dropped gets, twice, and for how long it is there. */
#define DROPPED_BUFFERS 5
#define DROPPED_AFTER (200 * G_TIME_SPAN_MILLISECOND)

/* From the end of a segment to the next */
#define BETWEEN_SEGMENTS (1500 * G_TIME_SPAN_MILLISECOND)

/* How long the main loop waits for an answer, and goes on before and after */
#define UNANSWERED G_TIME_SPAN_SECOND

/* Only touched by the one thread that the sink has. */
static guint64 slow_sink_spent;

static void
on_handoff (GstElement * sink, GstBuffer * buffer, GstPad * pad,
    gpointer data)
{
  gint64 start = g_get_monotonic_time ();

  g_usleep (SLOW_SINK);
  slow_sink_spent += (g_get_monotonic_time () - start) * 1000;
}

static gboolean
is_made_by (GstElement * element, const gchar * factory)
{
  GstElementFactory *its = gst_element_get_factory (element);

  return its != NULL && g_str_equal (GST_OBJECT_NAME (its), factory);
}

static void
prepare_element (const GValue * item, gpointer data)
{
  GstElement *element = g_value_get_object (item);

  if (is_made_by (element, "fakesink")
      && g_str_has_prefix (GST_OBJECT_NAME (element), SLOW_SINK_NAME)) {
    g_object_set (element, "signal-handoffs", TRUE, NULL);
    g_signal_connect (element, "handoff", G_CALLBACK (on_handoff), NULL);
  }
}

/* "spent NAME NANOSECONDS" of whatever took time on purpose */
static void
tell_element (const GValue * item, gpointer data)
{
  GstElement *element = g_value_get_object (item);
  guint64 spent;

  if (is_made_by (element, "fault")) {
    g_object_get (element, "spent", &spent, NULL);
    printf ("spent %s %" G_GUINT64_FORMAT "\n", GST_OBJECT_NAME (element),
        spent);
  } else if (is_made_by (element, "fakesink")
      && g_str_has_prefix (GST_OBJECT_NAME (element), SLOW_SINK_NAME)) {
    printf ("spent %s %" G_GUINT64_FORMAT "\n", GST_OBJECT_NAME (element),
        slow_sink_spent);
  }
}

static void
for_each_element (GstElement * bin, GstIteratorForeachFunction func)
{
  GstIterator *iterator = gst_bin_iterate_recurse (GST_BIN (bin));

  gst_iterator_foreach (iterator, func, NULL);
  gst_iterator_free (iterator);
}

/*
 * app_parse:
 * @description: as gst-launch-1.0 takes it
 *
 * Returns: (transfer full): the pipeline; exits with 2 when it cannot be made
 */
GstElement *
app_parse (const gchar * description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch_full (description, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (pipeline == NULL) {
    fprintf (stderr, "%s: %s\n", description, error->message);
    exit (2);
  }
  return pipeline;
}

/*
 * app_play:
 * @pipeline: (transfer none): a pipeline
 *
 * Plays it to its end and brings it back to NULL.
 *
 * Returns: 0, or 1 after an error
 */
int
app_play (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  int status = 0;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autoptr (GError) error = NULL;

    gst_message_parse_error (message, &error, NULL);
    fprintf (stderr, "%s\n", error->message);
    status = 1;
  }
  for_each_element (pipeline, tell_element);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return status;
}

/*
 * app_run:
 * @description: as gst-launch-1.0 takes it
 *
 * Returns: 0, or 1 after an error
 */
int
app_run (const gchar * description)
{
  GstElement *pipeline = app_parse (description);
  int status;

  for_each_element (pipeline, prepare_element);
  status = app_play (pipeline);
  gst_object_unref (pipeline);
  return status;
}

static gpointer
run_thread (gpointer description)
{
  return GINT_TO_POINTER (app_run (description));
}

static int
run_pair (gchar ** descriptions)
{
  GThread *one = g_thread_new ("one", run_thread, descriptions[0]);
  GThread *other = g_thread_new ("other", run_thread, descriptions[1]);
  int status = GPOINTER_TO_INT (g_thread_join (one));

  return GPOINTER_TO_INT (g_thread_join (other)) | status;
}

/* appsrc hands on lists as they are. */
static int
run_lists (guint n_lists, guint length, const gchar * rest)
{
  g_autofree gchar *description = g_strdup_printf ("appsrc name=lists "
      "max-buffers=0 max-bytes=0 ! %s", rest);
  GstElement *pipeline = app_parse (description);
  GstElement *source = gst_bin_get_by_name (GST_BIN (pipeline), "lists");
  int status;

  for (guint i = 0; i < n_lists; i++) {
    GstBufferList *list = gst_buffer_list_new ();

    for (guint j = 0; j < length; j++)
      gst_buffer_list_add (list, gst_buffer_new_allocate (NULL, 16, NULL));
    gst_app_src_push_buffer_list (GST_APP_SRC (source), list);
  }
  gst_app_src_end_of_stream (GST_APP_SRC (source));
  gst_object_unref (source);
  status = app_play (pipeline);
  gst_object_unref (pipeline);
  return status;
}

/* With a description for it, the child runs that, and is made before anything
 * has played: GStreamer's pool of threads does not outlive fork(). Without, it is
 * made in the middle of the parent's run, and exits at once. */
static int
run_fork (const gchar * description, const gchar * childs)
{
  GstElement *pipeline = app_parse (description);
  gboolean exits = *childs == '\0';
  int status = 0, childs_status = 0;
  pid_t child;

  if (exits) {
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  }
  child = fork ();
  if (child == 0)
    exit (exits ? 0 : app_run (childs));

  status = app_play (pipeline);
  gst_object_unref (pipeline);
  if (child < 0 || waitpid (child, &childs_status, 0) < 0)
    return 1;
  printf ("child %d %d\n", (int) child, childs_status);
  return status;
}

static void
tell_refs (GstObject * object, const gchar * kind)
{
  printf ("refs %s %s %d\n", kind, GST_OBJECT_NAME (object),
      GST_OBJECT_REFCOUNT_VALUE (object));
}

static void
tell_refs_of_element (const GValue * item, gpointer data)
{
  GstElement *element = g_value_get_object (item);

  tell_refs (GST_OBJECT (element), "element");
  for (GList * l = element->pads; l != NULL; l = l->next)
    tell_refs (l->data, "pad");
}

static int
run_refs (const gchar * description)
{
  GstElement *pipeline = app_parse (description);
  int status = app_play (pipeline);

  tell_refs (GST_OBJECT (pipeline), "pipeline");
  for_each_element (pipeline, tell_refs_of_element);
  gst_object_unref (pipeline);
  return status;
}

/* One pipeline, several runs */
static int
run_again (const gchar * description, guint n_times)
{
  GstElement *pipeline = app_parse (description);
  int status = 0;

  for (guint i = 0; i < n_times; i++)
    status |= app_play (pipeline);
  gst_object_unref (pipeline);
  return status;
}

/* From what it was linked with, or with that again. */
static void
set_linked (GstPad * pad, gboolean linked)
{
  GstPad *peer = g_object_get_data (G_OBJECT (pad), "peer");

  if (linked) {
    gst_pad_link (peer, pad);
    return;
  }
  peer = gst_pad_get_peer (pad);
  gst_pad_unlink (peer, pad);
  g_object_set_data_full (G_OBJECT (pad), "peer", peer, gst_object_unref);
}

static void
set_state (GstElement * element, const gchar * state)
{
  gst_element_set_state (element, g_str_equal (state, "ready")
      ? GST_STATE_READY : GST_STATE_PLAYING);
}

/* What a pad is named for has the pad as its value. */
static void
set (GstElement * element, const gchar * property, const gchar * value)
{
  GstPad *pad = gst_element_get_static_pad (element, value);

  if (g_str_equal (property, "state"))
    set_state (element, value);
  else if (pad == NULL)
    gst_util_set_object_arg (G_OBJECT (element), property, value);
  else if (g_str_has_suffix (property, "link"))
    set_linked (pad, g_str_equal (property, "link"));
  else
    g_object_set (element, property, pad, NULL);
  g_clear_object (&pad);
}

static void
set_after (GstElement * pipeline, gchar ** words)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), words[0]);

  g_usleep (g_ascii_strtoull (words[3], NULL, 10) * G_TIME_SPAN_MILLISECOND);
  set (element, words[1], words[2]);
  gst_object_unref (element);
}

/* @words: "ELEMENT PROPERTY VALUE MILLISECONDS" for each change, which is so long
 * after the one before. */
static int
run_set (const gchar * description, gchar ** words)
{
  GstElement *pipeline = app_parse (description);
  int status;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  for (; *words != NULL; words += 4)
    set_after (pipeline, words);
  status = app_play (pipeline);
  gst_object_unref (pipeline);
  return status;
}

static void
on_gone (gpointer data, GObject * pipeline)
{
  g_atomic_int_set ((gint *) data, TRUE);
}

static void
push (GstElement * element, guint n_buffers)
{
  GstPad *pad = gst_element_get_static_pad (element, "sink");

  for (guint i = 0; i < n_buffers; i++)
    gst_pad_chain (pad, gst_buffer_new ());
  gst_object_unref (pad);
}

static void
begin_stream (GstElement * element)
{
  GstPad *pad = gst_element_get_static_pad (element, "sink");
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_send_event (pad, gst_event_new_stream_start ("dropped"));
  gst_pad_send_event (pad, gst_event_new_segment (&segment));
  gst_object_unref (pad);
}

/* A pipeline that is not brought to NULL. No thread of its own is in it, since
 * that would not outlive it. Its one reference is the application's for a while,
 * in which it must not be taken for dropped. Whoever gives it back at last may be
 * another thread. */
static int
run_drop (GstState state)
{
  GstElement *pipeline = app_parse ("identity name=first ! "
      "fakesink async=false sync=false");
  GstElement *first = gst_bin_get_by_name (GST_BIN (pipeline), "first");
  GstBus *bus = gst_element_get_bus (pipeline);
  static gint gone;
  int status;

  gst_element_set_state (pipeline, state);
  /* Its messages have references, too. */
  gst_bus_set_flushing (bus, TRUE);
  gst_object_unref (bus);
  if (state == GST_STATE_PLAYING)
    begin_stream (first);
  push (first, state == GST_STATE_PLAYING ? DROPPED_BUFFERS : 0);
  g_usleep (DROPPED_AFTER);
  push (first, state == GST_STATE_PLAYING ? DROPPED_BUFFERS : 0);
  gst_object_unref (first);

  g_object_weak_ref (G_OBJECT (pipeline), on_gone, &gone);
  gst_object_unref (pipeline);
  while (!g_atomic_int_get (&gone))
    g_usleep (1000);
  status = app_run ("fakesrc num-buffers=7 ! fakesink name=after");
  printf ("dropped %d\n", status);
  return status;
}

static gboolean
wait_for_segment (GstElement * pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_SEGMENT_DONE | GST_MESSAGE_ERROR);
  gboolean done = GST_MESSAGE_TYPE (message) == GST_MESSAGE_SEGMENT_DONE;

  gst_message_unref (message);
  gst_object_unref (bus);
  return done;
}

/* Plays a second twice, as who repeats it does who does not hurry */
static int
run_segments (const gchar * description)
{
  GstElement *pipeline = app_parse (description);
  GstSeekFlags flags = GST_SEEK_FLAG_SEGMENT | GST_SEEK_FLAG_FLUSH;
  gboolean done = TRUE;

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  for (guint i = 0; i < 2 && done; i++) {
    gst_element_seek (pipeline, 1.0, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET,
        0, GST_SEEK_TYPE_SET, GST_SECOND);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    done = wait_for_segment (pipeline);
    flags = GST_SEEK_FLAG_SEGMENT;
    g_usleep (BETWEEN_SEGMENTS);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return !done;
}

static gboolean
quit_loop (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* For an answer that nobody gives */
static gboolean
wait_in_main_loop (gpointer loop)
{
  gint64 until = g_get_monotonic_time () + UNANSWERED;
  GMutex lock;
  GCond answered;

  g_mutex_init (&lock);
  g_cond_init (&answered);
  g_mutex_lock (&lock);
  while (g_cond_wait_until (&answered, &lock, until));
  g_mutex_unlock (&lock);
  g_cond_clear (&answered);
  g_mutex_clear (&lock);
  g_timeout_add (UNANSWERED / G_TIME_SPAN_MILLISECOND, quit_loop, loop);
  return G_SOURCE_REMOVE;
}

/* Plays in a main loop, and waits in one of its callbacks */
static int
run_main (const gchar * description)
{
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  GstElement *pipeline = app_parse (description);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_timeout_add (UNANSWERED / G_TIME_SPAN_MILLISECOND, wait_in_main_loop, loop);
  g_main_loop_run (loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  g_main_loop_unref (loop);
  return 0;
}

static guint
number (const gchar * text)
{
  return g_ascii_strtoull (text, NULL, 10);
}

static int
run_verb (int argc, char **argv)
{
  const gchar *verb = argc > 1 ? argv[1] : "";

  if (argc == 3 && g_str_equal (verb, "run"))
    return app_run (argv[2]);
  if (argc == 3 && g_str_equal (verb, "refs"))
    return run_refs (argv[2]);
  if (argc == 4 && g_str_equal (verb, "again"))
    return run_again (argv[3], number (argv[2]));
  if (argc == 3 && g_str_equal (verb, "segments"))
    return run_segments (argv[2]);
  if (argc == 3 && g_str_equal (verb, "main"))
    return run_main (argv[2]);
  if (argc == 4 && g_str_equal (verb, "pair"))
    return run_pair (argv + 2);
  if (argc >= 7 && argc % 4 == 3 && g_str_equal (verb, "set"))
    return run_set (argv[2], argv + 3);
  if (argc == 4 && g_str_equal (verb, "end"))
    return app_end (argv[2], argv[3]);
  if (argc == 4 && g_str_equal (verb, "fork"))
    return run_fork (argv[2], argv[3]);
  if (argc == 3 && g_str_equal (verb, "drop"))
    return run_drop (number (argv[2]));
  if (argc == 5 && g_str_equal (verb, "lists"))
    return run_lists (number (argv[2]), number (argv[3]), argv[4]);
  if (argc == 4 && g_str_equal (verb, "starts"))
    return app_starts (number (argv[2]), number (argv[3]));
  if (argc == 3 && g_str_equal (verb, "relink"))
    return app_relink (number (argv[2]));
  if (argc == 3 && g_str_equal (verb, "memory"))
    return app_memory (g_ascii_strtoull (argv[2], NULL, 10));
  if (argc == 3 && g_str_equal (verb, "heap"))
    return app_heap (argv[2]);
  fprintf (stderr, "tracer-app: unknown verb \"%s\"\n", verb);
  return 2;
}

int
main (int argc, char **argv)
{
  gboolean deinit = g_getenv ("TRACER_APP_DEINIT") != NULL;
  int status;

  gst_init (&argc, &argv);
  status = run_verb (argc, argv);
  if (deinit)
    gst_deinit ();
  return status;
}
