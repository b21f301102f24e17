/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* How far a session has got, on an element that tells the states of a webrtcbin
 * when the case says so; check-session has a real one. */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofclock.h>

#include "../../plugins/gstprofstartupwatch.h"

#include <string.h>

#define MS GST_MSECOND

/* A bin by that name, with these properties, is all that is looked for. */
typedef struct
{
  GstBin parent;
  gint states[4];
} FakePeer;

typedef GstBinClass FakePeerClass;

GType fake_peer_get_type (void);

enum
{
  PROP_0,
  PROP_SIGNALING,
  PROP_GATHERING,
  PROP_ICE,
  PROP_CONNECTION,
};

/* What is of use here of the words that webrtcbin has. */
static const GEnumValue words[] = {
  {0, "NEW", "new"}, {1, "STABLE", "stable"},
  {2, "HAVE_REMOTE_OFFER", "have-remote-offer"}, {3, "GATHERING", "gathering"},
  {4, "COMPLETE", "complete"}, {5, "CHECKING", "checking"},
  {6, "CONNECTED", "connected"}, {7, "COMPLETED", "completed"},
  {8, "FAILED", "failed"}, {0, NULL, NULL},
};

static const gchar *const properties[] = {
  NULL, "signaling-state", "ice-gathering-state", "ice-connection-state",
  "connection-state",
};

G_DEFINE_TYPE (FakePeer, fake_peer, GST_TYPE_BIN);

static void
fake_peer_get_property (GObject * object, guint prop_id, GValue * value,
    GParamSpec * pspec)
{
  g_value_set_enum (value, ((FakePeer *) object)->states[prop_id - 1]);
}

static void
fake_peer_init (FakePeer * self)
{
}

