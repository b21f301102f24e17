/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Splits the time from a session's first contact to its first recorded frame
 * into what was waited for one after the other. Owns the marks of a run, which
 * come in readings and in the frame itself. The parts telescope: each lasts from
 * the mark before to its own, so that they add up to the total exactly.
 *
 * A mark that is missing, or that cannot be true beside those that follow it, is
 * left out, and its time is part of the next that is known.
 *
 * Passive, time comes in. The analysis calls it, under the monitor's lock.
 */

#include "gstprofstartup.h"

#include "gstprofstagename.h"

#include <string.h>

#define MARK_BIT(mark) (1u << (mark))

/* All that is seen by packets that pass. */
#define RECEIVED (MARK_BIT (GST_PROF_STARTUP_PACKET) \
    | MARK_BIT (GST_PROF_STARTUP_RELEASED) \
    | MARK_BIT (GST_PROF_STARTUP_DECODED))

/**
 * Mark:
 * @nick: the word for it
 * @part: what the time until it is called. Marks of one name make one part
 * @needs: any of these must be known, else that name would be a guess
 * @otherwise: what it is called then
 * @proven: a packet that came proves that it was reached, even if we heard of it
 *   later
 */
typedef struct
{
  const gchar *nick;
  const gchar *part;
  guint needs;
  const gchar *otherwise;
  gboolean proven;
} Mark;

#define ANYTHING G_MAXUINT

static const Mark marks_table[] = {
  [GST_PROF_STARTUP_CONTACT] = {"contact", NULL, ANYTHING, NULL, FALSE},
  [GST_PROF_STARTUP_OFFERED] = {"offer", "signalling", ANYTHING, NULL, TRUE},
  [GST_PROF_STARTUP_AGREED] = {"answer", "signalling", ANYTHING, NULL, TRUE},
  [GST_PROF_STARTUP_GATHERED] = {"gathering", "gathering", ANYTHING, NULL,
      FALSE},
  [GST_PROF_STARTUP_ICE] = {"ice", "ice", ANYTHING, NULL, TRUE},
  [GST_PROF_STARTUP_DTLS] = {"dtls", "dtls", ANYTHING, NULL, TRUE},
  [GST_PROF_STARTUP_PACKET] = {"packet", "sender", ANYTHING, NULL, FALSE},
  [GST_PROF_STARTUP_RELEASED] = {"jitterbuffer", "jitterbuffer",
      MARK_BIT (GST_PROF_STARTUP_PACKET), "unknown", FALSE},
  [GST_PROF_STARTUP_DECODED] = {"decoder", "decoder", RECEIVED, "unknown",
      FALSE},
  [GST_PROF_STARTUP_STAGE] = {"stage", "queue",
      MARK_BIT (GST_PROF_STARTUP_DECODED), "unknown", FALSE},
  [GST_PROF_STARTUP_ENCODER] = {"encoder", "normalize", ANYTHING, NULL, FALSE},
  [GST_PROF_STARTUP_ENCODED] = {"encoded", "encoder", ANYTHING, NULL, FALSE},
  [GST_PROF_STARTUP_WRITTEN] = {"written", "container",
      MARK_BIT (GST_PROF_STARTUP_ENCODED), "stages", FALSE},
};

G_STATIC_ASSERT (G_N_ELEMENTS (marks_table) == GST_PROF_STARTUP_N_MARKS);

struct _GstProfStartup
{
  GstProfStartupMarks marks;
  gboolean settled;             /* nothing of them can change any more */
  GstStructure *parts;
};

/* Whether a mark is no later than @limit, though it was noted later: a state is
 * told by another thread, and what leaves the decoder may be noted by the pad
 * behind it, which is the first stage's. That stage may also have the decoder, or
 * the depayloader, inside: then the way to it ends there. */
static gboolean
is_reached_by (const GstProfStartupMarks * marks, GstProfStartupMark mark,
    GstClockTime limit, gboolean received)
{
  if (mark == GST_PROF_STARTUP_DECODED)
    return marks->times[GST_PROF_STARTUP_RELEASED] != 0
        && marks->times[GST_PROF_STARTUP_RELEASED] <= limit;
  return received && marks_table[mark].proven;
}

/* What is left when time only goes forward, from the end, which is certain. */
static void
clean (GstProfStartupMarks * marks)
{
  GstClockTime limit = marks->times[GST_PROF_STARTUP_WRITTEN];
  gboolean received = FALSE;

  for (gint i = GST_PROF_STARTUP_WRITTEN - 1; i >= 0; i--) {
    GstClockTime *time = &marks->times[i];

    if (*time > limit)
      *time = is_reached_by (marks, i, limit, received) ? limit : 0;
    if (*time == 0)
      continue;
    limit = *time;
    received = received || (RECEIVED & MARK_BIT (i)) != 0;
  }
}

static guint
find_first (const GstProfStartupMarks * marks)
{
  guint first = 0;

  while (marks->times[first] == 0)
    first++;
  return first;
}

