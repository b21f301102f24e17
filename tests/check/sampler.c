/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The sampler on real threads: one injected fault in a small pipeline, and what
 * it is said to be. The machine may have other work: who computes does so until it
 * has had that much CPU time, and who waits takes down how long it was blocked, by
 * the kernel's own count. That much must be told. Only where the whole machine
 * stood still, as the evidence itself says, a case is repeated. All faults, in
 * real recordings, are the fault suite's business.
 */

#include <gst/check/gstcheck.h>

#include <pthread.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gst/prof/gstprofbracket.h>
#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofsampler.h>

#include "check-skip.h"

#define MS GST_MSECOND

/* How long the fault is, and how many percent of what happened must be told. */
#define FAULT (300 * MS)
#define SHARE 80

/* Where the machine is busy so much CPU time takes long. */
#define TIMEOUT 120

/* The percentage that was taken from the whole machine above which a run says
 * nothing, and how many are tried. */
#define INTERFERENCE 10
#define RUNS 6

/* The buffer with the fault: the thread is under way by then. */
#define BUFFER 5

typedef struct
{
  void (*inject) (void);

  GMutex lock;
  GCond cond;
  guint n;
  gboolean arrived;
  gboolean go;
  gboolean done;
  gboolean end;
  guint64 thread_id;
  GstClockTime from;
  GstClockTime to;
  GstClockTime blocked;
} Fault;

/* What a thread has done, says the kernel. */
typedef struct
{
  GstClockTime now;
  GstClockTime run;
  GstClockTime delay;
} Times;

static GstElement *pipeline;
static GstProfCoverage *coverage;
static GstProfSampler *sampler;

static guint64
own_id (void)
{
  return syscall (SYS_gettid);
}

static GstClockTime
get_cpu_time (void)
{
  struct timespec time;

  fail_unless (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time) == 0);
  return GST_TIMESPEC_TO_TIME (time);
}

static GstClockTime
get_delay (guint64 thread_id)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%" G_GUINT64_FORMAT
      "/schedstat", thread_id);
  g_autofree gchar *text = NULL;
  guint64 run, delay;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  fail_unless (sscanf (text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &run,
          &delay) == 2);
  return delay;
}

static Times
get_own_times (void)
{
  return (Times) {
  gst_prof_clock_now (), get_cpu_time (), get_delay (own_id ())};
}

static GstClockTime
get_blocked (const Times * from, const Times * to)
{
  GstClockTime ready = to->run - from->run + to->delay - from->delay;

  return to->now - from->now - MIN (ready, to->now - from->now);
}

/* @delay: (nullable): how long they were ready without a CPU */
static guint
count_sampler_threads (GstClockTime * delay)
{
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%s/comm", name);
    g_autofree gchar *comm = NULL;

    if (!g_file_get_contents (path, &comm, NULL, NULL)
        || !g_str_has_prefix (comm, "prof-sampler"))
      continue;
    if (delay != NULL)
      *delay += get_delay (g_ascii_strtoull (name, NULL, 10));
    n++;
  }
  g_dir_close (dir);
  return n;
}

/* How long the sampler has been ready without a CPU since it was first asked, in
 * a pipeline: then it cannot look. */
static GstClockTime late_before = GST_CLOCK_TIME_NONE, late;
static GMutex late_lock;        /* streaming threads with a fault each */

static void
note_late (void)
{
  GstClockTime delay = 0;

  g_mutex_lock (&late_lock);
  count_sampler_threads (&delay);
  if (late_before == GST_CLOCK_TIME_NONE)
    late_before = delay;
  late = delay - MIN (delay, late_before);
  g_mutex_unlock (&late_lock);
}

/* --- faults --- */

/* How long the thread of a fault was blocked in it. */
static __thread GstClockTime was_blocked;

static void
add_blocked (const Times * from)
{
  Times to = get_own_times ();

  was_blocked += get_blocked (from, &to);
}

static void
spin_once (void)
{
  GstClockTime end = gst_prof_clock_now () + MS;

  while (gst_prof_clock_now () < end);
}

static void
spin (void)
{
  GstClockTime end = get_cpu_time () + FAULT;

  /* To ask for the CPU time is a system call. */
  while (get_cpu_time () < end)
    spin_once ();
}

static void
spin_in_kernel (void)
{
  GstClockTime end = get_cpu_time () + FAULT;
  static gchar bytes[1 << 16];

  while (get_cpu_time () < end)
    fail_unless (getrandom (bytes, sizeof bytes, 0) > 0);
}

static void
sleep_on (void)
{
  Times from = get_own_times ();

  g_usleep (FAULT / GST_USECOND);
  add_blocked (&from);
}

static GMutex contended;
static gint held;

static gpointer
hold_mutex (gpointer data)
{
  g_mutex_lock (&contended);
  g_atomic_int_set (&held, 1);
  sleep_on ();
  g_mutex_unlock (&contended);
  return NULL;
}

static void
wait_for_mutex (void)
{
  GThread *thread;
  Times from;

  held = 0;
  thread = g_thread_new ("holder", hold_mutex, NULL);
  while (!g_atomic_int_get (&held))
    g_thread_yield ();
  from = get_own_times ();
  g_mutex_lock (&contended);
  add_blocked (&from);
  g_mutex_unlock (&contended);
  g_thread_join (thread);
}

static gint fds[2];

static gpointer
read_late (gpointer data)
{
  static gchar bytes[1 << 20];

  sleep_on ();
  while (read (fds[0], bytes, sizeof bytes) > 0);
  return NULL;
}

static void
write_to_slow_reader (void)
{
  static gchar bytes[1 << 18];
  GThread *thread;
  Times from;

  fail_unless (pipe (fds) == 0);
  thread = g_thread_new ("reader", read_late, NULL);
  from = get_own_times ();
  fail_unless (write (fds[1], bytes, sizeof bytes) == sizeof bytes);
  add_blocked (&from);
  close (fds[1]);
  g_thread_join (thread);
  close (fds[0]);
}

/* Not by GLib, which gives threads names of their own: an encoder's helper
 * threads have that of the thread which made them. */
static GstClockTime helper_delay;

static gpointer
help_by_computing (gpointer data)
{
  spin ();
  helper_delay = get_delay (own_id ());
  return NULL;
}

static gpointer
help_by_sleeping (gpointer data)
{
  sleep_on ();
  return NULL;
}

static void
wait_for_helper (gpointer (*func) (gpointer))
{
  pthread_t thread;
  Times from;

  fail_unless (pthread_create (&thread, NULL, func, NULL) == 0);
  from = get_own_times ();
  pthread_join (thread, NULL);
  add_blocked (&from);
}

static void
wait_for_computing_helper (void)
{
  wait_for_helper (help_by_computing);
}

static void
wait_for_sleeping_helper (void)
{
  wait_for_helper (help_by_sleeping);
}

static void
mix (void)
{
  spin ();
  sleep_on ();
  write_to_slow_reader ();
}

/* --- running one --- */

