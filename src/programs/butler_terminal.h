/*  butler_terminal.h - what a terminal can show, where there is one
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_TERMINAL_H
#define BUTLER_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

//  Whether a person looks on, at a terminal that can do more than a typewriter: $TERM is neither
//  missing nor dumb
bool
butler_terminal_is (FILE *stream);

//  In characters; 80 where it can't be told
int
butler_terminal_width (FILE *stream);

typedef enum {
    BUTLER_STYLE_PLAIN,             //  after any other
    BUTLER_STYLE_HEAD,
    BUTLER_STYLE_ERROR
} butler_style_t;

//  What to write to begin a style; "" where there is no such terminal, or NO_COLOR is set
const char *
butler_terminal_style (FILE *stream, butler_style_t style);

#endif
