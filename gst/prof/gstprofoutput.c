/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What an analysis has to say, kept in order until its holder says it. Passive.
 */

#include "gstprofoutput.h"

/*
 * gst_prof_output_free:
 * @output: (transfer full): something that was said
 */
void
gst_prof_output_free (GstProfOutput * output)
{
  g_free (output->line);
  gst_clear_structure (&output->structure);
  g_free (output);
}

/*
 * gst_prof_output_queue_init:
 * @queue: (out caller-allocates): an empty queue
 * @wants: (nullable): whether lines of a level are read by anyone
 * @user_data: for @wants
 */
void
gst_prof_output_queue_init (GstProfOutputQueue * queue,
    GstProfWantsFunc wants, gpointer user_data)
{
  g_queue_init (&queue->queue);
  queue->wants = wants;
  queue->user_data = user_data;
}

/*
 * gst_prof_output_queue_clear:
 * @queue: a queue
 */
void
gst_prof_output_queue_clear (GstProfOutputQueue * queue)
{
  g_queue_clear_full (&queue->queue, (GDestroyNotify) gst_prof_output_free);
}

/*
 * gst_prof_output_queue_wants:
 * @queue: a queue
 * @level: a level
 *
 * Returns: whether a line of that level is worth making
 */
gboolean
gst_prof_output_queue_wants (GstProfOutputQueue * queue, GstDebugLevel level)
{
  return queue->wants == NULL || queue->wants (level, queue->user_data);
}

/*
 * gst_prof_output_queue_push_line:
 * @queue: a queue
 * @level: level of the line
 * @line: (transfer full): the line
 */
void
gst_prof_output_queue_push_line (GstProfOutputQueue * queue,
    GstDebugLevel level, gchar * line)
{
  GstProfOutput *output = g_new0 (GstProfOutput, 1);

  output->level = level;
  output->line = line;
  g_queue_push_tail (&queue->queue, output);
}

/*
 * gst_prof_output_queue_push_structure:
 * @queue: a queue
 * @structure: (transfer full): contents of a message
 */
void
gst_prof_output_queue_push_structure (GstProfOutputQueue * queue,
    GstStructure * structure)
{
  GstProfOutput *output = g_new0 (GstProfOutput, 1);

  output->structure = structure;
  g_queue_push_tail (&queue->queue, output);
}

/*
 * gst_prof_output_queue_pop:
 * @queue: a queue
 *
 * Returns: (nullable) (transfer full): the next that is to be said
 */
GstProfOutput *
gst_prof_output_queue_pop (GstProfOutputQueue * queue)
{
  return g_queue_pop_head (&queue->queue);
}