static void
handoff (GstElement * identity, GstBuffer * buffer, gpointer user_data)
{
  Fault *fault = user_data;

  g_mutex_lock (&fault->lock);
  if (++fault->n != BUFFER) {
    g_mutex_unlock (&fault->lock);
    return;
  }
  fault->thread_id = own_id ();
  fault->arrived = TRUE;
  g_cond_broadcast (&fault->cond);
  while (!fault->go)
    g_cond_wait (&fault->cond, &fault->lock);
  g_mutex_unlock (&fault->lock);

  was_blocked = 0;
  note_late ();
  fault->from = gst_prof_clock_now ();
  fault->inject ();

  g_mutex_lock (&fault->lock);
  fault->to = gst_prof_clock_now ();
  fault->blocked = was_blocked;
  fault->done = TRUE;
  g_cond_broadcast (&fault->cond);
  while (!fault->end)
    g_cond_wait (&fault->cond, &fault->lock);
  g_mutex_unlock (&fault->lock);
}

static void
raise_flag (Fault * fault, gboolean * flag)
{
  g_mutex_lock (&fault->lock);
  *flag = TRUE;
  g_cond_broadcast (&fault->cond);
  g_mutex_unlock (&fault->lock);
}

static void
wait_for_flag (Fault * fault, const gboolean * flag)
{
  g_mutex_lock (&fault->lock);
  while (!*flag)
    g_cond_wait (&fault->cond, &fault->lock);
  g_mutex_unlock (&fault->lock);
}

static gboolean
get_use (guint64 thread_id, GstProfThreadUse * use)
{
  GstProfThreadUse uses[16];
  guint n = gst_prof_sampler_get_use (sampler, uses, G_N_ELEMENTS (uses));

  for (guint i = 0; i < n; i++) {
    if (uses[i].thread_id == thread_id) {
      *use = uses[i];
      return TRUE;
    }
  }
  return FALSE;
}

/* Until the sampler has seen the thread some times. */
static void
wait_until_watched (guint64 thread_id)
{
  GstProfThreadUse use = { 0 };

  while (!get_use (thread_id, &use) || use.watched < 30 * MS)
    g_usleep (1000);
}

/* All is known of an interval only that long after its end. */
static void
wait_until_settled (GstClockTime time)
{
  while (gst_prof_clock_now () <= time + GST_PROF_EXPLANATION_SETTLE)
    g_usleep (1000);
  note_late ();
}

static void
add_fault (Fault * fault, const gchar * name, void (*inject) (void))
{
  GstElement *identity = gst_bin_get_by_name (GST_BIN (pipeline), name);

  memset (fault, 0, sizeof *fault);
  fault->inject = inject;
  g_object_set (identity, "signal-handoffs", TRUE, NULL);
  g_signal_connect (identity, "handoff", G_CALLBACK (handoff), fault);
  gst_object_unref (identity);
}

static void
make (const gchar * description)
{
  GError *error = NULL;

  pipeline = gst_parse_launch (description, &error);
  fail_unless (pipeline != NULL && error == NULL);
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  sampler = gst_prof_sampler_new (coverage, NULL, GST_PROF_SAMPLER_INTERVAL);
  gst_prof_sampler_start (sampler);
  late_before = GST_CLOCK_TIME_NONE;
}

static void
play (void)
{
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

static void
end (void)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_prof_sampler_stop (sampler);
  gst_prof_sampler_free (sampler);
  gst_prof_coverage_stop (coverage);
  gst_prof_coverage_unref (coverage);
  gst_object_unref (pipeline);
}

/* The fault, from its begin until all is known of it. */
static void
run_fault (Fault * fault)
{
  wait_for_flag (fault, &fault->arrived);
  /* Tasks and links are known. */
  gst_prof_coverage_refresh (coverage);
  wait_until_watched (fault->thread_id);
  raise_flag (fault, &fault->go);
  wait_for_flag (fault, &fault->done);
  wait_until_settled (fault->to);
}

static gboolean
explain (guint64 thread_id, GstClockTime from, GstClockTime to,
    GstProfExplanation * explanation)
{
  const GstProfQuestion question = {
    .n_stretches = 1,
    .stretches = {{thread_id, from, to}},
    .duration = to - from,
  };

  return gst_prof_sampler_explain (sampler, &question, explanation);
}

static void
assert_conserved (const GstProfBlame * blame, GstClockTime wall)
{
  GstClockTime sum = blame->rest;

  for (guint i = 0; i < blame->n_items; i++)
    sum += blame->items[i].time;
  assert_equals_uint64 (blame->wall, wall);
  assert_equals_uint64 (sum, wall);
}

static guint
get_share (const GstProfBlame * blame, GstProfCause cause)
{
  return gst_prof_blame_get (blame, cause) * 100 / blame->wall;
}

/* What was taken from all of the process, or from the machine. */
static gboolean
is_calm (const GstProfBlame * blame)
{
  return get_share (blame, GST_PROF_CAUSE_STEAL)
      + get_share (blame, GST_PROF_CAUSE_FROZEN) <= INTERFERENCE;
}

/* Of a cause that is told so much as happened. What went on while the sampler got
 * no CPU is told by what it saw before or after, of which one may be another: but
 * never more than half. */
static void
assert_told (const GstProfBlame * blame, GstProfCause cause,
    GstClockTime happened)
{
  GstClockTime told = gst_prof_blame_get (blame, cause);
  GstClockTime taken = gst_prof_blame_get (blame, GST_PROF_CAUSE_STEAL)
      + gst_prof_blame_get (blame, GST_PROF_CAUSE_FROZEN);
  GstClockTime missed = MIN (late, happened / 2);
  gboolean enough = told + taken + missed >= happened / 100 * SHARE;

  if (!enough) {
    for (guint i = 0; i < blame->n_items; i++)
      g_printerr ("  %s %u ms, call %d, state %c\n",
          gst_prof_cause_get_info (blame->items[i].cause)->nick,
          (guint) (blame->items[i].time / MS), blame->items[i].call,
          blame->items[i].state ? blame->items[i].state : '-');
  }
  fail_unless (enough, "%s is %u of %u ms, unknown %u, of %u, late %u",
      gst_prof_cause_get_info (cause)->nick, (guint) (told / MS),
      (guint) (happened / MS), (guint) (blame->rest / MS),
      (guint) (blame->wall / MS), (guint) (late / MS));
}

/* The fault in the thread of "x"; @explanation is of the same thread and time.
 * Returns FALSE if the machine interfered. */
static gboolean
try_fault (const gchar * description, void (*inject) (void),
    GstProfExplanation * explanation, GstClockTime * blocked)
{
  gboolean calm;
  Fault fault;

  make (description);
  add_fault (&fault, "x", inject);
  play ();
  run_fault (&fault);
  fail_unless (explain (fault.thread_id, fault.from, fault.to, explanation));
  assert_conserved (&explanation->causes, fault.to - fault.from);
  assert_conserved (&explanation->root, fault.to - fault.from);
  calm = is_calm (&explanation->root);
  *blocked = fault.blocked;
  raise_flag (&fault, &fault.end);
  end ();
  return calm;
}

