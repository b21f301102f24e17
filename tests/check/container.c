/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Reading back what muxers write. The bytes are what GStreamer 1.22's muxers
 * gave to a filesink: four frames of 64x64 by x264enc with two B-frames, and
 * sound. What a test cuts off is payload; the size of the buffer is told apart.
 */

#include <gst/check/gstcheck.h>
#include <gst/prof/gstprofcontainer.h>

#define MS GST_MSECOND
#define NONE GST_CLOCK_TIME_NONE

static const gchar mkv_ebml[] =
    "1a45dfa301000000000000144282896d6174726f736b61004287810242858102";

/* Segment, SeekHead, Info, Tracks: video is 1, Opus is 2 */
static const gchar mkv_segment[] =
    "1853806701ffffffffffffff114d9b74010000000000008c4dbb0100000000000012"
    "53ab841549a96653ac88ffffffffffffffff4dbb010000000000001253ab841654ae"
    "6b53ac88ffffffffffffffff4dbb010000000000001253ab841043a77053ac88ffff"
    "ffffffffffff4dbb010000000000001253ab841c53bb6b53ac88ffffffffffffffff"
    "4dbb010000000000001253ab841254c36753ac88ffffffffffffffff1549a9660100"
    "00000000007473a4901150a463eaaaa008f6fcebe0054963052ad7b1830f42404489"
    "884060aaaaa9f7b5af4d80a54753747265616d6572206d6174726f736b616d757820"
    "76657273696f6e20312e32322e30005741994753747265616d6572204d6174726f73"
    "6b61206d75786572004461880b56f7249a0778e01654ae6b0100000000000101ae01"
    "0000000000008ed7810183810173c5881e30f19d06e5176523e3838401fca055536e"
    "86566964656f00e00100000000000023b08140ba81409a810255b001000000000000"
    "1055b9810155b1810655ba810655bb81068690565f4d504547342f49534f2f415643"
    "0063a2ab01f4000dffe1001c67f4000d90d9b2884d80b50606064000000300400000"
    "0f23c50a658001000468ce3192ae0100000000000061d7810283810273c5882a9549"
    "016030265623e3838401312d00536e86417564696f00e1010000000000000ab58840"
    "e77000000000008687415f4f5055530063a2934f707573486561640101380180bb00"
    "0000000056bb8404c4b40056aa83632ea0";

/* moov: AAC and H.264 */
static const gchar iso_moov[] =
    "0000057d6d6f6f760000006c6d76686400000000e7299d36e7299d3700000bb80000"
    "00000001000001000000000000000000000000010000000000000000000000000000"
    "00010000000000000000000000000000400000000000000000000000000000000000"
    "00000000000000000000000000030000026e7472616b0000005c746b686400000007"
    "e7299d37e7299d370000000100000000000000000000000000000000000000000000"
    "00000001000000000000000000000000000000010000000000000000000000000000"
    "400000000040000000400000000001b16d646961000000206d64686400000000e729"
    "9d37e7299d3700000bb80000000055c400000000002d68646c720000000000000000"
    "76696465000000000000000000000000566964656f48616e646c6572000000015c6d"
    "696e6600000014766d68640000000100000000000000000000002464696e66000000"
    "1c6472656600000000000000010000000c75726c20000000010000011c7374626c00"
    "0000d0737473640000000000000001000000c0617663310000000000000001000000"
    "00000000000000000000000000004000400048000000480000000000000001000000"
    "00000000000000000000000000000000000000000000000000000000000018ffff00"
    "0000336176634301f4000dffe1001c67f4000d90d9b2884d80b50606064000000300"
    "4000000f23c50a658001000468ce3192000000146274727400000000000000000000"
    "000000000013636f6c726e636c780006000600060000000010706173700000000100"
    "00000100000010737474730000000000000000000000107374736300000000000000"
    "00000000147374737a000000000000000000000000000000107374636f0000000000"
    "0000000000005975647461000000516d657461000000000000002168646c72000000"
    "006d686c726d6469720000000000000000000000000000000024696c73740000001c"
    "a9746f6f0000001464617461000000010000000078323634000002027472616b0000"
    "005c746b686400000007e7299d37e7299d3700000002000000000000000000000000"
    "00000000000000000100000000010000000000000000000000000000000100000000"
    "000000000000000000004000000000000000000000000000013b6d64696100000020"
    "6d64686400000000e7299d37e7299d370000bb800000000055c400000000002d6864"
    "6c720000000000000000736f756e000000000000000000000000536f756e6448616e"
    "646c657200000000e66d696e6600000010736d686400000000000000000000002464"
    "696e660000001c6472656600000000000000010000000c75726c2000000001000000"
    "aa7374626c0000005e7374736400000000000000010000004e6d7034610000000000"
    "00000100000000000000000001001000000000bb8000000000002a65736473000000"
    "00031c0002000414401500000000000000000000000505118856e500060102000000"
    "10737474730000000000000000000000107374736300000000000000000000001473"
    "74737a000000000000000000000000000000107374636f0000000000000000000000"
    "63756474610000005b6d657461000000000000002168646c72000000006d686c726d"
    "646972000000000000000000000000000000002e696c737400000026a96465730000"
    "001e646174610000000100000000617564696f7465737420776176650000003d7564"
    "7461000000356d657461000000000000002168646c72000000006d686c726d646972"
    "0000000000000000000000000000000008696c73740000005c6d766578000000146d"
    "65686401000000000000000000000000000020747265780000000000000001000000"
    "01000000000000000000000000000000207472657800000000000000020000000100"
    "0000000000000000000000";

