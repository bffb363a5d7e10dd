/*  image_worker.c - a worker that does real work: resizes PNG and JPEG files
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  image_worker [-e ENDPOINT] [-v], then, from anywhere:
//
//      butler call api.images resize_image test.jpeg 150x180
//
//  writes test-150x180.jpeg beside test.jpeg. It reads and writes what its user may, so
//  start it as a user, and in a directory, that its clients are welcome to.

#include <butler.h>
#include <errno.h>
#include <fcntl.h>
#include <gd.h>
#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX    (64 * 1024 * 1024)      //  bytes of a picture's file
#define SOURCE_MAX  50000000                //  its pixels
#define SIDE_MAX    10000                   //  pixels of a side of what is made
#define TARGET_MAX  25000000                //  its pixels

typedef struct {
    unsigned char *data;
    int size;                               //  bytes of data
    mode_t mode;                            //  of the file
    bool png;                               //  else it is a JPEG
    int width, height;
} picture_t;

//  ---------------------------------------------------------------------------
//  What a picture's first bytes say, before anything is unpacked

static bool
s_measure_png (picture_t *self)
{
    const unsigned char *at = self->data;
    if (self->size < 24 || memcmp (at, "\x89PNG\r\n\x1a\n", 8) != 0 || memcmp (at + 12, "IHDR", 4) != 0)
        return false;
    self->png = true;
    self->width = (at [16] & 0x7f) << 24 | at [17] << 16 | at [18] << 8 | at [19];
    self->height = (at [20] & 0x7f) << 24 | at [21] << 16 | at [22] << 8 | at [23];
    return true;
}

//  The size stands in one of the frame headers, SOF0 to SOF15; other segments are skipped
static bool
s_measure_jpeg (picture_t *self)
{
    if (self->size < 4 || memcmp (self->data, "\xff\xd8\xff", 3) != 0)
        return false;
    int offset = 2;
    while (offset + 9 <= self->size && self->data [offset] == 0xff) {
        const unsigned char *at = self->data + offset;
        const int marker = at [1];
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
            self->height = at [5] << 8 | at [6];
            self->width = at [7] << 8 | at [8];
            return true;
        }
        offset += marker == 0xff? 1: 2 + (at [2] << 8 | at [3]);
    }
    return false;
}

//  ---------------------------------------------------------------------------
//  Files. 0, or -1 with errno.

static int
s_read_picture (picture_t *self, const char *path)
{
    const int handle = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    FILE *file = handle == -1? NULL: fdopen (handle, "rb");
    if (!file)
        return -1;
    struct stat status;
    int error = fstat (handle, &status) == -1? errno: 0;
    if (!error && !S_ISREG (status.st_mode))
        error = S_ISDIR (status.st_mode)? EISDIR: EINVAL;
    if (!error && status.st_size > FILE_MAX)
        error = EFBIG;
    if (!error) {
        self->mode = status.st_mode & 0666;
        self->size = (int) status.st_size;
        self->data = malloc ((size_t) self->size + 1);
        if (!self->data)
            error = ENOMEM;
        else
        if (fread (self->data, 1, (size_t) self->size, file) != (size_t) self->size)
            error = EIO;
    }
    fclose (file);
    errno = error;
    return error? -1: 0;
}

//  Nobody sees half a file: it gets its name when all of it is there
static int
s_write_file (const char *path, const void *data, int size, mode_t mode)
{
    char *temporary = zsys_sprintf ("%s.XXXXXX", path);
    const int handle = temporary? mkstemp (temporary): -1;
    FILE *file = handle == -1? NULL: fdopen (handle, "wb");
    int error = file? 0: errno;
    if (file) {
        if (fwrite (data, 1, (size_t) size, file) != (size_t) size || fchmod (handle, mode) == -1)
            error = errno;
        if (fclose (file) == EOF && !error)
            error = errno;
        if (!error && rename (temporary, path) == -1)
            error = errno;
        if (error)
            unlink (temporary);
    }
    free (temporary);
    errno = error;
    return error? -1: 0;
}

//  ---------------------------------------------------------------------------
//  The method

//  "150x180": two numbers of pixels, and nothing else
static bool
s_parse_size (const char *text, int *width, int *height)
{
    char *end;
    if (!isdigit ((unsigned char) text [0]))
        return false;
    const long first = strtol (text, &end, 10);
    if (*end != 'x' || !isdigit ((unsigned char) end [1]))
        return false;
    const long second = strtol (end + 1, &end, 10);
    if (*end || first < 1 || first > SIDE_MAX || second < 1 || second > SIDE_MAX
    ||  first * second > TARGET_MAX)
        return false;
    *width = (int) first;
    *height = (int) second;
    return true;
}

//  "pictures/test.jpeg" becomes "pictures/test-150x180.jpeg"
static char *
s_target_path (const char *path, bool png, int width, int height)
{
    const char *slash = strrchr (path, '/');
    const char *base = slash? slash + 1: path;
    const char *dot = strrchr (base, '.');
    if (!dot || dot == base)
        dot = base + strlen (base);
    const char *extension = *dot? dot: png? ".png": ".jpeg";
    return zsys_sprintf ("%.*s-%dx%d%s", (int) (dot - path), path, width, height, extension);
}

//  The resized picture as a file's bytes, which gdFree takes; NULL: it can't be read
static void *
s_resized (const picture_t *self, int width, int height, int *size)
{
    gdImagePtr source = self->png? gdImageCreateFromPngPtr (self->size, self->data)
                                 : gdImageCreateFromJpegPtr (self->size, self->data);
    gdImagePtr target = source? gdImageCreateTrueColor (width, height): NULL;
    void *data = NULL;
    if (target) {
        gdImageAlphaBlending (target, 0);
        gdImageSaveAlpha (target, 1);
        gdImageCopyResampled (target, source, 0, 0, 0, 0, width, height,
                              gdImageSX (source), gdImageSY (source));
        data = self->png? gdImagePngPtr (target, size): gdImageJpegPtr (target, size, 90);
    }
    if (target)
        gdImageDestroy (target);
    if (source)
        gdImageDestroy (source);
    return data;
}

static json_t *
s_save (butler_request_t *request, const picture_t *picture, const char *path, int width, int height)
{
    int size = 0;
    void *data = s_resized (picture, width, height, &size);
    if (!data)
        return butler_request_fail (request, "ValueError", "'%s' is no picture that can be read", path);

    json_t *result = NULL;
    char *target = s_target_path (path, picture->png, width, height);
    if (target && s_write_file (target, data, size, picture->mode) == 0)
        result = json_pack ("{s:s, s:i, s:i}", "path", target, "width", width, "height", height);
    else
        butler_request_fail (request, "IOError", "can't write '%s': %s",
                             target? target: path, strerror (errno));
    free (target);
    gdFree (data);
    return result;
}

static json_t *
s_resize_image (butler_request_t *request, void *arg)
{
    (void) arg;
    const char *path = butler_request_string (request, "name");
    const char *text = butler_request_string (request, "size");
    int width, height;
    if (!s_parse_size (text, &width, &height))
        return butler_request_fail (
            request, "ValueError", "size is to be WIDTHxHEIGHT, sides of 1 to %d and at most %d pixels, "
            "not '%.40s'", SIDE_MAX, TARGET_MAX, text);

    picture_t picture = { 0 };
    json_t *result = NULL;
    if (s_read_picture (&picture, path) == -1)
        butler_request_fail (request, "IOError", "can't read '%s': %s", path, strerror (errno));
    else
    if (!s_measure_png (&picture) && !s_measure_jpeg (&picture))
        butler_request_fail (request, "ValueError", "'%s' is neither PNG nor JPEG", path);
    else
    if ((int64_t) picture.width * picture.height > SOURCE_MAX)
        butler_request_fail (request, "ValueError", "'%s' is too large: %d x %d pixels",
                             path, picture.width, picture.height);
    else
        result = s_save (request, &picture, path, width, height);
    free (picture.data);
    return result;
}

//  ---------------------------------------------------------------------------
//  The program

static const butler_method_t s_methods [] = {
    { "resize_image (name: string, size: string)", s_resize_image,
      "Resizes a PNG or JPEG file to WIDTHxHEIGHT, into a file beside it" },
    { NULL, NULL, NULL }
};

static void
s_help (FILE *out)
{
    fprintf (out, "Usage: image_worker [-e ENDPOINT] [-v]\n"
             "Serves api.images: resize_image (name, size) resizes a PNG or JPEG file.\n\n"
             "  -e, --endpoint=ENDPOINT   the router's backend (%s)\n"
             "  -v, --verbose             tell on stderr what happens\n"
             "      --help                show this and end\n", BUTLER_BACKEND);
}

//  gd says nothing of its own on stderr: the caller is told what went wrong
static void
s_quiet (int priority, const char *format, va_list arguments)
{
    (void) priority;
    (void) format;
    (void) arguments;
}

//  One command to the worker and its answer. 0, or -1 and it has been told on stderr.
static int
s_command (zactor_t *worker, const char *command, const char *argument)
{
    zstr_sendx (worker, command, argument, NULL);
    char *answer = zstr_recv (worker);
    const int rc = answer && strncmp (answer, "ERROR", 5) != 0? 0: -1;
    if (rc == -1)
        fprintf (stderr, "image_worker: %s: %s\n", argument? argument: command, answer? answer: "interrupted");
    zstr_free (&answer);
    return rc;
}

//  Until a signal comes; then what is at work is finished
static int
s_run (butler_service_t *service, const char *endpoint, bool verbose)
{
    zactor_t *worker = zactor_new (butler_worker, service);
    if (!worker) {
        fprintf (stderr, "image_worker: can't start a worker: %s\n", strerror (errno));
        return -1;
    }
    int rc = verbose? s_command (worker, "VERBOSE", NULL): 0;
    if (rc == 0)
        rc = s_command (worker, "CONNECT", endpoint);
    if (rc == 0) {
        zpoller_t *poller = zpoller_new (worker, NULL);
        while (!zsys_interrupted && !zpoller_wait (poller, 1000))
            ;
        zpoller_destroy (&poller);
        rc = s_command (worker, "DRAIN", NULL);
    }
    zactor_destroy (&worker);
    return rc;
}

int
main (int argc, char *argv [])
{
    static const struct option options [] = {
        { "endpoint", required_argument, NULL, 'e' },
        { "verbose", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 }
    };
    const char *endpoint = BUTLER_BACKEND;
    bool verbose = false;
    int option;
    while ((option = getopt_long (argc, argv, "e:v", options, NULL)) != -1) {
        if (option == 'h') {
            s_help (stdout);
            return 0;
        }
        if (option == '?')
            return 2;
        if (option == 'e')
            endpoint = optarg;
        else
            verbose = true;
    }
    if (optind < argc) {
        s_help (stderr);
        return 2;
    }
    gdSetErrorMethod (s_quiet);
    butler_service_t *images = butler_service_new ("api.images");
    int rc = images? butler_service_register_table (images, s_methods, NULL): -1;
    if (rc == 0)
        rc = s_run (images, endpoint, verbose);
    else
        fprintf (stderr, "image_worker: %s\n", images? butler_service_error (images): strerror (errno));
    butler_service_destroy (&images);
    return rc == 0? 0: 1;
}
