/*  butler_json.h - JSON strings written straight into a text
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_JSON_H
#define BUTLER_JSON_H

#include "base/butler_span.h"
#include "wire/butler_text.h"

//  Appends a JSON string of any bytes, byte for byte as libjansson writes it: quoted, with escapes. Each
//  byte that is not part of a well-formed character, and each NUL, becomes U+FFFD.
void
butler_json_put_string (butler_text_t *text, butler_span_t string);

//  Whether arrays and objects are nested no deeper than so many, in what may be any text
bool
butler_json_is_shallow (butler_span_t text, unsigned most);

#endif
