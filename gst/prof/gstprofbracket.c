/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Brackets around the functions of any element's pad: chain, chain-list and
 * event of a sink pad, getrange of a source pad. Each is replaced by one that
 * reads the clock, tells the thread's activity, calls the original and reads the
 * clock again. This costs a fifth of a GstTracer hook.
 *
 * The replacement has to find its bracket from the pad. Elements written in C
 * leave the data of a pad function %NULL, so the bracket goes there. Where
 * something is there already, as in bindings that keep a closure, the data stays
 * untouched and the bracket is found as qdata, which costs 20 ns more.
 *
 * Functions are swapped while nobody can be in them: when the pad is not active
 * or not linked, else in an IDLE probe of the pad that pushes into it. A pad that is
 * not idle for long, or that is pulled from, or whose functions are set again and
 * again, is not covered, and its bracket says so. If somebody counts, a pad probe
 * does it meanwhile, which does not know what time is spent.
 *
 * Counted is what comes to a sink pad and what is pulled from a source pad: who
 * came when, and what time was the element's own (gstprofvisits.c), and between two
 * visits of a task the time outside, if the same thread came in last.
 *
 * The pad keeps the bracket: whoever removes it while data flows leaves the
 * functions in place; they do little more than nothing. lock protects the swaps.
 *
 * What passes can be tapped (gstproftap.c): buffers at a sink pad, upstream events
 * at a source pad. That costs a fifth of a pad probe, since the function is ours
 * already and the time is known; a probe for events alone would cost each buffer
 * as much as one for buffers.
 */

#include "gstprofbracket.h"

#include "gstprofactivityprivate.h"
#include "gstprofclockprivate.h"
#include "gstprofvisitsprivate.h"

#include <stdlib.h>
#include <string.h>

/* Renewals, one a second, after which a pad that was not idle yet is probed, and
 * those in a row that find the functions set again after which they are left. */
#define MAX_WAITS 3
#define MAX_RESETS 5

#define CACHE_LINE 64

struct _GstProfBracket
{
  /* What each buffer touches: one cache line. */
  GstProfPoint *point;
  GstProfVisits *_Atomic visits;        /* the point's */
  _Atomic guint64 thread_id;    /* as the point's, when it was set last */
  guint id;                     /* the point's */
  gatomicrefcount refs;
  GstProfTaps taps;             /* swap_lock to change them; walked without */
  /* These and the others are set in a swap, when nobody is in them. */
  GstPadChainFunction chain;
  GstPadGetRangeFunction getrange;

  GstPad *pad;                  /* not owned: the pad owns the bracket */
  GstPadChainListFunction chain_list;
  GstPadEventFunction event;
  GstPadEventFullFunction event_full;

  /* those that were there when the pad was bracketed first; for who is called
   * by a function that was put around ours */
  GstPadChainFunction chain_first;
  GstPadChainListFunction chain_list_first;
  GstPadEventFunction event_first;
  GstPadEventFullFunction event_full_first;
  GstPadGetRangeFunction getrange_first;

  _Atomic gboolean covering;
  _Atomic guint in_events;      /* threads that walk the taps of a source pad */

  /* swap_lock */
  guint users;
  gboolean pending;             /* an IDLE probe is to swap */
  guint waits;                  /* renewals that found it not idle, in a row */
  guint resets;                 /* renewals that found other functions, in a row */
  gulong probe;                 /* counts what the functions do not see */
};

static GMutex swap_lock;

static GQuark
bracket_quark (void)
{
  static _Atomic GQuark quark;
  GQuark known = atomic_load_explicit (&quark, memory_order_relaxed);

  if (G_UNLIKELY (known == 0)) {
    known = g_quark_from_static_string ("gst-prof-bracket");
    atomic_store_explicit (&quark, known, memory_order_relaxed);
  }
  return known;
}