#define SIMPLE "fakesrc num-buffers=10 ! identity name=x ! fakesink async=false"

static gboolean
find_calm_run (const gchar * description, void (*inject) (void),
    GstProfExplanation * explanation, GstClockTime * blocked)
{
  for (guint i = 0; i < RUNS; i++) {
    if (try_fault (description, inject, explanation, blocked))
      return TRUE;
  }
  return FALSE;
}

#define CALM_RUN(description, inject, explanation, blocked) G_STMT_START { \
  if (!find_calm_run (description, inject, explanation, blocked)) \
    GST_PROF_CHECK_SKIP ("the machine stood still"); \
} G_STMT_END

/* --- one thread --- */

GST_START_TEST (a_thread_that_computes_is_on_cpu)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, spin, &explanation, &blocked);
  assert_told (&explanation.causes, GST_PROF_CAUSE_ON_CPU, FAULT);
  assert_equals_string (explanation.elements, "x");
  assert_equals_string (explanation.root_element, "x");
  /* It is about what took most. */
  fail_unless (g_str_has_prefix (explanation.evidence, gst_prof_blame_get
          (&explanation.root, GST_PROF_CAUSE_CPU_WAIT) < FAULT / 2
          ? "x: the thread was computing" : "x: the thread was "), "%s",
      explanation.evidence);
}

GST_END_TEST;

GST_START_TEST (a_thread_that_computes_in_the_kernel_is_told_apart)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, spin_in_kernel, &explanation, &blocked);
  assert_told (&explanation.causes, GST_PROF_CAUSE_KERNEL, FAULT);
}

GST_END_TEST;

GST_START_TEST (a_thread_that_sleeps_is_asleep)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, sleep_on, &explanation, &blocked);
  assert_told (&explanation.causes, GST_PROF_CAUSE_SLEEP, blocked);
  fail_unless (strstr (explanation.evidence, "nanosleep") != NULL, "%s",
      explanation.evidence);
}

GST_END_TEST;

GST_START_TEST (a_thread_at_a_mutex_waits_for_a_lock)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, wait_for_mutex, &explanation, &blocked);
  assert_told (&explanation.causes, GST_PROF_CAUSE_LOCK, blocked);
}

GST_END_TEST;

GST_START_TEST (a_thread_at_a_full_pipe_has_a_slow_reader)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, write_to_slow_reader, &explanation, &blocked);
  assert_told (&explanation.causes, GST_PROF_CAUSE_SLOW_READER, blocked);
}

GST_END_TEST;

/* Where the helper got less than a quarter of a CPU that is told instead. */
GST_START_TEST (a_thread_whose_helpers_compute_waits_for_helpers)
{
  GstProfExplanation explanation;
  GstClockTime blocked, without;

  CALM_RUN (SIMPLE, wait_for_computing_helper, &explanation, &blocked);
  without = MIN (helper_delay / 3 * 4 + 5 * GST_PROF_SAMPLER_INTERVAL, blocked);
  assert_told (&explanation.causes, GST_PROF_CAUSE_HELPERS, blocked - without);
  fail_unless (get_share (&explanation.causes, GST_PROF_CAUSE_HELPERS)
      + get_share (&explanation.causes, GST_PROF_CAUSE_CPU_WAIT) >= SHARE);
  fail_unless (get_share (&explanation.causes, GST_PROF_CAUSE_LOCK) < 10);
}

GST_END_TEST;

/* The near miss: nobody computes meanwhile. */
GST_START_TEST (a_thread_whose_helpers_sleep_does_not_compute)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, wait_for_sleeping_helper, &explanation, &blocked);
  fail_unless (get_share (&explanation.causes, GST_PROF_CAUSE_HELPERS) < 10);
  fail_unless (get_share (&explanation.causes, GST_PROF_CAUSE_ON_CPU) < 10);
  fail_unless (get_share (&explanation.causes, GST_PROF_CAUSE_LOCK) < 10);
}

GST_END_TEST;

GST_START_TEST (three_causes_in_a_row_are_told_apart)
{
  GstProfExplanation explanation;
  GstClockTime blocked, slept;

  CALM_RUN (SIMPLE, mix, &explanation, &blocked);
  slept = gst_prof_blame_get (&explanation.causes, GST_PROF_CAUSE_SLEEP);
  assert_told (&explanation.causes, GST_PROF_CAUSE_ON_CPU, FAULT);
  assert_told (&explanation.causes, GST_PROF_CAUSE_SLEEP, FAULT);
  assert_told (&explanation.causes, GST_PROF_CAUSE_SLOW_READER,
      blocked - MIN (slept, blocked));
}

GST_END_TEST;

/* --- several threads --- */

static gint noted;

static GstPadProbeReturn
note_thread (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_atomic_int_set (&noted, own_id ());
  return GST_PAD_PROBE_OK;
}

static void
note_thread_of (const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  GstPad *pad = gst_element_get_static_pad (element, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_thread, NULL, NULL);
  gst_object_unref (pad);
  gst_object_unref (element);
}

/* Whether it waits at a futex whose value was that. */
static gboolean
waits_at (guint64 thread_id, guint64 value)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%" G_GUINT64_FORMAT
      "/syscall", thread_id);
  g_autofree gchar *text = NULL;
  guint64 address, operation, read;

  return g_file_get_contents (path, &text, NULL, NULL)
      && sscanf (text, "202 0x%" G_GINT64_MODIFIER "x 0x%" G_GINT64_MODIFIER
      "x 0x%" G_GINT64_MODIFIER "x", &address, &operation, &read) == 3
      && read == value;
}

/* Gives an appsrc packets until the counter of the condition that its thread
 * waits at is 2, as that of a mutex that another thread holds is. */
static gboolean
push_until_the_counter_is_two (GstElement * source)
{
  for (guint i = 0; i < 200; i++) {
    GstFlowReturn ret;

    g_signal_emit_by_name (source, "push-buffer", gst_buffer_new (), &ret);
    for (guint j = 0; j < 20; j++) {
      g_usleep (1000);
      if (g_atomic_int_get (&noted) != 0
          && waits_at (g_atomic_int_get (&noted), 2))
        return TRUE;
    }
  }
  return FALSE;
}

static gboolean
link_to (GstElement * source, const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  gboolean linked = gst_element_link (source, element);

  gst_object_unref (element);
  return linked;
}

/* Links are known only from the next refresh on; the thread does not move
 * meanwhile. */
