/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The thread record: which stage a streaming thread is in, and how its time
 * splits between the stages that nest on it.
 *
 * A thread has one record, made when it first meets a stage and freed when it
 * ends. It owns a stack of open brackets and the spans measured since the
 * outermost of them opened. All functions act on the calling thread's own
 * record; nothing here is shared, so nothing is locked.
 *
 * Time is sliced, not subtracted: at every moment at most one open span is
 * charged. A stage's bracket charges that stage; its push downstream (an
 * "outside" bracket) charges again whoever was charged before the stage was
 * entered: nobody, or the stage around it. So the own times of all stages on a
 * thread can never add up to more than the wall time, whatever nests in what.
 *
 * Spans are kept in order of entry and delivered in that order once the last
 * bracket has closed: whoever takes them may allocate and lock without the
 * time being charged to a stage.
 */

#include "gstprofthreadrecord.h"

#include "gstprofactivity.h"
#include "gstprofclock.h"

#include <sys/syscall.h>
#include <unistd.h>

typedef struct {
  GstProfThreadClient *client;
  /* Index of the slot that is measured; -1: an outside bracket */
  gint slot;
  /* The slot that was charged when this bracket opened, -1: none */
  gint charged_before;
} Bracket;

typedef enum {
  SLOT_OPEN,
  SLOT_CLOSED,
  SLOT_DELIVERED,
} SlotState;

typedef struct {
  GstProfSpan span;
  GstProfThreadClient *client;
  SlotState state;
} Slot;

struct _GstProfThreadRecord {
  guint64 thread_id;
  GstProfActivity *activity;

  guint depth;
  /* Brackets that did not fit: they are counted, so that leaving stays in
   * step, but not measured */
  guint overflow;
  Bracket stack[GST_PROF_THREAD_RECORD_DEPTH];

  /* The slot charged since @since, -1: none */
  gint charged;
  GstClockTime since;

  /* Where the outermost bracket stands open between calls, it does so only as
   * long as this counter has that value. It is the client's, which the
   * bracket's slot keeps alive. */
  _Atomic guint *standing;
  guint standing_epoch;

  gboolean delivering;
  guint n_slots;
  /* One more than is lent out: where a span goes that will be dropped */
  Slot slots[GST_PROF_THREAD_RECORD_SPANS + 1];
};

#define SLOT_SCRATCH GST_PROF_THREAD_RECORD_SPANS

static void
record_free (gpointer data)
{
  GstProfThreadRecord *record = data;

  gst_prof_span_clear (&record->slots[SLOT_SCRATCH].span);
  for (guint i = 0; i < record->n_slots; i++) {
    if (record->slots[i].state != SLOT_DELIVERED) {
      gst_prof_span_clear (&record->slots[i].span);
      record->slots[i].client->unref (record->slots[i].client);
    }
  }
  g_free (record);
}

static GPrivate thread_record = G_PRIVATE_INIT (record_free);

/*
 * gst_prof_thread_record_get:
 *
 * Returns: (transfer none): the calling thread's record
 */
GstProfThreadRecord *
gst_prof_thread_record_get (void)
{
  GstProfThreadRecord *record = g_private_get (&thread_record);

  if (G_UNLIKELY (record == NULL)) {
    record = g_new0 (GstProfThreadRecord, 1);
    record->thread_id = syscall (SYS_gettid);
    record->activity = gst_prof_activity_get ();
    record->charged = -1;
    g_private_set (&thread_record, record);
  }
  return record;
}

/*
 * gst_prof_thread_record_get_id:
 *
 * Returns: the calling thread's kernel id, as spans carry it
 */
guint64
gst_prof_thread_record_get_id (void)
{
  return gst_prof_thread_record_get ()->thread_id;
}

static void
tell_charged (GstProfThreadRecord * record)
{
  const Slot *slot = record->charged >= 0 ? &record->slots[record->charged]
      : NULL;
  guint flags;

  if (slot == NULL) {
    gst_prof_activity_set_stage (record->activity, 0, 0, 0, 0, 0);
    return;
  }
  flags = slot->span.flags;
  if (atomic_load_explicit (&slot->client->waits, memory_order_relaxed))
    flags |= GST_PROF_ACTIVITY_WAITS;
  gst_prof_activity_set_stage (record->activity, slot->client->stage,
      slot->span.enter, slot->span.own, record->since, flags);
}

