/*  butler_output.c - how the programs speak: data to stdout, messages to stderr, an exit status
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_output.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <czmq.h>
#include "programs/butler_terminal.h"

#define MEASURED 12                 //  digits: ns in more than a quarter of an hour

//  A standard stream that is closed is opened the wrong way round, so that its use is an error
void
butler_output_start (void)
{
    for (int handle = STDIN_FILENO; handle <= STDERR_FILENO; handle++)
        if (fcntl (handle, F_GETFD) == -1)
            (void) !open ("/dev/null", handle == STDIN_FILENO? O_WRONLY: O_RDONLY);
    signal (SIGPIPE, SIG_IGN);      //  a closed pipe is an error of the write
}

//  One of C0, or of C1, which UTF-8 writes as c2 80 to c2 9f
static bool
s_is_control (const char *at)
{
    const unsigned char first = (unsigned char) at [0], second = first? (unsigned char) at [1]: 0;
    return (first && first < ' ') || first == 0x7f || (first == 0xc2 && second >= 0x80 && second < 0xa0);
}

void
butler_print_clean (FILE *stream, const char *text, const char *allowed)
{
    for (; *text; text++) {
        const bool shown = !s_is_control (text) || strchr (allowed, *text);
        putc (shown? *text: '?', stream);
        if (!shown && (unsigned char) *text == 0xc2)
            text++;
    }
}

static void
s_say (butler_style_t style, const char *name, const char *format, va_list arguments)
    __attribute__ ((format (printf, 3, 0)));

//  Leaves errno as it was
static void
s_say (butler_style_t style, const char *name, const char *format, va_list arguments)
{
    const int reason = errno;
    fflush (stdout);
    char *message = NULL;
    const int size = vasprintf (&message, format, arguments);
    assert (size >= 0);
    (void) size;
    flockfile (stderr);
    fprintf (stderr, "%s%s:%s ", butler_terminal_style (stderr, style), name,
             butler_terminal_style (stderr, BUTLER_STYLE_PLAIN));
    butler_print_clean (stderr, message, "");
    putc ('\n', stderr);
    funlockfile (stderr);
    free (message);
    errno = reason;
}

void
butler_complain (const char *name, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    s_say (BUTLER_STYLE_ERROR, name, format, arguments);
    va_end (arguments);
}

void
butler_tell (const char *name, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    s_say (BUTLER_STYLE_HEAD, name, format, arguments);
    va_end (arguments);
}

void
butler_complain_at_length (const char *text)
{
    const size_t size = strlen (text);
    flockfile (stderr);
    butler_print_clean (stderr, text, "\n\t");
    if (size && text [size - 1] != '\n')
        putc ('\n', stderr);
    funlockfile (stderr);
}

json_t *
butler_json_of_bytes (const void *data, size_t size)
{
    json_t *value = json_loadb (data, size, JSON_DECODE_ANY, NULL);
    if (!value)
        value = json_stringn (data, size);
    if (value)
        return value;
    zarmour_t *armour = zarmour_new ();
    char *text = zarmour_encode (armour, data, size);
    value = json_pack ("{s:s}", "base64", text);
    assert (value);
    zstr_free (&text);
    zarmour_destroy (&armour);
    return value;
}

static void
s_print_json (const json_t *value, size_t flags)
{
    const size_t indent = isatty (STDOUT_FILENO)? JSON_INDENT (4): 0;
    json_dumpf (value, stdout, JSON_ENCODE_ANY | indent | flags);
    putchar ('\n');
}

void
butler_print_json (const json_t *value)
{
    s_print_json (value, 0);
}

void
butler_print_json_measured (const json_t *value)
{
    s_print_json (value, JSON_REAL_PRECISION (MEASURED));
}

void
butler_print_bytes (const void *data, size_t size)
{
    fwrite (data, 1, size, stdout);
}

int
butler_output_end (const char *name, int status)
{
    const bool failed = ferror (stdout);
    errno = 0;
    if (fflush (stdout) == 0 && !failed)
        return status;
    butler_complain (name, "cannot write the output%s%s", errno? ": ": "", errno? strerror (errno): "");
    return BUTLER_EXIT_TROUBLE;
}