static GstProfBracket *
bracket_new (GstPad * pad, GstProfPoint * point)
{
  gsize size = (sizeof (GstProfBracket) + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
  GstProfBracket *bracket = aligned_alloc (CACHE_LINE, size);

  if (bracket == NULL)
    g_error ("no memory for the bracket of a pad");
  memset (bracket, 0, size);
  g_atomic_ref_count_init (&bracket->refs);
  bracket->pad = pad;
  bracket->point = point;
  bracket->id = point->id;
  return bracket;
}

static void
bracket_unref (gpointer data)
{
  GstProfBracket *bracket = data;

  if (!g_atomic_ref_count_dec (&bracket->refs))
    return;
  gst_prof_taps_clear (&bracket->taps);
  gst_prof_point_unref (bracket->point);
  free (bracket);
}

static inline GstProfBracket *
find_bracket (GstPad * pad)
{
  return g_object_get_qdata ((GObject *) pad, bracket_quark ());
}

/* Of what every buffer goes through, all that is not rare is one function. */
#define HOT inline __attribute__ ((always_inline))

/* What a function of ours has to know when the original comes back. */
typedef struct
{
  GstProfActivity *activity;
  GstProfVisits *visits;
  GstClockTime enter;
  GstClockTime called;          /* see gst_prof_activity_begin_stay() */
  guint place;
} Stay;

static void
come_from_outside (GstProfActivity * activity, GstProfPoint * point,
    GstProfVisits * visits, GstClockTime now)
{
  guint64 thread_id = GST_PROF_ACTIVITY_LOAD (activity->thread_id);

  if (activity->left != 0
      && GST_PROF_ACTIVITY_LOAD (point->thread_id) == thread_id)
    gst_prof_visits_add_outside (visits, activity->left, now, thread_id);
}

static inline GstProfVisits *
get_visits (GstProfBracket * bracket)
{
  return atomic_load_explicit (&bracket->visits, memory_order_acquire);
}

/* Once for each thread that comes, but for the main one. */
static void
claim (GstProfBracket * bracket, GstProfActivity * activity)
{
  gst_prof_activity_claim (activity, bracket->point);
  atomic_store_explicit (&bracket->thread_id,
      GST_PROF_ACTIVITY_LOAD (bracket->point->thread_id), memory_order_relaxed);
}

static HOT void
come_in (GstProfBracket * bracket, Stay * stay)
{
  GstProfActivity *activity = stay->activity;

  if (G_UNLIKELY (activity->pads == 0) && stay->visits != NULL) {
    come_from_outside (activity, bracket->point, stay->visits, stay->enter);
    GST_PROF_VISITS_STORE (stay->visits->fresh, FALSE);
  }
  if (G_UNLIKELY (GST_PROF_ACTIVITY_LOAD (bracket->thread_id)
          != GST_PROF_ACTIVITY_LOAD (activity->thread_id)))
    claim (bracket, activity);
  gst_prof_activity_push (activity, bracket->point, bracket->id, stay->enter,
      TRUE);
  stay->called = gst_prof_activity_begin_stay (activity);
}

static HOT GstClockTime
go_out (Stay * stay, GstClockTime now)
{
  gst_prof_activity_pop (stay->activity, now);
  return gst_prof_activity_end_stay (stay->activity, stay->called, stay->enter,
      now);
}

static HOT void
begin_push (GstProfBracket * bracket, Stay * stay, GstMiniObject * object,
    GstClockTime pts, guint n)
{
  stay->visits = get_visits (bracket);
  stay->enter = gst_prof_clock_read ();
  come_in (bracket, stay);
  if (G_LIKELY (stay->visits != NULL))
    stay->place = gst_prof_visits_enter_inline (stay->visits, pts, n,
        stay->enter);
  gst_prof_taps_tell (&bracket->taps, object, stay->enter);
}

static HOT void
begin_chain (GstProfBracket * bracket, Stay * stay, GstBuffer * buffer)
{
  begin_push (bracket, stay, GST_MINI_OBJECT_CAST (buffer),
      GST_BUFFER_PTS (buffer), 1);
}

static GstClockTime
get_list_pts (GstBufferList * list)
{
  return gst_buffer_list_length (list) > 0
      ? GST_BUFFER_PTS (gst_buffer_list_get (list, 0)) : GST_CLOCK_TIME_NONE;
}

static inline void
begin_chain_list (GstProfBracket * bracket, Stay * stay, GstBufferList * list)
{
  begin_push (bracket, stay, GST_MINI_OBJECT_CAST (list), get_list_pts (list),
      gst_buffer_list_length (list));
}

static HOT void
end_push (Stay * stay)
{
  GstClockTime now = gst_prof_clock_read ();
  GstClockTime own = go_out (stay, now);

  if (G_LIKELY (stay->visits != NULL))
    gst_prof_visits_leave_inline (stay->visits, stay->place, stay->enter, now,
        own, GST_PROF_ACTIVITY_LOAD (stay->activity->thread_id));
}

static inline void
begin_getrange (GstProfBracket * bracket, Stay * stay)
{
  stay->visits = get_visits (bracket);
  stay->enter = gst_prof_clock_read ();
  come_in (bracket, stay);
  if (stay->visits != NULL)
    stay->place = gst_prof_visits_enter_shared (stay->visits, stay->enter);
}

static inline void
end_getrange (Stay * stay, GstFlowReturn flow, GstBuffer ** buffer)
{
  GstClockTime now = gst_prof_clock_read ();
  GstClockTime own = go_out (stay, now);
  gboolean got = flow == GST_FLOW_OK && *buffer != NULL;

  if (stay->visits != NULL)
    gst_prof_visits_leave_shared (stay->visits, stay->place, stay->enter, now,
        own, GST_PROF_ACTIVITY_LOAD (stay->activity->thread_id),
        got ? GST_BUFFER_PTS (*buffer) : GST_CLOCK_TIME_NONE, got);
}

/* Events may come from any thread, such as EOS from the application's. They are
 * no visits, but time that whoever sends them did not spend itself. */
static inline void
begin_event (GstProfBracket * bracket, Stay * stay, GstEvent * event)
{
  GstProfVisits *visits = get_visits (bracket);
  GstClockTime now = gst_prof_clock_read ();

  if (visits != NULL && GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START)
    gst_prof_visits_begin_run (visits);
  else if (visits != NULL && stay->activity->pads == 0)
    come_from_outside (stay->activity, bracket->point, visits, now);
  gst_prof_activity_enter_pad_aside (stay->activity, bracket->point, now);
}

static inline void
end_event (Stay * stay)
{
  gst_prof_activity_leave (stay->activity, gst_prof_clock_read ());
}

/* Somebody may put a function of his own around ours and call ours from it; when
 * that is bracketed in turn, ours is called again from inside itself, and is to
 * call what it called before there was anything around it. */
#define BODY(type, member, args, find, begin, end) \
  GstProfBracket *bracket = find; \
  Stay stay; \
  type ret; \
  \
  stay.activity = gst_prof_activity_get_inline (); \
  if (G_UNLIKELY (gst_prof_activity_is_innermost (stay.activity, \
              bracket->point)) && bracket->member ## _first != NULL \
          && bracket->member ## _first != bracket->member) \
    return bracket->member ## _first args; \
  begin; \
  ret = bracket->member args; \
  end; \
  return ret;

/* Two of each kind, by where the bracket is found. @data is the pad's, and is
 * ours as long as @current, the pad's function, is: whoever sets another function
 * sets the data with it. */
#define DEFINE_FUNCTION(name, type, member, params, args, current, data, \
    begin, end) \
static type \
name params \
{ \
  BODY (type, member, args, \
      G_LIKELY (current == name) ? data : find_bracket (pad), begin, end) \
} \
static type \
name ## _by_qdata params \
{ \
  BODY (type, member, args, find_bracket (pad), begin, end) \
}

DEFINE_FUNCTION (bracket_chain, GstFlowReturn, chain,
    (GstPad * pad, GstObject * parent, GstBuffer * buffer),
    (pad, parent, buffer), GST_PAD_CHAINFUNC (pad), pad->chaindata,
    begin_chain (bracket, &stay, buffer), end_push (&stay))
DEFINE_FUNCTION (bracket_chain_list, GstFlowReturn, chain_list,
    (GstPad * pad, GstObject * parent, GstBufferList * list),
    (pad, parent, list), GST_PAD_CHAINLISTFUNC (pad), pad->chainlistdata,
    begin_chain_list (bracket, &stay, list), end_push (&stay))
DEFINE_FUNCTION (bracket_event, gboolean, event,
    (GstPad * pad, GstObject * parent, GstEvent * event),
    (pad, parent, event), GST_PAD_EVENTFUNC (pad), pad->eventdata,
    begin_event (bracket, &stay, event), end_event (&stay))
DEFINE_FUNCTION (bracket_event_full, GstFlowReturn, event_full,
    (GstPad * pad, GstObject * parent, GstEvent * event),
    (pad, parent, event), GST_PAD_EVENTFULLFUNC (pad), pad->eventdata,
    begin_event (bracket, &stay, event), end_event (&stay))
DEFINE_FUNCTION (bracket_getrange, GstFlowReturn, getrange,
    (GstPad * pad, GstObject * parent, guint64 offset, guint size,
        GstBuffer ** buffer), (pad, parent, offset, size, buffer),
    GST_PAD_GETRANGEFUNC (pad), pad->getrangedata,
    begin_getrange (bracket, &stay), end_getrange (&stay, ret, buffer))

/* Of a source pad: events that go upstream, in whatever thread, which says
 * nothing of what that thread does. No lock keeps the function from being
 * swapped meanwhile, so the pad's data is left alone. */
static gboolean
bracket_src_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstProfBracket *bracket = find_bracket (pad);

  atomic_fetch_add (&bracket->in_events, 1);
  gst_prof_taps_tell (&bracket->taps, GST_MINI_OBJECT_CAST (event),
      gst_prof_clock_read ());
  atomic_fetch_sub (&bracket->in_events, 1);
  return bracket->event (pad, parent, event);
}

