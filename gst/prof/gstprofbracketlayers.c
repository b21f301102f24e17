/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The functions that ours calls in a pad, of one kind. Mostly there is one, the
 * pad's own, and nothing of this is used when a buffer comes: it is not even there
 * before the pad has got a second function of any kind, and then for as long as the
 * bracket is.
 *
 * But somebody may take the pad's function, which is ours, keep it, and set one of
 * his own that calls it. When that is bracketed in turn, it is a layer over the one
 * before: ours calls the topmost, and when it is called from inside a layer, the
 * one below. Nobody knows for how long ours is kept, so what lies below is never
 * forgotten, also while the pad has its functions back. Whoever does not call ours
 * but replaces it is a layer too; that it calls nothing below does no harm.
 *
 * The layers change while no thread is in them, under gstprofbracket.c's
 * swap_lock. Which of them a thread is in, only the thread itself knows.
 */

#include "gstprofbracketprivate.h"

#define PEEK GST_PROF_BRACKET_PEEK
#define POKE GST_PROF_BRACKET_POKE

static __thread GstProfLayerCall *innermost;

static void
begin (GstProfBracketLayers * layers, GCallback function)
{
  layers->functions[0] = function;
  layers->n = function != NULL ? 1 : 0;
}

/* In a swap. Returns: (transfer none): the layers of a bracket; when they are new
 * there is one of each kind, that which ours calls by now, if it calls any */
GstProfBracketLayerSet *
gst_prof_bracket_ensure_layers (GstProfBracket * bracket)
{
  GstProfBracketLayerSet *set = bracket->layers;

  if (set != NULL)
    return set;
  set = g_new0 (GstProfBracketLayerSet, 1);
  begin (&set->chain, G_CALLBACK (bracket->chain));
  begin (&set->chain_list, G_CALLBACK (bracket->chain_list));
  begin (&set->event, G_CALLBACK (bracket->event));
  begin (&set->event_full, G_CALLBACK (bracket->event_full));
  begin (&set->getrange, G_CALLBACK (bracket->getrange));
  POKE (bracket->layers, set);
  return set;
}

/* Ours is put in place of @function, which is the topmost from now on; one that
 * was there before lies where it lay. Returns: whether there is room */
gboolean
gst_prof_bracket_layers_put (GstProfBracketLayers * layers, GCallback function)
{
  guint place = 0;

  while (place < layers->n && layers->functions[place] != function)
    place++;
  if (place == GST_PROF_BRACKET_MAX_LAYERS)
    return FALSE;
  POKE (layers->functions[place], function);
  POKE (layers->n, place + 1);
  layers->is_in = TRUE;
  return TRUE;
}

/* The topmost is the pad's again, or nobody's: ours is called by it, if at all. */
void
gst_prof_bracket_layers_drop (GstProfBracketLayers * layers)
{
  if (layers->n > 1)
    POKE (layers->n, layers->n - 1);
}

/* Whom ours calls: the first one, or @layered if there are more. */
GCallback
gst_prof_bracket_layers_get_called (const GstProfBracketLayers * layers,
    GCallback layered)
{
  return layers->n > 1 ? layered : layers->functions[0];
}

/* Whether the calling thread, that has entered so many points, is called by one
 * of the layers that has another one below. */
gboolean
gst_prof_bracket_layers_is_inside (const GstProfBracketLayers * layers,
    guint entered)
{
  return innermost != NULL && innermost->layers == layers
      && innermost->entered == entered && innermost->level > 0;
}

/* @is_dropped: the topmost was taken away, and nobody has looked yet. Returns: whom
 * to call, before gst_prof_bracket_layers_end() */
GCallback
gst_prof_bracket_layers_begin (const GstProfBracketLayers * layers,
    GstProfLayerCall * call, guint entered, gboolean is_dropped)
{
  guint level = PEEK (layers->n) - 1;

  if (gst_prof_bracket_layers_is_inside (layers, entered))
    level = innermost->level - 1;
  else if (is_dropped && level > 0)
    level--;
  *call = (GstProfLayerCall) {innermost, layers, entered, level};
  innermost = call;
  return PEEK (layers->functions[level]);
}

void
gst_prof_bracket_layers_end (GstProfLayerCall * call)
{
  innermost = call->outer;
}
