/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Finds out which packet the bytes are that a container's sink writes. Behind
 * a muxer neither times nor numbers are kept, but the order is, and often the
 * memory. Owns the writes that wait for their packet (gstprofwrite.c), not the
 * packets. Passive: its owner's thread.
 *
 * A packet cannot be written before it came out of the encoder, and packets
 * come in order. So nothing is decided on a write before a packet is known that
 * came out after the write began: then its own is among those before that one.
 * Nor has it to be waited for if the encoder's thread itself does the writing,
 * for that delivers in order.
 */

#include "gstprofwritejoin.h"

/* Writes that wait for their packet: some seconds at 60 fps. They wait only
 * when threads deliver in bursts. */
#define MAX_WAITING 256

/* Container times are often whole milliseconds, as is the first one, by which
 * the offset was learnt. */
#define TIME_TOLERANCE (2 * GST_MSECOND)

/* A container that kept so many times exactly will keep the next. MPEG-TS
 * counts by 11 us. */
#define EXACT_AFTER 30
#define EXACT_TOLERANCE (GST_MSECOND / 10)

/* How many writes in a row have to fit before the offset of a container's times
 * is believed, and how many are tried when more than one place fits */
#define LEARN_WRITES 4
#define LEARN_MAX_WRITES 16

/* So many in a row that do not fit: the container's times have begun anew. */
#define FORGET_AFTER 8

/* What containers are known to add to running time: nothing, and one hour in
 * GStreamer's MPEG-TS */
static const GstClockTimeDiff known_offsets[] = { 0, 3600 * GST_SECOND };

struct _GstProfWriteJoin
{
  GstProfPacketQueue *packets;
  GstProfWriteFunc func;
  gpointer user_data;

  GArray *waiting;
  /* The last of waiting may get more spans */
  gboolean open;
  /* The packet joined last may get more spans; 0: none */
  guint64 joined_seq;

  /* The first packet that was not passed */
  guint64 next_seq;
  /* The packet that a write with index 0 cannot be before */
  guint64 base_seq;
  guint64 n_written;

  gboolean has_offset;
  GstClockTimeDiff offset;
  guint n_exact;
  guint n_misfits;
};

/*
 * gst_prof_write_join_new:
 * @packets: the stream's packets; outlive the join
 * @func: told of each write that was decided on; must not call the join
 * @user_data: data for @func
 *
 * Returns: (transfer full): a join that begins with the next packet
 */
GstProfWriteJoin *
gst_prof_write_join_new (GstProfPacketQueue * packets, GstProfWriteFunc func,
    gpointer user_data)
{
  GstProfWriteJoin *self = g_new0 (GstProfWriteJoin, 1);

  self->packets = packets;
  self->func = func;
  self->user_data = user_data;
  self->waiting = g_array_new (FALSE, FALSE, sizeof (GstProfWrite));
  self->next_seq = self->base_seq = gst_prof_packet_queue_get_oldest (packets);
  return self;
}

/*
 * gst_prof_write_join_free:
 * @self: (transfer full): the join
 */
void
gst_prof_write_join_free (GstProfWriteJoin * self)
{
  g_array_unref (self->waiting);
  g_free (self);
}

static GstProfWrite *
get_write (GstProfWriteJoin * self, guint i)
{
  return &g_array_index (self->waiting, GstProfWrite, i);
}

static guint
count_ready (GstProfWriteJoin * self)
{
  return self->waiting->len - (self->open ? 1 : 0);
}

static guint64
first_seq (GstProfWriteJoin * self)
{
  return MAX (self->next_seq,
      gst_prof_packet_queue_get_oldest (self->packets));
}

/* The packet, unless it came out only after the write began */
static GstProfPacket *
get_candidate (GstProfWriteJoin * self, const GstProfWrite * write,
    guint64 seq)
{
  GstProfPacket *packet = gst_prof_packet_queue_get (self->packets, seq);

  return packet && packet->out <= write->enter ? packet : NULL;
}

/* Whether every packet that it could be is known */
static gboolean
is_ripe (GstProfWriteJoin * self, const GstProfWrite * write)
{
  GstProfPacket *newest = gst_prof_packet_queue_get (self->packets,
      gst_prof_packet_queue_get_newest (self->packets));

  return newest && (newest->out > write->enter
      || newest->thread_id == write->thread_id);
}