/* What a pad has that nobody gave a function. A chain-list function of that
 * kind hands over the buffers one by one, an event function of that kind passes
 * events on: both end in a bracketed function. */
static GstPadChainListFunction default_chain_list;
static GstPadEventFunction default_event;

static void
ensure_defaults (void)
{
  static gsize once;

  if (g_once_init_enter (&once)) {
    GstPad *pad = gst_pad_new (NULL, GST_PAD_SINK);

    default_chain_list = GST_PAD_CHAINLISTFUNC (pad);
    default_event = GST_PAD_EVENTFUNC (pad);
    gst_object_unref (gst_object_ref_sink (pad));
    g_once_init_leave (&once, 1);
  }
}

/* Swaps one function of a pad, unless it is ours already. */
#define SWAP(bracket, function, data, member, ours) G_STMT_START { \
  if (function != ours && function != ours ## _by_qdata) { \
    (bracket)->member = function; \
    if ((bracket)->member ## _first == NULL) \
      (bracket)->member ## _first = function; \
    if (data == NULL || data == (bracket)) { \
      data = (bracket); \
      function = ours; \
    } else { \
      function = ours ## _by_qdata; \
    } \
  } \
} G_STMT_END

static gboolean
is_event_function_ours (GstPad * pad)
{
  if (GST_PAD_EVENTFULLFUNC (pad) == NULL && (GST_PAD_EVENTFUNC (pad) == NULL
          || GST_PAD_EVENTFUNC (pad) == default_event))
    return TRUE;
  return GST_PAD_EVENTFUNC (pad) == bracket_event
      || GST_PAD_EVENTFUNC (pad) == bracket_event_by_qdata
      || GST_PAD_EVENTFULLFUNC (pad) == bracket_event_full
      || GST_PAD_EVENTFULLFUNC (pad) == bracket_event_full_by_qdata;
}

