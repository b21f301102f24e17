/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A number in the picture, in big black and white blocks, so that it is still
 * there when the picture has been encoded and decoded: which frame it is can
 * then be told by nothing but what is seen.
 */

#include "pixelnumber.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define WIDTH 160
#define HEIGHT 120
#define BITS 8
#define BLOCK_WIDTH (WIDTH / BITS)
/* The rest stays picture, so that packets differ in size. */
#define BLOCK_HEIGHT (HEIGHT / 2)
#define BLACK 16
#define WHITE 235

/*
 * pixel_number_paint:
 * @buffer: a writable picture of PIXEL_NUMBER_CAPS
 * @number: less than 256
 */
void
pixel_number_paint (GstBuffer * buffer, guint number)
{
  GstMapInfo map;

  fail_unless (number < 1 << BITS);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  fail_unless (map.size >= WIDTH * HEIGHT);
  for (guint y = 0; y < BLOCK_HEIGHT; y++) {
    for (guint bit = 0; bit < BITS; bit++)
      memset (map.data + y * WIDTH + bit * BLOCK_WIDTH,
          number & 1 << bit ? WHITE : BLACK, BLOCK_WIDTH);
  }
  gst_buffer_unmap (buffer, &map);
}

/*
 * pixel_number_read:
 * @buffer: a picture of PIXEL_NUMBER_CAPS
 *
 * Returns: the number that was painted into it
 */
guint
pixel_number_read (GstBuffer * buffer)
{
  const guint middle = BLOCK_HEIGHT / 2 * WIDTH + BLOCK_WIDTH / 2;
  GstMapInfo map;
  guint number = 0;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless (map.size >= WIDTH * HEIGHT);
  for (guint bit = 0; bit < BITS; bit++) {
    if (map.data[middle + bit * BLOCK_WIDTH] > (BLACK + WHITE) / 2)
      number |= 1 << bit;
  }
  gst_buffer_unmap (buffer, &map);
  return number;
}
