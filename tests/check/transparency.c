/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Measuring never changes a byte of a recording: the same pipeline with and
 * without the wrappers writes the same file. Each pipeline first proves that it
 * can be asked that: 20 runs without wrappers, while all processors are busy,
 * have to write the same file. What happens on the pads is in passthrough.c.
 */

#include <gst/check/gstcheck.h>

#include "check-skip.h"
#include "packets.h"
#include "run.h"

#define BARE_RUNS 20
/* What is compared packet by packet has been compared byte by byte, too, in
 * another container. */
#define BARE_PACKET_RUNS 8
#define WRAPPED_RUNS 3
/* As many as a small machine has processors */
#define LOAD_THREADS 2

#define VIDEO(pattern, n) "videotestsrc num-buffers=" n " pattern=" pattern \
    " ! video/x-raw,format=I420,width=160,height=120,framerate=30/1 ! "
/* To be converted and scaled, with borders. */
#define ODD_VIDEO(n) "videotestsrc num-buffers=" n " ! video/x-raw," \
    "format=RGBx,width=179,height=83,framerate=30/1 ! "
#define AUDIO "audiotestsrc num-buffers=45 samplesperbuffer=1024 ! " \
    "audio/x-raw,format=S16LE,rate=44100,channels=1 ! audioconvert ! "
#define CONVERT "videoconvertscale ! video/x-raw,format=I420,width=160," \
    "height=120,pixel-aspect-ratio=1/1 ! "
#define NORMALIZE "profnormalize width=160 height=120 ! "

#define X264 "x264enc threads=1 bframes=2 rc-lookahead=20"
#define X264_LIVE "x264enc threads=1 sliced-threads=false tune=zerolatency " \
    "speed-preset=ultrafast"
#define BYTE_STREAM "h264parse ! video/x-h264,stream-format=byte-stream ! "

typedef struct
{
  const gchar *name;
  const gchar *extension;
  const gchar *needs;           /* element factories */
  const gchar *bare;
  const gchar *wrapped;
} Comparison;

/* *INDENT-OFF* */
static const Comparison byte_comparisons[] = {
  {"x264 with B-frames and look-ahead in MPEG-TS", "ts", "x264enc mpegtsmux",
    VIDEO ("smpte", "40") CONVERT X264 " ! h264parse ! mpegtsmux ! "
      "filesink location=@FILE@",
    VIDEO ("smpte", "40") NORMALIZE "profencode encoder=\"" X264 "\" ! "
      "h264parse ! mpegtsmux ! profsink location=@FILE@"},
  {"x264 with B-frames and look-ahead, elementary stream", "h264", "x264enc",
    VIDEO ("ball", "40") CONVERT X264 " ! " BYTE_STREAM
      "filesink location=@FILE@",
    VIDEO ("ball", "40") NORMALIZE "profencode encoder=\"" X264 "\" ! "
      BYTE_STREAM "profsink location=@FILE@"},
  {"x264 with B-frames and look-ahead in AVI", "avi", "x264enc avimux",
    VIDEO ("pinwheel", "40") CONVERT X264 " ! " BYTE_STREAM "avimux ! "
      "filesink location=@FILE@",
    VIDEO ("pinwheel", "40") NORMALIZE "profencode encoder=\"" X264 "\" ! "
      BYTE_STREAM "avimux ! profsink location=@FILE@"},
  {"jpegenc in AVI", "avi", "jpegenc avimux",
    VIDEO ("smpte", "40") CONVERT "jpegenc ! avimux ! "
      "filesink location=@FILE@",
    VIDEO ("smpte", "40") NORMALIZE "profencode encoder=jpegenc ! avimux ! "
      "profsink location=@FILE@"},
  {"jpegenc, elementary stream", "mjpeg", "jpegenc",
    ODD_VIDEO ("40") CONVERT "jpegenc ! filesink location=@FILE@",
    ODD_VIDEO ("40") NORMALIZE "profencode encoder=jpegenc ! "
      "profsink location=@FILE@"},
  {"vp8enc with its default deadline in IVF", "ivf", "vp8enc avmux_ivf",
    VIDEO ("ball", "45") CONVERT "vp8enc ! avmux_ivf ! "
      "filesink location=@FILE@",
    VIDEO ("ball", "45") NORMALIZE "profencode encoder=vp8enc ! avmux_ivf ! "
      "profsink location=@FILE@"},
  {"vp8enc with its default deadline in AVI", "avi", "vp8enc avimux",
    ODD_VIDEO ("45") CONVERT "vp8enc ! avimux ! filesink location=@FILE@",
    ODD_VIDEO ("45") NORMALIZE "profencode encoder=vp8enc ! avimux ! "
      "profsink location=@FILE@"},
  {"x264 for live streams on one thread in MPEG-TS by profmuxsink", "ts",
    "x264enc mpegtsmux",
    ODD_VIDEO ("40") CONVERT X264_LIVE " ! h264parse ! mpegtsmux ! "
      "filesink location=@FILE@",
    ODD_VIDEO ("40") NORMALIZE "profencode encoder=\"" X264_LIVE "\" ! "
      "h264parse ! profmuxsink location=@FILE@"},
  {"audio beside in MPEG-TS", "ts", "x264enc mpegtsmux lamemp3enc",
    VIDEO ("smpte", "30") CONVERT X264 " ! h264parse ! mux. "
      AUDIO "lamemp3enc ! mpegaudioparse ! mux. "
      "mpegtsmux name=mux ! filesink location=@FILE@",
    VIDEO ("smpte", "30") NORMALIZE "profencode encoder=\"" X264 "\" ! "
      "h264parse ! mux. " AUDIO "lamemp3enc ! mpegaudioparse ! mux. "
      "mpegtsmux name=mux ! profsink location=@FILE@"},
  {"raw video with an effect and a queue", "yuv", "videobalance",
    VIDEO ("snow", "40") "videobalance hue=0.3 ! queue ! " CONVERT
      "filesink location=@FILE@",
    VIDEO ("snow", "40") "profstage stage=effect element=\"videobalance "
      "hue=0.3\" ! queue ! " NORMALIZE "profsink location=@FILE@"},
  {"a sink with a block size of its own", "h264", "x264enc",
    VIDEO ("ball", "30") CONVERT X264 " ! " BYTE_STREAM
      "filesink buffer-mode=unbuffered location=@FILE@",
    VIDEO ("ball", "30") NORMALIZE "profencode encoder=\"" X264 "\" ! "
      BYTE_STREAM "profsink sink=\"filesink buffer-mode=unbuffered\" "
      "location=@FILE@"},
};

