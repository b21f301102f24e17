/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * From the first stage into the file: latencytracer says of each frame how long
 * its packet took to be written, and this asks the recording whether it was
 * that packet.
 *
 * Each frame carries its number in its pixels. The sink takes another amount
 * of time for each packet, on a clock of the test's own: the time that
 * latencytracer gives to a frame says which packet it believes to be the
 * frame's. Then the recording is decoded: the pixels say which it was.
 */

#include <gst/check/gstcheck.h>
#include <gst/prof/gstprofclock.h>

#include <stdatomic.h>
#include <string.h>

#include "check-skip.h"
#include "packets.h"
#include "pixelnumber.h"
#include "recording.h"
#include "run.h"

/* So much of a packet is looked for in what is written. It has to be in the
 * first 184 bytes of a transport stream's packet, behind a PES header. */
#define NEEDLE_SIZE 64

/*
 * The clock: one nanosecond for each look at it, so that what happens later
 * is later, and as much as a write is to take.
 */

static _Atomic GstClockTime time_now;

static GstClockTime
get_time (void)
{
  return atomic_fetch_add (&time_now, 1);
}

/*
 * What happens while it is recorded
 */

typedef struct
{
  /* streaming thread of the source */
  guint n_painted;

  GMutex lock;                  /* protects the next two */
  GPtrArray *packets;           /* of GBytes, in decode order */
  GstClockTime pts[RECORDING_FRAMES];   /* theirs */

  /* streaming thread of the sink; by packet, the first being 1 */
  guint n_written;
  GstClockTime taken[RECORDING_FRAMES + 1];     /* by the write it was in */
  gboolean follows[RECORDING_FRAMES + 1];       /* another in the same write */

  /* by the frame's number: nanoseconds of its stage write */
  guint n_frames;
  gboolean has_write[RECORDING_FRAMES + 1];
  GstClockTime write[RECORDING_FRAMES + 1];
  gboolean unjoined[RECORDING_FRAMES + 1];
} Observation;

static GstPadProbeReturn
paint (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Observation *o = user_data;
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER
      (info));

  pixel_number_paint (buffer, ++o->n_painted);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

static GBytes *
copy_bytes (GstBuffer * buffer)
{
  gpointer data;
  gsize size;

  gst_buffer_extract_dup (buffer, 0, gst_buffer_get_size (buffer), &data,
      &size);
  return g_bytes_new_take (data, size);
}

static GstPadProbeReturn
remember_packet (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Observation *o = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  g_mutex_lock (&o->lock);
  fail_unless (o->packets->len < RECORDING_FRAMES);
  o->pts[o->packets->len] = GST_BUFFER_PTS (buffer);
  g_ptr_array_add (o->packets, copy_bytes (buffer));
  g_mutex_unlock (&o->lock);
  return GST_PAD_PROBE_OK;
}

static gboolean
begins_in (GBytes * packet, GBytes * written)
{
  gsize n_packet, n_written;
  gconstpointer needle = g_bytes_get_data (packet, &n_packet);
  gconstpointer data = g_bytes_get_data (written, &n_written);

  return memmem (data, n_written, needle, MIN (n_packet, NEEDLE_SIZE)) != NULL;
}

/* Muxers keep the order of packets. */
static guint
count_packets (Observation * o, GstBuffer * buffer)
{
  GBytes *written = copy_bytes (buffer);
  guint first = o->n_written;

  g_mutex_lock (&o->lock);
  while (o->n_written < o->packets->len
      && begins_in (g_ptr_array_index (o->packets, o->n_written), written))
    o->n_written++;
  g_mutex_unlock (&o->lock);
  g_bytes_unref (written);
  return o->n_written - first;
}

/* A write takes n milliseconds for each packet n that begins in it. */
static void
take_time (Observation * o, guint first, guint n)
{
  GstClockTime time = 0;

  for (guint i = first; i < first + n; i++) {
    time += i * GST_MSECOND;
    o->follows[i] = i > first;
  }
  o->taken[first] = time;
  atomic_fetch_add (&time_now, time);
}

/* The sink's thread, within the bracket of the stage write */
static GstPadProbeReturn
write_slowly (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Observation *o = user_data;
  guint first = o->n_written + 1, n = 0;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

    for (guint i = 0; i < gst_buffer_list_length (list); i++)
      n += count_packets (o, gst_buffer_list_get (list, i));
  } else {
    n = count_packets (o, GST_PAD_PROBE_INFO_BUFFER (info));
  }
  if (n > 0)
    take_time (o, first, n);
  return GST_PAD_PROBE_OK;
}

static void
add_probe (GstElement * pipeline, const gchar * element, const gchar * pad_name,
    GstPadProbeType type, GstPadProbeCallback callback, Observation * o)
{
  GstElement *found = gst_bin_get_by_name (GST_BIN (pipeline), element);
  GstPad *pad = gst_element_get_static_pad (found, pad_name);

  gst_pad_add_probe (pad, type, callback, o, NULL);
  gst_object_unref (pad);
  gst_object_unref (found);
}