static void
add_part (GstStructure * parts, const gchar * name, GstClockTime time)
{
  guint64 sum = 0;

  gst_structure_get_uint64 (parts, name, &sum);
  gst_structure_set (parts, name, G_TYPE_UINT64, sum + time, NULL);
}

/*
 * gst_prof_startup_marks_split:
 * @marks: what is known of a start
 *
 * Returns: (transfer full) (nullable): `from`, the mark that it begins with, a
 *   string; `total`, and the parts that it consists of, in order, uint64
 *   nanoseconds each. %NULL: no frame was recorded yet, or nothing is known of
 *   the time before it came to the first stage
 */
GstStructure *
gst_prof_startup_marks_split (const GstProfStartupMarks * marks)
{
  GstProfStartupMarks left = *marks;
  GstClockTime written = marks->times[GST_PROF_STARTUP_WRITTEN];
  GstStructure *parts;
  guint first, known;

  if (written == 0)
    return NULL;
  clean (&left);
  first = find_first (&left);
  if (first >= GST_PROF_STARTUP_STAGE)
    return NULL;

  parts = gst_structure_new ("startup",
      "from", G_TYPE_STRING, marks_table[first].nick,
      "total", G_TYPE_UINT64, written - left.times[first], NULL);
  known = MARK_BIT (first);
  for (guint i = first + 1, last = first; i < GST_PROF_STARTUP_N_MARKS; i++) {
    const Mark *mark = &marks_table[i];

    if (left.times[i] == 0)
      continue;
    add_part (parts, (known & mark->needs) ? mark->part : mark->otherwise,
        left.times[i] - left.times[last]);
    known |= MARK_BIT (i);
    last = i;
  }
  return parts;
}

/*
 * gst_prof_startup_new:
 *
 * Returns: (transfer full): the start of a run of which nothing is known
 */
GstProfStartup *
gst_prof_startup_new (void)
{
  return g_new0 (GstProfStartup, 1);
}

/*
 * gst_prof_startup_free:
 * @startup: (nullable) (transfer full): a start
 */
void
gst_prof_startup_free (GstProfStartup * startup)
{
  if (startup == NULL)
    return;
  gst_clear_structure (&startup->parts);
  g_free (startup);
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

/*
 * gst_prof_startup_add_frame:
 * @startup: a start
 * @frame: a frame that ended
 *
 * The first that passed all stages counts, in PLAYING or not; of several
 * streams' the one that was done first. When its way to the file is not known
 * for sure, the next may be the one.
 */
void
gst_prof_startup_add_frame (GstProfStartup * startup,
    const GstProfFrame * frame)
{
  GstClockTime *times = startup->marks.times;
  const GstProfFrameCell *encode;

  if (startup->settled || frame->state != GST_PROF_FRAME_COMPLETE
      || frame->n_unjoined > 0)
    return;
  if (times[GST_PROF_STARTUP_WRITTEN] != 0
      && times[GST_PROF_STARTUP_WRITTEN] <= frame->last_leave)
    return;

  encode = find_cell (frame, GST_PROF_STAGE_ENCODE);
  times[GST_PROF_STARTUP_STAGE] = frame->first_enter;
  times[GST_PROF_STARTUP_ENCODER] = encode ? encode->enter : 0;
  /* Not when the encoder gave control back: that is after all that follows it
   * on its thread. */
  times[GST_PROF_STARTUP_ENCODED] = encode
      && GST_CLOCK_TIME_IS_VALID (frame->encode_latency)
      ? encode->enter + frame->encode_latency : 0;
  times[GST_PROF_STARTUP_WRITTEN] = frame->last_leave;
}

/*
 * gst_prof_startup_sample:
 * @startup: a start
 * @marks: what is known now of that which happened before the stages; what is
 *   not known any more is kept
 * @now: when that was read, CLOCK_MONOTONIC nanoseconds
 *
 * What was read when the first frame had been recorded is all there is.
 */
void
gst_prof_startup_sample (GstProfStartup * startup,
    const GstProfStartupMarks * marks, GstClockTime now)
{
  GstClockTime written = startup->marks.times[GST_PROF_STARTUP_WRITTEN];

  if (startup->settled)
    return;
  for (guint i = 0; i < GST_PROF_STARTUP_STAGE; i++) {
    if (marks->times[i] != 0)
      startup->marks.times[i] = marks->times[i];
  }
  startup->settled = written != 0 && now >= written;
}

/*
 * gst_prof_startup_get_parts:
 * @startup: a start
 *
 * Returns: (transfer none) (nullable): what gst_prof_startup_marks_split() says
 *   of it, when all of it is known
 */
const GstStructure *
gst_prof_startup_get_parts (GstProfStartup * startup)
{
  if (startup->parts == NULL && startup->settled)
    startup->parts = gst_prof_startup_marks_split (&startup->marks);
  return startup->parts;
}
