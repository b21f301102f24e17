/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The closed list of causes: nick, meaning and advice of each, and what the advice
 * is when the evidence says more. How a cause is told from the others is in
 * gstprofblame.c; here is only what is said of it.
 * Passive; any thread. docs/causes.md describes them to their readers.
 */

#include "gstprofcause.h"

static const GstProfCauseInfo table[] = {
  [GST_PROF_CAUSE_UNKNOWN] = {"unknown", "the evidence does not say",
      "look at the evidence line; run as a user that may read /proc/self/task"},
  [GST_PROF_CAUSE_ON_CPU] = {"on-cpu", "the thread was computing",
        "make the work cheaper that the evidence names (perf top shows what it "
        "is), or give it a thread of its own with a queue in front"},
  [GST_PROF_CAUSE_KERNEL] = {"kernel",
        "the thread was computing inside the kernel",
        "find the system call that costs so much: copying, memory mapping, "
        "random numbers; perf top shows it"},
  [GST_PROF_CAUSE_HELPERS] = {"helpers",
        "the thread waited for helper threads that were computing",
        "the element is too slow even with its threads: let hardware do it, or "
        "make it cheaper (faster preset, lower resolution)"},
  [GST_PROF_CAUSE_CPU_WAIT] = {"cpu-wait",
        "the thread was ready to run and got no CPU",
        "other threads take the CPU: give this process more shares or cores, "
        "or move the other load away"},
  [GST_PROF_CAUSE_CPU_THROTTLED] = {"cpu-throttled",
        "the control group had used up its CPU quota",
        "raise the container's CPU limit (cpu.max, cpu.cfs_quota_us)"},
  [GST_PROF_CAUSE_STEAL] = {"steal",
        "the thread neither ran nor waited: the host ran something else",
        "the virtual machine gets too little of its host: ask for dedicated "
        "cores"},
  [GST_PROF_CAUSE_DISK] = {"disk", "the thread waited for a disk",
        "SSD, larger flush threshold (filesink buffer-size), or asynchronous "
        "writes (a queue in front of the sink)"},
  [GST_PROF_CAUSE_NETWORK_FS] = {"network-fs",
        "the thread waited for a network or FUSE file system",
        "record to a local disk and copy afterwards"},
  [GST_PROF_CAUSE_SLOW_READER] = {"slow-reader",
        "whoever reads from the pipe or socket did not read",
        "look at the process or peer that reads what is sent; a leaky queue in "
        "front of the sink keeps it from holding up the pipeline"},
  [GST_PROF_CAUSE_DEVICE] = {"device", "the thread waited for a device",
        "look at the device's driver and at who else uses it"},
  [GST_PROF_CAUSE_PAGE_FAULT] = {"page-fault",
        "the thread waited for pages of mapped memory",
        "what is mapped comes from a slow place: read it beforehand, or lock "
        "it in memory"},
  [GST_PROF_CAUSE_RECLAIM] = {"reclaim",
        "the machine or control group was short of memory",
        "find the swapping process; raise the container's memory limit, or "
        "bound the queues"},
  [GST_PROF_CAUSE_FROZEN] = {"frozen", "the process was stopped",
        "find who stops it: SIGSTOP, a debugger, the cgroup freezer, a "
        "snapshot of the virtual machine"},
  [GST_PROF_CAUSE_SUSPENDED] = {"suspended", "the machine was suspended",
      "keep the machine awake while it records"},
  [GST_PROF_CAUSE_TRACED] = {"traced",
        "the thread was stopped by a debugger or tracer",
        "detach the debugger (gdb, strace) from the process"},
  [GST_PROF_CAUSE_LOCK] = {"lock",
        "the thread waited for a lock that another thread held",
        "look at the thread that holds it: a callback, probe or property that "
        "takes long under a lock"},
  [GST_PROF_CAUSE_FILE_LOCK] = {"file-lock",
        "the thread waited for a lock on a file",
        "find who else has the file locked (lslocks)"},
  [GST_PROF_CAUSE_GIL] = {"gil",
        "the thread waited for Python's global interpreter lock",
        "keep Python out of the streaming threads; the collector is one "
        "suspect: disable or tune the GC (gc.disable, gc.freeze) and see"},
  [GST_PROF_CAUSE_SLEEP] = {"sleep", "the thread slept",
        "find the sleep in the element or in a probe or callback that it "
        "calls"},
  [GST_PROF_CAUSE_CLOCK] = {"clock",
        "the thread waited for the pipeline's clock",
        "a sink that writes a file needs no clock: sync=false; or time stamps "
        "that lie in the future"},
  [GST_PROF_CAUSE_PREROLL] = {"preroll",
        "the sink had its first buffer and waited for PLAYING",
        "look at what keeps the pipeline from PLAYING: another sink without "
        "data, or the application"},
  [GST_PROF_CAUSE_BLOCKED_PAD] = {"blocked-pad",
        "the thread waited at a pad that a probe blocks",
        "find the blocking probe of the application and have it removed"},
  [GST_PROF_CAUSE_UPSTREAM] = {"upstream", "nothing came from upstream",
        "look at what feeds the first stage: network, jitter buffer, decoder, "
        "source"},
  [GST_PROF_CAUSE_DOWNSTREAM] = {"downstream",
        "what follows did not take anything more",
        "look at what follows: its queue is full"},
  [GST_PROF_CAUSE_NETWORK_SILENT] = {"network-silent",
        "no packet came from the network",
        "look at the network between sender and recorder if packets were missing "
        "afterwards, else at the sender: hidden tab, muted track, busy machine"},
  [GST_PROF_CAUSE_PEER_GONE] = {"peer-gone", "the peer is gone",
        "end the recording when nothing has come for some seconds, so that its "
        "file is finalised; look at why the client left"},
  [GST_PROF_CAUSE_RENEGOTIATION] = {"renegotiation",
        "no packet came while the session was negotiated anew",
        "add and remove tracks less often, or before recording starts; look at "
        "how long the signalling and ICE take"},
  [GST_PROF_CAUSE_RECEIVE_THREAD] = {"receive-thread",
        "the recorder did not read its socket",
        "keep what is slow out of the thread that reads the socket (probes, "
        "callbacks, locks); a larger receive buffer only bridges moments"},
  [GST_PROF_CAUSE_PACKET_LOSS] = {"packet-loss",
        "packets were lost and what followed had to wait for them",
        "look at the network for loss; retransmission (do-nack=true) fills "
        "holes sooner, a lower jitterbuffer latency gives them up sooner"},
  [GST_PROF_CAUSE_JITTERBUFFER] = {"jitterbuffer",
        "packets came and the jitterbuffer held them",
        "lower the jitterbuffer's latency; if it was not the latency, look at "
        "the sender's time stamps"},
  [GST_PROF_CAUSE_KEYFRAME_WAIT] = {"keyframe-wait",
        "packets came, but no frame that can be decoded without an earlier one",
        "have the depayloader ask for key frames (request-keyframe=true "
        "wait-for-keyframe=true), let RTCP pass to the sender (PLI), and look "
        "for the loss that broke the stream"},
  [GST_PROF_CAUSE_DECODER_SLOW] = {"decoder-slow",
        "the decode path was at work",
        "hardware decoder, more decoder threads, a smaller picture or frame rate "
        "from the sender, or recording without decoding"},
  [GST_PROF_CAUSE_DROPPED] = {"dropped",
        "an element took what came and let nothing out",
        "look at why that element drops: a closed valve, a decoder without a key "
        "frame or behind lost packets, identity with drop-probability, videorate "
        "behind a jump of the time stamps; or at a pad probe between it and the next "
        "element"},
  [GST_PROF_CAUSE_ELSEWHERE] = {"elsewhere",
        "an element gave what came to others",
        "look at why that element gives nothing to this branch: an "
        "output-selector that was switched, a branch that was unlinked, a stream "
        "that a demuxer has nothing more of"},
  [GST_PROF_CAUSE_PAUSED] = {"paused",
        "the task that gives the data was paused",
        "find why: an element behind it was flushed or changed its state on its own "
        "(flushing), or the stream was ended, which a source also does after an "
        "error (see the bus). A source goes on only after a flushing seek or a change "
        "of its own state"},
};

