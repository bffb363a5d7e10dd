/*  butler_dialect.h - results and errors as each dialect has them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_DIALECT_H
#define BUTLER_DIALECT_H

#include <jansson.h>
#include <zmq.h>
#include "butler_fields.h"          //  butler_dialect_of, butler_service_name_valid
#include "butler_view.h"            //  butler_envelope_t
#include "base/butler_span.h"

//  A response's bytes for a result: fresh, not a string (there may be NULs in it), its size in
//  `size`. NULL: the result can't be written (it contains itself).
char *
butler_dialect_result (uint8_t dialect, const json_t *result, size_t *size);

//  The same as a message, which is initialised here; short results cost no allocation but its
//  own. 0, or -1 and the message is untouched.
int
butler_dialect_result_msg (uint8_t dialect, const json_t *result, zmq_msg_t *msg);

//  Most bytes that one of the texts has that say where an error happened
#define BUTLER_WHERE_MAX 255

//  Where an error happened: each may be of any bytes; empty: not known. A longer one than
//  BUTLER_WHERE_MAX is left out, since it names nothing that can be.
typedef struct {
    butler_span_t service, method, worker, request;     //  request: its api:id
} butler_where_t;

//  What went wrong. `name` may be NULL: the usual one of code and kind; so may message and
//  traceback: "". Texts may be of any bytes.
typedef struct {
    const char *name, *message, *traceback;
    butler_where_t where;
} butler_fault_t;

//  A response's bytes for an error, fresh. Code and kind are a pair of PROTOCOL.md's table (400
//  request, 403 forbidden, 404 service or method, 500 exception, 502 lost, 503 unavailable, 504
//  expired). NULL: this dialect is not told of that error. Dialect 0 is not told where.
char *
butler_dialect_error (uint8_t dialect, int code, const char *kind, const butler_fault_t *fault,
                      size_t *size);

//  The api:id of an answer to a discovery: in frames, dialect 0 has none there
butler_span_t
butler_dialect_discovery_id (uint8_t envelope, butler_span_t api_id);

//  What a client reads from a response, whatever dialect it is in
typedef struct {
    int status;                     //  200, or the error's code
    json_t *result;                 //  where status is 200; NULL: bytes that are no text
    char *kind;                     //  of an error: "exception"; "" where the code came alone
    char *name;                     //  "TypeError"
    char *message;
    char *traceback;                //  "" where none came
    char *service, *method, *worker, *request;  //  where it happened; "" where that did not come
} butler_outcome_t;

//  Never fails. An error is three digits of the table alone, or them with one of their kinds.
//  What is neither an error nor JSON is taken as a string, and what is not even UTF-8 leaves
//  result NULL. An error whose text is no JSON object but an exception that Python pickled is read
//  as text; any other has the text that follows its prefix as message, as far as it is UTF-8, and
//  the pair's usual name. What outcome held is overwritten.
void
butler_dialect_read (butler_span_t response, butler_outcome_t *outcome);

//  Frees what was read; the object may be used again
void
butler_outcome_clear (butler_outcome_t *self);

#endif
