/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* syscall number of a thread that is on a CPU or ready to run */
#define GST_PROF_SYSCALL_RUNNING (-2)
/* of one that is blocked outside of a system call: a page fault, or stopped */
#define GST_PROF_SYSCALL_NONE (-1)
/* when it cannot be read */
#define GST_PROF_SYSCALL_UNREADABLE (-3)

/**
 * GstProfThreadFiles:
 * @thread_id: the thread, 0: none
 * @schedstat: file descriptor, -1: not there
 * @syscall: the same
 * @transient: descriptors are scarce: what is not kept open is opened each time
 *
 * What is kept open of one thread's files under /proc/self/task.
 */
typedef struct {
  guint64 thread_id;
  gint schedstat;
  gint syscall;
  gboolean transient;
} GstProfThreadFiles;

/* Files that are not open. */
#define GST_PROF_THREAD_FILES_NONE \
    ((GstProfThreadFiles) {.schedstat = -1,.syscall = -1 })

/**
 * GstProfThreadTimes:
 * @run: time on a CPU, nanoseconds
 * @delay: time ready to run without a CPU, credited when it runs again
 * @turns: how often it was given a CPU
 */
typedef struct {
  GstClockTime run;
  GstClockTime delay;
  guint64 turns;
} GstProfThreadTimes;

/**
 * GstProfThreadStat:
 * @state: R, S, D, T, t …
 * @user: time in user space, nanoseconds, in steps of a tick
 * @system: time in the kernel
 * @major_faults: page faults that had to read
 */
typedef struct {
  gchar state;
  GstClockTime user;
  GstClockTime system;
  guint64 major_faults;
} GstProfThreadStat;

/**
 * GstProfThreadCall:
 * @number: of the system call, or one of GST_PROF_SYSCALL_*
 * @args: its arguments
 */
typedef struct {
  gint number;
  guint64 args[6];
} GstProfThreadCall;

void     gst_prof_thread_files_open       (GstProfThreadFiles *files,
                                           guint64 thread_id);
void     gst_prof_thread_files_close      (GstProfThreadFiles *files);
gboolean gst_prof_thread_files_read_times (GstProfThreadFiles *files,
                                           GstProfThreadTimes *times);
gboolean gst_prof_thread_files_read_stat  (GstProfThreadFiles *files,
                                           GstProfThreadStat *stat);
void     gst_prof_thread_files_read_call  (GstProfThreadFiles *files,
                                           GstProfThreadCall *call);

gboolean gst_prof_system_parse_schedstat (const gchar *text,
                                          GstProfThreadTimes *times);
gboolean gst_prof_system_parse_stat      (const gchar *text,
                                          GstClockTime tick,
                                          GstProfThreadStat *stat);
gboolean gst_prof_system_parse_syscall   (const gchar *text,
                                          GstProfThreadCall *call);
gboolean gst_prof_system_parse_cgroup    (const gchar *cgroup,
                                          const gchar *mountinfo,
                                          gchar **cpu_stat,
                                          gchar **memory_pressure);

void     gst_prof_system_read_comm       (guint64 thread_id, gchar comm[16]);
void     gst_prof_system_trim_comm       (gchar *comm);
void     gst_prof_system_read_wchan      (guint64 thread_id, gchar wchan[64]);

/**
 * GstProfFileKind:
 *
 * What a file descriptor of this process is.
 */
typedef enum {
  GST_PROF_FILE_UNKNOWN,
  GST_PROF_FILE_REGULAR,
  GST_PROF_FILE_NETWORK_FS,
  GST_PROF_FILE_BLOCK,
  GST_PROF_FILE_CHARACTER,
  GST_PROF_FILE_PIPE,
  GST_PROF_FILE_SOCKET,
} GstProfFileKind;

GstProfFileKind gst_prof_system_get_file_kind (gint fd);

/**
 * GstProfSystem:
 *
 * What the kernel says of the process as a whole. Belongs to one thread.
 */
typedef struct _GstProfSystem GstProfSystem;

GstProfSystem *gst_prof_system_new  (void);
void           gst_prof_system_free (GstProfSystem *system);

GstClockTime   gst_prof_system_read_throttled       (GstProfSystem *system);
GstClockTime   gst_prof_system_read_memory_pressure (GstProfSystem *system);
GstClockTime   gst_prof_system_read_steal           (GstProfSystem *system);
GstClockTime   gst_prof_system_read_suspended       (GstProfSystem *system);
void           gst_prof_system_refresh              (GstProfSystem *system);
gchar         *gst_prof_system_describe_missing     (GstProfSystem *system);

gboolean       gst_prof_system_is_gil               (GstProfSystem *system,
                                                     guint64 address);
guint          gst_prof_system_list_threads         (guint64 *ids, guint max);

G_END_DECLS