GST_START_TEST (a_condition_that_looks_like_a_lock_is_none_once_links_are_known)
{
  GstProfExplanation explanation;
  GstElement *source;
  GstClockTime from, to;
  guint64 thread_id;

  g_atomic_int_set (&noted, 0);
  make ("identity name=y ! fakesink async=false sync=false");
  source = gst_element_factory_make ("appsrc", NULL);
  gst_bin_add (GST_BIN (pipeline), gst_object_ref (source));
  fail_unless (link_to (source, "y"));
  note_thread_of ("y");
  play ();
  if (!push_until_the_counter_is_two (source)) {
    gst_object_unref (source);
    end ();
    GST_PROF_CHECK_SKIP ("the counter never was 2 when looked at");
  }
  thread_id = g_atomic_int_get (&noted);
  wait_until_watched (thread_id);
  note_late ();
  from = gst_prof_clock_now ();
  sleep_on ();
  to = gst_prof_clock_now ();
  wait_until_settled (to);
  fail_unless (explain (thread_id, from, to, &explanation));
  assert_told (&explanation.causes, GST_PROF_CAUSE_LOCK, to - from);

  gst_prof_coverage_refresh (coverage);
  sleep_on ();
  from = gst_prof_clock_now ();
  sleep_on ();
  to = gst_prof_clock_now ();
  wait_until_settled (to);
  fail_unless (waits_at (thread_id, 2));
  fail_unless (explain (thread_id, from, to, &explanation));
  assert_told (&explanation.causes, GST_PROF_CAUSE_UPSTREAM, to - from);
  gst_object_unref (source);
  end ();
}

GST_END_TEST;

/* The fault in the thread of "x"; @explanation is of the one that passes "y"
 * meanwhile. */
static gboolean
try_other (const gchar * description, void (*inject) (void),
    GstProfExplanation * explanation, GstClockTime * blocked)
{
  gboolean calm;
  Fault fault;

  make (description);
  add_fault (&fault, "x", inject);
  note_thread_of ("y");
  play ();
  run_fault (&fault);
  fail_unless (explain (g_atomic_int_get (&noted), fault.from, fault.to,
          explanation));
  assert_conserved (&explanation->causes, fault.to - fault.from);
  assert_conserved (&explanation->root, fault.to - fault.from);
  calm = is_calm (&explanation->root);
  *blocked = fault.blocked;
  raise_flag (&fault, &fault.end);
  end ();
  return calm;
}

#define CALM_RUN_OF_OTHER(description, inject, explanation, blocked) \
  G_STMT_START { \
  guint _runs = 0; \
  \
  while (!try_other (description, inject, explanation, blocked)) { \
    if (++_runs == RUNS) \
      GST_PROF_CHECK_SKIP ("the machine stood still"); \
  } \
} G_STMT_END

GST_START_TEST (who_waits_for_an_empty_queue_waits_for_its_feeder)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN_OF_OTHER ("fakesrc num-buffers=10 ! identity name=x ! queue ! "
      "identity name=y ! fakesink async=false", sleep_on, &explanation, &blocked);
  assert_told (&explanation.causes, GST_PROF_CAUSE_UPSTREAM, blocked);
  assert_told (&explanation.root, GST_PROF_CAUSE_SLEEP, blocked);
  assert_equals_string (explanation.root_element, "x");
}

GST_END_TEST;

GST_START_TEST (who_waits_at_a_full_queue_waits_for_its_drain)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN_OF_OTHER ("fakesrc num-buffers=10 ! identity name=y ! "
      "queue max-size-buffers=1 ! identity name=x ! fakesink async=false",
      spin, &explanation, &blocked);
  assert_told (&explanation.causes, GST_PROF_CAUSE_DOWNSTREAM, FAULT);
  assert_told (&explanation.root, GST_PROF_CAUSE_ON_CPU, FAULT);
  assert_equals_string (explanation.root_element, "x");
}

GST_END_TEST;

GST_START_TEST (waits_are_followed_through_two_queues)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN_OF_OTHER ("fakesrc num-buffers=10 ! identity name=x ! queue ! "
      "identity ! queue ! identity name=y ! fakesink async=false",
      wait_for_mutex, &explanation, &blocked);
  assert_told (&explanation.causes, GST_PROF_CAUSE_UPSTREAM, blocked);
  assert_told (&explanation.root, GST_PROF_CAUSE_LOCK, blocked);
  assert_equals_string (explanation.root_element, "x");
}

GST_END_TEST;

static gboolean
try_two (GstProfExplanation * of_x, GstProfExplanation * of_y)
{
  Fault x, y;
  gboolean calm;

  make ("fakesrc num-buffers=10 ! identity name=x ! fakesink async=false "
      "fakesrc num-buffers=10 ! identity name=y ! fakesink async=false");
  add_fault (&x, "x", spin);
  add_fault (&y, "y", sleep_on);
  play ();
  wait_for_flag (&x, &x.arrived);
  wait_for_flag (&y, &y.arrived);
  wait_until_watched (x.thread_id);
  wait_until_watched (y.thread_id);
  raise_flag (&x, &x.go);
  raise_flag (&y, &y.go);
  wait_for_flag (&x, &x.done);
  wait_for_flag (&y, &y.done);
  wait_until_settled (MAX (x.to, y.to));
  fail_unless (explain (x.thread_id, x.from, x.to, of_x));
  fail_unless (explain (y.thread_id, y.from, y.to, of_y));
  calm = is_calm (&of_x->causes) && is_calm (&of_y->causes);
  raise_flag (&x, &x.end);
  raise_flag (&y, &y.end);
  end ();
  return calm;
}

GST_START_TEST (two_faults_at_once_do_not_mix)
{
  GstProfExplanation of_x, of_y;
  guint runs = 0;

  while (!try_two (&of_x, &of_y)) {
    if (++runs == RUNS)
      GST_PROF_CHECK_SKIP ("the machine stood still");
  }
  assert_told (&of_x.causes, GST_PROF_CAUSE_ON_CPU, FAULT);
  assert_told (&of_y.causes, GST_PROF_CAUSE_SLEEP, FAULT);
  assert_equals_string (of_x.root_element, "x");
  assert_equals_string (of_y.root_element, "y");
}

GST_END_TEST;

/* --- questions --- */

static gint asleep;

static void
sleep_until_told (void)
{
  while (g_atomic_int_get (&asleep))
    sleep_on ();
}

GST_START_TEST (what_goes_on_is_explained_while_it_does)
{
  GstProfQuestion question = {.n_stretches = 1,.live = TRUE };
  GstProfExplanation explanation;
  GstClockTime begun, now;
  Fault fault;

  g_atomic_int_set (&asleep, TRUE);
  make (SIMPLE);
  add_fault (&fault, "x", sleep_until_told);
  play ();
  wait_for_flag (&fault, &fault.arrived);
  wait_until_watched (fault.thread_id);
  begun = gst_prof_clock_now ();
  raise_flag (&fault, &fault.go);
  /* The sampler may get its turn late, but it does. */
  do {
    g_usleep (FAULT / 10 / GST_USECOND);
    now = gst_prof_clock_now ();
    question.stretches[0] = (GstProfStretch) {
    fault.thread_id, begun, now};
    question.duration = now - begun;
    fail_unless (gst_prof_sampler_explain (sampler, &question, &explanation));
    assert_conserved (&explanation.causes, now - begun);
  } while (now - begun < FAULT / 2
      || get_share (&explanation.causes, GST_PROF_CAUSE_SLEEP) < SHARE);
  g_atomic_int_set (&asleep, FALSE);
  wait_for_flag (&fault, &fault.done);
  raise_flag (&fault, &fault.end);
  end ();
}

