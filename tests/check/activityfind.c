/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds one thread among those that are seen. */

#include "activityfind.h"

#include <sys/syscall.h>
#include <unistd.h>

guint64
activity_own_id (void)
{
  return syscall (SYS_gettid);
}

typedef struct
{
  guint64 thread_id;
  gboolean found;
  GstProfActivityState state;
} Search;

static void
match (const GstProfActivityState * state, gpointer user_data)
{
  Search *search = user_data;

  if (state->thread_id == search->thread_id) {
    fail_if (search->found, "a thread is there twice");
    search->found = TRUE;
    search->state = *state;
  }
}

gboolean
activity_find (guint64 thread_id, GstProfActivityState * state)
{
  Search search = {.thread_id = thread_id };

  gst_prof_activity_foreach (match, &search);
  if (search.found)
    *state = search.state;
  return search.found;
}
