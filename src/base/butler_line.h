/*  butler_line.h - one line of key=value fields, which no value can break
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_LINE_H
#define BUTLER_LINE_H

#include "butler_span.h"

#define BUTLER_LINE_MAX 4000        //  bytes; a write of as many to a pipe is one piece
#define BUTLER_LINE_VALUE_MAX 1024  //  bytes of one value, as it stands there

typedef struct {
    char text [BUTLER_LINE_MAX + 1];    //  a string at any time
    size_t size;
    bool full;                      //  takes no more
} butler_line_t;

void
butler_line_init (butler_line_t *self);

//  Our own words, as they are
void
butler_line_add (butler_line_t *self, const char *words, size_t size);

//  " key=value", without the space at the beginning of a line. The value may be of any bytes: one that
//  is more than letters, digits and ._:/*@+,%[]- stands in quotes, with \" and \\ in it, and \xHH for
//  control characters and for what is no UTF-8. A longer one ends with "...", and so does a line that
//  has no room for the field.
void
butler_line_put (butler_line_t *self, const char *key, butler_span_t value);

#endif
