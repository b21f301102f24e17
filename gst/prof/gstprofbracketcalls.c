/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The functions that are put in place of a pad's own: what every buffer goes
 * through, and how they are put there and taken away. When that may be done, and
 * who does it, stands in gstprofbracket.c.
 *
 * The replacement has to find its bracket from the pad. Elements written in C
 * leave the data of a pad function %NULL, so the bracket goes there. Where
 * something is there already, as in bindings that keep a closure, the data stays
 * untouched and the bracket is found as qdata, which costs 20 ns more.
 *
 * Counted is what comes to a sink pad and what is pulled from a source pad: who
 * came when, and what time was the element's own (gstprofvisits.c), and between two
 * visits of a task the time outside, if the same thread came in last.
 *
 * Somebody may put a function of his own around ours: gstprofbracketlayers.c.
 */

#include "gstprofactivityprivate.h"
#include "gstprofbracketprivate.h"
#include "gstprofclockprivate.h"
#include "gstprofvisitsprivate.h"

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
  stay->visits = gst_prof_bracket_get_visits (bracket);
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
  stay->visits = gst_prof_bracket_get_visits (bracket);
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
  GstProfVisits *visits = gst_prof_bracket_get_visits (bracket);
  GstClockTime now = gst_prof_clock_read ();

  stay->visits = visits;
  stay->enter = now;
  if (visits != NULL && GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START)
    gst_prof_visits_begin_run (visits);
  else if (visits != NULL && stay->activity->pads == 0)
    come_from_outside (stay->activity, bracket->point, visits, now);
  /* Nothing comes until somebody seeks: that is no pause. */
  if (visits != NULL && GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT_DONE)
    gst_prof_visits_begin_run (visits);
  gst_prof_activity_enter_pad_aside (stay->activity, bracket->point, now);
}

static inline void
end_event (Stay * stay)
{
  GstClockTime now = gst_prof_clock_read ();
  GstClockTime own = gst_prof_activity_leave (stay->activity, now);

  if (stay->visits != NULL && GST_CLOCK_TIME_IS_VALID (own))
    gst_prof_visits_handle_event (stay->visits, stay->enter, now, own,
        GST_PROF_ACTIVITY_LOAD (stay->activity->thread_id));
}

#define PEEK GST_PROF_BRACKET_PEEK
#define POKE GST_PROF_BRACKET_POKE

/* Of one kind; NULL: there is one function at most. The first is for swaps, the
 * second for whoever comes in. */
#define OFFSET(member) G_STRUCT_OFFSET (GstProfBracketLayerSet, member)
#define LAYERS(bracket, member) \
    get_layers ((bracket)->layers, OFFSET (member))
#define PEEK_LAYERS(bracket, member) \
    get_layers (PEEK ((bracket)->layers), OFFSET (member))

static inline GstProfBracketLayers *
get_layers (GstProfBracketLayerSet * set, gsize offset)
{
  return set != NULL ? G_STRUCT_MEMBER_P (set, offset) : NULL;
}

/* When it is called from inside a function that was put around it, it has been
 * called already. */
#define BODY(name, type, member, args, find, begin, end) \
  GstProfBracket *bracket = find; \
  Stay stay; \
  type ret; \
  \
  stay.activity = gst_prof_activity_get_inline (); \
  if (G_UNLIKELY (gst_prof_activity_may_be_innermost (stay.activity, \
              bracket->point)) \
      && gst_prof_bracket_layers_is_inside (PEEK_LAYERS (bracket, member), \
          stay.activity->entered)) \
    return name ## _layered args; \
  begin; \
  ret = PEEK (bracket->member) args; \
  end; \
  return ret;

/* What ours puts into a pad always comes with data: without, somebody has set it
 * who had kept it, and who took away what he had put around it. */
#define IS_SET_ANEW(data, notify) (PEEK (data) == NULL && PEEK (notify) == NULL)

static HOT GstProfBracket *
find_bracket (GstPad * pad, gboolean is_ours, gpointer data)
{
  return G_LIKELY (is_ours && data != NULL) ? data : gst_prof_bracket_find (pad);
}

/* What ours calls where there are several layers. */
#define DEFINE_LAYERED(name, type, member, params, args, is_dropped) \
static G_GNUC_NO_INLINE type \
name ## _layered params \
{ \
  GstProfBracket *bracket = gst_prof_bracket_find (pad); \
  GstProfLayerCall call; \
  GCallback function = \
      gst_prof_bracket_layers_begin (PEEK_LAYERS (bracket, member), &call, \
      gst_prof_activity_get_inline ()->entered, is_dropped); \
  type ret = ((__typeof__ (bracket->member)) function) args; \
  \
  gst_prof_bracket_layers_end (&call); \
  return ret; \
}