#define X264_PACKETS VIDEO ("smpte", "45") CONVERT X264 " ! h264parse ! "
#define PROF_PACKETS VIDEO ("smpte", "45") NORMALIZE "profencode encoder=\"" \
    X264 "\" ! h264parse ! "

static const Comparison packet_comparisons[] = {
  {"matroskamux", "mkv", "x264enc matroskamux",
    X264_PACKETS "matroskamux ! filesink location=@FILE@",
    PROF_PACKETS "matroskamux ! profsink location=@FILE@"},
  {"matroskamux in profmuxsink", "mkv", "x264enc matroskamux",
    X264_PACKETS "matroskamux offset-to-zero=true ! filesink location=@FILE@",
    PROF_PACKETS "profmuxsink location=@FILE@"},
  {"matroskamux in profmuxsink, audio beside", "mkv",
    "x264enc matroskamux lamemp3enc",
    X264_PACKETS "mux. " AUDIO "lamemp3enc ! mpegaudioparse ! mux. "
      "matroskamux name=mux offset-to-zero=true ! filesink location=@FILE@",
    PROF_PACKETS "mux. " AUDIO "lamemp3enc ! mpegaudioparse ! mux. "
      "profmuxsink name=mux location=@FILE@"},
  {"webmmux in profmuxsink", "webm", "vp8enc webmmux",
    VIDEO ("ball", "45") CONVERT "vp8enc ! webmmux offset-to-zero=true ! "
      "filesink location=@FILE@",
    VIDEO ("ball", "45") NORMALIZE "profencode encoder=vp8enc ! "
      "profmuxsink location=@FILE@"},
  {"mp4mux", "mp4", "x264enc mp4mux",
    X264_PACKETS "mp4mux ! filesink location=@FILE@",
    PROF_PACKETS "mp4mux ! profsink location=@FILE@"},
  {"mp4mux in profmuxsink, audio beside", "mp4", "x264enc mp4mux lamemp3enc",
    X264_PACKETS "mux. " AUDIO "lamemp3enc ! mpegaudioparse ! mux. "
      "mp4mux name=mux ! filesink location=@FILE@",
    PROF_PACKETS "mux. " AUDIO "lamemp3enc ! mpegaudioparse ! mux. "
      "profmuxsink name=mux location=@FILE@"},
  {"mp4mux with fragments", "mp4", "x264enc mp4mux",
    X264_PACKETS "mp4mux fragment-duration=500 ! filesink location=@FILE@",
    PROF_PACKETS "profmuxsink muxer=\"mp4mux fragment-duration=500\" "
      "location=@FILE@"},
  {"flvmux", "flv", "x264enc flvmux",
    X264_PACKETS "flvmux ! filesink location=@FILE@",
    PROF_PACKETS "flvmux ! profsink location=@FILE@"},
  {"flvmux in profmuxsink, audio beside", "flv", "x264enc flvmux lamemp3enc",
    X264_PACKETS "mux. " AUDIO "lamemp3enc ! mpegaudioparse ! mux. "
      "flvmux name=mux ! filesink location=@FILE@",
    PROF_PACKETS "mux. " AUDIO "lamemp3enc ! mpegaudioparse ! mux. "
      "profmuxsink name=mux location=@FILE@"},
};
/* *INDENT-ON* */

/* Returns the first of the factories that is not there, or NULL */
static gchar *
find_missing (const gchar * needs)
{
  g_auto (GStrv) names = g_strsplit (needs, " ", -1);

  for (guint i = 0; names[i] != NULL; i++) {
    GstElementFactory *factory = gst_element_factory_find (names[i]);

    if (factory == NULL)
      return g_strdup (names[i]);
    gst_object_unref (factory);
  }
  return NULL;
}