static const gchar iso_ftyp[] =
    "00000020667479706d703432000000006d7034326d70343169736f6d69736f32";

/* Fragments of one and of the other */
static const gchar iso_moof_audio[] =
    "000000846d6f6f66000000106d66686400000000000000010000006c747261660000"
    "00107466686400000000000000020000001074666474000000000000000000000044"
    "7472756e00000701000000040000008c00000400000000d5000000c0000004000000"
    "00fc000000c00000040000000095000000c000000400000000a3000000c0";

static const gchar iso_moof_video[] =
    "000000946d6f6f66000000106d66686400000000000000020000007c747261660000"
    "00107466686400000000000000010000001074666474000000000000000000000054"
    "7472756e00000f01000000040000009c0000006400000a5800000040000000c80000"
    "00640000037f000100c00000019000000064000002ec000100c00000006400000064"
    "000002b3000100c000000064";

/* PAT, PMT, the first packets of video and of sound, and the second of video */
static const gchar ts_pat[] =
    "47400031a600ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ff0000b00d0001c100000001e020a2c32941";

static const gchar ts_pmt[] =
    "474020319200ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffffff0002b0210001c10000e041f0001be041f00a05"
    "0848444d56ff1b443f0fe042f00076d666e7";

static const gchar ts_video[] =
    "47404131075009a7cacffe00000001e00a6581c00a314d3fb201114d3f8323000000"
    "0109100000000167f4000d90d9b2884d80b506060640000003004000000f23c50a65"
    "800000000168ce3192000000010605fffff2dc45e9bde6d948b7962cd820d923eeef"
    "78323634202d20636f7265203136342072333039352062616565343030202d20482e"
    "3236342f4d5045472d342041564320636f646563202d20436f70796c656674203230"
    "30332d32303232202d20687474703a2f2f77";

static const gchar ts_audio[] =
    "47404211000001c000e4818005214d3fb201fff14c401b9ffcde02004c6176633539"
    "2e33372e313030000280aa5b29fa1616b1df3d7cf1c798f3c6d6b90d54ad53caa6a4"
    "91080e92ec19ba99774178dbf536d6740756d1dbb790738f3d6d1beac98cbce79bb8"
    "6ecaad41f2de23dadb4f058dccb1b86b0d7b39c5616c585b15767b1392b0e1b1b86c"
    "4d9acb3d85b1616c55d9e91af4ed146d148c948b6796d6db1576cd5daf4ed1357a6a"
    "f4f2d9e5b50b6799262f4d609ac13164c592";

static const gchar ts_video_2[] =
    "47404110000001e0038c81c00a314d3ff851114d3f9a930000000109300000000141"
    "9a230026a5844bc001106e6084345ab74092ceb6b7804000634a078076071ddab005"
    "05601742180a1ff86627f818014c0b707c048f97ae6b1649000021367400010c8f00"
    "20001006902c4ee44f13b67403b9c611b0d1f90009c800a02850f564e9470aed8baa"
    "e312fffffe24225240010cd9947521a9711ad35de2c2217a4c00ac079e0914fffbff"
    "c5e0008003000104900010043a1542900283";