static void
charge (GstProfThreadRecord * record, gint slot, GstClockTime now)
{
  if (record->charged >= 0)
    record->slots[record->charged].span.own += now - record->since;
  record->charged = slot;
  record->since = now;
  tell_charged (record);
}

/* A thread goes back to its pool without telling us. When it comes again for
 * somebody else, a bracket that stood open for its last task is not valid. */
static void
drop_stale (GstProfThreadRecord * record)
{
  if (G_LIKELY (record->standing == NULL))
    return;
  /* With more on the stack the thread is still inside a call that the loop
   * made: those brackets will be left one by one. */
  if (record->depth > 1 || atomic_load_explicit (record->standing,
          memory_order_acquire) == record->standing_epoch)
    return;

  record->standing = NULL;
  record->charged = -1;
  tell_charged (record);
  record->depth = 0;
  gst_prof_thread_record_discard (record,
      &record->slots[record->stack[0].slot].span);
  gst_prof_thread_record_settle (record);
}

static gint
take_slot (GstProfThreadRecord * record, GstProfThreadClient * client)
{
  Slot *slot;
  gint index = SLOT_SCRATCH;

  if (G_LIKELY (record->n_slots < GST_PROF_THREAD_RECORD_SPANS)) {
    index = record->n_slots++;
    client->ref (client);
  } else {
    client->drop (client);
  }
  slot = &record->slots[index];
  gst_prof_span_init (&slot->span);
  slot->span.thread_id = record->thread_id;
  slot->client = client;
  return index;
}

/*
 * gst_prof_thread_record_prepare:
 * @client: who measures
 *
 * First half of opening a span: the caller fills in what it knows of the
 * buffer and then calls gst_prof_thread_record_enter() with the time, so that
 * the filling is not charged.
 *
 * Returns: (transfer none): the span, valid until it is delivered; strings put
 *   into it belong to it
 */
GstProfSpan *
gst_prof_thread_record_prepare (GstProfThreadRecord * record,
    GstProfThreadClient * client)
{
  Bracket *bracket;
  gint index;

  drop_stale (record);
  if (G_UNLIKELY (record->depth == GST_PROF_THREAD_RECORD_DEPTH)) {
    record->overflow++;
    client->drop (client);
    gst_prof_span_clear (&record->slots[SLOT_SCRATCH].span);
    gst_prof_span_init (&record->slots[SLOT_SCRATCH].span);
    return &record->slots[SLOT_SCRATCH].span;
  }

  if (G_UNLIKELY (record->n_slots == GST_PROF_THREAD_RECORD_SPANS))
    gst_prof_span_clear (&record->slots[SLOT_SCRATCH].span);
  index = take_slot (record, client);
  record->slots[index].state = SLOT_OPEN;
  if (record->depth > 0)
    record->slots[index].span.flags |= GST_PROF_SPAN_FLAG_NESTED;

  bracket = &record->stack[record->depth++];
  bracket->client = client;
  bracket->slot = index;
  bracket->charged_before = record->charged;
  return &record->slots[index].span;
}

/*
 * gst_prof_thread_record_enter:
 * @now: the time
 *
 * Opens the span that was prepared last.
 */
void
gst_prof_thread_record_enter (GstProfThreadRecord * record, GstClockTime now)
{
  gint slot;

  if (G_UNLIKELY (record->overflow > 0))
    return;
  slot = record->stack[record->depth - 1].slot;
  record->slots[slot].span.enter = now;
  charge (record, slot, now);
}

/*
 * gst_prof_thread_record_stand:
 * @epoch: (transfer none): a counter of the client, valid as long as the client
 *
 * Lets the span that was entered last stand open after the calling function
 * has returned to an element's own loop. Whoever ends that loop counts @epoch
 * up, which is all that ends the span if the thread never comes back. Only the
 * outermost span of a thread can stand.
 *
 * Returns: %FALSE if the span is not the outermost and cannot stand
 */