/* An event function of the other kind is not tapped. */
static gboolean
is_src_event_tapped (GstProfBracket * bracket, GstPad * pad)
{
  return gst_prof_taps_is_empty (&bracket->taps)
      || GST_PAD_EVENTFULLFUNC (pad) != NULL || GST_PAD_EVENTFUNC (pad) == NULL
      || GST_PAD_EVENTFUNC (pad) == bracket_src_event;
}

/* Those that there is something to tell of. */
static gboolean
are_functions_ours (GstProfBracket * bracket, GstPad * pad)
{
  if (GST_PAD_IS_SRC (pad))
    return is_src_event_tapped (bracket, pad)
        && (GST_PAD_GETRANGEFUNC (pad) == NULL
        || GST_PAD_GETRANGEFUNC (pad) == bracket_getrange
        || GST_PAD_GETRANGEFUNC (pad) == bracket_getrange_by_qdata);
  return is_event_function_ours (pad) && (GST_PAD_CHAINFUNC (pad) == NULL
      || GST_PAD_CHAINFUNC (pad) == bracket_chain
      || GST_PAD_CHAINFUNC (pad) == bracket_chain_by_qdata)
      && (GST_PAD_CHAINLISTFUNC (pad) == NULL
      || GST_PAD_CHAINLISTFUNC (pad) == default_chain_list
      || GST_PAD_CHAINLISTFUNC (pad) == bracket_chain_list
      || GST_PAD_CHAINLISTFUNC (pad) == bracket_chain_list_by_qdata);
}