GST_END_TEST;

GST_START_TEST (of_a_thread_that_nobody_knows_nothing_is_said)
{
  GstProfExplanation explanation = {.elements = "before" };

  make (SIMPLE);
  fail_if (explain (1 << 30, 1000 * MS, 2000 * MS, &explanation));
  assert_equals_string (explanation.elements, "before");
  end ();
}

GST_END_TEST;

GST_START_TEST (a_stretch_of_a_thread_that_nobody_knows_is_unknown)
{
  GstProfQuestion question = {.n_stretches = 2 };
  GstProfExplanation explanation;
  Fault fault;

  make (SIMPLE);
  add_fault (&fault, "x", sleep_on);
  play ();
  run_fault (&fault);
  question.stretches[0] = (GstProfStretch) {
  1 << 30, fault.from - FAULT, fault.from};
  question.stretches[1] = (GstProfStretch) {
  fault.thread_id, fault.from, fault.from + FAULT};
  question.duration = 2 * FAULT;
  fail_unless (gst_prof_sampler_explain (sampler, &question, &explanation));
  assert_conserved (&explanation.causes, 2 * FAULT);
  fail_unless (gst_prof_blame_get (&explanation.causes,
          GST_PROF_CAUSE_UNKNOWN) >= FAULT);
  raise_flag (&fault, &fault.end);
  end ();
}

GST_END_TEST;

/* So much of FAULT as @part is of the fault. */
static GstClockTime
get_part (const Fault * fault, GstClockTime part)
{
  return gst_util_uint64_scale (FAULT, part, fault->to - fault->from);
}

/* The stage's element sleeps, and hands over to one that computes. */
static gboolean
try_stage (GstProfExplanation * explanation, GstClockTime * slept)
{
  GstProfPoint *point = gst_prof_point_new ("encode");
  GstProfQuestion question = {.n_stretches = 1,.duration = FAULT };
  GstElement *element;
  gboolean calm;
  Fault x, y;

  make ("fakesrc num-buffers=10 ! identity name=x ! identity name=y ! "
      "fakesink async=false");
  element = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  question.stage = g_quark_from_static_string ("encode");
  atomic_store (&point->stage, question.stage);
  gst_prof_coverage_set_point (element, point);
  gst_object_unref (element);
  gst_prof_coverage_refresh (coverage);
  add_fault (&x, "x", sleep_on);
  add_fault (&y, "y", spin);
  x.end = y.go = TRUE;
  play ();
  wait_for_flag (&x, &x.arrived);
  wait_until_watched (x.thread_id);
  raise_flag (&x, &x.go);
  wait_for_flag (&y, &y.done);
  wait_until_settled (y.to);
  question.stretches[0] = (GstProfStretch) {
  x.thread_id, x.from, y.to};
  fail_unless (gst_prof_sampler_explain (sampler, &question, explanation));
  assert_conserved (&explanation->causes, FAULT);
  *slept = get_part (&x, x.blocked);
  calm = is_calm (&explanation->causes);
  raise_flag (&y, &y.end);
  end ();
  gst_prof_point_unref (point);
  return calm;
}

GST_START_TEST (of_a_stage_only_what_is_in_it_counts)
{
  GstProfExplanation explanation;
  GstClockTime slept;
  guint runs = 0;

  while (!try_stage (&explanation, &slept)) {
    if (++runs == RUNS)
      GST_PROF_CHECK_SKIP ("the machine stood still");
  }
  assert_told (&explanation.causes, GST_PROF_CAUSE_SLEEP, slept);
  fail_unless (get_share (&explanation.causes, GST_PROF_CAUSE_ON_CPU) < 10);
}

GST_END_TEST;

/* The id of the point of an element's sink pad, and what is counted there. */
static guint
get_point (const gchar * name, GstProfVisitTimes * times)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  GstPad *pad = gst_element_get_static_pad (element, "sink");
  GstProfBracket *bracket = gst_prof_bracket_add (pad);
  GstProfPoint *point = gst_prof_bracket_get_point (bracket);
  guint id = point->id;

  if (times != NULL)
    gst_prof_visits_get_times (atomic_load (&point->visits), times);
  gst_prof_bracket_remove (bracket);
  gst_object_unref (pad);
  gst_object_unref (element);
  return id;
}

/* One element sleeps, and hands over to one that computes. */
static gboolean
try_point (GstProfExplanation * of_x, GstProfExplanation * of_y,
    GstClockTime * slept, GstClockTime * computed)
{
  GstProfQuestion question = {.n_stretches = 1,.duration = FAULT };
  gboolean calm;
  Fault x, y;

  make ("fakesrc num-buffers=10 ! identity name=x ! identity name=y ! "
      "fakesink async=false");
  add_fault (&x, "x", sleep_on);
  add_fault (&y, "y", spin);
  x.end = y.go = TRUE;
  play ();
  wait_for_flag (&x, &x.arrived);
  wait_until_watched (x.thread_id);
  raise_flag (&x, &x.go);
  wait_for_flag (&y, &y.done);
  wait_until_settled (y.to);
  question.stretches[0] = (GstProfStretch) {
  x.thread_id, x.from, y.to};
  question.point = get_point ("x", NULL);
  fail_unless (gst_prof_sampler_explain (sampler, &question, of_x));
  assert_conserved (&of_x->causes, FAULT);
  question.point = get_point ("y", NULL);
  fail_unless (gst_prof_sampler_explain (sampler, &question, of_y));
  assert_conserved (&of_y->causes, FAULT);
  *slept = get_part (&x, x.blocked);
  *computed = get_part (&y, FAULT);
  calm = is_calm (&of_x->causes) && is_calm (&of_y->causes);
  raise_flag (&y, &y.end);
  end ();
  return calm;
}

GST_START_TEST (of_a_point_only_what_is_innermost_there_counts)
{
  GstProfExplanation of_x, of_y;
  GstClockTime slept, computed;
  guint runs = 0;

  while (!try_point (&of_x, &of_y, &slept, &computed)) {
    if (++runs == RUNS)
      GST_PROF_CHECK_SKIP ("the machine stood still");
  }
  assert_told (&of_x.causes, GST_PROF_CAUSE_SLEEP, slept);
  assert_told (&of_y.causes, GST_PROF_CAUSE_ON_CPU, computed);
  fail_unless (get_share (&of_x.causes, GST_PROF_CAUSE_ON_CPU) < 10);
  fail_unless (get_share (&of_y.causes, GST_PROF_CAUSE_SLEEP) < 10);
}

GST_END_TEST;

/* --- what goes to the pads --- */

static void
make_counted (const gchar * description)
{
  GError *error = NULL;

  pipeline = gst_parse_launch (description, &error);
  fail_unless (pipeline != NULL && error == NULL);
  coverage = gst_prof_coverage_new_full (GST_OBJECT (pipeline), TRUE, NULL);
  sampler = gst_prof_sampler_new (coverage, NULL, GST_PROF_SAMPLER_INTERVAL);
  gst_prof_sampler_start (sampler);
}

