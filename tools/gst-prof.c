/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The program's entry: options before the verb, and the table of verbs. What a
 * verb does, and its own options, are in the verb's file. Main thread only.
 */

#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gst/gst.h>

#include "streamingthreads.h"
#include "verb.h"

/* A thread that is about to end takes far less. */
#define END_TIMEOUT (2 * G_USEC_PER_SEC)

typedef struct
{
  const gchar *name;
  const gchar *arguments;
  const gchar *summary;
  GstProfVerbFunc func;
} Verb;

static const Verb verbs[] = {
  {"launch", "PIPELINE...",
      "run a pipeline description and say where its time went",
      gst_prof_verb_launch},
  {"record", "--whip=ADDRESS:PORT",
      "record WebRTC sessions and say where their time went",
      gst_prof_verb_record},
};

static void
print_usage (FILE * stream)
{
  gsize i;

  fprintf (stream, "Usage:\n  %s VERB [OPTION...] ...\n\nVerbs:\n",
      GST_PROF_PROGRAM);
  for (i = 0; i < G_N_ELEMENTS (verbs); i++)
    fprintf (stream, "  %-8s %-20s %s\n", verbs[i].name, verbs[i].arguments,
        verbs[i].summary);
  fprintf (stream, "\nOptions:\n"
      "  -h, --help     show this text; '%s VERB --help' shows a verb's options\n"
      "  --version      show the version\n", GST_PROF_PROGRAM);
}

/*
 * gst_prof_verb_refuse:
 * @verb: (nullable): the verb whose help is pointed at
 * @format: what was wrong
 *
 * Tells what was wrong with the command line.
 *
 * Returns: %GST_PROF_EXIT_USAGE
 */
GstProfExit
gst_prof_verb_refuse (const gchar * verb, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fprintf (stderr, "%s: %s\nTry '%s%s%s --help'.\n", GST_PROF_PROGRAM, text,
      GST_PROF_PROGRAM, verb ? " " : "", verb ? verb : "");
  return GST_PROF_EXIT_USAGE;
}

/* GLib writes its ellipsis into every help text, and the C locale has none. */
static void
print_without_ellipsis (const gchar * text)
{
  g_autoptr (GString) plain = g_string_new (text);

  g_string_replace (plain, "…", "...", 0);
  g_set_print_handler (NULL);
  g_print ("%s", plain->str);
  g_set_print_handler (print_without_ellipsis);
}

static GstProfExit
run_verb (const Verb * verb, gint argc, gchar ** argv)
{
  GstProfExit status = verb->func (argc, argv);

  if (!gst_is_initialized ())
    return status;
  /* the leaks tracer has its say there */
  gst_deinit ();
  /* Exit handlers are run as usual when they meet nobody, as what looks for leaks
   * or counts covered lines is among them. A thread that is still there they would
   * race with: then the program ends without them. */
  if (!gst_prof_streaming_threads_wait (END_TIMEOUT)) {
    fflush (NULL);
    _exit (status);
  }
  return status;
}

gint
main (gint argc, gchar ** argv)
{
  gsize i;

  setlocale (LC_ALL, "");
  g_set_prgname (GST_PROF_PROGRAM);
  g_set_print_handler (print_without_ellipsis);

  if (argc < 2) {
    print_usage (stderr);
    return GST_PROF_EXIT_USAGE;
  }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")) {
    print_usage (stdout);
    return GST_PROF_EXIT_CLEAN;
  }
  if (g_str_equal (argv[1], "--version")) {
    g_autofree gchar *gst = gst_version_string ();

    printf ("%s %s\n%s\n", GST_PROF_PROGRAM, VERSION, gst);
    return GST_PROF_EXIT_CLEAN;
  }

  for (i = 0; i < G_N_ELEMENTS (verbs); i++) {
    if (g_str_equal (argv[1], verbs[i].name)) {
      g_autofree gchar *name = g_strdup_printf ("%s %s", GST_PROF_PROGRAM,
          verbs[i].name);

      /* what a verb's --help calls the program */
      g_set_prgname (name);
      return run_verb (&verbs[i], argc - 1, argv + 1);
    }
  }

  fprintf (stderr, "%s: no %s \"%s\"\n\n", GST_PROF_PROGRAM,
      argv[1][0] == '-' ? "option" : "verb", argv[1]);
  print_usage (stderr);
  return GST_PROF_EXIT_USAGE;
}