static void
swap_event (GstProfBracket * bracket, GstPad * pad)
{
  if (is_event_function_ours (pad))
    return;
  if (GST_PAD_EVENTFULLFUNC (pad) != NULL)
    SWAP (bracket, GST_PAD_EVENTFULLFUNC (pad), pad->eventdata, event_full,
        bracket_event_full);
  else
    SWAP (bracket, GST_PAD_EVENTFUNC (pad), pad->eventdata, event,
        bracket_event);
}

static void
swap_src_event (GstProfBracket * bracket, GstPad * pad)
{
  if (is_src_event_tapped (bracket, pad))
    return;
  bracket->event = GST_PAD_EVENTFUNC (pad);
  GST_PAD_EVENTFUNC (pad) = bracket_src_event;
}

/* With swap_lock held, while nobody is in the functions. */
static void
swap_in (GstProfBracket * bracket, GstPad * pad)
{
  if (GST_PAD_IS_SRC (pad)) {
    swap_src_event (bracket, pad);
    if (GST_PAD_GETRANGEFUNC (pad) != NULL)
      SWAP (bracket, GST_PAD_GETRANGEFUNC (pad), pad->getrangedata, getrange,
          bracket_getrange);
  } else {
    if (GST_PAD_CHAINFUNC (pad) != NULL)
      SWAP (bracket, GST_PAD_CHAINFUNC (pad), pad->chaindata, chain,
          bracket_chain);
    if (GST_PAD_CHAINLISTFUNC (pad) != NULL
        && GST_PAD_CHAINLISTFUNC (pad) != default_chain_list)
      SWAP (bracket, GST_PAD_CHAINLISTFUNC (pad), pad->chainlistdata,
          chain_list, bracket_chain_list);
    swap_event (bracket, pad);
  }
  atomic_store (&bracket->covering, TRUE);
}

#define RESTORE(bracket, function, data, member, ours) G_STMT_START { \
  if (function == ours || function == ours ## _by_qdata) { \
    function = (bracket)->member; \
    (bracket)->member ## _first = NULL; \
    if (data == (bracket)) \
      data = NULL; \
  } \
} G_STMT_END

static void
swap_out (GstProfBracket * bracket, GstPad * pad)
{
  RESTORE (bracket, GST_PAD_CHAINFUNC (pad), pad->chaindata, chain,
      bracket_chain);
  RESTORE (bracket, GST_PAD_CHAINLISTFUNC (pad), pad->chainlistdata,
      chain_list, bracket_chain_list);
  RESTORE (bracket, GST_PAD_GETRANGEFUNC (pad), pad->getrangedata, getrange,
      bracket_getrange);
  if (GST_PAD_EVENTFUNC (pad) == bracket_src_event)
    GST_PAD_EVENTFUNC (pad) = bracket->event;
  else if (GST_PAD_EVENTFULLFUNC (pad) == bracket_event_full
      || GST_PAD_EVENTFULLFUNC (pad) == bracket_event_full_by_qdata)
    RESTORE (bracket, GST_PAD_EVENTFULLFUNC (pad), pad->eventdata, event_full,
        bracket_event_full);
  else
    RESTORE (bracket, GST_PAD_EVENTFUNC (pad), pad->eventdata, event,
        bracket_event);
  atomic_store (&bracket->covering, FALSE);
}

