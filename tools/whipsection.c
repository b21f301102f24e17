/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The lines of an offer: splits them into sections, and checks each line on its
 * own. What the lines mean together is whipoffer.c's. Passive.
 *
 * What is checked is what a webrtcbin reads: it takes much for granted, and runs
 * into failed assertions when it is not so.
 */

#include <string.h>

#include "whipsection.h"

/* Chromium's longest line has 110 characters, its longest offer 200 lines, two
 * m= lines, and eight candidates for each. */
#define MAX_LINE 2048
#define MAX_LINES 2000
#define MAX_SECTIONS 9
#define MAX_SHOWN 60

#define TOKEN "[-A-Za-z0-9!#$%&'*+.^_`{|}~]"
#define PAYLOAD_TYPE "(?:[0-9]|[1-9][0-9]|1[01][0-9]|12[0-7])"
#define PORT "(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|" \
    "655[0-2][0-9]|6553[0-5])"
#define UINT32 "(?:[0-9]{1,9}|[1-3][0-9]{9}|4[01][0-9]{8}|42[0-8][0-9]{7}|" \
    "4290[0-9]{6}|429[1-3][0-9]{6}|4294[0-8][0-9]{5}|42949[0-5][0-9]{4}|" \
    "429496[0-6][0-9]{3}|4294967[01][0-9]{2}|42949672[0-8][0-9]|429496729[0-5])"
/* webrtcbin asserts that it is not 0 */
#define SSRC "(?!0+(?: |$))" UINT32
/* libnice takes it for granted that TCP comes with its type. */
#define TRANSPORT "(?i:udp|tcp(?=.* tcptype (?:active|passive|so)(?: |$)))"
#define HEX "[0-9A-Fa-f]{2}"

typedef struct
{
  const gchar *name;            /* of an a= line, or all before the = */
  const gchar *pattern;         /* of what is behind it */
  const gchar *wanted;
  gboolean once;                /* in a section */
} Rule;

static const Rule rules[] = {
  {"v=", "0", "version 0", TRUE},
  {"o=", "\\S+ \\d{1,20} \\d{1,20} IN IP[46] \\S+",
      "NAME ID VERSION IN IP4 ADDRESS", TRUE},
  {"s=", ".+", "a name, - for none", TRUE},
  {"t=", "\\d{1,20} \\d{1,20}", "START STOP"},
  {"c=", "IN IP[46] [-0-9A-Za-z.:/]+", "IN IP4 ADDRESS"},
  {"k=", "(?!)", "left out: keys come with DTLS"},
  {"m=", "[a-z]+ " PORT "(?:/\\d+)? \\S+(?: \\S+)+",
      "MEDIA PORT PROTOCOL FORMATS", TRUE},
  {"mid", TOKEN "{1,64}", "a name of up to 64 letters and digits", TRUE},
  {"group", TOKEN "+(?: " TOKEN "{1,64})*", "SEMANTICS MID…"},
  {"ice-ufrag", "[A-Za-z0-9+/]{4,256}", "4 to 256 letters, digits, + and /",
      TRUE},
  {"ice-pwd", "[A-Za-z0-9+/]{22,256}", "22 to 256 letters, digits, + and /",
      TRUE},
  {"fingerprint", "(?i)(?:sha-1 (?:" HEX ":){19}|sha-224 (?:" HEX ":){27}|"
        "sha-256 (?:" HEX ":){31}|sha-384 (?:" HEX ":){47}|"
        "sha-512 (?:" HEX ":){63})" HEX,
      "sha-256 (or -1, -224, -384, -512), and its bytes as hex pairs with : "
        "between", TRUE},
  {"setup", "actpass|active|passive", "actpass, active or passive", TRUE},
  {"candidate", "[A-Za-z0-9+/]{1,32} (?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]"
        "|25[0-6]) " TRANSPORT " " UINT32 " "
        "(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|"
        "[-0-9A-Za-z]+\\.local) " PORT " typ (?:host|srflx|prflx|relay)"
        "(?: \\S+ \\S+)*",
      "FOUNDATION COMPONENT PROTOCOL PRIORITY ADDRESS PORT typ TYPE, the "
        "protocol UDP, or TCP with a tcptype, the address a number or a .local "
        "name"},
  {"rtpmap", PAYLOAD_TYPE " " TOKEN "{1,64}/[1-9][0-9]{0,6}(?:/[1-9][0-9]?)?",
      "TYPE NAME/RATE or TYPE NAME/RATE/CHANNELS, the type at most 127"},
  {"fmtp", PAYLOAD_TYPE " \\S.*", "TYPE PARAMETERS, the type at most 127"},
  {"rtcp-fb", "(?:\\*|" PAYLOAD_TYPE ") \\S.*",
      "TYPE FEEDBACK, the type at most 127 or *"},
  {"extmap", "(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
        "(?:/(?:sendrecv|sendonly|recvonly|inactive))? \\S+(?: .*)?",
      "ID URI, the id 1 to 255"},
  {"ssrc", SSRC " \\S.*", "SSRC ATTRIBUTE, the SSRC not 0"},
  {"ssrc-group", TOKEN "+(?: " SSRC ")+", "SEMANTICS SSRC…, none of them 0"},
  {"rtcp", PORT "(?: .*)?", "PORT"},
};