static void
work_a_little (GstElement * identity, GstBuffer * buffer, gpointer user_data)
{
  GstClockTime end = gst_prof_clock_now () + 3 * MS;

  while (gst_prof_clock_now () < end);
}

static void
work_in (const gchar * name)
{
  GstElement *identity = gst_bin_get_by_name (GST_BIN (pipeline), name);

  g_object_set (identity, "signal-handoffs", TRUE, NULL);
  g_signal_connect (identity, "handoff", G_CALLBACK (work_a_little), NULL);
  gst_object_unref (identity);
}

/* Until the sink has been looked at for that long, or for long enough: where the
 * sampler rarely gets its turn there are fewer looks to judge by. */
static void
run_until_looked (const gchar * name, GstClockTime time)
{
  GstProfVisitTimes times = { 0 };
  GstClockTime end;

  play ();
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  gst_prof_coverage_refresh (coverage);
  end = gst_prof_clock_now () + 3 * time;
  while (times.looked + times.outside_looked < time
      && gst_prof_clock_now () < end) {
    g_usleep (10000);
    get_point (name, &times);
  }
}

static guint
share_of (GstClockTime part, GstClockTime whole)
{
  return whole > 0 ? part * 100 / whole : 0;
}

/* How many percent a share of what was looked at may be off: of n looks, two
 * standard deviations of what is half are 1 / sqrt (n). */
static guint
get_tolerance (GstClockTime looked)
{
  guint looks = looked / GST_PROF_SAMPLER_INTERVAL, percent = 5;

  while (percent < 100 && percent * percent * looks < 100 * 100)
    percent++;
  return 5 + percent;
}

/* As many buffers a second as looks. */
GST_START_TEST (a_sink_that_waits_for_the_clock_waits_and_who_computes_does_not)
{
  GstProfVisitTimes x, y;
  GstClockTime delay;
  guint looked, own, waited, ready;

  g_atomic_int_set (&noted, 0);
  make_counted ("audiotestsrc samplesperbuffer=441 ! audio/x-raw,rate=44100 "
      "! identity name=x ! fakesink name=y sync=true");
  work_in ("x");
  note_thread_of ("y");
  run_until_looked ("y", 4 * GST_SECOND);
  get_point ("x", &x);
  get_point ("y", &y);
  delay = get_delay (g_atomic_int_get (&noted));
  fail_unless (x.run + x.waited <= x.looked && y.run + y.waited <= y.looked);
  /* It computes next to nothing: it waits where it is not ready without a CPU. */
  waited = share_of (y.waited, y.looked);
  ready = share_of (delay, y.own);
  fail_unless (waited + ready + get_tolerance (y.looked) >= 100, "%u %%, %u %%",
      waited, ready);
  fail_unless (x.waited <= x.looked / 10, "%u of %u ms",
      (guint) (x.waited / MS), (guint) (x.looked / MS));
  /* What is counted at the pads is exact. On a busy machine the sampler gets its
   * turn when others wait, and meets those less often that compute. */
  looked = share_of (x.looked, x.looked + y.looked);
  own = share_of (x.own, x.own + y.own);
  fail_unless (looked * 3 >= own && looked <= own + 15,
      "x has %u %% of the looks and %u %% of the time", looked, own);
  end ();
}

GST_END_TEST;

static void
assert_waits_outside (const GstProfVisitTimes * times)
{
  guint waited = share_of (times->outside_waited,
      times->outside_waited + times->outside_run);

  fail_unless (times->outside_waited > 0);
  fail_unless (waited + get_tolerance (times->outside_looked) >= 95, "%u %%",
      waited);
}

GST_START_TEST (a_live_source_and_a_queue_without_data_wait_outside)
{
  GstProfVisitTimes x, y;

  make_counted ("audiotestsrc is-live=true samplesperbuffer=441 ! "
      "identity name=x ! queue ! identity name=y ! "
      "fakesink sync=false async=false");
  run_until_looked ("y", 2 * GST_SECOND);
  get_point ("x", &x);
  get_point ("y", &y);
  assert_waits_outside (&x);
  assert_waits_outside (&y);
  fail_unless (x.outside_looked > 4 * x.looked);
  end ();
}

GST_END_TEST;

GST_START_TEST (a_thread_that_is_in_no_element_can_be_added)
{
  GstProfExplanation explanation;
  GstClockTime from, to;

  make (SIMPLE);
  gst_prof_sampler_add_thread (sampler, own_id ());
  /* Only threads of elements have a use: the look has to be waited for. */
  do {
    g_usleep (1000);
    from = gst_prof_clock_now ();
  } while (!explain (own_id (), from - MS, from, &explanation));
  note_late ();
  was_blocked = 0;
  from = gst_prof_clock_now ();
  sleep_on ();
  to = gst_prof_clock_now ();
  wait_until_settled (to);
  fail_unless (explain (own_id (), from, to, &explanation));
  assert_conserved (&explanation.causes, to - from);
  assert_told (&explanation.causes, GST_PROF_CAUSE_SLEEP, was_blocked);
  end ();
}

GST_END_TEST;

/* --- use --- */

GST_START_TEST (a_thread_that_waits_for_another_is_idle_and_one_that_works_is_not)
{
  GstProfThreadUse x = { 0 }, y = { 0 };
  Fault fault;

  make ("fakesrc num-buffers=10 ! identity name=x ! queue name=q ! "
      "identity name=y ! fakesink async=false");
  add_fault (&fault, "x", spin);
  note_thread_of ("y");
  play ();
  run_fault (&fault);
  fail_unless (get_use (fault.thread_id, &x));
  fail_unless (get_use (g_atomic_int_get (&noted), &y));
  assert_equals_string (x.name, "fakesrc0:src");
  assert_equals_string (y.name, "q:src");
  fail_unless (x.run + x.delay >= FAULT / 2 && x.run + x.delay <= x.watched);
  fail_unless (x.idle <= x.watched - x.run);
  fail_unless (y.looked <= y.watched && y.idle <= y.looked);
  fail_unless (y.idle >= y.looked / 10 * 8, "%u of %u ms",
      (guint) (y.idle / MS), (guint) (y.looked / MS));
  raise_flag (&fault, &fault.end);
  end ();
}

GST_END_TEST;

/* On a machine on which the sampler gets to look for a fifth of the time. */
GST_START_TEST (who_is_idle_whenever_somebody_looks_is_idle)
{
  GstProfThreadUse use = {
    .watched = 10000 * MS,
    .run = 10 * MS,
    .delay = 300 * MS,
    .looked = 2000 * MS,
    .idle = 1990 * MS,
  };

  assert_equals_uint64 (gst_prof_thread_use_get_busy (&use), 50 * MS);
  use.idle = 0;
  assert_equals_uint64 (gst_prof_thread_use_get_busy (&use), 10000 * MS);
  use.idle = 2000 * MS;
  assert_equals_uint64 (gst_prof_thread_use_get_busy (&use), 10 * MS);
  use.looked = 0;
  assert_equals_uint64 (gst_prof_thread_use_get_busy (&use), 10 * MS);
}

