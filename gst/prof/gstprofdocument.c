/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * All that a process has to report: whose report it is, why and when it was
 * written, and of each pipeline its summary. Owns copies of the summaries; what
 * is said of one is the report's business. Passive, the time comes in; who made
 * it calls it.
 */

#include "config.h"

#include "gstprofdocument.h"

#include "gstprofprintable.h"
#include "gstprofreport.h"
#include "gstprofreportbacklog.h"
#include "gstprofreportjson.h"
#include "gstprofreportopen.h"
#include "gstprofsummary.h"

typedef struct
{
  gchar *name;
  guint run;
  gboolean ended;
  GstStructure *summary;        /* nullable: what came was none */
} Pipeline;

struct _GstProfDocument
{
  gchar *program;
  guint64 pid;
  gchar *reason;
  gchar *time;                  /* nullable: no calendar has it */
  GArray *pipelines;
  guint64 forgotten;
};

static void
clear_pipeline (gpointer data)
{
  Pipeline *pipeline = data;

  g_free (pipeline->name);
  g_clear_pointer (&pipeline->summary, gst_structure_free);
}

static gchar *
format_time (gint64 unix_time)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (unix_time);

  return time ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

/*
 * gst_prof_document_new:
 * @program: (nullable): the program's name
 * @pid: its process
 * @reason: why it is written: exit, signal, requested, or the name of the signal
 *   that ended the process
 * @unix_time: when, seconds since 1970
 *
 * Returns: (transfer full): a document without pipelines
 */
GstProfDocument *
gst_prof_document_new (const gchar * program, guint64 pid,
    const gchar * reason, gint64 unix_time)
{
  GstProfDocument *document = g_new0 (GstProfDocument, 1);

  document->program = g_utf8_make_valid (program ? program : "unknown", -1);
  document->pid = pid;
  document->reason = g_strdup (reason);
  document->time = format_time (unix_time);
  document->pipelines = g_array_new (FALSE, TRUE, sizeof (Pipeline));
  g_array_set_clear_func (document->pipelines, clear_pipeline);
  return document;
}

/*
 * gst_prof_document_free:
 * @document: (nullable) (transfer full): a document
 */
void
gst_prof_document_free (GstProfDocument * document)
{
  if (document == NULL)
    return;
  g_free (document->program);
  g_free (document->reason);
  g_free (document->time);
  g_array_unref (document->pipelines);
  g_free (document);
}

/*
 * gst_prof_document_add:
 * @document: a document
 * @name: the pipeline's name
 * @run: which of its runs, from 1
 * @ended: whether it is over
 * @summary: (nullable): its summary; of anything else is said that it is none
 *
 * Adds a pipeline, behind those that are there.
 */
void
gst_prof_document_add (GstProfDocument * document, const gchar * name,
    guint run, gboolean ended, const GstStructure * summary)
{
  Pipeline pipeline = {
    .name = g_utf8_make_valid (name ? name : "unknown", -1),
    .run = run,
    .ended = ended,
  };
  g_auto (GstProfSummary) contents = { 0 };

  if (summary != NULL && gst_prof_summary_parse (&contents, summary))
    pipeline.summary = gst_structure_copy (summary);
  g_array_append_val (document->pipelines, pipeline);
}

/*
 * gst_prof_document_set_forgotten:
 * @document: a document
 * @runs: how many runs there were that are not in it, because there were too
 *   many
 */
void
gst_prof_document_set_forgotten (GstProfDocument * document, guint64 runs)
{
  document->forgotten = runs;
}

/* Of other reasons, that there may be later, the word. */
static gchar *
describe_reason (const gchar * reason)
{
  if (g_strcmp0 (reason, "exit") == 0)
    return g_strdup ("at its end");
  if (g_strcmp0 (reason, "signal") == 0)
    return g_strdup ("asked by a signal");
  if (g_strcmp0 (reason, "requested") == 0)
    return g_strdup ("as requested");
  if (g_str_has_prefix (reason, "SIG"))
    return g_strconcat ("at ", reason, NULL);
  return g_strdup (reason);
}

static void
append_printable (GString * text, const gchar * name)
{
  g_autofree gchar *escaped = gst_prof_printable_escape (name);

  g_string_append (text, escaped ? escaped : name);
}

