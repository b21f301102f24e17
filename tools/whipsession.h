/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "loop.h"
#include "mediachoice.h"
#include "recordoptions.h"
#include "whipserver.h"

G_BEGIN_DECLS

typedef struct _GstProfWhipSession GstProfWhipSession;

/**
 * GstProfWhipSessionFunc:
 * @session: a session that is over, to be freed by the callee
 * @status: what it is worth
 * @data: data of gst_prof_whip_session_new()
 */
typedef void (*GstProfWhipSessionFunc) (GstProfWhipSession *session, GstProfExit status,
                                        gpointer data);

GstProfWhipSession *gst_prof_whip_session_new  (const GstProfRecordOptions *options,
                                                const gchar *const *addresses,
                                                GstProfLoop *loop,
                                                GstProfTerminal *terminal,
                                                GstProfWhipOffer *offer,
                                                GstProfWhipSessionFunc over,
                                                gpointer data);
void                gst_prof_whip_session_free (GstProfWhipSession *session);

const gchar *gst_prof_whip_session_get_name (GstProfWhipSession *session);
gboolean     gst_prof_whip_session_is_stuck (GstProfWhipSession *session);
gboolean     gst_prof_whip_session_is_ending (GstProfWhipSession *session);
void         gst_prof_whip_session_delete   (GstProfWhipSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfWhipSession, gst_prof_whip_session_free)

G_END_DECLS
