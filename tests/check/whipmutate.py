# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Makes offers that are wrong in some place out of good ones, for the tests.

The same number gives the same offer.
"""

import functools
import pathlib
import random
import re

OFFERS = pathlib.Path(__file__).parent / "offers"

NUMBERS = [b"0", b"-1", b"1", b"13", b"127", b"128", b"255", b"256", b"65535",
           b"65536", b"2147483648", b"4294967295", b"4294967296", b"9" * 40,
           b"1e9", b"0x10", b" 1", b"1 ", b""]
WORDS = [b"", b" ", b"=", b";", b";;", b"/", b"//", b":", b",", b"*", b"-",
         b"%s%n", b"\"", b"\\", b"(", b"{", b"[", b"]", b"\t", b"a" * 1500,
         b"a=b=c", b"\xc3\xa9", b"\xe2\x80\xae", b"<>", b"(int)1", b"NULL",
         b"opus", b"VP8/90000", b"apt=96", b"nack pli", b"sendonly", b"BUNDLE"]
LINES = [b"a=", b"a=:", b"a=rtpmap", b"a=rtpmap:", b"a=fmtp:96", b"a=fmtp:96 ",
         b"a=fmtp:96 apt", b"a=fmtp:96 apt=", b"a=fmtp:96 apt=96",
         b"a=fmtp:97 apt=97", b"a=fmtp:111 =;=;=", b"a=fmtp:111 a b c",
         b"a=fmtp:111 ;", b"a=fmtp:96 x=\"", b"a=fmtp:96 caps=video/x-raw",
         b"a=rtcp-fb", b"a=rtcp-fb:* nack", b"a=rtcp-fb:96 ", b"a=rtcp-fb:96 x",
         b"a=extmap:1", b"a=extmap:1/ x", b"a=extmap:15 x", b"a=extmap:255 x y",
         b"a=ssrc:1", b"a=ssrc:1 x", b"a=ssrc:1 msid:", b"a=ssrc:1 msid:a",
         b"a=ssrc:0 cname:", b"a=ssrc-group:FID", b"a=ssrc-group:FID 1",
         b"a=ssrc-group:FID 1 2 3", b"a=msid", b"a=msid:", b"a=msid: ",
         b"a=candidate:", b"a=candidate:1 1 UDP 1 1.2.3.4 1 typ host",
         b"a=candidate:1 2 TCP 1 1.2.3.4 1 typ host tcptype so",
         b"a=candidate:1 1 UDP 1 999.2.3.4 1 typ host",
         b"a=candidate:1 1 UDP 1 :::: 1 typ srflx raddr x rport y",
         b"a=candidate:1 1 UDP 1 a.local 1 typ host generation",
         b"a=end-of-candidates", b"a=bundle-only", b"a=inactive", b"a=recvonly",
         b"a=rid:a send", b"a=rid:", b"a=simulcast:send a;b", b"a=simulcast:",
         b"a=imageattr:96", b"a=framerate:", b"a=framerate:x", b"a=framesize:",
         b"a=framesize:96 x", b"a=key-mgmt:", b"a=crypto:1 x",
         b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x", b"a=rtcp:x",
         b"a=ptime:x", b"a=maxptime:", b"a=group:BUNDLE", b"a=group:",
         b"a=rtcp-mux-only", b"a=rtcp-rsize", b"a=sctp-port:5000",
         b"a=source-filter: incl IN IP4 * 1.2.3.4", b"a=control:x",
         b"a=range:npt=", b"a=ts-refclk:", b"a=mediaclk:", b"a=x-caps:96 x",
         b"b=", b"b=AS", b"b=AS:x", b"b=TIAS:99999999999", b"c=", b"c=IN",
         b"c=IN IP4 x/1/2/3", b"i=x", b"k=clear:x", b"k=", b"r=1", b"z=1 1",
         b"e=x", b"p=x", b"u=x", b"t=1", b"v=0", b"m=video 9",
         b"m=audio 9 UDP/TLS/RTP/SAVPF 0", b"m=application 9 UDP/DTLS/SCTP x",
         b"m=text 0 UDP/TLS/RTP/SAVPF 0", b"", b"x", b"a"]


@functools.lru_cache(maxsize=None)
def good_offers():
    """Names and texts of the offers of real clients."""
    return {path.stem: path.read_bytes()
            for path in sorted(OFFERS.glob("*.sdp"))}


def _mutate_lines(rng, lines, others):
    at = rng.randrange(len(lines))
    what = rng.randrange(5)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines.insert(rng.randrange(len(lines)), lines[at])
    elif what == 2:
        to = rng.randrange(len(lines))
        lines[at], lines[to] = lines[to], lines[at]
    elif what == 3:
        lines.insert(at, rng.choice(LINES))
    else:
        lines.insert(at, rng.choice(rng.choice(others).split(b"\r\n")))


def _mutate_word(rng, lines):
    at = rng.randrange(len(lines))
    pattern = rb"[0-9]+" if rng.randrange(2) else rb"[^ :=;/]+"
    places = list(re.finditer(pattern, lines[at]))
    if places:
        place = rng.choice(places)
        new = rng.choice(NUMBERS if rng.randrange(2) else WORDS)
        lines[at] = lines[at][:place.start()] + new + lines[at][place.end():]


def _mutate_bytes(rng, text):
    at = rng.randrange(len(text))
    what = rng.randrange(4)
    if what == 0:
        return text[:at] + bytes([rng.randrange(256)]) + text[at + 1:]
    if what == 1:
        return text[:at] + text[at + 1:]
    if what == 2:
        return text[:at] + bytes([rng.randrange(32, 127)]) + text[at:]
    return text[:at]


def mutant(number):
    """The mutant of that number."""
    rng = random.Random(number)
    offers = list(good_offers().values())
    text = rng.choice(offers)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        if not text:
            break
        lines = text.split(b"\r\n")
        what = rng.randrange(10)
        if what < 5:
            _mutate_lines(rng, lines, offers)
        elif what < 9:
            _mutate_word(rng, lines)
        else:
            text = _mutate_bytes(rng, text)
            continue
        text = b"\r\n".join(lines)
    return text
