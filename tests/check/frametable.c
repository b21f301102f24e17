/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Joining spans to frames. Times are literal; FRAME (n) is the running time of
 * the nth frame at 30 fps. */

#include <gst/check/gstcheck.h>
#include <gst/prof/gstprofframetable.h>
#include <gst/prof/gstprofstagename.h>

#define MS ((GstClockTime) GST_MSECOND)
#define FRAME(n) ((n) * G_GUINT64_CONSTANT (33333333))

typedef struct
{
  GstProfFrameTable *table;
  GArray *frames;
} Fixture;

static void
take_frame (const GstProfFrame * frame, gpointer user_data)
{
  GstProfFrame copy = *frame;

  /* It goes with its stream. */
  copy.stream_id = g_intern_string (frame->stream_id);
  g_array_append_val ((GArray *) user_data, copy);
}

static void
fixture_init (Fixture * f, const gchar * const *stages)
{
  f->frames = g_array_new (FALSE, FALSE, sizeof (GstProfFrame));
  f->table = gst_prof_frame_table_new (take_frame, f->frames);
  for (; *stages; stages++)
    gst_prof_frame_table_add_stage (f->table, *stages);
}

/* Every frame that came has ended or is inside; every span was counted. */
static void
assert_conserved (Fixture * f)
{
  GstProfFrameCounters c;

  gst_prof_frame_table_get_counters (f->table, &c);
  fail_unless_equals_uint64 (c.frames,
      c.complete + c.dropped + c.incomplete + c.inside);
  fail_unless_equals_uint64 (f->frames->len,
      c.complete + c.dropped + c.incomplete);
}

static void
fixture_clear (Fixture * f)
{
  GstProfFrameCounters c;

  assert_conserved (f);
  gst_prof_frame_table_flush (f->table);
  assert_conserved (f);
  gst_prof_frame_table_get_counters (f->table, &c);
  fail_unless_equals_uint64 (c.inside, 0);
  for (guint i = 0; i < c.n_stages; i++)
    fail_unless_equals_uint64 (c.stages[i].spans,
        c.stages[i].joined + c.stages[i].unjoined + c.stages[i].apart);
  gst_prof_frame_table_free (f->table);
  g_array_unref (f->frames);
}

#define STAGES(...) ((const gchar * const []) { __VA_ARGS__, NULL })

static GstProfFrame *
get_frame (Fixture * f, guint i)
{
  fail_unless (i < f->frames->len, "only %u frames ended", f->frames->len);
  return &g_array_index (f->frames, GstProfFrame, i);
}

static const GstProfFrameCell *
find_cell (const GstProfFrame * frame, const gchar * stage)
{
  for (guint i = 0; i < frame->n_cells; i++) {
    if (strcmp (frame->cells[i].stage, stage) == 0)
      return &frame->cells[i];
  }
  return NULL;
}

static void
get_stage_counters (Fixture * f, const gchar * stage,
    GstProfFrameStageCounters * ret_counters)
{
  GstProfFrameCounters c;

  gst_prof_frame_table_get_counters (f->table, &c);
  for (guint i = 0; i < c.n_stages; i++) {
    if (strcmp (c.stages[i].stage, stage) == 0) {
      *ret_counters = c.stages[i];
      return;
    }
  }
  fail ("no stage %s", stage);
}

/* The span's strings are borrowed: the table copies what it keeps. */
static guint64
push (Fixture * f, const gchar * stage, const gchar * stream,
    GstProfSpan span)
{
  guint64 number;

  span.stage = g_ref_string_new_intern (stage);
  span.stream_id = stream ? g_ref_string_new_intern (stream) : NULL;
  number = gst_prof_frame_table_push (f->table, &span);
  gst_prof_span_clear (&span);
  return number;
}

static GstProfSpan
make_span (GstClockTime running_time, GstClockTime enter, GstClockTime own)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.running_time = span.running_time_out = running_time;
  span.enter = enter;
  span.leave = enter + own;
  span.own = own;
  span.thread_id = 1;
  span.buffers = 1;
  return span;
}

static guint64
push_raw (Fixture * f, const gchar * stage, GstClockTime running_time,
    GstClockTime enter, GstClockTime own)
{
  return push (f, stage, "v", make_span (running_time, enter, own));
}

static void
push_corrected (Fixture * f, const gchar * stage, GstClockTime in,
    GstClockTime out, GstClockTime enter)
{
  GstProfSpan span = make_span (in, enter, MS);

  span.running_time_out = out;
  if (in != out)
    span.flags = GST_PROF_SPAN_FLAG_CORRECTED;
  push (f, stage, "v", span);
}

/* A frame enters the encoder at @enter; the packet of another may come out. */
static void
push_encode (Fixture * f, GstClockTime running_time, GstClockTime enter,
    GstClockTime own, GstClockTime packet, GstClockTime dts, guint64 bytes,
    GstClockTime latency)
{
  GstProfSpan span = make_span (running_time, enter, own);

  span.running_time_out = packet;
  span.inside = 1;
  if (GST_CLOCK_TIME_IS_VALID (packet)) {
    span.packets = 1;
    span.dts_running_time = dts;
    span.bytes = span.payload_size = bytes;
    span.payload = 0x1000 + bytes;
    span.latency = latency;
  }
  push (f, "encode", "v", span);
}

static void
push_write (Fixture * f, GstClockTime time, guint64 payload, guint64 size,
    GstClockTime enter)
{
  GstProfSpan span = make_span (time, enter, MS);

  span.flags = GST_PROF_SPAN_FLAG_MUXED;
  span.packets = 1;
  span.payload = payload;
  span.payload_size = size;
  span.bytes = size ? size + 7 : 188;
  push (f, "write", "v", span);
}

