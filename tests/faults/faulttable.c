/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The faults, one row each: what is injected into which pipeline, and which
 * root cause is the right answer. How is in faultinject-*.c.
 */

#include "faultinject.h"
#include "faultpipeline.h"

#define CHEAP FAULT_CHEAP
#define HELD_OUT FAULT_HELD_OUT
#define ROOT FAULT_NEED_ROOT

#define APPSRC "appsrc name=app is-live=true do-timestamp=true format=time ! "
#define REST " ! profnormalize ! " ENCODE " ! " FILE_OUT TRACER
#define RAW_IN "fdsrc name=in blocksize=115200 ! rawvideoparse width=320 " \
  "height=240 format=i420 framerate=30/1"
#define RTP "rtpvrawpay mtu=8000 ! rtpjitterbuffer latency=20 ! rtpvrawdepay"
/* What is received is decoded by the jitterbuffer's own thread. */
#define JITTER "rtpjitterbuffer name=jitter latency=20"
#define RTP_JPEG SOURCE " ! jpegenc ! rtpjpegpay ! "
#define UDP_JPEG RTP_JPEG "udpsink name=udpout host=127.0.0.1 sync=false " \
  "async=false udpsrc name=udpin address=127.0.0.1 port=0 caps=\"application/" \
  "x-rtp,media=video,clock-rate=90000,encoding-name=JPEG,payload=26\" ! "
#define FROM_UDP CAMERA FROM_CAMERA " ! " JITTER " ! " DEPAY " ! vp8dec" REST

