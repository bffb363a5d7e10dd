/*  butler_utf8.h - text that may come from anywhere, made fit for JSON
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_UTF8_H
#define BUTLER_UTF8_H

#include "butler_span.h"

//  The size of the well-formed character (RFC 3629: nothing overlong, no surrogate) that the
//  text begins with, 1 to 4, and its code point. 0: there is none, `code` is untouched.
size_t
butler_utf8_next (butler_span_t text, uint32_t *code);

//  The same size where that character is printable: no control character, which U+0000 to U+001F and U+007F to
//  U+009F are. Otherwise 0.
size_t
butler_utf8_printable (butler_span_t text);

//  Whether all of it is made of these
bool
butler_utf8_is_printable (butler_span_t text);

//  Writes the character of this code point, 1 to 4 bytes, U+FFFD where there is none; how many
size_t
butler_utf8_put (char into [4], uint32_t code);

//  How many bytes at the beginning are well-formed
size_t
butler_utf8_valid (butler_span_t text);

//  A fresh string of the same text, each byte that is not part of a well-formed character, and
//  each NUL, replaced by U+FFFD
char *
butler_utf8_clean (butler_span_t text);

#endif
