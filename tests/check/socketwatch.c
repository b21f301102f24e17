/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is said of a socket by what waits in its queue, at times that the case
 * gives. The socket is a real one, on 127.0.0.1, that the case itself reads.
 */

#include <gst/check/gstcheck.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../plugins/gstprofsocketwatch.h"

#define PACKET_SIZE 64

static gint
bind_udp (struct sockaddr_in *address)
{
  gint fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  socklen_t length = sizeof (*address);

  *address = (struct sockaddr_in) {.sin_family = AF_INET };
  address->sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  fail_unless (fd >= 0);
  fail_unless (bind (fd, (struct sockaddr *) address, length) == 0);
  fail_unless (getsockname (fd, (struct sockaddr *) address, &length) == 0);
  return fd;
}

/* After a silence of 2 s a packet that has just come may be seen in the queue before
 * the thread that waited for it has taken it. */
GST_START_TEST (what_has_just_come_after_a_silence_is_no_full_socket)
{
  GstProfTransport *transport = gst_prof_transport_new ();
  GstProfSocketWatch *sockets = gst_prof_socket_watch_new ();
  struct sockaddr_in address;
  gint fd = bind_udp (&address);
  gchar packet[PACKET_SIZE] = { 0, };
  GstProfPeriod found[4];

  gst_prof_socket_watch_set_fd (sockets, fd);
  gst_prof_flow_pass (&transport->any, 1, PACKET_SIZE, 0, 10 * GST_SECOND);
  gst_prof_socket_watch_read (sockets, transport, 11 * GST_SECOND);

  fail_unless (sendto (fd, packet, sizeof (packet), 0,
          (struct sockaddr *) &address, sizeof (address)) == PACKET_SIZE);
  gst_prof_socket_watch_read (sockets, transport, 12 * GST_SECOND);
  fail_unless (atomic_load (&transport->socket_bytes) > 0);
  /* it was taken, and another one has come */
  gst_prof_flow_pass (&transport->any, 1, PACKET_SIZE, 0,
      12 * GST_SECOND + GST_MSECOND);
  gst_prof_socket_watch_read (sockets, transport, 13 * GST_SECOND);
  assert_equals_int (gst_prof_periods_find (&transport->socket_full, 0,
          GST_CLOCK_TIME_NONE, found, 4), 0);

  /* nobody took it since it was seen */
  gst_prof_socket_watch_read (sockets, transport,
      13 * GST_SECOND + 250 * GST_MSECOND);
  assert_equals_int (gst_prof_periods_find (&transport->socket_full, 0,
          GST_CLOCK_TIME_NONE, found, 4), 1);
  assert_equals_uint64 (found[0].from, 13 * GST_SECOND);
  assert_equals_uint64 (found[0].to, GST_CLOCK_TIME_NONE);

  fail_unless (recv (fd, packet, sizeof (packet), 0) == PACKET_SIZE);
  gst_prof_socket_watch_read (sockets, transport, 14 * GST_SECOND);
  assert_equals_int (gst_prof_periods_find (&transport->socket_full, 0,
          GST_CLOCK_TIME_NONE, found, 4), 1);
  assert_equals_uint64 (found[0].to, 14 * GST_SECOND);

  close (fd);
  gst_prof_socket_watch_free (sockets);
  gst_prof_transport_unref (transport);
}

GST_END_TEST;

static Suite *
socketwatch_suite (void)
{
  Suite *suite = suite_create ("socketwatch");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, what_has_just_come_after_a_silence_is_no_full_socket);
  return suite;
}

GST_CHECK_MAIN (socketwatch);