gboolean
gst_prof_thread_record_stand (GstProfThreadRecord * record,
    _Atomic guint * epoch)
{
  if (record->depth != 1 || record->overflow > 0
      || record->stack[0].slot == SLOT_SCRATCH)
    return FALSE;
  record->standing = epoch;
  record->standing_epoch = atomic_load_explicit (epoch, memory_order_acquire);
  /* Nobody could tell it from a loop that has ended. */
  gst_prof_activity_set_stage (record->activity, 0, 0, 0, 0, 0);
  return TRUE;
}

/*
 * gst_prof_thread_record_leave:
 * @now: the time
 *
 * Closes the innermost span.
 *
 * Returns: (transfer none): the span, which the caller may still complete
 *   until gst_prof_thread_record_settle()
 */
GstProfSpan *
gst_prof_thread_record_leave (GstProfThreadRecord * record, GstClockTime now)
{
  Bracket *bracket;
  Slot *slot;

  if (G_UNLIKELY (record->overflow > 0)) {
    record->overflow--;
    return &record->slots[SLOT_SCRATCH].span;
  }

  g_assert (record->depth > 0);
  bracket = &record->stack[--record->depth];
  g_assert (bracket->slot >= 0);
  if (record->depth == 0)
    record->standing = NULL;
  charge (record, bracket->charged_before, now);
  slot = &record->slots[bracket->slot];
  slot->span.leave = now;
  slot->state = SLOT_CLOSED;
  return &slot->span;
}

/*
 * gst_prof_thread_record_discard:
 * @span: the span that was closed or added last
 *
 * Forgets a span that is not to be delivered. Its time stays its own.
 */
void
gst_prof_thread_record_discard (GstProfThreadRecord * record,
    GstProfSpan * span)
{
  Slot *slot = (Slot *) span;
  guint index = slot - record->slots;

  gst_prof_span_clear (span);
  if (index == SLOT_SCRATCH)
    return;
  slot->state = SLOT_DELIVERED;
  if (index + 1 == record->n_slots)
    record->n_slots--;
  slot->client->unref (slot->client);
}

/*
 * gst_prof_thread_record_enter_outside:
 * @client: the stage that hands control to its neighbour
 * @now: the time
 *
 * The stage pushes downstream or pulls from upstream: until
 * gst_prof_thread_record_leave_outside() its clock stands still. May be called
 * where the stage has no span open on this thread, as behind a queue.
 */
void
gst_prof_thread_record_enter_outside (GstProfThreadRecord * record,
    GstProfThreadClient * client, GstClockTime now)
{
  Bracket *bracket;
  gint charged;

  drop_stale (record);
  charged = record->charged;
  if (G_UNLIKELY (record->overflow > 0
          || record->depth == GST_PROF_THREAD_RECORD_DEPTH)) {
    record->overflow++;
    return;
  }

  for (gint i = (gint) record->depth - 1; i >= 0; i--) {
    if (record->stack[i].client == client && record->stack[i].slot >= 0) {
      charged = record->stack[i].charged_before;
      break;
    }
  }

  bracket = &record->stack[record->depth++];
  bracket->client = client;
  bracket->slot = -1;
  bracket->charged_before = record->charged;
  charge (record, charged, now);
}

/*
 * gst_prof_thread_record_leave_outside:
 * @now: the time
 *
 * Control is back in the stage.
 */
void
gst_prof_thread_record_leave_outside (GstProfThreadRecord * record,
    GstClockTime now)
{
  Bracket *bracket;

  if (G_UNLIKELY (record->overflow > 0)) {
    record->overflow--;
    return;
  }

  g_assert (record->depth > 0);
  bracket = &record->stack[--record->depth];
  g_assert (bracket->slot < 0);
  charge (record, bracket->charged_before, now);
}

/*
 * gst_prof_thread_record_get_open:
 * @client: a stage
 *
 * Returns: (nullable) (transfer none): the stage's innermost span open on this
 *   thread
 */
