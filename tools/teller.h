/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include "failon.h"
#include "terminal.h"

G_BEGIN_DECLS

typedef struct _GstProfTeller GstProfTeller;

GstProfTeller *gst_prof_teller_new      (GstProfTerminal *terminal);
void           gst_prof_teller_free     (GstProfTeller *teller);

void           gst_prof_teller_tell     (GstProfTeller *teller, GstMessage *message);
GstProfFailOn  gst_prof_teller_get_seen (GstProfTeller *teller);

G_END_DECLS
