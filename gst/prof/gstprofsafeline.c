/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Text without printf(), for handlers of signals. Passive; any thread, at any time.
 */

#include "gstprofsafeline.h"

/*
 * gst_prof_safe_line_add:
 * @line: a line
 * @text: what follows
 */
void
gst_prof_safe_line_add (GstProfSafeLine * line, const gchar * text)
{
  while (*text != '\0' && line->length < sizeof (line->text))
    line->text[line->length++] = *text++;
}

/*
 * gst_prof_safe_line_add_number:
 * @line: a line
 * @number: what follows, in decimal
 * @n_digits: with at least that many digits, up to 20
 */
void
gst_prof_safe_line_add_number (GstProfSafeLine * line, guint64 number,
    guint n_digits)
{
  gchar digits[21];
  gsize i = sizeof (digits) - 1;

  digits[i] = '\0';
  do {
    digits[--i] = '0' + number % 10;
    number /= 10;
  } while (i > 0 && (number > 0 || sizeof (digits) - 1 - i < n_digits));
  gst_prof_safe_line_add (line, digits + i);
}