static const gchar ts_video_more[] =
    "4700411277772e766964656f6c616e2e6f72672f783236342e68746d6c202d206f70"
    "74696f6e733a2063616261633d30207265663d31206465626c6f636b3d303a303a30"
    "20616e616c7973653d303a30206d653d646961207375626d653d30207073793d3120"
    "7073795f72643d312e30303a302e3030206d697865645f7265663d30206d655f7261"
    "6e67653d3136206368726f6d615f6d653d31207472656c6c69733d30203878386463"
    "743d302063716d3d3020646561647a6f6e65";

static void
parse_hex (const gchar * hex, guint8 * data, gsize * size)
{
  gsize length = strlen (hex);

  for (gsize i = 0; i < length; i += 2)
    data[i / 2] = g_ascii_xdigit_value (hex[i]) << 4
        | g_ascii_xdigit_value (hex[i + 1]);
  *size = length / 2;
}

static GstProfContainerUnit
read_timed (GstProfContainer * c, const gchar * hex, guint64 size,
    GstClockTime pts, GstClockTime dts)
{
  guint8 data[2048];
  gsize have;
  GstProfContainerUnit unit;

  parse_hex (hex, data, &have);
  gst_prof_container_read (c, data, have, size ? size : have, pts, dts, &unit);
  return unit;
}

/* @hex: the buffer's first bytes; @size: its size, 0: these are all */
static GstProfContainerUnit
read_hex (GstProfContainer * c, const gchar * hex, guint64 size)
{
  return read_timed (c, hex, size, NONE, NONE);
}

static void
init (GstProfContainer * c, const gchar * caps_string)
{
  GstCaps *caps = gst_caps_from_string (caps_string);

  gst_prof_container_init (c, caps);
  gst_caps_unref (caps);
}

