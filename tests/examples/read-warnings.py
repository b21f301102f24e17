import gi
gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst

Gst.init(None)
pipeline = Gst.parse_launch(
    'videotestsrc num-buffers=60 ! profnormalize ! '
    'profencode encoder="identity sleep-time=60000 ! x264enc tune=zerolatency" ! '
    'h264parse ! profmuxsink location=test.mkv latencytracer')
loop = GLib.MainLoop()


def on_message(bus, message):
    if message.type in (Gst.MessageType.EOS, Gst.MessageType.ERROR):
        loop.quit()
    s = message.get_structure()
    if s and s.has_name('prof-warning'):
        print(s['state'], s['kind'], s['stage'], 'frame', s['frame'],
              f"took {s['duration'] / 1e6:.1f} ms:", s['root-cause'],
              '-', s['advice'])


bus = pipeline.get_bus()
bus.add_signal_watch()
bus.connect('message', on_message)
pipeline.set_state(Gst.State.PLAYING)
loop.run()
pipeline.set_state(Gst.State.NULL)
