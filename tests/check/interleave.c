/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * However the deliveries of threads are mixed, each span goes to its own frame
 * or to none. Recordings are made up from a seed, with what is true of them:
 * the own time of a span names its frame.
 */

#include <gst/check/gstcheck.h>
#include <gst/prof/gstprofframetable.h>

#define MS GST_MSECOND
#define NONE GST_CLOCK_TIME_NONE
#define N_FRAMES 90
#define N_THREADS 4
#define MAX_SPANS 1000
#define N_SEEDS 40

typedef enum
{
  CONTAINER_MEMORY,             /* Matroska: header and payload, its memory */
  CONTAINER_UNSURE,             /* MP4: memory, and it may be sound */
  CONTAINER_SIZES,              /* FLV: milliseconds from 0, sizes */
  CONTAINER_HOUR,               /* MPEG-TS: an hour later, no sizes */
  N_CONTAINERS
} Container;

typedef struct
{
  /* what kind of recording */
  guint n_threads;              /* 1: all on one; 2: a queue before the encoder;
                                   3: another before the muxer */
  Container container;
  guint b_frames;
  guint look_ahead;
  gboolean audio;
  gboolean corrected;
  guint drop_in_queue;          /* percent */
  guint drop_in_encoder;
  guint drop_in_muxer;
  GstClockTime start;

  /* what is true */
  GstClockTime in[N_FRAMES];
  GstClockTime out[N_FRAMES];
  gboolean normalized[N_FRAMES];
  gboolean encoded[N_FRAMES];
  gboolean packeted[N_FRAMES];
  gboolean written[N_FRAMES];

  /* what threads deliver */
  GstProfSpan spans[N_THREADS][MAX_SPANS];
  guint n_spans[N_THREADS];
} Recording;

static GRefString *names[5], *stream;
static const gchar *const stage_names[] =
    { "normalize", "pts", "encode", "mux", "write" };

enum
{
  NORMALIZE, PTS, ENCODE, MUX, WRITE
};

/* The own time of frame @i in @stage */
static GstClockTime
get_own (guint i, guint stage)
{
  return (i + 1) * 1000 + stage;
}

static GstProfSpan *
add_span (Recording * r, guint thread, guint stage, GstClockTime enter,
    GstClockTime leave)
{
  GstProfSpan *span = &r->spans[thread][r->n_spans[thread]++];

  g_assert (r->n_spans[thread] < MAX_SPANS);
  gst_prof_span_init (span);
  span->stage = names[stage];
  span->stream_id = stream;
  span->thread_id = 100 + thread;
  span->enter = enter;
  span->leave = leave;
  span->buffers = 1;
  return span;
}

static gboolean
chance (GRand * rand, guint percent)
{
  return g_rand_int_range (rand, 0, 100) < (gint) percent;
}

static void
choose (Recording * r, GRand * rand)
{
  GstClockTime last = 0;

  memset (r, 0, sizeof (*r));
  r->n_threads = g_rand_int_range (rand, 1, 4);
  r->container = g_rand_int_range (rand, 0, N_CONTAINERS);
  r->b_frames = g_rand_int_range (rand, 0, 4);
  r->look_ahead = g_rand_boolean (rand) ? 0 : g_rand_int_range (rand, 1, 30);
  r->look_ahead = MAX (r->look_ahead, r->b_frames);
  r->audio = g_rand_boolean (rand);
  r->corrected = g_rand_boolean (rand);
  r->drop_in_queue = r->n_threads > 1 && g_rand_boolean (rand) ? 10 : 0;
  r->drop_in_encoder = g_rand_boolean (rand) ? 5 : 0;
  r->drop_in_muxer = g_rand_boolean (rand) ? 5 : 0;
  r->start = g_rand_boolean (rand) ? 0 : 5 * GST_SECOND;

  for (guint i = 0; i < N_FRAMES; i++) {
    GstClockTime t = r->start + i * G_GUINT64_CONSTANT (33333333);

    /* Sometimes a time repeats, goes back or is missing. */
    r->in[i] = t;
    if (r->corrected && i > 0 && chance (rand, 15))
      r->in[i] = r->out[i - 1];
    else if (r->corrected && i > 1 && chance (rand, 5))
      r->in[i] = r->out[i - 2];
    r->out[i] = i > 0 && r->in[i] < last + MS ? last + MS : r->in[i];
    last = r->out[i];
    if (r->corrected && i > 0 && chance (rand, 5))
      r->in[i] = NONE;
  }
}