static GRegex *
get_regex (guint number)
{
  static GRegex *regexes[G_N_ELEMENTS (rules)];
  static gsize compiled = 0;

  if (g_once_init_enter (&compiled)) {
    for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
      g_autofree gchar *whole =
          g_strdup_printf ("^(?:%s)$", rules[i].pattern);

      regexes[i] = g_regex_new (whole,
          G_REGEX_DOLLAR_ENDONLY | G_REGEX_OPTIMIZE, 0, NULL);
    }
    g_once_init_leave (&compiled, 1);
  }
  return regexes[number];
}

static void
section_free (GstProfWhipSection * section)
{
  g_ptr_array_unref (section->lines);
  g_free (section);
}

static gboolean
refuse_line (GError ** error, guint number, const gchar * format, ...)
{
  g_autofree gchar *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      "the offer's line %u %s", number, reason);
  return FALSE;
}

/* Up to the next line end, which may be CRLF or LF. */
static gboolean
check_line (const gchar * line, gsize length, guint number, GError ** error)
{
  if (length > MAX_LINE)
    return refuse_line (error, number, "has more than %d bytes", MAX_LINE);
  for (gsize i = 0; i < length; i++)
    if (g_ascii_iscntrl (line[i]) && line[i] != '\t')
      return refuse_line (error, number, "has a byte 0x%02x: it is no text",
          (guchar) line[i]);
  if (!g_utf8_validate (line, length, NULL))
    return refuse_line (error, number, "is not UTF-8");
  if (length < 2 || !g_ascii_islower (line[0]) || line[1] != '=')
    return refuse_line (error, number, "is not LETTER=VALUE");
  return TRUE;
}

static void
add_line (GPtrArray * sections, const gchar * line, gsize length,
    guint number)
{
  GstProfWhipSection *section;

  if (sections->len == 0 || line[0] == 'm') {
    section = g_new0 (GstProfWhipSection, 1);
    section->number = number;
    section->lines = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (sections, section);
  }
  section = g_ptr_array_index (sections, sections->len - 1);
  g_ptr_array_add (section->lines, g_strndup (line, length));
}

/*
 * gst_prof_whip_section_split:
 * @text: an offer
 * @size: of it, in bytes
 * @error: names the line, and what is wrong with it
 *
 * Returns: (transfer full) (element-type GstProfWhipSection) (nullable): the
 *   sections, that of the session first
 */
