# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The WHIP server (RFC 9725), in front of a recorder that records nothing."""

import contextlib
import gzip
import http.client
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.parse

from program import main
from whipmutate import good_offers, mutant

SERVER = str(pathlib.Path(os.environ["GST_PROF_BUILD"])
             / "tests" / "check" / "whip-server")
SDP = {"Content-Type": "application/sdp"}
OFFER = good_offers()["obs"]
# Longer than anything here takes; who gets there hangs.
TIMEOUT_S = 30


def offer(name):
    """The session name tells the test's server what to do with it."""
    return OFFER.replace(b"s=-", b"s=" + name.encode())


class Reply:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def __str__(self):
        return "%d %s %s" % (self.status, dict(self.headers), self.body[:300])


class Server:
    """whip-server, and what it says."""

    def __init__(self, *args):
        self.process = subprocess.Popen(
            [SERVER, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        self.said = []
        self.changed = threading.Condition()
        line = self.process.stdout.readline()
        assert line.startswith("url http://127.0.0.1:"), line
        self.port = int(urllib.parse.urlsplit(line[4:].strip()).port)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.said.append(line.strip())
                self.changed.notify_all()

    def wait_for(self, *lines):
        """Returns once all of these lines were said."""
        self.wait_until(lambda: all(line in self.said for line in lines))

    def wait_until(self, condition):
        """Returns once that is true of what was said."""
        with self.changed:
            assert self.changed.wait_for(condition, TIMEOUT_S), self.said

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port,
                                          timeout=TIMEOUT_S)

    def request(self, method, path, body=None, headers=None):
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, path, body, headers or {})
            return Reply(connection.getresponse())

    def post(self, body, path="/whip", headers=SDP):
        return self.request("POST", path, body, headers)

    def raw(self, *chunks):
        """Sends bytes as they are, and returns all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port),
                                      TIMEOUT_S) as client:
            try:
                for chunk in chunks:
                    client.sendall(chunk)
            except (BrokenPipeError, ConnectionResetError):
                pass
            return read_all(client)

    def open_things(self):
        """Numbers of threads and of descriptors."""
        proc = pathlib.Path("/proc/%d" % self.process.pid)
        return tuple(len(list((proc / folder).iterdir()))
                     for folder in ("task", "fd"))

    def stop(self):
        self.process.stdin.close()
        status = self.process.wait(TIMEOUT_S)
        self.reader.join()
        self.process.stdout.close()
        assert status == 0, "exit %d: %s" % (status, self.said)


def read_all(client):
    data = b""
    while True:
        try:
            more = client.recv(65536)
        except ConnectionResetError:
            return data
        if not more:
            return data
        data += more


@contextlib.contextmanager
def serving(*args):
    server = Server(*args)
    try:
        yield server
    except BaseException:
        server.process.kill()
        server.process.wait()
        raise
    server.stop()


def expect(condition, reply):
    assert condition, str(reply)


def expect_good_post(server):
    """Whatever was before: an offer is taken, and its session can be ended."""
    reply = server.post(OFFER)
    expect(reply.status == 201, reply)
    expect(server.request("DELETE", reply.headers["Location"]).status == 200,
           reply)


def test_an_offer_becomes_a_session_and_delete_ends_it():
    with serving() as server:
        for path in ("/", "/whip", "/whip/"):
            reply = server.post(OFFER, path)
            expect(reply.status == 201, reply)
            expect(reply.headers["Content-Type"] == "application/sdp", reply)
            expect(reply.body.startswith(b"v=0\r\n"), reply)
            expect(reply.headers["Access-Control-Allow-Origin"] == "*", reply)
            expect("Location" in
                   reply.headers["Access-Control-Expose-Headers"], reply)
            location = reply.headers["Location"]
            expect(re.fullmatch(r"/whip/s\d+", location), reply)
            expect(server.request("DELETE", location).status == 200, location)
            expect(server.request("DELETE", location).status == 404, location)
        server.wait_for("accepted s0", "deleted s2")


def test_offers_of_all_clients_are_taken():
    with serving() as server:
        for name, text in good_offers().items():
            expect(server.post(text).status == 201, name)


def test_the_page_is_whole_and_may_do_only_what_it_does():
    with serving() as server:
        reply = server.request("GET", "/?auto=1&token=x")
        expect(reply.status == 200, reply)
        expect(reply.headers["Content-Type"].startswith("text/html"), reply)
        expect(reply.headers["Cache-Control"] == "no-store", reply)
        policy = reply.headers["Content-Security-Policy"]
        expect("default-src 'none'" in policy
               and "script-src 'sha256-" in policy
               and "connect-src 'self'" in policy, reply)
        expect(b"getUserMedia" in reply.body, reply)
        expect(not re.search(rb'(?:src|href)="(?!data:)', reply.body), reply)
        head = server.request("HEAD", "/")
        expect(head.status == 200 and head.body == b""
               and int(head.headers["Content-Length"]) == len(reply.body), head)


def test_other_methods_and_paths_are_told_what_would_do():
    with serving() as server:
        for path in ("/x", "/whip/a/b", "/whipx", "/favicon.ico", "//", "/%2e"):
            for method in ("GET", "POST", "DELETE", "PATCH", "OPTIONS"):
                reply = server.request(method, path, headers=SDP)
                expect(reply.status == 404, (method, path, reply.status))
        for method, path, allow in (
                ("PATCH", "/whip/s0", "DELETE, OPTIONS"),
                ("GET", "/whip/s0", "DELETE, OPTIONS"),
                ("POST", "/whip/s0", "DELETE, OPTIONS"),
                ("GET", "/whip", "POST, OPTIONS"),
                ("PUT", "/whip", "POST, OPTIONS"),
                ("BREW", "/whip", "POST, OPTIONS"),
                ("DELETE", "/", "GET, HEAD, POST, OPTIONS")):
            reply = server.request(method, path, headers=SDP)
            expect(reply.status == 405 and reply.headers["Allow"] == allow,
                   (method, path, str(reply)))
        expect_good_post(server)


def test_pages_from_elsewhere_may_publish():
    with serving("--token=secret") as server:
        reply = server.request("OPTIONS", "/whip", headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type"})
        expect(reply.status == 204, reply)
        expect(reply.headers["Access-Control-Allow-Origin"] == "*", reply)
        expect("POST" in reply.headers["Access-Control-Allow-Methods"], reply)
        allowed = reply.headers["Access-Control-Allow-Headers"].lower()
        expect("authorization" in allowed and "content-type" in allowed, reply)
        expect(reply.headers["Accept-Post"] == "application/sdp", reply)
        reply = server.request("OPTIONS", "/whip/s0")
        expect("DELETE" in reply.headers["Access-Control-Allow-Methods"], reply)


def test_the_token_is_asked_for():
    with serving("--token=secret") as server:
        for value in (None, "", "Bearer", "Bearer ", "Bearer secre",
                      "Bearer secret2", "Bearer SECRET", "Basic secret",
                      "secret", "Bearer " + "secret" * 100):
            headers = dict(SDP, **({} if value is None
                                   else {"Authorization": value}))
            for method, path in (("POST", "/whip"), ("POST", "/"),
                                 ("DELETE", "/whip/s0")):
                reply = server.request(method, path, OFFER, headers)
                expect(reply.status == 401, (value, str(reply)))
                expect(reply.headers["WWW-Authenticate"] == "Bearer", reply)
        expect(server.request("GET", "/").status == 200, "the page")
        for scheme in ("Bearer", "bearer"):
            reply = server.post(OFFER, headers=dict(
                SDP, Authorization=scheme + " secret"))
            expect(reply.status == 201, reply)
    # Stopped, it has said all.
    expect(server.said.count("offered -") == 2, server.said)


def test_other_types_are_refused():
    with serving() as server:
        for name in (None, "", "text/plain", "application/json",
                     "application/sdpx", "application/trickle-ice-sdpfrag",
                     "multipart/form-data; boundary=x"):
            reply = server.post(OFFER, headers={} if name is None
                                else {"Content-Type": name})
            expect(reply.status == 415, (name, str(reply)))
            expect(reply.headers["Accept-Post"] == "application/sdp", reply)
        reply = server.post(gzip.compress(OFFER),
                            headers=dict(SDP, **{"Content-Encoding": "gzip"}))
        expect(reply.status == 415, reply)
        for name in ("application/sdp; charset=utf-8", "Application/SDP"):
            reply = server.post(OFFER, headers={"Content-Type": name})
            expect(reply.status == 201, reply)


def test_what_the_recorder_says_is_passed_on():
    with serving() as server:
        reply = server.post(offer("refuse"))
        expect(reply.status == 503 and reply.headers["Retry-After"]
               and b"too many sessions" in reply.body, reply)


def refusals(server):
    """Lines of clients that were refused, and how many more there were."""
    lines = [line[len("refused: "):] for line in server.said
             if line.startswith("refused: ")]
    more = [re.fullmatch(r"and (\d+) more refused in the last (\d+) s", line)
            for line in lines]
    return ([line for line, match in zip(lines, more) if match is None],
            sum(int(match.group(1)) for match in more if match))


def test_who_is_refused_is_told_with_address_status_and_reason():
    with serving("--token=secret") as server:
        token = {"Authorization": "Bearer secret"}
        told = []
        for status, body, headers, reason in (
                (401, OFFER, SDP, "bearer token"),
                (415, OFFER, token, "content type"),
                (400, b"v=0", dict(SDP, **token), "the offer"),
                (413, b"v" * 70000, dict(SDP, **token), "65536"),
                (503, offer("refuse"), dict(SDP, **token), "too many")):
            with contextlib.closing(server.connect()) as client:
                client.connect()
                address = "127.0.0.1:%d" % client.sock.getsockname()[1]
                client.request("POST", "/whip", body, headers)
                reply = Reply(client.getresponse())
            expect(reply.status == status, reply)
            told.append(("offer from %s refused: %d, " % (address, status),
                         reason))
    lines, more = refusals(server)
    expect(len(lines) == len(told) and more == 0, lines)
    for line, (start, reason) in zip(lines, told):
        expect(line.startswith(start) and reason in line, (line, start))


def test_who_asks_for_something_else_is_not_told():
    with serving() as server:
        expect(server.request("GET", "/favicon.ico").status == 404, "icon")
        expect(server.request("DELETE", "/whip/s0").status == 404, "gone")
        expect(server.request("PATCH", "/whip/s0").status == 405, "trickle")
        expect_good_post(server)
    expect(refusals(server) == ([], 0), server.said)


def test_a_flood_of_refusals_is_a_few_lines_and_a_number():
    start = time.monotonic()
    with serving() as server, contextlib.closing(server.connect()) as client:
        for unused in range(100):
            client.request("POST", "/whip", b"garbage", SDP)
            expect(Reply(client.getresponse()).status == 400, "garbage")
    lines, more = refusals(server)
    # five in ten seconds
    windows = 1 + (time.monotonic() - start) // 10
    expect(len(lines) <= 5 * windows and len(lines) + more == 100,
           server.said)


def test_a_refusal_cannot_play_with_the_terminal():
    with serving() as server:
        reply = server.post(OFFER.replace(
            b"a=mid:0", "a=mid:\x9b31m".encode()))
        expect(reply.status == 400, reply)
        server.wait_until(lambda: any(line.startswith("refused: ")
                                      for line in server.said))
    (line,), more = refusals(server)
    expect(line.isprintable() and "?31m" in line and more == 0, repr(line))


def bad_bodies():
    """Offers that are refused whatever is thought of SDP."""
    yield "nothing", b""
    yield "garbage", b"garbage"
    yield "only line ends", b"\r\n" * 100
    yield "zeros", bytes(1000)
    yield "random", bytes(range(256)) * 20
    yield "gzip", gzip.compress(OFFER)
    yield "UTF-16", OFFER.decode().encode("utf-16")
    yield "UTF-8 with a byte order mark", b"\xef\xbb\xbf" + OFFER
    yield "latin-1", offer("x").replace(b"s=x", b"s=\xe9t\xe9")
    yield "JSON", b'{"type": "offer", "sdp": "v=0"}'
    yield "HTML", b"<html></html>"
    yield "twice", OFFER + OFFER
    yield "reversed", b"\r\n".join(OFFER.split(b"\r\n")[::-1])
    yield "only CR", OFFER.replace(b"\r\n", b"\r")
    yield "CR twice", OFFER.replace(b"\r\n", b"\r\r\n")
    yield "LF CR", OFFER.replace(b"\r\n", b"\n\r")
    yield "a NUL", OFFER.replace(b"s=-", b"s=a\0b")
    yield "an escape", OFFER.replace(b"s=-", b"s=\x1b]0;x\x07")
    yield "a long line", OFFER.replace(b"s=-", b"s=" + b"x" * 60000)
    yield "many lines", OFFER + b"a=x\r\n" * 5000
    yield "a full house of m= lines", OFFER + b"m=video 9 x 1\r\n" * 100
    yield "format directives", OFFER.replace(b"96", b"%n%s")
    for part in range(1, 10):
        # in the session's lines, and in the first of the two media
        cut = OFFER.index(b"m=video") * part // 10
        yield "cut at %d" % cut, OFFER[:cut]
    for removed in (b"v=0", b"o=", b"s=", b"t=", b"a=group", b"m=audio",
                    b"a=mid", b"a=ice-ufrag", b"a=ice-pwd", b"a=fingerprint",
                    b"a=setup", b"a=rtcp-mux", b"a=rtpmap"):
        yield "no " + removed.decode(), b"\r\n".join(
            line for line in OFFER.split(b"\r\n")
            if not line.startswith(removed))


def test_malformed_offers_are_refused_with_the_reason():
    count = 0
    with serving() as server:
        before = server.open_things()
        for name, body in bad_bodies():
            reply = server.post(body)
            expect(reply.status == 400, (name, str(reply)))
            expect(reply.headers["Content-Type"].startswith("text/plain")
                   and b"offer" in reply.body, (name, str(reply)))
            count += 1
            expect_good_post(server)
        expect(count >= 40, count)
        expect_same_things(server, before)


def test_mutants_get_an_answer():
    with serving() as server, contextlib.closing(server.connect()) as client:
        seen = set()
        for number in range(500):
            client.request("POST", "/whip", mutant(number).replace(
                b"s=refuse", b"s=-"), SDP)
            reply = Reply(client.getresponse())
            seen.add(reply.status)
            expect(reply.status in (201, 400), (number, str(reply)))
        expect(seen == {201, 400}, seen)


def test_huge_bodies_are_refused():
    with serving() as server:
        for size in (65537, 200000, 1000000):
            reply = server.post(b"v" * size)
            expect(reply.status == 413 and b"65536" in reply.body, reply)
            expect_good_post(server)
        # not announced, in pieces
        reply = server.post(iter([b"v" * 10000] * 20))
        expect(reply.status == 413, reply)
        # announced, and not sent
        for length in (b"70000", b"99999999999", b"9" * 30):
            answer = server.raw(
                b"POST /whip HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                b"Content-Type: application/sdp\r\nContent-Length: " + length
                + b"\r\n\r\n")
            expect(re.match(rb"HTTP/1.1 4\d\d ", answer), answer)
        # endless: the end comes from the server
        server.raw(b"POST /whip HTTP/1.1\r\nHost: x\r\nContent-Type: "
                   b"application/sdp\r\nTransfer-Encoding: chunked\r\n\r\n",
                   *[b"10000\r\n" + b"v" * 65536 + b"\r\n"] * 64)
        expect_good_post(server)


def test_chunked_offers_are_taken():
    with serving() as server:
        reply = server.post(OFFER[i:i + 7] for i in range(0, len(OFFER), 7))
        expect(reply.status == 201, reply)


def test_expect_continue_is_answered_before_the_body():
    with serving("--token=secret") as server:
        head = (b"POST /whip HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                b"Content-Type: application/sdp\r\nContent-Length: %d\r\n"
                % len(OFFER))
        with socket.create_connection(("127.0.0.1", server.port),
                                      TIMEOUT_S) as client:
            client.sendall(head + b"Authorization: Bearer secret\r\n\r\n")
            answer = client.recv(1000)
            expect(answer.startswith(b"HTTP/1.1 100 "), answer)
            client.sendall(OFFER)
            answer = client.recv(10000)
            expect(answer.startswith(b"HTTP/1.1 201 "), answer)
        with socket.create_connection(("127.0.0.1", server.port),
                                      TIMEOUT_S) as client:
            client.sendall(head + b"\r\n")
            answer = client.recv(10000)
            expect(answer.startswith(b"HTTP/1.1 401 "), answer)


def request_bytes(extra=b"", body=OFFER):
    return (b"POST /whip HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp"
            b"\r\nContent-Length: %d\r\n" % len(body) + extra + b"\r\n" + body)


def test_headers_that_come_twice_are_refused():
    with serving("--token=secret") as server:
        good = b"Authorization: Bearer secret\r\n"
        for extra in (good * 2, good + b"Authorization: Bearer x\r\n",
                      good + b"Content-Type: application/sdp\r\n",
                      good + b"Content-Length: 5\r\n",
                      good + b"Content-Length: %d\r\n" % len(OFFER)):
            answer = server.raw(request_bytes(
                b"Connection: close\r\n" + extra))
            expect(answer.startswith(b"HTTP/1.1 400 "), (extra, answer))


def test_what_is_no_http_is_refused():
    with serving() as server:
        for text in (b"hello\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00" * 30,
                     b"POST /whip HTTP/1.1\r\n\r\n",
                     b"POST /whip HTTP/9.9\r\nHost: x\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 40000
                     + b"\r\n\r\n",
                     b"GET /" + b"y" * 40000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"POST /whip HTTP/1.1\r\nHost: x\r\n"
                     b"Content-Length: -5\r\n\r\n",
                     b"POST /whip HTTP/1.1\r\nHost: x\r\n"
                     b"Content-Length: 5x\r\n\r\nhello"):
            with socket.create_connection(("127.0.0.1", server.port),
                                          TIMEOUT_S) as client:
                with contextlib.suppress(OSError):
                    client.sendall(text)
                    client.shutdown(socket.SHUT_WR)
                answer = read_all(client)
            expect(answer == b"" or re.match(rb"HTTP/1.\d [45]\d\d ", answer),
                   (text[:60], answer))
            expect_good_post(server)


def test_pipelined_requests_are_answered_in_order():
    with serving() as server:
        answer = server.raw(
            request_bytes() + b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n"
            + request_bytes(body=b"garbage")
            + request_bytes(b"Connection: close\r\n"))
        expect(re.findall(rb"^HTTP/1.1 (\d+)", answer, re.M)
               == [b"201", b"404", b"400", b"201"], answer)


def test_slow_uploads_end_and_hold_up_nobody():
    with serving("--request-ms=3000") as server:
        before = server.open_things()
        whole = request_bytes()
        clients = [socket.create_connection(("127.0.0.1", server.port),
                                            TIMEOUT_S) for _ in range(20)]
        # nothing, half of the head, all of the head, half of the body
        parts = [b"", whole[:30], whole[:whole.index(b"v=0")], whole[:-500]]
        for number, client in enumerate(clients):
            client.sendall(parts[number % len(parts)])
        # one that sends a byte now and then: the time is for all of it
        for at in range(5):
            with contextlib.suppress(ConnectionError):
                clients[0].sendall(whole[at:at + 1])
            expect_good_post(server)
        for client in clients:
            read_all(client)
            client.close()
        expect_same_things(server, before)


def expect_same_things(server, before):
    """Closing takes the server a moment."""
    for _ in range(200):
        now = server.open_things()
        if now == before:
            return
        time.sleep(0.05)
    assert False, "%s and now %s" % (before, now)


def test_who_never_gets_an_answer_gets_504():
    with serving("--answer-ms=2000") as server:
        before = server.open_things()
        reply = server.post(offer("never"))
        expect(reply.status == 504, reply)
        expect_good_post(server)
        expect_same_things(server, before)


def test_a_session_that_comes_too_late_is_deleted():
    with serving("--answer-ms=300") as server:
        reply = server.post(offer("late"))
        expect(reply.status == 504, reply)
        server.wait_for("accepted s0", "deleted s0")


def test_a_session_whose_client_has_gone_is_deleted():
    with serving() as server:
        with socket.create_connection(("127.0.0.1", server.port),
                                      TIMEOUT_S) as client:
            client.sendall(request_bytes(body=offer("slow")))
            server.wait_for("offered slow")
            reset_at_close(client)
        server.wait_for("accepted s0", "deleted s0")


def reset_at_close(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                      struct.pack("ii", 1, 0))


def test_clients_that_go_while_they_wait_leave_nothing():
    with serving("--answer-ms=2000") as server:
        before = server.open_things()
        for name in ("never", "late", "-", "refuse") * 5:
            with socket.create_connection(("127.0.0.1", server.port),
                                          TIMEOUT_S) as client:
                heard = server.said.count("offered " + name)
                client.sendall(request_bytes(body=offer(name)))
                server.wait_until(lambda: server.said.count(
                    "offered " + name) > heard)
                reset_at_close(client)
        expect_good_post(server)
        expect_same_things(server, before)


def test_more_connections_than_allowed_leave_room_again():
    with serving("--request-ms=3000") as server:
        before = server.open_things()
        clients = [socket.create_connection(("127.0.0.1", server.port),
                                            TIMEOUT_S) for _ in range(150)]
        # 64 of them are held, the others are closed at once
        for client in clients[64:]:
            expect(read_all(client) == b"", "an answer to nothing")
        _, held = server.open_things()
        expect(held - before[1] <= 64, held)
        for client in clients:
            client.close()
        expect_same_things(server, before)
        expect_good_post(server)


def test_who_waits_when_the_server_stops_gets_503():
    with serving() as server:
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(
            server.post(offer("never")))) for _ in range(3)]
        for thread in threads:
            thread.start()
        server.wait_until(lambda: server.said.count("offered never") == 3)
        server.process.stdin.close()
        for thread in threads:
            thread.join(TIMEOUT_S)
        expect([reply.status for reply in answers] == [503] * 3, answers)


def test_many_sessions_leave_nothing():
    with serving() as server:
        before = server.open_things()
        threads = [threading.Thread(
            target=lambda: [expect_good_post(server) for _ in range(25)])
            for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect_same_things(server, before)
    expect(server.said.count("offered -") == 200, len(server.said))


def test_a_port_in_use_is_told():
    with serving() as server:
        result = subprocess.run(
            [SERVER, "--address=127.0.0.1:%d" % server.port], text=True,
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        expect(result.returncode == 1 and "another program" in result.stdout,
               result)


if __name__ == "__main__":
    sys.exit(main(globals()))