static GstClockTimeDiff
get_offset (const GstProfWrite * write, const GstProfPacket * packet)
{
  return GST_CLOCK_DIFF (packet->pts, write->pts);
}

static gboolean
is_near (GstClockTimeDiff a, GstClockTimeDiff b)
{
  return ABS (a - b) <= (GstClockTimeDiff) TIME_TOLERANCE;
}

static gboolean
is_exact (GstClockTimeDiff a, GstClockTimeDiff b)
{
  return ABS (a - b) <= (GstClockTimeDiff) EXACT_TOLERANCE;
}

static gboolean
has_times (const GstProfWrite * write, const GstProfPacket * packet)
{
  return GST_CLOCK_TIME_IS_VALID (write->pts)
      && GST_CLOCK_TIME_IS_VALID (packet->pts);
}

static gboolean
is_agreeing (GstProfWriteJoin * self, const GstProfWrite * write,
    const GstProfPacket * packet)
{
  return self->has_offset && has_times (write, packet)
      && is_near (get_offset (write, packet), self->offset);
}

/* Memory is used again after a packet has gone: time must not contradict, and
 * without one the newest counts. */
static GstProfPacket *
find_by_payload (GstProfWriteJoin * self, const GstProfWrite * write)
{
  guint64 newest = gst_prof_packet_queue_get_newest (self->packets);
  GstProfPacket *found = NULL;

  if (write->payload == 0)
    return NULL;
  for (guint64 seq = first_seq (self); seq <= newest; seq++) {
    GstProfPacket *packet = get_candidate (self, write, seq);

    if (packet && gst_prof_packet_has_payload (packet, write->payload,
            write->payload_size) && (!self->has_offset
            || !has_times (write, packet)
            || is_agreeing (self, write, packet)))
      found = packet;
  }
  return found;
}

typedef enum
{
  AGREES_ROUGHLY,
  AGREES_IN_SIZE,
  AGREES_EXACTLY,
  N_AGREEMENTS
} Agreement;

static gboolean
check_agreement (GstProfWriteJoin * self, const GstProfWrite * write,
    const GstProfPacket * packet, Agreement agreement)
{
  switch (agreement) {
    case AGREES_EXACTLY:
      return self->n_exact >= EXACT_AFTER
          && is_exact (get_offset (write, packet), self->offset);
    case AGREES_IN_SIZE:
      return gst_prof_packet_has_size (packet, write->payload_size);
    default:
      return TRUE;
  }
}

/* The only packet whose time agrees. Where packets are closer than the
 * tolerance, the only one of them that agrees best; if there are two, which of
 * them was dropped cannot be told. */
static GstProfPacket *
find_by_time (GstProfWriteJoin * self, const GstProfWrite * write)
{
  guint64 newest = gst_prof_packet_queue_get_newest (self->packets);
  GstProfPacket *found[N_AGREEMENTS] = { NULL, };
  guint count[N_AGREEMENTS] = { 0, };

  if (!self->has_offset || write->packets == 0)
    return NULL;
  for (guint64 seq = first_seq (self); seq <= newest; seq++) {
    GstProfPacket *packet = get_candidate (self, write, seq);

    if (packet == NULL || !is_agreeing (self, write, packet))
      continue;
    for (Agreement i = 0; i < N_AGREEMENTS; i++) {
      if (check_agreement (self, write, packet, i)) {
        found[i] = packet;
        count[i]++;
      }
    }
  }
  for (Agreement i = N_AGREEMENTS; i > 0; i--) {
    if (count[i - 1] > 0)
      return count[i - 1] == 1 ? found[i - 1] : NULL;
  }
  return NULL;
}

static void
note_offset (GstProfWriteJoin * self, GstClockTimeDiff offset)
{
  if (!self->has_offset) {
    self->has_offset = TRUE;
    self->offset = offset;
    self->n_exact = 0;
  }
  self->n_exact = is_exact (offset, self->offset) ? self->n_exact + 1 : 0;
}

/* Decides on the first write that waits. */
static void
tell_first (GstProfWriteJoin * self, GstProfPacket * packet)
{
  GstProfWrite write = *get_write (self, 0);
  guint64 skipped = first_seq (self);

  g_array_remove_index (self->waiting, 0);
  self->joined_seq = packet && self->waiting->len == 0 ? packet->seq : 0;
  if (packet) {
    self->n_misfits = 0;
    self->next_seq = packet->seq + MAX (write.packets, 1);
    if (has_times (&write, packet))
      note_offset (self, get_offset (&write, packet));
  } else if (write.packets > 0 && ++self->n_misfits >= FORGET_AFTER) {
    self->n_misfits = 0;
    self->has_offset = FALSE;
    self->base_seq = self->next_seq;
    self->n_written = 0;
  }
  self->func (&write, packet, skipped, self->user_data);
}