static void
add_normalize (Recording * r, guint i, GstClockTime t, GstClockTime leave)
{
  for (guint stage = NORMALIZE; stage <= PTS; stage++) {
    GstProfSpan *span = add_span (r, 0, stage, t + stage * 1000, leave);

    span->running_time = r->in[i];
    span->running_time_out = r->out[i];
    span->own = get_own (i, stage);
    span->packets = 1;
    if (r->in[i] != r->out[i])
      span->flags = GST_PROF_SPAN_FLAG_CORRECTED;
    if (i == 0 && stage == NORMALIZE)
      span->flags |= GST_PROF_SPAN_FLAG_RESET;
  }
  r->normalized[i] = TRUE;
}

typedef struct
{
  guint frames[N_FRAMES];       /* in decode order */
  guint n;
} Order;

/* I or P first, then the B-frames that are shown before it */
static void
make_order (Order * order, const guint * frames, guint n, guint b_frames)
{
  guint next = 0;

  order->n = 0;
  while (next < n) {
    guint last = next == 0 ? 0 : MIN (next + b_frames, n - 1);

    order->frames[order->n++] = frames[last];
    for (guint k = next; k < last; k++)
      order->frames[order->n++] = frames[k];
    next = last + 1;
  }
}

static void
fill_packet (Recording * r, GstProfSpan * span, const Order * order,
    const guint * shown, guint k, guint bytes, guint64 payload,
    GstClockTime latency)
{
  guint delay = r->b_frames > 0 ? 2 : 0;

  span->running_time_out = r->out[order->frames[k]];
  span->dts_running_time = k < delay ? NONE : r->out[shown[k - delay]];
  span->bytes = span->payload_size = bytes;
  span->payload = payload;
  span->packets = 1;
  span->latency = latency;
}

static GstClockTime
get_container_time (Recording * r, GstClockTime t)
{
  switch (r->container) {
    case CONTAINER_SIZES:
      return (t - r->start) / MS * MS;
    case CONTAINER_HOUR:
      return t + 3600 * GST_SECOND + 11111;
    case CONTAINER_UNSURE:
      return t + 66666666;
    default:
      return (t + MS / 2) / MS * MS;
  }
}

static void
add_audio_write (Recording * r, guint thread, GstClockTime enter,
    GstClockTime time)
{
  GstProfSpan *span = add_span (r, thread, WRITE, enter, enter + 100);

  span->flags = GST_PROF_SPAN_FLAG_MUXED;
  span->bytes = 60;
  span->own = 77;
  if (r->container == CONTAINER_UNSURE) {
    span->running_time = get_container_time (r, time);
    span->payload = 0xa0d10;
    span->payload_size = 60;
  } else {
    span->flags |= GST_PROF_SPAN_FLAG_NOT_VIDEO;
  }
}

static void
add_write (Recording * r, GRand * rand, guint thread, guint i,
    GstClockTime enter, guint bytes, guint64 payload)
{
  gboolean split = r->container == CONTAINER_MEMORY && g_rand_boolean (rand);
  GstProfSpan *span = add_span (r, thread, WRITE, enter, enter + 1000);

  span->flags = GST_PROF_SPAN_FLAG_MUXED;
  span->own = get_own (i, WRITE);
  span->running_time = get_container_time (r, r->out[i]);
  span->packets = r->container == CONTAINER_UNSURE ? 0 : 1;
  span->bytes = bytes + 20;
  if (r->container != CONTAINER_HOUR)
    span->payload_size = bytes;
  if (r->container == CONTAINER_UNSURE || (r->container == CONTAINER_MEMORY
          && !split))
    span->payload = payload;
  if (split) {
    span->bytes = 7;
    span->own -= 500;
    span = add_span (r, thread, WRITE, enter + 1000, enter + 2000);
    span->flags = GST_PROF_SPAN_FLAG_MUXED;
    span->own = 500;
    span->bytes = span->payload_size = bytes;
    span->payload = payload;
  }
  r->written[i] = TRUE;
}

/* One packet goes from the encoder into the file. */
static void
mux_packet (Recording * r, GRand * rand, guint thread, guint i,
    GstClockTime t, guint bytes, guint64 payload)
{
  GstProfSpan *span = add_span (r, thread, MUX, t, t + 5000);

  span->flags = GST_PROF_SPAN_FLAG_ENCODED;
  span->own = get_own (i, MUX);
  span->running_time = r->out[i];
  span->payload = payload;
  span->payload_size = span->bytes = bytes;
  if (r->audio && chance (rand, 60))
    add_audio_write (r, thread, t + 1000, r->out[i]);
  if (!chance (rand, r->drop_in_muxer))
    add_write (r, rand, thread, i, t + 2000, bytes, payload);
}

