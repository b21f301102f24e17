# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Whatever is posted to the recorder, it goes on recording who is there."""

import contextlib
import http.client
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse

from program import Running, expect, main
from whip import SDP, Reply, bad_bodies
from whipmutate import mutant

CLIENT = str(pathlib.Path(os.environ["GST_PROF_SOURCE"]) / "tests" / "webrtc"
             / "whipclient.py")
FRAMES = 240
TIMEOUT_S = 60
# Each that passes the check costs a pipeline.
MUTANTS = 60


class Recorder:
    def __init__(self, folder, *args):
        self.running = Running("record", "--whip=127.0.0.1:0",
                               "--output=" + folder + "/", *args)
        line = self.running.wait_for("recording whoever opens")
        self.url = re.search(r"http://\S+", line).group(0)
        self.address = urllib.parse.urlsplit(self.url).netloc

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.running.process.poll() is None:
            self.running.process.kill()
            self.running.finish()

    def request(self, method, path, body=None, headers=None):
        with contextlib.closing(http.client.HTTPConnection(
                self.address, timeout=TIMEOUT_S)) as connection:
            connection.request(method, path, body, headers or {})
            return Reply(connection.getresponse())

    def finish(self):
        self.running.signal(signal.SIGINT)
        return self.running.finish()


def fields(line):
    return dict(field.split("=", 1) for field in line.split())


def test_a_recording_goes_on_among_malformed_offers():
    answers = {}
    with tempfile.TemporaryDirectory() as folder, \
            contextlib.ExitStack() as stack:
        recorder = stack.enter_context(Recorder(folder, "--max-sessions=3"))
        client = stack.enter_context(subprocess.Popen(
            [sys.executable, CLIENT, "--frames=%d" % FRAMES,
             recorder.url + "whip"], text=True, stdout=subprocess.PIPE))
        stack.callback(client.kill)
        recorder.running.wait_for("first frame")
        for name, body in bad_bodies():
            reply = recorder.request("POST", "/whip", body, SDP)
            assert reply.status == 400, (name, str(reply))
        assert client.poll() is None, "the client ended before"
        for number in range(MUTANTS):
            reply = recorder.request("POST", "/whip", mutant(number), SDP)
            answers[reply.status] = answers.get(reply.status, 0) + 1
            assert reply.status in (201, 400, 422, 503), (number, str(reply))
            if reply.status == 201:
                gone = recorder.request("DELETE", reply.headers["Location"])
                assert gone.status == 200, (number, str(gone))
        out, _ = client.communicate(timeout=TIMEOUT_S)
        assert client.returncode == 0, out
        recorder.running.wait_for("ended (deleted): " + folder)
        result = recorder.finish()
        sent = fields(out.strip().splitlines()[-1])
        counts = [fields(line) for line in result.out.splitlines()
                  if line.startswith("session=") and " received=%d " % FRAMES
                  in line]
        expect(int(sent["sent"]) == FRAMES and len(counts) == 1, result)
        expect(int(counts[0]["recorded"]) + int(counts[0]["dropped"])
               == FRAMES, result)
        expect(counts[0]["clean"] == "yes" and counts[0]["end"] == "deleted",
               result)
        expect(len(os.listdir(folder)) == 1, os.listdir(folder))
    print("# answers to mutants: %s" % answers, flush=True)


if __name__ == "__main__":
    sys.exit(main(globals()))
