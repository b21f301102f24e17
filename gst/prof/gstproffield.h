/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfFieldType:
 * @GST_PROF_FIELD_UINT64: guint64 or GstClockTime; an optional one is left out
 *   of the structure when it is 0
 * @GST_PROF_FIELD_TIME: GstClockTime; an optional one is left out when it is
 *   none
 * @GST_PROF_FIELD_UINT: guint; an optional one is left out when it is 0
 * @GST_PROF_FIELD_DOUBLE: gdouble
 * @GST_PROF_FIELD_BOOLEAN: gboolean
 * @GST_PROF_FIELD_STRING: const gchar *, borrowed from the structure when read;
 *   what is no UTF-8 is replaced when written
 * @GST_PROF_FIELD_REF_STRING: GRefString * of UTF-8, to be released by who read
 *   it
 * @GST_PROF_FIELD_NICKS: guint of flags as a string: "keyframe+corrected"
 * @GST_PROF_FIELD_NICK: enumeration as a string: its nick
 * @GST_PROF_FIELD_STRUCTURE: GstStructure *, copied into the structure and
 *   borrowed when read
 *
 * A missing string is written as "" and read as %NULL.
 */
typedef enum {
  GST_PROF_FIELD_UINT64,
  GST_PROF_FIELD_TIME,
  GST_PROF_FIELD_UINT,
  GST_PROF_FIELD_DOUBLE,
  GST_PROF_FIELD_BOOLEAN,
  GST_PROF_FIELD_STRING,
  GST_PROF_FIELD_REF_STRING,
  GST_PROF_FIELD_NICKS,
  GST_PROF_FIELD_NICK,
  GST_PROF_FIELD_STRUCTURE,
} GstProfFieldType;

/* The strings that a flags or enumeration field is made of, and for flags what
 * each combination is written as, made at first use. */
typedef struct {
  const gchar *const *nicks;
  guint n_nicks;
  gpointer *cache;
} GstProfFieldNicks;

/**
 * GstProfField:
 * @name: name in the structure
 * @type: what it is
 * @offset: where it is in the C struct
 * @optional: may be missing in the structure
 * @nicks: (nullable): for %GST_PROF_FIELD_NICK and _NICKS
 * @quark: of @name; set by gst_prof_fields_init()
 *
 * One field of a C struct and its image in a #GstStructure.
 */
typedef struct {
  const gchar *name;
  GstProfFieldType type;
  gsize offset;
  gboolean optional;
  const GstProfFieldNicks *nicks;
  GQuark quark;
} GstProfField;

void     gst_prof_fields_init  (GstProfField *fields, guint n_fields);
void     gst_prof_fields_write (const GstProfField *fields, guint n_fields,
                                gconstpointer record, GstStructure *structure);
gboolean gst_prof_fields_read  (const GstProfField *fields, guint n_fields,
                                gpointer record, const GstStructure *structure);

const gchar *
         gst_prof_field_nicks_to_string (const GstProfFieldNicks *nicks,
                                         guint flags);

G_END_DECLS
