/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofactivity.h"
#include "gstproftap.h"

G_BEGIN_DECLS

/**
 * GstProfBracket:
 *
 * The functions of a pad that were replaced by ones that tell the thread's
 * activity. Counted by references: the pad has one for as long as it lives.
 */
typedef struct _GstProfBracket GstProfBracket;

/**
 * GstProfBracketKind:
 * @GST_PROF_BRACKET_NONE: not yet: the pad is not idle
 * @GST_PROF_BRACKET_PROBE: by a probe: what comes in is counted, the time that it
 *   takes is not known
 * @GST_PROF_BRACKET_FUNCTIONS: by functions in place of its own
 */
typedef enum {
  GST_PROF_BRACKET_NONE,
  GST_PROF_BRACKET_PROBE,
  GST_PROF_BRACKET_FUNCTIONS,
} GstProfBracketKind;

GstProfBracket *gst_prof_bracket_add         (GstPad *pad);
void            gst_prof_bracket_remove      (GstProfBracket *bracket);
GstProfPoint   *gst_prof_bracket_get_point   (GstProfBracket *bracket);
GstProfVisits  *gst_prof_bracket_count       (GstProfBracket *bracket);
GstProfBracketKind gst_prof_bracket_get_kind (GstProfBracket *bracket);
gboolean        gst_prof_bracket_is_covering (GstProfBracket *bracket);
gboolean        gst_prof_bracket_has_missed  (GstProfBracket *bracket);
void            gst_prof_bracket_renew_pad   (GstPad *pad);
GstProfTap     *gst_prof_bracket_tap         (GstProfBracket *bracket,
                                              GstProfTapFunc func,
                                              gpointer user_data,
                                              GDestroyNotify notify);
void            gst_prof_bracket_untap       (GstProfBracket *bracket,
                                              GstProfTap *tap);

G_END_DECLS