#define IS_OURS(function, ours) \
    ((function) == ours || (function) == ours ## _by_qdata)

/* Whether what is passing the probe is about to be, or was, counted. A list that
 * the pad takes apart passes once more buffer by buffer. */
static gboolean
is_counted_elsewhere (GstPad * pad, GstPadProbeType type)
{
  if (GST_PAD_IS_SRC (pad))
    return IS_OURS (GST_PAD_GETRANGEFUNC (pad), bracket_getrange);
  if (type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    return IS_OURS (GST_PAD_CHAINLISTFUNC (pad), bracket_chain_list)
        || GST_PAD_CHAINLISTFUNC (pad) == default_chain_list;
  return IS_OURS (GST_PAD_CHAINFUNC (pad), bracket_chain);
}

static GstPadProbeReturn
count_probed (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstProfBracket *bracket = user_data;
  GstProfVisits *visits = get_visits (bracket);
  GstClockTime now;

  if (visits == NULL || is_counted_elsewhere (pad, info->type))
    return GST_PAD_PROBE_OK;
  now = gst_prof_clock_read ();
  gst_prof_activity_claim (gst_prof_activity_get (), bracket->point);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

    gst_prof_visits_pass (visits, get_list_pts (list),
        gst_buffer_list_length (list), now);
  } else {
    gst_prof_visits_pass (visits,
        GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)), 1, now);
  }
  return GST_PAD_PROBE_OK;
}

/* With swap_lock held: whether the functions cannot be swapped, or could not for
 * so long that somebody should count meanwhile. Nobody ever waits for a pad that
 * is pulled from. */
static gboolean
is_probe_wanted (GstProfBracket * bracket)
{
  return bracket->users > 0 && get_visits (bracket) != NULL
      && !atomic_load (&bracket->covering)
      && (GST_PAD_IS_SRC (bracket->pad) || bracket->waits >= MAX_WAITS
      || bracket->resets >= MAX_RESETS);
}

static void
update_probe (GstProfBracket * bracket)
{
  GstPad *pad = bracket->pad;
  GstPadProbeType type = GST_PAD_IS_SRC (pad)
      ? GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER
      : GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST;
  gulong unwanted = 0;

  g_mutex_lock (&swap_lock);
  if (!is_probe_wanted (bracket)) {
    unwanted = bracket->probe;
    bracket->probe = 0;
  } else if (bracket->probe == 0) {
    g_atomic_ref_count_inc (&bracket->refs);
    bracket->probe = gst_pad_add_probe (pad, type, count_probed, bracket,
        bracket_unref);
  }
  g_mutex_unlock (&swap_lock);
  if (unwanted != 0)
    gst_pad_remove_probe (pad, unwanted);
}

static GstPadProbeReturn
swap_when_idle (GstPad * peer, GstPadProbeInfo * info, gpointer user_data)
{
  GstProfBracket *bracket = user_data;
  GstPad *pad = gst_pad_get_peer (peer);

  g_mutex_lock (&swap_lock);
  bracket->pending = FALSE;
  /* It may have been linked to another one meanwhile. */
  if (pad == bracket->pad && bracket->users > 0)
    swap_in (bracket, pad);
  g_mutex_unlock (&swap_lock);

  gst_clear_object (&pad);
  return GST_PAD_PROBE_REMOVE;
}

/* Who cannot be in a function: nobody pushes into a pad that is not active or
 * not linked, and nobody pulls from one that is not in pull mode. */
static gboolean
is_unused (GstPad * pad, GstPad * peer)
{
  if (GST_PAD_IS_SRC (pad))
    return GST_PAD_MODE (pad) != GST_PAD_MODE_PULL;
  return !GST_PAD_IS_ACTIVE (pad) || peer == NULL;
}

static void
swap_soon (GstProfBracket * bracket)
{
  GstPad *pad = bracket->pad;
  GstPad *peer = gst_pad_get_peer (pad);
  gboolean idle = is_unused (pad, peer);

  g_mutex_lock (&swap_lock);
  if (bracket->users == 0 || bracket->resets >= MAX_RESETS)
    idle = TRUE;
  else if (idle)
    swap_in (bracket, pad);
  else if (peer == NULL || GST_PAD_IS_SRC (pad) || bracket->pending)
    idle = TRUE;
  else
    bracket->pending = TRUE;
  g_mutex_unlock (&swap_lock);

  if (!idle) {
    g_atomic_ref_count_inc (&bracket->refs);
    gst_pad_add_probe (peer, GST_PAD_PROBE_TYPE_IDLE, swap_when_idle, bracket,
        bracket_unref);
  }
  gst_clear_object (&peer);
}

/*
 * gst_prof_bracket_add:
 * @pad: a pad of an element; not a ghost or proxy pad
 *
 * Brackets the pad's functions, at once or as soon as it is idle. Several may
 * do so with one pad, which then has one bracket. Any thread but the pad's own
 * from inside its functions.
 *
 * Returns: (transfer full): the bracket, to be given back with
 *   gst_prof_bracket_remove()
 */
