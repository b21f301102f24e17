#include <gst/gst.h>

static void
on_warning (GstBus *bus, GstMessage *message, gpointer user_data)
{
  const GstStructure *s = gst_message_get_structure (message);
  guint64 frame, duration;

  if (gst_structure_has_name (s, "prof-warning")
      && gst_structure_get_uint64 (s, "frame", &frame)
      && gst_structure_get_uint64 (s, "duration", &duration))
    g_print ("%s %s %s frame %" G_GUINT64_FORMAT " took %.1f ms: %s - %s\n",
        gst_structure_get_string (s, "state"),
        gst_structure_get_string (s, "kind"),
        gst_structure_get_string (s, "stage"), frame, duration / 1e6,
        gst_structure_get_string (s, "root-cause"),
        gst_structure_get_string (s, "advice"));
}

int
main (int argc, char **argv)
{
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  GstElement *pipeline;
  GstBus *bus;

  gst_init (&argc, &argv);
  pipeline = gst_parse_launch ("videotestsrc num-buffers=60 ! profnormalize ! "
      "profencode encoder=\"identity sleep-time=60000 ! x264enc "
      "tune=zerolatency\" ! h264parse ! profmuxsink location=test.mkv "
      "latencytracer", NULL);
  bus = gst_element_get_bus (pipeline);
  gst_bus_add_signal_watch (bus);
  g_signal_connect (bus, "message::element", G_CALLBACK (on_warning), NULL);
  g_signal_connect_swapped (bus, "message::eos",
      G_CALLBACK (g_main_loop_quit), loop);
  g_signal_connect_swapped (bus, "message::error",
      G_CALLBACK (g_main_loop_quit), loop);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_remove_signal_watch (bus);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_main_loop_unref (loop);
  return 0;
}
