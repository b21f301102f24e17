/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What stands between the brackets of GST_TRACERS="prof(…)": words of the form
 * key=value, separated by commas. What is wrong with one of them is said, and the
 * others hold. Passive: no environment, no files, nothing printed. Any thread.
 */

#include "gstproftracerparams.h"

#include <errno.h>
#include <string.h>

/* A key of its own for what every user of the tracer wants to set. */
#define KEY_THRESHOLD "threshold"
#define NICK_THRESHOLD "slow-element"

typedef struct {
  const gchar *suffix;
  gdouble factor;
} Unit;

/* Without a unit it is what properties of GStreamer count in. */
static const Unit time_units[] = {
  {"ns", 1}, {"us", GST_USECOND}, {"ms", GST_MSECOND}, {"s", GST_SECOND},
  {"", 1}, {NULL},
};

static const Unit byte_units[] = {
  {"B", 1}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"", 1}, {NULL},
};

#define TIMES "a time like 50ms, 1.5s or 50000000 (nanoseconds)"
#define BYTES "a size like 100MB or 100000000 (bytes)"

/*
 * gst_prof_tracer_params_init:
 * @params: (out caller-allocates): gets the defaults
 */
void
gst_prof_tracer_params_init (GstProfTracerParams * params)
{
  *params = (GstProfTracerParams) {
  NULL};
  params->report = g_strdup (GST_PROF_TRACER_REPORT_STDERR);
  gst_prof_thresholds_init (&params->thresholds);
  params->sample_interval = GST_PROF_CONFIG_SAMPLE_INTERVAL;
}

/*
 * gst_prof_tracer_params_clear:
 * @params: what was initialised
 */
void
gst_prof_tracer_params_clear (GstProfTracerParams * params)
{
  g_clear_pointer (&params->report, g_free);
  g_clear_pointer (&params->json, g_free);
  g_clear_pointer (&params->exclude, g_strfreev);
}

/* Returns: %FALSE when @text is no number with one of the units, or one that is too
 * large, or 0 only because it is so small; @number is untouched then. */
static gboolean
parse_number (const gchar * text, const Unit * units, guint64 * number)
{
  gchar *end;
  gdouble value;

  /* It would take infinity and hexadecimal numbers, too. */
  if (!g_ascii_isdigit (text[0]) || g_ascii_tolower (text[1]) == 'x')
    return FALSE;
  errno = 0;
  value = g_ascii_strtod (text, &end);
  if (errno != 0)
    return FALSE;
  for (; units->suffix != NULL; units++) {
    if (g_str_equal (end, units->suffix)) {
      if (value * units->factor >= (gdouble) G_MAXINT64
          || (value > 0 && value * units->factor < 0.5))
        return FALSE;
      *number = value * units->factor + 0.5;
      return TRUE;
    }
  }
  return FALSE;
}

/*
 * gst_prof_tracer_params_get_key:
 * @kind: a kind of warning
 *
 * Returns: (nullable): the parameter that sets its threshold
 */
const gchar *
gst_prof_tracer_params_get_key (GstProfWarningKind kind)
{
  const GstProfThreshold *threshold = gst_prof_threshold_get (kind);

  return g_str_equal (threshold->nick, NICK_THRESHOLD) ? KEY_THRESHOLD
      : threshold->property;
}

static gboolean
find_threshold (const gchar * key, GstProfWarningKind * kind)
{
  for (guint i = 0; i < GST_PROF_WARNING_N_KINDS; i++) {
    if (g_strcmp0 (gst_prof_tracer_params_get_key (i), key) == 0) {
      *kind = i;
      return TRUE;
    }
  }
  return FALSE;
}

static void
complain (GString * complaints, const gchar * format, ...)
{
  va_list args;

  if (complaints->len > 0)
    g_string_append_c (complaints, '\n');
  va_start (args, format);
  g_string_append_vprintf (complaints, format, args);
  va_end (args);
}

static void
complain_of_key (GString * complaints, const gchar * key)
{
  complain (complaints, "\"%s\" is no parameter; these are: report, json, "
      "exclude, sample-interval", key);
  for (guint i = 0; i < GST_PROF_WARNING_N_KINDS; i++) {
    const gchar *threshold = gst_prof_tracer_params_get_key (i);

    if (threshold != NULL)
      g_string_append_printf (complaints, ", %s", threshold);
  }
}

/* Returns: (transfer full): as the user may have written it */
static gchar *
format_number (guint64 number, const Unit * units)
{
  const Unit *unit = units;

  for (const Unit * u = units; u->suffix != NULL; u++) {
    if (number > 0 && *u->suffix != '\0'
        && number % (guint64) u->factor == 0)
      unit = u;
  }
  return g_strdup_printf ("%" G_GUINT64_FORMAT "%s",
      number / (guint64) unit->factor, unit->suffix);
}

static void
parse_threshold (GstProfTracerParams * params, GstProfWarningKind kind,
    const gchar * key, const gchar * value, GString * complaints)
{
  gboolean bytes = kind == GST_PROF_WARNING_MEMORY_GROWTH;
  const Unit *units = bytes ? byte_units : time_units;
  guint64 *threshold = &params->thresholds.values[kind];
  g_autofree gchar *used = NULL;

  if (parse_number (value, units, threshold))
    return;
  used = format_number (*threshold, units);
  complain (complaints, "%s=%s: not %s, or 0 for none; %s is used", key, value,
      bytes ? BYTES : TIMES, used);
}