/* What it is in just now, and what it holds. */
static void
append_now (GString * text, const GstStructure * summary)
{
  g_auto (GstProfSummary) contents = { 0 };
  GStringChunk *texts;

  if (!gst_prof_summary_parse (&contents, summary))
    return;
  texts = g_string_chunk_new (256);
  gst_prof_summary_make_printable (&contents, texts);
  gst_prof_report_open_append_threads (text, &contents);
  gst_prof_report_backlog_append_held (text, &contents);
  g_string_chunk_free (texts);
}

static void
append_pipeline (GString * text, const Pipeline * pipeline)
{
  g_autofree gchar *report = NULL;

  g_string_append (text, "\n== ");
  append_printable (text, pipeline->name);
  g_string_append_printf (text, ", run %u: %s ==\n", pipeline->run,
      pipeline->ended ? "ended" : "still running");
  if (pipeline->summary != NULL)
    report = gst_prof_report_to_text (pipeline->summary);
  g_string_append (text, report ? report : "There is no summary of this run.\n");
  if (!pipeline->ended && pipeline->summary != NULL)
    append_now (text, pipeline->summary);
}

/*
 * gst_prof_document_to_text:
 * @document: a document
 *
 * Returns: (transfer full): a line about the process, and each pipeline's
 *   report under a line with its name
 */
gchar *
gst_prof_document_to_text (const GstProfDocument * document)
{
  GString *text = g_string_new (NULL);

  g_string_append (text, "gst-prof: ");
  append_printable (text, document->program);
  g_string_append_printf (text, " (%" G_GUINT64_FORMAT ")", document->pid);
  if (document->reason != NULL) {
    g_autofree gchar *why = describe_reason (document->reason);

    g_string_append_printf (text, ", %s", why);
  }
  if (document->time != NULL)
    g_string_append_printf (text, ", %s", document->time);
  g_string_append_c (text, '\n');

  if (document->pipelines->len == 0)
    g_string_append (text, "No pipeline ran.\n");
  for (guint i = 0; i < document->pipelines->len; i++)
    append_pipeline (text, &g_array_index (document->pipelines, Pipeline, i));
  if (document->forgotten > 0)
    g_string_append_printf (text, "\nRuns that ended before and are not here, "
        "because there were too many: %" G_GUINT64_FORMAT "\n",
        document->forgotten);
  return g_string_free (text, FALSE);
}

static void
append_entry (GValue * pipelines, const Pipeline * pipeline)
{
  GValue entry = G_VALUE_INIT;

  g_value_init (&entry, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&entry, gst_structure_new ("pipeline",
          "name", G_TYPE_STRING, pipeline->name,
          "run", G_TYPE_UINT, pipeline->run,
          "state", G_TYPE_STRING, pipeline->ended ? "ended" : "running",
          "summary", GST_TYPE_STRUCTURE, pipeline->summary, NULL));
  gst_value_array_append_and_take_value (pipelines, &entry);
}

/*
 * gst_prof_document_to_json:
 * @document: a document
 *
 * Returns: (transfer full): the same as an object in JSON, that docs/messages.md
 *   describes
 */
gchar *
gst_prof_document_to_json (const GstProfDocument * document)
{
  g_autoptr (GstStructure) structure = NULL;
  GValue pipelines = G_VALUE_INIT;

  structure = gst_structure_new ("document",
      "gst-prof", G_TYPE_STRING, VERSION,
      "pid", G_TYPE_UINT64, document->pid,
      "program", G_TYPE_STRING, document->program,
      "reason", G_TYPE_STRING, document->reason,
      "time", G_TYPE_STRING, document->time, NULL);
  gst_value_array_init (&pipelines, document->pipelines->len);
  for (guint i = 0; i < document->pipelines->len; i++)
    append_entry (&pipelines, &g_array_index (document->pipelines, Pipeline,
            i));
  gst_structure_take_value (structure, "pipelines", &pipelines);
  gst_structure_set (structure, "runs-forgotten", G_TYPE_UINT64,
      document->forgotten, NULL);
  return gst_prof_report_to_json (structure);
}