G_STATIC_ASSERT (G_N_ELEMENTS (table) == GST_PROF_CAUSE_N);

#define FINALISED "end the recording when nothing has come for some seconds, so " \
    "that its file is finalised"

/* The evidence says these in other words: both are to agree. */
static const struct
{
  GstProfCause cause;
  const gchar *advice;
} details[] = {
  [GST_PROF_CAUSE_DETAIL_NONE] = {GST_PROF_CAUSE_UNKNOWN, NULL},
  [GST_PROF_CAUSE_DETAIL_PAUSED] = {GST_PROF_CAUSE_NETWORK_SILENT,
      "look at the sender: hidden tab, muted track, busy machine"},
  [GST_PROF_CAUSE_DETAIL_LOST] = {GST_PROF_CAUSE_NETWORK_SILENT,
      "look at the network between sender and recorder"},
  [GST_PROF_CAUSE_DETAIL_SAID_SO] = {GST_PROF_CAUSE_PEER_GONE,
        "end the recording when its client does, so that its file is finalised; "
        "if it should not have ended, look there for why it did"},
  [GST_PROF_CAUSE_DETAIL_ICE_LOST] = {GST_PROF_CAUSE_PEER_GONE,
      "look at the network between client and recorder; " FINALISED},
  [GST_PROF_CAUSE_DETAIL_MUTE] = {GST_PROF_CAUSE_PEER_GONE,
        "look for a client that crashed or a network that broke; " FINALISED},
  [GST_PROF_CAUSE_DETAIL_LATENCY] = {GST_PROF_CAUSE_JITTERBUFFER,
      "lower the jitterbuffer's latency"},
  [GST_PROF_CAUSE_DETAIL_BEYOND_LATENCY] = {GST_PROF_CAUSE_JITTERBUFFER,
      "look at the sender's time stamps: it was not the latency"},
  [GST_PROF_CAUSE_DETAIL_ASKED] = {GST_PROF_CAUSE_KEYFRAME_WAIT,
        "let RTCP pass to the sender, so that it hears of what is asked for "
        "(PLI), and look for the loss that broke the stream"},
  [GST_PROF_CAUSE_DETAIL_NOT_ASKED] = {GST_PROF_CAUSE_KEYFRAME_WAIT,
        "have the depayloader ask for key frames (request-keyframe=true "
        "wait-for-keyframe=true), and look for the loss that broke the stream"},
};

