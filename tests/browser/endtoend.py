# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A real browser is recorded for 12 s, and the file compared with what it sent.

endtoend.py [--no-encode] CODEC ...

For each codec: Chromium opens the recorder's own page, publishes its fake camera
and microphone, and stops as the button does. On the way its picture becomes much
smaller and larger again, and once black, with the sound off. Prints TAP, and what
was measured as comments.
"""

import argparse
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "check"))

import program
from chromium import Browser
from media import Recording
from recorder import Recorder

SECONDS = 12
# From the first frame on: when the picture becomes small, large, black, bright.
# How long it is black is no multiple of the beeps' half second.
SMALL_AT, LARGE_AT, BLACK_AT, BRIGHT_AT = 3, 4.5, 7, 8.25
SMALLER = 2
# Of a browser that has no time for its pictures nothing is learned about how far
# they are from the sound.
PACE = 28
ATTEMPTS = 3
OFFSET_S = 0.08

SCALE = """
(async factor => {
  const sender = session.pc.getSenders().find(
      sender => sender.track && sender.track.kind === 'video');
  const parameters = sender.getParameters();
  parameters.encodings[0].scaleResolutionDownBy = factor;
  await sender.setParameters(parameters);
})(%d)"""
ENABLE = "session.stream.getTracks().forEach(track => track.enabled = %s)"


def record(codec, no_encode):
    """A session in which the browser kept its pace, if there is one."""
    for _ in range(ATTEMPTS):
        session = Session(codec, no_encode)
        if session.kept_pace():
            break
    return session


class Session:
    """What one recording came to."""

    def __init__(self, codec, no_encode):
        steps = [(SMALL_AT, SCALE % SMALLER), (LARGE_AT, SCALE % 1),
                 (BLACK_AT, ENABLE % "false"), (BRIGHT_AT, ENABLE % "true")]
        args = ["--verbose"] + (["--no-encode"] if no_encode else [])
        with Recorder(*args) as recorder, Browser() as browser:
            browser.open(recorder.url
                         + "?auto=1&width=1280&height=720&fps=30&codec=" + codec)
            browser.wait_for("['recording', 'failed'].includes(session.state)")
            recorder.wait_for("first frame")
            start = time.monotonic()
            self.sizes = []
            while time.monotonic() < start + SECONDS:
                if steps and time.monotonic() >= start + steps[0][0]:
                    browser.evaluate(steps.pop(0)[1])
                stats = browser.evaluate("session.stats()")
                size = (stats["frameWidth"], stats["frameHeight"])
                if size not in self.sizes[-1:]:
                    self.sizes.append(size)
                time.sleep(0.1)
            # Takes the tracks away, and waits for what is on its way.
            self.sent = browser.evaluate("session.stop()")
            self.counts = recorder.finish()[0]
            self.recording = Recording(self.counts["file"])
            self.said = recorder.tell()
        print("# %s: sent %s" % (codec, self.sent))
        print("# %s: %s" % (codec, self.counts))

    def kept_pace(self):
        return self.sent["framesEncoded"] > SECONDS * PACE

    def __str__(self):
        return "%s\n%s\n%s" % (self.sent, self.counts, self.said)


def every_frame_is_in_the_file_or_reported(session):
    counts, pictures = session.counts, len(session.recording.pictures)
    missing = (counts["dropped"] + counts.get("lost", 0)
               - counts["repeated"])
    program.expect(counts["clean"] == "yes"
                   and counts["end"] == "deleted", session)
    # A busy machine makes the browser slower.
    program.expect(session.sent["framesEncoded"] > SECONDS * 5, session)
    program.expect(session.sent["framesEncoded"]
                   == session.sent["framesSent"], session)
    program.expect(pictures == counts["recorded"], session)
    program.expect(session.sent["framesEncoded"] == pictures + missing, session)


def the_sound_is_all_there(session):
    last = session.recording.pictures[-1].time
    # 20 ms each; the last ones may be on their way
    program.expect(0 <= session.sent["audioPacketsSent"]
                   - session.counts["sound"] < 25, session)
    program.expect(abs(session.recording.seconds - last) < 0.5, session)


def sound_and_picture_are_less_than_80_ms_apart(session):
    offsets = session.recording.offsets()
    offset = statistics.median(offsets) if offsets else None
    print("# sound after picture, ms: median %s of %s" % (
        offset and round(offset * 1000),
        " ".join("%.0f" % (1000 * each) for each in offsets)))
    if not session.kept_pace():
        raise program.Skip("the browser had no time for its pictures")
    program.expect(len(offsets) >= 3, session)
    program.expect(abs(offset) < OFFSET_S, session)
    program.expect(session.recording.contradictions(offset) == [],
                   "%s\n%s" % (session.recording.contradictions(offset),
                               session))


def the_browser_changed_its_size_and_the_file_did_not(session):
    print("# sizes sent: %s" % " ".join("%dx%d" % size
                                        for size in session.sizes))
    # Twice at least, down and up again
    program.expect(len(session.sizes) >= 3, session.sizes)
    program.expect(session.recording.sizes == {(1280, 720)},
                   session.recording.sizes)


def the_browser_changed_its_size_and_so_did_the_file(session):
    print("# sizes sent: %s" % " ".join("%dx%d" % size
                                        for size in session.sizes))
    program.expect(len(session.sizes) >= 3, session.sizes)
    program.expect(len(session.recording.sizes) >= 2, session.recording.sizes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-encode", action="store_true")
    parser.add_argument("codecs", nargs="*", default=["VP8"])
    args = parser.parse_args()
    claims = [every_frame_is_in_the_file_or_reported, the_sound_is_all_there,
              sound_and_picture_are_less_than_80_ms_apart,
              the_browser_changed_its_size_and_so_did_the_file
              if args.no_encode
              else the_browser_changed_its_size_and_the_file_did_not]
    tests = {}
    for codec in args.codecs:
        attempt = program.Once(record, codec, args.no_encode)
        for claim in claims:
            tests["test_%s:_%s" % (codec, claim.__name__)] = (
                lambda claim=claim, attempt=attempt: claim(attempt.get()))
    return program.main(tests)


if __name__ == "__main__":
    sys.exit(main())