/* Whether @n writes fit the packets from @seq on, one by one: their times all
 * by the same offset, and besides their sizes, or an offset that is known */
static gboolean
fits (GstProfWriteJoin * self, const guint * writes, guint n, guint64 seq)
{
  const GstProfWrite *first = get_write (self, writes[0]);
  GstClockTimeDiff offset = 0;
  gboolean sizes = TRUE, known = FALSE;
  guint64 next = seq;

  for (guint i = 0; i < n; i++) {
    const GstProfWrite *write = get_write (self, writes[i]);
    GstProfPacket *packet = get_candidate (self, write, next);

    if (packet == NULL || !has_times (write, packet))
      return FALSE;
    if ((write->flags & GST_PROF_SPAN_FLAG_KEYFRAME) && !packet->keyframe)
      return FALSE;
    if (i == 0)
      offset = get_offset (write, packet);
    else if (!is_near (get_offset (write, packet), offset))
      return FALSE;
    sizes = sizes && gst_prof_packet_has_size (packet, write->payload_size);
    next += write->packets;
  }
  for (guint i = 0; i < G_N_ELEMENTS (known_offsets); i++)
    known = known || is_near (offset, known_offsets[i]);
  /* Each write is another packet: the fifth cannot be the third. */
  return sizes || (known && seq >= self->base_seq + first->index);
}

static guint
count_fits (GstProfWriteJoin * self, const guint * writes, guint n,
    GstProfPacket ** ret_packet)
{
  guint64 newest = gst_prof_packet_queue_get_newest (self->packets);
  guint count = 0;

  for (guint64 seq = first_seq (self); seq <= newest; seq++) {
    if (fits (self, writes, n, seq)) {
      *ret_packet = gst_prof_packet_queue_get (self->packets, seq);
      count++;
    }
  }
  return count;
}

/* Looks for the one place in the queue where the first writes that wait fit.
 * The very first is video. Returns: whether it was decided on. */
static gboolean
learn (GstProfWriteJoin * self, gboolean flush)
{
  guint writes[LEARN_MAX_WRITES], n_writes = 0, n, ready = count_ready (self);
  GstProfPacket *packet = NULL;
  gboolean shrunk = FALSE;

  for (guint i = 0; i < ready && n_writes < LEARN_MAX_WRITES; i++) {
    if (!flush && !is_ripe (self, get_write (self, i)))
      break;
    if (get_write (self, i)->packets > 0)
      writes[n_writes++] = i;
  }

  for (n = MIN (n_writes, LEARN_WRITES);;) {
    guint count = count_fits (self, writes, n, &packet);

    if (count == 1) {
      tell_first (self, packet);
      return TRUE;
    }
    if (count == 0 && n > 1) {
      shrunk = TRUE;
      n--;
    } else if (count > 1 && !shrunk && n < n_writes) {
      n++;
    } else if (count > 1 && !shrunk && !flush && n < LEARN_MAX_WRITES) {
      return FALSE;
    } else {
      tell_first (self, NULL);
      return TRUE;
    }
  }
}

/* Returns: whether the first write was decided on */
static gboolean
decide (GstProfWriteJoin * self, gboolean flush)
{
  const GstProfWrite *write = get_write (self, 0);
  GstProfPacket *packet;

  if (!flush && !is_ripe (self, write))
    return FALSE;
  packet = find_by_payload (self, write);
  if (packet == NULL)
    packet = find_by_time (self, write);
  if (packet == NULL && !self->has_offset && write->packets > 0
      && GST_CLOCK_TIME_IS_VALID (write->pts))
    return learn (self, flush);
  tell_first (self, packet);
  return TRUE;
}

/*
 * gst_prof_write_join_update:
 * @self: the join
 *
 * To be called when packets have come or have changed.
 */
void
gst_prof_write_join_update (GstProfWriteJoin * self)
{
  while (count_ready (self) > 0 && decide (self, FALSE));
}