G_STATIC_ASSERT (G_N_ELEMENTS (details) == GST_PROF_CAUSE_DETAIL_N);

/*
 * gst_prof_cause_get_info:
 * @cause: a cause
 *
 * Returns: (transfer none): what is known of it
 */
const GstProfCauseInfo *
gst_prof_cause_get_info (GstProfCause cause)
{
  g_return_val_if_fail (cause < GST_PROF_CAUSE_N, NULL);

  return &table[cause];
}

/*
 * gst_prof_cause_get_advice:
 * @cause: a cause
 * @detail: what the evidence says beyond it; of another cause it is ignored
 *
 * Returns: (transfer none): what helps
 */
const gchar *
gst_prof_cause_get_advice (GstProfCause cause, GstProfCauseDetail detail)
{
  g_return_val_if_fail (detail < GST_PROF_CAUSE_DETAIL_N, NULL);

  if (detail != GST_PROF_CAUSE_DETAIL_NONE && details[detail].cause == cause)
    return details[detail].advice;
  return gst_prof_cause_get_info (cause)->advice;
}

/*
 * gst_prof_cause_find:
 * @nick: a nick
 * @cause: (out): the cause that has it; untouched if there is none
 *
 * Returns: %FALSE when no cause has it
 */
gboolean
gst_prof_cause_find (const gchar * nick, GstProfCause * cause)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    if (g_str_equal (table[i].nick, nick)) {
      *cause = i;
      return TRUE;
    }
  }
  return FALSE;
}