GST_END_TEST;

GST_START_TEST (what_is_missing_is_told)
{
  GstProfSystem *system = gst_prof_system_new ();
  g_autofree gchar *expected = gst_prof_system_describe_missing (system);
  g_autofree gchar *missing = NULL;

  make (SIMPLE);
  missing = gst_prof_sampler_describe_missing (sampler);
  assert_equals_string (missing, expected);
  end ();
  gst_prof_system_free (system);
}

GST_END_TEST;

/* --- coming and going --- */

static guint
count_fds (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

static void
wait_for_eos (void)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
      GST_MESSAGE_EOS);

  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_object_unref (bus);
}

GST_START_TEST (a_sampler_may_stop_and_start_again)
{
  Fault fault;

  make (SIMPLE);
  gst_prof_sampler_stop (sampler);
  gst_prof_sampler_stop (sampler);
  gst_prof_sampler_start (sampler);
  gst_prof_sampler_start (sampler);
  add_fault (&fault, "x", sleep_on);
  play ();
  wait_for_flag (&fault, &fault.arrived);
  wait_until_watched (fault.thread_id);
  raise_flag (&fault, &fault.go);
  raise_flag (&fault, &fault.end);
  end ();
}

GST_END_TEST;

/* It ends itself, some time after the last sampler is stopped. */
static void
wait_for_no_sampler_thread (void)
{
  while (count_sampler_threads (NULL) > 0)
    g_usleep (1000);
}

GST_START_TEST (a_sampler_that_looks_rarely_stops_at_once)
{
  GstClockTime before;

  make (SIMPLE);
  gst_prof_sampler_set_interval (sampler, 1000 * GST_SECOND);
  wait_until_settled (gst_prof_clock_now ());
  before = gst_prof_clock_now ();
  end ();
  wait_for_no_sampler_thread ();
  fail_unless (gst_prof_clock_now () - before < 10 * GST_SECOND);
}

GST_END_TEST;

GST_START_TEST (threads_may_come_and_go_and_leave_nothing)
{
  guint before;

  /* What GStreamer and GLib open once is open after this. */
  make ("fakesrc num-buffers=5 ! queue ! fakesink async=false");
  play ();
  wait_for_eos ();
  end ();
  wait_for_no_sampler_thread ();

  before = count_fds ();
  make ("fakesrc num-buffers=500 ! queue ! fakesink async=false");
  gst_prof_sampler_set_interval (sampler, MS);
  for (guint i = 0; i < 50; i++) {
    play ();
    wait_for_eos ();
    gst_element_set_state (pipeline, GST_STATE_NULL);
  }
  end ();
  wait_for_no_sampler_thread ();
  assert_equals_int (count_fds (), before);
}

GST_END_TEST;

/* --- several samplers in one process --- */

/* A thread gives itself its name when it begins. */
static void
wait_for_sampler_thread (void)
{
  while (count_sampler_threads (NULL) == 0)
    g_usleep (1000);
}

typedef struct
{
  GstElement *pipeline;
  GstProfCoverage *coverage;
  GstProfSampler *sampler;
} Watched;

static void
watch (Watched * watched, GstElement * element)
{
  watched->pipeline = element;
  watched->coverage = gst_prof_coverage_new (GST_OBJECT (element));
  watched->sampler = gst_prof_sampler_new (watched->coverage, NULL,
      GST_PROF_SAMPLER_INTERVAL);
  gst_prof_sampler_start (watched->sampler);
}

static void
unwatch (Watched * watched)
{
  gst_prof_sampler_stop (watched->sampler);
  gst_prof_sampler_free (watched->sampler);
  gst_prof_coverage_stop (watched->coverage);
  gst_prof_coverage_unref (watched->coverage);
}

GST_START_TEST (all_samplers_share_one_thread_that_ends_with_the_last)
{
  Watched other;

  assert_equals_int (count_sampler_threads (NULL), 0);
  make (SIMPLE);
  wait_for_sampler_thread ();
  watch (&other, pipeline);
  wait_until_settled (gst_prof_clock_now ());
  assert_equals_int (count_sampler_threads (NULL), 1);
  unwatch (&other);
  assert_equals_int (count_sampler_threads (NULL), 1);
  end ();
  wait_for_no_sampler_thread ();
  make (SIMPLE);
  wait_for_sampler_thread ();
  end ();
}

GST_END_TEST;

GST_START_TEST (a_thread_of_two_samplers_is_watched_once)
{
  GstProfThreadUse use = { 0 };
  Watched other;
  Fault fault;
  guint fds;

  make (SIMPLE);
  add_fault (&fault, "x", sleep_on);
  play ();
  wait_for_flag (&fault, &fault.arrived);
  wait_until_watched (fault.thread_id);
  fds = count_fds ();
  watch (&other, pipeline);
  while (gst_prof_sampler_get_use (other.sampler, &use, 1) == 0
      || use.watched < 30 * MS)
    g_usleep (1000);
  assert_equals_uint64 (use.thread_id, fault.thread_id);
  assert_equals_int (count_fds (), fds);
  unwatch (&other);
  wait_until_watched (fault.thread_id);
  raise_flag (&fault, &fault.go);
  raise_flag (&fault, &fault.end);
  end ();
}

GST_END_TEST;

#define MANY 40

GST_START_TEST (of_many_pipelines_each_has_its_own_thread)
{
  Watched watched[MANY];
  guint64 ids[MANY];

  for (guint i = 0; i < MANY; i++) {
    watch (&watched[i], gst_parse_launch
        ("audiotestsrc is-live=true ! fakesink async=false", NULL));
    gst_element_set_state (watched[i].pipeline, GST_STATE_PLAYING);
  }
  for (guint i = 0; i < MANY; i++) {
    GstProfThreadUse uses[2] = { 0 };
    guint n;

    while ((n = gst_prof_sampler_get_use (watched[i].sampler, uses, 2)) == 0
        || uses[0].watched < 30 * MS)
      g_usleep (1000);
    assert_equals_int (n, 1);
    ids[i] = uses[0].thread_id;
    for (guint j = 0; j < i; j++)
      fail_if (ids[j] == ids[i]);
  }
  assert_equals_int (count_sampler_threads (NULL), 1);
  assert_equals_int (gst_prof_sampler_get_unwatched (watched[0].sampler), 0);
  fail_unless (gst_prof_sampler_get_interval (watched[0].sampler)
      >= GST_PROF_SAMPLER_INTERVAL);
  for (guint i = 0; i < MANY; i++) {
    gst_element_set_state (watched[i].pipeline, GST_STATE_NULL);
    unwatch (&watched[i]);
    gst_object_unref (watched[i].pipeline);
  }
}

GST_END_TEST;

