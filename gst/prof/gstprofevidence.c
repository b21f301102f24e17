/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a blocked thread waits for, told from one look at it: the system call,
 * what its file descriptor is, the address of the futex and the place in the
 * pipeline. Passive: whoever looks gives what was seen, so every rule is tested
 * with literal numbers. What no rule knows is `unknown`.
 *
 * The call and its arguments decide, not the state letter: D is not only the
 * disk (a frozen group, vfork and page faults are D), and slow files are not
 * only D (a FUSE server is waited for in S).
 */

#include "gstprofevidence.h"

#include <gnu/libc-version.h>
#include <string.h>
#include <sys/syscall.h>

/* Operations of futex(), of which the low bits count; a mutex waits with the
 * value 2, a condition with a counter. */
#define FUTEX_OPERATION 0x7f
#define FUTEX_LOCK_PI_OPERATION 6
#define FUTEX_LOCK_PI2_OPERATION 13
#define FUTEX_WAIT_OPERATION 0
#define FUTEX_WAIT_BITSET_OPERATION 9
#define FUTEX_PRIVATE 0x80
#define FUTEX_REALTIME 0x100
#define MUTEX_CONTENDED 2

/* How far a thread's CPU clock and the time may be apart. */
#define LOST_TOLERANCE (2 * GST_MSECOND)

typedef enum
{
  CALL_FILE,                    /* its first argument is a file descriptor */
  CALL_PATH,                    /* it works on the file system by names */
  CALL_POLL,
  CALL_FUTEX,
  CALL_SLEEP,
  CALL_DEVICE,
  CALL_FILE_LOCK,
  CALL_OTHER,
} CallKind;

static const struct
{
  gint number;
  CallKind kind;
  const gchar *name;
} calls[] = {
  {SYS_write, CALL_FILE, "write"},
  {SYS_pwrite64, CALL_FILE, "pwrite64"},
  {SYS_writev, CALL_FILE, "writev"},
  {SYS_pwritev, CALL_FILE, "pwritev"},
  {SYS_pwritev2, CALL_FILE, "pwritev2"},
  {SYS_read, CALL_FILE, "read"},
  {SYS_pread64, CALL_FILE, "pread64"},
  {SYS_readv, CALL_FILE, "readv"},
  {SYS_preadv, CALL_FILE, "preadv"},
  {SYS_fsync, CALL_FILE, "fsync"},
  {SYS_fdatasync, CALL_FILE, "fdatasync"},
  {SYS_sync_file_range, CALL_FILE, "sync_file_range"},
  {SYS_ftruncate, CALL_FILE, "ftruncate"},
  {SYS_fallocate, CALL_FILE, "fallocate"},
  {SYS_sendto, CALL_FILE, "sendto"},
  {SYS_sendmsg, CALL_FILE, "sendmsg"},
  {SYS_sendmmsg, CALL_FILE, "sendmmsg"},
  {SYS_sendfile, CALL_FILE, "sendfile"},
  {SYS_splice, CALL_FILE, "splice"},
  {SYS_recvfrom, CALL_FILE, "recvfrom"},
  {SYS_recvmsg, CALL_FILE, "recvmsg"},
  {SYS_recvmmsg, CALL_FILE, "recvmmsg"},
  {SYS_close, CALL_PATH, "close"},
  {SYS_openat, CALL_PATH, "openat"},
  {SYS_unlinkat, CALL_PATH, "unlinkat"},
  {SYS_renameat, CALL_PATH, "renameat"},
  {SYS_renameat2, CALL_PATH, "renameat2"},
  {SYS_mkdirat, CALL_PATH, "mkdirat"},
  {SYS_sync, CALL_PATH, "sync"},
  {SYS_msync, CALL_PATH, "msync"},
  {SYS_ppoll, CALL_POLL, "ppoll"},
  {SYS_pselect6, CALL_POLL, "pselect6"},
  {SYS_epoll_pwait, CALL_POLL, "epoll_pwait"},
  {SYS_accept, CALL_POLL, "accept"},
  {SYS_accept4, CALL_POLL, "accept4"},
  {SYS_connect, CALL_POLL, "connect"},
#ifdef SYS_poll
  {SYS_poll, CALL_POLL, "poll"},
  {SYS_select, CALL_POLL, "select"},
  {SYS_epoll_wait, CALL_POLL, "epoll_wait"},
  {SYS_open, CALL_PATH, "open"},
  {SYS_unlink, CALL_PATH, "unlink"},
  {SYS_rename, CALL_PATH, "rename"},
  {SYS_mkdir, CALL_PATH, "mkdir"},
  {SYS_vfork, CALL_OTHER, "vfork"},
#endif
  {SYS_futex, CALL_FUTEX, "futex"},
  {SYS_nanosleep, CALL_SLEEP, "nanosleep"},
  {SYS_clock_nanosleep, CALL_SLEEP, "clock_nanosleep"},
  {SYS_ioctl, CALL_DEVICE, "ioctl"},
  {SYS_flock, CALL_FILE_LOCK, "flock"},
  {SYS_fcntl, CALL_FILE_LOCK, "fcntl"},
  {SYS_wait4, CALL_OTHER, "wait4"},
  {SYS_waitid, CALL_OTHER, "waitid"},
  {SYS_clone, CALL_OTHER, "clone"},
};