/* Two of each kind, by where the bracket is found. @data is the pad's, and is
 * ours, if there is any, as long as @current, the pad's function, is: whoever sets
 * another function sets the data with it. */
#define DEFINE_FUNCTION(name, type, member, params, args, current, data, notify, \
    begin, end) \
static type name params; \
static type name ## _by_qdata params; \
DEFINE_LAYERED (name, type, member, params, args, \
    (PEEK (current) == name || PEEK (current) == name ## _by_qdata) \
    && IS_SET_ANEW (data, notify)) \
static type \
name params \
{ \
  BODY (name, type, member, args, \
      find_bracket (pad, PEEK (current) == name, PEEK (data)), begin, end) \
} \
static type \
name ## _by_qdata params \
{ \
  BODY (name, type, member, args, gst_prof_bracket_find (pad), begin, end) \
}

DEFINE_FUNCTION (bracket_chain, GstFlowReturn, chain,
    (GstPad * pad, GstObject * parent, GstBuffer * buffer),
    (pad, parent, buffer), GST_PAD_CHAINFUNC (pad), pad->chaindata, pad->chainnotify,
    begin_chain (bracket, &stay, buffer), end_push (&stay))
DEFINE_FUNCTION (bracket_chain_list, GstFlowReturn, chain_list,
    (GstPad * pad, GstObject * parent, GstBufferList * list),
    (pad, parent, list), GST_PAD_CHAINLISTFUNC (pad), pad->chainlistdata, pad->chainlistnotify,
    begin_chain_list (bracket, &stay, list), end_push (&stay))
DEFINE_FUNCTION (bracket_event, gboolean, event,
    (GstPad * pad, GstObject * parent, GstEvent * event),
    (pad, parent, event), GST_PAD_EVENTFUNC (pad), pad->eventdata, pad->eventnotify,
    begin_event (bracket, &stay, event), end_event (&stay))
DEFINE_FUNCTION (bracket_event_full, GstFlowReturn, event_full,
    (GstPad * pad, GstObject * parent, GstEvent * event),
    (pad, parent, event), GST_PAD_EVENTFULLFUNC (pad), pad->eventdata, pad->eventnotify,
    begin_event (bracket, &stay, event), end_event (&stay))
DEFINE_FUNCTION (bracket_getrange, GstFlowReturn, getrange,
    (GstPad * pad, GstObject * parent, guint64 offset, guint size,
        GstBuffer ** buffer), (pad, parent, offset, size, buffer),
    GST_PAD_GETRANGEFUNC (pad), pad->getrangedata, pad->getrangenotify,
    begin_getrange (bracket, &stay), end_getrange (&stay, ret, buffer))

/* Of a source pad: events that go upstream, in whatever thread, which says
 * nothing of what that thread does. No lock keeps the function from being
 * swapped meanwhile, so the pad's data is left alone. */
DEFINE_LAYERED (bracket_src_event, gboolean, event,
    (GstPad * pad, GstObject * parent, GstEvent * event),
    (pad, parent, event), FALSE)

static gboolean
bracket_src_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstProfBracket *bracket = gst_prof_bracket_find (pad);

  if (gst_prof_bracket_layers_is_inside (PEEK_LAYERS (bracket, event),
          gst_prof_activity_get_inline ()->entered))
    return bracket_src_event_layered (pad, parent, event);
  atomic_fetch_add (&bracket->in_events, 1);
  gst_prof_taps_tell (&bracket->taps, GST_MINI_OBJECT_CAST (event),
      gst_prof_clock_read ());
  atomic_fetch_sub (&bracket->in_events, 1);
  return PEEK (bracket->event) (pad, parent, event);
}

/* What a pad has that nobody gave a function. A chain-list function of that
 * kind hands over the buffers one by one, an event function of that kind passes
 * events on: both end in a bracketed function. */
static GstPadChainListFunction default_chain_list;
static GstPadEventFunction default_event;

void
gst_prof_bracket_ensure_defaults (void)
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