static void
parse_sample_interval (GstProfTracerParams * params, const gchar * value,
    GString * complaints)
{
  guint64 interval;
  g_autofree gchar *used = NULL;

  if (parse_number (value, time_units, &interval) && (interval == 0
          || (interval >= GST_PROF_TRACER_MIN_SAMPLE_INTERVAL
              && interval <= GST_SECOND))) {
    params->sample_interval = interval;
    return;
  }
  used = format_number (params->sample_interval, time_units);
  complain (complaints, "sample-interval=%s: not a time from 1ms to 1s, or 0 for "
      "no looks; %s is used", value, used);
}

/* Returns: (transfer full) (nullable): the patterns, but for empty ones */
static gchar **
split_patterns (const gchar * value)
{
  g_auto (GStrv) parts = g_strsplit (value, "|", -1);
  GPtrArray *patterns = g_ptr_array_new ();

  for (guint i = 0; parts[i] != NULL; i++) {
    g_strstrip (parts[i]);
    if (*parts[i] != '\0')
      g_ptr_array_add (patterns, g_strdup (parts[i]));
  }
  g_ptr_array_add (patterns, NULL);
  return (gchar **) g_ptr_array_free (patterns, FALSE);
}

static void
set_name (gchar ** name, const gchar * key, const gchar * value,
    GString * complaints)
{
  if (*value == '\0') {
    complain (complaints, "%s=: the name of a file is missing", key);
    return;
  }
  g_free (*name);
  *name = g_strdup (value);
}

/* Returns: the word's end, which is a comma outside of quotes, or the text's */
static gchar *
find_end (gchar * word)
{
  gboolean quoted = FALSE;

  for (; *word != '\0'; word++) {
    if (*word == '"')
      quoted = !quoted;
    else if (*word == ',' && !quoted)
      break;
  }
  return word;
}

/* As in a command: they are not part of the value. Returns: %FALSE when one has no
 * other */
static gboolean
remove_quotes (gchar * value)
{
  gchar *to = value;
  guint n = 0;

  for (gchar * from = value; *from != '\0'; from++) {
    if (*from == '"')
      n++;
    else
      *to++ = *from;
  }
  *to = '\0';
  return n % 2 == 0;
}

static void
note_key (GPtrArray * keys, const gchar * key, const gchar * value,
    GString * complaints)
{
  for (guint i = 0; i < keys->len; i++) {
    if (g_str_equal (g_ptr_array_index (keys, i), key)) {
      complain (complaints, "%s is given more than once; the last one, %s, is used",
          key, value);
      return;
    }
  }
  g_ptr_array_add (keys, (gpointer) key);
}

static void
parse_pair (GstProfTracerParams * params, const gchar * key,
    const gchar * value, GString * complaints)
{
  GstProfWarningKind kind;

  if (g_str_equal (key, "report")) {
    set_name (&params->report, key, value, complaints);
  } else if (g_str_equal (key, "json")) {
    set_name (&params->json, key, value, complaints);
  } else if (g_str_equal (key, "exclude")) {
    g_strfreev (params->exclude);
    params->exclude = split_patterns (value);
  } else if (g_str_equal (key, "sample-interval")) {
    parse_sample_interval (params, value, complaints);
  } else if (find_threshold (key, &kind)) {
    parse_threshold (params, kind, key, value, complaints);
  } else {
    complain_of_key (complaints, key);
  }
}

/*
 * gst_prof_tracer_params_parse:
 * @params: (inout): what holds unless @text says something else
 * @text: (nullable): key=value, separated by commas; what stands in " may have
 *   commas in it
 *
 * Returns: (transfer full) (nullable): what is wrong with @text, a line for each
 *   word that does not hold; %NULL when there is none
 */
gchar *
gst_prof_tracer_params_parse (GstProfTracerParams * params, const gchar * text)
{
  g_autofree gchar *copy = g_strdup (text ? text : "");
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  GString *complaints = g_string_new (NULL);
  gboolean last;

  for (gchar * word = copy, *end; word != NULL; word = last ? NULL : end + 1) {
    gchar *value;

    end = find_end (word);
    last = *end == '\0';
    *end = '\0';
    g_strstrip (word);
    if (*word == '\0')
      continue;
    value = strchr (word, '=');
    if (value == NULL) {
      complain (complaints, "\"%s\": a value is missing, as in threshold=50ms",
          word);
      continue;
    }
    *value++ = '\0';
    g_strchomp (word);
    g_strchug (value);
    if (!remove_quotes (value)) {
      complain (complaints, "%s=\"%s: the second \" is missing", word, value);
      continue;
    }
    note_key (keys, word, value, complaints);
    parse_pair (params, word, value, complaints);
  }
  return g_string_free (complaints, complaints->len == 0);
}

/*
 * gst_prof_tracer_params_expand:
 * @name: a file's name
 * @pid: the process that writes it
 *
 * Returns: (transfer full): the name with the process in place of each `%p`
 */
gchar *
gst_prof_tracer_params_expand (const gchar * name, guint64 pid)
{
  g_auto (GStrv) parts = g_strsplit (name, "%p", -1);
  g_autofree gchar *number = g_strdup_printf ("%" G_GUINT64_FORMAT, pid);

  return g_strjoinv (number, parts);
}