static gint
find_call (gint number)
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    if (calls[i].number == number)
      return i;
  }
  return -1;
}

static CallKind
kind_of (gint number)
{
  gint i = find_call (number);

  return i < 0 ? CALL_OTHER : calls[i].kind;
}

/*
 * gst_prof_evidence_call_name:
 * @call: number of a system call
 *
 * Returns: (nullable) (transfer none): its name, of those that are known here
 */
const gchar *
gst_prof_evidence_call_name (gint call)
{
  gint i = find_call (call);

  return i < 0 ? NULL : calls[i].name;
}

/*
 * gst_prof_evidence_takes_fd:
 * @call: number of a system call
 *
 * Returns: whether it is of interest what its first argument is
 */
gboolean
gst_prof_evidence_takes_fd (gint call)
{
  CallKind kind = kind_of (call);

  return kind == CALL_FILE || kind == CALL_DEVICE;
}

/*
 * gst_prof_evidence_is_futex:
 * @call: number of a system call
 *
 * Returns: whether its first argument is an address that names the wait
 */
gboolean
gst_prof_evidence_is_futex (gint call)
{
  return call == SYS_futex;
}

/*
 * gst_prof_evidence_is_path:
 * @call: number of a system call
 *
 * Returns: whether it works on the file system by names, so that only the
 *   kernel function tells what it waits for
 */
gboolean
gst_prof_evidence_is_path (gint call)
{
  return kind_of (call) == CALL_PATH;
}

/*
 * gst_prof_evidence_is_poll:
 * @call: number of a system call
 *
 * Returns: whether it waits for descriptors or peers
 */
gboolean
gst_prof_evidence_is_poll (gint call)
{
  return kind_of (call) == CALL_POLL;
}

static gboolean
is_input (gint call)
{
  static const gint inputs[] = {
    SYS_read, SYS_pread64, SYS_readv, SYS_preadv, SYS_recvfrom, SYS_recvmsg,
    SYS_recvmmsg, SYS_accept, SYS_accept4,
  };

  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++) {
    if (inputs[i] == call)
      return TRUE;
  }
  return FALSE;
}

static GstProfCause
classify_file (const GstProfObservation * o)
{
  switch (o->file) {
    case GST_PROF_FILE_BLOCK:
      return GST_PROF_CAUSE_DISK;
    case GST_PROF_FILE_REGULAR:
      /* A file system of this machine waits uninterruptibly. */
      return o->state == 'S' ? GST_PROF_CAUSE_NETWORK_FS : GST_PROF_CAUSE_DISK;
    case GST_PROF_FILE_NETWORK_FS:
      return GST_PROF_CAUSE_NETWORK_FS;
    case GST_PROF_FILE_PIPE:
    case GST_PROF_FILE_SOCKET:
    case GST_PROF_FILE_CHARACTER:
      if (!is_input (o->call.number))
        return GST_PROF_CAUSE_SLOW_READER;
      if (!o->place.inside || o->place.is_source)
        return GST_PROF_CAUSE_UPSTREAM;
      /* Who reads inside an element that was given a buffer waits for an
       * answer: of a device, or of whom is not known. */
      return o->file == GST_PROF_FILE_CHARACTER ? GST_PROF_CAUSE_DEVICE
          : GST_PROF_CAUSE_UNKNOWN;
    default:
      return GST_PROF_CAUSE_UNKNOWN;
  }
}

