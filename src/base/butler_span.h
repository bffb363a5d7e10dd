/*  butler_span.h - some bytes that somebody else owns
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SPAN_H
#define BUTLER_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const uint8_t *data;
    size_t size;
} butler_span_t;

static inline butler_span_t
butler_span (const void *data, size_t size)
{
    return (butler_span_t) { data, size };
}

static inline butler_span_t
butler_span_string (const char *string)
{
    return butler_span (string, strlen (string));
}

static inline bool
butler_span_equal (butler_span_t a, butler_span_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp (a.data, b.data, a.size) == 0);
}

static inline bool
butler_span_begins (butler_span_t self, const char *prefix)
{
    const size_t size = strlen (prefix);
    return self.size >= size && memcmp (self.data, prefix, size) == 0;
}

#endif