GstProfBracket *
gst_prof_bracket_add (GstPad * pad)
{
  GstProfBracket *bracket;

  ensure_defaults ();
  g_mutex_lock (&swap_lock);
  bracket = find_bracket (pad);
  if (bracket == NULL) {
    GstObject *parent = gst_object_get_parent (GST_OBJECT (pad));
    gchar *name = g_strdup_printf ("%s:%s",
        parent ? GST_OBJECT_NAME (parent) : "?", GST_OBJECT_NAME (pad));

    bracket = bracket_new (pad, gst_prof_point_new (name));
    g_object_set_qdata_full (G_OBJECT (pad), bracket_quark (), bracket,
        bracket_unref);
    g_free (name);
    gst_clear_object (&parent);
  }
  g_atomic_ref_count_inc (&bracket->refs);
  bracket->users++;
  g_mutex_unlock (&swap_lock);

  if (!gst_prof_bracket_is_covering (bracket))
    swap_soon (bracket);
  update_probe (bracket);
  return bracket;
}

/*
 * gst_prof_bracket_count:
 * @bracket: a bracket
 *
 * From now on it is counted what passes: buffers that come to a sink pad, and those
 * that are pulled from a source pad. Who is the pad's only user and finds it not
 * active begins anew. Any thread.
 *
 * Returns: (transfer none): what is counted; valid for as long as the bracket's
 *   point
 */
GstProfVisits *
gst_prof_bracket_count (GstProfBracket * bracket)
{
  GstProfVisits *visits;

  g_mutex_lock (&swap_lock);
  visits = gst_prof_point_count (bracket->point);
  atomic_store_explicit (&bracket->visits, visits, memory_order_release);
  if (bracket->users == 1 && !GST_PAD_IS_ACTIVE (bracket->pad)
      && GST_PAD_STREAM_TRYLOCK (bracket->pad)) {
    gst_prof_visits_reset (visits);
    GST_PAD_STREAM_UNLOCK (bracket->pad);
  }
  g_mutex_unlock (&swap_lock);
  update_probe (bracket);
  return visits;
}

/* With swap_lock held: taps that were removed and that no thread can be in. Who
 * pushes into a pad has its stream lock; who has it and is here is in none. */
static GstProfTap *
take_retired (GstProfBracket * bracket)
{
  GstProfTap *retired = NULL;

  if (bracket->taps.retired == NULL)
    return NULL;
  if (GST_PAD_IS_SRC (bracket->pad)) {
    if (atomic_load (&bracket->in_events) == 0)
      retired = gst_prof_taps_take_retired (&bracket->taps);
  } else if (GST_PAD_STREAM_TRYLOCK (bracket->pad)) {
    retired = gst_prof_taps_take_retired (&bracket->taps);
    GST_PAD_STREAM_UNLOCK (bracket->pad);
  }
  return retired;
}

/*
 * gst_prof_bracket_tap:
 * @bracket: a bracket
 * @func: of a sink pad, is told of buffers and lists that come in; of a source
 *   pad, of events that go upstream
 * @user_data: for @func
 * @notify: (nullable): frees @user_data, some time after the tap was removed
 *
 * Any thread but the pad's own from inside @func. While the bracket does not
 * cover the pad, nothing is told.
 *
 * Returns: (transfer none): the tap, to be given to gst_prof_bracket_untap()
 */
GstProfTap *
gst_prof_bracket_tap (GstProfBracket * bracket, GstProfTapFunc func,
    gpointer user_data, GDestroyNotify notify)
{
  GstProfTap *tap, *retired;

  g_mutex_lock (&swap_lock);
  retired = take_retired (bracket);
  tap = gst_prof_taps_add (&bracket->taps, func, user_data, notify);
  if (GST_PAD_IS_SRC (bracket->pad))
    swap_src_event (bracket, bracket->pad);
  g_mutex_unlock (&swap_lock);
  gst_prof_tap_free_all (retired);
  return tap;
}

/*
 * gst_prof_bracket_untap:
 * @bracket: a bracket
 * @tap: one of its taps
 *
 * Does not wait for a thread that is in the tap's function: it may be in it for
 * the last time when this returns, and only then is the data freed. Any thread.
 */