/* Sizes collide, and memory is used again once it was written. */
static void
simulate (Recording * r, GRand * rand)
{
  guint shown[N_FRAMES], n_shown = 0, frames[N_FRAMES], n_frames = 0;
  guint encode_thread = r->n_threads > 1 ? 1 : 0;
  guint mux_thread = r->n_threads > 2 ? 2 : encode_thread;
  GstClockTime entered[N_FRAMES] = { 0, };
  Order order;
  guint k = 0;

  for (guint i = 0; i < N_FRAMES; i++) {
    if (!chance (rand, r->drop_in_queue))
      frames[n_frames++] = i;
  }
  for (guint i = 0; i < n_frames; i++) {
    r->encoded[frames[i]] = TRUE;
    if (!chance (rand, r->drop_in_encoder))
      shown[n_shown++] = frames[i];
  }
  make_order (&order, shown, n_shown, r->b_frames);

  for (guint i = 0, f = 0, came = 0; i < N_FRAMES; i++) {
    GstClockTime t = GST_SECOND + i * 33 * MS;
    GstClockTime leave = t + (r->n_threads > 1 ? 5000 : 20 * MS);
    GstClockTime enter = t + (r->n_threads > 1 ? 10000 : 5000);
    GstProfSpan *span;
    guint p, bytes;
    guint64 payload;

    add_normalize (r, i, t, leave);
    if (!r->encoded[i])
      continue;
    entered[i] = enter;
    span = add_span (r, encode_thread, ENCODE, enter, enter + 10 * MS);
    span->own = get_own (i, ENCODE);
    span->running_time = r->out[i];
    span->inside = 1;
    if (came < n_shown && shown[came] == i)
      came++;
    f++;
    if (k >= n_shown || k + r->look_ahead >= came)
      continue;
    p = order.frames[k];
    bytes = 1000 + (k == 0 ? 5000 : g_rand_int_range (rand, 0, 4));
    payload = 0x100 + k % 3;
    fill_packet (r, span, &order, shown, k, bytes, payload,
        enter + 3 * MS - entered[p]);
    if (k == 0)
      span->flags |= GST_PROF_SPAN_FLAG_KEYFRAME;
    k++;
    r->packeted[p] = TRUE;
    mux_packet (r, rand, mux_thread, p, enter + 4 * MS, bytes, payload);
  }

  for (; k < n_shown; k++) {
    GstClockTime t = GST_SECOND + N_FRAMES * 33 * MS + k * 5 * MS;
    GstProfSpan *span = add_span (r, encode_thread, ENCODE, t, t);
    guint p = order.frames[k];
    guint bytes = 1000 + g_rand_int_range (rand, 0, 4);
    guint64 payload = 0x100 + k % 3;

    fill_packet (r, span, &order, shown, k, bytes, payload, t - entered[p]);
    span->flags = GST_PROF_SPAN_FLAG_OUTPUT;
    r->packeted[p] = TRUE;
    mux_packet (r, rand, mux_thread, p, t + MS, bytes, payload);
  }
}

typedef struct
{
  const Recording *recording;
  guint n_frames;
  guint n_cells[5];
  gchar *what;
  gboolean print;
} Check;

static void
check_frame (const GstProfFrame * frame, gpointer user_data)
{
  Check *c = user_data;
  const Recording *r = c->recording;
  guint i = c->n_frames++;
  guint passed = 0;

  fail_unless_equals_uint64 (frame->number, i + 1);
  fail_unless (frame->running_time == r->out[i],
      "%s: frame %u has the time of another", c->what, i);
  for (guint n = 0; n < frame->n_cells; n++) {
    guint stage = 0;

    while (strcmp (stage_names[stage], frame->cells[n].stage) != 0)
      stage++;
    fail_unless (frame->cells[n].own == get_own (i, stage),
        "%s: frame %u has the %s of frame %u", c->what, i,
        stage_names[stage], (guint) (frame->cells[n].own / 1000) - 1);
    c->n_cells[stage]++;
    passed |= 1 << stage;
  }
  fail_unless_equals_int (frame->packets, r->packeted[i]);

  /* What was dropped last of all cannot be told from what is late. */
  if (frame->state == GST_PROF_FRAME_INCOMPLETE) {
    fail_unless (!r->written[i] && i > N_FRAMES - 10,
        "%s: frame %u waits for %s", c->what, i, frame->missing);
  } else if (!r->encoded[i]) {
    fail_unless_equals_int (frame->state, GST_PROF_FRAME_DROPPED);
    fail_unless_equals_string (frame->missing, "encode");
  } else if (!r->packeted[i]) {
    fail_unless_equals_int (frame->state, GST_PROF_FRAME_DROPPED);
    fail_unless_equals_string (frame->missing, "mux");
  } else if (!r->written[i]) {
    fail_unless (frame->state == GST_PROF_FRAME_DROPPED
        || frame->n_unjoined > 0, "%s: frame %u was not written", c->what, i);
  } else {
    fail_unless (frame->state == GST_PROF_FRAME_COMPLETE,
        "%s: frame %u was dropped before %s", c->what, i, frame->missing);
    fail_unless ((passed & 1 << WRITE) || frame->n_unjoined > 0);
  }
}