static GBytes *
record_bytes (const gchar * description, const gchar * location)
{
  gchar *data;
  gsize size;

  run_description (description, location);
  fail_unless (g_file_get_contents (location, &data, &size, NULL));
  fail_unless (size > 0);
  return g_bytes_new_take (data, size);
}

static void
assert_same_bytes (GBytes * expected, GBytes * got, const gchar * name,
    guint run)
{
  gsize n_expected, n_got, i = 0;
  const guint8 *a = g_bytes_get_data (expected, &n_expected);
  const guint8 *b = g_bytes_get_data (got, &n_got);

  while (i < MIN (n_expected, n_got) && a[i] == b[i])
    i++;
  fail_unless (i == n_expected && i == n_got, "%s, run %u: %" G_GSIZE_FORMAT
      " bytes instead of %" G_GSIZE_FORMAT ", the first that differs is at %"
      G_GSIZE_FORMAT, name, run, n_got, n_expected, i);
}

static GBytes *
prove_bytes (const Comparison * c, const gchar * location)
{
  GBytes *first = record_bytes (c->bare, location);

  for (guint i = 2; i <= BARE_RUNS; i++) {
    GBytes *again = record_bytes (c->bare, location);

    assert_same_bytes (first, again, c->name, i);
    g_bytes_unref (again);
  }
  return first;
}

GST_START_TEST (wrapped_file_is_byte_identical_to_bare)
{
  const Comparison *c = &byte_comparisons[__i__];
  g_autofree gchar *missing = find_missing (c->needs);
  gchar *directory, *location;
  RunLoad *load;
  GBytes *bare;

  if (missing != NULL)
    GST_PROF_CHECK_SKIP ("an element is missing");

  directory = run_new_directory ();
  location = g_strdup_printf ("%s/file.%s", directory, c->extension);
  load = run_load_start (LOAD_THREADS);
  bare = prove_bytes (c, location);
  for (guint i = 1; i <= WRAPPED_RUNS; i++) {
    GBytes *wrapped = record_bytes (c->wrapped, location);

    assert_same_bytes (bare, wrapped, c->name, i);
    g_bytes_unref (wrapped);
  }
  run_load_stop (load);

  g_bytes_unref (bare);
  g_free (location);
  run_remove_directory (directory);
}

GST_END_TEST;

static GPtrArray *
record_packets (const gchar * description, const gchar * location)
{
  GPtrArray *list;

  run_description (description, location);
  list = packets_list (location);
  fail_unless (list->len > 0);
  return list;
}

static void
assert_same_packets (GPtrArray * expected, GPtrArray * got, const gchar * name,
    guint run)
{
  for (guint i = 0; i < MIN (expected->len, got->len); i++) {
    const gchar *a = g_ptr_array_index (expected, i);
    const gchar *b = g_ptr_array_index (got, i);

    fail_unless (strcmp (a, b) == 0, "%s, run %u, packet %u is\n%s\n"
        "instead of\n%s", name, run, i, b, a);
  }
  fail_unless (expected->len == got->len, "%s, run %u: %u packets instead of "
      "%u", name, run, got->len, expected->len);
}

static GPtrArray *
prove_packets (const Comparison * c, const gchar * location)
{
  GPtrArray *first = record_packets (c->bare, location);

  for (guint i = 2; i <= BARE_PACKET_RUNS; i++) {
    GPtrArray *again = record_packets (c->bare, location);

    assert_same_packets (first, again, c->name, i);
    g_ptr_array_unref (again);
  }
  return first;
}

GST_START_TEST (wrapped_file_has_the_same_packets_as_bare)
{
  const Comparison *c = &packet_comparisons[__i__];
  g_autofree gchar *missing = find_missing (c->needs);
  gchar *directory, *location;
  RunLoad *load;
  GPtrArray *bare;

  if (missing != NULL)
    GST_PROF_CHECK_SKIP ("an element is missing");

  directory = run_new_directory ();
  location = g_strdup_printf ("%s/file.%s", directory, c->extension);
  load = run_load_start (LOAD_THREADS);
  bare = prove_packets (c, location);
  for (guint i = 1; i <= WRAPPED_RUNS; i++) {
    GPtrArray *wrapped = record_packets (c->wrapped, location);

    assert_same_packets (bare, wrapped, c->name, i);
    g_ptr_array_unref (wrapped);
  }
  run_load_stop (load);

  g_ptr_array_unref (bare);
  g_free (location);
  run_remove_directory (directory);
}

GST_END_TEST;

static Suite *
transparency_suite (void)
{
  Suite *suite = suite_create ("transparency");
  TCase *tcase = tcase_create ("files");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, wrapped_file_is_byte_identical_to_bare, 0,
      G_N_ELEMENTS (byte_comparisons));
  tcase_add_loop_test (tcase, wrapped_file_has_the_same_packets_as_bare, 0,
      G_N_ELEMENTS (packet_comparisons));
  return suite;
}

GST_CHECK_MAIN (transparency);
