/*  butler_fields.h - what the bytes of a field may be, where its length is right
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_FIELDS_H
#define BUTLER_FIELDS_H

#include "base/butler_span.h"

//  What a router itself answers for: its own service, whether it reads the packed envelope, and clients that
//  give up on a request
#define BUTLER_NAME_ROUTER "butler.router"
#define BUTLER_NAME_PACKED "butler.packed"
#define BUTLER_NAME_CANCEL "butler.cancel"

//  Of an api:id: printable ASCII, with something before its first colon and something after it
bool
butler_field_api_id (butler_span_t self);

//  Printable UTF-8, that is, valid (no surrogate, nothing longer than it needs to be) and without
//  control characters (C0, DEL, C1)
bool
butler_field_printable (butler_span_t self);

//  Of a service's name: printable, and of at most 250 bytes; but discovery's "mmi." goes before any
bool
butler_field_service (butler_span_t self);

//  Of discovery's answer: three digits
bool
butler_field_code (butler_span_t self);

//  Of a relayed message: 02 or 03
bool
butler_field_order (butler_span_t self);

//  An expiration: 1 to 15 digits, or '+' and 1 to 10 digits (relative). False: it is neither,
//  and the outputs are untouched.
bool
butler_field_expiration (butler_span_t self, bool *relative, int64_t *milliseconds);

//  The most milliseconds that one says
int64_t
butler_field_expiration_most (bool relative);

#define BUTLER_FIELD_DIGITS 24

//  The frame for one, of at most that many; what is negative is written as 0. Points to `digits`.
butler_span_t
butler_field_write_expiration (char digits [BUTLER_FIELD_DIGITS], bool relative, int64_t milliseconds);

//  1 to 250 bytes of printable UTF-8, with "mmi." before them or not. Reserved names are valid ones.
bool
butler_service_name_valid (butler_span_t self);

//  Bytes of a trace, which is printable UTF-8
#define BUTLER_TRACE_MAX 255

#define BUTLER_WORKER_NAME_MAX 255

//  1 to 255 bytes of printable UTF-8
bool
butler_worker_name_valid (butler_span_t self);

//  1 where the version begins "1.", else 0
uint8_t
butler_dialect_of (butler_span_t api_id);

#endif
