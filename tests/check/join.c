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
#include "run.h"

#define N_FRAMES 90

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
 * What is recorded
 */

typedef struct
{
  const gchar *name;
  const gchar *factory;
  const gchar *description;
  const gchar *parser;
} Encoder;

static const Encoder encoders[] = {
  {"zerolatency", "x264enc", "x264enc tune=zerolatency speed-preset=ultrafast",
      "h264parse ! "},
  {"look-ahead", "x264enc", "x264enc bframes=0 rc-lookahead=40 "
        "speed-preset=superfast", "h264parse ! "},
  {"B-frames", "x264enc", "x264enc bframes=3 b-adapt=false rc-lookahead=20 "
        "threads=1 speed-preset=superfast", "h264parse ! "},
  {"threads", "x264enc", "x264enc bframes=2 threads=4 sliced-threads=false "
        "speed-preset=superfast", "h264parse ! "},
};

static const Encoder vp8_encoders[] = {
  {"vp8", "vp8enc", "vp8enc deadline=1", ""},
  {"vp8 look-ahead", "vp8enc", "vp8enc deadline=1 lag-in-frames=20", ""},
};

typedef struct
{
  const gchar *name;
  const gchar *extension;
  const gchar *factory;
  const gchar *description;
  const gchar *audio;           /* encoder */
  /* The muxer gives the sink pieces of a file that it has put together
   * elsewhere: what they are cannot be told. */
  gboolean opaque;
  gboolean cut_off;
} Muxer;

#define MP3 "lamemp3enc ! mpegaudioparse"

static const Muxer muxers[] = {
  {"matroskamux", "mkv", "matroskamux", "matroskamux", MP3, FALSE,
      FALSE},
  {"mp4mux", "mp4", "mp4mux", "mp4mux", MP3, FALSE,
      FALSE},
  {"mp4mux, fragments", "mp4", "mp4mux", "mp4mux fragment-duration=1000", MP3,
      FALSE, TRUE},
  {"mp4mux, faststart", "mp4", "mp4mux", "mp4mux faststart=true", MP3, TRUE,
      FALSE},
  {"mpegtsmux", "ts", "mpegtsmux", "mpegtsmux", MP3, FALSE,
      FALSE},
  {"flvmux", "flv", "flvmux", "flvmux", MP3, FALSE,
      FALSE},
};

static const Muxer webm_muxers[] = {
  {"webmmux", "webm", "webmmux", "webmmux", "vorbisenc",
      FALSE, FALSE},
};

#define N_VARIANTS 8            /* profmuxsink, audio, 5 s: each or not */
#define N_H264 (G_N_ELEMENTS (encoders) * G_N_ELEMENTS (muxers) * N_VARIANTS)
#define N_WEBM (G_N_ELEMENTS (vp8_encoders) * G_N_ELEMENTS (webm_muxers) \
    * N_VARIANTS)

typedef struct
{
  const Encoder *encoder;
  const Muxer *muxer;
  gboolean mux_sink;
  gboolean audio;
  gboolean offset;
} Recording;

static Recording
get_recording (guint i)
{
  guint variant = i % N_VARIANTS;
  Recording recording = {
    .mux_sink = (variant & 1) != 0,
    .audio = (variant & 2) != 0,
    .offset = (variant & 4) != 0,
  };

  i /= N_VARIANTS;
  if (i < N_H264 / N_VARIANTS) {
    recording.encoder = &encoders[i % G_N_ELEMENTS (encoders)];
    recording.muxer = &muxers[i / G_N_ELEMENTS (encoders)];
  } else {
    i -= N_H264 / N_VARIANTS;
    recording.encoder = &vp8_encoders[i % G_N_ELEMENTS (vp8_encoders)];
    recording.muxer = &webm_muxers[i / G_N_ELEMENTS (vp8_encoders)];
  }
  return recording;
}