GST_START_TEST (test_a_frame_is_complete_when_it_passed_all_stages)
{
  Fixture f;
  GstProfFrame *frame;

  fixture_init (&f, STAGES ("normalize", "encode", "write"));
  push_raw (&f, "normalize", FRAME (0), 100 * MS, 8 * MS);
  fail_unless_equals_int (f.frames->len, 0);
  push_encode (&f, FRAME (0), 110 * MS, 32 * MS, FRAME (0), FRAME (0), 5000,
      33 * MS);
  fail_unless_equals_int (f.frames->len, 0);
  push_write (&f, FRAME (0), 0x1000 + 5000, 5000, 143 * MS);
  fail_unless_equals_int (f.frames->len, 1);

  frame = get_frame (&f, 0);
  fail_unless_equals_uint64 (frame->number, 1);
  fail_unless_equals_string (frame->stream_id, "v");
  fail_unless_equals_int (frame->state, GST_PROF_FRAME_COMPLETE);
  fail_unless_equals_uint64 (frame->running_time, FRAME (0));
  fail_unless_equals_uint64 (frame->total, 41 * MS);
  fail_unless_equals_uint64 (frame->occupancy, 41 * MS);
  fail_unless_equals_uint64 (frame->first_enter, 100 * MS);
  fail_unless_equals_uint64 (frame->last_leave, 144 * MS);
  fail_unless_equals_uint64 (frame->latency, 44 * MS);
  fail_unless_equals_uint64 (frame->encode_latency, 33 * MS);
  fail_unless_equals_int (frame->packets, 1);
  fail_unless_equals_uint64 (frame->bytes, 5000);
  fail_unless_equals_int (frame->n_cells, 3);
  fail_unless_equals_string (frame->cells[0].stage, "normalize");
  fail_unless_equals_string (frame->cells[1].stage, "encode");
  fail_unless_equals_string (frame->cells[2].stage, "write");
  fail_unless_equals_uint64 (frame->cells[1].own, 32 * MS);
  fail_unless_equals_uint64 (frame->cells[2].bytes, 5007);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_cells_are_in_order_of_entry_though_they_came_otherwise)
{
  Fixture f;
  GstProfFrame *frame;

  fixture_init (&f, STAGES ("c", "a", "b"));
  push_raw (&f, "b", FRAME (0), 20 * MS, MS);
  push_raw (&f, "c", FRAME (0), 30 * MS, MS);
  push_raw (&f, "a", FRAME (0), 10 * MS, MS);
  frame = get_frame (&f, 0);
  fail_unless_equals_string (frame->cells[0].stage, "a");
  fail_unless_equals_string (frame->cells[1].stage, "b");
  fail_unless_equals_string (frame->cells[2].stage, "c");
  fail_unless_equals_uint64 (frame->first_enter, 10 * MS);
  fail_unless_equals_string (gst_prof_frame_table_get_first_stage (f.table,
          "v"), "a");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_occupancy_is_that_of_the_busiest_thread)
{
  Fixture f;
  GstProfSpan span;

  fixture_init (&f, STAGES ("a", "b", "c"));
  push_raw (&f, "a", FRAME (0), 10 * MS, 5 * MS);
  span = make_span (FRAME (0), 20 * MS, 8 * MS);
  span.thread_id = 2;
  push (&f, "b", "v", span);
  push_raw (&f, "c", FRAME (0), 30 * MS, 6 * MS);
  fail_unless_equals_uint64 (get_frame (&f, 0)->total, 19 * MS);
  fail_unless_equals_uint64 (get_frame (&f, 0)->occupancy, 11 * MS);
  fail_unless_equals_uint64 (get_frame (&f, 0)->occupancy_thread, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_time_off_by_a_rounding_joins_when_it_is_alone)
{
  Fixture f;

  fixture_init (&f, STAGES ("a", "b"));
  push_raw (&f, "a", FRAME (1), 10 * MS, MS);
  push_raw (&f, "b", FRAME (1) + 400000, 20 * MS, MS);
  fail_unless_equals_int (f.frames->len, 1);
  push_raw (&f, "a", FRAME (2), 30 * MS, MS);
  push_raw (&f, "b", FRAME (2) + 600000, 40 * MS, MS);
  fail_unless_equals_int (get_frame (&f, 1)->state, GST_PROF_FRAME_DROPPED);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_corrected_times_join_the_stages_on_both_sides)
{
  Fixture f;

  /* "before" sees the time that came, three times the same. */
  fixture_init (&f, STAGES ("before", "normalize", "pts", "behind"));
  for (guint i = 0; i < 3; i++) {
    GstClockTime t = 100 * MS + i * 10 * MS;

    push_raw (&f, "before", FRAME (1), t, MS);
    push_corrected (&f, "normalize", FRAME (1), FRAME (1) + i * MS, t + 2 * MS);
    push_corrected (&f, "pts", FRAME (1), FRAME (1) + i * MS, t + 3 * MS);
    push_raw (&f, "behind", FRAME (1) + i * MS, t + 4 * MS, MS);
  }
  fail_unless_equals_int (f.frames->len, 3);
  for (guint i = 0; i < 3; i++) {
    GstProfFrame *frame = get_frame (&f, i);

    fail_unless_equals_uint64 (frame->number, i + 1);
    fail_unless_equals_uint64 (frame->running_time, FRAME (1) + i * MS);
    fail_unless_equals_int (frame->n_cells, 4);
    for (guint s = 0; s < 4; s++)
      fail_unless_equals_uint64 (frame->cells[s].enter,
          100 * MS + i * 10 * MS + (s ? s + 1 : 0) * MS);
    fail_unless_equals_int ((frame->flags & GST_PROF_SPAN_FLAG_CORRECTED) != 0,
        i > 0);
  }
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_two_halves_of_a_frame_become_one_when_the_correction_comes)
{
  Fixture f;
  GstProfFrameCounters c;

  fixture_init (&f, STAGES ("before", "normalize", "behind"));
  push_raw (&f, "behind", FRAME (2), 30 * MS, MS);
  push_raw (&f, "before", FRAME (1), 10 * MS, MS);
  gst_prof_frame_table_get_counters (f.table, &c);
  fail_unless_equals_uint64 (c.frames, 2);
  push_corrected (&f, "normalize", FRAME (1), FRAME (2), 20 * MS);
  gst_prof_frame_table_get_counters (f.table, &c);
  fail_unless_equals_uint64 (c.frames, 1);
  fail_unless_equals_uint64 (c.complete, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_frame_without_a_time_is_known_by_its_corrected_one)
{
  Fixture f;

  fixture_init (&f, STAGES ("normalize", "behind"));
  push_corrected (&f, "normalize", GST_CLOCK_TIME_NONE, FRAME (3), 10 * MS);
  push_raw (&f, "behind", FRAME (3), 20 * MS, MS);
  fail_unless_equals_int (f.frames->len, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_packets_go_to_their_own_frame_with_look_ahead)
{
  Fixture f;
  /* The packet that comes out while frame i is in there, in decode order */
  const gint packet[] = { -1, -1, 0, 3, 1, 2, 6, 4, 5 };

  fixture_init (&f, STAGES ("normalize", "encode"));
  for (guint i = 0; i < G_N_ELEMENTS (packet); i++) {
    GstClockTime t = 100 * MS + i * 33 * MS;
    gint p = packet[i];

    push_raw (&f, "normalize", FRAME (i), t, MS);
    push_encode (&f, FRAME (i), t + 2 * MS, (20 + i) * MS,
        p < 0 ? GST_CLOCK_TIME_NONE : FRAME (p), GST_CLOCK_TIME_NONE,
        1000 + p, (i - p) * 33 * MS + 10 * MS);
  }
  fail_unless_equals_int (f.frames->len, 7);
  for (guint i = 0; i < 7; i++) {
    GstProfFrame *frame = get_frame (&f, i);

    fail_unless_equals_uint64 (frame->number, i + 1);
    fail_unless_equals_int (frame->state, GST_PROF_FRAME_COMPLETE);
    fail_unless_equals_uint64 (frame->bytes, 1000 + i);
    fail_unless_equals_uint64 (find_cell (frame, "encode")->own,
        (20 + i) * MS);
    fail_unless_equals_uint64 (find_cell (frame, "encode")->bytes, 1000 + i);
    fail_unless_equals_uint64 (frame->latency, frame->encode_latency + 2 * MS);
  }
  /* Frame 3's packet came before those of 1 and 2. */
  fail_unless_equals_uint64 (get_frame (&f, 3)->encode_latency, 10 * MS);
  fail_unless_equals_uint64 (get_frame (&f, 1)->encode_latency, 109 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_draining_gives_the_last_packets)
{
  Fixture f;
  GstProfSpan drain = make_span (GST_CLOCK_TIME_NONE, 300 * MS, 50 * MS);
  GstProfSpan output = make_span (GST_CLOCK_TIME_NONE, 310 * MS, 0);

  fixture_init (&f, STAGES ("encode"));
  push_encode (&f, FRAME (0), 100 * MS, MS, GST_CLOCK_TIME_NONE, 0, 0, 0);
  push_encode (&f, FRAME (1), 133 * MS, MS, FRAME (0), FRAME (0), 500, 34 * MS);
  drain.flags = GST_PROF_SPAN_FLAG_DRAIN;
  push (&f, "encode", "v", drain);
  output.flags = GST_PROF_SPAN_FLAG_OUTPUT;
  output.packets = 1;
  output.running_time_out = output.dts_running_time = FRAME (1);
  output.bytes = 300;
  output.latency = 177 * MS;
  push (&f, "encode", "v", output);
  fail_unless_equals_int (f.frames->len, 2);
  fail_unless_equals_uint64 (get_frame (&f, 1)->bytes, 300);
  fail_unless_equals_uint64 (get_frame (&f, 1)->total, MS);
  fail_unless_equals_uint64 (get_frame (&f, 1)->latency, 177 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_frame_dropped_in_a_queue_names_the_stage_it_missed)
{
  Fixture f;

  fixture_init (&f, STAGES ("normalize", "encode"));
  for (guint i = 0; i < 3; i++)
    push_raw (&f, "normalize", FRAME (i), i * 10 * MS, MS);
  push_encode (&f, FRAME (0), 5 * MS, MS, FRAME (0), FRAME (0), 100, MS);
  push_encode (&f, FRAME (2), 25 * MS, MS, FRAME (2), FRAME (2), 100, MS);
  fail_unless_equals_int (f.frames->len, 3);
  fail_unless_equals_int (get_frame (&f, 1)->state, GST_PROF_FRAME_DROPPED);
  fail_unless_equals_string (get_frame (&f, 1)->missing, "encode");
  fail_unless_equals_int (get_frame (&f, 2)->state, GST_PROF_FRAME_COMPLETE);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_dropped_frame_heard_of_late_keeps_its_number)
{
  Fixture f;

  /* The thread behind the queue delivers first. */
  fixture_init (&f, STAGES ("normalize", "encode"));
  push_encode (&f, FRAME (0), 5 * MS, MS, FRAME (0), FRAME (0), 100, MS);
  push_encode (&f, FRAME (2), 25 * MS, MS, FRAME (2), FRAME (2), 100, MS);
  for (guint i = 0; i < 3; i++)
    push_raw (&f, "normalize", FRAME (i), i * 10 * MS, MS);
  for (guint i = 0; i < 3; i++) {
    fail_unless_equals_uint64 (get_frame (&f, i)->number, i + 1);
    fail_unless_equals_uint64 (get_frame (&f, i)->running_time, FRAME (i));
  }
  fail_unless_equals_int (get_frame (&f, 1)->state, GST_PROF_FRAME_DROPPED);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_spans_that_were_lost_are_no_drop)
{
  Fixture f;

  fixture_init (&f, STAGES ("a", "b"));
  push_raw (&f, "a", FRAME (0), 10 * MS, MS);
  gst_prof_frame_table_note_loss (f.table);
  push_raw (&f, "a", FRAME (1), 20 * MS, MS);
  push_raw (&f, "b", FRAME (1), 25 * MS, MS);
  fail_unless_equals_int (get_frame (&f, 0)->state, GST_PROF_FRAME_INCOMPLETE);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_frame_that_got_further_was_not_dropped)
{
  Fixture f;

  fixture_init (&f, STAGES ("a", "b", "c"));
  for (guint i = 0; i < 3; i++) {
    push_raw (&f, "a", FRAME (i), i * 10 * MS, MS);
    if (i != 1)
      push_raw (&f, "b", FRAME (i), i * 10 * MS + 2 * MS, MS);
    push_raw (&f, "c", FRAME (i), i * 10 * MS + 4 * MS, MS);
  }
  fail_unless_equals_int (get_frame (&f, 1)->state, GST_PROF_FRAME_COMPLETE);
  fail_unless_equals_int (get_frame (&f, 1)->n_unjoined, 1);
  fail_unless_equals_string (get_frame (&f, 1)->unjoined[0], "b");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_an_encoder_that_drops_a_frame_is_known_by_decode_times)
{
  Fixture f;

  fixture_init (&f, STAGES ("normalize", "encode", "write"));
  for (guint i = 0; i < 5; i++) {
    gboolean dropped = i == 1;
    GstClockTime t = i * 33 * MS;

    push_raw (&f, "normalize", FRAME (i), t, MS);
    push_encode (&f, FRAME (i), t + 2 * MS, MS, dropped ? GST_CLOCK_TIME_NONE :
        FRAME (i), FRAME (i), 100 + i, MS);
    if (!dropped)
      push_write (&f, FRAME (i), 0x1000 + 100 + i, 100 + i, t + 4 * MS);
  }
  fail_unless_equals_int (f.frames->len, 5);
  fail_unless_equals_int (get_frame (&f, 1)->state, GST_PROF_FRAME_DROPPED);
  fail_unless_equals_string (get_frame (&f, 1)->missing, "write");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_packet_that_the_muxer_drops_drops_its_frame)
{
  Fixture f;

  fixture_init (&f, STAGES ("encode", "write"));
  for (guint i = 0; i < 4; i++) {
    push_encode (&f, FRAME (i), i * 33 * MS, MS, FRAME (i), FRAME (i), 100 + i,
        MS);
    if (i != 1)
      push_write (&f, FRAME (i), 0x1000 + 100 + i, 100 + i, i * 33 * MS + MS);
  }
  fail_unless_equals_int (f.frames->len, 4);
  fail_unless_equals_int (get_frame (&f, 1)->state, GST_PROF_FRAME_DROPPED);
  fail_unless_equals_string (get_frame (&f, 1)->missing, "write");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_header_and_its_payload_are_one_write)
{
  Fixture f;
  GstProfSpan header, payload;

  fixture_init (&f, STAGES ("encode", "write"));
  push_encode (&f, FRAME (0), 0, MS, FRAME (0), FRAME (0), 9143, MS);
  header = make_span (FRAME (0), 2 * MS, MS);
  header.flags = GST_PROF_SPAN_FLAG_MUXED;
  header.packets = 1;
  header.payload_size = 9143;
  header.bytes = 7;
  push (&f, "write", "v", header);
  fail_unless_equals_int (f.frames->len, 0);
  payload = make_span (GST_CLOCK_TIME_NONE, 3 * MS, 2 * MS);
  payload.flags = GST_PROF_SPAN_FLAG_MUXED;
  payload.payload = 0x1000 + 9143;
  payload.payload_size = payload.bytes = 9143;
  push (&f, "write", "v", payload);
  fail_unless_equals_int (f.frames->len, 1);
  fail_unless_equals_uint64 (find_cell (get_frame (&f, 0), "write")->own,
      3 * MS);
  fail_unless_equals_int (find_cell (get_frame (&f, 0), "write")->spans, 2);
  fail_unless_equals_uint64 (find_cell (get_frame (&f, 0), "write")->bytes,
      9150);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_an_offset_of_container_times_is_learnt_from_sizes)
{
  Fixture f;

  /* The stream starts at 5 s, the container at 0, in whole milliseconds. */
  fixture_init (&f, STAGES ("encode", "write"));
  for (guint i = 0; i < 20; i++) {
    GstClockTime pts = 5 * GST_SECOND + FRAME (i);

    push_encode (&f, pts, i * 33 * MS, MS, pts, pts, 100 + 7 * (i % 3), MS);
    push_write (&f, FRAME (i) / MS * MS, 0, 100 + 7 * (i % 3),
        i * 33 * MS + MS);
  }
  gst_prof_frame_table_flush (f.table);
  fail_unless_equals_int (f.frames->len, 20);
  for (guint i = 0; i < 20; i++) {
    fail_unless_equals_int (get_frame (&f, i)->state, GST_PROF_FRAME_COMPLETE);
    fail_unless_equals_uint64 (find_cell (get_frame (&f, i), "write")->enter,
        i * 33 * MS + MS);
  }
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_container_times_that_never_agree_are_unjoined)
{
  Fixture f;
  GstProfFrameStageCounters c;

  /* Neither memory nor size, and times by an offset that nobody knows: each
   * would fit one packet as well as the next. */
  fixture_init (&f, STAGES ("encode", "write"));
  for (guint i = 0; i < 100; i++) {
    push_encode (&f, FRAME (i), i * 33 * MS, MS, FRAME (i), FRAME (i), 100, MS);
    push_write (&f, 77 * GST_SECOND + FRAME (i), 0, 0, i * 33 * MS + MS);
  }
  get_stage_counters (&f, "write", &c);
  fail_unless_equals_uint64 (c.joined, 0);
  fail_unless (c.unjoined >= 98);
  /* They are not waited for any more. */
  fail_unless (f.frames->len >= 98);
  fail_unless_equals_int (get_frame (&f, 97)->state, GST_PROF_FRAME_COMPLETE);
  fail_unless_equals_int (get_frame (&f, 97)->n_unjoined, 1);
  fail_unless_equals_string (get_frame (&f, 97)->unjoined[0], "write");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_start_that_equals_a_later_time_is_not_joined)
{
  Fixture f;
  GstProfFrameStageCounters c;

  /* The stream starts at 1 s, the container at 0, and sizes are unknown. The
   * 30th write has the time of the first packet. */
  fixture_init (&f, STAGES ("encode", "write"));
  for (guint i = 0; i < 60; i++) {
    GstClockTime pts = FRAME (30 + i);

    push_encode (&f, pts, i * 33 * MS, MS, pts, pts, 100, MS);
    push_write (&f, FRAME (i), 0, 0, i * 33 * MS + MS);
  }
  get_stage_counters (&f, "write", &c);
  fail_unless_equals_uint64 (c.joined, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_memory_used_again_is_told_apart_by_when_it_came_out)
{
  Fixture f;

  /* The thread that writes delivers late: two packets had the same memory. */
  fixture_init (&f, STAGES ("encode", "write"));
  for (guint i = 0; i < 6; i++)
    push_encode (&f, FRAME (i), i * 33 * MS, MS, FRAME (i), FRAME (i), 100, MS);
  for (guint i = 0; i < 6; i++)
    push_write (&f, GST_CLOCK_TIME_NONE, 0x1000 + 100, 100,
        i * 33 * MS + 2 * MS);
  fail_unless_equals_int (f.frames->len, 6);
  for (guint i = 0; i < 6; i++)
    fail_unless_equals_uint64 (find_cell (get_frame (&f, i), "write")->enter,
        i * 33 * MS + 2 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_what_may_be_audio_joins_by_its_memory_only)
{
  Fixture f;
  GstProfFrameStageCounters c;
  GstProfSpan unsure;

  fixture_init (&f, STAGES ("encode", "write"));
  for (guint i = 0; i < 3; i++) {
    push_encode (&f, FRAME (i), i * 33 * MS, MS, FRAME (i), FRAME (i), 100 + i,
        MS);
    /* Audio with the very time of the packet */
    unsure = make_span (FRAME (i), i * 33 * MS + 2 * MS, MS);
    unsure.flags = GST_PROF_SPAN_FLAG_MUXED;
    unsure.payload = 0xa0d10;
    unsure.payload_size = unsure.bytes = 50;
    push (&f, "write", "v", unsure);
    unsure = make_span (FRAME (i), i * 33 * MS + 4 * MS, MS);
    unsure.flags = GST_PROF_SPAN_FLAG_MUXED;
    unsure.payload = 0x1000 + 100 + i;
    unsure.payload_size = unsure.bytes = 100 + i;
    push (&f, "write", "v", unsure);
  }
  fail_unless_equals_int (f.frames->len, 3);
  for (guint i = 0; i < 3; i++)
    fail_unless_equals_uint64 (find_cell (get_frame (&f, i), "write")->enter,
        i * 33 * MS + 4 * MS);
  get_stage_counters (&f, "write", &c);
  fail_unless_equals_uint64 (c.joined, 3);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_parser_between_may_give_the_packet_other_memory)
{
  Fixture f;

  fixture_init (&f, STAGES ("encode", "mux", "write"));
  for (guint i = 0; i < 3; i++) {
    GstProfSpan mux = make_span (FRAME (i), i * 33 * MS + 2 * MS, MS);

    push_encode (&f, FRAME (i), i * 33 * MS, MS, FRAME (i), FRAME (i), 100 + i,
        MS);
    mux.flags = GST_PROF_SPAN_FLAG_ENCODED;
    mux.payload = 0x9000 + i;
    mux.payload_size = mux.bytes = 96 + i;
    push (&f, "mux", "v", mux);
    push_write (&f, GST_CLOCK_TIME_NONE, 0x9000 + i, 96 + i,
        i * 33 * MS + 5 * MS);
  }
  fail_unless_equals_int (f.frames->len, 3);
  fail_unless_equals_int (get_frame (&f, 2)->n_cells, 3);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_encoded_video_from_outside_makes_frames_and_packets)
{
  Fixture f;

  fixture_init (&f, STAGES ("mux", "write"));
  for (guint i = 0; i < 3; i++) {
    GstProfSpan mux = make_span (FRAME (i), i * 33 * MS + 2 * MS, MS);

    mux.flags = GST_PROF_SPAN_FLAG_ENCODED;
    mux.payload = 0x9000 + i;
    mux.payload_size = mux.bytes = 96 + i;
    push (&f, "mux", "v", mux);
    push_write (&f, GST_CLOCK_TIME_NONE, 0x9000 + i, 96 + i,
        i * 33 * MS + 5 * MS);
  }
  fail_unless_equals_int (f.frames->len, 3);
  fail_unless_equals_uint64 (get_frame (&f, 2)->bytes, 98);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_headers_audio_and_drain_make_no_frames)
{
  Fixture f;
  GstProfFrameCounters c;
  GstProfSpan span = make_span (FRAME (0), 10 * MS, MS);

  fixture_init (&f, STAGES ("encode", "write"));
  span.flags = GST_PROF_SPAN_FLAG_MUXED | GST_PROF_SPAN_FLAG_HEADER;
  push (&f, "write", "v", span);
  span.flags = GST_PROF_SPAN_FLAG_MUXED | GST_PROF_SPAN_FLAG_NOT_VIDEO;
  push (&f, "write", "v", span);
  span.flags = GST_PROF_SPAN_FLAG_NOT_VIDEO;
  push (&f, "write", "a", span);
  span.flags = GST_PROF_SPAN_FLAG_DRAIN;
  push (&f, "encode", "v", span);
  gst_prof_frame_table_get_counters (f.table, &c);
  fail_unless_equals_uint64 (c.frames, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_stage_of_audio_is_not_waited_for)
{
  Fixture f;
  GstProfSpan audio = make_span (FRAME (0), 10 * MS, MS);

  fixture_init (&f, STAGES ("a", "b", "volume"));
  audio.flags = GST_PROF_SPAN_FLAG_NOT_VIDEO;
  push (&f, "volume", "audio", audio);
  for (guint i = 0; i < 60; i++) {
    push_raw (&f, "a", FRAME (i), FRAME (i), MS);
    push_raw (&f, "b", FRAME (i), FRAME (i) + 2 * MS, MS);
  }
  fail_unless_equals_int (f.frames->len, 60);
  fail_unless_equals_int (get_frame (&f, 59)->state, GST_PROF_FRAME_COMPLETE);
  fail_unless_equals_int (get_frame (&f, 59)->n_unjoined, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_silent_stage_is_waited_for_five_seconds)
{
  Fixture f;

  fixture_init (&f, STAGES ("a", "silent"));
  for (guint i = 0; i < 150; i++)
    push_raw (&f, "a", FRAME (i), FRAME (i), MS);
  fail_unless_equals_int (f.frames->len, 0);
  push_raw (&f, "a", FRAME (150), FRAME (150), MS);
  fail_unless_equals_int (f.frames->len, 151);
  fail_unless_equals_string (get_frame (&f, 0)->unjoined[0], "silent");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_the_wait_for_a_writer_begins_with_the_packet)
{
  Fixture f;

  /* 5 fps and 40 frames of look-ahead: the first packet comes after 8 s. */
  fixture_init (&f, STAGES ("encode", "write"));
  for (guint i = 0; i < 60; i++) {
    GstClockTime t = i * 200 * MS;

    push_encode (&f, t, t, MS, i < 40 ? GST_CLOCK_TIME_NONE : t - 8000 * MS,
        GST_CLOCK_TIME_NONE, 100 + i, 8000 * MS + MS);
    if (i >= 40)
      push_write (&f, t - 8000 * MS, 0x1000 + 100 + i, 100 + i, t + 2 * MS);
  }
  fail_unless_equals_int (f.frames->len, 20);
  for (guint i = 0; i < 20; i++)
    fail_unless (find_cell (get_frame (&f, i), "write") != NULL);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_frame_is_given_up_when_512_are_newer)
{
  Fixture f;
  GstProfFrameCounters c;

  fixture_init (&f, STAGES ("encode"));
  for (guint i = 0; i < 600; i++)
    push_encode (&f, FRAME (i), FRAME (i), MS, GST_CLOCK_TIME_NONE, 0, 0, 0);
  gst_prof_frame_table_get_counters (f.table, &c);
  fail_unless_equals_uint64 (c.incomplete, 88);
  fail_unless_equals_uint64 (c.inside, 512);
  fail_unless_equals_string (get_frame (&f, 0)->missing, "encode");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_after_a_flush_the_same_times_are_new_frames)
{
  Fixture f;
  GstProfSpan span;

  fixture_init (&f, STAGES ("a", "b"));
  push_raw (&f, "a", FRAME (0), 10 * MS, MS);
  push_raw (&f, "a", FRAME (1), 20 * MS, MS);
  push_raw (&f, "b", FRAME (0), 25 * MS, MS);
  span = make_span (FRAME (1), 50 * MS, MS);
  span.flags = GST_PROF_SPAN_FLAG_RESET;
  push (&f, "a", "v", span);
  fail_unless_equals_int (f.frames->len, 2);
  fail_unless_equals_int (get_frame (&f, 1)->state, GST_PROF_FRAME_INCOMPLETE);
  /* Late, from before the flush */
  push_raw (&f, "b", FRAME (1), 45 * MS, MS);
  fail_unless_equals_int (f.frames->len, 2);
  span.enter = 60 * MS;
  push (&f, "b", "v", span);
  fail_unless_equals_int (f.frames->len, 3);
  fail_unless_equals_uint64 (get_frame (&f, 2)->number, 3);
  fail_unless_equals_int (get_frame (&f, 2)->state, GST_PROF_FRAME_COMPLETE);
  fail_unless_equals_uint64 (get_frame (&f, 2)->first_enter, 50 * MS);
  fail_unless (get_frame (&f, 2)->flags & GST_PROF_SPAN_FLAG_RESET);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_the_first_spans_of_stages_may_all_say_reset)
{
  Fixture f;
  GstProfSpan span;

  /* The later stage delivers first. */
  fixture_init (&f, STAGES ("a", "b"));
  span = make_span (FRAME (0), 20 * MS, MS);
  span.flags = GST_PROF_SPAN_FLAG_RESET;
  push (&f, "b", "v", span);
  push_raw (&f, "b", FRAME (1), 30 * MS, MS);
  span.enter = 10 * MS;
  push (&f, "a", "v", span);
  push_raw (&f, "a", FRAME (1), 22 * MS, MS);
  fail_unless_equals_int (f.frames->len, 2);
  fail_unless_equals_int (get_frame (&f, 0)->state, GST_PROF_FRAME_COMPLETE);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_streams_have_numbers_of_their_own)
{
  Fixture f;

  fixture_init (&f, STAGES ("a"));
  push (&f, "a", "one", make_span (FRAME (0), 10 * MS, MS));
  push (&f, "a", "two", make_span (FRAME (0), 11 * MS, MS));
  push (&f, "a", NULL, make_span (FRAME (0), 12 * MS, MS));
  push (&f, "a", "one", make_span (FRAME (1), 43 * MS, MS));
  fail_unless_equals_uint64 (get_frame (&f, 1)->number, 1);
  fail_unless_equals_uint64 (get_frame (&f, 2)->number, 1);
  fail_unless (get_frame (&f, 2)->stream_id == NULL);
  fail_unless_equals_uint64 (get_frame (&f, 3)->number, 2);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_the_ninth_stream_evicts_the_one_used_longest_ago)
{
  Fixture f;
  GstProfFrameCounters c;

  fixture_init (&f, STAGES ("a", "b"));
  for (guint i = 0; i < 8; i++) {
    gchar *name = g_strdup_printf ("s%u", i);

    push (&f, "a", name, make_span (FRAME (0), i * MS, MS));
    g_free (name);
  }
  push (&f, "a", "s0", make_span (FRAME (1), 10 * MS, MS));
  push (&f, "a", "s8", make_span (FRAME (0), 11 * MS, MS));
  gst_prof_frame_table_get_counters (f.table, &c);
  fail_unless_equals_uint64 (c.evicted_streams, 1);
  fail_unless_equals_uint64 (c.incomplete, 1);
  fail_unless_equals_string (get_frame (&f, 0)->stream_id, "s1");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_the_17th_stage_is_refused_and_counted)
{
  Fixture f;
  GstProfFrameCounters c;

  fixture_init (&f, STAGES ("s0"));
  for (guint i = 1; i <= 16; i++) {
    gchar *name = g_strdup_printf ("s%u", i);

    gst_prof_frame_table_add_stage (f.table, name);
    g_free (name);
  }
  gst_prof_frame_table_get_counters (f.table, &c);
  fail_unless_equals_int (c.n_stages, 16);
  fail_unless_equals_uint64 (c.refused_stages, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_removed_stage_is_not_waited_for)
{
  Fixture f;

  fixture_init (&f, STAGES ("a", "b"));
  push_raw (&f, "a", FRAME (0), 10 * MS, MS);
  fail_unless_equals_int (f.frames->len, 0);
  gst_prof_frame_table_remove_stage (f.table, "b");
  fail_unless_equals_int (f.frames->len, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_push_tells_the_number_of_the_frame)
{
  Fixture f;

  fixture_init (&f, STAGES ("a", "b"));
  fail_unless_equals_uint64 (push_raw (&f, "a", FRAME (0), 10 * MS, MS), 1);
  fail_unless_equals_uint64 (push_raw (&f, "a", FRAME (1), 20 * MS, MS), 2);
  fail_unless_equals_uint64 (push_raw (&f, "b", FRAME (0), 25 * MS, MS), 1);
  fail_unless_equals_uint64 (push_raw (&f, "b", FRAME (1), 35 * MS, MS), 2);
  fail_unless_equals_uint64 (push_raw (&f, "a", FRAME (2), 40 * MS, MS), 3);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_push_tells_its_own_frame_though_another_waited_for_it)
{
  const gchar *const stages[] = { "normalize", "encode", "write", NULL };
  GstProfSpan span = make_span (FRAME (1), 40 * MS, MS);
  Fixture f;

  fixture_init (&f, stages);
  push_raw (&f, "normalize", FRAME (0), 0, MS);
  push_encode (&f, FRAME (0), 2 * MS, MS, GST_CLOCK_TIME_NONE,
      GST_CLOCK_TIME_NONE, 0, 0);
  push_raw (&f, "normalize", FRAME (1), 33 * MS, MS);

  /* The write of frame 1's packet is heard of before the packet. */
  push_write (&f, FRAME (0), 0x1000 + 100, 100, 41 * MS);
  span.running_time_out = span.dts_running_time = FRAME (0);
  span.packets = 1;
  span.inside = 1;
  span.bytes = span.payload_size = 100;
  span.payload = 0x1000 + 100;
  span.latency = MS;
  fail_unless_equals_uint64 (push (&f, "encode", "v", span), 2);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_frame_that_ended_is_not_made_again_by_a_late_span)
{
  Fixture f;
  GstProfFrameStageCounters c;

  fixture_init (&f, STAGES ("a", "b", "slow"));
  for (guint i = 0; i <= 160; i++) {
    push_raw (&f, "a", FRAME (i), FRAME (i), MS);
    push_raw (&f, "b", FRAME (i), FRAME (i) + 2 * MS, MS);
  }
  fail_unless_equals_int (f.frames->len, 161);
  push_raw (&f, "slow", FRAME (150), FRAME (150) + 4 * MS, 5 * GST_SECOND);
  fail_unless_equals_int (f.frames->len, 161);
  get_stage_counters (&f, "slow", &c);
  fail_unless_equals_uint64 (c.unjoined, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_halves_become_one_with_the_packet_of_either)
{
  Fixture f;

  fixture_init (&f, STAGES ("before", "normalize", "encode", "write"));
  push_encode (&f, FRAME (2), 30 * MS, MS, FRAME (2), FRAME (2), 500, MS);
  push_raw (&f, "before", FRAME (1), 10 * MS, MS);
  push_corrected (&f, "normalize", FRAME (1), FRAME (2), 20 * MS);
  push_write (&f, FRAME (2), 0x1000 + 500, 500, 32 * MS);
  fail_unless_equals_int (f.frames->len, 1);
  fail_unless_equals_int (get_frame (&f, 0)->n_cells, 4);
  fail_unless_equals_int (get_frame (&f, 0)->packets, 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_of_two_packets_in_one_write_the_second_is_unjoined)
{
  Fixture f;
  GstProfSpan span;

  fixture_init (&f, STAGES ("encode", "write"));
  for (guint i = 0; i < 2; i++)
    push_encode (&f, FRAME (i), i * 33 * MS, MS, FRAME (i), FRAME (i), 100 + i,
        MS);
  span = make_span (FRAME (0), 40 * MS, MS);
  span.flags = GST_PROF_SPAN_FLAG_MUXED;
  span.packets = 2;
  span.payload_size = 100;
  span.bytes = 400;
  push (&f, "write", "v", span);
  push_encode (&f, FRAME (2), 66 * MS, MS, FRAME (2), FRAME (2), 102, MS);
  push_write (&f, FRAME (2), 0x1000 + 102, 102, 68 * MS);
  fail_unless_equals_int (f.frames->len, 3);
  fail_unless (find_cell (get_frame (&f, 0), "write") != NULL);
  fail_unless_equals_int (get_frame (&f, 1)->state, GST_PROF_FRAME_COMPLETE);
  fail_unless_equals_string (get_frame (&f, 1)->unjoined[0], "write");
  fail_unless (find_cell (get_frame (&f, 2), "write") != NULL);
  fixture_clear (&f);
}

GST_END_TEST;

/* Frames a millisecond apart, of one size, in a container without sizes. The
 * muxer drops one of each three from the 60th on. */
static void
push_burst (Fixture * f, GstClockTime rounding)
{
  for (guint i = 0; i < 90; i++) {
    GstClockTime t = i < 60 ? FRAME (i) : FRAME (60) + (i - 60) * MS + 300000;
    GstClockTime enter = i * 33 * MS;

    push_encode (f, t, enter, MS, t, t, 100, MS);
    if (i < 60 || i % 3 > 0)
      push_write (f, t / rounding * rounding, 0, 0, enter + 2 * MS);
  }
}

GST_START_TEST (test_a_burst_joins_where_the_container_keeps_exact_times)
{
  Fixture f;

  fixture_init (&f, STAGES ("encode", "write"));
  push_burst (&f, GST_SECOND / 90000);
  gst_prof_frame_table_flush (f.table);
  fail_unless_equals_int (f.frames->len, 90);
  for (guint i = 0; i < 90; i++) {
    const GstProfFrameCell *cell = find_cell (get_frame (&f, i), "write");

    fail_unless_equals_int (cell != NULL, i < 60 || i % 3 > 0);
    fail_unless (cell == NULL || cell->enter == i * 33 * MS + 2 * MS);
  }
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_burst_is_never_joined_to_its_neighbours)
{
  Fixture f;

  fixture_init (&f, STAGES ("encode", "write"));
  push_burst (&f, MS);
  gst_prof_frame_table_flush (f.table);
  fail_unless_equals_int (f.frames->len, 90);
  for (guint i = 0; i < 90; i++) {
    const GstProfFrameCell *cell = find_cell (get_frame (&f, i), "write");

    fail_unless (cell == NULL || cell->enter == i * 33 * MS + 2 * MS);
    fail_unless (i >= 60 || cell != NULL);
  }
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_what_cannot_be_joined_at_the_end_is_unjoined)
{
  Fixture f;

  fixture_init (&f, STAGES ("encode", "write"));
  for (guint i = 0; i < 3; i++) {
    push_encode (&f, FRAME (i), i * 33 * MS, MS, FRAME (i), FRAME (i), 100, MS);
    push_write (&f, i < 2 ? FRAME (i) : 77 * GST_SECOND, 0, 0,
        i * 33 * MS + 2 * MS);
  }
  gst_prof_frame_table_flush (f.table);
  fail_unless_equals_int (get_frame (&f, 2)->state, GST_PROF_FRAME_COMPLETE);
  fail_unless_equals_string (get_frame (&f, 2)->unjoined[0], "write");
  fixture_clear (&f);
}

GST_END_TEST;

static Suite *
frametable_suite (void)
{
  Suite *s = suite_create ("frametable");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_a_frame_is_complete_when_it_passed_all_stages);
  tcase_add_test (tc,
      test_cells_are_in_order_of_entry_though_they_came_otherwise);
  tcase_add_test (tc, test_occupancy_is_that_of_the_busiest_thread);
  tcase_add_test (tc, test_a_time_off_by_a_rounding_joins_when_it_is_alone);
  tcase_add_test (tc, test_corrected_times_join_the_stages_on_both_sides);
  tcase_add_test (tc,
      test_two_halves_of_a_frame_become_one_when_the_correction_comes);
  tcase_add_test (tc,
      test_a_frame_without_a_time_is_known_by_its_corrected_one);
  tcase_add_test (tc, test_packets_go_to_their_own_frame_with_look_ahead);
  tcase_add_test (tc, test_draining_gives_the_last_packets);
  tcase_add_test (tc,
      test_a_frame_dropped_in_a_queue_names_the_stage_it_missed);
  tcase_add_test (tc, test_a_dropped_frame_heard_of_late_keeps_its_number);
  tcase_add_test (tc, test_spans_that_were_lost_are_no_drop);
  tcase_add_test (tc, test_a_frame_that_got_further_was_not_dropped);
  tcase_add_test (tc,
      test_an_encoder_that_drops_a_frame_is_known_by_decode_times);
  tcase_add_test (tc, test_a_packet_that_the_muxer_drops_drops_its_frame);
  tcase_add_test (tc, test_a_header_and_its_payload_are_one_write);
  tcase_add_test (tc, test_an_offset_of_container_times_is_learnt_from_sizes);
  tcase_add_test (tc, test_container_times_that_never_agree_are_unjoined);
  tcase_add_test (tc, test_a_start_that_equals_a_later_time_is_not_joined);
  tcase_add_test (tc, test_memory_used_again_is_told_apart_by_when_it_came_out);
  tcase_add_test (tc, test_what_may_be_audio_joins_by_its_memory_only);
  tcase_add_test (tc, test_a_parser_between_may_give_the_packet_other_memory);
  tcase_add_test (tc, test_encoded_video_from_outside_makes_frames_and_packets);
  tcase_add_test (tc, test_headers_audio_and_drain_make_no_frames);
  tcase_add_test (tc, test_a_stage_of_audio_is_not_waited_for);
  tcase_add_test (tc, test_a_silent_stage_is_waited_for_five_seconds);
  tcase_add_test (tc, test_the_wait_for_a_writer_begins_with_the_packet);
  tcase_add_test (tc, test_a_frame_is_given_up_when_512_are_newer);
  tcase_add_test (tc, test_after_a_flush_the_same_times_are_new_frames);
  tcase_add_test (tc, test_the_first_spans_of_stages_may_all_say_reset);
  tcase_add_test (tc, test_streams_have_numbers_of_their_own);
  tcase_add_test (tc, test_the_ninth_stream_evicts_the_one_used_longest_ago);
  tcase_add_test (tc, test_the_17th_stage_is_refused_and_counted);
  tcase_add_test (tc, test_a_removed_stage_is_not_waited_for);
  tcase_add_test (tc, test_push_tells_the_number_of_the_frame);
  tcase_add_test (tc,
      test_push_tells_its_own_frame_though_another_waited_for_it);
  tcase_add_test (tc, test_a_frame_that_ended_is_not_made_again_by_a_late_span);
  tcase_add_test (tc, test_halves_become_one_with_the_packet_of_either);
  tcase_add_test (tc, test_of_two_packets_in_one_write_the_second_is_unjoined);
  tcase_add_test (tc, test_a_burst_joins_where_the_container_keeps_exact_times);
  tcase_add_test (tc, test_a_burst_is_never_joined_to_its_neighbours);
  tcase_add_test (tc, test_what_cannot_be_joined_at_the_end_is_unjoined);
  return s;
}

GST_CHECK_MAIN (frametable);