#define fail_unless_kind(unit, expected) \
  fail_unless_equals_int ((unit).kind, GST_PROF_CONTAINER_KIND_ ## expected)

#define fail_unless_read(c, hex, size, kind) \
  fail_unless_kind (read_hex (c, hex, size), kind)

static void
init_matroska (GstProfContainer * c)
{
  init (c, "video/x-matroska");
  fail_unless_read (c, mkv_ebml, 0, HEADER);
  fail_unless_read (c, mkv_segment, 0, HEADER);
  fail_unless_read (c, "1f43b67501ffffffffffffffe78100", 0, HEADER);
}

GST_START_TEST (test_matroska_tells_packets_from_headers_and_sound)
{
  GstProfContainer c;
  GstProfContainerUnit unit;

  init_matroska (&c);
  unit = read_hex (&c, "a34a5c81000080", 0);
  fail_unless_kind (unit, PACKET);
  fail_unless_equals_int (unit.packets, 1);
  fail_unless_equals_uint64 (unit.payload_size, 2648);
  fail_unless_equals_uint64 (unit.pts, 0);
  fail_unless_equals_uint64 (unit.dts, NONE);
  fail_unless (unit.keyframe_known && unit.keyframe && !unit.payload);

  unit = read_hex (&c, "0000000209100000001c67f4", 2648);
  fail_unless_kind (unit, CONTINUATION);
  fail_unless (unit.payload);
  fail_unless_equals_int (unit.packets, 0);
  fail_unless_equals_uint64 (unit.pts, NONE);

  fail_unless_read (&c, "a3410182000000", 0, NOT_VIDEO);
  fail_unless_read (&c, "f8b50e7d91cc0582", 253, NOT_VIDEO);

  unit = read_hex (&c, "a3438381006400", 0);
  fail_unless_kind (unit, PACKET);
  fail_unless_equals_uint64 (unit.pts, 100 * MS);
  fail_unless (unit.keyframe_known && !unit.keyframe);
  fail_unless_read (&c, "00000002093000000375419a", 895, CONTINUATION);

  /* A block group, of sound here */
  fail_unless_read (&c, "a001000000000000cf75a283028b0ba140c682007800", 0,
      NOT_VIDEO);
  fail_unless_read (&c, "f8b50deea0d348f2", 194, NOT_VIDEO);
  /* Cues, and sizes that are written again at the end */
  fail_unless_read (&c, "01000000000018dc", 0, HEADER);
  fail_unless_read (&c, "1c53bb6b010000000000001cbb0100000000000013b38100"
      "b70100000000000007f78101f1820225", 0, HEADER);
  fail_unless_read (&c, "0000000000000118", 0, HEADER);
  fail_unless_read (&c, "4489884060aaaaa9f7b5af", 0, HEADER);
}

GST_END_TEST;

GST_START_TEST (test_matroska_times_count_from_the_cluster)
{
  GstProfContainer c;

  init_matroska (&c);
  fail_unless_read (&c, "1f43b67501ffffffffffffffe7821388", 0, HEADER);
  fail_unless_equals_uint64 (read_hex (&c, "a34a5c81006400", 0).pts, 5100 * MS);
  fail_unless_read (&c, "00", 2648, CONTINUATION);
  /* The time within a cluster has a sign. */
  fail_unless_equals_uint64 (read_hex (&c, "a34a5c81fff600", 0).pts, 4990 * MS);
}

GST_END_TEST;

GST_START_TEST (test_matroska_payload_may_come_in_parts_or_with_its_header)
{
  GstProfContainer c;
  GstProfContainerUnit unit;

  init_matroska (&c);
  fail_unless_read (&c, "a34a5c81000080", 0, PACKET);
  unit = read_hex (&c, "a3438381006400", 1000);
  fail_unless_kind (unit, CONTINUATION);
  fail_unless (!unit.payload);
  fail_unless_read (&c, "a3438381006400", 1648, CONTINUATION);
  fail_unless_read (&c, "a34a5c81002180", 2655, PACKET);
  fail_unless_read (&c, "a34a5c81004280", 2655, PACKET);
}

GST_END_TEST;

GST_START_TEST (test_matroska_without_its_tracks_is_unknown)
{
  GstProfContainer c;
  GstProfContainerUnit unit;

  init (&c, "video/webm");
  fail_unless_read (&c, "a34a5c81000080", 0, UNKNOWN);
  unit = read_hex (&c, "0000000209100000", 2648);
  fail_unless_kind (unit, UNKNOWN);
  fail_unless (unit.payload);
}

GST_END_TEST;

GST_START_TEST (test_mp4_payload_is_known_by_its_memory_only)
{
  GstProfContainer c;
  GstProfContainerUnit unit;

  init (&c, "video/quicktime, variant=(string)iso");
  fail_unless_read (&c, iso_ftyp, 0, HEADER);
  fail_unless_read (&c, "0000000866726565000000006d646174", 0, HEADER);
  unit = read_timed (&c, "0000000209100000001c67f4", 2648, 66666666, 0);
  fail_unless_kind (unit, UNKNOWN);
  fail_unless (unit.payload);
  fail_unless_equals_uint64 (unit.pts, 66666666);
  fail_unless_equals_uint64 (unit.dts, 0);
  fail_unless_read (&c, iso_moov, 0, HEADER);
  fail_unless_read (&c, "00000008667265650000137e6d646174", 0, HEADER);
}

GST_END_TEST;

GST_START_TEST (test_mp4_payload_of_nal_units_is_video)
{
  GstProfContainer c;
  GstProfContainerUnit unit;

  /* An access unit delimiter and a slice of 885 bytes, as it came */
  init (&c, "video/quicktime");
  unit = read_timed (&c, "00000002093000000375419a230026a5844bc001106e6084",
      895, 166666666, 33333333);
  fail_unless_kind (unit, PACKET);
  fail_unless_equals_int (unit.packets, 1);
  fail_unless_equals_uint64 (unit.payload_size, 895);
  fail_unless_equals_uint64 (unit.pts, 166666666);
  fail_unless (unit.payload);
  /* The same bytes do not fill another size; sound never does. */
  fail_unless_read (&c, "00000002093000000375419a2300", 896, UNKNOWN);
  fail_unless_read (&c, "011881b470", 0, UNKNOWN);
  fail_unless_read (&c, "0000000000000000", 0, UNKNOWN);
  fail_unless_read (&c, "014898dad93dd66aa6b31590cb355b3d", 252, UNKNOWN);
}

GST_END_TEST;

GST_START_TEST (test_mp4_fragments_name_their_track)
{
  GstProfContainer c;
  GstProfContainerUnit unit;

  init (&c, "video/quicktime, variant=(string)iso-fragmented");
  fail_unless_read (&c, iso_ftyp, 0, HEADER);
  fail_unless_read (&c, iso_moov, 0, HEADER);
  fail_unless_read (&c, iso_moof_audio, 0, HEADER);
  fail_unless_read (&c, "000003116d646174", 0, HEADER);
  fail_unless_read (&c, "de02004c6176633539", 213, NOT_VIDEO);
  fail_unless_read (&c, "014898dad93dd66aa6", 252, NOT_VIDEO);
  fail_unless_read (&c, iso_moof_video, 0, HEADER);
  fail_unless_read (&c, "0000137e6d646174", 0, HEADER);
  unit = read_timed (&c, "0000000209100000001c67f4", 2648, 66666666, 0);
  fail_unless_kind (unit, PACKET);
  fail_unless (unit.payload);
  fail_unless_equals_uint64 (unit.payload_size, 2648);
  fail_unless_equals_uint64 (unit.pts, 66666666);
}

GST_END_TEST;

GST_START_TEST (test_flv_tags_tell_all)
{
  GstProfContainer c;
  GstProfContainerUnit unit;

  init (&c, "video/x-flv");
  fail_unless_read (&c, "464c5601050000000900000000", 0, HEADER);
  fail_unless_read (&c, "12000aac0000000000000002000a6f6e", 2747, HEADER);
  /* Codec data of both */
  fail_unless_read (&c, "0900003000000000000000170000000001f4", 63, HEADER);
  fail_unless_read (&c, "0800000700000000000000af00118856e50000000012", 0,
      NOT_VIDEO);

  unit = read_hex (&c, "09000a5d000000000000001701000000000000020910", 2668);
  fail_unless_kind (unit, PACKET);
  fail_unless_equals_uint64 (unit.payload_size, 2648);
  fail_unless_equals_uint64 (unit.pts, 0);
  fail_unless_equals_uint64 (unit.dts, 0);
  fail_unless (unit.keyframe_known && unit.keyframe && !unit.payload);

  unit = read_hex (&c, "090002b800002100000000270100002100000002095000", 711);
  fail_unless_kind (unit, PACKET);
  fail_unless_equals_uint64 (unit.payload_size, 691);
  fail_unless_equals_uint64 (unit.pts, 66 * MS);
  fail_unless_equals_uint64 (unit.dts, 33 * MS);
  fail_unless (unit.keyframe_known && !unit.keyframe);

  /* End of sequence, and what is written again at the end */
  fail_unless_read (&c, "0900000500009500000000170200000000000010", 0, HEADER);
  fail_unless_read (&c, "00086475726174696f6e003fc31d5acab805d2", 265, HEADER);
}

GST_END_TEST;

GST_START_TEST (test_flv_times_have_their_high_byte_behind)
{
  GstProfContainer c;

  init (&c, "video/x-flv");
  fail_unless_equals_uint64 (read_hex (&c,
          "09000a5d0000000100000017010000000000000209", 2668).dts,
      0x01000000 * MS);
}

GST_END_TEST;

GST_START_TEST (test_mpeg_ts_tells_streams_by_their_pes_headers)
{
  GstProfContainer c;
  GstProfContainerUnit unit;

  init (&c, "video/mpegts, systemstream=(boolean)true, packetsize=(int)188");
  fail_unless_read (&c, ts_pat, 0, HEADER);
  fail_unless_read (&c, ts_pmt, 0, HEADER);
  unit = read_hex (&c, ts_video, 0);
  fail_unless_kind (unit, PACKET);
  fail_unless_equals_uint64 (unit.payload_size, 2648);
  fail_unless_equals_uint64 (unit.pts, 3600 * GST_SECOND);
  fail_unless_equals_uint64 (unit.dts, 3599933344444);
  fail_unless (unit.keyframe_known && unit.keyframe && !unit.payload);
  fail_unless_read (&c, ts_video_more, 0, CONTINUATION);
  fail_unless_read (&c, ts_audio, 0, NOT_VIDEO);
  unit = read_hex (&c, ts_video_2, 0);
  fail_unless_kind (unit, PACKET);
  fail_unless_equals_uint64 (unit.pts, 3600100 * MS);
  fail_unless (!unit.keyframe_known);
}

GST_END_TEST;

GST_START_TEST (test_mpeg_ts_buffers_may_hold_several_packets)
{
  GstProfContainer c;
  GstProfContainerUnit unit;
  gchar *hex = g_strconcat (ts_pat, ts_pmt, ts_video, ts_video_more, ts_audio,
      ts_video_2, NULL);

  init (&c, "video/mpegts");
  unit = read_hex (&c, hex, 0);
  fail_unless_kind (unit, PACKET);
  fail_unless_equals_int (unit.packets, 2);
  fail_unless_equals_uint64 (unit.payload_size, 2648);
  g_free (hex);
}

GST_END_TEST;

/* A video packet with a PTS of @ticks */
static GstClockTime
read_ts_pts (GstProfContainer * c, guint64 ticks)
{
  guint8 data[188] = { 0x47, 0x40, 0x41, 0x10, 0, 0, 1, 0xe0, 0, 0, 0x80, 0x80,
    5, 0x21 | (ticks >> 29 & 0x0e), ticks >> 22, 1 | (ticks >> 14 & 0xfe),
    ticks >> 7, 1 | (ticks << 1 & 0xfe)
  };
  GstProfContainerUnit unit;

  gst_prof_container_read (c, data, 188, 188, NONE, NONE, &unit);
  return unit.pts;
}

GST_START_TEST (test_mpeg_ts_times_go_on_where_33_bits_end)
{
  GstProfContainer c;
  const guint64 wrap = G_GUINT64_CONSTANT (1) << 33;

  init (&c, "video/mpegts");
  fail_unless_equals_uint64 (read_ts_pts (&c, 0), 0);
  fail_unless_equals_uint64 (read_ts_pts (&c, wrap / 2),
      wrap / 2 * 100000 / 9);
  fail_unless_equals_uint64 (read_ts_pts (&c, wrap - 9),
      (wrap - 9) * 100000 / 9);
  fail_unless_equals_uint64 (read_ts_pts (&c, 9), (wrap + 9) * 100000 / 9);
  /* A B-frame back, from before the end */
  fail_unless_equals_uint64 (read_ts_pts (&c, wrap - 9),
      (wrap - 9) * 100000 / 9);
}

GST_END_TEST;

GST_START_TEST (test_avi_chunks_tell_what_follows)
{
  GstProfContainer c;
  GstProfContainerUnit unit;

  init (&c, "video/x-msvideo");
  fail_unless_read (&c, "52494646b0050000415649204c495354", 1464, HEADER);
  fail_unless_read (&c, "3031776260000000", 0, HEADER);
  fail_unless_read (&c, "fffb14c4", 96, NOT_VIDEO);
  fail_unless_read (&c, "303064627f030000", 0, HEADER);
  unit = read_timed (&c, "00000001", 895, 100 * MS, NONE);
  fail_unless_kind (unit, PACKET);
  fail_unless_equals_int (unit.packets, 1);
  fail_unless_equals_uint64 (unit.payload_size, 895);
  fail_unless_equals_uint64 (unit.pts, 100 * MS);
  fail_unless (unit.payload);
  fail_unless_read (&c, "00", 0, HEADER);
  fail_unless_read (&c, "69647831b0000000", 0, HEADER);
}

GST_END_TEST;

GST_START_TEST (test_ivf_frames_have_size_and_time)
{
  GstProfContainer c;
  GstProfContainerUnit unit;

  init (&c, "video/x-ivf");
  fail_unless_read (&c, "444b4946000020005650383040004000905f010001000000"
      "ffffffffffffffff", 0, HEADER);
  unit = read_hex (&c, "b9010000b80b0000000000003109000b1010001b", 453);
  fail_unless_kind (unit, PACKET);
  fail_unless_equals_uint64 (unit.payload_size, 441);
  fail_unless_equals_uint64 (unit.pts, 33333333);
  fail_unless_read (&c, "e02e000000000000", 0, HEADER);
}

GST_END_TEST;

GST_START_TEST (test_elementary_streams_are_no_containers)
{
  static const gchar *const names[] = {
    "video/x-h264", "video/x-vp8", "image/jpeg", "video/x-raw",
    "video/mpeg, mpegversion=(int)2, systemstream=(boolean)false"
  };
  GstProfContainer c;
  GstProfContainerUnit unit;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    init (&c, names[i]);
    fail_unless (!gst_prof_container_is_container (&c));
    unit = read_timed (&c, "00000001", 500, 33 * MS, NONE);
    fail_unless_kind (unit, PACKET);
    fail_unless_equals_uint64 (unit.pts, 33 * MS);
    fail_unless (unit.payload);
  }
}

