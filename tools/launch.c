/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The verb launch: any pipeline description, inside a latencytracer. Owns the
 * verb's options; the run itself is in run.c. Main thread only.
 */

#include <gst/gst.h>

#include "description.h"
#include "loop.h"
#include "outcome.h"
#include "run.h"
#include "verb.h"

#define VERB "launch"

static void
on_ended (GstProfRun * run, gpointer loop)
{
  gst_prof_loop_remove (loop, run);
}

static GstProfExit
launch (gchar ** words, GstProfOutcome * outcome)
{
  static const GstProfRunHandlers handlers = {.ended = on_ended };
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) tracer = NULL;
  g_autoptr (GstProfTerminal) terminal = NULL;
  g_autoptr (GstProfLoop) loop = NULL;
  g_autoptr (GstProfRun) run = NULL;
  GstElement *bin;

  bin = gst_prof_description_parse (words, &error);
  if (bin != NULL)
    pipeline = gst_prof_description_trace (bin, &tracer, &error);
  if (pipeline == NULL)
    return gst_prof_verb_refuse (VERB, "%s", error->message);

  terminal = gst_prof_terminal_new ();
  run = gst_prof_run_new (pipeline, tracer, terminal);
  loop = gst_prof_loop_new (terminal);
  gst_prof_run_set_handlers (run, &handlers, loop);
  gst_prof_loop_add (loop, run);
  gst_prof_loop_execute (loop);
  gst_prof_outcome_report (outcome, run, NULL, terminal);
  return gst_prof_outcome_conclude (outcome, run);
}

/*
 * gst_prof_verb_launch:
 * @argc: number of arguments
 * @argv: the arguments, the verb first
 *
 * Returns: the exit status
 */
GstProfExit
gst_prof_verb_launch (gint argc, gchar ** argv)
{
  g_auto (GstProfOutcome) outcome = { 0 };
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;

  context = g_option_context_new ("PIPELINE...");
  g_option_context_set_summary (context,
      "Runs a pipeline description, as gst-launch-1.0 does, and says where the\n"
      "time of its frames went.");
  gst_prof_outcome_add_options (&outcome, context);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error)
      || !gst_prof_outcome_check (&outcome, &error))
    return gst_prof_verb_refuse (VERB, "%s", error->message);
  if (argc < 2)
    return gst_prof_verb_refuse (VERB, "no pipeline description");

  return launch (argv + 1, &outcome);
}