/* Whose turn it is: sometimes one thread delivers all at once, sometimes every
 * thread has its turn. */
static guint
choose_thread (GRand * rand, guint mode, const guint * left, guint last)
{
  guint thread;

  if (mode < N_THREADS && left[mode] > 0)
    return mode;
  if (mode == N_THREADS && left[last] > 0 && g_rand_int_range (rand, 0, 20) > 0)
    return last;
  do {
    thread = g_rand_int_range (rand, 0, N_THREADS);
  } while (left[thread] == 0);
  return thread;
}

static void
deliver (Recording * r, GRand * rand, guint mode, Check * check)
{
  GstProfFrameTable *table = gst_prof_frame_table_new (check_frame, check);
  guint left[N_THREADS], total = 0, thread = 0;
  GstProfFrameCounters c;

  for (guint s = 0; s < G_N_ELEMENTS (stage_names); s++)
    gst_prof_frame_table_add_stage (table, stage_names[s]);
  for (guint t = 0; t < N_THREADS; t++)
    total += left[t] = r->n_spans[t];
  for (; total > 0; total--) {
    thread = choose_thread (rand, mode, left, thread);
    gst_prof_frame_table_push (table,
        &r->spans[thread][r->n_spans[thread] - left[thread]--]);
  }
  gst_prof_frame_table_flush (table);
  gst_prof_frame_table_get_counters (table, &c);
  fail_unless_equals_uint64 (c.frames, c.complete + c.dropped + c.incomplete);
  fail_unless_equals_uint64 (c.frames, N_FRAMES);
  gst_prof_frame_table_free (table);
}

static void
run (guint seed, Container container, guint * ret_writes, guint * ret_joined)
{
  GRand *rand = g_rand_new_with_seed (seed);
  Recording *r = g_new (Recording, 1);

  do {
    choose (r, rand);
  } while (r->container != container);
  simulate (r, rand);
  for (guint mode = 0; mode <= N_THREADS + 1; mode++) {
    Check check = {.recording = r };

    check.what = g_strdup_printf ("seed %u, deliveries %u, %u thread(s), "
        "container %u, %u B-frames, look-ahead %u, drops %u %u %u", seed, mode,
        r->n_threads, r->container, r->b_frames, r->look_ahead,
        r->drop_in_queue, r->drop_in_encoder, r->drop_in_muxer);
    deliver (r, rand, mode, &check);
    fail_unless (check.n_frames == N_FRAMES, "%s: %u frames", check.what,
        check.n_frames);
    for (guint i = 0; i < N_FRAMES; i++)
      *ret_writes += r->written[i];
    *ret_joined += check.n_cells[WRITE];
    g_free (check.what);
  }
  g_free (r);
  g_rand_free (rand);
}

static void
run_all (Container container, guint percent)
{
  guint writes = 0, joined = 0;

  for (guint s = 0; s < G_N_ELEMENTS (names); s++)
    names[s] = g_ref_string_new_intern (stage_names[s]);
  stream = g_ref_string_new_intern ("video");
  for (guint seed = 0; seed < N_SEEDS; seed++)
    run (seed, container, &writes, &joined);
  fail_unless (joined * 100 >= writes * percent, "%u of %u joined", joined,
      writes);
  for (guint s = 0; s < G_N_ELEMENTS (names); s++)
    g_ref_string_release (names[s]);
  g_ref_string_release (stream);
}

GST_START_TEST (test_written_memory_joins_always)
{
  run_all (CONTAINER_MEMORY, 100);
}

GST_END_TEST;

GST_START_TEST (test_written_memory_beside_sound_joins_always)
{
  run_all (CONTAINER_UNSURE, 100);
}

GST_END_TEST;

GST_START_TEST (test_sizes_and_times_join_or_are_unjoined)
{
  run_all (CONTAINER_SIZES, 98);
}

GST_END_TEST;

GST_START_TEST (test_times_of_a_known_offset_join_or_are_unjoined)
{
  run_all (CONTAINER_HOUR, 98);
}

GST_END_TEST;

static Suite *
interleave_suite (void)
{
  Suite *s = suite_create ("interleave");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_test (tc, test_written_memory_joins_always);
  tcase_add_test (tc, test_written_memory_beside_sound_joins_always);
  tcase_add_test (tc, test_sizes_and_times_join_or_are_unjoined);
  tcase_add_test (tc, test_times_of_a_known_offset_join_or_are_unjoined);
  return s;
}

GST_CHECK_MAIN (interleave);