/* What is opened is not known, as there is no descriptor yet. A file system of
 * this machine is waited for in D; whoever opens a FIFO waits for its other
 * end, and a FUSE server is waited for in S as well. */
static GstProfCause
classify_path (const GstProfObservation * o)
{
  static const gchar *const network[] = {
    "request_wait_answer", "fuse", "nfs", "rpc", "cifs", "smb", "p9_", "ceph",
  };

  if (strstr (o->wchan, "partner") || strstr (o->wchan, "fifo"))
    return GST_PROF_CAUSE_SLOW_READER;
  for (guint i = 0; i < G_N_ELEMENTS (network); i++) {
    if (strstr (o->wchan, network[i]))
      return GST_PROF_CAUSE_NETWORK_FS;
  }
  return o->state == 'D' ? GST_PROF_CAUSE_DISK : GST_PROF_CAUSE_UNKNOWN;
}

/* Nobody waits for no descriptor: that is how old programs sleep. */
static gboolean
polls_nothing (const GstProfThreadCall * call)
{
  switch (call->number) {
    case SYS_ppoll:
      return call->args[1] == 0;
    case SYS_pselect6:
      return call->args[0] == 0;
#ifdef SYS_poll
    case SYS_poll:
      return call->args[1] == 0;
    case SYS_select:
      return call->args[0] == 0;
#endif
    default:
      return FALSE;
  }
}

static GstProfCause
classify_poll (const GstProfObservation * o)
{
  if (polls_nothing (&o->call))
    return GST_PROF_CAUSE_SLEEP;
  if (!o->place.inside || o->place.is_source)
    return GST_PROF_CAUSE_UPSTREAM;
  return o->place.is_sink ? GST_PROF_CAUSE_SLOW_READER
      : GST_PROF_CAUSE_UNKNOWN;
}

/* A pthread_rwlock waits with a value whose second bit says that somebody
 * waits. So did no condition of the C library until 2.41, where they changed.
 * pthread_join() waits in the same way for the number of a thread, which may
 * have that bit, but not privately. */
static gboolean
is_rwlock (const GstProfThreadCall * call)
{
  static _Atomic gint conditions_differ = -1;

  if (conditions_differ < 0) {
    const gchar *version = gnu_get_libc_version ();

    conditions_differ = g_str_has_prefix (version, "2.")
        && g_ascii_strtoull (version + 2, NULL, 10) < 41;
  }
  return conditions_differ && (call->args[1] & FUTEX_OPERATION) ==
      FUTEX_WAIT_BITSET_OPERATION && (call->args[1] & FUTEX_REALTIME) != 0
      && (call->args[1] & FUTEX_PRIVATE) != 0
      && (call->args[2] & MUTEX_CONTENDED) != 0;
}

static gboolean
is_mutex (const GstProfThreadCall * call)
{
  guint operation = call->args[1] & FUTEX_OPERATION;

  return operation == FUTEX_LOCK_PI_OPERATION
      || operation == FUTEX_LOCK_PI2_OPERATION
      || (operation == FUTEX_WAIT_OPERATION
      && call->args[2] == MUTEX_CONTENDED) || is_rwlock (call);
}

