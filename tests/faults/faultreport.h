/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "faultjudge.h"

G_BEGIN_DECLS

typedef struct _FaultReport FaultReport;

FaultReport *fault_report_new        (void);
void         fault_report_free       (FaultReport *report);
void         fault_report_add        (FaultReport *report, const FaultRun *run,
                                      const FaultVerdict *verdict);
void         fault_report_skip       (FaultReport *report, const Fault *fault,
                                      const gchar *reason);
void         fault_report_print      (FaultReport *report, gboolean matrix);

void         fault_report_print_line (const FaultRun *run,
                                      const FaultVerdict *verdict);
void         fault_report_print_json (const FaultRun *run,
                                      const FaultVerdict *verdict);

G_END_DECLS