static void
close_open (GstProfWriteJoin * self)
{
  if (!self->open)
    return;
  self->open = FALSE;
  self->joined_seq = 0;
  gst_prof_write_join_update (self);
}

static void
begin (GstProfWriteJoin * self, const GstProfSpan * span)
{
  GstProfWrite write;

  close_open (self);
  gst_prof_write_begin (&write, span);
  write.index = self->n_written;
  self->n_written += write.packets;
  if (self->waiting->len == MAX_WAITING)
    tell_first (self, NULL);
  g_array_append_val (self->waiting, write);
  self->open = TRUE;
  self->joined_seq = 0;
  if (write.packets == 0 || gst_prof_write_is_whole (&write))
    close_open (self);
}

/* More of a packet that was already joined: told at once */
static void
add_late (GstProfWriteJoin * self, const GstProfSpan * span)
{
  GstProfPacket *packet =
      gst_prof_packet_queue_get (self->packets, self->joined_seq);
  GstProfWrite write;

  gst_prof_write_begin (&write, span);
  self->func (&write, packet, packet ? packet->seq : 0, self->user_data);
}

static void
continue_write (GstProfWriteJoin * self, const GstProfSpan * span)
{
  GstProfWrite *last;

  if (self->waiting->len == 0 || self->joined_seq != 0) {
    add_late (self, span);
    return;
  }
  last = get_write (self, self->waiting->len - 1);
  gst_prof_write_add (last, span);
  if (!self->open)
    return;
  gst_prof_write_set_payload (last, span);
  if (gst_prof_write_is_whole (last))
    close_open (self);
}

static gboolean
can_continue (GstProfWriteJoin * self, const GstProfSpan * span)
{
  const GstProfWrite *last;

  if (span->packets > 0 || GST_CLOCK_TIME_IS_VALID (span->running_time))
    return FALSE;
  if (span->payload == 0)
    return TRUE;
  if (!self->open)
    return FALSE;
  last = get_write (self, self->waiting->len - 1);
  return last->payload == 0;
}

/*
 * gst_prof_write_join_push:
 * @self: the join
 * @span: a span with #GST_PROF_SPAN_FLAG_MUXED of bytes that are or may be
 *   video; in the order of the file
 *
 * With packets it begins a packet for sure; without, but with a time or after
 * a packet that already has its memory, it may begin one; else it continues the
 * one before.
 */
void
gst_prof_write_join_push (GstProfWriteJoin * self, const GstProfSpan * span)
{
  if (can_continue (self, span))
    continue_write (self, span);
  else
    begin (self, span);
}

/*
 * gst_prof_write_join_close:
 * @self: the join
 * @thread_id: a thread that has gone on to something else; 0: any
 *
 * The packet that was being written there is over.
 */
void
gst_prof_write_join_close (GstProfWriteJoin * self, guint64 thread_id)
{
  if (self->open && (thread_id == 0
          || get_write (self, self->waiting->len - 1)->thread_id == thread_id))
    close_open (self);
}

/*
 * gst_prof_write_join_flush:
 * @self: the join
 *
 * No more packets will come: decides on all that waits.
 */
void
gst_prof_write_join_flush (GstProfWriteJoin * self)
{
  self->open = FALSE;
  while (self->waiting->len > 0 && decide (self, TRUE));
}

/*
 * gst_prof_write_join_restart:
 * @self: the join
 * @since: CLOCK_MONOTONIC of the first thing behind a flush, nanoseconds
 *
 * What was written before is not joined any more, nor are packets that came
 * out before. The container's times may go on or begin anew.
 */
void
gst_prof_write_join_restart (GstProfWriteJoin * self, GstClockTime since)
{
  guint64 newest = gst_prof_packet_queue_get_newest (self->packets);

  while (self->waiting->len > 0 && get_write (self, 0)->enter < since) {
    if (self->waiting->len == 1)
      self->open = FALSE;
    tell_first (self, NULL);
  }
  self->next_seq = first_seq (self);
  while (self->next_seq <= newest
      && gst_prof_packet_queue_get (self->packets,
          self->next_seq)->out < since)
    self->next_seq++;
  self->base_seq = self->next_seq;
  self->n_written = 0;
  for (guint i = 0; i < self->waiting->len; i++) {
    get_write (self, i)->index = self->n_written;
    self->n_written += get_write (self, i)->packets;
  }
  self->has_offset = FALSE;
  self->n_misfits = 0;
  self->joined_seq = 0;
}