static GstProfFinding
classify_futex (const GstProfObservation * o)
{
  const GstProfPlace *place = &o->place;
  GstProfFinding finding = { GST_PROF_CAUSE_UNKNOWN, FALSE };

  switch (place->object) {
    case GST_PROF_WAIT_GIL:
      finding.cause = GST_PROF_CAUSE_GIL;
      return finding;
    case GST_PROF_WAIT_CLOCK:
      /* A live source waits for its next picture to be due. */
      finding.cause = place->inside ? GST_PROF_CAUSE_CLOCK
          : GST_PROF_CAUSE_UPSTREAM;
      return finding;
    case GST_PROF_WAIT_PREROLL:
      finding.cause = GST_PROF_CAUSE_PREROLL;
      return finding;
    case GST_PROF_WAIT_PAD:
      finding.cause = GST_PROF_CAUSE_BLOCKED_PAD;
      return finding;
    default:
      break;
  }

  /* A condition's counter can be 2 as well: in a known object the address
   * decides. */
  if (place->object != GST_PROF_WAIT_ELEMENT && is_mutex (&o->call))
    finding.cause = GST_PROF_CAUSE_LOCK;
  else if (!place->inside)
    finding.cause = GST_PROF_CAUSE_UPSTREAM;
  else if (place->hands_over || (place->is_sink
          && place->object == GST_PROF_WAIT_ELEMENT))
    finding.cause = GST_PROF_CAUSE_DOWNSTREAM;
  else if (is_mutex (&o->call))
    finding.cause = GST_PROF_CAUSE_LOCK;
  else if (place->joins)
    finding.cause = GST_PROF_CAUSE_UPSTREAM;
  else
    finding.condition = TRUE;
  return finding;
}

/*
 * gst_prof_evidence_get_lost:
 * @growth: how much a thread ran and was ready without a CPU between two looks,
 *   and how often it was given one
 * @wall: how long that was, nanoseconds
 * @was_blocked: whether it was blocked at the first look
 * @is_blocked: whether it is at the second
 *
 * A thread that was on a CPU and was given none meanwhile has had it all the time:
 * what it did not compute then was taken from below, by the host of a virtual
 * machine. One that did not compute at all may just wait for its turn.
 *
 * Returns: how much that may be, nanoseconds
 */
GstClockTime
gst_prof_evidence_get_lost (const GstProfThreadTimes * growth,
    GstClockTime wall, gboolean was_blocked, gboolean is_blocked)
{
  GstClockTime lost;

  if (was_blocked || is_blocked || growth->turns > 0 || growth->run == 0)
    return 0;
  lost = wall - MIN (wall, growth->run + growth->delay);
  return lost > LOST_TOLERANCE ? lost : 0;
}

/*
 * gst_prof_evidence_classify:
 * @observation: one look at a thread that is not running
 *
 * Returns: what it waits for
 */
GstProfFinding
gst_prof_evidence_classify (const GstProfObservation * observation)
{
  GstProfFinding finding = { GST_PROF_CAUSE_UNKNOWN, FALSE };

  if (observation->state == 't') {
    finding.cause = GST_PROF_CAUSE_TRACED;
    return finding;
  }
  if (observation->state == 'T') {
    finding.cause = GST_PROF_CAUSE_FROZEN;
    return finding;
  }

  if (observation->call.number == GST_PROF_SYSCALL_NONE) {
    finding.cause = GST_PROF_CAUSE_PAGE_FAULT;
    return finding;
  }
  if (observation->call.number < 0)
    return finding;

  switch (kind_of (observation->call.number)) {
    case CALL_FILE:
      finding.cause = classify_file (observation);
      break;
    case CALL_PATH:
      finding.cause = classify_path (observation);
      break;
    case CALL_POLL:
      finding.cause = classify_poll (observation);
      break;
    case CALL_FUTEX:
      return classify_futex (observation);
    case CALL_SLEEP:
      finding.cause = GST_PROF_CAUSE_SLEEP;
      break;
    case CALL_DEVICE:
      if (observation->file == GST_PROF_FILE_CHARACTER)
        finding.cause = GST_PROF_CAUSE_DEVICE;
      break;
    case CALL_FILE_LOCK:
      finding.cause = GST_PROF_CAUSE_FILE_LOCK;
      break;
    case CALL_OTHER:
      break;
  }
  return finding;
}