GstProfSpan *
gst_prof_thread_record_get_open (GstProfThreadRecord * record,
    GstProfThreadClient * client)
{
  for (gint i = (gint) record->depth - 1; i >= 0; i--) {
    Bracket *bracket = &record->stack[i];

    if (bracket->client == client && bracket->slot >= 0)
      return &record->slots[bracket->slot].span;
  }
  return NULL;
}

/*
 * gst_prof_thread_record_add:
 * @client: who measures
 *
 * Returns: (transfer none): a closed span of no duration for the caller to
 *   fill, to be delivered with the others
 */
GstProfSpan *
gst_prof_thread_record_add (GstProfThreadRecord * record,
    GstProfThreadClient * client)
{
  gint index;

  if (G_UNLIKELY (record->n_slots == GST_PROF_THREAD_RECORD_SPANS))
    gst_prof_span_clear (&record->slots[SLOT_SCRATCH].span);
  index = take_slot (record, client);
  record->slots[index].state = SLOT_CLOSED;
  if (record->depth > 0)
    record->slots[index].span.flags |= GST_PROF_SPAN_FLAG_NESTED;
  return &record->slots[index].span;
}

/*
 * gst_prof_thread_record_get_last:
 * @client: a stage
 * @before: one of its spans
 *
 * Returns: (nullable) (transfer none): the stage's span before that one that is
 *   closed and not yet delivered
 */
GstProfSpan *
gst_prof_thread_record_get_last (GstProfThreadRecord * record,
    GstProfThreadClient * client, GstProfSpan * before)
{
  gint index = (Slot *) before - record->slots;

  if (index == SLOT_SCRATCH)
    return NULL;
  while (--index >= 0) {
    Slot *slot = &record->slots[index];

    if (slot->client == client && slot->state == SLOT_CLOSED)
      return &slot->span;
  }
  return NULL;
}

/*
 * gst_prof_thread_record_get_depth:
 *
 * Returns: how many brackets are open on this thread
 */
guint
gst_prof_thread_record_get_depth (GstProfThreadRecord * record)
{
  return record->depth + record->overflow;
}

/*
 * gst_prof_thread_record_is_standing:
 *
 * Returns: whether the outermost span stands open, see
 *   gst_prof_thread_record_stand()
 */
gboolean
gst_prof_thread_record_is_standing (GstProfThreadRecord * record)
{
  drop_stale (record);
  return record->standing != NULL;
}

static void
deliver (GstProfThreadRecord * record)
{
  /* Whoever takes a span may push a buffer of its own on this thread, and
   * would come back here. */
  if (record->delivering)
    return;
  record->delivering = TRUE;
  for (guint i = 0; i < record->n_slots; i++) {
    Slot *slot = &record->slots[i];

    if (slot->state != SLOT_CLOSED)
      continue;
    slot->state = SLOT_DELIVERED;
    slot->client->deliver (slot->client, &slot->span);
    gst_prof_span_clear (&slot->span);
    slot->client->unref (slot->client);
  }
  record->delivering = FALSE;
}

/*
 * gst_prof_thread_record_settle:
 *
 * To be called after each leave: when no bracket is open on this thread, hands
 * the closed spans to their stages.
 */
void
gst_prof_thread_record_settle (GstProfThreadRecord * record)
{
  if (record->depth > 0 || record->overflow > 0 || record->delivering)
    return;
  deliver (record);
  record->n_slots = 0;
}

/*
 * gst_prof_thread_record_flush:
 *
 * Delivers the calling thread's closed spans although brackets may be open:
 * for the end of a stream, which arrives while the encoder that drains is
 * still on the stack. The time it takes is charged to nobody.
 */
void
gst_prof_thread_record_flush (void)
{
  GstProfThreadRecord *record = g_private_get (&thread_record);
  gint charged;

  if (record == NULL || record->n_slots == 0)
    return;
  charged = record->charged;
  charge (record, -1, gst_prof_clock_now ());
  deliver (record);
  charge (record, charged, gst_prof_clock_now ());
}
