/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

/*
 * Parts of the pipelines that faults are injected into. "spot" is where the
 * streaming thread is taken hold of, "out" what gets the location of a file or
 * the descriptor of a pipe, "tracer" our latencytracer.
 */

/* Snow, so that a frame is always more than a pipe or a socket holds. */
#define FRAMES "video/x-raw,format=I420,width=320,height=240,framerate=30/1"
#define SOURCE "videotestsrc is-live=true pattern=snow ! " FRAMES
#define X264 \
  "x264enc tune=zerolatency speed-preset=ultrafast bitrate=8000 threads=1"
#define SPOT "identity silent=true name=spot"
#define SPOT2 "identity silent=true name=spot2"

#define TRACER " latencytracer name=tracer"
#define ENCODE "profencode encoder=\"" X264 "\" ! h264parse"
#define FILE_OUT "profmuxsink name=out"
#define SMALL_QUEUE "queue max-size-buffers=1 max-size-bytes=0 max-size-time=0"

/* A sender of its own, and what comes in from it by UDP. The only key frame is the
 * first one, unless somebody asks the encoder for another. */
#define CAMERA "videotestsrc is-live=true pattern=ball ! " FRAMES \
  " ! valve name=frames ! vp8enc name=camera deadline=1 cpu-used=8 threads=1 " \
  "target-bitrate=1500000 keyframe-max-dist=100000 ! rtpvp8pay ! " \
  "valve name=packets ! " \
  "udpsink name=udpout host=127.0.0.1 sync=false async=false "
#define FROM_CAMERA "udpsrc name=udpin address=127.0.0.1 port=0 caps=\"" \
  "application/x-rtp,media=video,clock-rate=90000,encoding-name=VP8," \
  "payload=96\""
#define DEPAY "rtpvp8depay request-keyframe=true wait-for-keyframe=true"

/* The plain recording, with the spot inside the encoder's stage. */
#define IN_ENCODE SOURCE " ! profnormalize ! " \
  "profencode encoder=\"" SPOT " ! " X264 "\" ! h264parse ! " FILE_OUT TRACER
/* The spot in no stage, between two of them. */
#define BETWEEN SOURCE " ! profnormalize ! " SPOT " ! " ENCODE " ! " \
  FILE_OUT TRACER
/* The spot inside the stage that writes. */
#define IN_WRITE SOURCE " ! profnormalize ! " ENCODE " ! matroskamux ! " \
  "profsink sink=\"" SPOT " ! filesink name=out\"" TRACER
/* Written, unbuffered and at once, where "out" says. */
#define TO_FILE SOURCE " ! profnormalize ! " SPOT " ! " ENCODE " ! " \
  "profmuxsink name=out sink=\"filesink buffer-mode=unbuffered o-sync=true\"" \
  TRACER
/* Written to a descriptor. */
#define TO_FD SOURCE " ! profnormalize ! " SPOT " ! " ENCODE " ! " \
  "matroskamux streamable=true ! profsink sink=\"fdsink name=out\"" TRACER
/* What the spot does holds up who fills the queue. */
#define QUEUE_FULL SOURCE " ! profnormalize ! " ENCODE " ! " SMALL_QUEUE \
  " ! " SPOT " ! " FILE_OUT TRACER
/* What the spot does leaves the queue empty. */
#define QUEUE_EMPTY SOURCE " ! " SPOT " ! queue ! profnormalize ! " ENCODE \
  " ! " FILE_OUT TRACER
/* The spot is the source itself, before anything was pushed. */
#define IN_SOURCE "videotestsrc is-live=true pattern=snow name=spot ! " FRAMES \
  " ! profnormalize ! " ENCODE " ! " FILE_OUT TRACER
/* A preview beside the recording holds up the thread that feeds both. */
#define PREVIEW SOURCE " ! profnormalize ! tee name=tee ! queue ! " ENCODE \
  " ! " FILE_OUT " tee. ! " SMALL_QUEUE " ! " SPOT " ! fakesink" TRACER
/* The muxer waits for sound, and the picture has to wait with it. */
#define WITH_SOUND SOURCE " ! profnormalize ! " ENCODE " ! " \
  "matroskamux name=mux ! profsink sink=\"filesink name=out\" " \
  "audiotestsrc is-live=true ! " SPOT " ! queue ! mux." TRACER
