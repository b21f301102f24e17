/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofbehind.h"
#include "gstproflag.h"

G_BEGIN_DECLS

/* Shared by the files that say whether a pipeline falls behind, and by nobody else. */

/* As many video streams as one pipeline records at once. */
#define GST_PROF_BEHIND_MAX_STREAMS 8

/* Lags of a stream: to the first stage, and out of the last. */
enum
{
  GST_PROF_BEHIND_FIRST,
  GST_PROF_BEHIND_LAST,
  GST_PROF_BEHIND_N_LAGS
};

typedef struct
{
  GRefString *id;
  guint64 used;
  GstProfLag lags[GST_PROF_BEHIND_N_LAGS];
  GstProfLoad load;
  GstProfLoadFigures figures;   /* in place of that, when there are no stages */
  gchar *element;               /* the name in these */

  GstProfEpisode episode;
  guint grows;                  /* which of the lags */
  GstClockTime window;
  GstClockTimeDiff before;      /* the lag that it began with */
  GstClockTimeDiff most;        /* how much more than that it was */
  gboolean drops;               /* it is frames thrown away, no lag */
  guint64 drops_before;         /* what had been thrown away when it began */
  GstClockTime dropped_until;   /* when more of them were seen last */
  GstProfJudgement current;
  GstProfJudgement worst;        /* gained and dropped 0: none */
} GstProfBehindStream;

struct _GstProfBehind
{
  GstProfHolders *holders;
  GstProfHindranceFunc find_hindrance;
  gpointer hindrance_data;
  gboolean live;
  gboolean has_offset;
  GstClockTimeDiff offset;

  guint n_streams;
  guint64 uses;
  GstProfBehindStream streams[GST_PROF_BEHIND_MAX_STREAMS];
};

void gst_prof_behind_measure_load (GstProfBehind *behind,
                                   GstProfBehindStream *stream,
                                   GstClockTime since,
                                   GstProfLoadFigures *figures);
void gst_prof_behind_note_worst   (GstProfBehindStream *stream);

/* Of a stream that does not fall behind yet, of one that does for what is thrown away,
 * and when such a one ends. */
GstProfEpisodeStep
     gst_prof_behind_begin_drops  (GstProfBehind *behind,
                                   GstProfBehindStream *stream,
                                   GstClockTime threshold, GstClockTime now);
GstProfEpisodeStep
     gst_prof_behind_follow_drops (GstProfBehind *behind,
                                   GstProfBehindStream *stream,
                                   GstClockTime threshold, GstClockTime now);
void gst_prof_behind_end_drops    (GstProfBehindStream *stream, GstClockTime now);

G_END_DECLS