static const Fault table[] = {
  /* What the thread does itself. */
  {"none", "-", IN_ENCODE, CHEAP,.app = fault_inject_nothing},
  {"none-paused", "-", IN_ENCODE, CHEAP,.app = fault_inject_pipeline_pause},
  {"none-idle-hogs", "-", IN_ENCODE, CHEAP | HELD_OUT,
      .app = fault_inject_idle_hogs},
  {"spin", "on-cpu", IN_ENCODE, CHEAP,.spot = fault_inject_spin},
  {"spin-between", "on-cpu", BETWEEN, CHEAP | HELD_OUT,
      .spot = fault_inject_spin},
  {"copy", "on-cpu", IN_WRITE, CHEAP | HELD_OUT,.spot = fault_inject_copy},
  {"kernel", "kernel", IN_ENCODE, CHEAP,.spot = fault_inject_kernel},
  {"kernel-read", "kernel", IN_ENCODE, CHEAP | HELD_OUT,
      .spot = fault_inject_kernel_read},
  {"sleep", "sleep", IN_ENCODE, CHEAP,.spot = fault_inject_sleep},
  {"sleep-between", "sleep", BETWEEN, CHEAP,.spot = fault_inject_sleep},
  {"sleep-write", "sleep", IN_WRITE, CHEAP,.spot = fault_inject_sleep},
  {"sleep-poll", "sleep", IN_ENCODE, CHEAP | HELD_OUT,
      .spot = fault_inject_poll_sleep},
  {"vfork", "!disk,network-fs", IN_ENCODE, CHEAP,.spot = fault_inject_vfork},
  {"tty-read", "device", IN_ENCODE, CHEAP,.spot = fault_inject_tty},
  {"helper-spin", "helpers", IN_ENCODE, CHEAP,
      .spot = fault_inject_helper_spin},
  {"helper-sleep", "sleep", IN_ENCODE, CHEAP,.spot = fault_inject_helper_sleep},
  {"helper-x264", "helpers>on-cpu,cpu-wait",
        "videotestsrc is-live=true pattern=snow ! video/x-raw,width=1280,"
        "height=720,framerate=30/1 ! profnormalize ! profencode encoder=\""
        "x264enc tune=zerolatency speed-preset=slower bitrate=20000 threads=4\""
        " ! h264parse ! " FILE_OUT TRACER,
      HELD_OUT | FAULT_WHOLE | FAULT_CPU,.app = fault_inject_nothing},

  /* Locks. */
  {"mutex", "lock", IN_ENCODE, CHEAP,.spot = fault_inject_mutex},
  {"mutex-busy-holder", "lock", IN_ENCODE, CHEAP,
      .spot = fault_inject_mutex_spin},
  {"rwlock", "lock", IN_ENCODE, CHEAP | HELD_OUT,.spot = fault_inject_rwlock},
  {"object-lock", "lock", IN_ENCODE, CHEAP | HELD_OUT,
      .spot = fault_inject_object_lock},
  {"cond", "lock|unknown", IN_ENCODE, CHEAP,.spot = fault_inject_cond},
  {"fcntl-lock", "file-lock", IN_ENCODE, CHEAP,
      .spot = fault_inject_fcntl_lock},
  {"ofd-lock", "file-lock", IN_ENCODE, CHEAP | HELD_OUT,
      .spot = fault_inject_ofd_lock},
  {"flock", "file-lock", IN_ENCODE, CHEAP,.spot = fault_inject_flock},
  {"gil", "gil", "faultgil.py", CHEAP | FAULT_BLIND, FAULT_NEED_PYTHON},

  /* Whoever reads. */
  {"fifo-reader", "slow-reader",
        SOURCE " ! profnormalize ! " SPOT " ! " ENCODE " ! "
        "matroskamux streamable=true ! profsink sink=\"filesink name=out "
        "buffer-mode=unbuffered\"" TRACER, CHEAP,
      .prepare = fault_prepare_fifo,.app = fault_inject_pause},
  {"pipe-reader", "slow-reader", TO_FD, CHEAP,
      .prepare = fault_prepare_pipe,.app = fault_inject_pause},
  {"pipe-reader-stopped", "slow-reader", TO_FD, CHEAP | HELD_OUT,
      .prepare = fault_prepare_pipe_process,.app = fault_inject_stop_reader},
  {"unix-reader", "slow-reader", TO_FD, CHEAP,
      .prepare = fault_prepare_unix,.app = fault_inject_pause},
  {"tcp-reader", "slow-reader", TO_FD, CHEAP,
      .prepare = fault_prepare_tcp,.app = fault_inject_pause},
  {"tcp-client-sink", "slow-reader",
        SOURCE " ! profnormalize ! " ENCODE " ! matroskamux streamable=true ! "
        "profsink sink=\"tcpclientsink name=out sync=false\"" TRACER,
        CHEAP | HELD_OUT,
      .prepare = fault_prepare_tcp_client,.app = fault_inject_pause},
  {"mixed", "on-cpu+sleep+slow-reader", TO_FD, CHEAP,
      .prepare = fault_prepare_pipe,.spot = fault_inject_mixed},

  /* Whoever feeds, or takes, outside of the pipeline. */
  {"appsrc-paused", "upstream", APPSRC "identity" REST, CHEAP,
      .app = fault_inject_pause},
  {"jitterbuffer-paused", "network-silent", APPSRC RTP REST, CHEAP | HELD_OUT,
      .app = fault_inject_pause},
  {"network-down", "network-silent",
        RTP_JPEG SPOT " ! " JITTER " ! rtpjpegdepay ! jpegdec" REST, CHEAP,
      .app = fault_inject_drop},
  {"packets-lost", "packet-loss",
        RTP_JPEG SPOT " ! " JITTER " ! rtpjpegdepay ! jpegdec" REST, CHEAP,
      .app = fault_inject_loss},
  {"frames-incomplete", "keyframe-wait",
        RTP_JPEG JITTER " ! " SPOT " ! rtpjpegdepay ! jpegdec" REST, CHEAP,
      .app = fault_inject_drop},
  {"decoder-sleep", "decoder-slow",
        RTP_JPEG JITTER " ! rtpjpegdepay ! " SPOT " ! jpegdec" REST, CHEAP,
      .spot = fault_inject_sleep},
  {"decoder-spin", "decoder-slow",
        RTP_JPEG JITTER " ! rtpjpegdepay ! " SPOT " ! jpegdec" REST,
      CHEAP | HELD_OUT,.spot = fault_inject_spin},
  {"decoded-sleep", "sleep",
        RTP_JPEG JITTER " ! rtpjpegdepay ! jpegdec ! " SPOT REST,
      CHEAP | HELD_OUT,.spot = fault_inject_sleep},
  {"receive-sleep", "receive-thread",
        UDP_JPEG SPOT " ! " JITTER " ! rtpjpegdepay ! jpegdec" REST, CHEAP,
      .spot = fault_inject_sleep},
  {"receive-spin", "receive-thread",
        UDP_JPEG SPOT " ! " JITTER " ! rtpjpegdepay ! jpegdec" REST,
      CHEAP | HELD_OUT,.spot = fault_inject_spin},
  {"sender-paused", "network-silent", FROM_UDP, CHEAP,
      .app = fault_inject_no_frames},
  {"sender-unheard", "network-silent", FROM_UDP, CHEAP | HELD_OUT,
      .app = fault_inject_no_packets},
  {"key-frame-lost", "keyframe-wait", FROM_UDP, CHEAP,
      .app = fault_inject_no_key_frame},
  {"new-source", "jitterbuffer",
        CAMERA FROM_CAMERA " ! rtp.recv_rtp_sink_0 rtpbin name=rtp latency=20 "
        "funnel name=join ! " DEPAY " ! vp8dec" REST, CHEAP,
      .app = fault_inject_new_source},
  {"source-pipe", "upstream", RAW_IN REST, CHEAP,
      .prepare = fault_prepare_source_pipe,.app = fault_inject_pause},
  {"source-socket", "upstream", RAW_IN REST, CHEAP | HELD_OUT,
      .prepare = fault_prepare_source_unix,.app = fault_inject_pause},
  {"appsink-paused", "downstream",
        SOURCE " ! profnormalize ! " ENCODE " ! matroskamux streamable=true ! "
        "profsink sink=\"appsink name=pull max-buffers=1 sync=false\"" TRACER,
      CHEAP,.app = fault_inject_pause},

  /* The source. */
  {"source-sleep", "sleep", IN_SOURCE, CHEAP,.spot = fault_inject_sleep},
  {"source-spin", "on-cpu", IN_SOURCE, CHEAP | HELD_OUT,
      .spot = fault_inject_spin},
  {"source-lock", "lock", IN_SOURCE, CHEAP | HELD_OUT,
      .spot = fault_inject_mutex},

  /* Other threads of the pipeline. */
  {"queue-full-sleep", "sleep", QUEUE_FULL, CHEAP,.spot = fault_inject_sleep},
  {"queue-full-spin", "on-cpu", QUEUE_FULL, CHEAP,.spot = fault_inject_spin},
  {"queue-full-lock", "lock", QUEUE_FULL, CHEAP | HELD_OUT,
      .spot = fault_inject_mutex},
  {"queue-full-traced", "traced", QUEUE_FULL, CHEAP,
      .app = fault_inject_trace},
  {"queue-full-reader", "slow-reader",
        SOURCE " ! profnormalize ! " ENCODE " ! matroskamux streamable=true ! "
        SMALL_QUEUE " ! profsink sink=\"fdsink name=out\"" TRACER, CHEAP,
        .prepare = fault_prepare_pipe,.app = fault_inject_pause,
      .kind = "gap"},
  {"queue-full-reader-stopped", "slow-reader",
        SOURCE " ! profnormalize ! " ENCODE " ! matroskamux streamable=true ! "
        SMALL_QUEUE " ! profsink sink=\"fdsink name=out\"" TRACER,
        CHEAP | HELD_OUT,
        .prepare = fault_prepare_pipe_process,.app = fault_inject_stop_reader,
      .kind = "gap"},
  {"multiqueue-full-sleep", "sleep",
        SOURCE " ! profnormalize ! " ENCODE " ! multiqueue max-size-buffers=1 "
        "max-size-bytes=0 max-size-time=0 ! " SPOT " ! " FILE_OUT TRACER,
      CHEAP | HELD_OUT,.spot = fault_inject_sleep},
  {"queue-empty-spin", "on-cpu", QUEUE_EMPTY, CHEAP,.spot = fault_inject_spin},
  {"queue-empty-sleep", "sleep", QUEUE_EMPTY, CHEAP,
      .spot = fault_inject_sleep},
  {"queue-empty-hogs", "cpu-wait>on-cpu", QUEUE_EMPTY,
      CHEAP | HELD_OUT | FAULT_CPU,.spot = fault_inject_hogs},
  {"queue-chain-lock", "lock",
        SOURCE " ! " SPOT " ! queue ! identity ! queue" REST, CHEAP | HELD_OUT,
      .spot = fault_inject_mutex},
  {"queue2-empty-sleep", "sleep", SOURCE " ! " SPOT " ! queue2" REST,
      CHEAP | HELD_OUT,.spot = fault_inject_sleep},
  {"jitterbuffer-sleep", "sleep",
        SOURCE " ! rtpvrawpay mtu=8000 ! " SPOT " ! rtpjitterbuffer latency=20 "
        "! rtpvrawdepay" REST, CHEAP | HELD_OUT,.spot = fault_inject_sleep},
  {"tee-sleep", "sleep", PREVIEW, CHEAP,.spot = fault_inject_sleep},
  {"tee-spin", "on-cpu", PREVIEW, CHEAP | HELD_OUT,.spot = fault_inject_spin},
  {"sound-sleep", "sleep", WITH_SOUND, CHEAP | HELD_OUT,
      .spot = fault_inject_sleep,.kind = "gap"},
  {"two-at-once", "on-cpu",
        SOURCE " ! profnormalize ! profencode encoder=\"" SPOT " ! " X264 "\" "
        "! h264parse ! queue ! matroskamux ! profsink sink=\"" SPOT2
        " ! filesink name=out\"" TRACER, CHEAP,
        .spot = fault_inject_spin,.spot2 = fault_inject_sleep,
      .second = "sleep",.second_kind = "slow-write"},
  {"two-pipelines", "lock", IN_ENCODE, CHEAP | FAULT_NEIGHBOUR,
      .spot = fault_inject_mutex},

  /* The application's main loop. */
  {"main-loop-sleep", "sleep", IN_ENCODE, CHEAP | FAULT_MAIN_LOOP,
      .app = fault_inject_sleep,.kind = "main-loop"},
  {"main-loop-spin", "on-cpu", IN_ENCODE,
        CHEAP | HELD_OUT | FAULT_MAIN_LOOP,
      .app = fault_inject_spin,.kind = "main-loop"},

  /* GStreamer. */
  {"clock", "clock",
        SOURCE " ! profnormalize ! " ENCODE " ! " SPOT " ! profsink "
        "sink=\"filesink name=out sync=true\"" TRACER, CHEAP,.app = fault_inject_offset},
  {"blocked-pad", "blocked-pad", IN_ENCODE, CHEAP,.app = fault_inject_block},
  {"blocked-pad-between", "blocked-pad", BETWEEN, CHEAP | HELD_OUT,
      .app = fault_inject_block},
  {"preroll", "preroll",
        SOURCE " ! profnormalize ! " ENCODE " ! matroskamux ! filesink name=out"
        TRACER, CHEAP,.app = fault_inject_preroll},

  /* Whoever stops the process, or a thread. */
  {"stopped", "frozen", IN_ENCODE, CHEAP | FAULT_BLIND,
      .app = fault_inject_stop},
  {"stopped-queue", "frozen", QUEUE_EMPTY, CHEAP | HELD_OUT | FAULT_BLIND,
      .app = fault_inject_stop},
  {"freezer-v1", "frozen", IN_ENCODE, FAULT_BLIND,
      ROOT | FAULT_NEED_FREEZER_V1,.app = fault_inject_freeze_v1},
  {"freezer-v2", "frozen", IN_ENCODE, FAULT_BLIND | HELD_OUT,
      ROOT | FAULT_NEED_CGROUP_V2,.app = fault_inject_freeze_v2},
  {"traced", "traced", IN_ENCODE, CHEAP,.app = fault_inject_trace},
  {"hogs", "cpu-wait>on-cpu", IN_ENCODE, CHEAP | FAULT_CPU,
      .spot = fault_inject_hogs},
  {"fifo-hogs", "cpu-wait", IN_ENCODE, FAULT_BLIND | FAULT_CPU, ROOT,
      .app = fault_inject_fifo_hogs},
  {"throttled", "cpu-throttled", IN_ENCODE, FAULT_BLIND | FAULT_CPU,
        ROOT | FAULT_NEED_CPU_V1,
      .prepare = fault_prepare_throttle,.spot = fault_inject_throttle},

  /* Memory and files. */
  {"userfault", "page-fault", IN_ENCODE, CHEAP, FAULT_NEED_UFFD,
      .spot = fault_inject_userfault},
  {"map-fuse", "page-fault", IN_ENCODE, HELD_OUT, ROOT | FAULT_NEED_FUSE,
      .spot = fault_inject_map_fuse},
  {"reclaim", "reclaim", IN_ENCODE, 0,
        ROOT | FAULT_NEED_MEMORY_V1 | FAULT_NEED_SWAP | FAULT_NEED_FUSE
        | FAULT_NEED_LOOP,
      .prepare = fault_prepare_reclaim,.spot = fault_inject_reclaim},
  {"fuse-write", "network-fs", TO_FILE, 0, ROOT | FAULT_NEED_FUSE,
      .prepare = fault_prepare_fs,.app = fault_inject_fs},
  {"fuse-sync", "network-fs", IN_ENCODE, HELD_OUT, ROOT | FAULT_NEED_FUSE,
      .spot = fault_inject_fs_sync},
  {"disk-write", "disk", TO_FILE, 0, ROOT | FAULT_NEED_FUSE | FAULT_NEED_LOOP,
      .prepare = fault_prepare_disk,.app = fault_inject_fs},
  {"disk-sync", "disk", IN_ENCODE, HELD_OUT,
      ROOT | FAULT_NEED_FUSE | FAULT_NEED_LOOP,.spot = fault_inject_disk_sync},
  {"disk-throttled", "disk", TO_FILE, 0, ROOT | FAULT_NEED_BLKIO_V1,
      .app = fault_inject_blkio},

  /* What only a host can do. */
  {"steal", "steal", IN_ENCODE, 0, FAULT_NEED_HOST},
  {"suspended", "suspended", IN_ENCODE, FAULT_BLIND, FAULT_NEED_HOST},
};

/*
 * fault_table_get:
 * @n_faults: (out): how many there are
 *
 * Returns: (array length=n_faults) (transfer none): all faults
 */
const Fault *
fault_table_get (guint * n_faults)
{
  *n_faults = G_N_ELEMENTS (table);
  return table;
}

/*
 * fault_table_find:
 *
 * Returns: (nullable) (transfer none): the fault of that name
 */
const Fault *
fault_table_find (const gchar * name)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    if (g_str_equal (table[i].name, name))
      return &table[i];
  }
  return NULL;
}
