/*  butler_terminal.c - what a terminal can show, where there is one
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_terminal.h"
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH 80

bool
butler_terminal_is (FILE *stream)
{
    const char *kind = getenv ("TERM");
    return isatty (fileno (stream)) && kind && *kind && strcmp (kind, "dumb");
}

int
butler_terminal_width (FILE *stream)
{
    struct winsize size;
    if (ioctl (fileno (stream), TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
        return WIDTH;
    return size.ws_col;
}

const char *
butler_terminal_style (FILE *stream, butler_style_t style)
{
    static const char *const codes [] = {
        [BUTLER_STYLE_PLAIN] = "\033[m", [BUTLER_STYLE_HEAD] = "\033[1m",
        [BUTLER_STYLE_ERROR] = "\033[1;31m"
    };
    const char *unwanted = getenv ("NO_COLOR");
    if ((unwanted && *unwanted) || !butler_terminal_is (stream))
        return "";
    return codes [style];
}
