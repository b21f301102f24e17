/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What one look at a blocked thread is taken to mean: each row of EVIDENCE.md
 * as it was seen, and what looks nearly the same and is something else. The
 * numbers of the calls are the kernel's, through <sys/syscall.h>.
 */

#include <gst/check/gstcheck.h>

#include <gnu/libc-version.h>
#include <string.h>
#include <sys/syscall.h>

#include <gst/prof/gstprofevidence.h>

#include "check-skip.h"

/* Operations of futex() as GLib and the C library call it. */
#define WAIT 0x00
#define WAIT_PRIVATE 0x80
#define LOCK_PI_PRIVATE 0x86
#define WAIT_BITSET_REALTIME 0x189
#define WAIT_BITSET_REALTIME_SHARED 0x109

/* Where a thread can be. */
#define SOURCE_TASK {.is_source = TRUE}
#define QUEUE_TASK {.hands_over = TRUE}
#define IN_SOURCE {.inside = TRUE,.is_source = TRUE}
#define IN_FILTER {.inside = TRUE}
#define IN_QUEUE {.inside = TRUE,.hands_over = TRUE}
#define IN_MUXER {.inside = TRUE,.joins = TRUE}
#define IN_SINK {.inside = TRUE,.is_sink = TRUE}

typedef struct
{
  const gchar *what;
  GstProfObservation seen;
  GstProfCause cause;
} Row;

static void
assert_rows (const Row * rows, guint n)
{
  for (guint i = 0; i < n; i++) {
    GstProfFinding finding = gst_prof_evidence_classify (&rows[i].seen);

    fail_unless (finding.cause == rows[i].cause, "%s: %s, not %s",
        rows[i].what, gst_prof_cause_get_info (finding.cause)->nick,
        gst_prof_cause_get_info (rows[i].cause)->nick);
    fail_if (finding.condition, "%s: no helper is waited for", rows[i].what);
  }
}

#define CALL(n) .call = {.number = (n),.args = {7}}
#define POLL(n) .call = {.number = (n),.args = {0x7f0000001000, 1}}
#define FUTEX(operation, value) \
    .call = {.number = SYS_futex, .args = {0x1000, operation, value}}