GPtrArray *
gst_prof_whip_section_split (const gchar * text, gsize size, GError ** error)
{
  g_autoptr (GPtrArray) sections =
      g_ptr_array_new_with_free_func ((GDestroyNotify) section_free);
  const gchar *end = text + size;
  guint number = 0;

  while (text < end) {
    const gchar *next = memchr (text, '\n', end - text);
    gsize length = (next ? next : end) - text;

    if (length > 0 && text[length - 1] == '\r')
      length--;
    if (++number > MAX_LINES) {
      refuse_line (error, number, "is one too many");
      return NULL;
    }
    if (!check_line (text, length, number, error))
      return NULL;
    add_line (sections, text, length, number);
    if (sections->len > MAX_SECTIONS) {
      refuse_line (error, number, "is one m= line too many: at most %d",
          MAX_SECTIONS - 1);
      return NULL;
    }
    text = next ? next + 1 : end;
  }
  if (sections->len == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "the offer is empty");
    return NULL;
  }
  return g_steal_pointer (&sections);
}

/* Returns: (nullable): what is behind the name, when the line has that name */
static const gchar *
value_of (const gchar * line, const gchar * name)
{
  gsize length = strlen (name);

  if (name[length - 1] == '=')
    return g_str_has_prefix (line, name) ? line + length : NULL;
  if (line[0] != 'a' || strncmp (line + 2, name, length) != 0)
    return NULL;
  line += 2 + length;
  if (line[0] == '\0')
    return line;
  return line[0] == ':' ? line + 1 : NULL;
}

/*
 * gst_prof_whip_section_get:
 * @section: a section
 * @name: of an a= line, or "m=" and the like
 *
 * Returns: (transfer none) (nullable): the value of the first such line, "" for
 *   one without; %NULL: there is no such line
 */
const gchar *
gst_prof_whip_section_get (const GstProfWhipSection * section,
    const gchar * name)
{
  for (guint i = 0; i < section->lines->len; i++) {
    const gchar *value = value_of (g_ptr_array_index (section->lines, i), name);

    if (value)
      return value;
  }
  return NULL;
}

/*
 * gst_prof_whip_section_refuse:
 * @section: the section
 * @error: where to put it
 * @format: what is wrong, as "has no a=mid"
 *
 * Names the section, and what is wrong with all of it.
 */
void
gst_prof_whip_section_refuse (const GstProfWhipSection * section,
    GError ** error, const gchar * format, ...)
{
  const gchar *media = gst_prof_whip_section_get (section, "m=");
  g_autofree gchar *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  if (media)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "the offer's m=%.*s, line %u, %s", (gint) strcspn (media, " "), media,
        section->number, reason);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the offer %s",
        reason);
}

/* Long values are cut, between characters. */
static gchar *
shown (const gchar * line)
{
  const gchar *end = line;
  gint n;

  for (n = 0; n < MAX_SHOWN && *end; n++)
    end = g_utf8_next_char (end);
  return g_strdup_printf ("\"%.*s%s\"", (gint) (end - line), line,
      *end ? "…" : "");
}

static const Rule *
find_rule (const gchar * line, const gchar ** ret_value)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if ((*ret_value = value_of (line, rules[i].name)) != NULL)
      return &rules[i];
  return NULL;
}

/*
 * gst_prof_whip_section_check:
 * @section: a section
 * @error: names the line, and what it should be
 *
 * Returns: whether each line of it is well formed, and comes but once where it
 *   should
 */
gboolean
gst_prof_whip_section_check (const GstProfWhipSection * section,
    GError ** error)
{
  guint32 seen = 0;

  G_STATIC_ASSERT (G_N_ELEMENTS (rules) <= 32);
  for (guint i = 0; i < section->lines->len; i++) {
    const gchar *line = g_ptr_array_index (section->lines, i);
    const gchar *value;
    const Rule *rule = find_rule (line, &value);
    g_autofree gchar *text = NULL;
    guint32 bit;

    if (rule == NULL)
      continue;
    text = shown (line);
    bit = 1u << (rule - rules);
    if (!g_regex_match (get_regex (rule - rules), value, 0, NULL))
      return refuse_line (error, section->number + i, "is %s: %s%s should be "
          "%s", text, rule->name[1] == '=' ? "" : "a=", rule->name,
          rule->wanted);
    if (rule->once && (seen & bit))
      return refuse_line (error, section->number + i, "is %s, the second of "
          "its kind", text);
    seen |= bit;
  }
  return TRUE;
}
