/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Where the WHIP server listens, and what it asks of those who come: reading
 * ADDRESS:PORT and the file with the token. Main thread, or any other.
 */

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "whipaddress.h"

#define LOOPBACK "127.0.0.1"
#define WHAT_WOULD_DO "ADDRESS:PORT, as 127.0.0.1:8088, [::1]:8088 or 0.0.0.0:8088"
/* Of connections that were not accepted yet */
#define BACKLOG 64
#define MAX_TOKEN 1024

/* Splits "host:port", "[host]:port", ":port" and "port". */
static gboolean
split (const gchar * address, gchar ** ret_host, gchar ** ret_port)
{
  const gchar *colon = strrchr (address, ':');
  const gchar *port = colon ? colon + 1 : address;
  gsize length = colon ? colon - address : 0;
  const gchar *host = address;
  guint64 number;

  if (!g_ascii_string_to_unsigned (port, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;
  if (length > 0 && host[0] == '[') {
    if (length < 3 || host[length - 1] != ']')
      return FALSE;
    host++;
    length -= 2;
  } else if (memchr (host, ':', length)) {
    /* an IPv6 address without brackets: where it ends is a guess */
    return FALSE;
  }
  *ret_host = length > 0 ? g_strndup (host, length) : g_strdup (LOOPBACK);
  if (g_str_equal (*ret_host, "localhost")) {
    g_free (*ret_host);
    *ret_host = g_strdup (LOOPBACK);
  }
  *ret_port = g_strdup (port);
  return TRUE;
}

static void
set_errno_error (GError ** error, const gchar * address, gint number)
{
  const gchar *hint = "";

  if (number == EADDRINUSE)
    hint = ": another program listens there; take another port, or port 0 for "
        "any free one";
  else if (number == EACCES)
    hint = ": ports below 1024 need privileges; take a higher one";
  else if (number == EADDRNOTAVAIL)
    hint = ": this machine does not have that address; 127.0.0.1 is for clients "
        "on this machine, 0.0.0.0 for all";
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number),
      "cannot listen at %s: %s%s", address, g_strerror (number), hint);
}

/* As a browser on this machine can open it */
static gchar *
url_of (gint fd)
{
  struct sockaddr_storage bound;
  socklen_t size = sizeof (bound);
  gchar host[NI_MAXHOST], port[NI_MAXSERV];

  if (getsockname (fd, (struct sockaddr *) &bound, &size) != 0
      || getnameinfo ((struct sockaddr *) &bound, size, host, sizeof (host),
          port, sizeof (port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return NULL;
  if (g_str_equal (host, "0.0.0.0"))
    return g_strdup_printf ("http://" LOOPBACK ":%s/", port);
  if (g_str_equal (host, "::"))
    return g_strdup_printf ("http://[::1]:%s/", port);
  return g_strdup_printf (strchr (host, ':') ? "http://[%s]:%s/" :
      "http://%s:%s/", host, port);
}

/*
 * gst_prof_whip_address_listen:
 * @address: ADDRESS:PORT; without ADDRESS the loopback, with port 0 any
 * @ret_url: (out): the URL there
 * @error: names @address and what would do
 *
 * The address is a number, or localhost: a name is not looked up, as nobody
 * would know how long that takes.
 *
 * Returns: a listening socket, -1 on error
 */
gint
gst_prof_whip_address_listen (const gchar * address, gchar ** ret_url,
    GError ** error)
{
  const struct addrinfo hints = {
    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
    .ai_socktype = SOCK_STREAM,
  };
  g_autofree gchar *host = NULL;
  g_autofree gchar *port = NULL;
  struct addrinfo *info = NULL;
  const gint on = 1;
  gint fd, number;

  if (!split (address, &host, &port)
      || getaddrinfo (host, port, &hints, &info) != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "\"%s\" is no address to listen at; what would do is " WHAT_WOULD_DO
        ", or :PORT for 127.0.0.1", address);
    return -1;
  }
  fd = socket (info->ai_family,
      info->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof (on));
  if (fd < 0 || bind (fd, info->ai_addr, info->ai_addrlen) != 0
      || listen (fd, BACKLOG) != 0 || (*ret_url = url_of (fd)) == NULL) {
    number = errno;
    set_errno_error (error, address, number);
    if (fd >= 0)
      close (fd);
    fd = -1;
  }
  freeaddrinfo (info);
  return fd;
}

/*
 * gst_prof_whip_address_is_loopback:
 * @fd: a listening socket
 *
 * Returns: whether only this machine reaches it
 */
gboolean
gst_prof_whip_address_is_loopback (gint fd)
{
  g_autoptr (GSocketAddress) bound = NULL;
  union
  {
    struct sockaddr any;
    struct sockaddr_storage storage;
  } address;
  socklen_t size = sizeof (address);

  if (getsockname (fd, &address.any, &size) != 0)
    return FALSE;
  bound = g_socket_address_new_from_native (&address, size);
  return G_IS_INET_SOCKET_ADDRESS (bound)
      &&
      g_inet_address_get_is_loopback (g_inet_socket_address_get_address
      (G_INET_SOCKET_ADDRESS (bound)));
}

/* What RFC 6750 lets a bearer token be made of */
static gboolean
is_token (const gchar * text)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyz"
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/");

  length += strspn (text + length, "=");
  return text[0] != '\0' && text[0] != '=' && text[length] == '\0';
}

/*
 * gst_prof_whip_address_read_token:
 * @path: a file whose first line is the token
 * @error: names the file and what is wrong with it
 *
 * A file that others than its owner and its group may read is refused: what
 * everyone knows is no secret.
 *
 * Returns: (transfer full) (nullable): the token
 */
gchar *
gst_prof_whip_address_read_token (const gchar * path, GError ** error)
{
  g_autofree gchar *text = NULL;
  struct stat status;
  gsize size;

  if (stat (path, &status) == 0 && S_ISREG (status.st_mode)
      && (status.st_mode & S_IROTH) != 0) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
        "everyone can read the token in %s: chmod o-r %s", path, path);
    return NULL;
  }
  if (!g_file_get_contents (path, &text, &size, error))
    return NULL;
  if (strlen (text) != size) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
        "%s is no text: its first line should be the token", path);
    return NULL;
  }
  text[strcspn (text, "\r\n")] = '\0';
  g_strstrip (text);
  if (strlen (text) > MAX_TOKEN || !is_token (text)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
        "the first line of %s is no token: letters, digits and -._~+/ would "
        "do, at most %d of them, as \"openssl rand -hex 16\" makes them", path,
        MAX_TOKEN);
    return NULL;
  }
  return g_steal_pointer (&text);
}

/*
 * gst_prof_whip_address_describe:
 * @address: of IPv4 or IPv6
 *
 * Returns: (transfer full): ADDRESS:PORT, in numbers
 */
gchar *
gst_prof_whip_address_describe (const struct sockaddr * address)
{
  socklen_t size = address->sa_family == AF_INET6
      ? sizeof (struct sockaddr_in6) : sizeof (struct sockaddr_in);
  gchar host[NI_MAXHOST], port[NI_MAXSERV];

  if (getnameinfo (address, size, host, sizeof (host), port, sizeof (port),
          NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return g_strdup ("an unknown address");
  return g_strdup_printf (strchr (host, ':') ? "[%s]:%s" : "%s:%s", host,
      port);
}
