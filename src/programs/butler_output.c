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

//  A standard stream that is closed is opened the wrong way round, so that its use is an error
void
butler_output_start (void)
{
    for (int handle = STDIN_FILENO; handle <= STDERR_FILENO; handle++)
        if (fcntl (handle, F_GETFD) == -1)
            (void) !open ("/dev/null", handle == STDIN_FILENO? O_WRONLY: O_RDONLY);
    signal (SIGPIPE, SIG_IGN);      //  a closed pipe is an error of the write
}

//  What others wrote can't play with the terminal
static void
s_write_clean (const char *text, const char *allowed)
{
    for (; *text; text++) {
        const bool control = (unsigned char) *text < ' ' || *text == 0x7f;
        putc (control && !strchr (allowed, *text)? '?': *text, stderr);
    }
}

void
butler_complain (const char *name, const char *format, ...)
{
    fflush (stdout);
    va_list arguments;
    va_start (arguments, format);
    char *message = NULL;
    const int size = vasprintf (&message, format, arguments);
    va_end (arguments);
    assert (size >= 0);
    (void) size;
    flockfile (stderr);
    fprintf (stderr, "%s: ", name);
    s_write_clean (message, "");
    putc ('\n', stderr);
    funlockfile (stderr);
    free (message);
}

void
butler_complain_at_length (const char *text)
{
    const size_t size = strlen (text);
    flockfile (stderr);
    s_write_clean (text, "\n\t");
    if (size && text [size - 1] != '\n')
        putc ('\n', stderr);
    funlockfile (stderr);
}

void
butler_print_json (const json_t *value)
{
    const size_t indent = isatty (STDOUT_FILENO)? JSON_INDENT (4): 0;
    json_dumpf (value, stdout, JSON_ENCODE_ANY | indent);
    putchar ('\n');
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