static void
fake_peer_class_init (FakePeerClass * klass)
{
  GType states = g_enum_register_static ("FakePeerState", words);

  G_OBJECT_CLASS (klass)->get_property = fake_peer_get_property;
  for (guint i = PROP_SIGNALING; i <= PROP_CONNECTION; i++)
    g_object_class_install_property (G_OBJECT_CLASS (klass), i,
        g_param_spec_enum (properties[i], NULL, NULL, states, 0,
            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

/* The name is what it is known by. */
static GstElement *
new_peer (void)
{
  static GType type;

  if (type == 0) {
    GTypeInfo info = {.class_size = sizeof (FakePeerClass),
      .instance_size = sizeof (FakePeer)
    };

    type = g_type_register_static (fake_peer_get_type (), "GstWebRTCBin",
        &info, 0);
  }
  return g_object_new (type, NULL);
}

static void
tell (GstElement * peer, guint property, const gchar * word)
{
  for (guint i = 0; words[i].value_nick; i++) {
    if (strcmp (words[i].value_nick, word) == 0)
      ((FakePeer *) peer)->states[property - 1] = words[i].value;
  }
  g_object_notify (G_OBJECT (peer), properties[property]);
}

static void
tell_all (GstElement * peer)
{
  tell (peer, PROP_SIGNALING, "have-remote-offer");
  tell (peer, PROP_SIGNALING, "stable");
  tell (peer, PROP_GATHERING, "gathering");
  tell (peer, PROP_GATHERING, "complete");
  tell (peer, PROP_ICE, "checking");
  tell (peer, PROP_ICE, "connected");
  tell (peer, PROP_CONNECTION, "connected");
}

typedef struct
{
  GstBin *bin;
  GstProfStartupWatch *watch;
  GstProfBacklogSample sample;
} Fixture;

static void
fixture_init (Fixture * f)
{
  memset (f, 0, sizeof (*f));
  f->bin = GST_BIN (gst_object_ref_sink (gst_bin_new (NULL)));
  f->watch = gst_prof_startup_watch_new (f->bin);
}

static void
fixture_clear (Fixture * f)
{
  gst_prof_startup_watch_stop (f->watch);
  gst_object_unref (f->bin);
}

static GstElement *
add_peer (GstBin * bin)
{
  GstElement *peer = new_peer ();

  gst_bin_add (bin, peer);
  return peer;
}

static const GstClockTime *
read_times (Fixture * f, GstProfReceivers * receivers)
{
  gst_prof_startup_watch_read (f->watch, receivers, &f->sample);
  return f->sample.startup.times;
}

GST_START_TEST (test_each_state_is_seen_when_it_is_reached_first)
{
  Fixture f;
  GstElement *peer;
  GstClockTime before = gst_prof_clock_now (), seen[GST_PROF_STARTUP_N_MARKS];
  const GstClockTime *times;

  fixture_init (&f);
  peer = add_peer (f.bin);
  tell (peer, PROP_SIGNALING, "have-remote-offer");
  tell (peer, PROP_GATHERING, "gathering");
  tell (peer, PROP_ICE, "checking");
  tell (peer, PROP_CONNECTION, "failed");
  times = read_times (&f, NULL);
  fail_unless (times[GST_PROF_STARTUP_OFFERED] >= before);
  assert_equals_uint64 (times[GST_PROF_STARTUP_AGREED], 0);
  assert_equals_uint64 (times[GST_PROF_STARTUP_GATHERED], 0);
  assert_equals_uint64 (times[GST_PROF_STARTUP_ICE], 0);
  assert_equals_uint64 (times[GST_PROF_STARTUP_DTLS], 0);

  tell_all (peer);
  memcpy (seen, read_times (&f, NULL), sizeof (seen));
  for (guint i = GST_PROF_STARTUP_OFFERED; i < GST_PROF_STARTUP_DTLS; i++)
    fail_unless (seen[i] != 0 && seen[i + 1] >= seen[i], "%u", i);
  assert_equals_uint64 (seen[GST_PROF_STARTUP_CONTACT], 0);
  assert_equals_uint64 (seen[GST_PROF_STARTUP_PACKET], 0);

  /* agreed on anew, and another way found */
  g_usleep (1000);
  tell_all (peer);
  tell (peer, PROP_ICE, "completed");
  fail_unless (memcmp (seen, read_times (&f, NULL), sizeof (seen)) == 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_peer_deep_inside_is_found)
{
  Fixture f;
  GstElement *inner = gst_bin_new (NULL), *peer;

  memset (&f, 0, sizeof (f));
  f.bin = GST_BIN (gst_object_ref_sink (gst_bin_new (NULL)));
  gst_bin_add (f.bin, inner);
  peer = add_peer (GST_BIN (inner));
  f.watch = gst_prof_startup_watch_new (f.bin);
  tell (peer, PROP_ICE, "completed");
  fail_unless (read_times (&f, NULL)[GST_PROF_STARTUP_ICE] != 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_first_of_two_peers_is_followed)
{
  Fixture f;
  GstElement *first, *second;

  fixture_init (&f);
  first = add_peer (f.bin);
  second = add_peer (f.bin);
  tell_all (second);
  assert_equals_uint64 (read_times (&f, NULL)[GST_PROF_STARTUP_DTLS], 0);
  tell_all (first);
  fail_unless (read_times (&f, NULL)[GST_PROF_STARTUP_DTLS] != 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_peer_that_is_taken_out_is_let_go)
{
  Fixture f;
  GstElement *peer, *inner = gst_bin_new (NULL), *next;

  fixture_init (&f);
  gst_bin_add (f.bin, inner);
  peer = gst_object_ref (add_peer (GST_BIN (inner)));
  tell (peer, PROP_SIGNALING, "have-remote-offer");
  gst_bin_remove (f.bin, inner);
  ASSERT_OBJECT_REFCOUNT (peer, "peer", 1);
  tell_all (peer);
  fail_unless (read_times (&f, NULL)[GST_PROF_STARTUP_OFFERED] != 0);
  assert_equals_uint64 (read_times (&f, NULL)[GST_PROF_STARTUP_DTLS], 0);
  gst_object_unref (peer);

  next = add_peer (f.bin);
  tell_all (next);
  fail_unless (read_times (&f, NULL)[GST_PROF_STARTUP_DTLS] != 0);
  gst_object_ref (next);
  fixture_clear (&f);
  ASSERT_OBJECT_REFCOUNT (next, "peer", 1);
  tell_all (next);
  gst_object_unref (next);
}

GST_END_TEST;

static GstProfReceiver *
add_receiver (GstProfReceivers * receivers, GstProfBacklogSample * sample,
    const gchar * name, const gchar * media, GstClockTime first)
{
  GstProfReceiver *receiver = gst_prof_receiver_new (name, name, NULL);
  GstProfReceiveCounts *counts = &sample->receivers[sample->n_receivers++];

  g_strlcpy (counts->name, name, sizeof (counts->name));
  g_strlcpy (counts->media, media, sizeof (counts->media));
  if (first != 0)
    gst_prof_flow_pass (&receiver->in, 1, 1200, 0, first);
  fail_unless (gst_prof_receivers_add (receivers, receiver));
  return receiver;
}

GST_START_TEST (test_packets_are_those_of_the_first_video)
{
  Fixture f;
  GstProfReceivers *receivers = gst_prof_receivers_new ();
  GstProfReceiver *audio, *late, *video, *silent;
  const GstClockTime *times;

  fixture_init (&f);
  audio = add_receiver (receivers, &f.sample, "a", "audio", 100 * MS);
  times = read_times (&f, receivers);
  assert_equals_uint64 (times[GST_PROF_STARTUP_PACKET], 100 * MS);

  silent = add_receiver (receivers, &f.sample, "s", "video", 0);
  late = add_receiver (receivers, &f.sample, "l", "video", 300 * MS);
  video = add_receiver (receivers, &f.sample, "v", "video", 200 * MS);
  gst_prof_flow_pass (&audio->out, 1, 1200, 0, 150 * MS);
  gst_prof_flow_pass (&video->out, 1, 1200, 0, 400 * MS);
  gst_prof_flow_pass (&video->out, 1, 1200, 0, 433 * MS);
  gst_prof_flow_pass (&video->depay, 1, 1200, 0, 401 * MS);
  times = read_times (&f, receivers);
  assert_equals_uint64 (times[GST_PROF_STARTUP_PACKET], 200 * MS);
  assert_equals_uint64 (times[GST_PROF_STARTUP_RELEASED], 400 * MS);
  /* no decoder, so what is depayloaded is all there is */
  assert_equals_uint64 (times[GST_PROF_STARTUP_DECODED], 401 * MS);

  atomic_store (&video->has_decoder, TRUE);
  assert_equals_uint64 (read_times (&f, receivers)[GST_PROF_STARTUP_DECODED],
      0);
  gst_prof_flow_pass (&video->decoded, 1, 1200, 0, 409 * MS);
  assert_equals_uint64 (read_times (&f, receivers)[GST_PROF_STARTUP_DECODED],
      409 * MS);

  gst_prof_receiver_unref (audio);
  gst_prof_receiver_unref (silent);
  gst_prof_receiver_unref (late);
  gst_prof_receiver_unref (video);
  gst_prof_receivers_unref (receivers);
  fixture_clear (&f);
}

GST_END_TEST;

static Suite *
startupwatch_suite (void)
{
  Suite *s = suite_create ("startupwatch");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_each_state_is_seen_when_it_is_reached_first);
  tcase_add_test (tc, test_peer_deep_inside_is_found);
  tcase_add_test (tc, test_first_of_two_peers_is_followed);
  tcase_add_test (tc, test_peer_that_is_taken_out_is_let_go);
  tcase_add_test (tc, test_packets_are_those_of_the_first_video);
  return s;
}

GST_CHECK_MAIN (startupwatch);
