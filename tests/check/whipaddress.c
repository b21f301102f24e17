/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <netinet/in.h>
#include <unistd.h>

#include "tools/whipaddress.h"

static void
assert_listens (const gchar * address, const gchar * url_prefix)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *url = NULL;
  gint fd = gst_prof_whip_address_listen (address, &url, &error);

  fail_unless (fd >= 0, "%s", error ? error->message : "");
  fail_unless (g_str_has_prefix (url, url_prefix), "%s: %s", address, url);
  fail_unless (!g_str_has_suffix (url, ":0/"));
  close (fd);
}

static gboolean
is_loopback (const gchar * address)
{
  g_autofree gchar *url = NULL;
  gint fd = gst_prof_whip_address_listen (address, &url, NULL);
  gboolean loopback = gst_prof_whip_address_is_loopback (fd);

  fail_unless (fd >= 0);
  close (fd);
  return loopback;
}

GST_START_TEST (test_who_reaches_it_is_known)
{
  fail_unless (is_loopback (":0"));
  fail_unless (is_loopback ("127.0.0.2:0"));
  fail_if (is_loopback ("0.0.0.0:0"));
}

GST_END_TEST;

static void
assert_refused (const gchar * address, const gchar * words)
{
  g_autoptr (GError) error = NULL;
  gchar *url = NULL;

  fail_unless (gst_prof_whip_address_listen (address, &url, &error) == -1);
  fail_unless (strstr (error->message, address) != NULL);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  fail_unless (url == NULL);
}

GST_START_TEST (test_without_an_address_it_is_the_loopback)
{
  assert_listens (":0", "http://127.0.0.1:");
  assert_listens ("0", "http://127.0.0.1:");
  assert_listens ("localhost:0", "http://127.0.0.1:");
  assert_listens ("127.0.0.1:0", "http://127.0.0.1:");
}

GST_END_TEST;

GST_START_TEST (test_all_addresses_have_a_url_for_this_machine)
{
  assert_listens ("0.0.0.0:0", "http://127.0.0.1:");
}

GST_END_TEST;

GST_START_TEST (test_what_is_no_address_is_named)
{
  static const gchar *const addresses[] = { "", ":", "x", "127.0.0.1",
    "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1",
    "127.0.0.1: 80", "example.org:8088", "::1:8088", "[::1]", "[]:80",
    "[::1:8088", "1.2.3.4.5:1", "http://127.0.0.1:8088", "127.0.0.1:8088/"
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    assert_refused (addresses[i], "127.0.0.1:8088");
}

GST_END_TEST;

GST_START_TEST (test_a_port_in_use_is_told)
{
  g_autofree gchar *url = NULL;
  g_autofree gchar *address = NULL;
  gint fd = gst_prof_whip_address_listen (":0", &url, NULL);

  /* http://127.0.0.1:PORT/ */
  address = g_strndup (url + 7, strlen (url) - 8);
  assert_refused (address, "another program listens there");
  close (fd);
}

GST_END_TEST;

GST_START_TEST (test_an_address_of_another_machine_is_told)
{
  assert_refused ("192.0.2.77:0", "this machine does not have that address");
}

GST_END_TEST;

static gchar *
write_token (const gchar * text, gssize size, gint mode)
{
  gchar *path = g_build_filename (g_get_tmp_dir (), "token", NULL);

  fail_unless (g_file_set_contents (path, text, size, NULL));
  fail_unless (g_chmod (path, mode) == 0);
  return path;
}

static void
assert_token_refused (const gchar * text, gssize size, gint mode,
    const gchar * words)
{
  g_autofree gchar *path = write_token (text, size, mode);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_prof_whip_address_read_token (path, &error) == NULL);
  g_unlink (path);
  fail_unless (strstr (error->message, path) != NULL);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
}

GST_START_TEST (test_an_address_is_described_in_numbers)
{
  struct sockaddr_in v4 = {.sin_family = AF_INET,.sin_port = htons (8088) };
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,.sin6_port = htons (1) };
  g_autofree gchar *text4 = NULL;
  g_autofree gchar *text6 = NULL;

  v4.sin_addr.s_addr = htonl (0xc0a80001);
  v6.sin6_addr = in6addr_loopback;
  text4 = gst_prof_whip_address_describe ((struct sockaddr *) &v4);
  text6 = gst_prof_whip_address_describe ((struct sockaddr *) &v6);
  assert_equals_string (text4, "192.168.0.1:8088");
  assert_equals_string (text6, "[::1]:1");
}

GST_END_TEST;

GST_START_TEST (test_the_token_is_the_first_line)
{
  static const gchar *const texts[] = { "s3cret-._~+/==\n", "s3cret-._~+/==",
    "  s3cret-._~+/== \r\nmore\n"
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree gchar *path = write_token (texts[i], -1, 0640);
    g_autofree gchar *token = gst_prof_whip_address_read_token (path, NULL);

    g_unlink (path);
    fail_unless_equals_string (token, "s3cret-._~+/==");
  }
}

GST_END_TEST;

GST_START_TEST (test_a_token_that_is_none_is_refused)
{
  g_autofree gchar *long_one = g_strnfill (1025, 'x');
  g_autoptr (GError) error = NULL;

  assert_token_refused ("", -1, 0600, "is no token");
  assert_token_refused ("\nsecret\n", -1, 0600, "is no token");
  assert_token_refused ("two words\n", -1, 0600, "is no token");
  assert_token_refused ("==\n", -1, 0600, "is no token");
  assert_token_refused (long_one, -1, 0600, "is no token");
  assert_token_refused ("a\0b", 3, 0600, "is no text");
  assert_token_refused ("secret", -1, 0644, "everyone can read");
  fail_unless (gst_prof_whip_address_read_token ("/no/such", &error) == NULL);
  fail_unless (strstr (error->message, "/no/such") != NULL);
}

GST_END_TEST;

static Suite *
whipaddress_suite (void)
{
  Suite *suite = suite_create ("whipaddress");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_without_an_address_it_is_the_loopback);
  tcase_add_test (tc, test_all_addresses_have_a_url_for_this_machine);
  tcase_add_test (tc, test_who_reaches_it_is_known);
  tcase_add_test (tc, test_what_is_no_address_is_named);
  tcase_add_test (tc, test_a_port_in_use_is_told);
  tcase_add_test (tc, test_an_address_of_another_machine_is_told);
  tcase_add_test (tc, test_an_address_is_described_in_numbers);
  tcase_add_test (tc, test_the_token_is_the_first_line);
  tcase_add_test (tc, test_a_token_that_is_none_is_refused);
  return suite;
}

GST_CHECK_MAIN (whipaddress);