void
gst_prof_bracket_untap (GstProfBracket * bracket, GstProfTap * tap)
{
  GstProfTap *retired;

  g_mutex_lock (&swap_lock);
  gst_prof_taps_remove (&bracket->taps, tap);
  retired = take_retired (bracket);
  g_mutex_unlock (&swap_lock);
  gst_prof_tap_free_all (retired);
}

/*
 * gst_prof_bracket_remove:
 * @bracket: (transfer full): what gst_prof_bracket_add() gave; its pad must
 *   still be alive
 *
 * When nobody else brackets the pad, it is not active and no thread is in it any
 * more, it gets its functions back. Else it keeps them: nobody may wait for it.
 */
void
gst_prof_bracket_remove (GstProfBracket * bracket)
{
  g_mutex_lock (&swap_lock);
  /* It is not active as soon as it begins to be stopped. */
  if (--bracket->users == 0 && !GST_PAD_IS_ACTIVE (bracket->pad)
      && GST_PAD_STREAM_TRYLOCK (bracket->pad)) {
    swap_out (bracket, bracket->pad);
    GST_PAD_STREAM_UNLOCK (bracket->pad);
  }
  if (bracket->users == 0)
    bracket->waits = bracket->resets = 0;
  g_mutex_unlock (&swap_lock);
  update_probe (bracket);
  bracket_unref (bracket);
}

/* With swap_lock held. A pad that was started anew may be less restless. */
static gboolean
look_at_functions (GstProfBracket * bracket)
{
  gboolean covered = atomic_load (&bracket->covering);
  gboolean ours = covered && are_functions_ours (bracket, bracket->pad);
  GstProfVisits *visits = get_visits (bracket);

  if (!GST_PAD_IS_ACTIVE (bracket->pad)) {
    bracket->waits = bracket->resets = 0;
    if (visits != NULL)
      gst_prof_visits_begin_run (visits);
  } else if (ours) {
    bracket->waits = bracket->resets = 0;
  } else if (!covered && bracket->resets < MAX_RESETS) {
    bracket->waits++;
  } else {
    bracket->resets++;
  }
  if (!ours)
    atomic_store (&bracket->covering, FALSE);
  return ours;
}

/*
 * gst_prof_bracket_renew_pad:
 * @pad: a pad that is bracketed
 *
 * Elements may set a pad's functions late, or again. To be called from time to
 * time; does nothing as long as they are ours, or when nobody brackets the pad
 * any more.
 */
void
gst_prof_bracket_renew_pad (GstPad * pad)
{
  GstProfBracket *bracket = find_bracket (pad);
  GstProfTap *retired;
  gboolean ours;

  if (bracket == NULL)
    return;
  g_mutex_lock (&swap_lock);
  retired = take_retired (bracket);
  ours = look_at_functions (bracket);
  g_mutex_unlock (&swap_lock);
  gst_prof_tap_free_all (retired);
  if (!ours)
    swap_soon (bracket);
  update_probe (bracket);
}

/*
 * gst_prof_bracket_get_point:
 * @bracket: a bracket
 *
 * Returns: (transfer none): its point
 */
GstProfPoint *
gst_prof_bracket_get_point (GstProfBracket * bracket)
{
  return bracket->point;
}

/*
 * gst_prof_bracket_is_covering:
 * @bracket: a bracket
 *
 * Returns: whether the pad's functions are ours; not, while it is not idle
 */
gboolean
gst_prof_bracket_is_covering (GstProfBracket * bracket)
{
  return atomic_load (&bracket->covering);
}

/*
 * gst_prof_bracket_get_kind:
 * @bracket: a bracket
 *
 * Returns: how the pad is watched now
 */
GstProfBracketKind
gst_prof_bracket_get_kind (GstProfBracket * bracket)
{
  GstProfBracketKind kind = GST_PROF_BRACKET_NONE;

  g_mutex_lock (&swap_lock);
  if (atomic_load (&bracket->covering))
    kind = GST_PROF_BRACKET_FUNCTIONS;
  else if (bracket->probe != 0)
    kind = GST_PROF_BRACKET_PROBE;
  g_mutex_unlock (&swap_lock);
  return kind;
}
