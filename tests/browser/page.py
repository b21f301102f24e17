# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The page that the recorder shows, in a real browser: what it does and says.

What is recorded through it is endtoend.py's.
"""

import os
import pathlib
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "check"))

import program
from chromium import Browser
from recorder import Recorder

SETTLED = "['recording', 'failed', 'stopped'].includes(session.state)"
TOKEN = "s3cret-token"


def settle(browser):
    browser.wait_for(SETTLED)
    return browser.evaluate("({state: session.state, error: session.error, "
                            "shown: byId('error').textContent, "
                            "text: byId('state').textContent})")


def expect(condition, *what):
    assert condition, "\n".join(str(part) for part in what)


def expect_failed(browser, words):
    page = settle(browser)
    expect(page["state"] == "failed" and page["text"] == "Not recording", page)
    expect(words in page["error"] and page["error"] == page["shown"], page)
    # It can be tried again.
    expect(browser.evaluate("!byId('start').disabled && byId('stop').disabled"))


def test_a_button_starts_and_a_button_stops():
    with Recorder() as recorder, Browser() as browser:
        browser.open(recorder.url)
        expect(browser.evaluate("session.state") == "ready")
        for number in (1, 2):
            browser.evaluate("byId('start').click()")
            expect(settle(browser)["state"] == "recording", recorder.tell())
            browser.wait_for("session.stats().then(s => s.framesSent > 30)")
            browser.wait_for("byId('time').textContent !== '0:00'")
            browser.wait_for("Number(byId('frames').textContent) > 0")
            browser.evaluate("byId('stop').click()")
            browser.wait_for("session.state === 'stopped'")
            recorder.wait_for("ended (deleted): /", count=number)
        expect(not browser.said, browser.said)
        expect(len(recorder.finish()) == 2, recorder.tell())


def test_parameters_choose_codec_and_media():
    with Recorder() as recorder, Browser() as browser:
        for query, video, audio in (("codec=VP9", "VP9", "OPUS"),
                                    ("codec=H264&audio=0", "H264", "none"),
                                    ("video=0", "none", "OPUS")):
            browser.open(recorder.url + "?auto=1&width=320&height=180&" + query)
            expect(settle(browser)["state"] == "recording", recorder.tell())
            browser.wait_for("session.stats().then(s => "
                             "s.framesSent + s.audioPacketsSent > 30)")
            stats = browser.evaluate("session.stop()")
            expect(stats["codec"] == (None if video == "none" else video),
                   stats)
            expect(stats["audioCodec"] == (
                None if audio == "none" else "OPUS"), stats)
        found = [(session["video"], session["audio"])
                 for session in recorder.finish()]
        expect(found == [("VP9", "OPUS"), ("H264", "none"), ("none", "OPUS")],
               found)


def test_leaving_the_page_ends_the_session():
    with Recorder() as recorder, Browser() as browser:
        browser.open(recorder.url + "?auto=1")
        expect(settle(browser)["state"] == "recording", recorder.tell())
        recorder.wait_for("first frame")
        browser.call("Page.navigate", url="about:blank")
        recorder.wait_for("ended (deleted): /")


def test_a_page_that_is_loaded_again_finds_its_place_free():
    with Recorder("--max-sessions=1") as recorder, Browser() as browser:
        browser.open(recorder.url + "?auto=1")
        expect(settle(browser)["state"] == "recording", recorder.tell())
        recorder.wait_for("first frame")
        browser.call("Page.reload")
        recorder.wait_for("first frame", count=2)
        expect("refused" not in recorder.tell(), recorder.tell())
        recorder.wait_for("ended (deleted): /")


def test_the_token_is_asked_for_and_taken():
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(TOKEN + "\n")
        file.flush()
        os.chmod(file.name, 0o600)
        with Recorder("--token-file=" + file.name) as recorder, \
                Browser() as browser:
            browser.open(recorder.url + "?auto=1")
            expect_failed(browser, "asks for a token. Enter it")
            browser.open(recorder.url + "?auto=1&token=wrong")
            expect_failed(browser, "this is not it")
            for where in ("?auto=1&token=" + TOKEN, "?auto=1#token=" + TOKEN):
                browser.open("about:blank?")
                browser.open(recorder.url + where)
                expect(settle(browser)["state"] == "recording",
                       recorder.tell())
                browser.evaluate("session.stop()")


def test_a_refusal_is_shown_in_the_recorders_words():
    with Recorder("--max-sessions=1") as recorder, Browser() as one, \
            Browser() as other:
        one.open(recorder.url + "?auto=1")
        expect(settle(one)["state"] == "recording", recorder.tell())
        other.open(recorder.url + "?auto=1")
        expect_failed(other, "refused (503): there are as many sessions as")
        one.evaluate("session.stop()")
        recorder.wait_for("ended (deleted)")
        other.evaluate("byId('start').click()")
        expect(settle(other)["state"] == "recording", recorder.tell())


def test_a_recorder_that_is_gone_is_told():
    with Recorder() as recorder, Browser() as browser:
        browser.open(recorder.url)
        recorder.finish()
        browser.evaluate("byId('start').click()")
        expect_failed(browser, "cannot be reached")


def test_plain_http_from_elsewhere_is_told_what_would_do():
    rule = "--host-resolver-rules=MAP recorder.test 127.0.0.1"
    with Recorder() as recorder, Browser(rule) as browser:
        port = urllib.parse.urlsplit(recorder.url).port
        browser.open("http://recorder.test:%d/?auto=1" % port)
        expect_failed(browser, "ssh -L %d:localhost:%d" % (port, port))


if __name__ == "__main__":
    sys.exit(program.main(globals()))