GST_END_TEST;

GST_START_TEST (test_other_containers_are_unknown)
{
  static const gchar *const names[] = {
    "application/ogg", "video/ogg", "application/mxf", "video/x-ms-asf",
    "video/mpeg, mpegversion=(int)2, systemstream=(boolean)true",
    "video/mpegts, packetsize=(int)192", NULL
  };
  GstProfContainer c;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (names[i])
      init (&c, names[i]);
    else
      gst_prof_container_init (&c, NULL);
    fail_unless (gst_prof_container_is_container (&c));
    fail_unless_read (&c, "4f676753", 4000, UNKNOWN);
  }
}

GST_END_TEST;

/* Whatever comes, nothing is read beyond the bytes given: data is allocated
 * exactly, for sanitizers to see. */
GST_START_TEST (test_garbage_is_survived)
{
  static const gchar *const names[] = {
    "video/x-matroska", "video/quicktime", "video/x-flv", "video/mpegts",
    "video/x-msvideo", "video/x-ivf", "application/ogg"
  };
  static const gchar *const starts[] = {
    "", "a3", "1a45dfa3", "1854", "1654ae6b", "00000020667479706d703432",
    "000000206d6f6f76000000187472616b", "000000006d6f6f66", "09000a5d",
    "474040", "47404131", "303064", "444b4946"
  };
  GRand *rand = g_rand_new_with_seed (1);

  for (guint n = 0; n < G_N_ELEMENTS (names); n++) {
    GstProfContainer c;

    init (&c, names[n]);
    for (guint i = 0; i < 3000; i++) {
      gsize have, size = g_rand_int_range (rand, 0, 400);
      guint8 start[32];
      guint8 *data = g_malloc (size);
      GstProfContainerUnit unit;

      for (gsize k = 0; k < size; k++)
        data[k] = g_rand_int (rand);
      parse_hex (starts[g_rand_int_range (rand, 0, G_N_ELEMENTS (starts))],
          start, &have);
      if (size > 0)
        memcpy (data, start, MIN (have, size));
      gst_prof_container_read (&c, data, size, size + (i % 3) * 100, i, i,
          &unit);
      fail_unless (unit.kind <= GST_PROF_CONTAINER_KIND_NOT_VIDEO);
      fail_unless_equals_int (unit.packets > 0,
          unit.kind == GST_PROF_CONTAINER_KIND_PACKET);
      g_free (data);
    }
  }
  g_rand_free (rand);
}