static void
add_write_probe (GstElement * pipeline, const Recording * r, Observation * o)
{
  GstElement *found = gst_bin_get_by_name (GST_BIN (pipeline),
      r->variant->mux_sink ? "mux" : "sink");
  GObject *sink = gst_child_proxy_get_child_by_name (GST_CHILD_PROXY (found),
      "sink");
  GstPad *pad = gst_element_get_static_pad (GST_ELEMENT (sink), "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_BUFFER_LIST, write_slowly, o, NULL);
  gst_object_unref (pad);
  g_object_unref (sink);
  gst_object_unref (found);
}

static void
note_frame (Observation * o, const GstStructure * frame)
{
  g_autoptr (GstStructure) stages = NULL;
  const gchar *unjoined = gst_structure_get_string (frame, "unjoined");
  guint64 number = 0;

  fail_unless (gst_structure_get_uint64 (frame, "number", &number));
  fail_unless (number >= 1 && number <= RECORDING_FRAMES,
      "frame %" G_GUINT64_FORMAT, number);
  fail_unless (gst_structure_get (frame, "stages", GST_TYPE_STRUCTURE, &stages,
          NULL));
  o->n_frames++;
  fail_if (o->has_write[number] || o->unjoined[number],
      "frame %" G_GUINT64_FORMAT " was told twice", number);
  o->has_write[number] = gst_structure_get_uint64 (stages, "write",
      &o->write[number]);
  o->unjoined[number] = unjoined != NULL && strstr (unjoined, "write") != NULL;
}

static void
note_messages (GstBus * bus, Observation * o, GstClockTime timeout)
{
  GstMessage *message;
  gboolean end = FALSE;

  while (!end && (message = gst_bus_timed_pop_filtered (bus, timeout,
              GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT))) {
    const GstStructure *structure = gst_message_get_structure (message);

    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    end = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    if (!end && gst_structure_has_name (structure, "prof-frame"))
      note_frame (o, structure);
    gst_message_unref (message);
  }
  fail_unless (end || timeout == 0, "the pipeline did not come to its end");
}

static void
record (const Recording * r, const gchar * location, Observation * o)
{
  g_autofree gchar *text = recording_describe (r, location);
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch_full (text, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, &error);
  GstBus *bus;

  fail_unless (error == NULL, "%s: %s", text, error ? error->message : "");
  add_probe (pipeline, "normalize", "sink", GST_PAD_PROBE_TYPE_BUFFER, paint,
      o);
  add_probe (pipeline, "packets", "src", GST_PAD_PROBE_TYPE_BUFFER,
      remember_packet, o);
  add_write_probe (pipeline, r, o);

  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  note_messages (bus, o, 20 * GST_SECOND);
  gst_element_set_state (pipeline, GST_STATE_READY);
  note_messages (bus, o, 0);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
}

/*
 * What the recording says
 */

typedef struct
{
  guint n_packets;
  GstClockTime pts[RECORDING_FRAMES];
} Packets;

static void
note_packet (const gchar * stream, GstSample * sample, gpointer user_data)
{
  Packets *packets = user_data;
  const gchar *name = gst_structure_get_name (gst_caps_get_structure
      (gst_sample_get_caps (sample), 0));
  GstBuffer *buffer = gst_sample_get_buffer (sample);

  if (!g_str_has_prefix (name, "video/"))
    return;
  fail_unless (packets->n_packets < RECORDING_FRAMES);
  packets->pts[packets->n_packets++] = GST_BUFFER_PTS (buffer);
}

typedef struct
{
  const Packets *packets;
  guint n_decoded;
  guint numbers[RECORDING_FRAMES];
} Decoded;

/* Decoders guess the times that rounding has made uneven: a picture is of the
 * packet that is nearest. */
static void
note_picture (const gchar * stream, GstSample * sample, gpointer user_data)
{
  Decoded *decoded = user_data;
  GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  GstClockTimeDiff distance, nearest = G_MAXINT64;
  guint found = 0;

  for (guint i = 0; i < decoded->packets->n_packets; i++) {
    distance = ABS (GST_CLOCK_DIFF (pts, decoded->packets->pts[i]));
    if (distance < nearest) {
      nearest = distance;
      found = i;
    }
  }
  fail_unless (nearest < 10 * (GstClockTimeDiff) GST_MSECOND);
  fail_unless_equals_int (decoded->numbers[found], 0);
  decoded->numbers[found] = pixel_number_read (gst_sample_get_buffer (sample));
  decoded->n_decoded++;
}

/* Of a packet that went into the muxer: its place in the order of showing */
static guint
get_rank (const Observation * o, guint packet)
{
  guint rank = 1;

  for (guint i = 0; i < RECORDING_FRAMES; i++)
    rank += o->pts[i] < o->pts[packet];
  return rank;
}

/* By packet of those that went into the muxer: the number that is seen. The
 * duration that qtdemux believes a file in fragments to have leaves out the
 * shift by B-frames: it cuts off what is shown last, two frames at most. */
static void
assign_numbers (const Recording * r, const Observation * o,
    const Decoded * decoded, guint * numbers)
{
  guint n_seen = decoded->n_decoded, seen = 0;

  fail_unless (n_seen == RECORDING_FRAMES || (r->muxer->cut_off
          && n_seen >= RECORDING_FRAMES - 2));
  for (guint i = 0; i < RECORDING_FRAMES; i++) {
    guint rank = get_rank (o, i);

    numbers[i] = rank <= n_seen ? decoded->numbers[seen++] : rank;
    fail_unless_equals_int (numbers[i], rank);
  }
}

static void
read_numbers (const Recording * r, const gchar * location,
    const Observation * o, guint * numbers)
{
  Packets packets = { 0, };
  Decoded decoded = {.packets = &packets };

  packets_foreach (location, note_packet, &packets);
  packets_foreach_picture (location, PIXEL_NUMBER_CAPS, note_picture, &decoded);
  fail_unless_equals_int (decoded.n_decoded, packets.n_packets);
  assign_numbers (r, o, &decoded, numbers);
}

/*
 * The cases
 */

typedef struct
{
  guint joined;
  guint unjoined;
  guint lacking;                /* a write, without a word */
  guint wrong;
} Result;

static void
count (const Observation * o, guint packet, guint number, Result * result)
{
  if (o->has_write[number]) {
    /* The clock is looked at while a write goes on. */
    if (o->write[number] / GST_MSECOND == o->taken[packet] / GST_MSECOND)
      result->joined++;
    else
      result->wrong++;
  } else if (o->unjoined[number]) {
    result->unjoined++;
  } else {
    result->lacking++;
  }
}

static void
check_result (const Recording * r, const Observation * o,
    const Result * result)
{
  guint expected = RECORDING_FRAMES;

  fail_unless_equals_int (result->wrong, 0);
  fail_unless_equals_int (result->lacking, 0);
  if (r->muxer->joins == RECORDING_JOINS_NONE) {
    expected = 0;
  } else {
    fail_unless_equals_int (o->n_written, RECORDING_FRAMES);
    for (guint i = 1; i <= RECORDING_FRAMES; i++)
      expected -= r->muxer->joins == RECORDING_JOINS_FIRST && o->follows[i];
  }
  fail_unless_equals_int (result->joined, expected);
  fail_unless_equals_int (result->unjoined, RECORDING_FRAMES - expected);
}

static void
check (const Recording * r, const gchar * location)
{
  g_autofree gchar *name = recording_describe_name (r);
  Observation o = { 0, };
  Result result = { 0, };
  guint numbers[RECORDING_FRAMES];

  g_mutex_init (&o.lock);
  o.packets = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  record (r, location, &o);
  fail_unless_equals_int (o.packets->len, RECORDING_FRAMES);
  fail_unless_equals_int (o.n_frames, RECORDING_FRAMES);

  read_numbers (r, location, &o, numbers);
  for (guint packet = 1; packet <= RECORDING_FRAMES; packet++)
    count (&o, packet, numbers[packet - 1], &result);
  g_print ("%-65s %2u joined %2u unjoined %2u lacking %2u wrong\n", name,
      result.joined, result.unjoined, result.lacking, result.wrong);
  check_result (r, &o, &result);

  g_ptr_array_unref (o.packets);
  g_mutex_clear (&o.lock);
}

static gboolean
has_element (const gchar * name)
{
  GstElementFactory *factory = gst_element_factory_find (name);

  if (factory != NULL)
    gst_object_unref (factory);
  return factory != NULL;
}

GST_START_TEST (each_write_is_the_frame_that_is_seen_in_the_recording)
{
  Recording r = recording_get (__i__);
  gchar *directory, *location;

  if (!has_element (r.encoder->factory) || !has_element (r.muxer->factory))
    GST_PROF_CHECK_SKIP ("an element is missing");

  directory = run_new_directory ();
  location = g_strdup_printf ("%s/file.%s", directory, r.muxer->extension);
  gst_prof_clock_set_func (get_time);
  check (&r, location);
  gst_prof_clock_set_func (NULL);
  g_free (location);
  run_remove_directory (directory);
}

GST_END_TEST;

static Suite *
join_suite (void)
{
  Suite *suite = suite_create ("join");
  TCase *tcase = tcase_create ("recordings");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase,
      each_write_is_the_frame_that_is_seen_in_the_recording, 0,
      recording_count ());
  return suite;
}

GST_CHECK_MAIN (join);
