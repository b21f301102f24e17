/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a thread did, for each pipeline that it works for or has worked for: a
 * pool's thread comes and goes. Owns the shares of one thread, of which there
 * are a fixed number; passive: whoever has the thread serializes.
 */

#include "gstprofthreadshares.h"

/*
 * gst_prof_thread_shares_find:
 * @self: a thread's
 * @sampler: number of a sampler
 *
 * Returns: (nullable) (transfer none): what it did for that
 */
GstProfThreadShare *
gst_prof_thread_shares_find (GstProfThreadShares * self, guint64 sampler)
{
  for (guint i = 0; i < GST_PROF_THREAD_SHARES; i++) {
    if (self->shares[i].sampler == sampler)
      return &self->shares[i];
  }
  return NULL;
}

/*
 * gst_prof_thread_shares_add:
 * @self: a thread's
 * @sampler: number of a sampler
 *
 * The thread works for that from now on. If it works for too many, for one less.
 */
void
gst_prof_thread_shares_add (GstProfThreadShares * self, guint64 sampler)
{
  GstProfThreadShare *share = gst_prof_thread_shares_find (self, sampler);

  if (share == NULL) {
    for (guint i = 0; i < GST_PROF_THREAD_SHARES; i++) {
      GstProfThreadShare *other = &self->shares[i];

      /* A free one has number 0; of the others the oldest goes. */
      if (!other->current && (share == NULL || other->sampler < share->sampler))
        share = other;
    }
    if (share == NULL)
      return;
    *share = (GstProfThreadShare) {
    .sampler = sampler};
  }
  share->current = TRUE;
}

/*
 * gst_prof_thread_shares_leave:
 * @self: a thread's
 *
 * The thread works for nobody now. What it did stays.
 */
void
gst_prof_thread_shares_leave (GstProfThreadShares * self)
{
  for (guint i = 0; i < GST_PROF_THREAD_SHARES; i++)
    self->shares[i].current = FALSE;
}

/*
 * gst_prof_thread_shares_is_empty:
 * @self: a thread's
 *
 * Returns: whether it never worked for anybody who is still there
 */
gboolean
gst_prof_thread_shares_is_empty (const GstProfThreadShares * self)
{
  for (guint i = 0; i < GST_PROF_THREAD_SHARES; i++) {
    if (self->shares[i].sampler != 0)
      return FALSE;
  }
  return TRUE;
}

/*
 * gst_prof_thread_shares_credit:
 * @self: a thread's
 * @did: what the thread did since it was looked at last
 * @back: how much of what was credited as idle before was not, nanoseconds
 *
 * Adds it for all that the thread works for now.
 */
void
gst_prof_thread_shares_credit (GstProfThreadShares * self,
    const GstProfThreadShare * did, GstClockTime back)
{
  for (guint i = 0; i < GST_PROF_THREAD_SHARES; i++) {
    GstProfThreadShare *share = &self->shares[i];

    if (!share->current)
      continue;
    share->watched += did->watched;
    share->run += did->run;
    share->delay += did->delay;
    share->looked += did->looked;
    share->idle -= MIN (share->idle, back);
    share->idle += did->idle;
  }
}