static gboolean
try_namesake (GstProfExplanation * explanation)
{
  GstElement *other = gst_parse_launch ("fakesrc name=s num-buffers=10 ! "
      "identity name=z ! fakesink async=false", NULL);
  GstElement *first;
  Watched watched;
  gboolean calm;
  Fault x, z;

  make ("fakesrc name=s num-buffers=10 ! identity name=x ! "
      "fakesink async=false");
  watch (&watched, other);
  add_fault (&x, "x", wait_for_sleeping_helper);
  first = pipeline;
  pipeline = other;
  add_fault (&z, "z", spin);
  pipeline = first;
  play ();
  gst_element_set_state (other, GST_STATE_PLAYING);
  wait_for_flag (&x, &x.arrived);
  wait_for_flag (&z, &z.arrived);
  wait_until_watched (x.thread_id);
  raise_flag (&z, &z.go);
  raise_flag (&x, &x.go);
  wait_for_flag (&x, &x.done);
  wait_for_flag (&z, &z.done);
  wait_until_settled (x.to);
  fail_unless (explain (x.thread_id, x.from, x.to, explanation));
  calm = is_calm (&explanation->causes);
  raise_flag (&x, &x.end);
  raise_flag (&z, &z.end);
  gst_element_set_state (other, GST_STATE_NULL);
  unwatch (&watched);
  gst_object_unref (other);
  end ();
  return calm;
}

GST_START_TEST (a_streaming_thread_of_the_same_name_is_no_helper)
{
  GstProfExplanation explanation;
  guint runs = 0;

  while (!try_namesake (&explanation)) {
    if (++runs == RUNS)
      GST_PROF_CHECK_SKIP ("the machine stood still");
  }
  fail_unless (get_share (&explanation.causes, GST_PROF_CAUSE_HELPERS) < 10);
}

GST_END_TEST;

static void
wait_until_explained (void)
{
  GstProfExplanation explanation;
  GstClockTime now;

  do {
    g_usleep (1000);
    now = gst_prof_clock_now ();
  } while (!explain (own_id (), now - MS, now, &explanation));
}

GST_START_TEST (a_forked_child_can_look_itself)
{
  GST_PROF_CHECK_FORKS ();
  make ("fakesrc ! queue ! fakesink async=false");
  play ();
  for (guint i = 0; i < 10; i++) {
    gint status;
    pid_t pid = fork ();

    fail_unless (pid >= 0);
    if (pid == 0) {
      alarm (20);
      gst_prof_sampler_stop (sampler);
      gst_prof_sampler_start (sampler);
      gst_prof_sampler_add_thread (sampler, own_id ());
      wait_until_explained ();
      gst_prof_sampler_stop (sampler);
      _exit (0);
    }
    fail_unless (waitpid (pid, &status, 0) == pid);
    fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 0,
        "child %u: status %x", i, status);
  }
  end ();
}

GST_END_TEST;

/* Whatever the sampler is doing at that moment. */
GST_START_TEST (a_forked_child_can_let_go_of_a_sampler)
{
  make ("fakesrc ! queue ! fakesink async=false");
  gst_prof_sampler_set_interval (sampler, MS / 10);
  play ();
  for (guint i = 0; i < 100; i++) {
    gint status;
    pid_t pid = fork ();

    fail_unless (pid >= 0);
    if (pid == 0) {
      GstProfThreadUse use;

      alarm (20);
      gst_prof_sampler_get_use (sampler, &use, 1);
      gst_prof_sampler_stop (sampler);
      gst_prof_sampler_free (sampler);
      _exit (0);
    }
    fail_unless (waitpid (pid, &status, 0) == pid);
    fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 0,
        "child %u: status %x", i, status);
  }
  end ();
}

GST_END_TEST;

static void
add_faults (TCase * tc)
{
  tcase_add_test (tc, a_thread_that_computes_is_on_cpu);
  tcase_add_test (tc, a_thread_that_computes_in_the_kernel_is_told_apart);
  tcase_add_test (tc, a_thread_that_sleeps_is_asleep);
  tcase_add_test (tc, a_thread_at_a_mutex_waits_for_a_lock);
  tcase_add_test (tc, a_thread_at_a_full_pipe_has_a_slow_reader);
  tcase_add_test (tc, a_thread_whose_helpers_compute_waits_for_helpers);
  tcase_add_test (tc, a_thread_whose_helpers_sleep_does_not_compute);
  tcase_add_test (tc, three_causes_in_a_row_are_told_apart);
  tcase_add_test (tc, who_waits_for_an_empty_queue_waits_for_its_feeder);
  tcase_add_test (tc, who_waits_at_a_full_queue_waits_for_its_drain);
  tcase_add_test (tc, waits_are_followed_through_two_queues);
  tcase_add_test (tc,
      a_condition_that_looks_like_a_lock_is_none_once_links_are_known);
  tcase_add_test (tc, two_faults_at_once_do_not_mix);
}

static void
add_questions (TCase * tc)
{
  tcase_add_test (tc, what_goes_on_is_explained_while_it_does);
  tcase_add_test (tc, of_a_thread_that_nobody_knows_nothing_is_said);
  tcase_add_test (tc, a_stretch_of_a_thread_that_nobody_knows_is_unknown);
  tcase_add_test (tc, of_a_stage_only_what_is_in_it_counts);
  tcase_add_test (tc, of_a_point_only_what_is_innermost_there_counts);
  tcase_add_test (tc,
      a_sink_that_waits_for_the_clock_waits_and_who_computes_does_not);
  tcase_add_test (tc, a_live_source_and_a_queue_without_data_wait_outside);
  tcase_add_test (tc, a_thread_that_is_in_no_element_can_be_added);
  tcase_add_test (tc,
      a_thread_that_waits_for_another_is_idle_and_one_that_works_is_not);
  tcase_add_test (tc, who_is_idle_whenever_somebody_looks_is_idle);
  tcase_add_test (tc, what_is_missing_is_told);
  tcase_add_test (tc, a_sampler_may_stop_and_start_again);
  tcase_add_test (tc, a_sampler_that_looks_rarely_stops_at_once);
  tcase_add_test (tc, threads_may_come_and_go_and_leave_nothing);
  tcase_add_test (tc, a_forked_child_can_let_go_of_a_sampler);
}

static void
add_several (TCase * tc)
{
  tcase_add_test (tc, all_samplers_share_one_thread_that_ends_with_the_last);
  tcase_add_test (tc, a_thread_of_two_samplers_is_watched_once);
  tcase_add_test (tc, of_many_pipelines_each_has_its_own_thread);
  tcase_add_test (tc, a_streaming_thread_of_the_same_name_is_no_helper);
  tcase_add_test (tc, a_forked_child_can_look_itself);
}

static Suite *
sampler_suite (void)
{
  Suite *s = suite_create ("sampler");
  TCase *several = tcase_create ("several");
  TCase *faults = tcase_create ("faults");
  TCase *questions = tcase_create ("questions");

  tcase_set_timeout (faults, TIMEOUT);
  suite_add_tcase (s, faults);
  add_faults (faults);
  tcase_set_timeout (questions, TIMEOUT);
  suite_add_tcase (s, questions);
  add_questions (questions);
  tcase_set_timeout (several, TIMEOUT);
  suite_add_tcase (s, several);
  add_several (several);
  return s;
}

GST_CHECK_MAIN (sampler);
