/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofport.h"

G_BEGIN_DECLS

#define GST_TYPE_PROF_BASE_STAGE (gst_prof_base_stage_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstProfBaseStage, gst_prof_base_stage, GST,
    PROF_BASE_STAGE, GstBin)

/**
 * GstProfBaseStageClass:
 * @role: what the child is to the stage, "encoder" say: the name of its
 *   property and of its child proxy
 * @role_klass: (nullable): a word of the klass that an element in that role
 *   has; finds it in a child that is a bin
 * @default_factory: (nullable): factory name of the default child
 * @default_plugin: the plugin it is in
 * @default_package: the Debian package that has it
 * @category: the element's debug category
 * @stage: name of the stage
 * @input_hooks: (nullable): what the element adds to its sink pad's bracket
 * @output_hooks: (nullable): the same for its source pad
 * @configure_default: (nullable): sets the default child up
 * @child_changed: (nullable): the child is another one
 * @check: (nullable): is asked from NULL to READY; returns an error to post, or
 *   %NULL
 */
struct _GstProfBaseStageClass {
  GstBinClass parent_class;

  const gchar *role;
  const gchar *role_klass;
  const gchar *default_factory;
  const gchar *default_plugin;
  const gchar *default_package;
  GstDebugCategory *category;
  const gchar *stage;
  const GstProfPortHooks *input_hooks;
  const GstProfPortHooks *output_hooks;

  void   (*configure_default) (GstProfBaseStage *self, GstElement *child);
  void   (*child_changed)     (GstProfBaseStage *self);
  gchar *(*check)             (GstProfBaseStage *self);
};

/* Installed by each subclass under the name of its role */
GParamSpec   *gst_prof_base_stage_child_param_spec (const gchar *name,
                                                    const gchar *blurb);

void          gst_prof_base_stage_set_child (GstProfBaseStage *self,
                                             GstElement *child);
GstElement   *gst_prof_base_stage_get_child (GstProfBaseStage *self);
GstElement   *gst_prof_base_stage_get_role_element (GstProfBaseStage *self);

GstProfMeter *gst_prof_base_stage_get_meter (GstProfBaseStage *self);
GstPad       *gst_prof_base_stage_get_sink_pad (GstProfBaseStage *self);
GstPad       *gst_prof_base_stage_get_src_pad  (GstProfBaseStage *self);
void          gst_prof_base_stage_set_sub_meter (GstProfBaseStage *self,
                                                 GstProfMeter *meter);
void          gst_prof_base_stage_set_extra_filter (GstProfBaseStage *self,
                                                    GstElement *filter);

/* For elements that wrap children without being a base stage */
GstElement   *gst_prof_find_role_element (GstElement *child,
                                          const gchar *role_klass);
gchar        *gst_prof_describe_missing  (const gchar *factory,
                                          const gchar *plugin,
                                          const gchar *package);

G_END_DECLS