#define IS_OURS(function, ours) \
    (PEEK (function) == ours || PEEK (function) == ours ## _by_qdata)

#define IS_IN_PLACE(function, data, notify, ours) \
    (IS_OURS (function, ours) && !IS_SET_ANEW (data, notify))

/* Ours is put in place of @function. Returns: whom it calls from now on, or NULL if
 * there is no room */
static GCallback
put (GstProfBracket * bracket, GCallback called, gsize offset,
    GCallback function, GCallback layered)
{
  GstProfBracketLayers *layers;

  if (bracket->layers == NULL && (called == NULL || called == function))
    return function;
  layers = get_layers (gst_prof_bracket_ensure_layers (bracket), offset);
  return gst_prof_bracket_layers_put (layers, function)
      ? gst_prof_bracket_layers_get_called (layers, layered) : NULL;
}

#define PUT(bracket, function, member, ours) \
    put (bracket, G_CALLBACK ((bracket)->member), OFFSET (member), \
        G_CALLBACK (function), G_CALLBACK (ours ## _layered))

/* Of functions of one kind. */
#define ASSIGN(function, value) \
    POKE (function, (__typeof__ (function)) (value))

#define DROP(bracket, layers, member, ours) G_STMT_START { \
  gst_prof_bracket_layers_drop (layers); \
  ASSIGN ((bracket)->member, gst_prof_bracket_layers_get_called (layers, \
          G_CALLBACK (ours ## _layered))); \
} G_STMT_END

/* A layer that was taken away while ours lay over it. */
#define DROP_TAKEN(bracket, data, notify, member, ours) G_STMT_START { \
  GstProfBracketLayers *taken = LAYERS (bracket, member); \
  \
  if (taken != NULL && taken->is_in && IS_SET_ANEW (data, notify)) \
    DROP (bracket, taken, member, ours); \
} G_STMT_END

static void
set_in (GstProfBracketLayers * layers, gboolean is_in)
{
  if (layers != NULL)
    layers->is_in = is_in;
}

/* Swaps one function of a pad, unless it is ours already. Data that somebody wants
 * to be told of, when it is to be freed, is his, even if it is none. */
#define SWAP(bracket, function, data, notify, member, ours) G_STMT_START { \
  GCallback called; \
  \
  if (IS_OURS (function, ours)) { \
    if (IS_SET_ANEW (data, notify)) { \
      DROP_TAKEN (bracket, data, notify, member, ours); \
      set_in (LAYERS (bracket, member), TRUE); \
      POKE (data, (gpointer) (bracket)); \
      POKE (function, ours); \
    } \
  } else if ((called = PUT (bracket, function, member, ours)) != NULL) { \
    ASSIGN ((bracket)->member, called); \
    if ((data == NULL && notify == NULL) || data == (bracket)) { \
      POKE (data, (gpointer) (bracket)); \
      POKE (function, ours); \
    } else { \
      POKE (function, ours ## _by_qdata); \
    } \
  } \
} G_STMT_END

static gboolean
is_event_function_ours (GstPad * pad)
{
  if (GST_PAD_EVENTFULLFUNC (pad) != NULL)
    return IS_IN_PLACE (GST_PAD_EVENTFULLFUNC (pad), pad->eventdata,
        pad->eventnotify, bracket_event_full);
  return GST_PAD_EVENTFUNC (pad) == NULL
      || GST_PAD_EVENTFUNC (pad) == default_event
      || IS_IN_PLACE (GST_PAD_EVENTFUNC (pad), pad->eventdata,
      pad->eventnotify, bracket_event);
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
gboolean
gst_prof_bracket_are_functions_ours (GstProfBracket * bracket, GstPad * pad)
{
  if (GST_PAD_IS_SRC (pad))
    return is_src_event_tapped (bracket, pad)
        && (GST_PAD_GETRANGEFUNC (pad) == NULL
        || IS_IN_PLACE (GST_PAD_GETRANGEFUNC (pad), pad->getrangedata,
            pad->getrangenotify, bracket_getrange));
  return is_event_function_ours (pad) && (GST_PAD_CHAINFUNC (pad) == NULL
      || IS_IN_PLACE (GST_PAD_CHAINFUNC (pad), pad->chaindata,
          pad->chainnotify, bracket_chain))
      && (GST_PAD_CHAINLISTFUNC (pad) == NULL
      || GST_PAD_CHAINLISTFUNC (pad) == default_chain_list
      || IS_IN_PLACE (GST_PAD_CHAINLISTFUNC (pad), pad->chainlistdata,
          pad->chainlistnotify, bracket_chain_list));
}

static void
swap_event (GstProfBracket * bracket, GstPad * pad)
{
  if (is_event_function_ours (pad))
    return;
  if (GST_PAD_EVENTFULLFUNC (pad) != NULL)
    SWAP (bracket, GST_PAD_EVENTFULLFUNC (pad), pad->eventdata,
        pad->eventnotify, event_full, bracket_event_full);
  else
    SWAP (bracket, GST_PAD_EVENTFUNC (pad), pad->eventdata, pad->eventnotify,
        event, bracket_event);
}

void
gst_prof_bracket_swap_src_event (GstProfBracket * bracket, GstPad * pad)
{
  GCallback called;

  if (is_src_event_tapped (bracket, pad))
    return;
  called = PUT (bracket, GST_PAD_EVENTFUNC (pad), event, bracket_src_event);
  if (called == NULL)
    return;
  ASSIGN (bracket->event, called);
  POKE (GST_PAD_EVENTFUNC (pad), bracket_src_event);
}

/* With swap_lock held, while nobody is in the functions. */
void
gst_prof_bracket_swap_in (GstProfBracket * bracket, GstPad * pad)
{
  if (GST_PAD_IS_SRC (pad)) {
    gst_prof_bracket_swap_src_event (bracket, pad);
    if (GST_PAD_GETRANGEFUNC (pad) != NULL)
      SWAP (bracket, GST_PAD_GETRANGEFUNC (pad), pad->getrangedata,
          pad->getrangenotify, getrange, bracket_getrange);
  } else {
    if (GST_PAD_CHAINFUNC (pad) != NULL)
      SWAP (bracket, GST_PAD_CHAINFUNC (pad), pad->chaindata,
          pad->chainnotify, chain, bracket_chain);
    if (GST_PAD_CHAINLISTFUNC (pad) != NULL
        && GST_PAD_CHAINLISTFUNC (pad) != default_chain_list)
      SWAP (bracket, GST_PAD_CHAINLISTFUNC (pad), pad->chainlistdata,
          pad->chainlistnotify, chain_list, bracket_chain_list);
    swap_event (bracket, pad);
  }
  atomic_store (&bracket->covering,
      gst_prof_bracket_are_functions_ours (bracket, pad));
}

/* A function that is put around ours goes on calling it. */
#define GIVE_BACK(bracket, function, member, ours) G_STMT_START { \
  GstProfBracketLayers *layers = LAYERS (bracket, member); \
  \
  if (layers == NULL) { \
    POKE (function, (bracket)->member); \
  } else { \
    ASSIGN (function, layers->functions[layers->n - 1]); \
    DROP (bracket, layers, member, ours); \
  } \
} G_STMT_END

#define RESTORE(bracket, function, data, notify, member, ours) G_STMT_START { \
  if (IS_OURS (function, ours)) { \
    DROP_TAKEN (bracket, data, notify, member, ours); \
    GIVE_BACK (bracket, function, member, ours); \
    if (data == (bracket)) \
      POKE (data, NULL); \
  } \
  set_in (LAYERS (bracket, member), FALSE); \
} G_STMT_END

void
gst_prof_bracket_swap_out (GstProfBracket * bracket, GstPad * pad)
{
  RESTORE (bracket, GST_PAD_CHAINFUNC (pad), pad->chaindata, pad->chainnotify,
      chain, bracket_chain);
  RESTORE (bracket, GST_PAD_CHAINLISTFUNC (pad), pad->chainlistdata,
      pad->chainlistnotify, chain_list, bracket_chain_list);
  RESTORE (bracket, GST_PAD_GETRANGEFUNC (pad), pad->getrangedata,
      pad->getrangenotify, getrange, bracket_getrange);
  RESTORE (bracket, GST_PAD_EVENTFULLFUNC (pad), pad->eventdata,
      pad->eventnotify, event_full, bracket_event_full);
  if (GST_PAD_EVENTFUNC (pad) == bracket_src_event)
    GIVE_BACK (bracket, GST_PAD_EVENTFUNC (pad), event, bracket_src_event);
  else
    RESTORE (bracket, GST_PAD_EVENTFUNC (pad), pad->eventdata,
        pad->eventnotify, event, bracket_event);
  atomic_store (&bracket->covering, FALSE);
}

/* Whether what is passing the probe is about to be, or was, counted. A list that
 * the pad takes apart passes once more buffer by buffer. */
static gboolean
is_counted_elsewhere (GstPad * pad, GstPadProbeType type)
{
  if (GST_PAD_IS_SRC (pad))
    return IS_OURS (GST_PAD_GETRANGEFUNC (pad), bracket_getrange);
  if (type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    return IS_OURS (GST_PAD_CHAINLISTFUNC (pad), bracket_chain_list)
        || PEEK (GST_PAD_CHAINLISTFUNC (pad)) == default_chain_list;
  return IS_OURS (GST_PAD_CHAINFUNC (pad), bracket_chain);
}

GstPadProbeReturn
gst_prof_bracket_count_probed (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstProfBracket *bracket = user_data;
  GstProfVisits *visits = gst_prof_bracket_get_visits (bracket);
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
