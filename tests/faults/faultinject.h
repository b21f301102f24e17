/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "faultchild.h"

G_BEGIN_DECLS

/* faultinject-thread.c: the streaming thread itself is busy or away. */
void fault_inject_spin          (FaultChild *child, GstClockTime duration);
void fault_inject_copy          (FaultChild *child, GstClockTime duration);
void fault_inject_kernel        (FaultChild *child, GstClockTime duration);
void fault_inject_kernel_read   (FaultChild *child, GstClockTime duration);
void fault_inject_sleep         (FaultChild *child, GstClockTime duration);
void fault_inject_poll_sleep    (FaultChild *child, GstClockTime duration);
void fault_inject_hogs          (FaultChild *child, GstClockTime duration);
void fault_inject_idle_hogs     (FaultChild *child, GstClockTime duration);
void fault_inject_vfork         (FaultChild *child, GstClockTime duration);
void fault_inject_tty           (FaultChild *child, GstClockTime duration);
void fault_inject_nothing       (FaultChild *child, GstClockTime duration);

/* faultinject-helper.c: it waits for threads that it has started. */
void fault_inject_helper_spin   (FaultChild *child, GstClockTime duration);
void fault_inject_helper_sleep  (FaultChild *child, GstClockTime duration);

/* faultinject-lock.c: somebody else holds what it wants. */
void fault_inject_mutex         (FaultChild *child, GstClockTime duration);
void fault_inject_mutex_spin    (FaultChild *child, GstClockTime duration);
void fault_inject_rwlock        (FaultChild *child, GstClockTime duration);
void fault_inject_object_lock   (FaultChild *child, GstClockTime duration);
void fault_inject_cond          (FaultChild *child, GstClockTime duration);
void fault_inject_fcntl_lock    (FaultChild *child, GstClockTime duration);
void fault_inject_ofd_lock      (FaultChild *child, GstClockTime duration);
void fault_inject_flock         (FaultChild *child, GstClockTime duration);

/* faultinject-reader.c: nobody reads what it writes. */
void fault_prepare_fifo         (FaultChild *child);
void fault_prepare_pipe         (FaultChild *child);
void fault_prepare_pipe_process (FaultChild *child);
void fault_prepare_unix         (FaultChild *child);
void fault_prepare_tcp          (FaultChild *child);
void fault_prepare_tcp_client   (FaultChild *child);
void fault_inject_pause         (FaultChild *child, GstClockTime duration);
void fault_inject_stop_reader   (FaultChild *child, GstClockTime duration);
void fault_inject_mixed         (FaultChild *child, GstClockTime duration);

/* faultinject-source.c: nobody writes what it reads. */
void fault_prepare_source_pipe  (FaultChild *child);
void fault_prepare_source_unix  (FaultChild *child);
void fault_start_appsrc         (FaultChild *child);
void fault_start_appsink        (FaultChild *child);

/* faultinject-receive.c: packets are lost. */
void fault_inject_drop          (FaultChild *child, GstClockTime duration);
void fault_inject_loss          (FaultChild *child, GstClockTime duration);
void fault_connect_udp          (FaultChild *child);

/* faultinject-sender.c: the sender, or the network, behind an UDP socket. */
void fault_join_streams         (FaultChild *child);
void fault_inject_no_frames     (FaultChild *child, GstClockTime duration);
void fault_inject_no_packets    (FaultChild *child, GstClockTime duration);
void fault_inject_no_key_frame  (FaultChild *child, GstClockTime duration);
void fault_inject_new_source    (FaultChild *child, GstClockTime duration);

/* faultinject-flow.c: GStreamer holds it up. */
void fault_inject_offset        (FaultChild *child, GstClockTime duration);
void fault_inject_block         (FaultChild *child, GstClockTime duration);
void fault_inject_preroll       (FaultChild *child, GstClockTime duration);
void fault_inject_pipeline_pause (FaultChild *child, GstClockTime duration);

/* faultinject-stop.c: the runner stops the process or a thread of it. */
void fault_inject_stop          (FaultChild *child, GstClockTime duration);
void fault_inject_freeze_v1     (FaultChild *child, GstClockTime duration);
void fault_inject_freeze_v2     (FaultChild *child, GstClockTime duration);
void fault_inject_trace         (FaultChild *child, GstClockTime duration);
void fault_prepare_throttle     (FaultChild *child);
void fault_inject_throttle      (FaultChild *child, GstClockTime duration);
void fault_inject_fifo_hogs     (FaultChild *child, GstClockTime duration);

/* faultinject-memory.c: it waits for pages. */
void fault_prepare_reclaim      (FaultChild *child);
void fault_inject_userfault     (FaultChild *child, GstClockTime duration);
void fault_inject_reclaim       (FaultChild *child, GstClockTime duration);
void fault_inject_map_fuse      (FaultChild *child, GstClockTime duration);

/* faultinject-file.c: the file system is slow. */
void fault_file_slow            (FaultChild *child, GstClockTime duration);
void fault_prepare_fs           (FaultChild *child);
void fault_prepare_disk         (FaultChild *child);
void fault_inject_fs            (FaultChild *child, GstClockTime duration);
void fault_inject_fs_sync       (FaultChild *child, GstClockTime duration);
void fault_inject_disk_sync     (FaultChild *child, GstClockTime duration);
void fault_inject_blkio         (FaultChild *child, GstClockTime duration);

G_END_DECLS
