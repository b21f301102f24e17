/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofreceivelookup.h"
#include "gstprofsamplerprivate.h"

G_BEGIN_DECLS

/* Shared by gstprofsamplerexplain.c and gstprofsamplerevidence.c, and by nobody
 * else. */

/* One question. */
typedef struct
{
  GstProfSampler *sampler;
  const GstProfQuestion *question;
  GstProfReceiveLookup received;
} GstProfInquiry;

/* With the process's lock held and the coverage locked. */
const GstProfReceived *
     gst_prof_inquiry_find_received        (GstProfInquiry *inquiry, guint home);
void gst_prof_inquiry_describe_elements    (GstProfInquiry *inquiry,
                                            const GstProfSampledThread *thread,
                                            GstClockTime from, GstClockTime to,
                                            gchar *text, gsize size);
void gst_prof_inquiry_describe_evidence    (GstProfInquiry *inquiry,
                                            const GstProfBlame *root,
                                            GstProfExplanation *explanation);
void gst_prof_inquiry_describe_application (GstProfInquiry *inquiry,
                                            GstProfExplanation *explanation);

G_END_DECLS
