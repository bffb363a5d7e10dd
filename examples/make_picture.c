/*  make_picture.c - makes a picture to try things with, and measures pictures
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  make_picture FILE WIDTH HEIGHT      makes a PNG or JPEG file, by the end of its name
//  make_picture FILE...                reads pictures and prints how many pixels they have

#include <errno.h>
#include <gd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_MAX 10000

//  Where the diagonals of colour are, at a scale that shows resizing
static int
s_colour (int x, int y, int width, int height)
{
    const int red = 255 * x / width;
    const int green = 255 * y / height;
    const int blue = (x / 16 + y / 16) % 2? 160: 64;
    return gdTrueColor (red, green, blue);
}

static int
s_make (const char *path, int width, int height)
{
    gdImagePtr image = gdImageCreateTrueColor (width, height);
    if (!image) {
        fprintf (stderr, "make_picture: no memory for %d x %d pixels\n", width, height);
        return -1;
    }
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            gdImageSetPixel (image, x, y, s_colour (x, y, width, height));
    const int made = gdImageFile (image, path);
    gdImageDestroy (image);
    if (!made) {
        fprintf (stderr, "make_picture: can't write '%s': %s\n", path,
                 errno? strerror (errno): "is to end in .png or .jpeg");
        return -1;
    }
    return 0;
}

//  From the file itself, not from what anybody says of it
static int
s_measure (const char *path)
{
    gdImagePtr image = gdImageCreateFromFile (path);
    if (!image) {
        fprintf (stderr, "make_picture: can't read '%s' as a picture\n", path);
        return -1;
    }
    printf ("%s: %d x %d pixels\n", path, gdImageSX (image), gdImageSY (image));
    gdImageDestroy (image);
    return 0;
}

static int
s_side (const char *text)
{
    char *end;
    const long side = strtol (text, &end, 10);
    return *text && !*end && side >= 1 && side <= SIDE_MAX? (int) side: 0;
}

int
main (int argc, char *argv [])
{
    if (argc == 4 && s_side (argv [2]) && s_side (argv [3]))
        return s_make (argv [1], s_side (argv [2]), s_side (argv [3])) == 0? 0: 1;
    if (argc < 2 || argv [1][0] == '-') {
        fprintf (stderr, "Usage: make_picture FILE WIDTH HEIGHT\n       make_picture FILE...\n");
        return 2;
    }
    int status = 0;
    for (int index = 1; index < argc; index++)
        if (s_measure (argv [index]) == -1)
            status = 1;
    return status;
}