static gchar *
describe (const Recording * r, const gchar * location)
{
  const gchar *offset = r->offset ? "timestamp-offset=5000000000" : "";
  g_autofree gchar *audio = r->audio ? g_strdup_printf ("audiotestsrc "
      "num-buffers=135 samplesperbuffer=1024 %s ! audio/x-raw,rate=44100,"
      "channels=1 ! audioconvert ! %s ! mux.%s", offset, r->muxer->audio,
      r->mux_sink ? "audio_0" : "") : g_strdup ("");
  g_autofree gchar *end = r->mux_sink ?
      g_strdup_printf ("profmuxsink name=mux muxer=\"%s\" location=%s",
      r->muxer->description, location)
      : g_strdup_printf ("%s name=mux ! profsink name=sink location=%s",
      r->muxer->description, location);

  return g_strdup_printf ("latencytracer forward-frames=true "
      "videotestsrc num-buffers=%u pattern=ball %s ! " PIXEL_NUMBER_CAPS
      ",framerate=30/1 ! profnormalize name=normalize ! "
      "profencode encoder=\"%s\" ! %s identity name=packets ! mux. "
      "%s %s", N_FRAMES, offset, r->encoder->description, r->encoder->parser,
      end, audio);
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
  GstClockTime pts[N_FRAMES];   /* theirs */

  /* streaming thread of the sink */
  guint n_written;

  /* by the frame's number: nanoseconds of its stage write */
  guint n_frames;
  gboolean has_write[N_FRAMES + 1];
  GstClockTime write[N_FRAMES + 1];
  gboolean unjoined[N_FRAMES + 1];
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
  fail_unless (o->packets->len < N_FRAMES);
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

/* Muxers keep the order of packets. The write of packet n, the first being 1,
 * takes n milliseconds. */
static void
take_time (Observation * o, GstBuffer * buffer)
{
  GBytes *written = copy_bytes (buffer);

  g_mutex_lock (&o->lock);
  while (o->n_written < o->packets->len
      && begins_in (g_ptr_array_index (o->packets, o->n_written), written)) {
    o->n_written++;
    atomic_fetch_add (&time_now, o->n_written * GST_MSECOND);
  }
  g_mutex_unlock (&o->lock);
  g_bytes_unref (written);
}

static gboolean
take_time_of_each (GstBuffer ** buffer, guint i, gpointer user_data)
{
  take_time (user_data, *buffer);
  return TRUE;
}

/* The sink's thread, within the bracket of the stage write */
static GstPadProbeReturn
write_slowly (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info),
        take_time_of_each, user_data);
  else
    take_time (user_data, GST_PAD_PROBE_INFO_BUFFER (info));
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
      r->mux_sink ? "mux" : "sink");
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
  fail_unless (number >= 1 && number <= N_FRAMES, "frame %" G_GUINT64_FORMAT,
      number);
  fail_unless (gst_structure_get (frame, "stages", GST_TYPE_STRUCTURE, &stages,
          NULL));
  if (g_getenv ("JOIN_VERBOSE")) {
    g_autofree gchar *text = gst_structure_to_string (frame);
    g_print ("F %s\n", text);
  }
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
    if (!end && g_getenv ("JOIN_SPANS") && gst_structure_has_name (structure, "prof-span")) {
      g_autofree gchar *text = gst_structure_to_string (structure);
      g_print ("S %s\n", text);
    }
    if (!end && gst_structure_has_name (structure, "prof-frame"))
      note_frame (o, structure);
    gst_message_unref (message);
  }
  fail_unless (end || timeout == 0, "the pipeline did not come to its end");
}

static void
record (const Recording * r, const gchar * location, Observation * o)
{
  g_autofree gchar *text = describe (r, location);
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
  GstClockTime pts[N_FRAMES];
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
  fail_unless (packets->n_packets < N_FRAMES);
  packets->pts[packets->n_packets++] = GST_BUFFER_PTS (buffer);
}

typedef struct
{
  const Packets *packets;
  guint n_decoded;
  guint numbers[N_FRAMES];
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

  for (guint i = 0; i < N_FRAMES; i++)
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

  fail_unless (n_seen == N_FRAMES || (r->muxer->cut_off
          && n_seen >= N_FRAMES - 2));
  for (guint i = 0; i < N_FRAMES; i++) {
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

static void
check (const Recording * r, const gchar * location, const gchar * name)
{
  Observation o = { 0, };
  guint numbers[N_FRAMES], n_joined = 0, n_unjoined = 0, n_wrong = 0,
      n_lacking = 0;

  g_mutex_init (&o.lock);
  o.packets = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  record (r, location, &o);
  fail_unless_equals_int (o.packets->len, N_FRAMES);
  fail_unless_equals_int (o.n_frames, N_FRAMES);
  if (!r->muxer->opaque)
    fail_unless_equals_int (o.n_written, N_FRAMES);
  read_numbers (r, location, &o, numbers);

  for (guint packet = 1; packet <= N_FRAMES; packet++) {
    guint number = numbers[packet - 1];

    fail_unless (number >= 1 && number <= N_FRAMES);
    if (o.has_write[number] && o.write[number] / GST_MSECOND == packet)
      n_joined++;
    else if (o.unjoined[number] && !o.has_write[number])
      n_unjoined++;
    else if (!o.has_write[number])
      n_lacking++;
    else
      n_wrong++;
    if (g_getenv ("JOIN_VERBOSE"))
      g_print ("  packet %u number %u write %s %" G_GUINT64_FORMAT " %s\n",
          packet, number, o.has_write[number] ? "yes" : "no",
          o.write[number], o.unjoined[number] ? "unjoined" : "");
  }
  g_print ("%-55s %3u joined %3u unjoined %3u lacking %3u wrong\n", name,
      n_joined, n_unjoined, n_lacking, n_wrong);
  fail_unless_equals_int (n_wrong, 0);
  fail_unless_equals_int (n_lacking, 0);
  fail_unless_equals_int (n_joined, r->muxer->opaque ? 0 : N_FRAMES);

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
  Recording r = get_recording (__i__);
  g_autofree gchar *name = g_strdup_printf ("%s, %s%s%s%s", r.encoder->name,
      r.muxer->name, r.mux_sink ? " in profmuxsink" : " and profsink",
      r.audio ? ", audio beside" : "", r.offset ? ", from 5 s" : "");
  gchar *directory, *location;

  if (!has_element (r.encoder->factory) || !has_element (r.muxer->factory))
    GST_PROF_CHECK_SKIP ("an element is missing");

  directory = run_new_directory ();
  location = g_strdup_printf ("%s/file.%s", directory, r.muxer->extension);
  gst_prof_clock_set_func (get_time);
  check (&r, location, name);
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
      each_write_is_the_frame_that_is_seen_in_the_recording,
      g_getenv ("JOIN_ONLY") ? atoi (g_getenv ("JOIN_ONLY")) : 0,
      g_getenv ("JOIN_ONLY") ? atoi (g_getenv ("JOIN_ONLY")) + 1 : N_H264 + N_WEBM);
  return suite;
}

GST_CHECK_MAIN (join);