GST_END_TEST;

static Suite *
container_suite (void)
{
  Suite *s = suite_create ("container");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_matroska_tells_packets_from_headers_and_sound);
  tcase_add_test (tc, test_matroska_times_count_from_the_cluster);
  tcase_add_test (tc,
      test_matroska_payload_may_come_in_parts_or_with_its_header);
  tcase_add_test (tc, test_matroska_without_its_tracks_is_unknown);
  tcase_add_test (tc, test_mp4_payload_is_known_by_its_memory_only);
  tcase_add_test (tc, test_mp4_payload_of_nal_units_is_video);
  tcase_add_test (tc, test_mp4_fragments_name_their_track);
  tcase_add_test (tc, test_flv_tags_tell_all);
  tcase_add_test (tc, test_flv_times_have_their_high_byte_behind);
  tcase_add_test (tc, test_mpeg_ts_tells_streams_by_their_pes_headers);
  tcase_add_test (tc, test_mpeg_ts_buffers_may_hold_several_packets);
  tcase_add_test (tc, test_mpeg_ts_times_go_on_where_33_bits_end);
  tcase_add_test (tc, test_avi_chunks_tell_what_follows);
  tcase_add_test (tc, test_ivf_frames_have_size_and_time);
  tcase_add_test (tc, test_elementary_streams_are_no_containers);
  tcase_add_test (tc, test_other_containers_are_unknown);
  tcase_add_test (tc, test_garbage_is_survived);
  return s;
}

GST_CHECK_MAIN (container);
