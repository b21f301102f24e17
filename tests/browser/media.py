# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What is in a recording of Chromium's fake camera and microphone.

The fake camera draws a small square into each corner of its picture, whose
brightness tells the time: at x, y (in pixels) it is

  256 * fraction (elapsed / 5 s + (x + y) / (width + height))

Every 0.5 s of the same elapsed time the fake microphone beeps. So each time that
the brightness at some place falls from white to black, a beep is due some known
time before or after. That survives any scaling and encoding, as only the fall is
looked at.

All beeps are alike, so that an offset of half a second would look like none. For
that the test makes the picture black and the sound silent for a moment that is no
multiple of the half second.
"""

import array
import statistics

import gi
gi.require_version("Gst", "1.0")
from gi.repository import Gst

Gst.init(None)

PERIOD = 5.0
BEEP = 0.5
# Of the picture's width; blocks in each direction that are looked at.
SQUARE = 16
BLOCKS = 5
FALL_FROM, FALL_TO = 180, 110
# The squares are never darker than that, black is.
BLACK = 24
RATE = 48000
LOUD = 3000
QUIET_S = 0.2
# Between what must be heard and what must not
EDGE_S = 0.12
TIMEOUT = 60 * Gst.SECOND

# A thread each for the video, as it may be 12 s of 720p.
PIPELINE = (
    "filesrc location=\"{path}\" ! decodebin name=decode "
    "decode. ! queue ! videoconvert ! video/x-raw,format=I420 ! "
    "appsink name=video sync=false max-buffers=4 "
    "decode. ! queue max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! "
    "audioconvert ! audioresample ! "
    "audio/x-raw,format=S16LE,channels=1,rate=%d ! "
    "appsink name=audio sync=false" % RATE)
VIDEO_ONLY = (
    "filesrc location=\"{path}\" ! decodebin name=decode "
    "decode. ! queue ! videoconvert ! video/x-raw,format=I420 ! "
    "appsink name=video sync=false max-buffers=4")


class Unreadable(Exception):
    """A file that cannot be decoded to its end."""


def _pull(pipeline, name):
    """The samples of an appsink until the end of the stream."""
    sink = pipeline.get_by_name(name)
    while True:
        sample = sink.emit("try-pull-sample", TIMEOUT)
        message = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)
        if message:
            raise Unreadable(message.parse_error().gerror.message)
        if sample is None:
            if not sink.get_property("eos"):
                raise Unreadable("no more %s and no end" % name)
            return
        yield sample


class Picture:
    """What is kept of a frame: its time, and the brightness of its blocks."""

    def __init__(self, time, size, blocks):
        self.time = time
        self.size = size
        self.blocks = blocks

    @property
    def black(self):
        return all(value < BLACK for value in self.blocks)


def _block_centres(width, height):
    """The same places in each of the four squares."""
    side = width // SQUARE
    step = side // BLOCKS
    return [(left + step * column + step // 2, top + step * row + step // 2)
            for left in (0, width - side) for top in (0, height - side)
            for row in range(BLOCKS) for column in range(BLOCKS)]


def _read_picture(sample):
    buffer = sample.get_buffer()
    caps = sample.get_caps().get_structure(0)
    width, height = caps["width"], caps["height"]
    stride = (width + 3) // 4 * 4
    radius = width // SQUARE // BLOCKS // 4
    rows = {}
    blocks = []
    for x, y in _block_centres(width, height):
        if y not in rows:
            rows[y] = buffer.extract_dup(y * stride, width)
        part = rows[y][x - radius:x + radius + 1]
        blocks.append(sum(part) / len(part))
    return Picture(buffer.pts / Gst.SECOND, (width, height), blocks)


class Recording:
    """A file, decoded to its end. pictures: all frames; beeps: their beginnings
    in seconds; seconds: of the sound."""

    def __init__(self, path, audio=True):
        pipeline = Gst.parse_launch(
            (PIPELINE if audio else VIDEO_ONLY).format(path=path))
        pipeline.set_state(Gst.State.PLAYING)
        try:
            self.pictures = [_read_picture(sample)
                             for sample in _pull(pipeline, "video")]
            self.beeps, self.seconds = [], 0
            if audio:
                self._listen(pipeline)
        finally:
            pipeline.set_state(Gst.State.NULL)

    def _listen(self, pipeline):
        last = None
        for sample in _pull(pipeline, "audio"):
            buffer = sample.get_buffer()
            start = buffer.pts / Gst.SECOND
            samples = array.array(
                "h", buffer.extract_dup(0, buffer.get_size()))
            self.seconds = start + len(samples) / RATE
            if max(samples, default=0) < LOUD:
                continue
            for index, value in enumerate(samples):
                if abs(value) < LOUD:
                    continue
                now = start + index / RATE
                if last is None or now - last > QUIET_S:
                    self.beeps.append(now)
                last = now

    @property
    def sizes(self):
        return {picture.size for picture in self.pictures}

    def black(self):
        """When the picture was black: from the first such frame to the first
        that is not."""
        times = [index for index, picture in enumerate(self.pictures)
                 if picture.black]
        if not times or times[-1] + 1 == len(self.pictures):
            raise AssertionError("the picture was not black for a moment")
        return (self.pictures[times[0]].time,
                self.pictures[times[-1] + 1].time)

    def marks(self):
        """When the picture says that a beep is due; one time for each passage of
        the fall over one of the squares."""
        width, height = self.pictures[0].size
        passages = {}
        for number, (x, y) in enumerate(_block_centres(width, height)):
            # elapsed, within the period, when the brightness falls there
            elapsed = PERIOD * (1 - (x + y) / (width + height)) % PERIOD
            # of the beeps the one in the middle of the square's passage
            middle = PERIOD * (1 - self._middle(number) / (width + height))
            due = round(middle / BEEP) * BEEP
            for before, after in zip(self.pictures, self.pictures[1:]):
                if before.black or after.black \
                        or before.blocks[number] < FALL_FROM \
                        or after.blocks[number] > FALL_TO:
                    continue
                fall = (before.time + after.time) / 2
                shift = (due - elapsed + PERIOD / 2) % PERIOD - PERIOD / 2
                square = number // (BLOCKS * BLOCKS)
                passages.setdefault(
                    (square, round((fall + shift) / PERIOD * 2)),
                    []).append(fall + shift)
        # A block at the very edge of a fall says little alone.
        return sorted(statistics.median(times) for times in passages.values()
                      if len(times) >= BLOCKS)

    def _middle(self, number):
        """x + y in the middle of the square that a block is in."""
        places = _block_centres(*self.pictures[0].size)
        square = number // (BLOCKS * BLOCKS) * BLOCKS * BLOCKS
        return statistics.mean(
            x + y for x, y in places[square:square + BLOCKS * BLOCKS])

    def offsets(self):
        """Seconds by which the sound is later than the picture, at each mark
        that has a beep; to within half a beep's interval."""
        found = []
        for mark in self.marks():
            nearest = min(self.beeps, key=lambda beep: abs(beep - mark))
            if abs(nearest - mark) <= BEEP / 2:
                found.append(nearest - mark)
        return found

    def contradictions(self, offset):
        """Beeps that are heard while the picture is black, or not heard while it
        is not: what an offset that is wrong by whole intervals leads to."""
        start, end = self.black()
        mark = self.marks()[0]
        mark += round((start - mark) / BEEP - 4) * BEEP
        found = []
        while mark < end + 4 * BEEP:
            heard = any(abs(beep - mark - offset) < BEEP / 4
                        for beep in self.beeps)
            inside = start + EDGE_S < mark < end - EDGE_S
            outside = mark < start - EDGE_S or mark > end + EDGE_S
            if 0 < mark < self.pictures[-1].time and (
                    inside and heard or outside and not heard):
                found.append("%s at %.3f" % (
                    "heard" if heard else "not heard", mark))
            mark += BEEP
        return found