GST_START_TEST (a_file_of_this_machine_is_the_disk)
{
  static const Row rows[] = {
    {"write", {CALL (SYS_write),.state = 'D',.file = GST_PROF_FILE_REGULAR,
            .place = IN_SINK}, GST_PROF_CAUSE_DISK},
    {"pwrite", {CALL (SYS_pwrite64),.state = 'D',
            .file = GST_PROF_FILE_REGULAR,.place = IN_SINK},
        GST_PROF_CAUSE_DISK},
    {"writev", {CALL (SYS_writev),.state = 'D',.file = GST_PROF_FILE_REGULAR,
            .place = IN_SINK}, GST_PROF_CAUSE_DISK},
    {"fsync", {CALL (SYS_fsync),.state = 'D',.file = GST_PROF_FILE_REGULAR,
            .place = IN_SINK}, GST_PROF_CAUSE_DISK},
    {"fdatasync", {CALL (SYS_fdatasync),.state = 'D',
            .file = GST_PROF_FILE_REGULAR,.place = IN_SINK},
        GST_PROF_CAUSE_DISK},
    {"dirty-page throttling", {CALL (SYS_write),.state = 'D',
            .file = GST_PROF_FILE_REGULAR,.wchan = "balance_dirty_pages",
            .place = IN_SINK}, GST_PROF_CAUSE_DISK},
    {"a block device", {CALL (SYS_write),.state = 'S',
            .file = GST_PROF_FILE_BLOCK,.place = IN_SINK},
        GST_PROF_CAUSE_DISK},
    {"reading", {CALL (SYS_read),.state = 'D',.file = GST_PROF_FILE_REGULAR,
            .place = IN_SOURCE}, GST_PROF_CAUSE_DISK},
    {"state not read", {CALL (SYS_write),.file = GST_PROF_FILE_REGULAR,
            .place = IN_SINK}, GST_PROF_CAUSE_DISK},
    {"unlinking", {CALL (SYS_unlinkat),.state = 'D',.place = IN_SINK},
        GST_PROF_CAUSE_DISK},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (a_file_that_is_waited_for_interruptibly_is_a_network_fs)
{
  static const Row rows[] = {
    {"write", {CALL (SYS_write),.state = 'S',.file = GST_PROF_FILE_REGULAR,
            .place = IN_SINK}, GST_PROF_CAUSE_NETWORK_FS},
    {"fsync", {CALL (SYS_fsync),.state = 'S',.file = GST_PROF_FILE_REGULAR,
            .place = IN_SINK}, GST_PROF_CAUSE_NETWORK_FS},
    {"known by its type, in D", {CALL (SYS_write),.state = 'D',
            .file = GST_PROF_FILE_NETWORK_FS,.place = IN_SINK},
        GST_PROF_CAUSE_NETWORK_FS},
    {"opening on FUSE", {CALL (SYS_openat),.state = 'S',
            .wchan = "request_wait_answer",.place = IN_SINK},
        GST_PROF_CAUSE_NETWORK_FS},
    {"closing on FUSE, in D", {CALL (SYS_close),.state = 'D',
            .wchan = "fuse_flush",.place = IN_SINK},
        GST_PROF_CAUSE_NETWORK_FS},
    {"renaming on NFS", {CALL (SYS_renameat2),.state = 'D',
            .wchan = "rpc_wait_bit_killable",.place = IN_SINK},
        GST_PROF_CAUSE_NETWORK_FS},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (uninterruptible_is_not_always_the_disk)
{
  static const Row rows[] = {
    {"a page fault", {CALL (GST_PROF_SYSCALL_NONE),.state = 'D',
            .place = IN_FILTER}, GST_PROF_CAUSE_PAGE_FAULT},
    {"a page fault, state not read", {CALL (GST_PROF_SYSCALL_NONE),
            .place = IN_FILTER}, GST_PROF_CAUSE_PAGE_FAULT},
#ifdef SYS_vfork
    {"vfork", {CALL (SYS_vfork),.state = 'D',.place = IN_FILTER},
        GST_PROF_CAUSE_UNKNOWN},
#endif
    {"vfork by clone", {CALL (SYS_clone),.state = 'D',.place = IN_FILTER},
        GST_PROF_CAUSE_UNKNOWN},
    {"a futex in a frozen group", {FUTEX (WAIT_PRIVATE, 1),.state = 'D',
            .place = QUEUE_TASK}, GST_PROF_CAUSE_UPSTREAM},
    {"a call that nobody knows", {CALL (9999),.state = 'D',
            .file = GST_PROF_FILE_REGULAR,.place = IN_SINK},
        GST_PROF_CAUSE_UNKNOWN},
    {"a descriptor of an unknown kind", {CALL (SYS_write),.state = 'D',
            .place = IN_SINK}, GST_PROF_CAUSE_UNKNOWN},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (whoever_does_not_read_a_pipe_or_socket_is_a_slow_reader)
{
  static const Row rows[] = {
    {"write to a pipe", {CALL (SYS_write),.state = 'S',
            .file = GST_PROF_FILE_PIPE,.place = IN_SINK},
        GST_PROF_CAUSE_SLOW_READER},
    {"writev to a pipe", {CALL (SYS_writev),.state = 'S',
            .file = GST_PROF_FILE_PIPE,.place = IN_SINK},
        GST_PROF_CAUSE_SLOW_READER},
    {"sendto", {CALL (SYS_sendto),.state = 'S',.file = GST_PROF_FILE_SOCKET,
            .place = IN_SINK}, GST_PROF_CAUSE_SLOW_READER},
    {"sendmsg", {CALL (SYS_sendmsg),.state = 'S',
            .file = GST_PROF_FILE_SOCKET,.place = IN_SINK},
        GST_PROF_CAUSE_SLOW_READER},
    {"write to a terminal", {CALL (SYS_write),.state = 'S',
            .file = GST_PROF_FILE_CHARACTER,.place = IN_SINK},
        GST_PROF_CAUSE_SLOW_READER},
    {"opening a FIFO", {CALL (SYS_openat),.state = 'S',
            .wchan = "wait_for_partner",.place = IN_SINK},
        GST_PROF_CAUSE_SLOW_READER},
    {"poll in a sink", {POLL (SYS_ppoll),.state = 'S',.place = IN_SINK},
        GST_PROF_CAUSE_SLOW_READER},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (poll_means_what_the_element_makes_of_it)
{
  static const Row rows[] = {
    {"in a sink", {POLL (SYS_ppoll),.state = 'S',.place = IN_SINK},
        GST_PROF_CAUSE_SLOW_READER},
    {"in a source", {POLL (SYS_ppoll),.state = 'S',.place = IN_SOURCE},
        GST_PROF_CAUSE_UPSTREAM},
    {"in a source's task", {POLL (SYS_epoll_pwait),.state = 'S',
            .place = SOURCE_TASK}, GST_PROF_CAUSE_UPSTREAM},
    {"in a filter", {POLL (SYS_ppoll),.state = 'S',.place = IN_FILTER},
        GST_PROF_CAUSE_UNKNOWN},
    {"of no descriptor", {.call = {.number = SYS_ppoll},.state = 'S',
            .place = IN_SINK}, GST_PROF_CAUSE_SLEEP},
    {"select of no descriptor", {.call = {.number = SYS_pselect6},
            .state = 'S',.place = IN_FILTER}, GST_PROF_CAUSE_SLEEP},
#ifdef SYS_poll
    {"the old poll in a sink", {POLL (SYS_poll),.state = 'S',
            .place = IN_SINK}, GST_PROF_CAUSE_SLOW_READER},
    {"the old poll of no descriptor", {.call = {.number = SYS_poll},
            .state = 'S',.place = IN_SINK}, GST_PROF_CAUSE_SLEEP},
#endif
    {"accept in a source", {CALL (SYS_accept4),.state = 'S',
            .place = SOURCE_TASK}, GST_PROF_CAUSE_UPSTREAM},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (who_reads_from_a_peer_waits_for_upstream)
{
  static const Row rows[] = {
    {"read of a pipe", {CALL (SYS_read),.state = 'S',
            .file = GST_PROF_FILE_PIPE,.place = SOURCE_TASK},
        GST_PROF_CAUSE_UPSTREAM},
    {"recvmsg", {CALL (SYS_recvmsg),.state = 'S',
            .file = GST_PROF_FILE_SOCKET,.place = SOURCE_TASK},
        GST_PROF_CAUSE_UPSTREAM},
    {"recvfrom when pulled", {CALL (SYS_recvfrom),.state = 'S',
            .file = GST_PROF_FILE_SOCKET,.place = IN_SOURCE},
        GST_PROF_CAUSE_UPSTREAM},
    {"a camera", {CALL (SYS_read),.state = 'S',
            .file = GST_PROF_FILE_CHARACTER,.place = SOURCE_TASK},
        GST_PROF_CAUSE_UPSTREAM},
    {"an answer in a filter", {CALL (SYS_read),.state = 'S',
            .file = GST_PROF_FILE_SOCKET,.place = IN_FILTER},
        GST_PROF_CAUSE_UNKNOWN},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (a_device_is_told_from_other_descriptors)
{
  static const Row rows[] = {
    {"ioctl", {CALL (SYS_ioctl),.state = 'D',
            .file = GST_PROF_FILE_CHARACTER,.place = IN_FILTER},
        GST_PROF_CAUSE_DEVICE},
    {"read in a filter", {CALL (SYS_read),.state = 'S',
            .file = GST_PROF_FILE_CHARACTER,.place = IN_FILTER},
        GST_PROF_CAUSE_DEVICE},
    {"ioctl of a socket", {CALL (SYS_ioctl),.state = 'S',
            .file = GST_PROF_FILE_SOCKET,.place = IN_FILTER},
        GST_PROF_CAUSE_UNKNOWN},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (a_contended_mutex_is_a_lock)
{
  static const Row rows[] = {
    {"private", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',.place = IN_FILTER},
        GST_PROF_CAUSE_LOCK},
    {"shared", {FUTEX (WAIT, 2),.state = 'S',.place = IN_FILTER},
        GST_PROF_CAUSE_LOCK},
    {"with priority inheritance", {FUTEX (LOCK_PI_PRIVATE, 0),.state = 'S',
            .place = IN_FILTER}, GST_PROF_CAUSE_LOCK},
    {"in a sink", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',.place = IN_SINK},
        GST_PROF_CAUSE_LOCK},
    {"in a queue, but not the queue's", {FUTEX (WAIT_PRIVATE, 2),
            .state = 'S',.place = IN_QUEUE}, GST_PROF_CAUSE_LOCK},
    {"outside of all", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',
            .place = QUEUE_TASK}, GST_PROF_CAUSE_LOCK},
    {"in a muxer", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',.place = IN_MUXER},
        GST_PROF_CAUSE_LOCK},
    {"the filter's own", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',
            .place = {.inside = TRUE,.object = GST_PROF_WAIT_ELEMENT}},
        GST_PROF_CAUSE_LOCK},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

/* Later ones wait for conditions with such values, too. */
GST_START_TEST (a_rwlock_is_a_lock_where_it_can_be_told)
{
  static const Row rows[] = {
    {"held by a writer", {FUTEX (WAIT_BITSET_REALTIME, 3),.state = 'S',
            .place = IN_FILTER}, GST_PROF_CAUSE_LOCK},
    {"held by readers", {FUTEX (WAIT_BITSET_REALTIME, 10),.state = 'S',
            .place = IN_FILTER}, GST_PROF_CAUSE_LOCK},
  };

  if (g_ascii_strtod (gnu_get_libc_version (), NULL) >= 2.41)
    GST_PROF_CHECK_SKIP ("C library 2.41 or later");
  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

/* It waits for the number of a thread, of which 4711 has the bit that a mutex or
 * rwlock would have. */
GST_START_TEST (who_joins_a_thread_is_at_no_lock)
{
  static const guint ids[] = { 4711, 4712, 2 };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    const GstProfObservation o = {
      FUTEX (WAIT_BITSET_REALTIME_SHARED, ids[i]),.state = 'S',.place =
          IN_FILTER
    };
    GstProfFinding finding = gst_prof_evidence_classify (&o);

    assert_equals_int (finding.cause, GST_PROF_CAUSE_UNKNOWN);
    fail_unless (finding.condition);
  }
}

GST_END_TEST;

/* The count of a condition may be 2 by chance: then the address decides. */
GST_START_TEST (a_condition_of_a_known_object_is_no_lock)
{
  static const Row rows[] = {
    {"queue full", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',
            .place = {.inside = TRUE,.hands_over = TRUE,
                .object = GST_PROF_WAIT_ELEMENT}}, GST_PROF_CAUSE_DOWNSTREAM},
    {"queue empty", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',
            .place = {.hands_over = TRUE,.object = GST_PROF_WAIT_ELEMENT}},
        GST_PROF_CAUSE_UPSTREAM},
    {"appsrc empty", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',
            .place = {.is_source = TRUE,.object = GST_PROF_WAIT_ELEMENT}},
        GST_PROF_CAUSE_UPSTREAM},
    {"preroll", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',
            .place = {.inside = TRUE,.is_sink = TRUE,
                .object = GST_PROF_WAIT_PREROLL}}, GST_PROF_CAUSE_PREROLL},
    {"blocked pad", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',
            .place = {.inside = TRUE,.object = GST_PROF_WAIT_PAD}},
        GST_PROF_CAUSE_BLOCKED_PAD},
    {"clock", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',
            .place = {.inside = TRUE,.is_sink = TRUE,
                .object = GST_PROF_WAIT_CLOCK}}, GST_PROF_CAUSE_CLOCK},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (a_condition_is_named_by_the_place)
{
  static const Row rows[] = {
    {"into a full queue", {FUTEX (WAIT_PRIVATE, 5),.state = 'S',
            .place = {.inside = TRUE,.hands_over = TRUE,
                .object = GST_PROF_WAIT_ELEMENT}}, GST_PROF_CAUSE_DOWNSTREAM},
    {"into appsink", {FUTEX (WAIT_PRIVATE, 5),.state = 'S',
            .place = {.inside = TRUE,.is_sink = TRUE,
                .object = GST_PROF_WAIT_ELEMENT}}, GST_PROF_CAUSE_DOWNSTREAM},
    {"out of an empty queue", {FUTEX (WAIT_PRIVATE, 5),.state = 'S',
            .place = {.hands_over = TRUE,.object = GST_PROF_WAIT_ELEMENT}},
        GST_PROF_CAUSE_UPSTREAM},
    {"out of a source", {FUTEX (WAIT_PRIVATE, 5),.state = 'S',
            .place = SOURCE_TASK}, GST_PROF_CAUSE_UPSTREAM},
    {"in a muxer, for its other pads", {FUTEX (WAIT_PRIVATE, 5),.state = 'S',
            .place = IN_MUXER}, GST_PROF_CAUSE_UPSTREAM},
    {"a blocked pad", {FUTEX (WAIT_PRIVATE, 5),.state = 'S',
            .place = {.inside = TRUE,.object = GST_PROF_WAIT_PAD}},
        GST_PROF_CAUSE_BLOCKED_PAD},
    {"a blocked pad of a source", {FUTEX (WAIT_PRIVATE, 5),.state = 'S',
            .place = {.is_source = TRUE,.object = GST_PROF_WAIT_PAD}},
        GST_PROF_CAUSE_BLOCKED_PAD},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (the_clock_is_upstream_for_a_source)
{
  static const Row rows[] = {
    {"a sink that waits", {FUTEX (WAIT_PRIVATE, 1),.state = 'S',
            .place = {.inside = TRUE,.is_sink = TRUE,
                .object = GST_PROF_WAIT_CLOCK}}, GST_PROF_CAUSE_CLOCK},
    {"a live source that waits", {FUTEX (WAIT_PRIVATE, 1),.state = 'S',
            .place = {.is_source = TRUE,.object = GST_PROF_WAIT_CLOCK}},
        GST_PROF_CAUSE_UPSTREAM},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

/* Nobody knows who fulfils it: perhaps a helper thread. */
GST_START_TEST (a_condition_of_nobody_in_a_filter_may_be_for_helpers)
{
  const GstProfObservation condition = {
    FUTEX (WAIT_PRIVATE, 5),.state = 'S',.place = IN_FILTER
  };
  const GstProfObservation lock = {
    FUTEX (WAIT_PRIVATE, 2),.state = 'S',.place = IN_FILTER
  };
  GstProfFinding finding = gst_prof_evidence_classify (&condition);

  assert_equals_int (finding.cause, GST_PROF_CAUSE_UNKNOWN);
  fail_unless (finding.condition);
  fail_if (gst_prof_evidence_classify (&lock).condition);
}

GST_END_TEST;

GST_START_TEST (a_condition_in_a_sink_that_is_not_its_own_is_not_downstream)
{
  const GstProfObservation o = {
    FUTEX (WAIT_PRIVATE, 5),.state = 'S',.place = IN_SINK
  };
  GstProfFinding finding = gst_prof_evidence_classify (&o);

  assert_equals_int (finding.cause, GST_PROF_CAUSE_UNKNOWN);
  fail_unless (finding.condition);
}

GST_END_TEST;

/* libpython's lock is a condition with a timeout, whatever its count is. */
GST_START_TEST (what_lies_in_pythons_runtime_is_the_gil)
{
  static const Row rows[] = {
    {"condition", {FUTEX (WAIT_BITSET_REALTIME, 0),.state = 'S',
            .place = {.inside = TRUE,.object = GST_PROF_WAIT_GIL}},
        GST_PROF_CAUSE_GIL},
    {"looks like a mutex", {FUTEX (WAIT_PRIVATE, 2),.state = 'S',
            .place = {.inside = TRUE,.object = GST_PROF_WAIT_GIL}},
        GST_PROF_CAUSE_GIL},
    {"outside of all elements", {FUTEX (WAIT_BITSET_REALTIME, 0),
            .state = 'S',.place = {.is_source = TRUE,
                .object = GST_PROF_WAIT_GIL}}, GST_PROF_CAUSE_GIL},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (sleep_is_the_call_and_not_the_state)
{
  static const Row rows[] = {
    {"nanosleep", {CALL (SYS_nanosleep),.state = 'S',.place = IN_FILTER},
        GST_PROF_CAUSE_SLEEP},
    {"clock_nanosleep", {CALL (SYS_clock_nanosleep),.state = 'S',
            .place = IN_FILTER}, GST_PROF_CAUSE_SLEEP},
    {"in a source's own loop", {CALL (SYS_clock_nanosleep),.state = 'S',
            .place = SOURCE_TASK}, GST_PROF_CAUSE_SLEEP},
    {"waiting for a child", {CALL (SYS_wait4),.state = 'S',
            .place = IN_FILTER}, GST_PROF_CAUSE_UNKNOWN},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (a_lock_on_a_file_is_no_disk)
{
  static const Row rows[] = {
    {"flock", {CALL (SYS_flock),.state = 'S',.file = GST_PROF_FILE_REGULAR,
            .place = IN_SINK}, GST_PROF_CAUSE_FILE_LOCK},
    {"fcntl", {CALL (SYS_fcntl),.state = 'S',.file = GST_PROF_FILE_REGULAR,
            .place = IN_SINK}, GST_PROF_CAUSE_FILE_LOCK},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (a_thread_that_is_stopped_is_told_before_its_call)
{
  static const Row rows[] = {
    {"traced in a write", {CALL (SYS_write),.state = 't',
            .file = GST_PROF_FILE_REGULAR,.place = IN_SINK},
        GST_PROF_CAUSE_TRACED},
    {"traced outside of a call", {CALL (GST_PROF_SYSCALL_NONE),.state = 't',
            .place = IN_FILTER}, GST_PROF_CAUSE_TRACED},
    {"stopped in a futex", {FUTEX (WAIT_PRIVATE, 2),.state = 'T',
            .place = IN_QUEUE}, GST_PROF_CAUSE_FROZEN},
    {"stopped outside of a call", {CALL (GST_PROF_SYSCALL_NONE),.state = 'T',
            .place = IN_FILTER}, GST_PROF_CAUSE_FROZEN},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (what_cannot_be_read_is_unknown)
{
  static const Row rows[] = {
    {"call", {CALL (GST_PROF_SYSCALL_UNREADABLE),.place = IN_SINK},
        GST_PROF_CAUSE_UNKNOWN},
    {"running", {CALL (GST_PROF_SYSCALL_RUNNING),.place = IN_SINK},
        GST_PROF_CAUSE_UNKNOWN},
    {"opening, nobody knows where", {CALL (SYS_openat),.state = 'S',
            .place = IN_SINK}, GST_PROF_CAUSE_UNKNOWN},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

GST_END_TEST;

GST_START_TEST (calls_are_known_by_name_and_kind)
{
  assert_equals_string (gst_prof_evidence_call_name (SYS_write), "write");
  assert_equals_string (gst_prof_evidence_call_name (SYS_futex), "futex");
  fail_unless (gst_prof_evidence_call_name (9999) == NULL);
  fail_unless (gst_prof_evidence_call_name (GST_PROF_SYSCALL_NONE) == NULL);

  fail_unless (gst_prof_evidence_takes_fd (SYS_fsync));
  fail_unless (gst_prof_evidence_takes_fd (SYS_ioctl));
  fail_if (gst_prof_evidence_takes_fd (SYS_futex));
  fail_if (gst_prof_evidence_takes_fd (SYS_openat));
  fail_unless (gst_prof_evidence_is_path (SYS_openat));
  fail_if (gst_prof_evidence_is_path (SYS_write));
  fail_unless (gst_prof_evidence_is_poll (SYS_ppoll));
  fail_if (gst_prof_evidence_is_poll (SYS_futex));
  fail_unless (gst_prof_evidence_is_futex (SYS_futex));
  fail_if (gst_prof_evidence_is_futex (SYS_ppoll));
}

GST_END_TEST;

GST_START_TEST (each_cause_has_a_nick_of_its_own_a_meaning_and_advice)
{
  for (guint i = 0; i < GST_PROF_CAUSE_N; i++) {
    const GstProfCauseInfo *info = gst_prof_cause_get_info (i);
    GstProfCause found = GST_PROF_CAUSE_N;

    fail_unless (info->meaning != NULL && *info->meaning != '\0');
    fail_unless (info->advice != NULL && *info->advice != '\0');
    fail_unless (gst_prof_cause_find (info->nick, &found));
    assert_equals_int (found, i);
  }
}

GST_END_TEST;

static void
assert_lost (GstClockTime run, GstClockTime delay, guint64 turns,
    gboolean was_blocked, gboolean is_blocked, GstClockTime lost)
{
  const GstProfThreadTimes growth = { run * GST_MSECOND, delay * GST_MSECOND,
    turns
  };

  assert_equals_uint64 (gst_prof_evidence_get_lost (&growth,
          10 * GST_MSECOND, was_blocked, is_blocked), lost * GST_MSECOND);
}

GST_START_TEST (who_had_a_cpu_all_the_time_and_did_not_compute_lost_it)
{
  assert_lost (4, 0, 0, FALSE, FALSE, 6);
  assert_lost (4, 3, 0, FALSE, FALSE, 3);
  /* The exactness of the clocks. */
  assert_lost (8, 0, 0, FALSE, FALSE, 0);
  assert_lost (12, 0, 0, FALSE, FALSE, 0);
}

GST_END_TEST;

GST_START_TEST (who_may_have_waited_lost_nothing)
{
  assert_lost (4, 0, 1, FALSE, FALSE, 0);
  assert_lost (4, 0, 0, TRUE, FALSE, 0);
  assert_lost (4, 0, 0, FALSE, TRUE, 0);
  /* Its turn may not have come. */
  assert_lost (0, 0, 0, FALSE, FALSE, 0);
}

GST_END_TEST;

GST_START_TEST (a_nick_of_no_cause_is_not_found)
{
  GstProfCause cause = GST_PROF_CAUSE_DISK;

  fail_if (gst_prof_cause_find ("disc", &cause));
  assert_equals_int (cause, GST_PROF_CAUSE_DISK);
}

GST_END_TEST;

static Suite *
evidence_suite (void)
{
  Suite *s = suite_create ("evidence");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, a_file_of_this_machine_is_the_disk);
  tcase_add_test (tc, a_file_that_is_waited_for_interruptibly_is_a_network_fs);
  tcase_add_test (tc, uninterruptible_is_not_always_the_disk);
  tcase_add_test (tc, whoever_does_not_read_a_pipe_or_socket_is_a_slow_reader);
  tcase_add_test (tc, poll_means_what_the_element_makes_of_it);
  tcase_add_test (tc, who_reads_from_a_peer_waits_for_upstream);
  tcase_add_test (tc, a_device_is_told_from_other_descriptors);
  tcase_add_test (tc, a_contended_mutex_is_a_lock);
  tcase_add_test (tc, a_rwlock_is_a_lock_where_it_can_be_told);
  tcase_add_test (tc, who_joins_a_thread_is_at_no_lock);
  tcase_add_test (tc, a_condition_of_a_known_object_is_no_lock);
  tcase_add_test (tc, a_condition_is_named_by_the_place);
  tcase_add_test (tc, the_clock_is_upstream_for_a_source);
  tcase_add_test (tc, a_condition_of_nobody_in_a_filter_may_be_for_helpers);
  tcase_add_test (tc,
      a_condition_in_a_sink_that_is_not_its_own_is_not_downstream);
  tcase_add_test (tc, what_lies_in_pythons_runtime_is_the_gil);
  tcase_add_test (tc, sleep_is_the_call_and_not_the_state);
  tcase_add_test (tc, a_lock_on_a_file_is_no_disk);
  tcase_add_test (tc, a_thread_that_is_stopped_is_told_before_its_call);
  tcase_add_test (tc, what_cannot_be_read_is_unknown);
  tcase_add_test (tc, calls_are_known_by_name_and_kind);
  tcase_add_test (tc, each_cause_has_a_nick_of_its_own_a_meaning_and_advice);
  tcase_add_test (tc, a_nick_of_no_cause_is_not_found);
  tcase_add_test (tc, who_had_a_cpu_all_the_time_and_did_not_compute_lost_it);
  tcase_add_test (tc, who_may_have_waited_lost_nothing);
  return s;
}

GST_CHECK_MAIN (evidence);
